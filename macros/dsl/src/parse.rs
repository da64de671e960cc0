//! Tokens to AST. Parsing never fails as a whole. A clause that can't be read is reported and skipped, up to the `;` or
//! the braces that end it, and parsing continues behind it.

mod access;
mod callback;
mod condition;
pub(crate) mod enclosed;
mod endpoint;
mod example;
mod item;
mod json;
mod object;
mod outcome;
mod recovery;
pub(crate) mod token;
mod words;

pub(crate) use item::list;
pub(crate) use token::{ident, literal, number, quantity, range, semicolon, symbol, take_word, text, word};
pub(crate) use words::{Case, declared, is_keyword};

use crate::ast::{Docs, Spec};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::{self, Construct, Form, Item, Site};
use crate::{foreign, suggest};
use proc_macro2::TokenStream;
use syn::buffer::Cursor;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Ident};

/// The name under which a body that may be declared by a faulty clause of `request` is lost.
pub(crate) const BODY_CLAUSE: &str = "body ..=";

/// The name under which an access that could not be read is lost. It is the word with which an access begins.
pub(crate) const ACCESS: &str = "access";

/// The name under which an example that could not be read is lost. It is the word with which an example begins.
pub(crate) const EXAMPLE: &str = "example";
/// What a value in JSON can be.
pub(crate) const VALUES: &str =
    "write strings as `\"…\"`, numbers, `true`, `false`, `null`, arrays or objects; `_` stands for any value";

/// The name under which the outcome for methods that a resource does not have is lost.
pub(crate) const OTHER_METHODS: &str = "other methods";

/// The value, or the fault that prevented reading it.
pub(crate) type Result<T> = std::result::Result<T, Fault>;

/// A fault that the enclosing clause will report.
pub(crate) enum Fault {
    /// At the span of the diagnostic.
    At(Diagnostic),
    /// Behind the last token that could be read, where another one is missing.
    Behind(Diagnostic),
    /// At the span of the diagnostic, in a clause that was read to its end.
    Whole(Diagnostic),
    /// Already reported.
    Reported,
}

impl Fault {
    /// Changes the diagnostic.
    pub(crate) fn map(self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        match self {
            Fault::At(diagnostic) => Fault::At(change(diagnostic)),
            Fault::Behind(diagnostic) => Fault::Behind(change(diagnostic)),
            Fault::Whole(diagnostic) => Fault::Whole(change(diagnostic)),
            Fault::Reported => Fault::Reported,
        }
    }
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
        let mut damaged = false;
        parser.clauses::<Item>(input, |parser, input| parser.item(input, &mut spec).inspect_err(|_| damaged = true));
        spec.damaged = damaged;
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
    /// Reads clauses of the forms `C` until the stream ends, reporting and skipping those that can't be read.
    pub(crate) fn clauses<C: Construct>(
        &mut self,
        input: ParseStream,
        mut read: impl FnMut(&mut Self, ParseStream) -> Result<()>,
    ) {
        while !input.is_empty() {
            let (start, span) = (input.cursor(), input.span());
            let Err(fault) = read(self, input) else { continue };
            let end = input.cursor();
            if !matches!(fault, Fault::Whole(_)) {
                recovery::skip(input, span, end == start);
            }
            recovery::names(start, input.cursor(), self.diagnostics);
            let diagnostic = match fault {
                Fault::At(diagnostic) | Fault::Whole(diagnostic) => diagnostic,
                Fault::Behind(diagnostic) => diagnostic.behind(recovery::last(start, end)),
                Fault::Reported => continue,
            };
            self.diagnostics.push(explained::<C>(diagnostic, start));
        }
    }

    /// Reads clauses of the forms `C` in braces.
    pub(crate) fn block<C: Construct>(
        &mut self,
        input: ParseStream,
        read: impl FnMut(&mut Self, ParseStream) -> Result<()>,
    ) -> Result<()> {
        self.clauses::<C>(&enclosed::braces(input)?, read);
        Ok(())
    }

    /// Reports a missing clause, unless a fault was found after the count was `before`: that may be the missing clause.
    pub(crate) fn missing<T>(&self, before: usize, diagnostic: Diagnostic) -> Result<T> {
        Err(if self.diagnostics.count() > before { Fault::Reported } else { diagnostic.into() })
    }
}

