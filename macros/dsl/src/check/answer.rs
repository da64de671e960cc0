//! Outcomes: everything that can happen has one that fits, and every one has something that leads to it.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Atom, Body, Endpoint, Id, Line, Model, Outcome, Owner, Presence};
use proc_macro2::Span;

/// Malformed input, long bodies and failing handlers have an answer, and so has success.
pub(super) fn owed(endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let has = |atom: Atom| endpoint.lines.iter().any(|line: &Line| line.condition.atoms().contains(&atom));
    let mut owe = |answered: bool, message: String, help: &str| {
        if !answered {
            diagnostics.push(Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message).help(help));
        }
    };
    let name = &endpoint.name;
    let message = format!("`{name}` does not say what answers when its handler fails");
    owe(has(Atom::Failure), message, "failure => Unavailable;");
    // Any input can be malformed, and a path is one.
    owe(has(Atom::Malformed), format!("`{name}` has no answer to malformed input"), "malformed => BadRequest;");
    let bounded = endpoint.body_limit.is_none() || has(Atom::BodyTooLarge);
    owe(bounded, format!("`{name}` has no answer to a body beyond its limit"), "body.too_large => TooLarge;");
    let succeeds = endpoint.lines.iter().any(|line| !line.refuses);
    owe(succeeds, format!("`{name}` never succeeds"), "answer { … => …; }");
}

/// What answers without a handler can be sent without one, and what lists violations is about malformed requests.
pub(super) fn fitting(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for line in &endpoint.lines {
        let fault = if line.condition.is(Atom::Malformed) {
            unfit(model, line.outcome, line.outcome_span)
                .or_else(|| without_problem(model, line.outcome, line.outcome_span))
        } else if without_handler(model, line) {
            let unfit = unfit(model, line.outcome, line.outcome_span);
            // Whoever reports the failure gives the detail.
            let unfit = unfit.filter(|_| !(line.condition.is(Atom::Failure) && needs_only_detail(model, line.outcome)));
            lists_violations(model, line.outcome, line.outcome_span).or(unfit)
        } else {
            lists_violations(model, line.outcome, line.outcome_span)
        };
        fault.into_iter().for_each(|fault| diagnostics.push(fault));
    }
}

/// What answers a request that no endpoint gets can be sent without one, and what is reserved has an answer.
pub(super) fn unrouted(model: &Model, diagnostics: &mut Diagnostics) {
    let Some(unrouted) = &model.unrouted else { return };
    for (id, span) in &unrouted.answers {
        let fault = lists_violations(model, *id, *span).or_else(|| unfit(model, *id, *span));
        fault.into_iter().for_each(|fault| diagnostics.push(fault));
    }
    let mut reserved = model.resources.iter().flat_map(|resource| &resource.reserved);
    match (unrouted.reserved, reserved.next()) {
        (None, Some((text, span))) => diagnostics.push(
            Diagnostic::new(Code::NoAnswer, *span, format!("nothing answers what is reserved for `{text}`"))
                .help("add `reserved => …;` to `unrouted`"),
        ),
        (Some(id), None) => {
            let span =
                unrouted.answers.iter().rev().find(|(own, _)| *own == id).map_or_else(Span::call_site, |own| own.1);
            diagnostics.push(
                Diagnostic::new(Code::UnreachableLine, span, "no resource reserves anything")
                    .help("delete this line, or add `reserve \"…\";` to a resource"),
            );
        }
        _ => {}
    }
}

