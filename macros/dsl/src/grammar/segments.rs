//! `segments 1..=64` and `pattern "…"` in a path: the texts that a parameter of a path can have, in their canonical escaped form.

use super::regex::Pattern;
use super::{length, repeated};
use crate::expand::names::number;
use proc_macro2::TokenStream;
use quote::quote;
use wire::Rule;

/// The texts that a parameter of a path can have.
#[derive(Clone)]
pub enum Segments {
    /// Texts with this many bytes.
    Length {
        /// The minimum.
        min: u64,
        /// The maximum.
        max: u64,
    },
    /// Texts that match a regular expression.
    Pattern(Pattern),
}

impl Segments {
    /// Checks a text with the code that the server uses.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub(crate) fn read(&self, text: &str) -> Result<(), Rule> {
        match self {
            Self::Length { min, max } => wire::segments(text, length(*min), length(*max)).map(drop),
            Self::Pattern(pattern) => pattern.read(wire::segments(text, 1, usize::MAX)?),
        }
    }

    /// An expression that reads `text`.
    pub(crate) fn reader(&self) -> TokenStream {
        match self {
            Self::Length { min, max } => {
                let (min, max) = (number(*min), number(*max));
                quote!(::wire::segments(text, #min, #max))
            }
            Self::Pattern(pattern) => {
                pattern.reader(&quote!(::wire::segments(text, 1, ::core::primitive::usize::MAX)?))
            }
        }
    }

    /// A text that matches, if possible of this letter.
    pub(crate) fn sample(&self, letter: &str) -> String {
        match self {
            Self::Length { min, .. } => repeated(letter, (*min).max(1)),
            Self::Pattern(pattern) => pattern.sample().to_owned(),
        }
    }

    /// Texts that do not match.
    pub(crate) fn malformed(&self) -> Vec<String> {
        let broken = ["%zz".to_owned()];
        let others = match self {
            Self::Length { .. } => Vec::new(),
            Self::Pattern(pattern) => pattern.malformed(),
        };
        // A slash, and nothing, could make the path of another resource.
        let others =
            others.into_iter().filter(|text| !text.is_empty() && !text.contains('/') && self.read(text).is_err());
        broken.into_iter().chain(others).collect()
    }

    /// The regular expression, or the range of lengths.
    #[must_use]
    pub fn rule(&self) -> String {
        match self {
            Self::Length { min, max } => format!("{min} to {max} bytes"),
            Self::Pattern(pattern) => pattern.words(),
        }
    }

    /// Whether each text of `other` is one of these.
    #[must_use]
    pub fn contain(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Length { min, max }, Self::Length { min: least, max: most }) => min <= least && most <= max,
            (Self::Pattern(pattern), Self::Pattern(other)) => pattern.source() == other.source(),
            (Self::Length { .. }, Self::Pattern(_)) | (Self::Pattern(_), Self::Length { .. }) => false,
        }
    }
}
