//! Outcomes and their headers.

use super::token::peek_word;
use super::{
    Case, Parser, Result, declared, enclosed, ident, list, literal, number, semicolon, symbol, take_word, text,
    unknown, word,
};
use crate::ast::{Announced, Announcement, Body, Docs, Outcome, OwnError, OwnMember, Part, Presence, ProblemKind};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::forms::{OptionsClause, OutcomeClause, Site};
use proc_macro2::Span;
use syn::Token;
use syn::parse::ParseStream;

impl Parser<'_> {
    pub(super) fn outcome(&mut self, docs: Docs, input: ParseStream) -> Result<Outcome> {
        let name = declared(input, Case::Upper)?;
        symbol!(input, =)?;
        let status = number(input, "a status")?;
        let problem = if take_word(input, "problem")?.is_some() { Some(problem(input)?) } else { None };
        let error = if problem.is_none() && take_word(input, "error")?.is_some() { Some(error(input)?) } else { None };
        let (mut parts, mut body) = (Vec::new(), error.map(Body::Error));
        if !input.peek(syn::token::Brace) {
            semicolon(input, "this outcome")?;
            return Ok(Outcome { docs, name, status, problem, parts, body });
        }
        self.block::<OutcomeClause>(input, |_, input| {
            match take_word(input, "body")? {
                Some(span) if body.is_some() => {
                    let message = format!("`{name}` already has a body");
                    return Err(Diagnostic::new(Code::DuplicateSection, span, message).help("delete this line").into());
                }
                Some(span) => body = Some(self::body(span, input)?),
                None => parts.push(part(input)?),
            }
            Ok(())
        })?;
        Ok(Outcome { docs, name, status, problem, parts, body })
    }

    pub(super) fn parts(&mut self, input: ParseStream) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        self.block::<OutcomeClause>(input, |_, input| {
            parts.push(part(input)?);
            Ok(())
        })?;
        Ok(parts)
    }

    /// Reads the headers of the response to OPTIONS.
    pub(super) fn options(&mut self, input: ParseStream) -> Result<Vec<Announcement>> {
        let mut options = Vec::new();
        self.block::<OptionsClause>(input, |_, input| {
            let name = ident(input)?;
            symbol!(input, =)?;
            let value = if peek_word(input, "limits") && input.peek2(Token![.]) {
                word(input, "limits")?;
                symbol!(input, .)?;
                Announced::Limit(ident(input)?)
            } else {
                Announced::Literal(literal(input)?)
            };
            semicolon(input, "this header")?;
            options.push(Announcement { name, value });
            Ok(())
        })?;
        Ok(options)
    }
}

fn problem(input: ParseStream) -> Result<ProblemKind> {
    let slug = text(input, "the type of a problem")?;
    let about = if take_word(input, "about")?.is_some() { Some(ident(input)?) } else { None };
    let detail = take_word(input, "detail")?.is_some();
    Ok(ProblemKind { slug, about, detail })
}

/// `Code(member, other?)`
fn error(input: ParseStream) -> Result<OwnError> {
    let code = ident(input)?;
    let mut members = Vec::new();
    if input.peek(syn::token::Paren) {
        members = enclosed::whole(&enclosed::parentheses(input)?, |content| {
            list(content, |input| {
                let name = ident(input)?;
                Ok(OwnMember { name, optional: input.parse::<Option<Token![?]>>()?.is_some() })
            })
        })?;
    }
    Ok(OwnError { code, members })
}

fn part(input: ParseStream) -> Result<Part> {
    let name = ident(input)?;
    let presence = if input.parse::<Option<Token![?]>>()?.is_some() {
        Presence::Optional
    } else if input.parse::<Option<Token![=]>>()?.is_some() {
        Presence::Fixed(literal(input)?)
    } else {
        Presence::Always
    };
    semicolon(input, "this header")?;
    Ok(Part { name, presence })
}

fn body(span: Span, input: ParseStream) -> Result<Body> {
    let kind = ident(input)?;
    let body = match kind.to_string().as_str() {
        "bytes" => Body::Bytes(span),
        "events" => Body::Events(span, ident(input)?),
        "json" => Body::Json(span, ident(input)?),
        _ => {
            return Err(unknown(
                Code::UnknownGrammar,
                &kind,
                "kind of body",
                Site::Clause,
                &["bytes", "events", "json"],
            ));
        }
    };
    semicolon(input, "this body")?;
    Ok(body)
}
