//! `pattern "[a-z]+"`: printable ASCII that a regular expression matches as a whole.

use super::{Constant, Grammar, Texts, Type, Writer, Written, defined, newtype, pattern};
use crate::ast::Literal;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use regex_syntax::ast::{self, Ast, ClassSetItem, GroupKind, Span, Visitor};
use regex_syntax::hir::translate::TranslatorBuilder;
use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};
use serde_json::Value as Json;
use std::borrow::Cow;
use syn::parse::ParseStream;
use syn::{Ident, LitStr};
use wire::Rule;

/// A regular expression, with a text that matches.
#[derive(Clone)]
pub struct Pattern {
    regex: wire::Pattern,
    sample: String,
}

pub(super) fn parse(input: ParseStream) -> parse::Result<Written<dyn Type>> {
    let text = parse::text(input, "a regular expression")?;
    Ok(defined(move |_| Pattern::new(&text)))
}

impl Pattern {
    /// Checks a regular expression.
    pub(crate) fn new(text: &LitStr) -> Result<Self, Diagnostic> {
        let source = text.value();
        let fault = |message: String| Diagnostic::new(Code::BadPattern, text.span(), message);
        if !source.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err(fault("a pattern must be printable ASCII".to_owned())
                .note("a pattern matches only printable ASCII")
                .help("use `unicode` for text in any script"));
        }
        let invalid = |error: &str| {
            fault(format!("`{source}` is not a valid regular expression"))
                .note(error.to_owned())
                .help("write a pattern such as `\"sha256:[0-9a-f]{64}\"`")
        };
        let parsed = ast::parse::Parser::new().parse(&source);
        let ast = parsed.map_err(|error| invalid(&format!("{}{}", error.kind(), place(&source, error.span()))))?;
        if let Err(Unsupported { span, why, help }) = ast::visit(&ast, Supported) {
            let part = &source[span.start.offset..span.end.offset];
            let rest = format!("{}{}", &source[..span.start.offset], &source[span.end.offset..]);
            let help = help.map_or_else(|| format!("write `{}`", unanchored(&rest)), str::to_owned);
            return Err(fault(format!("`{part}` can't be part of a pattern")).note(why).help(help));
        }
        let regex = wire::Pattern::checked(source.clone()).map_err(|error| invalid(&error))?;
        // Without Unicode, all classes consist of bytes, so that a sample is ASCII.
        let mut translator = TranslatorBuilder::new().unicode(false).utf8(false).build();
        let hir = translator.translate(&source, &ast).map_err(|error| invalid(&error.kind().to_string()))?;
        match sample(&hir).filter(|sample| regex.read(&**sample).is_ok()) {
            Some(sample) => Ok(Self { regex, sample }),
            None => Err(fault(format!("no text matches `{source}`"))
                .note("a pattern matches only printable ASCII")
                .help("write a pattern such as `\"[a-z]+\"`")),
        }
    }

    /// An expression that reads `text`, an expression of the type `&str`.
    pub(crate) fn reader(&self, text: &TokenStream) -> TokenStream {
        let source = self.regex.source();
        quote!({
            static PATTERN: ::wire::Pattern = ::wire::Pattern::new(#source);
            PATTERN.read(#text)
        })
    }

    /// The rule of the texts.
    #[must_use]
    pub fn words(&self) -> String {
        format!("printable ASCII that matches {}", pattern::code(self.regex.source()))
    }

    /// A regular expression in the form that JSON Schema has.
    #[must_use]
    pub fn schema(&self) -> Json {
        pattern::schema(&format!("({})", self.regex.source()))
    }

    pub(crate) fn source(&self) -> &str {
        self.regex.source()
    }

    pub(crate) fn sample(&self) -> &str {
        &self.sample
    }

    pub(crate) fn read<'t>(&self, text: impl Into<Cow<'t, str>>) -> Result<(), Rule> {
        self.regex.read(text).map(drop)
    }

    /// Texts of which most do not match.
    pub(crate) fn malformed(&self) -> Vec<String> {
        let text = &self.sample;
        let (shorter, longer) = match text.char_indices().last() {
            Some((at, last)) => (text[..at].to_owned(), format!("{text}{last}")),
            None => (String::new(), "a".to_owned()),
        };
        vec![shorter, longer, format!("{text}~"), format!("~{text}"), text.to_ascii_uppercase()]
    }
}

