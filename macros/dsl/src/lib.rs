//! The compiler of the protocol language, as an ordinary library: tokens in, tokens and diagnostics out.
//!
//! ```text
//! tokens ─ parse ─▶ ast ─ resolve ─▶ model ─ check ─▶ model ─ expand ─▶ tokens
//! ```
//!
//! Parsing and resolving report every fault of a single item. Checking reports faults that concern several items, where no
//! earlier fault can be their cause, so that one build reports all faults. All uses of an undeclared name are one fault.
//! Declarations are expanded even if the spec has a fault, so that one fault
//! does not turn every use of the protocol into an error. Function bodies are expanded only if the spec has none.
//!
//! [`forms`] describes the language, for its authors and for the parser. docs/language.md shows the same text.
//!
//! A grammar, such as `text` or `media_type`, is one file of `grammar`: how it is written, resolved, read, expanded and described.
//!
//! The expansion is a function of the tokens. The compiler reads no file, environment variable or clock, and contains
//! no word of a particular protocol.

mod ast;
mod check;
pub mod code;
pub mod cors;
pub mod diagnostic;
mod expand;
mod foreign;
pub mod format;
pub mod forms;
pub mod grammar;
pub mod json;
mod malformed;
pub mod model;
mod occurrences;
mod parse;
pub mod part;
mod resolve;
mod sample;
mod suggest;

pub use ast::{Docs, EmptyBody, Place, docs_text};
pub use expand::limits::variable;

use diagnostic::Diagnostics;
use model::Model;
use occurrences::Occurrences;
use proc_macro2::{Span, TokenStream};

/// Returns the tokens inside the one `protocol! { … }` of a file.
///
/// # Errors
/// If `source` is not Rust, or does not call `protocol!` exactly once.
pub fn tokens(source: &str) -> syn::Result<TokenStream> {
    tokens_of("protocol", source)
}

/// Returns the tokens inside the one call of a macro in a file.
fn tokens_of(name: &str, source: &str) -> syn::Result<TokenStream> {
    let file = syn::parse_file(source)?;
    let calls = file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().is_some_and(|last| last.ident == name) => {
            Some(&item.mac.tokens)
        }
        _ => None,
    });
    match &calls.collect::<Vec<_>>()[..] {
        [tokens] => Ok((*tokens).clone()),
        _ => Err(syn::Error::new(Span::call_site(), format!("the file must call `{name}!` exactly once"))),
    }
}

/// Reads and checks a spec.
#[must_use]
pub fn read(spec: TokenStream) -> (Model, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let occurrences = Occurrences::of(&spec);
    let ast = parse::parse(spec, &mut diagnostics);
    let mut model = resolve::resolve(ast, &mut diagnostics);
    check::check(&model, &occurrences, &mut diagnostics);
    diagnostics.finish(&occurrences);
    model.sound = diagnostics.is_empty();
    (model, diagnostics)
}

/// Compiles a spec into Rust, with a `compile_error!` for each fault.
#[must_use]
pub fn compile(spec: TokenStream) -> TokenStream {
    let (model, diagnostics) = read(spec);
    program(&model, &diagnostics)
}

/// Generates Rust from a spec that has been read, with a `compile_error!` for each fault.
#[must_use]
pub fn program(model: &Model, diagnostics: &Diagnostics) -> TokenStream {
    let mut program = expand::expand(model);
    program.extend(diagnostics.tokens());
    program
}
