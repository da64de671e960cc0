//! Forks (PROTOCOL.md §4.2): by reference, in their own right, and without a reference lost or leaked.

use native::{Fault, Request, Server, run};

fn path(name: &str) -> String {
    format!("/v1/stream/{name}")
}

fn put(name: &str) -> Request {
    Request::new("PUT", &path(name))
}

fn fork(name: &str, source: &str) -> Request {
    put(name).header("stream-forked-from", path(source))
}

fn post(name: &str, body: &str) -> Request {
    Request::new("POST", &path(name)).header("content-type", "text/plain").body(body)
}

fn delete(name: &str) -> Request {
    Request::new("DELETE", &path(name))
}

async fn status(server: &Server, request: Request) -> u16 {
    server.send(request).await.status
}

async fn text(server: &Server, name: &str) -> String {
    let (mut offset, mut text) = ("-1".to_owned(), String::new());
    loop {
        let reply = server.send(Request::new("GET", &format!("{}?offset={offset}", path(name)))).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        text += &reply.text();
        offset = reply.header("stream-next-offset").unwrap().to_owned();
        if reply.header("stream-up-to-date").is_some() {
            return text;
        }
    }
}

async fn create(server: &Server, name: &str, body: &str) {
    assert_eq!(status(server, put(name).header("content-type", "text/plain").body(body)).await, 201);
}

fn count(server: &Server, table: &str) -> u64 {
    server.database().count(&format!("SELECT count(*) FROM {table}"))
}

#[test]
fn forks_of_forks_are_read_as_one_stream() {
    run(async {
        for page in [1 << 20, 2] {
            let server = Server::with(|settings| settings.limits.page = page);
            create(&server, "a", "aaaa").await;
            let at = |request: Request, offset: u64| request.header("stream-fork-offset", format!("{offset:016X}"));
            assert_eq!(status(&server, at(fork("b", "a"), 3).body("bb")).await, 201);
            assert_eq!(status(&server, post("b", "bb")).await, 204);
            assert_eq!(status(&server, at(fork("c", "b"), 5).body("c")).await, 201);
            assert_eq!(status(&server, at(fork("d", "c"), 2)).await, 201);
            assert_eq!(status(&server, post("a", "xx")).await, 204);
            for crash in [false, true] {
                if crash {
                    server.crash_all();
                }
                assert_eq!(text(&server, "a").await, "aaaaxx");
                assert_eq!(text(&server, "b").await, "aaabbbb");
                assert_eq!(text(&server, "c").await, "aaabbc");
                assert_eq!(text(&server, "d").await, "aa");
            }
        }
    });
}

#[test]
fn a_fork_costs_the_same_however_long_its_source() {
    run(async {
        let mut costs = Vec::new();
        for appends in [1, 300] {
            let server = Server::new();
            create(&server, "a", "").await;
            for _ in 0..appends {
                server.send(post("a", "x")).await;
            }
            let before = server.database().rows_written();
            assert_eq!(status(&server, fork("b", "a")).await, 201);
            costs.push(server.database().rows_written() - before);
        }
        // The debt, the edge, the source's row, the fork's row, and the debt struck out.
        assert_eq!(costs, [5, 5]);
    });
}

#[test]
fn json_forks_are_stitched_into_one_array_within_one_budget() {
    run(async {
        let server = Server::with(|settings| (settings.limits.response, settings.limits.page) = (14, 14));
        let json = |request: Request, body: &str| request.header("content-type", "application/json").body(body);
        server.send(json(put("a"), "[1111,2222,3333]")).await;
        let fork = fork("b", "a").header("stream-fork-offset", "-1").header("stream-fork-sub-offset", 2);
        assert_eq!(status(&server, json(fork, "[4444,5555]")).await, 201);
        let page = server.send(Request::new("GET", &path("b"))).await;
        assert_eq!(
            (page.text(), page.header("stream-next-offset")),
            ("[1111,2222,4444]".into(), Some("0000000000000003"))
        );
        assert_eq!(page.header("stream-up-to-date"), None);
    });
}

