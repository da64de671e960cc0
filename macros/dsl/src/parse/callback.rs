//! Requests that the server sends, and messages that it writes.

use super::item::once;
use super::{
    Case, Parser, Result, declared, example, ident, json, keyword, literal, number, semicolon, symbol, take_word, word,
};
use crate::ast::callback::{
    Callback, Example, Header, HeaderValue, Message, MessageExample, ReadBody, ReadHeader, Response, Values,
};
use crate::ast::object::Object;
use crate::ast::{Docs, Text};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::forms::{
    CallbackClause, CallbackExampleClause, CallbackExpectClause, CallbackRequestClause, CallbackResponseClause,
    SendClause,
};
use syn::parse::ParseStream;
use syn::{Ident, Token};

impl Parser<'_> {
    pub(super) fn callback(&mut self, docs: Docs, input: ParseStream) -> Result<Callback> {
        let before = self.diagnostics.count();
        let name = declared(input, Case::Lower)?;
        symbol!(input, =)?;
        let method = ident(input)?;
        let (mut request, mut responses, mut examples) = (None, Vec::new(), Vec::new());
        self.block::<CallbackClause>(input, |parser, input| {
            let docs = super::docs(input)?;
            let (clause, key) = keyword(input)?;
            match clause {
                CallbackClause::Request => once(&mut request, parser.sent_headers(input)?, &key)?,
                CallbackClause::Response => responses.push(parser.read_response(docs, input)?),
                CallbackClause::Example => examples.push(parser.callback_example(docs, input)?),
            }
            Ok(())
        })?;
        let Some((headers, body)) = request else {
            let message = format!("the callback `{name}` has no `request`");
            let missing = Diagnostic::new(Code::MissingClause, name.span(), message);
            return self.missing(before, missing.help("add `request { body json Name; }`"));
        };
        Ok(Callback { docs, name, method, headers, body, responses, examples })
    }

    fn sent_headers(&mut self, input: ParseStream) -> Result<(Vec<Header>, Option<Ident>)> {
        let (mut headers, mut body) = (Vec::new(), None);
        self.block::<CallbackRequestClause>(input, |_, input| {
            if let Some(span) = take_word(input, "body")? {
                word(input, "json")?;
                let object = ident(input)?;
                semicolon(input, "this body")?;
                return once(&mut body, object, &Ident::new("body", span));
            }
            let name = ident(input)?;
            let value = if input.parse::<Option<Token![?]>>()?.is_some() {
                HeaderValue::Optional
            } else if input.parse::<Option<Token![=]>>()?.is_some() {
                HeaderValue::Fixed(literal(input)?)
            } else if take_word(input, "signs")?.is_some() {
                word(input, "body")?;
                HeaderValue::Signature
            } else {
                HeaderValue::Given
            };
            semicolon(input, "this header")?;
            headers.push(Header { name, value });
            Ok(())
        })?;
        Ok((headers, body))
    }

    fn read_response(&mut self, docs: Docs, input: ParseStream) -> Result<Response> {
        let name = declared(input, Case::Upper)?;
        symbol!(input, =)?;
        let first = number(input, "a status")?;
        let is_range = input.parse::<Option<Token![..=]>>()?.is_some();
        let last = if is_range { Some(number(input, "a status")?) } else { None };
        let (mut headers, mut body) = (Vec::new(), None);
        self.block_or_end::<CallbackResponseClause>(input, "this response", |_, input| {
            if let Some(span) = take_word(input, "body")? {
                return once(&mut body, read_body(input)?, &Ident::new("body", span));
            }
            let name = ident(input)?;
            let optional = input.parse::<Option<Token![?]>>()?.is_some();
            semicolon(input, "this header")?;
            headers.push(ReadHeader { name, optional });
            Ok(())
        })?;
        Ok(Response { docs, name, first, last, headers, body })
    }

    fn callback_example(&mut self, docs: Docs, input: ParseStream) -> Result<Example> {
        let before = self.diagnostics.count();
        let name = declared(input, Case::Lower)?;
        let (mut send, mut answer, mut expect) = (None, None, None);
        self.block::<CallbackExampleClause>(input, |parser, input| {
            super::docs(input)?;
            let (clause, key) = keyword(input)?;
            match clause {
                CallbackExampleClause::Send => once(&mut send, parser.values(input, "this request")?, &key)?,
                CallbackExampleClause::Answer => {
                    let status = number(input, "a status")?;
                    once(&mut answer, (status, parser.values(input, "this answer")?), &key)?;
                }
                CallbackExampleClause::Expect => once(&mut expect, parser.expected_response(input)?, &key)?,
            }
            Ok(())
        })?;
        let (Some(send), Some((status, answer)), Some((expect, read))) = (send, answer, expect) else {
            let message = format!("the example `{name}` needs `send`, `answer` and `expect`");
            let missing = Diagnostic::new(Code::MissingClause, name.span(), message);
            return self.missing(before, missing.help("add `send { body = json { … }; } answer 200; expect …;`"));
        };
        Ok(Example { docs, name, send, status, answer, expect, read })
    }

    fn expected_response(&mut self, input: ParseStream) -> Result<(Ident, Vec<(Ident, bool)>)> {
        let (name, mut read) = (ident(input)?, Vec::new());
        self.block_or_end::<CallbackExpectClause>(input, "this response", |_, input| {
            let absent = take_word(input, "not")?.is_some();
            read.push((ident(input)?, !absent));
            semicolon(input, "this line")
        })?;
        Ok((name, read))
    }

    fn values(&mut self, input: ParseStream, what: &str) -> Result<Values> {
        let mut values = Values::default();
        self.block_or_end::<SendClause>(input, what, |_, input| {
            if let Some(span) = take_word(input, "body")? {
                return example::once_body(&mut values.body, input, span);
            }
            let name = ident(input)?;
            symbol!(input, =)?;
            let text = super::text(input, "a value")?;
            semicolon(input, "this value")?;
            values.headers.push((name, Text::Plain(text)));
            Ok(())
        })?;
        Ok(values)
    }

    /// `Name = json { … }` after `message`.
    pub(super) fn message(&mut self, docs: Docs, input: ParseStream) -> Result<Message> {
        let name = declared(input, Case::Upper)?;
        if input.peek(syn::token::Brace) {
            // As in protobuf.
            return Err(Diagnostic::new(Code::Syntax, input.span(), "expected `= json`, found `{`")
                .help(format!("write `object {name} {{ … }}` for bodies, or `message {name} = json {{ … }}` for what the server writes"))
                .into());
        }
        symbol!(input, =)?;
        word(input, "json")?;
        let mut examples = Vec::new();
        let content = self.content_with(input, Some(&mut examples))?;
        Ok(Message { object: Object { docs, name, content }, examples })
    }
}

/// `json Name unless malformed ..= limits.name;` after `body`.
fn read_body(input: ParseStream) -> Result<ReadBody> {
    word(input, "json")?;
    let object = ident(input)?;
    let lenient = take_word(input, "unless")?.is_some();
    if lenient {
        word(input, "malformed")?;
    }
    symbol!(input, ..=)?;
    word(input, "limits")?;
    symbol!(input, .)?;
    let limit = ident(input)?;
    semicolon(input, "this body")?;
    Ok(ReadBody { object, lenient, limit })
}

/// `name = json { … };` after `example`, in a message.
pub(super) fn message_example(docs: Docs, input: ParseStream) -> Result<MessageExample> {
    let name = declared(input, Case::Lower)?;
    symbol!(input, =)?;
    word(input, "json")?;
    let document = json::document(input)?;
    semicolon(input, "this example")?;
    Ok(MessageExample { docs, name, document })
}
