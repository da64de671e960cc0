//! A stream for one test.

use std::process;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{Events, Reply, Request, Server, base_url, request};

/// The path and the content type of a stream, on one of the servers.
#[derive(Clone, Debug)]
pub struct Stream {
    base: String,
    path: String,
    content_type: String,
}

impl Stream {
    /// A path on the server under test where no stream has ever been.
    pub fn unborn() -> Self {
        Self::at(base_url(), unique_path())
    }

    /// A path on a server of the test's own where no stream has ever been.
    pub fn unborn_on(server: &Server) -> Self {
        Self::at(server.url(""), unique_path())
    }

    /// An empty stream on the server under test.
    pub fn new(content_type: &str) -> Self {
        Self::unborn().created(content_type)
    }

    /// An empty stream on a server of the test's own.
    pub fn new_on(server: &Server, content_type: &str) -> Self {
        Self::unborn_on(server).created(content_type)
    }

    fn at(base: String, path: String) -> Self {
        Self { base, path, content_type: String::new() }
    }

    /// The same stream on a server that has been started again.
    #[must_use]
    pub fn on(&self, server: &Server) -> Self {
        Self { base: server.url(""), ..self.clone() }
    }

    /// The path below this one.
    #[must_use]
    pub fn child(&self, segments: &str) -> Self {
        Self { path: format!("{}/{segments}", self.path), ..self.clone() }
    }

    #[track_caller]
    fn created(self, content_type: &str) -> Self {
        let stream = Self { content_type: content_type.to_owned(), ..self };
        stream.put().header("content-type", content_type).send().expect(201);
        stream
    }

    /// Its whole URL.
    pub fn url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// Its path, from the first slash on.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A request to it.
    pub fn request(&self, method: &str) -> Request {
        request(method, &self.url())
    }

    /// A PUT without headers.
    pub fn put(&self) -> Request {
        self.request("PUT")
    }

    /// A POST without headers.
    pub fn post(&self) -> Request {
        self.request("POST")
    }

    /// A POST of a body with the stream's content type.
    pub fn appending(&self, body: impl Into<Vec<u8>>) -> Request {
        self.post().header("content-type", &self.content_type).body(body)
    }

    /// A POST of a body with the stream's content type and the headers of a producer.
    pub fn producing(&self, id: &str, epoch: u64, seq: u64, body: impl Into<Vec<u8>>) -> Request {
        self.appending(body)
            .header("producer-id", id)
            .header("producer-epoch", epoch.to_string())
            .header("producer-seq", seq.to_string())
    }

    /// Appends a body, and returns the new tail.
    #[track_caller]
    pub fn append(&self, body: impl Into<Vec<u8>>) -> String {
        self.appending(body).send().expect(204).next_offset().to_owned()
    }

    /// Closes the stream.
    #[track_caller]
    pub fn close(&self) {
        self.post().header("stream-closed", "true").send().expect(204);
    }

    /// A GET with a query.
    pub fn get(&self, query: &str) -> Request {
        request("GET", &format!("{}?{query}", self.url()))
    }

    /// A long-poll from an offset on.
    pub fn poll(&self, offset: &str) -> Request {
        self.get(&format!("offset={offset}&live=long-poll"))
    }

    /// The events from an offset on.
    #[track_caller]
    pub fn events(&self, offset: &str) -> Events {
        let events = self.get(&format!("offset={offset}&live=sse")).events();
        assert_eq!(events.status, 200, "{:?}", events.headers);
        events
    }

    /// A HEAD.
    pub fn head(&self) -> Request {
        self.request("HEAD")
    }

    /// A DELETE.
    pub fn delete(&self) -> Request {
        self.request("DELETE")
    }

    /// Where its tail is.
    #[track_caller]
    pub fn tail(&self) -> String {
        self.head().send().expect(200).next_offset().to_owned()
    }

    /// The pages from an offset on until one reaches the tail.
    #[track_caller]
    pub fn pages(&self, from: &str) -> Vec<Reply> {
        let mut pages = Vec::new();
        let mut next = from.to_owned();
        loop {
            let page = self.get(&format!("offset={next}")).send().expect(200);
            assert_ne!(page.next_offset(), next, "a page that leads nowhere: {page:?}");
            next = page.next_offset().to_owned();
            pages.push(page);
            if pages.last().is_some_and(|page| page.header("stream-up-to-date").is_some()) {
                return pages;
            }
        }
    }

    /// All its bytes. It must have some.
    #[track_caller]
    pub fn bytes(&self) -> Vec<u8> {
        self.pages("-1").into_iter().flat_map(|page| page.body).collect()
    }

    /// All its messages, of which it must have some, as they were sent.
    #[track_caller]
    pub fn messages(&self) -> Vec<String> {
        self.pages("-1").iter().flat_map(Reply::messages).collect()
    }
}

/// The offset of a message or a byte, counted from 0.
pub fn offset(index: usize) -> String {
    format!("{index:016X}")
}

/// A path that no other test has, in this run or another.
pub fn unique_path() -> String {
    static RUN: LazyLock<String> = LazyLock::new(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
        format!("{:x}-{:x}", now.as_millis(), process::id())
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("/v1/stream/e2e/{}/{count}", *RUN)
}
