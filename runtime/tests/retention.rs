//! Streams of which only the newest part is kept.

use native::{Fault, Reply, Request, Server, run};
use std::time::Duration;

fn path(name: &str) -> String {
    format!("/v1/stream/{name}")
}

/// Each append is a segment of about 100 bytes as soon as an alarm rings.
fn server(retain: usize, retain_age: Duration) -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.snapshot, limits.segment, limits.tail_cache) = (0, 1, 1, 0);
        (limits.retain, limits.retain_age) = (retain, retain_age);
    })
}

fn put(name: &str) -> Request {
    Request::new("PUT", &path(name)).header("content-type", "text/plain")
}

async fn create(server: &Server) {
    assert_eq!(server.send(put("s")).await.status, 201);
}

async fn append_to(server: &Server, name: &str, body: &str) {
    let append = Request::new("POST", &path(name)).header("content-type", "text/plain").body(body);
    assert_eq!(server.send(append).await.status, 204);
    server.run_for(1_000).await;
}

async fn append(server: &Server, body: &str) {
    append_to(server, "s", body).await;
}

async fn get(server: &Server, query: &str) -> Reply {
    server.send(Request::new("GET", &format!("{}?offset={query}", path("s")))).await
}

async fn text(server: &Server, name: &str) -> String {
    server.send(Request::new("GET", &path(name))).await.text()
}

fn earliest(reply: &Reply) -> Option<&str> {
    reply.header("stream-earliest-offset")
}

#[test]
fn only_the_newest_bytes_are_kept() {
    run(async {
        let server = server(150, Duration::ZERO);
        create(&server).await;
        for body in ["aa", "bb", "cc", "dd", "ee"] {
            append(&server, body).await;
        }
        // Two segments are enough, and one would not be.
        for crash in [false, true] {
            if crash {
                server.crash_all();
            }
            let reply = get(&server, "-1").await;
            assert_eq!((reply.status, reply.text()), (200, "ddee".to_owned()));
            assert_eq!(get(&server, "0000000000000007").await.text(), "dee");
            for live in ["", "&live=long-poll", "&live=sse"] {
                let reply = get(&server, &format!("0000000000000005{live}")).await;
                assert_eq!((reply.status, earliest(&reply)), (410, Some("0000000000000006")), "{live}");
                assert!(reply.text().contains("offset-trimmed"), "{}", reply.text());
            }
            let head = server.send(Request::new("HEAD", &path("s"))).await;
            assert_eq!(earliest(&head), Some("0000000000000006"));
        }
        server.run_for(100_000).await;
        assert_eq!(server.bucket().keys().len(), 2);
        append(&server, "ff").await;
        assert_eq!(get(&server, "-1").await.text(), "eeff");
        assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        server.run_for(200_000).await;
        assert!(server.bucket().keys().is_empty());
        assert_eq!(server.database().leftovers(), []);
    });
}

#[test]
fn what_is_old_goes_though_nothing_comes_after_it() {
    run(async {
        let server = server(0, Duration::from_secs(3600));
        create(&server).await;
        append(&server, "old").await;
        server.run_for(1_800_000).await;
        append(&server, "new").await;
        assert_eq!(get(&server, "-1").await.text(), "oldnew");
        server.run_for(1_800_000).await;
        assert_eq!(get(&server, "-1").await.text(), "new");
        server.run_for(3_600_000).await;
        let reply = get(&server, "-1").await;
        assert_eq!(
            (reply.status, reply.text(), reply.header("stream-next-offset")),
            (200, String::new(), Some("0000000000000006"))
        );
        assert!(server.bucket().keys().is_empty());
        append(&server, "newer").await;
        assert_eq!(get(&server, "-1").await.text(), "newer");
        server.run_for(4_000_000).await;
        assert!(!server.has_alarm("s"));
    });
}

