//! Parts of paths as JSON Schema.

use dsl::grammar::Segments;
use dsl::model::Parameter;
use serde_json::{Value as Json, json};

/// The schema of a variable part of a path, not escaped. A slash in it can be sent as `/` or `%2F`.
pub fn of_parameter(parameter: &Parameter) -> Json {
    let (min, max) = match &parameter.texts {
        Segments::Length { min, max } => (min, max),
        Segments::Pattern(pattern) => return pattern.schema(),
    };
    let one = "[^\\u0000-\\u001f\\u007f-\\u009f]";
    let not_dot = "[^\\u0000-\\u001f.\\u007f-\\u009f]";
    json!({
        "type": "string",
        "minLength": min,
        "maxLength": max,
        "pattern": format!("^(\\.*{not_dot}{one}*|\\.{{3,}})$"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsl::grammar::Writer;
    use dsl::model::Model;
    use regex_lite::Regex;
    use std::path::Path;

    /// Texts that match various grammars, or no grammar.
    const TEXTS: [&str; 38] = [
        "",
        "0",
        "1",
        "007",
        "-1",
        "1.5",
        "1e3",
        "9007199254740991",
        "9007199254740992",
        "3153600001",
        "a",
        "a b",
        "a, b",
        "a,b",
        ", a",
        "é",
        "now",
        "first",
        "true",
        "TRUE",
        "text/plain",
        "text/plain; charset=utf-8",
        "text",
        "*/*",
        "\"a\"",
        "W/\"a\", \"b\"",
        "*",
        "\"a",
        "2100-01-01T00:00:00Z",
        "tomorrow",
        "0000000000000000",
        "001FFFFFFFFFFFFF",
        "0020000000000000",
        "000000000000000a",
        "9007199254740990",
        "0000000000000000_0000000000000000",
        "/v1/stream/a%20b/c",
        "/v1/stream/",
    ];

    const SPECS: [&str; 4] = [
        "spec/durable_streams.rs",
        "macros/tests/counter/protocol.rs",
        "macros/tests/depot/protocol.rs",
        "examples/tus/spec/tus.rs",
    ];

    fn models() -> [Model; 4] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        SPECS.map(|path| crate::model(&root.join(path)).expect("a spec that compiles"))
    }

    /// Whether `text`, as the value of a header or query parameter, matches `schema`. Supports the keywords used here.
    fn is_of(schema: &Json, text: &str) -> bool {
        let number = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
        let length = text.chars().count() as u64;
        schema.as_object().expect("an object").iter().all(|(word, rule)| match word.as_str() {
            "anyOf" => rule.as_array().is_some_and(|schemas| schemas.iter().any(|schema| is_of(schema, text))),
            "const" => rule == text,
            "enum" => rule.as_array().is_some_and(|texts| texts.iter().any(|own| own == text)),
            "format" => rule == "date-time",
            "examples" => true,
            "maximum" => number <= rule.as_u64(),
            "maxLength" => Some(length) <= rule.as_u64(),
            "minimum" => number >= rule.as_u64(),
            "minLength" => Some(length) >= rule.as_u64(),
            "pattern" => Regex::new(rule.as_str().expect("a pattern")).expect("a regular expression").is_match(text),
            "type" => rule == "string" || rule == "integer" && number.is_some(),
            word => panic!("unsupported keyword `{word}`"),
        })
    }

    #[test]
    fn schemas_say_what_grammars_say() {
        for model in models() {
            let sent = model.examples.iter().flat_map(|example| &example.send.values).map(|(_, text)| text.as_str());
            let texts: Vec<&str> = TEXTS.into_iter().chain(sent).collect();
            for field in model.fields.iter() {
                let grammar = field.grammar(&model);
                let schema = grammar.schema(&model, Writer::Client);
                // A schema describes the elements of a list, and not the text between commas.
                if schema["type"] == "array" {
                    continue;
                }
                for text in &texts {
                    let (read, described) = (grammar.read(&model, text).is_ok(), is_of(&schema, text));
                    assert!(described || !read, "{} can be {text:?}, and not by {schema}", field.wire);
                    assert!(
                        read || !described || grammar.is_approximate(),
                        "{} can't be {text:?}: {schema}",
                        field.wire
                    );
                }
            }
        }
    }

    #[test]
    fn paths_have_no_dot_segments_and_no_control_characters() {
        let [model, ..] = models();
        let schema = of_parameter(&model.resources[0].parameters[0]);
        for text in ["a", "a/b", ".a", "a.", "...", "..a", "é", "a b"] {
            assert!(is_of(&schema, text), "{text:?}");
        }
        for text in ["", ".", "..", "a\u{0}", "\u{9f}"] {
            assert!(!is_of(&schema, text), "{text:?}");
        }
    }
}
