//! Resources that are like others: their endpoints, outcomes and examples are copies with other names.

use super::resource::pattern;
use super::{Resolver, Result, unknown};
use crate::ast::{Replacement, Version};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::grammar::Writer;
use crate::model::access::{self, Permissions, Subject};
use crate::model::{
    About, Announcement, Atom, Condition, Endpoint, Example, Field, Group, Id, Input, InputSource, Like, Line, Model,
    Outcome, Owner, Part, Presence, ProblemKind, Resource, Segment, Sent, Shown, When,
};
use heck::ToSnakeCase as _;
use std::collections::BTreeMap;
use syn::Ident;

impl Resolver<'_> {
    /// Resolves the resources that are like others, each after the one that it is like.
    pub(super) fn versions(&mut self, mut pending: Vec<Version>) {
        let names: Vec<Ident> = pending.iter().map(|version| version.name.clone()).collect();
        loop {
            let is_resolved = |version: &Version| self.model.resources.iter().any(|own| own.name == version.base);
            let Some(next) = pending.iter().position(is_resolved) else { break };
            let version = pending.remove(next);
            let before = self.diagnostics.count();
            self.version(&version);
            if self.diagnostics.count() > before || version.damaged {
                self.model.routed = false;
                self.diagnostics.lose(version.name.to_string());
            }
        }
        let mut reported: Vec<&Ident> = Vec::new();
        for version in &pending {
            let circle = circle(version, &pending);
            if !circle.iter().any(|name| reported.contains(name)) {
                let fault = match circle[..] {
                    // A resource is served, whether its name is used or not.
                    [] => unknown(Code::UnknownValue, &version.base, "resource", std::iter::empty())
                        .usable(self.resources.iter().chain(&names).map(Ident::to_string)),
                    _ => like_itself(version, &circle),
                };
                self.diagnostics.push(fault);
            }
            reported.extend(circle);
        }
        if !pending.is_empty() {
            self.model.routed = false;
        }
        pending.iter().for_each(|version| self.diagnostics.lose(version.name.to_string()));
    }

    fn version(&mut self, version: &Version) {
        let defined = self.scopes.root.define(&version.name, version.name.to_string().to_snake_case());
        if self.keep(&version.name, defined).is_none() {
            return;
        }
        let Some(base) = self.model.resources.iter().position(|own| own.name == version.base) else { return };
        let pattern = pattern(&version.path).and_then(|pattern| self.same_parameters(version, base, pattern));
        let Some(pattern) = self.diagnostics.keep(pattern) else { return };
        let mut replaced = Vec::new();
        for replacement in &version.replaced {
            let resolved = self.replacement(replacement, base, &replaced);
            replaced.extend(self.keep(&replacement.new, resolved));
        }
        let mut excepted = Vec::new();
        for name in &version.excepted {
            let found = self.endpoint_of(base, name);
            excepted.extend(self.diagnostics.keep(found));
        }
        let index = self.model.resources.len();
        Copying { model: &mut self.model, base, index, replaced: &replaced, copies: Copies::default() }
            .resource(version, pattern, &excepted);
    }

    /// Checks that a path has the parameters of the resource `base`.
    fn same_parameters(&self, version: &Version, base: usize, pattern: Vec<Segment>) -> Result<Vec<Segment>> {
        let base = &self.model.resources[base];
        let variable = |pattern: &[Segment]| -> Vec<Segment> {
            pattern.iter().filter(|segment| segment.name().is_some()).cloned().collect()
        };
        if variable(&pattern) == variable(&base.pattern) {
            return Ok(pattern);
        }
        let message = format!("this path does not have the parameters of `{}`", base.name);
        Err(Diagnostic::new(Code::PathPattern, version.path.span(), message)
            .note(format!("`{}` is declared at \"{}\"{}", base.name, base.path, on_line(base.path_span)))
            .help("use the same parameters in the same order"))
    }

    fn endpoint_of(&self, base: usize, name: &Ident) -> Result<usize> {
        let base = &self.model.resources[base];
        let names = base.endpoints.iter().map(|endpoint| &endpoint.name);
        let what = format!("endpoint of `{}`", base.name);
        let found = base.endpoints.iter().position(|endpoint| endpoint.name == *name);
        found.ok_or_else(|| unknown(Code::UnknownValue, name, &what, names))
    }

    fn replacement(
        &self,
        Replacement { old, new }: &Replacement,
        base: usize,
        others: &[(Id<Field>, Id<Field>)],
    ) -> Result<(Id<Field>, Id<Field>)> {
        let (model, base) = (&self.model, &self.model.resources[base]);
        let fields = model.fields_in(base);
        let names = || fields.iter().map(|id| model.fields[*id].name.to_string());
        let was = self.field(old).map_err(|fault| fault.usable(names()))?;
        let is = self.field(new)?;
        let (first, second) = (&model.fields[was], &model.fields[is]);
        let fault = |name: &Ident, message: String| Diagnostic::new(Code::BadReplacement, name.span(), message);
        let declared = |field: &Field| format!("`{}` is declared{}", field.name, on_line(field.name.span()));
        if !fields.contains(&was) {
            return Err(fault(old, format!("`{}` neither reads nor sends `{old}`", base.name))
                .help(format!("delete this line, or replace one of: {}", names().collect::<Vec<_>>().join(", ")))
                .missing(old.to_string()));
        }
        if model.every.iter().any(|part| part.field == was) || first.wire == "content-type" {
            return Err(fault(old, format!("`{old}` can't be replaced"))
                .note("every response can contain it, whatever its resource is")
                .help("delete this line"));
        }
        if fields.contains(&is) || others.iter().any(|(own, other)| *own == was || *other == is) {
            let name = if others.iter().any(|(own, _)| *own == was) { old } else { new };
            return Err(fault(name, format!("`{}` already has `{name}`", base.name))
                .help("replace a header or query parameter by one that the resource does not have"));
        }
        if first.place != second.place || !model.same_grammar(first, second) {
            return Err(fault(new, format!("`{new}` is declared in another way than `{old}`"))
                .note(declared(first))
                .note(declared(second))
                .help(format!("declare `{new}` as `{old}` is declared, with another name on the wire")));
        }
        Ok((was, is))
    }
}

