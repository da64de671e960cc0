//! The example in a browser: what xtask/browser has it do against a server.

use anyhow::Result;

use crate::programs::CHROMIUM;
use crate::{paths, process, tools};

/// Responses that end soon, so that the page has to connect again in the middle of things.
pub const VARS: [(&str, &str); 1] = [("LIMIT_SSE_LIFETIME", "1 s")];

/// Runs it against the server at `base_url`.
pub fn run(base_url: &str) -> Result<()> {
    let program = paths::root().join("xtask/browser/answer.mjs");
    let chromium = CHROMIUM.path()?;
    process::run_quietly(tools::npm("node").arg(program).env("CHROMIUM", chromium).env("SERVER_URL", base_url))
}
