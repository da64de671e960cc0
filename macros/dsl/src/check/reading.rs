//! Reads the request of an example with the code that the server uses.

use crate::ast::{EmptyBody, Place};
use crate::grammar;
use crate::json::{Reader, Unknown};
use crate::model::{Endpoint, Field, GroupKind, Id, Input, InputSource, JsonBody, Model, Need, Resource, Sent, When};
use std::borrow::Cow;
use wire::json::Document;
use wire::{Inputs, Source, Violations};

/// The inputs that an endpoint reads from a request.
pub(super) struct Reading<'a> {
    model: &'a Model,
    /// The rule that the path breaks.
    path: Option<wire::Rule>,
    violations: Option<Violations>,
    /// The headers and query parameters that are present and well-formed, and the defaults of the others.
    values: Vec<(Id<Field>, String)>,
}

impl<'a> Reading<'a> {
    /// Reads a request. `with_body` is whether the server reads its body, too.
    pub(super) fn new(
        model: &'a Model,
        resource: &Resource,
        endpoint: &Endpoint,
        sent: &Sent,
        with_body: bool,
    ) -> Self {
        let head = Head::new(model, sent);
        let mut inputs = Inputs::new(&head);
        let mut values = Vec::new();
        for input in &endpoint.inputs {
            let fields = model.fields_of(input.source);
            if let InputSource::Group(group) = input.source
                && !is_read_alone(input, model.groups[group].kind)
            {
                check_group(&mut inputs, model, model.groups[group].kind, &fields);
            }
            let members = input.members(model).into_iter();
            values.extend(members.filter_map(|(id, need)| Some((id, head.read(&mut inputs, id, &need)?))));
        }
        let selectors = resource.selectors(&endpoint.method).into_iter().filter(|_| endpoint.when.is_none());
        selectors.for_each(|id| drop(head.read(&mut inputs, id, &Need::Optional)));
        let path = match resource.capture(&sent.path) {
            Some(captured) => grammar::parameters(resource, &captured).err(),
            None => Some(format!("a path such as `{}`", resource.path).into()),
        };
        if let Some(JsonBody { object, empty }) = endpoint.json_body().filter(|_| with_body) {
            let reader = Reader { model, unknown: Unknown::AsDeclared };
            let read = |json, document: &mut Document| reader.object(&model.objects[object].content, json, document);
            match (empty, sent.body.as_str()) {
                (EmptyBody::Absent, "") => {}
                (EmptyBody::Memberless, "") => drop(inputs.json_body(b"{}", read)),
                (_, body) => drop(inputs.json_body(body.as_bytes(), read)),
            }
        }
        Self { model, path, violations: inputs.finish(Some(())).err(), values }
    }

    /// Whether the request breaks a rule of `malformed`.
    pub(super) fn is_malformed(&self) -> bool {
        self.path.is_some() || self.violations.is_some()
    }

    /// Returns the first rule that the request breaks: one about an input in `source`, or any.
    pub(super) fn violation(&self, source: Option<InputSource>) -> Option<Violation> {
        if let (None, Some(rule)) = (source, &self.path) {
            return Some(Violation { field: None, text: format!("the path must be {rule}") });
        }
        let fields = source.map(|source| self.model.fields_of(source));
        let mut violations = self.violations.iter().flat_map(Violations::as_slice).filter_map(|violation| {
            if let Some(pointer) = violation.pointer.as_ref().filter(|_| fields.is_none()) {
                let name = if pointer.is_empty() { "the body".to_owned() } else { format!("`{pointer}` of the body") };
                return Some(Violation { field: None, text: format!("{name} must be {}", violation.rule) });
            }
            let is_meant = |field: &Field| field.wire == violation.name && violation.place == field.place.into();
            let id = self.model.fields.find(is_meant)?;
            let text = format!("`{}` must be {}", self.model.fields[id].name, violation.rule);
            fields.as_ref().is_none_or(|fields| fields.contains(&id)).then_some(Violation { field: Some(id), text })
        });
        violations.next()
    }

    /// Whether an input is malformed.
    pub(super) fn is_malformed_in(&self, source: InputSource) -> bool {
        let fields = self.model.fields_of(source).into_iter().map(|id| &self.model.fields[id]);
        let concern = |violations: &Violations, field: &Field| violations.concern(field.place.into(), &[&field.wire]);
        self.violations.as_ref().is_some_and(|violations| fields.into_iter().any(|field| concern(violations, field)))
    }

