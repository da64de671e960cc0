//! The malformed requests that an endpoint is tested with.

use super::example;
use crate::malformed::Case;
use crate::model::{Atom, Id, Model, Outcome};
use crate::sample::Maker;
use proc_macro2::TokenStream;
use quote::quote;

/// Whether the response to a malformed request lists the violations in a member.
fn lists_violations(model: &Model, id: Id<Outcome>, method: &str) -> bool {
    let has_member = model.own_error(&model.outcomes[id]).is_none_or(|(_, format)| format.violations.is_some());
    method != "HEAD" && has_member && model.lists_violations(id)
}

/// Returns where an error lists violations.
fn listed(model: &Model, outcome: &Outcome) -> Option<TokenStream> {
    let (_, format) = model.own_error(outcome)?;
    let pointer = model.pointer(format, format.violations?);
    Some(quote!(.violations(#pointer)))
}

/// Generates `MALFORMED`, in the order of the spec: what requests have in common, followed by the requests.
pub(super) fn expand(model: &Model) -> TokenStream {
    let mut groups: Vec<(TokenStream, Vec<TokenStream>)> = Vec::new();
    // A spec with a fault has no samples: an object may contain itself.
    let resources = if model.sound { &model.resources[..] } else { &[] };
    for resource in resources {
        for endpoint in &resource.endpoints {
            let Some(malformed) = endpoint.answer_to(Atom::Malformed) else { continue };
            let (name, root) = (example::endpoint_name(resource, endpoint), resource.root());
            let mut previous: Option<Id<Outcome>> = None;
            for Case { field, input, pointer, what, sent } in (Maker { model, resource, endpoint }).cases() {
                let outcome = field.and_then(|id| endpoint.answer_to_malformed(model, id)).unwrap_or(malformed);
                if previous.replace(outcome) != Some(outcome) {
                    let answer = example::answer(model, outcome, &endpoint.method);
                    let listed = listed(model, &model.outcomes[outcome]);
                    groups.push((quote!(#name at #root expects #answer #listed), Vec::new()));
                }
                let Some((_, requests)) = groups.last_mut() else { continue };
                let sent = example::text(model, &sent);
                let lists = lists_violations(model, outcome, &endpoint.method);
                requests.push(match pointer.filter(|_| lists) {
                    Some(pointer) => quote!(value #pointer #what #sent,),
                    None if lists => quote!(input #input #what #sent,),
                    None => quote!(request #input #what #sent,),
                });
            }
        }
    }
    let (common, requests): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
    let examples = quote!(::wire::malformed! { #(#common => { #(#requests)* })* });
    let docs = "Requests that are malformed, each in one way.";
    example::list(model, "MALFORMED", docs, &TokenStream::new(), (!common.is_empty()).then_some(examples))
}
