//! The functions of JavaScript that the Worker calls.

use syn::visit::{self, Visit};
use syn::{ForeignItemFn, Type};

/// The asynchronous functions, each with whether it takes a slice.
#[derive(Default)]
struct Asynchronous(Vec<(String, bool)>);

impl Visit<'_> for Asynchronous {
    fn visit_foreign_item_fn(&mut self, function: &ForeignItemFn) {
        if function.sig.asyncness.is_some() {
            let mut slices = Slices(false);
            visit::visit_signature(&mut slices, &function.sig);
            self.0.push((function.sig.ident.to_string(), slices.0));
        }
    }
}

/// Whether there is a slice.
struct Slices(bool);

impl Visit<'_> for Slices {
    fn visit_type(&mut self, found: &Type) {
        self.0 |= matches!(found, Type::Slice(_));
        visit::visit_type(self, found);
    }
}

/// A slice is a view of the Worker's memory. The view is empty once the memory has grown, which can happen while JavaScript waits. A `Vec`
/// is copied.
#[test]
fn asynchronous_functions_take_no_views_of_memory() {
    let file = syn::parse_file(include_str!("../../runtime/src/cloudflare/boundary.rs")).expect("a file of Rust");
    let mut functions = Asynchronous::default();
    functions.visit_file(&file);
    let functions = functions.0;
    assert!(functions.iter().any(|(name, _)| name == "verify"), "{functions:?}");
    let views: Vec<_> = functions.iter().filter(|(_, is_view)| *is_view).collect();
    assert!(views.is_empty(), "{views:?}");
}
