//! Examples as assumptions: `given` and the request decide some conditions, and leave others open.

mod faults;

use faults::{SOUND, texts};

/// Returns the messages about an example of an endpoint with these lines.
fn messages(refuse: &str, answer: &str, example: &str) -> Vec<String> {
    let spec = SOUND
        .replace(
            "resource",
            "outcome TooLarge = 413 problem \"too-large\"; limits { body = 9 B; } fact page.known; fact page.old; header Token = \"x-token\": text 1..=9;
             query Order = \"order\": one_of { Up = \"up\", Down = \"down\" };
             resource",
        )
        .replace("read = GET {", "write = PUT { request { Token?; Order?; body ..= limits.body; }")
        .replace("thing.gone => NotFound;", &format!("body.too_large => TooLarge; {refuse}"))
        .replace("answer { thing.there => Found; }", &format!("answer {{ {answer} }}"))
        .replace(
            "outcome Found = 200;",
            &format!("outcome Found = 200; outcome Other = 204; example shown {{ {example} }}"),
        );
    // Outcomes without an example and unused declarations are not the subject of these tests.
    let texts = texts(&spec).into_iter();
    texts.filter(|text| !text.contains("[outcome-without-example]") && !text.contains("[unused]")).collect()
}

/// Whether the example can get an outcome.
fn possible(refuse: &str, answer: &str, given: &str, send: &str, outcome: &str) -> bool {
    // The added line uses every declaration, so that the spec has no other fault.
    let refuse = format!("{refuse} page.known and page.old and Token and Order is Up and thing.there => NotFound;");
    let messages = messages(&refuse, answer, &format!("{given} send PUT \"/a\" {{ {send} }} expect {outcome};"));
    assert!(messages.iter().all(|text| text.contains("[example-contradicts]")), "{messages:?}");
    messages.is_empty()
}

const ANSWER: &str = "page.known => Other; thing.there or thing.gone => Found;";

#[test]
fn what_is_open_can_be_either() {
    assert!(possible("", ANSWER, "", "", "Other"));
    assert!(possible("", ANSWER, "", "", "Found"));
    assert!(possible("", ANSWER, "given not page.old;", "", "Other"));
}

#[test]
fn what_is_given_decides() {
    assert!(!possible("", ANSWER, "given page.known;", "", "Found"));
    assert!(!possible("", ANSWER, "given not page.known;", "", "Other"));
    assert!(!possible("thing.gone => NotFound;", ANSWER, "given thing.gone;", "", "Found"));
    assert!(!possible("thing.gone => NotFound;", ANSWER, "given thing.there;", "", "NotFound"));
    // Of two states, it is the other one.
    assert!(!possible("thing.gone => NotFound;", ANSWER, "given not thing.there;", "", "Found"));
    assert!(!possible("", ANSWER, "given failure;", "", "Found"));
    assert!(!possible("", ANSWER, "", "", "Unavailable"));
}

#[test]
fn what_the_request_says_decides() {
    let answer = "Token => Other; thing.there or thing.gone => Found;";
    assert!(!possible("", answer, "", "Token = \"t\";", "Found"));
    assert!(!possible("", answer, "", "", "Other"));
    let answer = "Order is Down => Other; thing.there or thing.gone => Found;";
    assert!(possible("", answer, "", "Order = \"down\";", "Other"));
    assert!(!possible("", answer, "", "Order = \"up\";", "Other"));
    assert!(possible("", answer, "", "Order = \"left\";", "BadRequest"));
    assert!(!possible("", answer, "", "Order = \"left\";", "Found"));
    let answer = "body.empty => Other; thing.there or thing.gone => Found;";
    assert!(!possible("", answer, "", "body = \"x\";", "Other"));
    assert!(!possible("", answer, "", "body = \"1234567890\";", "Found"));
    assert!(!possible("", answer, "given limits.body = 4 B;", "body = \"12345\";", "Found"));
    assert!(possible("", answer, "given limits.body = 5 B;", "body = \"12345\";", "Found"));
}

#[test]
fn conditions_are_joined_as_far_as_they_are_known() {
    let answer = "page.known and Token => Other; thing.there or thing.gone => Found;";
    assert!(!possible("", answer, "", "", "Other"), "one part is false");
    assert!(possible("", answer, "", "Token = \"t\";", "Other"), "one part is open");
    let answer = "page.known or Token => Other; thing.there or thing.gone => Found;";
    assert!(!possible("", answer, "", "Token = \"t\";", "Found"), "one part is true");
    assert!(possible("", answer, "", "", "Found"), "one part is open");
    let answer = "not (page.known or Token) => Other; thing.there or thing.gone => Found;";
    assert!(!possible("", answer, "given page.known;", "", "Other"));
    assert!(!possible("", answer, "given not page.known;", "", "Found"));
}

#[test]
fn a_contradiction_names_the_line_that_answers() {
    let messages = messages(
        "\nthing.gone => NotFound;",
        "Token and Order is Up and page.known and page.old => Other; thing.there => Found;",
        "given thing.gone; send PUT \"/a\"; expect Found;",
    );
    assert!(messages[0].starts_with("this example expects `Found`, but `write` answers `NotFound`"), "{messages:?}");
    assert!(messages[0].contains("with `thing.gone`, line 17 matches unless an earlier line does"), "{messages:?}");
}
