//! Sends one request and reads one response, without redirects, retries or status errors.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::value::RawValue;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Response};
use ureq::{Agent, Body, SendBody};

use crate::PATIENCE;
use crate::headers::only_value;
use crate::sse::Events;

static AGENT: LazyLock<Agent> = LazyLock::new(|| {
    Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(PATIENCE))
        .user_agent("e2e")
        .build()
        .into()
});

/// A request on its way to being sent.
pub struct Request {
    builder: ureq::http::request::Builder,
    body: RequestBody,
}

enum RequestBody {
    None,
    Bytes(Vec<u8>),
    Chunks(Box<dyn Read>),
}

/// Begins a request of any method. `target` is a path on the server under test, or a whole URL.
pub fn request(method: &str, target: &str) -> Request {
    let url = if target.starts_with('/') { crate::base_url() + target } else { target.to_owned() };
    Request {
        builder: ureq::http::Request::builder().method(method).uri(url),
        // As clients do, an empty body is declared where the method asks for one.
        body: match method {
            "POST" | "PUT" | "PATCH" => RequestBody::Bytes(Vec::new()),
            _ => RequestBody::None,
        },
    }
}

impl Request {
    /// Adds a header, also one that is there already.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.builder = self.builder.header(name, value.as_ref());
        self
    }

    /// Sets the body, whose length is declared.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = RequestBody::Bytes(body.into());
        self
    }

    /// Sets a body that is sent in chunks, its length not declared.
    #[must_use]
    pub fn chunked_body(mut self, body: impl Read + 'static) -> Self {
        self.body = RequestBody::Chunks(Box::new(body));
        self
    }

    /// Sends it and reads the whole reply.
    #[track_caller]
    pub fn send(self) -> Reply {
        self.try_send().expect("a reply")
    }

    /// Sends it and reads the whole reply, if there is one: for a server that may end meanwhile.
    pub fn try_send(self) -> Result<Reply, ureq::Error> {
        let (head, body) = self.respond()?.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().read_to_end(&mut bytes)?;
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body: bytes })
    }

    /// Sends it and reads the reply up to this many bytes of its body, which need not end.
    #[track_caller]
    pub fn send_and_read(self, length: usize) -> Reply {
        let (head, body) = self.respond().expect("a reply").into_parts();
        let mut bytes = vec![0; length];
        let mut reader = body.into_reader();
        let mut read = 0;
        while read < length {
            match reader.read(&mut bytes[read..]).expect("more of the body") {
                0 => break,
                more => read += more,
            }
        }
        bytes.truncate(read);
        Reply { status: head.status.as_u16(), headers: head.headers, body: bytes }
    }

    /// Sends it and reads the whole reply, which may come before the end of the body: then the server hangs up on the
    /// rest, and `send` would give up without having looked.
    #[track_caller]
    pub fn send_until_answered(self) -> Reply {
        const INVALID: &str = "a request that HTTP allows";
        let uri = self.builder.uri_ref().expect(INVALID);
        let authority = uri.authority().expect("a whole URL").as_str();
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let method = self.builder.method_ref().expect(INVALID);
        let mut wire = format!("{method} {target} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n").into_bytes();
        for (name, value) in self.builder.headers_ref().expect(INVALID) {
            wire.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        let RequestBody::Bytes(body) = self.body else { panic!("a body whose length is declared") };
        wire.extend(format!("content-length: {}\r\n\r\n", body.len()).into_bytes());
        wire.extend(body);
        Reply::parse(&raw(&format!("http://{authority}"), &wire))
    }

    /// Sends it and reads the reply's head only: its body, as events, when they come.
    #[track_caller]
    pub fn events(self) -> Events {
        let (head, body) = self.respond().expect("a reply").into_parts();
        Events::new(head.status.as_u16(), head.headers, body.into_reader())
    }

    fn respond(self) -> Result<Response<Body>, ureq::Error> {
        const INVALID: &str = "a request that HTTP allows: else use raw()";
        match self.body {
            RequestBody::None => AGENT.run(self.builder.body(()).expect(INVALID)),
            RequestBody::Bytes(bytes) => AGENT.run(self.builder.body(bytes).expect(INVALID)),
            RequestBody::Chunks(reader) => {
                let body = SendBody::from_owned_reader(reader);
                AGENT.run(self.builder.body(body).expect(INVALID))
            }
        }
    }
}

