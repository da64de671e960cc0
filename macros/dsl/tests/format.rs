//! Formatting changes only the layout of a spec, and formatting twice changes nothing more.

mod specs;

use dsl::format::format;
use proptest::prelude::*;
use std::path::Path;

/// A file with a protocol around `clauses`.
fn file(clauses: &str) -> String {
    format!("//! A file.\n\nmacros::protocol! {{{clauses}}}\n")
}

/// Returns the contents of the protocol in a formatted file, without their indentation.
fn formatted(clauses: &str) -> String {
    let formatted = format(&file(clauses)).expect("a file with a protocol");
    let inside = formatted.strip_prefix("//! A file.\n\nmacros::protocol! {\n").expect("what is outside stays");
    let inside = inside.strip_suffix("}\n").expect("what is outside stays");
    let line = |line: &str| line.strip_prefix("    ").unwrap_or(line).to_owned() + "\n";
    inside.lines().map(line).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file of this repository")
}

#[test]
fn a_clause_has_a_line() {
    let clauses = "media A=\"a\";value B = u53 1 ..= 9 ;header C=\"c\" : B ;group D = headed{C,C}";
    let expected = "\
media A = \"a\";
value B = u53 1..=9;
header C = \"c\": B;
group D = headed { C, C }
";
    assert_eq!(formatted(clauses), expected);
}

#[test]
fn operators_touch_what_they_bind() {
    let clauses =
        "format = hex [ 16 ]; edge fact a . b ( C ) ; body..=limits . body; not(a.b or  c.d) and A? ; part a :: b;";
    let expected = "\
format = hex[16];
edge fact a.b(C);
body ..= limits.body;
not (a.b or c.d) and A?;
part a::b;
";
    assert_eq!(formatted(clauses), expected);
}

#[test]
fn arrows_stand_in_one_column() {
    let clauses = "refuse {\na => A;\n stream.open and not source.absent  =>  B;\n}\nanswer { a => A; bb => B; }";
    let expected = "\
refuse {
    a                                 => A;
    stream.open and not source.absent => B;
}
answer { a => A; bb => B; }
";
    assert_eq!(formatted(clauses), expected);
}

#[test]
fn a_long_condition_pushes_no_arrow_away() {
    let long = "aaaaaaaaaaaaaaaa.a and bbbbbbbbbbbbbbbbbb.b and cccccccccccccccccccc.c";
    let clauses = format!("refuse {{\na => A;\n{long} => B;\nbb.c => C; }}");
    assert_eq!(formatted(&clauses), format!("refuse {{\n    a    => A;\n    {long} => B;\n    bb.c => C;\n}}\n"));
}

#[test]
fn types_and_documents_are_spaced_as_they_are_read() {
    let clauses = "object A{a:[B]0 ..= 9 ?;b : map C 1..=2 or  null;c=\"d\":E as text or 3;at_least_one{a,b}when t is X{e:F;}}\nbody = json{\"a\":[1 ,- 2.5,_],\"b\":{}};";
    let expected = "\
object A {
    a: [B] 0..=9?;
    b: map C 1..=2 or null;
    c = \"d\": E as text or 3;
    at_least_one { a, b }
    when t is X { e: F; }
}
body = json { \"a\": [1, -2.5, _], \"b\": {} };
";
    assert_eq!(formatted(clauses), expected);
}

#[test]
fn a_block_on_one_line_stays_there_if_it_fits() {
    let long = "ProducerExpectedSeq; ProducerReceivedSeq; CacheControl = NoStore;";
    let clauses = format!("outcome A = 204 {{A;B?;}}\noutcome B = 409 problem \"{}\" {{ {long} }}", "b".repeat(40));
    let expected =
        format!("outcome A = 204 {{ A; B?; }}\noutcome B = 409 problem \"{}\" {{\n    {long}\n}}\n", "b".repeat(40));
    assert_eq!(formatted(&clauses), expected);
}

#[test]
fn names_share_a_line_if_they_did() {
    let clauses = "outcome A = 200 {\nA;  B?;\nC = D; body bytes; }";
    assert_eq!(formatted(clauses), "outcome A = 200 {\n    A; B?;\n    C = D;\n    body bytes;\n}\n");
}

#[test]
fn names_in_a_clause_stay_in_it() {
    let clauses = "example a {\ngiven A permits b,c ,d;send GET \"/\";\n}";
    let expected = "example a {\n    given A permits b, c, d;\n    send GET \"/\";\n}\n";
    assert_eq!(formatted(clauses), expected);
}

