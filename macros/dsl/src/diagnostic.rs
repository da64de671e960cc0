//! What the compiler says about a spec, and the sink that collects it.

use crate::code::Code;
use proc_macro2::{LineColumn, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;

/// One fault in a spec: a headline in the author's nouns, facts that stand elsewhere, and what to type instead.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable name of this kind of fault.
    pub code: Code,
    /// The first of the tokens whose change mends it.
    pub span: Span,
    /// The last of them.
    pub end: Span,
    said: Box<Said>,
}

/// What is said about a fault.
#[derive(Clone, Debug)]
struct Said {
    message: String,
    notes: Vec<String>,
    help: Option<String>,
    missing: Option<String>,
}

impl Diagnostic {
    /// A fault at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let said = Said { message: message.into(), notes: Vec::new(), help: None, missing: None };
        Self { code, span, end: span, said: Box::new(said) }
    }

    /// Says that the fault reaches from its first token to `end`.
    #[must_use]
    pub fn up_to(mut self, end: Span) -> Self {
        self.end = end;
        self
    }

    /// Adds a fact that stands elsewhere.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.said.notes.push(note.into());
        self
    }

    /// Says what to type instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.said.help = Some(help.into());
        self
    }

    /// Says that all that is wrong is that nothing is called `name`.
    #[must_use]
    pub fn missing(mut self, name: impl Into<String>) -> Self {
        self.said.missing = Some(name.into());
        self
    }

    /// The text that rustc shows after `error:`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.said.message.clone();
        let notes = self.said.notes.iter().map(|note| format!("note: {note}"));
        let help = self.said.help.iter().map(|help| format!("help: {help}"));
        for (index, line) in notes.chain(help).enumerate() {
            text.push_str(if index == 0 { "\n\n" } else { "\n" });
            text.push_str(&line);
        }
        text.push_str(&format!("\n[{}]", self.code.name()));
        text
    }

    fn tokens(&self) -> TokenStream {
        let text = self.text();
        // What rustc underlines reaches from the first token of the call to the last, so each gets a span of its own.
        let call = quote_spanned!(self.span=> ::core::compile_error!);
        let text = quote_spanned!(self.end=> { #text });
        quote!(#call #text)
    }

    fn place(&self) -> (LineColumn, LineColumn) {
        (self.span.start(), self.end.end())
    }

    /// Whether it says what `other` says, perhaps about another endpoint that shares the faulty clause.
    fn repeats(&self, other: &Self) -> bool {
        self.code == other.code && self.said.message == other.said.message && self.place() == other.place()
    }
}

/// All faults found so far.
#[derive(Debug, Default)]
pub struct Diagnostics {
    told: Vec<Diagnostic>,
    /// Names in what could not be read or resolved. It is not the fault of their users that they are missing.
    lost: BTreeSet<String>,
    count: usize,
}

impl Diagnostics {
    /// Adds a fault, unless it only follows from another one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.count += 1;
        let follows = diagnostic.said.missing.as_ref().is_some_and(|name| self.lost.contains(name));
        if !follows && !self.told.iter().any(|known| known.repeats(&diagnostic)) {
            self.told.push(diagnostic);
        }
    }

    /// Keeps a value, or adds the fault that took its place.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Notes that `name` would be known if nothing else were wrong.
    pub fn lose(&mut self, name: impl Into<String>) {
        self.lost.insert(name.into());
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How often something was found wrong, also where there was no more to say about it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The faults.
    #[must_use]
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.told
    }

    /// Puts the faults in the order in which they stand in the spec.
    pub(crate) fn sort(&mut self) {
        self.told.sort_by_key(Diagnostic::place);
    }

    /// One `compile_error!` for each fault.
    #[must_use]
    pub fn tokens(&self) -> TokenStream {
        self.told.iter().map(Diagnostic::tokens).collect()
    }
}

/// " on line 7", where the line of `span` is known.
#[must_use]
pub fn on_line(span: Span) -> String {
    match span.start().line {
        0 => String::new(),
        line => format!(" on line {line}"),
    }
}
