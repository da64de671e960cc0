//! What holds however long things take, and whatever the clocks say: no safety rests on an answer within some time.

use futures_util::future::join_all;
use native::{Fault, Request, Server, run};
use std::time::Duration;

fn path(name: &str) -> String {
    format!("/v1/stream/{name}")
}

fn put(name: &str, body: &str) -> Request {
    Request::new("PUT", &path(name)).header("content-type", "text/plain").body(body)
}

fn post(name: &str, body: &str) -> Request {
    Request::new("POST", &path(name)).header("content-type", "text/plain").body(body)
}

fn produce(name: &str, producer: usize) -> Request {
    let request = post(name, "x").header("producer-id", format!("p{producer}"));
    request.header("producer-epoch", 0).header("producer-seq", 0)
}

fn get(name: &str) -> Request {
    Request::new("GET", &path(name))
}

fn delete(name: &str) -> Request {
    Request::new("DELETE", &path(name))
}

fn fork(name: &str, source: &str) -> Request {
    Request::new("PUT", &path(name)).header("stream-forked-from", path(source))
}

fn slow(seconds: u64) -> Fault {
    Fault::Slow(Duration::from_secs(seconds))
}

/// A server that waits for everything as long as it takes, so that only the database decides.
fn patient() -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.database_wait, limits.object_wait) = (Duration::from_secs(600), Duration::from_secs(600));
        limits.transaction_validity = Duration::from_secs(600);
    })
}

/// The steps of a fork: load it, write its debt down, pin it at its source, create it. The alarm that pays the debt comes
/// at `rings_at`, between any two of them.
#[test]
fn a_fork_whose_debt_has_been_called_in_is_not_created() {
    run(async {
        let mut outcomes = Vec::new();
        for rings_at in (0..=120).step_by(3) {
            let server = patient();
            assert_eq!(server.send(put("b", "precious")).await.status, 201);
            server.database().inject([slow(1), slow(2), slow(45), slow(46)]);
            let creator = server.clone();
            let creation = tokio::task::spawn_local(async move { creator.send(fork("a", "b")).await.status });
            tokio::time::sleep(Duration::from_secs(rings_at)).await;
            server.ring("a").await;
            let created = creation.await.unwrap();
            // An alarm that rings early takes its turn at the slow database, and then the pin comes too late.
            assert!(matches!(created, 201 | 429 | 503), "{created}");
            outcomes.push(created);
            server.send(delete("b")).await;
            server.run_for(900_000).await;
            server.crash_all();
            let read = server.send(get("a")).await;
            match created {
                201 => assert_eq!((read.status, read.text()), (200, "precious".to_owned()), "at {rings_at} s"),
                _ => assert_eq!(read.status, 404, "at {rings_at} s"),
            }
            let edges = server.database().count("SELECT count(*) FROM edges");
            assert_eq!(edges, u64::from(created == 201), "at {rings_at} s");
            assert_eq!(server.database().count("SELECT count(*) FROM debts"), 0);
        }
        // A debt falls due after 90 s: the creation that is still under way then fails.
        assert!(outcomes.contains(&201) && outcomes.contains(&503), "{outcomes:?}");
    });
}

/// The edge was given back, and nobody has heard of it: the debt is still there, and called in.
#[test]
fn a_debt_that_was_called_in_lets_no_fork_be_created() {
    run(async {
        let server = patient();
        assert_eq!(server.send(put("b", "precious")).await.status, 201);
        server.database().inject([Fault::None, Fault::None, Fault::None, slow(95)]);
        let creator = server.clone();
        let creation = tokio::task::spawn_local(async move { creator.send(fork("a", "b")).await.status });
        tokio::time::sleep(Duration::from_secs(91)).await;
        server.unheard_calls(1);
        server.ring("a").await;
        assert_eq!(creation.await.unwrap(), 503);
        server.crash_all();
        assert_eq!(server.send(get("a")).await.status, 404);
    });
}

