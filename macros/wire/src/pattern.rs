use crate::Rule;
use regex_lite::Regex;
use std::borrow::Cow;
use std::sync::OnceLock;

/// A regular expression that a text must match as a whole. It is prepared when it is first needed, and a comparison takes time that
/// is proportional to the length of the text.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: Cow<'static, str>,
    regex: OnceLock<Regex>,
}

impl Pattern {
    /// A regular expression that has been checked by [`Pattern::checked`].
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self { source: Cow::Borrowed(source), regex: OnceLock::new() }
    }

    /// A regular expression, if it is valid.
    ///
    /// # Errors
    /// The reason why it is not.
    pub fn checked(source: String) -> Result<Self, String> {
        let regex = prepared(&source).map_err(|error| error.to_string())?;
        Ok(Self { source: source.into(), regex: regex.into() })
    }

    /// The regular expression.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Reads printable ASCII that matches.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    ///
    /// # Panics
    /// If the regular expression is not valid, which the compiler excludes.
    pub fn read<'t>(&self, text: impl Into<Cow<'t, str>>) -> Result<Cow<'t, str>, Rule> {
        let text = text.into();
        if !text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err("printable ASCII".into());
        }
        let regex = self.regex.get_or_init(|| prepared(&self.source).expect("a checked regular expression"));
        if !regex.is_match(&text) {
            return Err(format!("a text that matches `{}`", self.source).into());
        }
        Ok(text)
    }
}

fn prepared(source: &str) -> Result<Regex, regex_lite::Error> {
    Regex::new(&format!("^(?:{source})$"))
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_text_matches_as_a_whole() {
        static DIGEST: Pattern = Pattern::new("sha256:[0-9a-f]{4}|none");
        for text in ["sha256:00ff", "none"] {
            assert_eq!(DIGEST.read(text).as_deref(), Ok(text));
        }
        for text in ["", "sha256:00f", "sha256:00ff0", "sha256:00FF", "sha256:00ff\n", "xnone", "nonesha256:00ff"] {
            let rule = DIGEST.read(text).unwrap_err();
            assert!(["printable ASCII", "a text that matches `sha256:[0-9a-f]{4}|none`"].contains(&&*rule), "{text}");
        }
    }

    #[test]
    fn a_text_is_printable_ascii() {
        let any = Pattern::checked("(?s).*".to_owned()).unwrap();
        assert!(any.read("a, b").is_ok());
        for text in ["é", "a\nb", "\u{7f}"] {
            assert!(any.read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn time_is_linear() {
        let nested = Pattern::checked("(a|a)*(a*)*b".to_owned()).unwrap();
        assert!(nested.read("a".repeat(10_000)).is_err());
    }

    #[test]
    fn an_invalid_pattern_is_refused() {
        for source in ["(", "a{2,1}", "(a{1000}){1000}{1000}"] {
            assert!(Pattern::checked(source.to_owned()).is_err(), "{source}");
        }
    }
}
