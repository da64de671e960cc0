//! Reading and writing JSON by declared shapes.

#![allow(missing_docs)]

use serde_json::{Value, json};
use std::fmt;
use wire::json::{Array, AsText, Document, Fault, Map, Nullable, Object, Read, Scalar, Shape, Write, Written};

/// A number from 1 to 9.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Digit(u64);

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Scalar for Digit {
    const IS_NUMBER: bool = true;

    fn read_text(text: &str) -> wire::Read<Self> {
        wire::Int53::read(text, 1, 9).map(|value| Self(value.get()))
    }

    fn number(&self) -> Option<u64> {
        Some(self.0)
    }
}

/// A text of up to three characters.
#[derive(Clone, Debug, PartialEq)]
struct Label(String);

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Scalar for Label {
    fn read_text(text: &str) -> wire::Read<Self> {
        wire::unicode(text, 1, 3).map(|text| Self(text.into_owned()))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Thing {
    digit: Digit,
    label: Option<Label>,
    note: Option<Label>,
    done: bool,
    things: Option<Vec<Thing>>,
}

impl Shape for Thing {
    type Value = Self;
}

impl Read for Thing {
    fn read(json: Value, document: &mut Document) -> Option<Self> {
        let mut members = document.object(json)?;
        let digit = members.required::<Digit>("digit");
        let label = members.optional::<Label>("label");
        let note = members.required::<Nullable<Label>>("note");
        let done = members.flag("done");
        let things = members.optional::<Array<Thing, 0, 2>>("things");
        members.at_most_one(&["label", "things"]);
        members.nothing_else(&["ignored"]);
        Some(Self { digit: digit?, label: label?, note: note?, done: done?, things: things? })
    }
}

impl Write for Thing {
    fn write<S: serde::Serializer>(value: &Self, out: S) -> Result<S::Ok, S::Error> {
        let mut members = Object::new(out)?;
        members.always::<Digit>("digit", &value.digit)?;
        members.optional::<Label>("label", &value.label)?;
        members.always::<Nullable<Label>>("note", &value.note)?;
        members.flag("done", value.done)?;
        members.optional::<Array<Thing, 0, 2>>("things", &value.things)?;
        members.end()
    }
}

fn read<S: Read>(body: &str) -> Result<S::Value, Vec<(String, String)>> {
    let pair = |fault: Fault| (fault.pointer, fault.rule.into_owned());
    wire::json::read(body.as_bytes(), S::read).map_err(|faults| faults.into_iter().map(pair).collect())
}

/// The violations, each as "pointer: rule".
fn faults<S: Read>(body: &str) -> Vec<String> {
    let faults = read::<S>(body).err().unwrap_or_default();
    faults.into_iter().map(|(pointer, rule)| format!("{pointer}: {rule}")).collect()
}

#[test]
fn what_is_written_is_read() {
    let thing = |things| Thing { digit: Digit(7), label: None, note: None, done: true, things };
    for thing in [thing(None), thing(Some(vec![])), thing(Some(vec![thing(None), thing(None)]))] {
        let text = serde_json::to_string(&Written::<Thing>(&thing)).unwrap();
        assert_eq!(read::<Thing>(&text), Ok(thing), "{text}");
    }
    let text = serde_json::to_string(&Written::<Thing>(&thing(None))).unwrap();
    assert_eq!(text, r#"{"digit":7,"note":null,"done":true}"#);
}

#[test]
fn every_violation_is_told_with_its_place() {
    let body = json!({
        "digit": 10, "done": "yes", "label": "", "colour": 1,
        "things": [{ "digit": "1", "note": null }, 5, { "note": {}, "a/b~c": 1, "ignored": 2 }],
    });
    assert_eq!(
        faults::<Thing>(&body.to_string()),
        [
            "/digit: a whole number from 1 to 9 in plain decimal digits",
            "/label: 1 to 3 characters long, and it has 0",
            "/note: present",
            "/done: `true` or `false`",
            "/things: 0 to 2 items, and it has 3",
            "/colour: absent, because it is not declared",
        ]
    );
    let body = json!({ "digit": 1, "note": null, "things": [{ "note": {}, "a/b~c": 1, "ignored": 2 }, null] });
    assert_eq!(
        faults::<Thing>(&body.to_string()),
        [
            "/things/0/digit: present",
            "/things/0/note: a string",
            "/things/0/a~1b~0c: absent, because it is not declared",
            "/things/1: an object",
        ]
    );
}

#[test]
fn a_name_twice_and_a_number_that_javascript_rounds_are_violations() {
    assert_eq!(faults::<Thing>(r#"{"digit":1,"digit":2,"note":null}"#), ["/digit: given once"]);
    let rounded = "at most 9007199254740991, because JavaScript rounds larger numbers";
    for number in ["9007199254740992", "-9007199254740992", "18446744073709551616", "1e300"] {
        let body = format!(r#"{{"a":[0,{number}]}}"#);
        assert_eq!(faults::<Value>(&body), [format!("/a/1: {rounded}")]);
        assert_eq!(faults::<Digit>(number), [format!(": {rounded}")], "one violation for one value");
    }
    assert_eq!(
        read::<Value>("[9007199254740991,-9007199254740991,0.5,1e3]").map(|json| json[0].clone()),
        Ok(json!(9_007_199_254_740_991_u64))
    );
}

#[test]
fn whole_numbers_can_have_a_point_and_an_exponent() {
    for number in ["5", "5.0", "5e0", "0.5e1", "50E-1"] {
        assert_eq!(read::<Digit>(number), Ok(Digit(5)), "{number}");
    }
    for number in ["0", "-5", "5.5", "10", "-0.0", "1e2", "\"5\"", "null"] {
        assert_eq!(faults::<Digit>(number).len(), 1, "{number}");
    }
    assert_eq!(read::<AsText<Digit>>("\"5\""), Ok(Digit(5)));
    assert_eq!(faults::<AsText<Digit>>("5"), [": a string"]);
}

#[test]
fn what_is_no_json_is_one_violation() {
    assert_eq!(faults::<Thing>(""), [": a JSON document, and it is empty"]);
    assert_eq!(faults::<Thing>("  "), [": JSON: EOF while parsing a value at line 1 column 2"]);
    for body in ["{", "{}x", "{'a':1}", "{\"a\":1,}", "\u{feff}{}", "NaN", "1e999", "[\"\\ud800\"]"] {
        let faults = faults::<Value>(body);
        assert!(faults.len() == 1 && faults[0].contains(": JSON: "), "{body}: {faults:?}");
    }
    assert_eq!(wire::json::read(b"\"\xff\"", Value::read).map_err(|faults| faults.len()), Err(1));
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read::<Value>(&nested(64)).is_ok());
    for depth in [65, 100, 127, 10_000] {
        let faults = faults::<Value>(&nested(depth));
        assert!(faults.len() == 1 && faults[0].ends_with(": nested at most 64 levels deep"), "{depth}: {faults:?}");
    }
}

#[test]
fn groups_count_what_is_given() {
    fn grouped(body: Value) -> Vec<String> {
        struct Grouped;
        impl Shape for Grouped {
            type Value = ();
        }
        impl Read for Grouped {
            fn read(json: Value, document: &mut Document) -> Option<()> {
                let mut members = document.object(json)?;
                members.at_least_one(&["a", "b"]);
                members.exactly_one(&["c", "d"]);
                members.all_or_none(&["e", "f"]);
                members.require("x", |_, _| Some(())).or(Some(()))
            }
        }
        faults::<Grouped>(&body.to_string())
    }
    assert_eq!(grouped(json!({ "a": 1, "c": 1, "x": 1 })), [""; 0]);
    assert_eq!(grouped(json!({ "a": [0], "b": 1, "d": 1, "e": 1, "f": false, "x": null })), [""; 0]);
    assert_eq!(
        grouped(json!({ "a": null, "b": [], "c": 1, "d": 1, "e": 1 })),
        [
            ": an object with `a` or `b`",
            "/d: absent where c is given",
            "/f: present, since `e`, `f` belong together",
            "/x: present",
        ]
    );
    assert_eq!(grouped(json!({ "a": 1, "x": 1 })), [": an object with `c` or `d`"]);
}

#[test]
fn maps_have_any_names() {
    type Labels = Map<Digit, 1, 2>;
    assert_eq!(read::<Labels>(r#"{"é":1,"":2}"#).map(|map| map.len()), Ok(2));
    assert_eq!(faults::<Labels>("{}"), [": 1 to 2 members, and it has 0"]);
    assert_eq!(faults::<Labels>(r#"{"/":0}"#), ["/~1: a whole number from 1 to 9 in plain decimal digits"]);
}

#[test]
fn violations_have_a_limit() {
    assert_eq!(faults::<Array<Digit, 0, 1000>>(&json!(vec![0; 1000]).to_string()).len(), 100);
}
