//! Faults where one part of a spec ends and the next one begins.

use dsl::diagnostic::Diagnostic;
use dsl::part::Assembled;
use std::path::Path;

const SPEC: &str = "protocol! {
    part first;
    part second;

    protocol Minimal {}
    state thing { there, gone }
    outcome NotFound = 404 problem \"not-found\";
    outcome BadRequest = 400 problem \"bad-request\";
    outcome Unavailable = 503 problem \"unavailable\";
    unrouted { path => NotFound; method => NotFound; }
    resource Thing at \"/things/{name}\" {
        path name: segments 1..=64;
        endpoint read = GET {
            request { First?; Second?; }
            refuse { malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; }
            answer { thing.there => Found; }
            outcome Found = 200;
            example found { given thing.there; send GET \"/things/a\"; expect Found; }
            example gone { given thing.gone; send GET \"/things/a\"; expect NotFound; }
            example odd { send GET \"/things/a\" { First = \"a\"; Second = \"b\"; } expect BadRequest; }
            example down { given failure; send GET \"/things/a\"; expect Unavailable; }
        }
    }
}";

/// The line and the text of each fault, if the parts are these.
fn faults(first: &str, second: &str) -> Vec<String> {
    let text = |path: &Path| {
        Ok(match path.to_str() {
            Some("first.rs") => format!("\n\npart! {{\n    {first}\n}}"),
            Some("second.rs") => format!("part! {{\n    {second}\n}}"),
            _ => SPEC.to_owned(),
        })
    };
    let (_, diagnostics) = dsl::read(Assembled::read(Path::new("spec.rs"), &text).expect("a spec").tokens);
    let fault = |fault: &Diagnostic| {
        let text = fault.text();
        format!("{}: {}", fault.span.start().line, text.lines().next().unwrap_or_default())
    };
    diagnostics.as_slice().iter().map(fault).collect()
}

const FIRST: &str = "header First = \"first\": u53;";
const SECOND: &str = "header Second = \"second\": u53;";

#[test]
fn a_part_is_read_if_the_clause_before_it_has_no_end() {
    assert_eq!(faults(FIRST, SECOND), [""; 0]);
    assert_eq!(faults(FIRST.trim_end_matches(';'), SECOND), ["4: expected `;` after this header"]);
    assert_eq!(faults(FIRST, SECOND.trim_end_matches(';')), ["2: expected `;` after this header"]);
}

#[test]
fn a_fault_is_not_behind_the_end_of_its_file() {
    let beside = format!("\n\n{SECOND}");
    assert_eq!(faults(FIRST.trim_end_matches(';'), &beside), ["4: expected `;` after this header"]);
}

#[test]
fn a_faulty_clause_ends_with_its_file() {
    let found = faults("header First \"first\" u53", "header Second = \"Second\": u53;");
    let uppercase = "2: the header name `Second` must be lowercase";
    assert_eq!(found, ["4: expected `=`, found `\"first\"`", uppercase]);
}
