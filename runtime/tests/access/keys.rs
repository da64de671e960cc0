//! Configurations, rotation, tenants, and keys that are fetched.

use crate::setup::{
    AUDIENCE, ISSUER, access, answer, claims, configured, entry, granting, key, read, secret, server, status,
};
use futures_util::future::join_all;
use native::{Request, Server, run};
use runtime::access::Access;
use serde_json::{Value, json};
use std::time::Duration;
use token::{Algorithm, SigningKey, mint};

const URL: &str = "https://issuer.example/keys";

#[test]
fn a_server_is_closed_until_its_operator_decides() {
    run(async {
        let server = configured(&[]);
        for request in [
            Request::new("GET", "/v1/stream/a"),
            Request::new("PUT", "/v1/stream/a").header("authorization", "Bearer x"),
            Request::new("PUT", "/v1/stream/a").header("authorization", "Basic x, Bearer y"),
            Request::new("GET", "/v1/stream/a?exp=1"),
            Request::new("POST", "/v1/restore/a"),
        ] {
            let reply = server.send(request).await;
            assert_eq!(reply.status, 403);
            assert!(
                reply.text().contains("Set `AUTH_TOKEN`, `AUTH_KEYS` or `AUTH_JWKS`, or set `AUTH` to `none`"),
                "{}",
                reply.text()
            );
        }
        assert_eq!(server.send(Request::new("OPTIONS", "/v1/stream/a")).await.status, 204);
        // The log says it once a minute.
        assert_eq!(server.reports().len(), 1, "{:?}", server.reports());
        assert!(server.reports()[0].contains("access_unconfigured"));
        server.run_for(60_000).await;
        for _ in 0..3 {
            assert_eq!(read(&server, "").await, 403);
        }
        assert_eq!(server.reports().len(), 2);
        let open = configured(&[("AUTH", "none".to_owned())]);
        assert_eq!(open.send(Request::new("PUT", "/v1/stream/a").header("authorization", "Basic x")).await.status, 201);
    });
}

