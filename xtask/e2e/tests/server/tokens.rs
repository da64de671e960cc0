//! A key, and tokens that it signs.

use serde_json::json;
use token::{Claims, Scope, SigningKey, Target, mint};

use crate::servers::TOKEN;

const ISSUER: &str = "https://issuer.example";

fn key() -> SigningKey {
    let key = json!({ "kty": "oct", "alg": "HS256", "kid": "e2e", "k": "YSBzZWNyZXQgb2YgYXQgbGVhc3QgMzIgYnl0ZXMgZm9yIHRlc3Rz" });
    SigningKey::read(key).expect("a key")
}

/// The variables of a server that takes these tokens, and `TOKEN` as the operator's.
pub fn variables() -> [(&'static str, String); 2] {
    let keys = json!([{ "issuer": ISSUER, "audience": "streams", "jwk": key().verifying_jwk() }]);
    [("AUTH_TOKEN", TOKEN.to_owned()), ("AUTH_KEYS", keys.to_string())]
}

/// A token of someone who may read everything.
pub fn reader(subject: &str) -> String {
    reader_until(subject, 4_102_444_800)
}

/// A token likewise, until this time in seconds since 1970.
pub fn reader_until(subject: &str, exp: u64) -> String {
    let streams = vec![Scope { target: Target::Prefix(String::new()), ops: vec!["read".to_owned()] }];
    let (iss, aud, sub) = (ISSUER.to_owned(), "streams".to_owned(), subject.to_owned());
    mint(&key(), &Claims { iss, aud, sub, exp, streams })
}
