//! What an endpoint answers.

use crate::Changes;
use crate::event;
use crate::grammar;
use crate::object::Comparison;
use dsl::grammar::Writer;
use dsl::model::error::OwnError;
use dsl::model::{Body, Endpoint, Id, Model, Outcome, Part, Presence};
use std::collections::BTreeMap;

/// Adds what is different between the outcomes of an endpoint.
pub fn compare_all(changes: &mut Changes, old: (&Model, &Endpoint), new: (&Model, &Endpoint)) {
    let pairs = pairs(old, new);
    for (was, is) in &pairs {
        compare(changes, (old.0, *was), (new.0, *is));
    }
    for id in old.1.outcomes.iter().filter(|id| !pairs.iter().any(|(was, _)| was == *id)) {
        let outcome = &old.0.outcomes[*id];
        let what = format!("{} is not answered", name(outcome));
        if outcome.status < 400 { changes.breaking(what) } else { changes.compatible(what) }
    }
    for id in new.1.outcomes.iter().filter(|id| !pairs.iter().any(|(_, is)| is == *id)) {
        // Whether it is answered to what used to be answered otherwise, the lines tell.
        changes.compatible(format!("{} is answered", name(&new.0.outcomes[*id])));
    }
}

/// Outcomes of the same name; or else of the same status and problem.
pub fn pairs(old: (&Model, &Endpoint), new: (&Model, &Endpoint)) -> Vec<(Id<Outcome>, Id<Outcome>)> {
    let mut left: Vec<Id<Outcome>> = new.1.outcomes.clone();
    let mut pairs = Vec::new();
    let named = |was: &Outcome, is: &Outcome| was.name == is.name;
    let seen = |was: &Outcome, is: &Outcome| was.status == is.status && slug(was) == slug(is);
    for same in [named as fn(&Outcome, &Outcome) -> bool, seen] {
        for was in &old.1.outcomes {
            if pairs.iter().any(|(known, _)| known == was) {
                continue;
            }
            if let Some(index) = left.iter().position(|is| same(&old.0.outcomes[*was], &new.0.outcomes[*is])) {
                pairs.push((*was, left.remove(index)));
            }
        }
    }
    pairs
}

/// Adds what is different between two outcomes.
pub fn compare(changes: &mut Changes, old: (&Model, Id<Outcome>), new: (&Model, Id<Outcome>)) {
    let (was, is) = (&old.0.outcomes[old.1], &new.0.outcomes[new.1]);
    let of = name(was);
    if was.status != is.status {
        changes.breaking(format!("{of} is {} now", is.status));
    }
    if slug(was) != slug(is) {
        let told =
            |outcome: &Outcome| slug(outcome).map_or("no problem".to_owned(), |slug| format!("problem `{slug}`"));
        changes.breaking(format!("{of} was {} and is {}", told(was), told(is)));
    }
    let (before, after) = (code(old.0, was), code(new.0, is));
    if before != after {
        let told = |code: Option<String>| code.map_or("no error".to_owned(), |code| format!("error `{code}`"));
        changes.breaking(format!("{of} was {} and is {}", told(before), told(after)));
    }
    match (was.body, is.body) {
        (Some(Body::Error(was)), Some(Body::Error(is))) => errors(changes, &of, (old.0, was), (new.0, is)),
        (Some(Body::Events(was)), Some(Body::Events(is))) => {
            event::compare(changes, (old.0, &old.0.events[was]), (new.0, &new.0.events[is]));
        }
        (Some(Body::Json(was)), Some(Body::Json(is))) => {
            let (was, is) = (&old.0.objects[was], &new.0.objects[is]);
            let mut comparison = Comparison::new(Writer::Server, old.0, new.0);
            comparison.contents(changes, &format!("`{}`", was.name), &was.content, &is.content);
        }
        (None, None) | (Some(Body::Bytes), Some(Body::Bytes)) => {}
        (None, Some(_)) if was.problem.is_none() => changes.compatible(format!("{of} has a body")),
        (was, is) if was.is_some() || is.is_some() => changes.breaking(format!("{of} has another kind of body")),
        _ => {}
    }
    let mut of_headers = Changes { place: changes.place.clone(), ..Changes::default() };
    headers(&mut of_headers, (old.0, &was.parts), (new.0, &is.parts));
    for change in of_headers.found {
        changes.add(change.effect, format!("{of}: {}", change.what));
    }
}

