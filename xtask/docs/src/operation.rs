//! Operations: all endpoints of one path and method, which a query parameter selects. OpenAPI describes them as one.

use dsl::model::{Endpoint, Example, Field, Id, Input, Model, Outcome, Resource};
use heck::ToSnakeCase as _;

/// The endpoints of a resource with one method.
pub struct Operation<'a> {
    /// The model of the spec.
    pub model: &'a Model,
    /// The resource.
    pub resource: &'a Resource,
    /// The method, in upper case.
    pub method: &'a str,
    /// The endpoints.
    pub endpoints: Vec<&'a Endpoint>,
}

/// A header or query parameter of a request.
pub struct Read<'a> {
    /// Its declaration.
    pub field: Id<Field>,
    /// The endpoints that read it, each with its input.
    pub by: Vec<(&'a Endpoint, &'a Input)>,
}

impl<'a> Operation<'a> {
    /// All operations of a resource, by method. Endpoints that switch protocols are left out, because OpenAPI can't describe
    /// other protocols.
    pub fn all(model: &'a Model, resource: &'a Resource) -> Vec<Self> {
        let stays = |endpoint: &&Endpoint| endpoint.outcomes.iter().all(|id| model.outcomes[*id].status >= 200);
        let of =
            |method| resource.endpoints.iter().filter(stays).filter(|endpoint| endpoint.method == method).collect();
        let operation = |method| Self { model, resource, method, endpoints: of(method) };
        let operations = resource.methods().into_iter().map(operation);
        operations.filter(|operation| !operation.endpoints.is_empty()).collect()
    }

    /// The endpoint without a selecting query parameter, or the first one.
    pub fn plain(&self) -> &'a Endpoint {
        self.endpoints.iter().find(|endpoint| endpoint.when.is_none()).unwrap_or(&self.endpoints[0])
    }

    /// The name of the operation, which no other one has: that of its endpoint, after that of the resource if it is like another one or if
    /// an earlier one has an endpoint with this name.
    pub fn id(&self) -> String {
        let name = self.plain().name.to_string();
        let has_it = |resource: &&Resource| resource.endpoints.iter().any(|endpoint| endpoint.name == name);
        let first = self.model.resources.iter().find(has_it).map(|resource| &resource.name);
        match self.resource.like {
            None if first.is_none_or(|first| *first == self.resource.name) => name,
            _ => format!("{}_{name}", self.resource.name.to_string().to_snake_case()),
        }
    }

    /// Whether the example is one of its endpoints.
    pub fn is_shown_by(&self, example: &Example) -> bool {
        let Some((resource, endpoint)) = example.endpoint else { return false };
        let own = &self.model.resources[resource].endpoints[endpoint];
        self.endpoints.iter().any(|endpoint| std::ptr::eq(*endpoint, own))
    }

    /// All headers and query parameters that the endpoints read.
    pub fn inputs(&self) -> Vec<Read<'a>> {
        let mut inputs: Vec<Read> = Vec::new();
        for endpoint in &self.endpoints {
            for input in &endpoint.inputs {
                for field in self.model.fields_of(input.source) {
                    match inputs.iter_mut().find(|read| read.field == field) {
                        Some(read) => read.by.push((endpoint, input)),
                        None => inputs.push(Read { field, by: vec![(endpoint, input)] }),
                    }
                }
            }
        }
        inputs
    }

    /// The query parameters that select the endpoint, except those that the endpoint reads.
    pub fn selectors(&self) -> Vec<Id<Field>> {
        let read: Vec<_> = self.inputs().into_iter().map(|read| read.field).collect();
        let selectors = self.resource.selectors(self.method).into_iter();
        selectors.filter(|id| !read.contains(id)).collect()
    }

    /// The outcomes of all endpoints, without duplicates.
    pub fn outcomes(&self) -> Vec<(Id<Outcome>, &'a Outcome)> {
        let used = |id: &Id<Outcome>| self.endpoints.iter().any(|endpoint| endpoint.outcomes.contains(id));
        self.model.outcomes.entries().filter(|(id, _)| used(id)).collect()
    }
}
