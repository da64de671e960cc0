//! Requests that are refused for their credentials, whatever else is wrong with them.

use super::example;
use super::limits::variable;
use crate::check::decision::Variable;
use crate::check::request::request;
use crate::model::access::{Caller, Need, Subject};
use crate::model::{Amount, Atom, Condition, Endpoint, Line, Model, Sent};
use crate::sample::Maker;
use heck::ToShoutySnakeCase as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Generates `REFUSED`, in the order of the spec: a constant with what requests have in common, followed by the requests.
pub(super) fn expand(model: &Model) -> TokenStream {
    let (mut common, mut examples) = (Vec::new(), Vec::new());
    // A spec with a fault has no samples: an object may contain itself.
    let resources = if model.sound { &model.resources[..] } else { &[] };
    for resource in resources {
        for endpoint in &resource.endpoints {
            for line in endpoint.lines.iter().filter(|line| line.is_about_access()) {
                let Some(caller) = refused(endpoint, line) else { continue };
                let (name, root) = (example::endpoint_name(resource, endpoint), resource.root());
                let constant = format_ident!("{}_{}", name.to_shouty_snake_case(), common.len() + 1);
                let (given, answer) = (caller.text(model), example::answer(model, line.outcome, &endpoint.method));
                common.push(quote! {
                    const #constant: Example =
                        Example { endpoint: #name, root: #root, given: &[#given], expect: #answer, ..Example::PLAIN };
                });
                let faults = faults(&Maker { model, resource, endpoint }).into_iter();
                examples.extend(faults.map(|Fault { what, limit, sent }| {
                    let (title, sent) = (format!("{given} {what}"), example::text(model, &sent));
                    let example = quote!(#constant.request(#title, #sent));
                    match limit {
                        None => example,
                        Some(name) => quote!(Example { limits: &[(#name, "1 B")], ..#example }),
                    }
                }));
            }
        }
    }
    let docs = "Requests that are refused for their credentials, whatever else is wrong with them.";
    let examples = (!examples.is_empty()).then(|| quote!(&[#(#examples,)*]));
    example::list(model, "REFUSED", docs, &quote!(#(#common)*), examples)
}

/// The caller whose requests a line refuses. None if there are requests for which a caller needs no permission.
fn refused(endpoint: &Endpoint, line: &Line) -> Option<Caller> {
    match line.condition {
        Condition::Atom(Atom::Refused(access, index)) => Some(Caller::Refused(access, index)),
        Condition::Atom(Atom::Denied(access)) => {
            let (_, needs) = endpoint.restriction()?;
            is_always_needed(needs).then(|| Caller::Permitted(access, Vec::new()))
        }
        _ => None,
    }
}

/// Whether every request needs one of the permissions.
fn is_always_needed(needs: &[Need]) -> bool {
    needs.iter().any(|need| need.condition.is_none() && !matches!(need.subject, Some(Subject::Input(_))))
}

/// A request that the server would refuse from every caller.
struct Fault {
    what: String,
    /// The variable of a limit that is one byte.
    limit: Option<String>,
    sent: Sent,
}

/// Requests about something that is not there, one that is malformed, and one whose body is too large.
fn faults(maker: &Maker) -> Vec<Fault> {
    let Maker { model, endpoint, .. } = maker;
    let absent = Fault { what: "before what is there".to_owned(), limit: None, sent: maker.plain() };
    // A malformed path is of no permission.
    let malformed = maker.cases().into_iter().find(|case| case.field.is_some() || case.pointer.is_some());
    let malformed = malformed.map(|case| Fault {
        what: format!("before malformed {} {}", case.input, case.what),
        limit: None,
        sent: case.sent,
    });
    let limit = endpoint.body_limit().map(|id| &model.limits[id]);
    let too_large = limit.filter(|limit| matches!(limit.amount, Amount::Bytes(_))).map(|limit| Fault {
        what: "before a body that is too large".to_owned(),
        limit: Some(variable(limit)),
        sent: Sent { body: "12".to_owned(), ..request(maker, &[(Variable::BodyEmpty, 0)]) },
    });
    [Some(absent), malformed, too_large].into_iter().flatten().collect()
}
