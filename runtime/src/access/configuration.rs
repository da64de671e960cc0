use super::key::{Jwk, Key, Secret};
use super::{Prefix, RemoteKeys};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::rc::Rc;

/// `none` opens the server to anyone.
const AUTH: &str = "AUTH";
/// The operator's token, which permits everything.
const AUTH_TOKEN: &str = "AUTH_TOKEN";
/// A second token of the operator, while one replaces the other.
const AUTH_TOKEN_NEXT: &str = "AUTH_TOKEN_NEXT";
/// Keys that sign tokens.
const AUTH_KEYS: &str = "AUTH_KEYS";
/// Where keys are fetched that sign tokens.
const AUTH_JWKS: &str = "AUTH_JWKS";
/// Prefixes of streams that anyone may read.
const PUBLIC_READ: &str = "PUBLIC_READ";

/// The variables that configure access.
pub const VARIABLES: [&str; 6] = [AUTH, AUTH_TOKEN, AUTH_TOKEN_NEXT, AUTH_KEYS, AUTH_JWKS, PUBLIC_READ];

/// The callers that a server accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Nobody, because the operator has not decided.
    #[default]
    Unconfigured,
    /// Anyone.
    Open,
    /// Callers with credentials.
    Guarded(Guarded),
}

/// The credentials that a server accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The operator's tokens.
    pub operators: Vec<Secret>,
    /// The keys in the configuration.
    pub keys: Vec<Rc<Key>>,
    /// The keys that are fetched.
    pub remote: Option<RemoteKeys>,
    /// Anyone may read streams with these prefixes.
    pub public: Rc<[Prefix]>,
}

/// A variable that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessError {
    variable: &'static str,
    rule: String,
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the variable {}: {}", self.variable, self.rule)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    issuer: String,
    audience: String,
    prefix: Option<String>,
    jwk: Jwk,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRemote {
    url: String,
    issuer: String,
    audience: String,
    prefix: Option<String>,
}

impl Access {
    /// Whether anyone may read the stream at `path`.
    #[must_use]
    pub fn lets_anyone_read(&self, path: &str) -> bool {
        match self {
            Self::Unconfigured => false,
            Self::Open => true,
            Self::Guarded(guarded) => guarded.public.iter().any(|prefix| prefix.covers(path)),
        }
    }

    /// Reads the [`VARIABLES`].
    ///
    /// # Errors
    /// [`AccessError`], for the first variable that is invalid or contradicts another one.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, AccessError> {
        let set: Vec<_> = VARIABLES.into_iter().filter(|name| variable(name).is_some()).collect();
        match variable(AUTH).as_deref() {
            Some("none") if set == [AUTH] => return Ok(Self::Open),
            Some("none") => return refuse(AUTH, format!("`none` opens the server to anyone, but {} is set", set[1])),
            Some(_) => return refuse(AUTH, "the only value is `none`"),
            None if set.is_empty() => return Ok(Self::Unconfigured),
            None => {}
        }
        let operators = operators(variable(AUTH_TOKEN), variable(AUTH_TOKEN_NEXT))?;
        let keys = variable(AUTH_KEYS).map_or_else(|| Ok(Vec::new()), |text| keys(&text))?;
        let remote = variable(AUTH_JWKS).map(|text| remote(&text)).transpose()?;
        let public = variable(PUBLIC_READ).map_or_else(|| Ok(Vec::new()), |text| public(&text))?;
        if operators.is_empty() && keys.is_empty() && remote.is_none() {
            return refuse(PUBLIC_READ, "nobody could write, because AUTH_TOKEN, AUTH_KEYS and AUTH_JWKS are not set");
        }
        Ok(Self::Guarded(Guarded { operators, keys, remote, public: public.into() }))
    }
}

fn refuse<T>(variable: &'static str, rule: impl Into<String>) -> Result<T, AccessError> {
    Err(AccessError { variable, rule: rule.into() })
}

fn operators(first: Option<String>, next: Option<String>) -> Result<Vec<Secret>, AccessError> {
    for (variable, token) in [(AUTH_TOKEN, &first), (AUTH_TOKEN_NEXT, &next)] {
        if token.as_deref() == Some("") {
            return refuse(variable, "it is empty");
        }
    }
    if first.is_none() && next.is_some() {
        return refuse(AUTH_TOKEN_NEXT, "it replaces AUTH_TOKEN, which is not set");
    }
    Ok(first.into_iter().chain(next).map(Secret).collect())
}

fn keys(text: &str) -> Result<Vec<Rc<Key>>, AccessError> {
    let written: Vec<WrittenKey> = parse(AUTH_KEYS, text)?;
    if written.is_empty() {
        return refuse(AUTH_KEYS, "it has no key");
    }
    let mut keys: Vec<Rc<Key>> = Vec::new();
    for WrittenKey { issuer, audience, prefix, jwk } in written {
        let (id, material) = jwk.read().or_else(|rule| refuse(AUTH_KEYS, rule))?;
        if keys.iter().any(|key| key.id == id) {
            return refuse(AUTH_KEYS, format!("two keys have the `kid` `{id}`"));
        }
        let prefix = read_prefix(AUTH_KEYS, prefix.as_deref())?;
        named(AUTH_KEYS, &issuer, &audience)?;
        keys.push(Rc::new(Key { id, issuer, audience, prefix, material }));
    }
    Ok(keys)
}

fn remote(text: &str) -> Result<RemoteKeys, AccessError> {
    let WrittenRemote { url, issuer, audience, prefix } = parse(AUTH_JWKS, text)?;
    // Over plain HTTP, anyone on the way could replace the keys.
    let is_local = ["http://127.0.0.1:", "http://localhost:"].iter().any(|start| url.starts_with(start));
    if !url.starts_with("https://") && !is_local {
        return refuse(AUTH_JWKS, "`url` must begin with `https://`");
    }
    named(AUTH_JWKS, &issuer, &audience)?;
    Ok(RemoteKeys { url, issuer, audience, prefix: read_prefix(AUTH_JWKS, prefix.as_deref())? })
}

fn public(text: &str) -> Result<Vec<Prefix>, AccessError> {
    let prefixes: Vec<String> = parse(PUBLIC_READ, text)?;
    if prefixes.is_empty() {
        return refuse(PUBLIC_READ, "it has no prefix");
    }
    prefixes.iter().map(|prefix| read_prefix(PUBLIC_READ, Some(prefix))).collect()
}

fn named(variable: &'static str, issuer: &str, audience: &str) -> Result<(), AccessError> {
    match issuer.is_empty() || audience.is_empty() {
        true => refuse(variable, "`issuer` and `audience` must not be empty"),
        false => Ok(()),
    }
}

fn read_prefix(variable: &'static str, text: Option<&str>) -> Result<Prefix, AccessError> {
    Prefix::read(text.unwrap_or_default()).or_else(|rule| refuse(variable, rule))
}

fn parse<T: DeserializeOwned>(variable: &'static str, text: &str) -> Result<T, AccessError> {
    serde_json::from_str(text)
        .or_else(|error| refuse(variable, format!("it is not the JSON that is expected: {error}")))
}
