//! Pokes: a commit that adds data or ends a stream notifies the stream's subscribers, whatever crashes, and no writer waits for that.

use futures_util::future::join_all;
use native::{Fault, Reception, Request, Server, Sqlite, run};
use runtime::subscription::message::{Answer, Message};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tokio::task::{spawn_local, yield_now};

const DONE: Reception = Reception::Answered(Answer::Done);
const UNKNOWN: Reception = Reception::Answered(Answer::Unknown);

fn request(method: &str, path: &str) -> Request {
    Request::new(method, &format!("/v1/stream/{path}"))
}

fn put(path: &str) -> Request {
    request("PUT", path).header("content-type", "text/plain")
}

fn post(path: &str, body: &str) -> Request {
    request("POST", path).header("content-type", "text/plain").body(body)
}

async fn send(server: &Server, request: Request, expected: u16) {
    let reply = server.send(request).await;
    assert_eq!(reply.status, expected, "{} {:?}", reply.text(), server.reports());
}

/// Adds a subscriber as the Durable Object of its subscription does.
fn subscribe(server: &Server, path: &str, id: &str) {
    server.database().script(&format!(
        "INSERT INTO subscribers VALUES ('{path}', '{id}', CAST(unixepoch('subsec') * 1000 AS INTEGER));
         UPDATE streams SET subscribed = subscribed + 1 WHERE path = '{path}'"
    ));
}

fn unsubscribe(server: &Server, path: &str, id: &str) {
    server.database().script(&format!(
        "DELETE FROM subscribers WHERE path = '{path}' AND subscription = '{id}';
         UPDATE streams SET subscribed = subscribed + 1 WHERE path = '{path}'"
    ));
}

fn add_pattern(server: &Server, id: &str, pattern: &str) {
    server.database().script(&format!(
        "INSERT INTO patterns VALUES ('{id}', '{pattern}', CAST(unixepoch('subsec') * 1000 AS INTEGER))"
    ));
}

/// The subscriptions that have been poked since the last call, and those that have been notified of a new stream. Both are sorted.
fn take(server: &Server) -> (Vec<String>, Vec<String>) {
    let (moved, arrived): (Vec<_>, Vec<_>) = server
        .subscriptions()
        .take()
        .into_iter()
        .partition(|received| matches!(received.message, Message::Moved { .. }));
    let ids = |all: Vec<native::Received>| {
        let mut ids: Vec<_> = all.into_iter().map(|received| received.id).collect();
        ids.sort_unstable();
        ids
    };
    (ids(moved), ids(arrived))
}

fn pokes(server: &Server) -> Vec<String> {
    take(server).0
}

fn arrivals(server: &Server) -> u64 {
    server.database().count("SELECT count(*) FROM arrivals")
}

/// A stream without data that has subscribers.
async fn subscribed(ids: &[&str]) -> Server {
    let server = Server::new();
    send(&server, put("s"), 201).await;
    ids.iter().for_each(|id| subscribe(&server, "s", id));
    server
}

/// What an append costs: batches, statements, rows that are written, steps of SQLite, and how often others run until its response.
async fn cost(server: &Server, request: Request) -> [u64; 5] {
    let database = server.database();
    let counts = || [database.batches(), database.statements(), database.rows_written(), database.steps()];
    let (before, mut turns) = (counts(), 0);
    let sender = server.clone();
    let sent = spawn_local(async move { sender.send(request).await.status });
    while !sent.is_finished() {
        turns += 1;
        yield_now().await;
    }
    assert_eq!(sent.await.unwrap(), 204);
    server.settle().await;
    let after = counts();
    [after[0] - before[0], after[1] - before[1], after[2] - before[2], after[3] - before[3], turns]
}

