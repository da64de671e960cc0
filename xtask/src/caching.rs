//! `cargo xtask caching`: counts how many requests of many readers pass a cache.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::programs::NGINX;
use crate::server::{Server, local_address};
use crate::{build, paths, process, serve, tools};

/// Page size at which hundreds of readers read a few dozen pages in seconds.
const PAGE: (&str, &str) = ("LIMIT_PAGE", "64 KiB");

/// Limits each response to one page.
const PAGES: (&str, &str) = ("LIMIT_RESPONSE", PAGE.1);

/// Token of the readers and Workers that use one.
const TOKEN: &str = "secret";

/// Prints the rows of the table in docs/caching.md: for an open Worker, for one that returns pages, and for one that requires a token.
///
/// # Errors
/// If nginx is not available, or a reader did not read exactly what was written.
pub fn run() -> Result<()> {
    let nginx = NGINX.path()?;
    eprintln!("{}", build::run()?);
    println!("| 500 readers | their requests | at the Worker | MB from there |\n| --- | --- | --- | --- |");
    for (token, pages) in [(None, false), (None, true), (Some(TOKEN), false)] {
        let folder = tempfile::tempdir().context("no folder for the cache")?;
        let (cache, counter, worker) = (local_address(0)?, local_address(0)?, local_address(0)?);
        let mut vars = vec![(PAGE.0.into(), PAGE.1.into())];
        vars.extend(token.map(|token| ("AUTH_TOKEN".into(), token.into())));
        vars.extend(pages.then(|| (PAGES.0.into(), PAGES.1.into())));
        let worker = serve::start(worker, &folder.path().join("state"), vars)?;

        let config = fs::read_to_string(paths::root().join("xtask/caching/nginx.conf"))?
            .replace("CACHE", &cache.to_string())
            .replace("COUNTER", &counter.to_string())
            .replace("WORKER", worker.url().trim_start_matches("http://"))
            .replace("FOLDER", &folder.path().display().to_string());
        let file = folder.path().join("nginx.conf");
        fs::write(&file, config)?;
        let cache = Server::start(Command::new(&nginx).arg("-p").arg(folder.path()).arg("-c").arg(&file), cache)?;

        let mut readers = tools::npm("node");
        readers
            .arg(paths::root().join("xtask/caching/readers.mjs"))
            .env("CACHE_URL", cache.url())
            .env("WORKER_URL", worker.url())
            .env("ASKED", folder.path().join("asked.log"))
            .envs(token.map(|token| ("TOKEN", token)))
            .envs(pages.then_some(("PAGES", "true")));
        process::run(&mut readers)?;
    }
    Ok(())
}
