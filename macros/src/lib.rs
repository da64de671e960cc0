//! `protocol!`: compiles a protocol, written in the language of `dsl`, into routing, requests and responses.
//!
//! The compiler is a library of its own, so that it can be called and tested outside rustc. This is its only door
//! into rustc, and the only place that names `proc_macro`.

/// Compiles a protocol. The language is described in the documentation of `dsl`, and `spec/durable_streams.rs` uses
/// all of it.
#[proc_macro]
pub fn protocol(spec: proc_macro::TokenStream) -> proc_macro::TokenStream {
    dsl::compile(spec.into()).into()
}
