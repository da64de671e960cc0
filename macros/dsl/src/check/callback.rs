//! Requests that the server sends, and messages that it writes: their examples agree with them.

use super::example::bad_json;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, on_line};
use crate::json::{self, Unknown};
use crate::model::callback::{Callback, CallbackExample, ReadBody, Response, SentValue, ShownValues};
use crate::model::{Amount, Model};
use proc_macro2::Span;

pub(super) fn check(model: &Model, diagnostics: &mut Diagnostics) {
    let has_examples = !model.examples.is_empty();
    for callback in model.callbacks.iter().filter(|callback| is_whole(model, callback)) {
        let found = callback.examples.iter().flat_map(|example| faults(model, callback, example)).collect::<Vec<_>>();
        let agrees = found.is_empty();
        found.into_iter().for_each(|fault| diagnostics.push(fault));
        if agrees && !callback.lacks_examples && (has_examples || !callback.examples.is_empty()) {
            without_example(callback).into_iter().for_each(|fault| diagnostics.push(fault));
        }
    }
    for message in &model.messages {
        let object = &model.objects[message.object];
        let sound = message.examples.iter().filter(|_| !model.is_damaged(message.object));
        let faults = sound.filter_map(|example| bad_json(model, object, &example.text, &[], example.span));
        faults.for_each(|fault| diagnostics.push(fault));
    }
}

/// Whether no fault has removed a part of the callback or of its objects.
fn is_whole(model: &Model, callback: &Callback) -> bool {
    let read = callback.responses.iter().filter_map(|response| Some(response.body?.object));
    !callback.damaged && !callback.body.into_iter().chain(read).any(|id| model.is_damaged(id))
}

fn without_example(callback: &Callback) -> Option<Diagnostic> {
    let is_shown = |index| callback.examples.iter().any(|example| example.expect == Some(index));
    let (_, response) = callback.responses.iter().enumerate().find(|(index, _)| !is_shown(*index))?;
    let message = format!("`{}` has no example", response.name);
    let (status, name) = (response.statuses.0, &response.name);
    Some(
        Diagnostic::new(Code::OutcomeWithoutExample, name.span(), message)
            .note("in a spec with examples, each response needs one")
            .help(format!("add `example … {{ send {{ … }} answer {status}; expect {name}; }}` to `{}`", callback.name))
            .missing(crate::parse::EXAMPLE),
    )
}

fn faults(model: &Model, callback: &Callback, example: &CallbackExample) -> Vec<Diagnostic> {
    let mut faults = sent(model, callback, example);
    faults.extend(values(model, &example.answer));
    if faults.is_empty() {
        faults.extend(answered(model, callback, example));
    }
    faults
}

fn contradicts(span: Span, message: String) -> Diagnostic {
    Diagnostic::new(Code::ExampleContradicts, span, message)
}

/// Returns the faults of what is sent.
fn sent(model: &Model, callback: &Callback, example: &CallbackExample) -> Vec<Diagnostic> {
    let mut faults = values(model, &example.send);
    for (id, _, span) in &example.send.headers {
        let name = &model.fields[*id].name;
        let own = callback.headers.iter().find(|header| header.field == *id);
        if own.is_none_or(|own| matches!(own.value, SentValue::Fixed(_))) {
            let message = format!("the program does not supply `{name}`");
            faults.push(contradicts(*span, message).help(format!("delete this line, or add `{name};` to `request`")));
        }
    }
    let needs = |value: &SentValue| matches!(value, SentValue::Given | SentValue::Signature);
    let is_shown = |field| example.send.headers.iter().any(|(own, ..)| *own == field);
    let missing = callback.headers.iter().find(|header| needs(&header.value) && !is_shown(header.field));
    if let Some(header) = missing {
        let name = &model.fields[header.field].name;
        let message = format!("`{}` always sends `{name}`, but this example does not show it", callback.name);
        faults.push(
            Diagnostic::new(Code::ExampleMissingHeader, example.name.span(), message)
                .help(format!("add `{name} = \"…\";` to `send`")),
        );
    }
    match (callback.body, &example.send.body) {
        (Some(id), Some((text, span))) => faults.extend(bad_json(model, &model.objects[id], text, &[], *span)),
        (None, Some((_, span))) => {
            faults.push(contradicts(*span, format!("`{}` has no body", callback.name)).help("delete this line"));
        }
        (Some(_), None) => {
            let message = format!("`{}` always has a body, but this example does not show it", callback.name);
            faults.push(contradicts(example.name.span(), message).help("add `body = json { … };` to `send`"));
        }
        (None, None) => {}
    }
    faults
}

