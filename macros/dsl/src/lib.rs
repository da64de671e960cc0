//! The compiler of the protocol language, as an ordinary library: tokens in, tokens and diagnostics out.
//!
//! ```text
//! tokens ─ parse ─▶ ast ─ resolve ─▶ model ─ check ─▶ model ─ expand ─▶ tokens
//! ```
//!
//! Parsing and resolving report every fault of a single item. Checking reports faults that concern several items, and
//! skips the items that already have a fault. Declarations are expanded even if the spec has a fault, so that one fault
//! does not turn every use of the protocol into an error. Function bodies are expanded only if the spec has none.
//!
//! The expansion is a function of the tokens. The compiler reads no file, environment variable or clock, and contains
//! no word of a particular protocol.

#![allow(missing_docs, reason = "the AST and the model are documented by the grammar that they mirror")]

pub mod ast;
mod check;
pub mod code;
pub mod cors;
pub mod diagnostic;
mod expand;
pub mod format;
pub mod grammar;
pub mod model;
mod parse;
mod resolve;
mod suggest;

pub use expand::limits::variable;

use diagnostic::Diagnostics;
use model::Model;
use proc_macro2::TokenStream;

/// Returns the tokens inside the one `protocol! { … }` of a file.
///
/// # Errors
/// If `source` is not Rust, or does not call `protocol!` exactly once.
pub fn tokens(source: &str) -> syn::Result<TokenStream> {
    let file = syn::parse_file(source)?;
    let calls = file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().is_some_and(|name| name.ident == "protocol") => {
            Some(&item.mac.tokens)
        }
        _ => None,
    });
    match &calls.collect::<Vec<_>>()[..] {
        [tokens] => Ok((*tokens).clone()),
        _ => Err(syn::Error::new(proc_macro2::Span::call_site(), "a spec must call `protocol!` exactly once")),
    }
}

/// Reads and checks a spec.
#[must_use]
pub fn read(spec: TokenStream) -> (Model, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let ast = parse::parse(spec, &mut diagnostics);
    let mut model = resolve::resolve(ast, &mut diagnostics);
    check::check(&model, &mut diagnostics);
    diagnostics.sort();
    model.sound = diagnostics.is_empty();
    (model, diagnostics)
}

/// Compiles a spec into Rust, with a `compile_error!` for each fault.
#[must_use]
pub fn compile(spec: TokenStream) -> TokenStream {
    let (model, diagnostics) = read(spec);
    let mut program = expand::expand(&model);
    program.extend(diagnostics.tokens());
    program
}
