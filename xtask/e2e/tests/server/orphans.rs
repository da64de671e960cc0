//! The hourly sweep of R2.

use std::fs;

use e2e::{Stream, offset};

use e2e::stores::Setup;

/// Puts another object into R2 with the content of one that is there.
fn plant(setup: &Setup, key: &str) {
    let objects = setup.objects();
    let (like, blob) = objects.first().expect("an object");
    let id = format!("planted-{}", objects.len());
    fs::copy(blob, blob.with_file_name(&id)).expect("a blob can be copied");
    let columns = "version, size, etag, uploaded, checksums, http_metadata, custom_metadata";
    let insert = format!(
        "INSERT INTO _mf_objects (key, blob_id, {columns}) SELECT ?1, ?2, {columns} FROM _mf_objects WHERE key = ?3"
    );
    assert_eq!(setup.bucket().execute(&insert, [key, &id, like]), Ok(1));
}

#[test]
fn only_what_no_row_names_is_removed() {
    let setup = Setup::new(&[]);
    let stream = Stream::new_on(&setup.server, "text/plain");
    stream.append("cold");
    setup.settle();
    let fork = Stream::unborn_on(&setup.server);
    fork.put().header("stream-forked-from", stream.path()).send().expect(201);
    fork.post().header("content-type", "text/plain").body("er").send().expect(204);
    setup.settle();
    let named = setup.keys();
    assert_eq!(named.len(), 2);
    // What a crash leaves between a put and its transaction, and what is nobody's business.
    let (place, _) = named[0].rsplit_once('-').expect("a key ends with something unique");
    let orphan = format!("{place}-0123456789abcdef.seg");
    // The same of a life that no row is of.
    let parts: Vec<_> = orphan.split('/').collect();
    let last_copy = format!("{}/{}/{:028x}/{}", parts[0], parts[1], 0, parts[3]);
    let foreign = ["backup/report.pdf", "stream/report.pdf"];
    plant(&setup, &orphan);
    plant(&setup, &last_copy);
    foreign.iter().for_each(|key| plant(&setup, key));
    let all = setup.keys();
    assert_eq!(all.len(), 6);

    // It may just be on its way into a row.
    setup.server.pull_cron_trigger();
    assert_eq!(setup.keys(), all);

    // Where rows have been lost, many objects are named by none. But other rows hold what the first one does.
    let setup = setup.again(&[("LIMIT_ORPHAN_GRACE", "0 s"), ("LIMIT_ORPHANS", "0")]);
    setup.server.pull_cron_trigger();
    let left: Vec<_> = all.into_iter().filter(|key| *key != orphan).collect();
    assert_eq!(setup.keys(), left);

    let setup = setup.again(&[("LIMIT_ORPHAN_GRACE", "0 s")]);
    setup.server.pull_cron_trigger();
    let left: Vec<_> = left.into_iter().filter(|key| *key != last_copy).collect();
    assert_eq!(setup.keys(), left);
    let [stream, fork] = [stream, fork].map(|stream| stream.on(&setup.server));
    assert_eq!(stream.bytes(), b"cold");
    assert_eq!(fork.bytes(), b"colder");

    // What a fork needs is named by a row of what it was forked from, also once that is deleted.
    stream.delete().send().expect(204);
    setup.server.pull_cron_trigger();
    assert_eq!(setup.keys(), left);
    assert_eq!(fork.bytes(), b"colder");
    assert_eq!(fork.tail(), offset(6));
}
