//! Grammars of headers, query parameters and paths as JSON Schema.

use dsl::model::{Choice, Field, FieldKind, Model, Offset, Parameter, Radix, Resource, Segment, Value, ValueKind};
use serde_json::{Value as Json, json};

/// The writer of a value. A reader can accept more values than a writer sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The client, in a request.
    Request,
    /// The server, in a response.
    Response,
}

/// The schema of a header or query parameter.
pub fn of_field(model: &Model, field: &Field, side: Side) -> Json {
    match &field.kind {
        FieldKind::Flag(text) => flag(text, side),
        FieldKind::MediaType => json!({ "type": "string", "maxLength": 255, "pattern": MEDIA_TYPE }),
        FieldKind::Timestamp => json!({ "type": "string", "format": "date-time" }),
        FieldKind::EntityTag => pattern("\"[!#-~]*\""),
        FieldKind::EntityTags => pattern(ENTITY_TAGS),
        FieldKind::List => json!({ "type": "string" }),
        FieldKind::Value(value) => of_value(&model.values[*value]),
        FieldKind::Offset(offset) => of_offset(&model.offsets[*offset]),
        FieldKind::OffsetOrSentinel(offset) => {
            let offset = &model.offsets[*offset];
            json!({ "anyOf": [{ "enum": sentinels(offset) }, of_offset(offset)] })
        }
        FieldKind::PathTo(name) => {
            let resource = model.resources.iter().find(|resource| resource.name == *name);
            resource.map_or_else(|| json!({ "type": "string" }), path_to)
        }
    }
}

/// The schema of a declared type.
pub fn of_value(value: &Value) -> Json {
    match &value.kind {
        ValueKind::Text { min, max } => text(*min, *max),
        ValueKind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        ValueKind::OneOf(choices) => json!({ "type": "string", "enum": texts(choices) }),
        ValueKind::Credentials(_) => json!({ "type": "string" }),
        // Only a pattern can ignore case.
        ValueKind::Listed(token) => pattern(&listed(token)),
    }
}

/// The schema of a declared type in a JSON string.
pub fn in_quotes(value: &Value) -> Json {
    match value.kind {
        ValueKind::Integer { .. } => pattern("(0|[1-9][0-9]*)"),
        _ => of_value(value),
    }
}

/// The schema of an offset: a fixed number of digits, and at most the largest exact integer.
pub fn of_offset(offset: &Offset) -> Json {
    let most = match offset.radix {
        Radix::Decimal => format!("{MAX_EXACT_INTEGER}"),
        Radix::Hex => format!("{MAX_EXACT_INTEGER:X}"),
    };
    match offset.width.checked_sub(most.len()) {
        Some(zeros) => pattern(&format!("{}{}", "0".repeat(zeros), up_to(&most, offset.radix))),
        None => pattern(&digits(offset.radix, offset.width)),
    }
}

/// The schema of a variable part of a path, not escaped. A slash in it can be sent as `/` or `%2F`.
pub fn of_parameter(parameter: &Parameter) -> Json {
    let one = "[^\\u0000-\\u001f\\u007f-\\u009f]";
    let not_dot = "[^\\u0000-\\u001f.\\u007f-\\u009f]";
    json!({
        "type": "string",
        "minLength": parameter.min,
        "maxLength": parameter.max,
        "pattern": format!("^(\\.*{not_dot}{one}*|\\.{{3,}})$"),
    })
}

/// The texts of the sentinels and their aliases.
pub fn sentinels(offset: &Offset) -> Vec<&str> {
    let own = offset.sentinels.iter().map(|sentinel| sentinel.text.as_str());
    own.chain(offset.aliases.iter().map(|(text, _)| text.as_str())).collect()
}

/// The largest integer of this language, which every JSON implementation reads exactly.
const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

/// A type and a subtype with optional parameters, without wildcards (RFC 9110 §8.3.1).
const MEDIA_TYPE: &str = r#"^[0-9A-Za-z!#$%&'*+.^_`|~-]*[0-9A-Za-z!#$%&'+.^_`|~-][0-9A-Za-z!#$%&'*+.^_`|~-]*/[0-9A-Za-z!#$%&'*+.^_`|~-]*[0-9A-Za-z!#$%&'+.^_`|~-][0-9A-Za-z!#$%&'*+.^_`|~-]*([ \t]*;[ \t]*([0-9A-Za-z!#$%&'*+.^_`|~-]+=([0-9A-Za-z!#$%&'*+.^_`|~-]+|"([ !#-\[\]-~]|\\[ -~])*"))?)*$"#;

