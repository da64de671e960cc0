//! What is imported is what was exported.

use anyhow::Result;
use http::{Request, Response};
use transfer::event::Event;
use transfer::http::{Exchange, Reply};
use transfer::import::Options;
use transfer::offsets::Offsets;

use crate::process::{Failure, Process};
use crate::{ANEW, RESUMED, new_file, try_export, try_import};

/// The bytes of messages that a JSON library would write differently, so that only exact copies are equal.
const ODD_JSON: &str =
    r#"[ {"b" : 1.00,  "a":1e400, "a": 2}, [ ] ,"\u00e9é\/", -0, 123456789012345678901234567890, null ]"#;

/// Streams of all kinds, and their paths.
fn fill(server: &Process) -> Vec<&'static str> {
    let json = ("content-type", "application/json");
    let text = ("content-type", "text/plain; charset=utf-8");
    server.put("a/binary", &[("content-type", "application/octet-stream")], &(0..=255).collect::<Vec<_>>());
    server.put("a/bytes%20of%2F2/x", &[], &vec![7; 2_500_000]);
    server.put("a/closed", &[text], "ends…".as_bytes());
    server.post("a/closed", &[("stream-closed", "true")], b"");
    server.put("a/closed-empty", &[json, ("stream-closed", "true")], b"");
    server.put("a/empty", &[json], b"");
    server.put("a/expires", &[text, ("stream-expires-at", "2090-01-02T03:04:05Z")], b"x");
    server.put("a/json", &[json], ODD_JSON.as_bytes());
    server.put("a/fork", &[("stream-forked-from", "/v1/stream/a/json")], b"");
    let large = format!("[\"{}\"]", "m".repeat(1 << 20));
    server.put("a/large", &[json], large.as_bytes());
    server.post("a/large", &[json], b"[1,2,3]");
    server.post("a/large", &[json], large.as_bytes());
    let configuration = [text, ("stream-label", "team=blue, env=prod"), ("stream-ttl", "3600")];
    server.put("a/set", &configuration, b"x");
    server.put("a/retained", &[("stream-retain-bytes", "0"), ("stream-retain-age", "86400")], b"y");
    server.put("b/other", &[], b"not exported");
    vec![
        "a/binary",
        "a/bytes%20of%2F2/x",
        "a/closed",
        "a/closed-empty",
        "a/empty",
        "a/expires",
        "a/fork",
        "a/json",
        "a/large",
        "a/set",
        "a/retained",
    ]
}

#[test]
fn streams_are_the_same_after_an_import() {
    let (source, target) = (Process::new(), Process::new());
    let paths = fill(&source);
    let (_folder, file) = new_file();
    let (totals, _) = try_export(&source, &file, false).expect("an export");
    assert_eq!((totals.streams, totals.lost), (paths.len() as u64, 0));
    let (summary, events) = try_import(&target, &file, ANEW).expect("an import");
    assert_eq!((summary.imported, summary.refused, summary.skipped), (paths.len() as u64, 0, 0), "{events:?}");
    for path in &paths {
        assert_eq!(source.read(path), target.read(path), "{path}");
        let imported = Event::Imported { path: (*path).to_owned(), offsets: Offsets::Kept, producers: 0 };
        assert!(events.contains(&imported), "{path}");
    }
    assert_eq!(target.tail("b/other"), "none");
}

#[test]
fn a_fork_is_exported_with_its_inherited_content() {
    let (source, target) = (Process::new(), Process::new());
    source.put("b/source", &[("content-type", "text/plain")], b"abcdef");
    source.put(
        "a/fork",
        &[("stream-forked-from", "/v1/stream/b/source"), ("stream-fork-offset", "0000000000000003")],
        b"",
    );
    source.post("a/fork", &[("content-type", "text/plain")], b"xyz");
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    try_import(&target, &file, ANEW).expect("an import");
    assert!(target.read("a/fork").ends_with("abcxyz"));
    assert_eq!(target.tail("b/source"), "none");
}

