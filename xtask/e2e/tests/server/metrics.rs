//! Data points and measurements of a Worker.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use e2e::{Message, Reply, Server, Stream, break_off, open_socket, request, woken_by};
use serde_json::{Value, json};

use crate::servers::bearer;
use crate::tokens;

fn send(server: &Server, method: &str, path: &str, body: &str) -> Reply {
    request(method, &server.url(path)).header("content-type", "text/plain").body(body).send()
}

/// The data points since the last call.
fn points(server: &Server) -> Vec<Value> {
    let reply = request("GET", &server.url("/points")).send().expect(200);
    serde_json::from_str(reply.text()).expect("JSON")
}

#[test]
fn batches_and_reads_are_data_points_with_what_d1_says() {
    let server = Server::recorded(&[]);
    send(&server, "PUT", "/v1/stream/red/a", "abc").expect(201);
    send(&server, "POST", "/v1/stream/red/a", "defgh").expect(204);
    request("GET", &server.url("/v1/stream/red/a")).send().expect(200);
    let points = points(&server);
    assert_eq!(points.len(), 3, "{points:?}");
    for point in &points {
        assert_eq!((&point["indexes"], point["doubles"].as_array().map(Vec::len)), (&json!(["red"]), Some(8)));
    }
    assert_eq!(points[1]["blobs"], json!(["red", "batch", "committed", "0"]));
    assert_eq!(points[2]["blobs"], json!(["red", "read", "200", "0"]));
    let [rows_read, rows_written, bytes, changes, _, _, size_after, _] =
        points[1]["doubles"].as_array().expect("numbers").as_slice()
    else {
        panic!("{points:?}")
    };
    assert!(rows_read.as_u64() > Some(0) && rows_written.as_u64() > Some(0), "{points:?}");
    assert_eq!((bytes, changes), (&json!(5), &json!(1)));
    assert!(size_after.as_u64() > Some(4096), "{points:?}");
    assert_eq!(points[2]["doubles"][2], 8);
}

/// The operation, the outcome and the bytes of a data point of a read or of a live connection.
fn seen(point: &Value) -> (String, String, u64) {
    let text = |index: usize| point["blobs"][index].as_str().expect("a text").to_owned();
    (text(1), text(2), point["doubles"][2].as_f64().expect("a number") as u64)
}

/// The next data points that are not of batches, once there are this many. No more come.
#[track_caller]
fn ended(server: &Server, count: usize) -> Vec<Value> {
    let (start, mut found) = (Instant::now(), Vec::new());
    let is_no_batch = |point: &Value| point["blobs"][1] != "batch";
    while found.len() < count {
        assert!(start.elapsed() < Duration::from_secs(10), "{found:?}");
        thread::sleep(Duration::from_millis(50));
        found.extend(points(server).into_iter().filter(is_no_batch));
    }
    thread::sleep(Duration::from_millis(200));
    found.extend(points(server).into_iter().filter(is_no_batch));
    assert_eq!(found.len(), count, "{found:?}");
    found
}

#[track_caller]
fn expect_ended(server: &Server, operation: &str, outcome: &str, bytes: usize) {
    let points = ended(server, 1);
    assert_eq!(seen(&points[0]), (operation.to_owned(), outcome.to_owned(), bytes as u64));
}

#[test]
fn the_point_of_a_read_has_the_bytes_of_the_whole_response_or_of_what_was_sent() {
    let server = Server::recorded(&[("LIMIT_PAGE", "256 KiB")]);
    let stream = Stream::new_on(&server, "text/plain");
    const PIECE: usize = 512 << 10;
    const PIECES: usize = 48;
    for _ in 0..PIECES {
        stream.append("x".repeat(PIECE));
    }
    drop(points(&server));
    assert_eq!(stream.get("offset=-1").send().expect(200).text().len(), PIECES * PIECE);
    let whole = ended(&server, 1);
    assert_eq!(seen(&whole[0]), ("read".to_owned(), "200".to_owned(), (PIECES * PIECE) as u64));
    assert!(whole[0]["doubles"][0].as_f64() > Some(0.0), "rows are read: {whole:?}");
    // More than what lies between the two ends of a connection.
    stream.get("offset=-1").send_and_read(1 << 16);
    let (operation, outcome, bytes) = seen(&ended(&server, 1)[0]);
    assert_eq!((&*operation, &*outcome), ("read", "client_gone"));
    assert!((1 << 16..(PIECES * PIECE) as u64).contains(&bytes), "{bytes}");
}

