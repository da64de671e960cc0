//! `cargo xtask restore`: has a Worker make streams whole again whose part in D1 was lost or rolled back.

use anyhow::Result;
use clap::Args;

use crate::{paths, process, setup, tools};

#[derive(Args)]
pub struct Options {
    /// Where the Worker is, without a path. It is sent the token in AUTH_TOKEN, if there is one.
    #[arg(long, value_name = "URL")]
    url: String,
    /// Restore streams that were deleted or have expired, too.
    #[arg(long)]
    deleted: bool,
    /// The streams, by what comes after /v1/stream/ in their URLs.
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
