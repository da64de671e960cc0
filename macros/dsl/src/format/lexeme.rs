//! What a file is made of for somebody who formats it: tokens and comments, and how many lines lie between them.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use std::iter::Peekable;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Literal,
    /// One or more characters that belong together, such as `=>`.
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
    /// Line breaks in front of it.
    pub(super) breaks: usize,
}

impl Lexeme<'_> {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text && self.kind != Kind::Comment
    }

    /// Whether nothing can follow on its line.
    pub(super) fn ends_line(&self) -> bool {
        match self.kind {
            Kind::Doc => true,
            Kind::Comment => self.text.starts_with("//") || self.text.contains('\n'),
            _ => false,
        }
    }
}

/// The lexemes of `tokens`, which stand at `place` in `source`, with those comments that are no tokens.
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

/// Takes the comments out of what lies between two tokens; returns the line breaks in front of the second token.
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

/// The length of the comment that `text` starts with; there may be others in it.
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
            // A doc comment is lexed as the attribute that it stands for, each token of which has the place of the whole.
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

/// Whether a character is an operator by itself, whatever it touches.
fn stands_alone(char: char) -> bool {
    is_terminator(char) || char == '?'
}

/// Takes the characters that belong to the operator which starts with `first`; returns where it ends.
fn operator(
    first: char,
    mut spacing: Spacing,
    mut end: usize,
    trees: &mut Peekable<impl Iterator<Item = TokenTree>>,
) -> usize {
    let joins = |tree: &TokenTree| match tree {
        TokenTree::Punct(next) => !stands_alone(next.as_char()),
        // The name of a lifetime.
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

/// The tokens one by one, as far as formatting must not change them: not what of it touches `;`, `,` or `?`.
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
