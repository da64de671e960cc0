//! Malformed requests: every endpoint answers them, and an example shows the answer where one can.

mod faults;

use faults::{faults, texts};

/// A resource whose requests have no inputs, at a path without parameters.
const STATUS: &str = "\
protocol Minimal { problems = \"urn:minimal:\"; }
fact disk.full;
outcome NotFound = 404 problem \"not-found\";
outcome BadRequest = 400 problem \"bad-request\";
outcome Unavailable = 503 problem \"unavailable\";
unrouted {
    path => NotFound;
    method => NotFound;
    example nowhere { send GET \"/nowhere\"; expect NotFound; }
}
resource Status at \"/status\" {
    endpoint read = GET {
        refuse { malformed => BadRequest; failure => Unavailable; }
        answer { disk.full => Full; not disk.full => Fine; }
        outcome Full = 200;
        outcome Fine = 200;
        example full { given disk.full; send GET \"/status\"; expect Full; }
        example fine { given not disk.full; send GET \"/status\"; expect Fine; }
        example broken { given failure; send GET \"/status\"; expect Unavailable; }
    }
}
";

#[test]
fn an_answer_that_no_example_can_show_needs_none() {
    assert_eq!(faults(STATUS), [""; 0]);
}

#[test]
fn an_answer_that_an_example_can_show_needs_one() {
    let parameter = STATUS.replace("\"/status\"", "\"/status/a\"");
    let parameter = parameter.replace("/status/a\" {\n", "/status/{name}\" { path name: segments 1..=9;\n");
    assert_eq!(faults(&parameter), ["outcome-without-example@4:8"]);
    let query = STATUS.replace("fact disk", "query Part = \"part\": u53; fact disk");
    let query = query.replace("refuse {", "request { Part?; } refuse {");
    assert_eq!(faults(&query), ["outcome-without-example@4:8"]);
    // A text that any request satisfies can't be malformed.
    let list = STATUS.replace("fact disk", "header Tags = \"tags\": list; fact disk");
    assert_eq!(faults(&list.replace("refuse {", "request { Tags?; } refuse {")), [""; 0]);
}

#[test]
fn an_endpoint_without_inputs_answers_a_malformed_host() {
    let spec = STATUS.replace("malformed => BadRequest; ", "").replace("outcome BadRequest", "outcome Odd");
    let texts = texts(&spec);
    assert!(texts.iter().any(|text| text.contains("`read` has no answer for malformed input")), "{texts:#?}");
}
