//! The malformed requests that an endpoint is tested with.

use super::example;
use crate::malformed::Case;
use crate::model::{Atom, Model};
use crate::sample::Maker;
use proc_macro2::TokenStream;
use quote::quote;

/// Generates `MALFORMED`, in the order of the spec.
pub(super) fn expand(model: &Model) -> TokenStream {
    let mut examples = Vec::new();
    // A spec with a fault has no samples: an object may contain itself.
    let resources = if model.sound { &model.resources[..] } else { &[] };
    for resource in resources {
        for endpoint in &resource.endpoints {
            let Some(outcome) = endpoint.answer_to(Atom::Malformed) else { continue };
            let (name, root) = (example::endpoint_name(resource, endpoint), resource.root());
            for Case { field, input, pointer, what, sent } in (Maker { model, resource, endpoint }).cases() {
                let title = format!("malformed {input} {what}");
                let sent = example::sent(model, &sent);
                let outcome = field.and_then(|id| endpoint.answer_to_malformed(model, id)).unwrap_or(outcome);
                let answer = example::answer(model, outcome, &endpoint.method);
                let pointer = pointer.map(|pointer| quote!(.at(#pointer)));
                let about = (endpoint.method != "HEAD" && model.lists_violations(outcome))
                    .then(|| quote!(.about(#input) #pointer));
                examples.push(quote! {
                    Example {
                        endpoint: #name,
                        name: #title,
                        root: #root,
                        send: #sent,
                        expect: #answer #about,
                        ..Example::PLAIN
                    }
                });
            }
        }
    }
    example::list(model, "MALFORMED", "Requests that are malformed, each in one way.", examples)
}
