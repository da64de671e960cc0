//! Grammars: the texts that a value can have. Each grammar is one file of this folder and one line of a list below.

mod accept;
mod byte_range;
mod characters;
mod choices;
mod content_range;
mod credentials;
mod entity_tag;
mod entity_tags;
mod flag;
mod integer;
mod list;
mod list_of;
mod listed;
mod media_type;
mod newtype;
mod offset;
mod one_of;
mod pairs;
mod path_of;
pub(crate) mod path_to;
mod pattern;
mod regex;
mod segments;
mod text;
mod texts;
mod timestamp;
mod unicode;

pub use choices::Choices;
pub use offset::OrSentinel;
pub use regex::Pattern;
pub use segments::Segments;
pub use texts::Texts;

use crate::ast::{self, Place};
use crate::diagnostic::Diagnostic;
use crate::model::{Id, Model, Offset, Parameter, Resource, Value};
use crate::parse;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value as Json;
use std::borrow::Cow;
use syn::Ident;
use syn::parse::ParseStream;
use wire::Rule;

/// The grammars that define a type, by the words that a spec uses.
const TYPES: &[(&str, Parse<dyn Type>)] = &[
    ("accept", accept::parse),
    ("credentials", credentials::parse),
    ("listed", listed::parse),
    ("one_of", one_of::parse),
    ("pattern", regex::parse),
    ("text", text::parse),
    ("u53", integer::parse),
    ("unicode", unicode::parse),
];

/// The grammars with a built-in type.
const BUILT_IN: &[(&str, Parse<dyn BuiltIn>)] = &[
    ("flag", flag::parse),
    ("media_type", media_type::parse),
    ("byte_range", byte_range::parse),
    ("content_range", content_range::parse),
    ("timestamp", timestamp::parse),
    ("entity_tag", entity_tag::parse),
    ("entity_tags", entity_tags::parse),
    ("list", list::parse),
    ("pairs", pairs::parse),
    ("path_of", path_of::parse),
    ("path_to", path_to::parse),
];

/// Reads what follows the word of a grammar.
type Parse<G> = fn(ParseStream) -> parse::Result<Written<G>>;

/// A grammar as written. It is resolved when all names are known.
pub type Written<G> = Box<dyn Fn(&Names) -> Result<Box<G>, Diagnostic>>;

/// The declarations that a grammar can name.
pub struct Names<'a> {
    /// The model, with the declarations that come before headers and query parameters.
    pub model: &'a Model,
    /// The place of the value; a declared value can be in any.
    pub place: Place,
    /// The resources.
    pub resources: &'a [Ident],
    /// The number of parameters in the path of each resource.
    pub parameters: &'a [(Ident, usize)],
    /// The resources that are like others, with the resource that declares their clauses.
    pub versions: &'a [(Ident, Ident)],
}

/// The texts that a value can have.
pub trait Grammar {
    /// Checks a text with the code that the server uses.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    fn read(&self, model: &Model, text: &str) -> Result<(), Rule>;

    /// Checks the values of all occurrences in a request, with the code that the server uses.
    ///
    /// # Errors
    /// The rule that they break.
    fn read_all(&self, model: &Model, texts: &[Cow<str>]) -> Result<(), Rule> {
        wire::once(texts).and_then(|text| self.read(model, text))
    }

    /// A text that matches.
    fn sample(&self, model: &Model) -> String;

    /// Texts of which most do not match.
    fn malformed(&self, model: &Model) -> Vec<String>;

    /// A description in Markdown.
    fn words(&self, model: &Model) -> String;

    /// A JSON Schema of values that `writer` sends.
    fn schema(&self, model: &Model, writer: Writer) -> Json;

    /// A JSON Schema of values in JSON strings.
    fn schema_in_quotes(&self, model: &Model) -> Json {
        self.schema(model, Writer::Server)
    }

    /// All texts, to be compared with those of another grammar.
    fn texts(&self, model: &Model) -> Texts;

