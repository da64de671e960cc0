//! The format of a path as text.

use dsl::model::{Parameter, Resource, Segment};

use crate::markdown::code;

/// The format of a variable part of a path.
pub fn of_parameter(resource: &Resource, parameter: &Parameter) -> String {
    let rest = resource.pattern.iter().any(|segment| matches!(segment, Segment::Rest(name) if parameter.name == name));
    let (count, none) = if rest { ("One or more segments", "none of them") } else { ("One segment", "not") };
    let reserved: Vec<String> = resource.reserved.iter().map(|(text, _)| code(text)).collect();
    let reserved = match reserved.join(", ") {
        names if names.is_empty() => String::new(),
        names => format!(" The first must not be {names}, escaped or not."),
    };
    format!("{count}, {none} empty, `.` or `..`; {} in escaped form.{reserved}", parameter.texts.rule())
}
