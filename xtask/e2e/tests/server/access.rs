//! Tokens, keys, signed URLs, and what they permit. Their rules are tested natively (runtime/tests/access); here, the platform verifies
//! signatures, fetches keys and ends connections.

mod browsers;
mod configuration;
mod ends;
mod fetched_keys;
mod issuer;
mod paths;
mod tokens;

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use e2e::{Request, Server, unique_path};
use serde_json::{Value, json};
use token::{Algorithm, SigningKey, mint};

use crate::servers::{TOKEN, bearer};

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "streams";

/// A server with a key for each algorithm, whose clock hardly differs from that of its callers.
static KEYED: LazyLock<Keyed> = LazyLock::new(|| {
    let keys = Algorithm::ALL.map(|algorithm| key(algorithm, algorithm.name()));
    let entries = Value::from(keys.iter().map(entry).collect::<Vec<_>>()).to_string();
    let server = Server::fresh(&[
        ("AUTH_TOKEN", TOKEN),
        ("AUTH_KEYS", &entries),
        ("PUBLIC_READ", "[\"public/\"]"),
        ("LIMIT_TOKEN_LEEWAY", "1 s"),
    ]);
    Keyed { server, keys }
});

struct Keyed {
    server: Server,
    keys: [SigningKey; 4],
}

impl Keyed {
    fn key(&self, algorithm: Algorithm) -> &SigningKey {
        self.keys.iter().find(|key| key.algorithm() == algorithm).expect("a key for each algorithm")
    }
}

/// A new key.
fn key(algorithm: Algorithm, id: &str) -> SigningKey {
    match algorithm {
        Algorithm::Rs256 => {
            let mut key: Value =
                serde_json::from_str(include_str!("../../../../runtime/tests/access/rsa.json")).expect("a key");
            key["kid"] = id.into();
            SigningKey::read(key).expect("a key")
        }
        algorithm => SigningKey::generate(algorithm, id).expect("a key"),
    }
}

/// An entry of `AUTH_KEYS`.
fn entry(key: &SigningKey) -> Value {
    json!({ "issuer": ISSUER, "audience": AUDIENCE, "jwk": key.verifying_jwk() })
}

/// The time, in seconds since 1970.
fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs()
}

/// Claims that grant this until `exp`.
fn claims(streams: &Value, exp: u64) -> Value {
    json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "somebody", "exp": exp, "streams": streams })
}

/// Claims that grant everything for an hour.
fn everything() -> Value {
    let operations =
        ["create", "fork", "append", "close", "read", "delete", "list", "subscribe", "claim", "observe", "admin"];
    claims(&json!([{ "prefix": "", "ops": operations }]), now_s() + 3_600)
}

/// A token that permits reading one stream until `exp`.
fn reader(key: &SigningKey, path: &str, exp: u64) -> String {
    mint(key, &claims(&json!([{ "path": path, "ops": ["read"] }]), exp))
}

/// A request with a token.
fn with(request: Request, token: &str) -> Request {
    request.header("authorization", format!("Bearer {token}"))
}

/// The path of a new stream with the content `text`, as tokens name it.
#[track_caller]
fn stream_on(server: &Server, prefix: &str, text: &str) -> String {
    let path = prefix.to_owned() + unique_path().trim_start_matches("/v1/stream/");
    let put = at("PUT", server, &path).header("authorization", bearer()).header("content-type", "text/plain");
    put.body(text).send().expect(201);
    path
}

/// A request to the stream at `path`, which may have a query.
fn at(method: &str, server: &Server, path: &str) -> Request {
    e2e::request(method, &server.url(&format!("/v1/stream/{path}")))
}

/// Appends as the operator.
#[track_caller]
fn append(server: &Server, path: &str, text: &str) {
    let post = at("POST", server, path).header("authorization", bearer()).header("content-type", "text/plain");
    post.body(text).send().expect(204);
}
