//! Endpoints: their inputs and the lines that choose an outcome.

use super::example::Place;
use super::names::{self, Scope};
use super::shared::Shared;
use super::{Resolver, Result, find, unknown, unknown_word};
use crate::ast::{self, EmptyBody};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::expand::names::{Depth, field_type};
use crate::foreign::{self, Site};
use crate::model::{
    Atom, Body, BodyKind, Condition, Endpoint, Field, GroupKind, Id, Input, InputSource, JsonBody, Line, METHODS, Need,
    Outcome, Owner, RequestBody, When,
};
use crate::parse::BODY_CLAUSE;
use heck::ToSnakeCase as _;
use proc_macro2::Span;
use syn::Ident;

/// The clauses that apply to all endpoints of a resource.
pub(super) struct Inherited<'a> {
    /// The inputs and lines, in order.
    pub(super) shared: Vec<Shared<'a>>,
    /// Whether part of the resource was left out because of a fault.
    pub(super) damaged: bool,
}

impl Resolver<'_> {
    pub(super) fn endpoint(&mut self, mut endpoint: ast::Endpoint, resource: usize, inherited: &Inherited) {
        let before = self.diagnostics.count();
        let index = self.model.resources[resource].endpoints.len();
        let owner = Owner::Endpoint(resource, index);
        self.own_outcomes(std::mem::take(&mut endpoint.outcomes), owner, &endpoint.method.to_string());
        let method = method(&endpoint.method);
        let method = self.diagnostics.keep(method).unwrap_or_else(|| endpoint.method.to_string());
        let when = endpoint.when.as_ref().map(|(query, variant)| self.when(query, variant.as_ref())).transpose();
        let when = self.diagnostics.keep(when).flatten();
        let kind = endpoint.body.as_ref().map(|body| &body.kind);
        let body = endpoint.body.as_ref().and_then(|body| self.request_body(body, &method));

        let mut inputs = Vec::new();
        let shared = || inherited.shared.iter().flat_map(|shared| shared.inputs);
        for input in shared().chain(&endpoint.inputs) {
            let resolved = self.input(input, kind).and_then(|input| {
                self.is_new(&input, &inputs, when, resource)?;
                Ok(input)
            });
            inputs.extend(self.keep(&input.name, resolved));
        }

        let scopes = [owner, Owner::Resource(resource), Owner::Protocol];
        let request = Request { inputs: &inputs, body: kind };
        let permissions = self.permissions(&endpoint, resource, &request);
        let denial = endpoint.permissions.denial.as_ref();
        let denial = denial.map(|denial| self.denial(denial, &permissions, &request, &scopes)).transpose();
        let denial = self.diagnostics.keep(denial).flatten();
        // A shared line about reading bodies applies only to endpoints with a body, and one about an input to those that have it.
        let applies = |line: &ast::Line, named: &[Ident]| match &line.condition {
            ast::Condition::Malformed(name, _) => {
                shared().chain(&endpoint.inputs).any(|input| input.name == *name) || !named.contains(name)
            }
            condition => kind.is_some() || !reads_body(condition),
        };
        let of_all = inherited.shared.iter().flat_map(|shared| shared.lines.iter().map(|line| (line, &shared.named)));
        let of_all = of_all.filter(|(line, named)| applies(line, named)).map(|(line, _)| line);
        let refuse = of_all.chain(&endpoint.refuse).map(|line| (line, true));
        let lines = refuse.chain(endpoint.answer.iter().map(|line| (line, false)));
        let lines: Vec<_> = lines.filter_map(|(line, refuses)| self.line(line, refuses, &request, &scopes)).collect();
        let lines: Vec<_> = self.access_lines(&permissions, denial.as_ref()).into_iter().chain(lines).collect();

        let used = |id| lines.iter().any(|line: &Line| line.outcome == id);
        let outcomes: Vec<_> = self.model.outcomes.entries().map(|(id, _)| id).filter(|id| used(*id)).collect();
        let answered = outcomes.iter().filter_map(|id| match self.model.outcomes[*id].body {
            Some(Body::Json(id)) => Some(id),
            Some(Body::Error(id)) => Some(self.model.formats[self.model.errors[id].format].object),
            _ => None,
        });
        let damaged_object = answered
            .chain(body.and_then(RequestBody::json).map(|json| json.object))
            .any(|id| self.model.is_damaged(id));
        let damaged = inherited.damaged || endpoint.damaged || damaged_object || self.diagnostics.count() > before;
        let (docs, name) = (endpoint.docs, endpoint.name);
        let resolved =
            Endpoint { docs, name, method, when, permissions, denial, inputs, body, lines, outcomes, damaged };
        self.model.resources[resource].endpoints.push(resolved);
        self.examples(&endpoint.examples, Place::Endpoint(resource, index));
    }

    fn own_outcomes(&mut self, outcomes: Vec<ast::Outcome>, owner: Owner, method: &str) {
        let Owner::Endpoint(resource, _) = owner else { return };
        let mut scope = Scope::new(names::ENDPOINT);
        for outcome in outcomes {
            let defined = scope.define(&outcome.name, outcome.name.to_string());
            let outer = [Owner::Resource(resource), Owner::Protocol];
            let defined = defined.and_then(|()| self.shadows_nothing(&outcome.name, &outer));
            if self.keep(&outcome.name, defined).is_some() {
                self.outcome(outcome, owner, Some(method));
            }
        }
    }

    fn when(&self, query: &Ident, variant: Option<&Ident>) -> Result<When> {
        let id = self.field(query)?;
        let fault = |note: &str, help: String| {
            let message = format!("`{query}` can't select an endpoint");
            Err(Diagnostic::new(Code::BadInput, query.span(), message).note(note).help(help))
        };
        let is_query = self.model.fields[id].place == ast::Place::Query;
        match variant {
            Some(variant) if !is_query || !self.model.choices(id).are_all_named() => fault(
                "`when … is …` requires a query parameter whose grammar is `one_of`",
                format!("declare `query {query} = \"…\": one_of {{ {variant} = \"…\" }};`"),
            ),
            None if !is_query => {
                fault("`when` requires a query parameter", format!("declare `query {query} = \"…\": …;`"))
            }
            variant => {
                let choice = variant.map(|variant| self.variant(id, variant)).transpose()?;
                Ok(When { query: id, choice })
            }
        }
    }

    /// Checks that no other input, `when` or path parameter conflicts with `input`.
    fn is_new(&self, input: &Input, others: &[Input], when: Option<When>, resource: usize) -> Result<()> {
        let own = self.model.fields_of(input.source);
        let span = input.name.span();
        let fault = |id: Id<Field>, reason: String| {
            let message = format!("`{}` is read twice", self.model.fields[id].name);
            Err(Diagnostic::new(Code::DuplicateInput, span, message).note(reason).help("delete this line"))
        };
        for id in own {
            if when.is_some_and(|when| when.query == id && when.choice.is_some()) {
                return fault(id, "`when` already reads it".to_owned());
            }
            if let Some(other) = others.iter().find(|other| self.model.fields_of(other.source).contains(&id)) {
                let line = on_line(other.name.span());
                return fault(
                    id,
                    match other.source {
                        InputSource::Field(_) => format!("it is already listed{line}"),
                        InputSource::Group(_) => format!("`{}` already reads it{line}", other.name),
                    },
                );
            }
        }
        let rust_name = input.name.to_string().to_snake_case();
        match self.model.resources[resource].parameters.iter().find(|parameter| parameter.name == rust_name) {
            None => Ok(()),
            Some(parameter) => {
                let message = format!(
                    "`{}` and the path parameter `{rust_name}` both generate the Rust name `{rust_name}`",
                    input.name
                );
                Err(Diagnostic::new(Code::DuplicateName, span, message)
                    .note(format!("the path parameter is declared{}", on_line(parameter.name.span())))
                    .help("rename one of them"))
            }
        }
    }

    /// Returns the position of a variant or sentinel of a field.
    fn variant(&self, id: Id<Field>, variant: &Ident) -> Result<usize> {
        let (field, choices) = (&self.model.fields[id], self.model.choices(id));
        if choices.are_none() {
            return Err(no_variants(field, variant));
        }
        let choices = choices.named;
        choices.iter().position(|choice| choice.name == *variant).ok_or_else(|| {
            let what = format!("variant of `{}`", field.name);
            unknown(Code::UnknownVariant, variant, &what, choices.iter().map(|choice| &choice.name))
        })
    }

    fn input(&self, input: &ast::Input, body: Option<&ast::BodyKind>) -> Result<Input> {
        let source = self.source(&input.name)?;
        let fault = |message: String, help: &str| {
            Err(Diagnostic::new(Code::BadInput, input.name.span(), message).help(help.to_owned()))
        };
        let name = &input.name;
        let need = match (&input.need, source) {
            (need, InputSource::Group(id)) => match (need, self.model.groups[id].kind) {
                (ast::Need::Optional, GroupKind::ExactlyOne) => {
                    let message = format!("`{name}` can't be absent, because its kind is `exactly_one`");
                    return fault(message, &format!("write `{name};`, or declare it as `at_most_one`"));
                }
                (ast::Need::Required, GroupKind::AtMostOne) => {
                    let message = format!("`{name}` can be absent, because its kind is `at_most_one`");
                    return fault(message, &format!("write `{name}?;`, or declare it as `exactly_one`"));
                }
                (ast::Need::Optional, _) => Need::Optional,
                (ast::Need::Required, _) => Need::Required,
                _ => {
                    let message = format!("the group `{name}` must be required or optional");
                    return fault(message, &format!("write `{name};` or `{name}?;`"));
                }
            },
            (ast::Need::Optional, _) => Need::Optional,
            (need, InputSource::Field(id)) => {
                let field = &self.model.fields[id];
                if field.flag().is_some() {
                    return fault(format!("the flag `{name}` is always optional"), &format!("write `{name}?;`"));
                }
                match need {
                    ast::Need::Default(default) => self.default_of(field, default)?,
                    ast::Need::UnlessBodyEmpty(span) if body.is_some_and(never_is_empty) => {
                        return Err(never_empty(*span).help(format!("write `{name};` or `{name}?;`")));
                    }
                    ast::Need::UnlessBodyEmpty(span) if body.is_none() => {
                        return Err(Diagnostic::new(Code::MisplacedCondition, *span, "this endpoint has no body")
                            .help(format!("write `{name};`, or add `body ..= limits.…;` to `request`"))
                            .missing(BODY_CLAUSE));
                    }
                    ast::Need::UnlessBodyEmpty(span) if matches!(body, Some(ast::BodyKind::Stream)) => {
                        return Err(of_streamed_body(*span).help(format!("write `{name};` or `{name}?;`")));
                    }
                    ast::Need::UnlessBodyEmpty(_) => Need::UnlessBodyEmpty,
                    ast::Need::UnlessMalformed => Need::UnlessMalformed,
                    _ => Need::Required,
                }
            }
        };
        Ok(Input { name: name.clone(), source, need })
    }

    fn default_of(&self, field: &Field, default: &ast::Literal) -> Result<Need> {
        let kind = field_type(&self.model, field, Depth::Innermost);
        match field.grammar(&self.model).constant(&self.model, &kind, default)? {
            Some(constant) => Ok(Need::Default(constant)),
            None => Err(self.not_allowed(Code::BadInput, field, default)),
        }
    }

    fn request_body(&mut self, body: &ast::RequestBody, method: &str) -> Option<RequestBody> {
        let limit = self.body_limit(&body.limit, method);
        let limit = self.diagnostics.keep(limit);
        let kind = match &body.kind {
            ast::BodyKind::Bytes => BodyKind::Bytes,
            ast::BodyKind::Stream => BodyKind::Stream,
            ast::BodyKind::Json(json) => {
                let object = self.object(&json.object);
                BodyKind::Json(JsonBody { object: self.diagnostics.keep(object)?, empty: json.empty })
            }
        };
        Some(RequestBody { limit: limit?, kind })
    }

    fn body_limit(&self, limit: &Ident, method: &str) -> Result<Id<crate::model::Limit>> {
        if matches!(method, "GET" | "HEAD" | "DELETE") {
            let message = format!("a {method} request can't have a body");
            return Err(Diagnostic::new(Code::BodyForbidden, limit.span(), message)
                .note("clients and proxies may drop it")
                .help("delete this line"));
        }
        self.bytes(limit)
    }

    /// Returns a limit that is an amount of bytes.
    pub(super) fn bytes(&self, limit: &Ident) -> Result<Id<crate::model::Limit>> {
        let limits = &self.model.limits;
        let names = limits.iter().map(|limit| &limit.name);
        let id = find(limits, limit, |limit| &limit.name)
            .ok_or_else(|| unknown(Code::UnknownLimit, limit, "limit", names))?;
        match limits[id].amount {
            crate::model::Amount::Bytes(_) => Ok(id),
            _ => Err(Diagnostic::new(
                Code::UnknownUnit,
                limit.span(),
                format!("the limit `{limit}` is not a number of bytes"),
            )
            .note(format!("`{limit}` is declared{}", on_line(limits[id].name.span())))
            .help(format!("declare it with a unit of bytes, as in `{limit} = 4 MiB;`"))),
        }
    }

    fn line(&mut self, line: &ast::Line, refuses: bool, request: &Request, scopes: &[Owner]) -> Option<Line> {
        let condition = self.condition(&line.condition, request);
        let outcome = self.answer(line, refuses, scopes);
        let condition =
            condition.map_err(|faults| faults.into_iter().for_each(|fault| self.diagnostics.push(fault))).ok();
        let outcome = self.diagnostics.keep(outcome);
        let ((span, end), outcome_span) = (line.condition.spans(), line.outcome.span());
        Some(Line { condition: condition?, outcome: outcome?, span, end, outcome_span, refuses })
    }

    fn answer(&self, line: &ast::Line, refuses: bool, scopes: &[Owner]) -> Result<Id<Outcome>> {
        let outcome = self.visible_outcome(&line.outcome, scopes)?;
        let status = self.model.outcomes[outcome].status;
        if refuses != (status >= 400) {
            let (section, range, other) =
                if refuses { ("refuse", "400 to 599", "answer") } else { ("answer", "200 to 399", "refuse") };
            let message = format!("`{}` has status {status}, but `{section}` requires {range}", line.outcome);
            return Err(Diagnostic::new(Code::BadStatus, line.outcome.span(), message)
                .help(format!("move this line to `{other}`, or use another outcome")));
        }
        Ok(outcome)
    }

    /// Resolves a condition, or returns the faults of all its parts.
    pub(super) fn condition(
        &self,
        condition: &ast::Condition,
        request: &Request,
    ) -> std::result::Result<Condition, Vec<Diagnostic>> {
        let all = |parts: &[ast::Condition]| {
            let (mut resolved, mut faults) = (Vec::new(), Vec::new());
            for part in parts {
                match self.operand(part, request) {
                    Ok(part) => resolved.push(part),
                    Err(own) => faults.extend(own),
                }
            }
            if faults.is_empty() { Ok(resolved) } else { Err(faults) }
        };
        let atom = |resolved: Result<Atom>| resolved.map(Condition::Atom).map_err(|fault| vec![fault]);
        match condition {
            ast::Condition::All(parts) => all(parts).map(Condition::All),
            ast::Condition::Any(parts) => all(parts).map(Condition::Any),
            ast::Condition::Not(part) => Ok(Condition::Not(Box::new(self.operand(part, request)?))),
            ast::Condition::Name(name) if name == "always" => Ok(Condition::Always),
            ast::Condition::Malformed(name, _) => atom(self.malformed(name, request)),
            ast::Condition::Name(name) => atom(self.name(name, request)),
            ast::Condition::Fact(subject, predicate) => atom(self.about(subject, predicate, request)),
            ast::Condition::Is(name, variant) => atom(self.is(name, variant, request)),
        }
    }

    /// Resolves `subject.predicate`.
    fn about(&self, subject: &Ident, predicate: &Ident, request: &Request) -> Result<Atom> {
        if subject != "body" {
            return self.subject(subject, predicate);
        }
        let atom = self.body(predicate)?;
        match request.body {
            Some(ast::BodyKind::Stream) if atom == Atom::BodyEmpty => {
                return Err(of_streamed_body(subject.span())
                    .up_to(predicate.span())
                    .help("declare a fact, which the handler decides after it has read the body"));
            }
            Some(kind) if atom == Atom::BodyEmpty && never_is_empty(kind) => {
                return Err(never_empty(subject.span()).up_to(predicate.span()).help("delete this condition"));
            }
            Some(_) => return Ok(atom),
            None => {}
        }
        Err(Diagnostic::new(Code::MisplacedCondition, subject.span(), "this endpoint has no body")
            .up_to(predicate.span())
            .help("delete this line, or add `body ..= limits.…;` to `request`")
            .missing(BODY_CLAUSE))
    }

    /// Resolves `Name is Variant`.
    fn is(&self, name: &Ident, variant: &Ident, request: &Request) -> Result<Atom> {
        let id = self.field(name)?;
        if !request.inputs.iter().any(|input| input.source == InputSource::Field(id)) {
            return Err(self.not_an_input(name, request));
        }
        Ok(Atom::Is(id, self.variant(id, variant)?))
    }

    /// Resolves a condition inside another one.
    fn operand(&self, part: &ast::Condition, request: &Request) -> std::result::Result<Condition, Vec<Diagnostic>> {
        let resolved = self.condition(part, request)?;
        if matches!(resolved, Condition::Always) {
            let message = "`always` can't be combined with other conditions";
            let fault = Diagnostic::new(Code::MisplacedCondition, part.spans().0, message);
            return Err(vec![fault.help("write `always => …;`, or delete `always`")]);
        }
        Ok(resolved)
    }

    /// Resolves `Input malformed`.
    fn malformed(&self, name: &Ident, request: &Request) -> Result<Atom> {
        let source = self.source(name)?;
        let Some(input) = request.inputs.iter().find(|input| input.source == source) else {
            return Err(self.not_an_input(name, request));
        };
        let can_break = |id: &Id<Field>| {
            let grammar = self.model.fields[*id].grammar(&self.model);
            grammar.malformed(&self.model).iter().any(|text| grammar.read(&self.model, text).is_err())
        };
        let can_be_malformed = match (&input.need, source) {
            (Need::UnlessMalformed, _) => false,
            (Need::Required | Need::UnlessBodyEmpty, _) | (_, InputSource::Group(_)) => true,
            (Need::Optional | Need::Default(_), InputSource::Field(id)) => can_break(&id),
        };
        if !can_be_malformed {
            return Err(Diagnostic::new(Code::UnreachableLine, name.span(), format!("`{name}` is never malformed"))
                .note("every value is accepted or ignored")
                .help("delete this line"));
        }
        Ok(Atom::InputMalformed(source))
    }

    /// Returns the group or field with this name.
    pub(super) fn source(&self, name: &Ident) -> Result<InputSource> {
        match find(&self.model.groups, name, |group| &group.name) {
            Some(group) => Ok(InputSource::Group(group)),
            None => self.field_or_group(name).map(InputSource::Field),
        }
    }

    /// Returns the header or query parameter with this name. If there is none, the help suggests groups too.
    fn field_or_group(&self, name: &Ident) -> Result<Id<Field>> {
        let (fields, groups) = (&self.model.fields, &self.model.groups);
        fields.find(|field| field.name == *name).ok_or_else(|| {
            let names = fields.iter().map(|field| &field.name).chain(groups.iter().map(|group| &group.name));
            unknown(Code::UnknownField, name, "header, query parameter or group", names)
        })
    }

    /// Resolves `malformed`, `failure`, or an optional input.
    fn name(&self, name: &Ident, request: &Request) -> Result<Atom> {
        match name.to_string().as_str() {
            "malformed" => return Ok(Atom::Malformed),
            "failure" => return Ok(Atom::Failure),
            _ => {}
        }
        let group = find(&self.model.groups, name, |group| &group.name).map(InputSource::Group);
        let field = find(&self.model.fields, name, |field| &field.name).map(InputSource::Field);
        let Some(source) = group.or(field) else { return Err(self.unknown_condition(name, request)) };
        match request.inputs.iter().find(|input| input.source == source) {
            None => Err(self.not_an_input(name, request)),
            Some(Input { need: Need::Optional | Need::UnlessMalformed, .. }) => Ok(Atom::Present(source)),
            Some(_) => Err(Diagnostic::new(Code::UnreachableLine, name.span(), format!("`{name}` is always present"))
                .note("only an input marked with `?` can be absent")
                .help(format!("write `{name}?;` in `request`, or delete this condition"))),
        }
    }

    /// Returns the fault for a name that is neither an input nor a condition. Its help lists what the endpoint can test.
    fn unknown_condition(&self, name: &Ident, request: &Request) -> Diagnostic {
        let facts = self.model.facts.iter().map(|fact| (&fact.subject, &fact.predicate));
        let states = self.model.states.iter();
        let states = states.flat_map(|state| state.variants.iter().map(|(_, variant)| (&state.name, variant)));
        let subjects: Vec<_> = states.chain(facts).collect();
        let optional = request.inputs.iter().filter(|input| matches!(input.need, Need::Optional));
        let words = ["always", "malformed", "failure"];
        let inputs = || optional.clone().map(|input| &input.name);
        let dotted = |(subject, predicate): &(&Ident, &Ident)| format!("{subject}.{predicate}");
        let usable =
            inputs().map(ToString::to_string).chain(words.map(str::to_owned)).chain(subjects.iter().map(dotted));
        let body = request.body.is_some().then(|| BODY.map(|(word, _)| format!("body.{word}")));
        let fault = unknown(Code::UnknownCondition, name, "condition or input", inputs())
            .words(&words)
            .usable(usable.chain(body.into_iter().flatten()));
        let meant = subjects.iter().find(|(_, predicate)| *predicate == name).map(dotted);
        fault
            .or_help(meant.map(|meant| format!("did you mean `{meant}`?")))
            .or_help(foreign::meant(Site::Line, &name.to_string()))
    }

    /// Resolves `body.empty`, or a reason why a body can't be read.
    pub(super) fn body(&self, predicate: &Ident) -> Result<Atom> {
        let named = BODY.iter().find(|(word, _)| predicate == word);
        named.map(|(_, atom)| *atom).ok_or_else(|| {
            unknown_word(Code::UnknownCondition, predicate, "property of the body", &BODY.map(|(word, _)| word))
        })
    }

    /// Resolves a state or a fact.
    pub(super) fn subject(&self, subject: &Ident, predicate: &Ident) -> Result<Atom> {
        let fact = self.model.facts.find(|fact| fact.subject == *subject && fact.predicate == *predicate);
        if let Some(fact) = fact {
            return Ok(Atom::Fact(fact));
        }
        let facts: Vec<_> =
            self.model.facts.iter().filter(|fact| fact.subject == *subject).map(|fact| &fact.predicate).collect();
        if let Some(state) = find(&self.model.states, subject, |state| &state.name) {
            let variants = &self.model.states[state].variants;
            let index = variants.iter().position(|(_, name)| name == predicate);
            let names = variants.iter().map(|(_, name)| name).chain(facts);
            let what = format!("state or fact of `{subject}`");
            return index
                .map(|index| Atom::State(state, index))
                .ok_or_else(|| unknown(Code::UnknownCondition, predicate, &what, names));
        }
        if !facts.is_empty() {
            return Err(unknown(
                Code::UnknownCondition,
                predicate,
                &format!("fact about `{subject}`"),
                facts.into_iter(),
            ));
        }
        let states = self.model.states.iter().map(|state| &state.name);
        let subjects = states.chain(self.model.facts.iter().map(|fact| &fact.subject));
        Err(unknown(Code::UnknownCondition, subject, "state or subject of a fact", subjects))
    }

    fn not_an_input(&self, name: &Ident, request: &Request) -> Diagnostic {
        let fault =
            Diagnostic::new(Code::UnknownCondition, name.span(), format!("`{name}` is not an input of this endpoint"));
        let group = request.inputs.iter().find_map(|input| match input.source {
            InputSource::Group(id) => {
                let group = &self.model.groups[id];
                group.members.iter().any(|member| self.model.fields[*member].name == *name).then_some(&group.name)
            }
            InputSource::Field(_) => None,
        });
        match group {
            Some(group) => fault
                .note(format!("it is read as a member of `{group}`"))
                .help(format!("use `{group}` in this condition")),
            None => fault.help(format!("add `{name}?;` to `request`")),
        }
        .missing(name.to_string())
    }
}

