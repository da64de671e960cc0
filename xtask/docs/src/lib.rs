//! The documents generated from the spec and from its compiler, for clients, operators and authors of specs.
//!
//! Each is a function of files in the repository. The same files give the same bytes.

mod errors;
pub mod grammar;
mod language;
mod limits;
mod markdown;
pub mod object;
mod openapi;
mod operation;
pub mod phrase;
mod protocol;

use std::path::Path;
use std::{fs, io};

use anyhow::{Result, ensure};
use dsl::model::Model;
use dsl::part::Assembled;

/// A generated document.
pub struct Document {
    /// Path from the root of the repository.
    pub path: &'static str,
    /// Content.
    pub text: String,
}

/// Path of the OpenAPI document.
pub const OPENAPI: &str = "docs/openapi.json";

/// All documents of the repository at `root`, whose spec is at `spec`.
///
/// # Errors
/// If a file is missing, or the spec does not compile.
pub fn all(root: &Path, spec: &str) -> Result<Vec<Document>> {
    let model = model(&root.join(spec))?;
    Ok(vec![
        Document { path: OPENAPI, text: openapi::render(&model)? },
        Document { path: "docs/PROTOCOL.md", text: protocol::render(&model, spec) },
        Document { path: "docs/limits.md", text: limits::render(&model, spec) },
        Document { path: "docs/errors.md", text: errors::render(root)? },
        Document { path: language::PATH, text: language::render(root)? },
    ])
}

/// The model of the spec in a file.
fn model(path: &Path) -> Result<Model> {
    read(path, &|path| fs::read_to_string(path))
}

