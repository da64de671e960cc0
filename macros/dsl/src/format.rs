//! Formats a spec. The formatter looks at tokens, not at their meaning, so it also formats specs with faults.
//!
//! - Each clause of a block is on its own line, indented by four. Clauses that only list a declared name, such as the
//!   headers of an outcome, stay on one line if they were on one.
//! - A block on one line stays on one line if its clause fits.
//! - The `=>` of a block are aligned.
//! - Comments are kept. Of several blank lines between clauses, one is kept.

mod layout;
mod lexeme;
mod spacing;

use lexeme::Lexeme;
use proc_macro2::{Delimiter, Group, LexError, TokenStream, TokenTree};
use std::fmt;

/// Maximum columns of a line, as in rustfmt.toml.
const WIDTH: usize = 120;
/// Columns per level of indentation.
const STEP: usize = 4;

/// The reason why a file can't be formatted.
#[derive(Debug)]
pub enum Unformatted {
    /// The file has an invalid token at this line and column.
    Lex(usize, usize),
    /// The file contains neither `protocol! { … }` nor `part! { … }`.
    NoProtocol,
    /// Formatting would change the tokens. This is a bug of the formatter.
    Damaged,
}

impl fmt::Display for Unformatted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unformatted::Lex(line, column) => write!(f, "invalid token at {line}:{column}"),
            Unformatted::NoProtocol => f.write_str("the file contains neither `protocol! { … }` nor `part! { … }`"),
            Unformatted::Damaged => f.write_str("formatting would change the tokens; please report this file"),
        }
    }
}

impl std::error::Error for Unformatted {}

/// Formats the contents of each `protocol! { … }` and `part! { … }` of a source file, and leaves the rest unchanged.
///
/// # Errors
///
/// If the file can't be lexed, or contains neither.
pub fn format(source: &str) -> Result<String, Unformatted> {
    let tokens: TokenStream = source.parse().map_err(|error| not_tokens(&error))?;
    let mut calls = Vec::new();
    find_calls(tokens.clone(), &mut calls);
    if calls.is_empty() {
        return Err(Unformatted::NoProtocol);
    }
    let mut formatted = String::new();
    let mut copied = 0;
    for call in &calls {
        let (open, close) = (call.span_open().byte_range(), call.span_close().byte_range());
        formatted.push_str(&source[copied..open.end]);
        formatted.push_str(&inside(source, call));
        copied = close.start;
    }
    formatted.push_str(&source[copied..]);
    let after: TokenStream = formatted.parse().map_err(|_| Unformatted::Damaged)?;
    if lexeme::texts(after) == lexeme::texts(tokens) { Ok(formatted) } else { Err(Unformatted::Damaged) }
}

fn not_tokens(error: &LexError) -> Unformatted {
    let start = error.span().start();
    Unformatted::Lex(start.line, start.column + 1)
}

/// Collects the braces of each `protocol! { … }` and `part! { … }`, in order.
fn find_calls(tokens: TokenStream, calls: &mut Vec<Group>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        let called = matches!(
            &trees[..index],
            [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if (name == "protocol" || name == "part") && bang.as_char() == '!'
        );
        if called && group.delimiter() == Delimiter::Brace {
            calls.push(group.clone());
        } else {
            find_calls(group.stream(), calls);
        }
    }
}

/// Returns the formatted contents of a call, up to its closing brace.
fn inside(source: &str, call: &Group) -> String {
    let (start, end) = (call.span_open().byte_range().end, call.span_close().byte_range().start);
    let line = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = source[line..start].chars().take_while(|char| *char == ' ').count();
    let lexemes: Vec<Lexeme> = lexeme::lexemes(source, call.stream(), start..end);
    layout::block(&lexemes, indent)
}
