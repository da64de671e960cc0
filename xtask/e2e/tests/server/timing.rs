//! `Server-Timing`.

use e2e::{Reply, Stream, request};

/// The phases of an answer, each with its milliseconds.
#[track_caller]
fn phases(reply: &Reply) -> Vec<(&str, u64)> {
    let header = reply.header("server-timing").unwrap_or_else(|| panic!("no times: {reply:?}"));
    let phase = |entry| -> Option<(_, _)> {
        let (name, duration) = str::split_once(entry, ";dur=")?;
        Some((name, duration.parse().ok()?))
    };
    header.split(',').map(|entry| phase(entry.trim()).unwrap_or_else(|| panic!("no phase: {header}"))).collect()
}

#[track_caller]
fn has(reply: &Reply, names: &[&str]) {
    let (found, durations): (Vec<_>, Vec<_>) = phases(reply).into_iter().unzip();
    assert_eq!(found, names);
    let (total, parts) = durations.split_last().expect("at least a total");
    assert!(parts.iter().sum::<u64>() <= *total, "the parts of {total} ms are {parts:?}");
    assert_eq!(reply.header("timing-allow-origin"), Some("*"));
}

#[test]
fn writes_tell_all_phases_and_reads_the_total() {
    const WRITE: [&str; 4] = ["decode", "queue", "d1", "total"];
    let stream = Stream::new("text/plain");
    has(&stream.child("new").put().send().expect(201), &WRITE);
    has(&stream.appending("x").send().expect(204), &WRITE);
    has(&stream.producing("p", 0, 0, "y").send().expect(200), &WRITE);
    has(&stream.get("offset=-1").send().expect(200), &["total"]);
    has(&stream.head().send().expect(200), &["total"]);
    has(&stream.delete().send().expect(204), &WRITE);
}

#[test]
fn an_answer_that_waited_for_no_batch_has_none() {
    let absent = Stream::unborn();
    has(&absent.post().header("content-type", "text/plain").body("x").send().expect(404), &["decode", "total"]);
}

#[test]
fn a_long_poll_tells_how_long_it_waited() {
    let stream = Stream::new("text/plain");
    let reply = stream.get("offset=now&live=long-poll").send().expect(204);
    let [("total", waited)] = phases(&reply)[..] else { panic!("{reply:?}") };
    assert!((1_000..60_000).contains(&waited), "{waited} ms");
}

#[test]
fn what_the_edge_refuses_has_no_times_but_may_have() {
    let reply = request("GET", "/nowhere").send().expect(404);
    assert_eq!(reply.header("server-timing"), None);
    assert_eq!(reply.header("timing-allow-origin"), Some("*"));
}
