//! How much is stored, by the first segment of paths.

use crate::Target;
use crate::server::{Server, with_query};
use anyhow::{Context, Result};
use clap::Args;

/// Options of `usage`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// Print only prefixes that begin with this text.
    #[arg(default_value = "")]
    prefix: String,
}

pub fn run(options: &Options) -> Result<bool> {
    let server = Server::new(&options.target)?;
    let target = if options.prefix.is_empty() {
        "/v1/admin/usage".to_owned()
    } else {
        with_query("/v1/admin/usage", &[("prefix", &options.prefix)])
    };
    let usage = server.get(&target).context("The usage can't be read")?.json()?;
    if options.target.json {
        println!("{usage}");
        return Ok(true);
    }
    let time = |name: &str| usage[name].as_str().unwrap_or_default();
    println!("Counted from {} to {}.", time("began_at"), time("counted_at"));
    println!("{:>12} {:>16} {:>16}  prefix", "streams", "bytes in D1", "bytes in R2");
    for prefix in usage["prefixes"].as_array().into_iter().flatten() {
        let [streams, hot, cold] = ["streams", "hot_bytes", "cold_bytes"].map(|name| prefix[name].to_string());
        println!("{streams:>12} {hot:>16} {cold:>16}  {}", prefix["prefix"].as_str().unwrap_or_default());
    }
    Ok(true)
}
