//! `cargo xtask dev`: builds the Worker, and serves it with `wrangler dev`.

use std::path::Path;
use std::thread;

use anyhow::Result;

use crate::config::Wrangler;
use crate::progress::step;
use crate::server::{Server, local_address};
use crate::{access, build, migrations, paths, setup, tools, webhooks};

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
    let mut names = access::names_in(paths::root())?;
    // A deployment has another origin.
    names.extend(Wrangler::read()?.vars.into_keys().filter(|name| name != webhooks::PUBLIC_URL));
    let is_open = !access::is_decided(names.iter().map(String::as_str));
    let (name, value) = access::OPEN;
    let open = is_open.then(|| (name, value.to_owned()));
    let added = webhooks::local(address).into_iter().filter(|(name, _)| !names.contains(*name)).chain(open);
    let added: Vec<String> = added.map(|(name, value)| format!("{name}:{value}")).collect();
    let server = step("starting wrangler", "3 to 10 s", || {
        Server::start(
            tools::npm("wrangler")
                .args(["dev", "--ip", "127.0.0.1", "--port", &address.port().to_string()])
                .arg("--persist-to")
                .arg(&persist)
                .args(added.iter().flat_map(|added| ["--var", added])),
            address,
        )
    })?;
    if is_open {
        println!("{}", access::IS_OPEN);
    }
    println!("Ready on {}", server.url());
    server.run_until_interrupted()
}
