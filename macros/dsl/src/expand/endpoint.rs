//! One endpoint: its request, decision and outcomes, and the function that serves it.

use super::names::{Depth, docs_or, excluded};
use super::{decide, outcome, precedence, request};
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
    quote! {
        #docs
        pub mod #module {
            #[allow(unused_imports)]
            use ::wire::names::*;

            #request
            #decide
            #(#outcomes)*
            #union
            #serve
            #precedence
        }
    }
}

/// Generates `Outcome`: the outcomes that the handler can return.
fn union(model: &Model, endpoint: &Endpoint) -> TokenStream {
    let outcomes = decide::handler_outcomes(model, endpoint);
    let names: Vec<_> = outcomes.iter().map(|id| &model.outcomes[*id].name).collect();
    let variants = outcomes.iter().map(|id| {
        let outcome = &model.outcomes[*id];
        let (name, path) = (&outcome.name, outcome::path(model, *id, Depth::Innermost));
        let generics = outcome::has_events(outcome).then(|| quote!(<E>));
        let docs = docs_or(&outcome.docs, "An outcome.");
        quote!(#docs #name(#path #generics),)
    });
    let generics = decide::generics(model, endpoint);
    let on_fn = generics.is_none().then(|| quote!(<E>));
    let conversions = outcomes.iter().map(|id| {
        let outcome = &model.outcomes[*id];
        let (name, path) = (&outcome.name, outcome::path(model, *id, Depth::Innermost));
        let own = outcome::has_events(outcome).then(|| quote!(<E>));
        quote! {
            impl #generics From<#path #own> for Outcome #generics {
                fn from(outcome: #path #own) -> Self {
                    Self::#name(outcome)
                }
            }
        }
    });
    quote! {
        #(#conversions)*

        /// What the handler can answer.
        #[derive(Debug)]
        pub enum Outcome #generics { #(#variants)* }

        impl #generics Outcome #generics {
            /// The response that says so.
            #[must_use]
            pub fn respond #on_fn (self) -> ::wire::Response<E> {
                match self { #(Self::#names(outcome) => outcome.respond(),)* }
            }
        }
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
        body_steps(model, endpoint, &malformed, &refused, &failure).unwrap_or_else(|| without_body(name));
    let (body, body_type) = kind.map(|kind| (quote!(, body: B), quote!(, B: #kind))).unzip();
    let emptied = (endpoint.method == "HEAD").then(|| quote!(response.body = ::wire::Body::Empty;));
    let varying = varying(model, endpoint);
    let mutable = emptied.is_some().then(|| quote!(mut));
    let failed = if endpoint.explains_failure(model) {
        quote! {
            let detail = service.failed(failure);
            #failure { detail }.respond()
        }
    } else {
        quote! {
            service.failed(failure);
            #failure.respond()
        }
    };
    let inner = quote! {
        #before
        let request = match Request::read(captured, source, #given) {
            Ok(request) => request,
            Err(violations) => return #refused,
        };
        #handle
        match #result {
            Ok(outcome) => outcome.respond(),
            Err(failure) => {
                #failed
            }
        }
    };
    let inner = match (emptied, &varying) {
        (None, None) => inner,
        (emptied, varying) => quote! {
            let #mutable response = async { #inner }.await;
            #emptied
            response #varying
        },
    };
    quote! {
        pub(super) async fn serve<S: super::Service, I: ::wire::Source #body_type>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I
            #body
        ) -> ::wire::Response<S::Events> {
            #inner
        }
    }
}

/// Returns the calls that add to `Vary`, if responses vary by a header of the request.
pub(super) fn varying(model: &Model, endpoint: &Endpoint) -> Option<TokenStream> {
    let names: Vec<_> = endpoint.varies_by(model).map(|field| &field.wire).collect();
    (!names.is_empty()).then(|| quote!(#(.varying(#names))*))
}

/// Returns the response to a request with `violations`.
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
        quote!(#malformed { violations }.respond())
    } else {
        quote!({ #(#tests)* #malformed { violations }.respond() })
    }
}

/// The steps of serving a request that concern its body.
struct BodySteps {
    /// The trait of a body that can be read.
    kind: Option<TokenStream>,
    /// What is done before the request is read.
    before: TokenStream,
    /// The body that the request contains.
    given: TokenStream,
    /// What is done before the result of the handler is matched.
    handle: TokenStream,
    /// The result of the handler.
    result: TokenStream,
}

fn without_body(name: &Ident) -> BodySteps {
    let result = quote!(service.#name(::wire::Asked::new(request)).await);
    BodySteps { kind: None, before: quote!(), given: quote!(None), handle: quote!(), result }
}

/// Generates the steps for a body: it is read before the request, or in pieces by the handler.
fn body_steps(
    model: &Model,
    endpoint: &Endpoint,
    malformed: &TokenStream,
    refused: &TokenStream,
    failure: &TokenStream,
) -> Option<BodySteps> {
    let (name, limit) = (&endpoint.name, &model.limits[endpoint.body_limit()?].name);
    if !endpoint.streams_body() {
        let unread = unread(model, endpoint, malformed, failure, Some(refused))?;
        let Unread { broken, too_large, stalled, crowded } = unread;
        let before = quote! {
            let body = match body.read(service.limits().#limit).await {
                Ok(body) => body,
                Err(::wire::Unread::Broken) => #broken
                Err(::wire::Unread::TooLarge) => #too_large
                Err(::wire::Unread::Stalled) => #stalled
                Err(::wire::Unread::Crowded) => #crowded
            };
        };
        let kind = Some(quote!(::wire::Incoming));
        let given = if endpoint.body_object().is_some() { quote!(&body) } else { quote!(Some(body)) };
        return Some(BodySteps { kind, before, given, ..without_body(name) });
    }
    let declared = unread(model, endpoint, malformed, failure, Some(refused))?.too_large;
    let Unread { broken, too_large, stalled, crowded } = unread(model, endpoint, malformed, failure, None)?;
    let before = quote! {
        if source.content_length().is_some_and(|length| length > service.limits().#limit as u64) #declared
    };
    // If the body can't be read, the spec decides the response, not the handler.
    let handle = quote! {
        let mut body = ::wire::Streamed::new(body, service.limits().#limit);
        let answer = service.#name(::wire::Asked::new(request), &mut body).await;
        match body.unread() {
            None => {}
            Some(::wire::Unread::Broken) => #broken
            Some(::wire::Unread::TooLarge) => #too_large
            Some(::wire::Unread::Stalled) => #stalled
            Some(::wire::Unread::Crowded) => #crowded
        }
    };
    let kind = Some(quote!(::wire::Chunks));
    Some(BodySteps { kind, before, given: quote!(None), handle, result: quote!(answer) })
}

/// The responses if the body can't be read, each as a block.
struct Unread {
    broken: TokenStream,
    too_large: TokenStream,
    stalled: TokenStream,
    crowded: TokenStream,
}

/// Generates the responses if the body can't be read. A stalled body counts as malformed, and a body that exceeds the server's
/// memory as a failure, unless the spec has lines for `body.stalled` and `body.crowded`. `refused` is the response to a request with
/// violations, if the head has not been read before the body.
fn unread(
    model: &Model,
    endpoint: &Endpoint,
    malformed: &TokenStream,
    failure: &TokenStream,
    refused: Option<&TokenStream>,
) -> Option<Unread> {
    let answer = |atom| Some(outcome::path(model, endpoint.answer_to(atom)?, Depth::Innermost));
    let position = |atom| endpoint.lines.iter().position(|line| line.condition.is(atom));
    // If the line of `malformed` comes first, the head of the request is checked first.
    let refusal = |atom| {
        let first = refused.filter(|_| position(Atom::Malformed) < position(atom)).map(|refused| {
            let check = request::check(endpoint);
            quote! {
                if let Err(violations) = #check {
                    return #refused;
                }
            }
        });
        answer(atom).map(|answer| quote!({ #first return #answer.respond(); }))
    };
    let broken = quote!({ return #malformed { violations: ::wire::Violations::broken_body() }.respond(); });
    let too_large = refusal(Atom::BodyTooLarge)?;
    let stalled = refusal(Atom::BodyStalled).unwrap_or_else(|| broken.clone());
    let explained = endpoint.explains_failure(model).then(|| quote!({ detail: ::wire::Unread::Crowded.detail() }));
    let crowded = refusal(Atom::BodyCrowded).unwrap_or_else(|| quote!({ return #failure #explained.respond(); }));
    Some(Unread { broken, too_large, stalled, crowded })
}
