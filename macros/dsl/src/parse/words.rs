//! Names that a spec declares, and the words that can be none.

use super::{Result, ident};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use heck::ToSnakeCase as _;
use syn::Ident;
use syn::parse::ParseStream;

/// Words that conditions and inputs are made of.
const LANGUAGE: &[&str] = &["and", "failure", "is", "malformed", "not", "or", "unless"];

/// A name that is declared here. It becomes one in Rust, in the case that Rust wants.
pub(super) fn declared(input: ParseStream) -> Result<Ident> {
    let name = ident(input)?;
    let text = name.to_string();
    let snake = text.to_snake_case();
    let whose = if LANGUAGE.contains(&text.as_str()) {
        "a word of this language"
    } else if syn::parse_str::<Ident>(&text).is_err() || matches!(&*snake, "crate" | "self" | "super") {
        "a word of Rust"
    } else if !snake.starts_with(char::is_alphabetic) || text.starts_with("r#") {
        let message = format!("`{text}` is no name");
        return Err(Diagnostic::new(Code::ReservedName, name.span(), message)
            .help("a name that starts with a letter")
            .into());
    } else {
        return Ok(name);
    };
    Err(Diagnostic::new(Code::ReservedName, name.span(), format!("`{text}` is {whose}"))
        .help(format!("another name, such as `the_{snake}`"))
        .into())
}
