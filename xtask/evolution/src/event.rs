//! What a live response is made of.

use crate::Changes;
use crate::object::Comparison;
use dsl::grammar::Writer;
use dsl::model::{Event, Events, Model};

/// Adds what is different between two kinds of events.
pub fn compare(changes: &mut Changes, old: (&Model, &Events), new: (&Model, &Events)) {
    for was in &old.1.events {
        match new.1.events.iter().find(|event| event.wire == was.wire) {
            None => changes.breaking(format!("the event `{}` is not sent", was.wire)),
            Some(is) => data(changes, (old.0, was), (new.0, is)),
        }
    }
    for is in new.1.events.iter().filter(|is| !old.1.events.iter().any(|was| was.wire == is.wire)) {
        changes.compatible(format!("the event `{}` is sent", is.wire));
    }
}

fn data(changes: &mut Changes, old: (&Model, &Event), new: (&Model, &Event)) {
    let event = format!("the event `{}`", old.1.wire);
    match (&old.1.content, &new.1.content) {
        (Some(was), Some(is)) => Comparison::new(Writer::Server, old.0, new.0).contents(changes, &event, was, is),
        (None, None) => {}
        _ => changes.breaking(format!("{event} carries something else")),
    }
}