/// The model of the spec in the file `path`. `text` returns the text of a file.
///
/// # Errors
/// If it can't be read, or does not compile.
pub fn read(path: &Path, text: &dyn Fn(&Path) -> io::Result<String>) -> Result<Model> {
    let (model, diagnostics) = dsl::read(Assembled::read(path, text)?.tokens);
    let faults: Vec<String> = diagnostics.as_slice().iter().map(dsl::diagnostic::Diagnostic::text).collect();
    ensure!(diagnostics.is_empty(), "{} does not compile:\n{}", path.display(), faults.join("\n\n"));
    Ok(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::path::PathBuf;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn read(path: &str) -> Model {
        model(&root().join(path)).expect("a spec that compiles")
    }

    const STREAMS: &str = "spec/durable_streams.rs";
    const COUNTERS: &str = "macros/tests/counter/protocol.rs";
    const HOOKS: &str = "macros/tests/hooks/protocol.rs";
    const SUBSCRIPTIONS: &str = "macros/tests/subscriptions/protocol.rs";
    const UPLOADS: &str = "macros/tests/depot/protocol.rs";
    const LETTERS: &str = "macros/tests/versions/protocol.rs";
    const TUS: &str = "examples/tus/spec/tus.rs";

    fn openapi(path: &str) -> Value {
        let text = openapi::render(&read(path)).expect("an OpenAPI document");
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn documents_are_the_same_each_time() {
        let texts = || all(&root(), STREAMS).expect("documents").into_iter().map(|document| document.text);
        assert!(texts().eq(texts()));
    }

    #[test]
    fn endpoints_of_one_method_are_one_operation() {
        let document = openapi(STREAMS);
        let get = &document["paths"]["/v1/stream/{path}"]["get"];
        let parameters = get["parameters"].as_array().expect("parameters");
        let offset = parameters.iter().find(|parameter| parameter["name"] == "offset").expect("the offset");
        assert_eq!(offset["required"], false, "read does not need it");
        let page = &get["responses"]["200"];
        let media: Vec<_> = page["content"].as_object().expect("contents").keys().collect();
        assert_eq!(media, ["*/*", "text/event-stream"]);
        assert_eq!(page["headers"]["cache-control"]["required"], true, "all endpoints send it");
        assert_eq!(page["headers"]["stream-next-offset"]["required"], false, "events do not");
        let endpoints: Vec<_> = get["x-precedence"].as_object().expect("endpoints").keys().collect();
        assert_eq!(endpoints, ["long_poll", "read", "sse"], "OpenAPI has no WebSockets");
    }

    #[test]
    fn negotiated_bodies_lists_and_groups_are_described() {
        let document = openapi(UPLOADS);
        let search = &document["paths"]["/search"]["get"];
        let found = &search["responses"]["200"];
        let media: Vec<_> = found["content"].as_object().expect("contents").keys().collect();
        assert_eq!(media, ["application/json", "application/x-ndjson"]);
        assert!(found["headers"]["vary"].is_object(), "{found}");
        let parameters = |operation: &Value| operation["parameters"].as_array().cloned().expect("parameters");
        let named = |operation: &Value, name: &str| parameters(operation).into_iter().find(|one| one["name"] == name);
        assert_eq!(named(search, "tag").expect("tags")["schema"]["type"], "array");
        let uploads = &document["paths"]["/uploads"];
        assert!(uploads["post"]["x-groups"].to_string().contains("exactly-one"));
        assert!(named(&uploads["post"], "digest").is_some() && named(&uploads["get"], "count").is_some());
        let manual = protocol::render(&read(UPLOADS), UPLOADS);
        for text in
            ["POST /uploads?digest", "`always`", "`depot-version malformed`", "Default: `1000`.", "chosen by `accept`"]
        {
            assert!(manual.contains(text), "{text}");
        }
    }

    #[test]
    fn a_path_in_a_response_patch_and_options_are_described() {
        let document = openapi(TUS);
        let (uploads, upload) = (&document["paths"]["/files"], &document["paths"]["/files/{id}"]);
        let location = &uploads["post"]["responses"]["201"]["headers"]["location"];
        assert_eq!(location["required"], true, "{location}");
        assert!(location["schema"]["pattern"].as_str().is_some_and(|pattern| pattern.starts_with("^/files/")));
        let (patch, options) = (&upload["patch"], &upload["options"]["responses"]["204"]["headers"]);
        assert_eq!(patch["requestBody"]["description"], "At most 1 GiB.", "{patch}");
        assert_eq!(options["tus-version"]["schema"]["const"], "1.0.0", "{options}");
        assert_eq!(options["tus-max-size"]["schema"]["type"], "integer", "{options}");
        let manual = protocol::render(&read(TUS), TUS);
        for text in
            ["PATCH /files/{id}", "`creation,termination`", "the limit `upload`", "a path such as `/files/{id}`"]
        {
            assert!(manual.contains(text), "{text}");
        }
    }

    #[test]
    fn a_resource_like_another_is_described_by_its_differences() {
        let paths = &openapi(LETTERS)["paths"];
        let (first, mail) = (&paths["/letters/{name}"]["post"], &paths["/v2/mail/{name}"]["post"]);
        let names = |operation: &Value| {
            let parameters = operation["parameters"].as_array().cloned().expect("parameters");
            parameters.into_iter().map(|own| own["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert!(names(first).contains(&"letter-stamp".to_owned()), "{first}");
        assert!(names(mail).contains(&"postage".to_owned()) && !names(mail).contains(&"letter-stamp".to_owned()));
        assert!(mail["responses"]["201"]["headers"]["postage"].is_object(), "{mail}");
        assert_eq!((&first["operationId"], &mail["operationId"]), (&"send".into(), &"mail_send".into()));
        assert!(paths["/v2/mail/{name}"]["put"].is_null(), "`open` is left out");
        let manual = protocol::render(&read(LETTERS), LETTERS);
        for text in [
            "Mail is like [Letter](#letter): the endpoints are [Letter: send](#letter-send)",
            "It lacks `open`, `head`.",
            "| `postage` | `letter-stamp` |",
            "[Letter: read](#letter-read) | `GET /v3/post/{name..}`",
        ] {
            assert!(manual.contains(text), "{text}");
        }
        assert_eq!(manual.matches("## Letter: send").count(), 1);
    }

    #[test]
    fn json_is_described() {
        let document = openapi(HOOKS);
        let hook = &document["paths"]["/hooks/{name}"];
        let body = &hook["put"]["requestBody"];
        assert_eq!(body["required"], true);
        assert_eq!(body["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/NewHook");
        assert!(body["content"]["application/json"]["examples"]["created"].is_object());
        let answers = &hook["get"]["responses"]["200"]["content"];
        assert_eq!(answers["application/json"]["schema"]["$ref"], "#/components/schemas/Hook");
        let keys = &document["paths"]["/keys"]["get"]["responses"]["200"]["content"];
        assert!(keys["application/jwk-set+json"].is_object() && keys["application/json"].is_null());
        let new = &document["components"]["schemas"]["NewHook"];
        assert_eq!(new["required"], serde_json::json!(["type", "note"]), "{new}");
        assert_eq!(
            (&new["properties"]["patience"]["default"], &new["properties"]["fallback"]["default"]),
            (&30.into(), &"silent".into())
        );
        let manual = protocol::render(&read(HOOKS), HOOKS);
        for text in [
            "| `type` | always | string: `call`, `message` or `silent` | How it is told. |",
            "| `feeds` | optional | array of 0 to 3: string: 1 to 16 printable ASCII characters | Names of feeds. |",
            "| `target` | if `type` is `call`: always | [Target](#json-target) | Where. |",
            "At least one of `pattern`, `feeds` is present.",
            "Other members are refused.",
            "JSON: [NewHook](#json-newhook), at most 4 KiB",
            "\"created\":…",
        ] {
            assert!(manual.contains(text), "{text}");
        }
    }

    #[test]
    fn each_link_leads_to_one_heading() {
        for path in [STREAMS, COUNTERS, HOOKS, SUBSCRIPTIONS, UPLOADS, LETTERS, TUS] {
            let manual = protocol::render(&read(path), path);
            let headings = manual.lines().filter(|line| line.starts_with('#'));
            let anchors: Vec<_> =
                headings.map(|line| markdown::anchor(line.trim_start_matches('#').trim_start())).collect();
            let links = manual.split("](#").skip(1).filter_map(|rest| rest.split(')').next());
            for link in links {
                assert_eq!(anchors.iter().filter(|anchor| *anchor == link).count(), 1, "{path}: #{link}");
            }
        }
    }

    #[test]
    fn a_member_without_a_comment_has_that_of_its_type() {
        let comment = "The name of a worker, for people: at most 256 bytes. It authenticates nobody.";
        let manual = protocol::render(&read(STREAMS), STREAMS);
        assert!(manual.contains(&format!("| `worker` | always | string: 1 to 256 characters | {comment} |")));
        let schemas = &openapi(STREAMS)["components"]["schemas"];
        assert_eq!(schemas["Claim"]["properties"]["worker"]["description"], comment);
        let holder = &schemas["Subscription"]["properties"]["holder"]["description"];
        assert_eq!(holder, "The worker that has the wake.");
    }

    #[test]
    fn refusals_stand_in_their_order() {
        let (model, document) = (read(STREAMS), openapi(STREAMS));
        for resource in &model.resources {
            let path = &document["paths"][resource.path.replace("..}", "}")];
            let stays = |endpoint: &&dsl::model::Endpoint| endpoint.name != "websocket";
            for endpoint in resource.endpoints.iter().filter(stays) {
                let operation = &path[endpoint.method.to_lowercase()];
                let listed = operation["x-precedence"][endpoint.name.to_string()].as_array().expect("refusals");
                let listed = listed.iter().map(|refusal| refusal["outcome"].as_str().unwrap_or_default());
                let listed: Vec<_> = listed.collect();
                let failure = |line: &&dsl::model::Line| line.condition.is(dsl::model::Atom::Failure);
                let lines = endpoint.lines.iter().filter(|line| line.refuses);
                let (last, others): (Vec<_>, Vec<_>) = lines.partition(failure);
                let written = others.iter().chain(&last).map(|line| model.outcomes[line.outcome].name.to_string());
                assert_eq!(listed, written.collect::<Vec<_>>(), "{}", endpoint.name);
            }
        }
    }

    #[test]
    fn any_protocol_has_its_documents() {
        let model = read(COUNTERS);
        let (document, manual) = (openapi(COUNTERS), protocol::render(&model, COUNTERS));
        let limits = limits::render(&model, COUNTERS);
        assert!(model.limits.iter().all(|limit| limits.contains(&dsl::variable(limit))), "{limits}");
        for resource in &model.resources {
            let path = &document["paths"][resource.path.replace("..}", "}")];
            let stays = |endpoint: &&dsl::model::Endpoint| endpoint.name != "websocket";
            for endpoint in resource.endpoints.iter().filter(stays) {
                let operation = &path[endpoint.method.to_lowercase()];
                for id in &endpoint.outcomes {
                    let status = model.outcomes[*id].status.to_string();
                    assert!(operation["responses"][&status].is_object(), "{} {status}", endpoint.name);
                }
                assert!(manual.contains(&format!("### {}: {}\n", resource.name, endpoint.name)), "{}", endpoint.name);
            }
        }
        assert!(!manual.to_lowercase().contains("durable"), "contains words of another protocol");
    }
}
