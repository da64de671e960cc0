//! The limits of subscriptions, patterns and links.

use crate::setup::*;
use futures_util::future::join_all;
use native::{Reception, Request, Server, path_of, run};
use runtime::subscription::reach::Reach;
use runtime::subscription::request::Refused;
use serde_json::Value;
use subscriptions::{Configuration, Created, SubscriptionId, Target};

/// Creates a subscription with this ID.
async fn create(server: &Server, id: &str, configuration: Configuration) -> Result<Created, Refused> {
    let id = SubscriptionId::read(id).expect("an ID");
    let created = server.subscription(&id, async |object| object.create(configuration, LINKS_MAX).await).await;
    created.expect("no crash").expect("no failure").map(|(created, _)| created)
}

async fn delete(server: &Server, id: &str) {
    let id = SubscriptionId::read(id).expect("an ID");
    let deleted = server.subscription(&id, async |object| object.delete(&Reach::everywhere()).await).await;
    deleted.expect("no crash").expect("no failure");
}

fn named() -> Configuration {
    configuration(webhook(), "", &["a"])
}

fn matching() -> Configuration {
    configuration(webhook(), "a/*", &[])
}

#[test]
fn subscriptions_are_limited() {
    run(async {
        let server = Server::with(|settings| settings.limits.subscriptions = 2);
        assert_eq!(create(&server, "one", named()).await, Ok(Created::New));
        assert_eq!(create(&server, "two", matching()).await, Ok(Created::New));
        assert_eq!(create(&server, "three", matching()).await, Err(Refused::TooManySubscriptions));
        // A refused creation registers nothing.
        assert_eq!(server.database().count("SELECT count(*) FROM patterns"), 1);
        // Those that exist are confirmed, and those that were deleted do not count.
        assert_eq!(create(&server, "two", matching()).await, Ok(Created::Confirmed));
        delete(&server, "one").await;
        assert_eq!(create(&server, "three", matching()).await, Ok(Created::New));
        assert_eq!(create(&server, "one", named()).await, Err(Refused::TooManySubscriptions));
        server.crash(&path_of(&SubscriptionId::read("three").expect("an ID")));
        assert_eq!(create(&server, "three", matching()).await, Ok(Created::Confirmed));
    });
}

#[test]
fn patterns_are_limited() {
    run(async {
        let server = Server::with(|settings| settings.limits.patterns = 1);
        // A row that a failed creation has left does not count.
        server.database().script("INSERT INTO patterns VALUES ('failed', 'b/*', 0)");
        assert_eq!(create(&server, "one", matching()).await, Ok(Created::New));
        assert_eq!(create(&server, "two", matching()).await, Err(Refused::TooManySubscriptions));
        assert_eq!(create(&server, "two", named()).await, Ok(Created::New));
        delete(&server, "one").await;
        assert_eq!(create(&server, "three", matching()).await, Ok(Created::New));
    });
}

#[test]
fn the_streams_that_are_compared_with_a_pattern_are_limited() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |settings| settings.limits.compared_streams = 3);
            for stream in ["a/x", "a/y", "b/x", "b/y"] {
                create_stream(&server, stream, &[]).await;
            }
            let by_name = |pattern| configuration(webhook(), pattern, &[]);
            let refused = Err(Refused::Decided(subscriptions::Refusal::TooManyLinks));
            assert_eq!(create(&server, "one", by_name("*/x")).await, refused);
            assert_eq!(create(&server, "one", by_name("a/*")).await, Ok(Created::New));
        }
    });
}

#[test]
fn creations_at_once_do_not_exceed_a_limit() {
    run(async {
        for has_pattern in [false, true] {
            let server = Server::with(|settings| {
                let limit =
                    if has_pattern { &mut settings.limits.patterns } else { &mut settings.limits.subscriptions };
                *limit = 3;
            });
            let ids: Vec<String> = (0..10).map(|number| format!("s{number}")).collect();
            let configured = || if has_pattern { matching() } else { named() };
            let created = join_all(ids.iter().map(|id| create(&server, id, configured()))).await;
            assert_eq!(created.iter().filter(|created| **created == Ok(Created::New)).count(), 3);
            assert_eq!(created.iter().filter(|created| **created == Err(Refused::TooManySubscriptions)).count(), 7);
            assert_eq!(server.database().count("SELECT count(*) FROM subscriptions WHERE life IS NOT NULL"), 3);
        }
    });
}

/// What the representation calls the last error.
async fn last_error(server: &Server) -> Value {
    let reply = server.send(Request::new("GET", "/v1/stream/__ds/subscriptions/runner%3A1")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let representation: Value = serde_json::from_str(&reply.text()).expect("JSON");
    representation["last_error"].clone()
}

#[test]
fn a_stream_that_matches_a_full_subscription_waits_until_others_have_ended() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |settings| settings.limits.links = 2);
            let count = |sql: &str| server.databases().iter().map(|database| database.count(sql)).sum::<u64>();
            server.subscriptions().always(Reception::Delivered);
            create_stream(&server, "pool", &[]).await;
            subscribe(&server, configuration(Target::PullWake(path("pool")), "s/*", &["named"])).await.unwrap();
            assert_eq!(last_error(&server).await, Value::Null);
            for stream in ["s/a", "s/b", "s/c"] {
                create_stream(&server, stream, &["1"]).await;
                server.settle().await;
            }
            assert_eq!(linked(&server).await, ["named", "s/a", "s/b"]);
            // The operator learns of it, and the stream is not poked for nothing.
            assert!(last_error(&server).await.as_str().is_some_and(|error| error.contains("as many streams")));
            assert!(server.reports().iter().any(|report| report.contains("LIMIT_LINKS")), "{:?}", server.reports());
            assert_eq!(count("SELECT count(*) FROM subscribers WHERE path = 's/c'"), 0);
            // The sweep does not lose it, and announces no other stream to a full subscription.
            create_stream(&server, "s/d", &["1"]).await;
            server.settle().await;
            drop(server.subscriptions().take());
            server.sweep_subscriptions().await.expect("no failure");
            let arrivals =
                server.subscriptions().take().into_iter().filter(|received| {
                    matches!(received.message, runtime::subscription::message::Message::Arrived { .. })
                });
            assert!((1..=databases).contains(&arrivals.count()));
            assert_eq!(count("SELECT count(*) FROM arrivals"), 2);
            delete_stream(&server, "s/a").await;
            delete_stream(&server, "s/d").await;
            server.sweep_subscriptions().await.expect("no failure");
            let expected = [("named", 0, 0), ("s/b", 0, 1), ("s/c", 0, 1)];
            assert_eq!(cursors(&server).await, expected.map(|(path, acked, tail)| (path.to_owned(), acked, tail)));
            assert_eq!(count("SELECT count(*) FROM arrivals"), 0);
            delete_stream(&server, "s/b").await;
            assert_eq!(last_error(&server).await, Value::Null);
        }
    });
}
