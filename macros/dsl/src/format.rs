//! The canonical form of a spec as a file. It looks at tokens, not at what they mean, so that whatever can be lexed can
//! be formatted, a spec in which something is wrong included.
//!
//! - A block has a clause per line, indented by four. Clauses that begin with a declared name and do nothing more than
//!   list it, such as the headers of an outcome, may share a line if they did.
//! - A block that stood on one line stays there if its clause fits.
//! - `=>` stands in one column within a block.
//! - Comments stay, and so does a blank line between clauses, but not a second one.

mod layout;
mod lexeme;
mod spacing;

use lexeme::Lexeme;
use proc_macro2::{Delimiter, Group, LexError, TokenStream, TokenTree};
use std::fmt;

/// Columns of a line; the same as for rustfmt.
const WIDTH: usize = 120;
/// Columns of one step of indentation.
const STEP: usize = 4;

/// Why a file can't be formatted.
#[derive(Debug)]
pub enum Unformatted {
    /// It is not made of tokens from this line and column on.
    Lex(usize, usize),
    /// There is no `protocol! { … }` in it.
    NoProtocol,
    /// Formatting would change its tokens. This is a fault of the formatter.
    Damaged,
}

impl fmt::Display for Unformatted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unformatted::Lex(line, column) => write!(f, "this is not made of tokens from {line}:{column} on"),
            Unformatted::NoProtocol => f.write_str("there is no `protocol! { … }` in it"),
            Unformatted::Damaged => f.write_str("formatting would change what it says; please report this file"),
        }
    }
}

impl std::error::Error for Unformatted {}

/// Formats what is inside each `protocol! { … }` of a source file, and leaves the rest of it alone.
///
/// # Errors
///
/// If the file can't be lexed, or holds no protocol.
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

/// The braces of each `protocol! { … }`, from the first to the last.
fn find_calls(tokens: TokenStream, calls: &mut Vec<Group>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        let called = matches!(
            &trees[..index],
            [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if name == "protocol" && bang.as_char() == '!'
        );
        if called && group.delimiter() == Delimiter::Brace {
            calls.push(group.clone());
        } else {
            find_calls(group.stream(), calls);
        }
    }
}

/// What stands between the braces of a call, up to the closing one.
fn inside(source: &str, call: &Group) -> String {
    let (start, end) = (call.span_open().byte_range().end, call.span_close().byte_range().start);
    let line = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = source[line..start].chars().take_while(|char| *char == ' ').count();
    let lexemes: Vec<Lexeme> = lexeme::lexemes(source, call.stream(), start..end);
    layout::block(&lexemes, indent)
}
