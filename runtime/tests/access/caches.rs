//! What one caller may read, no shared cache stores for others.

use crate::setup::{NOW_S, answer, entry, secret, send, server};
use native::{Reply, Request, Server, run};
use runtime::Settings;
use std::collections::{BTreeMap, BTreeSet};
use token::example::Caller;
use token::{signed_prefix_query, signed_query};
use wire::{Example, Sent};

/// What the spec answers on a server with this access, for each example whose caller may do everything.
async fn answers(variables: &[(&str, &str)]) -> Vec<(&'static Example, Reply)> {
    let mut answers = Vec::new();
    for example in spec::EXAMPLES.iter().filter(|example| Caller::of(example.given) == Caller::Anyone) {
        let variables: BTreeMap<String, String> = (example.limits.iter().chain(variables))
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let settings = Settings::read(&variables).unwrap();
        let server = Server::with(|own| *own = settings);
        for sent in example.before {
            server.send(request(sent)).await;
        }
        let send = request(&example.send);
        let send = if example.mentions("body.stalled") { send.stalled() } else { send };
        answers.push((example, server.send(send).await));
    }
    answers
}

/// Whether a request without credentials gets the same status on a server that requires them.
async fn anyone_gets(sent: &Sent, reply: &Reply) -> bool {
    let variables = BTreeMap::from([("AUTH_TOKEN".to_owned(), "operator".to_owned())]);
    let server = Server::with(|own| *own = Settings::read(&variables).unwrap());
    server.send(Request::new(sent.method(), sent.target()).body(sent.body())).await.status == reply.status
}

fn request(sent: &Sent) -> Request {
    let request = send(sent.method(), sent.target(), "operator").body(sent.body());
    let headers = sent.headers().filter(|(name, _)| *name != "authorization");
    headers.fold(request, |request, (name, value)| request.header(name, value))
}

#[test]
fn no_shared_cache_stores_what_needs_a_permission() {
    run(async {
        let operator = ("AUTH_TOKEN", "operator");
        let mut seen = BTreeSet::new();
        for (example, reply) in answers(&[operator]).await {
            let (path, method) = (example.send.target(), example.send.method());
            // A preflight needs no credentials, and an upgraded connection is not a response to store.
            if method == "OPTIONS" || reply.status == 101 {
                continue;
            }
            let control = reply.header("cache-control").unwrap_or_default().to_owned();
            let is_kept_from_others =
                ["private", "no-store"].iter().any(|word| control.split(", ").any(|own| own == *word));
            let may_be_stored = is_kept_from_others || anyone_gets(&example.send, &reply).await;
            assert!(may_be_stored, "{}: {method} {path} gets {} with `{control}`", example.name, reply.status);
            seen.insert((control, reply.status));
        }
        let seen_for = |status: u16, word: &str| seen.iter().any(|(own, of)| *of == status && own.starts_with(word));
        assert!(seen_for(200, "private, max-age") && seen_for(200, "private, no-cache") && seen_for(304, "private"));
        // The same answers on a server where anyone may read everything: the test above sees those that could be shared.
        let shared = answers(&[operator, ("PUBLIC_READ", r#"[""]"#)]).await;
        let shared = shared
            .iter()
            .filter(|(_, reply)| reply.header("cache-control").is_some_and(|own| own.starts_with("public")));
        assert!(shared.count() > 5);
    });
}

/// Data that the edge has read from the bucket, or still has in memory, is given only to those who may read it.
#[test]
fn the_edge_looks_for_data_after_it_has_checked_the_caller() {
    run(async {
        let key = secret("k");
        let server = server(&[entry(&key)]);
        server.replay_at_the_edge();
        let put = send("PUT", "/v1/stream/f/a", "operator").header("content-type", "text/plain");
        assert_eq!(server.send(put.body(vec![b'x'; 100 << 10]).header("stream-closed", "true")).await.status, 201);
        server.run_for(120_000).await;
        let first = "/v1/stream/f/a?offset=0000000000000000";
        let of_others = || async {
            for token in ["", "wrong"] {
                assert_eq!(answer(&server, "GET", first, token).await.status, 401);
            }
        };
        let requests = || (server.bucket().requests(), server.database().statements());
        let before = requests();
        of_others().await;
        assert_eq!(requests(), before, "nothing is read for them");
        assert_eq!(answer(&server, "GET", first, "operator").await.status, 200);
        assert_ne!(requests().0, before.0, "the edge reads from the bucket");
        let cached = requests();
        of_others().await;
        assert_eq!(requests(), cached);
        // For a signed URL, the edge reads from the bucket, too, and no shared cache stores the response.
        for signed in [signed_query(&key, "f/a", NOW_S + 600), signed_prefix_query(&key, "f/", NOW_S + 600)] {
            let before = requests().0;
            let reply = server.send(Request::new("GET", &format!("{first}&{signed}"))).await;
            assert_eq!((reply.status, requests().0), (200, before + 1), "{signed}");
            assert!(reply.header("cache-control").is_some_and(|own| own.starts_with("private")));
        }
    });
}
