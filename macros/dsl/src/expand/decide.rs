//! The lines of an endpoint as a function, and the trait for the facts that it needs.

use super::names::{
    Depth, body, declared_at, docs_or, excluded, fact_method, field_type, is_option, snake, state_type, variant,
};
use super::outcome;
use crate::model::{Atom, Condition, Endpoint, Fact, Id, InputSource, Line, Model, Outcome, State};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

/// `Facts`, `Ready`, `Decision` and `decide`.
pub(super) fn expand(model: &Model, endpoint: &Endpoint) -> TokenStream {
    let lines = endpoint.handler_lines(model);
    if lines.is_empty() {
        return TokenStream::new();
    }
    let outcomes = handler_outcomes(model, endpoint);
    let (ready, open): (Vec<_>, Vec<_>) = outcomes.iter().partition(|id| model.outcomes[**id].is_ready(model));
    let needs_facts = needs_facts(model, endpoint);
    let facts = needs_facts.then(|| facts(model, &lines));
    let facts_parameter = needs_facts.then(|| quote!(, facts: &impl Facts));
    let ready_type = ready_type(model, endpoint, &ready);
    let decision = decision(model, endpoint, &ready, &open);
    let tests_request = lines
        .iter()
        .flat_map(|line| line.condition.atoms())
        .any(|atom| matches!(atom, Atom::BodyEmpty | Atom::Present(_) | Atom::Is(..)));
    let request = if tests_request { quote!(request) } else { quote!(_request) };
    let body = body(model, || {
        let arms = arms(model, endpoint, &lines);
        quote!(#(#arms)*)
    });
    quote! {
        #facts
        #ready_type
        #decision

        /// The first line of the spec that holds.
        pub fn decide(#request: &Request #facts_parameter) -> Decision {
            #body
        }
    }
}

/// Returns the outcomes of the handler's lines.
pub(super) fn handler_outcomes(model: &Model, endpoint: &Endpoint) -> Vec<Id<Outcome>> {
    let lines = endpoint.handler_lines(model);
    endpoint.outcomes.iter().copied().filter(|id| lines.iter().any(|line| line.outcome == *id)).collect()
}

/// Returns `<E>` if an outcome has a body of events.
pub(super) fn generics(model: &Model, endpoint: &Endpoint) -> Option<TokenStream> {
    let outcomes = handler_outcomes(model, endpoint);
    outcomes.iter().any(|id| outcome::has_events(&model.outcomes[*id])).then(|| quote!(<E>))
}

/// Whether the lines test states or facts, so that the decision needs them.
pub(super) fn needs_facts(model: &Model, endpoint: &Endpoint) -> bool {
    let (states, facts) = tested(model, &endpoint.handler_lines(model));
    !states.is_empty() || !facts.is_empty()
}

/// Returns the states and facts that lines test, in the order of the spec.
pub(super) fn tested(model: &Model, lines: &[&Line]) -> (Vec<Id<State>>, Vec<Id<Fact>>) {
    let atoms: Vec<Atom> = lines.iter().flat_map(|line| line.condition.atoms()).collect();
    let tests_state = |id: Id<State>| atoms.iter().any(|atom| matches!(atom, Atom::State(own, _) if *own == id));
    let tests_fact = |id: Id<Fact>| atoms.contains(&Atom::Fact(id));
    let states = model.states.entries().map(|(id, _)| id).filter(|id| tests_state(*id));
    let facts = model.facts.entries().map(|(id, _)| id).filter(|id| tests_fact(*id));
    (states.collect(), facts.collect())
}

fn facts(model: &Model, lines: &[&Line]) -> TokenStream {
    let (states, facts) = tested(model, lines);
    let states = states.into_iter().map(|id| {
        let state = &model.states[id];
        let (name, kind, root) = (&state.name, state_type(state), Depth::Innermost.root());
        let docs = docs_or(&state.docs, "A state.");
        quote_spanned!(declared_at(name)=> #docs fn #name(&self) -> #root #kind;)
    });
    let facts = facts.into_iter().map(|id| {
        let fact = &model.facts[id];
        let (method, docs) = (fact_method(fact), docs_or(&fact.docs, "A fact."));
        quote_spanned!(declared_at(&fact.predicate)=> #docs fn #method(&self) -> bool;)
    });
    quote! {
        /// The states and facts that the lines test.
        pub trait Facts {
            #(#states)*
            #(#facts)*
        }
    }
}

/// Generates `Ready`: the refusals that need no data from the handler.
fn ready_type(model: &Model, endpoint: &Endpoint, ready: &[&Id<Outcome>]) -> TokenStream {
    if ready.is_empty() {
        return TokenStream::new();
    }
    let names: Vec<_> = ready.iter().map(|id| &model.outcomes[**id].name).collect();
    let paths = ready.iter().map(|id| outcome::path(model, **id, Depth::Innermost));
    let generics = generics(model, endpoint);
    let values = model.sound.then(|| quote!(::wire::ready!(Ready => Outcome #generics, #(#names(#paths)),*);));
    quote! {
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready { #(#names,)* }

        #values
    }
}

fn decision(model: &Model, endpoint: &Endpoint, ready: &[&Id<Outcome>], open: &[&Id<Outcome>]) -> TokenStream {
    let names: Vec<_> = open.iter().map(|id| &model.outcomes[**id].name).collect();
    let ready = (!ready.is_empty()).then(|| quote!(Ready(Ready),));
    // Where rustc speaks of this type, it points at the endpoint.
    let name = Ident::new("Decision", endpoint.name.span());
    quote! {
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum #name {
            #ready
            #(#names,)*
        }
    }
}

/// Generates an `if` for each line except the last. `check::decision` has shown that one line always matches, so the last
/// needs no `if`.
fn arms(model: &Model, endpoint: &Endpoint, lines: &[&Line]) -> Vec<TokenStream> {
    let (last, tested) = (lines.len() - 1, &lines[..lines.len() - 1]);
    let bindings = Bindings::of(model, tested);
    let arm = |(index, line): (usize, &&Line)| {
        let answer = answer(model, line.outcome);
        if index == last {
            return answer;
        }
        let bound = bindings.at(index);
        let condition = condition(&Scope { model, endpoint, bindings: &bindings }, &line.condition, false);
        quote!(#bound if #condition { return #answer; })
    };
    lines.iter().enumerate().map(arm).collect()
}

/// A state or a fact that several conditions test. Its method is called once.
struct Binding {
    method: Ident,
    /// The line that tests it first.
    line: usize,
    /// Whether that line always tests it. Otherwise it is called where it is needed.
    always: bool,
}

struct Bindings(Vec<Binding>);

impl Bindings {
    fn of(model: &Model, lines: &[&Line]) -> Self {
        let tests = |method: &Ident, line: &Line| {
            line.condition
                .atoms()
                .into_iter()
                .filter(|atom| self::method(model, *atom).as_ref() == Some(method))
                .count()
        };
        let (states, facts) = tested(model, lines);
        let states = states.into_iter().map(|id| model.states[id].name.clone());
        let methods = states.chain(facts.into_iter().map(|id| fact_method(&model.facts[id])));
        let repeated = methods.filter(|own| lines.iter().map(|line| tests(own, line)).sum::<usize>() > 1);
        let binding = |method: Ident| {
            let line = lines.iter().position(|line| tests(&method, line) > 0)?;
            let always = self::method(model, first_atom(&lines[line].condition)?).as_ref() == Some(&method);
            Some(Binding { method, line, always })
        };
        Self(repeated.filter_map(binding).collect())
    }

    /// The variables that are declared before this line.
    fn at(&self, line: usize) -> TokenStream {
        let variables = self.0.iter().filter(|own| own.line == line).map(|Binding { method, always, .. }| {
            let name = variable(method);
            match always {
                true => quote!(let #name = facts.#method();),
                false => quote!(let #name = ::core::cell::LazyCell::new(|| facts.#method());),
            }
        });
        quote!(#(#variables)*)
    }

    /// The value of a state or fact.
    fn value(&self, method: &Ident) -> TokenStream {
        let name = variable(method);
        match self.0.iter().find(|own| own.method == *method) {
            Some(Binding { always: true, .. }) => quote!(#name),
            Some(Binding { always: false, .. }) => quote!(*#name),
            None => quote!(facts.#method()),
        }
    }
}

/// A variable of this name is not one of the function's parameters, even if it has the name of one.
fn variable(method: &Ident) -> Ident {
    let mut name = method.clone();
    name.set_span(Span::mixed_site());
    name
}

/// The method of `Facts` for a state or a fact.
fn method(model: &Model, atom: Atom) -> Option<Ident> {
    match atom {
        Atom::State(id, _) => Some(model.states[id].name.clone()),
        Atom::Fact(id) => Some(fact_method(&model.facts[id])),
        _ => None,
    }
}

/// The atom that a condition tests first, in all cases.
fn first_atom(condition: &Condition) -> Option<Atom> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.first().and_then(first_atom),
        Condition::Not(part) => first_atom(part),
        Condition::Atom(atom) => Some(*atom),
        Condition::Always => None,
    }
}

/// What conditions are written in.
struct Scope<'a> {
    model: &'a Model,
    endpoint: &'a Endpoint,
    bindings: &'a Bindings,
}

/// Returns the value of `Decision` for an outcome.
pub(super) fn answer(model: &Model, id: Id<Outcome>) -> TokenStream {
    let outcome = &model.outcomes[id];
    let name = &outcome.name;
    if outcome.is_ready(model) { quote!(Decision::Ready(Ready::#name)) } else { quote!(Decision::#name) }
}

/// Returns a condition as an expression, in parentheses if `nested`.
fn condition(scope: &Scope, condition: &Condition, nested: bool) -> TokenStream {
    let join = |parts: &[Condition], operator: TokenStream| {
        let parts = parts.iter().map(|part| self::condition(scope, part, true)).collect::<Vec<_>>();
        let (first, rest) = (&parts[0], &parts[1..]);
        let joined = quote!(#first #(#operator #rest)*);
        if nested { quote!((#joined)) } else { joined }
    };
    match condition {
        Condition::All(parts) => join(parts, quote!(&&)),
        Condition::Any(parts) => join(parts, quote!(||)),
        Condition::Always => quote!(true),
        Condition::Atom(atom) => self::atom(scope, *atom, true),
        Condition::Not(part) => match &**part {
            Condition::Atom(atom) => self::atom(scope, *atom, false),
            part => {
                let part = self::condition(scope, part, true);
                quote!(!#part)
            }
        },
    }
}

fn atom(Scope { model, endpoint, bindings }: &Scope, atom: Atom, expected: bool) -> TokenStream {
    let root = Depth::Innermost.root();
    let plain = match atom {
        Atom::BodyEmpty if endpoint.json_body().is_some() => quote!(request.body.is_none()),
        Atom::BodyEmpty => quote!(request.body.is_empty()),
        Atom::Fact(id) => bindings.value(&fact_method(&model.facts[id])),
        Atom::Present(InputSource::Group(id)) => {
            let name = snake(&model.groups[id].name);
            quote!(request.#name.is_some())
        }
        Atom::Present(InputSource::Field(id)) => {
            let field = &model.fields[id];
            let name = snake(&field.name);
            if field.flag().is_some() { quote!(request.#name) } else { quote!(request.#name.is_some()) }
        }
        Atom::Is(id, index) => {
            let field = &model.fields[id];
            let (name, choice) = (snake(&field.name), &model.choices(id).named[index].name);
            let kind = field_type(model, field, Depth::Innermost);
            let is_option = endpoint.need_of(InputSource::Field(id)).is_some_and(|need| is_option(field, need));
            match (field.grammar(model).predicate(model, index), is_option) {
                (Some(is), true) => quote!(request.#name.as_ref().is_some_and(|value| #is(value))),
                (Some(is), false) => quote!(#is(&request.#name)),
                (None, true) => quote!(::core::matches!(request.#name, Some(#kind::#choice))),
                (None, false) => quote!(::core::matches!(request.#name, #kind::#choice)),
            }
        }
        Atom::State(id, index) => {
            let state = &model.states[id];
            let (name, kind, variant) = (&state.name, state_type(state), variant(&state.variants[index].1));
            let (value, operator) = (bindings.value(name), if expected { quote!(==) } else { quote!(!=) });
            return quote!(#value #operator #root #kind::#variant);
        }
        Atom::Malformed
        | Atom::InputMalformed(_)
        | Atom::Failure
        | Atom::BodyTooLarge
        | Atom::BodyStalled
        | Atom::BodyCrowded
        | Atom::Refused(..)
        | Atom::Denied(_) => excluded("a line about reading a request among the handler's lines"),
    };
    if expected { plain } else { quote!(!#plain) }
}
