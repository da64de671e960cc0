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
    dsl::compile(spec.into()).into()
}
