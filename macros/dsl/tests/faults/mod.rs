//! Helpers that list the faults of a spec.

#![allow(dead_code, reason = "each test needs some of it")]

use proc_macro2::TokenStream;

/// A small spec without faults.
pub const SOUND: &str = "\
protocol Minimal { problems = \"urn:minimal:\"; }
state thing { there, gone }
outcome NotFound = 404 problem \"not-found\";
outcome BadRequest = 400 problem \"bad-request\";
outcome Unavailable = 503 problem \"unavailable\";
unrouted { path => NotFound; method => NotFound; }
resource Thing at \"/{name}\" {
    path name: segments 1..=64;
    endpoint read = GET {
        refuse {
            malformed =>
                BadRequest;
            failure => Unavailable;
    thing.gone => NotFound;
        }
        answer { thing.there => Found; }
        outcome Found = 200;
    }
}
";

/// The tokens of a spec.
pub fn tokens(spec: &str) -> TokenStream {
    spec.parse().expect("tokens of Rust")
}

/// Returns `code@line:column` of each fault. Lines count from 1, columns from 0.
pub fn faults(spec: &str) -> Vec<String> {
    let (_, diagnostics) = dsl::read(tokens(spec));
    let place = |diagnostic: &dsl::diagnostic::Diagnostic| {
        let start = diagnostic.span.start();
        format!("{}@{}:{}", diagnostic.code.name(), start.line, start.column)
    };
    diagnostics.as_slice().iter().map(place).collect()
}

/// Returns the text of each fault.
pub fn texts(spec: &str) -> Vec<String> {
    let (_, diagnostics) = dsl::read(tokens(spec));
    diagnostics.as_slice().iter().map(dsl::diagnostic::Diagnostic::text).collect()
}

/// Returns the first line and the last one of each fault, if one part of a spec is another.
pub fn after(spec: &str, part: &str, other: &str) -> Vec<String> {
    assert!(spec.contains(part), "the spec has {part}");
    let ends = |text: String| {
        let first = text.lines().next().unwrap_or_default().to_owned();
        first + " " + text.lines().next_back().unwrap_or_default()
    };
    texts(&spec.replacen(part, other, 1)).into_iter().map(ends).collect()
}