    /// The values that conditions can name.
    fn choices<'a>(&'a self, _model: &'a Model) -> Choices<'a> {
        Choices::default()
    }

    /// Whether the choice `named` includes the values of the choice `own`.
    fn includes(&self, _model: &Model, named: usize, own: usize) -> bool {
        named == own
    }

    /// A text of the choice at this index. The index after the last is that of values without a name.
    fn sample_of(&self, model: &Model, index: usize) -> String {
        self.choices(model).named.get(index).map_or_else(|| self.sample(model), |choice| choice.text.clone())
    }

    /// A Rust function that tests whether a value is the choice, if the choice is not a variant of the value's type.
    fn predicate(&self, _model: &Model, _index: usize) -> Option<TokenStream> {
        None
    }

    /// Whether the documents list the choices of each header or query parameter. Media types are listed once.
    fn lists_choices(&self) -> bool {
        true
    }

    /// The index of the choice that `text` stands for.
    fn choice(&self, model: &Model, text: &str) -> Option<usize> {
        self.choices(model).named.iter().position(|choice| choice.text == text)
    }

    /// Returns the value that `literal` stands for, or `None` if it does not match. `kind` is the Rust type in an endpoint's module.
    ///
    /// # Errors
    /// An unknown name, or a number that is too large.
    fn constant(&self, _: &Model, _kind: &TokenStream, _: &ast::Literal) -> Result<Option<Constant>, Diagnostic> {
        Ok(None)
    }

    /// The values that a spec can write, if any: a description and an example.
    fn constants(&self) -> (String, Option<String>) {
        ("supplied for each response".to_owned(), None)
    }

    /// The only value of a flag. Any other value counts as absent.
    fn flag(&self) -> Option<&str> {
        None
    }

    /// Whether the values are credentials.
    fn is_secret(&self) -> bool {
        false
    }

    /// The authentication scheme (RFC 9110 §11) of credentials.
    fn scheme(&self) -> Option<&str> {
        None
    }

    /// The resource whose path the values are.
    fn resource_named(&self) -> Option<&Ident> {
        None
    }

    /// The method calls that return the text of the parameter of such a path.
    fn path_text(&self, _: &Model) -> Option<TokenStream> {
        None
    }

    /// Whether a request can contain the value several times.
    fn repeats(&self) -> bool {
        false
    }

    /// Whether the value chooses among representations, so that responses vary by it.
    fn negotiates(&self) -> bool {
        false
    }

    /// Whether such values are allowed only in queries.
    fn is_for_queries(&self) -> bool {
        false
    }

    /// Whether only clients send such values.
    fn is_for_requests(&self) -> bool {
        false
    }

    /// The resource whose paths the values are.
    fn path_to(&self) -> Option<&Ident> {
        None
    }

    /// Whether the values are numbers in JSON.
    fn is_number(&self) -> bool {
        false
    }

    /// Whether the type has a function `check`, which keeps nothing of a text.
    fn has_check(&self) -> bool {
        false
    }

    /// Whether the schema matches more texts than the grammar.
    fn is_approximate(&self) -> bool {
        false
    }
}

/// A grammar that defines a type.
pub trait Type: Grammar {
    /// Generates the type `name`.
    fn define(&self, name: &Ident, docs: &TokenStream) -> TokenStream;
}

/// A grammar with a type of the runtime library, or with a type that another declaration generates.
pub trait BuiltIn: Grammar {
    /// The type, in a module whose path to the root of the generated code is `root`.
    fn rust_type(&self, model: &Model, root: &TokenStream) -> TokenStream;

