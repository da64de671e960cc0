//! Applies migrations to the local D1 databases with wrangler, which records the applied ones.

use std::path::Path;

use anyhow::{Context, Result};

use crate::config::Wrangler;
use crate::{process, tools};

/// Applies new files in migrations/ to each database under `persist`.
pub fn apply(config: &Wrangler, persist: &Path) -> Result<()> {
    for database in config.d1_databases.iter().filter(|database| database.migrations_dir.is_some()) {
        process::run_quietly(
            tools::npm("wrangler")
                .args(["d1", "migrations", "apply", &database.binding, "--local", "--persist-to"])
                .arg(persist)
                .arg("--config")
                .arg(&config.file),
        )
        .with_context(|| format!("cannot apply the migrations of {}", database.binding))?;
    }
    Ok(())
}
