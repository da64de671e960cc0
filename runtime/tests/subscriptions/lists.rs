//! The list of subscriptions.

use crate::setup::*;
use native::{Reception, Request, Server, run};
use runtime::access::Access;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use subscriptions::{Configuration, SubscriptionId, Target};
use token::{Algorithm, SigningKey, mint};

const NOW_S: u64 = 1_767_225_600;

async fn create(server: &Server, id: &str, configuration: Configuration) {
    let id = SubscriptionId::read(id).expect("an ID");
    let created = server.subscription(&id, async |object| object.create(configuration, LINKS_MAX).await).await;
    created.expect("no crash").expect("no failure").expect("no refusal");
}

fn following(pattern: &str) -> Configuration {
    configuration(webhook(), pattern, &[])
}

/// A page for the bearer of a token.
async fn page_for(server: &Server, token: &str, query: &str) -> Value {
    let request = Request::new("GET", &format!("/v1/stream/__ds/subscriptions?{query}"));
    let request = if token.is_empty() { request } else { request.header("authorization", format!("Bearer {token}")) };
    let reply = server.send(request).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    serde_json::from_str(&reply.text()).expect("JSON")
}

fn ids(page: &Value) -> Vec<&str> {
    page["subscriptions"].as_array().expect("a list").iter().map(|own| own["id"].as_str().expect("an ID")).collect()
}

#[test]
fn pages_have_the_order_of_the_ids_over_all_databases() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |_| {});
            let mut all: Vec<String> = (0..7).map(|number| format!("a:{number}")).collect();
            all.extend(["a".to_owned(), "b".to_owned(), "a:\u{e9}".to_owned()]);
            all.sort();
            for id in &all {
                create(&server, id, following("a/*")).await;
            }
            for limit in 1..=11 {
                let (mut seen, mut query) = (Vec::new(), format!("limit={limit}"));
                loop {
                    let page = page_for(&server, "", &query).await;
                    let own = ids(&page);
                    assert!(own.len() == limit || page["next"].is_null(), "{page}");
                    seen.extend(own.iter().map(|id| (*id).to_owned()));
                    let Some(next) = page["next"].as_str() else { break };
                    assert_eq!(own.last(), Some(&next));
                    query = format!("limit={limit}&after={}", next.replace('\u{e9}', "%C3%A9"));
                }
                assert_eq!(seen, all, "limit={limit}");
            }
            let page = page_for(&server, "", "prefix=a:&limit=2&after=a:3").await;
            assert_eq!((ids(&page), &page["next"]), (vec!["a:4", "a:5"], &json!("a:5")));
            assert_eq!(ids(&page_for(&server, "", "prefix=a:%C3%A9").await), ["a:\u{e9}"]);
            assert_eq!(page_for(&server, "", "prefix=c").await, json!({ "subscriptions": [], "next": null }));
            // One that was deleted is not listed.
            let deleted = SubscriptionId::read("b").expect("an ID");
            let everywhere = runtime::subscription::reach::Reach::everywhere();
            let done = server.subscription(&deleted, async |object| object.delete(&everywhere).await).await;
            assert_eq!(done, Some(Ok(())));
            assert_eq!(ids(&page_for(&server, "", "after=a:6").await), ["a:\u{e9}"]);
        }
    });
}

#[test]
fn a_list_shows_what_subscriptions_do() {
    run(async {
        let server = Server::sharded(3, |_| {});
        server.subscriptions().always(Reception::Delivered);
        for stream in ["pool", "jobs", "mail/1"] {
            create_stream(&server, stream, &[]).await;
        }
        subscribe(&server, configuration(Target::PullWake(path("pool")), "", &["jobs"])).await.unwrap();
        create(&server, "mailer", following("mail/*")).await;
        let failed = subscriptions::Delivered::Failed(subscriptions::Failure::Status(500));
        server.receivers().react(move |sent| native::Reaction {
            after: std::time::Duration::ZERO,
            outcome: match sent {
                native::Sent::Delivery(_) => failed,
                native::Sent::Announcement(_) => subscriptions::Delivered::Accepted,
            },
        });
        let listed = async |id: &str| {
            let page = page_for(&server, "", &format!("prefix={id}")).await;
            page["subscriptions"][0].clone()
        };
        let own = listed("runner").await;
        assert_eq!(
            (&own["phase"], &own["status"], &own["type"]),
            (&json!("idle"), &json!("active"), &json!("pull-wake"))
        );
        assert!(append(&server, "jobs").await && append(&server, "mail/1").await);
        server.settle().await;
        assert_eq!(listed("runner").await["phase"], "waking");
        claim(&server).await.unwrap();
        let own = listed("runner").await;
        assert_eq!(
            (&own["phase"], &own["holder"], &own["retry_count"]),
            (&json!("held"), &json!("worker-1"), &json!(0))
        );
        let own = listed("mailer").await;
        assert_eq!(
            (&own["phase"], &own["status"], &own["retry_count"]),
            (&json!("retrying"), &json!("failed"), &json!(1))
        );
        assert_eq!(own["last_error"], "The webhook answered with status 500.");
        assert!(own["next_attempt_at"].as_str().is_some_and(|at| at > own["created_at"].as_str().unwrap_or_default()));
    });
}