/// " at character 3: `[`"
fn place(source: &str, span: &Span) -> String {
    let rest = &source[span.start.offset..];
    match rest.is_empty() {
        true => " at the end".to_owned(),
        false => format!(" at character {}: `{rest}`", span.start.column),
    }
}

/// The pattern without the anchors at its ends.
fn unanchored(source: &str) -> String {
    let text = source.strip_prefix('^').unwrap_or(source);
    format!("pattern \"{}\"", text.strip_suffix('$').unwrap_or(text).escape_default())
}

/// Accepts what servers, samples and JSON Schema understand in the same way.
struct Supported;

struct Unsupported {
    span: Span,
    why: &'static str,
    /// `None` for an anchor or a boundary, which can be left out.
    help: Option<&'static str>,
}

impl Visitor for Supported {
    type Output = ();
    type Err = Unsupported;

    fn finish(self) -> Result<(), Unsupported> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Unsupported> {
        let (why, help) = match ast {
            Ast::Assertion(_) => ("a pattern is compared with the whole text", None),
            Ast::Flags(_) => ("a pattern has no flags", Some("write both cases of a letter, as in `[aA]`")),
            Ast::ClassUnicode(_) => CLASS,
            Ast::Group(group) if !matches!(&group.kind, GroupKind::CaptureIndex(_)) => match &group.kind {
                GroupKind::NonCapturing(flags) if flags.items.is_empty() => return Ok(()),
                _ => ("a group has neither a name nor flags", Some("write `(…)`")),
            },
            _ => return Ok(()),
        };
        Err(Unsupported { span: *ast.span(), why, help })
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Unsupported> {
        match item {
            ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Bracketed(_) => {
                let (why, help) = CLASS;
                Err(Unsupported { span: *item.span(), why, help })
            }
            _ => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(&mut self, operation: &ast::ClassSetBinaryOp) -> Result<(), Unsupported> {
        let (why, help) = CLASS;
        Err(Unsupported { span: operation.span, why, help })
    }
}

const CLASS: (&str, Option<&str>) =
    ("a class consists of characters, ranges, and `\\d`, `\\s` and `\\w`", Some("write a class such as `[0-9a-z]`"));

/// Returns a text that matches, if possible one that is not empty.
fn sample(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Empty => Some(String::new()),
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok(),
        HirKind::Class(Class::Bytes(class)) => character(class).map(String::from),
        HirKind::Class(Class::Unicode(_)) | HirKind::Look(_) => None,
        HirKind::Repetition(repetition) => {
            let count = repetition.min.max(1).min(repetition.max.unwrap_or(u32::MAX));
            match sample(&repetition.sub) {
                Some(text) => Some(text.repeat(usize::try_from(count).ok()?)),
                None => (repetition.min == 0).then(String::new),
            }
        }
        HirKind::Capture(capture) => sample(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(sample).collect(),
        HirKind::Alternation(parts) => parts.iter().find_map(sample),
    }
}

/// Returns a printable character of a class, if possible a letter or a digit.
fn character(class: &ClassBytes) -> Option<char> {
    let has = |byte: &u8| class.iter().any(|range| (range.start()..=range.end()).contains(byte));
    (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(0x21..0x7f).chain([b' ']).find(has).map(char::from)
}

impl Grammar for Pattern {
    fn read(&self, _: &Model, text: &str) -> Result<(), Rule> {
        self.read(text)
    }

    fn sample(&self, _: &Model) -> String {
        self.sample.clone()
    }

    fn malformed(&self, _: &Model) -> Vec<String> {
        self.malformed()
    }

    fn words(&self, _: &Model) -> String {
        self.words()
    }

    fn schema(&self, _: &Model, _: Writer) -> Json {
        self.schema()
    }

    fn texts(&self, _: &Model) -> Texts {
        Texts::All(format!("pattern {}", self.source()))
    }

    fn constant(&self, _: &Model, kind: &TokenStream, literal: &Literal) -> Result<Option<Constant>, Diagnostic> {
        let Literal::Text(text) = literal else { return Ok(None) };
        let text = text.value();
        Ok(self.read(&*text).is_ok().then(|| newtype::constant(kind, text)))
    }

    fn constants(&self) -> (String, Option<String>) {
        (self.words(), Some(format!("\"{}\"", self.sample.escape_default())))
    }

    fn is_approximate(&self) -> bool {
        true
    }

    fn has_check(&self) -> bool {
        true
    }
}

impl Type for Pattern {
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream {
        newtype::define(name, docs, &self.reader(&quote!(text)))
    }
}
