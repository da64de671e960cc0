//! Faults of formats of errors, and of the errors of outcomes.

mod faults;

use faults::texts;

const SPEC: &str = "\
protocol Minimal { problems = \"urn:minimal:\"; }
value Code = one_of { Bad = \"BAD\", Gone = \"GONE\" };
value Sentence = unicode 1..=40;
value Count = u53;
limits { body = 1 KiB; }
state thing { there, gone }
object Failed { error: Failure; }
object Failure { code: Code; message: Sentence; count: Count?; held: flag; detail: json?; }
errors Failed { code = error.code; message = error.message; violations = error.detail; }
object Question { count: Count; }
/// No resource.
outcome NotFound = 404 problem \"not-found\";
unrouted { path => NotFound; method => NotFound; }
resource Thing at \"/{name}\" {
    path name: segments 1..=64;
    errors Failed;
    other methods => NoMethod;
    /// No such method.
    outcome NoMethod = 405 error Bad;
    /// Bad request.
    outcome BadRequest = 400 error Bad;
    /// Down.
    outcome Unavailable = 503 error Bad;
    /// Too long.
    outcome TooLong = 413 error Bad;
    /// Gone.
    outcome Gone = 404 error Gone(count, held, message);
    endpoint ask = POST {
        request { body json Question? ..= limits.body; }
        refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLong; thing.gone => Gone; }
        answer { body.empty => Found; always => Asked; }
        outcome Found = 204;
        outcome Asked = 200;
    }
}
";

fn told(part: &str, other: &str) -> Vec<String> {
    faults::after(SPEC, part, other)
}

#[test]
fn the_spec_has_no_fault() {
    assert_eq!(texts(SPEC), [""; 0]);
}

#[test]
fn formats_are_checked() {
    let cases = [
        ("code = error.code", "code = error.cod", "no member of `Failure` is named `cod` [unknown-member]"),
        ("code = error.code", "code = failed.code", "no member of `Failed` is named `failed` [unknown-member]"),
        ("code = error.code", "code = error.message", "the generated code can't write `message` [error-format]"),
        ("message = error.message", "message = error.count", "the generated code can't write `count` [error-format]"),
        ("message = error.message", "message = error", "`error` is in another object than the code [error-format]"),
        (
            "violations = error.detail",
            "violations = error.count",
            "the generated code can't write `count` [error-format]",
        ),
        ("detail: json?", "detail: json", "`detail` must be optional [error-format]"),
        (
            "error: Failure; }",
            "error: Failure; server: Count; }",
            "`Failed` can't be the format of errors [error-format]",
        ),
        ("error: Failure; }", "error: [Failure] 2..=3; }", "`error` does not contain an object [error-format]"),
        ("error: Failure; }", "error: map Failure 1..=3; }", "`error` does not contain an object [error-format]"),
        (
            "detail: json?; }",
            "detail: json?; when code is Gone { path: Count; } }",
            "`Failed` can't be the format of errors [error-format]",
        ),
        (
            "message = error.message;",
            "",
            "the errors of `Failed` need a member for `code` and for `message` [missing-clause]",
        ),
        (
            "object Question",
            "errors Failed { code = error.code; message = error.message; } object Question",
            "`Failed` is already a format [duplicate-name]",
        ),
    ];
    for (part, other, fault) in cases {
        let told = told(part, other);
        assert_eq!(told, [fault], "{other}");
    }
}

