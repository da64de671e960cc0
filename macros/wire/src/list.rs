use crate::{Read, Rule};
use std::borrow::Cow;

/// A comma-separated list (RFC 9110 §5.6.1), such as the content codings of a body. Every text is a valid list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List(Vec<String>);

impl List {
    /// Reads the elements of `text`. Empty elements are ignored.
    ///
    /// # Errors
    /// Never.
    pub fn read(text: &str) -> Result<Self, Rule> {
        Ok(Self(elements(text).map(str::to_owned).collect()))
    }

    /// Checks nothing.
    ///
    /// # Errors
    /// Never.
    pub fn check(_: &str) -> Result<(), Rule> {
        Ok(())
    }

    /// Whether all elements equal `text`; case is ignored.
    #[must_use]
    pub fn has_only(&self, text: &str) -> bool {
        self.0.iter().all(|element| element.eq_ignore_ascii_case(text))
    }
}

/// The elements of a comma-separated list (RFC 9110 §5.6.1), without those that are empty.
pub(crate) fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(|element| element.trim_matches([' ', '\t'])).filter(|element| !element.is_empty())
}

/// Reads a comma-separated list of 1 to `max` elements.
///
/// # Errors
/// The rule that an element or their number breaks.
pub fn list<T>(text: &str, max: usize, read: impl Fn(&str) -> Read<T>) -> Result<Vec<T>, Rule> {
    bounded(elements(text), max, read)
}

/// Reads 1 to `max` occurrences of a query parameter.
///
/// # Errors
/// The rule that an occurrence or their number breaks.
pub fn repeated<T>(texts: &[Cow<str>], max: usize, read: impl Fn(&str) -> Read<T>) -> Result<Vec<T>, Rule> {
    bounded(texts.iter().map(|text| &**text), max, read)
}

fn bounded<'a, T>(
    texts: impl Iterator<Item = &'a str>,
    max: usize,
    read: impl Fn(&str) -> Read<T>,
) -> Result<Vec<T>, Rule> {
    // One element more shows that there are too many.
    let texts = texts.take(max.saturating_add(1));
    let elements = texts.map(|text| read(text).map_err(|rule| format!("a list, each {rule}")));
    let elements = elements.collect::<Result<Vec<_>, _>>()?;
    if elements.is_empty() || elements.len() > max {
        return Err(format!("a list of 1 to {max} elements").into());
    }
    Ok(elements)
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