/// `*`, or a comma-separated list of entity tags, which can have empty elements (RFC 9110 §5.6.1).
const ENTITY_TAGS: &str = "(\\*|[ ,]*((W/)?\"[!#-~]*\" *(,[ ,]*(W/)?\"[!#-~]*\" *)*(,[ ,]*)?)?)";

/// A comma-separated list that contains this token, in any case.
fn listed(token: &str) -> String {
    let any_case = |letter: char| match (letter.to_ascii_lowercase(), letter.to_ascii_uppercase()) {
        (lower, upper) if lower != upper => format!("[{lower}{upper}]"),
        _ if letter.is_ascii_alphanumeric() => letter.to_string(),
        _ => format!("\\{letter}"),
    };
    let token: String = token.chars().map(any_case).collect();
    format!("(.*,)?[ \t]*{token}[ \t]*(,.*)?")
}

/// A request can have any value, because other values are ignored.
fn flag(text: &str, side: Side) -> Json {
    match side {
        Side::Request => json!({ "anyOf": [{ "const": text }, { "type": "string" }] }),
        Side::Response => json!({ "type": "string", "const": text }),
    }
}

/// Printable ASCII without spaces at the ends, which HTTP trims, and without a comma before a space, which joins two headers of
/// one name.
fn text(min: u64, max: u64) -> Json {
    let some = "(,|[!-+.-~-] *)*[!-~]";
    let pattern = if min == 0 { format!("^({some})?$") } else { format!("^{some}$") };
    json!({ "type": "string", "minLength": min, "maxLength": max, "pattern": pattern })
}

/// A path of `resource`, as it is written in a header.
fn path_to(resource: &Resource) -> Json {
    const SEGMENT: &str = "([!\"$&-.0->@-~]|%[0-9A-Fa-f]{2})+";
    let segments = resource.pattern.iter().map(|segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::One(_) => format!("/{SEGMENT}"),
        Segment::Rest(_) => format!("(/{SEGMENT})+"),
    });
    pattern(&segments.collect::<String>())
}

fn pattern(pattern: &str) -> Json {
    json!({ "type": "string", "pattern": format!("^{pattern}$") })
}

fn texts(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.text.as_str()).collect()
}

/// A pattern for the numbers up to `most`, with as many digits. It has an alternative for each digit that can be the first smaller
/// one. The last alternative includes the digit of `most` if only largest digits follow.
fn up_to(most: &str, radix: Radix) -> String {
    let largest = if radix == Radix::Hex { 'F' } else { '9' };
    let last = most.trim_end_matches(largest).len().saturating_sub(1);
    let places = most.char_indices().take(last + 1).filter(|(place, digit)| *place == last || *digit != '0');
    let pattern = |(place, digit): (usize, char)| {
        let own = digits_up_to(digit, place == last);
        format!("{}{own}{}", &most[..place], digits(radix, most.len() - place - 1))
    };
    match &places.map(pattern).collect::<Vec<_>>()[..] {
        [only] => only.clone(),
        patterns => format!("({})", patterns.join("|")),
    }
}

/// The digits up to another one, which is included or not.
fn digits_up_to(most: char, inclusive: bool) -> String {
    let all = "0123456789ABCDEF";
    let end = all.find(most).map_or(all.len(), |at| at + usize::from(inclusive));
    format!("[{}]", &all[..end])
}