#[test]
fn errors_fit_their_format() {
    let cases = [
        ("404 error Gone(", "404 error Lost(", "no code is named `Lost` [unknown-variant]"),
        ("(count, held", "(count?, held", ""),
        ("(count, held", "(held, held", "`held` is declared twice [duplicate-name]"),
        ("(count, held", "(held?", "`held` needs no `?` [bad-error]"),
        ("held, message)", "message?)", "`message` can't be left out [bad-error]"),
        ("held, message)", "detail)", "the handler can't supply `detail` [bad-error]"),
        ("held, message)", "code)", "the handler can't supply `code` [bad-error]"),
        ("count: Count?;", "count: Count;", "the error `Bad` has no value for `count` [bad-error]"),
        ("/// Down.", "", ""),
        (
            "/// Down.",
            "/// It is down, and nobody knows since when it is so.",
            "the doc comment of this outcome can't be the message of `Bad` [bad-error]",
        ),
        ("503 error Bad;", "302 error Bad;", "a 302 response can't have an `error` [bad-status]"),
        (
            "503 error Bad;",
            "503 error Bad { body json Question; }",
            "`Unavailable` already has a body [duplicate-section]",
        ),
        (
            "503 error Bad;",
            "503 error Bad(count);",
            "`Unavailable` has no value for `count`: this response is sent without a handler [bad-answer]",
        ),
        (
            "404 problem \"not-found\"",
            "404 error Gone(count)",
            "`NotFound` has no value for `count`: this response is sent without a handler [bad-answer]",
        ),
        ("503 error Bad;", "503 problem \"down\";", "`Unavailable` is not an error of `Failed` [mixed-errors]"),
        (
            "other methods => NoMethod;",
            "",
            "`Thing` has no error of `Failed` for methods that it does not have [mixed-errors]",
        ),
        ("errors Failed;", "errors Question;", "no format of errors is named `Question` [unknown-value]"),
        (
            "thing.gone => Gone;",
            "thing.gone => BadRequest;",
            "`BadRequest` can't be shared with `malformed`: it would have to list violations, and this line has none [bad-answer]",
        ),
        ("other methods => NoMethod;", "other methods => Found;", "no outcome is named `Found` [unknown-outcome]"),
    ];
    for (part, other, fault) in cases {
        let told = told(part, other);
        assert!(told.iter().any(|text| text == fault) || told.is_empty() && fault.is_empty(), "{other}: {told:#?}");
    }
}

#[test]
fn refusals_of_an_access_can_have_another_format() {
    let access = "\
header Authorization = \"authorization\": credentials \"Bearer\";
header Scheme = \"www-authenticate\": text 1..=16;
access Client { credentials Authorization; operations { ask } unknown => Unauthorized; }
/// Who is it?
outcome Unauthorized = 401 problem \"unauthorized\" { Scheme = \"Bearer\"; }
unrouted";
    let spec = SPEC.replace("unrouted", access).replace("endpoint ask = POST {", "endpoint ask = POST { needs ask;");
    assert_eq!(texts(&spec), [""; 0]);
}

#[test]
fn a_code_of_two_formats_needs_a_resource() {
    let second = "object Other { code: Code; message: Sentence; } errors Other { code = code; message = message; } object Question";
    assert_eq!(told("object Question", second), ["unused format of errors `Other` [unused]"]);
    let spec = SPEC.replace("404 problem \"not-found\"", "404 error Gone").replace("object Question", second);
    let first = texts(&spec).into_iter().next().unwrap_or_default();
    assert!(first.starts_with("`Failed` and `Other` both have the code `Gone`"), "{first}");
}

#[test]
fn a_body_that_can_be_empty_has_a_condition() {
    let told = told("Question? ..=", "Question or {} ..=");
    assert_eq!(told, ["the body of this endpoint is JSON, so it is never empty [misplaced-condition]"]);
    let plain =
        SPEC.replace("body.empty => Found; always => Asked", "always => Asked").replace("outcome Found = 204;", "");
    for body in ["Question? ..=", "Question or {} ..=", "Question ..="] {
        assert_eq!(texts(&plain.replace("Question? ..=", body)), [""; 0], "{body}");
    }
}

/// An example can't show another code than that of its outcome, nor another message than its doc comment.
#[test]
fn examples_show_the_fixed_members() {
    const JOBS: &str = include_str!("../../tests/errors/protocol.rs");
    let faults = |old: &str, new: &str| {
        assert_eq!(JOBS.matches(old).count(), 1, "{old}");
        let tokens = dsl::tokens(&JOBS.replace(old, new)).expect("one protocol");
        let (_, diagnostics) = dsl::read(tokens);
        diagnostics.as_slice().iter().map(dsl::diagnostic::Diagnostic::text).collect::<Vec<_>>()
    };
    let body = "\"code\": \"UNSUPPORTED\", \"message\": \"The part has no such method.\"";
    for (other, note) in [
        (
            "\"code\": \"UNSUPPORTED\", \"message\": \"Wrong.\"",
            "`/errors/0/message` must be \"The part has no such method.\"",
        ),
        (
            "\"code\": \"PART_INVALID\", \"message\": \"The part has no such method.\"",
            "`/errors/0/code` must be \"UNSUPPORTED\"",
        ),
        ("\"code\": \"UNSUPPORTED\"", "`/errors/0/message` must be \"The part has no such method.\""),
    ] {
        let found = faults(body, other);
        assert!(matches!(&found[..], [one] if one.contains(note)), "{note}: {found:#?}");
    }
    assert!(faults(body, "\"code\": _, \"message\": _").is_empty());
}