/// The alarm has read the debt, and before it calls it in, the fork is created.
#[test]
fn a_fork_that_is_created_before_its_debt_is_called_in_keeps_its_edge() {
    run(async {
        let mut outcomes = Vec::new();
        for tenths in (910..=950).step_by(2) {
            let server = patient();
            assert_eq!(server.send(put("b", "precious")).await.status, 201);
            // Another object of the fork pays, which waits for none of the first one's batches. Each of its own takes a second.
            let payer = server.zombie();
            server.database().inject([Fault::None, Fault::None, Fault::None, slow(95)]);
            let creator = server.clone();
            let creation = tokio::task::spawn_local(async move { creator.send(fork("a", "b")).await.status });
            tokio::time::sleep(Duration::from_millis(100 * tenths)).await;
            server.database().inject(std::iter::repeat_n(slow(1), 40));
            payer.ring("a").await;
            let created = creation.await.unwrap();
            outcomes.push(created);
            server.database().heal();
            // So that it knows what the payer has done.
            server.crash_all();
            assert_eq!(server.send(delete("b")).await.status, 204);
            server.run_for(900_000).await;
            server.crash_all();
            let read = server.send(get("a")).await;
            let expected = if created == 201 { (200, "precious".to_owned()) } else { (404, read.text()) };
            assert_eq!((read.status, read.text()), expected, "{created} at {tenths}");
        }
        assert!(outcomes.contains(&201) && outcomes.contains(&503), "{outcomes:?}");
    });
}

/// A pin that comes after its debt was paid, as late as a batch may be.
#[test]
fn a_pin_that_comes_after_its_edge_was_given_back_is_refused() {
    run(async {
        let server = patient();
        assert_eq!(server.send(put("b", "x")).await.status, 201);
        server.database().inject([Fault::None, Fault::None, Fault::Late(Duration::from_secs(150))]);
        assert_eq!(server.send(fork("a", "b")).await.status, 503);
        server.run_for(300_000).await;
        assert_eq!(server.database().count("SELECT count(*) FROM edges"), 0);
    });
}

/// The time at which a pin is decided counts, and not that of its arrival.
#[test]
fn a_pin_that_waited_too_long_for_its_source_is_refused() {
    run(async {
        let server = patient();
        assert_eq!(server.send(put("b", "x")).await.status, 201);
        server.crash("b");
        // The fork is loaded and its debt written down at once; then the source takes a minute to load.
        server.database().inject([Fault::None, Fault::None, slow(60)]);
        assert_eq!(server.send(fork("a", "b")).await.status, 429);
        assert_eq!(server.database().count("SELECT count(*) FROM edges"), 0);
    });
}

/// The clock of the database is set after the fork was loaded: its debt comes too late, and so there is none.
#[test]
fn a_fork_whose_debt_is_not_written_down_pins_nothing() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("b", "x")).await.status, 201);
        assert_eq!(server.send(get("a")).await.status, 404);
        server.database().set_clock_ahead(60_000);
        server.crash("b");
        assert_eq!(server.send(fork("a", "b")).await.status, 503);
        server.run_for(200_000).await;
        assert_eq!(server.database().count("SELECT count(*) FROM edges"), 0);
    });
}

/// The object that is to give an edge back believes that there is no stream: another one has created it.
#[test]
fn an_edge_is_given_back_though_the_object_of_its_source_knows_of_no_stream() {
    run(async {
        let server = Server::new();
        let other = server.zombie();
        assert_eq!(server.send(get("b")).await.status, 404);
        assert_eq!(other.send(put("b", "x")).await.status, 201);
        // The fork is loaded, its debt written down, and its edge pinned; its creation is lost.
        server.database().inject([Fault::None, Fault::None, Fault::None, Fault::Lost]);
        assert_eq!(other.send(fork("a", "b")).await.status, 503);
        assert_eq!(server.database().count("SELECT count(*) FROM edges"), 1);
        server.run_for(200_000).await;
        assert_eq!(server.database().count("SELECT count(*) FROM edges"), 0);
    });
}

