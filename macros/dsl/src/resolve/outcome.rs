//! Outcomes: statuses, problems, headers and bodies.

use super::{Resolver, Result, find, integer, unknown};
use crate::ast::{self, Place};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::model::{
    About, Body, Field, FieldKind, Id, Outcome, Owner, Part, Presence, ProblemKind, Unrouted, ValueKind,
};
use heck::ToKebabCase as _;
use proc_macro2::Span;
use syn::{Ident, LitInt};

impl Resolver<'_> {
    /// `method` is that of the only endpoint that can answer so, if there is only one.
    pub(super) fn outcome(&mut self, outcome: ast::Outcome, owner: Owner, method: Option<&str>) {
        let name = outcome.name.clone();
        let resolved = match outcome.body.as_ref().filter(|_| method == Some("HEAD")) {
            Some(body) => Err(Diagnostic::new(Code::BodyForbidden, body.span(), "a response to HEAD has no body")
                .help("delete `body`")),
            None => self.resolved_outcome(outcome, owner),
        };
        self.keep(&name, resolved).map(|outcome| self.model.outcomes.push(outcome));
    }

    fn resolved_outcome(&mut self, outcome: ast::Outcome, owner: Owner) -> Result<Outcome> {
        let status = status(&outcome.status)?;
        let empty = matches!(status, 204 | 205 | 304);
        if let Some(body) = outcome.body.as_ref().filter(|_| empty) {
            let message = format!("a {status} response has no body");
            return Err(Diagnostic::new(Code::BodyForbidden, body.span(), message).help("delete `body`, or use 200"));
        }
        if let Some(problem) = outcome.problem.as_ref().filter(|_| status < 400) {
            let message = format!("a {status} response reports no problem");
            return Err(Diagnostic::new(Code::BadStatus, problem.slug.span(), message)
                .help("a status from 400 to 599, or no `problem`"));
        }
        let problem = outcome.problem.as_ref().map(|problem| self.problem(problem)).transpose()?;
        if let Some(body) = outcome.body.as_ref().filter(|_| problem.is_some()) {
            return Err(Diagnostic::new(Code::BodyForbidden, body.span(), "a problem is the body of its response")
                .help("delete `body`, or `problem`"));
        }
        let mut parts: Vec<Part> = Vec::new();
        for part in &outcome.parts {
            let Some(resolved) = ({
                let part = self.part(part);
                self.diagnostics.keep(part)
            }) else {
                continue;
            };
            if parts.iter().any(|other| other.field == resolved.field) {
                let message = format!("`{}` sends `{}` already", outcome.name, part.name);
                self.diagnostics
                    .push(Diagnostic::new(Code::BadPart, part.name.span(), message).help("delete this line"));
                continue;
            }
            parts.push(resolved);
        }
        let body = match &outcome.body {
            None => None,
            Some(ast::Body::Bytes(_)) => Some(Body::Bytes),
            Some(ast::Body::Events(_, name)) => {
                let events = &self.model.events;
                let known =
                    || unknown(Code::UnknownValue, name, "kind of events", events.iter().map(|events| &events.name));
                Some(Body::Events(find(events, name, |events| &events.name).ok_or_else(known)?))
            }
        };
        let (docs, name, status_span) = (outcome.docs, outcome.name, outcome.status.span());
        Ok(Outcome { docs, name, status, status_span, problem, parts, body, owner })
    }

    fn problem(&self, problem: &ast::ProblemKind) -> Result<ProblemKind> {
        let slug = problem.slug.value();
        if slug.is_empty() || !slug.bytes().all(|byte| byte.is_ascii_lowercase() || b"-0123456789".contains(&byte)) {
            return Err(Diagnostic::new(
                Code::ProblemType,
                problem.slug.span(),
                format!("`{slug}` is no type of a problem"),
            )
            .note("it ends a URI, in lower-case words with hyphens")
            .help(format!("\"{}\"", if slug.is_empty() { "not-found".to_owned() } else { slug.to_kebab_case() })));
        }
        let about = match &problem.about {
            None => None,
            Some(name) if name == "body" => Some(About::Body),
            Some(name) => Some(About::Field(self.field(name)?)),
        };
        Ok(ProblemKind { slug, about, detail: problem.detail })
    }

    /// A header for every response: its value is fixed, or it is optional, and added by whoever sends a response.
    pub(super) fn common_part(&self, part: &ast::Part) -> Result<Part> {
        let resolved = self.part(part)?;
        let is_flag = matches!(self.model.fields[resolved.field].kind, FieldKind::Flag(_));
        match resolved.presence {
            Presence::Fixed(_) => Ok(resolved),
            Presence::Optional if !is_flag => Ok(resolved),
            Presence::Optional | Presence::Always => {
                let message = format!("every response needs a value of `{}`", part.name);
                Err(Diagnostic::new(Code::BadPart, part.name.span(), message).help(format!("{} = \"…\";", part.name)))
            }
        }
    }

    fn part(&self, part: &ast::Part) -> Result<Part> {
        let id = self.field(&part.name)?;
        let field = &self.model.fields[id];
        if field.place == Place::Query {
            let message = format!("`{}` is a query parameter, and a response has none", part.name);
            return Err(Diagnostic::new(Code::BadPart, part.name.span(), message).help("delete this line"));
        }
        if matches!(
            field.kind,
            FieldKind::EntityTags | FieldKind::List | FieldKind::OffsetOrSentinel(_) | FieldKind::PathTo(_)
        ) {
            let message = format!("`{}` can stand only in requests", part.name);
            return Err(Diagnostic::new(Code::BadPart, part.name.span(), message)
                .note("its grammar accepts what a server never sends")
                .help("delete this line"));
        }
        let presence = match &part.presence {
            ast::Presence::Optional => Presence::Optional,
            ast::Presence::Always => match &field.kind {
                FieldKind::Flag(text) => Presence::Fixed(text.clone()),
                _ => Presence::Always,
            },
            ast::Presence::Text(text) => self.fixed_text(field, &text.value(), text.span())?,
            ast::Presence::Number(number) => self.fixed_number(field, number)?,
            ast::Presence::Named(name) => self.fixed_name(field, name)?,
        };
        Ok(Part { field: id, presence })
    }

    fn fixed_text(&self, field: &Field, text: &str, span: Span) -> Result<Presence> {
        if let FieldKind::Value(value) = field.kind
            && let ValueKind::Text { min, max } = self.model.values[value].kind
            && (min..=max).contains(&(text.len() as u64))
            && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        {
            return Ok(Presence::Fixed(text.to_owned()));
        }
        Err(self.cannot_hold(field, span, &format!("\"{text}\"")))
    }

    fn fixed_number(&self, field: &Field, number: &LitInt) -> Result<Presence> {
        let value = integer(number)?;
        if let FieldKind::Value(id) = field.kind
            && let ValueKind::Integer { min, max } = self.model.values[id].kind
            && (min..=max).contains(&value)
        {
            return Ok(Presence::Fixed(value.to_string()));
        }
        Err(self.cannot_hold(field, number.span(), &value.to_string()))
    }

    /// A fault about a fixed value that is not of the field's grammar.
    fn cannot_hold(&self, field: &Field, span: Span, what: &str) -> Diagnostic {
        let name = &field.name;
        let always = format!("{name};");
        let (kind, help) = match &field.kind {
            FieldKind::Flag(text) => (format!("a flag whose value is \"{text}\""), always),
            FieldKind::MediaType => ("a declared media type".to_owned(), format!("{name} = Media;")),
            FieldKind::Value(value) => match &self.model.values[*value].kind {
                ValueKind::Text { min, max } => (format!("a text of {min} to {max} bytes"), format!("{name} = \"…\";")),
                ValueKind::Integer { min, max } => {
                    (format!("a number from {min} to {max}"), format!("{name} = {min};"))
                }
                ValueKind::OneOf(choices) => {
                    let names: Vec<_> = choices.iter().map(|choice| choice.name.to_string()).collect();
                    let first = names.first().map_or("…", String::as_str);
                    (format!("one of {}", names.join(", ")), format!("{name} = {first};"))
                }
                ValueKind::Listed(_) => ("a list".to_owned(), always),
                ValueKind::Credentials(_) => ("a secret".to_owned(), always),
            },
            _ => ("different in each response".to_owned(), always),
        };
        Diagnostic::new(Code::BadPart, span, format!("`{name}` can't be {what}"))
            .note(format!("its value is {kind}"))
            .help(help)
    }

    /// That no outcome of `scopes` is called `name` already, which another of that name would hide.
    pub(super) fn hides_nothing(&self, name: &Ident, scopes: &[Owner]) -> Result<()> {
        let outcomes = self.model.outcomes.iter();
        match outcomes.filter(|outcome| scopes.contains(&outcome.owner)).find(|outcome| outcome.name == *name) {
            None => Ok(()),
            Some(other) => {
                Err(Diagnostic::new(Code::DuplicateName, name.span(), format!("`{name}` is declared twice"))
                    .note(format!("the first is{}, and can be used here", on_line(other.name.span())))
                    .help("delete one of them, or give it another name"))
            }
        }
    }

    /// A variant, or a media type.
    fn fixed_name(&self, field: &Field, name: &Ident) -> Result<Presence> {
        match &field.kind {
            FieldKind::MediaType => {
                let medias = &self.model.medias;
                let known = || unknown(Code::UnknownValue, name, "media type", medias.iter().map(|media| &media.name));
                let media = find(medias, name, |media| &media.name).ok_or_else(known)?;
                Ok(Presence::Fixed(medias[media].text.clone()))
            }
            FieldKind::Value(value) => match &self.model.values[*value].kind {
                ValueKind::OneOf(choices) => {
                    let known = || {
                        let names = choices.iter().map(|choice| &choice.name);
                        unknown(Code::UnknownVariant, name, &format!("variant of `{}`", field.name), names)
                    };
                    let choice = choices.iter().find(|choice| choice.name == *name).ok_or_else(known)?;
                    Ok(Presence::Fixed(choice.text.clone()))
                }
                _ => Err(self.cannot_hold(field, name.span(), &format!("the name `{name}`"))),
            },
            _ => Err(self.cannot_hold(field, name.span(), &format!("the name `{name}`"))),
        }
    }

    /// The outcome `name`, as seen from the inside of `scopes`, innermost first.
    pub(super) fn visible_outcome(&self, name: &Ident, scopes: &[Owner]) -> Result<Id<Outcome>> {
        let outcomes = &self.model.outcomes;
        for scope in scopes {
            if let Some(id) = outcomes.find(|outcome| outcome.owner == *scope && outcome.name == *name) {
                return Ok(id);
            }
        }
        if let Some(id) = outcomes.find(|outcome| outcome.name == *name) {
            let message = format!("the outcome `{name}` can't be reached from here");
            return Err(Diagnostic::new(Code::UnknownOutcome, name.span(), message)
                .note(format!("it is declared inside of something else{}", on_line(outcomes[id].name.span())))
                .help("declare it further out, where both can see it"));
        }
        let visible = outcomes.iter().filter(|outcome| scopes.contains(&outcome.owner)).map(|outcome| &outcome.name);
        Err(unknown(Code::UnknownOutcome, name, "outcome", visible))
    }

    pub(super) fn unrouted(&mut self, unrouted: Option<ast::Unrouted>) {
        let Some(unrouted) = unrouted else { return };
        let scopes = [Owner::Protocol];
        let resolve = |name: &Ident| {
            let id = self.visible_outcome(name, &scopes)?;
            let status = self.model.outcomes[id].status;
            if status < 400 {
                let message = format!("`{name}` is {status}, and what is not served is refused");
                return Err(Diagnostic::new(Code::BadStatus, name.span(), message)
                    .help("an outcome with a status from 400 to 599"));
            }
            Ok(id)
        };
        let (path, method) = (resolve(&unrouted.path), resolve(&unrouted.method));
        let reserved = unrouted.reserved.as_ref().map(resolve);
        let reserved = reserved.map(|reserved| self.diagnostics.keep(reserved));
        let (path, method) = (self.diagnostics.keep(path), self.diagnostics.keep(method));
        if let (Some(path), Some(method)) = (path, method) {
            let reserved = reserved.flatten();
            let named = [(Some(path), Some(&unrouted.path)), (Some(method), Some(&unrouted.method))];
            let named = named.into_iter().chain([(reserved, unrouted.reserved.as_ref())]);
            let answers = named.filter_map(|(id, name)| Some((id?, name?.span()))).collect();
            self.model.unrouted = Some(Unrouted { path, reserved, method, answers });
        }
        self.examples(&unrouted.examples, None);
    }
}

fn status(literal: &LitInt) -> Result<u16> {
    let status = integer(literal)?;
    match u16::try_from(status) {
        Ok(status @ (101 | 200..=599)) => Ok(status),
        _ => Err(Diagnostic::new(Code::BadStatus, literal.span(), format!("`{literal}` is no status to answer with"))
            .note("a Worker sends 200 to 599, and 101 where it goes on over a WebSocket; the rest is not its to send")
            .help("three digits, 200 to 599, or 101")),
    }
}
