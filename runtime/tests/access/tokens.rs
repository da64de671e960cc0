//! Tokens that are not as they should be.

use crate::setup::{AUDIENCE, ISSUER, NOW_S, answer, claims, entry, granting, key, read, secret, send, server, with};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use native::{Request, run};
use runtime::access::Access;
use serde_json::{Value, json};
use token::{Algorithm, SigningKey, compact, mint};

/// The header of a token by `key`, with another member.
fn header(key: &SigningKey, name: &str, value: Value) -> Value {
    with(json!({ "alg": key.algorithm().name(), "kid": key.id() }), name, Some(value))
}

#[test]
fn a_token_of_each_algorithm_is_accepted_and_none_with_another_signature() {
    run(async {
        for algorithm in Algorithm::ALL {
            let key = key(algorithm, "k");
            let server = server(&[entry(&key)]);
            let token = mint(&key, &claims());
            assert_eq!(read(&server, &token).await, 404, "{algorithm:?}");
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let mut other = URL_SAFE_NO_PAD.decode(signature).unwrap();
            other[0] ^= 1;
            let forged = [
                format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&other)),
                format!("{signed}."),
                signed.to_owned(),
                format!("{signed}.{signature}="),
                format!("{token}.{signature}"),
            ];
            for forged in forged {
                assert_eq!(read(&server, &forged).await, 401, "{algorithm:?}: {forged}");
            }
            let changed = with(claims(), "sub", Some("nobody".into()));
            let changed = compact(&json!({ "alg": algorithm.name(), "kid": "k" }), &changed, |_| {
                URL_SAFE_NO_PAD.decode(signature).unwrap()
            });
            assert_eq!(read(&server, &changed).await, 401, "{algorithm:?}");
        }
    });
}

/// `alg: none`, and HS256 with a public key as its secret.
#[test]
fn the_algorithm_is_the_keys() {
    run(async {
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256] {
            let key = key(algorithm, "k");
            let server = server(&[entry(&key)]);
            for alg in ["none", "None", "", "HS256", "ES256", "RS256", "EdDSA", "PS256", "ES384"] {
                if alg == algorithm.name() {
                    continue;
                }
                let header = json!({ "alg": alg, "kid": "k" });
                let unsigned = compact(&header, &claims(), |_| Vec::new());
                assert_eq!(read(&server, &unsigned).await, 401, "{alg}");
                let jwk = key.verifying_jwk();
                for secret in [jwk.to_string(), jwk["x"].to_string(), jwk["n"].to_string()] {
                    let confused =
                        json!({ "kty": "oct", "alg": "HS256", "kid": "k", "k": URL_SAFE_NO_PAD.encode(secret) });
                    let confused = SigningKey::read(confused).unwrap();
                    let token = compact(&header, &claims(), |text| confused.sign(text));
                    assert_eq!(read(&server, &token).await, 401, "{alg}");
                }
                let own = compact(&header, &claims(), |text| key.sign(text));
                assert_eq!(read(&server, &own).await, 401, "{alg}");
            }
        }
    });
}

/// Keys come from the configuration, whatever the header of a token names.
#[test]
fn what_a_header_says_about_keys_is_ignored() {
    run(async {
        let (own, other) = (key(Algorithm::EdDsa, "k"), key(Algorithm::EdDsa, "k"));
        let server = server(&[entry(&own)]);
        for (name, value) in [
            ("jwk", other.verifying_jwk()),
            ("jku", "https://attacker.example/keys".into()),
            ("x5u", "https://attacker.example/keys".into()),
            ("x5c", json!(["AAAA"])),
        ] {
            let by_other = compact(&header(&other, name, value.clone()), &claims(), |text| other.sign(text));
            assert_eq!(read(&server, &by_other).await, 401, "{name}");
            let by_own = compact(&header(&own, name, value), &claims(), |text| own.sign(text));
            assert_eq!(read(&server, &by_own).await, 404, "{name}");
        }
        for id in ["../k", "https://attacker.example/k", "K", "k\0", " k", ""] {
            let token = compact(&json!({ "alg": "EdDSA", "kid": id }), &claims(), |text| own.sign(text));
            assert_eq!(read(&server, &token).await, 401, "{id:?}");
        }
        let without = compact(&json!({ "alg": "EdDSA" }), &claims(), |text| own.sign(text));
        assert_eq!(read(&server, &without).await, 401);
        let critical = compact(&header(&own, "crit", json!(["b64"])), &claims(), |text| own.sign(text));
        assert_eq!(read(&server, &critical).await, 401);
    });
}

