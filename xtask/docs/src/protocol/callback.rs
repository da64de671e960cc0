//! The sections of requests that the server sends, and of messages that it writes.

use dsl::docs_text;
use dsl::model::Model;
use dsl::model::callback::{Callback, CallbackExample, Message, Response, SentValue};

use crate::markdown::{block, code, table};
use crate::{object, phrase};

/// The section of all callbacks.
pub fn callbacks(model: &Model) -> String {
    if model.callbacks.is_empty() {
        return String::new();
    }
    let sections: String = model.callbacks.iter().map(|callback| section(model, callback)).collect();
    format!("## Requests of the server\n\nThe server sends these requests to other servers.\n\n{sections}")
}

fn section(model: &Model, callback: &Callback) -> String {
    let headers = callback.headers.iter().map(|header| {
        let field = &model.fields[header.field];
        let format = match &header.value {
            SentValue::Fixed(text) => code(text),
            SentValue::Optional => format!("optional: {}", field.grammar(model).words(model)),
            SentValue::Signature => format!("computed from the body: {}", field.grammar(model).words(model)),
            SentValue::Given => field.grammar(model).words(model),
        };
        [code(&field.wire), format, docs_text(&field.docs)]
    });
    let body = callback
        .body
        .map(|id| ["the body".to_owned(), format!("JSON: {}", object::link_to(&model.objects[id])), String::new()]);
    let responses = callback.responses.iter().map(|own| response(model, own));
    let other = ["any other".to_owned(), "Other".to_owned(), "A failure.".to_owned(), String::new()];
    let examples: String = callback.examples.iter().map(|own| example(model, callback, own)).collect();
    format!(
        "### {}\n\n{}\n\n{}\n\n{}#### Responses\n\n{}{examples}",
        callback.name,
        code(&callback.method),
        docs_text(&callback.docs),
        table(["header", "format", "description"], headers.chain(body)),
        table(["status", "response", "description", "what is read"], responses.chain([other])),
    )
}

fn response(model: &Model, response: &Response) -> [String; 4] {
    let (first, last) = response.statuses;
    let status = if first == last { first.to_string() } else { format!("{first} to {last}") };
    let header = |(id, optional): &(_, bool)| {
        let field: &dsl::model::Field = &model.fields[*id];
        if *optional { format!("{} (optional)", code(&field.wire)) } else { code(&field.wire) }
    };
    let body = response.body.map(|body| {
        let (object, limit) = (object::link_to(&model.objects[body.object]), &model.limits[body.limit]);
        let lenient = if body.lenient { " (another body counts as none)" } else { "" };
        format!("body: {object}, at most {}{lenient}", phrase::amount(limit.amount))
    });
    let read: Vec<String> = response.headers.iter().map(header).chain(body).collect();
    [status, response.name.to_string(), docs_text(&response.docs), read.join(", ")]
}

fn example(model: &Model, callback: &Callback, example: &CallbackExample) -> String {
    let mut text = format!("{} … HTTP/1.1", callback.method);
    let mut line = |name: &str, value: &str| text += &format!("\n{name}: {value}");
    for header in &callback.headers {
        let shown = example.send.headers.iter().find(|(id, ..)| *id == header.field).map(|(_, text, _)| text);
        let value = if let SentValue::Fixed(text) = &header.value { Some(text) } else { shown };
        value.into_iter().for_each(|value| line(&model.fields[header.field].wire, value));
    }
    callback.json_media_type(model).into_iter().for_each(|value| line("content-type", value));
    text += &example.send.body.as_ref().map_or_else(String::new, |(body, _)| format!("\n\n{body}"));
    text += &format!("\n\nHTTP/1.1 {}", example.status);
    for (id, value, _) in &example.answer.headers {
        text += &format!("\n{}: {value}", model.fields[*id].wire);
    }
    text += &example.answer.body.as_ref().map_or_else(String::new, |(body, _)| format!("\n\n{body}"));
    let read = example.expect.map_or_else(|| "Other".to_owned(), |index| callback.responses[index].name.to_string());
    format!("**{} {read}** {}\n\n{}", example.status, docs_text(&example.docs), block("http", &text))
}

/// The section of all messages.
pub fn messages(model: &Model) -> String {
    if model.messages.is_empty() {
        return String::new();
    }
    let sections: String = model.messages.iter().map(|message| self::message(model, message)).collect();
    format!("## Messages\n\nThe server writes these JSON objects.\n\n{sections}")
}

fn message(model: &Model, message: &Message) -> String {
    let object = &model.objects[message.object];
    let examples =
        message.examples.iter().map(|own| format!("{}\n\n{}", docs_text(&own.docs), block("json", &own.text)));
    format!(
        "### {}\n\n{}\n\n{}{}",
        object::heading(object),
        docs_text(&object.docs),
        object::content(model, &object.content),
        examples.collect::<String>()
    )
}
