//! Outcomes: every request has a suitable outcome, and every outcome is reachable.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::model::{Atom, Body, Condition, Endpoint, Id, Line, Model, Outcome, Owner, Presence};
use proc_macro2::Span;
use syn::Ident;

/// Checks that an endpoint has lines for malformed input, long bodies, failing handlers and success.
pub(super) fn required(endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let has = |atom: Atom| endpoint.lines.iter().any(|line: &Line| line.condition.atoms().contains(&atom));
    let mut require = |found: bool, message: String, help: &str| {
        if !found {
            diagnostics.push(Diagnostic::new(Code::NoAnswer, endpoint.name.span(), message).help(help));
        }
    };
    let name = &endpoint.name;
    let message = format!("`{name}` has no answer for a failed handler");
    require(has(Atom::Failure), message, "add `failure => …;` to `refuse`");
    // The `Host` of every request can be malformed (RFC 9112 §3.2).
    require(
        has(Atom::Malformed),
        format!("`{name}` has no answer for malformed input"),
        "add `malformed => …;` to `refuse`",
    );
    let bounded = endpoint.body_limit().is_none() || has(Atom::BodyTooLarge);
    require(
        bounded,
        format!("`{name}` has no answer for a body that exceeds its limit"),
        "add `body.too_large => …;` to `refuse`",
    );
    let is_refused = |line: &Line| matches!(line.condition, Condition::Always);
    let succeeds = endpoint.lines.iter().any(|line| !line.refuses || is_refused(line));
    require(succeeds, format!("`{name}` has no line for a successful request"), "add `answer { … => …; }`");
}

/// Checks that an outcome sent without a handler needs no data from one, and that an outcome that lists violations is used
/// for malformed requests only.
pub(super) fn suitable(model: &Model, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    for line in &endpoint.lines {
        let fault = if line.condition.is(Atom::Malformed) {
            unfit(model, line.outcome, line.outcome_span)
                .or_else(|| without_problem(model, line.outcome, line.outcome_span))
        } else if line.is_about_malformed_input() {
            unfit(model, line.outcome, line.outcome_span)
        } else if line.is_about_access() {
            access(model, line)
        } else if line.is_at_edge(model) {
            let fault = lists_violations(model, line.outcome, line.outcome_span);
            fault.or_else(|| unfit_for_edge(model, line.outcome, line.outcome_span))
        } else if without_handler(line) {
            let unfit = unfit(model, line.outcome, line.outcome_span);
            // The detail of a failure comes from `Service::failed`.
            let unfit = unfit.filter(|_| !(line.condition.is(Atom::Failure) && needs_only_detail(model, line.outcome)));
            lists_violations(model, line.outcome, line.outcome_span).or(unfit)
        } else {
            lists_violations(model, line.outcome, line.outcome_span)
        };
        let fault = fault.or_else(|| chosen_by_no_input(model, endpoint, line));
        fault.into_iter().for_each(|fault| diagnostics.push(fault));
    }
}

/// Returns a fault if the outcome of a refusal for credentials needs data that the edge does not have. The generated code supplies the detail of
/// a denial, and the program the data of the outcome for unknown callers.
fn access(model: &Model, line: &Line) -> Option<Diagnostic> {
    let (id, span) = (line.outcome, line.outcome_span);
    let fault = match line.condition.atoms()[..] {
        [Atom::Denied(_), ..] if needs_only_detail(model, id) => None,
        [Atom::Denied(_), ..] => unfit(model, id, span),
        _ => unfit_for_edge(model, id, span),
    };
    lists_violations(model, id, span).or(fault)
}

