//! Malformed requests, each with one violation, made from the grammars of inputs.

use crate::json;
use crate::model::object::Object;
use crate::model::{
    Atom, Endpoint, Field, GroupKind, Id, Input, InputSource, Model, Need, Outcome, Parameter, Resource, Sent,
};
use crate::sample::{Maker, with, without};

/// Whether an example of an endpoint can show `outcome` as the answer to a malformed request.
pub fn answers_malformed_requests(
    model: &Model,
    resource: &Resource,
    endpoint: &Endpoint,
    outcome: Id<Outcome>,
) -> bool {
    let answer = |case: &Case| match case.field {
        Some(field) => endpoint.answer_to_malformed(model, field),
        None => endpoint.answer_to(Atom::Malformed),
    };
    Maker { model, resource, endpoint }.cases().iter().any(|case| answer(case) == Some(outcome))
}

/// A malformed request.
pub(crate) struct Case {
    /// The malformed header or query parameter; `None` for a part of the path, and for the body.
    pub field: Option<Id<Field>>,
    /// The wire name of the malformed input.
    pub input: String,
    /// The JSON Pointer of the malformed value, if it is in a JSON body.
    pub pointer: Option<String>,
    /// A description of the malformed value.
    pub what: String,
    pub sent: Sent,
}

impl Maker<'_> {
    /// All malformed requests of the endpoint, in the order of its inputs.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let mut cases: Vec<Case> = self.endpoint.inputs.iter().flat_map(|input| self.input(input)).collect();
        cases.extend(self.selectors().into_iter().flat_map(|field| self.values(&self.plain(), field)));
        cases.extend(self.resource.parameters.iter().flat_map(|parameter| self.paths(parameter)));
        cases.extend(self.endpoint.body_object().into_iter().flat_map(|id| self.documents(id)));
        cases
    }

    /// Returns requests to paths in which a parameter breaks its rule.
    fn paths(&self, parameter: &Parameter) -> impl Iterator<Item = Case> {
        parameter.texts.malformed().into_iter().map(|text| {
            let path = self.resource.path_of(|own| match own.name == parameter.name {
                true => text.clone(),
                false => own.texts.sample("a"),
            });
            let (input, what) = (parameter.name.to_string(), shown(&text));
            Case { field: None, input, pointer: None, what, sent: Sent { path, ..self.plain() } }
        })
    }

    /// Returns requests whose JSON body breaks one rule.
    fn documents(&self, id: Id<Object>) -> impl Iterator<Item = Case> {
        let documents = json::malformed(self.model, &self.model.objects[id].content).into_iter();
        let plain = self.plain();
        documents.map(move |json::Malformed { pointer, what, text }| Case {
            field: None,
            input: "body".to_owned(),
            pointer: Some(pointer),
            what,
            sent: Sent { body: text, ..plain.clone() },
        })
    }

    fn input(&self, input: &Input) -> Vec<Case> {
        let mut plain = self.plain();
        match input.source {
            // A malformed value counts as absent.
            InputSource::Field(_) if matches!(input.need, Need::UnlessMalformed) => Vec::new(),
            InputSource::Field(field) => {
                // An input that describes the body is not read without a body.
                if matches!(input.need, Need::UnlessBodyEmpty) {
                    plain.body = self.body();
                }
                let mut cases = self.values(&plain, field);
                let selects = self.endpoint.when.is_some_and(|when| when.query == field);
                if !selects && matches!(input.need, Need::Required | Need::UnlessBodyEmpty) {
                    cases.push(self.case(field, "absent", without(&plain, field)));
                }
                cases
            }
            InputSource::Group(group) => self.group(self.model.groups[group].kind, input.source),
        }
    }

    fn group(&self, kind: GroupKind, source: InputSource) -> Vec<Case> {
        let members = self.model.fields_of(source);
        let plain = &members.iter().fold(self.plain(), |sent, id| without(&sent, *id));
        let mut all = plain.clone();
        all.values.extend(members.iter().map(|id| (*id, self.sample(*id))));
        let alone = |id: Id<Field>| with(plain, id, self.sample(id));
        match kind {
            GroupKind::AllOrNone => members
                .iter()
                .flat_map(|id| {
                    let mut cases = self.values(&all, *id);
                    cases.push(self.case(*id, "absent", without(&all, *id)));
                    cases
                })
                .collect(),
            GroupKind::AtMostOne | GroupKind::ExactlyOne => {
                let mut cases: Vec<_> = members.iter().flat_map(|id| self.values(plain, *id)).collect();
                let both = |id: Id<Field>| with(&alone(members[0]), id, self.sample(id));
                cases.extend(members[1..].iter().map(|id| self.case(*id, "one too many", both(*id))));
                cases.extend((kind == GroupKind::ExactlyOne).then(|| self.case(members[0], "absent", plain.clone())));
                cases
            }
            GroupKind::Headed => {
                let mut cases: Vec<_> = members.iter().flat_map(|id| self.values(&alone(members[0]), *id)).collect();
                cases.extend(members[1..].iter().map(|id| self.case(*id, "alone", alone(*id))));
                cases
            }
        }
    }

    /// Returns the request with each of the texts that break the grammar of a field.
    fn values(&self, plain: &Sent, id: Id<Field>) -> Vec<Case> {
        let grammar = self.model.fields[id].grammar(self.model);
        let texts = grammar.malformed(self.model).into_iter();
        let broken = texts.filter(|text| grammar.read(self.model, text).is_err());
        broken
            .map(|text| {
                let what = shown(&text);
                self.case(id, &what, with(plain, id, text))
            })
            .collect()
    }

    fn case(&self, id: Id<Field>, what: &str, sent: Sent) -> Case {
        Case { field: Some(id), input: self.model.fields[id].wire.clone(), pointer: None, what: what.to_owned(), sent }
    }

    /// Returns the query parameters that select other endpoints by a variant. This endpoint receives the requests in which they are
    /// malformed.
    fn selectors(&self) -> Vec<Id<Field>> {
        let whens = || self.resource.endpoints.iter().filter(|other| other.method == self.endpoint.method);
        let by_presence = |query: &Id<Field>| {
            whens().filter_map(|endpoint| endpoint.when).any(|when| when.query == *query && when.choice.is_none())
        };
        let selectors = self.resource.selectors(&self.endpoint.method).into_iter();
        selectors.filter(|query| self.endpoint.when.is_none() && !by_presence(query)).collect()
    }
}

/// A malformed text in the name of a case.
fn shown(text: &str) -> String {
    if text.len() > 32 { format!("of {} bytes", text.len()) } else { format!("{text:?}") }
}