#[test]
fn claims_of_another_type_are_not_absent_ones() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        let refused = [
            ("exp", None),
            ("exp", Some(json!("99999999999"))),
            ("exp", Some(json!(NOW_S as f64 + 60.5))),
            ("exp", Some(json!(-1))),
            ("exp", Some(Value::Null)),
            ("exp", Some(json!([NOW_S + 60]))),
            ("nbf", Some(json!("0"))),
            ("nbf", Some(json!(0.5))),
            ("iss", None),
            ("iss", Some(json!("https://issuer.example/"))),
            ("iss", Some(json!([ISSUER]))),
            ("aud", None),
            ("aud", Some(json!("Streams"))),
            ("aud", Some(json!(["other"]))),
            ("aud", Some(json!([]))),
            ("sub", None),
            ("sub", Some(json!(7))),
            ("streams", None),
            ("streams", Some(json!({}))),
            ("streams", Some(json!([{ "path": "a", "prefix": "", "ops": ["read"] }]))),
            ("streams", Some(json!([{ "ops": ["read"] }]))),
            ("streams", Some(json!([{ "prefix": "" }]))),
            ("streams", Some(json!([{ "prefix": "", "ops": "read" }]))),
            ("streams", Some(json!([{ "prefix": "a", "ops": ["read"] }]))),
            ("streams", Some(json!([{ "path": "a/../b", "ops": ["read"] }]))),
            // A member that this version does not know could be a restriction.
            ("streams", Some(json!([{ "prefix": "", "ops": ["read"], "until": 0 }]))),
        ];
        for (name, value) in refused {
            let token = mint(&key, &with(claims(), name, value.clone()));
            assert_eq!(read(&server, &token).await, 401, "{name}: {value:?}");
        }
        for (name, value) in
            [("aud", json!(["other", AUDIENCE])), ("nbf", json!(NOW_S)), ("iat", json!("whenever")), ("jti", json!(7))]
        {
            let token = mint(&key, &with(claims(), name, Some(value)));
            assert_eq!(read(&server, &token).await, 404, "{name}");
        }
        let twice = String::from_utf8(serde_json::to_vec(&claims()).unwrap()).unwrap();
        let twice = twice.replacen('{', &format!("{{\"exp\":{},", NOW_S + 99), 1);
        let signed = [r#"{"alg":"HS256","kid":"k"}"#, &twice].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
        assert_eq!(read(&server, &format!("{signed}.{signature}")).await, 401);
    });
}

#[test]
fn a_token_is_accepted_from_a_minute_before_its_time_to_a_minute_after() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        let at = |name: &str, time: u64| mint(&key, &with(claims(), name, Some(time.into())));
        assert_eq!(read(&server, &at("nbf", NOW_S + 60)).await, 404);
        assert_eq!(read(&server, &at("nbf", NOW_S + 61)).await, 401);
        assert_eq!(read(&server, &at("exp", NOW_S - 59)).await, 404);
        assert_eq!(read(&server, &at("exp", NOW_S - 60)).await, 401);
        // A token that was verified before is no exception.
        let token = at("exp", NOW_S + 10);
        assert_eq!(read(&server, &token).await, 404);
        let verified = server.authority().verified.get();
        server.run_for(69_999).await;
        assert_eq!(read(&server, &token).await, 404);
        assert_eq!(server.authority().verified.get(), verified);
        server.run_for(1).await;
        assert_eq!(read(&server, &token).await, 401);
    });
}

#[test]
fn claims_have_a_maximum_size() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        let of = |size: usize| {
            let short = with(claims(), "pad", Some("".into())).to_string().len();
            mint(&key, &with(claims(), "pad", Some("x".repeat(size - short).into())))
        };
        assert_eq!(read(&server, &of(8 << 10)).await, 404);
        assert_eq!(read(&server, &of((8 << 10) + 1)).await, 401);
        let verified = server.authority().verified.get();
        assert_eq!(read(&server, &of(1 << 20)).await, 401);
        let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
        let signed = [r#"{"alg":"HS256","kid":"k"}"#, &deep].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        let deep = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())));
        assert_eq!(read(&server, &deep).await, 401);
        // What is too long is not verified.
        assert_eq!(server.authority().verified.get(), verified + 1);
    });
}

