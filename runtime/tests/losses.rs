//! Every combination of tables that a database may lose, whole or rolled back first: a restore heals it, or says what it can't
//! and changes nothing.

use native::{Reply, Request, Server, run};

const TABLES: [&str; 6] = ["streams", "log", "parts", "segments", "producers", "edges"];
const ALL: [&str; 10] =
    ["streams", "log", "parts", "segments", "producers", "edges", "debts", "discarded", "garbage", "tombstones"];

fn server() -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.snapshot, limits.block, limits.merge) = (4, 1 << 20, 16, 100);
        (limits.tail_cache, limits.page) = (0, 24);
        (limits.part, limits.small_body) = (40, 8);
    })
}

fn url(name: &str) -> String {
    format!("/v1/stream/{name}")
}

async fn put(server: &Server, name: &str) {
    assert_eq!(server.send(Request::new("PUT", &url(name)).header("content-type", "text/plain")).await.status, 201);
}

async fn append(server: &Server, name: &str, seq: u64, body: &str) -> u16 {
    let append = Request::new("POST", &url(name)).header("content-type", "text/plain").header("producer-id", "p");
    server.send(append.header("producer-epoch", 0).header("producer-seq", seq).body(body)).await.status
}

/// What a stream has as its message of this number: some are so long that they are a part, but for the last byte.
fn message(name: &str, number: u64) -> String {
    let letters = if number % 5 == 2 { 50 } else { 0 };
    format!("{name}{number}{},", "x".repeat(letters))
}

/// The messages before this one.
fn messages(name: &str, count: u64) -> String {
    (0..count).map(|number| message(name, number)).collect()
}

async fn write(server: &Server, name: &str, numbers: std::ops::Range<u64>) {
    for number in numbers {
        assert_eq!(append(server, name, number, &message(name, number)).await, 200);
        server.run_for(1_000).await;
    }
}

async fn restore(server: &Server, name: &str) -> Reply {
    server.send(Request::new("POST", &format!("/v1/restore/{name}"))).await
}

async fn read(server: &Server, name: &str) -> Result<String, u16> {
    let (mut text, mut offset) = (String::new(), "-1".to_owned());
    loop {
        let request = Request::new("GET", &format!("{}?offset={offset}", url(name)));
        let Some(mut page) = server.attempt(request).await else { return Err(500) };
        if page.status == 410 {
            let earliest = page.header("stream-earliest-offset").expect("an offset").to_owned();
            page = server.send(Request::new("GET", &format!("{}?offset={earliest}", url(name)))).await;
        }
        if page.status != 200 {
            return Err(page.status);
        }
        text += &page.text();
        if page.header("stream-up-to-date").is_some() {
            return Ok(text);
        }
        offset = page.header("stream-next-offset").unwrap().to_owned();
    }
}

/// All rows of all tables.
fn content(server: &Server) -> Vec<String> {
    let tables = [
        "SELECT * FROM streams",
        "SELECT * FROM log",
        "SELECT * FROM parts",
        "SELECT * FROM segments",
        "SELECT * FROM producers",
        "SELECT * FROM edges",
        "SELECT * FROM debts",
    ];
    tables.iter().map(|sql| format!("{:?}", server.database().rows(sql))).collect()
}

fn assert_counted(server: &Server, context: &str) {
    let lies = "WITH hot AS (SELECT generation, start, stop FROM log UNION ALL SELECT generation, start, stop FROM parts) \
                SELECT count(*) FROM streams WHERE hot_rows <> (SELECT count(*) FROM hot WHERE hot.generation = streams.generation) \
                OR hot_bytes <> (SELECT coalesce(sum(stop - start), 0) FROM hot WHERE hot.generation = streams.generation)";
    assert_eq!(server.database().count(lies), 0, "{context}: {:?}", server.database().rows("SELECT * FROM streams"));
}

/// Two streams, of which the second is a fork of the first, both with a cold part and a hot one.
async fn history(server: &Server, closed: bool) {
    put(server, "s").await;
    write(server, "s", 0..8).await;
    let fork = Request::new("PUT", &url("f")).header("stream-forked-from", url("s"));
    assert_eq!(server.send(fork).await.status, 201);
    write(server, "f", 0..8).await;
    if closed {
        let close = Request::new("POST", &url("s")).header("stream-closed", "true");
        assert_eq!(server.send(close).await.status, 204);
    }
    let hot = server.database().rows("SELECT hot_rows FROM streams");
    assert!(hot.iter().all(|row| row["hot_rows"].as_u64() > Some(0)) && server.bucket().keys().len() >= 4, "{hot:?}");
    for table in ["log", "parts"] {
        let streams = server.database().count(&format!("SELECT count(DISTINCT generation) FROM {table}"));
        assert_eq!(streams, 2, "{table}: {hot:?}");
    }
}

