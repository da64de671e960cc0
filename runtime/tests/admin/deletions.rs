//! Deleting streams by prefix.

use crate::setup::{append, create, path, read};
use native::{Delivery, Fault, Reply, Request, Server, run};
use serde_json::{Value, json};

fn server(databases: usize, deletions: usize) -> Server {
    Server::sharded(databases, |settings| settings.limits.deletions = deletions)
}

async fn ask(server: &Server, query: &str) -> Reply {
    server.send(Request::new("POST", &format!("/v1/admin/deletions?{query}"))).await
}

/// The receipt of a request, and whether more follow.
async fn step(server: &Server, query: &str) -> (bool, Value) {
    let reply = ask(server, query).await;
    assert!(reply.status == 200 || reply.status == 202, "{}", reply.text());
    (reply.status == 202, serde_json::from_str(&reply.text()).unwrap())
}

/// Deletes everything with a prefix. Returns the number of requests, the sum of deleted streams, and the last receipt.
async fn delete_all(server: &Server, prefix: &str) -> (usize, u64, Value) {
    let (mut requests, mut deleted, mut query) = (0, 0, format!("prefix={prefix}"));
    loop {
        let (goes_on, receipt) = step(server, &query).await;
        (requests, deleted) = (requests + 1, deleted + receipt["deleted"].as_u64().unwrap());
        if !goes_on {
            return (requests, deleted, receipt);
        }
        let [began_at, next] = ["began_at", "next"].map(|name| receipt[name].as_str().unwrap());
        query = format!("prefix={prefix}&began_at={began_at}&after={next}");
    }
}

async fn exists(server: &Server, name: &str) -> bool {
    server.send(Request::new("HEAD", &path(name))).await.status == 200
}

#[test]
fn all_streams_below_a_prefix_are_deleted_in_steps_and_no_others() {
    run(async {
        let server = server(3, 4);
        for number in 0..10 {
            create(&server, &format!("users/7/{number}")).await;
        }
        for other in ["users/7", "users/70/a", "users/8/a", "user"] {
            create(&server, other).await;
        }
        server.send(append("users/7/3", "abc")).await;
        server.run_for(1_000).await;
        let (requests, deleted, last) = delete_all(&server, "users/7/").await;
        assert_eq!((requests, deleted, &last["left"]), (3, 10, &json!(0)), "{last}");
        for other in ["users/7", "users/70/a", "users/8/a", "user"] {
            assert!(exists(&server, other).await, "{other}");
        }
        // Afterwards, everything is cleaned up as after DELETE.
        server.run_for(200_000).await;
        let left = |sql: &str| server.databases().iter().map(|database| database.count(sql)).sum::<u64>();
        assert_eq!((left("SELECT count(*) FROM log"), left("SELECT count(*) FROM garbage")), (0, 0));
        assert_eq!(delete_all(&server, "users/7/").await.1, 0);
    });
}

#[test]
fn streams_created_after_the_beginning_are_kept() {
    run(async {
        let server = server(2, 1);
        create(&server, "a/1").await;
        create(&server, "a/2").await;
        server.run_for(1_000).await;
        let (_, receipt) = step(&server, "prefix=a/").await;
        server.run_for(1_000).await;
        create(&server, "a/3").await;
        // Deleted and created again under the same path.
        assert_eq!(server.send(Request::new("DELETE", &path("a/2"))).await.status, 204);
        create(&server, "a/2").await;
        let began_at = receipt["began_at"].as_str().unwrap();
        for after in ["", "&after=a/1"] {
            let (_, receipt) = step(&server, &format!("prefix=a/&began_at={began_at}{after}")).await;
            assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(0), &json!(0)), "{receipt}");
        }
        assert!(exists(&server, "a/2").await && exists(&server, "a/3").await);
    });
}

