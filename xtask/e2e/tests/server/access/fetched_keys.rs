//! Keys that the server fetches.

use std::thread;
use std::time::{Duration, Instant};

use e2e::{Reply, Server, at_once};
use serde_json::json;
use token::{Algorithm, SigningKey, mint};

use super::issuer::Issuer;
use super::{AUDIENCE, ISSUER, at, bearer, everything, key, stream_on, with};
use crate::servers::TOKEN;

/// Longer than the limits of time below.
const MOMENT: Duration = Duration::from_millis(1_200);

/// A server that fetches keys, every second if need be.
fn server(issuer: &Issuer) -> Server {
    let keys = json!({ "url": issuer.url(), "issuer": ISSUER, "audience": AUDIENCE }).to_string();
    Server::fresh(&[
        ("AUTH_TOKEN", TOKEN),
        ("AUTH_JWKS", &keys),
        ("LIMIT_KEYS", "4 KiB"),
        ("LIMIT_KEYS_LIFETIME", "2 s"),
        ("LIMIT_KEYS_INTERVAL", "1 s"),
        ("LIMIT_KEYS_RETRY", "1 s"),
        ("LIMIT_KEYS_WAIT", "2 s"),
    ])
}

fn read(server: &Server, path: &str, key: &SigningKey) -> Reply {
    with(at("GET", server, path), &mint(key, &everything())).send()
}

#[test]
fn a_new_key_is_fetched_when_a_token_names_it() {
    let issuer = Issuer::start();
    let server = server(&issuer);
    let path = stream_on(&server, "", "content");
    let (first, second) = (key(Algorithm::EdDsa, "first"), key(Algorithm::Es256, "second"));
    issuer.publish(&[&first]);
    assert_eq!(read(&server, &path, &first).status, 200);
    assert_eq!(issuer.asked(), ["/keys"]);

    // Invented names cause no load.
    for number in 0..20 {
        assert_eq!(read(&server, &path, &key(Algorithm::EdDsa, &format!("invented-{number}"))).status, 401);
    }
    assert!(issuer.asked().len() <= 3, "{:?}", issuer.asked());

    issuer.publish(&[&second]);
    thread::sleep(MOMENT);
    assert_eq!(read(&server, &path, &second).status, 200);
    // The first one has been taken back.
    assert_eq!(read(&server, &path, &first).status, 401);
}

#[test]
fn the_last_good_keys_stay_in_use() {
    let issuer = Issuer::start();
    let server = server(&issuer);
    let path = stream_on(&server, "", "content");
    let (own, other) = (key(Algorithm::EdDsa, "own"), key(Algorithm::EdDsa, "other"));
    issuer.publish(&[&own]);
    assert_eq!(read(&server, &path, &own).status, 200);
    let failures: [&dyn Fn(); 4] =
        [&|| issuer.fail(), &|| issuer.redirect(), &|| issuer.publish_long(&other, 5_000), &|| issuer.publish(&[])];
    for (number, fail) in failures.iter().enumerate() {
        fail();
        // Each failure is seen, because the keys are old.
        thread::sleep(2 * MOMENT);
        let asked = issuer.asked().len();
        assert_eq!(read(&server, &path, &own).status, 200, "failure {number}");
        assert!(issuer.asked().len() > asked, "failure {number}");
        assert_eq!(read(&server, &path, &other).status, 401, "failure {number}");
    }
    assert!(issuer.asked().iter().all(|target| target == "/keys"), "{:?}", issuer.asked());
}

#[test]
fn without_any_keys_tokens_are_not_refused_but_not_known_yet() {
    let issuer = Issuer::start();
    let server = server(&issuer);
    let path = stream_on(&server, "", "content");
    let own = key(Algorithm::EdDsa, "own");
    let failures: [&dyn Fn(); 3] = [&|| issuer.fail(), &|| issuer.redirect(), &|| issuer.publish_long(&own, 5_000)];
    for fail in failures {
        fail();
        let reply = read(&server, &path, &own);
        assert_eq!(reply.status, 503, "{reply:?}");
        assert!(reply.text().contains("keys-unavailable") && reply.header("retry-after").is_some(), "{reply:?}");
        thread::sleep(MOMENT);
    }
    assert!(issuer.asked().iter().all(|target| target == "/keys"), "{:?}", issuer.asked());
    // The operator needs no key.
    at("GET", &server, &path).header("authorization", bearer()).send().expect(200);
    issuer.publish(&[&own]);
    assert_eq!(read(&server, &path, &own).status, 200);
}

#[test]
fn requests_wait_together_for_one_fetch() {
    let issuer = Issuer::start();
    let server = server(&issuer);
    let path = stream_on(&server, "", "content");
    let own = key(Algorithm::EdDsa, "own");
    issuer.publish(&[&own]);
    issuer.delay(Duration::from_millis(500));
    let replies = at_once(8, |_| read(&server, &path, &own));
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    assert_eq!(issuer.asked(), ["/keys"]);
}

#[test]
fn requests_do_not_wait_longer_than_the_limit_for_keys() {
    let issuer = Issuer::start();
    let server = server(&issuer);
    let own = key(Algorithm::EdDsa, "own");
    issuer.publish(&[&own]);
    issuer.delay(Duration::from_secs(20));
    let start = Instant::now();
    let replies = at_once(4, |_| read(&server, "a", &own));
    assert!(replies.iter().all(|reply| reply.status == 503), "{replies:?}");
    let waited = start.elapsed();
    assert!((2_000..6_000).contains(&waited.as_millis()), "{waited:?}");
}