/// A configuration that an operator has not finished, or got wrong, serves nobody, and the error names what is wrong.
#[test]
fn a_configuration_is_whole_or_refused() {
    let one = |jwk: Value| json!([{ "issuer": ISSUER, "audience": AUDIENCE, "jwk": jwk }]).to_string();
    let changed = |name: &str, value: Option<Value>| {
        let public = key(Algorithm::EdDsa, "k").verifying_jwk();
        one(crate::setup::with(public, name, value))
    };
    let remote = |url: &str| json!({ "url": url, "issuer": ISSUER, "audience": AUDIENCE }).to_string();
    let operator = ("AUTH_TOKEN", "t".to_owned());
    let refused: &[(&[(&str, String)], &str)] = &[
        (&[("AUTH", "None".to_owned())], "the variable AUTH: the only value is `none`"),
        (&[("AUTH", String::new())], "the only value is `none`"),
        (&[("AUTH", "none".to_owned()), operator.clone()], "`none` opens the server to anyone, but AUTH_TOKEN is set"),
        (&[("AUTH", "none".to_owned()), ("PUBLIC_READ", "[\"\"]".to_owned())], "but PUBLIC_READ is set"),
        (&[("AUTH_TOKEN", String::new())], "the variable AUTH_TOKEN: it is empty"),
        (&[operator.clone(), ("AUTH_TOKEN_NEXT", String::new())], "the variable AUTH_TOKEN_NEXT: it is empty"),
        (&[("AUTH_TOKEN_NEXT", "t".to_owned())], "AUTH_TOKEN, which is not set"),
        (&[("PUBLIC_READ", "[\"a/\"]".to_owned())], "nobody could write"),
        (&[operator.clone(), ("PUBLIC_READ", "a/".to_owned())], "PUBLIC_READ: it is not the JSON"),
        (&[operator.clone(), ("PUBLIC_READ", "[]".to_owned())], "it has no prefix"),
        (&[operator.clone(), ("PUBLIC_READ", "[\"a\"]".to_owned())], "end with `/`"),
        (&[("AUTH_KEYS", String::new())], "AUTH_KEYS: it is not the JSON"),
        (&[("AUTH_KEYS", "[]".to_owned())], "it has no key"),
        (&[operator.clone(), ("AUTH_KEYS", "[]".to_owned())], "it has no key"),
        (
            &[("AUTH_KEYS", json!([entry(&secret("k")), entry(&secret("k"))]).to_string())],
            "two keys have the `kid` `k`",
        ),
        (&[("AUTH_KEYS", json!([{ "issuer": ISSUER, "jwk": secret("k").verifying_jwk() }]).to_string())], "`audience`"),
        (
            &[(
                "AUTH_KEYS",
                json!([{ "issuer": "", "audience": "a", "jwk": secret("k").verifying_jwk() }]).to_string(),
            )],
            "must not be empty",
        ),
        (
            &[(
                "AUTH_KEYS",
                json!([{ "issuer": "i", "audience": "a", "prefix": "x", "jwk": secret("k").verifying_jwk() }])
                    .to_string(),
            )],
            "end with `/`",
        ),
        (
            &[(
                "AUTH_KEYS",
                json!([{ "issuer": "i", "audience": "a", "prefixes": "", "jwk": { "kty": "oct" } }]).to_string(),
            )],
            "prefixes",
        ),
        (&[("AUTH_KEYS", changed("kid", None))], "no `kid`"),
        (&[("AUTH_KEYS", changed("kid", Some("".into())))], "no `kid`"),
        (&[("AUTH_KEYS", changed("alg", None))], "`alg` is missing"),
        (&[("AUTH_KEYS", changed("alg", Some("none".into())))], "`alg` must be EdDSA, ES256, RS256 or HS256"),
        (&[("AUTH_KEYS", changed("alg", Some("HS256".into())))], "`kty` must be oct"),
        (&[("AUTH_KEYS", changed("crv", Some("X25519".into())))], "`crv` must be Ed25519"),
        (&[("AUTH_KEYS", changed("use", Some("enc".into())))], "`use` must be `sig`"),
        (&[("AUTH_KEYS", changed("key_ops", Some(json!(["sign"]))))], "`key_ops` must contain `verify`"),
        (&[("AUTH_KEYS", changed("x", Some("AAAA".into())))], "`x` must have 32 bytes"),
        (&[("AUTH_KEYS", changed("x", Some("====".into())))], "`x` must be base64url"),
        (&[("AUTH_KEYS", one(key(Algorithm::EdDsa, "k").jwk().clone()))], "`d` is the private part"),
        (
            &[("AUTH_KEYS", one(json!({ "kty": "oct", "alg": "HS256", "kid": "k", "k": "c2hvcnQ" })))],
            "at least 32 bytes",
        ),
        (
            &[("AUTH_KEYS", one(json!({ "kty": "RSA", "alg": "RS256", "kid": "k", "n": "AQAB", "e": "AQAB" })))],
            "at least 2048 bits",
        ),
        (&[("AUTH_JWKS", URL.to_owned())], "AUTH_JWKS: it is not the JSON"),
        (&[("AUTH_JWKS", remote("http://issuer.example/keys"))], "https://"),
        (&[("AUTH_JWKS", json!({ "url": URL, "issuer": ISSUER }).to_string())], "`audience`"),
    ];
    for (variables, rule) in refused {
        let error = access(variables).unwrap_err();
        assert!(error.contains(rule) && error.starts_with("the variable "), "{variables:?}: {error}");
    }
    assert_eq!(access(&[]), Ok(Access::Unconfigured));
    assert_eq!(access(&[("AUTH", "none".to_owned())]), Ok(Access::Open));
    assert!(matches!(
        access(&[("AUTH_KEYS", one(key(Algorithm::Es256, "k").verifying_jwk()))]),
        Ok(Access::Guarded(_))
    ));
    assert!(matches!(access(&[("AUTH_JWKS", remote(URL))]), Ok(Access::Guarded(_))));
}

