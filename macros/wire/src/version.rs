//! A resource that is like another one, at another path and with other names.

use crate::{Body, Place, Response, Segment, Source, captures, fill, list};
use serde_json::Value as Json;
use std::borrow::Cow;

/// The differences between a resource and the first one, which it is like.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The name of the resource; empty for one that is not like another.
    pub resource: &'static str,
    /// The headers and query parameters with another name: the name in the first resource, and the name here.
    pub names: &'static [(Place, &'static str, &'static str)],
    /// The response headers whose value is a path of the first resource.
    pub paths: &'static [&'static str],
    /// The path pattern of the first resource.
    pub first: &'static [Segment<'static>],
    /// The path pattern here, with the same parameters.
    pub here: &'static [Segment<'static>],
}

impl Version {
    /// The first resource itself.
    pub const FIRST: Self = Self { resource: "", names: &[], paths: &[], first: &[], here: &[] };

    /// A request as one to the first resource.
    pub fn request<'a, S: Source>(&'static self, source: &'a S) -> impl Source + 'a {
        Renamed { version: self, source }
    }

    /// A response of the first resource as one of this resource.
    #[must_use]
    pub fn response<E>(&self, mut response: Response<E>) -> Response<E> {
        let is_problem = response.get("content-type") == Some("application/problem+json");
        if let (true, Body::Bytes(body)) = (is_problem, &mut response.body) {
            self.problem(body);
        }
        for (name, value) in &mut response.headers {
            if self.paths.contains(name)
                && let Some(parts) = captures(value, self.first)
            {
                *value = fill(self.here, &parts).into();
            }
            if *name == "vary" {
                *value = self.listed(value).into();
            }
            *name = self.name(Place::Header, name).unwrap_or(name);
        }
        response
    }

    /// The name here of an input that has another one in the first resource.
    fn name(&self, place: Place, name: &str) -> Option<&'static str> {
        self.names.iter().find(|(own, first, _)| (*own, *first) == (place, name)).map(|(_, _, here)| *here)
    }

    /// A list of header names, with those of this resource.
    fn listed(&self, names: &str) -> String {
        let names = list::elements(names).map(|name| self.name(Place::Header, name).unwrap_or(name));
        names.collect::<Vec<_>>().join(", ")
    }

    /// Renames the inputs that a problem is about.
    fn problem(&self, body: &mut Vec<u8>) {
        let Ok(mut problem) = serde_json::from_slice::<Json>(body) else { return };
        let violations = problem.get_mut("violations").and_then(Json::as_array_mut);
        for violation in violations.into_iter().flatten() {
            let place = match violation["in"].as_str() {
                Some("header") => Place::Header,
                Some("query") => Place::Query,
                _ => continue,
            };
            if let Some(here) = violation["name"].as_str().and_then(|name| self.name(place, name)) {
                violation["name"] = here.into();
            }
        }
        *body = problem.to_string().into_bytes();
    }
}

/// A request whose inputs have the names of a version.
struct Renamed<'a, S> {
    version: &'static Version,
    source: &'a S,
}

impl<S: Source> Source for Renamed<'_, S> {
    fn method(&self) -> &str {
        self.source.method()
    }

    fn path(&self) -> &str {
        self.source.path()
    }

    fn query(&self) -> &str {
        self.source.query()
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.source.header(name)
    }

    fn name<'n>(&self, place: Place, name: &'n str) -> &'n str {
        self.version.name(place, name).unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inputs, Problem, Sent, Violations};

    const VERSION: Version = Version {
        resource: "Again",
        names: &[(Place::Header, "x-old", "x-new"), (Place::Query, "from", "after")],
        paths: &["location"],
        first: &[Segment::Literal("v1"), Segment::Rest],
        here: &[Segment::Literal("v2"), Segment::Rest],
    };

    #[test]
    fn inputs_are_read_by_their_names_here() {
        static OWN: Version = VERSION;
        let sent = Sent("GET /v2/a?after=1&from=2\nx-new: 3\nx-old: 4\nx-same: 5");
        let source = OWN.request(&sent);
        let mut inputs = Inputs::new(&source);
        let mut read = |place, name: &'static str| inputs.read(place, &name, |texts| Ok(texts.concat()));
        assert_eq!(read(Place::Query, "from").as_deref(), Some("1"));
        assert_eq!(read(Place::Header, "x-old").as_deref(), Some("3"));
        assert_eq!(read(Place::Header, "x-same").as_deref(), Some("5"));
        inputs.all_or_none(Place::Header, &["x-old", "x-else"]);
        let violations = inputs.finish(Some(())).unwrap_err();
        assert_eq!(violations.as_slice()[0].rule, "present, since x-new, x-else belong together");
    }

    #[test]
    fn responses_have_the_names_and_paths_of_here() {
        let mut response = Response::<()>::new(201);
        response.fixed("x-old", "1");
        response.fixed("location", "/v1/a/b");
        let response = VERSION.response(response.varying("accept").varying("x-old"));
        let headers: Vec<_> = response.headers.iter().map(|(name, value)| (*name, &**value)).collect();
        assert_eq!(headers, [("x-new", "1"), ("location", "/v2/a/b"), ("vary", "accept, x-new")]);
    }

    #[test]
    fn problems_are_about_the_names_of_here() {
        let mut response = Response::<()>::new(400);
        let violations = Violations::one(Place::Query, "from", "present".into());
        Problem::new("urn:x", "X.", 400).violations(violations).write(&mut response);
        let Body::Bytes(body) = VERSION.response(response).body else { panic!("a body") };
        let body: Json = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["violations"][0]["name"], &body["type"]), (&"after".into(), &"urn:x".into()));
    }
}
