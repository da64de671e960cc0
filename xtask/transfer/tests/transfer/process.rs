//! A server in this process, and a network to it that can fail.

use std::cell::{Cell, RefCell};
use std::io::{Cursor, Read};
use std::time::Duration;

use anyhow::{Result, bail};
use http::{Request, Response};
use native::Server;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;
use transfer::http::{Exchange, Reply};

/// How the network fails.
#[derive(Clone, Copy, Debug)]
pub enum Failure {
    /// The request does not arrive.
    Request,
    /// The response does not arrive.
    Response,
    /// Half of the response's body arrives.
    Body,
}

pub struct Process {
    runtime: Runtime,
    tasks: LocalSet,
    server: Server,
    /// The number of requests until the network fails.
    until: Cell<Option<(u32, Failure)>>,
    /// Requests that changed something or tried to.
    pub writes: RefCell<Vec<String>>,
}

impl Process {
    /// A server whose responses have at most so many bytes of a stream.
    pub fn with_pages(bytes: usize) -> Self {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let tasks = LocalSet::new();
        let server = tasks.block_on(&runtime, async { Server::with(|settings| settings.limits.response = bytes as _) });
        Self { runtime, tasks, server, until: Cell::default(), writes: RefCell::default() }
    }

    pub fn new() -> Self {
        Self::with_pages(64 << 20)
    }

    /// Lets the network fail after so many requests, once.
    pub fn fail_after(&self, requests: u32, failure: Failure) {
        self.until.set(Some((requests, failure)));
    }

    /// Whether the network has not failed, although it should have.
    pub fn mend(&self) -> bool {
        self.until.take().is_some()
    }

    pub fn request(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> native::Reply {
        let request = native::Request::new(method, target).body(body);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let answer = async { self.server.attempt(request).await.expect("an answer") };
        self.tasks.block_on(&self.runtime, answer)
    }

    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let reply = self.request("PUT", &format!("/v1/stream/{path}"), headers, body);
        assert_eq!(reply.status, 201, "{path}: {}", reply.text());
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let reply = self.request("POST", &format!("/v1/stream/{path}"), headers, body);
        assert!((200..300).contains(&reply.status), "{path}: {}", reply.text());
    }

    pub fn delete(&self, path: &str) {
        assert_eq!(self.request("DELETE", &format!("/v1/stream/{path}"), &[], &[]).status, 204);
    }

    /// All that clients can read of a stream: its metadata, and its content.
    pub fn read(&self, path: &str) -> String {
        let target = format!("/v1/stream/{path}");
        let described = self.request("HEAD", &target, &[], &[]);
        let mut text = format!("{}\n", described.status);
        for (name, value) in described.headers() {
            if matches!(name, "content-type" | "stream-next-offset") || name.starts_with("stream-") {
                text += &format!("{name}: {value}\n");
            }
        }
        let mut offset = "-1".to_owned();
        loop {
            let page = self.request("GET", &format!("{target}?offset={offset}"), &[], &[]);
            text += &String::from_utf8_lossy(page.bytes());
            match page.header("stream-next-offset") {
                Some(next) if page.header("stream-up-to-date").is_none() => offset = next.to_owned(),
                _ => return text,
            }
        }
    }

    pub fn first(&self, path: &str) -> String {
        let described = self.request("HEAD", &format!("/v1/stream/{path}"), &[], &[]);
        described.header("stream-earliest-offset").unwrap_or("none").to_owned()
    }

    pub fn tail(&self, path: &str) -> String {
        let described = self.request("HEAD", &format!("/v1/stream/{path}"), &[], &[]);
        described.header("stream-next-offset").unwrap_or("none").to_owned()
    }
}

impl Exchange for Process {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Reply> {
        let mut failure = None;
        match self.until.get() {
            Some((0, what)) => {
                self.until.set(None);
                failure = Some(what);
            }
            Some((more, what)) => self.until.set(Some((more - 1, what))),
            None => {}
        }
        if let Some(Failure::Request) = failure {
            bail!("the network failed");
        }
        let (head, body) = request.into_parts();
        if !matches!(head.method.as_str(), "GET" | "HEAD") {
            self.writes.borrow_mut().push(format!("{} {}", head.method, head.uri.path()));
        }
        let target = head.uri.path_and_query().expect("a path").as_str();
        let headers: Vec<_> =
            head.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII"))).collect();
        let answer = self.request(head.method.as_str(), target, &headers, &body);
        if let Some(Failure::Response) = failure {
            bail!("the network failed");
        }
        let reply = answer
            .headers()
            .fold(Response::builder().status(answer.status), |reply, (name, value)| reply.header(name, value));
        let body = answer.bytes().to_vec();
        let body: Box<dyn Read> = match failure {
            None => Box::new(Cursor::new(body)),
            Some(_) => Box::new(Cursor::new(body[..body.len() / 2].to_vec()).chain(Broken)),
        };
        Ok(reply.body(body)?)
    }

    fn wait(&self, _: Duration) {}
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the connection was broken off"))
    }
}
