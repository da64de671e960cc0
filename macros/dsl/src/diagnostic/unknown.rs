//! A name that is not declared: all its uses are one fault, since they have one cause.

use super::line;
use crate::occurrences::Occurrences;
use crate::suggest;
use proc_macro2::Span;
use syn::Ident;

/// The uses of an undeclared name.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The name as written.
    pub name: String,
    /// The kind of declaration, such as "header".
    what: String,
    /// The words of the language that are allowed here.
    words: Vec<String>,
    /// The declared names of this kind.
    declared: Vec<(String, Span)>,
    /// The names that can be used at this place, if they are not all declared ones.
    usable: Option<Vec<String>>,
    /// Further uses.
    pub uses: Vec<Span>,
}

impl Unknown {
    pub fn new<'a>(name: &Ident, what: &str, declared: impl Iterator<Item = &'a Ident>) -> Self {
        let declared = declared.map(|name| (name.to_string(), name.span())).collect();
        Self {
            name: name.to_string(),
            what: what.to_owned(),
            words: Vec::new(),
            declared,
            usable: None,
            uses: Vec::new(),
        }
    }

    /// Adds words of the language.
    pub fn words(&mut self, words: &[&str]) {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
    }

    /// Adds declared names.
    pub fn declared<'a>(&mut self, names: impl Iterator<Item = &'a Ident>) {
        self.declared.extend(names.map(|name| (name.to_string(), name.span())));
    }

    /// Restricts the names that the help lists.
    pub fn usable(&mut self, names: Vec<String>) {
        self.usable = Some(names);
    }

    /// Returns the declaration that was probably renamed: one that nothing uses.
    fn renamed(&self, occurrences: &Occurrences) -> Option<&(String, Span)> {
        let unused: Vec<_> = self.declared.iter().filter(|(name, _)| occurrences.only_declared(name)).collect();
        let closest = suggest::closest(&self.name, unused.iter().map(|(name, _)| name.as_str()));
        match (closest, &unused[..]) {
            (Some(closest), _) => unused.iter().copied().find(|(name, _)| name == closest),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// Returns the help, and the unused declaration that it suggests.
    pub fn help(&self, occurrences: &Occurrences) -> (String, Option<String>) {
        let names = self.declared.iter().map(|(name, _)| name.as_str());
        let declared = || self.words.iter().map(String::as_str).chain(names.clone());
        if let Some(name) = suggest::slip(&self.name, declared()) {
            return (format!("did you mean `{name}`?"), occurrences.only_declared(name).then(|| name.to_owned()));
        }
        if let Some((name, span)) = self.renamed(occurrences) {
            let line = line::on_line(*span);
            let line = if line.is_empty() { String::new() } else { format!("declared{line} and ") };
            return (format!("did you mean `{name}`, which is {line}not used?"), Some(name.clone()));
        }
        let listed = match (&self.usable, suggest::closest(&self.name, declared())) {
            (_, Some(name)) => return (format!("did you mean `{name}`?"), None),
            (Some(usable), None) => usable.iter().map(String::as_str).collect(),
            (None, None) => declared().collect::<Vec<_>>(),
        };
        let help = suggest::help(&self.name, &self.what, listed);
        // A word of the language can't be declared.
        let is_name = self.words.is_empty() && help.starts_with("one of");
        (if is_name { format!("declare it, or use {help}") } else { help }, None)
    }

    /// Returns a note about the further uses.
    pub fn note(&self) -> Option<String> {
        const SHOWN: usize = 10;
        line::on_lines(&self.uses, SHOWN).map(|lines| format!("it is also used {lines}"))
    }
}
