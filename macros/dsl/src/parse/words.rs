//! Names that a spec declares, and reserved words.

use super::{Result, ident, token};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use syn::parse::ParseStream;
use syn::{Ident, Token};

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
        return without_hyphen(name, input);
    };
    Err(Diagnostic::new(Code::ReservedName, name.span(), format!("`{text}` is {reserved_by}"))
        .help(format!("rename it, for example to `the_{snake}`"))
        .into())
}

/// Returns the name, unless it goes on with a hyphen, as names on the wire do.
fn without_hyphen(name: Ident, input: ParseStream) -> Result<Ident> {
    if !input.peek(Token![-]) {
        return Ok(name);
    }
    let whole = format!("{name}{}", token::unquoted(input.cursor()).0);
    let proposal =
        if whole.starts_with(char::is_uppercase) { whole.to_upper_camel_case() } else { whole.to_snake_case() };
    let message = format!("`{whole}` is not a valid name: a name has no `-`");
    let end = token::unquoted(input.cursor()).1.unwrap_or(name.span());
    Err(Diagnostic::new(Code::ReservedName, name.span(), message).up_to(end).help(format!("write `{proposal}`")).into())
}
