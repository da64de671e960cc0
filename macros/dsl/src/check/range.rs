//! Requests for a part of the content (RFC 9110 §14.2).

use crate::ast::Place;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Endpoint, Input, Model, Need};

const RANGE: &str = "range";

pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    for endpoint in model.resources.iter().flat_map(|resource| &resource.endpoints) {
        for input in &endpoint.inputs {
            let mut fields = model.fields_of(input.source).into_iter().map(|id| &model.fields[id]);
            if fields.any(|field| field.place == Place::Header && field.wire == RANGE) {
                broken(endpoint, input).into_iter().for_each(|fault| diagnostics.push(fault));
            }
        }
    }
}

fn broken(endpoint: &Endpoint, input: &Input) -> Option<Diagnostic> {
    let name = &input.name;
    let fault = |message: String, help: String| {
        let fault = Diagnostic::new(Code::HttpRule, name.span(), message).note("RFC 9110 §14.2 says so");
        Some(fault.help(help))
    };
    if endpoint.method != "GET" {
        let message = format!("a {} request can't ask for a range, so a server must ignore `{RANGE}`", endpoint.method);
        return fault(message, "delete this line".to_owned());
    }
    if !matches!(input.need, Need::UnlessMalformed) {
        let message = format!("a server must ignore `{RANGE}` in a unit that it does not know");
        return fault(message, format!("write `{name} unless malformed;`"));
    }
    None
}
