//! The dashboard and the alert rules in docs/operations: each name of a metric or a column exists, and each question is stated.

use native::{Request, Server, run};
use runtime::Event;
use runtime::metrics::{Operation, Point};
use serde_json::Value;
use std::fs;

fn document(name: &str) -> Value {
    let file = format!("{}/../docs/operations/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(file).expect("a document")).expect("JSON")
}

fn items<'a>(value: &'a Value, pointer: &str) -> &'a Vec<Value> {
    value.pointer(pointer).and_then(Value::as_array).expect("an array")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {value}"))
}

/// The words of a text, such as names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
}

/// The names of all metrics, as samples have them.
fn metrics() -> Vec<String> {
    run(async {
        let scraped = Server::new().send(Request::new("GET", "/v1/metrics")).await.text();
        let samples = scraped.lines().filter(|line| !line.starts_with('#'));
        samples.map(|line| words(line).next().expect("a name").to_owned()).collect()
    })
}

/// Checks an expression of Prometheus.
fn check_expression(expression: &str, metrics: &[String]) {
    let named: Vec<_> = words(expression).filter(|word| word.starts_with("durable_streams_")).collect();
    assert!(!named.is_empty(), "{expression}");
    for name in named {
        assert!(metrics.iter().any(|own| own == name), "{name}: {expression}");
    }
    if let Some((_, rest)) = expression.split_once("{event=\"") {
        let value = rest.split('"').next().expect("a value");
        assert!(Event::ALL.iter().any(|event| event.name() == value), "{expression}");
    }
}

/// The operations that a query of Analytics Engine is about.
fn operations(query: &str) -> Vec<&str> {
    let (_, rest) = query.split_once("WHERE blob2 ").expect("a condition on the operation");
    let list = rest.split(" AND ").next().expect("the condition");
    list.split('\'').skip(1).step_by(2).collect()
}

/// Checks a query of Analytics Engine: a column is called as it is in [`Point`], and its operations exist.
fn check_query(query: &str) {
    let operations = operations(query);
    assert!(!operations.is_empty(), "{query}");
    for operation in operations {
        assert!(Operation::ALL.iter().any(|own| own.name() == operation), "{operation}: {query}");
    }
    let columns = (1..).zip(Point::BLOBS).map(|(position, name)| (format!("blob{position}"), name));
    let columns = columns.chain((1..).zip(Point::DOUBLES).map(|(position, name)| (format!("double{position}"), name)));
    let columns: Vec<_> = columns.collect();
    for word in words(query).filter(|word| word.starts_with("blob") || word.starts_with("double")) {
        assert!(columns.iter().any(|(column, _)| column == word), "{word}: {query}");
    }
    let selected = query.split(" FROM ").next().expect("columns").trim_start_matches("SELECT ");
    for part in selected.split(", ").filter(|part| part.contains("blob") || part.contains("double")) {
        let (expression, alias) = part.rsplit_once(" AS ").expect("a name");
        let column = words(expression).find(|word| word.starts_with("blob") || word.starts_with("double"));
        let name = columns.iter().find(|(own, _)| Some(&**own) == column).map(|(_, name)| *name);
        assert_eq!(name, Some(alias), "{part}");
    }
}

#[test]
fn every_panel_asks_a_question_of_what_exists() {
    let (dashboard, metrics) = (document("grafana.json"), metrics());
    for panel in items(&dashboard, "/panels") {
        assert!(text(panel, "/description").contains('?'), "{panel}");
        for target in items(panel, "/targets") {
            match target.get("expr").and_then(Value::as_str) {
                Some(expression) => check_expression(expression, &metrics),
                None => check_query(text(target, "/query")),
            }
        }
    }
}

#[test]
fn every_rule_asks_a_question_of_what_exists() {
    let (rules, metrics) = (document("alerts.json"), metrics());
    for rule in items(&rules, "/groups/0/rules") {
        assert!(text(rule, "/annotations/summary").contains('?'), "{rule}");
        check_expression(text(rule, "/expr"), &metrics);
    }
}
