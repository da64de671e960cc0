use crate::host::{Database, DatabaseError, Outcome, Parameter, Statement};
use serde_json::{Map, Value};
use wasm_bindgen::JsValue;
use worker::{D1Database, D1Result};

/// D1 as the database of an object.
pub struct D1(pub D1Database);

impl Database for D1 {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        let prepared = statements.into_iter().map(|statement| {
            let values: Vec<JsValue> = statement.parameters.into_iter().map(value).collect();
            self.0.prepare(statement.sql).bind(&values)
        });
        let prepared = prepared.collect::<worker::Result<Vec<_>>>().map_err(error)?;
        self.0.batch(prepared).await.map_err(error)?.into_iter().map(outcome).collect()
    }
}

fn value(parameter: Parameter) -> JsValue {
    match parameter {
        Parameter::Null => JsValue::NULL,
        Parameter::Integer(integer) => JsValue::from_f64(integer as f64),
        Parameter::Text(text) => JsValue::from_str(&text),
    }
}

fn outcome(result: D1Result) -> Result<Outcome, DatabaseError> {
    if let Some(message) = result.error() {
        return Err(DatabaseError(message));
    }
    let meta = result.meta().map_err(error)?;
    let changes = meta.and_then(|meta| meta.changes).unwrap_or(0) as u64;
    let rows = result.results::<Map<String, Value>>().map_err(error)?;
    Ok(Outcome { changes, rows })
}

fn error(error: worker::Error) -> DatabaseError {
    DatabaseError(error.to_string())
}
