//! Data in the R2 of a local Worker is read and verified.

use std::fs;
use std::process::Command;

use e2e::{Server, Stream, offset, request};
use serde_json::Value;

use e2e::stores::{COLD, Setup, databases};

#[test]
fn what_is_cold_is_read_like_anything_else() {
    let setup = Setup::new(&[("LIMIT_MERGE", "3")]);
    let server = &setup.server;
    let (json, bytes) =
        (Stream::new_on(server, "application/json"), Stream::new_on(server, "application/octet-stream"));
    let (mut messages, mut content) = (Vec::new(), Vec::new());
    for number in 0..12_u8 {
        let batch: Vec<_> = (0..40).map(|index| format!("{{\"n\": {number}.{index}0}}")).collect();
        json.append(format!("[{}]", batch.join(",")));
        messages.extend(batch);
        let piece: Vec<u8> =
            (0..3000_u32).map(|index| (index.wrapping_mul(u32::from(number) + 7) >> 3) as u8).collect();
        bytes.append(&*piece);
        content.extend(piece);
        if number % 4 == 0 {
            setup.settle();
        }
    }
    setup.settle();
    let check = |json: &Stream, bytes: &Stream| {
        assert_eq!(json.messages(), messages);
        assert!(bytes.bytes() == content, "it came back otherwise");
        for from in [1, 39, 200, 479] {
            let rest: Vec<_> = json.pages(&offset(from)).iter().flat_map(e2e::Reply::messages).collect();
            assert_eq!(rest, messages[from..]);
            let rest: Vec<u8> = bytes.pages(&offset(from * 70)).into_iter().flat_map(|page| page.body).collect();
            assert!(rest == content[from * 70..], "from {from}");
        }
        let page = json.poll(&offset(478)).send().expect(200);
        assert_eq!(page.messages(), messages[478..]);
        let mut events = json.events(&offset(477));
        assert_eq!(events.expect_data().0, format!("[{}]", messages[477..].join(",")));
    };
    check(&json, &bytes);
    assert!(setup.rows("segments") > 2);
    // Nothing of it was in memory.
    let Setup { state, server, .. } = setup;
    drop(server);
    let server = Server::start(state.path(), &COLD);
    check(&json.on(&server), &bytes.on(&server));
}

#[test]
fn forks_read_what_is_cold_in_their_source() {
    let setup = Setup::new(&[]);
    let source = Stream::new_on(&setup.server, "text/plain");
    source.append("0123456789");
    setup.settle();
    source.append("abcdef");
    setup.settle();
    let fork = Stream::unborn_on(&setup.server);
    let part = |fork: &Stream, source: &Stream, at: usize| {
        fork.put()
            .header("stream-forked-from", source.path())
            .header("stream-fork-offset", offset(at))
            .send()
            .expect(201)
    };
    part(&fork, &source, 13);
    fork.post().header("content-type", "text/plain").body("FORK").send().expect(204);
    setup.settle();
    let second = Stream::unborn_on(&setup.server);
    part(&second, &fork, 15);
    assert_eq!(fork.bytes(), b"0123456789abcFORK");
    assert_eq!(second.bytes(), b"0123456789abcFO");
    source.delete().send().expect(204);
    assert_eq!(second.bytes(), b"0123456789abcFO");
    // What nobody needs any more is removed, objects first.
    fork.delete().send().expect(204);
    second.delete().send().expect(204);
    setup.wait_until("removing objects", |setup| setup.keys().is_empty() && setup.rows("segments") == 0);
}

#[test]
fn what_ends_takes_its_objects_along() {
    let setup = Setup::new(&[]);
    let (deleted, expiring) = (Stream::new_on(&setup.server, "text/plain"), Stream::unborn_on(&setup.server));
    expiring.put().header("stream-ttl", "1").body("brief").send().expect(201);
    (0..5).for_each(|_| drop(deleted.append("content")));
    setup.settle();
    assert!(!setup.keys().is_empty());
    deleted.delete().send().expect(204);
    // Rows go after the objects that they name.
    setup.wait_until("removing objects", |setup| setup.keys().is_empty() && setup.rows("segments") == 0);
}

/// What `cargo xtask restore` prints when it succeeds.
#[track_caller]
fn restore(server: &Server, arguments: &[&str]) -> String {
    let restored = Command::new("cargo")
        .args(["xtask", "restore", "--url", &server.url("")])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(restored.status.success(), "{restored:?}");
    String::from_utf8(restored.stdout).expect("UTF-8")
}

