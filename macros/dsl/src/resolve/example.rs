//! Examples: names become ids, and each value of a parameter makes a run of its own.

use super::names::Scope;
use super::{Resolver, Result, find, item, unknown};
use crate::ast::{self, Given, Place, Text};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::model::{Amount, Atom, Claim, Example, Field, Id, Limit, Owner, Sent, Shown};
use proc_macro2::Span;
use syn::{Ident, LitStr};

/// The parameter of an example, and what it stands for in one run.
type Parameter<'a> = Option<(&'a Ident, &'a LitStr)>;

impl Resolver<'_> {
    /// Resolves the examples of an endpoint, or of what no endpoint gets.
    pub(super) fn examples(&mut self, examples: &[ast::Example], endpoint: Option<(usize, usize)>) {
        let mut scope = Scope::new(&[]);
        for example in examples {
            let claimed = scope.claim(&example.name, example.name.to_string());
            if self.diagnostics.keep(claimed).is_none() {
                continue;
            }
            let runs: Vec<Parameter> = match &example.table {
                None => vec![None],
                Some(table) => table.texts.iter().map(|text| Some((&table.parameter, text))).collect(),
            };
            let before = self.diagnostics.count();
            for parameter in runs {
                let resolved = self.example(example, endpoint, parameter);
                let resolved = self.diagnostics.keep(resolved);
                self.model.examples.extend(resolved);
            }
            let unused = example.table.as_ref().map(|table| &table.parameter).filter(|name| !uses(example, name));
            if let Some(name) = unused.filter(|_| self.diagnostics.count() == before) {
                let fault = Diagnostic::new(Code::Unused, name.span(), format!("nothing uses the parameter `{name}`"));
                self.diagnostics.push(fault.help(format!("`Header = {name};`, or delete it")));
            }
        }
    }

    fn example(
        &self,
        example: &ast::Example,
        endpoint: Option<(usize, usize)>,
        parameter: Parameter,
    ) -> Result<Example> {
        let (mut given, mut limits, mut before) = (Vec::new(), Vec::new(), Vec::new());
        for clause in &example.given {
            match clause {
                Given::Limit(limit) => limits.push(self.override_of(limit)?),
                Given::Situation(condition, requests) => {
                    self.claims(condition, &mut given)?;
                    for request in requests {
                        before.push(self.sent(request, parameter)?);
                    }
                }
            }
        }
        let scopes: &[Owner] = match endpoint {
            None => &[Owner::Protocol],
            Some((resource, index)) => &[Owner::Endpoint(resource, index), Owner::Resource(resource), Owner::Protocol],
        };
        let outcome = self.visible_outcome(&example.expect.outcome, scopes)?;
        let mut shown: Vec<(Id<Field>, Shown, Span)> = Vec::new();
        for (name, how) in &example.expect.shown {
            let field = self.placed(name, &[Place::Header])?;
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
        let body = example.expect.body.as_ref();
        let body = body.map(|body| Ok((value(body, parameter)?, body.span()))).transpose()?;
        Ok(Example {
            docs: example.docs.clone(),
            name: example.name.clone(),
            case: parameter.map(|(_, text)| text.value()),
            endpoint,
            given,
            limits,
            before,
            send: self.sent(&example.send, parameter)?,
            outcome,
            outcome_span: example.expect.outcome.span(),
            shown,
            body,
        })
    }

    /// What a condition that is given claims: states, facts and failure, or that they are not.
    fn claims(&self, condition: &ast::Condition, claims: &mut Vec<Claim>) -> Result<()> {
        let (plain, holds) = match condition {
            ast::Condition::All(parts) => return parts.iter().try_for_each(|part| self.claims(part, claims)),
            ast::Condition::Not(part) => (&**part, false),
            part => (part, true),
        };
        let (atom, text) = match plain {
            ast::Condition::Name(name) if name == "failure" => (Atom::Failure, "failure".to_owned()),
            ast::Condition::Fact(subject, verb) if subject == "body" && (verb == "stalled" || verb == "crowded") => {
                (self.body(verb)?, format!("body.{verb}"))
            }
            ast::Condition::Fact(subject, verb) if subject != "body" => {
                (self.subject(subject, verb)?, format!("{subject}.{verb}"))
            }
            _ => {
                let (start, end) = plain.spans();
                return Err(Diagnostic::new(Code::MisplacedCondition, start, "this is not to be given")
                    .up_to(end)
                    .note("states, facts and `failure` can be given, joined by `and`; the request says the rest itself")
                    .help("given subject.state and not subject.fact;"));
            }
        };
        let text = if holds { text } else { format!("not {text}") };
        claims.push(Claim { atom, holds, text });
        Ok(())
    }

    /// A limit with another value for one example.
    fn override_of(&self, limit: &ast::Limit) -> Result<(Id<Limit>, Amount)> {
        let limits = &self.model.limits;
        let names = limits.iter().map(|limit| &limit.name);
        let id = find(limits, &limit.name, |own| &own.name)
            .ok_or_else(|| unknown(Code::UnknownLimit, &limit.name, "limit", names))?;
        let amount = item::limit(limit)?.amount;
        if std::mem::discriminant(&amount) != std::mem::discriminant(&limits[id].amount) {
            let message = format!("`{}` counts something else", limit.name);
            return Err(Diagnostic::new(Code::UnknownUnit, limit.quantity.number.span(), message)
                .note(format!("it is declared{}", on_line(limits[id].name.span())))
                .help("the unit of the declaration"));
        }
        Ok((id, amount))
    }

    fn sent(&self, sent: &ast::Sent, parameter: Parameter) -> Result<Sent> {
        let mut values: Vec<(Id<Field>, String)> = Vec::new();
        for (name, text) in &sent.values {
            let field = self.placed(name, &[Place::Header, Place::Query])?;
            if values.iter().any(|(other, _)| *other == field) {
                return Err(twice(name));
            }
            values.push((field, line(text, parameter)?));
        }
        let body = sent.body.as_ref().map(|body| value(body, parameter)).transpose()?;
        Ok(Sent {
            method: sent.method.to_string(),
            method_span: sent.method.span(),
            path: line(&sent.path, parameter)?,
            path_span: sent.path.span(),
            values,
            body: body.unwrap_or_default(),
        })
    }

    /// The header or query parameter of this name.
    fn placed(&self, name: &Ident, places: &[Place]) -> Result<Id<Field>> {
        let fields = &self.model.fields;
        let id = fields.find(|field| field.name == *name && places.contains(&field.place));
        id.ok_or_else(|| {
            let what = if places.contains(&Place::Query) { "header or query parameter" } else { "header" };
            let known = fields.iter().filter(|field| places.contains(&field.place));
            unknown(Code::UnknownField, name, what, known.map(|field| &field.name))
        })
    }
}

