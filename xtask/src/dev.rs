//! `cargo xtask dev`: builds the Worker, and serves it with `wrangler dev`.

use std::path::Path;
use std::thread;

use anyhow::Result;

use crate::config::Wrangler;
use crate::progress::step;
use crate::server::{Server, local_address};
use crate::{build, migrations, setup, tools};

/// Serves until Ctrl-C. Migrations are applied while the Worker is built.
pub fn run(port: u16, persist: &Path) -> Result<()> {
    let address = local_address(port)?;
    let persist = std::path::absolute(persist)?;
    thread::scope(|scope| {
        let migrated = scope.spawn(|| {
            setup::npm_packages()?;
            migrations::apply(&Wrangler::read()?, &persist)
        });
        eprintln!("{}", build::run()?);
        migrated.join().expect("migrating does not panic")
    })?;
    let server = step("starting wrangler", "3 to 10 s", || {
        Server::start(
            tools::npm("wrangler")
                .args(["dev", "--ip", "127.0.0.1", "--port", &address.port().to_string()])
                .arg("--persist-to")
                .arg(&persist),
            address,
        )
    })?;
    println!("Ready on {}", server.url());
    server.run_until_interrupted()
}
