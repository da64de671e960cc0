use futures_util::StreamExt as _;
use std::borrow::Cow;
use wire::{Incoming, Source, Unread};
use worker::{Headers, Request};

/// The head of a request. Headers stay on the other side of the wasm boundary until they are asked for.
pub struct Head {
    method: String,
    url: String,
    headers: Headers,
}

impl Head {
    /// The head of `request`.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let inner = request.inner();
        Self { method: inner.method(), url: inner.url(), headers: request.headers().clone() }
    }

    /// The URL as sent.
    #[must_use]
    pub fn full_url(&self) -> &str {
        &self.url
    }

    /// The URL without its query.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or_default()
    }

    /// The URL from its path on.
    fn target(&self) -> &str {
        let after_scheme = self.url.find("://").map_or(0, |at| at + 3);
        let authority = self.url[after_scheme..].find('/').map_or(self.url.len(), |at| after_scheme + at);
        self.url[authority..].split('#').next().unwrap_or_default()
    }
}

impl Source for Head {
    fn method(&self) -> &str {
        &self.method
    }

    fn path(&self) -> &str {
        self.target().split('?').next().unwrap_or_default()
    }

    fn query(&self) -> &str {
        self.target().split_once('?').map_or("", |(_, query)| query)
    }

    fn header(&self, name: &'static str) -> Option<Cow<'_, str>> {
        // The platform knows no header name that a checked spec could declare and it would refuse.
        self.headers.get(name).ok().flatten().map(Cow::Owned)
    }
}

/// The body of a request.
pub struct Body(pub Request);

impl Incoming for Body {
    async fn read(mut self, limit: usize) -> Result<Vec<u8>, Unread> {
        if self.0.inner().body().is_none() {
            return Ok(Vec::new());
        }
        let (mut body, mut length) = (Vec::new(), 0_usize);
        let mut stream = self.0.stream().map_err(|_| Unread::Broken)?;
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|_| Unread::Broken)?;
            length = length.saturating_add(piece.len());
            if length <= limit {
                body.extend_from_slice(&piece);
            } else {
                body = Vec::new();
            }
        }
        if length <= limit { Ok(body) } else { Err(Unread::TooLarge) }
    }
}
