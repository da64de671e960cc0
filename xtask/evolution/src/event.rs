//! What a live response is made of.

use crate::Changes;
use crate::grammar;
use dsl::model::{Event, Events, Member, MemberKind, Model};

/// Adds what is different between two kinds of events.
pub fn compare(changes: &mut Changes, old: (&Model, &Events), new: (&Model, &Events)) {
    for was in &old.1.events {
        match new.1.events.iter().find(|event| event.wire == was.wire) {
            None => changes.breaking(format!("the event `{}` is not sent", was.wire)),
            Some(is) => members(changes, (old.0, was), (new.0, is)),
        }
    }
    for is in new.1.events.iter().filter(|is| !old.1.events.iter().any(|was| was.wire == is.wire)) {
        changes.compatible(format!("the event `{}` is sent", is.wire));
    }
}

fn members(changes: &mut Changes, old: (&Model, &Event), new: (&Model, &Event)) {
    let event = &old.1.wire;
    let (Some(were), Some(are)) = (&old.1.members, &new.1.members) else {
        if old.1.members.is_some() != new.1.members.is_some() {
            changes.breaking(format!("the event `{event}` carries something else"));
        }
        return;
    };
    for was in were {
        let name = format!("`{}` of the event `{event}`", was.key());
        let Some(is) = are.iter().find(|member| member.key() == was.key()) else {
            changes.breaking(format!("{name} is not sent"));
            continue;
        };
        grammar::compare_members(changes, &name, (old.0, was), (new.0, is));
        match (is_optional(was), is_optional(is)) {
            (false, true) => changes.breaking(format!("{name} may be absent")),
            (true, false) => changes.compatible(format!("{name} is always sent")),
            _ => {}
        }
    }
    for is in are.iter().filter(|is| !were.iter().any(|was| was.key() == is.key())) {
        changes.compatible(format!("`{}` of the event `{event}` is sent", is.key()));
    }
}

fn is_optional(member: &Member) -> bool {
    match member.kind {
        MemberKind::Flag => true,
        MemberKind::Value(_, optional) | MemberKind::Offset(_, optional) => optional,
    }
}
