//! Examples: names become ids, and each value of a parameter becomes a separate run.

use super::names::Scope;
use super::{Resolver, Result, find, item, unknown};
use crate::ast::{self, Document, Given, Text};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::model::{
    Amount, Assumption, Atom, Example, ExpectedBody, Field, Id, Limit, Outcome, Owner, Resource, Sent, Shown,
};
use crate::parse::VALUES;
use heck::ToUpperCamelCase as _;
use percent_encoding::percent_decode_str;
use proc_macro2::Span;
use syn::{Ident, LitStr};

/// The item that contains an example.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Unrouted,
    /// The endpoint with the second index, in the resource with the first.
    Endpoint(usize, usize),
    /// The common part of this name. The request decides which endpoint the example is about.
    Common(&'a Ident),
}

/// The parameter of an example, and its value in one run.
type Parameter<'a> = Option<(&'a Ident, &'a LitStr)>;

impl Resolver<'_> {
    /// Resolves the examples of an item.
    pub(super) fn examples(&mut self, examples: &[ast::Example], place: Place) {
        let mut scope = Scope::new(&[]);
        for example in examples {
            let defined = scope.define(&example.name, example.name.to_string());
            if self.diagnostics.keep(defined).is_none() {
                self.diagnostics.lose(example.expect.outcome.to_string());
                continue;
            }
            let runs: Vec<Parameter> = match &example.table {
                None => vec![None],
                Some(table) => table.texts.iter().map(|text| Some((&table.parameter, text))).collect(),
            };
            if example.damaged {
                self.diagnostics.lose(example.expect.outcome.to_string());
            }
            let before = self.diagnostics.count();
            for parameter in runs {
                let resolved = self.example(example, place, parameter);
                let resolved = self.keep(&example.expect.outcome, resolved);
                self.model.examples.extend(resolved.filter(|_| !example.damaged));
            }
            let unused = example.table.as_ref().map(|table| &table.parameter).filter(|name| !uses(example, name));
            if let Some(name) = unused.filter(|_| self.diagnostics.count() == before) {
                let fault = Diagnostic::new(Code::Unused, name.span(), format!("unused parameter `{name}`"));
                self.diagnostics.push(fault.help(format!("use it as a value, as in `… = {name};`, or delete it")));
            }
        }
    }

    fn example(&self, example: &ast::Example, place: Place, parameter: Parameter) -> Result<Example> {
        let (mut given, mut limits, mut before, mut caller) = (Vec::new(), Vec::new(), Vec::new(), None);
        for clause in &example.given {
            match clause {
                Given::Caller(own) if caller.is_some() => {
                    let message = "the caller of this example is already given";
                    return Err(Diagnostic::new(Code::DuplicateInput, own.access.span(), message)
                        .help("merge the two, or delete one of them"));
                }
                Given::Caller(own) => caller = Some(own),
                Given::Limit(limit) => limits.push(self.override_of(limit)?),
                Given::Condition(condition, requests) => {
                    self.assume(condition, !requests.is_empty(), &mut given)?;
                    for request in requests {
                        before.push(self.sent(request, parameter, None)?);
                    }
                }
            }
        }
        let endpoint = match place {
            Place::Unrouted => None,
            Place::Endpoint(resource, index) => Some((resource, index)),
            Place::Common(name) => Some(self.reached(&self.sent(&example.send, parameter, None)?, name)?),
        };
        let caller = caller.map(|own| self.caller(own, endpoint)).transpose()?;
        let send = self.sent(&example.send, parameter, endpoint)?;
        let scopes = match endpoint {
            // A resource can have an outcome of its own for the methods that it does not have.
            None => {
                let with_method = |own: &Resource| own.method.is_some() && own.capture(&send.path).is_some();
                let own = self.model.resources.iter().position(with_method).map(Owner::Resource);
                own.into_iter().chain([Owner::Protocol]).collect()
            }
            Some((resource, index)) => {
                vec![Owner::Endpoint(resource, index), Owner::Resource(resource), Owner::Protocol]
            }
        };
        let outcome = self.visible_outcome(&example.expect.outcome, &scopes);
        let outcome = outcome.map_err(|fault| fault.usable(self.outcomes_of(endpoint)))?;
        let mut shown: Vec<(Id<Field>, Shown, Span)> = Vec::new();
        for (name, how) in &example.expect.shown {
            let sends = || self.names_of(self.sent_by(outcome));
            let field = self.placed(name, &[ast::Place::Header]).map_err(|fault| fault.usable(sends()))?;
            if shown.iter().any(|(other, ..)| *other == field) {
                return Err(twice(name));
            }
            let (how, span) = match how {
                ast::Shown::Present => (Shown::Present, name.span()),
                ast::Shown::Absent => (Shown::Absent, name.span()),
                ast::Shown::Is(text) => (Shown::Is(value(text, parameter)?), text.span()),
            };
            shown.push((field, how, span));
        }
        let mut value_spans = Vec::new();
        for (name, text) in &example.send.values {
            value_spans.push((self.placed(name, &[ast::Place::Header, ast::Place::Query])?, text.span()));
        }
        let body = example.expect.body.as_ref();
        let body = body.map(|body| {
            let open = if let Text::Json(document) = body { document.open.clone() } else { Vec::new() };
            Ok(ExpectedBody { text: value(body, parameter)?, open, span: body.span() })
        });
        let body = body.transpose()?;
        Ok(Example {
            docs: example.docs.clone(),
            name: example.name.clone(),
            case: parameter.map(|(_, text)| text.value()),
            endpoint,
            given,
            caller,
            limits,
            before,
            send,
            value_spans,
            outcome,
            outcome_span: example.expect.outcome.span(),
            shown,
            body,
        })
    }

    /// Adds the assumptions in a condition of `given`: states, facts and failures, or their negations.
    fn assume(&self, condition: &ast::Condition, prepared: bool, assumptions: &mut Vec<Assumption>) -> Result<()> {
        let (plain, holds) = match condition {
            ast::Condition::All(parts) => {
                return parts.iter().try_for_each(|part| self.assume(part, prepared, assumptions));
            }
            ast::Condition::Not(part) => (&**part, false),
            part => (part, true),
        };
        let (atom, text) = match plain {
            ast::Condition::Name(name) if name == "failure" => (Atom::Failure, "failure".to_owned()),
            ast::Condition::Fact(subject, predicate)
                if subject == "body" && (predicate == "stalled" || predicate == "crowded") =>
            {
                (self.body(predicate)?, format!("body.{predicate}"))
            }
            ast::Condition::Fact(subject, predicate) if subject != "body" => {
                (self.subject(subject, predicate)?, format!("{subject}.{predicate}"))
            }
            _ => {
                let (start, end) = plain.spans();
                return Err(Diagnostic::new(Code::MisplacedCondition, start, "this condition can't be given")
                    .up_to(end)
                    .note("only states, facts, `failure`, `body.stalled` and `body.crowded` can be given, joined with `and`")
                    .help("delete this condition, and change `send` so that it holds"));
            }
        };
        let text = if holds { text } else { format!("not {text}") };
        assumptions.push(Assumption { atom, holds, text, spans: plain.spans(), prepared });
        Ok(())
    }

    /// Resolves a limit that has another value in one example.
    fn override_of(&self, limit: &ast::Limit) -> Result<(Id<Limit>, Amount)> {
        let limits = &self.model.limits;
        let names = limits.iter().map(|limit| &limit.name);
        let id = find(limits, &limit.name, |own| &own.name)
            .ok_or_else(|| unknown(Code::UnknownLimit, &limit.name, "limit", names))?;
        let amount = item::limit(limit)?.amount;
        if std::mem::discriminant(&amount) != std::mem::discriminant(&limits[id].amount) {
            let message = format!("the limit `{}` needs another kind of unit", limit.name);
            return Err(Diagnostic::new(Code::UnknownUnit, limit.quantity.number.span(), message)
                .note(format!("`{}` is declared{}", limit.name, on_line(limits[id].name.span())))
                .help("use the kind of unit of the declaration"));
        }
        Ok((id, amount))
    }

    /// Resolves a request, to `endpoint` if that is known.
    fn sent(&self, sent: &ast::Sent, parameter: Parameter, endpoint: Option<(usize, usize)>) -> Result<Sent> {
        let mut values: Vec<(Id<Field>, String)> = Vec::new();
        for (name, text) in &sent.values {
            let field = self.placed(name, &[ast::Place::Header, ast::Place::Query]);
            let field = field.map_err(|fault| match endpoint {
                Some(endpoint) => fault.usable(self.names_of(self.read_by(endpoint))),
                None => fault,
            })?;
            let repeats = self.model.fields[field].grammar(&self.model).repeats();
            if !repeats && values.iter().any(|(other, _)| *other == field) {
                return Err(twice(name));
            }
            values.push((field, line(text, parameter)?));
        }
        if let Some(Text::Json(document)) =
            sent.body.as_ref().filter(|body| matches!(body, Text::Json(document) if !document.open.is_empty()))
        {
            return Err(Diagnostic::new(Code::ExampleBadBody, document.span, "a request can't leave a value open")
                .note("`_` stands for any value of a response")
                .help("write a value instead of `_`"));
        }
        let body = sent.body.as_ref().map(|body| value(body, parameter)).transpose()?;
        Ok(Sent {
            method: sent.method.to_string(),
            method_span: sent.method.span(),
            path: self.path(sent, parameter)?,
            path_span: sent.path.span(),
            values,
            body: body.unwrap_or_default(),
        })
    }

    /// The path of a request, without a query and a fragment.
    fn path(&self, sent: &ast::Sent, parameter: Parameter) -> Result<String> {
        let text = line(&sent.path, parameter)?;
        let Some(at) = text.find(['?', '#']) else { return Ok(text) };
        let (path, rest) = text.split_at(at);
        let fault = |what: &str| Diagnostic::new(Code::WireText, sent.path.span(), format!("this path has a {what}"));
        let Some(query) = rest.strip_prefix('?') else {
            return Err(fault("fragment")
                .note("clients don't send fragments")
                .help(format!("write \"{path}\"; a `#` in a path is `%23`")));
        };
        let pairs = query.split('#').next().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let values: String = pairs.map(|pair| self.query_value(pair)).collect();
        let end = if values.is_empty() { ";".to_owned() } else { format!(" {{{values} }}") };
        Err(fault("query")
            .note("an example contains query parameters in braces, by the names of their declarations")
            .help(format!("write `{} \"{path}\"{end}`", sent.method)))
    }

    /// Returns ` Limit = "3";` for `limit=3`.
    fn query_value(&self, pair: &str) -> String {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (wire, text) = pair.split_once('=').unwrap_or((pair, ""));
        let wire = decoded(wire);
        let own = self.model.fields.find(|field| field.place == ast::Place::Query && field.wire == wire);
        let name = own.map_or_else(|| wire.to_upper_camel_case(), |id| self.model.fields[id].name.to_string());
        format!(" {name} = {:?};", decoded(text))
    }

    /// The outcomes of an endpoint, or of `unrouted`.
    fn outcomes_of(&self, endpoint: Option<(usize, usize)>) -> Vec<String> {
        let ids: Vec<_> = match endpoint {
            Some((resource, index)) => self.model.resources[resource].endpoints[index].outcomes.clone(),
            None => self.model.answers_elsewhere().into_iter().map(|(id, _)| id).collect(),
        };
        ids.into_iter().map(|id| self.model.outcomes[id].name.to_string()).collect()
    }

    /// The headers that an outcome sends.
    fn sent_by(&self, outcome: Id<Outcome>) -> Vec<Id<Field>> {
        self.model.outcomes[outcome].parts.iter().chain(&self.model.every).map(|part| part.field).collect()
    }

    /// The headers and query parameters that an endpoint reads.
    fn read_by(&self, (resource, index): (usize, usize)) -> Vec<Id<Field>> {
        let endpoint = &self.model.resources[resource].endpoints[index];
        let inputs = endpoint.inputs.iter().flat_map(|input| self.model.fields_of(input.source));
        endpoint.when.iter().map(|when| when.query).chain(inputs).collect()
    }

    fn names_of(&self, fields: Vec<Id<Field>>) -> Vec<String> {
        fields.into_iter().map(|id| self.model.fields[id].name.to_string()).collect()
    }

    /// Returns the header or query parameter with this name.
    pub(super) fn placed(&self, name: &Ident, places: &[ast::Place]) -> Result<Id<Field>> {
        let fields = &self.model.fields;
        let id = fields.find(|field| field.name == *name && places.contains(&field.place));
        id.ok_or_else(|| {
            let what = if places.contains(&ast::Place::Query) { "header or query parameter" } else { "header" };
            let declared = fields.iter().filter(|field| places.contains(&field.place));
            unknown(Code::UnknownField, name, what, declared.map(|field| &field.name))
        })
    }
}

