use super::boundary;
use crate::host::{Database, DatabaseError, Outcome, Parameter, Statement};
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::D1Database;

/// D1 as the database of a Durable Object.
pub struct D1(pub D1Database);

/// Maximum length of a text in the JSON, in bytes. Longer texts are passed to JavaScript outside the JSON, because escaping characters in
/// JSON is slow.
const EMBEDDED_TEXT_MAX: usize = 512;

impl Database for D1 {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        let (crossing, texts) = outgoing(&statements).map_err(unreadable)?;
        // Otherwise large statements would be in memory twice until the database responds.
        drop(statements);
        let results = boundary::batch(self.0.as_ref(), &crossing, texts).await.map_err(|error| thrown(&error))?;
        incoming(&results.unchecked_into()).map_err(unreadable)
    }
}

/// A parameter in the JSON: its value, or the index of a text outside it.
#[derive(Serialize)]
#[serde(untagged)]
enum Crossing<'a> {
    Here(&'a Parameter),
    Beside([u32; 1]),
}

fn outgoing(statements: &[Statement]) -> serde_json::Result<(String, Array)> {
    let texts = Array::new();
    let statements: Vec<_> = statements.iter().map(|statement| (statement.sql, crossing(statement, &texts))).collect();
    Ok((serde_json::to_string(&statements)?, texts))
}

/// The parameters of a statement. Long ones are added to `texts`.
fn crossing<'a>(statement: &'a Statement, texts: &Array) -> Vec<Crossing<'a>> {
    let parameters = statement.parameters.iter().map(|parameter| match parameter {
        Parameter::Text(text) if text.len() > EMBEDDED_TEXT_MAX => Crossing::Beside([texts.push(&text.into()) - 1]),
        parameter => Crossing::Here(parameter),
    });
    parameters.collect()
}

fn incoming(results: &Array) -> serde_json::Result<Vec<Outcome>> {
    let mut outcomes: Vec<Outcome> = serde_json::from_str(&results.get(0).as_string().unwrap_or_default())?;
    let rows = outcomes.iter_mut().flat_map(|outcome| &mut outcome.rows);
    for value in rows.flat_map(|row| row.values_mut()) {
        if let Some(index) = value.get(0).and_then(Value::as_u64) {
            let bytes = results.get(index as u32 + 1).unchecked_into::<Uint8Array>().to_vec();
            *value = String::from_utf8(bytes).map_err(serde::de::Error::custom)?.into();
        }
    }
    Ok(outcomes)
}

fn unreadable(error: serde_json::Error) -> DatabaseError {
    DatabaseError(error.to_string())
}

fn thrown(error: &JsValue) -> DatabaseError {
    DatabaseError(format!("{error:?}"))
}
