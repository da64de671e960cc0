//! Well-formed requests to an endpoint, generated from the grammars of its inputs.

use crate::json;
use crate::model::object::Object;
use crate::model::{Endpoint, Field, GroupKind, Id, InputSource, Model, Need, Resource, Sent, When};
use proc_macro2::Span;

/// Generates requests to one endpoint.
pub(crate) struct Maker<'a> {
    pub(crate) model: &'a Model,
    pub(crate) resource: &'a Resource,
    pub(crate) endpoint: &'a Endpoint,
}

impl Maker<'_> {
    /// Returns a request with the required inputs only.
    pub(crate) fn plain(&self) -> Sent {
        let required = self.endpoint.inputs.iter().filter(|input| matches!(input.need, Need::Required));
        let mut values: Vec<_> =
            required.flat_map(|input| self.needed(input.source)).map(|id| (id, self.sample(id))).collect();
        if let Some(When { query, choice }) = self.endpoint.when {
            let text = match choice {
                Some(index) => self.model.choices(query).named[index].text.clone(),
                None => self.sample(query),
            };
            values.retain(|(own, _)| *own != query);
            values.push((query, text));
        }
        Sent {
            method: self.endpoint.method.clone(),
            method_span: Span::call_site(),
            path: self.resource.sample("a"),
            path_span: Span::call_site(),
            values,
            body: self.endpoint.body_object().map_or_else(String::new, |id| self.document(id)),
        }
    }

    /// Returns a body that is not empty.
    pub(crate) fn body(&self) -> String {
        self.endpoint.body_object().map_or_else(|| "x".to_owned(), |id| self.document(id))
    }

    /// Returns a document with the members that it needs.
    fn document(&self, id: Id<Object>) -> String {
        json::sample(self.model, &self.model.objects[id].content).to_string()
    }

    /// Returns the fields that must be sent for `source` to be present.
    pub(crate) fn needed(&self, source: InputSource) -> Vec<Id<Field>> {
        let mut fields = self.model.fields_of(source);
        if let InputSource::Group(group) = source
            && !matches!(self.model.groups[group].kind, GroupKind::AllOrNone)
        {
            fields.truncate(1);
        }
        fields
    }

    /// Returns a text that matches the field's grammar.
    pub(crate) fn sample(&self, id: Id<Field>) -> String {
        self.model.fields[id].grammar(self.model).sample(self.model)
    }
}

pub(crate) fn with(sent: &Sent, id: Id<Field>, text: String) -> Sent {
    let mut sent = without(sent, id);
    sent.values.push((id, text));
    sent
}

pub(crate) fn without(sent: &Sent, id: Id<Field>) -> Sent {
    let mut sent = sent.clone();
    sent.values.retain(|(own, _)| *own != id);
    sent
}
