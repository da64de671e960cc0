//! What was acknowledged is there, whatever happens to the server.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use e2e::{Server, Stream, offset};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What is left to check once the server has been started again.
type Check = Box<dyn FnOnce(&Server)>;

#[test]
fn everything_survives_a_restart() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::start(state.path(), &[]);
    let subjects: [fn(&Server) -> Check; 8] =
        [content, closure, lifetimes, expiry, producers, closing_producer, sequence, deletion];
    let checks = subjects.map(|subject| subject(&server));
    drop(server);
    let server = Server::start(state.path(), &[]);
    checks.into_iter().for_each(|check| check(&server));
}

fn content(server: &Server) -> Check {
    let bytes = Stream::new_on(server, "application/octet-stream");
    let middle = bytes.append(*b"\0\xff one");
    bytes.append(vec![7; 1_500_000]);
    let json = Stream::new_on(server, "application/json; charset=utf-8");
    json.append("[1.0,{\"k\":1,\"k\":2}]");
    let tag = json.get("offset=-1").send().header("etag").expect("an ETag").to_owned();
    Box::new(move |server| {
        let (bytes, json) = (bytes.on(server), json.on(server));
        assert_eq!(bytes.tail(), offset(1_500_006));
        assert_eq!(bytes.bytes(), [&b"\0\xff one"[..], &[7; 1_500_000]].concat());
        let rest = bytes.pages(&middle).into_iter().flat_map(|page| page.body);
        assert!(rest.eq([7; 1_500_000]), "an offset from before leads elsewhere");
        assert_eq!(json.messages(), ["1.0", "{\"k\":1,\"k\":2}"]);
        assert_eq!(json.head().send().header("content-type"), Some("application/json; charset=utf-8"));
        // Nor have caches to be filled anew.
        json.get("offset=-1").header("if-none-match", tag).send().expect(304);
        assert_eq!(json.append("3"), offset(3));
        assert_eq!(json.messages().len(), 3);
    })
}

fn closure(server: &Server) -> Check {
    let stream = Stream::new_on(server, "text/plain");
    stream.append("content");
    stream.close();
    Box::new(move |server| {
        let stream = stream.on(server);
        assert!(stream.head().send().expect(200).closed());
        let refused = stream.appending("more").send();
        refused.problem(409, "stream-closed");
        assert_eq!(refused.next_offset(), offset(7));
        stream.put().header("content-type", "text/plain").send().problem(409, "configuration-conflict");
    })
}

fn lifetimes(server: &Server) -> Check {
    let (sliding, fixed) = (Stream::unborn_on(server), Stream::unborn_on(server));
    sliding.put().header("stream-ttl", "3600").send().expect(201);
    fixed.put().header("stream-expires-at", "2099-12-31T23:59:59Z").send().expect(201);
    Box::new(move |server| {
        let (sliding, fixed) = (sliding.on(server), fixed.on(server));
        assert_eq!(sliding.head().send().expect(200).header("stream-ttl"), Some("3600"));
        assert_eq!(fixed.head().send().expect(200).header("stream-expires-at"), Some("2099-12-31T23:59:59Z"));
        sliding.put().header("stream-ttl", "3600").send().expect(200);
        fixed.put().header("stream-expires-at", "2099-12-31T23:59:59Z").send().expect(200);
    })
}

fn expiry(server: &Server) -> Check {
    /// Shorter than a restart takes, longer than what is left to do before.
    const SECONDS: i64 = 2;
    let (sliding, fixed) = (Stream::unborn_on(server), Stream::unborn_on(server));
    // Whole, and no sooner than the other.
    let soon = OffsetDateTime::now_utc().unix_timestamp() + SECONDS + 1;
    let soon = OffsetDateTime::from_unix_timestamp(soon).expect("a time of this age");
    sliding.put().header("stream-ttl", SECONDS.to_string()).body("old").send().expect(201);
    let at = soon.format(&Rfc3339).expect("a year of four digits");
    fixed.put().header("stream-expires-at", at).body("old").send().expect(201);
    Box::new(move |server| {
        // The memory of a touch is coarser after a restart: by a tenth.
        let over = soon + Duration::from_millis(500);
        thread::sleep((over - OffsetDateTime::now_utc()).try_into().unwrap_or_default());
        for stream in [sliding.on(server), fixed.on(server)] {
            stream.head().send().expect(404);
            stream.get("offset=-1").send().problem(404, "stream-not-found");
            let again = stream.put().send().expect(201);
            assert_eq!(again.next_offset(), offset(0));
        }
    })
}

fn producers(server: &Server) -> Check {
    let stream = Stream::new_on(server, "text/plain");
    stream.producing("p", 4, 0, "abc").send().expect(200);
    stream.producing("p", 4, 1, "def").send().expect(200);
    stream.append("by another");
    Box::new(move |server| {
        let stream = stream.on(server);
        let repeated = stream.producing("p", 4, 1, "def").send().expect(204);
        assert_eq!(repeated.next_offset(), offset(6));
        assert_eq!(repeated.header("producer-seq"), Some("1"));
        stream.producing("p", 3, 0, "x").send().problem(403, "producer-fenced");
        stream.producing("p", 4, 3, "x").send().problem(409, "sequence-gap");
        stream.producing("p", 4, 2, "!").send().expect(200);
        assert_eq!(stream.bytes(), b"abcdefby another!");
    })
}