#[test]
fn a_stream_without_subscribers_pays_nothing_for_those_of_others() {
    run(async {
        let (alone, among) = (Server::new(), Server::new());
        send(&among, put("other"), 201).await;
        for id in ["a", "b", "c"] {
            subscribe(&among, "other", id);
            add_pattern(&among, id, "elsewhere/**");
        }
        send(&among, post("other", "x"), 204).await;
        for server in [&alone, &among] {
            send(server, put("s"), 201).await;
            send(server, post("s", "first"), 204).await;
            server.settle().await;
            let _ = take(server);
        }
        let of_first = cost(&alone, post("s", "x")).await;
        assert_eq!(of_first[..3], [1, 2, 2]);
        assert_eq!(of_first, cost(&among, post("s", "x")).await);
        let usage = |server: &Server| {
            let last = server.take_points().pop().unwrap();
            ["rows_read", "rows_written"].map(|name| last[name].as_f64().unwrap())
        };
        assert_eq!((usage(&alone), usage(&among)), ([0.0, 2.0], [0.0, 2.0]));
        assert_eq!((among.subscriptions().count(), among.has_alarm("s")), (0, false));
        // Nor after its object was evicted.
        for server in [&alone, &among] {
            assert!(server.evict("s"));
        }
        assert_eq!(cost(&alone, post("s", "x")).await, cost(&among, post("s", "x")).await);
        assert_eq!((among.subscriptions().count(), among.has_alarm("s")), (0, false));
    });
}

#[test]
fn a_subscriber_changes_neither_the_batches_of_an_append_nor_its_wait() {
    run(async {
        let (without, with) = (subscribed(&[]).await, subscribed(&["a"]).await);
        for server in [&without, &with] {
            send(server, post("s", "first"), 204).await;
            server.settle().await;
        }
        let expected = cost(&without, post("s", "x")).await;
        assert_eq!(cost(&with, post("s", "x")).await, expected);
        assert_eq!(pokes(&with), ["a", "a"]);
    });
}

#[test]
fn each_commit_pokes_each_subscriber_once() {
    run(async {
        let server = subscribed(&["a", "b"]).await;
        for _ in 0..3 {
            send(&server, post("s", "x"), 204).await;
            server.settle().await;
            assert_eq!(pokes(&server), ["a", "b"]);
        }
        send(&server, post("s", "end").header("stream-closed", true), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a", "b"]);
    });
}

#[test]
fn what_adds_no_data_pokes_nobody() {
    run(async {
        let server = Server::with(|settings| settings.limits.hot_rows = 2);
        send(&server, put("s").header("stream-ttl", 1_000), 201).await;
        subscribe(&server, "s", "a");
        let produce =
            || post("s", "x").header("producer-id", "p").header("producer-epoch", 0).header("producer-seq", 0);
        send(&server, produce(), 200).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a"]);
        send(&server, produce(), 204).await;
        // A later deadline is written.
        server.run_for(800_000).await;
        send(&server, request("GET", "s"), 200).await;
        send(&server, put("f").header("stream-forked-from", "/v1/stream/s"), 201).await;
        server.settle().await;
        assert_eq!(pokes(&server), [] as [&str; 0]);
        for _ in 0..5 {
            send(&server, post("s", "x"), 204).await;
        }
        server.settle().await;
        let _ = take(&server);
        server.run_for(20_000).await;
        assert!(server.database().count("SELECT count(*) FROM segments") > 0);
        assert_eq!(pokes(&server), [] as [&str; 0]);
        send(&server, request("POST", "s").header("stream-closed", true), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), [] as [&str; 0]);
    });
}

#[test]
fn a_crowd_of_appends_is_few_pokes() {
    run(async {
        let server = subscribed(&["a"]).await;
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        let _ = take(&server);
        let (database, seen) = (server.database().clone(), Rc::new(RefCell::new(Vec::new())));
        let (tails, underway) = (seen.clone(), Duration::from_secs(1));
        server.subscriptions().receive(move |_, _| {
            tails.borrow_mut().push(tail(&database));
            Reception::Slow(underway, Answer::Done)
        });
        let replies = join_all((0..50).map(|number| {
            let server = server.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(number)).await;
                server.send(post("s", "x")).await.status
            }
        }));
        assert_eq!(replies.await, [204; 50]);
        server.settle().await;
        // One is under way during all others, and one follows.
        assert_eq!(pokes(&server), ["a", "a"]);
        assert_eq!(seen.borrow().last(), Some(&51));
    });
}