#[test]
fn little_that_is_old_goes_too() {
    run(async {
        // Not enough to move for its size.
        let server = Server::new();
        assert_eq!(server.send(put("s").header("stream-retain-age", 3600)).await.status, 201);
        let minutes = |minutes: u64| server.run_for(minutes * 60_000);
        for (name, crashes) in [("first", false), ("second", true)] {
            append(&server, name).await;
            if crashes {
                server.crash_all();
            }
            // It is kept as long as it was asked for, and no longer than twice that.
            minutes(59).await;
            assert_eq!(text(&server, "s").await, name);
            minutes(65).await;
            assert_eq!(text(&server, "s").await, "");
        }
        assert_eq!(server.database().count("SELECT count(*) FROM log"), 0);
        minutes(120).await;
        assert!(!server.has_alarm("s"));
        assert!(server.bucket().keys().is_empty());
        // What is written all the time is kept for that long, too.
        for number in 10..60_u32 {
            append(&server, &number.to_string()).await;
            minutes(6).await;
            let found = text(&server, "s").await;
            let newest: String = (number.saturating_sub(9).max(10)..=number).map(|number| number.to_string()).collect();
            assert!(found.ends_with(&newest), "{found} at {number}");
            assert!(found.len() <= 2 * 22, "{found} at {number}");
        }
    });
}

#[test]
fn no_more_stays_in_the_database_than_is_kept() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("s").header("stream-retain-bytes", 100_000)).await.status, 201);
        for number in 0..60_u64 {
            append(&server, &format!("{number:09},").repeat(1_000)).await;
            let head = server.send(Request::new("HEAD", &path("s"))).await;
            let earliest = earliest(&head).map_or(0, |offset| u64::from_str_radix(offset, 16).unwrap());
            let kept = (number + 1) * 10_000 - earliest;
            assert!(kept >= 100_000.min((number + 1) * 10_000) && kept <= 300_000, "{kept} after {number}");
        }
    });
}

#[test]
fn what_forks_need_is_kept() {
    run(async {
        let server = server(150, Duration::ZERO);
        create(&server).await;
        for body in ["aa", "bb", "cc"] {
            append(&server, body).await;
        }
        let fork = |name: &str, at: &str| {
            Request::new("PUT", &path(name)).header("stream-forked-from", path("s")).header("stream-fork-offset", at)
        };
        let reply = server.send(fork("f", "0000000000000001")).await;
        assert_eq!(reply.status, 410);
        assert!(reply.text().contains("fork-trimmed"), "{}", reply.text());
        assert_eq!(server.send(fork("f", "0000000000000005")).await.status, 201);
        for body in ["dd", "ee", "ff"] {
            append(&server, body).await;
        }
        server.run_for(100_000).await;
        let page = |name: &str| Request::new("GET", &path(name));
        assert_eq!(server.send(page("f")).await.text(), "bbc");
        assert_eq!(
            server.send(Request::new("GET", &format!("{}?offset=0000000000000001", path("f")))).await.status,
            410
        );
        assert_eq!(server.send(page("s")).await.text(), "bbccddeeff");
        // Until they are gone.
        assert_eq!(server.send(Request::new("DELETE", &path("f"))).await.status, 204);
        server.run_for(100_000).await;
        append(&server, "gg").await;
        assert_eq!(server.send(page("s")).await.text(), "ffgg");
    });
}