#[test]
fn a_live_fork_never_sees_what_its_source_gets_later() {
    run(async {
        let server = Server::new();
        create(&server, "a", "one").await;
        server.send(fork("b", "a")).await;
        let mut feed = server.send(Request::new("GET", &format!("{}?offset=-1&live=sse", path("b")))).await;
        assert!(feed.next().await.unwrap().contains("data:one\n"));
        server.send(post("a", "two")).await;
        assert!(feed.is_quiet().await);
        server.send(post("b", "own")).await;
        let events = feed.next().await.unwrap();
        assert!(events.contains("data:own\n") && events.contains("0000000000000006"), "{events}");
        let poll = Request::new("GET", &format!("{}?offset=0000000000000001&live=long-poll", path("b")));
        assert_eq!(server.send(poll).await.text(), "neown");
    });
}

#[test]
fn the_lifetime_of_a_fork_follows_the_table() {
    run(async {
        const AT: &str = "2026-01-02T00:00:00Z";
        const LATER: &str = "2026-01-03T00:00:00Z";
        let ask = |request: Request, lifetime: Option<(&str, &str)>| match lifetime {
            None => request,
            Some((name, value)) => request.header(name, value),
        };
        let (ttl, expiry) = (Some(("stream-ttl", "500")), Some(("stream-expires-at", AT)));
        let (own_ttl, own_expiry) = (Some(("stream-ttl", "900")), Some(("stream-expires-at", LATER)));
        let table = [
            (None, None, None),
            (None, own_ttl, own_ttl),
            (None, own_expiry, own_expiry),
            (ttl, None, ttl),
            (ttl, own_ttl, own_ttl),
            (ttl, own_expiry, own_expiry),
            (expiry, None, expiry),
            (expiry, own_ttl, own_ttl),
            (expiry, own_expiry, own_expiry),
        ];
        for (source, asked, expected) in table {
            let server = Server::new();
            server.send(ask(put("a"), source)).await;
            assert_eq!(status(&server, ask(fork("b", "a"), asked)).await, 201);
            let head = server.send(Request::new("HEAD", &path("b"))).await;
            for name in ["stream-ttl", "stream-expires-at"] {
                let value = expected.filter(|(expected, _)| *expected == name).map(|(_, value)| value);
                assert_eq!(head.header(name), value, "{source:?} {asked:?}");
            }
            assert!(server.has_alarm("b"));
            // Asked the same again, it is the same.
            assert_eq!(status(&server, ask(fork("b", "a"), asked)).await, 200, "{source:?} {asked:?}");
        }
    });
}

#[test]
fn what_can_not_be_forked_leaves_no_reference() {
    run(async {
        let server = Server::new();
        create(&server, "a", "abc").await;
        create(&server, "taken", "").await;
        let json = |request: Request| request.header("content-type", "application/json");
        let refused = [
            (fork("b", "nothing"), 404),
            (fork("b", "a").header("stream-fork-offset", "0000000000000004"), 400),
            (fork("b", "a").header("stream-fork-offset", "0000000000000002").header("stream-fork-sub-offset", 2), 400),
            (fork("b", "a").header("stream-fork-offset", "x"), 400),
            (fork("b", "a").header("stream-fork-sub-offset", 1), 400),
            (put("b").header("stream-fork-sub-offset", 0), 400),
            (put("b").header("stream-forked-from", "/elsewhere"), 400),
            (json(fork("b", "a")), 409),
            (fork("taken", "a"), 409),
            (fork("b", "b"), 404),
        ];
        for (request, expected) in refused {
            let reply = server.send(request.clone()).await;
            assert_eq!(reply.status, expected, "{request:?}: {}", reply.text());
            assert_eq!((count(&server, "edges"), count(&server, "debts")), (0, 0), "{request:?}");
        }
        assert_eq!(status(&server, delete("a")).await, 204);
        assert_eq!(status(&server, Request::new("HEAD", &path("a"))).await, 404);
    });
}

