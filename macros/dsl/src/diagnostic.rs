//! What the compiler says about a spec, and the sink that collects it.

use crate::code::Code;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// One fault in a spec: a headline in the author's nouns, facts that stand elsewhere, and what to type instead.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable name of this kind of fault.
    pub code: Code,
    /// The smallest token whose change mends it.
    pub span: Span,
    message: String,
    notes: Vec<String>,
    help: Option<String>,
}

impl Diagnostic {
    /// A fault at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into(), notes: Vec::new(), help: None }
    }

    /// Adds a fact that stands elsewhere.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to type instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The text that rustc shows after `error:`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.message.clone();
        let notes = self.notes.iter().map(|note| format!("note: {note}"));
        let help = self.help.iter().map(|help| format!("help: {help}"));
        for (index, line) in notes.chain(help).enumerate() {
            text.push_str(if index == 0 { "\n\n" } else { "\n" });
            text.push_str(&line);
        }
        text.push_str(&format!("\n[{}]", self.code.name()));
        text
    }

    fn tokens(&self) -> TokenStream {
        let text = self.text();
        quote_spanned!(self.span=> ::core::compile_error!(#text);)
    }
}

/// All faults found so far, in the order of their discovery.
#[derive(Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Keeps a value, or adds the fault that took its place.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults.
    #[must_use]
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.0
    }

    /// One `compile_error!` for each fault.
    #[must_use]
    pub fn tokens(&self) -> TokenStream {
        self.0.iter().map(Diagnostic::tokens).collect()
    }
}

/// ", on line 7", where the line of `span` is known.
#[must_use]
pub fn on_line(span: Span) -> String {
    match span.start().line {
        0 => String::new(),
        line => format!(", on line {line}"),
    }
}