/// Something leads to every outcome.
pub(super) fn unreachable(model: &Model, diagnostics: &mut Diagnostics) {
    let unrouted = model.unrouted.iter().flat_map(|unrouted| unrouted.answers.iter().map(|(id, _)| *id));
    let unrouted: Vec<_> = unrouted.collect();
    let endpoints: Vec<&Endpoint> = model.resources.iter().flat_map(|resource| &resource.endpoints).collect();
    for (id, outcome) in model.outcomes.entries() {
        if unrouted.contains(&id) || endpoints.iter().any(|endpoint| endpoint.outcomes.contains(&id)) {
            continue;
        }
        let place = match outcome.owner {
            Owner::Protocol => "the spec".to_owned(),
            Owner::Resource(index) => format!("`{}`", model.resources[index].name),
            Owner::Endpoint(resource, index) => format!("`{}`", model.resources[resource].endpoints[index].name),
        };
        let section = if outcome.status >= 400 { "refuse" } else { "answer" };
        let message = format!("nothing in {place} leads to `{}`", outcome.name);
        diagnostics.push(
            Diagnostic::new(Code::UnreachableOutcome, outcome.name.span(), message)
                .help(format!("add `… => {};` to `{section}`, or delete the outcome", outcome.name)),
        );
    }
}

fn without_handler(model: &Model, line: &Line) -> bool {
    line.condition.atoms().iter().any(|atom| match atom {
        Atom::Malformed => false,
        Atom::Fact(fact) => model.facts[*fact].edge,
        atom => atom.is_reading(),
    })
}

fn needs_only_detail(model: &Model, id: Id<Outcome>) -> bool {
    let outcome = &model.outcomes[id];
    outcome.body.is_none() && outcome.parts.iter().all(|part| matches!(part.presence, Presence::Fixed(_)))
}

/// A fault about an outcome that only a handler can fill.
fn unfit(model: &Model, id: Id<Outcome>, span: Span) -> Option<Diagnostic> {
    let outcome = &model.outcomes[id];
    let open = outcome.parts.iter().find(|part| !matches!(part.presence, Presence::Fixed(_)));
    let (what, help) = match (open, outcome.body) {
        (Some(part), _) => {
            let name = &model.fields[part.field].name;
            (
                format!("a value of `{name}`"),
                format!("fix it in the outcome, as in `{name} = …;`, or take another outcome"),
            )
        }
        (None, Some(Body::Bytes | Body::Events(_))) => ("a body".to_owned(), "an outcome without `body`".to_owned()),
        (None, None) if outcome.has_detail() => ("a detail".to_owned(), "an outcome without `detail`".to_owned()),
        (None, None) => return None,
    };
    let message = format!("`{}` needs {what}, and no handler is there to give it", outcome.name);
    let note = format!(
        "it is declared{}; this answer is given before a handler is asked, or after it failed",
        on_line(outcome.name.span())
    );
    Some(Diagnostic::new(Code::BadAnswer, span, message).note(note).help(help))
}

/// A fault about an outcome for malformed requests that can't say what is wrong with them.
fn without_problem(model: &Model, id: Id<Outcome>, span: Span) -> Option<Diagnostic> {
    let outcome = &model.outcomes[id];
    if let Some(problem) = &outcome.problem {
        return problem.about.is_some().then(|| {
            let message = format!("`{}` is about one input, and a request can be malformed in any", outcome.name);
            Diagnostic::new(Code::BadAnswer, span, message).help("an outcome without `about`")
        });
    }
    let message = format!("`{}` can't say what is malformed", outcome.name);
    Some(
        Diagnostic::new(Code::BadAnswer, span, message)
            .note("the headers and rules at fault are listed in the problem that an outcome reports")
            .help(format!("outcome {} = {} problem \"bad-request\";", outcome.name, outcome.status)),
    )
}

/// A fault about an outcome that says what is malformed where nothing is.
fn lists_violations(model: &Model, id: Id<Outcome>, span: Span) -> Option<Diagnostic> {
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    let malformed = endpoints
        .flat_map(|endpoint| &endpoint.lines)
        .find(|line| line.outcome == id && line.condition.is(Atom::Malformed))?;
    let message = format!("`{}` lists what is malformed in a request, and nothing is here", model.outcomes[id].name);
    Some(
        Diagnostic::new(Code::BadAnswer, span, message)
            .note(format!("`malformed` leads to it{}", on_line(malformed.span)))
            .help("an outcome of its own for this line"),
    )
}
