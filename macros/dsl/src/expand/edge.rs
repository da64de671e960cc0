//! The edge's part of the generated code: routing, and the leading lines that need only the head of a request.

use super::limits;
use super::names::{Depth, body, declared_at, doc, docs_or, excluded, fact_method, field_type, snake, variant};
use super::{access, condition, outcome, request};
use crate::model::{Atom, Condition, Endpoint, Field, Id, InputSource, Limit, Line, Model, Outcome, Resource, When};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

/// `Edge`, `Route` and `admit`.
pub(super) fn expand(model: &Model) -> TokenStream {
    let facts = model.facts.iter().filter(|fact| fact.edge).map(|fact| {
        let (method, docs) = (fact_method(fact), docs_or(&fact.docs, "A fact."));
        let input = fact.input.map(|id| {
            let field = &model.fields[id];
            let (name, kind) = (snake(&field.name), field_type(model, field, Depth::Root));
            quote!(#name: ::wire::names::Option<&#kind>)
        });
        quote_spanned!(declared_at(&fact.predicate)=> #docs fn #method(&self, #input) -> ::core::primitive::bool;)
    });
    let refusals = model.outcomes.entries().filter_map(|(id, outcome)| {
        let method = model.edge_method(id).filter(|method| !model.is_edge_name(method))?;
        let kind = outcome::from_root(model, outcome);
        let docs = docs_or(&outcome.docs, "A refusal.");
        Some(quote_spanned! {declared_at(&outcome.name)=>
            #docs fn #method(&self, source: &impl ::wire::Source) -> #kind;
        })
    });
    let resources: Vec<_> = model.declared().map(|(_, resource)| &resource.name).collect();
    let docs = resources.iter().map(|name| doc(&format!("To a `{name}`.")));
    let routes = model.routes();
    let is_open = access::is_open(model);
    let tries = routes.iter().map(|resource| {
        let (module, name) = (snake(&resource.name), &model.first(resource).name);
        let admit = match (&resource.like, is_open) {
            (_, false) => quote!(#module::admit(captured, source, edge).await),
            (Some(_), true) => quote!(#module::admit(captured, source, edge).map(Route::#name)),
            (None, true) => {
                let limits = limits::argument(resource, &quote!(edge.limits()));
                quote!(#module::admit(#module::find(captured, source #limits)?, captured, source, edge).map(Route::#name))
            }
        };
        quote! {
            if let ::wire::names::Some(captured) = #module::capture(source.path()) {
                return #admit;
            }
        }
    });
    let modules = resources.iter().map(|name| snake(name));
    let nowhere = model.unrouted.as_ref().map(|unrouted| outcome::path(model, unrouted.path, Depth::Root));
    let nowhere = quote!(::wire::names::Err(#nowhere.respond()));
    let nowhere = if is_open { nowhere } else { quote!(Admission { caller: Caller::Anyone, route: #nowhere }) };
    let body = body(model, || quote!(#(#tries)* #nowhere));
    let access = access::edge_methods(model);
    let admit = match is_open {
        true => quote! {
            /// Finds where a request goes, or answers it.
            ///
            /// # Errors
            /// The answer, where the head of the request is enough to know it.
            pub fn admit<E>(
                source: &impl ::wire::Source,
                edge: &impl Edge,
            ) -> ::wire::names::Result<Route, ::wire::Response<E>> {
                #body
            }
        },
        false => quote! {
            /// Finds the caller of a request and where it goes, or answers it.
            pub async fn admit<E, V: Edge>(source: &impl ::wire::Source, edge: &V) -> Admission<V, E> {
                #body
            }
        },
    };
    let protocol = model.protocol.as_ref().map_or_else(Span::call_site, |protocol| declared_at(&protocol.name));
    let limits = quote_spanned! {protocol=>
        /// The limits in force.
        fn limits(&self) -> &Limits;
    };
    quote! {
        /// The decisions about a request before it reaches the program that holds the state.
        pub trait Edge {
            #limits
            #access
            #(#facts)*
            #(#refusals)*
        }

        /// Where a request goes.
        #[derive(Debug)]
        pub enum Route { #(#docs #resources(#modules::Route),)* }

        #admit
    }
}

/// Generates the leading lines of an endpoint that need only the head of a request.
pub(super) fn leading(model: &Model, endpoint: &Endpoint) -> TokenStream {
    let mut steps = Vec::new();
    for line in &endpoint.lines {
        let answer = outcome::path(model, line.outcome, Depth::Inner);
        if [Atom::Failure, Atom::BodyStalled, Atom::BodyCrowded].iter().any(|atom| line.condition.is(*atom)) {
            continue;
        } else if line.is_about_access() {
            // `access::authorize` has decided it.
            continue;
        } else if line.condition.is(Atom::Malformed) {
            steps.push(malformed(endpoint));
        } else if let Condition::Atom(Atom::InputMalformed(input)) = line.condition {
            let answer = outcome::of_violations(model, line.outcome, Depth::Inner);
            steps.push(malformed_input(model, endpoint, input, &answer));
        } else if let Some(limit) = endpoint.body_limit().filter(|_| line.condition.is(Atom::BodyTooLarge)) {
            steps.push(too_large(&model.limits[limit], &answer));
        } else if line.is_at_edge(model) {
            steps.push(edge_line(model, line, line.outcome));
        } else {
            break;
        }
    }
    quote!(#(#steps)*)
}

/// Generates a closure for each fact that tests an input, if the leading lines of a resource test it.
pub(super) fn facts(model: &Model, resource: &Resource) -> TokenStream {
    let lines =
        resource.endpoints.iter().flat_map(|endpoint| endpoint.lines.iter().filter(|line| line.is_at_edge(model)));
    let atoms: Vec<Atom> = lines.flat_map(|line| line.condition.atoms()).collect();
    let tested = model.facts.entries().filter(|(id, _)| atoms.contains(&Atom::Fact(*id)));
    let closures = tested.filter_map(|(_, fact)| {
        let (method, marker) = (fact_method(fact), &model.fields[fact.input?].name);
        Some(quote! {
            let #method =
                || edge.#method(::wire::Inputs::new(source).optional::<super::field::#marker>().as_ref());
        })
    });
    quote!(#(#closures)*)
}

fn malformed(endpoint: &Endpoint) -> TokenStream {
    let (module, check) = (&endpoint.name, request::check(&quote!(parts)));
    quote!(#module::#check.map_err(#module::refused)?;)
}

fn malformed_input(model: &Model, endpoint: &Endpoint, input: InputSource, answer: &TokenStream) -> TokenStream {
    let (module, concern, check) = (&endpoint.name, request::concern(model, input), request::check(&quote!(parts)));
    quote! {
        match #module::#check {
            Err(violations) if #concern => return Err(#answer),
            _ => {}
        }
    }
}

fn too_large(limit: &Limit, answer: &TokenStream) -> TokenStream {
    let limit = &limit.name;
    quote! {
        if source.declares_more_than(edge.limits().#limit) {
            return Err(#answer.respond());
        }
    }
}

fn edge_line(model: &Model, line: &Line, id: Id<Outcome>) -> TokenStream {
    let answer = match model.edge_method(id) {
        Some(method) => quote!(edge.#method(source)),
        None => outcome::path(model, id, Depth::Inner),
    };
    let condition = condition::joined(&line.condition, &|atom| edge_fact(model, atom));
    quote! {
        if #condition {
            return Err(#answer.respond());
        }
    }
}

fn edge_fact(model: &Model, atom: Atom) -> TokenStream {
    let Atom::Fact(id) = atom else { return excluded("a condition that the edge can't decide") };
    let fact = &model.facts[id];
    let method = fact_method(fact);
    match fact.input {
        Some(_) => quote!(#method()),
        None => quote!(edge.#method()),
    }
}

/// Returns an expression that selects the endpoint of a method from `source`.
pub(super) fn select(model: &Model, endpoints: &[&Endpoint]) -> TokenStream {
    let otherwise = endpoints.iter().find(|endpoint| endpoint.when.is_none()).map(|endpoint| variant(&endpoint.name));
    let Some(otherwise) = otherwise else {
        return excluded("a method without an endpoint that has no `when`");
    };
    let selected = endpoints.iter().filter_map(|endpoint| Some((endpoint.when?, variant(&endpoint.name))));
    let selected: Vec<_> = selected.collect();
    let variants = selected.iter().map(|(when, name)| Some((when.query, when.choice?, name)));
    match variants.collect::<Option<Vec<_>>>().as_deref() {
        Some([]) => quote!(Ok(Endpoint::#otherwise)),
        Some(variants @ [(query, ..), ..]) if variants.iter().all(|(other, ..)| other == query) => {
            select_by_variant(model, *query, variants, &otherwise)
        }
        _ => {
            let tests = selected.iter().map(|(when, name)| {
                let test = is_selected(model, *when);
                quote!(if #test { Endpoint::#name } else)
            });
            quote!(Ok(#(#tests)* { Endpoint::#otherwise }))
        }
    }
}

/// Returns a `match` on the variants of one query parameter.
fn select_by_variant(
    model: &Model,
    query: Id<Field>,
    variants: &[(Id<Field>, usize, &Ident)],
    otherwise: &Ident,
) -> TokenStream {
    let (marker, choices) = (&model.fields[query].name, model.choices(query));
    let kind = field_type(model, &model.fields[query], Depth::Inner);
    let arms = variants.iter().map(|(_, index, name)| {
        let choice = &choices.named[*index].name;
        quote!(Some(#kind::#choice) => Endpoint::#name,)
    });
    let rest = if choices.named.len() == variants.len() { quote!(None) } else { quote!(_) };
    quote! {
        Ok(match ::wire::Inputs::new(source).optional::<super::field::#marker>() {
            #(#arms)*
            #rest => Endpoint::#otherwise,
        })
    }
}

/// Returns whether a query parameter selects an endpoint.
fn is_selected(model: &Model, when: When) -> TokenStream {
    let field = &model.fields[when.query];
    let marker = &field.name;
    let inputs = quote!(::wire::Inputs::new(source));
    match when.choice {
        Some(index) => {
            let (kind, choice) = (field_type(model, field, Depth::Inner), &model.choices(when.query).named[index].name);
            quote!(#inputs.optional::<super::field::#marker>() == Some(#kind::#choice))
        }
        None if field.flag().is_some() => quote!(#inputs.flag::<super::field::#marker>()),
        None => quote!(#inputs.has::<super::field::#marker>()),
    }
}
