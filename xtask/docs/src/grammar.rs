//! Grammars in words.

use dsl::model::{Choice, Field, FieldKind, Model, Offset, Parameter, Radix, Resource, Segment, Value, ValueKind};

use crate::markdown::code;

/// What a header or query parameter may be.
pub fn of_field(model: &Model, field: &Field) -> String {
    match &field.kind {
        FieldKind::Flag(text) => format!("{}, in any case; anything else says nothing", code(text)),
        FieldKind::MediaType => "a media type".to_owned(),
        FieldKind::Timestamp => "an RFC 3339 date and time".to_owned(),
        FieldKind::EntityTag => "a quoted entity tag".to_owned(),
        FieldKind::List => "texts with commas between them".to_owned(),
        FieldKind::EntityTags => "`*`, or quoted entity tags with commas between them".to_owned(),
        FieldKind::Value(id) => of_value(&model.values[*id]),
        FieldKind::Offset(id) => of_offset(&model.offsets[*id]),
        FieldKind::OffsetOrSentinel(id) => {
            let offset = &model.offsets[*id];
            format!("{}, or {}", of_offset(offset), one_of(offset.sentinels.iter()))
        }
        FieldKind::PathTo(name) => {
            let resource = model.resources.iter().find(|resource| resource.name == *name);
            resource.map_or_else(String::new, |resource| format!("a path such as {}", code(&resource.path)))
        }
    }
}

/// What a value of a declared type may be.
pub fn of_value(value: &Value) -> String {
    match &value.kind {
        ValueKind::Text { min, max } => format!("{min} to {max} printable ASCII characters"),
        ValueKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        ValueKind::OneOf(choices) => one_of(choices.iter()),
        ValueKind::Listed(token) => format!("{}, in any case, alone or in a list with commas", code(token)),
        ValueKind::Credentials(scheme) => format!("{} and a token", code(scheme)),
    }
}

/// What an offset looks like.
pub fn of_offset(offset: &Offset) -> String {
    let digits = if offset.radix == Radix::Hex { "upper-case hexadecimal" } else { "decimal" };
    format!("{} {digits} digits", offset.width)
}

/// What a variable part of a path may be.
pub fn of_parameter(resource: &Resource, parameter: &Parameter) -> String {
    let rest = resource.pattern.iter().any(|segment| matches!(segment, Segment::Rest(name) if parameter.name == name));
    let (what, each) = if rest { ("One or more segments", "none of them") } else { ("One segment", "not") };
    let (min, max) = (parameter.min, parameter.max);
    let reserved: Vec<String> = resource.reserved.iter().map(|(text, _)| code(text)).collect();
    let reserved = match reserved.join(", ") {
        none if none.is_empty() => String::new(),
        names => format!(" The first is not {names}, however escaped."),
    };
    format!("{what}, {each} empty, `.` or `..`; from {min} to {max} bytes long once escaped.{reserved}")
}

fn one_of<'a>(choices: impl Iterator<Item = &'a Choice>) -> String {
    let texts: Vec<String> = choices.map(|choice| code(&choice.text)).collect();
    match &texts[..] {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => texts.concat(),
    }
}
