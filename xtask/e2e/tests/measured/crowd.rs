//! Many well-behaved and badly behaved clients in one isolate.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use e2e::{Server, Stream, at_once, connect, request};
use tungstenite::{Message, WebSocket, client};

use e2e::stores::Setup;

const MEBIBYTE: usize = 1 << 20;
const CROWD: usize = 200;
/// Of the crowd, so many are looked after by one thread.
const SHARE: usize = 10;

/// The most that the resident memory of workerd may grow, D1 and R2 included. Most of it passes through: the kernel takes about
/// 2.8 MB for each client that doesn't read, and a Worker that does nothing but stream to 200 of them grows by about 210 MiB.
const GROWTH: usize = 768 * MEBIBYTE;

/// The most memory that the Worker has had while something happened, in bytes.
struct Peak {
    wasm: usize,
    resident: usize,
}

/// Does something at the end of a scope, however that comes.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Does `work` and watches the memory of the Worker meanwhile.
fn watching<T>(server: &Server, work: impl FnOnce() -> T) -> (T, Peak) {
    let done = AtomicBool::new(false);
    let (wasm, resident) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                wasm.fetch_max(server.memory(), Ordering::Relaxed);
                resident.fetch_max(server.resident(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(100));
            }
        });
        // Also if it panics: the scope waits for the watch.
        let _done = OnDrop(|| done.store(true, Ordering::Relaxed));
        work()
    });
    (result, Peak { wasm: wasm.into_inner(), resident: resident.into_inner() })
}

/// Bodies of which half a mebibyte comes, and then nothing. Says how often each status answers.
fn stalled_uploads(server: &Server) -> [(u16, usize); 2] {
    let piece = [format!("{:x}\r\n", 64 << 10).into_bytes(), vec![b'z'; 64 << 10], b"\r\n".to_vec()].concat();
    let statuses: Vec<u16> = at_once(CROWD / SHARE, |number| {
        let stream = Stream::new_on(server, "text/plain");
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: e2e\r\nconnection: close\r\ncontent-type: text/plain\r\n\
             transfer-encoding: chunked\r\n\r\n",
            stream.path()
        );
        let uploads: Vec<TcpStream> = (0..SHARE)
            .map(|_| {
                let mut upload = connect(&server.url(""), head.as_bytes());
                upload.set_write_timeout(Some(Duration::from_secs(5))).expect("a timeout");
                // One thread of workerd serves them all, after it has filled the buffers of those who don't read.
                upload.set_read_timeout(Some(Duration::from_secs(180))).expect("a timeout");
                // One that has been refused already may take no more.
                for _ in 0..8 {
                    let _ = upload.write_all(&piece);
                }
                upload
            })
            .collect();
        uploads.into_iter().map(|upload| status(upload, number)).collect::<Vec<_>>()
    })
    .concat();
    [408, 429].map(|status| (status, statuses.iter().filter(|own| **own == status).count()))
}

fn status(answer: TcpStream, number: usize) -> u16 {
    let mut line = String::new();
    BufReader::new(answer).read_line(&mut line).unwrap_or_else(|error| panic!("upload {number}: {error}"));
    line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no answer of HTTP: {line:?}"))
}

/// Readers of a stream of several mebibytes who never read what they are sent.
fn stalled_readers(server: &Server) -> Vec<TcpStream> {
    let stream = Stream::new_on(server, "text/plain");
    for _ in 0..4 {
        stream.append(vec![b'r'; MEBIBYTE]);
    }
    let head = format!("GET {}?offset=-1&live=sse HTTP/1.1\r\nhost: e2e\r\n\r\n", stream.path());
    (0..CROWD).map(|_| connect(&server.url(""), head.as_bytes())).collect()
}

/// Writes a little to many streams and reads it again, while `others` are busy. All of it has to work.
fn lively_streams(server: &Server, others: &AtomicBool) -> usize {
    let rounds = at_once(CROWD / SHARE, |_| {
        let streams: Vec<Stream> = (0..SHARE).map(|_| Stream::new_on(server, "text/plain")).collect();
        for round in 1.. {
            for stream in &streams {
                stream.append(vec![b'l'; 1_000]);
                assert_eq!(stream.bytes().len(), 1_000 * round);
            }
            if !others.load(Ordering::Relaxed) {
                return round;
            }
            thread::sleep(Duration::from_millis(200));
        }
        unreachable!("rounds have no end")
    });
    rounds.into_iter().min().unwrap_or(0)
}

/// A stream of bytes that grow as they are encoded.
fn large_stream(server: &Server) -> Stream {
    let stream = Stream::new_on(server, "application/octet-stream");
    for _ in 0..8 {
        stream.append(vec![0x80; MEBIBYTE]);
    }
    stream
}

/// Claims over and over to have taken everything, and takes nothing. Returns the code with which it is closed.
fn greedy(server: &Server, stream: &Stream) -> u16 {
    let url = server.url(&format!("{}?offset=-1&live=ws", stream.path()));
    let address = url.strip_prefix("http://").and_then(|rest| rest.split('/').next()).expect("a URL of http");
    let connection = TcpStream::connect(address).expect("a connection");
    connection.set_write_timeout(Some(Duration::from_secs(1))).expect("a timeout");
    connection.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    let (mut socket, _) = client(url.replacen("http", "ws", 1), connection).expect("a WebSocket");
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) && socket.send(Message::text("")).is_ok() {
        thread::sleep(Duration::from_millis(10));
    }
    closed_with(&mut socket)
}

fn closed_with(socket: &mut WebSocket<TcpStream>) -> u16 {
    loop {
        if let Message::Close(frame) = socket.read().expect("a farewell") {
            return frame.map_or(1005, |frame| frame.code.into());
        }
    }
}

#[test]
fn who_behaves_is_served_whatever_others_do() {
    let setup = Setup::measured(&[("LIMIT_BODY_WAIT", "4 s")]);
    let server = &setup.server;
    // It has started once it has answered.
    request("GET", &server.url("/v1/stream/nothing")).send().expect(404);
    let before = server.resident();
    let busy = AtomicBool::new(true);
    let ((uploads, farewell, rounds), peak) = watching(server, || {
        // Before the uploads take all memory that there is for large bodies.
        let large = &large_stream(server);
        thread::scope(|scope| {
            let _idle = OnDrop(|| busy.store(false, Ordering::Relaxed));
            let readers = stalled_readers(server);
            let lively = scope.spawn(|| lively_streams(server, &busy));
            let greedy = scope.spawn(move || greedy(server, large));
            let uploads = stalled_uploads(server);
            let farewell = greedy.join().expect("the greedy one is sent away");
            busy.store(false, Ordering::Relaxed);
            drop(readers);
            (uploads, farewell, lively.join().expect("all are served"))
        })
    });
    let [(_, late), (_, crowded)] = uploads;
    assert!(late > 0 && crowded > 0 && late + crowded == CROWD, "{uploads:?}");
    assert!(rounds > 2, "{rounds} rounds");
    assert_eq!(farewell, 1008);
    let grown = peak.resident.saturating_sub(before);
    eprintln!("wasm {} MiB, {} MiB more than before", peak.wasm / MEBIBYTE, grown / MEBIBYTE);
    assert!(peak.wasm > 2 * MEBIBYTE, "{} bytes: it is another memory that is measured", peak.wasm);
    assert!(peak.wasm < 64 * MEBIBYTE, "{} bytes of wasm", peak.wasm);
    assert!(grown < GROWTH, "{grown} bytes more");
}
