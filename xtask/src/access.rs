//! Who may use a local Worker. Without configuration, a Worker refuses everybody, so `dev`, `serve` and the tests let anyone use it unless
//! they are told otherwise.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use token::{Algorithm, Claims, Scope, SigningKey, Target, mint};

/// The variables that decide who may use a Worker (docs/operations.md).
const VARIABLES: [&str; 6] = ["AUTH", "AUTH_TOKEN", "AUTH_TOKEN_NEXT", "AUTH_KEYS", "AUTH_JWKS", "PUBLIC_READ"];

/// The variable that lets anyone use a Worker, and its value.
pub const OPEN: (&str, &str) = ("AUTH", "none");

/// What `dev` and `serve` print with [`OPEN`].
pub const IS_OPEN: &str = "Anyone can use this server (AUTH=none).";

/// Whether one of these variables decides who may use the Worker.
pub fn is_decided<'v>(mut variables: impl Iterator<Item = &'v str>) -> bool {
    variables.any(|name| VARIABLES.contains(&name))
}

/// The files from which `wrangler dev` reads more variables.
const SECRETS: [&str; 3] = [".dev.vars", ".env", ".env.local"];

/// The variables in files in `folder` from which `wrangler dev` reads them.
pub fn names_in(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for file in SECRETS.map(|name| folder.join(name)).iter().filter(|file| file.exists()) {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        found.extend(names(&text).map(str::to_owned));
    }
    Ok(found)
}

/// The variables that a file in dotenv's format sets.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (name, _) = line.split_once('=')?;
        let name = name.trim();
        Some(name.strip_prefix("export ").unwrap_or(name).trim())
    })
}

/// All operations. `xtask` does not depend on the spec, because it also has to run while the spec does not compile.
const OPERATIONS: [&str; 11] =
    ["create", "fork", "append", "close", "read", "delete", "list", "subscribe", "claim", "observe", "admin"];

/// A key that a Worker accepts, and a token by it that permits everything.
pub struct Guard {
    keys: String,
    /// The token.
    pub token: String,
}

/// The time at which the token expires: in the year 2100.
const END_S: u64 = 4_102_444_800;

impl Guard {
    /// Makes a new key and a token.
    pub fn new() -> Result<Self> {
        let [issuer, audience] = ["https://xtask.example", "streams"];
        let key = SigningKey::generate(Algorithm::EdDsa, "xtask")?;
        let entry = serde_json::json!([{ "issuer": issuer, "audience": audience, "jwk": key.verifying_jwk() }]);
        let everywhere = Scope { target: Target::Prefix(String::new()), ops: OPERATIONS.map(str::to_owned).to_vec() };
        let claims = Claims {
            iss: issuer.to_owned(),
            aud: audience.to_owned(),
            sub: "the tests".to_owned(),
            exp: END_S,
            streams: vec![everywhere],
        };
        Ok(Self { keys: entry.to_string(), token: mint(&key, &claims) })
    }

    /// The variable that configures the Worker.
    pub fn variable(&self) -> (&str, &str) {
        ("AUTH_KEYS", &self.keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::client::Operation;

    #[test]
    fn the_variables_are_those_of_the_server() {
        assert_eq!(VARIABLES, runtime::access::VARIABLES);
    }

    #[test]
    fn the_operations_are_those_of_the_server() {
        assert!(Operation::ALL.iter().map(|operation| operation.name()).eq(OPERATIONS));
    }

    #[test]
    fn secrets_of_wrangler_decide() {
        let folder = tempfile::tempdir().expect("a folder");
        let is_decided_in = |folder| names_in(folder).map(|names| is_decided(names.iter().map(String::as_str)));
        assert!(!is_decided_in(folder.path()).expect("no file"));
        for (file, line, expected) in [
            (".dev.vars", "LIMIT_PAGE=\"4 KiB\"\n# AUTH_TOKEN=secret\n", false),
            (".env", "NOTE=AUTH_TOKEN=secret\n", false),
            (".env.local", " export AUTH_KEYS = '[]'\n", true),
            (".dev.vars", "A=1\nAUTH_TOKEN=secret\n", true),
        ] {
            let file = folder.path().join(file);
            fs::write(&file, line).expect("a file");
            assert_eq!(is_decided_in(folder.path()).expect("files"), expected, "{line}");
            fs::remove_file(file).expect("a file");
        }
    }
}
