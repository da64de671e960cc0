//! An example to start from, for an outcome that has none.

use super::decision::{self, Variable};
use super::request::request;
use crate::model::access::Caller;
use crate::model::{Amount, Atom, Endpoint, Id, Line, METHODS, Model, Outcome, Presence, Resource, Segment, Sent};
use crate::sample::Maker;
use heck::ToSnakeCase as _;

/// The assumptions of an example and its request.
struct Scene {
    given: Vec<String>,
    send: String,
}

/// Returns the place for an example of an outcome, such as "`read`", and the example.
pub(super) fn of(model: &Model, id: Id<Outcome>) -> (String, String) {
    let resources = model.resources.iter();
    let endpoints = resources.flat_map(|resource| resource.endpoints.iter().map(move |endpoint| (resource, endpoint)));
    let with_line = endpoints.filter_map(|(resource, endpoint)| {
        let line = endpoint.lines.iter().find(|line| line.outcome == id)?;
        Some((resource, endpoint, line))
    });
    let (place, scene) = match with_line.into_iter().next() {
        Some((resource, endpoint, line)) => (endpoint.name.to_string(), scene(model, resource, endpoint, line)),
        None => ("unrouted".to_owned(), Scene { given: Vec::new(), send: unrouted(model, id) }),
    };
    (format!("`{place}`"), written(model, id, &scene))
}

/// A request that matches `line` and no earlier line.
fn scene(model: &Model, resource: &Resource, endpoint: &Endpoint, line: &Line) -> Scene {
    let maker = Maker { model, resource, endpoint };
    let plain = || maker.plain();
    let with_body = |body: &str| {
        let request = request(&maker, &[(Variable::BodyEmpty, 0)]);
        Sent { body: body.to_owned(), ..request }
    };
    let given = |condition: &str| vec![condition.to_owned()];
    let (given, sent) = match line.condition.atoms()[..] {
        [Atom::Failure] => (given("failure"), plain()),
        [Atom::BodyStalled] => (given("body.stalled"), with_body("…")),
        [Atom::BodyCrowded] => (given("body.crowded"), with_body("…")),
        [Atom::BodyTooLarge] => (short_limit(model, endpoint).into_iter().collect(), with_body("12")),
        [Atom::Refused(access, index)] => (given(&Caller::Refused(access, index).text(model)), plain()),
        [Atom::Denied(access)] => (given(&Caller::Permitted(access, Vec::new()).text(model)), plain()),
        [Atom::Denied(access), ..] => {
            let condition = endpoint.denial.as_ref().map(|denial| denial.condition.clone());
            let inputs =
                condition.and_then(|condition| decision::matched(model, endpoint, &Line { condition, ..line.clone() }));
            let inputs = inputs.unwrap_or_default();
            (given(&Caller::Permitted(access, Vec::new()).text(model)), request(&maker, &inputs))
        }
        [Atom::Malformed | Atom::InputMalformed(_)] => {
            return Scene { given: Vec::new(), send: malformed(model, plain()) };
        }
        _ => match decision::witness(model, endpoint, line) {
            Some(combination) => (assumed(model, endpoint, line, &combination), request(&maker, &combination)),
            None => (Vec::new(), plain()),
        },
    };
    Scene { given, send: sending(model, &sent) }
}

/// `limits.name = 1 B`, for the limit of the endpoint's body.
fn short_limit(model: &Model, endpoint: &Endpoint) -> Option<String> {
    let limit = &model.limits[endpoint.body_limit()?];
    matches!(limit.amount, Amount::Bytes(_)).then(|| format!("limits.{} = 1 B", limit.name))
}

/// The states and facts that the condition of a line tests, as they are in `combination`.
fn assumed(model: &Model, endpoint: &Endpoint, line: &Line, combination: &[(Variable, usize)]) -> Vec<String> {
    let tested = decision::tested(model, endpoint, line);
    let can_be_given = |variable: &Variable| matches!(variable, Variable::State(_) | Variable::Fact(_));
    let given = combination.iter().filter(|(variable, _)| can_be_given(variable) && tested.contains(variable));
    let conditions: Vec<_> = given.map(|(variable, value)| decision::condition(model, *variable, *value)).collect();
    if conditions.is_empty() { Vec::new() } else { vec![conditions.join(" and ")] }
}