#[test]
fn a_caller_sees_only_what_its_paths_reach() {
    run(async {
        let key = SigningKey::generate(Algorithm::EdDsa, "k").expect("a key");
        let entry = json!([{ "issuer": "i", "audience": "a", "jwk": key.verifying_jwk() }]);
        let variables = BTreeMap::from([("AUTH_TOKEN", "operator".to_owned()), ("AUTH_KEYS", entry.to_string())]);
        let access = Access::read(|name| variables.get(name).cloned()).expect("keys");
        let server = Server::sharded(2, |settings| settings.access = access);
        let token = |streams: Value| {
            mint(&key, &json!({ "iss": "i", "aud": "a", "sub": "s", "exp": NOW_S + 60, "streams": streams }))
        };
        for number in 0..5 {
            create(&server, &format!("{number}-mine"), following("mine/*")).await;
            create(&server, &format!("{number}-theirs"), following("theirs/*")).await;
        }
        create(&server, "6-both", configuration(webhook(), "mine/*", &["theirs/1"])).await;
        create(&server, "7-all", following("**")).await;
        let mine = token(json!([{ "prefix": "mine/", "ops": ["subscribe"] }]));
        let expected = ["0-mine", "1-mine", "2-mine", "3-mine", "4-mine"];
        let page = page_for(&server, &mine, "").await;
        assert_eq!((ids(&page), &page["next"]), (expected.to_vec(), &Value::Null));
        // Pages are full, and no `next` shows that others follow or which.
        let page = page_for(&server, &mine, "limit=2&after=0-mine").await;
        assert_eq!((ids(&page), &page["next"]), (vec!["1-mine", "2-mine"], &json!("2-mine")));
        let page = page_for(&server, &mine, "limit=2&after=2-mine").await;
        assert_eq!((ids(&page), &page["next"]), (vec!["3-mine", "4-mine"], &Value::Null));
        let page = page_for(&server, &mine, "limit=1&prefix=3-t").await;
        assert_eq!((ids(&page), &page["next"]), (vec![], &Value::Null));
        let everything = token(json!([{ "prefix": "", "ops": ["subscribe"] }]));
        assert_eq!(ids(&page_for(&server, &everything, "").await).len(), 12);
        let reading = token(json!([{ "prefix": "", "ops": ["list", "read", "claim"] }]));
        let request = Request::new("GET", "/v1/stream/__ds/subscriptions");
        let refused = server.send(request.header("authorization", format!("Bearer {reading}"))).await;
        assert_eq!(refused.status, 403);
    });
}

#[test]
fn large_subscriptions_are_read_in_parts() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |_| {});
            subscribe(&server, configuration(webhook(), "", &["a"])).await.unwrap();
            // Copies of it with other IDs, and a megabyte of spaces each.
            let expected: Vec<_> = (10..25).map(|number| format!("large-{number}")).collect();
            for database in server.databases() {
                database.script(
                    "INSERT INTO subscriptions WITH RECURSIVE numbers (number) AS \
                     (SELECT 10 UNION ALL SELECT number + 1 FROM numbers WHERE number < 24) \
                     SELECT 'large-' || number, fence, generation, life, created_ms, configuration || printf('%1000000s', ''), \
                     state FROM subscriptions CROSS JOIN numbers",
                );
            }
            let batches = || server.databases().iter().map(native::Sqlite::batches).sum::<u64>();
            let before = batches();
            let reply = server.send(Request::new("GET", "/v1/stream/__ds/subscriptions?limit=15&prefix=large-")).await;
            let page: Value = serde_json::from_str(&reply.text()).expect("JSON");
            assert_eq!((ids(&page), &page["next"]), (expected.iter().map(|id| &**id).collect(), &Value::Null));
            // 15 MB, of which one query returns at most 4 MiB and a row.
            assert!((3..=30).contains(&(batches() - before)), "{}", batches() - before);
        }
    });
}