/// The versions, each with the resource that declares its clauses.
pub(super) fn firsts(versions: &[Version]) -> Vec<(Ident, Ident)> {
    let first = |version: &Version| {
        let mut base = &version.base;
        // A chain is not longer than the list, unless it is a circle.
        for _ in versions {
            base = versions.iter().find(|other| other.name == *base).map_or(base, |other| &other.base);
        }
        base.clone()
    };
    versions.iter().map(|version| (version.name.clone(), first(version))).collect()
}

/// The resources that `version` is like, one after the other, if one of them is named again.
fn circle<'a>(version: &'a Version, versions: &'a [Version]) -> Vec<&'a Ident> {
    let (mut names, mut next) = (vec![&version.name], version);
    while !names.contains(&&next.base) {
        let Some(base) = versions.iter().find(|other| other.name == next.base) else { return Vec::new() };
        names.push(&base.name);
        next = base;
    }
    names
}

fn like_itself(version: &Version, circle: &[&Ident]) -> Diagnostic {
    let Version { name, base, .. } = version;
    let fault =
        Diagnostic::new(Code::LikeItself, base.span(), format!("no resource declares the endpoints of `{name}`"));
    let chain = circle.iter().skip(1).chain([&base]).map(|name| format!("`{name}`")).collect::<Vec<_>>();
    let note = if base == name {
        format!("`{name}` is like itself")
    } else {
        format!("it is like {}", chain.join(", which is like "))
    };
    fault.note(note).help(format!("declare them in one resource: `resource {base} at \"…\" {{ … }}`"))
}