/// Adds what is different between the headers of two answers.
pub fn headers(changes: &mut Changes, old: (&Model, &[Part]), new: (&Model, &[Part])) {
    let wire = |model: &Model, part: &Part| model.fields[part.field].wire.clone();
    for was in old.1 {
        let header = wire(old.0, was);
        let Some(is) = new.1.iter().find(|part| wire(new.0, part) == header) else {
            changes.breaking(format!("`{header}` is not sent"));
            continue;
        };
        let name = format!("`{header}`");
        match (&was.presence, &is.presence) {
            (Presence::Fixed(was), Presence::Fixed(is)) if was == is => {}
            (Presence::Fixed(was), Presence::Fixed(is)) => {
                changes.breaking(format!("{name} was `{was}` and is `{is}`"))
            }
            (Presence::Always | Presence::Fixed(_) | Presence::Chosen(_), Presence::Optional) => {
                changes.breaking(format!("{name} may be absent"));
            }
            (Presence::Optional, Presence::Always | Presence::Fixed(_) | Presence::Chosen(_)) => {
                changes.compatible(format!("{name} is always sent"));
            }
            (Presence::Chosen(was), Presence::Chosen(is)) => {
                let (was, is) = (&old.0.fields[*was], &new.0.fields[*is]);
                grammar::compare(changes, Writer::Server, &name, (old.0, was), (new.0, is));
            }
            (Presence::Chosen(by), _) => {
                changes.breaking(format!("{name} was chosen by `{}`", old.0.fields[*by].wire));
            }
            (_, Presence::Chosen(by)) => changes.unclear(format!("{name} is chosen by `{}`", new.0.fields[*by].wire)),
            (Presence::Fixed(was), Presence::Always) => changes.breaking(format!("{name} was always `{was}`")),
            (Presence::Always, Presence::Fixed(is)) => changes.unclear(format!("{name} is always `{is}`")),
            (Presence::Always, Presence::Always) | (Presence::Optional, Presence::Optional) => {
                let (was, is) = (&old.0.fields[was.field], &new.0.fields[is.field]);
                grammar::compare(changes, Writer::Server, &name, (old.0, was), (new.0, is));
            }
        }
    }
    for is in new.1.iter().filter(|is| !old.1.iter().any(|was| wire(old.0, was) == wire(new.0, is))) {
        changes.compatible(format!("`{}` is sent", wire(new.0, is)));
    }
}

/// `409 stream-closed`
pub fn name(outcome: &Outcome) -> String {
    match slug(outcome) {
        Some(slug) => format!("{} {slug}", outcome.status),
        None => format!("{} {}", outcome.status, outcome.name),
    }
}

/// The code of an error.
fn code(model: &Model, outcome: &Outcome) -> Option<String> {
    model.code_at(outcome).map(|(_, code)| code.to_owned())
}

/// Adds what is different between two errors: their format, and the members that they have.
fn errors(changes: &mut Changes, of: &str, old: (&Model, Id<OwnError>), new: (&Model, Id<OwnError>)) {
    let format = |(model, id): (&Model, Id<OwnError>)| {
        let format = &model.formats[model.errors[id].format];
        (format.object, model.pointer(format, format.code), model.pointer(format, format.message))
    };
    let (was, is) = (format(old), format(new));
    if (&was.1, &was.2) != (&is.1, &is.2) {
        changes.breaking(format!(
            "code and message of {of} were at `{}` and `{}`, and are at `{}` and `{}`",
            was.1, was.2, is.1, is.2
        ));
    }
    let (was, is) = (&old.0.objects[was.0], &new.0.objects[is.0]);
    let mut comparison = Comparison::new(Writer::Server, old.0, new.0);
    comparison.contents(changes, &format!("`{}`", was.name), &was.content, &is.content);
    let supplied = |(model, id): (&Model, Id<OwnError>)| {
        let (error, members) =
            (&model.errors[id], &model.objects[model.formats[model.errors[id].format].inner].content.members);
        error.members.iter().map(|own| (members[own.index].key.clone(), own.optional)).collect::<BTreeMap<_, _>>()
    };
    let (were, are) = (supplied(old), supplied(new));
    for (key, optional) in &were {
        match (optional, are.get(key)) {
            (_, None) => changes.breaking(format!("{of} does not have `{key}`")),
            (false, Some(true)) => changes.breaking(format!("{of} may lack `{key}`")),
            (true, Some(false)) => changes.compatible(format!("{of} always has `{key}`")),
            _ => {}
        }
    }
    for key in are.keys().filter(|key| !were.contains_key(*key)) {
        changes.compatible(format!("{of} has `{key}`"));
    }
}

fn slug(outcome: &Outcome) -> Option<&str> {
    outcome.problem.as_ref().map(|problem| problem.slug.as_str())
}
