//! Requests that the server sends, as webhooks.

use super::object;
use dsl::docs_text;
use dsl::grammar::Writer;
use dsl::model::Model;
use dsl::model::callback::{Callback, Response, SentHeader, SentValue};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// The callbacks by their names.
pub fn webhooks(model: &Model) -> BTreeMap<String, Json> {
    let item = |callback: &Callback| {
        let method = callback.method.to_ascii_lowercase();
        (callback.name.to_string(), json!({ method: operation(model, callback) }))
    };
    model.callbacks.iter().map(item).collect()
}

fn operation(model: &Model, callback: &Callback) -> Json {
    let parameters: Vec<Json> = callback.headers.iter().map(|header| parameter(model, header)).collect();
    let mut operation = json!({
        "operationId": callback.name.to_string(),
        "description": docs_text(&callback.docs),
        "parameters": parameters,
        "responses": responses(model, callback),
    });
    if let Some(id) = callback.body {
        let media = callback.headers.iter().find_map(|header| match &header.value {
            SentValue::Fixed(text) if model.fields[header.field].wire == "content-type" => Some(text.as_str()),
            _ => None,
        });
        let content =
            json!({ "schema": object::reference(&model.objects[id].name.to_string()), "examples": examples(callback) });
        operation["requestBody"] =
            json!({ "required": true, "content": { media.unwrap_or("application/json"): content } });
    }
    operation
}

fn parameter(model: &Model, header: &SentHeader) -> Json {
    let field = &model.fields[header.field];
    let mut docs = docs_text(&field.docs);
    let schema = match &header.value {
        SentValue::Fixed(text) => json!({ "const": text }),
        SentValue::Signature => {
            docs = format!("{docs} It signs the body.").trim().to_owned();
            field.grammar(model).schema(model, Writer::Server)
        }
        SentValue::Given | SentValue::Optional => field.grammar(model).schema(model, Writer::Server),
    };
    json!({
        "name": field.wire,
        "in": "header",
        "description": docs,
        "required": header.value != SentValue::Optional,
        "schema": schema,
    })
}

fn examples(callback: &Callback) -> Map<String, Json> {
    let example = |example: &dsl::model::callback::CallbackExample| {
        let value: Json = serde_json::from_str(&example.send.body.as_ref()?.0).ok()?;
        Some((example.name.to_string(), json!({ "summary": docs_text(&example.docs), "value": value })))
    };
    callback.examples.iter().filter_map(example).collect()
}

/// The responses by status. OpenAPI has ranges of a hundred only.
fn responses(model: &Model, callback: &Callback) -> BTreeMap<String, Json> {
    let mut responses = BTreeMap::new();
    for own in &callback.responses {
        let described = response(model, own);
        match own.statuses {
            (first, last) if first % 100 == 0 && last == first + 99 => {
                responses.insert(format!("{}XX", first / 100), described);
            }
            (first, last) => responses.extend((first..=last).map(|status| (status.to_string(), described.clone()))),
        }
    }
    responses.insert("default".to_owned(), json!({ "description": "Any other response is a failure." }));
    responses
}

fn response(model: &Model, response: &Response) -> Json {
    let mut described = json!({ "description": format!("`{}`: {}", response.name, docs_text(&response.docs)) });
    if !response.headers.is_empty() {
        let header = |(id, optional): &(_, bool)| {
            let field: &dsl::model::Field = &model.fields[*id];
            let schema = field.grammar(model).schema(model, Writer::Client);
            (
                field.wire.clone(),
                json!({ "description": docs_text(&field.docs), "required": !optional, "schema": schema }),
            )
        };
        described["headers"] = response.headers.iter().map(header).collect::<Map<_, _>>().into();
    }
    if let Some(body) = response.body {
        let schema = object::reference(&model.objects[body.object].name.to_string());
        described["content"] = json!({ "application/json": { "schema": schema } });
    }
    described
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;
    use std::path::Path;

    fn document(path: &str) -> Json {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let model = crate::model(&root.join(path)).expect("a spec that compiles");
        serde_json::from_str(&super::super::render(&model).expect("a document")).expect("JSON")
    }

    #[test]
    fn callbacks_are_webhooks() {
        let document = document("macros/tests/subscriptions/protocol.rs");
        let webhook = &document["webhooks"]["webhook"]["post"];
        let body = &webhook["requestBody"]["content"]["application/json"];
        assert_eq!(body["schema"]["$ref"], "#/components/schemas/WebhookNotice");
        assert_eq!(body["examples"]["done"]["value"]["wake_id"], "w_5be1");
        let names: Vec<_> = webhook["parameters"].as_array().into_iter().flatten().map(|own| &own["name"]).collect();
        assert_eq!(names, ["user-agent", "webhook-signature"]);
        let answers: Vec<_> =
            webhook["responses"].as_object().into_iter().flatten().map(|(status, _)| status).collect();
        assert_eq!(answers, ["2XX", "default"]);
        assert!(document["components"]["schemas"]["WakeEvent"].is_object());
    }

    #[test]
    fn errors_have_their_code_and_their_members() {
        let document = document("macros/tests/errors/protocol.rs");
        let fenced =
            &document["paths"]["/jobs/{name}"]["post"]["responses"]["409"]["content"]["application/json"]["schema"];
        assert_eq!(fenced["allOf"][0]["$ref"], "#/components/schemas/Failed");
        assert_eq!(fenced["properties"]["error"]["properties"]["code"]["const"], "FENCED");
        assert_eq!(fenced["properties"]["error"]["required"].as_array().map(Vec::len), Some(4));
        let unknown = &document["paths"]["/jobs/{name}/parts/{part}"]["post"]["responses"]["404"]["content"]["application/json"]
            ["schema"];
        assert_eq!(unknown["properties"]["errors"]["items"]["properties"]["code"]["const"], "PART_UNKNOWN");
        let optional = &document["paths"]["/jobs/{name}"]["post"]["requestBody"]["required"];
        assert_eq!(optional, false);
    }

    #[test]
    fn the_manual_tells_of_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let path = "macros/tests/subscriptions/protocol.rs";
        let model = crate::model(&root.join(path)).expect("a spec that compiles");
        let manual = crate::protocol::render(&model, path);
        for part in [
            "### webhook\n\n`POST`",
            "computed from the body",
            "**202 Delivered**",
            "### JSON: WakeEvent",
            "| `FENCED` | 409 |",
            "Fenced, error `FENCED`",
        ] {
            assert!(manual.contains(part), "{part}: {manual}");
        }
    }
}
