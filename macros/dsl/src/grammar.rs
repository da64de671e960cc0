//! Checks whether a text matches the grammar of a header or query parameter, with the code that the server uses.

use crate::model::{Field, FieldKind, Model, Radix, Resource, ValueKind};
use wire::{Int53, Rule, fixed_width};

/// Checks `text` against the grammar of `field`.
///
/// # Errors
/// The rule that `text` breaks.
pub fn read(model: &Model, field: &Field, text: &str) -> Result<(), Rule> {
    match &field.kind {
        // Any text is valid. A flag is set by one text only.
        FieldKind::Flag(_) | FieldKind::List => Ok(()),
        FieldKind::MediaType => wire::MediaType::read(text).map(drop),
        FieldKind::Timestamp => wire::Timestamp::read(text).map(drop),
        FieldKind::EntityTag => match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(tag) if !tag.contains('"') => Ok(()),
            _ => Err("a quoted entity tag".into()),
        },
        FieldKind::EntityTags => wire::EntityTags::read(text).map(drop),
        FieldKind::Value(value) => match &model.values[*value].kind {
            ValueKind::Text { min, max } => wire::text(text, length(*min), length(*max)).map(drop),
            ValueKind::Integer { min, max } => Int53::read(text, *min, *max).map(drop),
            ValueKind::OneOf(choices) if choices.iter().any(|choice| choice.text == text) => Ok(()),
            ValueKind::OneOf(choices) => {
                let texts: Vec<_> = choices.iter().map(|choice| format!("`{}`", choice.text)).collect();
                Err(format!("one of {}", texts.join(", ")).into())
            }
            ValueKind::Credentials(_) => Ok(()),
            ValueKind::Listed(token) => wire::listed(text, token),
        },
        FieldKind::Offset(offset) | FieldKind::OffsetOrSentinel(offset) => {
            let offset = &model.offsets[*offset];
            let sentinels = offset.sentinels.iter().map(|sentinel| &sentinel.text);
            let mut named = sentinels.chain(offset.aliases.iter().map(|(text, _)| text));
            if matches!(field.kind, FieldKind::OffsetOrSentinel(_)) && named.any(|name| name == text) {
                return Ok(());
            }
            let radix = match offset.radix {
                Radix::Decimal => wire::Radix::Decimal,
                Radix::Hex => wire::Radix::Hex,
            };
            fixed_width::read(text, radix, offset.width).map(drop)
        }
        FieldKind::PathTo(name) => {
            let resource = model.resources.iter().find(|resource| resource.name == *name);
            let Some(resource) = resource else { return Ok(()) };
            match resource.capture(text) {
                Some(captured) => parameters(resource, &captured),
                None => Err(format!("a path such as `{}`", resource.path).into()),
            }
        }
    }
}

/// Checks the values of a path's parameters.
///
/// # Errors
/// The rule that one of them breaks.
pub(crate) fn parameters(resource: &Resource, captured: &[&str]) -> Result<(), Rule> {
    let mut parameters = resource.parameters.iter().zip(captured);
    parameters
        .try_for_each(|(parameter, text)| wire::segments(text, length(parameter.min), length(parameter.max)).map(drop))
}

fn length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
