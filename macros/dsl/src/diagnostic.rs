//! The compiler's messages about a spec, and the collection that gathers them.

use crate::code::Code;
use proc_macro2::{LineColumn, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;

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
#[derive(Clone, Debug)]
struct Content {
    message: String,
    notes: Vec<String>,
    help: Option<String>,
    missing: Option<String>,
}

impl Diagnostic {
    /// A fault at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let content = Content { message: message.into(), notes: Vec::new(), help: None, missing: None };
        Self { code, span, end: span, content: Box::new(content) }
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

    /// Marks the fault as a reference to the undeclared name `name`. It is not reported if the declaration itself is faulty.
    #[must_use]
    pub fn missing(mut self, name: impl Into<String>) -> Self {
        self.content.missing = Some(name.into());
        self
    }

    /// The text that rustc shows after `error:`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.content.message.clone();
        let notes = self.content.notes.iter().map(|note| format!("note: {note}"));
        let help = self.content.help.iter().map(|help| format!("help: {help}"));
        for (index, line) in notes.chain(help).enumerate() {
            text.push_str(if index == 0 { "\n\n" } else { "\n" });
            text.push_str(&line);
        }
        text.push_str(&format!("\n[{}]", self.code.name()));
        text
    }

    fn tokens(&self) -> TokenStream {
        let text = self.text();
        // rustc underlines from the first token of the call to the last, so each token gets its own span.
        let call = quote_spanned!(self.span=> ::core::compile_error!);
        let text = quote_spanned!(self.end=> { #text });
        quote!(#call #text)
    }

    fn place(&self) -> (LineColumn, LineColumn) {
        (self.span.start(), self.end.end())
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
    /// Adds a fault, unless it repeats another fault or follows from one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.count += 1;
        let follows = diagnostic.content.missing.as_ref().is_some_and(|name| self.lost.contains(name));
        if !follows && !self.reported.iter().any(|other| other.repeats(&diagnostic)) {
            self.reported.push(diagnostic);
        }
    }

    /// Returns the value, or adds the fault and returns `None`.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Marks `name` as declared in a faulty clause, so that references to it are not reported.
    pub fn lose(&mut self, name: impl Into<String>) {
        self.lost.insert(name.into());
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

    /// Sorts the faults by their position in the spec.
    pub(crate) fn sort(&mut self) {
        self.reported.sort_by_key(Diagnostic::place);
    }

    /// One `compile_error!` for each fault.
    #[must_use]
    pub fn tokens(&self) -> TokenStream {
        self.reported.iter().map(Diagnostic::tokens).collect()
    }
}

/// Returns " on line 7", or nothing if `span` has no line.
#[must_use]
pub fn on_line(span: Span) -> String {
    match span.start().line {
        0 => String::new(),
        line => format!(" on line {line}"),
    }
}

/// Returns "line 7", or `otherwise` if `span` has no line.
#[must_use]
pub fn line_or(span: Span, otherwise: &str) -> String {
    match span.start().line {
        0 => otherwise.to_owned(),
        line => format!("line {line}"),
    }
}
