//! Discarding what an object has in memory.

use crate::setup::{act, append, create, describe, path, read, server};
use native::{Fault, Request, run};
use std::time::Duration;

#[test]
fn the_next_request_loads_the_stream_again() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        server.send(append("a", "abc")).await;
        // Nobody else writes rows, except an operator who repairs them.
        server.database().script("UPDATE streams SET content_type = 'text/x-repaired'");
        let content_type = |head: native::Reply| head.header("content-type").map(str::to_owned);
        let head = || server.send(Request::new("HEAD", "/v1/stream/a"));
        assert_eq!(content_type(head().await).as_deref(), Some("text/plain"));
        assert_eq!(act(&server, "a", "forget").await.status, 204);
        assert!(!describe(&server, "a").await["memory"]["loaded"].as_bool().unwrap());
        assert_eq!(content_type(head().await).as_deref(), Some("text/x-repaired"));
        assert_eq!(act(&server, "nothing", "forget").await.status, 204);
    });
}

#[test]
fn readers_stay_and_miss_nothing() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        let feed = |live: &str| Request::new("GET", &format!("{}?offset=now&live={live}", path("a")));
        let mut sse = server.send(feed("sse")).await;
        assert!(sse.next().await.is_some());
        let polling = server.clone();
        let poll = tokio::task::spawn_local(async move { polling.send(feed("long-poll")).await });
        server.run_for(2_000).await;
        assert_eq!(act(&server, "a", "forget").await.status, 204);
        let memory = describe(&server, "a").await["memory"].clone();
        assert_eq!((&memory["feeds"], &memory["long_polls"]), (&1.into(), &1.into()), "{memory}");
        assert_eq!(server.send(append("a", "abc")).await.status, 204);
        assert!(sse.next().await.unwrap().contains("data:abc"));
        assert_eq!(poll.await.unwrap().text(), "abc");
    });
}

#[test]
fn changes_in_flight_are_committed_first_and_readers_get_them() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        let mut sse = server.send(Request::new("GET", &format!("{}?offset=now&live=sse", path("a")))).await;
        assert!(sse.next().await.is_some());
        server.database().inject([Fault::Slow(Duration::from_secs(5))]);
        let (appending, forgetting) = (server.clone(), server.clone());
        let append = tokio::task::spawn_local(async move { appending.send(append("a", "abc")).await.status });
        tokio::time::sleep(Duration::from_millis(10)).await;
        let forget = tokio::task::spawn_local(async move { act(&forgetting, "a", "forget").await.status });
        assert_eq!((append.await.unwrap(), forget.await.unwrap()), (204, 204));
        assert!(sse.next().await.unwrap().contains("data:abc"));
        assert!(!describe(&server, "a").await["memory"]["loaded"].as_bool().unwrap());
        assert_eq!(read(&server, "a").await, "abc");
    });
}

#[test]
fn nothing_confirmed_is_lost_while_writers_continue() {
    run(async {
        let server = server(4);
        create(&server, "a").await;
        let writer = |letter: char| {
            let server = server.clone();
            tokio::task::spawn_local(async move {
                let mut confirmed = 0;
                for _ in 0..50 {
                    let reply = server.send(append("a", &letter.to_string())).await;
                    assert!(reply.status == 204 || reply.status == 503, "{}", reply.text());
                    confirmed += usize::from(reply.status == 204);
                }
                confirmed
            })
        };
        server.database().inject((0..).map(|_| Fault::Slow(Duration::from_millis(20))));
        let writers: Vec<_> = ['a', 'b', 'c'].into_iter().map(|letter| (letter, writer(letter))).collect();
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(37)).await;
            assert_eq!(act(&server, "a", "forget").await.status, 204);
        }
        let mut confirmed = Vec::new();
        for (letter, writer) in writers {
            confirmed.push((letter, writer.await.unwrap()));
        }
        server.database().heal();
        let text = read(&server, "a").await;
        for (letter, count) in confirmed {
            assert!(text.matches(letter).count() >= count, "{letter}: {count} confirmed in {text}");
        }
    });
}

#[test]
fn an_object_that_dies_while_it_waits_to_forget_loses_nothing() {
    run(async {
        let server = server(100);
        create(&server, "a").await;
        server.database().inject([Fault::Underway(Duration::from_secs(1))]);
        let (appending, forgetting) = (server.clone(), server.clone());
        let append = tokio::task::spawn_local(async move { appending.attempt(append("a", "abc")).await.is_some() });
        tokio::time::sleep(Duration::from_millis(10)).await;
        let target = "/v1/admin/streams/a?action=forget";
        let forget = tokio::task::spawn_local(async move { forgetting.attempt(Request::new("POST", target)).await });
        tokio::time::sleep(Duration::from_millis(10)).await;
        server.crash("a");
        assert!(!append.await.unwrap() && forget.await.unwrap().is_none());
        server.run_for(5_000).await;
        assert_eq!(read(&server, "a").await, "abc");
    });
}