#[test]
fn a_configuration_is_not_logged() {
    let secrets =
        access(&[("AUTH_TOKEN", "hunter2".to_owned()), ("AUTH_KEYS", json!([entry(&secret("k"))]).to_string())]);
    let text = format!("{secrets:?}");
    assert!(!text.contains("hunter2") && !text.contains("sixty") && !text.contains("115"), "{text}");
}

/// The operator's token, and a key, are replaced without a moment in which neither the old nor the new one works.
#[test]
fn two_tokens_and_two_keys_work_at_once() {
    run(async {
        let both = [("AUTH_TOKEN", "old".to_owned()), ("AUTH_TOKEN_NEXT", "new".to_owned())];
        let server = configured(&both);
        for (token, expected) in [("old", 404), ("new", 404), ("ne", 401), ("newer", 401), ("", 401), ("oldnew", 401)] {
            assert_eq!(read(&server, token).await, expected, "{token}");
        }
        let (old, new) = (key(Algorithm::EdDsa, "2026-01"), key(Algorithm::EdDsa, "2026-02"));
        let server = crate::setup::server(&[entry(&old), entry(&new)]);
        for key in [&old, &new] {
            assert_eq!(read(&server, &mint(key, &claims())).await, 404);
        }
    });
}

#[test]
fn a_key_with_a_prefix_grants_nothing_elsewhere() {
    run(async {
        let (red, blue) = (key(Algorithm::EdDsa, "red"), secret("blue"));
        let bound = |key: &SigningKey, prefix: &str| crate::setup::with(entry(key), "prefix", Some(prefix.into()));
        let server = server(&[bound(&red, "red/"), bound(&blue, "blue/")]);
        let token = mint(&red, &claims());
        for (path, expected) in [
            ("/v1/stream/red/a", 404),
            ("/v1/stream/red/a/b", 404),
            ("/v1/stream/red", 403),
            ("/v1/stream/blue/a", 403),
            ("/v1/stream/redder/a", 403),
            ("/v1/stream/red%2Fa", 403),
        ] {
            assert_eq!(status(&server, "GET", path, &token).await, expected, "{path}");
        }
        // Neither does a fork lead out of the prefix.
        answer(&server, "PUT", "/v1/stream/blue/a", "operator").await;
        let fork = |source: &str| {
            crate::setup::send("PUT", "/v1/stream/red/fork", &token).header("stream-forked-from", source)
        };
        assert_eq!(server.send(fork("/v1/stream/blue/a")).await.status, 403);
        answer(&server, "PUT", "/v1/stream/red/a", &token).await;
        assert_eq!(server.send(fork("/v1/stream/red/a")).await.status, 201);
        // A token by a tenant's key can't claim another tenant's.
        let claimed = mint(
            &SigningKey::read(crate::setup::with(blue.jwk().clone(), "kid", Some("red".into()))).unwrap(),
            &claims(),
        );
        assert_eq!(status(&server, "GET", "/v1/stream/red/a", &claimed).await, 401);
    });
}

fn set(keys: &[&SigningKey]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| key.verifying_jwk()).collect();
    json!({ "keys": keys }).to_string()
}

fn remote() -> Server {
    configured(&[("AUTH_JWKS", json!({ "url": URL, "issuer": ISSUER, "audience": AUDIENCE }).to_string())])
}

fn publish(server: &Server, text: impl Into<String>) {
    server.authority().key_sets.borrow_mut().insert(URL.to_owned(), text.into());
}

fn fetches(server: &Server) -> usize {
    server.authority().fetches.borrow().len()
}

#[test]
fn keys_are_fetched_once_and_again_for_a_new_key() {
    run(async {
        let (old, new) = (key(Algorithm::Es256, "1"), key(Algorithm::Rs256, "2"));
        let server = remote();
        publish(&server, set(&[&old]));
        for _ in 0..3 {
            assert_eq!(read(&server, &mint(&old, &claims())).await, 404);
        }
        assert_eq!(fetches(&server), 1);
        server.run_for(60_000).await;
        publish(&server, set(&[&old, &new]));
        assert_eq!(read(&server, &mint(&new, &claims())).await, 404);
        assert_eq!(read(&server, &mint(&old, &claims())).await, 404);
        assert_eq!(fetches(&server), 2);
    });
}

