use super::boundary;
use crate::host::{Database, DatabaseError, Outcome, Statement};
use wasm_bindgen::JsValue;
use worker::D1Database;

/// D1 as the database of an object.
pub struct D1(pub D1Database);

impl Database for D1 {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        let statements = serde_json::to_string(&statements).map_err(|error| DatabaseError(error.to_string()))?;
        let outcomes = boundary::batch(self.0.as_ref(), &statements).await.map_err(|error| thrown(&error))?;
        let outcomes = outcomes.as_string().ok_or_else(|| DatabaseError("no results".to_owned()))?;
        serde_json::from_str(&outcomes).map_err(|error| DatabaseError(error.to_string()))
    }
}

fn thrown(error: &JsValue) -> DatabaseError {
    DatabaseError(format!("{error:?}"))
}