impl Model {
    /// The headers and query parameters that a resource reads or sends, in the order of their declarations.
    fn fields_in(&self, resource: &Resource) -> Vec<Id<Field>> {
        let endpoints = || resource.endpoints.iter();
        let inputs = endpoints().flat_map(|endpoint| &endpoint.inputs).flat_map(|input| self.fields_of(input.source));
        let whens = endpoints().filter_map(|endpoint| endpoint.when).map(|when| when.query);
        let sent = endpoints().flat_map(|endpoint| &endpoint.outcomes).flat_map(|id| self.outcomes[*id].fields());
        let options = resource.options.iter().map(|announcement| announcement.field);
        let used: Vec<_> = inputs.chain(whens).chain(sent).chain(options).collect();
        self.fields.entries().map(|(id, _)| id).filter(|id| used.contains(id)).collect()
    }

    fn same_grammar(&self, first: &Field, second: &Field) -> bool {
        let (one, other) = (first.grammar(self), second.grammar(self));
        let same_texts = one.texts(self) == other.texts(self) && one.words(self) == other.words(self);
        let schema = |grammar: &dyn crate::grammar::Grammar| grammar.schema(self, Writer::Server);
        same_texts && schema(one) == schema(other) && one.flag() == other.flag() && one.scheme() == other.scheme()
    }
}

impl Outcome {
    /// The headers that it sends, and what its problem is about.
    fn fields(&self) -> Vec<Id<Field>> {
        let about = match self.problem.as_ref().and_then(|problem| problem.about) {
            Some(About::Field(id)) => Some(id),
            Some(About::Body) | None => None,
        };
        self.parts.iter().map(|part| part.field).chain(about).collect()
    }
}

/// The originals with their copies.
#[derive(Default)]
struct Copies {
    outcomes: BTreeMap<usize, Id<Outcome>>,
    groups: BTreeMap<usize, Id<Group>>,
}

/// Copies the resource `base` to a new one at `index`.
struct Copying<'a> {
    model: &'a mut Model,
    base: usize,
    index: usize,
    replaced: &'a [(Id<Field>, Id<Field>)],
    copies: Copies,
}