/// A pattern for `count` digits.
fn digits(radix: Radix, count: usize) -> String {
    let digit = if radix == Radix::Hex { "[0-9A-F]" } else { "[0-9]" };
    match count {
        0 => String::new(),
        1 => digit.to_owned(),
        count => format!("{digit}{{{count}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_lite::Regex;
    use std::path::Path;

    /// Texts that match various grammars, or no grammar.
    const TEXTS: [&str; 38] = [
        "",
        "0",
        "1",
        "007",
        "-1",
        "1.5",
        "1e3",
        "9007199254740991",
        "9007199254740992",
        "3153600001",
        "a",
        "a b",
        "a, b",
        "a,b",
        ", a",
        "é",
        "now",
        "first",
        "true",
        "TRUE",
        "text/plain",
        "text/plain; charset=utf-8",
        "text",
        "*/*",
        "\"a\"",
        "W/\"a\", \"b\"",
        "*",
        "\"a",
        "2100-01-01T00:00:00Z",
        "tomorrow",
        "0000000000000000",
        "001FFFFFFFFFFFFF",
        "0020000000000000",
        "000000000000000a",
        "9007199254740990",
        "0000000000000000_0000000000000000",
        "/v1/stream/a%20b/c",
        "/v1/stream/",
    ];

    fn models() -> [Model; 2] {
        ["spec/durable_streams.rs", "macros/tests/counter/protocol.rs"].map(|path| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            crate::model(&root.join(path)).expect("a spec that compiles")
        })
    }

    /// Whether `text`, as the value of a header or query parameter, matches `schema`. Supports the keywords used here.
    fn is_of(schema: &Json, text: &str) -> bool {
        let number = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
        let length = text.chars().count() as u64;
        schema.as_object().expect("an object").iter().all(|(word, rule)| match word.as_str() {
            "anyOf" => rule.as_array().is_some_and(|schemas| schemas.iter().any(|schema| is_of(schema, text))),
            "const" => rule == text,
            "enum" => rule.as_array().is_some_and(|texts| texts.iter().any(|own| own == text)),
            "format" => rule == "date-time",
            "maximum" => number <= rule.as_u64(),
            "maxLength" => Some(length) <= rule.as_u64(),
            "minimum" => number >= rule.as_u64(),
            "minLength" => Some(length) >= rule.as_u64(),
            "pattern" => Regex::new(rule.as_str().expect("a pattern")).expect("a regular expression").is_match(text),
            "type" => rule == "string" || rule == "integer" && number.is_some(),
            word => panic!("unsupported keyword `{word}`"),
        })
    }

    /// Whether a schema can match exactly the same texts as the grammar.
    fn is_exact(kind: &FieldKind) -> bool {
        !matches!(kind, FieldKind::Timestamp | FieldKind::PathTo(_) | FieldKind::MediaType)
    }

    #[test]
    fn schemas_say_what_grammars_say() {
        for model in models() {
            let sent = model.examples.iter().flat_map(|example| &example.send.values).map(|(_, text)| text.as_str());
            let texts: Vec<&str> = TEXTS.into_iter().chain(sent).collect();
            for field in model.fields.iter() {
                let schema = of_field(&model, field, Side::Request);
                for text in &texts {
                    let (read, described) = (dsl::grammar::read(&model, field, text).is_ok(), is_of(&schema, text));
                    assert!(described || !read, "{} can be {text:?}, and not by {schema}", field.wire);
                    assert!(read || !described || !is_exact(&field.kind), "{} can't be {text:?}: {schema}", field.wire);
                }
            }
        }
    }

    #[test]
    fn numbers_of_a_width_end_where_they_end() {
        let of = |radix, most: &str| Regex::new(&format!("^{}$", up_to(most, radix))).expect("a regular expression");
        for most in 1..400_u64 {
            let (decimal, hex) = (of(Radix::Decimal, &format!("{most:03}")), of(Radix::Hex, &format!("{most:03X}")));
            for number in 0..500 {
                assert_eq!(decimal.is_match(&format!("{number:03}")), number <= most, "{number} of {most}: {decimal}");
                assert_eq!(hex.is_match(&format!("{number:03X}")), number <= most, "{number:X} of {most:X}: {hex}");
            }
        }
    }

    #[test]
    fn paths_have_no_dot_segments_and_no_control_characters() {
        let [model, _] = models();
        let schema = of_parameter(&model.resources[0].parameters[0]);
        for text in ["a", "a/b", ".a", "a.", "...", "..a", "é", "a b"] {
            assert!(is_of(&schema, text), "{text:?}");
        }
        for text in ["", ".", "..", "a\u{0}", "\u{9f}"] {
            assert!(!is_of(&schema, text), "{text:?}");
        }
    }
}
