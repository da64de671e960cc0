//! What the operator is told of, by the names of events.

use native::{Fault, Request, Server, run};
use runtime::{Event, Level};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::iter::repeat;
use std::path::Path;

const PATH: &str = "/v1/stream/s";

fn server() -> Server {
    Server::with(|settings| {
        let limits = &mut settings.limits;
        (limits.hot_rows, limits.snapshot, limits.tail_cache, limits.block) = (3, 0, 0, 16);
    })
}

fn request(method: &str) -> Request {
    Request::new(method, PATH).header("content-type", "text/plain")
}

async fn send(server: &Server, request: Request, status: u16) {
    let reply = server.send(request).await;
    assert_eq!(reply.status, status, "{}", reply.text());
}

/// The stream, most of which is in the bucket.
async fn written() -> Server {
    let server = server();
    send(&server, request("PUT"), 201).await;
    for number in 0..20 {
        send(&server, request("POST").body(format!("message {number}")), 204).await;
        server.run_for(1_000).await;
    }
    assert_eq!(told(&server), [""; 0]);
    server
}

/// The names of the events that have been told of, each of which says of which stream, and why.
fn told(server: &Server) -> Vec<String> {
    let name = |report: &String| {
        let report: Value = serde_json::from_str(report).expect("JSON");
        // printf %s s | sha256sum | cut -c 1-16
        assert_eq!(report["stream"], "043a718774c572bd", "{report}");
        assert!(report["cause"].as_str().is_some_and(|cause| !cause.is_empty()), "{report}");
        report["event"].as_str().expect("a name").to_owned()
    };
    server.reports().iter().map(name).collect()
}

#[test]
fn a_request_that_failed_is_told_of() {
    run(async {
        let server = written().await;
        server.database().inject([Fault::Lost]);
        send(&server, request("POST").body("x"), 503).await;
        assert_eq!(told(&server), ["state_discarded", "request_failed"]);
    });
}

#[test]
fn a_restore_that_failed_is_told_of() {
    run(async {
        let server = written().await;
        server.crash_all();
        server.database().inject(repeat(Fault::Lost));
        send(&server, Request::new("POST", "/v1/restore/s"), 503).await;
        assert_eq!(told(&server), ["restore_failed"]);
    });
}

#[test]
fn a_damaged_segment_is_told_of() {
    run(async {
        let server = written().await;
        for key in server.bucket().keys() {
            server.bucket().damage(&key, |bytes| bytes.reverse());
        }
        send(&server, request("GET"), 500).await;
        assert_eq!(told(&server), ["segment_damaged"]);
    });
}

#[test]
fn an_alarm_that_failed_is_told_of() {
    run(async {
        let server = written().await;
        send(&server, request("DELETE"), 204).await;
        server.database().inject(repeat(Fault::Lost));
        server.run_for(1_000).await;
        server.ring_now("s").await;
        let told = told(&server);
        assert_eq!(told.first().map(String::as_str), Some("cleanup_deferred"), "{told:?}");
        assert!(told.contains(&"alarm_failed".to_owned()), "{told:?}");
    });
}

#[test]
fn readers_who_are_sent_away_are_told_of() {
    run(async {
        let server = written().await;
        server.bucket().inject(repeat(Fault::Lost));
        let mut reader = server.begin(Request::new("GET", &format!("{PATH}?offset=-1&live=sse"))).await.unwrap();
        while reader.next().await.is_some() {}
        assert_eq!(told(&server), ["readers_dropped"]);
    });
}

#[test]
fn the_generation_is_told_where_it_is_known() {
    run(async {
        let server = written().await;
        server.bucket().inject(repeat(Fault::Lost));
        let mut reader = server.begin(Request::new("GET", &format!("{PATH}?offset=-1&live=sse"))).await.unwrap();
        while reader.next().await.is_some() {}
        let report: Value = serde_json::from_str(&server.reports()[0]).unwrap();
        let generation = &server.database().rows("SELECT generation FROM streams")[0]["generation"];
        assert_eq!(&report["generation"], generation, "{report}");
        assert_eq!(report["level"], "warn");
    });
}

#[test]
fn a_fault_that_lasts_does_not_fill_the_log() {
    run(async {
        let server = written().await;
        server.database().inject(repeat(Fault::Lost));
        for _ in 0..50 {
            server.crash_all();
            send(&server, request("GET"), 503).await;
        }
        assert_eq!(told(&server), ["request_failed"; 10]);
        server.run_for(60_000).await;
        server.crash_all();
        send(&server, request("GET"), 503).await;
        let last = server.reports().pop().unwrap();
        assert!(last.contains(r#""suppressed":40"#), "{last}");
    });
}

/// What docs/events.md says about levels and events.
fn catalogue() -> String {
    let mut tables = "\n| level | meaning |\n| --- | --- |\n".to_owned();
    for level in Level::ALL {
        writeln!(tables, "| `{}` | {} |", level.name(), level.meaning()).unwrap();
    }
    tables += "\n| event | level | meaning |\n| --- | --- | --- |\n";
    for event in Event::ALL {
        writeln!(tables, "| `{}` | `{}` | {} |", event.name(), event.level().name(), event.meaning().trim()).unwrap();
    }
    tables + "\n"
}

#[test]
fn the_catalogue_has_every_event_and_no_other() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/events.md");
    let text = fs::read_to_string(&file).unwrap();
    let begin = text.find("<!-- Generated").and_then(|begin| Some(begin + text[begin..].find('\n')? + 1));
    let (begin, end) = (begin.expect("its beginning"), text.find("<!-- End of the events").expect("its end"));
    let (documented, expected) = (&text[begin..end], catalogue());
    if documented != expected && std::env::var_os("BLESS").is_some() {
        fs::write(file, format!("{}{expected}{}", &text[..begin], &text[end..])).unwrap();
        return;
    }
    assert_eq!(documented, expected, "to update: BLESS=1 cargo test -p runtime --test reports");
}
