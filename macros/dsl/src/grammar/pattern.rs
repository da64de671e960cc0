//! Schemas of texts that match a regular expression, and texts in Markdown.

use crate::model::Choice;
use serde_json::{Value as Json, json};

/// The schema of texts that match `pattern` completely.
pub(super) fn schema(pattern: &str) -> Json {
    json!({ "type": "string", "pattern": format!("^{pattern}$") })
}

/// `text` as code in Markdown.
pub(super) fn code(text: &str) -> String {
    format!("`{text}`")
}

/// "`a`, `b` or `c`"
pub(super) fn one_of(choices: &[Choice]) -> String {
    let texts: Vec<String> = choices.iter().map(|choice| code(&choice.text)).collect();
    match &texts[..] {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => texts.concat(),
    }
}