/// Adds the form of the clause that begins at `start`, and the meaning of a word of another language.
fn explained<C: Construct>(diagnostic: Diagnostic, start: Cursor) -> Diagnostic {
    if !diagnostic.is_about_form() {
        return diagnostic;
    }
    let words = leading_words(start);
    let forms = forms_of::<C>(&words);
    let is_known = |word: &&String| forms::words::<C>().contains(&word.as_str());
    let first = words.first().filter(|word| !is_known(word));
    let written = diagnostic.found_token().map(|found| found.trim_matches('`').to_owned());
    let meant = written.into_iter().chain(first.cloned()).find_map(|word| foreign::meant(C::SITE, &word));
    let diagnostic = diagnostic.or_help(meant);
    if !forms.is_empty() {
        return diagnostic.in_forms(forms.into_iter());
    }
    let words = suggest::either(&forms::words::<C>());
    diagnostic.note_or_help(format!("{} begins with {words}", suggest::with_article(C::WHAT)))
}

/// Returns the words at the beginning of a clause.
fn leading_words(mut cursor: Cursor) -> Vec<String> {
    while let Some((_, next)) = cursor.punct().filter(|(punct, _)| punct.as_char() == '#') {
        let Some((_, next)) = next.token_tree() else { break };
        cursor = next;
    }
    let mut words = Vec::new();
    while let Some((word, next)) = cursor.ident() {
        words.push(word.to_string());
        cursor = next;
    }
    words
}

/// Returns the forms that share the most words with the beginning of a clause, or those that begin with a name.
fn forms_of<C: Construct>(words: &[String]) -> Vec<&'static Form> {
    let common = |form: &Form| form.words.split(' ').zip(words).take_while(|(own, word)| own == word).count();
    let most = forms::of::<C>().map(common).max().unwrap_or(0);
    let fits = |form: &&Form| if most == 0 { form.words.is_empty() } else { common(form) == most };
    forms::of::<C>().filter(fits).collect()
}

/// Shows the form of a part of a clause, if a fault is in that part.
pub(crate) fn within<T>(form: &'static Form, result: Result<T>) -> Result<T> {
    result.map_err(|fault| fault.map(|diagnostic| diagnostic.in_forms(std::iter::once(form))))
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

/// Reads the words that begin a clause. Returns what they begin, and the first of them.
pub(crate) fn keyword<C: Construct>(input: ParseStream) -> Result<(C, Ident)> {
    if input.is_empty() {
        let diagnostic = token::expected(input, &suggest::with_article(C::WHAT));
        let message = "this doc comment describes nothing";
        let diagnostic = diagnostic.titled(Code::Syntax, message);
        return Err(Fault::Behind(diagnostic.help("delete it, or add the declaration that it describes")));
    }
    if !input.peek(Ident::peek_any) {
        return Err(token::expected(input, &suggest::with_article(C::WHAT)).into());
    }
    let first = ident(input)?;
    let Some(construct) = forms::beginning::<C>(&first.to_string()) else {
        let code = if C::SITE == Site::Item { Code::UnknownItem } else { Code::UnknownSection };
        return Err(unknown(code, &first, C::WHAT, C::SITE, &forms::words::<C>()));
    };
    for rest in construct.form().words.split(' ').skip(1) {
        word(input, rest)?;
    }
    Ok((construct, first))
}

/// Returns the fault for a word that is not in `allowed`.
pub(crate) fn unknown(code: Code, found: &Ident, what: &str, site: Site, allowed: &[&str]) -> Fault {
    let written = found.to_string();
    let misspelled =
        || suggest::misspelled(&written, allowed.iter().copied()).map(|word| format!("did you mean `{word}`?"));
    let elsewhere = || match &forms::places(&written)[..] {
        [] => None,
        [only] => Some(format!("move it: `{written}` is allowed {only}")),
        [others @ .., last] => Some(format!("move it: `{written}` is allowed {} and {last}", others.join(", "))),
    };
    let help = foreign::meant(site, &written).or_else(misspelled).or_else(elsewhere);
    Diagnostic::new(code, found.span(), format!("unknown {what} `{written}`"))
        .help(help.unwrap_or_else(|| suggest::help(&written, what, allowed.iter().copied())))
        .into()
}
