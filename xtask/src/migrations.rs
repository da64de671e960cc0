//! Migrations of local D1 databases. The applied ones are recorded like those of `wrangler d1 migrations`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::config::{D1Database, Wrangler};
use crate::progress::step;
use crate::{paths, process, tools};

/// Applies pending migrations to the databases under `persist`.
pub fn apply(config: &Wrangler, persist: &Path) -> Result<()> {
    let Some(argument) = pending(config, persist)? else { return Ok(()) };
    step("applying migrations", "2 to 5 s", || {
        let script = paths::root().join("xtask/migrate.mjs");
        process::run_quietly(tools::npm("node").arg(script).arg(argument.to_string()))
    })?;
    record(config, persist)
}

/// The argument of xtask/migrate.mjs, or `None` if nothing has changed since [`record`].
pub fn pending(config: &Wrangler, persist: &Path) -> Result<Option<Value>> {
    let recorded = fs::read_to_string(stamp_file(persist));
    if recorded.is_ok_and(|old| stamp(config, persist).is_ok_and(|new| old == new)) {
        return Ok(None);
    }
    let databases = (config.d1_databases.iter())
        .map(|database| Ok(json!({ "id": database.database_id, "files": migrations(config, database)? })))
        .collect::<Result<Vec<_>>>()?;
    Ok(Some(json!({ "persist": persist.join("v3"), "databases": databases })))
}

/// Records that no migration is pending.
pub fn record(config: &Wrangler, persist: &Path) -> Result<()> {
    Ok(fs::write(stamp_file(persist), stamp(config, persist)?)?)
}

fn stamp_file(persist: &Path) -> PathBuf {
    persist.join("migrations-applied")
}

/// A hash of the databases' names, their migrations, and the identity of every database file under `persist`: a database that was
/// removed and created again is another file.
fn stamp(config: &Wrangler, persist: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for database in &config.d1_databases {
        database.database_id.hash(&mut hasher);
        for file in migrations(config, database)? {
            (file.file_name(), fs::read(&file)?).hash(&mut hasher);
        }
    }
    for file in files(&persist.join("v3/d1/miniflare-D1DatabaseObject"), "sqlite")? {
        (file.file_name(), fs::metadata(&file)?.ino()).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The migrations of a database, in order.
fn migrations(config: &Wrangler, database: &D1Database) -> Result<Vec<PathBuf>> {
    let base = config.file.parent().context("wrangler.toml is in a folder")?;
    database.migrations_dir.as_ref().map_or(Ok(Vec::new()), |folder| files(&base.join(folder), "sql"))
}

/// The files in a folder with this extension, in order.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == extension));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
        name = "a"
        compatibility_date = "2026-11-01"
        [[d1_databases]]
        binding = "DB"
        database_id = "a"
        migrations_dir = "migrations"
    "#;

    fn is_pending(config: &Wrangler, persist: &Path) -> bool {
        pending(config, persist).expect("readable migrations").is_some()
    }

    #[test]
    fn every_change_makes_migrations_pending() {
        let folder = tempfile::tempdir().expect("a folder");
        let (persist, migrations) = (folder.path().join("state"), folder.path().join("migrations"));
        let databases = persist.join("v3/d1/miniflare-D1DatabaseObject");
        fs::create_dir_all(&databases).and_then(|()| fs::create_dir(&migrations)).expect("folders");
        let file = folder.path().join("wrangler.toml");
        fs::write(&file, CONFIG).expect("a file");
        let config = Wrangler::read_from(&file).expect("a configuration");
        fs::write(migrations.join("0001.sql"), "SELECT 1").expect("a migration");
        fs::write(databases.join("a.sqlite"), "").expect("a database");
        assert!(is_pending(&config, &persist), "nothing is recorded yet");

        let changes: [(&str, &dyn Fn() -> std::io::Result<()>); 4] = [
            ("a migration is new", &|| fs::write(migrations.join("0002.sql"), "SELECT 2")),
            ("a migration is edited", &|| fs::write(migrations.join("0002.sql"), "SELECT 3")),
            ("a database file is new", &|| fs::write(databases.join("b.sqlite"), "")),
            ("the databases are removed", &|| fs::remove_dir_all(&databases)),
        ];
        for (change, make) in changes {
            record(&config, &persist).expect("a record");
            assert!(!is_pending(&config, &persist), "before this: {change}");
            make().expect(change);
            assert!(is_pending(&config, &persist), "{change}");
        }
        assert!(is_pending(&config, &folder.path().join("other")), "another folder has no record");
    }
}
