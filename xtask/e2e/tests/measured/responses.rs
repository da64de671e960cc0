//! Long responses to reads without `live`: complete, or aborted so that every client notices.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use e2e::{Server, Stream, at_once, connect, offset};

use e2e::stores::Setup;

const MEBIBYTE: usize = 1 << 20;

/// What nothing remains of in D1, nor in memory.
const COLD: [(&str, &str); 4] =
    [("LIMIT_HOT", "0 B"), ("LIMIT_HOT_ROWS", "0"), ("LIMIT_SNAPSHOT", "0 B"), ("LIMIT_TAIL_CACHE", "0 B")];
/// What stays in D1.
const HOT: [(&str, &str); 2] = [("LIMIT_HOT", "128 MiB"), ("LIMIT_TAIL_CACHE", "0 B")];

/// The first bytes of a stream: each kibibyte is of other bytes than the one before, and none is text.
fn content(length: usize) -> Vec<u8> {
    let mut content: Vec<u8> = (0..length.div_ceil(1024)).flat_map(|number| [0x80 | number as u8; 1024]).collect();
    content.truncate(length);
    content
}

/// A stream of so many mebibytes.
fn written(server: &Server, mebibytes: usize) -> Stream {
    let stream = Stream::new_on(server, "application/octet-stream");
    for _ in 0..mebibytes {
        stream.append(content(MEBIBYTE));
    }
    stream
}

/// A client who reads when it likes to.
struct Download {
    connection: TcpStream,
    /// What has come, the encoding of the transfer included.
    bytes: Vec<u8>,
}

impl Download {
    /// Asks for a stream from an offset on, and waits until the body begins.
    fn begin(server: &Server, stream: &Stream, from: &str) -> Self {
        let head = format!("GET {}?offset={from} HTTP/1.1\r\nhost: e2e\r\nconnection: close\r\n\r\n", stream.path());
        let mut download = Self { connection: connect(&server.url(""), head.as_bytes()), bytes: Vec::new() };
        while download.head().is_none_or(|head| download.bytes.len() <= head.len()) {
            assert!(download.read_some(), "no response");
        }
        assert!(download.head().is_some_and(|head| head.starts_with("HTTP/1.1 200")), "{:?}", download.head());
        download
    }

    /// The head of the response, once it is there.
    fn head(&self) -> Option<String> {
        let end = self.bytes.windows(4).take(8192).position(|four| four == b"\r\n\r\n")?;
        Some(String::from_utf8_lossy(&self.bytes[..end + 4]).to_ascii_lowercase().replacen("http", "HTTP", 1))
    }

