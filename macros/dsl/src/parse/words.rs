//! Names that a spec declares, and reserved words.

use super::{Result, ident, token};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use syn::parse::ParseStream;
use syn::{Ident, Token};

/// Keywords of conditions and inputs.
const LANGUAGE: &[&str] = &["always", "and", "failure", "is", "malformed", "not", "or", "unless"];

/// The case of a name. It is that of the Rust name, so that a type of the generated code has no name of a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// The first letter is a capital, as in `StreamSeq`.
    Upper,
    /// There is no capital, as in `long_poll`.
    Lower,
}

/// Reads the name of a declaration.
pub(crate) fn declared(input: ParseStream, case: Case) -> Result<Ident> {
    let name = ident(input)?;
    let (text, span) = (name.to_string(), name.span());
    let snake = text.to_snake_case();
    let reserved = |by: &str| {
        let the =
            if case == Case::Upper { format!("The{}", text.to_upper_camel_case()) } else { format!("the_{snake}") };
        Diagnostic::new(Code::ReservedName, span, format!("`{text}` is {by}"))
            .help(format!("rename it, for example to `{the}`"))
    };
    Err(if LANGUAGE.contains(&text.as_str()) {
        reserved("a keyword of the spec language")
    } else if is_keyword(&text) || matches!(&*snake, "crate" | "self" | "super") {
        reserved("a keyword of Rust")
    } else if !snake.starts_with(char::is_alphabetic) || text.starts_with("r#") {
        Diagnostic::new(Code::ReservedName, span, format!("`{text}` is not a valid name"))
            .help("use a name that starts with a letter")
    } else if input.peek(Token![-]) {
        with_hyphen(&name, input, case)
    } else if case == Case::Upper && !text.starts_with(char::is_uppercase) {
        Diagnostic::new(Code::NameCase, span, format!("the name `{text}` must start with a capital"))
            .help(format!("write `{}`", text.to_upper_camel_case()))
    } else if case == Case::Lower && text.contains(char::is_uppercase) {
        Diagnostic::new(Code::NameCase, span, format!("the name `{text}` can't have capitals"))
            .help(format!("write `{snake}`"))
    } else {
        return Ok(name);
    }
    .into())
}

/// Whether `text` is a keyword of Rust. syn does not know `gen`, which is one since the edition of 2024.
pub(crate) fn is_keyword(text: &str) -> bool {
    text == "gen" || syn::parse_str::<Ident>(text).is_err()
}

/// The fault of a name that goes on with a hyphen, as names on the wire do.
fn with_hyphen(name: &Ident, input: ParseStream, case: Case) -> Diagnostic {
    let whole = format!("{name}{}", token::unquoted(input.cursor()).0);
    let proposal = if case == Case::Upper { whole.to_upper_camel_case() } else { whole.to_snake_case() };
    let end = token::unquoted(input.cursor()).1.unwrap_or(name.span());
    Diagnostic::new(Code::ReservedName, name.span(), format!("`{whole}` is not a valid name: a name has no `-`"))
        .up_to(end)
        .help(format!("write `{proposal}`"))
}