async fn survives(lost: &[&str], rolled_back: bool, closed: bool) {
    let context = format!("lost: {lost:?}, rolled back: {rolled_back}, closed: {closed}");
    let server = server();
    let whole = messages("s", 8);
    let fork = whole.clone() + &messages("f", 8);
    if rolled_back {
        put(&server, "s").await;
        write(&server, "s", 0..3).await;
        for table in ALL {
            server.database().script(&format!("CREATE TEMP TABLE old_{table} AS SELECT * FROM {table}"));
        }
        write(&server, "s", 3..8).await;
        for table in ALL {
            server.database().script(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table}"));
        }
    } else {
        history(&server, closed).await;
    }
    for table in lost {
        server.database().script(&format!("DELETE FROM {table}"));
    }
    server.crash_all();
    let had = |table: &str| !lost.contains(&table);
    for name in if rolled_back { &["s"][..] } else { &["s", "f"] } {
        let all = if *name == "s" { &whole } else { &fork };
        let before = content(&server);
        let reply = restore(&server, name).await;
        if reply.status == 409 {
            // What is neither in the database nor in the bucket, though the stream's row says that it was there.
            assert!(!(had("log") && had("parts")), "{context}: {}", reply.text());
            assert!(reply.text().contains("the data from "), "{context}: {}", reply.text());
            assert_eq!(content(&server), before, "{context}");
            continue;
        }
        assert_eq!(reply.status, 200, "{context}, {name}: {} {:?}", reply.text(), server.reports());
        assert_counted(&server, &context);
        let text = read(&server, name).await.unwrap_or_else(|status| panic!("{context}, {name}: {status}"));
        if had("log") && had("parts") && !rolled_back && (had("streams") || *name == "s") {
            assert_eq!(text, *all, "{context}");
        } else {
            assert!(all.contains(&text) && text.len() > 5, "{context}, {name}: {text}");
        }
        if !had("streams") {
            assert!(
                reply.text().contains("These values existed only in its D1 row and are lost"),
                "{context}: {}",
                reply.text()
            );
        }
        // It goes on, and remembers it.
        let closed = closed && *name == "s" && had("streams");
        let append = |body: &'static str| {
            let append = Request::new("POST", &url(name)).header("content-type", "text/plain").body(body);
            let server = &server;
            async move { server.send(append).await.status }
        };
        for body in ["more, ", "and more"] {
            assert_eq!(append(body).await, if closed { 409 } else { 204 }, "{context}, {name}: {:?}", server.reports());
        }
        let text = if closed { text } else { text + "more, and more" };
        assert_eq!(read(&server, name).await.as_ref(), Ok(&text), "{context}");
        server.run_for(100_000).await;
        server.crash_all();
        assert_eq!(read(&server, name).await.as_ref(), Ok(&text), "{context}");
        assert_counted(&server, &context);
        // A producer whose row is left is known again.
        if had("producers") && !rolled_back && !closed {
            let again =
                Request::new("POST", &url(name)).header("content-type", "text/plain").header("producer-id", "p");
            let again = again.header("producer-epoch", 0).header("producer-seq", 7).body("again");
            assert_eq!(server.send(again).await.status, 204, "{context}, {name}");
            assert_eq!(read(&server, name).await.as_ref(), Ok(&text), "{context}");
        }
    }
    // A fork that is known to be one keeps what it has from its source.
    if let (false, Ok(text), true) = (rolled_back, read(&server, "f").await, had("streams")) {
        assert_eq!(server.send(Request::new("DELETE", &url("s"))).await.status, 204, "{context}");
        server.run_for(300_000).await;
        server.crash_all();
        assert_eq!(read(&server, "f").await, Ok(text), "{context}");
    }
}

#[test]
fn whatever_tables_are_lost_a_restore_heals_it_or_says_what_it_can_not() {
    for combination in 0..1 << TABLES.len() {
        let lost: Vec<_> =
            (0..TABLES.len()).filter(|table| combination & 1 << table != 0).map(|table| TABLES[table]).collect();
        for (rolled_back, closed) in [(false, false), (false, true), (true, false)] {
            run(survives(&lost, rolled_back, closed));
        }
    }
}

#[test]
fn a_life_that_is_newer_than_the_database_is_told_of() {
    run(async {
        let server = server();
        put(&server, "s").await;
        write(&server, "s", 0..5).await;
        for table in ALL {
            server.database().script(&format!("CREATE TEMP TABLE old_{table} AS SELECT * FROM {table}"));
        }
        assert_eq!(server.send(Request::new("DELETE", &url("s"))).await.status, 204);
        server.run_for(1_000).await;
        put(&server, "s").await;
        write(&server, "s", 0..9).await;
        let newer = read(&server, "s").await.unwrap();
        for table in ALL {
            server.database().script(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table}"));
        }
        server.crash_all();
        let reply = restore(&server, "s").await;
        assert_eq!(reply.status, 409);
        assert!(reply.text().contains("a newer stream of this path"), "{}", reply.text());
        assert_eq!(server.send(Request::new("DELETE", &url("s"))).await.status, 204);
        server.run_for(1_000).await;
        assert_eq!(restore(&server, "s").await.status, 200);
        assert!(newer.starts_with(&read(&server, "s").await.unwrap()));
    });
}
