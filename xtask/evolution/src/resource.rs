//! What there is to ask, and where.

use crate::{Changes, access, answer, order, request};
use dsl::model::{Announced, Announcement, Endpoint, Model, Part, Presence, Resource, Segment};

/// Adds what is different between the resources of two specs.
pub fn compare(changes: &mut Changes, old: &Model, new: &Model) {
    let pairs: Vec<(&Resource, Option<&Resource>)> =
        old.resources.iter().map(|was| (was, successor(was, &old.resources, &new.resources))).collect();
    for (was, is) in &pairs {
        changes.at(place(was));
        match is {
            None => changes.breaking(format!("`{}` is gone", was.path)),
            Some(is) => {
                paths(changes, was, is);
                answer::headers(changes, (old, &options(was)), (new, &options(is)));
                if (was.method.is_some() || is.method.is_some())
                    && let (Some(was), Some(is)) = (old.wrong_method(was), new.wrong_method(is))
                {
                    answer::compare(changes, (old, was), (new, is));
                }
                endpoints(changes, (old, was), (new, is));
            }
        }
    }
    let is_new = |is: &&Resource| !pairs.iter().any(|(_, known)| known.is_some_and(|known| std::ptr::eq(known, *is)));
    for is in new.resources.iter().filter(is_new) {
        changes.at(place(is));
        changes.compatible(format!("`{}` is there{}", is.path, likeness(new, is)));
    }
}

/// ", like `/v1/{name}` with `new` for `old`, without `read`"
fn likeness(model: &Model, resource: &Resource) -> String {
    let Some(like) = &resource.like else { return String::new() };
    let wire = |id| &model.fields[id].wire;
    let replaced = like.replaced.iter().map(|(was, is)| format!("`{}` for `{}`", wire(*is), wire(*was)));
    let replaced = replaced.collect::<Vec<_>>().join(", ");
    let excepted = like.excepted.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let part = |word: &str, list: String| if list.is_empty() { list } else { format!(", {word} {list}") };
    format!(", like `{}`{}{}", model.first(resource).path, part("with", replaced), part("without", excepted))
}

/// The headers of the response to OPTIONS. The value of a limit can be any.
fn options(resource: &Resource) -> Vec<Part> {
    let part = |Announcement { field, value }: &Announcement| {
        let presence = match value {
            Announced::Text(text) => Presence::Fixed(text.clone()),
            Announced::Limit(_) => Presence::Always,
        };
        Part { field: *field, presence }
    };
    resource.options.iter().map(part).collect()
}

/// The resource at the same path; or else the one of the same name, if its path is new.
fn successor<'a>(was: &Resource, old: &[Resource], new: &'a [Resource]) -> Option<&'a Resource> {
    let same = |resource: &&Resource| shape(resource) == shape(was);
    let renamed =
        |resource: &&Resource| resource.name == was.name && !old.iter().any(|other| shape(other) == shape(resource));
    new.iter().find(same).or_else(|| new.iter().find(renamed))
}

/// A path without the names of its variable parts.
fn shape(resource: &Resource) -> Vec<Segment> {
    let nameless = |segment: &Segment| match segment {
        Segment::Literal(text) => Segment::Literal(text.clone()),
        Segment::One(_) => Segment::One(String::new()),
        Segment::Rest(_) => Segment::Rest(String::new()),
    };
    resource.pattern.iter().map(nameless).collect()
}

fn paths(changes: &mut Changes, was: &Resource, is: &Resource) {
    if shape(was) != shape(is) {
        changes.breaking(format!("`{}` was at `{}`", is.path, was.path));
    }
    for (was, is) in was.parameters.iter().zip(&is.parameters) {
        let (old, new) = (was.texts.rule(), is.texts.rule());
        if old != new {
            let what = format!("`{{{}}}` was {old} and is {new}", is.name);
            if is.texts.contain(&was.texts) { changes.compatible(what) } else { changes.breaking(what) }
        }
    }
    let lacks = |resource: &Resource, name: &String| !resource.reserved.iter().any(|(known, _)| known == name);
    for (name, _) in is.reserved.iter().filter(|(name, _)| lacks(was, name)) {
        changes.breaking(format!("the name `{name}` is reserved"));
    }
    for (name, _) in was.reserved.iter().filter(|(name, _)| lacks(is, name)) {
        changes.compatible(format!("the name `{name}` is free"));
    }
}

fn endpoints(changes: &mut Changes, old: (&Model, &Resource), new: (&Model, &Resource)) {
    let key = |model: &Model, endpoint: &Endpoint| {
        let when = endpoint.when.map(|when| format!("?{}", docs::phrase::when(model, when)));
        format!("{}{}", endpoint.method, when.unwrap_or_default())
    };
    let asked = |(model, resource): (&Model, &Resource), wanted: &str| {
        resource.endpoints.iter().position(|endpoint| key(model, endpoint) == wanted)
    };
    for was in &old.1.endpoints {
        let asks = key(old.0, was);
        let same = asked(new, &asks).map(|index| &new.1.endpoints[index]);
        let renamed = || {
            let called = |is: &&Endpoint| is.name == was.name && asked(old, &key(new.0, is)).is_none();
            new.1.endpoints.iter().find(called)
        };
        changes.at(endpoint_place(old.1, was));
        let Some(is) = same.or_else(renamed) else {
            changes.breaking(format!("`{asks}` is gone"));
            continue;
        };
        if key(new.0, is) != asks {
            changes.breaking(format!("`{asks}` is `{}` now", key(new.0, is)));
        }
        access::compare(changes, (old.0, old.1, was), (new.0, new.1, is));
        request::compare(changes, (old.0, was), (new.0, is));
        answer::compare_all(changes, (old.0, was), (new.0, is));
        order::compare(changes, (old.0, was), (new.0, is));
    }
    selection(changes, old, new);
    for is in &new.1.endpoints {
        let (asks, named) = (key(new.0, is), old.1.endpoints.iter().any(|was| was.name == is.name));
        if asked(old, &asks).is_none() && !named {
            changes.at(endpoint_place(new.1, is));
            changes.compatible(format!("`{asks}` is there"));
        }
    }
}

/// Adds a change of the order in which query parameters select endpoints, because a request can contain several.
fn selection(changes: &mut Changes, old: (&Model, &Resource), new: (&Model, &Resource)) {
    let selectors = |(model, resource): (&Model, &Resource), method: &str| -> Vec<String> {
        resource.selectors(method).into_iter().map(|id| model.fields[id].wire.clone()).collect()
    };
    for method in old.1.methods() {
        let (mut was, mut is) = (selectors(old, method), selectors(new, method));
        was.retain(|name| is.contains(name));
        is.retain(|name| was.contains(name));
        if was != is {
            changes.at(place(old.1));
            let order = |names: &[String]| names.iter().map(|name| format!("`?{name}`")).collect::<Vec<_>>().join(", ");
            changes.breaking(format!("{method} was selected by {}, and is by {}", order(&was), order(&is)));
        }
    }
}

fn place(resource: &Resource) -> String {
    resource.name.to_string().to_lowercase()
}

fn endpoint_place(resource: &Resource, endpoint: &Endpoint) -> String {
    format!("{}.{}", place(resource), endpoint.name)
}