#[test]
fn a_transaction_that_arrives_too_late_changes_nothing() {
    run(async {
        for (late_s, there) in [(29, true), (31, false)] {
            let late = Fault::Late(Duration::from_secs(late_s));
            // A creation, an append and a deletion, each of which alone is late.
            let server = Server::new();
            server.database().inject([Fault::None, late]);
            assert_eq!(server.send(put("a", "new")).await.status, 503);
            server.run_for(100_000).await;
            server.crash_all();
            assert_eq!(server.send(get("a")).await.status, if there { 200 } else { 404 });

            assert_eq!(server.send(put("b", "one")).await.status, 201);
            server.database().inject([late]);
            assert_eq!(server.send(post("b", " two")).await.status, 503);
            server.run_for(100_000).await;
            server.crash_all();
            assert_eq!(server.send(get("b")).await.text(), if there { "one two" } else { "one" });

            server.database().inject([late]);
            assert_eq!(server.send(delete("b")).await.status, 503);
            server.run_for(100_000).await;
            server.crash_all();
            assert_eq!(server.send(get("b")).await.status, if there { 404 } else { 200 });
            let tombstones = server.database().count("SELECT count(*) FROM tombstones");
            assert_eq!(tombstones, u64::from(there));
        }
    });
}

#[test]
fn the_clock_of_the_database_counts_however_far_it_is_off() {
    run(async {
        for ahead_ms in [-3_600_000, 3_600_000] {
            let server = Server::new();
            server.database().set_clock_ahead(ahead_ms);
            assert_eq!(server.send(put("a", "one")).await.status, 201);
            assert_eq!(server.send(post("a", " two")).await.status, 204);
            server.database().inject([Fault::Late(Duration::from_secs(31))]);
            assert_eq!(server.send(post("a", " three")).await.status, 503);
            server.run_for(100_000).await;
            server.crash_all();
            assert_eq!(server.send(get("a")).await.text(), "one two");
            // A clock that jumps costs one failed transaction, after which the object looks again.
            server.database().set_clock_ahead(2 * ahead_ms);
            let statuses = [server.send(post("a", "!")).await.status, server.send(post("a", "?")).await.status];
            assert_eq!(statuses[1], 204, "{statuses:?}");
        }
    });
}

#[test]
fn a_creation_that_comes_late_does_not_bring_a_deleted_stream_back() {
    run(async {
        for late_s in [1, 10, 29, 40] {
            let server = Server::new();
            server.database().inject([Fault::None, Fault::Late(Duration::from_secs(late_s))]);
            assert_eq!(server.send(put("a", "v1")).await.status, 503);
            assert_eq!(server.send(put("a", "v2")).await.status, 201);
            assert_eq!(server.send(delete("a")).await.status, 204);
            assert_eq!(server.send(get("a")).await.status, 404);
            server.run_for(120_000).await;
            server.crash_all();
            assert_eq!(server.send(get("a")).await.status, 404, "{late_s} s");
        }
    });
}

#[test]
fn what_does_not_answer_is_given_up_on() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("a", "one")).await.status, 201);
        // An append, a look-up, and an append again.
        server.database().inject([Fault::Hung, Fault::Hung]);
        let start = server.now();
        assert_eq!(server.send(post("a", " two")).await.status, 503);
        assert_eq!(server.send(post("a", " two")).await.status, 503);
        assert_eq!(server.now() - start, 40_000, "twice `database_wait`");
        assert_eq!(server.send(post("a", " two")).await.status, 204);
        assert_eq!(server.send(get("a")).await.text(), "one two");
        // The pin of a fork, at its source: the debt is paid by the alarm.
        server.database().inject([Fault::None, Fault::None, Fault::Hung]);
        assert_eq!(server.send(fork("f", "a")).await.status, 503);
        server.run_for(200_000).await;
        assert_eq!(server.database().count("SELECT count(*) FROM debts"), 0);
    });
}

#[test]
fn a_bucket_that_does_not_answer_is_given_up_on() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.tail_cache) = (0, 1, 0);
        });
        assert_eq!(server.send(put("a", "one")).await.status, 201);
        server.bucket().inject([Fault::Hung]);
        server.run_for(100_000).await;
        assert_eq!(server.bucket().keys().len(), 1, "it was put by the next alarm");
        server.bucket().inject([Fault::Hung]);
        let start = server.now();
        assert_eq!(server.send(get("a")).await.status, 503);
        assert_eq!(server.now() - start, 30_000, "`bucket_wait`");
        assert_eq!(server.send(get("a")).await.text(), "one");
    });
}

