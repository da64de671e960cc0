//! Acknowledged writes survive crashes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use e2e::{Server, Stream, offset};
use rusqlite::Connection;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What is left to check once the server has been started again.
type Check = Box<dyn FnOnce(&Server)>;

#[test]
fn everything_survives_a_restart() {
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::start(state.path(), &[]);
    let subjects: [fn(&Server) -> Check; 9] =
        [content, closure, lifetimes, producers, closing_producer, sequence, deletion, forks, expiry];
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
        let long = vec![7; 1_500_000];
        assert!(bytes.bytes() == [&b"\0\xff one"[..], &long].concat(), "it came back otherwise");
        let rest = bytes.pages(&middle).into_iter().flat_map(|page| page.body);
        assert!(rest.eq(long), "an offset from before leads elsewhere");
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
            // After the three bytes of the one before it, and its tail.
            assert_eq!(again.next_offset(), offset(4));
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

fn forks(server: &Server) -> Check {
    let source = Stream::new_on(server, "text/plain");
    source.append("content");
    let fork = source.child("fork");
    fork.put().header("stream-forked-from", source.path()).header("stream-fork-offset", offset(4)).send().expect(201);
    fork.post().header("content-type", "text/plain").body("ractor").send().expect(204);
    source.delete().send().expect(204);
    Box::new(move |server| {
        let (source, fork) = (source.on(server), fork.on(server));
        source.get("offset=-1").send().problem(410, "stream-gone");
        source.put().send().problem(409, "path-taken");
        assert_eq!(fork.bytes(), b"contractor");
        fork.post().header("content-type", "text/plain").body("s").send().expect(204);
        assert_eq!(fork.bytes(), b"contractors");
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

/// Creates one closed stream of three messages after the other until there is no answer. Returns all that were tried:
/// all but the last were acknowledged.
fn create_until_the_end(parent: &Stream) -> Vec<Stream> {
    let mut tried = Vec::new();
    loop {
        let stream = parent.child(&tried.len().to_string());
        tried.push(stream.clone());
        let put = stream.put().header("content-type", "application/json").header("stream-closed", "true");
        match put.body("[1,2,3]").try_send() {
            Ok(reply) => drop(reply.expect(201)),
            Err(_) => return tried,
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
    let (acknowledged, created): (Vec<Vec<String>>, _) = thread::scope(|scope| {
        let stream = &stream;
        let creator = scope.spawn(|| create_until_the_end(stream));
        let writers: Vec<_> = (WRITERS.into_iter().enumerate())
            .map(|(name, writer)| scope.spawn(move || append_until_the_end(stream, name, writer)))
            .collect();
        thread::sleep(Duration::from_millis(1_500));
        server.kill();
        let acknowledged = writers.into_iter().map(|writer| writer.join().expect("a writer")).collect();
        (acknowledged, creator.join().expect("the creator"))
    });
    let total: usize = acknowledged.iter().map(Vec::len).sum();
    assert!(total > 10, "hardly a burst: {total} appends");

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

    let (last, acknowledged) = created.split_last().expect("at least one was tried");
    assert!(acknowledged.len() > 3, "hardly a burst: {} creations", acknowledged.len());
    let whole = |stream: &Stream| {
        let page = stream.on(&server).get("offset=-1").send();
        page.status == 200 && page.text() == "[1,2,3]" && page.closed()
    };
    assert!(acknowledged.iter().all(whole));
    assert!(whole(last) || last.on(&server).head().send().status == 404, "a stream is half there");
}

/// The databases that D1 keeps below the folder of a Worker's state.
fn databases(state: &Path) -> Vec<Connection> {
    let folder = fs::read_dir(state.join("v3/d1")).expect("D1's folder");
    let objects = folder.flat_map(|entry| fs::read_dir(entry.expect("a folder").path()).expect("its files"));
    let files = objects.map(|entry| entry.expect("a file").path());
    let is_database = |path: &PathBuf| {
        path.extension().is_some_and(|end| end == "sqlite") && path.file_stem().is_some_and(|stem| stem != "metadata")
    };
    files.filter(is_database).map(|file| Connection::open(file).expect("a database")).collect()
}

#[test]
fn while_the_database_is_away_writers_are_told_to_come_back() {
    const WRITERS: usize = 4;
    const APPENDS: usize = 60;
    let state = tempfile::tempdir().expect("a folder for the Worker's state");
    let server = Server::start(state.path(), &[]);
    let stream = Stream::new_on(&server, "application/json");
    let databases = databases(state.path());
    let tell_all = |sql: &str| databases.iter().for_each(|database| database.execute_batch(sql).expect(sql));
    let told: usize = thread::scope(|scope| {
        let writer = |name: usize| {
            let stream = &stream;
            move || (0..APPENDS).map(|number| append_until_acknowledged(stream, name, number)).sum::<usize>()
        };
        let writers: Vec<_> = (0..WRITERS).map(|name| scope.spawn(writer(name))).collect();
        for _ in 0..3 {
            // While somebody has a database alone, it is away for everybody else.
            tell_all("BEGIN EXCLUSIVE");
            thread::sleep(Duration::from_millis(300));
            tell_all("ROLLBACK");
            thread::sleep(Duration::from_millis(50));
        }
        writers.into_iter().map(|writer| writer.join().expect("a writer")).sum()
    });
    assert!(told > 0, "the database was never away");
    let messages = stream.messages();
    assert_eq!(messages.len(), WRITERS * APPENDS);
    for name in 0..WRITERS {
        let prefix = format!("\"{name} ");
        let own: Vec<&String> = messages.iter().filter(|message| message.starts_with(&prefix)).collect();
        assert!(own.into_iter().eq(&(0..APPENDS).map(|number| body(name, number)).collect::<Vec<_>>()), "{name}");
    }
}

/// Appends as a producer until that is acknowledged. Returns how often it was told to come back.
fn append_until_acknowledged(stream: &Stream, name: usize, number: usize) -> usize {
    for told in 0.. {
        // Long enough apart for the database to come and go among them.
        thread::sleep(Duration::from_millis(10));
        let reply = stream.producing(&name.to_string(), 0, number as u64, body(name, number)).send();
        match reply.status {
            200 | 204 => return told,
            503 => assert!(reply.header("retry-after").is_some_and(|after| after.parse::<u64>().is_ok()), "{reply:?}"),
            _ => panic!("neither done nor told to come back: {reply:?}"),
        }
    }
    unreachable!("there is an end to every outage")
}
