//! How often each word occurs in a spec.
//!
//! A declared name that occurs once is not used, not even in a clause that could not be read.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;

/// The words of a spec, with their counts.
#[derive(Default)]
pub struct Occurrences(BTreeMap<String, usize>);

impl Occurrences {
    /// Counts the words of a spec.
    pub fn of(spec: &TokenStream) -> Self {
        let mut occurrences = Self::default();
        occurrences.count(spec.clone());
        occurrences
    }

    fn count(&mut self, tokens: TokenStream) {
        for tree in tokens {
            match tree {
                TokenTree::Ident(word) => *self.0.entry(word.to_string()).or_default() += 1,
                TokenTree::Group(group) => self.count(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Whether `name` occurs once, in its declaration.
    pub fn only_declared(&self, name: &str) -> bool {
        self.0.get(name) == Some(&1)
    }
}
