//! `protocol!`: compiles a protocol, written in the language of `dsl`, into routing, requests and responses.
//!
//! The compiler is a separate library, so that it can be called and tested outside rustc. Only this crate uses
//! `proc_macro`.

/// Compiles a protocol. The library `dsl` defines the language; `spec/durable_streams.rs` uses all of it.
#[proc_macro]
pub fn protocol(spec: proc_macro::TokenStream) -> proc_macro::TokenStream {
    dsl::compile(spec.into()).into()
}
