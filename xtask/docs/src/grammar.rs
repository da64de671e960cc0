//! Grammars as text.

use dsl::model::{Choice, Field, FieldKind, Model, Offset, Parameter, Radix, Resource, Segment, Value, ValueKind};

use crate::markdown::code;

/// The format of a header or query parameter.
pub fn of_field(model: &Model, field: &Field) -> String {
    match &field.kind {
        FieldKind::Flag(text) => format!("{}, in any case; any other value is ignored", code(text)),
        FieldKind::MediaType => "a media type".to_owned(),
        FieldKind::Timestamp => "an RFC 3339 date and time".to_owned(),
        FieldKind::EntityTag => "a quoted entity tag".to_owned(),
        FieldKind::List => "a comma-separated list".to_owned(),
        FieldKind::EntityTags => "`*`, or a comma-separated list of entity tags".to_owned(),
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

/// The format of a declared type.
pub fn of_value(value: &Value) -> String {
    match &value.kind {
        ValueKind::Text { min, max } => format!("{min} to {max} printable ASCII characters"),
        ValueKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        ValueKind::OneOf(choices) => one_of(choices.iter()),
        ValueKind::Listed(token) => format!("{}, in any case, alone or in a comma-separated list", code(token)),
        ValueKind::Credentials(scheme) => format!("{} and a token", code(scheme)),
    }
}

/// The format of an offset.
pub fn of_offset(offset: &Offset) -> String {
    let digits = if offset.radix == Radix::Hex { "upper-case hexadecimal" } else { "decimal" };
    format!("{} {digits} digits", offset.width)
}

/// The format of a variable part of a path.
pub fn of_parameter(resource: &Resource, parameter: &Parameter) -> String {
    let rest = resource.pattern.iter().any(|segment| matches!(segment, Segment::Rest(name) if parameter.name == name));
    let (count, none) = if rest { ("One or more segments", "none of them") } else { ("One segment", "not") };
    let (min, max) = (parameter.min, parameter.max);
    let reserved: Vec<String> = resource.reserved.iter().map(|(text, _)| code(text)).collect();
    let reserved = match reserved.join(", ") {
        names if names.is_empty() => String::new(),
        names => format!(" The first must not be {names}, escaped or not."),
    };
    format!("{count}, {none} empty, `.` or `..`; {min} to {max} bytes in escaped form.{reserved}")
}

fn one_of<'a>(choices: impl Iterator<Item = &'a Choice>) -> String {
    let texts: Vec<String> = choices.map(|choice| code(&choice.text)).collect();
    match &texts[..] {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => texts.concat(),
    }
}
