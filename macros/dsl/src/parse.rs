//! Tokens to AST. Parsing never fails as a whole. A clause that can't be read is reported and skipped, up to the `;` or
//! the braces that end it, and parsing continues behind it.

mod condition;
pub(crate) mod enclosed;
mod endpoint;
mod example;
mod item;
mod outcome;
mod recovery;
mod words;

pub(crate) use item::list;
pub(crate) use words::declared;

use crate::ast::{Docs, Literal, Quantity, Range, Spec};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::suggest;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Ident, LitInt, LitStr, Token};

/// The value, or the fault that prevented reading it.
pub(crate) type Result<T> = std::result::Result<T, Fault>;

/// A fault that the enclosing clause will report.
pub(crate) enum Fault {
    /// At the span of the diagnostic.
    At(Diagnostic),
    /// At the last token that could be read.
    Behind(Diagnostic),
    /// At the span of the diagnostic, in a clause that was read to its end.
    Whole(Diagnostic),
    /// Already reported.
    Reported,
}

impl From<syn::Error> for Fault {
    fn from(error: syn::Error) -> Self {
        Fault::At(Diagnostic::new(Code::Syntax, error.span(), error.to_string()))
    }
}

impl From<Diagnostic> for Fault {
    fn from(diagnostic: Diagnostic) -> Self {
        Fault::At(diagnostic)
    }
}

/// Reads a spec, and skips clauses that can't be read.
pub fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Spec {
    let mut spec = Spec::default();
    let read = |input: ParseStream| {
        let mut parser = Parser { diagnostics: &mut *diagnostics };
        parser.clauses(input, |parser, input| parser.item(input, &mut spec));
        Ok(())
    };
    // `clauses` reads the stream to its end, so `parse2` normally returns no error.
    if let Err(error) = read.parse2(tokens) {
        diagnostics.push(Diagnostic::new(Code::Syntax, error.span(), error.to_string()));
    }
    spec
}

pub(crate) struct Parser<'a> {
    pub(crate) diagnostics: &'a mut Diagnostics,
}

impl Parser<'_> {
    /// Reads clauses until the stream ends, reporting and skipping those that can't be read.
    pub(crate) fn clauses(&mut self, input: ParseStream, mut read: impl FnMut(&mut Self, ParseStream) -> Result<()>) {
        while !input.is_empty() {
            let (start, span) = (input.cursor(), input.span());
            let Err(fault) = read(self, input) else { continue };
            let end = input.cursor();
            if !matches!(fault, Fault::Whole(_)) {
                recovery::skip(input, span, end == start);
            }
            recovery::names(start, input.cursor(), self.diagnostics);
            match fault {
                Fault::At(diagnostic) | Fault::Whole(diagnostic) => self.diagnostics.push(diagnostic),
                Fault::Behind(mut diagnostic) => {
                    diagnostic.span = recovery::last(start, end).unwrap_or(diagnostic.span);
                    diagnostic.end = diagnostic.span;
                    self.diagnostics.push(diagnostic);
                }
                Fault::Reported => {}
            }
        }
    }

    /// Reads clauses in braces.
    pub(crate) fn block(
        &mut self,
        input: ParseStream,
        read: impl FnMut(&mut Self, ParseStream) -> Result<()>,
    ) -> Result<()> {
        self.clauses(&enclosed::braces(input)?, read);
        Ok(())
    }

    /// Reports a missing clause, unless a fault was found after the count was `before`: that may be the missing clause.
    pub(crate) fn missing<T>(&self, before: usize, diagnostic: Diagnostic) -> Result<T> {
        Err(if self.diagnostics.count() > before { Fault::Reported } else { diagnostic.into() })
    }
}

/// Doc comments; any other attribute is a fault.
pub(crate) fn docs(input: ParseStream) -> Result<Docs> {
    let attributes = input.call(Attribute::parse_outer)?;
    for attribute in &attributes {
        if !attribute.path().is_ident("doc") {
            let span = attribute.pound_token.span;
            return Err(Diagnostic::new(Code::Syntax, span, "only doc comments are allowed here")
                .help("delete this attribute")
                .into());
        }
    }
    Ok(attributes)
}

