//! Signatures are verified with the algorithm of the key, and tokens permit what they say for as long as they say.

use std::thread;
use std::time::Duration;

use e2e::raw_status;
use serde_json::json;
use token::{Algorithm, SigningKey, compact, mint};

use super::{KEYED, at, claims, everything, key, now_s, reader, stream_on, with};

/// The status of a read with a token.
#[track_caller]
fn read(path: &str, token: &str) -> u16 {
    with(at("GET", &KEYED.server, path), token).send().status
}

#[test]
fn each_algorithm_is_verified() {
    let path = stream_on(&KEYED.server, "", "content");
    for key in &KEYED.keys {
        let token = mint(key, &everything());
        // The second time, it is known already.
        for _ in 0..2 {
            let reply = with(at("GET", &KEYED.server, &path), &token).send().expect(200);
            assert_eq!(reply.text(), "content", "{key:?}");
        }
        let append = with(at("POST", &KEYED.server, &path), &token).header("content-type", "text/plain");
        append.body("").send().problem(400, "empty-body");
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let other = if signature.starts_with('A') { "B" } else { "A" };
        assert_eq!(read(&path, &format!("{signed}.{other}{}", &signature[1..])), 401, "{key:?}");
        assert_eq!(read(&path, &format!("{signed}.")), 401, "{key:?}");
    }
}

/// A request whose token must be verified first reaches the stream with its body.
#[test]
fn a_body_arrives_with_a_new_token() {
    let path = stream_on(&KEYED.server, "", "start");
    let texts = KEYED.keys.each_ref().map(|key| format!(", {}", key.id()));
    for (key, text) in KEYED.keys.iter().zip(&texts) {
        let append = with(at("POST", &KEYED.server, &path), &mint(key, &everything()));
        append.header("content-type", "text/plain").body(&**text).send().expect(204);
    }
    let reply = with(at("GET", &KEYED.server, &path), &mint(&KEYED.keys[0], &everything())).send().expect(200);
    assert_eq!(reply.text(), format!("start{}", texts.concat()));
}

#[test]
fn a_signature_by_another_key_of_the_same_name_is_refused() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Hs256] {
        let other = key(algorithm, algorithm.name());
        assert_eq!(read("a", &mint(&other, &everything())), 401, "{other:?}");
    }
}

/// A token can't choose how it is verified.
#[test]
fn a_token_is_for_the_algorithm_of_its_key() {
    for key in &KEYED.keys {
        for name in ["none", "None", "", "HS256", "ES256", "RS256", "EdDSA"] {
            if name != key.algorithm().name() {
                let header = json!({ "alg": name, "kid": key.id() });
                assert_eq!(read("a", &compact(&header, &everything(), |text| key.sign(text))), 401, "{key:?} {name}");
                assert_eq!(read("a", &compact(&header, &everything(), |_| Vec::new())), 401, "{key:?} {name}");
            }
        }
    }
    // A public key, which anyone knows, as a shared secret.
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let public = KEYED.key(algorithm);
        let secret = json!({ "kty": "oct", "alg": "HS256", "kid": public.id(), "k": public.jwk()["x"] });
        assert_eq!(read("a", &mint(&SigningKey::read(secret).expect("a key"), &everything())), 401, "{public:?}");
    }
}

/// Keys come from the configuration only.
#[test]
fn a_token_brings_no_key() {
    let own = key(Algorithm::EdDsa, "mine");
    for kid in ["mine", "EdDSA", "http://127.0.0.1:1/mine.json", "../mine"] {
        let jwk = own.verifying_jwk();
        let header = json!({ "alg": "EdDSA", "kid": kid, "jwk": jwk, "jku": "http://127.0.0.1:1/", "x5u": "http://127.0.0.1:1/" });
        let reply = with(at("GET", &KEYED.server, "a"), &compact(&header, &everything(), |text| own.sign(text))).send();
        reply.problem(401, "unauthorized");
    }
}

#[test]
fn a_token_is_accepted_until_it_expires_also_one_that_is_known() {
    let path = stream_on(&KEYED.server, "", "content");
    let key = KEYED.key(Algorithm::Es256);
    assert_eq!(read(&path, &reader(key, &path, now_s() - 2)), 401);
    let later = json!([{ "path": path, "ops": ["read"] }]);
    let mut later = claims(&later, now_s() + 100);
    later["nbf"] = (now_s() + 10).into();
    assert_eq!(read(&path, &mint(key, &later)), 401);

    let token = reader(key, &path, now_s() + 2);
    assert_eq!(read(&path, &token), 200);
    thread::sleep(Duration::from_secs(4));
    assert_eq!(read(&path, &token), 401);
}

/// Refusals tell nothing: neither why a token is not accepted, nor whether a stream exists.
#[test]
fn refusals_are_all_the_same() {
    let path = stream_on(&KEYED.server, "", "content");
    let key = KEYED.key(Algorithm::EdDsa);
    let expired = reader(key, &path, now_s() - 100);
    let unknown = mint(&super::key(Algorithm::EdDsa, "unknown"), &everything());
    let bodies = ["wrong", &expired, &unknown].map(|token| {
        let reply = with(at("GET", &KEYED.server, &path), token).send().expect(401);
        assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
        reply.body
    });
    assert!(bodies.iter().all(|body| *body == bodies[0]));

    let elsewhere = reader(key, "elsewhere", now_s() + 100);
    let replies = [path.as_str(), "none/such"].map(|path| {
        let reply = with(at("DELETE", &KEYED.server, path), &elsewhere).header("producer-epoch", "7").send();
        reply.problem(403, "forbidden");
        // Official producers would raise their epoch and repeat the request.
        assert_eq!(reply.header("producer-epoch"), None);
        assert!(reply.text().contains("delete"), "{reply:?}");
        reply.body
    });
    assert_eq!(replies[0], replies[1]);
}

/// The body of a caller without valid credentials is not read.
#[test]
fn a_token_is_refused_before_there_is_a_body() {
    let forged = format!("{}A", mint(KEYED.key(Algorithm::EdDsa), &everything()));
    let expired = reader(KEYED.key(Algorithm::Rs256), "a", now_s() - 100);
    for token in [forged, expired] {
        for body in ["Content-Length: 10000000", "Transfer-Encoding: chunked"] {
            // The body is announced, and never comes.
            let head = format!(
                "POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\
                 Authorization: Bearer {token}\r\n{body}\r\n\r\n"
            );
            assert_eq!(raw_status(&KEYED.server.url(""), head.as_bytes()), 401, "{body}");
        }
    }
}