#[test]
fn a_source_that_is_gone_ends_with_its_last_fork() {
    run(async {
        let server = Server::new();
        create(&server, "a", "abc").await;
        server.send(fork("b", "a")).await;
        server.send(fork("c", "b")).await;
        for name in ["a", "b"] {
            assert_eq!(status(&server, delete(name)).await, 204);
            let requests = [
                (Request::new("GET", &path(name)), 410),
                (Request::new("HEAD", &path(name)), 410),
                (Request::new("GET", &format!("{}?offset=-1&live=sse", path(name))), 410),
                (Request::new("GET", &format!("{}?offset=-1&live=long-poll", path(name))), 410),
                (post(name, "x"), 410),
                (delete(name), 410),
                (put(name), 409),
                (fork("d", name), 409),
            ];
            for (request, expected) in requests {
                assert_eq!(status(&server, request.clone()).await, expected, "{request:?}");
            }
        }
        assert_eq!(text(&server, "c").await, "abc");
        assert_eq!(status(&server, delete("c")).await, 204);
        server.run_for(10_000).await;
        for table in ["streams", "log", "edges", "debts", "garbage"] {
            assert_eq!(count(&server, table), 0, "{table}");
        }
        create(&server, "a", "new").await;
        assert_eq!(text(&server, "a").await, "new");
    });
}

#[test]
fn an_expired_source_is_kept_for_its_forks() {
    run(async {
        let server = Server::new();
        server.send(put("a").header("content-type", "text/plain").header("stream-ttl", 10).body("abc")).await;
        assert_eq!(status(&server, fork("b", "a").header("stream-ttl", 1000)).await, 201);
        server.run_for(30_000).await;
        assert_eq!(status(&server, Request::new("HEAD", &path("a"))).await, 410);
        assert_eq!(status(&server, put("a")).await, 409);
        server.crash_all();
        assert_eq!(text(&server, "b").await, "abc");
        server.run_for(1_200_000).await;
        for table in ["streams", "log", "edges", "debts", "garbage"] {
            assert_eq!(count(&server, table), 0, "{table}");
        }
    });
}

#[test]
fn no_reference_is_lost_or_leaked_wherever_a_fork_breaks_off() {
    run(async {
        for fault in [Fault::Lost, Fault::Unheard] {
            for position in 0..8 {
                for unheard_calls in [0, 1] {
                    let server = Server::new();
                    create(&server, "a", "abc").await;
                    server.database().inject(std::iter::repeat_n(Fault::None, position).chain([fault]));
                    server.unheard_calls(unheard_calls);
                    let first = status(&server, fork("b", "a")).await;
                    server.database().heal();
                    server.unheard_calls(0);
                    server.crash_all();
                    let exists = status(&server, Request::new("HEAD", &path("b"))).await == 200;
                    assert!(first != 201 || exists, "{fault:?} at {position}: an acknowledged fork is there");
                    // Long enough for every debt to fall due.
                    server.run_for(300_000).await;
                    let edges = count(&server, "edges");
                    assert_eq!(edges, u64::from(exists), "{fault:?} at {position}, calls {unheard_calls}");
                    assert_eq!(count(&server, "debts"), 0);
                    if exists {
                        assert_eq!(text(&server, "b").await, "abc");
                        assert_eq!(status(&server, delete("a")).await, 204);
                        assert_eq!(text(&server, "b").await, "abc");
                        assert_eq!(status(&server, delete("b")).await, 204);
                    } else {
                        assert_eq!(status(&server, delete("a")).await, 204);
                    }
                    server.run_for(300_000).await;
                    for table in ["streams", "log", "edges", "debts", "garbage"] {
                        assert_eq!(count(&server, table), 0, "{table}: {fault:?} at {position}");
                    }
                }
            }
        }
    });
}

#[test]
fn a_fork_is_read_from_the_database_of_its_source() {
    run(async {
        let server = Server::sharded(4, |_| {});
        let names: Vec<String> = (0..8).map(|index| format!("s{index}")).collect();
        create(&server, &names[0], "0").await;
        for pair in names.windows(2) {
            assert_eq!(status(&server, fork(&pair[1], &pair[0])).await, 201);
            assert_eq!(status(&server, post(&pair[1], &pair[1][1..])).await, 204);
        }
        let holders = server.databases().iter().filter(|database| database.count("SELECT count(*) FROM log") > 0);
        assert!(holders.count() > 1, "the streams are spread");
        server.crash_all();
        assert_eq!(text(&server, "s7").await, "01234567");
        for name in &names {
            assert_eq!(status(&server, delete(name)).await, 204);
        }
        server.run_for(10_000).await;
        for table in ["streams", "log", "edges", "debts", "garbage"] {
            let left: u64 =
                server.databases().iter().map(|one| one.count(&format!("SELECT count(*) FROM {table}"))).sum();
            assert_eq!(left, 0, "{table}");
        }
    });
}