#[test]
fn an_edge_that_gets_no_answer_lets_the_object_try() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.tail_cache) = (0, 1, 0);
            (limits.block, limits.page) = (1, 1);
        });
        server.replay_at_the_edge();
        assert_eq!(server.send(put("a", "one")).await.status, 201);
        server.run_for(1_000).await;
        server.database().inject([Fault::Hung]);
        let start = server.now();
        let page = Request::new("GET", &format!("{}?offset=0000000000000000", path("a")));
        assert_eq!(server.send(page).await.status, 200);
        assert_eq!(server.now() - start, 20_000, "`database_wait`");
    });
}

#[test]
fn those_who_wait_for_a_look_up_share_its_result() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("a", "one")).await.status, 201);
        server.crash_all();
        server.database().inject([slow(10)]);
        let before = server.database().batches();
        let replies = join_all((0..100).map(|_| server.send(get("a")))).await;
        assert!(replies.iter().all(|reply| reply.text() == "one"));
        let batches = server.database().batches() - before;
        assert!(batches <= 101, "one for the stream and one page for each reader, not {batches}");

        server.crash_all();
        server.database().inject(std::iter::repeat_n(Fault::Lost, 100));
        let before = server.database().batches();
        let replies = join_all((0..100).map(|_| server.send(get("a")))).await;
        assert!(replies.iter().all(|reply| reply.status == 503));
        assert_eq!(server.database().batches() - before, 1);

        // Those who come while it is under way, too.
        server.crash_all();
        server.database().inject([Fault::Hung]);
        let before = server.database().batches();
        let late = async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            server.send(get("a")).await.status
        };
        let statuses = futures_util::future::join(async { server.send(get("a")).await.status }, late).await;
        assert_eq!((statuses, server.database().batches() - before), ((503, 503), 1));
    });
}

#[test]
fn unknown_producers_are_looked_up_together() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("a", "")).await.status, 201);
        join_all((0..50).map(|producer| server.send(produce("a", producer)))).await;
        server.crash_all();
        assert_eq!(server.send(get("a")).await.status, 200);
        let before = server.database().batches();
        // Half of them have appended before, and half have not.
        let replies = join_all((25..75).map(|producer| server.send(produce("a", producer)))).await;
        let repeated = replies.iter().filter(|reply| reply.status == 204).count();
        let accepted = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!((repeated, accepted), (25, 25));
        let batches = server.database().batches() - before;
        assert!(batches <= 5, "{batches}");
        assert_eq!(server.send(get("a")).await.bytes().len(), 75);
    });
}

#[test]
fn a_look_up_takes_only_so_many() {
    run(async {
        let server = Server::with(|settings| (settings.limits.queue, settings.limits.readers) = (3, 4));
        assert_eq!(server.send(put("a", "one")).await.status, 201);
        server.crash_all();
        server.database().inject([slow(10)]);
        let replies = join_all((0..20).map(|_| server.send(get("a")))).await;
        let refused = replies.iter().filter(|reply| reply.status == 503).count();
        assert!((10..=13).contains(&refused), "{refused}");
        assert!(replies.iter().all(|reply| reply.status == 200 || reply.header("retry-after") == Some("1")));
    });
}

#[test]
fn an_expiry_that_an_earlier_version_has_taken_is_kept_and_told_as_rfc_3339_has_it() {
    run(async {
        let server = Server::new();
        let created = Request::new("PUT", &path("a")).header("stream-expires-at", "2100-01-01T00:00:00Z");
        assert_eq!(server.send(created.clone()).await.status, 201);
        server.database().script("UPDATE streams SET expires_at = '2100-01-01500:00:00Z'");
        server.crash_all();
        let head = server.send(Request::new("HEAD", &path("a"))).await;
        assert_eq!((head.status, head.header("stream-expires-at")), (200, Some("2100-01-01T00:00:00Z")));
        assert_eq!(server.send(created).await.status, 200);
        let fork = Request::new("PUT", &path("b")).header("stream-forked-from", path("a"));
        assert_eq!(server.send(fork).await.status, 201);
        let head = server.send(Request::new("HEAD", &path("b"))).await;
        assert_eq!(head.header("stream-expires-at"), Some("2100-01-01T00:00:00Z"));
    });
}