/// Invented ids of keys cause no load.
#[test]
fn an_unknown_key_causes_a_fetch_at_most_once_a_minute() {
    run(async {
        let (own, other) = (key(Algorithm::EdDsa, "1"), secret("2"));
        let server = remote();
        publish(&server, set(&[&own]));
        assert_eq!(read(&server, &mint(&own, &claims())).await, 404);
        for seconds in 0..130 {
            let id = format!("invented {seconds}");
            let invented = SigningKey::read(crate::setup::with(other.jwk().clone(), "kid", Some(id.into()))).unwrap();
            assert_eq!(read(&server, &mint(&invented, &claims())).await, 401);
            server.run_for(1_000).await;
        }
        assert_eq!(fetches(&server), 3);
    });
}

#[test]
fn the_last_good_keys_stay_when_a_fetch_fails() {
    run(async {
        let (own, new) = (key(Algorithm::EdDsa, "1"), key(Algorithm::EdDsa, "2"));
        let server = remote();
        publish(&server, set(&[&own]));
        assert_eq!(read(&server, &mint(&own, &claims())).await, 404);
        for bad in [
            "not JSON".to_owned(),
            json!({ "keys": [] }).to_string(),
            // A shared secret at a URL is none.
            set(&[&secret("2")]),
            set(&[&new, &new]),
            "x".repeat(70 << 10),
        ] {
            publish(&server, bad);
            server.run_for(60_000).await;
            assert_eq!(read(&server, &mint(&new, &claims())).await, 401);
            assert_eq!(read(&server, &mint(&own, &claims())).await, 404);
        }
        assert_eq!(server.reports().len(), 5, "{:?}", server.reports());
        assert!(server.reports().iter().all(|report| report.contains("keys_unusable")));
        // Keys that can't be used, such as those for encryption, are left out.
        let mut mixed: Value = serde_json::from_str(&set(&[&own, &new])).unwrap();
        let keys = mixed["keys"].as_array_mut().unwrap();
        keys.push(json!({ "kty": "RSA", "use": "enc", "kid": "3", "alg": "RSA-OAEP", "n": "AQAB", "e": "AQAB" }));
        keys.push(json!("no key"));
        publish(&server, mixed.to_string());
        server.run_for(60_000).await;
        assert_eq!(read(&server, &mint(&new, &claims())).await, 404);
    });
}

/// A key that its issuer takes back is used for an hour at most, even for tokens that were verified before.
#[test]
fn a_key_that_was_taken_back_is_forgotten() {
    run(async {
        let (old, new) = (key(Algorithm::EdDsa, "1"), key(Algorithm::EdDsa, "2"));
        let server = remote();
        publish(&server, set(&[&old]));
        let long = crate::setup::with(claims(), "exp", Some((crate::setup::NOW_S + 99_999).into()));
        let token = mint(&old, &long);
        assert_eq!(read(&server, &token).await, 404);
        publish(&server, set(&[&new]));
        server.run_for(3_599_000).await;
        assert_eq!(read(&server, &token).await, 404);
        server.run_for(1_000).await;
        assert_eq!(read(&server, &token).await, 401);
    });
}

/// A token that is being verified while its key is taken back is not remembered.
#[test]
fn a_key_that_is_taken_back_during_a_verification_is_forgotten() {
    run(async {
        let (old, new) = (key(Algorithm::EdDsa, "1"), key(Algorithm::EdDsa, "2"));
        let server = remote();
        publish(&server, set(&[&old]));
        assert_eq!(read(&server, &mint(&old, &claims())).await, 404);
        publish(&server, set(&[&new]));
        server.run_for(60_000).await;
        server.authority().verify_time.set(Duration::from_secs(5));
        let other = crate::setup::with(claims(), "sub", Some("other".into()));
        let (late, by_new) = (mint(&old, &other), mint(&new, &claims()));
        assert_eq!(futures_util::future::join(read(&server, &late), read(&server, &by_new)).await, (404, 404));
        assert_eq!(read(&server, &late).await, 401);
    });
}