/// A whole reply.
pub struct Reply {
    /// Its status code.
    pub status: u16,
    /// Its headers, their names in lower case.
    pub headers: HeaderMap,
    /// Its body, without the encoding of its transfer.
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads what `raw` returns. The body must not be in chunks.
    #[track_caller]
    fn parse(answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("the end of a head");
        let head = std::str::from_utf8(&answer[..end]).expect("a head of ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").expect("a header");
            let name = HeaderName::from_bytes(name.as_bytes()).expect("its name");
            headers.append(name, HeaderValue::from_str(value).expect("its value"));
        }
        Self { status, headers, body: answer[end + 4..].to_vec() }
    }

    /// This, whose status must be `status`.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// The value of a header that is there once; none if it isn't there.
    pub fn header(&self, name: &str) -> Option<&str> {
        only_value(&self.headers, name)
    }

    /// The offset to go on from, which must be there.
    #[track_caller]
    pub fn next_offset(&self) -> &str {
        self.header("stream-next-offset").unwrap_or_else(|| panic!("no Stream-Next-Offset: {self:?}"))
    }

    /// Whether it says that the stream has ended. Only `true` says so.
    #[track_caller]
    pub fn closed(&self) -> bool {
        self.flag("stream-closed")
    }

    /// Whether it says that it reaches the tail. Only `true` says so.
    #[track_caller]
    pub fn up_to_date(&self) -> bool {
        self.flag("stream-up-to-date")
    }

    #[track_caller]
    fn flag(&self, name: &str) -> bool {
        match self.header(name) {
            None => false,
            Some(value) => {
                assert_eq!(value, "true", "{name}: {self:?}");
                true
            }
        }
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body of text")
    }

    /// The elements of the array that the body is, each exactly as it stands there.
    #[track_caller]
    pub fn messages(&self) -> Vec<String> {
        let messages: Vec<&RawValue> = serde_json::from_slice(&self.body).expect("a body that is an array of JSON");
        messages.into_iter().map(|message| message.get().to_owned()).collect()
    }
}

impl fmt::Debug for Reply {
    /// What a failed test is to show: not the lists that every response carries, and no more than a screen of the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SCREEN: usize = 800;
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            if !name.as_str().starts_with("access-control-") {
                writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
            }
        }
        let shown = &self.body[..self.body.len().min(SCREEN)];
        write!(f, "\n{}", String::from_utf8_lossy(shown))?;
        match self.body.len() - shown.len() {
            0 => Ok(()),
            more => write!(f, " … and {more} bytes more"),
        }
    }
}

/// Sends bytes as they are, for what no client would send, and returns all that comes back until the server hangs up.
/// They should ask for `Connection: close`.
pub fn raw(base_url: &str, bytes: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    connect(base_url, bytes).read_to_end(&mut answer).expect("the answer");
    answer
}

/// Sends bytes as they are, and returns the status of the answer as soon as it begins.
pub fn raw_status(base_url: &str, bytes: &[u8]) -> u16 {
    let mut line = String::new();
    BufReader::new(connect(base_url, bytes)).read_line(&mut line).expect("the answer");
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    status.unwrap_or_else(|| panic!("no answer of HTTP: {line:?}"))
}

/// Sends bytes as they are, and a moment later breaks the connection off, of which the server is told at once.
pub fn break_off(base_url: &str, bytes: &[u8]) {
    let stream = connect(base_url, bytes);
    std::thread::sleep(Duration::from_millis(200));
    let abrupt = rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO));
    abrupt.expect("a connection can be broken off");
}

/// Sends bytes as they are, and leaves the rest to the caller: what is read, and when.
pub fn connect(base_url: &str, bytes: &[u8]) -> TcpStream {
    let address = base_url.strip_prefix("http://").expect("a URL of http");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    // A server that has answered already may hang up on the rest.
    let _ = stream.write_all(bytes);
    stream
}
