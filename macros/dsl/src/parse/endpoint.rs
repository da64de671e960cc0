//! Resources and their endpoints.

use super::access;
use super::item::once;
use super::{
    Case, Parser, Result, declared, docs, enclosed, ident, keyword, literal, range, semicolon, symbol, take_word, text,
    word,
};
use crate::ast::access::Permissions;
use crate::ast::{
    BodyKind, Common, Docs, EmptyBody, Endpoint, Input, JsonBody, Need, Parameter, ParameterTexts, Replacement,
    RequestBody, Resource, Spec, Version,
};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::forms::{CommonClause, EndpointClause, RequestClause, ResourceClause, VersionClause};
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

impl Parser<'_> {
    /// Reads a resource, or one that is like another.
    pub(super) fn at_a_path(&mut self, docs: Docs, input: ParseStream, spec: &mut Spec) -> Result<()> {
        let name = declared(input, Case::Upper)?;
        word(input, "at")?;
        let path = text(input, "a path")?;
        if take_word(input, "like")?.is_some() {
            spec.versions.push(self.version(docs, name, path, input)?);
        } else {
            spec.resources.push(self.resource(docs, name, path, input)?);
        }
        Ok(())
    }

    fn version(&mut self, docs: Docs, name: Ident, path: LitStr, input: ParseStream) -> Result<Version> {
        let base = ident(input)?;
        let (mut replaced, mut excepted) = (Vec::new(), Vec::new());
        let before = self.diagnostics.count();
        self.block::<VersionClause>(input, |_, input| {
            self::docs(input)?;
            match keyword(input)?.0 {
                VersionClause::Replace => {
                    let old = ident(input)?;
                    word(input, "with")?;
                    replaced.push(Replacement { old, new: ident(input)? });
                    semicolon(input, "this replacement")
                }
                VersionClause::Except => {
                    excepted.push(ident(input)?);
                    semicolon(input, "this exception")
                }
            }
        })?;
        let damaged = self.diagnostics.count() > before;
        Ok(Version { docs, name, path, base, replaced, excepted, damaged })
    }

    fn resource(&mut self, docs: Docs, name: Ident, path: LitStr, input: ParseStream) -> Result<Resource> {
        let commons = if take_word(input, "with")?.is_some() { names(input)? } else { Vec::new() };
        let (mut options, mut inputs, mut refuse) = (None, None, None);
        let (mut errors, mut method) = (None, None);
        let mut resource = Resource {
            docs,
            name,
            path,
            commons,
            parameters: Vec::new(),
            reserved: Vec::new(),
            errors: None,
            method: None,
            options: Vec::new(),
            inputs: Vec::new(),
            refuse: Vec::new(),
            outcomes: Vec::new(),
            endpoints: Vec::new(),
            damaged: false,
        };
        let mut faults = self.diagnostics.count();
        self.block::<ResourceClause>(input, |parser, input| {
            let docs = super::docs(input)?;
            let (section, key) = keyword(input)?;
            match section {
                ResourceClause::Path | ResourceClause::PathPattern => resource.parameters.push(parameter(input)?),
                ResourceClause::Reserve => {
                    resource.reserved.push(text(input, "a reserved segment")?);
                    semicolon(input, "this segment")?;
                }
                ResourceClause::Errors => once(&mut errors, errors_of(input)?, &key)?,
                ResourceClause::OtherMethods => once(&mut method, other_methods(input)?, &key)?,
                ResourceClause::Options => {
                    let parts = parser.options(input)?;
                    once(&mut options, parts, &key)?;
                }
                ResourceClause::Request => {
                    let request = parser.request(input)?;
                    once(&mut inputs, request, &key)?;
                }
                ResourceClause::Refuse => {
                    let lines = parser.lines(input)?;
                    once(&mut refuse, lines, &key)?;
                }
                ResourceClause::Outcome => resource.outcomes.push(parser.outcome(docs, input)?),
                ResourceClause::Endpoint => {
                    let before = parser.diagnostics.count();
                    let endpoint = parser.endpoint(docs, input)?;
                    faults += parser.diagnostics.count() - before;
                    resource.endpoints.push(endpoint);
                }
            }
            Ok(())
        })?;
        resource.damaged = self.diagnostics.count() > faults;
        (resource.errors, resource.method) = (errors, method);
        resource.options = options.unwrap_or_default();
        resource.inputs = self.without_body(inputs, "a resource");
        resource.refuse = refuse.unwrap_or_default();
        Ok(resource)
    }

    /// Returns the inputs of several endpoints. Reports a body, which each endpoint declares for itself.
    fn without_body(&mut self, request: Option<Request>, what: &str) -> Vec<Input> {
        let Request { inputs, body } = request.unwrap_or_default();
        if let Some(RequestBody { limit, .. }) = body {
            self.diagnostics.push(
                Diagnostic::new(Code::BodyForbidden, limit.span(), format!("{what} can't have a body limit"))
                    .help(format!("move `body ..= limits.{limit};` to the endpoints that take one")),
            );
        }
        inputs
    }

    pub(super) fn common(&mut self, input: ParseStream) -> Result<Common> {
        let mut faults = self.diagnostics.count();
        let name = declared(input, Case::Upper)?;
        let (mut request, mut refuse, mut errors, mut method) = (None, None, None, None);
        let (mut parameters, mut outcomes, mut examples) = (Vec::new(), Vec::new(), Vec::new());
        self.block::<CommonClause>(input, |parser, input| {
            let docs = super::docs(input)?;
            let (section, key) = keyword(input)?;
            match section {
                CommonClause::Path | CommonClause::PathPattern => parameters.push(parameter(input)?),
                CommonClause::Errors => once(&mut errors, errors_of(input)?, &key)?,
                CommonClause::OtherMethods => once(&mut method, other_methods(input)?, &key)?,
                CommonClause::Request => once(&mut request, parser.request(input)?, &key)?,
                CommonClause::Refuse => once(&mut refuse, parser.lines(input)?, &key)?,
                CommonClause::Outcome => outcomes.push(parser.outcome(docs, input)?),
                CommonClause::Example => {
                    let before = parser.diagnostics.count();
                    let example = parser.example(docs, input)?;
                    faults += parser.diagnostics.count() - before;
                    examples.push(example);
                }
            }
            Ok(())
        })?;
        let inputs = self.without_body(request, "a common part");
        let damaged = self.diagnostics.count() > faults;
        let refuse = refuse.unwrap_or_default();
        Ok(Common { name, parameters, errors, method, inputs, refuse, outcomes, examples, damaged })
    }

    fn endpoint(&mut self, docs: Docs, input: ParseStream) -> Result<Endpoint> {
        let mut before = self.diagnostics.count();
        let name = declared(input, Case::Lower)?;
        symbol!(input, =)?;
        let method = ident(input)?;
        let mut when = None;
        if take_word(input, "when")?.is_some() {
            let query = ident(input)?;
            let variant = if take_word(input, "is")?.is_some() { Some(ident(input)?) } else { None };
            when = Some((query, variant));
        }
        let (mut request, mut refuse, mut answer) = (None, None, None);
        let (mut outcomes, mut examples) = (Vec::new(), Vec::new());
        let mut permissions = Permissions::default();
        self.block::<EndpointClause>(input, |parser, input| {
            let docs = super::docs(input)?;
            let (section, key) = keyword(input)?;
            match section {
                EndpointClause::Needs => permissions.needs.push(access::need(input)?),
                EndpointClause::Denied => once(&mut permissions.denial, access::denial(input)?, &key)?,
                EndpointClause::Public => {
                    semicolon(input, "this clause")?;
                    once(&mut permissions.public, key.span(), &key)?;
                }
                EndpointClause::Request => once(&mut request, parser.request(input)?, &key)?,
                EndpointClause::Refuse => once(&mut refuse, parser.lines(input)?, &key)?,
                EndpointClause::Answer => once(&mut answer, parser.lines(input)?, &key)?,
                EndpointClause::Outcome => outcomes.push(parser.outcome(docs, input)?),
                EndpointClause::Example => {
                    // A fault in an example does not make the endpoint faulty.
                    let faults = parser.diagnostics.count();
                    let example = parser.example(docs, input)?;
                    before += parser.diagnostics.count() - faults;
                    examples.push(example);
                }
            }
            Ok(())
        })?;
        let Request { inputs, body } = request.unwrap_or_default();
        let (refuse, answer) = (refuse.unwrap_or_default(), answer.unwrap_or_default());
        let damaged = self.diagnostics.count() > before;
        Ok(Endpoint {
            docs,
            name,
            method,
            when,
            permissions,
            inputs,
            body,
            refuse,
            answer,
            outcomes,
            examples,
            damaged,
        })
    }

    fn request(&mut self, input: ParseStream) -> Result<Request> {
        let mut request = Request::default();
        let before = self.diagnostics.count();
        self.block::<RequestClause>(input, |_, input| {
            docs(input)?;
            match take_word(input, "body")? {
                Some(span) => {
                    let kind = body_kind(input)?;
                    symbol!(input, ..=)?;
                    word(input, "limits")?;
                    symbol!(input, .)?;
                    let limit = ident(input)?;
                    semicolon(input, "this body")?;
                    once(&mut request.body, RequestBody { kind, limit }, &Ident::new("body", span))
                }
                None => {
                    request.inputs.push(self::input(input)?);
                    semicolon(input, "this input")
                }
            }
        })?;
        if self.diagnostics.count() > before && request.body.is_none() {
            self.diagnostics.lose(super::BODY_CLAUSE);
        }
        Ok(request)
    }
}

