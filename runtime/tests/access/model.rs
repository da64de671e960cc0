//! Random tokens and requests: a request is permitted exactly if a reference says so.

use crate::setup::{NOW_S, entry, granting, secret, send, server, with};
use native::run;
use proptest::prelude::*;
use serde_json::{Value, json};
use token::{mint, signed_prefix_query, signed_query};

const NAMES: [&str; 4] = ["a", "b", "ab", "a%2Fb"];
const OPERATIONS: [&str; 8] = ["create", "fork", "append", "close", "read", "delete", "admin", "list"];

/// A path or a prefix, and the operations that are granted there.
#[derive(Clone, Debug)]
struct Granted {
    segments: Vec<&'static str>,
    is_prefix: bool,
    operations: Vec<&'static str>,
}

#[derive(Clone, Debug)]
struct Sent {
    kind: usize,
    path: Vec<&'static str>,
    source: Vec<&'static str>,
}

/// The reference. What each kind of request needs, where, and whether it is granted.
fn is_permitted(granted: &[Granted], tenant: &[&str], sent: &Sent) -> bool {
    let (path, source) = (&sent.path, &sent.source);
    let needs: Vec<(&str, &[&str])> = match sent.kind {
        0 => vec![("create", path)],
        1 => vec![("fork", path), ("create", path), ("read", source)],
        2 => vec![("append", path)],
        3 => vec![("append", path), ("close", path)],
        4 => vec![("read", path)],
        5 => vec![("delete", path)],
        _ => vec![("admin", path)],
    };
    let is_granted = |(operation, path): &(&str, &[&str])| {
        let covers = |own: &Granted| match own.is_prefix {
            true => path.len() > own.segments.len() && path.starts_with(&own.segments),
            false => *path == own.segments,
        };
        path.len() > tenant.len()
            && path.starts_with(tenant)
            && granted.iter().any(|own| own.operations.contains(operation) && covers(own))
    };
    needs.iter().all(is_granted)
}

fn segments(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(&NAMES[..]), count)
}

fn granted() -> impl Strategy<Value = Granted> {
    let operations = prop::sample::subsequence(&OPERATIONS[..], 0..=OPERATIONS.len());
    (segments(0..3), any::<bool>(), operations).prop_map(|(segments, is_prefix, operations)| Granted {
        is_prefix: is_prefix || segments.is_empty(),
        segments,
        operations,
    })
}

fn sent() -> impl Strategy<Value = Sent> {
    (0..7_usize, segments(1..4), segments(1..3)).prop_map(|(kind, path, source)| Sent { kind, path, source })
}

fn entry_of(granted: &Granted) -> Value {
    let joined = granted.segments.join("/");
    match granted.is_prefix {
        true => json!({ "prefix": if joined.is_empty() { joined } else { joined + "/" }, "ops": granted.operations }),
        false => json!({ "path": joined, "ops": granted.operations }),
    }
}

/// Each letter of a path, escaped or not.
fn written(segments: &[&str], escaped: bool) -> String {
    let path = segments.join("/");
    if escaped { path.replace('a', "%61") } else { path }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_is_permitted_exactly_if_the_reference_says_so(
        granted in prop::collection::vec(granted(), 0..4),
        tenant in segments(0..2),
        sent in prop::collection::vec(sent(), 1..6),
        escaped: bool,
    ) {
        run(async {
            let key = secret("k");
            let prefix: String = tenant.iter().map(|segment| format!("{segment}/")).collect();
            let server = server(&[with(entry(&key), "prefix", Some(prefix.into()))]);
            let streams: Vec<_> = granted.iter().map(entry_of).collect();
            let token = mint(&key, &with(granting(streams.into()), "exp", Some((NOW_S + 60).into())));
            for sent in sent {
                let path = written(&sent.path, escaped);
                let (stream, source) = (format!("/v1/stream/{path}"), format!("/v1/stream/{}", written(&sent.source, escaped)));
                let request = match sent.kind {
                    0 => send("PUT", &stream, &token),
                    1 => send("PUT", &stream, &token).header("stream-forked-from", source),
                    2 => send("POST", &stream, &token).body("x"),
                    3 => send("POST", &stream, &token).header("stream-closed", "true").body("x"),
                    4 => send("GET", &stream, &token),
                    5 => send("DELETE", &stream, &token),
                    _ => send("POST", &format!("/v1/restore/{path}"), &token),
                };
                let status = server.send(request).await.status;
                assert_ne!(status, 401);
                assert_eq!(status != 403, is_permitted(&granted, &tenant, &sent), "{status}: {sent:?}");
            }
        });
    }

    /// A URL that is signed for a path or a prefix permits reading what a token with only that would.
    #[test]
    fn a_signed_url_permits_exactly_what_the_reference_says(
        signed in granted().prop_filter("a URL can't be signed for everything", |own| !own.segments.is_empty()),
        tenant in segments(0..2),
        sent in prop::collection::vec(sent(), 1..6),
        escaped: bool,
    ) {
        run(async {
            let key = secret("k");
            let prefix: String = tenant.iter().map(|segment| format!("{segment}/")).collect();
            let server = server(&[with(entry(&key), "prefix", Some(prefix.into()))]);
            let place = signed.segments.join("/");
            let query = match signed.is_prefix {
                true => signed_prefix_query(&key, &format!("{place}/"), NOW_S + 60),
                false => signed_query(&key, &place, NOW_S + 60),
            };
            for sent in sent.into_iter().map(|sent| Sent { kind: 4, ..sent }) {
                let target = format!("/v1/stream/{}?{query}", written(&sent.path, escaped));
                let status = server.send(native::Request::new("GET", &target)).await.status;
                let granted = [Granted { operations: vec!["read"], ..signed.clone() }];
                // A signature of something else is not valid here. One of a tenant for what belongs to others is valid and grants nothing.
                let expected: u16 = if !is_permitted(&granted, &[], &sent) {
                    401
                } else if !is_permitted(&granted, &tenant, &sent) {
                    403
                } else {
                    404
                };
                assert_eq!(status, expected, "{sent:?}, {signed:?}, {tenant:?}");
            }
        });
    }
}
