//! A server of the protocol in memory, on which tests run scenarios.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::value::RawValue;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::client::Site;
use crate::round::Round;

/// How it differs from a good one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// It acknowledges the fourth append to each stream and doesn't store it.
    LosesAppends,
    /// It creates an empty stream in place of a fork.
    IgnoresForks,
    /// It has no live reads.
    OnlyCatchesUp,
}

pub struct SmallServer {
    pub site: Site,
    _listening: JoinSet<()>,
}

#[derive(Default)]
struct Stream {
    items: Vec<Bytes>,
    appends: u32,
    is_json: bool,
    readers: Vec<UnboundedSender<Bytes>>,
}

type Streams = Arc<Mutex<BTreeMap<String, Stream>>>;
type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

impl SmallServer {
    pub async fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let site = format!("http://{}/v1", listener.local_addr().unwrap()).parse().unwrap();
        let streams = Streams::default();
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                let streams = streams.clone();
                let service = service_fn(move |request| answer(request, streams.clone(), fault));
                // The end of a connection is for its other side to notice.
                connections.spawn(async move {
                    let _ = Builder::new().serve_connection(TokioIo::new(connection), service).await;
                });
            }
        });
        Self { site, _listening: listening }
    }

    pub fn round(&self, duration: Duration) -> Round<'_> {
        Round { site: &self.site, duration, name: "a".into() }
    }
}

async fn answer(request: Request<Incoming>, streams: Streams, fault: Fault) -> Result<Answer> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let mut streams = streams.lock().expect("no request panics");
    let path = head.uri.path().to_owned();
    if head.method == Method::PUT {
        let mut created = Stream { is_json: header("content-type") == Some("application/json"), ..Stream::default() };
        if let Some(source) = header("stream-forked-from").filter(|_| fault != Fault::IgnoresForks) {
            created.items.clone_from(&streams[source].items);
        }
        streams.insert(path.clone(), created);
        return Ok(respond(StatusCode::CREATED, &streams[&path], Bytes::new()));
    }
    let Some(stream) = streams.get_mut(&path) else {
        return Ok(respond(StatusCode::NOT_FOUND, &Stream::default(), Bytes::new()));
    };
    if head.method == Method::POST {
        stream.appends += 1;
        if fault != Fault::LosesAppends || stream.appends != 4 {
            stream.append(body)?;
        }
        return Ok(respond(StatusCode::NO_CONTENT, stream, Bytes::new()));
    }
    let query = head.uri.query().unwrap_or_default();
    let offset = query.split('&').find_map(|parameter| parameter.strip_prefix("offset=")).unwrap_or("-1");
    let read = stream.read(offset.parse().unwrap_or(0));
    if query.contains("live=") && fault == Fault::OnlyCatchesUp {
        return Ok(respond(StatusCode::BAD_REQUEST, stream, Bytes::new()));
    }
    if query.contains("live=sse") {
        let (sender, events) = unbounded_channel();
        let _ = sender.send(event(&read));
        stream.readers.push(sender);
        return Ok(Response::new(Events(events).boxed_unsync()));
    }
    Ok(respond(StatusCode::OK, stream, read))
}

impl Stream {
    fn append(&mut self, body: Bytes) -> Result<()> {
        let first = self.items.len();
        match (self.is_json, body.first()) {
            (true, Some(b'[')) => {
                let messages: Vec<Box<RawValue>> = serde_json::from_slice(&body)?;
                self.items.extend(messages.iter().map(|message| Bytes::from(message.get().to_owned())));
            }
            _ => self.items.push(body),
        }
        let event = event(&self.read(first));
        self.readers.retain(|reader| reader.send(event.clone()).is_ok());
        Ok(())
    }

    fn read(&self, offset: usize) -> Bytes {
        let items = self.items.get(offset..).unwrap_or_default();
        if !self.is_json {
            return items.concat().into();
        }
        let items: Vec<_> = items.iter().map(|item| String::from_utf8_lossy(item)).collect();
        format!("[{}]", items.join(",")).into()
    }
}

fn event(array: &Bytes) -> Bytes {
    format!("event: data\ndata: {}\n\nevent: control\ndata: {{}}\n\n", String::from_utf8_lossy(array)).into()
}

fn respond(status: StatusCode, stream: &Stream, body: Bytes) -> Answer {
    let builder = Response::builder().status(status).header("stream-next-offset", stream.items.len());
    builder.header("stream-up-to-date", "true").body(Full::new(body).boxed_unsync()).unwrap()
}

/// A body that never ends.
struct Events(UnboundedReceiver<Bytes>);

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}
