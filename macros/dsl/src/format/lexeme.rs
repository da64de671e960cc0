//! Lexemes for the formatter: tokens and comments, with the number of line breaks between them.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use std::iter::Peekable;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Literal,
    /// One or more adjacent characters, such as `=>`.
    Operator,
    /// `;` or `,`.
    Terminator,
    Open(Delimiter),
    Close(Delimiter),
    Doc,
    Comment,
}

/// A token or a comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Number of line breaks before it.
    pub(super) breaks: usize,
}

impl Lexeme<'_> {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text && self.kind != Kind::Comment
    }

    /// Whether the next lexeme must start a new line.
    pub(super) fn ends_line(&self) -> bool {
        match self.kind {
            Kind::Doc => true,
            Kind::Comment => self.text.starts_with("//") || self.text.contains('\n'),
            _ => false,
        }
    }
}

/// Returns the lexemes of `tokens`, whose range in `source` is `place`, including comments that are not tokens.
pub(super) fn lexemes(source: &str, tokens: TokenStream, place: Range<usize>) -> Vec<Lexeme<'_>> {
    let mut found = Vec::new();
    flatten(source, tokens, &mut found);
    let mut lexemes = Vec::new();
    let mut end = place.start;
    for (kind, range) in found {
        let breaks = comments(&source[end..range.start], &mut lexemes);
        end = range.end;
        lexemes.push(Lexeme { kind, text: &source[range], breaks });
    }
    comments(&source[end..place.end], &mut lexemes);
    lexemes
}

/// Adds the comments between two tokens; returns the number of line breaks before the second token.
fn comments<'a>(mut gap: &'a str, lexemes: &mut Vec<Lexeme<'a>>) -> usize {
    loop {
        let text = gap.trim_start();
        let breaks = gap[..gap.len() - text.len()].matches('\n').count();
        let length = if text.starts_with("//") {
            text.find('\n').unwrap_or(text.len())
        } else if text.starts_with("/*") {
            block_comment(text)
        } else {
            return breaks;
        };
        lexemes.push(Lexeme { kind: Kind::Comment, text: text[..length].trim_end(), breaks });
        gap = &text[length..];
    }
}

/// Returns the length of the comment at the start of `text`. Block comments can be nested.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn flatten(source: &str, tokens: TokenStream, found: &mut Vec<(Kind, Range<usize>)>) {
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let range = tree.span().byte_range();
        match tree {
            TokenTree::Ident(_) => found.push((Kind::Word, range)),
            TokenTree::Literal(_) => found.push((Kind::Literal, range)),
            // A doc comment is lexed as an attribute, and each token of the attribute has the range of the whole comment.
            TokenTree::Punct(_) if source[range.clone()].starts_with('/') && range.len() > 1 => {
                while trees.next_if(|next| next.span().byte_range() == range).is_some() {}
                found.push((Kind::Doc, range));
            }
            TokenTree::Punct(punct) if is_terminator(punct.as_char()) => found.push((Kind::Terminator, range)),
            TokenTree::Punct(punct) => {
                let end = operator(punct.as_char(), punct.spacing(), range.end, &mut trees);
                found.push((Kind::Operator, range.start..end));
            }
            TokenTree::Group(group) => flatten_group(source, &group, found),
        }
    }
}

fn flatten_group(source: &str, group: &Group, found: &mut Vec<(Kind, Range<usize>)>) {
    found.push((Kind::Open(group.delimiter()), group.span_open().byte_range()));
    flatten(source, group.stream(), found);
    found.push((Kind::Close(group.delimiter()), group.span_close().byte_range()));
}

fn is_terminator(char: char) -> bool {
    matches!(char, ';' | ',')
}

/// Whether a character is always an operator of its own.
fn stands_alone(char: char) -> bool {
    is_terminator(char) || char == '?'
}

/// Reads the rest of the operator that starts with `first`; returns its end.
fn operator(
    first: char,
    mut spacing: Spacing,
    mut end: usize,
    trees: &mut Peekable<impl Iterator<Item = TokenTree>>,
) -> usize {
    let joins = |tree: &TokenTree| match tree {
        TokenTree::Punct(next) => !stands_alone(next.as_char()),
        // This is the name of a lifetime.
        TokenTree::Ident(_) => first == '\'',
        _ => false,
    };
    while spacing == Spacing::Joint && !stands_alone(first) {
        let Some(next) = trees.next_if(joins) else { break };
        end = next.span().byte_range().end;
        spacing = if let TokenTree::Punct(next) = &next { next.spacing() } else { Spacing::Alone };
    }
    end
}

/// Returns the text of each token, to compare a file before and after formatting. Spacing next to `;`, `,` and `?` is ignored.
pub(super) fn texts(tokens: TokenStream) -> Vec<String> {
    let mut texts = Vec::new();
    let mut joint = false;
    for tree in tokens {
        let joined = std::mem::replace(&mut joint, false);
        match tree {
            TokenTree::Group(group) => {
                texts.push(format!("{:?}", group.delimiter()));
                texts.extend(self::texts(group.stream()));
                texts.push("end".to_owned());
            }
            TokenTree::Punct(punct) => {
                let alone = stands_alone(punct.as_char());
                joint = punct.spacing() == Spacing::Joint && !alone;
                match texts.last_mut().filter(|_| joined && !alone) {
                    Some(last) => last.push(punct.as_char()),
                    None => texts.push(punct.to_string()),
                }
            }
            tree => texts.push(tree.to_string()),
        }
    }
    texts
}
