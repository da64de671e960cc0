//! Common parts declare parameters of paths, the format of errors, and the outcome of other methods.

mod faults;

use faults::{after, texts};

const SPEC: &str = "\
protocol Rooms { problems = \"urn:rooms:\"; }
value Code = one_of { Bad = \"BAD\", Gone = \"GONE\" };
value Sentence = unicode 1..=40;
object Failed { code: Code; message: Sentence; }
errors Failed { code = code; message = message; }
outcome NotFound = 404 problem \"not-found\";
unrouted { path => NotFound; method => NotFound; }
common Basics {
    path room: pattern \"[a-z]{1,9}\";
    errors Failed;
    other methods => NoMethod;
    refuse { malformed => Broken; failure => Down; }
    /// No such method.
    outcome NoMethod = 405 error Bad;
    /// Bad request.
    outcome Broken = 400 error Bad;
    /// Down.
    outcome Down = 503 error Bad;
}
resource Rooms at \"/rooms\" with Basics {
    endpoint list = GET { answer { always => Listed; } outcome Listed = 200; }
}
resource Room at \"/rooms/{room}\" with Basics {
    endpoint show = GET { answer { always => Shown; } outcome Shown = 200; }
}
resource Booking at \"/rooms/{room}/{booking}\" with Basics {
    path booking: segments 1..=9;
    endpoint take = GET { answer { always => Taken; } outcome Taken = 200; }
}
";

#[test]
fn they_apply_to_the_resources_that_have_them() {
    assert_eq!(texts(SPEC), [""; 0]);
    let (model, _) = dsl::read(faults::tokens(SPEC));
    let parameters = |resource: &dsl::model::Resource| -> Vec<String> {
        resource.parameters.iter().map(|parameter| parameter.name.to_string()).collect()
    };
    let all: Vec<_> = model.resources.iter().map(parameters).collect();
    assert_eq!(all, [vec![], vec!["room".to_owned()], vec!["room".to_owned(), "booking".to_owned()]]);
    for resource in &model.resources {
        assert!(resource.errors.is_some() && resource.method.is_some(), "{}", resource.name);
    }
    // The grammar of the path is that of the common part.
    let example = "outcome Shown = 200; example shown { send GET \"/rooms/A\"; expect Shown; }";
    let found = after(SPEC, "outcome Shown = 200;", example);
    assert!(found.iter().any(|text| text.starts_with("this request is malformed")), "{found:?}");
}

#[test]
fn their_refusals_are_checked_in_each_resource() {
    let found = after(SPEC, "outcome Down = 503 error Bad;", "outcome Down = 503 problem \"down\";");
    assert_eq!(found, ["`Down` is not an error of `Failed` [mixed-errors]"; 1]);
}

#[test]
fn what_is_declared_twice_is_an_error() {
    for (part, other, fault) in [
        ("path booking", "errors Failed; path booking", "`Booking` has `errors` twice [duplicate-section]"),
        (
            "path booking",
            "other methods => NoMethod; path booking",
            "`Booking` has `other methods` twice [duplicate-section]",
        ),
        ("path booking", "path room: segments 1..=9; path booking", "`room` is declared twice [duplicate-name]"),
        (
            "resource Rooms at \"/rooms\" with Basics",
            "common More { errors Failed; } resource Rooms at \"/rooms\" with Basics, More",
            "`Rooms` has `errors` twice [duplicate-section]",
        ),
        (
            "errors Failed;\n",
            "errors Failed; errors Failed;\n",
            "`errors` is allowed only once here [duplicate-section]",
        ),
    ] {
        assert_eq!(after(SPEC, part, other), [fault], "{other}");
    }
}

#[test]
fn a_parameter_that_no_path_has_is_unused() {
    let found = after(SPEC, "errors Failed;\n", "errors Failed; path floor: segments 1..=9;\n");
    assert_eq!(found, ["no resource with `Basics` has `{floor}` in its path [unused]"]);
}

/// A fault in a common part is not also one of the resources.
#[test]
fn a_fault_is_reported_once() {
    for (part, other, fault) in [
        ("path room: pattern", "path room = pattern", "expected `:`"),
        ("pattern \"[a-z]{1,9}\"", "pattern \"[a-z\"", "`[a-z` is not a valid regular expression"),
        ("errors Failed;\n", "errors Faild;\n", "no format of errors is named `Faild` [unknown-value]"),
        ("other methods => NoMethod;", "other methods => NoMehod;", "no outcome is named `NoMehod` [unknown-outcome]"),
    ] {
        let found = after(SPEC, part, other);
        assert!(matches!(&found[..], [only] if only.starts_with(fault)), "{other}: {found:?}");
    }
}
