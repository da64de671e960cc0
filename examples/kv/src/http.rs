//! Between hyper and the generated code.

use crate::protocol::{Route, admit, serve};
use crate::store::Store;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use std::borrow::Cow;
use std::convert::Infallible;
use wire::{Body, Chunks, Source, Unread};

/// Answers a request.
pub async fn answer(
    store: &Store,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, hyper::http::Error> {
    let (parts, body) = request.into_parts();
    let head = Head(parts);
    let response = match admit(&head, store) {
        Ok(Route::Key(_)) => serve(store, &head, Sent(body)).await,
        Err(response) => response,
    };
    sent(response)
}

fn sent(response: wire::Response<Infallible>) -> Result<hyper::Response<Full<Bytes>>, hyper::http::Error> {
    let mut sent = hyper::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        sent = sent.header(*name, &**value);
    }
    sent.body(match response.body {
        Body::Bytes(bytes) => bytes.into(),
        Body::Empty | Body::Events(_) => Full::default(),
    })
}

/// The head of a request.
struct Head(Parts);

impl Source for Head {
    fn method(&self) -> &str {
        self.0.method.as_str()
    }

    fn path(&self) -> &str {
        self.0.uri.path()
    }

    fn query(&self) -> &str {
        self.0.uri.query().unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let values = self.0.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        values.reduce(|all, value| format!("{all}, {value}").into())
    }
}

/// The body of a request.
struct Sent(Incoming);

impl Chunks for Sent {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Unread> {
        while let Some(frame) = self.0.frame().await {
            let frame = frame.map_err(|_| Unread::Broken)?;
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data.into()));
            }
        }
        Ok(None)
    }
}
