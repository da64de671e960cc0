//! The lines of `refuse` and `answer`: `not` binds tightest, then `and`, then `or`.

use super::{Parser, Result, enclosed, ident, semicolon, symbol, take_word, token};
use crate::ast::{Condition, Line};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::forms;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, Token};

impl Parser<'_> {
    pub(super) fn lines(&mut self, input: ParseStream) -> Result<Vec<Line>> {
        let mut lines = Vec::new();
        self.block::<forms::Line>(input, |_, input| {
            let condition = any(input)?;
            no_operator(input)?;
            symbol!(input, =>)?;
            let outcome = ident(input)?;
            semicolon(input, "this line")?;
            lines.push(Line { condition, outcome });
            Ok(())
        })?;
        Ok(lines)
    }
}

/// Reports an operator of Rust where the spec language uses a word.
fn no_operator(input: ParseStream) -> Result<()> {
    let word = match () {
        () if input.peek(Token![|]) => "or",
        () if input.peek(Token![&]) => "and",
        () if input.peek(Token![==]) => "is",
        () if input.peek(Token![!]) => "not",
        () => return Ok(()),
    };
    Err(Diagnostic::new(Code::Syntax, input.span(), "conditions use words instead of operators")
        .help(format!("write `{word}`"))
        .into())
}

pub(super) fn any(input: ParseStream) -> Result<Condition> {
    let first = all(input)?;
    let mut parts = vec![first];
    while take_word(input, "or")?.is_some() {
        parts.push(all(input)?);
    }
    Ok(one_or(parts, Condition::Any))
}

fn all(input: ParseStream) -> Result<Condition> {
    let first = single(input)?;
    let mut parts = vec![first];
    while take_word(input, "and")?.is_some() {
        parts.push(single(input)?);
    }
    Ok(one_or(parts, Condition::All))
}

fn one_or(mut parts: Vec<Condition>, many: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

fn single(input: ParseStream) -> Result<Condition> {
    if input.peek(syn::token::Paren) {
        return enclosed::whole(&enclosed::parentheses(input)?, any);
    }
    if take_word(input, "not")?.is_some() {
        return Ok(Condition::Not(Box::new(single(input)?)));
    }
    no_operator(input)?;
    if !input.peek(Ident::peek_any) {
        return Err(token::expected(input, "a condition").into());
    }
    let name = ident(input)?;
    if input.parse::<Option<Token![.]>>()?.is_some() {
        return Ok(Condition::Fact(name, ident(input)?));
    }
    if take_word(input, "is")?.is_some() {
        return Ok(Condition::Is(name, ident(input)?));
    }
    if let Some(end) = take_word(input, "malformed")? {
        return Ok(Condition::Malformed(name, end));
    }
    Ok(Condition::Name(name))
}
