//! The lines of an endpoint as a decision table: uncovered combinations of conditions and unreachable lines.

mod faults;

use faults::{SOUND, faults, texts};

/// Returns `SOUND` with other lines for its endpoint, and with declarations for their conditions.
fn deciding(refuse: &str, answer: &str) -> String {
    SOUND
        .replace(
            "resource",
            "fact page.known; fact page.old; header Token = \"x-token\": text 1..=9;
             query Order = \"order\": one_of { Up = \"up\", Down = \"down\" };
             offset Mark { format = hex[16]; sentinel First = \"-1\"; }
             query Since = \"since\": Mark or sentinel;
             resource",
        )
        .replace("refuse {", "request { Token?; Order?; Since or First; } refuse {")
        .replace("thing.gone => NotFound;", refuse)
        .replace("answer { thing.there => Found; }", &format!("answer {{ {answer} }}"))
}

/// Returns the uncovered combinations that the compiler reports.
fn gaps(refuse: &str, answer: &str) -> Vec<String> {
    let texts = texts(&deciding(refuse, answer));
    let text = texts.iter().find(|text| text.contains("[no-answer]")).map_or("", String::as_str);
    let when = text.lines().filter_map(|line| line.split_once(" when ").map(|(_, condition)| condition.to_owned()));
    when.map(|condition| condition.trim_matches('`').to_owned()).collect()
}

/// Returns the number of unreachable lines.
fn unreachable(refuse: &str, answer: &str) -> usize {
    faults(&deciding(refuse, answer)).iter().filter(|fault| fault.starts_with("unreachable-line")).count()
}

#[test]
fn a_gap_is_reported_as_the_shortest_condition() {
    assert_eq!(gaps("", "thing.there => Found;"), ["thing.gone"]);
    assert_eq!(
        gaps("thing.gone and page.known => NotFound;", "thing.there => Found;"),
        ["thing.gone and not page.known"]
    );
    assert_eq!(gaps("", "page.known and page.old => Found;"), ["not page.known", "not page.old"]);
    assert_eq!(gaps("", "Token => Found;"), ["not Token"]);
    assert_eq!(gaps("", "Order is Up => Found;"), ["Order is Down", "not Order"]);
    assert_eq!(gaps("", "Since is First => Found;"), ["not Since is First"]);
    assert_eq!(gaps("", "not (thing.gone or Token) => Found;"), ["thing.gone", "Token"]);
}

#[test]
fn what_is_covered_has_no_gap() {
    for answer in [
        "thing.there or thing.gone => Found;",
        "page.known => Found; not page.known => Found;",
        "thing.there and Token => Found; thing.gone => Found; not Token => Found;",
        "Order is Up => Found; Order is Down => Found; not Order => Found;",
        "Order => Found; not Order => Found;",
        "Since is First => Found; not Since is First => Found;",
    ] {
        assert_eq!(gaps("", answer), [""; 0], "{answer}");
    }
}

#[test]
fn suggested_lines_close_the_gap() {
    let closing = "thing.there => Found; thing.gone and not page.known => Found;";
    assert_eq!(gaps("thing.gone and page.known => NotFound;", closing), [""; 0]);
    let closing = "Order is Up => Found; Order is Down => Found; not Order is Up and not Order is Down => Found;";
    assert_eq!(gaps("", closing), [""; 0]);
    let closing = "Order is Up => Found; Order is Down => Found; not Order => Found;";
    assert_eq!(gaps("", closing), [""; 0]);
}

#[test]
fn lines_that_others_cover_are_reported() {
    let rest = "thing.there or thing.gone => Found;";
    assert_eq!(unreachable("thing.gone => NotFound;", "thing.there => Found;"), 0);
    assert_eq!(unreachable("thing.gone => NotFound; thing.gone and Token => NotFound;", "thing.there => Found;"), 1);
    assert_eq!(unreachable("thing.gone and Token => NotFound; thing.gone => NotFound;", "thing.there => Found;"), 0);
    // Two lines together can cover a third that neither of them covers alone.
    assert_eq!(unreachable("Token => NotFound; not Token => NotFound;", rest), 1);
    assert_eq!(unreachable("Token and not Token => NotFound;", rest), 1);
    assert_eq!(unreachable("", "thing.there => Found; thing.gone => Found; page.known => Found;"), 1);
}

#[test]
fn an_input_that_is_always_there_has_one_of_its_values() {
    let spec = deciding("Order is Up => NotFound; Order is Down => NotFound;", "thing.there => Found;");
    let of_lines =
        |spec: &str| faults(spec).into_iter().filter(|fault| !fault.starts_with("unused")).collect::<Vec<_>>();
    assert_eq!(of_lines(&spec), ["no-answer@13:13"]);
    assert_eq!(of_lines(&spec.replace("Order?;", "Order;")), ["unreachable-line@20:17"]);
}

#[test]
fn an_unreachable_line_names_the_one_that_answers() {
    let texts = texts(&deciding("thing.gone => NotFound;\nthing.gone and Token => NotFound;", "thing.there => Found;"));
    assert!(texts.iter().any(|text| text.contains("line 18 is one of them")), "{texts:?}");
}

#[test]
fn media_types_are_one_variable() {
    let with_media = |lines: &str| {
        let spec = deciding("", lines).replace(
            "resource",
            "media Json = \"application/json\"; media Text = \"text/*\"; media Plain = \"text/plain\";
             header Kind = \"kind\": media_type; resource",
        );
        faults(&spec.replace("request {", "request { Kind?;"))
    };
    let has = |lines: &str, code: &str| with_media(lines).iter().any(|fault| fault.starts_with(code));
    // No media type is two, and a range includes those of its family.
    assert!(has("Kind is Json and Kind is Plain => Found; always => Found;", "unreachable-line"));
    assert!(!has("Kind is Text and Kind is Plain => Found; always => Found;", "unreachable-line"));
    assert!(has("Kind is Text => Found; Kind is Plain => Found; always => Found;", "unreachable-line"));
    assert!(!has("Kind is Plain => Found; Kind is Text => Found; always => Found;", "unreachable-line"));
    assert!(!has("Kind is Json => Found; Kind => Found; not Kind => Found;", "no-answer"));
    assert!(has("Kind is Json => Found; Kind is Text => Found; not Kind => Found;", "no-answer"));
}

#[test]
fn always_covers_everything() {
    assert_eq!(gaps("", "always => Found;"), [""; 0]);
    assert_eq!(gaps("thing.gone => NotFound;", "Token => Found; always => Found;"), [""; 0]);
    assert_eq!(unreachable("", "always => Found; Token => Found;"), 1);
    assert_eq!(unreachable("always => NotFound;", "Token => Found;"), 1);
}
