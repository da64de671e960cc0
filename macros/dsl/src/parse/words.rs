//! Names that a spec declares, and reserved words.

use super::{Result, ident};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use heck::ToSnakeCase as _;
use syn::Ident;
use syn::parse::ParseStream;

/// Keywords of conditions and inputs.
const LANGUAGE: &[&str] = &["always", "and", "failure", "is", "malformed", "not", "or", "unless"];

/// Reads the name of a declaration. It becomes a Rust name, in the case that Rust recommends.
pub(crate) fn declared(input: ParseStream) -> Result<Ident> {
    let name = ident(input)?;
    let text = name.to_string();
    let snake = text.to_snake_case();
    let reserved_by = if LANGUAGE.contains(&text.as_str()) {
        "a keyword of the spec language"
    } else if syn::parse_str::<Ident>(&text).is_err() || matches!(&*snake, "crate" | "self" | "super") {
        "a keyword of Rust"
    } else if !snake.starts_with(char::is_alphabetic) || text.starts_with("r#") {
        let message = format!("`{text}` is not a valid name");
        return Err(Diagnostic::new(Code::ReservedName, name.span(), message)
            .help("use a name that starts with a letter")
            .into());
    } else {
        return Ok(name);
    };
    Err(Diagnostic::new(Code::ReservedName, name.span(), format!("`{text}` is {reserved_by}"))
        .help(format!("rename it, for example to `the_{snake}`"))
        .into())
}
