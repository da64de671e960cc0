use crate::model::Choice;
use std::collections::BTreeSet;

/// A set of texts, as far as it can be compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texts {
    /// All texts of a kind.
    All(String),
    /// Texts of some length, or numbers.
    Range(&'static str, u64, u64),
    /// These texts with their names, and perhaps all offsets of a format, hexadecimal or not, and of a width.
    Named(Option<(bool, usize)>, BTreeSet<(String, String)>),
}

impl Texts {
    /// Whether every text of `inner` is one of these, and has the same meaning.
    pub fn contain(&self, inner: &Self) -> bool {
        match (self, inner) {
            (Self::Range(kind, min, max), Self::Range(other, least, most)) => {
                kind == other && min <= least && most <= max
            }
            (Self::Named(format, names), Self::Named(other, others)) => {
                (other.is_none() || format == other) && names.is_superset(others)
            }
            (Self::Range("text", min, max), Self::Named(None, names)) => {
                names.iter().all(|(text, _)| (*min..=*max).contains(&(text.len() as u64)))
            }
            _ => self == inner,
        }
    }
}

/// The texts of choices, with their names.
pub(super) fn named(choices: &[Choice]) -> BTreeSet<(String, String)> {
    choices.iter().map(|choice| (choice.text.clone(), choice.name.to_string())).collect()
}