fn closing_producer(server: &Server) -> Check {
    let stream = Stream::new_on(server, "text/plain");
    let close = |stream: &Stream, seq| stream.producing("p", 0, seq, "last").header("stream-closed", "true").send();
    close(&stream, 0).expect(200);
    Box::new(move |server| {
        let stream = stream.on(server);
        let repeated = close(&stream, 0).expect(204);
        assert!(repeated.closed());
        assert_eq!(repeated.next_offset(), offset(4));
        close(&stream, 1).problem(409, "stream-closed");
    })
}

fn sequence(server: &Server) -> Check {
    let stream = Stream::new_on(server, "text/plain");
    let append = |stream: &Stream, seq: &str| stream.appending("x").header("stream-seq", seq).send();
    append(&stream, "m").expect(204);
    stream.append("without");
    Box::new(move |server| {
        let stream = stream.on(server);
        append(&stream, "m").problem(409, "sequence-conflict");
        append(&stream, "a").problem(409, "sequence-conflict");
        append(&stream, "n").expect(204);
    })
}

fn deletion(server: &Server) -> Check {
    let (deleted, recreated) = (Stream::new_on(server, "text/plain"), Stream::new_on(server, "text/plain"));
    for stream in [&deleted, &recreated] {
        stream.append("old");
        stream.producing("p", 9, 0, "old").send().expect(200);
        stream.delete().send().expect(204);
    }
    recreated.put().header("content-type", "text/plain").body("new").send().expect(201);
    Box::new(move |server| {
        deleted.on(server).head().send().expect(404);
        let recreated = recreated.on(server);
        assert_eq!(recreated.bytes(), b"new");
        recreated.producing("p", 0, 0, "!").send().expect(200);
    })
}

/// How a writer of a burst tells its appends apart.
#[derive(Clone, Copy)]
enum Writer {
    /// By nothing: one that wasn't acknowledged may have been made or not.
    Plain,
    /// By number: one that wasn't acknowledged is repeated, and made once.
    Producer,
}

/// Appends one message after the other until there is no answer. Returns the offset after each that was acknowledged.
fn append_until_the_end(stream: &Stream, name: usize, writer: Writer) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let number = acknowledged.len();
        let body = body(name, number);
        let append = match writer {
            Writer::Plain => stream.appending(body),
            Writer::Producer => stream.producing(&name.to_string(), 0, number as u64, body),
        };
        match append.try_send() {
            Ok(reply) if [200, 204].contains(&reply.status) => acknowledged.push(reply.next_offset().to_owned()),
            Ok(reply) => panic!("refused: {reply:?}"),
            Err(_) => return acknowledged,
        }
    }
}

fn body(writer: usize, number: usize) -> String {
    format!("\"{writer} {number} {}\"", "x".repeat(number * 31 % 200))
}

#[test]
fn a_crash_loses_nothing_that_was_acknowledged() {
    const WRITERS: [Writer; 8] = [
        Writer::Plain,
        Writer::Producer,
        Writer::Plain,
        Writer::Producer,
        Writer::Plain,
        Writer::Producer,
        Writer::Plain,
        Writer::Producer,
    ];
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::start(state.path(), &[]);
    let stream = Stream::new_on(&server, "application/json");
    let acknowledged: Vec<Vec<String>> = thread::scope(|scope| {
        let stream = &stream;
        let writers: Vec<_> = (WRITERS.into_iter().enumerate())
            .map(|(name, writer)| scope.spawn(move || append_until_the_end(stream, name, writer)))
            .collect();
        thread::sleep(Duration::from_millis(1_500));
        server.kill();
        writers.into_iter().map(|writer| writer.join().expect("a writer")).collect()
    });
    let total: usize = acknowledged.iter().map(Vec::len).sum();
    assert!(total > 100, "hardly a burst: {total} appends");

    let server = Server::start(state.path(), &[]);
    let stream = stream.on(&server);
    let mut extra = 0;
    for (name, writer) in WRITERS.into_iter().enumerate() {
        if let Writer::Producer = writer {
            let number = acknowledged[name].len();
            let again = stream.producing(&name.to_string(), 0, number as u64, body(name, number)).send();
            assert!([200, 204].contains(&again.status), "{again:?}");
            extra += 1;
        }
    }

    let messages = stream.messages();
    assert_eq!(stream.tail(), offset(messages.len()));
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, message) in messages.iter().enumerate() {
        let mut words = message.trim_matches('"').split(' ').map(str::parse::<usize>);
        let (Some(Ok(name)), Some(Ok(number))) = (words.next(), words.next()) else { panic!("{message}") };
        // In order, with no gap, and none twice.
        let count = counts.entry(name).or_default();
        assert_eq!(number, *count, "of writer {name}, at {index}");
        assert_eq!(*message, body(name, number));
        *count += 1;
        if let Some(after) = acknowledged[name].get(number) {
            assert_eq!(*after, offset(index + 1), "writer {name} was told another place for {number}");
        }
    }
    for (name, writer) in WRITERS.into_iter().enumerate() {
        let (count, acknowledged) = (counts[&name], acknowledged[name].len());
        match writer {
            Writer::Producer => assert_eq!(count, acknowledged + 1, "writer {name}"),
            // The one on its way may have arrived.
            Writer::Plain => assert!((acknowledged..=acknowledged + 1).contains(&count), "writer {name}: {count}"),
        }
    }
    assert!((total + extra..=total + WRITERS.len()).contains(&messages.len()));
    stream.append("\"and on\"");
}
