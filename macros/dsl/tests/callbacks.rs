//! Faults of requests that the server sends, and of messages that it writes.

mod faults;

use faults::texts;

const SPEC: &str = "\
protocol Minimal { problems = \"urn:minimal:\"; }
value Count = u53 0..=9;
value Name = text 1..=9;
limits { answer = 16 B; wait = 3 s; }
header Signature = \"x-signature\": text 1..=9;
header Level = \"x-level\": Count;
header Turn = \"x-turn\": Count;
header UserAgent = \"user-agent\": text 1..=9;
header Quiet = \"x-quiet\": flag \"true\";
query Part = \"part\": Count;
state thing { there, gone }
object Notice { count: Count; names: [Name] 1..=2; }
object Receipt { done: flag; }
callback tell = POST {
    request { UserAgent = \"x\"; Level; Turn?; Signature signs body; body json Notice; }
    response Told = 200..=299 { Turn?; body json Receipt unless malformed ..= limits.answer; }
    response Gone = 410 { Level; }
    example told {
        send { Level = \"1\"; Signature = \"s\"; body = json { \"count\": 1, \"names\": [\"a\"] }; }
        answer 200 { Turn = \"3\"; body = json { \"done\": true }; }
        expect Told { Turn; body; }
    }
    example gone {
        send { Level = \"1\"; Signature = \"s\"; body = json { \"count\": 1, \"names\": [\"a\"] }; }
        answer 410 { Level = \"2\"; }
        expect Gone;
    }
}
message Woken = json {
    count: Count;
    names: [Name] 0..=2;
    example woken = json { \"count\": 2, \"names\": [] };
}
outcome NotFound = 404 problem \"not-found\";
outcome BadRequest = 400 problem \"bad-request\";
outcome Unavailable = 503 problem \"unavailable\";
unrouted { path => NotFound; method => NotFound; }
resource Thing at \"/{name}\" {
    path name: segments 1..=64;
    endpoint read = GET {
        request { Part?; Quiet?; }
        refuse { malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; }
        answer { thing.there => Found; }
        outcome Found = 200;
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
fn requests_and_responses_are_checked() {
    let cases = [
        ("= POST {", "= FETCH {", "`FETCH` can't be the method of an endpoint [unknown-method]"),
        ("= POST {", "= DELETE {", "a DELETE request can't have a body [body-forbidden]"),
        ("body json Notice; }", "}", "`Signature` has no body to sign [bad-callback]"),
        ("body json Notice;", "body json Notes;", "no object is named `Notes` [unknown-value]"),
        ("Level; Turn?;", "Level; Level?; Turn?;", "`Level` is declared twice [duplicate-name]"),
        ("Level; Turn?;", "Level; Part; Turn?;", "a response can't contain the query parameter `Part` [bad-part]"),
        ("Level; Turn?;", "Level; Quiet?; Turn?;", "a callback can't have the flag `Quiet` [bad-callback]"),
        ("= 200..=299 {", "= 299..=200 {", "the range 299..=200 is empty [range-empty]"),
        ("= 410 {", "= 204 {", "`Gone` has a status of `Told` [bad-callback]"),
        ("= 410 {", "= 777 {", "`777` is not a status that a Worker can send [bad-status]"),
        ("response Gone", "response Other", "`Other` is already defined by the generated code [reserved-name]"),
        ("..= limits.answer", "..= limits.wait", "the limit `wait` is not a number of bytes [unknown-unit]"),
        ("{ Level; }", "{ Quiet; }", "a callback can't read the flag `Quiet` [bad-callback]"),
        ("UserAgent = \"x\"", "UserAgent = \"more than nine\"", "`UserAgent` can't be \"more than nine\" [bad-part]"),
    ];
    for (part, other, fault) in cases {
        let told = told(part, other);
        assert!(told.iter().any(|text| text == fault), "{other}: {told:#?}");
    }
}

#[test]
fn examples_agree_with_their_callback() {
    let cases = [
        ("\"count\": 1", "\"count\": 10", "the body is not a `Notice` [example-bad-body]"),
        ("\"names\": [\"a\"]", "\"names\": []", "the body is not a `Notice` [example-bad-body]"),
        ("\"names\": [\"a\"]", "\"names\": _", "this example can't leave a value open [example-bad-body]"),
        (
            "send { Level = \"1\"; ",
            "send { ",
            "`tell` always sends `Level`, but this example does not show it [example-missing-header]",
        ),
        (
            "Signature = \"s\"; ",
            "",
            "`tell` always sends `Signature`, but this example does not show it [example-missing-header]",
        ),
        ("Level = \"1\"; ", "Level = \"10\"; ", "\"10\" is not a valid value of `Level` here [example-bad-value]"),
        (
            "Level = \"1\"; ",
            "Level = \"1\"; UserAgent = \"x\"; ",
            "the program does not supply `UserAgent` [example-contradicts]",
        ),
        ("answer 200", "answer 410", "this example expects `Told`, but the answer is `Other` [example-contradicts]"),
        (
            "answer 410 {",
            "answer 400 {",
            "this example expects `Gone`, but the answer is `Other` [example-contradicts]",
        ),
        ("{ Level = \"2\"; }", ";", "this example expects `Gone`, but the answer is `Other` [example-contradicts]"),
        ("{ \"done\": true }", "{ \"done\": 1 }", "the answer does not have `body` [example-contradicts]"),
        // Longer than its limit.
        (
            "{ \"done\": true }",
            "{ \"done\": true, \"more\": 1 }",
            "the answer does not have `body` [example-contradicts]",
        ),
        ("expect Told { Turn;", "expect Told { not Turn;", "the answer has `Turn` [example-contradicts]"),
        ("expect Gone;", "expect Gone { Level; }", "whether `Gone` has `Level` is not open [example-contradicts]"),
        ("expect Gone;", "expect Lost;", "no response is named `Lost` [unknown-outcome]"),
        ("\"count\": 2", "\"count\": 12", "the body is not a `Woken` [example-bad-body]"),
        ("expect Gone;", "", "the example `gone` needs `send`, `answer` and `expect` [missing-clause]"),
    ];
    for (part, other, fault) in cases {
        let told = told(part, other);
        assert_eq!(told, [fault], "{other}");
    }
}

#[test]
fn a_response_without_an_example_is_told() {
    let (before, rest) = SPEC.split_once("    example gone {").expect("an example");
    let spec = before.to_owned() + rest.split_once("expect Gone;\n    }\n").expect("its end").1;
    let found = texts(&spec);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("`Gone` has no example"), "{found:#?}");
}
