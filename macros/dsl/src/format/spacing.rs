//! Spaces between tokens.

use super::lexeme::{Kind, Lexeme};
use proc_macro2::Delimiter;

/// Whether there is no space between `line[at - 1]` and `line[at]`.
pub(super) fn touch(line: &[Lexeme], at: usize) -> bool {
    let (left, right) = (&line[at - 1], &line[at]);
    match (left.kind, right.kind) {
        (Kind::Comment | Kind::Doc, _) | (_, Kind::Comment | Kind::Doc) => false,
        (_, Kind::Terminator) => true,
        (Kind::Open(open), Kind::Close(close)) if open == close => true,
        (Kind::Open(Delimiter::Brace), _) | (_, Kind::Close(Delimiter::Brace)) => false,
        (Kind::Open(_), _) | (_, Kind::Close(_)) => true,
        (Kind::Word, Kind::Open(Delimiter::Parenthesis)) => !matches!(left.text, "and" | "or" | "not"),
        (Kind::Word, Kind::Open(Delimiter::Bracket)) => left.text != "in",
        (Kind::Operator, Kind::Open(Delimiter::Bracket)) => left.text.starts_with('#'),
        (Kind::Word | Kind::Literal | Kind::Close(_), Kind::Operator) if right.is("?") => true,
        (Kind::Word | Kind::Literal, Kind::Operator) if right.is(":") => true,
        (Kind::Operator, Kind::Literal) if left.is("-") => true,
        (_, Kind::Operator) => binds(line, at),
        (Kind::Operator, _) => binds(line, at - 1),
        _ => false,
    }
}

/// Whether the operator at `at` has no spaces around it, as in `stream.open`, `stream::create` and `1..=9`.
fn binds(line: &[Lexeme], at: usize) -> bool {
    let (Some(left), Some(right)) = (at.checked_sub(1).and_then(|left| line.get(left)), line.get(at + 1)) else {
        return false;
    };
    match line[at].text {
        "." | "::" => left.kind == Kind::Word && right.kind == Kind::Word,
        ".." | "..=" => is_number(left) && is_number(right),
        _ => false,
    }
}

fn is_number(lexeme: &Lexeme) -> bool {
    lexeme.kind == Kind::Literal && lexeme.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}
