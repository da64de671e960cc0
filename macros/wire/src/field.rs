use std::borrow::Cow;
use std::fmt;

/// The rule that a value broke. The text completes "must be …".
pub type Rule = Cow<'static, str>;

/// The result of reading a text: a value, or the rule that the text breaks.
pub type Read<T> = Result<T, Rule>;

/// The part of a request that contains a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// A header field.
    Header,
    /// A query parameter.
    Query,
    /// A part of the path.
    Path,
    /// The body.
    Body,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Header => "header",
            Place::Query => "query parameter",
            Place::Path => "path",
            Place::Body => "body",
        })
    }
}

/// A declared header or query parameter: its wire name and how its value is read.
pub trait Field {
    /// The type of a well-formed value.
    type Value;
    /// Header or query.
    const PLACE: Place;
    /// The name on the wire, in lower case for headers.
    const NAME: &'static str;
    /// The index of a header in the list of declared headers.
    const INDEX: Option<usize>;

    /// Reads one value.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    fn read(text: &str) -> Result<Self::Value, Rule>;

    /// Reads the values of all occurrences in a request. A header has one occurrence, because its values are joined.
    ///
    /// # Errors
    /// The rule that they break.
    fn read_all(texts: &[Cow<'_, str>]) -> Result<Self::Value, Rule> {
        once(texts).and_then(Self::read)
    }

    /// Checks the values of all occurrences in a request, and keeps nothing of them.
    ///
    /// # Errors
    /// The rule that they break.
    fn check_all(texts: &[Cow<'_, str>]) -> Result<(), Rule> {
        Self::read_all(texts).map(drop)
    }
}

/// A declared field that is set by a single value; case is ignored. Any other value counts as not set.
pub trait Flag {
    /// Header or query.
    const PLACE: Place;
    /// The name on the wire.
    const NAME: &'static str;
    /// The index of a header in the list of declared headers.
    const INDEX: Option<usize>;
    /// The value that sets the flag.
    const VALUE: &'static str;
}

/// Returns the only text.
///
/// # Errors
/// The rule that several texts break.
pub fn once<'a>(texts: &'a [Cow<'_, str>]) -> Result<&'a str, Rule> {
    match texts {
        [only] => Ok(only),
        _ => Err("given once".into()),
    }
}

/// Reads text of `min` to `max` characters in any script.
///
/// # Errors
/// The rule that `text` breaks.
pub fn unicode(text: &str, min: usize, max: usize) -> Result<Cow<'_, str>, Rule> {
    let length = text.chars().count();
    if length < min || length > max {
        return Err(format!("{min} to {max} characters long, and it has {length}").into());
    }
    if text.contains(char::is_control) {
        return Err("free of control characters".into());
    }
    Ok(Cow::Borrowed(text))
}

/// Reads printable ASCII of `min` to `max` bytes.
///
/// A comma followed by a space is rejected, because a header that was sent twice arrives in that form.
///
/// # Errors
/// The rule that `text` breaks.
pub fn text(text: &str, min: usize, max: usize) -> Result<Cow<'_, str>, Rule> {
    if text.len() < min || text.len() > max {
        return Err(format!("{min} to {max} bytes long, and it has {}", text.len()).into());
    }
    if !text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err("printable ASCII".into());
    }
    if text.contains(", ") {
        return Err("sent once (a comma followed by a space counts as two values)".into());
    }
    Ok(Cow::Borrowed(text))
}

/// Whether `text` is a token (RFC 9110 §5.6.2).
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_token_char)
}

/// A `tchar` (RFC 9110 §5.6.2).
pub(crate) fn is_token_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char)
}

/// Checks that a comma-separated list (RFC 9110 §5.6.1) contains `token`; case is ignored. It may contain other members.
///
/// # Errors
/// The rule that `text` breaks.
pub fn listed(text: &str, token: &str) -> Result<(), Rule> {
    let mut members = text.split(',').map(|member| member.trim_matches([' ', '\t']));
    if members.any(|member| member.eq_ignore_ascii_case(token)) {
        return Ok(());
    }
    Err(format!("`{token}`, or a list with it").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_token_in_any_case_and_at_any_place() {
        for text in ["websocket", "WebSocket", "h2c, websocket", "WEBSOCKET,\th2c", ",, websocket ,"] {
            assert_eq!(listed(text, "websocket"), Ok(()), "{text}");
        }
        for text in ["", "websockets", "web socket", "h2c", "h2c websocket", "websocket/13", "\"websocket\""] {
            assert!(listed(text, "websocket").is_err(), "{text}");
        }
    }
}