#[test]
fn a_source_is_kept_for_forks_elsewhere_and_goes_with_the_last_one() {
    run(async {
        let server = server(2, 100);
        create(&server, "a/source").await;
        server.send(append("a/source", "abc")).await;
        for fork in ["a/fork", "b/fork"] {
            let fork = Request::new("PUT", &path(fork)).header("stream-forked-from", path("a/source"));
            assert_eq!(server.send(fork).await.status, 201);
        }
        server.run_for(1_000).await;
        let (_, receipt) = step(&server, "prefix=a/").await;
        assert_eq!((&receipt["deleted"], &receipt["kept_for_forks"]), (&json!(1), &json!(1)), "{receipt}");
        assert_eq!((&receipt["left"], &receipt["left_for_forks"]), (&json!(1), &json!(1)));
        assert_eq!(read(&server, "b/fork").await, "abc");
        assert_eq!(delete_all(&server, "b/").await.1, 1);
        server.run_for(200_000).await;
        let (_, receipt) = step(&server, "prefix=a/").await;
        assert_eq!((&receipt["deleted"], &receipt["left"]), (&json!(0), &json!(0)));
    });
}

#[test]
fn what_fails_is_in_the_receipt_and_a_repetition_deletes_it() {
    run(async {
        let server = server(1, 100);
        for number in 0..3 {
            create(&server, &format!("a/{number}")).await;
        }
        server.run_for(1_000).await;
        // The first happens without an answer, and the second never arrives.
        server.deliver([Delivery::Unheard, Delivery::Hung].into_iter());
        let (_, receipt) = step(&server, "prefix=a/").await;
        assert_eq!(receipt["deleted"], 1, "{receipt}");
        let failed: Vec<_> = receipt["failed"].as_array().unwrap().iter().map(|failed| &failed["path"]).collect();
        assert_eq!((failed, &receipt["left"]), (vec![&json!("a/0"), &json!("a/1")], &json!(1)));
        let (_, receipt) = step(&server, "prefix=a/").await;
        assert_eq!((&receipt["deleted"], &receipt["left"], &receipt["failed"]), (&json!(1), &json!(0), &json!([])));
    });
}

#[test]
fn an_object_that_dies_while_it_deletes_leaves_nothing_behind() {
    run(async {
        for fault in [Fault::Lost, Fault::Unheard, Fault::Hung] {
            for skipped in 0..5 {
                let server = server(1, 100);
                create(&server, "a/1").await;
                server.send(append("a/1", "abc")).await;
                server.run_for(1_000).await;
                server.crash("a/1");
                server.database().inject(std::iter::repeat_n(Fault::None, skipped).chain([fault]));
                let asked = server.clone();
                let deletion = tokio::task::spawn_local(async move {
                    asked.attempt(Request::new("POST", "/v1/admin/deletions?prefix=a/")).await.map(|reply| reply.status)
                });
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                server.crash("a/1");
                let _ = deletion.await.unwrap();
                server.database().heal();
                assert_eq!(delete_all(&server, "a/").await.2["left"], 0, "{fault:?} after {skipped}");
                server.run_for(200_000).await;
                assert_eq!(server.database().count("SELECT count(*) FROM log"), 0, "{fault:?} after {skipped}");
            }
        }
    });
}

#[test]
fn a_prefix_consists_of_whole_segments() {
    run(async {
        let server = server(1, 100);
        for prefix in ["", "a", "/", "a//", "a/../", "a/%zz/"] {
            assert_eq!(ask(&server, &format!("prefix={prefix}")).await.status, 400, "{prefix}");
        }
        create(&server, "%C3%A9/1").await;
        server.run_for(1_000).await;
        assert_eq!(delete_all(&server, "%25C3%25A9/").await.1, 1);
    });
}

#[test]
fn a_deletion_does_not_begin_in_the_future() {
    run(async {
        let server = server(1, 1);
        create(&server, "users/7/a").await;
        create(&server, "users/7/b").await;
        let (goes_on, receipt) = step(&server, "prefix=users/7/&began_at=2100-01-01T00:00:00Z").await;
        assert!(goes_on && receipt["began_at"].as_str().is_some_and(|at| at.starts_with("2026-")), "{receipt}");
    });
}
