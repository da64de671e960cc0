//! `cargo xtask token mint`.

use crate::entry::Entry;
use crate::local::{self, Verdict};
use crate::scopes::Scopes;
use crate::time;
use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use token::Claims;

/// A PATH is that of a stream. If it ends with `/`, it stands for all streams below, and an empty one for all streams.
#[derive(Args)]
pub struct Options {
    /// File of `cargo xtask token keygen`.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Holder of the token (`sub`). The server counts requests by holder.
    #[arg(long = "sub", value_name = "WHO")]
    subject: String,
    /// How long the token is valid: 30m, 1h, 7d.
    #[arg(long, value_name = "DURATION")]
    expires: String,
    #[command(flatten)]
    scopes: Scopes,
}

pub fn run(options: &Options) -> Result<()> {
    let entry = Entry::read(&options.key)?;
    let claims = Claims {
        iss: entry.issuer.clone(),
        aud: entry.audience.clone(),
        sub: options.subject.clone(),
        exp: time::end_of(&options.expires)?,
        streams: options.scopes.claim(),
    };
    let token = token::mint(&entry.key()?, &claims);
    let server = local::keys(&json!([entry.public()?]).to_string())?;
    match server.token(&token) {
        Verdict::Refused(refused) => bail!("a server would refuse this token: {refused}"),
        Verdict::Accepted(holder) => options.scopes.are_within(&holder.prefix)?,
    }
    println!("{token}");
    Ok(())
}