pub(super) fn method(method: &Ident) -> Result<String> {
    let name = method.to_string();
    if METHODS.contains(&name.as_str()) {
        return Ok(name);
    }
    let message = format!("`{name}` can't be the method of an endpoint");
    let help = crate::suggest::help(&name, "method", METHODS.iter().copied());
    let diagnostic = Diagnostic::new(Code::UnknownMethod, method.span(), message).help(help);
    let note = "the generated code responds to OPTIONS";
    Err(if name == "OPTIONS" { diagnostic.note(note) } else { diagnostic })
}

/// The properties of a body, which are the same in every protocol.
const BODY: [(&str, Atom); 4] = [
    ("empty", Atom::BodyEmpty),
    ("too_large", Atom::BodyTooLarge),
    ("stalled", Atom::BodyStalled),
    ("crowded", Atom::BodyCrowded),
];

/// Whether a condition is exactly a reason why a body can't be read.
fn reads_body(condition: &ast::Condition) -> bool {
    let ast::Condition::Fact(subject, predicate) = condition else { return false };
    subject == "body" && BODY.iter().any(|(word, atom)| predicate == word && atom.is_about_reading_a_body())
}

/// The inputs that conditions of an endpoint can test.
pub(super) struct Request<'a> {
    pub(super) inputs: &'a [Input],
    body: Option<&'a ast::BodyKind>,
}

/// The fault for a condition on the content of a body that the handler reads.
fn of_streamed_body(span: Span) -> Diagnostic {
    let message = "whether a streamed body is empty can't be a condition";
    Diagnostic::new(Code::MisplacedCondition, span, message)
        .note("the handler reads the body, after the conditions are tested")
}

/// Whether a body is JSON that can't be absent.
fn never_is_empty(kind: &ast::BodyKind) -> bool {
    matches!(kind, ast::BodyKind::Json(json) if json.empty != EmptyBody::Absent)
}

/// Returns the fault for a condition on an empty body where the body is JSON.
fn never_empty(span: Span) -> Diagnostic {
    Diagnostic::new(Code::MisplacedCondition, span, "the body of this endpoint is JSON, so it is never empty")
        .note("with `body json Name?`, it can be empty")
}

fn no_variants(field: &Field, variant: &Ident) -> Diagnostic {
    Diagnostic::new(Code::UnknownVariant, variant.span(), format!("`{}` has no variants", field.name))
        .note("only `one_of` has variants, only an offset has sentinels, and only `media_type` has media types")
        .help(format!("write `{}` to test whether it is present", field.name))
}
