//! Interruptions, and damaged files.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use proptest::prelude::*;
use transfer::entry::{Entries, Entry};
use transfer::event::Event;
use transfer::frame::{self, Flaw, Frames, Position};
use transfer::http::{Exchange, Reply};
use transfer::import;
use transfer::target::Target;

use crate::process::{Failure, Process};
use crate::{ANEW, RESUMED, URL, new_file, try_export, try_import};

/// Writes a file anew, with changes to the text of its frames and with new checksums.
pub fn rewrite(file: &Path, change: impl Fn(String) -> String) {
    let mut frames = Frames::new(Cursor::new(fs::read(file).expect("a file")));
    let (mut output, mut position) = (Vec::new(), Position::default());
    while let Some(frame) = frames.read().expect("a frame") {
        let payload = match String::from_utf8(frame.payload) {
            Ok(text) => change(text).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        position = frame::write(&mut output, position, &frame.kind, &payload).expect("a Vec takes everything");
    }
    fs::write(file, output).expect("a file");
}

const PATHS: [&str; 5] = ["a/bytes", "a/closed", "a/empty", "a/json", "a/last"];

/// A server with small pages, so that each stream has several frames.
fn source() -> Process {
    let server = Process::with_pages(10);
    let json = ("content-type", "application/json");
    server.put("a/bytes", &[], b"0123456789abcdefghijklmnopqrstu");
    server.put("a/closed", &[json, ("stream-closed", "true")], b"[1]");
    server.put("a/empty", &[json], b"");
    server.put("a/json", &[json], br#"["one", 2.0, {"three" : 3}, "four", 5]"#);
    server.put("a/last", &[("stream-label", "k=v")], b"z");
    server
}

/// The places between the frames of a file.
fn boundaries(bytes: &[u8]) -> Vec<usize> {
    let mut frames = Frames::new(bytes);
    let mut places = vec![0];
    while frames.read().expect("a frame").is_some() {
        places.push(usize::try_from(frames.position().at).expect("a small file"));
    }
    places
}

#[test]
fn an_export_can_be_resumed_in_and_after_any_frame() {
    let server = source();
    let (_folder, file) = new_file();
    try_export(&server, &file, false).expect("an export");
    let whole = fs::read(&file).expect("a file");
    // The first frame has the name of the export.
    let ends = &boundaries(&whole)[1..];
    let within = ends.windows(2).flat_map(|ends| [ends[0], ends[0] + 1, ends[0].midpoint(ends[1]), ends[1] - 1]);
    for length in within.chain([whole.len()]) {
        fs::write(&file, &whole[..length]).expect("a file");
        try_export(&server, &file, true).expect("a resumed export");
        assert!(fs::read(&file).expect("a file") == whole, "after {length} bytes of {}", whole.len());
    }
}

#[test]
fn an_export_is_refused_where_a_file_is() {
    let server = source();
    let (_folder, file) = new_file();
    fs::write(&file, "mine").expect("a file");
    let error = try_export(&server, &file, false).expect_err("a file that exists").to_string();
    assert!(error.contains("exists already"), "{error}");
    try_export(&server, &file, true).expect_err("a file that is no export");
    assert_eq!(fs::read(&file).expect("a file"), b"mine");
}

#[test]
fn an_export_can_be_resumed_after_any_failure_of_the_network() {
    let server = source();
    let (_folder, file) = new_file();
    try_export(&server, &file, false).expect("an export");
    let whole = content(&file);
    for failure in [Failure::Request, Failure::Response, Failure::Body] {
        for requests in 0.. {
            fs::remove_file(&file).expect("a file");
            server.fail_after(requests, failure);
            let result = try_export(&server, &file, false);
            if server.mend() {
                result.expect("an export without a failure");
                break;
            }
            // A response without a body has no half of it.
            if result.is_err() {
                try_export(&server, &file, true).expect("a resumed export");
            }
            assert_eq!(content(&file), whole, "{failure:?} after {requests} requests");
        }
    }
}

/// The entries of a file after the first, which has a random name.
fn content(file: &Path) -> Vec<Entry> {
    let mut entries = Entries::new(Cursor::new(fs::read(file).expect("a file")));
    let mut all = Vec::new();
    while let Some(entry) = entries.read().expect("an entry") {
        all.push(entry);
    }
    all.split_off(1)
}

#[test]
fn an_import_can_be_resumed_after_any_failure_of_the_network() {
    let server = source();
    let (_folder, file) = new_file();
    try_export(&server, &file, false).expect("an export");
    for failure in [Failure::Request, Failure::Response] {
        for requests in 0.. {
            let target = Process::with_pages(10);
            target.fail_after(requests, failure);
            let result = try_import(&target, &file, ANEW);
            if target.mend() {
                result.expect("an import without a failure");
                break;
            }
            result.expect_err("a failure of the network");
            let (summary, events) = try_import(&target, &file, RESUMED).expect("a resumed import");
            assert_eq!((summary.imported, summary.refused), (5, 0), "{failure:?} after {requests}: {events:?}");
            for path in PATHS {
                assert_eq!(target.read(path), server.read(path), "{path}, {failure:?} after {requests}");
            }
        }
    }
}

#[test]
fn a_resumed_import_does_not_append_after_others() {
    let server = source();
    let (_folder, file) = new_file();
    try_export(&server, &file, false).expect("an export");
    let target = Process::new();
    // PUT, and two of the four appends of a/bytes.
    target.fail_after(3, Failure::Request);
    try_import(&target, &file, ANEW).expect_err("a failure of the network");
    target.post("a/bytes", &[("content-type", "application/octet-stream")], b"mine");
    let before = target.read("a/bytes");
    let (summary, events) = try_import(&target, &file, RESUMED).expect("an import");
    assert_eq!(summary.refused, 1, "{events:?}");
    assert_eq!(target.read("a/bytes"), before);
}

#[test]
fn a_resumed_import_sends_what_is_missing() {
    let server = source();
    let (_folder, file) = new_file();
    try_export(&server, &file, false).expect("an export");
    let target = Process::new();
    try_import(&target, &file, ANEW).expect("an import");
    target.writes.borrow_mut().clear();
    try_import(&target, &file, RESUMED).expect("an import");
    let again = target.writes.borrow().iter().filter(|request| request.ends_with("a/bytes")).count();
    assert_eq!(again, 2, "the first and the last append: {:?}", target.writes);
}

#[test]
fn a_stream_that_is_deleted_meanwhile_is_lost_and_not_imported() {
    let server = source();
    let (_folder, file) = new_file();
    // The list, and of a/bytes HEAD and its first page.
    server.fail_after(3, Failure::Request);
    try_export(&server, &file, false).expect_err("a failure of the network");
    server.delete("a/bytes");
    server.put("a/bytes", &[], b"0123456789 other content at the same path");
    let (totals, events) = try_export(&server, &file, true).expect("a resumed export");
    assert_eq!((totals.streams, totals.lost), (4, 1), "{events:?}");
    assert!(matches!(&events[0], Event::Lost { path, .. } if path == "a/bytes"), "{events:?}");
    let target = Process::new();
    let (summary, _) = try_import(&target, &file, ANEW).expect("an import");
    assert_eq!((summary.imported, summary.skipped), (4, 1));
    assert_eq!(target.tail("a/bytes"), "none");
}

/// A network that nothing may use.
struct Silence;

impl Exchange for Silence {
    fn send(&self, request: http::Request<Vec<u8>>) -> anyhow::Result<Reply> {
        panic!("{request:?}")
    }
}

/// Imports bytes that are not an export, and returns the reason.
fn refused(bytes: &[u8]) -> String {
    let (_folder, file) = new_file();
    fs::write(&file, bytes).expect("a file");
    let error = import::run(&Target::new(&Silence, URL), &file, ANEW, &mut |event| panic!("{event:?}"));
    format!("{:#}", error.expect_err("a file that is not whole"))
}

fn exported(server: &Process) -> Vec<u8> {
    let (_folder, file) = new_file();
    try_export(server, &file, false).expect("an export");
    fs::read(file).expect("a file")
}

#[test]
fn nothing_of_a_file_that_ends_early_is_imported() {
    let whole = exported(&source());
    for length in 0..whole.len() {
        let reason = refused(&whole[..length]);
        assert!(reason.contains("ends early"), "{length}: {reason}");
    }
}

#[test]
fn nothing_of_a_file_with_a_changed_bit_is_imported() {
    let server = Process::new();
    server.put("a/x", &[("stream-label", "k=v")], b"content");
    let whole = exported(&server);
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            let reason = refused(&changed);
            assert!(reason.contains("damaged") || reason.contains("ends early"), "{at}/{bit}: {reason}");
        }
    }
}

