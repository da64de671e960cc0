//! A file with a key that signs. It looks like an entry of `AUTH_KEYS`, but its key has the private part. Because the issuer, the audience
//! and the prefix stand beside the key, a token has the claims that a server with this entry requires.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use token::SigningKey;

/// The content of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub issuer: String,
    pub audience: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// With the private part.
    jwk: Value,
}

impl Entry {
    pub fn new(issuer: String, audience: String, prefix: Option<String>, key: &SigningKey) -> Self {
        Self { issuer, audience, prefix, jwk: key.jwk().clone() }
    }

    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} is not a file that `cargo xtask token keygen` has written", file.display()))
    }

    /// Writes a new file that only its owner can read.
    pub fn write(&self, file: &Path) -> Result<()> {
        let mut created = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{} exists already, and is not overwritten", file.display())
            }
            created => created.with_context(|| format!("cannot write {}", file.display()))?,
        };
        Ok(created.write_all(format!("{}\n", serde_json::to_string_pretty(self)?).as_bytes())?)
    }

    pub fn key(&self) -> Result<SigningKey> {
        Ok(SigningKey::read(self.jwk.clone())?)
    }

    /// The entry of `AUTH_KEYS`.
    pub fn public(&self) -> Result<Value> {
        let mut entry = json!({ "issuer": self.issuer, "audience": self.audience });
        if let Some(prefix) = &self.prefix {
            entry["prefix"] = prefix.as_str().into();
        }
        entry["jwk"] = self.key()?.verifying_jwk();
        Ok(entry)
    }
}
