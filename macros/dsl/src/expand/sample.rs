//! Well-formed requests to an endpoint, generated from the grammars of its inputs.

use crate::model::{
    Endpoint, Field, FieldKind, GroupKind, Id, InputSource, Model, Need, Resource, Segment, Sent, ValueKind,
};
use proc_macro2::Span;

/// Maximum length of a generated text.
pub(super) const LONGEST: u64 = 4096;

/// Generates requests to one endpoint.
pub(super) struct Maker<'a> {
    pub(super) model: &'a Model,
    pub(super) resource: &'a Resource,
    pub(super) endpoint: &'a Endpoint,
}

impl Maker<'_> {
    /// Returns a request with the required inputs only.
    pub(super) fn plain(&self) -> Sent {
        let required = self.endpoint.inputs.iter().filter(|input| matches!(input.need, Need::Required));
        let mut values: Vec<_> =
            required.flat_map(|input| self.model.fields_of(input.source)).map(|id| (id, self.sample(id))).collect();
        if let Some((query, index)) = self.endpoint.when {
            values.push((query, choices(self.model, query)[index].clone()));
        }
        Sent {
            method: self.endpoint.method.clone(),
            method_span: Span::call_site(),
            path: path(self.resource, "a"),
            path_span: Span::call_site(),
            values,
            body: String::new(),
        }
    }

    /// Returns the fields that must be sent for `source` to be present.
    pub(super) fn needed(&self, source: InputSource) -> Vec<Id<Field>> {
        let mut fields = self.model.fields_of(source);
        if let InputSource::Group(group) = source
            && !matches!(self.model.groups[group].kind, GroupKind::AllOrNone)
        {
            fields.truncate(1);
        }
        fields
    }

    /// Returns a text that matches the field's grammar.
    pub(super) fn sample(&self, id: Id<Field>) -> String {
        let field = &self.model.fields[id];
        match &field.kind {
            FieldKind::Flag(text) => text.clone(),
            FieldKind::MediaType => "text/plain".to_owned(),
            FieldKind::Timestamp => "2100-01-01T00:00:00Z".to_owned(),
            FieldKind::List => "a".to_owned(),
            FieldKind::EntityTag | FieldKind::EntityTags => "\"a\"".to_owned(),
            FieldKind::Offset(offset) | FieldKind::OffsetOrSentinel(offset) => {
                "0".repeat(self.model.offsets[*offset].width)
            }
            FieldKind::PathTo(name) => {
                let resource = self.model.resources.iter().find(|resource| resource.name == *name);
                resource.map_or_else(String::new, |resource| path(resource, "b"))
            }
            FieldKind::Value(value) => match &self.model.values[*value].kind {
                ValueKind::Text { min, .. } => repeated("a", *min),
                ValueKind::Integer { min, .. } => min.to_string(),
                ValueKind::OneOf(choices) => choices.first().map_or_else(String::new, |choice| choice.text.clone()),
                ValueKind::Credentials(scheme) => format!("{scheme} a"),
                ValueKind::Listed(token) => format!("other, {}", token.to_uppercase()),
            },
        }
    }
}

fn choices(model: &Model, field: Id<Field>) -> Vec<String> {
    match model.fields[field].kind {
        FieldKind::Value(value) => match &model.values[value].kind {
            ValueKind::OneOf(choices) => choices.iter().map(|choice| choice.text.clone()).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Returns a path of the resource. Its parameters consist of `letter`.
pub(super) fn path(resource: &Resource, letter: &str) -> String {
    let segments = resource.pattern.iter().map(|segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::One(name) | Segment::Rest(name) => {
            let parameter = resource.parameters.iter().find(|parameter| parameter.name == name);
            let min = parameter.map_or(1, |parameter| parameter.min.max(1));
            format!("/{}", repeated(letter, min))
        }
    });
    segments.collect()
}

/// Repeats `letter` `count` times, but at most `LONGEST` times.
pub(super) fn repeated(letter: &str, count: u64) -> String {
    letter.repeat(count.min(LONGEST) as usize)
}

pub(super) fn with(sent: &Sent, id: Id<Field>, text: String) -> Sent {
    let mut sent = without(sent, id);
    sent.values.push((id, text));
    sent
}

pub(super) fn without(sent: &Sent, id: Id<Field>) -> Sent {
    let mut sent = sent.clone();
    sent.values.retain(|(own, _)| *own != id);
    sent
}