/// Requests that arrive while keys are fetched wait for them, and none fetches a second time.
#[test]
fn requests_share_a_fetch() {
    run(async {
        let own = key(Algorithm::EdDsa, "1");
        let server = remote();
        publish(&server, set(&[&own]));
        server.authority().fetch_time.set(Duration::from_secs(2));
        let token = mint(&own, &claims());
        let all = join_all((0..20).map(|_| read(&server, &token))).await;
        assert_eq!((all, fetches(&server)), (vec![404; 20], 1));
    });
}

/// Without keys, nothing is known about a token: the client is to come again.
#[test]
fn while_no_keys_are_known_tokens_get_503() {
    run(async {
        let own = key(Algorithm::EdDsa, "1");
        let server = remote();
        let token = mint(&own, &claims());
        for _ in 0..3 {
            let reply = answer(&server, "GET", "/v1/stream/a", &token).await;
            assert_eq!((reply.status, reply.header("retry-after")), (503, Some("5")));
        }
        assert_eq!(fetches(&server), 1);
        publish(&server, set(&[&own]));
        server.run_for(5_000).await;
        assert_eq!(read(&server, &token).await, 404);
        // So it is if there is no answer at all.
        let server = remote();
        publish(&server, set(&[&own]));
        server.authority().fetch_time.set(Duration::from_secs(3_600));
        let before = server.now();
        assert_eq!(read(&server, &token).await, 503);
        assert_eq!(server.now() - before, 10_000);
    });
}

/// Requests that are canceled while they fetch keys leave nobody waiting.
#[test]
fn a_canceled_fetch_ends() {
    run(async {
        let own = key(Algorithm::EdDsa, "1");
        let server = remote();
        publish(&server, set(&[&own]));
        server.authority().fetch_time.set(Duration::from_secs(5));
        let token = mint(&own, &claims());
        let canceled = tokio::time::timeout(Duration::from_secs(1), read(&server, &token)).await;
        assert!(canceled.is_err());
        server.authority().fetch_time.set(Duration::ZERO);
        assert_eq!(read(&server, &token).await, 404);
        assert_eq!(fetches(&server), 2);
    });
}

#[test]
fn those_who_send_too_much_are_told_so() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        let (much, little) = ("much", "little");
        let of = |subject: &str| {
            mint(
                &key,
                &crate::setup::with(granting(json!([{ "prefix": "", "ops": ["read"] }])), "sub", Some(subject.into())),
            )
        };
        *server.authority().limited.borrow_mut() = vec![format!("{ISSUER} {much}"), "192.0.2.1".to_owned()];
        let reply = answer(&server, "GET", "/v1/stream/a", &of(much)).await;
        assert_eq!((reply.status, reply.header("retry-after")), (429, Some("60")));
        assert_eq!(read(&server, &of(little)).await, 404);
        // Whoever is not known is counted by address, and the operator never is.
        *server.authority().address.borrow_mut() = Some("192.0.2.1".to_owned());
        for (token, expected) in [("", 429), ("wrong", 429), ("operator", 404), (&of(little), 404)] {
            assert_eq!(read(&server, token).await, expected, "{token}");
        }
        // Whoever has an IPv6 address has 2^64 of them.
        *server.authority().limited.borrow_mut() = vec!["2001:db8:0:1::/64".to_owned()];
        for (address, expected) in [("2001:db8:0:1::1", 429), ("2001:DB8::1:f:0:0:1", 429), ("2001:db8:0:2::1", 401)] {
            *server.authority().address.borrow_mut() = Some(address.to_owned());
            assert_eq!(read(&server, "").await, expected, "{address}");
        }
    });
}
