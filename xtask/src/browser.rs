//! Runs the test of the browser example, xtask/browser, against a server.

use anyhow::Result;

use crate::programs::CHROMIUM;
use crate::{paths, process, tools};

/// Short SSE responses, so that the page has to reconnect while data arrives.
pub const VARS: [(&str, &str); 1] = [("LIMIT_SSE_LIFETIME", "1 s")];

/// Runs the test against the server at `base_url`.
pub fn run(base_url: &str) -> Result<()> {
    let program = paths::root().join("xtask/browser/answer.mjs");
    let chromium = CHROMIUM.path()?;
    process::run_quietly(tools::npm("node").arg(program).env("CHROMIUM", chromium).env("SERVER_URL", base_url))
}
