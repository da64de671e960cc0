//! Reads wrangler.toml, so that no other file repeats its values.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::paths;

/// The parts of wrangler.toml that a local server needs.
#[derive(Deserialize)]
pub struct Wrangler {
    /// The file that it was read from.
    #[serde(skip)]
    pub file: PathBuf,
    pub name: String,
    pub compatibility_date: String,
    #[serde(default)]
    pub compatibility_flags: Vec<String>,
    #[serde(default)]
    pub vars: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub durable_objects: DurableObjects,
    #[serde(default)]
    pub d1_databases: Vec<D1Database>,
    #[serde(default)]
    pub r2_buckets: Vec<R2Bucket>,
    #[serde(default)]
    pub ratelimits: Vec<RateLimit>,
    pub assets: Option<Assets>,
}

/// Files that are served as they are.
#[derive(Clone, Deserialize)]
pub struct Assets {
    /// Their folder.
    pub directory: PathBuf,
    /// Rules for paths: which of them the Worker serves, and after `!`, which of them it does not.
    pub run_worker_first: Vec<String>,
}

#[derive(Default, Deserialize)]
pub struct DurableObjects {
    pub bindings: Vec<DurableObject>,
}

#[derive(Deserialize)]
pub struct DurableObject {
    pub name: String,
    pub class_name: String,
}

#[derive(Deserialize)]
pub struct D1Database {
    pub binding: String,
    pub database_id: String,
    /// `None`: no migrations.
    pub migrations_dir: Option<PathBuf>,
}

#[derive(Deserialize)]
pub struct R2Bucket {
    pub binding: String,
    pub bucket_name: String,
}

#[derive(Deserialize)]
pub struct RateLimit {
    pub name: String,
    pub namespace_id: String,
    pub simple: Rate,
}

/// A number of requests in a period.
#[derive(Deserialize, Serialize)]
pub struct Rate {
    pub limit: u64,
    /// In seconds.
    pub period: u64,
}

impl Wrangler {
    pub fn read() -> Result<Self> {
        Self::read_from(&paths::root().join("wrangler.toml"))
    }

    /// Reads the wrangler.toml of the Worker in a folder. That of app/ is in the root.
    pub fn of(package: &Path) -> Result<Self> {
        if package == paths::app() { Self::read() } else { Self::read_from(&package.join("wrangler.toml")) }
    }

    /// Reads another file than the Worker's wrangler.toml.
    pub fn read_from(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut config: Self = toml::from_str(&text).with_context(|| format!("cannot parse {}", file.display()))?;
        if let Some(assets) = &mut config.assets {
            assets.directory = file.with_file_name(&assets.directory);
        }
        Ok(Self { file: file.to_owned(), ..config })
    }

    /// The same configuration with `count` databases instead of one. It is written to `file`, because wrangler reads only files.
    pub fn sharded(&self, count: usize, file: &Path) -> Result<Self> {
        self.bound_to(&(0..count).map(|number| format!("DB_{number}")).collect::<Vec<_>>(), file)
    }

    /// The same configuration with a new database for each of these bindings instead of its own. It is written to `file`.
    pub fn bound_to(&self, bindings: &[String], file: &Path) -> Result<Self> {
        let mut text = fs::read_to_string(&self.file)?;
        let migrations = paths::root().join("migrations");
        for binding in bindings {
            write!(
                text,
                "\n[[d1_databases]]\nbinding = {binding:?}\ndatabase_name = \"database-{binding}\"\n\
                 database_id = \"database-{binding}\"\nmigrations_dir = {migrations:?}\n",
            )?;
        }
        fs::write(file, text)?;
        let mut bound = Self::read_from(file)?;
        bound.d1_databases.retain(|database| database.database_id.starts_with("database-"));
        bound.assets.clone_from(&self.assets);
        Ok(bound)
    }
}

#[cfg(test)]
mod tests {
    use super::Wrangler;
    use crate::paths;
    use std::convert::Infallible;
    use std::fs;

    /// After `Retry-After`, a caller who was refused has a new period.
    #[test]
    fn a_caller_who_sends_too_much_waits_for_one_period() {
        let config = Wrangler::read().expect("wrangler.toml");
        let [callers] = &config.ratelimits[..] else { panic!("one rate limit") };
        assert_eq!(callers.name, "CALLERS");
        let refused = spec::TooManyRequests.respond::<Infallible>();
        assert_eq!(refused.get("retry-after"), Some(&*callers.simple.period.to_string()));
    }

    #[test]
    fn every_event_is_logged_and_no_invocation_is() {
        let text = fs::read_to_string(paths::root().join("wrangler.toml")).expect("wrangler.toml");
        let config: toml::Table = toml::from_str(&text).expect("TOML");
        let logs = &config["observability"]["logs"];
        assert_eq!(logs["enabled"].as_bool(), Some(true));
        // A lower rate would drop errors as well.
        assert_eq!(logs["head_sampling_rate"].as_integer(), Some(1));
        assert_eq!(logs["invocation_logs"].as_bool(), Some(false));
        let traces = &config["observability"]["traces"];
        assert_eq!(traces["enabled"].as_bool(), Some(true));
        let rate = traces["head_sampling_rate"].as_float();
        assert!(rate.is_some_and(|rate| 0.0 < rate && rate <= 0.01), "{rate:?}");
    }
}