#[test]
fn a_subscription_with_a_wake_gets_few_pokes_and_a_crash_loses_none() {
    run(async {
        let server = subscribed(&["a"]).await;
        server.subscriptions().always(Reception::Answered(Answer::Busy));
        for _ in 0..50 {
            send(&server, post("s", "x"), 204).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.settle().await;
        let count = pokes(&server).len();
        assert!((2..20).contains(&count), "{count}");
        send(&server, post("s", "x"), 204).await;
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        let _ = take(&server);
        // The Durable Object crashes in the pause.
        send(&server, post("s", "x"), 204).await;
        server.crash_all();
        server.run_for(20_000).await;
        assert_eq!(pokes(&server).first().map(String::as_str), Some("a"));
    });
}

fn tail(database: &Sqlite) -> u64 {
    database.count("SELECT coalesce(max(tail), 0) FROM streams WHERE path = 's'")
}

#[test]
fn a_subscriber_that_comes_or_goes_between_two_appends_is_noticed() {
    run(async {
        let server = subscribed(&[]).await;
        send(&server, post("s", "x"), 204).await;
        subscribe(&server, "s", "b");
        let batches = server.database().batches();
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["b"]);
        // Its own, and one that reads the subscribers.
        assert_eq!(server.database().batches() - batches, 2);
        subscribe(&server, "s", "a");
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a", "b"]);
        unsubscribe(&server, "s", "b");
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a"]);
    });
}

#[test]
fn a_subscriber_that_comes_while_the_others_are_read_is_noticed() {
    run(async {
        let server = subscribed(&["a"]).await;
        // The append, and then the read of the subscribers, which arrives before the second append.
        server.database().inject([Fault::None, Fault::Underway(Duration::from_millis(10)), Fault::None]);
        send(&server, post("s", "x"), 204).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        subscribe(&server, "s", "b");
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        let poked = pokes(&server);
        assert!(poked.contains(&"a".to_owned()) && poked.contains(&"b".to_owned()), "{poked:?}");
    });
}

#[test]
fn a_failed_poke_is_repeated_by_the_alarm_and_then_it_sleeps() {
    run(async {
        let server = subscribed(&["a", "b"]).await;
        server.subscriptions().receive(|id, _| if id == "a" { Reception::Unheard } else { DONE });
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a", "b"]);
        server.run_for(100_000).await;
        let poked = pokes(&server);
        assert!(poked.len() >= 2 && poked.iter().all(|id| id == "a"), "{poked:?}");
        server.subscriptions().always(DONE);
        server.run_for(300_000).await;
        assert_eq!(pokes(&server), ["a"]);
        assert!(!server.has_alarm("s"));
        server.run_for(86_400_000).await;
        assert_eq!(pokes(&server), [] as [&str; 0]);
    });
}

#[test]
fn an_alarm_that_is_not_needed_pokes_nobody_and_is_gone() {
    run(async {
        let server = subscribed(&["a"]).await;
        for _ in 0..5 {
            send(&server, post("s", "x"), 204).await;
            server.run_for(1_000).await;
        }
        assert_eq!(pokes(&server).len(), 5);
        server.run_for(100_000).await;
        assert_eq!((pokes(&server).len(), server.has_alarm("s"), server.rings("s").len()), (0, false, 1));
    });
}

#[test]
fn an_append_does_not_fail_because_no_alarm_can_be_set() {
    run(async {
        let server = subscribed(&["a"]).await;
        send(&server, post("s", "x"), 204).await;
        server.run_for(100_000).await;
        let _ = take(&server);
        server.fail_alarms(true);
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a"]);
        assert!(server.reports().iter().any(|report| report.contains("alarm_not_set")), "{:?}", server.reports());
    });
}

#[test]
fn subscribers_that_can_not_be_read_are_read_later() {
    run(async {
        let server = subscribed(&["a"]).await;
        server.database().inject([Fault::None, Fault::Lost]);
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), [] as [&str; 0]);
        server.run_for(60_000).await;
        assert_eq!(pokes(&server), ["a"]);
        assert!(!server.has_alarm("s"));
    });
}

#[test]
fn a_hung_subscription_delays_no_append_and_no_other_subscription() {
    run(async {
        let server = subscribed(&["a", "b"]).await;
        server.subscriptions().receive(|id, _| if id == "a" { Reception::Hung } else { DONE });
        for _ in 0..3 {
            let now = server.now();
            send(&server, post("s", "x"), 204).await;
            assert_eq!(server.now(), now);
            for _ in 0..20 {
                yield_now().await;
            }
        }
        let poked = pokes(&server);
        assert_eq!(poked.iter().filter(|id| *id == "b").count(), 3, "{poked:?}");
        assert_eq!(poked.iter().filter(|id| *id == "a").count(), 1, "{poked:?}");
        server.subscriptions().always(DONE);
        server.run_for(200_000).await;
        assert!(pokes(&server).contains(&"a".to_owned()));
        assert!(!server.has_alarm("s"));
    });
}

