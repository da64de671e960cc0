//! The examples of the spec, sent to the uploads in a bucket in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tus::protocol::{EXAMPLES, Limits, MALFORMED, Route, admit, serve};
use tus::{Bucket, Failure, Listed, Uploads};
use wire::{Body, Chunks, Response, Sent, Unread};

/// A bucket in memory. It can be out of order.
#[derive(Default)]
struct Memory {
    objects: RefCell<BTreeMap<String, Vec<u8>>>,
    fails: bool,
}

impl Memory {
    fn objects(&self) -> Result<&RefCell<BTreeMap<String, Vec<u8>>>, Failure> {
        if self.fails { Err(Failure("out of order".to_owned())) } else { Ok(&self.objects) }
    }

    fn insert(&self, key: &str, bytes: Vec<u8>) -> Result<bool, Failure> {
        let mut objects = self.objects()?.borrow_mut();
        let is_new = !objects.contains_key(key);
        if is_new {
            objects.insert(key.to_owned(), bytes);
        }
        Ok(is_new)
    }
}

impl Bucket for Memory {
    fn put_new(&self, key: &str, bytes: Vec<u8>) -> impl Future<Output = Result<bool, Failure>> {
        ready(self.insert(key, bytes))
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.objects()?.borrow().get(key).cloned())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, Failure> {
        let objects = self.objects()?.borrow();
        let objects = objects.iter().filter(|(key, _)| key.starts_with(prefix));
        Ok(objects.map(|(key, bytes)| Listed { key: key.clone(), size: bytes.len() as u64 }).collect())
    }

    async fn join(&self, key: &str, parts: &[String]) -> Result<(), Failure> {
        let bytes = parts.iter().flat_map(|part| self.objects.borrow()[part].clone()).collect();
        self.insert(key, bytes).map(drop)
    }

    async fn delete(&self, keys: Vec<String>) -> Result<(), Failure> {
        self.objects()?.borrow_mut().retain(|key, _| !keys.contains(key));
        Ok(())
    }
}

/// A body that arrives byte by byte, and perhaps not to its end.
struct Bytes {
    bytes: std::vec::IntoIter<u8>,
    end: Option<Unread>,
}

impl Chunks for Bytes {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Unread> {
        match (self.bytes.next(), self.end) {
            (Some(byte), _) => Ok(Some(vec![byte])),
            (None, None) => Ok(None),
            (None, Some(unread)) => Err(unread),
        }
    }
}

fn program(limits: Limits) -> Uploads<Memory> {
    Uploads { bucket: Memory::default(), limits, new_id: || "a".to_owned(), log: |_| {} }
}

fn answer(program: &Uploads<Memory>, sent: &Sent, end: Option<Unread>) -> Response<std::convert::Infallible> {
    let body = Bytes { bytes: sent.body().as_bytes().to_vec().into_iter(), end };
    match admit(sent, program) {
        Err(response) => response,
        Ok(Route::Uploads(_) | Route::Upload(_)) => finished(serve(program, sent, body)),
    }
}

/// The result of a future that never waits.
fn finished<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

const CREATE: Sent = Sent("POST /files\ntus-resumable: 1.0.0\nupload-length: 5");
const DESCRIBE: Sent = Sent("HEAD /files/a\ntus-resumable: 1.0.0");

macro_rules! append {
    ($offset:literal, $body:literal) => {
        Sent(concat!(
            "PATCH /files/a\ntus-resumable: 1.0.0\ncontent-type: application/offset+octet-stream\nupload-offset: ",
            $offset,
            "\n\n",
            $body
        ))
    };
}

#[test]
fn examples_show_what_is_answered() {
    for example in EXAMPLES.iter().chain(MALFORMED) {
        let variable =
            |name: &str| example.limits.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let mut program = program(Limits::DECLARED.overridden(variable).expect("limits"));
        for sent in example.before {
            let response = answer(&program, sent, None);
            assert!(response.is_successful(), "{} {}: {response:?}", example.endpoint, example.name);
        }
        program.bucket.fails = example.given.contains(&"failure");
        let response = answer(&program, &example.send, None);
        let body = match &response.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::Empty | Body::Events(_) => Vec::new(),
        };
        let header = |name: &str| response.get(name).map(str::to_owned);
        let differences = example.expect.differences(response.status, header, &body);
        assert!(differences.is_empty(), "{} {}: {differences:#?}", example.endpoint, example.name);
    }
}

#[test]
fn a_complete_upload_is_one_file() {
    let program = program(Limits { piece: 2, ..Limits::DECLARED });
    answer(&program, &CREATE, None);
    assert_eq!(answer(&program, &append!("0", "abc"), None).get("upload-offset"), Some("3"));
    let keys = |program: &Uploads<Memory>| program.bucket.objects.borrow().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&program), ["a/0000000000000000", "a/0000000000000002", "a/upload"]);
    assert_eq!(answer(&program, &append!("3", "de"), None).get("upload-offset"), Some("5"));
    assert_eq!(keys(&program), ["a/file", "a/upload"]);
    assert_eq!(program.bucket.objects.borrow()["a/file"], b"abcde");
    assert_eq!(answer(&program, &append!("5", ""), None).get("upload-offset"), Some("5"));
}

#[test]
fn what_arrived_before_an_interruption_is_kept() {
    let program = program(Limits { piece: 2, ..Limits::DECLARED });
    answer(&program, &CREATE, None);
    assert_eq!(answer(&program, &append!("0", "abc"), Some(Unread::Broken)).status, 400);
    assert_eq!(answer(&program, &DESCRIBE, None).get("upload-offset"), Some("3"));
    assert_eq!(answer(&program, &append!("0", "abc"), None).status, 409);
    assert_eq!(answer(&program, &append!("3", "de"), None).get("upload-offset"), Some("5"));
}

#[test]
fn a_body_can_be_longer_than_memory_but_not_than_the_limit() {
    let limits = Limits { piece: 2, upload: 4 };
    let program = program(limits);
    program.bucket.objects.borrow_mut().insert("a/upload".to_owned(), b"5\n".to_vec());
    assert_eq!(answer(&program, &append!("0", "abcde"), None).status, 413);
    assert_eq!(answer(&program, &DESCRIBE, None).get("upload-offset"), Some("4"));
}

#[test]
fn options_tell_what_the_server_supports() {
    let program = program(Limits { upload: 7, ..Limits::DECLARED });
    for sent in [Sent("OPTIONS /files"), Sent("OPTIONS /files/a")] {
        let response = answer(&program, &sent, None);
        assert_eq!((response.status, response.get("tus-version")), (204, Some("1.0.0")));
        assert_eq!(response.get("tus-extension"), Some("creation,termination"));
        assert_eq!(response.get("tus-max-size"), Some("7"));
        assert!(response.get("access-control-expose-headers").is_some_and(|names| names.contains("tus-max-size")));
        assert!(response.get("access-control-allow-methods").is_some_and(|names| names.contains("PATCH")));
    }
}
