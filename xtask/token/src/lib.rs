//! Makes keys, tokens and signed URLs, and verifies signatures. The server needs only the public part of a key, unless it is a shared secret.

pub mod example;
mod key;
mod verify;

pub use key::{Algorithm, BadKey, SigningKey};
pub use verify::verify;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

/// The claims of a token (docs/access.md).
#[derive(Clone, Debug, Serialize)]
pub struct Claims {
    /// The issuer, as the server knows it.
    pub iss: String,
    /// The audience, as the server knows it.
    pub aud: String,
    /// Who gets the token.
    pub sub: String,
    /// When the token expires, in seconds since 1970.
    pub exp: u64,
    /// What the token grants.
    pub streams: Vec<Scope>,
}

/// What a token grants on a path, or on all paths with a prefix.
#[derive(Clone, Debug, Serialize)]
pub struct Scope {
    /// Where.
    #[serde(flatten)]
    pub target: Target,
    /// The names of the operations.
    pub ops: Vec<String>,
}

/// A path of a stream, or a beginning of paths that is empty or ends with a slash.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// One path.
    Path(String),
    /// All paths that begin with this.
    Prefix(String),
}

/// A token in the compact form of a JWT (RFC 7515 §3.1).
///
/// # Panics
/// If the claims can't be written as JSON.
#[must_use]
pub fn mint(key: &SigningKey, claims: &impl Serialize) -> String {
    let header = json!({ "alg": key.algorithm().name(), "kid": key.id(), "typ": "JWT" });
    compact(&header, &serde_json::to_value(claims).expect("claims are JSON"), |text| key.sign(text))
}

/// A token with any header, any claims and any signature.
#[must_use]
pub fn compact(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// What is percent-encoded in the value of a query parameter: all but unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The query of a URL that lets anyone read the stream at `path` until `exp`, in seconds since 1970. The key must be a shared secret.
///
/// `path` is in the form in which the server compares paths: each segment percent-encoded where a URL requires it, and nowhere else.
#[must_use]
pub fn signed_query(key: &SigningKey, path: &str, exp: u64) -> String {
    signature(key, "URL", path, exp)
}

/// The query of URLs that let anyone read all streams below `prefix` until `exp`. The key must be a shared secret.
///
/// `prefix` is in the form in which the server compares paths, and ends with `/`.
#[must_use]
pub fn signed_prefix_query(key: &SigningKey, prefix: &str, exp: u64) -> String {
    let signature = signature(key, "prefix", prefix, exp);
    format!("below={}&{signature}", utf8_percent_encode(prefix, RESERVED))
}

fn signature(key: &SigningKey, what: &str, place: &str, exp: u64) -> String {
    let text = format!("durable-streams signed {what} 1\nread\n{place}\n{exp}");
    let kid = utf8_percent_encode(key.id(), RESERVED);
    format!("exp={exp}&kid={kid}&sig={}", URL_SAFE_NO_PAD.encode(key.sign(text.as_bytes())))
}