#[test]
fn comments_and_one_blank_line_stay() {
    let clauses = "\n\n/// Docs.\n      /// More.\nmedia A = \"a\"; // why\n\n\n\n// what\nlimits{ // here\na = 1;\n\n}\n/* last */\n\n";
    let expected = "\
/// Docs.
/// More.
media A = \"a\"; // why

// what
limits { // here
    a = 1;
}
/* last */
";
    assert_eq!(formatted(clauses), expected);
}

#[test]
fn a_clause_that_fits_nowhere_keeps_its_lines() {
    let (left, right) = ("a".repeat(70), "b".repeat(70));
    let clauses = format!("{left}.x\nand {right}.y\n=> A;\nshort\n=> B;");
    assert_eq!(formatted(&clauses), format!("{left}.x\n    and {right}.y\n    => A;\nshort => B;\n"));
}

#[test]
fn a_file_without_a_protocol_is_refused() {
    let message = format("fn main() {}").expect_err("no protocol").to_string();
    assert_eq!(message, "the file contains neither `protocol! { … }` nor `part! { … }`");
    assert_eq!(format("fn main() {\n  \"").expect_err("no tokens").to_string(), "invalid token at 2:3");
}

/// Checks that formatting is idempotent. `format` itself checks that it keeps the tokens; see `Unformatted::Damaged`.
fn is_idempotent(source: &str) {
    let once = format(source).unwrap_or_else(|error| panic!("{error}:\n{source}"));
    let twice = format(&once).expect("what was formatted can be formatted");
    assert_eq!(once, twice);
}

const SPECS: [&str; 6] = [
    specs::SPEC,
    "macros/tests/counter/protocol.rs",
    "macros/tests/depot/protocol.rs",
    "examples/tus/spec/tus.rs",
    "macros/tests/hooks/protocol.rs",
    "macros/tests/shelf/protocol.rs",
];

#[test]
fn formatting_specs_is_idempotent() {
    SPECS.iter().flat_map(|spec| specs::read(spec).files).for_each(|file| is_idempotent(&read(&file)));
}

/// Tokens and comments, of specs and of other Rust.
const PIECES: &[&str] = &[
    "outcome",
    "Name",
    "name",
    "not",
    "and",
    "'a",
    "r#type",
    "_",
    "0",
    "1_0",
    "1.5",
    "4KiB",
    "\"text\"",
    "b\"b\"",
    "'c'",
    "r#\"raw\nraw\"#",
    "=",
    "=>",
    "=>",
    "..=",
    "..",
    ".",
    "-",
    "->",
    "::",
    ":",
    "#",
    "#!",
    "!",
    "?",
    ";",
    ";",
    ",",
    "&&",
    "/// docs\n",
    "//! inner\n",
    "// comment\n",
    "//// four\n",
    "/* block */",
    "/** doc */",
    "/* two\n   lines */",
    "/",
    "segments_of_a_name_that_is_so_long_that_a_line_is_soon_full",
];

/// White space between two pieces.
const GAPS: &[&str] = &[" ", " ", "\n", "\n\n", "\n\n\n\n", "\t", "     ", " \n   ", "\r\n"];

fn random_tokens() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(PIECES).prop_map(str::to_owned);
    let gap = || prop::sample::select(GAPS);
    piece.prop_recursive(5, 128, 10, move |inner| {
        let parts = prop::collection::vec((inner, gap()), 0..10)
            .prop_map(|parts| parts.into_iter().map(|(part, gap)| part + gap).collect::<String>());
        (0..5_usize, parts).prop_map(|(kind, parts)| match kind {
            0 => format!("({parts})"),
            1 => format!("[{parts}]"),
            2 => format!("{{{parts}}}"),
            3 => format!("{{ {parts}}};"),
            _ => parts,
        })
    })
}

/// Returns a source with the white space outside comments and texts replaced.
fn respaced(source: &str, gaps: &[&str]) -> String {
    let mut gaps = gaps.iter().cycle();
    let mut respaced = String::new();
    for line in source.lines() {
        let line = line.trim_start();
        if line.contains("//") || line.contains('"') {
            respaced.push_str(line);
            respaced.push('\n');
        } else {
            for word in line.split(' ') {
                respaced.push_str(word);
                respaced.push_str(gaps.next().expect("endless"));
            }
        }
    }
    respaced
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn formatting_random_tokens_is_idempotent(text in random_tokens()) {
        let file = file(&text);
        prop_assume!(file.parse::<proc_macro2::TokenStream>().is_ok());
        is_idempotent(&file);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn formatting_a_respaced_spec_is_idempotent(gaps in prop::collection::vec(prop::sample::select(GAPS), 1..40)) {
        specs::read(specs::SPEC).files.iter().for_each(|file| is_idempotent(&respaced(&read(file), &gaps)));
    }
}