#[test]
fn only_so_many_pokes_are_under_way() {
    run(async {
        let ids: Vec<_> = (0..50).map(|number| format!("id{number:02}")).collect();
        let server = subscribed(&ids.iter().map(|id| &**id).collect::<Vec<_>>()).await;
        server.subscriptions().always(Reception::Slow(Duration::from_secs(1), Answer::Done));
        send(&server, post("s", "x"), 204).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(server.subscriptions().count(), 32);
        server.settle().await;
        assert_eq!(pokes(&server), ids);
    });
}

#[test]
fn an_append_and_a_creation_notify_a_limited_number_of_subscriptions() {
    run(async {
        let server = Server::with(|settings| settings.limits.subscribers = 2);
        send(&server, put("s"), 201).await;
        ["c", "a", "b"].iter().for_each(|id| subscribe(&server, "s", id));
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a", "b"]);
        // The alarm has nothing to repeat.
        server.run_for(300_000).await;
        assert_eq!((pokes(&server), server.has_alarm("s")), (Vec::new(), false));
        ["c", "a", "b"].iter().for_each(|id| add_pattern(&server, id, "new/*"));
        send(&server, put("new/s"), 201).await;
        server.settle().await;
        // The sweep notifies the third one, so the arrival stays.
        assert_eq!((take(&server).1.len(), arrivals(&server)), (2, 1));
        assert!(server.reports().iter().any(|report| report.contains("LIMIT_SUBSCRIBERS")), "{:?}", server.reports());
    });
}

#[test]
fn a_pattern_that_can_not_be_read_keeps_no_other_from_an_arrival() {
    run(async {
        let server = Server::new();
        add_pattern(&server, "bad", "**/..");
        add_pattern(&server, "good", "**");
        send(&server, put("s"), 201).await;
        server.settle().await;
        assert_eq!((take(&server).1, arrivals(&server)), (vec!["good".to_owned()], 1));
    });
}

#[test]
fn an_append_that_failed_and_is_committed_later_is_followed_by_a_poke() {
    run(async {
        let server = subscribed(&["a"]).await;
        send(&server, post("s", "x"), 204).await;
        server.run_for(200_000).await;
        let _ = take(&server);
        // After the alarm that was set for it, by the same instance.
        server.database().inject([Fault::Late(Duration::from_secs(25))]);
        send(&server, post("s", "y"), 503).await;
        server.run_for(20_000).await;
        let _ = take(&server);
        server.run_for(200_000).await;
        assert_eq!(tail(server.database()), 2);
        assert!(!pokes(&server).is_empty());
        assert!(!server.has_alarm("s"));
    });
}

/// How a write comes to its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    /// An append to a stream whose subscribers are in memory.
    Append,
    /// The first append after a subscriber was added.
    AppendAfterLink,
    /// An append to a stream whose object was evicted.
    AppendAfterEviction,
    Create,
    Delete,
}

const WRITES: [Write; 5] =
    [Write::Append, Write::AppendAfterLink, Write::AppendAfterEviction, Write::Create, Write::Delete];

