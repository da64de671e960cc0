//! Runs the tests in xtask/browser, of the example and of the inspector, against servers.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::programs::CHROMIUM;
use crate::{paths, process, tools};

/// The only token that the servers accept.
const TOKEN: &str = "operator";

/// Short SSE responses, so that the page has to reconnect while data arrives, and a server that requires a token.
pub const EXAMPLE_VARS: [(&str, &str); 2] = [("LIMIT_SSE_LIFETIME", "1 s"), ("AUTH_TOKEN", TOKEN)];

/// A key with which the test of the inspector mints tokens that permit less.
const KEYS: &str = r#"[{"issuer":"test","audience":"streams","jwk":{"kty":"oct","kid":"test","alg":"HS256",
    "k":"dGhlIGluc3BlY3RvcidzIHRlc3QgbWludHMgdG9rZW4"}}]"#;

/// Data in R2 is read from there, so that the page meets damaged data.
pub const INSPECTOR_VARS: [(&str, &str); 4] =
    [("LIMIT_SSE_LIFETIME", "2 s"), ("LIMIT_TAIL_CACHE", "0 B"), ("AUTH_TOKEN", TOKEN), ("AUTH_KEYS", KEYS)];

/// Runs the test of the example against the server at `base_url`.
pub fn example(base_url: &str) -> Result<()> {
    let mut node = program("answer.mjs", base_url)?;
    process::run_quietly(node.envs([("WRITE_TOKEN", TOKEN), ("READ_TOKEN", TOKEN)]))
}

/// Runs the test of the inspector against the server at `base_url`, which keeps its data in the folder `state`.
pub fn inspector(base_url: &str, state: &Path) -> Result<()> {
    let mut node = program("inspector.mjs", base_url)?;
    process::run(node.env("STATE", state).env("TOKEN", TOKEN).env("KEYS", KEYS))
}

fn program(name: &str, base_url: &str) -> Result<Command> {
    let chromium = CHROMIUM.path()?;
    let mut node = tools::npm("node");
    node.arg("--no-warnings").arg(paths::root().join("xtask/browser").join(name));
    node.env("CHROMIUM", chromium).env("SERVER_URL", base_url);
    Ok(node)
}
