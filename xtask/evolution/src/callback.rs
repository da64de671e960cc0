//! What the server sends and writes of its own accord.

use crate::Changes;
use crate::grammar;
use crate::object::Comparison;
use dsl::grammar::Writer;
use dsl::model::Model;
use dsl::model::callback::{Callback, ReadBody, Response, SentHeader, SentValue};
use dsl::model::object::Object;

/// Adds what is different between the callbacks and the messages of two specs.
pub fn compare(changes: &mut Changes, old: &Model, new: &Model) {
    for was in &old.callbacks {
        changes.at(was.name.to_string());
        match new.callbacks.iter().find(|is| is.name == was.name) {
            None => changes.breaking("the request is not sent"),
            Some(is) => callback(changes, (old, was), (new, is)),
        }
    }
    for is in new.callbacks.iter().filter(|is| !old.callbacks.iter().any(|was| was.name == is.name)) {
        changes.at(is.name.to_string());
        changes.compatible("the request is sent");
    }
    let messages = |model| messages(model).map(|object| object.name.to_string()).collect::<Vec<_>>();
    for was in self::messages(old) {
        changes.at(was.name.to_string());
        match self::messages(new).find(|is| is.name == was.name) {
            None => changes.breaking("the message is not written"),
            Some(is) => objects(changes, Writer::Server, (old, was), (new, is)),
        }
    }
    let (were, are) = (messages(old), messages(new));
    for name in are.into_iter().filter(|name| !were.contains(name)) {
        changes.at(name);
        changes.compatible("the message is written");
    }
}

fn messages(model: &Model) -> impl Iterator<Item = &Object> {
    model.messages.iter().map(|message| &model.objects[message.object])
}

fn objects(changes: &mut Changes, writer: Writer, old: (&Model, &Object), new: (&Model, &Object)) {
    let mut comparison = Comparison::new(writer, old.0, new.0);
    comparison.contents(changes, &format!("`{}`", old.1.name), &old.1.content, &new.1.content);
}

fn callback(changes: &mut Changes, old: (&Model, &Callback), new: (&Model, &Callback)) {
    if old.1.method != new.1.method {
        changes.breaking(format!("the method was {} and is {}", old.1.method, new.1.method));
    }
    headers(changes, old, new);
    match (old.1.body, new.1.body) {
        (Some(was), Some(is)) => {
            objects(changes, Writer::Server, (old.0, &old.0.objects[was]), (new.0, &new.0.objects[is]));
        }
        (Some(_), None) => changes.breaking("the request has no body"),
        (None, Some(_)) => changes.compatible("the request has a body"),
        (None, None) => {}
    }
    for was in &old.1.responses {
        match new.1.responses.iter().find(|is| is.name == was.name) {
            None => changes.breaking(format!("the answer {} is not understood", name(was))),
            Some(is) => response(changes, (old.0, was), (new.0, is)),
        }
    }
    for is in new.1.responses.iter().filter(|is| !old.1.responses.iter().any(|was| was.name == is.name)) {
        changes.compatible(format!("the answer {} is understood", name(is)));
    }
}

/// `200 Told` or `200..=299 Told`
fn name(response: &Response) -> String {
    let (first, last) = response.statuses;
    if first == last { format!("{first} {}", response.name) } else { format!("{first}..={last} {}", response.name) }
}