#[test]
fn a_second_import_changes_nothing_and_is_refused_unless_it_is_resumed() {
    let (source, target) = (Process::new(), Process::new());
    let paths = fill(&source);
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    try_import(&target, &file, ANEW).expect("an import");
    let read = || paths.iter().map(|path| target.read(path)).collect::<Vec<_>>();
    let before = read();
    let (summary, events) = try_import(&target, &file, ANEW).expect("an import");
    assert_eq!(summary.refused, paths.len() as u64);
    assert!(matches!(&events[0], Event::Refused { reason, .. } if reason.contains("--resume")), "{events:?}");
    let (summary, events) = try_import(&target, &file, RESUMED).expect("an import");
    assert_eq!((summary.imported, summary.refused), (paths.len() as u64, 0), "{events:?}");
    let is_kept = |event: &Event| matches!(event, Event::Imported { offsets: Offsets::Kept, .. });
    assert!(events.iter().all(is_kept), "{events:?}");
    assert_eq!(read(), before);
}

#[test]
fn a_stream_from_elsewhere_is_left_alone() {
    let (source, target) = (Process::new(), Process::new());
    let text = ("content-type", "text/plain");
    for path in ["a/closed", "a/content", "a/empty", "a/other"] {
        source.put(path, &[text], if path == "a/empty" { b"" } else { b"abc" });
    }
    source.post("a/closed", &[("stream-closed", "true")], b"");
    target.put("a/closed", &[text, ("stream-closed", "true")], b"abc");
    target.put("a/content", &[text], b"abc");
    target.put("a/empty", &[text], b"abc");
    target.put("a/other", &[text, ("stream-label", "own=yes")], b"");
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    let paths = ["a/closed", "a/content", "a/empty", "a/other"];
    let before = paths.map(|path| target.read(path));
    for options in [ANEW, RESUMED] {
        let (summary, events) = try_import(&target, &file, options).expect("an import");
        assert_eq!(summary.refused, 4, "{events:?}");
        assert_eq!(paths.map(|path| target.read(path)), before);
    }
}

fn imported(offsets: Offsets, producers: u64) -> Event {
    Event::Imported { path: "a/x".to_owned(), offsets, producers }
}

/// A stream that begins after an earlier one.
fn successor(source: &Process) {
    source.put("a/x", &[TEXT], b"former");
    source.delete("a/x");
    source.put("a/x", &[TEXT], b"abc");
}

const TEXT: (&str, &str) = ("content-type", "text/plain");

#[test]
fn first_offsets_above_zero_are_kept_wherever_an_import_is_interrupted() {
    let source = Process::new();
    successor(&source);
    source.post("a/x", &[TEXT, ("stream-closed", "true")], b"def");
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    for failure in [Failure::Request, Failure::Response] {
        for requests in 0..4 {
            let target = Process::new();
            target.fail_after(requests, failure);
            let events = match try_import(&target, &file, ANEW) {
                Ok((_, events)) => events,
                Err(_) => try_import(&target, &file, RESUMED).expect("a resumed import").1,
            };
            assert_eq!(events, [imported(Offsets::Kept, 0)], "{failure:?} after {requests}");
            assert_eq!(target.read("a/x"), source.read("a/x"));
            assert_eq!(target.first("a/x"), "0000000000000007");
        }
    }
}

#[test]
fn offsets_are_shifted_if_the_first_one_is_used_or_not_permitted() {
    let source = Process::new();
    successor(&source);
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    let used = Process::new();
    used.put("a/x", &[TEXT], b"longer than the source");
    used.delete("a/x");
    assert_eq!(try_import(&used, &file, ANEW).expect("an import").1, [imported(Offsets::Shifted(16), 0)]);
    let unprivileged = WithoutAdmin(Process::new());
    assert_eq!(try_import(&unprivileged, &file, ANEW).expect("an import").1, [imported(Offsets::Shifted(-7), 0)]);
    assert!(unprivileged.0.read("a/x").ends_with("abc"));
}

/// A server whose client is not an operator.
struct WithoutAdmin(Process);

impl Exchange for WithoutAdmin {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Reply> {
        let is_operators = request.uri().path().starts_with("/v1/admin/");
        if is_operators || request.headers().contains_key("stream-first-offset") {
            return Ok(Response::builder().status(403).body(Box::new(std::io::empty()) as Box<dyn std::io::Read>)?);
        }
        self.0.send(request)
    }
}