    /// Whether an input is present. A group is present if one of its members is.
    pub(super) fn is_present(&self, source: InputSource) -> bool {
        self.model.fields_of(source).into_iter().any(|id| self.value(id).is_some())
    }

    /// Whether an input has a choice.
    pub(super) fn is(&self, id: Id<Field>, named: usize) -> bool {
        let grammar = self.model.fields[id].grammar(self.model);
        self.choice(id).is_some_and(|own| grammar.includes(self.model, named, own))
    }

    /// The choice of an input, if it has one.
    pub(super) fn choice(&self, id: Id<Field>) -> Option<usize> {
        self.model.fields[id].grammar(self.model).choice(self.model, self.value(id)?)
    }

    fn value(&self, id: Id<Field>) -> Option<&str> {
        self.values.iter().find(|(own, _)| *own == id).map(|(_, text)| text.as_str())
    }
}

/// A rule that a request breaks.
pub(super) struct Violation {
    /// The header or query parameter that breaks it.
    pub(super) field: Option<Id<Field>>,
    /// The rule, as a sentence without its end.
    pub(super) text: String,
}

/// Whether reading the members of a group already shows that one is missing.
fn is_read_alone(input: &Input, kind: GroupKind) -> bool {
    matches!((&input.need, kind), (Need::Required, GroupKind::AllOrNone | GroupKind::Headed))
}

fn check_group(inputs: &mut Inputs<Head>, model: &Model, kind: GroupKind, members: &[Id<Field>]) {
    let place = model.fields[members[0]].place.into();
    let names: Vec<_> = members.iter().map(|id| model.fields[*id].wire.clone()).collect();
    match kind {
        GroupKind::AllOrNone => drop(inputs.all_or_none(place, &names)),
        GroupKind::AtMostOne => drop(inputs.at_most_one(place, &names)),
        GroupKind::ExactlyOne => inputs.exactly_one(place, &names),
        GroupKind::Headed => inputs.headed(place, &names),
    }
}

/// The request of an example, as the server receives it.
pub(super) struct Head<'a> {
    model: &'a Model,
    sent: &'a Sent,
    /// The path and the query.
    target: String,
}

impl<'a> Head<'a> {
    pub(super) fn new(model: &'a Model, sent: &'a Sent) -> Self {
        Self { model, sent, target: sent.target(model) }
    }

    /// Whether the request has a query parameter that selects an endpoint.
    pub(super) fn selects(&self, when: When) -> bool {
        let (mut inputs, field) = (Inputs::new(self), &self.model.fields[when.query]);
        let grammar = field.grammar(self.model);
        match when.choice {
            Some(choice) => {
                let text = self.read(&mut inputs, when.query, &Need::Optional);
                text.and_then(|text| grammar.choice(self.model, &text)) == Some(choice)
            }
            None if field.flag().is_some() => self.read(&mut inputs, when.query, &Need::Optional).is_some(),
            None => inputs.is_given(field.place.into(), &field.wire),
        }
    }

    /// Reads a header or query parameter. Returns its text.
    fn read(&self, inputs: &mut Inputs<Self>, id: Id<Field>, need: &Need) -> Option<String> {
        let field = &self.model.fields[id];
        let (place, grammar) = (field.place.into(), field.grammar(self.model));
        if let Some(text) = field.flag() {
            return inputs.is(place, &field.wire, text).then(|| text.to_owned());
        }
        let read = |texts: &[Cow<str>]| grammar.read_all(self.model, texts).map(|()| texts.join(", "));
        match need {
            Need::Required => inputs.require(place, &field.wire, read),
            Need::Optional => inputs.read(place, &field.wire, read),
            Need::Default(default) => inputs.read(place, &field.wire, read).or_else(|| Some(default.text.clone())),
            Need::UnlessBodyEmpty if self.sent.body.is_empty() => None,
            Need::UnlessBodyEmpty => inputs.require(place, &field.wire, read),
            Need::UnlessMalformed => inputs.try_read(place, &field.wire, read),
        }
    }
}

impl Source for Head<'_> {
    fn method(&self) -> &str {
        &self.sent.method
    }

    fn path(&self) -> &str {
        &self.sent.path
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.sent.headers(self.model).find(|(own, _)| *own == name).map(|(_, text)| text.into())
    }
}

impl From<Place> for wire::Place {
    fn from(place: Place) -> Self {
        match place {
            Place::Header => Self::Header,
            Place::Query => Self::Query,
        }
    }
}
