//! Grammars of headers, query parameters and paths as JSON Schema.

use dsl::model::{Choice, Field, FieldKind, Model, Offset, Parameter, Radix, Resource, Segment, Value, ValueKind};
use serde_json::{Value as Json, json};

/// Who writes a value: what a reader takes may be more than what a writer sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The client, in a request.
    Request,
    /// The server, in a response.
    Response,
}

/// What values a header or query parameter may have.
pub fn of_field(model: &Model, field: &Field, side: Side) -> Json {
    match &field.kind {
        FieldKind::Flag(text) => flag(text, side),
        FieldKind::MediaType => json!({ "type": "string", "maxLength": 255, "pattern": MEDIA_TYPE }),
        FieldKind::Timestamp => json!({ "type": "string", "format": "date-time" }),
        FieldKind::EntityTag => pattern("\"[!#-~]*\""),
        FieldKind::EntityTags => pattern("(\\*|(W/)?\"[!#-~]*\"( ?, ?(W/)?\"[!#-~]*\")*)"),
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

/// What values a declared type has.
pub fn of_value(value: &Value) -> Json {
    match &value.kind {
        ValueKind::Text { min, max } => text(*min, *max),
        ValueKind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        ValueKind::OneOf(choices) => json!({ "type": "string", "enum": texts(choices) }),
        ValueKind::Credentials(_) => json!({ "type": "string" }),
    }
}

/// What values a declared type has as the text that stands in JSON.
pub fn in_quotes(value: &Value) -> Json {
    match value.kind {
        ValueKind::Integer { .. } => pattern("(0|[1-9][0-9]*)"),
        _ => of_value(value),
    }
}

/// What an offset looks like: as many digits as it has, and no larger number than this language knows.
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

/// A variable part of a path, not escaped. A slash in it is one of the resource's own, and sent as `/` or as `%2F`.
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

/// The texts that have a name.
pub fn sentinels(offset: &Offset) -> Vec<&str> {
    let own = offset.sentinels.iter().map(|sentinel| sentinel.text.as_str());
    own.chain(offset.aliases.iter().map(|(text, _)| text.as_str())).collect()
}

/// The largest integer that every program reads exactly, and so the largest of this language.
const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

/// A type and a subtype (RFC 6838 §4.2), perhaps with parameters. No wildcards.
const MEDIA_TYPE: &str = "^[0-9A-Za-z][0-9A-Za-z!#$&^_.+-]*/[0-9A-Za-z][0-9A-Za-z!#$&^_.+-]*( ?;[ -~]*)?$";

/// Any other text than that of the flag counts as none at all.
fn flag(text: &str, side: Side) -> Json {
    match side {
        Side::Request => json!({ "anyOf": [{ "const": text }, { "type": "string" }] }),
        Side::Response => json!({ "const": text }),
    }
}

/// Printable ASCII without spaces at its ends, which HTTP takes off, and without a comma before a space, which is how
/// two headers of one name look.
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

/// Patterns for the numbers of as many digits as `most` has and up to it: one for each place that can be the first with
/// a smaller digit. The last place before nothing but largest digits takes its own digit in.
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

/// The digits up to another one, with it or without.
fn digits_up_to(most: char, inclusive: bool) -> String {
    let all = "0123456789ABCDEF";
    let end = all.find(most).map_or(all.len(), |at| at + usize::from(inclusive));
    format!("[{}]", &all[..end])
}

/// Any digits.
fn digits(radix: Radix, count: usize) -> String {
    let digit = if radix == Radix::Hex { "[0-9A-F]" } else { "[0-9]" };
    match count {
        0 => String::new(),
        1 => digit.to_owned(),
        count => format!("{digit}{{{count}}}"),
    }
}