fn headers(changes: &mut Changes, old: (&Model, &Callback), new: (&Model, &Callback)) {
    let wire = |model: &Model, header: &SentHeader| model.fields[header.field].wire.clone();
    for was in &old.1.headers {
        let own = format!("`{}`", wire(old.0, was));
        let Some(is) = new.1.headers.iter().find(|is| wire(new.0, is) == wire(old.0, was)) else {
            changes.breaking(format!("{own} is not sent"));
            continue;
        };
        match (&was.value, &is.value) {
            (SentValue::Fixed(was), SentValue::Fixed(is)) if was == is => {}
            (SentValue::Fixed(was), SentValue::Fixed(is)) => {
                changes.breaking(format!("{own} was `{was}` and is `{is}`"))
            }
            (SentValue::Signature, SentValue::Signature)
            | (SentValue::Given, SentValue::Given)
            | (SentValue::Optional, SentValue::Optional) => {
                let (was, is) = (&old.0.fields[was.field], &new.0.fields[is.field]);
                grammar::compare(changes, Writer::Server, &own, (old.0, was), (new.0, is));
            }
            (SentValue::Optional, _) => changes.compatible(format!("{own} is always sent")),
            (_, SentValue::Optional) => changes.breaking(format!("{own} may be absent")),
            (SentValue::Signature, _) => changes.breaking(format!("{own} does not sign the body")),
            (_, SentValue::Signature) => changes.unclear(format!("{own} signs the body")),
            (SentValue::Fixed(was), _) => changes.breaking(format!("{own} was always `{was}`")),
            (_, SentValue::Fixed(is)) => changes.unclear(format!("{own} is always `{is}`")),
        }
    }
    let known = |is: &SentHeader| old.1.headers.iter().any(|was| wire(old.0, was) == wire(new.0, is));
    for is in new.1.headers.iter().filter(|is| !known(is)) {
        changes.compatible(format!("`{}` is sent", wire(new.0, is)));
    }
}

fn response(changes: &mut Changes, old: (&Model, &Response), new: (&Model, &Response)) {
    let of = name(old.1);
    let ((first, last), (from, to)) = (old.1.statuses, new.1.statuses);
    if from > first || to < last {
        changes.breaking(format!("the answer {of} is {} now", name(new.1)));
    } else if (from, to) != (first, last) {
        changes.compatible(format!("the answer {of} is {} now", name(new.1)));
    }
    let wire = |model: &Model, id| model.fields[id].wire.clone();
    let read = |(model, response): (&Model, &Response), name: &str| {
        response.headers.iter().find(|(id, _)| wire(model, *id) == name).copied()
    };
    for (id, was_optional) in &old.1.headers {
        let name = wire(old.0, *id);
        match read(new, &name) {
            None => changes.breaking(format!("`{name}` of {of} is not read")),
            Some((is, optional)) => {
                if *was_optional && !optional {
                    changes.breaking(format!("`{name}` of {of} is required"));
                } else if optional && !was_optional {
                    changes.compatible(format!("`{name}` of {of} may be left out"));
                }
                let named = format!("`{name}` of {of}");
                grammar::compare(
                    changes,
                    Writer::Client,
                    &named,
                    (old.0, &old.0.fields[*id]),
                    (new.0, &new.0.fields[is]),
                );
            }
        }
    }
    for (id, optional) in &new.1.headers {
        let name = wire(new.0, *id);
        match (read(old, &name), optional) {
            (None, false) => changes.breaking(format!("`{name}` of {of} is required")),
            (None, true) => changes.compatible(format!("`{name}` of {of} is read")),
            (Some(_), _) => {}
        }
    }
    bodies(changes, &of, (old.0, old.1.body), (new.0, new.1.body));
}

fn bodies(changes: &mut Changes, of: &str, old: (&Model, Option<ReadBody>), new: (&Model, Option<ReadBody>)) {
    let limit = |model: &Model, body: ReadBody| model.limits[body.limit].amount;
    match (old.1, new.1) {
        (Some(was), Some(is)) => {
            match (was.lenient, is.lenient) {
                (true, false) => changes.breaking(format!("{of} needs its body")),
                (false, true) => changes.compatible(format!("{of} does not need its body")),
                _ => {}
            }
            let (before, after) = (limit(old.0, was), limit(new.0, is));
            let what =
                format!("the body of {of} could have {} and can have {}", crate::amount(before), crate::amount(after));
            match crate::count(after).cmp(&crate::count(before)) {
                std::cmp::Ordering::Less => changes.breaking(what),
                std::cmp::Ordering::Equal => {}
                std::cmp::Ordering::Greater => changes.compatible(what),
            }
            let (was, is) = (&old.0.objects[was.object], &new.0.objects[is.object]);
            objects(changes, Writer::Client, (old.0, was), (new.0, is));
        }
        (Some(_), None) => changes.breaking(format!("the body of {of} is not read")),
        (None, Some(is)) if is.lenient => changes.compatible(format!("the body of {of} is read")),
        (None, Some(_)) => changes.breaking(format!("{of} needs a body")),
        (None, None) => {}
    }
}