fn value(text: &Text, parameter: Parameter) -> Result<String> {
    match text {
        Text::Plain(text) => Ok(text.value()),
        Text::Parameter(name) => match parameter {
            Some((own, text)) if own == name => Ok(text.value()),
            _ => Err(unknown(Code::UnknownValue, name, "parameter", parameter.iter().map(|(own, _)| *own))
                .note("a text stands in quotes")),
        },
    }
}

/// A text that a line of a request can hold.
fn line(text: &Text, parameter: Parameter) -> Result<String> {
    let value = value(text, parameter)?;
    if value.chars().any(char::is_control) {
        return Err(Diagnostic::new(Code::WireText, text.span(), "no request can hold this")
            .note("a path or a header has no line breaks and no other control characters")
            .help("a text on one line"));
    }
    Ok(value)
}

fn twice(name: &Ident) -> Diagnostic {
    Diagnostic::new(Code::DuplicateInput, name.span(), format!("`{name}` stands here already")).help("delete this line")
}

/// Whether an example has its parameter in place of any text.
fn uses(example: &ast::Example, parameter: &Ident) -> bool {
    let is = |text: &Text| matches!(text, Text::Parameter(name) if name == parameter);
    let sends = |sent: &ast::Sent| {
        is(&sent.path) || sent.values.iter().any(|(_, text)| is(text)) || sent.body.as_ref().is_some_and(is)
    };
    let given = example.given.iter().any(|given| match given {
        Given::Situation(_, requests) => requests.iter().any(sends),
        Given::Limit(_) => false,
    });
    let mut shown = example.expect.shown.iter();
    given
        || sends(&example.send)
        || example.expect.body.as_ref().is_some_and(is)
        || shown.any(|(_, how)| matches!(how, ast::Shown::Is(text) if is(text)))
}
