//! `cargo xtask restore`: requests that a Worker rebuild streams whose rows in D1 were lost or rolled back.

use anyhow::Result;
use clap::Args;

use crate::{paths, process, setup, tools};

#[derive(Args)]
pub struct Options {
    /// URL of the Worker without a path. Requests contain the token in AUTH_TOKEN, if it is set.
    #[arg(long, value_name = "URL")]
    url: String,
    /// Also restore streams that were deleted or have expired.
    #[arg(long)]
    deleted: bool,
    /// Streams: the parts of their URLs after /v1/stream/.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

pub fn run(options: &Options) -> Result<()> {
    setup::run()?;
    let script = paths::root().join("xtask/restore.mjs");
    process::run(
        tools::npm("node")
            .env("RESTORE_DELETED", options.deleted.to_string())
            .arg(script)
            .arg(&options.url)
            .args(&options.paths),
    )
}
