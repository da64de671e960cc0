//! `cargo xtask docs`: writes the documents in docs/ that are generated from the spec and its compiler.

use std::fs;

use anyhow::{Context, Result, ensure};
use docs::Document;

use crate::paths;

/// Writes the documents that are out of date.
pub fn run() -> Result<()> {
    for document in outdated()? {
        let path = paths::root().join(document.path);
        let folder = path.parent().context("a document has a folder")?;
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, document.text))?;
        println!("wrote {}", document.path);
    }
    Ok(())
}

/// Fails if a document is out of date.
pub fn check() -> Result<()> {
    let paths: Vec<_> = outdated()?.iter().map(|document| document.path).collect();
    ensure!(paths.is_empty(), "out of date: {}\nto update: cargo xtask docs", paths.join(", "));
    Ok(())
}

fn outdated() -> Result<Vec<Document>> {
    let documents = docs::all(paths::root(), paths::SPEC)?;
    let is = |document: &Document| fs::read_to_string(paths::root().join(document.path)).unwrap_or_default();
    Ok(documents.into_iter().filter(|document| is(document) != document.text).collect())
}
