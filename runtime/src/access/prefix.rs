use spec::stream::Path;

/// A beginning of paths, in their canonical form: empty, or whole segments and a slash. `users/1/` is no prefix of `users/10/a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// The prefix of all paths.
    pub const ALL: Self = Self(String::new());

    /// Reads a prefix. Segments are written as in a URL.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::ALL);
        }
        let Some(segments) = text.strip_suffix('/') else {
            return Err("a prefix must be empty or end with `/`".to_owned());
        };
        let path = Path::read(segments).map_err(|rule| format!("each segment of a prefix must be {rule}"))?;
        Ok(Self(format!("{}/", path.as_str())))
    }

    /// The prefix in its canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a path in its canonical form begins with this prefix.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        path.starts_with(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Prefix;

    #[test]
    fn a_prefix_ends_between_segments() {
        let prefix = Prefix::read("users/1/").unwrap();
        assert!(prefix.covers("users/1/a") && prefix.covers("users/1/a/b"));
        assert!(!prefix.covers("users/10/a") && !prefix.covers("users/1") && !prefix.covers("users/1%2Fa"));
        assert!(Prefix::read("").unwrap().covers("a"));
        for text in ["users/1", "/", "//", "a//", "/a/", "../", "a/./", "%zz/", "%2e%2e/"] {
            assert!(Prefix::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_prefix_is_compared_in_its_canonical_form() {
        assert!(Prefix::read("%75sers/%C3%A9/").unwrap().covers("users/%C3%A9/x"));
        assert!(Prefix::read("é/").unwrap().covers("%C3%A9/x"));
        assert!(!Prefix::read("a%2Fb/").unwrap().covers("a/b/x"));
    }
}
