//! A receiver of webhooks on this machine.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Error, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// An HTTP server. All of its connections close when it is dropped.
pub struct Receiver {
    address: SocketAddr,
    requests: UnboundedReceiver<Received>,
    _listening: JoinSet<()>,
}

/// A complete request. If it is dropped without a response, its connection closes.
pub struct Received {
    pub request: Request<Bytes>,
    answer: oneshot::Sender<Response<Full<Bytes>>>,
}

impl Receiver {
    /// Listens on a free port.
    pub async fn listen() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for a receiver")?;
        let address = listener.local_addr()?;
        let (sender, requests) = unbounded_channel();
        let mut listening = JoinSet::new();
        listening.spawn(accept(listener, sender));
        Ok(Self { address, requests, _listening: listening })
    }

    /// The URL of a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next request, in the order in which they were complete.
    pub async fn next(&mut self) -> Result<Received> {
        self.requests.recv().await.context("the receiver has stopped")
    }
}

impl Received {
    /// Sends a response. Its sender may have gone.
    pub fn answer(self, status: u16, body: &'static str) {
        let mut response = Response::new(Full::from(body));
        *response.status_mut() = status.try_into().expect("a status");
        let _ = self.answer.send(response);
    }
}

async fn accept(listener: TcpListener, requests: UnboundedSender<Received>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let requests = requests.clone();
        let service = service_fn(move |request| forward(request, requests.clone()));
        // The end of a connection, also a sudden one, is for its other side to notice.
        connections.spawn(async move {
            let _ = Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn forward(
    request: Request<Incoming>,
    requests: UnboundedSender<Received>,
) -> Result<Response<Full<Bytes>>, Error> {
    let (head, body) = request.into_parts();
    let request = Request::from_parts(head, body.collect().await?.to_bytes());
    let (answer, answered) = oneshot::channel();
    requests.send(Received { request, answer }).context("nobody receives")?;
    Ok(answered.await?)
}
