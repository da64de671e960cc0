//! `protocol!`: compiles a protocol, written in the language of `dsl`, into routing, requests and responses.
//!
//! The compiler is a separate library, so that it can be called and tested outside rustc. Only this crate uses
//! `proc_macro`.

/// Compiles a protocol.
///
/// `docs/language.md` describes the language: every item, section, clause and grammar with an example, the order of
/// refusals, and what the program must supply. `docs/errors.md` lists the compiler's errors.
/// `macros/dsl/tests/forms/sample.rs` is a spec that uses every form.
#[proc_macro]
pub fn protocol(spec: proc_macro::TokenStream) -> proc_macro::TokenStream {
    dsl::part::protocol(spec.into()).into()
}

/// Contains clauses of a spec that is in several files. The clause `part name;` of the spec stands for the `part!` of the file name.rs.
#[proc_macro]
pub fn part(clauses: proc_macro::TokenStream) -> proc_macro::TokenStream {
    dsl::part::part(clauses.into()).into()
}

/// A step of the expansion of a spec in several files. Only the expansion of [`part!`] calls it.
#[doc(hidden)]
#[proc_macro]
pub fn assemble(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    dsl::part::assemble(tokens.into()).into()
}
