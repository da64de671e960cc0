//! Generated tests: if two lines of `refuse` match the same request, the first one decides.

use super::decide;
use super::example;
use super::names::{Depth, fact_method, snake, state_type, variant};

use crate::check::decision::{Clash, Variable, clashes};
use crate::check::request::request;
use crate::model::{Endpoint, Fact, Model, Resource, State};
use crate::sample::Maker;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;
use syn::Ident;

/// Generates `mod precedence`, which is compiled only for tests of the spec.
pub(super) fn expand(model: &Model, resource: &Resource, endpoint: &Endpoint) -> TokenStream {
    let clashes = if model.sound { clashes(model, endpoint) } else { Vec::new() };
    if clashes.is_empty() {
        return TokenStream::new();
    }
    let needs_facts = decide::needs_facts(model, endpoint);
    let test_facts = needs_facts.then(|| test_facts(model, endpoint));
    let decision = decision(resource, endpoint, needs_facts);
    let maker = Maker { model, resource, endpoint };
    let names = names(model, endpoint, &clashes);
    let tests = clashes.iter().zip(names).map(|(clash, name)| test(&maker, clash, &name));
    quote! {
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;

            #test_facts
            #decision
            #(#tests)*
        }
    }
}

/// Generates an implementation of `Facts`, and `PLAIN`, the value from which each test differs.
fn test_facts(model: &Model, endpoint: &Endpoint) -> TokenStream {
    let (states, facts) = decide::tested(model, &endpoint.handler_lines(model));
    let states: Vec<&State> = states.into_iter().map(|id| &model.states[id]).collect();
    let facts: Vec<&Fact> = facts.into_iter().map(|id| &model.facts[id]).collect();
    let (root, methods) = (root(), facts.iter().map(|fact| fact_method(fact)).collect::<Vec<_>>());
    let (names, types): (Vec<_>, Vec<_>) = states.iter().map(|state| (&state.name, state_type(state))).unzip();
    let firsts = states.iter().map(|state| variant(&state.variants[0].1));
    quote! {
        ::wire::test_facts!({ #(#names: #root #types = #root #types::#firsts),* } { #(#methods),* });
    }
}

fn decision(resource: &Resource, endpoint: &Endpoint, needs_facts: bool) -> TokenStream {
    let (parameter, argument) =
        if needs_facts { (quote!(, facts: &TestFacts), quote!(, facts)) } else { (quote!(), quote!()) };
    let captured = resource.parameters.iter().map(|parameter| parameter.texts.sample("a"));
    let body = match endpoint.body_object() {
        Some(_) => quote!(, sent.body().as_bytes()),
        None if endpoint.collects_body() => quote!(, sent.body().as_bytes().to_vec()),
        None => quote!(),
    };
    quote! {
        fn decision(sent: Sent #parameter) -> Decision {
            let request = Request::read([#(#captured),*], &sent #body);
            decide(&request.expect("a well-formed request") #argument)
        }
    }
}

fn test(maker: &Maker<'_>, clash: &Clash, name: &Ident) -> TokenStream {
    let Maker { model, endpoint, .. } = maker;
    let sent = example::sent(model, &request(maker, &clash.combination));
    let facts = clash.combination.iter().filter(|(_, value)| *value > 0).filter_map(|(variable, value)| {
        let root = root();
        match variable {
            Variable::Fact(id) => {
                let method = fact_method(&model.facts[*id]);
                Some(quote!(#method: true))
            }
            Variable::State(id) => {
                let state = &model.states[*id];
                let (name, kind, variant) = (&state.name, state_type(state), variant(&state.variants[*value].1));
                Some(quote!(#name: #root #kind::#variant))
            }
            Variable::BodyEmpty | Variable::Present(_) | Variable::Choice(_) => None,
        }
    });
    let facts: Vec<_> = facts.collect();
    let (states, others) = decide::tested(model, &endpoint.handler_lines(model));
    let test_facts = match (facts.len(), states.len() + others.len()) {
        (_, 0) => quote!(),
        (0, _) => quote!(, &PLAIN),
        (own, all) if own == all => quote!(, &TestFacts { #(#facts,)* }),
        _ => quote!(, &TestFacts { #(#facts,)* ..PLAIN }),
    };
    let answer = decide::answer(model, endpoint.handler_lines(model)[clash.earlier].outcome);
    quote! {
        #[test]
        fn #name() {
            let decision = decision(#sent #test_facts);
            ::core::assert_eq!(decision, #answer);
        }
    }
}

/// Returns names such as `gone_before_closed`. A repeated name gets a number.
fn names(model: &Model, endpoint: &Endpoint, clashes: &[Clash]) -> Vec<Ident> {
    let lines = endpoint.handler_lines(model);
    let outcome = |index: usize| snake(&model.outcomes[lines[index].outcome].name);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let name = |clash: &Clash| {
        let name = format!("{}_before_{}", outcome(clash.earlier), outcome(clash.earlier + 1));
        let count = seen.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count == 1 { format_ident!("{name}") } else { format_ident!("{name}_{count}") }
    };
    clashes.iter().map(name).collect()
}

/// Returns the path from `mod precedence` to the root.
fn root() -> TokenStream {
    let root = Depth::Innermost.root();
    quote!(super::#root)
}
