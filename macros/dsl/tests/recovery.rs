//! Several faults in one spec: each is reported once, at its own place, and none hides another.

mod faults;

use faults::{SOUND, faults};

/// Returns the faults of `SOUND` with an item before its first resource.
fn with(items: &str) -> Vec<String> {
    faults(&SOUND.replace("resource Thing", &format!("{items}\nresource Thing")))
}

#[test]
fn a_sound_spec_has_none() {
    assert_eq!(faults(SOUND), [""; 0]);
}

#[test]
fn an_item_that_cannot_be_read_takes_nothing_with_it() {
    let spec = "
heder A = \"a\": u53;
header B = b: u53;
header C = \"c\" u53;
header D = \"d\": text 1..9;
header E = \"e\": u53;
\"F\";
state { g }
";
    assert_eq!(
        faults(spec),
        ["unknown-item@2:0", "expected-string@3:11", "syntax@4:15", "syntax@5:22", "syntax@7:0", "syntax@8:6"]
    );
}

#[test]
fn what_cannot_be_read_is_not_missed_elsewhere() {
    let spec = SOUND.replace("thing.gone => NotFound;", "thing.gone and Lost => NotFound; Gone is Up => NotFound;");
    let spec =
        spec.replace("resource", "header Lost = lost: u53;\nquery Gone = \"gone\": one_of { Up = up };\nresource");
    assert_eq!(faults(&spec), ["expected-string@7:14", "expected-string@8:35"]);
}

#[test]
fn a_forgotten_semicolon_is_told_where_it_belongs() {
    let spec = SOUND.replace("failure => Unavailable;", "failure => Unavailable");
    assert_eq!(faults(&spec), ["missing-terminator@13:23"]);
    // The next item starts on a new line, so it is read.
    assert_eq!(
        with("header A = \"a\": u53\nheader B = \"B\": u53;"),
        ["missing-terminator@7:16", "header-not-lower-case@8:11"]
    );
}

#[test]
fn items_of_one_line_end_at_their_semicolons() {
    assert_eq!(
        with("header A = a: u53; header B = \"B\": u53; header C = c: u53;"),
        ["expected-string@7:11", "header-not-lower-case@7:30", "expected-string@7:51"]
    );
}

#[test]
fn faults_of_every_stage_are_told_at_once() {
    let spec =
        SOUND.replace("answer", "answr").replace("thing.gone => NotFound;", "thing.gon => NotFound; missing => NoOne;");
    assert_eq!(
        faults(&spec),
        ["unknown-condition@14:10", "unknown-condition@14:27", "unknown-outcome@14:38", "unknown-section@16:8"]
    );
    // An endpoint without faults is checked even if other items have faults.
    let second = "endpoint write = PUT { refuse { malformed => BadRequest; } answer { thing.there => Written; } outcome Written = 200; }";
    let spec = SOUND.replace("endpoint read", &format!("{second}\nendpoint read")).replace("= 404", "= 99");
    assert_eq!(faults(&spec), ["bad-status@3:19", "no-answer@9:13", "no-answer@9:13"]);
}

#[test]
fn a_fault_that_endpoints_share_is_told_once() {
    let second = "endpoint look = HEAD { refuse { malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; } answer { thing.there => Seen; } outcome Seen = 200; }";
    let spec = SOUND
        .replace("endpoint read", &format!("{second}\nendpoint read"))
        .replace("path name", "request { Nothing?; } refuse { thing.lost => NotFound; }\npath name");
    assert_eq!(faults(&spec), ["unknown-field@8:14", "unknown-condition@8:41"]);
}

#[test]
fn delimiters_within_a_clause_are_recovered_from() {
    assert_eq!(
        with(
            "group A = all_or_none { B C }\nedge fact a.b(C D);\noffset O { format = hex[x]; }\nheader E = \"E\": u53;"
        ),
        ["syntax@7:26", "syntax@8:16", "syntax@9:24", "header-not-lower-case@10:11"]
    );
    let spec = SOUND.replace("thing.gone =>", "(thing.gone or) =>");
    assert_eq!(faults(&spec), ["syntax@14:18"]);
}

#[test]
fn attributes_and_stray_documentation_are_told() {
    assert_eq!(with("#[cfg(test)]\nheader A = \"a\": u53;\n/// Nothing follows."), ["syntax@7:0", "unused@8:7"]);
    assert_eq!(faults(&format!("{SOUND}\n/// Nothing follows.\n")).len(), 1);
}
