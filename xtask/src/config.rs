//! What wrangler.toml says, so that no other file repeats it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::paths;

/// The parts of wrangler.toml that a local server needs.
#[derive(Deserialize)]
pub struct Wrangler {
    pub name: String,
    pub compatibility_date: String,
    #[serde(default)]
    pub compatibility_flags: Vec<String>,
    #[serde(default)]
    pub vars: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub durable_objects: DurableObjects,
    #[serde(default)]
    pub d1_databases: Vec<D1Database>,
    #[serde(default)]
    pub r2_buckets: Vec<R2Bucket>,
}

#[derive(Default, Deserialize)]
pub struct DurableObjects {
    pub bindings: Vec<DurableObject>,
}

#[derive(Deserialize)]
pub struct DurableObject {
    pub name: String,
    pub class_name: String,
}

#[derive(Deserialize)]
pub struct D1Database {
    pub binding: String,
    pub database_id: String,
}

#[derive(Deserialize)]
pub struct R2Bucket {
    pub binding: String,
    pub bucket_name: String,
}

impl Wrangler {
    pub fn read() -> Result<Self> {
        let text = fs::read_to_string(paths::root().join("wrangler.toml")).context("cannot read wrangler.toml")?;
        toml::from_str(&text).context("cannot understand wrangler.toml")
    }
}
