//! The compiler of the protocol language, as an ordinary library: tokens in, tokens and diagnostics out.
//!
//! ```text
//! tokens ─ parse ─▶ ast ─ resolve ─▶ model ─ check ─▶ model ─ expand ─▶ tokens
//! ```
//!
//! Parsing and resolving report every fault of a single item; checking, which looks only at what is sound so far,
//! reports what items owe each other. What is declared is expanded, even if something is wrong with it, so that one
//! mistake does not make every use of the protocol look wrong; what a program does, only if nothing is.
//!
//! The expansion is a function of the tokens. Nothing here reads a file, the environment or a clock, and nothing here
//! knows the words of a particular protocol.

#![allow(missing_docs, reason = "the AST and the model are documented by the grammar that they mirror")]

pub mod ast;
mod check;
pub mod code;
pub mod diagnostic;
mod expand;
pub mod format;
mod grammar;
pub mod model;
mod parse;
mod resolve;
mod suggest;

use diagnostic::Diagnostics;
use model::Model;
use proc_macro2::TokenStream;

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

/// Compiles a spec into the program for it, with an error for each fault.
#[must_use]
pub fn compile(spec: TokenStream) -> TokenStream {
    let (model, diagnostics) = read(spec);
    let mut program = expand::expand(&model);
    program.extend(diagnostics.tokens());
    program
}