/// A new token costs a signature, and one that is seen again costs none. What is remembered is bounded.
#[test]
fn verified_tokens_are_remembered_within_a_budget() {
    run(async {
        let key = secret("k");
        let access = crate::setup::access(&[("AUTH_KEYS", json!([entry(&key)]).to_string())]).unwrap();
        let server = native::Server::with(|settings| {
            settings.access = access;
            settings.limits.token_cache = 4 << 10;
        });
        let token = |number: u32| mint(&key, &with(claims(), "sub", Some(number.to_string().into())));
        for number in 0..20 {
            assert_eq!(read(&server, &token(number)).await, 404);
            assert_eq!(read(&server, &token(number)).await, 404);
        }
        assert_eq!(server.authority().verified.get(), 20);
        assert_eq!(read(&server, &token(0)).await, 404);
        assert_eq!(server.authority().verified.get(), 21);
    });
}

/// Producers of official clients take any 403 for an old epoch, and some repeat the request without end.
#[test]
fn a_producer_gets_403_only_for_its_epoch() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        assert_eq!(answer(&server, "PUT", "/v1/stream/a", "operator").await.status, 201);
        let produce = |token: &str, epoch: &str| {
            let request = send("POST", "/v1/stream/a", token).header("content-type", "application/octet-stream");
            let request = request.header("producer-id", "p").header("producer-epoch", epoch);
            request.header("producer-seq", "0").body("x")
        };
        assert_eq!(server.send(produce("operator", "1")).await.status, 200);
        let fenced = server.send(produce("operator", "0")).await;
        assert_eq!((fenced.status, fenced.header("producer-epoch")), (403, Some("1")));
        let reads = mint(&key, &granting(json!([{ "prefix": "", "ops": ["read"] }])));
        let unconfigured = native::Server::with(|settings| settings.access = Access::Unconfigured);
        for (server, token) in [(&server, &*reads), (&server, ""), (&server, "wrong"), (&unconfigured, "")] {
            for epoch in ["0", "1", "2"] {
                let refused = server.send(produce(token, epoch)).await;
                assert_eq!((refused.status, refused.header("producer-epoch")), (401, None), "{token}");
            }
        }
        assert_eq!(answer(&server, "POST", "/v1/stream/a", &reads).await.status, 403);
    });
}

/// One body for all causes, whether or not there is a stream; and nothing about the stream is asked.
#[test]
fn refusals_tell_nothing() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        assert_eq!(answer(&server, "PUT", "/v1/stream/a", "operator").await.status, 201);
        let expired = mint(&key, &with(claims(), "exp", Some(1.into())));
        let mut unknown = Vec::new();
        let appends = mint(&key, &granting(json!([{ "prefix": "", "ops": ["append"] }])));
        let mut denied = Vec::new();
        server.crash_all();
        let statements = server.database().statements();
        for path in ["/v1/stream/a", "/v1/stream/none", "/v1/stream/a?offset=bad"] {
            for token in ["", "wrong", "a.b.c", &expired] {
                let reply = answer(&server, "GET", path, token).await;
                assert_eq!(
                    (reply.status, reply.header("www-authenticate")),
                    (401, Some("Bearer error=\"invalid_token\""))
                );
                unknown.push(reply.text());
            }
            let reply = answer(&server, "GET", path, &appends).await;
            assert_eq!(reply.status, 403);
            denied.push(reply.text());
        }
        assert!(unknown.iter().all(|text| *text == unknown[0]), "{unknown:?}");
        assert!(denied.iter().all(|text| *text == denied[0]), "{denied:?}");
        assert!(denied[0].contains("The operation `read` is not permitted."), "{denied:?}");
        assert_eq!(server.database().statements(), statements, "nothing is looked up");
        let preflight =
            server.send(Request::new("OPTIONS", "/v1/stream/a").header("origin", "https://page.example")).await;
        assert_eq!(preflight.status, 204);
    });
}

#[test]
fn credentials_come_before_the_size_and_the_existence() {
    run(async {
        let server = server(&[entry(&secret("k"))]);
        let large = |token: &str| {
            let request = send("POST", "/v1/stream/none", token).header("content-type", "text/plain");
            request.declared(1 << 40)
        };
        assert_eq!(server.send(large("wrong")).await.status, 401);
        let reads = mint(&secret("k"), &granting(json!([{ "prefix": "", "ops": ["read"] }])));
        assert_eq!(server.send(large(&reads)).await.status, 403);
        assert_eq!(server.send(large("operator")).await.status, 413);
        let small = send("POST", "/v1/stream/none", "operator").header("content-type", "text/plain").body("x");
        assert_eq!(server.send(small).await.status, 404);
    });
}
