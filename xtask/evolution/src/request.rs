//! What an endpoint reads.

use crate::Changes;
use crate::grammar;
use crate::object::Comparison;
use dsl::EmptyBody;
use dsl::Place;
use dsl::grammar::Writer;
use dsl::model::{Endpoint, Field, GroupKind, Id, Input, InputSource, Model, Need};

/// A header or query parameter that an endpoint reads.
struct Read<'a> {
    field: &'a Field,
    /// Whether it contains credentials.
    is_secret: bool,
    demand: Demand,
    /// What is assumed where it is absent.
    default: Option<String>,
    /// How it depends on others.
    group: Option<(GroupKind, Vec<String>)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Demand {
    Optional,
    /// Required if the other members of its group are absent.
    Alone,
    WithBody,
    Always,
}

impl Demand {
    fn words(self) -> &'static str {
        match self {
            Self::Optional => "is optional",
            Self::Alone => "is required, unless another member of its group is sent",
            Self::WithBody => "is required with a body",
            Self::Always => "is required",
        }
    }
}

/// Adds what is different between the requests of an endpoint.
pub fn compare(changes: &mut Changes, old: (&Model, &Endpoint), new: (&Model, &Endpoint)) {
    let (was, is) = (reads(old.0, old.1), reads(new.0, new.1));
    for old_read in &was {
        // Kinds of credentials can share inputs.
        let same = || is.iter().filter(|read| read.is(old_read));
        let Some(new_read) = same().find(|read| read.group == old_read.group).or_else(|| same().next()) else {
            changes.breaking(format!("{} is not read", old_read.name()));
            continue;
        };
        grammar::compare(changes, Writer::Client, &old_read.name(), (old.0, old_read.field), (new.0, new_read.field));
        demand(changes, old_read, new_read);
    }
    for read in is.iter().filter(|read| !was.iter().any(|old| old.is(read))) {
        match read.demand {
            Demand::Optional => changes.compatible(format!("{} is read", read.name())),
            demand => changes.breaking(format!("{} {}", read.name(), demand.words())),
        }
    }
    body(changes, old, new);
}

fn demand(changes: &mut Changes, was: &Read<'_>, is: &Read<'_>) {
    let name = was.name();
    if is.demand > was.demand {
        changes.breaking(format!("{name} {}", is.demand.words()));
    } else if is.demand < was.demand {
        changes.compatible(format!("{name} may be left out"));
    } else if is.default != was.default {
        let meaning =
            |default: &Option<String>| default.as_ref().map_or("nothing".to_owned(), |text| format!("`{text}`"));
        let (was, is) = (meaning(&was.default), meaning(&is.default));
        changes.breaking(format!("without {name}, {was} was assumed, and {is} is"));
    }
    match (&was.group, &is.group) {
        (Some(_), None) => changes.compatible(format!("{name} does not depend on others")),
        (was, is) if was != is => changes.breaking(format!("{name} depends on others in another way")),
        _ => {}
    }
}

fn body(changes: &mut Changes, old: (&Model, &Endpoint), new: (&Model, &Endpoint)) {
    let limit = |(model, endpoint): (&Model, &Endpoint)| endpoint.body_limit().map(|id| model.limits[id].amount);
    match (limit(old), limit(new)) {
        (Some(_), None) => changes.breaking("a body is not read"),
        (None, Some(_)) => changes.compatible("a body is read"),
        (Some(was), Some(is)) if crate::count(was) != crate::count(is) => {
            let what = format!("a body could have {} and can have {}", crate::amount(was), crate::amount(is));
            if crate::count(is) < crate::count(was) { changes.breaking(what) } else { changes.compatible(what) }
        }
        _ => {}
    }
    let object =
        |(model, endpoint): (&Model, &Endpoint)| endpoint.body_object().map(|id| model.objects[id].name.to_string());
    match (old.1.json_body(), new.1.json_body()) {
        (Some(was), Some(is)) if was.empty != is.empty => {
            let meaning = |empty| match empty {
                EmptyBody::Malformed => "malformed",
                EmptyBody::Absent => "no object",
                EmptyBody::Memberless => "`{}`",
            };
            let what = format!("an empty body was {} and is {}", meaning(was.empty), meaning(is.empty));
            match (was.empty, is.empty) {
                (EmptyBody::Malformed, _) => changes.compatible(what),
                (_, EmptyBody::Malformed) => changes.breaking(what),
                _ => changes.unclear(what),
            }
        }
        _ => {}
    }
    match (old.1.body_object(), new.1.body_object()) {
        (Some(was), Some(is)) => {
            let (was, is) = (&old.0.objects[was], &new.0.objects[is]);
            let mut comparison = Comparison::new(Writer::Client, old.0, new.0);
            comparison.contents(changes, &format!("`{}`", was.name), &was.content, &is.content);
        }
        (None, Some(_)) if old.1.body_limit().is_some() => {
            changes.breaking(format!("the body must be `{}`", object(new).unwrap_or_default()));
        }
        (Some(_), None) if new.1.body_limit().is_some() => {
            changes.compatible(format!("the body need not be `{}`", object(old).unwrap_or_default()));
        }
        _ => {}
    }
}

fn reads<'a>(model: &'a Model, endpoint: &Endpoint) -> Vec<Read<'a>> {
    let read = |input: &Input| {
        let group = group_of(model, input.source);
        let read = |(id, need)| Read {
            field: &model.fields[id],
            is_secret: is_secret(model, id),
            demand: match need {
                _ if matches!(group, Some((GroupKind::ExactlyOne, _))) => Demand::Alone,
                Need::Required => Demand::Always,
                Need::UnlessBodyEmpty => Demand::WithBody,
                Need::Optional | Need::UnlessMalformed | Need::Default(_) => Demand::Optional,
            },
            default: match &input.need {
                Need::Default(default) => Some(default.text.clone()),
                _ => None,
            },
            group: group.clone(),
        };
        input.members(model).into_iter().map(read).collect::<Vec<_>>()
    };
    let access = endpoint.restriction().map(|(access, _)| &model.accesses[access]);
    let kinds = access.iter().flat_map(|access| &access.credentials);
    // A request can have credentials of another kind, or none.
    let credentials = kinds.flat_map(|source| {
        let group = group_of(model, *source);
        let read = |id| Read {
            field: &model.fields[id],
            is_secret: is_secret(model, id),
            demand: Demand::Optional,
            default: None,
            group: group.clone(),
        };
        model.fields_of(*source).into_iter().map(read).collect::<Vec<_>>()
    });
    endpoint.inputs.iter().flat_map(read).chain(credentials).collect()
}

/// Whether a header contains credentials. Another header of this name can have another meaning.
fn is_secret(model: &Model, field: Id<Field>) -> bool {
    model.fields[field].grammar(model).is_secret()
}

/// The group of a header or query parameter: its kind and its members.
fn group_of(model: &Model, source: InputSource) -> Option<(GroupKind, Vec<String>)> {
    let InputSource::Group(id) = source else { return None };
    let group = &model.groups[id];
    let members = group.members.iter().map(|member| model.fields[*member].wire.clone()).collect();
    Some((group.kind, members))
}

impl Read<'_> {
    fn is(&self, other: &Read<'_>) -> bool {
        let (own, other_field) = (self.field, other.field);
        own.place == other_field.place && own.wire == other_field.wire && self.is_secret == other.is_secret
    }

    fn name(&self) -> String {
        match self.field.place {
            Place::Query => format!("`?{}`", self.field.wire),
            _ => format!("`{}`", self.field.wire),
        }
    }
}
