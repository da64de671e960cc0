//! Requests that the server sends, and messages that it writes.

use super::names::{CALLBACK, Scope};
use super::{Resolver, Result, find, outcome, unknown};
use crate::ast::callback as ast;
use crate::ast::{Place, Text};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::model::callback::{
    Callback, CallbackExample, Message, MessageExample, ReadBody, Response, SentHeader, SentValue, ShownValues,
};
use crate::model::object::Object;
use crate::model::{Field, Id};
use heck::ToSnakeCase as _;
use proc_macro2::Span;

impl Resolver<'_> {
    pub(super) fn callbacks(&mut self, written: Vec<ast::Callback>) {
        for callback in written {
            let name = callback.name.clone();
            let defined = self.scopes.root.define(&name, name.to_string());
            if self.keep(&name, defined).is_some() {
                let resolved = self.callback(callback);
                let kept = self.keep(&name, resolved);
                self.model.callbacks.extend(kept);
            }
        }
    }

    fn callback(&mut self, written: ast::Callback) -> Result<Callback> {
        let before = self.diagnostics.count();
        let method = super::endpoint::method(&written.method)?;
        let body = written.body.as_ref().map(|name| self.object(name)).transpose()?;
        if let Some(name) = written.body.as_ref().filter(|_| matches!(method.as_str(), "GET" | "HEAD" | "DELETE")) {
            let message = format!("a {method} request can't have a body");
            return Err(Diagnostic::new(Code::BodyForbidden, name.span(), message)
                .note("servers and proxies may drop it")
                .help("use POST, or delete this line"));
        }
        let mut fields = Scope::new(&["body"]);
        let mut headers: Vec<SentHeader> = Vec::new();
        for header in &written.headers {
            let resolved = self.sent_header(header, body.is_some()).and_then(|own| {
                fields.define(&header.name, header.name.to_string().to_snake_case())?;
                Ok(own)
            });
            headers.extend(self.keep(&header.name, resolved));
        }
        let (mut scope, mut responses) = (Scope::new(CALLBACK), Vec::<Response>::new());
        for response in written.responses {
            let name = response.name.clone();
            let defined = scope.define(&name, name.to_string());
            let resolved = defined.and_then(|()| self.read_response(response, &responses));
            responses.extend(self.keep(&name, resolved));
        }
        let (docs, name) = (written.docs, written.name);
        let complete = self.diagnostics.count() == before;
        let mut callback = Callback {
            docs,
            name,
            method,
            headers,
            body,
            responses,
            examples: Vec::new(),
            lacks_examples: false,
            damaged: !complete,
        };
        let mut scope = Scope::new(&[]);
        for example in &written.examples {
            let defined = scope.define(&example.name, example.name.to_string());
            let resolved = defined.and_then(|()| self.callback_example(example, &callback));
            match self.diagnostics.keep(resolved) {
                Some(example) => callback.examples.push(example),
                None => callback.lacks_examples = true,
            }
        }
        Ok(callback)
    }

    fn sent_header(&self, header: &ast::Header, has_body: bool) -> Result<SentHeader> {
        let field = self.sent_field(&header.name)?;
        let name = &header.name;
        let fault = |message: String| Diagnostic::new(Code::BadCallback, name.span(), message);
        if self.model.fields[field].flag().is_some() && !matches!(header.value, ast::HeaderValue::Fixed(_)) {
            return Err(fault(format!("a callback can't have the flag `{name}`"))
                .help("declare the header with another grammar, such as `one_of { … }`"));
        }
        let value = match &header.value {
            ast::HeaderValue::Fixed(literal) => SentValue::Fixed(self.fixed_text(&self.model.fields[field], literal)?),
            ast::HeaderValue::Given => SentValue::Given,
            ast::HeaderValue::Optional => SentValue::Optional,
            ast::HeaderValue::Signature if has_body => SentValue::Signature,
            ast::HeaderValue::Signature => {
                return Err(fault(format!("`{name}` has no body to sign"))
                    .help(format!("add `body json …;`, or write `{name};`")));
            }
        };
        Ok(SentHeader { field, value })
    }

    fn read_response(&self, written: ast::Response, others: &[Response]) -> Result<Response> {
        let first = outcome::status(&written.first)?;
        let last = written.last.as_ref().map_or(Ok(first), outcome::status)?;
        let span = written.first.span();
        if last < first {
            return Err(Diagnostic::new(Code::RangeEmpty, span, format!("the range {first}..={last} is empty"))
                .help(format!("write `{last}..={first}`")));
        }
        if let Some(other) = others.iter().find(|other| other.statuses.0 <= last && first <= other.statuses.1) {
            let message = format!("`{}` has a status of `{}`", written.name, other.name);
            return Err(Diagnostic::new(Code::BadCallback, span, message)
                .note(format!("`{}` is declared{}", other.name, on_line(other.name.span())))
                .help("change one of them, so that a status is one response"));
        }
        let mut scope = Scope::new(&["body", "status"]);
        let mut headers = Vec::new();
        for header in &written.headers {
            let field = self.placed(&header.name, &[Place::Header])?;
            if self.model.fields[field].flag().is_some() {
                let message = format!("a callback can't read the flag `{}`", header.name);
                return Err(Diagnostic::new(Code::BadCallback, header.name.span(), message)
                    .help("declare the header with another grammar, such as `one_of { … }`"));
            }
            scope.define(&header.name, header.name.to_string().to_snake_case())?;
            headers.push((field, header.optional));
        }
        let body = written.body.as_ref().map(|body| self.read_body(body)).transpose()?;
        let (docs, name) = (written.docs, written.name);
        Ok(Response { docs, name, statuses: (first, last), status_span: span, headers, body })
    }

    fn read_body(&self, body: &ast::ReadBody) -> Result<ReadBody> {
        let object = self.object(&body.object)?;
        let limit = self.bytes(&body.limit)?;
        Ok(ReadBody { object, limit, lenient: body.lenient })
    }

    fn callback_example(&self, written: &ast::Example, callback: &Callback) -> Result<CallbackExample> {
        let expect = match callback.responses.iter().position(|response| response.name == written.expect) {
            None if written.expect == "Other" => None,
            Some(index) => Some(index),
            None => {
                let names = callback.responses.iter().map(|response| &response.name);
                return Err(unknown(Code::UnknownOutcome, &written.expect, "response", names).words(&["Other"]));
            }
        };
        let read = written.read.iter().map(|(name, is_read)| {
            let field = if name == "body" { None } else { Some(self.placed(name, &[Place::Header])?) };
            Ok((field, *is_read, name.span()))
        });
        Ok(CallbackExample {
            docs: written.docs.clone(),
            name: written.name.clone(),
            send: self.shown_values(&written.send)?,
            status: outcome::status(&written.status)?,
            answer: self.shown_values(&written.answer)?,
            expect,
            expect_span: written.expect.span(),
            read: read.collect::<Result<_>>()?,
        })
    }

    fn shown_values(&self, values: &ast::Values) -> Result<ShownValues> {
        let mut headers: Vec<(Id<Field>, String, Span)> = Vec::new();
        for (name, text) in &values.headers {
            let field = self.placed(name, &[Place::Header])?;
            if headers.iter().any(|(other, ..)| *other == field) {
                return Err(super::example::twice(name));
            }
            headers.push((field, super::example::line(text, None)?, text.span()));
        }
        let body = values.body.as_ref().map(|body| Ok((self.closed(body)?, body.span()))).transpose()?;
        Ok(ShownValues { headers, body })
    }

    /// The text of a body, which leaves no value open.
    fn closed(&self, body: &Text) -> Result<String> {
        match body {
            Text::Json(document) if !document.open.is_empty() => Err(open(document.span)),
            body => super::example::value(body, None),
        }
    }

    /// Resolves the examples of messages, whose objects are resolved.
    pub(super) fn messages(&mut self, written: &[ast::Message]) {
        for message in written {
            let objects = &self.model.objects;
            let Some(object) = find(objects, &message.object.name, |object: &Object| &object.name) else { continue };
            let mut scope = Scope::new(&[]);
            let mut examples = Vec::new();
            for example in &message.examples {
                let resolved = scope.define(&example.name, example.name.to_string()).and_then(|()| {
                    let (text, span) = (super::example::json(&example.document, None)?, example.document.span);
                    let is_closed = example.document.open.is_empty();
                    is_closed.then_some(()).ok_or_else(|| open(span))?;
                    Ok(MessageExample { docs: example.docs.clone(), name: example.name.clone(), text, span })
                });
                examples.extend(self.diagnostics.keep(resolved));
            }
            self.model.messages.push(Message { object, examples });
        }
    }
}

fn open(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ExampleBadBody, span, "this example can't leave a value open")
        .note("`_` stands for any value of a response that this server sends")
        .help("write a value instead of `_`")
}