    /// Reads what there is. Says whether there may be more.
    fn read_some(&mut self) -> bool {
        let mut piece = vec![0; 256 << 10];
        match self.connection.read(&mut piece) {
            Ok(length) => {
                self.bytes.extend(&piece[..length]);
                length > 0
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// Reads to the end. The body, and whether it is whole: in chunks, of which the last one is empty.
    fn finish(mut self) -> (Vec<u8>, bool) {
        while self.read_some() {}
        let head = self.head().expect("a head");
        assert!(head.contains("transfer-encoding: chunked"), "{head}");
        let (mut body, mut rest) = (Vec::new(), &self.bytes[head.len()..]);
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            let length =
                std::str::from_utf8(&rest[..end]).ok().and_then(|length| usize::from_str_radix(length, 16).ok());
            let length = length.expect("the length of a chunk");
            rest = &rest[end + 2..];
            if length == 0 {
                return (body, true);
            }
            body.extend(&rest[..length.min(rest.len())]);
            rest = rest.get(length + 2..).unwrap_or_default();
        }
        (body, false)
    }
}

/// From where to read a whole stream: so that its object does it, and so that the edge does it if it can.
const WAYS: [&str; 2] = ["-1", "0000000000000000"];

#[test]
fn thousands_of_messages_come_in_one_response() {
    let stream = Stream::new("application/json");
    let message = |number: usize| format!("{{\"number\":{number},\"text\":\"{}\"}}", "x".repeat(500));
    let messages: Vec<String> = (0..6_000).map(message).collect();
    for batch in messages.chunks(1_000) {
        stream.append(format!("[{}]", batch.join(",")));
    }
    for way in WAYS {
        let response = stream.get(&format!("offset={way}")).send().expect(200);
        assert!(response.up_to_date());
        assert_eq!(response.next_offset(), offset(6_000));
        assert!(response.messages() == messages, "other messages");
    }
}

#[test]
fn a_long_stream_comes_in_one_response_wherever_it_lies() {
    const MEBIBYTES: usize = 40;
    for (place, vars) in [("D1", &HOT[..]), ("R2", &COLD[..])] {
        let setup = Setup::measured(vars);
        let stream = written(&setup.server, MEBIBYTES);
        if place == "R2" {
            setup.settle();
        } else {
            assert!(setup.rows("segments") == 0);
        }
        let before = setup.server.memory();
        for way in WAYS {
            let response = stream.get(&format!("offset={way}")).send().expect(200);
            assert!(response.up_to_date() && response.next_offset() == offset(MEBIBYTES * MEBIBYTE));
            let at_edge = response.header("server-timing").is_none();
            assert_eq!(at_edge, place == "R2" && way != "-1", "{place} {way}");
            assert!(response.body == content(MEBIBYTES * MEBIBYTE), "{place} {way}: other bytes");
        }
        let grown = setup.server.memory() - before;
        eprintln!("{place}: {grown} bytes more");
        assert!(grown < 16 * MEBIBYTE, "{place}: {grown} bytes more");
    }
}

#[test]
fn a_damaged_segment_breaks_the_response_off() {
    let setup = Setup::measured(&[&COLD[..], &[("LIMIT_MERGE", "1000")]].concat());
    let stream = written(&setup.server, 3);
    setup.settle();
    stream.append(content(MEBIBYTE));
    setup.settle();
    let name = |key: &str| key.contains("-0000000000400000-");
    let (_, file) = setup.objects().into_iter().find(|(key, _)| name(key)).expect("the last segment");
    let mut bytes = fs::read(&file).expect("a blob");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("a blob can be damaged");
    for way in WAYS {
        let (body, whole) = Download::begin(&setup.server, &stream, way).finish();
        assert!(!whole, "{way}: {} bytes as if that were all", body.len());
        assert!(body.len() >= 2 * MEBIBYTE && body == content(body.len()), "{way}: {} bytes", body.len());
        assert!(stream.get(&format!("offset={way}")).try_send().is_err(), "a client took it for whole");
    }
}

#[test]
fn who_is_slow_sees_that_the_stream_was_deleted() {
    for (place, vars) in [("D1", &HOT[..]), ("R2", &COLD[..])] {
        let setup = Setup::measured(vars);
        let stream = written(&setup.server, 32);
        if place == "R2" {
            setup.settle();
        }
        let downloads = WAYS.map(|way| Download::begin(&setup.server, &stream, way));
        stream.delete().send().expect(204);
        setup.wait_until("removing the stream", |setup| setup.rows("log") == 0 && setup.keys().is_empty());
        for download in downloads {
            let (body, whole) = download.finish();
            assert!(!whole, "{place}: {} bytes as if that were all", body.len());
            assert!(body == content(body.len()), "{place}: other bytes");
        }
    }
}

#[test]
fn who_stops_reading_holds_up_nobody_else() {
    const CROWD: usize = 100;
    for (place, vars) in [("D1", &HOT[..]), ("R2", &COLD[..])] {
        let setup = Setup::measured(vars);
        let server = &setup.server;
        let stream = written(server, 16);
        if place == "R2" {
            setup.settle();
        }
        let (idle, resident) = (server.memory(), server.resident());
        for way in WAYS {
            let stalled =
                at_once(10, |_| (0..CROWD / 10).map(|_| Download::begin(server, &stream, way)).collect::<Vec<_>>());
            thread::sleep(Duration::from_secs(1));
            eprintln!(
                "{place} {way}: wasm +{} resident +{} MiB",
                server.memory() - idle,
                (server.resident() - resident) >> 20
            );
            // Others read the same stream, and write to it and to another.
            let start = Instant::now();
            assert_eq!(stream.get(&format!("offset={way}")).send().expect(200).body.len(), 16 * MEBIBYTE);
            written(server, 2).delete().send().expect(204);
            assert!(start.elapsed() < Duration::from_secs(10), "{place} {way}: {:?}", start.elapsed());
            drop(stalled);
            // Whoever was slow and goes on has all of it.
            let slow = Download::begin(server, &stream, way);
            thread::sleep(Duration::from_millis(500));
            let (body, whole) = slow.finish();
            assert!(whole && body == content(16 * MEBIBYTE), "{place} {way}: {} bytes", body.len());
        }
        let grown = server.memory() - idle;
        eprintln!("{place}: wasm +{grown}");
        assert!(grown < 32 * MEBIBYTE, "{place}: {grown} bytes more");
    }
}
