//! Malformed requests, each with one violation, generated from the grammars of inputs.

use super::example;
use super::sample::{LONGEST, Maker, path, repeated, with, without};
use crate::grammar;
use crate::model::{Atom, Field, FieldKind, GroupKind, Id, Input, InputSource, Model, Need, Radix, Sent, ValueKind};
use proc_macro2::TokenStream;
use quote::quote;

/// Generates `MALFORMED`, in the order of the spec.
pub(super) fn expand(model: &Model) -> TokenStream {
    let mut examples = Vec::new();
    for resource in &model.resources {
        for endpoint in &resource.endpoints {
            let Some(outcome) = endpoint.answer_to(Atom::Malformed) else { continue };
            let (name, root) = (endpoint.name.to_string(), resource.root());
            let answer = example::answer(model, outcome, &endpoint.method);
            for Case { input, what, sent } in (Maker { model, resource, endpoint }).cases() {
                let title = format!("malformed {input} {what}");
                let sent = example::sent(model, &sent);
                let about = (endpoint.method != "HEAD").then(|| quote!(.about(#input)));
                examples.push(quote! {
                    Example {
                        endpoint: #name,
                        name: #title,
                        root: #root,
                        send: #sent,
                        expect: #answer #about,
                        ..Example::PLAIN
                    }
                });
            }
        }
    }
    example::list(model, "MALFORMED", "Requests that are malformed, each in one way.", examples)
}

/// A malformed request.
struct Case {
    /// The wire name of the malformed input.
    input: String,
    /// A description of the malformed value.
    what: String,
    sent: Sent,
}

impl Maker<'_> {
    fn cases(&self) -> Vec<Case> {
        let mut cases: Vec<Case> = self.endpoint.inputs.iter().flat_map(|input| self.input(input)).collect();
        cases.extend(self.selectors().into_iter().flat_map(|field| self.values(&self.plain(), field)));
        if let Some(parameter) = self.resource.parameters.first() {
            let sent = Sent { path: path(self.resource, "%zz"), ..self.plain() };
            cases.push(Case { input: parameter.name.to_string(), what: "%zz".to_owned(), sent });
        }
        cases
    }

    fn input(&self, input: &Input) -> Vec<Case> {
        let mut plain = self.plain();
        match input.source {
            // A malformed value counts as absent.
            InputSource::Field(_) if matches!(input.need, Need::UnlessMalformed) => Vec::new(),
            InputSource::Field(field) => {
                // An input that describes the body is not read without a body.
                if matches!(input.need, Need::UnlessBodyEmpty) {
                    plain.body = "x".to_owned();
                }
                let mut cases = self.values(&plain, field);
                if matches!(input.need, Need::Required | Need::UnlessBodyEmpty) {
                    cases.push(self.case(field, "absent", without(&plain, field)));
                }
                cases
            }
            InputSource::Group(group) => self.group(&plain, self.model.groups[group].kind, input.source),
        }
    }

    fn group(&self, plain: &Sent, kind: GroupKind, source: InputSource) -> Vec<Case> {
        let members = self.model.fields_of(source);
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
            GroupKind::AtMostOne => {
                let mut cases: Vec<_> = members.iter().flat_map(|id| self.values(plain, *id)).collect();
                let both = |id: Id<Field>| with(&alone(members[0]), id, self.sample(id));
                cases.extend(members[1..].iter().map(|id| self.case(*id, "one too many", both(*id))));
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
        let field = &self.model.fields[id];
        let texts = malformed(self.model, field).into_iter();
        let broken = texts.filter(|text| grammar::read(self.model, field, text).is_err());
        broken
            .map(|text| {
                let what = if text.len() > 32 { format!("of {} bytes", text.len()) } else { format!("{text:?}") };
                self.case(id, &what, with(plain, id, text))
            })
            .collect()
    }

    fn case(&self, id: Id<Field>, what: &str, sent: Sent) -> Case {
        Case { input: self.model.fields[id].wire.clone(), what: what.to_owned(), sent }
    }

    /// Returns the query parameter that selects other endpoints. This endpoint receives the requests in which it is malformed.
    fn selectors(&self) -> Vec<Id<Field>> {
        if self.endpoint.when.is_some() {
            return Vec::new();
        }
        let rivals = self.resource.endpoints.iter().filter(|other| other.method == self.endpoint.method);
        rivals.filter_map(|other| other.when).map(|(query, _)| query).take(1).collect()
    }
}

/// Returns texts that may break the grammar of a field.
fn malformed(model: &Model, field: &Field) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match &field.kind {
        FieldKind::Flag(_) | FieldKind::List => Vec::new(),
        FieldKind::MediaType => texts(&["text", "text/", "/plain"]),
        FieldKind::Timestamp => texts(&["tomorrow", "2100-01-01", "2100-13-01T00:00:00Z"]),
        FieldKind::EntityTag | FieldKind::EntityTags => texts(&["abc", "\"abc"]),
        FieldKind::PathTo(_) => texts(&["b", "/", "http://example.com/"]),
        FieldKind::Offset(offset) | FieldKind::OffsetOrSentinel(offset) => {
            let (width, radix) = (model.offsets[*offset].width, model.offsets[*offset].radix);
            let highest = if radix == Radix::Hex { "F" } else { "9" };
            vec!["none".to_owned(), "0".repeat(width - 1), "0".repeat(width + 1), highest.repeat(width)]
        }
        FieldKind::Value(value) => match &model.values[*value].kind {
            ValueKind::Text { max, .. } if *max < LONGEST => vec!["a, b".to_owned(), repeated("a", max + 1)],
            ValueKind::Text { .. } => texts(&["a, b"]),
            ValueKind::Integer { max, .. } => {
                let mut broken: Vec<String> = texts(&["-1", "1.5", "0x1", "01", "one"]);
                broken.push((max + 1).to_string());
                broken
            }
            ValueKind::OneOf(choices) => choices
                .iter()
                .take(1)
                .flat_map(|choice| [choice.text.to_uppercase(), format!("{}x", choice.text)])
                .collect(),
            ValueKind::Credentials(_) => Vec::new(),
            ValueKind::Listed(token) => vec![format!("{token}x"), "other".to_owned()],
        },
    }
}