/// Returns a fault if a header of the request chooses the media type of the outcome, and the endpoint does not read it.
fn chosen_by_no_input(model: &Model, endpoint: &Endpoint, line: &Line) -> Option<Diagnostic> {
    let outcome = &model.outcomes[line.outcome];
    let is_read = |by| endpoint.inputs.iter().any(|input| model.fields_of(input.source).contains(&by));
    let by = outcome.parts.iter().find_map(|part| match part.presence {
        Presence::Chosen(by) if !is_read(by) => Some(by),
        _ => None,
    })?;
    let (name, first) = (&model.fields[by].name, &model.choices(by).named[0].name);
    let message = format!("`{}` is sent as `{name}` chooses, which `{}` does not read", outcome.name, endpoint.name);
    Some(
        Diagnostic::new(Code::BadAnswer, line.outcome_span, message)
            .note(format!("`{}` is declared{}", outcome.name, on_line(outcome.name.span())))
            .help(format!("add `{name} or {first};` to `request`")),
    )
}

/// Checks that the outcomes of `unrouted` need no handler, and that reserved paths have an outcome.
pub(super) fn unrouted(model: &Model, diagnostics: &mut Diagnostics) {
    let Some(unrouted) = &model.unrouted else { return };
    for (id, span) in model.answers_elsewhere() {
        let fault = lists_violations(model, id, span).or_else(|| unfit(model, id, span));
        fault.into_iter().for_each(|fault| diagnostics.push(fault));
    }
    let mut reserved = model.resources.iter().flat_map(|resource| &resource.reserved);
    match (unrouted.reserved, reserved.next()) {
        (None, Some((text, span))) => diagnostics.push(
            Diagnostic::new(
                Code::NoAnswer,
                *span,
                format!("requests to the reserved path segment `{text}` have no answer"),
            )
            .help("add `reserved => …;` to `unrouted`")
            .missing("reserved"),
        ),
        (Some(id), None) => {
            let span =
                unrouted.answers.iter().rev().find(|(own, _)| *own == id).map_or_else(Span::call_site, |own| own.1);
            diagnostics.push(
                Diagnostic::new(Code::UnreachableLine, span, "unreachable line: no resource reserves a path segment")
                    .help("delete this line, or add `reserve \"…\";` to a resource")
                    .missing("reserve"),
            );
        }
        _ => {}
    }
}

/// Checks that a line uses every outcome.
pub(super) fn unreachable(model: &Model, is_unused: impl Fn(&Ident) -> bool, diagnostics: &mut Diagnostics) {
    let unrouted: Vec<_> = model.answers_elsewhere().into_iter().map(|(id, _)| id).collect();
    let endpoints: Vec<&Endpoint> = model.resources.iter().flat_map(|resource| &resource.endpoints).collect();
    for (id, outcome) in model.outcomes.entries() {
        let is_used = unrouted.contains(&id) || endpoints.iter().any(|endpoint| endpoint.outcomes.contains(&id));
        if is_used || !is_unused(&outcome.name) {
            continue;
        }
        let place = match outcome.owner {
            Owner::Protocol => "the spec".to_owned(),
            Owner::Resource(index) => format!("`{}`", model.resources[index].name),
            Owner::Endpoint(resource, index) => format!("`{}`", model.resources[resource].endpoints[index].name),
        };
        let section = if outcome.status >= 400 { "refuse" } else { "answer" };
        let message = format!("unreachable outcome: no line of {place} uses `{}`", outcome.name);
        diagnostics.push(
            Diagnostic::new(Code::UnreachableOutcome, outcome.name.span(), message)
                .help(format!("add `… => {};` to `{section}`, or delete the outcome", outcome.name))
                .unused(&outcome.name),
        );
    }
}

fn without_handler(line: &Line) -> bool {
    line.condition.atoms().iter().any(|atom| atom.is_reading())
}

fn needs_only_detail(model: &Model, id: Id<Outcome>) -> bool {
    let outcome = &model.outcomes[id];
    outcome.body.is_none() && outcome.parts.iter().all(|part| matches!(part.presence, Presence::Fixed(_)))
}

