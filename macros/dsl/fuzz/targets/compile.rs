//! Compiles and formats random texts: neither panics or hangs, and formatting twice changes nothing more.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;

fuzz_target!(|text: &str| {
    // Otherwise proc_macro2 keeps every parsed text in memory.
    proc_macro2::extra::invalidate_current_thread_spans();
    let Ok(tokens) = text.parse::<TokenStream>() else { return };
    let _ = dsl::compile(tokens);
    let file = format!("macros::protocol! {{{text}}}\n");
    if let Ok(formatted) = dsl::format::format(&file) {
        assert_eq!(dsl::format::format(&formatted).expect("it has been formatted before"), formatted);
    }
});