    /// An expression that reads `text` in a module below the root.
    fn reader(&self, model: &Model) -> TokenStream {
        let kind = self.rust_type(model, &quote::quote!(super::));
        quote::quote!(<#kind>::read(text))
    }

    /// An expression that reads `texts`, the values of all occurrences, if there can be several.
    fn reader_of_all(&self, _model: &Model) -> Option<TokenStream> {
        None
    }

    /// The declared value that the elements of a list have.
    fn value(&self) -> Option<Id<Value>> {
        None
    }

    /// Whether members of JSON objects can have this type.
    fn is_in_json(&self) -> bool {
        false
    }

    /// The shape of the values in JSON, in a module whose path to the root of the generated code is `root`.
    fn shape(&self, model: &Model, root: &TokenStream) -> TokenStream {
        self.rust_type(model, root)
    }

    /// The implementation of the shape that only this spec needs.
    fn shape_impl(&self, _: &Model) -> Option<TokenStream> {
        None
    }

    /// The offset that the values are or can be.
    fn offset(&self) -> Option<Id<Offset>> {
        None
    }
}

/// The program that writes a value. A reader can accept more values than a writer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The client, in a request.
    Client,
    /// The server, in a response.
    Server,
}

/// A value that a spec contains.
#[derive(Clone, Debug)]
pub struct Constant {
    /// The text on the wire.
    pub text: String,
    /// The index of the choice, if it is one.
    pub choice: Option<usize>,
    /// The value, in an endpoint's module.
    pub(crate) value: TokenStream,
    /// Whether code has to run for the value.
    pub(crate) is_computed: bool,
}

impl Constant {
    /// The method call that replaces an absent value.
    pub(crate) fn replace(&self) -> TokenStream {
        let value = &self.value;
        if self.is_computed { quote!(unwrap_or_else(|| #value)) } else { quote!(unwrap_or(#value)) }
    }
}

/// Reads a grammar, or the name of a declared value or offset.
pub(crate) fn parse(input: ParseStream) -> parse::Result<ast::Grammar> {
    let name = parse::ident(input)?;
    let word = name.to_string();
    if let Some((_, parse)) = TYPES.iter().find(|(own, _)| *own == word) {
        return parse(input).map(ast::Grammar::Type);
    }
    if let Some((_, parse)) = BUILT_IN.iter().find(|(own, _)| *own == word) {
        return parse(input).map(ast::Grammar::BuiltIn);
    }
    if integer::is_other(&word) {
        return integer::parse_other(&name, input).map(ast::Grammar::Type);
    }
    let or_sentinel = parse::take_word(input, "or")?.is_some();
    if or_sentinel {
        parse::word(input, "sentinel")?;
    }
    Ok(ast::Grammar::Named { name, or_sentinel })
}

/// The words of the grammars that define a type.
pub(crate) fn types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(word, _)| *word)
}

/// The words of all grammars.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    types().chain(BUILT_IN.iter().map(|(word, _)| *word))
}

/// Checks the values of a path's parameters.
///
/// # Errors
/// The rule that one of them breaks.
pub(crate) fn parameters(resource: &Resource, captured: &[&str]) -> Result<(), Rule> {
    let mut parameters = resource.parameters.iter().zip(captured);
    parameters.try_for_each(|(parameter, text)| self::parameter(parameter, text))
}

/// Checks the value of a path's parameter.
///
/// # Errors
/// The rule that it breaks.
pub(crate) fn parameter(parameter: &Parameter, text: &str) -> Result<(), Rule> {
    parameter.texts.read(text)
}

/// A grammar whose names are resolved by `resolve`.
fn built_in<G: BuiltIn + 'static>(resolve: impl Fn(&Names) -> Result<G, Diagnostic> + 'static) -> Written<dyn BuiltIn> {
    Box::new(move |names| Ok(Box::new(resolve(names)?)))
}

/// A grammar that defines a type, whose names are resolved by `resolve`.
fn defined<G: Type + 'static>(resolve: impl Fn(&Names) -> Result<G, Diagnostic> + 'static) -> Written<dyn Type> {
    Box::new(move |names| Ok(Box::new(resolve(names)?)))
}

/// Texts as owned strings.
fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Maximum length of a generated text.
const LONGEST: u64 = 4096;

/// Repeats `letter` `count` times, but at most `LONGEST` times.
pub(crate) fn repeated(letter: &str, count: u64) -> String {
    letter.repeat(length(count.min(LONGEST)))
}