/// Returns a fault if the outcome needs data that only a handler can supply.
fn unfit(model: &Model, id: Id<Outcome>, span: Span) -> Option<Diagnostic> {
    let outcome = &model.outcomes[id];
    let open = outcome.parts.iter().find(|part| !matches!(part.presence, Presence::Fixed(_)));
    let supplied = model.own_error(outcome).and_then(|(error, format)| {
        let members = &model.objects[format.inner].content.members;
        error.members.first().map(|member| &members[member.index].name)
    });
    if let Some(member) = supplied {
        let help = format!("use an outcome without `{member}`");
        return Some(lacks(outcome, span, &format!("value for `{member}`")).help(help));
    }
    let (missing, help) = match (open, outcome.body) {
        (Some(part), _) => {
            let name = &model.fields[part.field].name;
            (
                format!("value for `{name}`"),
                format!("give it a fixed value, `{name} = …;`, or use an outcome without `{name}`"),
            )
        }
        (None, Some(Body::Bytes | Body::Events(_) | Body::Json(_))) => return unfit_body(outcome, span),
        (None, None | Some(Body::Error(_))) if outcome.has_detail() => {
            ("text for its `detail`".to_owned(), "use an outcome without `detail`".to_owned())
        }
        (None, None | Some(Body::Error(_))) => return None,
    };
    Some(lacks(outcome, span, &missing).help(help))
}

fn unfit_body(outcome: &Outcome, span: Span) -> Option<Diagnostic> {
    Some(lacks(outcome, span, "content for its body").help("use an outcome without `body`"))
}

/// The fault for an outcome that lacks data which only a handler can supply.
fn lacks(outcome: &Outcome, span: Span, missing: &str) -> Diagnostic {
    let message = format!("`{}` has no {missing}: this response is sent without a handler", outcome.name);
    let note = format!("`{}` is declared{}", outcome.name, on_line(outcome.name.span()));
    Diagnostic::new(Code::BadAnswer, span, message).note(note)
}

/// Returns a fault if the edge can't send the outcome: its body is a stream of events, or the name of its method is not free.
fn unfit_for_edge(model: &Model, id: Id<Outcome>, span: Span) -> Option<Diagnostic> {
    let outcome = &model.outcomes[id];
    if let Some(Body::Events(_)) = outcome.body {
        return unfit_body(outcome, span);
    }
    let method = model.edge_method(id)?;
    model.is_edge_name(&method).then(|| {
        let message = format!("the edge's method for `{}` would be `{method}`, a name that is in use", outcome.name);
        Diagnostic::new(Code::DuplicateName, outcome.name.span(), message).help("rename the outcome")
    })
}

/// Returns a fault if an outcome for malformed requests can't list their violations.
fn without_problem(model: &Model, id: Id<Outcome>, span: Span) -> Option<Diagnostic> {
    let outcome = &model.outcomes[id];
    if let Some(problem) = &outcome.problem {
        return problem.about.is_some().then(|| {
            let message =
                format!("`{}` is about a single input, but `malformed` must list every invalid input", outcome.name);
            Diagnostic::new(Code::BadAnswer, span, message).help("delete `about`, or use an outcome without it")
        });
    }
    if model.own_error(outcome).is_some() {
        return None;
    }
    let message = format!("`{}` has no problem to list the violations in", outcome.name);
    Some(
        Diagnostic::new(Code::BadAnswer, span, message)
            .note("the outcome of `malformed` lists each invalid input, and the rule it breaks, in its problem")
            .help(format!("declare `outcome {} = {} problem \"bad-request\";`", outcome.name, outcome.status)),
    )
}

/// Returns a fault if the outcome of another line is also the outcome of `malformed`, which lists violations.
fn lists_violations(model: &Model, id: Id<Outcome>, span: Span) -> Option<Diagnostic> {
    let endpoints = model.resources.iter().flat_map(|resource| &resource.endpoints);
    let mut lines = endpoints.flat_map(|endpoint| &endpoint.lines).filter(|_| model.lists_violations(id));
    let malformed = lines.find(|line| line.outcome == id && line.is_about_malformed_input())?;
    let message = format!(
        "`{}` can't be shared with `malformed`: it would have to list violations, and this line has none",
        model.outcomes[id].name
    );
    Some(
        Diagnostic::new(Code::BadAnswer, span, message)
            .note(format!("`malformed` uses it{}", on_line(malformed.span)))
            .help("declare a separate outcome for this line"),
    )
}
