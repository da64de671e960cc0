//! `cargo xtask token sign`.

use crate::entry::Entry;
use crate::local::{self, Verdict};
use crate::time;
use crate::url::{Parts, parts};
use anyhow::{Error, Result, anyhow, bail, ensure};
use clap::Args;
use runtime::access::Prefix;
use serde_json::json;
use spec::client::{Grant as _, Operation};
use spec::stream::PathTo;
use std::path::PathBuf;
use token::{Algorithm, signed_prefix_query, signed_query};

#[derive(Args)]
pub struct Options {
    /// URL of a stream, perhaps with `offset` and `live`.
    url: String,
    /// Sign for all streams below this prefix, which ends with `/`. The parameters of the URL then work for each of them.
    #[arg(long)]
    prefix: Option<String>,
    /// File of `cargo xtask token keygen`, with a key for HS256.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// How long the URL is valid: 10m, 1h, at most 1d.
    #[arg(long, value_name = "DURATION")]
    expires: String,
}

pub fn run(options: &Options) -> Result<()> {
    let entry = Entry::read(&options.key)?;
    let key = entry.key()?;
    ensure!(
        key.algorithm() == Algorithm::Hs256,
        "only a key for HS256 signs URLs, and {} is for {}",
        options.key.display(),
        key.algorithm().name()
    );
    let Parts { origin, path, query } = parts(&options.url)?;
    let to = PathTo::read(path).map_err(|rule| anyhow!("the path of the URL must be {rule}"))?;
    let exp = time::end_of(&options.expires)?;
    let signature = match &options.prefix {
        None => signed_query(&key, to.path.as_str(), exp),
        Some(prefix) => {
            let prefix = Prefix::read(prefix).map_err(Error::msg)?;
            ensure!(prefix != Prefix::ALL, "no signature is for all streams: name a prefix that ends with `/`");
            let tenant = entry.prefix.as_deref().map_or(Ok(Prefix::ALL), Prefix::read).map_err(Error::msg)?;
            ensure!(
                tenant.covers(prefix.as_str()),
                "`{}` is not below `{}`, the prefix of the key",
                prefix.as_str(),
                tenant.as_str()
            );
            signed_prefix_query(&key, prefix.as_str(), exp)
        }
    };
    let query = if query.is_empty() { signature } else { format!("{query}&{signature}") };
    let (server, path) = (local::keys(&json!([entry.public()?]).to_string())?, to.to_string());
    match server.url(&path, &query) {
        Verdict::Refused(refused) => bail!("a server would refuse this URL: {refused}"),
        Verdict::Accepted(holder) => ensure!(
            runtime::access::Client::Holder(holder.clone()).permits(Operation::Read, Some(to.path.as_str())),
            "the stream is not below `{}`, the prefix of the key",
            holder.prefix.as_str()
        ),
    }
    println!("{origin}{path}?{query}");
    Ok(())
}