/// Appends as a producer, and returns the status.
fn produce(server: &Process, epoch: u64, seq: u64, body: &str) -> u16 {
    let (epoch, seq) = (epoch.to_string(), seq.to_string());
    let headers = [TEXT, ("producer-id", "p 1"), ("producer-epoch", &epoch), ("producer-seq", &seq)];
    server.request("POST", "/v1/stream/a/x", &headers, body.as_bytes()).status
}

#[test]
fn producers_continue_after_an_import_wherever_it_is_interrupted() {
    let source = Process::new();
    source.put("a/x", &[TEXT], b"");
    for (epoch, seq) in [(2, 0), (3, 0), (3, 1)] {
        assert_eq!(produce(&source, epoch, seq, "x"), 200);
    }
    source.post("a/x", &[TEXT, ("producer-id", "q"), ("producer-epoch", "0"), ("producer-seq", "0")], b"y");
    let (_folder, file) = new_file();
    let (_, events) = try_export(&source, &file, false).expect("an export");
    assert!(matches!(events[0], Event::Exported { producers: 2, producers_left: 0, .. }), "{events:?}");
    for requests in 0..6 {
        let target = Process::new();
        target.fail_after(requests, Failure::Response);
        let events = match try_import(&target, &file, ANEW) {
            Ok((_, events)) => events,
            Err(_) => try_import(&target, &file, RESUMED).expect("a resumed import").1,
        };
        target.mend();
        assert_eq!(events, [imported(Offsets::Kept, 2)], "after {requests}");
        // A retry is not appended again, and an old epoch and a gap are refused.
        let statuses = [(3, 1), (2, 1), (3, 3), (3, 2)].map(|(epoch, seq)| produce(&target, epoch, seq, "z"));
        assert_eq!(statuses, [204, 403, 409, 200]);
        assert!(target.read("a/x").ends_with("xxxyz"), "{}", target.read("a/x"));
        // A producer that has appended meanwhile is not set back.
        try_import(&target, &file, RESUMED).expect("another import");
        assert_eq!(produce(&target, 3, 2, "z"), 204);
    }
    let unprivileged = WithoutAdmin(Process::new());
    assert_eq!(try_import(&unprivileged, &file, ANEW).expect("an import").1, [imported(Offsets::Kept, 0)]);
}

#[test]
fn offsets_are_shifted_where_there_was_another_stream() {
    let source = Process::new();
    source.put("a/x", &[("content-type", "text/plain")], b"abcdef");
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    for requests in 0..4 {
        let target = Process::new();
        target.put("a/x", &[("content-type", "text/plain")], b"old");
        target.delete("a/x");
        target.fail_after(requests, Failure::Request);
        let events = match try_import(&target, &file, ANEW) {
            Ok((_, events)) => events,
            Err(_) => try_import(&target, &file, RESUMED).expect("a resumed import").1,
        };
        assert_eq!(events, [imported(Offsets::Shifted(4), 0)]);
        assert_eq!(target.tail("a/x"), "000000000000000A");
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let (source, target) = (Process::new(), Process::new());
    source.put("a/1", &[], b"x");
    source.put("a/2", &[], b"x");
    target.put("a/2", &[], b"y");
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    let options = Options { resume: false, dry_run: true };
    let (summary, events) = try_import(&target, &file, options).expect("a dry run");
    assert_eq!(events[0], Event::WouldImport { path: "a/1".to_owned() });
    assert_eq!(summary.refused, 1, "{events:?}");
    assert!(target.writes.borrow().is_empty());
}

#[test]
fn a_stream_that_has_expired_is_skipped() {
    let (source, target) = (Process::new(), Process::new());
    source.put("a/1", &[("stream-expires-at", "2090-01-01T00:00:00Z")], b"x");
    let (_folder, file) = new_file();
    try_export(&source, &file, false).expect("an export");
    crate::failures::rewrite(&file, |text| text.replace("2090-", "1990-"));
    let (summary, events) = try_import(&target, &file, ANEW).expect("an import");
    assert_eq!((summary.skipped, summary.refused), (1, 0), "{events:?}");
}