#[test]
fn streams_say_themselves_what_is_kept_of_them() {
    run(async {
        // Whatever the operator says of all others.
        for (retain, retain_age, others) in
            [(0, Duration::ZERO, "aabbcc"), (1, Duration::ZERO, "cc"), (0, Duration::from_secs(50), "")]
        {
            let server = server(retain, retain_age);
            let streams = [
                (put("all").header("stream-retain-bytes", 0).header("stream-retain-age", 0), "aabbcc"),
                (put("two").header("stream-retain-bytes", 200).header("stream-retain-age", 0), "bbcc"),
                (put("hour").header("stream-retain-bytes", 0).header("stream-retain-age", 3600), "aabbcc"),
                (put("minute").header("stream-retain-bytes", 0).header("stream-retain-age", 60), ""),
                (put("other"), others),
            ];
            let names = ["all", "two", "hour", "minute", "other"];
            for (create, _) in streams.clone() {
                assert_eq!(server.send(create.clone()).await.status, 201);
                assert_eq!(server.send(create).await.status, 200);
            }
            for body in ["aa", "bb", "cc"] {
                for name in names {
                    append_to(&server, name, body).await;
                }
            }
            server.run_for(200_000).await;
            for crash in [false, true] {
                if crash {
                    server.crash_all();
                }
                for (name, (_, expected)) in names.iter().zip(&streams) {
                    assert_eq!(text(&server, name).await, *expected, "{name} by {retain} and {retain_age:?}");
                }
                let head = server.send(Request::new("HEAD", &path("two"))).await;
                assert_eq!(
                    (head.header("stream-retain-bytes"), head.header("stream-retain-age")),
                    (Some("200"), Some("0"))
                );
                assert_eq!(earliest(&head), Some("0000000000000002"));
                let head = server.send(Request::new("HEAD", &path("other"))).await;
                assert_eq!((head.header("stream-retain-bytes"), head.header("stream-retain-age")), (None, None));
            }
            server.run_for(3_600_000).await;
            let kept = [text(&server, "all").await, text(&server, "hour").await];
            assert_eq!(kept, ["aabbcc", ""]);
        }
    });
}

#[test]
fn what_is_kept_is_part_of_how_a_stream_is_configured() {
    run(async {
        let server = server(0, Duration::ZERO);
        let asked = |bytes: Option<u64>, age: Option<u64>| {
            let request = put("s");
            let request =
                bytes.into_iter().fold(request, |request, bytes| request.header("stream-retain-bytes", bytes));
            age.into_iter().fold(request, |request, age| request.header("stream-retain-age", age))
        };
        let all = [None, Some(0), Some(150)].map(|bytes| [None, Some(0), Some(60)].map(|age| (bytes, age))).concat();
        for (bytes, age) in all.clone() {
            assert_eq!(server.send(asked(bytes, age)).await.status, 201);
            server.crash_all();
            for (other_bytes, other_age) in all.clone() {
                let expected = if (bytes, age) == (other_bytes, other_age) { 200 } else { 409 };
                assert_eq!(server.send(asked(other_bytes, other_age)).await.status, expected);
            }
            assert_eq!(server.send(Request::new("DELETE", &path("s"))).await.status, 204);
        }
    });
}

#[test]
fn a_fork_keeps_what_it_says_itself() {
    run(async {
        let server = server(0, Duration::ZERO);
        assert_eq!(server.send(put("s").header("stream-retain-bytes", 150)).await.status, 201);
        append(&server, "aa").await;
        let fork = |name: &str| Request::new("PUT", &path(name)).header("stream-forked-from", path("s"));
        assert_eq!(server.send(fork("all")).await.status, 201);
        assert_eq!(server.send(fork("two").header("stream-retain-bytes", 150)).await.status, 201);
        assert_eq!(server.send(fork("two")).await.status, 409);
        assert_eq!(server.send(fork("all").header("stream-retain-bytes", 150)).await.status, 409);
        for body in ["bb", "cc", "dd"] {
            for name in ["s", "all", "two"] {
                append_to(&server, name, body).await;
            }
        }
        server.run_for(100_000).await;
        // What others have forked is kept, whatever was said of it.
        let texts = [text(&server, "s").await, text(&server, "all").await, text(&server, "two").await];
        assert_eq!(texts, ["aabbccdd", "aabbccdd", "ccdd"]);
        let head = server.send(Request::new("HEAD", &path("all"))).await;
        assert_eq!((head.header("stream-retain-bytes"), earliest(&head)), (None, None));
    });
}

