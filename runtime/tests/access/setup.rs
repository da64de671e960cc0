//! Servers with keys, and tokens for them.

use native::{Reply, Request, Server};
use runtime::access::Access;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use token::{Algorithm, SigningKey};

/// The time of a new server, in seconds since 1970.
pub const NOW_S: u64 = 1_767_225_600;

pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "streams";

/// A shared secret.
pub fn secret(id: &str) -> SigningKey {
    let text = "c2l4dHkgZm91ciBieXRlcyBvZiBhIHNlY3JldCB0aGF0IGlzIG5vbmUsIHVzZWQgYnkgdGVzdHMuLi4";
    SigningKey::read(json!({ "kty": "oct", "alg": "HS256", "kid": id, "k": text })).unwrap()
}

/// A new key for each algorithm.
pub fn key(algorithm: Algorithm, id: &str) -> SigningKey {
    match algorithm {
        Algorithm::Rs256 => {
            let mut key: Value = serde_json::from_str(include_str!("rsa.json")).unwrap();
            key["kid"] = id.into();
            SigningKey::read(key).unwrap()
        }
        algorithm => SigningKey::generate(algorithm, id).unwrap(),
    }
}

/// An entry of `AUTH_KEYS`.
pub fn entry(key: &SigningKey) -> Value {
    json!({ "issuer": ISSUER, "audience": AUDIENCE, "jwk": key.verifying_jwk() })
}

/// The configuration that variables make.
pub fn access(variables: &[(&str, String)]) -> Result<Access, String> {
    let variables: BTreeMap<_, _> = variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Access::read(|name| variables.get(name).cloned()).map_err(|error| error.to_string())
}

/// A server with an operator's token, and these keys.
pub fn server(keys: &[Value]) -> Server {
    let variables = [("AUTH_TOKEN", "operator".to_owned()), ("AUTH_KEYS", Value::from(keys).to_string())];
    configured(if keys.is_empty() { &variables[..1] } else { &variables })
}

/// A server with these variables.
pub fn configured(variables: &[(&str, String)]) -> Server {
    let access = access(variables).unwrap();
    Server::with(|settings| settings.access = access)
}

/// Claims that permit everything for an hour.
pub fn claims() -> Value {
    let everything =
        ["create", "fork", "append", "close", "read", "delete", "list", "subscribe", "claim", "observe", "admin"];
    granting(json!([{ "prefix": "", "ops": everything }]))
}

/// Claims that permit this for an hour.
pub fn granting(streams: Value) -> Value {
    json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "somebody", "exp": NOW_S + 3_600, "streams": streams })
}

/// `claims` with another value of a member, or without it.
pub fn with(mut claims: Value, name: &str, value: Option<Value>) -> Value {
    let members = claims.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    claims
}

pub fn send(method: &str, target: &str, token: &str) -> Request {
    let request = Request::new(method, target);
    if token.is_empty() { request } else { request.header("authorization", format!("Bearer {token}")) }
}

/// The status of a request with a token, without one if it is empty.
pub async fn status(server: &Server, method: &str, target: &str, token: &str) -> u16 {
    answer(server, method, target, token).await.status
}

pub async fn answer(server: &Server, method: &str, target: &str, token: &str) -> Reply {
    server.send(send(method, target, token)).await
}

/// The status of a read with a token.
pub async fn read(server: &Server, token: &str) -> u16 {
    status(server, "GET", "/v1/stream/a", token).await
}