impl Copying<'_> {
    fn resource(mut self, version: &Version, pattern: Vec<Segment>, excepted: &[usize]) {
        let base = self.base;
        let kept: Vec<usize> =
            (0..self.model.resources[base].endpoints.len()).filter(|own| !excepted.contains(own)).collect();
        let endpoints: Vec<_> = kept.iter().enumerate().map(|(index, own)| self.endpoint(index, *own)).collect();
        let like = self.like(excepted);
        let method = self.model.resources[base].method;
        let method = method.map(|(id, span)| (self.outcome(id, None), span));
        let first = &self.model.resources[base];
        let options = first.options.iter();
        let options = options.map(|own| Announcement { field: self.field(own.field), value: own.value.clone() });
        let resource = Resource {
            docs: version.docs.clone(),
            name: version.name.clone(),
            path: version.path.value(),
            path_span: version.path.span(),
            pattern,
            parameters: first.parameters.clone(),
            reserved: first.reserved.clone(),
            errors: first.errors,
            method,
            options: options.collect(),
            endpoints,
            like: Some(like),
        };
        self.model.resources.push(resource);
        self.examples(&kept);
    }

    /// The differences from the resource that declares the clauses, which `base` may itself be like.
    fn like(&self, excepted: &[usize]) -> Like {
        let base = &self.model.resources[self.base];
        let names = excepted.iter().map(|own| base.endpoints[*own].name.to_string());
        match &base.like {
            None => Like { first: self.base, replaced: self.replaced.to_vec(), excepted: names.collect() },
            Some(like) => {
                let earlier = like.replaced.iter().map(|(was, is)| (*was, self.field(*is)));
                let is_own = |(was, _): &&(Id<Field>, Id<Field>)| !like.replaced.iter().any(|(_, is)| is == was);
                let replaced = earlier.chain(self.replaced.iter().filter(is_own).copied()).collect();
                let excepted = like.excepted.iter().cloned().chain(names).collect();
                Like { first: like.first, replaced, excepted }
            }
        }
    }

    fn field(&self, id: Id<Field>) -> Id<Field> {
        self.replaced.iter().find(|(was, _)| *was == id).map_or(id, |(_, is)| *is)
    }

    fn source(&mut self, source: InputSource) -> InputSource {
        let id = match source {
            InputSource::Field(id) => return InputSource::Field(self.field(id)),
            InputSource::Group(id) => id,
        };
        let members = &self.model.groups[id].members;
        if !members.iter().any(|member| self.field(*member) != *member) {
            return source;
        }
        let copy = self.copies.groups.get(&id.index()).copied().unwrap_or_else(|| {
            let Group { docs, name, kind, members } = &self.model.groups[id];
            let members = members.iter().map(|member| self.field(*member)).collect();
            let copy = Group { docs: docs.clone(), name: name.clone(), kind: *kind, members };
            self.model.groups.push(copy)
        });
        self.copies.groups.insert(id.index(), copy);
        InputSource::Group(copy)
    }

    fn endpoint(&mut self, index: usize, own: usize) -> Endpoint {
        let was = &self.model.resources[self.base].endpoints[own];
        let (docs, name, method) = (was.docs.clone(), was.name.clone(), was.method.clone());
        let when = was.when.map(|when| When { query: self.field(when.query), ..when });
        let (inputs, body, damaged, outcomes) = (was.inputs.clone(), was.body, was.damaged, was.outcomes.clone());
        let (permissions, denial) = (was.permissions.clone(), was.denial.clone());
        let lines: Vec<_> = was.lines.iter().map(Line::clone).collect();
        let inputs = inputs.into_iter().map(|input| Input { source: self.source(input.source), ..input }).collect();
        let lines = lines.into_iter().map(|line| self.line(line, index)).collect();
        let outcomes = outcomes.into_iter().map(|id| self.outcome(id, Some(index))).collect();
        let permissions = self.permissions(permissions);
        let denial = denial.map(|denial| access::Denial {
            condition: self.condition(&denial.condition),
            outcome: self.outcome(denial.outcome, Some(index)),
            ..denial
        });
        Endpoint { docs, name, method, when, permissions, denial, inputs, body, lines, outcomes, damaged }
    }

    fn permissions(&mut self, permissions: Permissions) -> Permissions {
        let Permissions::Restricted(access, needs) = permissions else { return permissions };
        let need = |need: access::Need| access::Need {
            subject: need.subject.map(|subject| match subject {
                Subject::Input(id) => Subject::Input(self.field(id)),
                Subject::Parameter(index) => Subject::Parameter(index),
            }),
            condition: need.condition.map(|condition| self.condition(&condition)),
            ..need
        };
        Permissions::Restricted(access, needs.into_iter().map(need).collect())
    }

    fn line(&mut self, line: Line, endpoint: usize) -> Line {
        Line { condition: self.condition(&line.condition), outcome: self.outcome(line.outcome, Some(endpoint)), ..line }
    }

    fn condition(&mut self, condition: &Condition) -> Condition {
        match condition {
            Condition::Always => Condition::Always,
            Condition::All(parts) => Condition::All(parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Any(parts) => Condition::Any(parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Not(part) => Condition::Not(Box::new(self.condition(part))),
            Condition::Atom(atom) => Condition::Atom(match *atom {
                Atom::InputMalformed(source) => Atom::InputMalformed(self.source(source)),
                Atom::Present(source) => Atom::Present(self.source(source)),
                Atom::Is(id, choice) => Atom::Is(self.field(id), choice),
                atom => atom,
            }),
        }
    }

    /// Returns the outcome as it is sent here: itself, unless one of its headers has another name.
    fn outcome(&mut self, id: Id<Outcome>, endpoint: Option<usize>) -> Id<Outcome> {
        let was = &self.model.outcomes[id];
        let chosen = was.parts.iter().filter_map(|part| match part.presence {
            Presence::Chosen(by) => Some(by),
            _ => None,
        });
        if !was.fields().into_iter().chain(chosen).any(|own| self.field(own) != own) {
            return id;
        }
        if let Some(copy) = self.copies.outcomes.get(&id.index()) {
            return *copy;
        }
        let owner = match (was.owner, endpoint) {
            (Owner::Endpoint(..), Some(endpoint)) => Owner::Endpoint(self.index, endpoint),
            _ => Owner::Resource(self.index),
        };
        let parts = was.parts.iter().map(|part| Part {
            field: self.field(part.field),
            presence: match part.presence {
                Presence::Chosen(by) => Presence::Chosen(self.field(by)),
                ref other => other.clone(),
            },
        });
        let problem = was.problem.as_ref().map(|problem| ProblemKind {
            about: problem.about.map(|about| match about {
                About::Field(id) => About::Field(self.field(id)),
                About::Body => About::Body,
            }),
            ..problem.clone()
        });
        let copy =
            Outcome { docs: was.docs.clone(), name: was.name.clone(), parts: parts.collect(), problem, owner, ..*was };
        let copy = self.model.outcomes.push(copy);
        self.copies.outcomes.insert(id.index(), copy);
        copy
    }

    /// Copies the examples of the endpoints that are kept.
    fn examples(mut self, kept: &[usize]) {
        let place = |example: &Example| {
            let (_, own) = example.endpoint.filter(|(resource, _)| *resource == self.base)?;
            kept.iter().position(|kept| *kept == own)
        };
        let shown = self.model.examples.iter().enumerate();
        let shown: Vec<_> = shown.filter_map(|(index, example)| Some((index, place(example)?))).collect();
        for (index, endpoint) in shown {
            let outcome = self.outcome(self.model.examples[index].outcome, Some(endpoint));
            let example = self.example(&self.model.examples[index], endpoint, outcome);
            self.model.examples.push(example);
        }
    }

    fn example(&self, example: &Example, endpoint: usize, outcome: Id<Outcome>) -> Example {
        let shown = example.shown.iter().map(|(id, shown, span)| {
            let shown = match shown {
                Shown::Is(text) => Shown::Is(self.text(*id, text)),
                other => other.clone(),
            };
            (self.field(*id), shown, *span)
        });
        Example {
            docs: example.docs.clone(),
            name: example.name.clone(),
            case: example.case.clone(),
            endpoint: Some((self.index, endpoint)),
            given: example.given.clone(),
            caller: example.caller.clone(),
            limits: example.limits.clone(),
            before: example.before.iter().map(|sent| self.sent(sent)).collect(),
            send: self.sent(&example.send),
            value_spans: Vec::new(),
            outcome,
            outcome_span: example.outcome_span,
            shown: shown.collect(),
            body: example.body.clone(),
        }
    }

    fn sent(&self, sent: &Sent) -> Sent {
        let path = self.path(&sent.path);
        if path.is_none() {
            // The request goes to another resource.
            return sent.clone();
        }
        let values = sent.values.iter().map(|(id, text)| (self.field(*id), self.text(*id, text)));
        Sent { path: path.unwrap_or_default(), values: values.collect(), ..sent.clone() }
    }

    /// The path here for a path of the resource `base`.
    fn path(&self, path: &str) -> Option<String> {
        let parts = self.model.resources[self.base].capture(path)?;
        let here: Vec<_> = self.model.resources[self.index].pattern.iter().map(Segment::shape).collect();
        Some(wire::fill(&here, &parts))
    }

    /// A value of a header or query parameter, which may be a path.
    fn text(&self, id: Id<Field>, text: &str) -> String {
        let is_path = self.model.fields[id].grammar(self.model).path_to().is_some();
        self.path(text).filter(|_| is_path).unwrap_or_else(|| text.to_owned())
    }
}