#[test]
fn faults_leave_all_or_what_is_to_be_kept() {
    run(async {
        let late = Duration::from_millis(700);
        for fault in [Fault::Lost, Fault::Unheard, Fault::Late(late)] {
            for at in 0..14 {
                let server = server(150, Duration::ZERO);
                create(&server).await;
                append(&server, "aa").await;
                append(&server, "bb").await;
                let last = Request::new("POST", &path("s")).header("content-type", "text/plain").body("cc");
                assert_eq!(server.send(last).await.status, 204);
                server.database().inject((0..at).map(|_| Fault::None).chain([fault]));
                server.run_for(500).await;
                server.database().heal();
                server.run_for(200_000).await;
                server.crash_all();
                let text = get(&server, "-1").await.text();
                assert!(["aabbcc", "bbcc"].contains(&&*text), "{text} after {fault:?} at {at}");
                append(&server, "dd").await;
                assert_eq!(get(&server, "-1").await.text(), "ccdd", "{fault:?} at {at}");
                server.run_for(200_000).await;
                assert_eq!(server.database().count("SELECT count(*) FROM segments"), 2);
                assert_eq!(server.database().count("SELECT count(*) FROM discarded"), 0);
            }
        }
    });
}

#[test]
fn a_reader_who_falls_behind_is_told_and_disturbs_nobody() {
    run(async {
        let server = server(150, Duration::ZERO);
        create(&server).await;
        append(&server, "aa").await;
        append(&server, "bb").await;
        // While it waits for the database, what it wants to read is removed.
        server.database().inject([Fault::Slow(Duration::from_secs(5))]);
        let reader = server.clone();
        let reader = tokio::task::spawn_local(async move { get(&reader, "0000000000000000").await.status });
        tokio::time::sleep(Duration::from_millis(1)).await;
        append(&server, "cc").await;
        assert_eq!(reader.await.unwrap(), 410);
        assert_eq!(get(&server, "0000000000000000").await.status, 410);
        assert!(server.reports().iter().all(|report| !report.contains("state_discarded")), "{:?}", server.reports());
    });
}

/// Whoever may be asked by a cache may be told what was there when the stream began elsewhere.
#[test]
fn a_beginning_that_moves_is_asked_for_anew() {
    const KEPT: &str = "public, max-age=60, stale-while-revalidate=300";
    run(async {
        let (day, none) = (Duration::from_secs(86_400), Duration::ZERO);
        let own = [("stream-retain-bytes", "150"), ("stream-retain-age", "86400")];
        let no_own = ("x", "");
        let cases = own.map(|own| (0, none, own, "no-cache")).into_iter().chain([
            (150, none, no_own, "no-cache"),
            (0, day, no_own, "no-cache"),
            (0, none, no_own, KEPT),
            (150, none, ("stream-retain-bytes", "0"), KEPT),
        ]);
        for (retain, retain_age, (name, value), control) in cases {
            let server = server(retain, retain_age);
            server.replay_at_the_edge();
            assert_eq!(server.send(put("s").header(name, value)).await.status, 201);
            let waits = server.clone();
            let waits = tokio::task::spawn_local(async move { get(&waits, "-1&live=long-poll").await });
            server.settle().await;
            append(&server, "abc").await;
            assert_eq!(waits.await.unwrap().header("cache-control"), Some(control), "waited, {name}, {retain}");
            let beginnings =
                ["?offset=-1", "", "?offset=0000000000000000_0000000000000000", "?offset=-1&live=long-poll"];
            for (query, control) in beginnings
                .map(|query| (query, control))
                .into_iter()
                .chain([("?offset=0000000000000000", KEPT), ("?offset=0000000000000000&live=long-poll", KEPT)])
            {
                let asked = || Request::new("GET", &format!("{}{query}", path("s")));
                let reply = server.send(asked()).await;
                assert_eq!((reply.status, reply.text()), (200, "abc".to_owned()));
                assert_eq!(reply.header("cache-control"), Some(control), "{query}, {name}, {retain}");
                let tag = reply.header("etag").unwrap().to_owned();
                let again = server.send(asked().header("if-none-match", tag)).await;
                assert_eq!((again.status, again.header("cache-control")), (304, Some(control)), "{query}, {name}");
                assert_eq!(again.header("stream-cursor").is_some(), query.contains("live"), "{query}");
            }
        }
    });
}