/// A request with a value that breaks its grammar.
fn malformed(model: &Model, sent: Sent) -> String {
    match sent.values.first() {
        Some((id, _)) => {
            let name = &model.fields[*id].name;
            format!("send {} \"{}\" {{ {name} = \"…\"; }}", sent.method, sent.path)
        }
        None => format!("send {} \"{}\" {{ … = \"…\"; }}", sent.method, sent.path),
    }
}

fn sending(model: &Model, sent: &Sent) -> String {
    let values = sent.values.iter().map(|(id, text)| format!("{} = {text:?};", model.fields[*id].name));
    let body = (!sent.body.is_empty()).then(|| format!("body = {:?};", sent.body));
    let clauses: Vec<_> = values.chain(body).collect();
    match clauses.is_empty() {
        true => format!("send {} \"{}\";", sent.method, sent.path),
        false => format!("send {} \"{}\" {{ {} }}", sent.method, sent.path, clauses.join(" ")),
    }
}

/// A request that reaches no endpoint.
fn unrouted(model: &Model, id: Id<Outcome>) -> String {
    let answers = model.unrouted.as_ref();
    let request = match answers {
        Some(unrouted) if unrouted.path == id => None,
        Some(unrouted) if unrouted.reserved == Some(id) => reserved(model),
        _ => other_method(model, id),
    };
    request.unwrap_or_else(|| "send GET \"/…\";".to_owned())
}

/// A request to a reserved path.
fn reserved(model: &Model) -> Option<String> {
    let resource = model.resources.iter().find(|resource| !resource.reserved.is_empty())?;
    let (text, _) = resource.reserved.first()?;
    let literals = resource.pattern.iter().map_while(|segment| match segment {
        Segment::Literal(literal) => Some(format!("/{literal}")),
        Segment::One(_) | Segment::Rest(_) => None,
    });
    let after = resource.pattern.iter().skip_while(|segment| matches!(segment, Segment::Literal(_))).skip(1);
    let after = after.map(|segment| match segment {
        Segment::Literal(literal) => format!("/{literal}"),
        Segment::One(_) | Segment::Rest(_) => "/a".to_owned(),
    });
    let path = literals.chain([format!("/{text}")]).chain(after).collect::<String>();
    Some(format!("send GET {path:?};"))
}

/// A request to a resource with a method that it does not have, to which the answer is this outcome.
fn other_method(model: &Model, id: Id<Outcome>) -> Option<String> {
    let resource = model.resources.iter().find(|resource| model.wrong_method(resource) == Some(id))?;
    let methods = resource.methods();
    let free = METHODS.iter().find(|method| !methods.contains(*method))?;
    Some(format!("send {free} \"{}\";", resource.sample("a")))
}

/// The example, on several lines.
fn written(model: &Model, id: Id<Outcome>, scene: &Scene) -> String {
    let outcome = &model.outcomes[id];
    let always = outcome.parts.iter().filter(|part| matches!(part.presence, Presence::Always | Presence::Chosen(_)));
    let shown: Vec<_> = always.map(|part| format!("{};", model.fields[part.field].name)).collect();
    let expect = match shown.is_empty() {
        true => format!("expect {};", outcome.name),
        false => format!("expect {} {{ {} }}", outcome.name, shown.join(" ")),
    };
    let mut lines = vec![format!("example {} {{", outcome.name.to_string().to_snake_case())];
    lines.extend(scene.given.iter().map(|given| format!("    given {given};")));
    lines.extend([format!("    {}", scene.send), format!("    {expect}"), "}".to_owned()]);
    lines.iter().map(|line| format!("\n          {line}")).collect()
}
