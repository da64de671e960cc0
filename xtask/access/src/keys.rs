//! `cargo xtask token keys`.

use crate::entry::Entry;
use crate::local;
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// Files of `cargo xtask token keygen`.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub fn run(options: &Options) -> Result<()> {
    let entries = options.files.iter().map(|file| Entry::read(file)?.public()).collect::<Result<Vec<_>>>()?;
    let keys = Value::from(entries).to_string();
    local::keys(&keys)?;
    println!("{keys}");
    Ok(())
}
