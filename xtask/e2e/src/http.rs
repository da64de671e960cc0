//! One request, one reply: nothing followed, nothing retried, no status taken for an error.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::time::Duration;

use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body, SendBody};

use crate::sse::Events;

/// Longer than any long-poll or event stream is to last.
const PATIENCE: Duration = Duration::from_secs(90);

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
    let url = if target.starts_with('/') {
        crate::base_url() + target
    } else {
        target.to_owned()
    };
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
    pub fn send(self) -> Reply {
        let (head, body) = self.respond().into_parts();
        let mut bytes = Vec::new();
        body.into_reader()
            .read_to_end(&mut bytes)
            .expect("the reply's body");
        Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            body: bytes,
        }
    }

    /// Sends it and reads the reply's head only: its body, as events, when they come.
    pub fn events(self) -> Events {
        let (head, body) = self.respond().into_parts();
        Events::new(head.status.as_u16(), head.headers, body.into_reader())
    }

    fn respond(self) -> Response<Body> {
        const INVALID: &str = "a request that HTTP allows: else use raw()";
        let reply = match self.body {
            RequestBody::None => AGENT.run(self.builder.body(()).expect(INVALID)),
            RequestBody::Bytes(bytes) => AGENT.run(self.builder.body(bytes).expect(INVALID)),
            RequestBody::Chunks(reader) => {
                let body = SendBody::from_owned_reader(reader);
                AGENT.run(self.builder.body(body).expect(INVALID))
            }
        };
        reply.expect("a reply")
    }
}

/// A whole reply.
#[derive(Debug)]
pub struct Reply {
    /// Its status code.
    pub status: u16,
    /// Its headers, their names in lower case.
    pub headers: HeaderMap,
    /// Its body, without the encoding of its transfer.
    pub body: Vec<u8>,
}

impl Reply {
    /// The value of a header that is there once; none if it isn't there.
    pub fn header(&self, name: &str) -> Option<&str> {
        only_value(&self.headers, name)
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body of text")
    }
}

/// The value of a header, which mustn't be there more than once.
pub(crate) fn only_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    assert!(
        values.next().is_none(),
        "the header {name} is there more than once"
    );
    Some(value.to_str().expect("a header of visible ASCII"))
}

/// Sends bytes as they are, for what no client would send, and returns all that comes back until the server hangs up.
/// They should ask for `Connection: close`.
pub fn raw(bytes: &[u8]) -> Vec<u8> {
    let url = crate::base_url();
    let address = url.strip_prefix("http://").expect("a BASE_URL of http");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(bytes).expect("the request is taken");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the answer");
    answer
}
