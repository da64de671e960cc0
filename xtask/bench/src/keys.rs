//! Keys, and the credentials that they sign.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use token::{Algorithm, Claims, Scope, SigningKey, Target, mint, signed_query};

/// Longer than any run, and shorter than what a signed URL may last.
const LIFETIME_S: u64 = 12 * 3600;

/// The keys of a server that requires tokens.
#[derive(Debug)]
pub struct Keys(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    issuer: String,
    audience: String,
    key: SigningKey,
}

/// An entry in the file, with the private part of its key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    issuer: String,
    audience: String,
    jwk: Value,
}

impl Keys {
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let written: Vec<Written> = serde_json::from_slice(&text)?;
        let entry = |Written { issuer, audience, jwk }| Ok(Entry { issuer, audience, key: SigningKey::read(jwk)? });
        Ok(Self(written.into_iter().map(entry).collect::<Result<_>>()?))
    }

    /// A token that permits what is measured. Two tokens differ in their subjects.
    pub fn token(&self, algorithm: Algorithm, subject: &str) -> Result<String> {
        let Entry { issuer, audience, key } = self.of(algorithm)?;
        let scope = Scope {
            target: Target::Prefix(String::new()),
            ops: ["create", "append", "read", "close"].map(str::to_owned).into(),
        };
        let (iss, aud, sub) = (issuer.clone(), audience.clone(), subject.to_owned());
        Ok(mint(key, &Claims { iss, aud, sub, exp: end_s()?, streams: vec![scope] }))
    }

    /// The parameters of a URL that is signed for the stream at `path`.
    pub fn signed_query(&self, path: &str) -> Result<String> {
        Ok(signed_query(&self.of(Algorithm::Hs256)?.key, path, end_s()?))
    }

    fn of(&self, algorithm: Algorithm) -> Result<&Entry> {
        let entry = self.0.iter().find(|entry| entry.key.algorithm() == algorithm);
        entry.with_context(|| format!("there is no key for {}", algorithm.name()))
    }
}

fn end_s() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + LIFETIME_S)
}
