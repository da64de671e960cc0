//! `cargo xtask dev`: builds the Worker, and serves it with `wrangler dev`.

use std::path::Path;
use std::thread;

use anyhow::Result;

use crate::config::Wrangler;
use crate::progress::step;
use crate::server::{Server, local_address};
use crate::{access, build, migrations, paths, setup, tools};

/// Serves until Ctrl-C. Migrations are applied while the Worker is built. Anyone can use the Worker, unless wrangler.toml or a file that
/// wrangler reads locally, such as `.dev.vars`, says who may.
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
    let is_decided =
        access::is_decided(Wrangler::read()?.vars.keys().map(String::as_str)) || access::is_decided_in(paths::root())?;
    let (name, value) = access::OPEN;
    let open = (!is_decided).then(|| format!("{name}:{value}"));
    let server = step("starting wrangler", "3 to 10 s", || {
        Server::start(
            tools::npm("wrangler")
                .args(["dev", "--ip", "127.0.0.1", "--port", &address.port().to_string()])
                .arg("--persist-to")
                .arg(&persist)
                .args(open.iter().flat_map(|open| ["--var", open])),
            address,
        )
    })?;
    if open.is_some() {
        println!("{}", access::IS_OPEN);
    }
    println!("Ready on {}", server.url());
    server.run_until_interrupted()
}
