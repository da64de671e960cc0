//! Endpoints of one path and method are told apart by a query parameter. A client, and OpenAPI, sees one operation.

use dsl::model::{Endpoint, Field, FieldKind, Id, Input, Model, Need, Outcome, Resource, ValueKind};

/// What a client can do at the path of a resource.
pub struct Operation<'a> {
    /// The whole protocol.
    pub model: &'a Model,
    /// Where.
    pub resource: &'a Resource,
    /// In upper case.
    pub method: &'a str,
    /// Who answers.
    pub endpoints: Vec<&'a Endpoint>,
}

/// A header or query parameter that is read.
pub struct Read<'a> {
    /// Which.
    pub field: Id<Field>,
    /// The endpoints that read it, each as what.
    pub by: Vec<(&'a Endpoint, &'a Input)>,
}

impl<'a> Operation<'a> {
    /// All operations of a resource, by their methods. Endpoints that leave HTTP are not among them: OpenAPI has no words
    /// for what comes then.
    pub fn all(model: &'a Model, resource: &'a Resource) -> Vec<Self> {
        let stays = |endpoint: &&Endpoint| endpoint.outcomes.iter().all(|id| model.outcomes[*id].status >= 200);
        let of =
            |method| resource.endpoints.iter().filter(stays).filter(|endpoint| endpoint.method == method).collect();
        let operation = |method| Self { model, resource, method, endpoints: of(method) };
        let operations = resource.methods().into_iter().map(operation);
        operations.filter(|operation| !operation.endpoints.is_empty()).collect()
    }

    /// The endpoint that answers where the query says nothing; the first, if none does.
    pub fn plain(&self) -> &'a Endpoint {
        self.endpoints.iter().find(|endpoint| endpoint.when.is_none()).unwrap_or(&self.endpoints[0])
    }

    /// Every header and query parameter that one of the endpoints reads.
    pub fn inputs(&self) -> Vec<Read<'a>> {
        let mut inputs: Vec<Read> = Vec::new();
        for endpoint in &self.endpoints {
            for input in &endpoint.inputs {
                for field in self.model.fields_of(input.source) {
                    match inputs.iter_mut().find(|known| known.field == field) {
                        Some(known) => known.by.push((endpoint, input)),
                        None => inputs.push(Read { field, by: vec![(endpoint, input)] }),
                    }
                }
            }
        }
        inputs
    }

    /// The query parameter that tells the endpoints apart.
    pub fn selector(&self) -> Option<Id<Field>> {
        self.endpoints.iter().find_map(|endpoint| endpoint.when).map(|(field, _)| field)
    }

    /// The outcomes of all endpoints, each once.
    pub fn outcomes(&self) -> Vec<(Id<Outcome>, &'a Outcome)> {
        let used = |id: &Id<Outcome>| self.endpoints.iter().any(|endpoint| endpoint.outcomes.contains(id));
        self.model.outcomes.entries().filter(|(id, _)| used(id)).collect()
    }

    /// The scheme of the credentials that it reads, the field that holds them, and whether they must be there.
    pub fn credentials(&self) -> Option<(Id<Field>, &'a str, bool)> {
        self.inputs().into_iter().find_map(|read| {
            let scheme = scheme(self.model, &self.model.fields[read.field])?;
            Some((read.field, scheme, read.by.iter().all(|(_, input)| matches!(input.need, Need::Required))))
        })
    }
}

/// The scheme of a field that holds credentials.
fn scheme<'a>(model: &'a Model, field: &Field) -> Option<&'a str> {
    let FieldKind::Value(id) = field.kind else { return None };
    match &model.values[id].kind {
        ValueKind::Credentials(scheme) => Some(scheme),
        _ => None,
    }
}
