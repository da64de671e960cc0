//! Outcomes: statuses, problems, headers and bodies.

use super::{Resolver, Result, find, integer, unknown};
use crate::ast::{self, Literal, docs_text};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::expand::names::{Depth, field_type};
use crate::model::{
    About, Amount, Announced, Announcement, Body, Field, Id, Limit, Outcome, Owner, Part, Presence, ProblemKind,
    Unrouted,
};
use heck::ToKebabCase as _;
use syn::{Ident, LitInt};

impl Resolver<'_> {
    /// Resolves an outcome. `method` is that of the endpoint which declares it, if an endpoint does.
    pub(super) fn outcome(&mut self, outcome: ast::Outcome, owner: Owner, method: Option<&str>) {
        let name = outcome.name.clone();
        let body = outcome.body.as_ref().filter(|body| !matches!(body, ast::Body::Error(_)));
        let resolved = match body.filter(|_| method == Some("HEAD")) {
            Some(body) => {
                Err(Diagnostic::new(Code::BodyForbidden, body.span(), "a response to HEAD can't have a body")
                    .help("delete `body`"))
            }
            None => self.resolved_outcome(outcome, owner),
        };
        self.keep(&name, resolved).map(|outcome| self.model.outcomes.push(outcome));
    }

    fn resolved_outcome(&mut self, outcome: ast::Outcome, owner: Owner) -> Result<Outcome> {
        let status = status(&outcome.status)?;
        let empty = matches!(status, 204 | 205 | 304);
        if let Some(body) = outcome.body.as_ref().filter(|_| empty) {
            let message = format!("a {status} response can't have a body");
            return Err(Diagnostic::new(Code::BodyForbidden, body.span(), message).help("delete `body`, or use 200"));
        }
        if let Some(problem) = outcome.problem.as_ref().filter(|_| status < 400) {
            let message = format!("a {status} response can't have a `problem`");
            return Err(Diagnostic::new(Code::BadStatus, problem.slug.span(), message)
                .help("use a status from 400 to 599, or delete `problem`"));
        }
        if let Some(ast::Body::Error(error)) = outcome.body.as_ref().filter(|_| status < 400) {
            let message = format!("a {status} response can't have an `error`");
            return Err(Diagnostic::new(Code::BadStatus, error.code.span(), message)
                .help("use a status from 400 to 599, or delete `error`"));
        }
        let problem = outcome.problem.as_ref().map(|problem| self.problem(problem)).transpose()?;
        if let Some(body) = outcome.body.as_ref().filter(|_| problem.is_some()) {
            return Err(Diagnostic::new(
                Code::BodyForbidden,
                body.span(),
                "an outcome with a `problem` can't have another body",
            )
            .help("delete `body` or `problem`"));
        }
        let mut parts: Vec<Part> = Vec::new();
        for part in &outcome.parts {
            let Some(resolved) = ({
                let resolved = self.part(part);
                self.keep(&part.name, resolved)
            }) else {
                continue;
            };
            if parts.iter().any(|other| other.field == resolved.field) {
                let message = format!("`{}` already sends `{}`", outcome.name, part.name);
                self.diagnostics
                    .push(Diagnostic::new(Code::BadPart, part.name.span(), message).help("delete this line"));
                continue;
            }
            parts.push(resolved);
        }
        let body = match &outcome.body {
            None => None,
            Some(ast::Body::Bytes(_)) => Some(Body::Bytes),
            Some(ast::Body::Error(error)) => Some(self.own_error(error, owner, &docs_text(&outcome.docs), &parts)?),
            Some(ast::Body::Json(_, name)) => Some(Body::Json(self.object(name)?)),
            Some(ast::Body::Events(_, name)) => {
                let events = &self.model.events;
                let unknown =
                    || unknown(Code::UnknownValue, name, "kind of events", events.iter().map(|events| &events.name));
                Some(Body::Events(find(events, name, |events| &events.name).ok_or_else(unknown)?))
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
                format!("`{slug}` is not a valid problem type"),
            )
            .note("it is the end of a URI: lowercase letters, digits and hyphens")
            .help(format!(
                "write `\"{}\"`",
                if slug.is_empty() { "not-found".to_owned() } else { slug.to_kebab_case() }
            )));
        }
        let about = match &problem.about {
            None => None,
            Some(name) if name == "body" => Some(About::Body),
            Some(name) => Some(About::Field(self.field(name)?)),
        };
        Ok(ProblemKind { slug, about, detail: problem.detail })
    }

    /// Resolves a header of every response. Its value is fixed, or it is optional and added when a response is sent.
    pub(super) fn common_part(&self, part: &ast::Part) -> Result<Part> {
        let resolved = self.part(part)?;
        let is_flag = self.model.fields[resolved.field].flag().is_some();
        match resolved.presence {
            Presence::Fixed(_) => Ok(resolved),
            Presence::Optional if !is_flag => Ok(resolved),
            Presence::Optional | Presence::Always | Presence::Chosen(_) => {
                let message = format!("`{}` has no value for every response", part.name);
                Err(Diagnostic::new(Code::BadPart, part.name.span(), message)
                    .help(format!("give it a fixed value, `{} = \"…\";`", part.name)))
            }
        }
    }

    /// Resolves the headers of the response to OPTIONS.
    pub(super) fn options(&mut self, written: &[ast::Announcement]) -> Vec<Announcement> {
        let mut options: Vec<Announcement> = Vec::new();
        for ast::Announcement { name, value } in written {
            let resolved = self.announcement(name, value).and_then(|announcement| {
                let is_new = !options.iter().any(|other| other.field == announcement.field);
                let message = format!("the response to OPTIONS already sends `{name}`");
                let twice = Diagnostic::new(Code::BadPart, name.span(), message).help("delete this line");
                is_new.then_some(announcement).ok_or(twice)
            });
            options.extend(self.diagnostics.keep(resolved));
        }
        options
    }

    fn announcement(&self, name: &Ident, value: &ast::Announced) -> Result<Announcement> {
        let id = self.sent_field(name)?;
        let field = &self.model.fields[id];
        let value = match value {
            ast::Announced::Literal(literal) => Announced::Text(self.fixed_text(field, literal)?),
            ast::Announced::Limit(limit) => Announced::Limit(self.announced_limit(field, limit)?),
        };
        Ok(Announcement { field: id, value })
    }

    /// Returns the limit that a header announces. An operator can change it, so every number must match the grammar.
    fn announced_limit(&self, field: &Field, limit: &Ident) -> Result<Id<Limit>> {
        let limits = &self.model.limits;
        let names = limits.iter().map(|limit| &limit.name);
        let id = find(limits, limit, |limit| &limit.name)
            .ok_or_else(|| unknown(Code::UnknownLimit, limit, "limit", names))?;
        let fault = |note: &str, help: String| {
            let message = format!("`{}` can't be the limit `{limit}`", field.name);
            Err(Diagnostic::new(Code::BadPart, limit.span(), message).note(note).help(help))
        };
        if matches!(limits[id].amount, Amount::Milliseconds(_)) {
            return fault(
                "only a limit in bytes or a count can be the value of a header",
                "delete this line".to_owned(),
            );
        }
        let kind = field_type(&self.model, field, Depth::Innermost);
        let takes = |number: u64| {
            let number = Literal::Number(LitInt::new(&number.to_string(), limit.span()));
            field.grammar(&self.model).constant(&self.model, &kind, &number).is_ok_and(|constant| constant.is_some())
        };
        if !takes(0) || !takes(super::MAX_EXACT_INTEGER) {
            let help = format!("declare `header {} = \"{}\": u53;`", field.name, field.wire);
            return fault("an operator can set a limit to any number", help);
        }
        Ok(id)
    }

    fn part(&self, part: &ast::Part) -> Result<Part> {
        let id = self.sent_field(&part.name)?;
        let field = &self.model.fields[id];
        let presence = match &part.presence {
            ast::Presence::Optional => Presence::Optional,
            ast::Presence::Always => match field.flag() {
                Some(text) => Presence::Fixed(text.to_owned()),
                None => Presence::Always,
            },
            ast::Presence::Fixed(literal) => self.fixed(field, literal)?,
        };
        Ok(Part { field: id, presence })
    }

    /// Returns a header that a server can send.
    pub(super) fn sent_field(&self, name: &Ident) -> Result<Id<Field>> {
        let id = self.field(name)?;
        let field = &self.model.fields[id];
        if field.place == ast::Place::Query {
            let message = format!("a response can't contain the query parameter `{name}`");
            return Err(Diagnostic::new(Code::BadPart, name.span(), message).help("delete this line"));
        }
        if field.grammar(&self.model).is_for_requests() {
            let message = format!("`{name}` is allowed only in requests");
            return Err(Diagnostic::new(Code::BadPart, name.span(), message)
                .note("its grammar allows values that a server never sends")
                .help("delete this line"));
        }
        if field.grammar(&self.model).is_secret() {
            let message = format!("a response can't contain the credentials `{name}`");
            return Err(Diagnostic::new(Code::BadPart, name.span(), message)
                .note("credentials are secret, so the server never sends them")
                .help("delete this line, or use another grammar"));
        }
        Ok(id)
    }

    fn fixed(&self, field: &Field, literal: &Literal) -> Result<Presence> {
        match self.chosen(field, literal) {
            Some(by) => Ok(Presence::Chosen(by)),
            None => self.fixed_text(field, literal).map(Presence::Fixed),
        }
    }

    /// Returns the text of a value that the spec writes.
    pub(super) fn fixed_text(&self, field: &Field, literal: &Literal) -> Result<String> {
        let grammar = field.grammar(&self.model);
        let kind = field_type(&self.model, field, Depth::Innermost);
        let negotiates = |own: &&Field| field.wire == "content-type" && own.grammar(&self.model).negotiates();
        let choosing = || self.model.fields.iter().filter(negotiates).map(|own| &own.name);
        let constant = grammar.constant(&self.model, &kind, literal).map_err(|fault| fault.declared(choosing()))?;
        if let Some(constant) = constant {
            return Ok(constant.text);
        }
        Err(self.not_allowed(Code::BadPart, field, literal))
    }

    /// Returns the header of the request that chooses the media type of a response, if `literal` names one.
    fn chosen(&self, field: &Field, literal: &Literal) -> Option<Id<Field>> {
        let Literal::Name(name) = literal else { return None };
        let by = self.model.fields.find(|own| own.name == *name)?;
        let negotiates = self.model.fields[by].grammar(&self.model).negotiates();
        (negotiates && field.wire == "content-type").then_some(by)
    }

    /// Returns the fault for a value that the spec can't write for a field: a fixed value of a header, or the default of an input.
    pub(super) fn not_allowed(&self, code: Code, field: &Field, literal: &Literal) -> Diagnostic {
        let name = &field.name;
        let written = match literal {
            Literal::Text(text) => format!("\"{}\"", text.value()),
            Literal::Number(number) => number.to_string(),
            Literal::Name(name) => format!("the name `{name}`"),
        };
        let (allowed, example) = field.grammar(&self.model).constants();
        let is_default = code == Code::BadInput;
        let (message, help) = match (example, is_default) {
            (Some(example), true) => {
                (format!("the default of `{name}` can't be {written}"), format!("{name} or {example};"))
            }
            (Some(example), false) => (format!("`{name}` can't be {written}"), format!("{name} = {example};")),
            (None, true) => (format!("`{name}` can't have a default"), format!("{name}?;")),
            (None, false) => (format!("`{name}` can't be {written}"), format!("{name};")),
        };
        Diagnostic::new(code, literal.span(), message)
            .note(format!("its value must be {allowed}"))
            .help(format!("write `{help}`"))
    }

    /// Checks that no outcome in the outer `scopes` is named `name`, because a new one would shadow it.
    pub(super) fn shadows_nothing(&self, name: &Ident, scopes: &[Owner]) -> Result<()> {
        let outcomes = self.model.outcomes.iter();
        match outcomes.filter(|outcome| scopes.contains(&outcome.owner)).find(|outcome| outcome.name == *name) {
            None => Ok(()),
            Some(other) => {
                Err(Diagnostic::new(Code::DuplicateName, name.span(), format!("`{name}` is declared twice"))
                    .note(format!("the first declaration is{} and is in scope here", on_line(other.name.span())))
                    .help("delete or rename one of them"))
            }
        }
    }

    /// Returns the outcome `name` from `scopes`, the innermost first.
    pub(super) fn visible_outcome(&self, name: &Ident, scopes: &[Owner]) -> Result<Id<Outcome>> {
        let outcomes = &self.model.outcomes;
        for scope in scopes {
            if let Some(id) = outcomes.find(|outcome| outcome.owner == *scope && outcome.name == *name) {
                return Ok(id);
            }
        }
        if let Some(id) = outcomes.find(|outcome| outcome.name == *name) {
            let message = format!("the outcome `{name}` is not in scope here");
            return Err(Diagnostic::new(Code::UnknownOutcome, name.span(), message)
                .note(format!("it is declared inside another item{}", on_line(outcomes[id].name.span())))
                .help("move its declaration outward, so that it is in scope in both places"));
        }
        let visible = outcomes.iter().filter(|outcome| scopes.contains(&outcome.owner)).map(|outcome| &outcome.name);
        Err(unknown(Code::UnknownOutcome, name, "outcome", visible))
    }

    /// Checks that an outcome that `place` names has the status of a refusal.
    pub(super) fn refuses(&self, name: &Ident, id: Id<Outcome>, place: &str) -> Result<()> {
        let status = self.model.outcomes[id].status;
        if status >= 400 {
            return Ok(());
        }
        let message = format!("`{name}` has status {status}, but {place} requires 400 to 599");
        Err(Diagnostic::new(Code::BadStatus, name.span(), message).help("use an outcome with a status from 400 to 599"))
    }

    /// Resolves `unrouted`. Returns its examples, which can show outcomes of resources.
    pub(super) fn unrouted(&mut self, unrouted: Option<ast::Unrouted>) -> Vec<ast::Example> {
        let Some(unrouted) = unrouted else { return Vec::new() };
        let scopes = [Owner::Protocol];
        let resolve = |name: &Ident| {
            let id = self.visible_outcome(name, &scopes)?;
            self.refuses(name, id, "`unrouted`").map(|()| id)
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
        unrouted.examples
    }
}

pub(super) fn status(literal: &LitInt) -> Result<u16> {
    let status = integer(literal)?;
    match u16::try_from(status) {
        Ok(status @ (101 | 200..=599)) => Ok(status),
        _ => Err(Diagnostic::new(
            Code::BadStatus,
            literal.span(),
            format!("`{literal}` is not a status that a Worker can send"),
        )
        .help("use 200 to 599, or 101 to switch to a WebSocket")),
    }
}
