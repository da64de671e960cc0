use crate::Rule;
use mediatype::MediaTypeBuf;
use std::fmt;

/// A media type, kept exactly as it was sent and compared by its essence: type and subtype in any case, no parameters.
#[derive(Clone, Debug)]
pub struct MediaType {
    text: String,
    essence: String,
}

impl MediaType {
    /// Reads `type/subtype` with optional parameters.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, Rule> {
        let rule = || Rule::from("a media type such as `text/plain`");
        if text.len() > 255 {
            return Err("a media type of at most 255 bytes".into());
        }
        let parsed = MediaTypeBuf::from_string(text.to_owned()).map_err(|_| rule())?;
        // The parser's wildcards are for `Accept`.
        if parsed.ty() == "*" || parsed.subty() == "*" || !text.is_ascii() {
            return Err(rule());
        }
        let essence = parsed.essence().to_string().to_ascii_lowercase();
        Ok(Self { text: text.to_owned(), essence })
    }

    /// The text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
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

/// A declared media type or, as `type/*`, a family of them.
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

    /// Whether `media` falls under this.
    #[must_use]
    pub fn matches(self, media: &MediaType) -> bool {
        match self.0.strip_suffix('*') {
            Some(family) => media.essence().starts_with(family),
            None => media.essence() == self.0,
        }
    }

    /// This as the type of a response or of a new resource. The compiler lets no family get here.
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
    fn refuses_what_is_no_media_type() {
        for bad in ["", "foo", "text/", "/plain", "text/plain, text/plain", "*/*", "text/*", "text/plain\u{0}"] {
            assert!(MediaType::read(bad).is_err(), "{bad:?}");
        }
    }
}
