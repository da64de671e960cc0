//! Where parsing continues after a clause that could not be read.

use crate::diagnostic::Diagnostics;
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::Token;
use syn::buffer::Cursor;
use syn::parse::ParseStream;

/// Skips to the end of a clause that starts at `clause`: past a `;`, past braces that nothing follows on the line, or up to
/// the likely start of the next clause. That is a doc comment, a later line with the same indentation, or another part of the spec.
pub(super) fn skip(input: ParseStream, clause: Span, must_advance: bool) {
    let mut first = must_advance;
    while !input.is_empty() {
        if !first && (input.peek(Token![#]) || is_another_clause(input.span(), clause)) {
            return;
        }
        first = false;
        match input.parse::<TokenTree>() {
            Ok(TokenTree::Punct(punct)) if punct.as_char() == ';' => return,
            Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let line = group.span_close().end().line;
                if !(input.peek(Token![;]) || input.peek(syn::token::Brace) && input.span().start().line == line) {
                    return;
                }
            }
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

fn is_another_clause(next: Span, clause: Span) -> bool {
    let (start, own) = (next.start(), clause.start());
    start.line > own.line && start.column == own.column || next.file() != clause.file()
}

/// Marks every name between two positions as declared in a faulty clause.
pub(super) fn names(from: Cursor, to: Cursor, diagnostics: &mut Diagnostics) {
    for tree in trees(from, to) {
        lose(tree, diagnostics);
    }
}

fn lose(tree: TokenTree, diagnostics: &mut Diagnostics) {
    match tree {
        TokenTree::Ident(name) => diagnostics.lose(name.to_string()),
        // A name may be in quotes by mistake.
        TokenTree::Literal(literal) => diagnostics.lose(literal.to_string().trim_matches('"')),
        TokenTree::Group(group) => {
            let stream: TokenStream = group.stream();
            stream.into_iter().for_each(|tree| lose(tree, diagnostics));
        }
        _ => {}
    }
}

/// Returns the span of the last token between two positions.
pub(super) fn last(from: Cursor, to: Cursor) -> Option<Span> {
    trees(from, to).last().map(|tree| tree.span())
}

fn trees<'a>(mut from: Cursor<'a>, to: Cursor<'a>) -> impl Iterator<Item = TokenTree> + 'a {
    std::iter::from_fn(move || {
        let (tree, next) = from.token_tree().filter(|_| from < to)?;
        from = next;
        Some(tree)
    })
}
