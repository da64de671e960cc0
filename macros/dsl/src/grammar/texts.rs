use crate::model::Choice;
use std::collections::BTreeSet;

/// A set of texts, as far as it can be compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Texts {
    /// All texts of a kind.
    All(String),
    /// Lists of up to some number of elements.
    List(u64, Box<Texts>),
    /// Media ranges that accept one of these media types, the preferred one first.
    Accept(Vec<String>),
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
                let same = kind == other || (*kind, *other) == ("unicode", "text");
                same && min <= least && most <= max
            }
            (Self::List(max, element), Self::List(most, other)) => most <= max && element.contain(other),
            (Self::List(_, element), inner) => element.contain(inner),
            (Self::Accept(offered), Self::Accept(others)) => offered.starts_with(others),
            (Self::Named(format, names), Self::Named(other, others)) => {
                (other.is_none() || format == other) && names.is_superset(others)
            }
            (Self::Range("text" | "unicode", min, max), Self::Named(None, names)) => {
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