#[test]
fn one_command_restores_all_streams_after_the_loss_of_the_database() {
    let setup = Setup::new(&[]);
    let long = "x".repeat(900);
    let names: Vec<String> = ["1", "2", "a/b", "%C3%A9", &long].map(|name| format!("lost/{name}")).into();
    for name in names.iter().map(String::as_str).chain(["other"]) {
        let url = setup.server.url(&format!("/v1/stream/{name}"));
        request("PUT", &url).header("content-type", "text/plain").body(name).send().expect(201);
    }
    setup.settle();
    let Setup { state, server, .. } = setup;
    drop(server);
    std::fs::remove_dir_all(state.path().join("v3/d1")).expect("the database can be lost");
    let server = Server::start(state.path(), &COLD);
    let read = |name: &str| request("GET", &server.url(&format!("/v1/stream/{name}"))).send();
    names.iter().for_each(|name| drop(read(name).expect(404)));

    let mut sorted = names.clone();
    sorted.sort();
    let dry = restore(&server, &["--all", "--prefix", "lost/", "--dry-run"]);
    assert_eq!(dry.lines().collect::<Vec<_>>(), sorted);
    names.iter().for_each(|name| drop(read(name).expect(404)));
    let continued = restore(&server, &["--all", "--prefix", "lost/", "--json", "--after", &sorted[0]]);
    let restored = continued.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let paths: Vec<_> = restored.filter(|result: &Value| result["restored"] == true).collect();
    assert_eq!(paths.iter().map(|result| &result["path"]).collect::<Vec<_>>(), sorted[1..].iter().collect::<Vec<_>>());
    read(&sorted[0]).expect(404);
    assert!(restore(&server, &["--all"]).contains("other: The stream is restored up to"));
    names.iter().for_each(|name| assert_eq!(read(name).expect(200).text(), name));
    assert_eq!(read("other").expect(200).text(), "other");
}

#[test]
fn what_d1_has_lost_comes_back() {
    let setup = Setup::new(&[]);
    let stream = Stream::new_on(&setup.server, "application/json");
    stream.append("[1, 2.0]");
    setup.settle();
    stream.append("[{\"three\": 3}]");
    setup.settle();
    let Setup { state, server, .. } = setup;
    drop(server);
    for database in databases(&state.path().join("v3/d1")) {
        database.execute_batch("DELETE FROM streams; DELETE FROM segments;").expect("rows can be lost");
    }
    let server = Server::start(state.path(), &COLD);
    let stream = stream.on(&server);
    stream.head().send().expect(404);
    let name = stream.path().strip_prefix("/v1/stream/").expect("the path of a stream");
    assert!(restore(&server, &[name]).contains("up to 0000000000000003"));
    assert_eq!(stream.messages(), ["1", "2.0", "{\"three\": 3}"]);
    assert_eq!(stream.append("4"), offset(4));
}

#[test]
fn what_is_damaged_is_named_and_not_sent() {
    let setup = Setup::new(&[("LIMIT_MERGE", "1000"), ("LIMIT_RESPONSE", "8 KiB")]);
    let stream = Stream::new_on(&setup.server, "text/plain");
    stream.append("a".repeat(8192));
    setup.settle();
    stream.append("b".repeat(8192));
    setup.settle();
    let objects = setup.objects();
    let [_, (key, file)] = &objects[..] else { panic!("{objects:?}") };
    let sound = fs::read(file).expect("a blob");
    let check = || {
        // What comes before it is there.
        assert!(stream.get("offset=-1").send().expect(200).body.iter().all(|byte| *byte == b'a'));
        for query in [format!("offset={}", offset(8192)), format!("offset={}&live=long-poll", offset(8192))] {
            let reply = stream.get(&query).send();
            reply.problem(500, "segment-damaged");
            assert!(reply.text().contains(&offset(8192)) && reply.text().contains(&offset(16384)), "{reply:?}");
            assert!(!reply.text().contains(".seg") && !reply.text().contains(&key[..12]), "{reply:?}");
        }
        let mut events = stream.events("-1");
        let mut sent = 0;
        while let Some(line) = events.next_line() {
            sent += line.strip_prefix("data:").filter(|data| data.starts_with('a')).map_or(0, str::len);
            assert!(!line.starts_with("data:b"), "{line}");
        }
        assert_eq!(sent, 8192);
    };
    let mut damaged = sound.clone();
    damaged[4000] ^= 1;
    fs::write(file, &damaged).expect("a blob can be written");
    check();
    setup.bucket().execute("DELETE FROM _mf_objects WHERE key = ?1", [key]).expect("an object can be lost");
    check();
    // Writers go on.
    stream.append("more");
}

#[test]
fn what_the_edge_has_read_is_kept_near_readers() {
    for keeps in [true, false] {
        let lifetime = if keeps { "60 s" } else { "0 s" };
        let setup = Setup::new(&[("LIMIT_EDGE_CACHE", lifetime), ("LIMIT_RESPONSE", "8 KiB")]);
        let stream = Stream::new_on(&setup.server, "text/plain");
        stream.append((0..8192).map(|number| format!("{number:04X}")).collect::<String>());
        setup.settle();
        // Pages are of eight blocks, each of 1 KiB with the length of its one frame.
        let page = |number: usize| stream.get(&format!("offset={}", offset(number * 8 * 1020))).send();
        let first = page(1).expect(200);
        assert_eq!(first.next_offset(), offset(2 * 8 * 1020));
        page(1).expect(200);
        setup.bucket().execute("DELETE FROM _mf_objects", []).expect("objects can be lost");
        if keeps {
            let again = page(1).expect(200);
            assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")));
        } else {
            page(1).problem(500, "segment-damaged");
        }
        // What was not read before is not there.
        page(2).problem(500, "segment-damaged");
        // Another stream at the same path has nothing of the first.
        stream.delete().send().expect(204);
        page(1).problem(404, "stream-not-found");
        stream.put().header("content-type", "text/plain").send().expect(201);
        page(1).problem(410, "offset-trimmed");
        stream.append("x".repeat(32768));
        setup.settle();
        page(1).problem(410, "offset-trimmed");
        assert_eq!(stream.bytes(), "x".repeat(32768).as_bytes());
    }
}
