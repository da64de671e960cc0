//! The callers and the holders of wakes that the examples of the spec assume.

mod wake;

pub use wake::{Holder, Wake};

use crate::{Claims, Scope, SigningKey, Target, mint};
use serde_json::json;

/// The caller of an example, on a server that knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// May do everything: the server is open.
    Anyone,
    /// Has credentials that are not valid.
    Unknown,
    /// Uses a server whose access is not configured.
    Unconfigured,
    /// Has a token whose keys can't be fetched.
    Unverified,
    /// Has a token, and has sent too many requests.
    Limited,
    /// Has a token that permits only these operations, on every path.
    Permitted(Vec<String>),
}

/// The operator's token.
const OPERATOR: &str = "the operator's token";

/// The issuer and the subject of tokens.
const NAMES: [&str; 2] = ["https://issuer.example", "somebody"];

/// The time at which tokens expire: in the year 2100.
const END_S: u64 = 4_102_444_800;

impl Caller {
    /// The caller that these conditions assume.
    #[must_use]
    pub fn of(given: &[&str]) -> Self {
        match given.iter().find_map(|given| given.strip_prefix("Client ")) {
            None => Self::Anyone,
            Some("unknown") => Self::Unknown,
            Some("unconfigured") => Self::Unconfigured,
            Some("unverified") => Self::Unverified,
            Some("limited") => Self::Limited,
            Some(permits) => {
                let names = permits.trim_start_matches("permits ").split(", ").filter(|name| *name != "nothing");
                Self::Permitted(names.map(str::to_owned).collect())
            }
        }
    }

    /// What configures a server for this caller.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let [issuer, _] = NAMES;
        let key = json!([{ "issuer": issuer, "audience": "streams", "jwk": key().verifying_jwk() }]);
        let operator = ("AUTH_TOKEN", OPERATOR.to_owned());
        match self {
            Self::Anyone => vec![("AUTH", "none".to_owned())],
            Self::Unconfigured => Vec::new(),
            Self::Unknown => vec![operator],
            Self::Unverified => {
                // Nothing answers there.
                let keys = json!({ "url": "http://127.0.0.1:1/", "issuer": issuer, "audience": "streams" });
                vec![operator, ("AUTH_JWKS", keys.to_string())]
            }
            Self::Limited | Self::Permitted(_) => vec![operator, ("AUTH_KEYS", key.to_string())],
        }
    }

    /// The token of requests that prepare what the example is about.
    #[must_use]
    pub fn token_before(&self) -> Option<String> {
        (!matches!(self, Self::Anyone | Self::Unconfigured)).then(|| OPERATOR.to_owned())
    }

    /// The token of the request, which has no other credentials.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        match self {
            Self::Anyone | Self::Unknown | Self::Unconfigured => None,
            Self::Unverified | Self::Limited => Some(token(Vec::new())),
            Self::Permitted(operations) => Some(token(operations.clone())),
        }
    }

    /// The name by which the server counts the requests of tokens.
    #[must_use]
    pub fn counted_as() -> String {
        NAMES.join(" ")
    }
}

fn key() -> SigningKey {
    let secret = "c2l4dHkgZm91ciBieXRlcyBvZiBhIHNlY3JldCB0aGF0IGlzIG5vbmUsIHVzZWQgYnkgZXhhbXBsZXM";
    let key = json!({ "kty": "oct", "alg": "HS256", "kid": "examples", "k": secret });
    SigningKey::read(key).expect("a key")
}

fn token(operations: Vec<String>) -> String {
    let [issuer, subject] = NAMES.map(str::to_owned);
    let everywhere = Scope { target: Target::Prefix(String::new()), ops: operations };
    mint(
        &key(),
        &Claims { iss: issuer, aud: "streams".to_owned(), sub: subject, exp: END_S, streams: vec![everywhere] },
    )
}
