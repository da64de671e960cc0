//! Reference sections: declarations that all endpoints share.

use dsl::grammar::Grammar as _;
use dsl::model::error::ErrorFormat;
use dsl::model::{Event, Field, Model, Presence};
use dsl::{Place, docs_text};

use crate::markdown::{code, table};
use crate::object;

/// All reference sections.
pub fn sections(model: &Model) -> String {
    let sections = [
        ("Every response", every_response(model)),
        ("Problems", problems(model)),
        ("Errors", errors(model)),
        ("Headers", fields(model, Place::Header)),
        ("Query parameters", fields(model, Place::Query)),
        ("Offsets", offsets(model)),
        ("JSON", object::objects(model)),
        ("Events", events(model)),
        ("Media types", medias(model)),
        ("States", states(model)),
        ("Facts", facts(model)),
        ("Limits", limits(model)),
    ];
    let kept = sections.into_iter().filter(|(_, text)| !text.is_empty());
    kept.map(|(heading, text)| format!("## {heading}\n\n{text}")).collect()
}

fn every_response(model: &Model) -> String {
    let own = model.every.iter().map(|part| {
        let field = &model.fields[part.field];
        let value = match &part.presence {
            Presence::Fixed(text) => code(text),
            Presence::Always | Presence::Chosen(_) => "always".to_owned(),
            Presence::Optional => "optional".to_owned(),
        };
        [code(&field.wire), value, docs_text(&field.docs)]
    });
    let cors = model.cors.iter().flat_map(|cors| {
        let header = |name: &str, value: &str, docs: &str| [code(name), code(value), docs.to_owned()];
        [
            header("access-control-allow-origin", &cors.origin, "Origins whose scripts can read the response."),
            header("access-control-expose-headers", &dsl::cors::exposed(model), "Headers that a script can read."),
        ]
    });
    let preflight = model.cors.as_ref().map(|cors| {
        let header = |name, value, docs: &str| [code(name), code(value), docs.to_owned()];
        let (methods, headers) = (dsl::cors::methods(model), dsl::cors::allowed(model));
        "The response to `OPTIONS` is always 204, with `allow` and these headers.\n\n".to_owned()
            + &table(
                ["header", "value", "description"],
                [
                    header("access-control-allow-methods", &methods, "Methods that a script can use."),
                    header("access-control-allow-headers", &headers, "Headers that a script can send."),
                    header(
                        "access-control-max-age",
                        &cors.max_age_s.to_string(),
                        "Seconds for which a browser can reuse the response.",
                    ),
                ],
            )
    });
    table(["header", "value", "description"], own.chain(cors)) + &preflight.unwrap_or_default()
}

fn problems(model: &Model) -> String {
    let mut rows: Vec<_> = Vec::new();
    for outcome in model.outcomes.iter() {
        let row = |kind: String| [code(&kind), outcome.status.to_string(), docs_text(&outcome.docs)];
        rows.extend(model.problem_type(outcome).map(row).filter(|row| !rows.contains(row)));
    }
    if rows.is_empty() {
        return String::new();
    }
    "Error responses are `application/problem+json` (RFC 9457). The `type` is stable. `violations` lists the invalid inputs, if \
     there are any.\n\n"
        .to_owned()
        + &table(["type", "status", "title"], rows)
}

/// The formats of errors, each with its codes.
fn errors(model: &Model) -> String {
    let format = |(id, format): (_, &ErrorFormat)| {
        let outcomes =
            model.outcomes.iter().filter(|own| model.own_error(own).is_some_and(|(error, _)| error.format == id));
        let rows = outcomes.filter_map(|outcome| {
            Some([code(model.code_at(outcome)?.1), outcome.status.to_string(), docs_text(&outcome.docs)])
        });
        let at = |index| code(&model.pointer(format, index));
        let listed = match format.violations {
            Some(index) => format!("{} lists the violations of a malformed request", at(index)),
            None => "The message lists the violations of a malformed request".to_owned(),
        };
        let object = object::link_to(&model.objects[format.object]);
        format!(
            "{}\n\nThe body is {object}, with the code at {} and the message at {}. {listed}.\n\n",
            docs_text(&format.docs),
            at(format.code),
            at(format.message)
        ) + &table(["code", "status", "message"], rows)
    };
    model.formats.entries().map(format).collect()
}

fn fields(model: &Model, place: Place) -> String {
    let rows: Vec<_> =
        model.fields.iter().filter(|field| field.place == place).map(|field| row(model, field)).collect();
    if rows.is_empty() { String::new() } else { table(["name", "format", "description"], rows) }
}

fn row(model: &Model, field: &Field) -> [String; 3] {
    [code(&field.wire), field.grammar(model).words(model), docs_text(&field.docs)]
}

fn offsets(model: &Model) -> String {
    let offset = |offset: &dsl::model::Offset| {
        let named = offset.sentinels.iter().map(|sentinel| [code(&sentinel.text), docs_text(&sentinel.docs)]);
        let also = offset.aliases.iter().filter_map(|(text, meant)| {
            Some([code(text), format!("Same as {}.", code(&offset.sentinels.get(*meant)?.text))])
        });
        let docs = docs_text(&offset.docs);
        let texts = table(["text", "meaning"], named.chain(also));
        format!(
            "{docs} An offset is written as {}. In text order, offsets are in stream order.\n\n{texts}",
            offset.words(model)
        )
    };
    model.offsets.iter().map(offset).collect()
}

fn events(model: &Model) -> String {
    let kind = |events: &dsl::model::Events| {
        let each: String = events.events.iter().map(|event| self::event(model, event)).collect();
        format!("{}\n\n{each}", docs_text(&events.docs))
    };
    model.events.iter().map(kind).collect()
}

fn event(model: &Model, event: &Event) -> String {
    let begin = format!("`event: {}` {}", event.wire, docs_text(&event.docs));
    let Some(content) = &event.content else { return begin + "\n\n" };
    format!("{begin} The data is a JSON object.\n\n{}", object::content(model, content))
}

fn medias(model: &Model) -> String {
    let rows: Vec<_> = model.medias.iter().map(|media| [code(&media.text), docs_text(&media.docs)]).collect();
    if rows.is_empty() { String::new() } else { table(["type", "description"], rows) }
}

fn states(model: &Model) -> String {
    let state = |state: &dsl::model::State| {
        let rows = state.variants.iter().map(|(docs, name)| [code(&format!("{}.{name}", state.name)), docs_text(docs)]);
        format!("{}\n\n{}", docs_text(&state.docs), table(["condition", "meaning"], rows))
    };
    model.states.iter().map(state).collect()
}

fn facts(model: &Model) -> String {
    let rows: Vec<_> = model
        .facts
        .iter()
        .map(|fact| [code(&format!("{}.{}", fact.subject, fact.predicate)), docs_text(&fact.docs)])
        .collect();
    if rows.is_empty() { String::new() } else { table(["condition", "meaning"], rows) }
}

fn limits(model: &Model) -> String {
    if model.limits.iter().next().is_none() {
        return String::new();
    }
    "The limits, their defaults and their environment variables are in [limits.md](limits.md).\n\n".to_owned()
}
