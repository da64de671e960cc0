//! Examples: preconditions, a request and the expected response.

use super::item::{list, once};
use super::{
    Case, Parser, Result, access, condition, declared, enclosed, ident, json, keyword, quantity, semicolon, symbol,
    take_word, text, token, within, word,
};
use crate::ast::{Docs, Example, Expected, Given, Limit, Sent, Shown, Table, Text};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::forms::{Construct, ExampleClause, ExpectClause, Nested, SendClause};
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

impl Parser<'_> {
    pub(super) fn example(&mut self, docs: Docs, input: ParseStream) -> Result<Example> {
        let before = self.diagnostics.count();
        let name = declared(input, Case::Lower)?;
        let table = if take_word(input, "for")?.is_some() { Some(table(input)?) } else { None };
        let (mut given, mut send, mut expect) = (Vec::new(), None, None);
        self.block::<ExampleClause>(input, |parser, input| {
            super::docs(input)?;
            let (clause, key) = keyword(input)?;
            match clause {
                ExampleClause::Given | ExampleClause::GivenLimit | ExampleClause::GivenCaller => {
                    given.push(parser.given(input)?)
                }
                ExampleClause::Send => once(&mut send, parser.sent(input)?, &key)?,
                ExampleClause::Expect => once(&mut expect, parser.expected(input)?, &key)?,
            }
            Ok(())
        })?;
        let (Some(send), Some(expect)) = (send, expect) else {
            let message = format!("the example `{name}` needs `send` and `expect`");
            let missing = Diagnostic::new(Code::MissingClause, name.span(), message);
            return self.missing(before, missing.help("add `send GET \"/…\"; expect …;`"));
        };
        let damaged = self.diagnostics.count() > before;
        Ok(Example { docs, name, table, given, send, expect, damaged })
    }

    fn given(&mut self, input: ParseStream) -> Result<Given> {
        if let Some(limit) = limit(input)? {
            return Ok(Given::Limit(limit));
        }
        if let Some(caller) = access::caller(input)? {
            return Ok(caller);
        }
        let condition = condition::any(input)?;
        let mut requests = Vec::new();
        self.block_or_end::<SendClause>(input, "this condition", |parser, input| {
            requests.push(parser.sent(input)?);
            Ok(())
        })?;
        Ok(Given::Condition(condition, requests))
    }

    fn sent(&mut self, input: ParseStream) -> Result<Sent> {
        let method = ident(input)?;
        let path = value(input, "a path")?;
        let (mut values, mut body) = (Vec::new(), None);
        self.block_or_end::<SendClause>(input, "this request", |_, input| {
            if let Some(span) = take_word(input, "body")? {
                return once_body(&mut body, input, span);
            }
            let name = ident(input)?;
            symbol!(input, =)?;
            values.push((name, value(input, "a value")?));
            semicolon(input, "this value")
        })?;
        Ok(Sent { method, path, values, body })
    }

    fn expected(&mut self, input: ParseStream) -> Result<Expected> {
        let outcome = ident(input)?;
        let (mut shown, mut body) = (Vec::new(), None);
        self.block_or_end::<ExpectClause>(input, "this outcome", |_, input| {
            if let Some(span) = take_word(input, "body")? {
                return once_body(&mut body, input, span);
            }
            let absent = take_word(input, "not")?.is_some();
            let name = ident(input)?;
            let how = if absent {
                Shown::Absent
            } else if input.parse::<Option<Token![=]>>()?.is_some() {
                Shown::Is(value(input, "a value")?)
            } else {
                Shown::Present
            };
            shown.push((name, how));
            semicolon(input, "this header")
        })?;
        Ok(Expected { outcome, shown, body })
    }

    /// Reads clauses in braces, or a `;` if there are none.
    pub(super) fn block_or_end<C: Construct>(
        &mut self,
        input: ParseStream,
        what: &str,
        read: impl FnMut(&mut Self, ParseStream) -> Result<()>,
    ) -> Result<()> {
        if input.peek(syn::token::Brace) { self.block::<C>(input, read) } else { semicolon(input, what) }
    }
}

/// `parameter in ["…", "…"]`
fn table(input: ParseStream) -> Result<Table> {
    let parameter = declared(input, Case::Lower)?;
    word(input, "in")?;
    let span = input.span();
    let texts = enclosed::whole(&enclosed::brackets(input)?, |content| list(content, |input| text(input, "a value")));
    let texts = within(Nested::Parameter.form(), texts)?;
    if texts.is_empty() {
        let message = format!("the parameter `{parameter}` has no values");
        return Err(Diagnostic::new(Code::MissingClause, span, message)
            .help("add values, as in `[\"…\", \"…\"]`")
            .into());
    }
    Ok(Table { parameter, texts })
}

/// Reads `limits.name = 4 KiB;` if `limits` is next.
fn limit(input: ParseStream) -> Result<Option<Limit>> {
    if take_word(input, "limits")?.is_none() {
        return Ok(None);
    }
    symbol!(input, .)?;
    let name = ident(input)?;
    symbol!(input, =)?;
    let quantity = quantity(input)?;
    semicolon(input, "this limit")?;
    Ok(Some(Limit { docs: Vec::new(), name, quantity }))
}

/// Reads a text or the name of a parameter.
fn value(input: ParseStream, what: &str) -> Result<Text> {
    if input.peek(LitStr) || !input.peek(Ident) {
        text(input, what).map(Text::Plain)
    } else {
        ident(input).map(Text::Parameter)
    }
}

/// `= "…";` or `= json { … };` after `body`.
pub(super) fn once_body(slot: &mut Option<Text>, input: ParseStream, span: Span) -> Result<()> {
    symbol!(input, =)?;
    let is_json =
        token::peek_word(input, "json") && (input.peek2(syn::token::Brace) || input.peek2(syn::token::Bracket));
    let body = if is_json {
        word(input, "json")?;
        Text::Json(json::document(input)?)
    } else {
        value(input, "a body")?
    };
    semicolon(input, "this body")?;
    once(slot, body, &Ident::new("body", span))
}