/// Reads a word. Keywords of Rust are allowed, because the spec language has its own.
pub(crate) fn ident(input: ParseStream) -> Result<Ident> {
    use syn::ext::IdentExt as _;
    let span = input.span();
    input.call(Ident::parse_any).map_err(|_| Diagnostic::new(Code::Syntax, span, "expected a word").into())
}

/// Whether the next token is the word `word`.
pub(crate) fn peek_word(input: ParseStream, word: &str) -> bool {
    use syn::ext::IdentExt as _;
    input.peek(Ident::peek_any) && input.fork().call(Ident::parse_any).is_ok_and(|found| found == word)
}

/// Reads the word `word` if it is next, and returns its span.
pub(crate) fn take_word(input: ParseStream, word: &str) -> Result<Option<Span>> {
    if peek_word(input, word) { Ok(Some(ident(input)?.span())) } else { Ok(None) }
}

/// Reads the word `expected`.
pub(crate) fn word(input: ParseStream, expected: &str) -> Result<Span> {
    let found = input.span();
    take_word(input, expected)?
        .ok_or_else(|| Diagnostic::new(Code::Syntax, found, format!("expected `{expected}`")).into())
}

/// Reads a text in quotes.
pub(crate) fn text(input: ParseStream, what: &str) -> Result<LitStr> {
    let span = input.span();
    if let Ok(text) = input.parse() {
        return Ok(text);
    }
    let diagnostic = Diagnostic::new(Code::ExpectedString, span, format!("{what} must be a string"));
    Err(match input.fork().parse::<TokenTree>() {
        Ok(TokenTree::Ident(word)) => diagnostic.help(format!("write `\"{word}\"`")),
        _ => diagnostic.help("write `\"…\"`"),
    }
    .into())
}

/// Reads a whole number.
pub(crate) fn number(input: ParseStream, what: &str) -> Result<LitInt> {
    let span = input.span();
    input.parse().map_err(|_| Diagnostic::new(Code::Syntax, span, format!("{what} must be a whole number")).into())
}

/// Reads `min..=max`.
pub(crate) fn range(input: ParseStream) -> Result<Range> {
    let min = number(input, "the lower bound of a range")?;
    input.parse::<Token![..=]>()?;
    let max = number(input, "the upper bound of a range")?;
    Ok(Range { min, max })
}

/// Reads a text, a number or a name.
pub(crate) fn literal(input: ParseStream) -> Result<Literal> {
    if input.peek(LitStr) {
        Ok(Literal::Text(input.parse()?))
    } else if input.peek(LitInt) {
        Ok(Literal::Number(input.parse()?))
    } else {
        ident(input).map(Literal::Name)
    }
}

/// Reads a number with an optional unit.
pub(crate) fn quantity(input: ParseStream) -> Result<Quantity> {
    let number = number(input, "a quantity")?;
    let unit = if input.peek(Ident) { Some(ident(input)?) } else { None };
    Ok(Quantity { number, unit })
}

/// Reads the `;` that ends `what`.
pub(crate) fn semicolon(input: ParseStream, what: &str) -> Result<()> {
    let span = input.span();
    input.parse::<Token![;]>().map(|_| ()).map_err(|_| {
        Fault::Behind(Diagnostic::new(Code::MissingTerminator, span, format!("expected `;` after {what}")))
    })
}

/// Returns the fault for a word that is not in `allowed`.
pub(crate) fn unknown(code: Code, found: &Ident, what: &str, allowed: &[&str]) -> Fault {
    let written = found.to_string();
    Diagnostic::new(code, found.span(), format!("unknown {what} `{written}`"))
        .help(suggest::help(&written, what, allowed.iter().copied()))
        .into()
}
