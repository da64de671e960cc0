//! `cargo xtask dev`: builds the Worker, and serves it with `wrangler dev`.

use std::path::Path;

use anyhow::Result;

use crate::config::Wrangler;
use crate::server::{Server, local_address};
use crate::{build, migrations, tools};

/// Serves until Ctrl-C.
pub fn run(port: u16, persist: &Path) -> Result<()> {
    let address = local_address(port)?;
    eprintln!("{}", build::run()?);
    let persist = std::path::absolute(persist)?;
    migrations::apply(&Wrangler::read()?, &persist)?;
    let server = Server::start(
        tools::npm("wrangler")
            .args(["dev", "--ip", "127.0.0.1", "--port", &address.port().to_string()])
            .arg("--persist-to")
            .arg(persist),
        address,
    )?;
    println!("Ready on {}", server.url());
    server.run_until_interrupted()
}
