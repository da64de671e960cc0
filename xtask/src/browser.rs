//! Runs the test of the browser example, xtask/browser, against a server.

use anyhow::Result;

use crate::programs::CHROMIUM;
use crate::{paths, process, tools};

/// The only token that the server accepts.
const TOKEN: &str = "operator";

/// Short SSE responses, so that the page has to reconnect while data arrives, and a server that requires a token.
pub const VARS: [(&str, &str); 2] = [("LIMIT_SSE_LIFETIME", "1 s"), ("AUTH_TOKEN", TOKEN)];

/// Runs the test against the server at `base_url`.
pub fn run(base_url: &str) -> Result<()> {
    let program = paths::root().join("xtask/browser/answer.mjs");
    let chromium = CHROMIUM.path()?;
    let mut node = tools::npm("node");
    node.arg(program).env("CHROMIUM", chromium).env("SERVER_URL", base_url);
    process::run_quietly(node.envs([("WRITE_TOKEN", TOKEN), ("READ_TOKEN", TOKEN)]))
}
