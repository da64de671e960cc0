//! The documents that follow from the spec and from its compiler: what clients are told, and what authors of specs are.
//!
//! Each is a function of files of the repository, the same byte for byte each time.

mod errors;
mod grammar;
mod markdown;
mod openapi;
mod operation;
mod phrase;
mod protocol;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use dsl::model::Model;

/// A document, and where it belongs.
pub struct Document {
    /// From the root of the repository.
    pub path: &'static str,
    /// All of it.
    pub text: String,
}

/// Where the OpenAPI document belongs.
pub const OPENAPI: &str = "docs/openapi.json";

/// All documents, from the repository at `root` and the spec at `spec` in it.
///
/// # Errors
/// If something is missing, or the spec does not compile.
pub fn all(root: &Path, spec: &str) -> Result<Vec<Document>> {
    let model = model(&root.join(spec))?;
    Ok(vec![
        Document { path: OPENAPI, text: openapi::render(&model)? },
        Document { path: "docs/PROTOCOL.md", text: protocol::render(&model, spec) },
        Document { path: "docs/errors.md", text: errors::render(root)? },
    ])
}

/// The model of the spec in a file.
fn model(path: &Path) -> Result<Model> {
    let source = fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
    let tokens = dsl::tokens(&source).with_context(|| path.display().to_string())?;
    let (model, diagnostics) = dsl::read(tokens);
    let faults: Vec<String> = diagnostics.as_slice().iter().map(dsl::diagnostic::Diagnostic::text).collect();
    ensure!(diagnostics.is_empty(), "{} does not compile:\n{}", path.display(), faults.join("\n\n"));
    Ok(model)
}