#[test]
fn a_long_poll_is_a_point_wherever_it_waits() {
    let server = Server::recorded(&[("LIMIT_LONG_POLL_HOLD", "3 s"), ("LIMIT_LONG_POLL_OBJECT_HOLD", "500 ms")]);
    let stream = Stream::new_on(&server, "text/plain");
    // The object holds it.
    let (reply, _) = woken_by(|| stream.poll("now").send(), || drop(stream.append("abc")));
    reply.expect(200);
    expect_ended(&server, "long_poll", "delivered", 3);
    leave(&server, &stream, "long-poll");
    expect_ended(&server, "long_poll", "client_gone", 0);
    // The edge does, with a socket.
    thread::sleep(Duration::from_millis(600));
    let (reply, _) = woken_by(|| stream.poll("now").send(), || drop(stream.append("defg")));
    reply.expect(200);
    expect_ended(&server, "long_poll", "delivered", 4);
    thread::sleep(Duration::from_millis(600));
    leave(&server, &stream, "long-poll");
    expect_ended(&server, "long_poll", "client_gone", 0);
    stream.poll("now").send().expect(204);
    let timeout = ended(&server, 1);
    assert_eq!(seen(&timeout[0]), ("long_poll".to_owned(), "timeout".to_owned(), 0));
    let duration = timeout[0]["doubles"][7].as_f64().expect("a number");
    assert!((2_500.0..6_000.0).contains(&duration), "{duration}");
    stream.close();
    stream.poll("now").send().expect(204);
    expect_ended(&server, "long_poll", "closed", 0);
    stream.delete().send().expect(204);
    stream.poll("now").send().expect(404);
    expect_ended(&server, "long_poll", "refused", 0);
}

/// Sends a live read from the tail on, and breaks the connection off.
fn leave(server: &Server, stream: &Stream, live: &str) {
    let target = format!("{}?offset=now&live={live}", stream.path());
    break_off(&server.url(""), format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes());
}

#[test]
fn an_event_stream_is_a_point_when_it_ends() {
    let server =
        Server::recorded(&[("LIMIT_SSE_LIFETIME", "2 s"), ("LIMIT_SSE_JITTER", "0"), ("LIMIT_SSE_HEARTBEAT", "50 ms")]);
    let stream = Stream::new_on(&server, "text/plain");
    let mut events = stream.events("now");
    events.expect_next();
    stream.append("abc");
    events.expect_data();
    assert_eq!(events.next(), None);
    let timeout = ended(&server, 1);
    let (operation, outcome, with_data) = seen(&timeout[0]);
    assert_eq!((&*operation, &*outcome), ("sse", "timeout"));
    let duration = timeout[0]["doubles"][7].as_f64().expect("a number");
    assert!((1_500.0..5_000.0).contains(&duration), "{duration}");
    // Only the control event. The comments that keep the connection alive do not count.
    leave(&server, &stream, "sse");
    let (operation, outcome, without) = seen(&ended(&server, 1)[0]);
    assert_eq!((&*operation, &*outcome), ("sse", "client_gone"));
    assert!(without > 0 && with_data > 2 * without, "{without} {with_data}");
    for (outcome, change) in
        [("closed", Stream::close as fn(&Stream)), ("deleted", |stream| drop(stream.delete().send()))]
    {
        let mut events = stream.events("now");
        events.expect_next();
        change(&stream);
        while events.next().is_some() {}
        assert_eq!(seen(&ended(&server, 1)[0]).1, outcome);
        if outcome == "closed" {
            stream.delete().send().expect(204);
            stream.put().header("content-type", "text/plain").send().expect(201);
        }
    }
    stream.get("offset=now&live=sse").send().expect(404);
    expect_ended(&server, "sse", "refused", 0);
}

