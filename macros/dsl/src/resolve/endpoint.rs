//! Endpoints: their inputs and the lines that choose an outcome.

use super::{Resolver, Result, find, unknown};
use crate::ast;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Atom, Condition, Endpoint, Field, FieldKind, Id, Input, InputSource, Line, Need, Owner, ValueKind};
use proc_macro2::Span;
use syn::Ident;

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

impl Resolver<'_> {
    pub(super) fn endpoint(
        &mut self,
        endpoint: ast::Endpoint,
        resource: usize,
        common_inputs: &[ast::Input],
        common_lines: &[ast::Line],
    ) {
        let before = self.diagnostics.as_slice().len();
        let index = self.model.resources[resource].endpoints.len();
        let owner = Owner::Endpoint(resource, index);
        for outcome in endpoint.outcomes {
            self.outcome(outcome, owner);
        }
        let method = method(&endpoint.method);
        let Some(method) = self.diagnostics.keep(method) else { return };
        let when = endpoint.when.as_ref().map(|(query, variant)| self.when(query, variant)).transpose();
        let when = self.diagnostics.keep(when).flatten();
        let inputs: Vec<_> = common_inputs.iter().chain(&endpoint.inputs).map(|input| self.input(input)).collect();
        let inputs: Vec<_> = inputs.into_iter().filter_map(|input| self.diagnostics.keep(input)).collect();
        let body_limit = endpoint.body_limit.as_ref().map(|limit| self.body_limit(limit, &method)).transpose();
        let body_limit = self.diagnostics.keep(body_limit).flatten();

        let scopes = [owner, Owner::Resource(resource), Owner::Protocol];
        let refuse = common_lines.iter().chain(&endpoint.refuse).map(|line| (line, true));
        let lines: Vec<_> = refuse
            .chain(endpoint.answer.iter().map(|line| (line, false)))
            .map(|(line, refuses)| self.line(line, refuses, &inputs, &scopes))
            .collect();
        let lines: Vec<_> = lines.into_iter().filter_map(|line| self.diagnostics.keep(line)).collect();

        let used = |id| lines.iter().any(|line: &Line| line.outcome == id);
        let outcomes = self.model.outcomes.entries().map(|(id, _)| id).filter(|id| used(*id)).collect();
        let damaged = self.diagnostics.as_slice().len() > before;
        let (docs, name) = (endpoint.docs, endpoint.name);
        let resolved = Endpoint { docs, name, method, when, inputs, body_limit, lines, outcomes, damaged };
        self.model.resources[resource].endpoints.push(resolved);
    }

    fn when(&self, query: &Ident, variant: &Ident) -> Result<(Id<Field>, usize)> {
        let id = self.field(query)?;
        Ok((id, self.variant(id, variant)?))
    }

    /// The position of a variant or sentinel of a field.
    fn variant(&self, id: Id<Field>, variant: &Ident) -> Result<usize> {
        let field = &self.model.fields[id];
        let choices = match &field.kind {
            FieldKind::OffsetOrSentinel(offset) => &self.model.offsets[*offset].sentinels,
            FieldKind::Value(value) => match &self.model.values[*value].kind {
                ValueKind::OneOf(choices) => choices,
                _ => return Err(no_variants(field, variant)),
            },
            _ => return Err(no_variants(field, variant)),
        };
        choices.iter().position(|choice| choice.name == *variant).ok_or_else(|| {
            let what = format!("variant of `{}`", field.name);
            unknown(Code::UnknownVariant, variant, &what, choices.iter().map(|choice| &choice.name))
        })
    }

    fn input(&self, input: &ast::Input) -> Result<Input> {
        let group = find(&self.model.groups, &input.name, |group| &group.name);
        let source = match group {
            Some(group) => InputSource::Group(group),
            None => InputSource::Field(self.field(&input.name)?),
        };
        let fault = |message: String, help: &str| {
            Err(Diagnostic::new(Code::BadPart, input.name.span(), message).help(help.to_owned()))
        };
        let name = &input.name;
        let need = match (&input.need, source) {
            (ast::Need::Optional, _) => Need::Optional,
            (_, InputSource::Group(_)) => {
                return fault(format!("`{name}` is a group, which may be absent"), &format!("{name}?;"));
            }
            (need, InputSource::Field(id)) => {
                let field = &self.model.fields[id];
                if matches!(field.kind, FieldKind::Flag(_)) {
                    return fault(format!("`{name}` is a flag, which may be absent"), &format!("{name}?;"));
                }
                match need {
                    ast::Need::Default(default) => self.default_of(field, default)?,
                    ast::Need::UnlessBodyEmpty => Need::UnlessBodyEmpty,
                    _ => Need::Required,
                }
            }
        };
        Ok(Input { source, need })
    }

    fn default_of(&self, field: &Field, default: &Ident) -> Result<Need> {
        match field.kind {
            FieldKind::MediaType => {
                let medias = &self.model.medias;
                let names = medias.iter().map(|media| &media.name);
                let media = find(medias, default, |media| &media.name)
                    .ok_or_else(|| unknown(Code::UnknownValue, default, "media type", names))?;
                if medias[media].text.ends_with('*') {
                    let message = format!("`{default}` is a family of media types");
                    return Err(Diagnostic::new(Code::BadPart, default.span(), message));
                }
                Ok(Need::DefaultMedia(media))
            }
            FieldKind::OffsetOrSentinel(offset) => {
                let sentinels = &self.model.offsets[offset].sentinels;
                let names = sentinels.iter().map(|sentinel| &sentinel.name);
                let index = sentinels.iter().position(|sentinel| sentinel.name == *default);
                index
                    .map(Need::DefaultSentinel)
                    .ok_or_else(|| unknown(Code::UnknownVariant, default, "sentinel", names))
            }
            _ => Err(Diagnostic::new(Code::BadPart, default.span(), format!("`{}` has no defaults", field.name))
                .note("a media type can default to a declared one, an offset to a sentinel")),
        }
    }

    fn body_limit(&self, limit: &Ident, method: &str) -> Result<Id<crate::model::Limit>> {
        if matches!(method, "GET" | "HEAD" | "DELETE") {
            let message = format!("a {method} request carries no body here");
            return Err(
                Diagnostic::new(Code::BodyForbidden, limit.span(), message).note("clients and proxies may drop it")
            );
        }
        let limits = &self.model.limits;
        let names = limits.iter().map(|limit| &limit.name);
        let id = find(limits, limit, |limit| &limit.name)
            .ok_or_else(|| unknown(Code::UnknownLimit, limit, "limit", names))?;
        match limits[id].amount {
            crate::model::Amount::Bytes(_) => Ok(id),
            _ => Err(Diagnostic::new(Code::UnknownUnit, limit.span(), format!("`{limit}` does not count bytes"))
                .help(format!("{limit} = 4 MiB;"))),
        }
    }

    fn line(&self, line: &ast::Line, refuses: bool, inputs: &[Input], scopes: &[Owner]) -> Result<Line> {
        let condition = self.condition(&line.condition, inputs)?;
        let outcome = self.visible_outcome(&line.outcome, scopes)?;
        let status = self.model.outcomes[outcome].status;
        if refuses != (status >= 400) {
            let (section, range) = if refuses { ("refuse", "400 to 599") } else { ("answer", "200 to 399") };
            let message = format!("`{}` is {status}, and `{section}` takes {range}", line.outcome);
            return Err(Diagnostic::new(Code::BadStatus, line.outcome.span(), message));
        }
        Ok(Line { condition, outcome, span: line.condition.span(), refuses })
    }

    fn condition(&self, condition: &ast::Condition, inputs: &[Input]) -> Result<Condition> {
        let all = |parts: &[ast::Condition]| -> Result<Vec<Condition>> {
            parts.iter().map(|part| self.condition(part, inputs)).collect()
        };
        Ok(match condition {
            ast::Condition::All(parts) => Condition::All(all(parts)?),
            ast::Condition::Any(parts) => Condition::Any(all(parts)?),
            ast::Condition::Not(part) => Condition::Not(Box::new(self.condition(part, inputs)?)),
            ast::Condition::Name(name) => Condition::Atom(self.name(name, inputs)?),
            ast::Condition::Fact(subject, verb) => Condition::Atom(self.subject(subject, verb)?),
            ast::Condition::Is(name, variant) => {
                let id = self.field(name)?;
                if !inputs.iter().any(|input| input.source == InputSource::Field(id)) {
                    return Err(not_an_input(name));
                }
                Condition::Atom(Atom::Is(id, self.variant(id, variant)?))
            }
        })
    }

    /// `malformed`, `failure`, or an input that may be absent.
    fn name(&self, name: &Ident, inputs: &[Input]) -> Result<Atom> {
        match name.to_string().as_str() {
            "malformed" => return Ok(Atom::Malformed),
            "failure" => return Ok(Atom::Failure),
            _ => {}
        }
        let group = find(&self.model.groups, name, |group| &group.name).map(InputSource::Group);
        let field = find(&self.model.fields, name, |field| &field.name).map(InputSource::Field);
        let Some(source) = group.or(field) else {
            let words = ["malformed", "failure"].map(|word| Ident::new(word, Span::call_site()));
            let fields = self.model.fields.iter().map(|field| &field.name);
            let groups = self.model.groups.iter().map(|group| &group.name);
            return Err(unknown(
                Code::UnknownCondition,
                name,
                "condition or input",
                words.iter().chain(groups).chain(fields),
            ));
        };
        match inputs.iter().find(|input| input.source == source) {
            None => Err(not_an_input(name)),
            Some(Input { need: Need::Optional, .. }) => Ok(Atom::Present(source)),
            Some(_) => Err(Diagnostic::new(Code::UnreachableLine, name.span(), format!("`{name}` is always there"))
                .note("only an input marked with `?` can be absent")),
        }
    }

    /// `body.empty`, `body.too_large`, a state or a fact.
    fn subject(&self, subject: &Ident, verb: &Ident) -> Result<Atom> {
        if subject == "body" {
            return match verb.to_string().as_str() {
                "empty" => Ok(Atom::BodyEmpty),
                "too_large" => Ok(Atom::BodyTooLarge),
                _ => {
                    let known = ["empty", "too_large"].map(|word| Ident::new(word, Span::call_site()));
                    Err(unknown(Code::UnknownCondition, verb, "property of the body", known.iter()))
                }
            };
        }
        let fact = self.model.facts.find(|fact| fact.subject == *subject && fact.verb == *verb);
        if let Some(fact) = fact {
            return Ok(Atom::Fact(fact));
        }
        let facts: Vec<_> =
            self.model.facts.iter().filter(|fact| fact.subject == *subject).map(|fact| &fact.verb).collect();
        if let Some(state) = find(&self.model.states, subject, |state| &state.name) {
            let variants = &self.model.states[state].variants;
            let index = variants.iter().position(|(_, name)| name == verb);
            let names = variants.iter().map(|(_, name)| name).chain(facts);
            let what = format!("state or fact of `{subject}`");
            return index
                .map(|index| Atom::State(state, index))
                .ok_or_else(|| unknown(Code::UnknownCondition, verb, &what, names));
        }
        if !facts.is_empty() {
            return Err(unknown(Code::UnknownCondition, verb, &format!("fact about `{subject}`"), facts.into_iter()));
        }
        let states = self.model.states.iter().map(|state| &state.name);
        let subjects = states.chain(self.model.facts.iter().map(|fact| &fact.subject));
        Err(unknown(Code::UnknownCondition, subject, "state or subject of a fact", subjects))
    }
}

fn method(method: &Ident) -> Result<String> {
    let name = method.to_string();
    if METHODS.contains(&name.as_str()) {
        return Ok(name);
    }
    let message = format!("`{name}` is not a method that an endpoint can have");
    let help = crate::suggest::help(&name, "method", METHODS.iter().copied());
    let note = "OPTIONS is answered for every resource, from its declarations";
    let diagnostic = Diagnostic::new(Code::UnknownMethod, method.span(), message);
    Err(if name == "OPTIONS" { diagnostic.note(note) } else { diagnostic.help(help) })
}

fn no_variants(field: &Field, variant: &Ident) -> Diagnostic {
    Diagnostic::new(Code::UnknownVariant, variant.span(), format!("`{}` has no variants", field.name))
        .note("only `one_of` and an offset with sentinels have")
}

fn not_an_input(name: &Ident) -> Diagnostic {
    Diagnostic::new(Code::UnknownCondition, name.span(), format!("`{name}` is no input of this endpoint"))
        .help(format!("add `{name}?;` to `request`"))
}
