use crate::Rule;

/// A comma-separated list (RFC 9110 §5.6.1), such as the content codings of a body. Every text is a valid list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List(Vec<String>);

impl List {
    /// Reads the elements of `text`. Empty elements are ignored.
    ///
    /// # Errors
    /// Never.
    pub fn read(text: &str) -> Result<Self, Rule> {
        let elements = text.split(',').map(|element| element.trim_matches([' ', '\t']));
        Ok(Self(elements.filter(|element| !element.is_empty()).map(str::to_owned).collect()))
    }

    /// Whether all elements equal `text`; case is ignored.
    #[must_use]
    pub fn has_only(&self, text: &str) -> bool {
        self.0.iter().all(|element| element.eq_ignore_ascii_case(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_stand_between_commas() {
        for text in ["", " ", ",", "identity", "Identity", " identity , ,\tIDENTITY"] {
            assert!(List::read(text).unwrap().has_only("identity"), "{text:?}");
        }
        for text in ["gzip", "identity, gzip", "gzip,identity", "identity gzip", "\"identity\"", "x"] {
            assert!(!List::read(text).unwrap().has_only("identity"), "{text:?}");
        }
    }
}
