//! Each caller has a maximum number of requests per minute.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use e2e::{Reply, Server, request, unique_path};

use crate::servers::bearer;
use crate::tokens;

/// The name of the header in which Cloudflare states the client's address. Locally, it is as the client sends it.
const ADDRESS: &str = "cf-connecting-ip";

/// Three requests per minute are answered.
static LIMITED: LazyLock<Server> = LazyLock::new(|| {
    let [operator, keys] = &tokens::variables();
    let public = ("PUBLIC_READ", r#"["public/"]"#);
    Server::limited(3, &[(operator.0, &operator.1), (keys.0, &keys.1), public])
});

/// The value of `Authorization` of someone who may read everything.
fn reader(subject: &str) -> String {
    format!("Bearer {}", tokens::reader(subject))
}

/// Waits until half a minute remains of the current one, at whose end the local platform counts anew.
fn in_one_minute() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    LazyLock::force(&LIMITED);
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs() % 60;
    if passed > 30 {
        sleep(Duration::from_secs(60 - passed));
    }
    alone
}

#[track_caller]
fn read(path: &str, headers: &[(&'static str, &str)]) -> Reply {
    let get = request("GET", &LIMITED.url(path));
    headers.iter().fold(get, |get, (name, value)| get.header(name, *value)).send()
}

#[track_caller]
fn is_refused(reply: &Reply) {
    assert_eq!((reply.status, reply.header("retry-after")), (429, Some("60")), "{reply:?}");
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    reply.problem(429, "too-many-requests");
}

#[test]
fn the_fourth_request_of_a_subject_is_refused_and_no_other_subjects() {
    let _alone = in_one_minute();
    let path = unique_path();
    let (many, few) = (reader("many"), reader("few"));
    for _ in 0..3 {
        assert_eq!(read(&path, &[("authorization", &many)]).status, 404);
    }
    // Neither the path, nor the method, nor the address makes a difference.
    is_refused(&read(&path, &[("authorization", &many)]));
    is_refused(&read(&unique_path(), &[("authorization", &many), (ADDRESS, "192.0.2.7")]));
    let appended = request("POST", &LIMITED.url(&path)).header("authorization", &*many).body("x");
    is_refused(&appended.send());
    assert_eq!(read(&path, &[("authorization", &few)]).status, 404);
}

#[test]
fn the_operator_is_never_refused() {
    let _alone = in_one_minute();
    for _ in 0..9 {
        assert_eq!(read(&unique_path(), &[("authorization", &bearer()), (ADDRESS, "192.0.2.8")]).status, 404);
    }
}

#[test]
fn callers_who_are_not_known_are_counted_by_address() {
    let _alone = in_one_minute();
    let unknown = |address| read(&unique_path(), &[("authorization", "Bearer wrong"), (ADDRESS, address)]);
    for _ in 0..2 {
        assert_eq!(unknown("192.0.2.1").status, 401);
    }
    let public = unique_path().replace("/v1/stream/", "/v1/stream/public/");
    assert_eq!(read(&public, &[(ADDRESS, "192.0.2.1")]).status, 404);
    is_refused(&read(&public, &[(ADDRESS, "192.0.2.1")]));
    is_refused(&unknown("192.0.2.1"));
    assert_eq!(unknown("192.0.2.2").status, 401);
    // Someone with a token is not counted by address.
    assert_eq!(read(&public, &[("authorization", &reader("somebody")), (ADDRESS, "192.0.2.1")]).status, 404);
}

/// Whoever has an IPv6 address has 2⁶⁴ of them.
#[test]
fn the_addresses_of_one_network_are_counted_together() {
    let _alone = in_one_minute();
    for address in ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3"] {
        assert_eq!(read(&unique_path(), &[(ADDRESS, address)]).status, 401);
    }
    is_refused(&read(&unique_path(), &[(ADDRESS, "2001:db8:0:1::4")]));
    assert_eq!(read(&unique_path(), &[(ADDRESS, "2001:db8:0:2::1")]).status, 401);
}

/// Only a request that did not come through Cloudflare has no address.
#[test]
fn callers_without_an_address_are_not_counted() {
    let _alone = in_one_minute();
    for _ in 0..9 {
        assert_eq!(read(&unique_path(), &[]).status, 401);
    }
}
