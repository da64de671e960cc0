//! One client: asks again on a new connection when the last one has broken.

use std::time::Duration;

use bench::client::{Answer, Client, Site};
use bytes::Bytes;
use hyper::Response;
use hyper::body::Incoming;
use hyper::http::request::Builder;
use tokio::time::sleep;

/// How long a server that is away is left alone.
const PAUSE: Duration = Duration::from_millis(15);

pub struct Caller {
    site: Site,
    client: Option<Client>,
}

impl Caller {
    pub fn new(site: &Site) -> Self {
        Self { site: site.clone(), client: None }
    }

    /// The answer, unless there is none, or one that says as much as none.
    pub async fn ask(&mut self, request: Builder, body: Bytes) -> Option<Answer> {
        let asked = match self.connected().await {
            Some(client) => client.ask(request, body).await.ok(),
            None => None,
        };
        if asked.is_none() {
            self.hang_up().await;
        }
        asked.filter(|answer| !matches!(answer.status.as_u16(), 429 | 503))
    }

    /// The answer to a request that may be sent again, and how often it was sent.
    pub async fn insist(&mut self, request: impl Fn() -> Builder, body: &Bytes) -> (Answer, usize) {
        let mut attempts = 0;
        loop {
            attempts += 1;
            if let Some(answer) = self.ask(request(), body.clone()).await {
                return (answer, attempts);
            }
            sleep(PAUSE).await;
        }
    }

    /// The head of an answer, whose body is still to come.
    pub async fn open(&mut self, request: Builder) -> Option<Response<Incoming>> {
        let opened = match self.connected().await {
            Some(client) => client.send(request, Bytes::new()).await.ok(),
            None => None,
        };
        if opened.is_none() {
            self.hang_up().await;
        }
        opened
    }

    /// Lets go of the connection, with whatever is still to come on it.
    pub async fn hang_up(&mut self) {
        self.client = None;
        sleep(PAUSE).await;
    }

    async fn connected(&mut self) -> Option<&mut Client> {
        if self.client.is_none() {
            self.client = Client::connect(&self.site).await.ok();
        }
        self.client.as_mut()
    }
}
