//! The compiler's messages about a spec, and the collection that gathers them.

mod line;
mod unknown;

use crate::code::Code;
use crate::forms::Form;
use crate::occurrences::Occurrences;
use crate::suggest;
use proc_macro2::{LineColumn, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;
use syn::Ident;
use unknown::Unknown;

pub use line::{line_or, on_line};

/// One fault in a spec: a message in the author's words, notes about related code, and a help with an edit.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable name of this kind of fault.
    pub code: Code,
    /// The first token to change to fix the fault.
    pub span: Span,
    /// The last token to change.
    pub end: Span,
    content: Box<Content>,
}

/// The text of a diagnostic.
#[derive(Clone, Debug, Default)]
struct Content {
    message: String,
    notes: Vec<String>,
    help: Option<String>,
    missing: Vec<String>,
    /// The undeclared name that the fault is about.
    unknown: Option<Unknown>,
    /// The declaration that the fault calls unused.
    unused: Option<String>,
    /// The token where another one was expected, as the message shows it.
    found: Option<String>,
    /// The help if there is no better one.
    otherwise: Option<String>,
    /// How the clause is written.
    forms: Vec<&'static str>,
}

impl Diagnostic {
    /// A fault at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let content = Content { message: message.into(), ..Content::default() };
        Self { code, span, end: span, content: Box::new(content) }
    }

    /// Replaces the code and the message.
    pub(crate) fn titled(mut self, code: Code, message: impl Into<String>) -> Self {
        self.code = code;
        self.content.message = message.into();
        self
    }

    /// Sets the token that was found where another one was expected.
    pub(crate) fn found(mut self, found: String) -> Self {
        self.content.found = Some(found);
        self
    }

    /// The token that was found where another one was expected.
    pub(crate) fn found_token(&self) -> Option<&str> {
        self.content.found.as_deref()
    }

    /// Whether the fault is in how a clause is written.
    pub(crate) fn is_about_form(&self) -> bool {
        matches!(self.code, Code::Syntax | Code::MissingTerminator | Code::ExpectedString)
    }

    /// Shows how the clause is written, unless that is known already.
    pub(crate) fn in_forms(mut self, forms: impl Iterator<Item = &'static Form>) -> Self {
        if self.is_about_form() && self.content.forms.is_empty() {
            self.content.forms = forms.map(|form| form.form).collect();
        }
        self
    }

    /// Sets the help, unless there is one.
    pub(crate) fn or_help(mut self, help: Option<String>) -> Self {
        self.content.help = self.content.help.or(help);
        self
    }

    /// Sets the help, or adds a note if there is a help.
    pub(crate) fn note_or_help(self, text: String) -> Self {
        if self.content.help.is_some() { self.note(text) } else { self.help(text) }
    }

    /// Sets the help that is shown if there is no better one.
    pub(crate) fn otherwise(mut self, help: String) -> Self {
        self.content.otherwise = Some(help);
        self
    }

    /// Puts the fault behind `last`, where a token is missing, or at the token that is there instead if that is on the same line.
    pub(crate) fn behind(mut self, last: Option<Span>) -> Self {
        let Some(last) = last else { return self };
        match &self.content.found {
            Some(found) if last.end().line == self.span.start().line && last.file() == self.span.file() => {
                self.content.message.push_str(&format!(", found {found}"));
            }
            // The next token is the beginning of another clause.
            _ => {
                (self.span, self.end) = (last, last);
                (self.content.found, self.content.otherwise) = (None, None);
            }
        }
        self
    }

    /// Extends the underlined code to `end`.
    #[must_use]
    pub fn up_to(mut self, end: Span) -> Self {
        self.end = end;
        self
    }

    /// Adds a note, such as the line of a related declaration.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.content.notes.push(note.into());
        self
    }

    /// Sets the help: an edit that fixes the fault.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.content.help = Some(help.into());
        self
    }

    /// Marks the fault as one that follows from the lack of `name`. It is not reported if a faulty clause may declare `name`.
    #[must_use]
    pub fn missing(mut self, name: impl Into<String>) -> Self {
        self.content.missing.push(name.into());
        self
    }

    /// A use of a name that is not in `declared`.
    pub fn unknown<'a>(code: Code, name: &Ident, what: &str, declared: impl Iterator<Item = &'a Ident>) -> Self {
        let mut diagnostic =
            Self::new(code, name.span(), format!("no {what} is named `{name}`")).missing(name.to_string());
        diagnostic.content.unknown = Some(Unknown::new(name, what, declared));
        diagnostic
    }

    /// Adds words of the language to the names that the help about an undeclared name suggests.
    #[must_use]
    pub fn words(mut self, words: &[&str]) -> Self {
        if let Some(unknown) = &mut self.content.unknown {
            unknown.words(words);
        }
        self
    }

    /// Adds names to those that the help about an undeclared name suggests.
    #[must_use]
    pub fn declared<'a>(mut self, names: impl Iterator<Item = &'a Ident>) -> Self {
        if let Some(unknown) = &mut self.content.unknown {
            unknown.declared(names);
        }
        self
    }

    /// Restricts the names that the help about an undeclared name lists, to those that can be used at this place.
    #[must_use]
    pub fn usable(mut self, names: impl IntoIterator<Item = String>) -> Self {
        if let Some(unknown) = &mut self.content.unknown {
            unknown.usable(names.into_iter().collect());
        }
        self
    }

    /// Marks the fault as one about the unused declaration `name`.
    #[must_use]
    pub fn unused(mut self, name: &Ident) -> Self {
        self.content.unused = Some(name.to_string());
        self
    }

    /// Adds the uses of an undeclared name and what it may mean. Returns the unused declaration that it suggests.
    fn finish(&mut self, occurrences: &Occurrences) -> Option<String> {
        let unknown = self.content.unknown.take()?;
        let (help, suggested) = unknown.help(occurrences);
        self.content.notes.extend(unknown.note());
        self.content.help.get_or_insert(help);
        suggested
    }

    /// The text that rustc shows after `error:`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.content.message.clone();
        let notes = self.content.notes.iter().map(|note| format!("note: {note}"));
        let help = self.content.help.as_ref().or(self.content.otherwise.as_ref());
        let forms = suggest::either(&self.content.forms);
        let form = match (forms.is_empty(), help) {
            (true, _) => None,
            (false, None) => Some(format!("help: write {forms}")),
            (false, Some(_)) => Some(format!("note: the form is {forms}")),
        };
        let help = help.map(|help| format!("help: {help}"));
        for (index, line) in notes.chain(form).chain(help).enumerate() {
            text.push_str(if index == 0 { "\n\n" } else { "\n" });
            text.push_str(&line);
        }
        text.push_str(&format!("\n[{}]", self.code.name()));
        line::seen_from(self.span, &text)
    }

    fn tokens(&self) -> TokenStream {
        let text = self.text();
        // rustc underlines from the first token of the call to the last, so each token gets its own span.
        let call = quote_spanned!(self.span=> ::core::compile_error!);
        let text = quote_spanned!(self.end=> { #text });
        quote!(#call #text)
    }

    fn place(&self) -> (String, LineColumn, LineColumn) {
        (self.span.file(), self.span.start(), self.end.end())
    }

    /// Whether `other` is the same message at the same place. Endpoints that share a faulty clause produce such repeats.
    fn repeats(&self, other: &Self) -> bool {
        self.code == other.code && self.content.message == other.content.message && self.place() == other.place()
    }
}

/// The faults found so far.
#[derive(Debug, Default)]
pub struct Diagnostics {
    reported: Vec<Diagnostic>,
    /// Names declared in clauses that could not be read or resolved. References to them are not reported.
    lost: BTreeSet<String>,
    count: usize,
}

impl Diagnostics {
    /// Adds a fault, unless it repeats another fault or follows from one. All uses of an undeclared name are one fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.count += 1;
        let missing = &diagnostic.content.missing;
        let mut unknown = self.reported.iter_mut().filter_map(|other| other.content.unknown.as_mut());
        if let Some(first) = unknown.find(|unknown| missing.contains(&unknown.name)) {
            first.uses.push(diagnostic.span);
        } else if !missing.iter().any(|name| self.is_lost(name))
            && !self.reported.iter().any(|other| other.repeats(&diagnostic))
        {
            self.reported.push(diagnostic);
        }
    }

    /// Adds the faults.
    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Diagnostic>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    /// Returns the value, or adds the fault and returns `None`.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Marks `name` as declared in a faulty clause, so that references to it are not reported.
    pub fn lose(&mut self, name: impl Into<String>) {
        self.lost.insert(name.into());
    }

    /// Whether a faulty clause may declare `name`. It may be in another case there, as a name on the wire is.
    fn is_lost(&self, name: &str) -> bool {
        self.lost.iter().any(|lost| lost.eq_ignore_ascii_case(name))
    }

    /// Whether no fault was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The number of faults found, including those that were not reported.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The reported faults.
    #[must_use]
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.reported
    }

    /// Suggests names for undeclared ones, and sorts the faults by their position in the spec. A declaration that is suggested
    /// is not called unused.
    pub(crate) fn finish(&mut self, occurrences: &Occurrences) {
        let suggested: Vec<_> = self.reported.iter_mut().filter_map(|fault| fault.finish(occurrences)).collect();
        self.reported.retain(|fault| fault.content.unused.as_ref().is_none_or(|name| !suggested.contains(name)));
        self.reported.sort_by_key(Diagnostic::place);
    }

    /// One `compile_error!` for each fault.
    #[must_use]
    pub fn tokens(&self) -> TokenStream {
        self.reported.iter().map(Diagnostic::tokens).collect()
    }
}
