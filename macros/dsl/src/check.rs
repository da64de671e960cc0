//! Rules that concern several items. An endpoint that already has a fault is skipped, so that no fault is reported
//! twice.

mod answer;
mod assumptions;
pub(crate) mod decision;
mod example;
mod order;
mod reading;
mod route;
mod usage;

use crate::diagnostic::Diagnostics;
use crate::model::Model;

/// Checks the whole protocol.
pub fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let complete = diagnostics.is_empty();
    route::paths(model, diagnostics);
    for resource in &model.resources {
        let sound = || resource.endpoints.iter().filter(|endpoint| !endpoint.damaged);
        if sound().count() == resource.endpoints.len() {
            route::methods(model, resource, diagnostics);
        }
        for endpoint in sound() {
            let before = diagnostics.count();
            order::check(model, endpoint, diagnostics);
            let ordered = diagnostics.count() == before;
            answer::required(endpoint, diagnostics);
            answer::suitable(model, endpoint, diagnostics);
            if ordered {
                decision::check(model, endpoint, diagnostics);
            }
        }
    }
    if complete {
        answer::unrouted(model, diagnostics);
        answer::unreachable(model, diagnostics);
        usage::check(model, diagnostics);
    }
    if diagnostics.is_empty() {
        example::check(model, diagnostics);
    }
}
