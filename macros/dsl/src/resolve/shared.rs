//! Common parts: the inputs, lines, outcomes and examples that several resources share.

use super::example::Place;
use super::{Resolver, Result, unknown};
use crate::ast::{self, Common};
use crate::check::route;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, on_line};
use crate::model::Sent;
use syn::Ident;

/// A resource as far as its common parts concern it.
pub(super) struct User {
    name: Ident,
    path: String,
    commons: Vec<Ident>,
    /// The inputs of the resource and of its endpoints.
    named: Vec<Ident>,
}

impl User {
    pub(super) fn of(resource: &ast::Resource) -> Self {
        let own = resource.endpoints.iter().flat_map(|endpoint| &endpoint.inputs);
        let inputs = resource.inputs.iter().chain(own);
        Self {
            name: resource.name.clone(),
            path: resource.path.value(),
            commons: resource.commons.clone(),
            named: inputs.map(|input| input.name.clone()).collect(),
        }
    }

    fn has(&self, common: &Ident) -> bool {
        self.commons.contains(common)
    }
}

/// The inputs and lines of a common part or of a resource, which apply to several endpoints.
pub(super) struct Shared<'a> {
    pub(super) inputs: &'a [ast::Input],
    pub(super) lines: &'a [ast::Line],
    /// The inputs that at least one of these endpoints declares for itself.
    pub(super) named: Vec<Ident>,
}

/// Whether a path has `{name}` or `{name..}`.
fn has_parameter(path: &str, name: &Ident) -> bool {
    path.split('/').any(|part| part == format!("{{{name}}}") || part == format!("{{{name}..}}"))
}

impl Resolver<'_> {
    /// Checks that each common part has a name of its own, and a resource.
    pub(super) fn common_names(&mut self, commons: &[Common]) {
        for (index, common) in commons.iter().enumerate() {
            let name = &common.name;
            if let Some(other) = commons[..index].iter().find(|other| other.name == *name) {
                let fault = Diagnostic::new(Code::DuplicateName, name.span(), format!("`{name}` is declared twice"))
                    .note(format!("the first declaration is{}", on_line(other.name.span())));
                self.diagnostics.push(fault.help("delete or rename one of them"));
            } else if self.model.routed && !self.users.iter().any(|user| user.has(name)) {
                let fault = Diagnostic::new(Code::Unused, name.span(), format!("unused common part `{name}`"));
                let help = format!("write `resource … at \"…\" with {name} {{ … }}`, or delete the common part");
                self.diagnostics.push(fault.help(help).unused(name));
            }
            let users: Vec<_> = self.users.iter().filter(|user| user.has(name)).collect();
            let is_used = |own: &&ast::Parameter| users.iter().any(|user| has_parameter(&user.path, &own.name));
            let unused = common.parameters.iter().filter(|own| !is_used(own) && self.model.routed && !users.is_empty());
            for ast::Parameter { name: own, .. } in unused {
                let fault = Diagnostic::new(
                    Code::Unused,
                    own.span(),
                    format!("no resource with `{name}` has `{{{own}}}` in its path"),
                );
                self.diagnostics.push(fault.help("delete this line, or add it to a path").unused(own));
            }
            if common.damaged {
                self.diagnostics.lose(name.to_string());
            }
        }
    }

    /// Returns the common parts of a resource, in the order of their names.
    pub(super) fn commons_of<'a>(&mut self, resource: &ast::Resource, commons: &'a [Common]) -> Vec<&'a Common> {
        let names = &resource.commons;
        let found = names.iter().enumerate().map(|(index, name)| {
            if names[..index].contains(name) {
                let message = format!("`{}` already has the common part `{name}`", resource.name);
                return Err(Diagnostic::new(Code::DuplicateSection, name.span(), message).help("delete this name"));
            }
            let declared = commons.iter().map(|common| &common.name);
            let common = commons.iter().find(|common| common.name == *name);
            common.ok_or_else(|| unknown(Code::UnknownValue, name, "common part", declared))
        });
        let found: Vec<_> = found.collect();
        found.into_iter().filter_map(|common| self.diagnostics.keep(common)).collect()
    }

    /// Adds what common parts declare of the path, the errors and the methods of a resource.
    pub(super) fn extend(&mut self, resource: &mut ast::Resource, commons: &[&Common]) {
        let path = resource.path.value();
        let shared = commons.iter().flat_map(|common| &common.parameters);
        let shared: Vec<_> = shared.filter(|parameter| has_parameter(&path, &parameter.name)).cloned().collect();
        resource.parameters.splice(..0, shared);
        for common in commons {
            let clauses = [
                ("errors", &mut resource.errors, &common.errors),
                ("other methods", &mut resource.method, &common.method),
            ];
            for (clause, own, shared) in clauses {
                match (&own, shared) {
                    (Some(own), Some(_)) => {
                        let message = format!("`{}` has `{clause}` twice", resource.name);
                        let fault = Diagnostic::new(Code::DuplicateSection, own.span(), message)
                            .note(format!("the common part `{}` declares it, too", common.name));
                        self.diagnostics.push(fault.help("delete one of the two"));
                    }
                    (None, Some(shared)) => *own = Some(shared.clone()),
                    (_, None) => {}
                }
            }
        }
    }

    pub(super) fn shared<'a>(&self, common: &'a Common) -> Shared<'a> {
        let users = self.users.iter().filter(|user| user.has(&common.name));
        let named = users.flat_map(|user| user.named.iter().cloned()).collect();
        Shared { inputs: &common.inputs, lines: &common.refuse, named }
    }

    /// Resolves the examples of a common part, unless a faulty resource may be the one that they are about.
    pub(super) fn common_examples(&mut self, common: &Common) {
        if self.model.routed && self.users.iter().any(|user| user.has(&common.name)) {
            self.examples(&common.examples, Place::Common(&common.name));
        } else {
            common.examples.iter().for_each(|example| self.diagnostics.lose(example.expect.outcome.to_string()));
        }
    }

    /// Returns the endpoint that a request of an example of a common part reaches, as the indexes of its resource and itself.
    pub(super) fn reached(&self, sent: &Sent, common: &Ident) -> Result<(usize, usize)> {
        let fault = |message: String| {
            let paths = self.users.iter().filter(|user| user.has(common)).map(|user| format!("\"{}\"", user.path));
            let help = format!("send a request to one of: {}", paths.collect::<Vec<_>>().join(", "));
            Err(Diagnostic::new(Code::ExampleContradicts, sent.method_span, message).up_to(sent.path_span).help(help))
        };
        let Some((index, own)) = route::place(&self.model, sent) else {
            return fault("this request reaches no endpoint".to_owned());
        };
        let reached = &self.model.resources[index].name;
        if self.users.iter().any(|user| user.name == *reached && user.has(common)) {
            return Ok((index, own));
        }
        fault(format!("this request reaches `{reached}`, which does not have the common part `{common}`"))
    }
}