/// Does a write, and crashes its object after this many turns of all tasks. Returns whether the write was over long before.
async fn crash_after(write: Write, turns: usize, fault: Fault) -> bool {
    let context = format!("{write:?}, crash after {turns} turns, {fault:?}");
    let server = Server::new();
    match write {
        Write::Create => subscribe(&server, "s", "a"),
        Write::Append | Write::AppendAfterEviction => {
            send(&server, put("s"), 201).await;
            subscribe(&server, "s", "a");
            send(&server, post("s", "x"), 204).await;
        }
        Write::AppendAfterLink | Write::Delete => {
            send(&server, put("s").body("x"), 201).await;
            subscribe(&server, "s", "a");
        }
    }
    server.run_for(300_000).await;
    if write == Write::AppendAfterEviction {
        assert!(server.evict("s"));
    }
    let _ = take(&server);
    // What each poke that is received could find.
    let (database, seen) = (server.database().clone(), Rc::new(RefCell::new(Vec::new())));
    let found = seen.clone();
    server.subscriptions().receive(move |_, _| {
        found.borrow_mut().push(tail(&database));
        DONE
    });
    server.database().inject(std::iter::repeat_n(fault, 1));
    let before = tail(server.database());
    let sender = server.clone();
    let sending = match write {
        Write::Append | Write::AppendAfterLink | Write::AppendAfterEviction => post("s", "yz"),
        Write::Create => put("s").body("yz"),
        Write::Delete => request("DELETE", "s"),
    };
    let sent = spawn_local(async move { sender.attempt(sending).await.map(|reply| reply.status) });
    for _ in 0..turns {
        yield_now().await;
    }
    let was_over = sent.is_finished() && seen.borrow().len() == 1;
    server.crash("s");
    let status = sent.await.unwrap();
    server.database().heal();
    let is_expected = matches!(write, Write::Append | Write::AppendAfterEviction | Write::Delete);
    if !is_expected && status.is_none_or(|status| status == 503) {
        // Only its client makes this certain, who comes again.
        server.run_for(1_000).await;
        send(&server, request("GET", "s"), if tail(server.database()) > 0 { 200 } else { 404 }).await;
    }
    server.run_for(300_000).await;
    let after = tail(server.database());
    assert!(status.is_none_or(|status| status >= 300) || after != before, "{context}");
    // Also a write that was committed without an answer.
    if after != before {
        assert_eq!(seen.borrow().last(), Some(&after), "{context}: {status:?} {:?}", server.reports());
    }
    assert!(!server.has_alarm("s"), "{context}");
    was_over
}

#[test]
fn an_acknowledged_write_is_followed_by_a_poke_wherever_its_object_crashes() {
    for write in WRITES {
        for fault in [Fault::None, Fault::Unheard, Fault::Underway(Duration::ZERO)] {
            let mut over = 0;
            for turns in 0.. {
                over += usize::from(run(crash_after(write, turns, fault)));
                assert!(turns < 200, "{write:?} comes to an end");
                if over > 3 || (fault == Fault::Unheard && turns > 40) {
                    break;
                }
            }
        }
    }
}