#[test]
fn frames_can_neither_be_left_out_nor_exchanged_nor_repeated() {
    let whole = exported(&source());
    let places = boundaries(&whole);
    let frames: Vec<_> = places.windows(2).map(|ends| &whole[ends[0]..ends[1]]).collect();
    for number in 0..frames.len() - 1 {
        let mut without = frames.clone();
        without.remove(number);
        let mut exchanged = frames.clone();
        exchanged.swap(number, number + 1);
        let mut repeated = frames.clone();
        repeated.insert(number, frames[number]);
        for changed in [without, exchanged, repeated] {
            let reason = refused(&changed.concat());
            assert!(reason.contains("damaged"), "{number}: {reason}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Frames are read as they were written, and any bytes at all are read without a panic.
    #[test]
    fn frames_are_read_as_written(
        written in prop::collection::vec(("[a-z]{1,8}", prop::collection::vec(any::<u8>(), 0..200)), 0..8),
        noise in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let (mut file, mut position) = (Vec::new(), Position::default());
        for (kind, payload) in &written {
            position = frame::write(&mut file, position, kind, payload).expect("a Vec takes everything");
        }
        prop_assert_eq!(position.at, file.len() as u64);
        file.extend(&noise);
        let mut frames = Frames::new(file.as_slice());
        for (kind, payload) in &written {
            let frame = frames.read().expect("a frame").expect("a frame");
            prop_assert_eq!((&frame.kind, &frame.payload), (kind, payload));
        }
        match frames.read() {
            Ok(None) => prop_assert!(noise.is_empty()),
            Err(Flaw::EndsEarly(_) | Flaw::Damaged(..)) => prop_assert!(!noise.is_empty()),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