#[test]
fn a_websocket_is_a_point_when_it_ends_although_its_object_forgets_everything() {
    for forgetful in ["false", "true"] {
        let server = Server::recorded(&[("TEST_FORGETFUL", forgetful)]);
        let stream = Stream::new_on(&server, "text/plain");
        let attend = || open_socket(&format!("{}?offset=now&live=ws", stream.url()), &[]).1.expect("a socket");
        let mut socket = attend();
        let mut bytes = socket.next_text().expect("where it stands").len();
        for _ in 0..3 {
            stream.append("more");
            bytes += socket.next_text().expect("more").len();
        }
        socket.close(1000);
        expect_ended(&server, "ws", "client_gone", bytes);
        // It hangs up without a word.
        let mut socket = attend();
        let bytes = socket.next_text().expect("where it stands").len();
        drop(socket);
        expect_ended(&server, "ws", "client_gone", bytes);
        let mut socket = attend();
        let bytes = socket.next_text().expect("where it stands").len();
        socket.send(Message::text("no mark"));
        assert_eq!(socket.close_code(), 1008);
        drop(socket);
        expect_ended(&server, "ws", "refused", bytes);
        let mut socket = attend();
        let mut bytes = socket.next_text().expect("where it stands").len();
        stream.close();
        bytes += socket.next_text().expect("the end").len();
        assert!(socket.next_text().is_none());
        drop(socket);
        expect_ended(&server, "ws", "closed", bytes);
    }
}

#[test]
fn the_points_of_live_reads_say_that_their_token_ended() {
    let [operator, keys] = tokens::variables();
    let server = Server::recorded(&[(operator.0, &operator.1), (keys.0, &keys.1), ("LIMIT_TOKEN_LEEWAY", "1 s")]);
    let put = request("PUT", &server.url("/v1/stream/a")).header("content-type", "text/plain");
    put.header("authorization", bearer()).send().expect(201);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs();
    let authorization = format!("Bearer {}", tokens::reader_until("reader", now + 2));
    let url = |live: &str| server.url(&format!("/v1/stream/a?offset=now&live={live}"));
    let mut events = request("GET", &url("sse")).header("authorization", &authorization).events();
    let mut socket = open_socket(&url("ws"), &[("authorization", &authorization)]).1.expect("a socket");
    request("GET", &url("long-poll")).header("authorization", &authorization).send().expect(204);
    while events.next().is_some() {}
    while socket.next_text().is_some() {}
    drop(socket);
    let mut ends: Vec<_> =
        ended(&server, 3).iter().map(seen).map(|(operation, outcome, _)| (operation, outcome)).collect();
    ends.sort();
    assert_eq!(ends, ["long_poll", "sse", "ws"].map(|operation| (operation.to_owned(), "token_ended".to_owned())));
}

#[test]
fn measurements_need_a_permission_and_have_the_size_of_the_database() {
    let token = "0123456789abcdef0123456789abcdef";
    let server = Server::closed(&[("AUTH_TOKEN", token)]);
    let scrape = || request("GET", &server.url("/v1/metrics"));
    scrape().send().expect(401);
    let reply = scrape().header("authorization", format!("Bearer {token}")).send().expect(200);
    let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(reply.header("content-type"), Some(format));
    let text = reply.text();
    assert!(text.ends_with("\n# EOF\n"), "{text}");
    let size = text.lines().find_map(|line| line.strip_prefix("durable_streams_database_size_bytes{database=\"DB\"} "));
    assert!(size.is_some_and(|size| size.parse::<u64>().is_ok_and(|size| size > 4096)), "{text}");
    assert!(text.contains("durable_streams_database_up{database=\"DB\"} 1\n"), "{text}");
}