#[test]
fn an_append_that_is_acknowledged_late_is_followed_by_a_poke() {
    run(async {
        let server = subscribed(&["a"]).await;
        let produce =
            || post("s", "x").header("producer-id", "p").header("producer-epoch", 0).header("producer-seq", 0);
        // It is committed long after its object has crashed, and after the alarm that was set for it.
        server.database().inject([Fault::Underway(Duration::from_secs(15))]);
        let sender = server.clone();
        let sent = spawn_local(async move { sender.attempt(produce()).await.map(|reply| reply.status) });
        tokio::time::sleep(Duration::from_millis(10)).await;
        server.crash("s");
        assert_eq!(sent.await.unwrap(), None);
        server.database().heal();
        server.run_for(60_000).await;
        server.crash("s");
        let _ = take(&server);
        // Its client tries again, and is told that it was committed.
        send(&server, produce(), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a"]);
    });
}

#[test]
fn the_end_of_a_stream_pokes() {
    run(async {
        let server = subscribed(&["a"]).await;
        send(&server, request("DELETE", "s"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a"]);
        // By its time to live, and as one that is kept for a fork.
        send(&server, put("s").header("stream-ttl", 5), 201).await;
        let _ = take(&server);
        server.run_for(60_000).await;
        assert_eq!(server.database().count("SELECT count(*) FROM streams"), 0);
        assert!(pokes(&server).contains(&"a".to_owned()));
        send(&server, put("s"), 201).await;
        send(&server, put("f").header("stream-forked-from", "/v1/stream/s"), 201).await;
        server.run_for(60_000).await;
        let _ = take(&server);
        send(&server, request("DELETE", "s"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["a"]);
    });
}

#[test]
fn the_next_stream_at_a_path_reads_its_subscribers_anew() {
    run(async {
        let server = subscribed(&["a"]).await;
        send(&server, post("s", "x"), 204).await;
        send(&server, request("DELETE", "s"), 204).await;
        server.settle().await;
        let _ = take(&server);
        // The number of the next stream is that of the last one again.
        server.database().script("DELETE FROM subscribers");
        subscribe(&server, "s", "b");
        send(&server, put("s"), 201).await;
        assert_eq!(server.database().count("SELECT subscribed FROM streams"), 1);
        server.settle().await;
        let _ = take(&server);
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["b"]);
        server.database().script("DELETE FROM subscribers");
        send(&server, request("DELETE", "s"), 204).await;
        server.settle().await;
        let _ = take(&server);
        send(&server, put("s"), 201).await;
        assert_eq!(server.database().count("SELECT subscribed FROM streams"), 0);
        server.run_for(100_000).await;
        let _ = take(&server);
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!((pokes(&server), server.has_alarm("s")), (Vec::new(), false));
    });
}

#[test]
fn a_new_stream_with_data_pokes_those_who_have_named_it() {
    run(async {
        let server = Server::new();
        for path in ["s", "empty", "fork"] {
            subscribe(&server, path, path);
        }
        send(&server, put("empty"), 201).await;
        server.settle().await;
        assert_eq!(pokes(&server), [] as [&str; 0]);
        send(&server, put("s").body("x"), 201).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["s"]);
        send(&server, put("fork").header("stream-forked-from", "/v1/stream/s").body("y"), 201).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["fork"]);
    });
}

#[test]
fn an_unknown_subscription_is_removed_once_it_can_not_be_about_to_be_written() {
    run(async {
        let server = subscribed(&["a", "b"]).await;
        server.subscriptions().receive(|id, _| if id == "a" { UNKNOWN } else { DONE });
        let rows = |server: &Server| server.database().count("SELECT count(*) FROM subscribers");
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!((pokes(&server), rows(&server)), (vec!["a".to_owned(), "b".to_owned()], 2));
        // If it is written after all, it learns of the append.
        server.run_for(20_000).await;
        let poked = pokes(&server);
        assert!(!poked.is_empty() && poked.iter().all(|id| id == "a"), "{poked:?}");
        assert_eq!(rows(&server), 2);
        server.run_for(300_000).await;
        assert_eq!((rows(&server), server.has_alarm("s")), (1, false));
        assert!(server.database().count("SELECT subscribed FROM streams") > 2);
        let _ = take(&server);
        send(&server, post("s", "x"), 204).await;
        server.settle().await;
        assert_eq!(pokes(&server), ["b"]);
    });
}

#[test]
fn a_new_stream_is_announced_to_those_whose_pattern_matches() {
    run(async {
        let patterns = [
            ("all", "**", true),
            ("one", "a/*", true),
            ("deep", "a/**", true),
            ("itself", "a/b/**", true),
            ("named", "a/b", true),
            ("inner", "*/b", true),
            ("other", "a/c", false),
            ("short", "a", false),
            ("longer", "a/b/*", false),
            ("begins", "a/b*", false),
            ("elsewhere", "b/**", false),
        ];
        let server = Server::new();
        patterns.iter().for_each(|(id, pattern, _)| add_pattern(&server, id, pattern));
        for request in [put("a/b").body("x"), put("a/b").header("stream-forked-from", "/v1/stream/x")] {
            send(&server, put("x"), 201).await;
            server.settle().await;
            let _ = take(&server);
            send(&server, request, 201).await;
            server.settle().await;
            let received = server.subscriptions().take();
            let is_right = |message: &Message| matches!(message, Message::Arrived { path } if path == "a/b");
            assert!(received.iter().all(|received| is_right(&received.message)), "{received:?}");
            let mut ids: Vec<_> = received.iter().map(|received| &*received.id).collect();
            ids.sort_unstable();
            let mut expected: Vec<_> =
                patterns.iter().filter(|(_, _, matches)| *matches).map(|(id, _, _)| *id).collect();
            expected.sort_unstable();
            assert_eq!((ids, arrivals(&server)), (expected, 0));
            for path in ["a/b", "x"] {
                send(&server, self::request("DELETE", path), 204).await;
            }
            server.run_for(300_000).await;
        }
    });
}

#[test]
fn a_literal_star_is_no_wildcard() {
    run(async {
        let server = Server::new();
        add_pattern(&server, "star", "a/%2A/c");
        for (path, expected) in [("a/b/c", 0), ("a/*/c", 1)] {
            send(&server, put(path), 201).await;
            server.settle().await;
            assert_eq!(take(&server).1.len(), expected, "{path}");
        }
    });
}

#[test]
fn creating_a_stream_costs_nothing_more_if_no_pattern_can_match() {
    run(async {
        let rows = async |server: &Server, path: &str| {
            let before = server.database().rows_written();
            send(server, put(path), 201).await;
            server.settle().await;
            server.database().rows_written() - before
        };
        let server = Server::new();
        assert_eq!(rows(&server, "a").await, 1);
        add_pattern(&server, "p", "x/**");
        assert_eq!((rows(&server, "b").await, server.subscriptions().count()), (1, 0));
        // Its arrival is recorded and deleted.
        assert_eq!((rows(&server, "x/y").await, server.subscriptions().count()), (3, 1));
    });
}

#[test]
fn an_arrival_stays_until_all_matching_subscriptions_have_answered() {
    run(async {
        let server = Server::new();
        add_pattern(&server, "good", "**");
        add_pattern(&server, "bad", "**");
        for (number, reception) in [Reception::Unheard, Reception::Hung, UNKNOWN].into_iter().enumerate() {
            server.subscriptions().receive(move |id, _| if id == "bad" { reception } else { DONE });
            send(&server, put(&format!("s{number}")), 201).await;
            // A subscription that is about to be written is not old yet.
            server.settle().await;
            assert_eq!(arrivals(&server), number as u64 + 1, "{reception:?}");
        }
        send(&server, request("DELETE", "s0"), 204).await;
        assert_eq!(arrivals(&server), 2);
        // One that is still unknown later was deleted.
        server.run_for(200_000).await;
        assert_eq!((arrivals(&server), server.database().count("SELECT count(*) FROM patterns")), (0, 1));
        server.run_for(300_000).await;
        assert!(!["s0", "s1", "s2"].iter().any(|path| server.has_alarm(path)));
    });
}

#[test]
fn an_arrival_is_announced_again_by_the_alarm() {
    run(async {
        for dies in [false, true] {
            for reception in [Reception::Unheard, Reception::Hung] {
                let server = Server::new();
                add_pattern(&server, "p", "**");
                server.subscriptions().always(reception);
                send(&server, put("s"), 201).await;
                // The announcement has not ended if the subscription does not answer.
                tokio::time::sleep(Duration::from_millis(1)).await;
                if dies {
                    server.crash("s");
                }
                let _ = take(&server);
                server.subscriptions().always(DONE);
                server.run_for(30_000).await;
                assert_eq!((take(&server).1, arrivals(&server)), (vec!["p".to_owned()], 0), "{dies} {reception:?}");
                server.run_for(300_000).await;
                assert!(!server.has_alarm("s"));
            }
        }
    });
}

#[test]
fn a_full_subscription_is_left_to_the_sweep() {
    run(async {
        let server = Server::new();
        add_pattern(&server, "full", "**");
        server.subscriptions().always(Reception::Answered(Answer::Full));
        send(&server, put("s"), 201).await;
        server.run_for(300_000).await;
        assert_eq!((arrivals(&server), server.has_alarm("s"), server.rings("s").len()), (1, false, 1));
    });
}

#[test]
fn a_subscription_that_does_not_answer_keeps_no_other_from_an_arrival() {
    run(async {
        let server = Server::new();
        for number in 0..100 {
            add_pattern(&server, &format!("s{number:02}"), "**");
        }
        server.subscriptions().receive(|id, _| if id == "s00" { Reception::Unheard } else { DONE });
        send(&server, put("a"), 201).await;
        server.settle().await;
        assert_eq!((server.subscriptions().count(), arrivals(&server)), (100, 1));
    });
}

#[test]
fn an_arrival_is_recorded_with_its_stream_or_not_at_all() {
    for turns in 0..40 {
        run(async move {
            let server = Server::new();
            add_pattern(&server, "p", "**");
            let acknowledged = Rc::new(Cell::new(false));
            let (sender, done) = (server.clone(), acknowledged.clone());
            let sent = spawn_local(async move { done.set(sender.attempt(put("s")).await.is_some()) });
            for _ in 0..turns {
                yield_now().await;
            }
            server.crash("s");
            sent.await.unwrap();
            server.settle().await;
            let streams = server.database().count("SELECT count(*) FROM streams");
            let notified = take(&server).1.len() as u64;
            assert!(arrivals(&server) <= streams, "{turns}");
            assert!(arrivals(&server) + notified >= streams, "{turns}");
            assert!(streams == 1 || !acknowledged.get(), "{turns}");
        });
    }
}
