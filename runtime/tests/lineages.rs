//! Long lines of forks: what each inherits is read with few requests, however many streams hold it.

use native::{Request, Server, run};

const DEPTH: usize = 64;

fn path(number: usize) -> String {
    format!("/v1/stream/f{number}")
}

/// A stream, and forks of it, each of the one before: each adds one message.
async fn line_of_forks(server: &Server, message: impl Fn(usize) -> String) {
    for number in 0..=DEPTH {
        let mut put = Request::new("PUT", &path(number)).header("content-type", "application/json");
        if number > 0 {
            put = put.header("stream-forked-from", path(number - 1));
        }
        assert_eq!(server.send(put.body(message(number))).await.status, 201, "{number}");
    }
}

fn batches(server: &Server) -> u64 {
    server.databases().iter().map(native::Sqlite::batches).sum()
}

async fn read(server: &Server, number: usize) -> (String, usize) {
    let (mut messages, mut offset, mut pages) = (String::new(), "-1".to_owned(), 0);
    loop {
        let page = server.send(Request::new("GET", &format!("{}?offset={offset}", path(number)))).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let text = page.text();
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap();
        messages =
            [messages.as_str(), inner].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(",");
        offset = page.header("stream-next-offset").unwrap().to_owned();
        pages += 1;
        if page.header("stream-up-to-date").is_some() {
            return (messages, pages);
        }
    }
}

fn expected(last: usize, message: impl Fn(usize) -> String) -> String {
    (0..=last).map(message).collect::<Vec<_>>().join(",")
}

#[test]
fn a_short_line_of_many_forks_is_read_with_few_batches() {
    run(async {
        let server = Server::new();
        let digit = |number: usize| (number % 10).to_string();
        line_of_forks(&server, digit).await;
        server.crash_all();
        let before = batches(&server);
        assert_eq!(read(&server, DEPTH).await, (expected(DEPTH, digit), 1));
        let taken = batches(&server) - before;
        assert!(taken <= 6, "{taken}");
    });
}

#[test]
fn each_segment_of_a_line_is_read_once() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.hot_rows, limits.snapshot, limits.segment, limits.tail_cache) = (0, 0, 1, 0);
        });
        let digit = |number: usize| (number % 10).to_string();
        line_of_forks(&server, digit).await;
        server.run_for(200_000).await;
        assert_eq!(server.database().count("SELECT count(*) FROM log"), 0);
        server.crash_all();
        let before = (batches(&server), server.bucket().requests());
        assert_eq!(read(&server, DEPTH).await, (expected(DEPTH, digit), 1));
        let taken = (batches(&server) - before.0, server.bucket().requests() - before.1);
        assert!(taken.0 <= 6 && taken.1 <= DEPTH as u64 + 1, "{taken:?}");
    });
}

#[test]
fn ancestors_in_several_databases_are_read_in_order() {
    run(async {
        for cold in [false, true] {
            let server = Server::sharded(3, |settings| {
                let limits = &mut settings.limits;
                (limits.page, limits.tail_cache) = (50, 0);
                if cold {
                    (limits.hot_rows, limits.snapshot, limits.segment) = (0, 0, 1);
                }
            });
            let message = |number: usize| format!("\"{}\"", "m".repeat(number % 7));
            line_of_forks(&server, message).await;
            server.run_for(200_000).await;
            server.crash_all();
            for number in [0, 1, 17, 33, DEPTH] {
                assert_eq!(read(&server, number).await.0, expected(number, message), "{number}, {cold}");
            }
        }
    });
}

/// Rows that are too large to be read together with others are read alone.
#[test]
fn large_messages_of_ancestors_are_not_read_in_vain() {
    run(async {
        let server = Server::with(|settings| {
            let limits = &mut settings.limits;
            (limits.response, limits.page, limits.tail_cache) = (1 << 10, 1 << 10, 0);
        });
        let message =
            |number: usize| if number.is_multiple_of(3) { "0".to_owned() } else { format!("\"{}\"", "m".repeat(400)) };
        line_of_forks(&server, message).await;
        server.crash_all();
        let before = batches(&server);
        let (messages, pages) = read(&server, DEPTH).await;
        assert_eq!(messages, expected(DEPTH, message));
        let (pages, taken) = (pages as u64, batches(&server) - before);
        assert!((17..=22).contains(&pages), "{pages}");
        assert!(taken <= 4 * pages, "{taken} batches for {pages} pages");
    });
}
