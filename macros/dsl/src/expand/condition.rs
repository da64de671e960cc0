//! Conditions that are decided before the handler runs.

use crate::model::{Atom, Condition};
use proc_macro2::TokenStream;
use quote::quote;

/// Returns a condition as an expression that can be an operand.
pub(super) fn joined(condition: &Condition, atom: &dyn Fn(Atom) -> TokenStream) -> TokenStream {
    let each = |parts: &[Condition]| parts.iter().map(|part| joined(part, atom)).collect::<Vec<_>>();
    match condition {
        Condition::All(parts) => {
            let parts = each(parts);
            quote!((#(#parts)&&*))
        }
        Condition::Any(parts) => {
            let parts = each(parts);
            quote!((#(#parts)||*))
        }
        Condition::Always => quote!(true),
        Condition::Not(part) => {
            let part = joined(part, atom);
            quote!(!#part)
        }
        Condition::Atom(own) => atom(*own),
    }
}
