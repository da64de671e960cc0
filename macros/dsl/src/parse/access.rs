//! Credentials and permissions.

use super::item::{list, once};
use super::{
    Case, Parser, Result, condition, declared, enclosed, ident, keyword, semicolon, symbol, take_word, token, within,
};
use crate::ast::access::{Access, Caller, Denial, Grant, Need, Operation, Refusal};
use crate::ast::{Docs, Given};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::forms::{AccessClause, Construct as _, Nested};
use syn::parse::ParseStream;

impl Parser<'_> {
    pub(super) fn access(&mut self, docs: Docs, input: ParseStream) -> Result<Access> {
        let before = self.diagnostics.count();
        let name = declared(input, Case::Upper)?;
        let (mut credentials, mut none, mut operations) = (Vec::new(), None, None);
        let (mut unknown, mut denied, mut refusals) = (None, None, Vec::new());
        self.block::<AccessClause>(input, |_, input| {
            let docs = super::docs(input)?;
            let (clause, key) = keyword(input)?;
            match clause {
                AccessClause::Credentials | AccessClause::None => {
                    let kind = ident(input)?;
                    semicolon(input, "these credentials")?;
                    if kind == "none" {
                        return once(&mut none, kind, &key);
                    }
                    credentials.push(kind);
                    Ok(())
                }
                AccessClause::Operations => {
                    let names = enclosed::whole(&enclosed::braces(input)?, |content| list(content, operation));
                    once(&mut operations, within(Nested::Operation.form(), names)?, &key)
                }
                AccessClause::Unknown | AccessClause::Denied => {
                    let slot = if clause == AccessClause::Unknown { &mut unknown } else { &mut denied };
                    symbol!(input, =>)?;
                    let outcome = ident(input)?;
                    semicolon(input, "this outcome")?;
                    once(slot, outcome, &key)
                }
                AccessClause::Refuse => {
                    let name = declared(input, Case::Lower)?;
                    symbol!(input, =>)?;
                    let outcome = ident(input)?;
                    semicolon(input, "this outcome")?;
                    refusals.push(Refusal { docs, name, outcome });
                    Ok(())
                }
            }
        })?;
        let missing = match (&credentials[..], operations.as_deref().unwrap_or_default(), &unknown) {
            ([], ..) => {
                Some(("no kind of credentials", "add `credentials Name;`, with a header, query parameter or group"))
            }
            (_, [], _) => Some(("no operations", "add `operations { read, write }`")),
            (_, _, None) => Some(("no outcome for callers who are not known", "add `unknown => Unauthorized;`")),
            _ => None,
        };
        if let Some((what, help)) = missing {
            let message = format!("the access `{name}` has {what}");
            return self.missing(before, Diagnostic::new(Code::MissingClause, name.span(), message).help(help));
        }
        let (Some(operations), Some(unknown)) = (operations, unknown) else { return Err(super::Fault::Reported) };
        Ok(Access { docs, name, credentials, accepts_none: none.is_some(), operations, unknown, denied, refusals })
    }
}

fn operation(input: ParseStream) -> Result<Operation> {
    Ok(Operation { docs: super::docs(input)?, name: declared(input, Case::Lower)? })
}

/// Reads `operation(subject) when condition;`.
pub(super) fn need(input: ParseStream) -> Result<Need> {
    let operation = ident(input)?;
    let mut subject = None;
    if input.peek(syn::token::Paren) {
        subject = Some(enclosed::whole(&enclosed::parentheses(input)?, ident)?);
    }
    let condition = if take_word(input, "when")?.is_some() { Some(condition::any(input)?) } else { None };
    semicolon(input, "this permission")?;
    Ok(Need { operation, subject, condition })
}

/// Reads `when condition => Outcome;`.
pub(super) fn denial(input: ParseStream) -> Result<Denial> {
    super::word(input, "when")?;
    let condition = condition::any(input)?;
    symbol!(input, =>)?;
    let outcome = ident(input)?;
    semicolon(input, "this outcome")?;
    Ok(Denial { condition, outcome })
}

/// Reads `Name permits operation, other;`, or `Name` and the name of a refusal, if that comes next.
pub(super) fn caller(input: ParseStream) -> Result<Option<Given>> {
    let ahead = input.fork();
    let is_caller = ident(&ahead).is_ok()
        && (token::peek_word(&ahead, "permits") || ident(&ahead).is_ok() && ahead.peek(syn::Token![;]));
    if !is_caller {
        return Ok(None);
    }
    let access = ident(input)?;
    let grant = match token::peek_word(input, "permits") {
        true => Grant::Permits(permitted(input)?),
        false => Grant::Refused(ident(input)?),
    };
    semicolon(input, "this caller")?;
    Ok(Some(Given::Caller(Caller { access, grant })))
}

/// Reads `permits nothing`, or `permits` and a list of operations.
fn permitted(input: ParseStream) -> Result<Vec<syn::Ident>> {
    super::word(input, "permits")?;
    if take_word(input, "nothing")?.is_some() {
        return Ok(Vec::new());
    }
    let mut operations = vec![ident(input)?];
    while input.parse::<Option<syn::Token![,]>>()?.is_some() {
        operations.push(ident(input)?);
    }
    Ok(operations)
}
