//! The examples as data, for tests and documentation. A program that does not use them does not contain them.

use super::names::{doc, snake};
use crate::ast::docs_text;
use crate::model::{About, Amount, Body, Endpoint, Example, ExpectedBody, Id, Model, Outcome, Resource, Sent, Shown};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};

/// Generates `EXAMPLES`, in the order of the spec.
pub(super) fn expand(model: &Model) -> TokenStream {
    let examples = model.examples.iter().map(|example| one(model, example));
    let examples = (!model.examples.is_empty()).then(|| quote!(&[#(#examples,)*]));
    list(model, "EXAMPLES", "What is answered to which request, by example.", &TokenStream::new(), examples)
}

/// Generates a list of examples, if there are any. They can use the `constants`.
pub(super) fn list(
    model: &Model,
    name: &str,
    docs: &str,
    constants: &TokenStream,
    examples: Option<TokenStream>,
) -> TokenStream {
    let Some(examples) = examples.filter(|_| model.sound) else { return TokenStream::new() };
    let (name, docs) = (format_ident!("{name}"), doc(docs));
    quote! {
        #docs
        #[allow(unused_imports, clippy::needless_update)]
        pub static #name: &[::wire::Example] = {
            use ::wire::{Example, Expected, Sent, Shown::{Absent, Is, Present}};
            #constants
            #examples
        };
    }
}

fn one(model: &Model, example: &Example) -> TokenStream {
    let endpoint = example.endpoint.map(|(resource, index)| (&model.resources[resource], index));
    let (endpoint, root) = match endpoint {
        Some((resource, index)) => (endpoint_name(resource, &resource.endpoints[index]), resource.root()),
        None => ("unrouted".to_owned(), String::new()),
    };
    let name = match &example.case {
        Some(case) => format!("{} {case:?}", example.name),
        None => example.name.to_string(),
    };
    let docs = docs_text(&example.docs);
    let caller = example.caller.iter().map(|caller| caller.text(model));
    let given = example.given.iter().map(|assumption| assumption.text.clone()).chain(caller);
    let given = given.map(|text| text.to_token_stream());
    let limits = example.limits.iter().map(|(id, amount)| {
        let (variable, value) = (super::limits::variable(&model.limits[*id]), amount_text(*amount));
        quote!((#variable, #value))
    });
    let before = example.before.iter().map(|sent| self::sent(model, sent));
    let (given, limits, before) = (some("given", given), some("limits", limits), some("before", before));
    let (send, expect) = (sent(model, &example.send), expected(model, example));
    quote! {
        Example {
            endpoint: #endpoint,
            name: #name,
            docs: #docs,
            root: #root,
            #given
            #limits
            #before
            send: #send,
            expect: #expect,
            ..Example::PLAIN
        }
    }
}

/// The name of an endpoint, with that of its resource if that is like another one.
pub(super) fn endpoint_name(resource: &Resource, endpoint: &Endpoint) -> String {
    match resource.like {
        None => endpoint.name.to_string(),
        Some(_) => format!("{}::{}", snake(&resource.name), endpoint.name),
    }
}

/// Generates a field with a list, if the list is not empty.
fn some(name: &str, items: impl Iterator<Item = TokenStream>) -> TokenStream {
    let (name, items) = (format_ident!("{name}"), items.collect::<Vec<_>>());
    if items.is_empty() { TokenStream::new() } else { quote!(#name: &[#(#items),*],) }
}

fn amount_text(amount: Amount) -> String {
    match amount {
        Amount::Bytes(bytes) => format!("{bytes} B"),
        Amount::Milliseconds(milliseconds) => format!("{milliseconds} ms"),
        Amount::Count(count) => count.to_string(),
    }
}

pub(super) fn sent(model: &Model, sent: &Sent) -> TokenStream {
    let text = text(model, sent);
    quote!(Sent(#text))
}

/// Returns a request in the form of HTTP/1.1.
pub(super) fn text(model: &Model, sent: &Sent) -> String {
    let target = sent.target(model);
    let headers = sent.headers(model).map(|(name, text)| format!("\n{name}: {text}")).collect::<String>();
    let body = if sent.body.is_empty() { String::new() } else { format!("\n\n{}", sent.body) };
    format!("{} {target}{headers}{body}", sent.method)
}

fn expected(model: &Model, example: &Example) -> TokenStream {
    let outcome = &model.outcomes[example.outcome];
    let answer = answer(model, example.outcome, &example.send.method);
    let headers = example.shown.iter().map(|(id, shown, _)| {
        let name = &model.fields[*id].wire;
        let shown = match shown {
            Shown::Is(text) => quote!(Is(#text)),
            Shown::Present => quote!(Present),
            Shown::Absent => quote!(Absent),
        };
        quote!((#name, #shown))
    });
    let shown = (!example.shown.is_empty()).then(|| quote!(.headers(&[#(#headers),*])));
    let body = match (outcome.body, &example.body) {
        (Some(Body::Json(_) | Body::Error(_)), Some(ExpectedBody { text, open, .. })) => {
            quote!(.json(#text, &[#(#open),*]))
        }
        (Some(Body::Events(_)), body) => {
            let text = body.as_ref().map_or("", |body| &body.text);
            quote!(.begins(#text))
        }
        (_, Some(ExpectedBody { text, .. })) => quote!(.body(#text)),
        (_, None) => TokenStream::new(),
    };
    quote!(#answer #shown #body)
}

/// Generates the expected status, and the expected problem if the response has a body.
pub(super) fn answer(model: &Model, id: Id<Outcome>, method: &str) -> TokenStream {
    let outcome = &model.outcomes[id];
    let status = outcome.status;
    let problem = outcome.problem.as_ref().filter(|_| method != "HEAD").map(|problem| {
        let kind = model.problem_type(outcome);
        let about = problem.about.map(|about| match about {
            About::Field(field) => model.fields[field].wire.as_str(),
            About::Body => "body",
        });
        let about = about.map(|about| quote!(.about(#about)));
        quote!(.problem(#kind)#about)
    });
    let code = model.code_at(outcome).filter(|_| method != "HEAD");
    let code = code.map(|(pointer, code)| quote!(.code(#pointer, #code)));
    quote!(Expected::new(#status)#problem #code)
}