/// `Name`, `Name?` or `Name or {}`
fn json_body(input: ParseStream) -> Result<JsonBody> {
    let object = ident(input)?;
    let empty = if input.parse::<Option<Token![?]>>()?.is_some() {
        EmptyBody::Absent
    } else if take_word(input, "or")?.is_some() {
        enclosed::whole(&enclosed::braces(input)?, |_| Ok(()))?;
        EmptyBody::Memberless
    } else {
        EmptyBody::Malformed
    };
    Ok(JsonBody { object, empty })
}

#[derive(Default)]
struct Request {
    inputs: Vec<Input>,
    body: Option<RequestBody>,
}

/// Reads what follows `body` in a request.
fn body_kind(input: ParseStream) -> Result<BodyKind> {
    if take_word(input, "stream")?.is_some() {
        return Ok(BodyKind::Stream);
    }
    match take_word(input, "json")? {
        Some(_) => json_body(input).map(BodyKind::Json),
        None => Ok(BodyKind::Bytes),
    }
}

fn input(input: ParseStream) -> Result<Input> {
    let name = ident(input)?;
    let need = if input.parse::<Option<Token![?]>>()?.is_some() {
        Need::Optional
    } else if take_word(input, "or")?.is_some() {
        Need::Default(literal(input)?)
    } else if take_word(input, "unless")?.is_some() {
        if take_word(input, "malformed")?.is_some() {
            return Ok(Input { name, need: Need::UnlessMalformed });
        }
        let body = word(input, "body")?;
        symbol!(input, .)?;
        word(input, "empty")?;
        Need::UnlessBodyEmpty(body)
    } else {
        Need::Required
    };
    Ok(Input { name, need })
}

/// `A, B`
fn names(input: ParseStream) -> Result<Vec<Ident>> {
    let mut names = vec![ident(input)?];
    while input.parse::<Option<Token![,]>>()?.is_some() {
        names.push(ident(input)?);
    }
    Ok(names)
}

/// `Object;` after `errors`.
fn errors_of(input: ParseStream) -> Result<Ident> {
    let object = ident(input)?;
    semicolon(input, "this clause")?;
    Ok(object)
}

/// `=> Outcome;` after `other methods`.
fn other_methods(input: ParseStream) -> Result<Ident> {
    symbol!(input, =>)?;
    let outcome = ident(input)?;
    semicolon(input, "this clause")?;
    Ok(outcome)
}

fn parameter(input: ParseStream) -> Result<Parameter> {
    let name = declared(input, Case::Lower)?;
    symbol!(input, :)?;
    let texts = match take_word(input, "pattern")? {
        Some(_) => ParameterTexts::Pattern(text(input, "a regular expression")?),
        None => ParameterTexts::Range(ident(input)?, range(input)?),
    };
    semicolon(input, "this parameter")?;
    Ok(Parameter { name, texts })
}