pub(super) fn value(text: &Text, parameter: Parameter) -> Result<String> {
    match text {
        Text::Plain(text) => Ok(text.value()),
        Text::Json(document) => json(document, parameter),
        Text::Parameter(name) => match parameter {
            Some((own, text)) if own == name => Ok(text.value()),
            _ => Err(unknown(Code::UnknownValue, name, "parameter", parameter.iter().map(|(own, _)| *own))
                .note("a text needs quotes")),
        },
    }
}

/// Returns the text of a document with the value of the parameter, which is a string there.
pub(super) fn json(document: &Document, parameter: Parameter) -> Result<String> {
    let mut text = document.text.clone();
    for (place, name) in document.parameters.iter().rev() {
        let Some((_, value)) = parameter.filter(|(own, _)| *own == name) else { return Err(no_value(name, parameter)) };
        text.insert_str(*place, &serde_json::Value::from(value.value()).to_string());
    }
    Ok(text)
}

fn no_value(name: &Ident, parameter: Parameter) -> Diagnostic {
    if parameter.is_some() {
        let none = unknown(Code::UnknownValue, name, "parameter", parameter.iter().map(|(own, _)| *own));
        return none.note("a string needs quotes");
    }
    Diagnostic::new(Code::UnknownValue, name.span(), format!("`{name}` is not a JSON value"))
        .note("only the name of an example with `for` can stand there")
        .help(VALUES)
}

