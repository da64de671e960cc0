//! One endpoint: its request, decision and outcomes, and the function that serves it.

use super::names::{Depth, docs_or, excluded};
use super::{access, decide, outcome, precedence, request};
use crate::model::{Atom, Condition, Endpoint, Model, Owner, Resource};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

pub(super) fn expand(model: &Model, owner: Owner, resource: &Resource, endpoint: &Endpoint) -> TokenStream {
    let (module, docs) = (&endpoint.name, docs_or(&endpoint.docs, &format!("The endpoint `{}`.", endpoint.name)));
    let request = request::expand(model, resource, endpoint);
    let decide = decide::expand(model, endpoint);
    let precedence = precedence::expand(model, resource, endpoint);
    let outcomes = outcome::all(model, owner);
    let union = union(model, endpoint);
    let serve = model.sound.then(|| serve(model, endpoint));
    let missing = access::missing(model, resource, endpoint);
    quote! {
        #docs
        pub mod #module {
            #[allow(unused_imports)]
            use ::wire::names::*;

            #request
            #decide
            #(#outcomes)*
            #union
            #missing
            #serve
            #precedence
        }
    }
}

/// Generates `Outcome`: the outcomes that the handler can return.
fn union(model: &Model, endpoint: &Endpoint) -> TokenStream {
    let outcomes = decide::handler_outcomes(model, endpoint);
    let names: Vec<_> = outcomes.iter().map(|id| &model.outcomes[*id].name).collect();
    let types: Vec<_> = outcomes
        .iter()
        .map(|id| {
            let path = outcome::path(model, *id, Depth::Innermost);
            let generics = outcome::has_events(&model.outcomes[*id]).then(|| quote!(<E>));
            quote!(#path #generics)
        })
        .collect();
    let generics = decide::generics(model, endpoint);
    quote! {
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome #generics { #(#names(#types),)* }
        ::wire::outcomes!(Outcome #generics, #(#names(#types)),*);
    }
}

fn serve(model: &Model, endpoint: &Endpoint) -> TokenStream {
    let name = &endpoint.name;
    let answer = |atom| endpoint.answer_to(atom).map(|id| outcome::path(model, id, Depth::Innermost));
    let required = |atom, what| answer(atom).unwrap_or_else(|| excluded(what));
    let malformed = required(Atom::Malformed, "an endpoint without a line for `malformed`");
    let failure = required(Atom::Failure, "an endpoint without a line for `failure`");
    let refused = refused(model, endpoint, &malformed);
    let BodySteps { kind, before, given, handle, result } =
        body_steps(model, endpoint, &failure).unwrap_or_else(|| without_body(name));
    let (body, body_type) = kind.map(|kind| (quote!(, body: B), quote!(, B: #kind))).unzip();
    let failed = if endpoint.explains_failure(model) {
        quote!(Err(#failure { detail: service.failed(failure) }.respond()))
    } else {
        quote! {
            service.failed(failure);
            Err(#failure.respond())
        }
    };
    quote! {
        #refused

        pub(super) async fn serve<S: super::Service, I: ::wire::Source #body_type>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I
            #body
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            #before
            let request = Request::read(captured, source #given).map_err(refused)?;
            #handle
            match #result {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => { #failed }
            }
        }
    }
}

/// Returns the calls that add to `Vary`, if responses vary by a header of the request.
pub(super) fn varying(model: &Model, endpoint: &Endpoint) -> Option<TokenStream> {
    let names: Vec<_> = endpoint.varies_by(model).map(|field| &field.wire).collect();
    (!names.is_empty()).then(|| quote!(#(.varying(#names))*))
}

/// Generates `refused`, which answers a malformed request.
fn refused(model: &Model, endpoint: &Endpoint, malformed: &TokenStream) -> TokenStream {
    let inputs = endpoint.lines.iter().filter_map(|line| match line.condition {
        Condition::Atom(Atom::InputMalformed(input)) => Some((input, line.outcome)),
        _ => None,
    });
    let tests = inputs.map(|(input, outcome)| {
        let (concern, answer) =
            (request::concern(model, input), outcome::of_violations(model, outcome, Depth::Innermost));
        quote!(if #concern { return #answer; })
    });
    let tests: Vec<_> = tests.collect();
    if tests.is_empty() {
        return quote!(::wire::refused!(#malformed););
    }
    quote! {
        /// The response to a malformed request.
        pub(super) fn refused<E>(violations: ::wire::Violations) -> ::wire::Response<E> {
            #(#tests)*
            #malformed { violations }.respond()
        }
    }
}

/// The steps of serving a request that concern its body.
struct BodySteps {
    /// The trait of a body that can be read.
    kind: Option<TokenStream>,
    /// Code that runs before the request is read.
    before: TokenStream,
    /// The body that the request contains, as an argument.
    given: TokenStream,
    /// Code that runs before the result of the handler is matched.
    handle: TokenStream,
    /// The result of the handler.
    result: TokenStream,
}

fn without_body(name: &Ident) -> BodySteps {
    let result = quote!(service.#name(::wire::Asked::new(request)).await);
    BodySteps { kind: None, before: quote!(), given: quote!(), handle: quote!(), result }
}

/// Generates the steps for a body: it is read before the request, or in pieces by the handler.
fn body_steps(model: &Model, endpoint: &Endpoint, failure: &TokenStream) -> Option<BodySteps> {
    let (name, limit) = (&endpoint.name, &model.limits[endpoint.body_limit()?].name);
    if !endpoint.streams_body() {
        let Unread { broken, too_large, stalled, crowded } = unread(model, endpoint, failure, true)?;
        let before = quote! {
            let body = match body.read(service.limits().#limit).await {
                Ok(body) => body,
                Err(::wire::Unread::Broken) => return Err(#broken),
                Err(::wire::Unread::TooLarge) => { #too_large }
                Err(::wire::Unread::Stalled) => { #stalled }
                Err(::wire::Unread::Crowded) => { #crowded }
            };
        };
        let kind = Some(quote!(::wire::Incoming));
        let given = if endpoint.body_object().is_some() { quote!(, &body) } else { quote!(, body) };
        return Some(BodySteps { kind, before, given, ..without_body(name) });
    }
    let declared = unread(model, endpoint, failure, true)?.too_large;
    let Unread { broken, too_large, stalled, crowded } = unread(model, endpoint, failure, false)?;
    let before = quote! {
        if source.declares_more_than(service.limits().#limit) { #declared }
    };
    // If the body can't be read, the spec decides the response, not the handler.
    let handle = quote! {
        let mut body = ::wire::Streamed::new(body, service.limits().#limit);
        let answer = service.#name(::wire::Asked::new(request), &mut body).await;
        match body.unread() {
            None => {}
            Some(::wire::Unread::Broken) => return Err(#broken),
            Some(::wire::Unread::TooLarge) => { #too_large }
            Some(::wire::Unread::Stalled) => { #stalled }
            Some(::wire::Unread::Crowded) => { #crowded }
        }
    };
    let kind = Some(quote!(::wire::Chunks));
    Some(BodySteps { kind, before, given: quote!(), handle, result: quote!(answer) })
}

/// Code that runs if the body can't be read.
struct Unread {
    /// The response.
    broken: TokenStream,
    /// A statement that returns the response, and so are those below.
    too_large: TokenStream,
    stalled: TokenStream,
    crowded: TokenStream,
}

/// Generates the responses if the body can't be read. A stalled body counts as malformed, and a body that exceeds the server's
/// memory as a failure, unless the spec has lines for `body.stalled` and `body.crowded`. With `unchecked`, the head has not been read
/// before the body.
fn unread(model: &Model, endpoint: &Endpoint, failure: &TokenStream, unchecked: bool) -> Option<Unread> {
    let position = |atom| endpoint.lines.iter().position(|line| line.condition.is(atom));
    // If the line of `malformed` comes first, the head of the request is checked first.
    let refusal = |atom| {
        let answer = outcome::path(model, endpoint.answer_to(atom)?, Depth::Innermost);
        let is_later = unchecked && position(Atom::Malformed) < position(atom);
        let check = request::check(&quote!(super::parts(captured)));
        let first = is_later.then(|| quote!(#check.map_err(refused)?;));
        Some(quote!(#first return Err(#answer.respond());))
    };
    let broken = quote!(refused(::wire::Violations::broken_body()));
    let too_large = refusal(Atom::BodyTooLarge)?;
    let stalled = refusal(Atom::BodyStalled).unwrap_or_else(|| quote!(return Err(#broken);));
    let explained = endpoint.explains_failure(model).then(|| quote!({ detail: ::wire::Unread::Crowded.detail() }));
    let crowded = refusal(Atom::BodyCrowded).unwrap_or_else(|| quote!(return Err(#failure #explained.respond());));
    Some(Unread { broken, too_large, stalled, crowded })
}
