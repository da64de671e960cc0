//! Who may send a request.

use crate::Changes;
use docs::phrase;
use dsl::model::access::{Access, Need, Permissions, Subject};
use dsl::model::{Endpoint, Model, Resource};

/// An endpoint of a spec.
type Place<'a> = (&'a Model, &'a Resource, &'a Endpoint);

/// Adds what is different between the permissions that requests of an endpoint need.
pub fn compare(changes: &mut Changes, old: Place<'_>, new: Place<'_>) {
    match (restriction(old), restriction(new)) {
        (None, None) => {}
        (Some(_), None) => changes.compatible("anyone may send requests"),
        (None, Some(access)) if access.accepts_none && !matches!(old.2.permissions, Permissions::Public) => {
            changes.unclear("credentials can be required");
        }
        (None, Some(_)) => changes.breaking("credentials are required"),
        (Some(was), Some(is)) => {
            match (was.accepts_none, is.accepts_none) {
                (true, false) => changes.breaking("credentials are required"),
                (false, true) => changes.compatible("credentials may be left out"),
                _ => {}
            }
            match (was.denied, is.denied) {
                (None, Some(_)) => changes.breaking("callers can lack a permission"),
                (Some(_), None) => changes.compatible("callers who are known may do everything"),
                _ => {}
            }
        }
    }
    let (was, is) = (needs(old), needs(new));
    let lacks = |needs: &[(String, String)], key: &str| !needs.iter().any(|(own, _)| own == key);
    let both = restriction(old).is_some() && restriction(new).is_some();
    for (_, text) in is.iter().filter(|(key, _)| both && lacks(&was, key)) {
        changes.breaking(format!("the permission {text} is needed"));
    }
    for (_, text) in was.iter().filter(|(key, _)| both && lacks(&is, key)) {
        changes.compatible(format!("the permission {text} is not needed"));
    }
}

fn restriction<'a>((model, _, endpoint): Place<'a>) -> Option<&'a Access> {
    endpoint.restriction().map(|(access, _)| &model.accesses[access])
}

/// The permissions: for each a key, in which parameters of the path have numbers instead of names, and a text.
fn needs((model, resource, endpoint): Place<'_>) -> Vec<(String, String)> {
    let Some((access, needs)) = endpoint.restriction() else { return Vec::new() };
    let need = |need: &Need| {
        let operation = &model.accesses[access].operations[need.operation].name;
        let subject = match need.subject {
            None => String::new(),
            Some(Subject::Parameter(index)) => index.to_string(),
            Some(Subject::Input(id)) => model.fields[id].wire.clone(),
        };
        let condition = need.condition.as_ref().map(|condition| phrase::condition(model, condition));
        let when = condition.map_or_else(String::new, |condition| format!(" when `{condition}`"));
        (format!("{operation} {subject}{when}"), format!("`{}`{when}", need.text(model, resource, access)))
    };
    needs.iter().map(need).collect()
}