/// Returns a text that fits on one line of a request.
pub(super) fn line(text: &Text, parameter: Parameter) -> Result<String> {
    let value = value(text, parameter)?;
    if value.chars().any(char::is_control) {
        return Err(Diagnostic::new(Code::WireText, text.span(), "this text contains a control character")
            .note("a path, header or query parameter can't contain line breaks or other control characters")
            .help("delete the control character"));
    }
    Ok(value)
}

pub(super) fn twice(name: &Ident) -> Diagnostic {
    Diagnostic::new(Code::DuplicateInput, name.span(), format!("`{name}` is already set here")).help("delete this line")
}

/// Whether an example uses its parameter.
fn uses(example: &ast::Example, parameter: &Ident) -> bool {
    let is = |text: &Text| match text {
        Text::Plain(_) => false,
        Text::Parameter(name) => name == parameter,
        Text::Json(document) => document.parameters.iter().any(|(_, name)| name == parameter),
    };
    let sends = |sent: &ast::Sent| {
        is(&sent.path) || sent.values.iter().any(|(_, text)| is(text)) || sent.body.as_ref().is_some_and(is)
    };
    let given = example.given.iter().any(|given| match given {
        Given::Condition(_, requests) => requests.iter().any(sends),
        Given::Limit(_) | Given::Caller(_) => false,
    });
    let mut shown = example.expect.shown.iter();
    given
        || sends(&example.send)
        || example.expect.body.as_ref().is_some_and(is)
        || shown.any(|(_, how)| matches!(how, ast::Shown::Is(text) if is(text)))
}
