use crate::Rule;
use crate::field::is_token_char;
use std::fmt;

/// A media type. The text is kept as sent. Comparison uses the type and subtype only, and ignores case and parameters.
#[derive(Clone, Debug)]
pub struct MediaType {
    text: String,
    essence: String,
}

impl MediaType {
    /// Reads `type/subtype` with optional parameters (RFC 9110 §8.3.1). The wildcards of `Accept` are invalid.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        let essence = checked(text)?.to_ascii_lowercase();
        Ok(Self { text: text.to_owned(), essence })
    }

    /// Checks a media type, and keeps nothing of it.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn check(text: &str) -> Result<(), Rule> {
        checked(text).map(drop)
    }

    /// The text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the value of a parameter without quotes. The case of the name is ignored. If the name occurs more than once, the
    /// first value is returned.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut parameters = parameters(&self.text[self.essence.len()..])?.into_iter();
        let (_, value) = parameters.find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(unquoted(value))
    }

    /// Type and subtype in lower case.
    #[must_use]
    pub fn essence(&self) -> &str {
        &self.essence
    }
}

impl PartialEq for MediaType {
    fn eq(&self, other: &Self) -> bool {
        self.essence == other.essence
    }
}

impl Eq for MediaType {}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Returns the type and subtype.
fn checked(text: &str) -> Result<&str, Rule> {
    if text.len() > 255 {
        return Err("a media type of at most 255 bytes".into());
    }
    essence(text).ok_or_else(|| "a media type such as `text/plain`".into())
}

/// Returns the type and subtype, or `None` if `text` is not a valid media type.
fn essence(text: &str) -> Option<&str> {
    let (essence, parameters) =
        text.split_at(text.find(|char| !is_token_char(char) && char != '/').unwrap_or(text.len()));
    let (main, sub) = essence.split_once('/')?;
    let named = |name: &str| !matches!(name, "" | "*") && !name.contains('/');
    (named(main) && named(sub) && self::parameters(parameters).is_some()).then_some(essence)
}

/// Returns the names of parameters and their values as sent, or `None` if `text` is invalid. Empty parameters are ignored (RFC 9110
/// §5.6.6). An empty value without quotes violates the grammar, but is accepted because existing streams have one.
fn parameters(mut text: &str) -> Option<Vec<(&str, &str)>> {
    let mut parameters = Vec::new();
    loop {
        text = text.trim_start_matches(OWS);
        if text.is_empty() {
            return Some(parameters);
        }
        text = text.strip_prefix(';')?.trim_start_matches(OWS);
        let value = text.trim_start_matches(is_token_char);
        let name = &text[..text.len() - value.len()];
        if name.is_empty() {
            continue;
        }
        let value = value.strip_prefix('=')?;
        text = match value.strip_prefix('"') {
            Some(quoted) => after_quote(quoted)?,
            None => value.trim_start_matches(is_token_char),
        };
        parameters.push((name, &value[..value.len() - text.len()]));
    }
}

/// Returns the value of a parameter without quotes and escapes (RFC 9110 §5.6.4).
fn unquoted(value: &str) -> String {
    let Some(quoted) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut escaped = false;
    let kept = |char: &char| {
        escaped = !escaped && *char == '\\';
        !escaped
    };
    quoted.chars().filter(kept).collect()
}

/// Returns the text after the closing quote of a string whose opening quote was read (RFC 9110 §5.6.4).
fn after_quote(text: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        match char {
            '\t' | ' '..='~' if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return text.get(at + 1..),
            '\t' | ' '..='~' => {}
            _ => return None,
        }
    }
    None
}

const OWS: [char; 2] = [' ', '\t'];

/// A declared media type, or a range `type/*` of media types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaRange(&'static str);

impl MediaRange {
    /// For generated code: `text` is lower-case `type/subtype` or `type/*`, which the compiler has checked.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(text: &'static str) -> Self {
        Self(text)
    }

    /// The text as declared.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether `media` is in this range.
    #[must_use]
    pub fn matches(self, media: &MediaType) -> bool {
        match self.0.strip_suffix('*') {
            Some(family) => media.essence().starts_with(family),
            None => media.essence() == self.0,
        }
    }

    /// Returns the media type. The compiler ensures that this is not a range `type/*`.
    #[must_use]
    pub fn media_type(self) -> MediaType {
        MediaType { text: self.0.to_owned(), essence: self.0.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_by_essence_and_echoes_exactly() {
        let plain = MediaType::read("text/plain").unwrap();
        let odd = MediaType::read("Text/PLAIN; charset=UTF-8").unwrap();
        assert_eq!(plain, odd);
        assert_eq!(odd.as_str(), "Text/PLAIN; charset=UTF-8");
        assert!(MediaRange::declared("text/*").matches(&odd));
        assert!(!MediaRange::declared("application/json").matches(&odd));
    }

    #[test]
    fn accepts_the_grammar() {
        for (text, essence) in [
            ("text/plain;;charset=utf-8", "text/plain"),
            ("text/plain ; ;\t;", "text/plain"),
            ("application/VND.a~b|c`d", "application/vnd.a~b|c`d"),
            ("!#$%&'*+-.^_`|~0aZ/x", "!#$%&'*+-.^_`|~0az/x"),
            ("text/plain;a~b=c`d|e", "text/plain"),
            (r#"text/plain; a="b;c\"d, e"; f=g "#, "text/plain"),
            ("text/plain;charset=", "text/plain"),
        ] {
            assert_eq!(MediaType::read(text).unwrap().essence(), essence, "{text}");
        }
    }

    #[test]
    fn parameters_are_found_in_any_case_and_without_quotes() {
        let parameter = |text: &str| MediaType::read(text).unwrap().parameter("charset");
        assert_eq!(parameter("text/plain"), None);
        assert_eq!(parameter("text/plain; Charset=UTF-8").as_deref(), Some("UTF-8"));
        assert_eq!(parameter("text/plain; a=b; charset=\"utf-8\"").as_deref(), Some("utf-8"));
        assert_eq!(parameter("text/plain; a=\"; charset=x\"").as_deref(), None);
    }

    #[test]
    fn rejects_invalid_media_types() {
        let bad = [
            "",
            "foo",
            "text/",
            "/plain",
            "text/plain/",
            "text/plain, text/plain",
            "*/*",
            "text/*",
            "text/plain\u{0}",
            "text/plän",
            " text/plain",
            "text/plain;charset",
            "text/plain;charset =utf-8",
            "text/plain;=utf-8",
            "text/plain;a=b c=d",
            "text/plain;a=\"b",
            "text/plain;a=\"b\"c",
            "text/plain;a=\"\u{7f}\"",
        ];
        for bad in bad {
            assert!(MediaType::read(bad).is_err(), "{bad:?}");
        }
    }
}
