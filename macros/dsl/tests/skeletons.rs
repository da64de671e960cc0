//! The example that the compiler proposes for an outcome without one compiles, in the place that the compiler names.

mod faults;

use faults::texts;

const SAMPLE: &str = include_str!("forms/sample.rs");

/// The spec without one of its examples, and the place where it was.
fn without(name: &str) -> (String, usize) {
    let start = SAMPLE.find(&format!("example {name} ")).unwrap_or_else(|| panic!("the sample has the example {name}"));
    let indent = &SAMPLE[SAMPLE[..start].rfind('\n').map_or(0, |line| line + 1)..start];
    let docs = SAMPLE[..start].rfind("///").expect("an example has a comment");
    let end =
        start + SAMPLE[start..].find(&format!("\n{indent}}}")).expect("the end of the example") + indent.len() + 2;
    (format!("{}{}", &SAMPLE[..docs], &SAMPLE[end..]), docs)
}

fn compile(source: &str) -> Vec<String> {
    texts(&dsl::tokens(source).expect("one protocol").to_string())
}

/// Returns the example that the compiler proposes, and what the message says about its place.
fn proposed(source: &str) -> (String, String) {
    let texts = compile(source);
    let [text] = &texts[..] else { panic!("one fault, not {texts:#?}") };
    let (_, help) = text.split_once("help: add an example such as this one to ").expect("a proposal");
    let (place, rest) = help.split_once(":\n").expect("a proposal on its own lines");
    let (example, _) = rest.split_once("\n[").expect("a code");
    (place.to_owned(), example.to_owned())
}

#[test]
fn a_proposed_example_compiles() {
    let examples = [
        ("created", "`write`"),
        ("replaced", "`write`"),
        ("empty", "`write`"),
        ("locked", "`write`"),
        ("conflict", "`write`"),
        ("too_large", "`write`"),
        ("unauthorized", "`write`"),
        ("failed", "`write`"),
        ("all", "`read`"),
        ("tail", "`read`"),
        ("followed", "`follow`"),
        ("other_method", "`unrouted`"),
        ("reserved", "`unrouted`"),
    ];
    for (name, expected) in examples {
        let (spec, place) = without(name);
        let (named, example) = proposed(&spec);
        assert_eq!(named, expected, "{name}");
        let repaired = format!("{} {example} {}", &spec[..place], &spec[place..]);
        assert_eq!(compile(&repaired), [""; 0], "{name}: {example}");
    }
}

#[test]
fn a_proposed_example_has_the_request_and_the_headers() {
    let (spec, _) = without("conflict");
    let (_, example) = proposed(&spec);
    let lines: Vec<_> = example.lines().map(str::trim).collect();
    assert_eq!(
        lines,
        [
            "example conflict {",
            "given precondition.failed;",
            "send PUT \"/notes/a\" { Title = \"a\"; ContentType = \"text/plain\"; IfMatch = \"\\\"a\\\"\"; body = \"x\"; }",
            "expect Conflict { NextRevision; }",
            "}",
        ]
    );
}