/// Returns the faults of header values in what is sent, or of those in an answer that no response reads.
fn values(model: &Model, shown: &ShownValues) -> Vec<Diagnostic> {
    let fault = |(id, text, span): &(_, String, Span)| {
        let field: &crate::model::Field = &model.fields[*id];
        let rule = field.grammar(model).read(model, text).err()?;
        let message = format!("\"{text}\" is not a valid value of `{}` here", field.name);
        Some(
            Diagnostic::new(Code::ExampleBadValue, *span, message)
                .note(format!("it must be {rule}"))
                .help("change the value"),
        )
    };
    shown.headers.iter().filter_map(fault).collect()
}

/// Returns a fault if the answer is read otherwise than the example expects.
fn answered(model: &Model, callback: &Callback, example: &CallbackExample) -> Option<Diagnostic> {
    let named = |index: Option<usize>| index.map_or("Other".to_owned(), |at| callback.responses[at].name.to_string());
    let found = callback.responses.iter().position(|response| is(model, response, example));
    if found != example.expect {
        let message = format!("this example expects `{}`, but the answer is `{}`", named(example.expect), named(found));
        let fault = contradicts(example.expect_span, message);
        let status = callback.responses.iter().find(|response| has_status(response, example.status));
        let fault = match (found, status) {
            (None, Some(response)) => fault.note(format!(
                "`{}`, which is declared{}, does not have this body or these headers",
                response.name,
                on_line(response.name.span())
            )),
            _ => fault,
        };
        return Some(fault.help(format!("`expect {};`, or change `answer`", named(found))));
    }
    let response = found.map(|index| &callback.responses[index]);
    example.read.iter().find_map(|(field, expected, span)| {
        let name = field.map_or("body".to_owned(), |id| model.fields[id].name.to_string());
        let can_be_absent = match (response, field) {
            (None, _) => false,
            (Some(response), Some(id)) => response.headers.contains(&(*id, true)),
            (Some(response), None) => response.body.is_some_and(|body| body.lenient),
        };
        if !can_be_absent {
            let message = format!("whether `{}` has `{name}` is not open", named(found));
            return Some(contradicts(*span, message).help("delete this line"));
        }
        let is_read = match field {
            Some(id) => example.answer.headers.iter().any(|(own, ..)| own == id),
            None => response.and_then(|response| response.body).is_some_and(|body| has_body(model, body, example)),
        };
        let message = format!("the answer {} `{name}`", if is_read { "has" } else { "does not have" });
        let help = if is_read { format!("write `{name};`") } else { format!("write `not {name};`") };
        (is_read != *expected).then(|| contradicts(*span, message).help(help))
    })
}

fn has_status(response: &Response, status: u16) -> bool {
    (response.statuses.0..=response.statuses.1).contains(&status)
}

/// Whether the answer of an example is this response.
fn is(model: &Model, response: &Response, example: &CallbackExample) -> bool {
    let has = |id| example.answer.headers.iter().any(|(own, ..)| *own == id);
    has_status(response, example.status)
        && response.headers.iter().all(|(id, optional)| *optional || has(*id))
        && response.body.is_none_or(|body| body.lenient || has_body(model, body, example))
}

/// Whether the body of an answer is read.
fn has_body(model: &Model, body: ReadBody, example: &CallbackExample) -> bool {
    let text = example.answer.body.as_ref().map_or("", |(text, _)| text.as_str());
    let fits = matches!(model.limits[body.limit].amount, Amount::Bytes(limit) if text.len() as u64 <= limit);
    fits && json::faults(model, &model.objects[body.object].content, text, Unknown::AsDeclared).is_empty()
}
