//! What a client of the protocol needs to know of it.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use hyper::Request;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Builder;

use crate::client::{Client, Site};
use crate::unserved::Unserved;

pub const JSON: &str = "application/json";
pub const BINARY: &str = "application/octet-stream";

const NEXT_OFFSET: &str = "stream-next-offset";

/// No stream here is read in more pages than this.
const MOST_PAGES: usize = 100_000;

/// Without it, a client can't go on.
fn no_offset() -> Unserved {
    Unserved("its responses have no Stream-Next-Offset".into())
}

/// A stream on some server.
#[derive(Clone)]
pub struct Stream {
    path: String,
    media: &'static str,
}

/// A page, and where the next one begins.
pub struct Page {
    pub body: Bytes,
    pub next_offset: String,
    pub cursor: Option<String>,
    up_to_date: bool,
}

impl Stream {
    pub async fn create(client: &mut Client, site: &Site, name: &str, media: &'static str) -> Result<Self> {
        let stream = Self { path: format!("{}/{name}", site.prefix), media };
        let request = Request::put(&stream.path).header(CONTENT_TYPE, media);
        client.ask_and_get(request, Bytes::new()).await.context("cannot create a stream")?;
        Ok(stream)
    }

    /// Creates another stream that has all of this one.
    pub async fn fork(&self, client: &mut Client, site: &Site, name: &str) -> Result<Self> {
        let fork = Self { path: format!("{}/{name}", site.prefix), media: self.media };
        let request =
            Request::put(&fork.path).header(CONTENT_TYPE, self.media).header("stream-forked-from", &self.path);
        client.ask_and_get(request, Bytes::new()).await.context("cannot fork a stream")?;
        Ok(fork)
    }

    /// The offset behind all that there is.
    pub async fn tail(&self, client: &mut Client) -> Result<String> {
        let answer = client.ask_and_get(Request::head(&self.path), Bytes::new()).await?;
        Ok(answer.header(NEXT_OFFSET).ok_or_else(no_offset)?.to_owned())
    }

    pub fn append(&self) -> Builder {
        Request::post(&self.path).header(CONTENT_TYPE, self.media)
    }

    pub fn closing(&self) -> Builder {
        Request::post(&self.path).header("stream-closed", "true")
    }

    /// What is read from `offset` on, with more parameters.
    pub fn read(&self, offset: &str, more: &str) -> Builder {
        Request::get(format!("{}?offset={offset}{more}", self.path))
    }

    /// One page; with a long-poll, nothing if nothing came in time.
    pub async fn page(&self, client: &mut Client, offset: &str, more: &str) -> Result<Page> {
        let answer = client.ask_and_get(self.read(offset, more), Bytes::new()).await?;
        let header = |name| answer.header(name).map(str::to_owned);
        Ok(Page {
            next_offset: header(NEXT_OFFSET).ok_or_else(no_offset)?,
            cursor: header("stream-cursor"),
            up_to_date: header("stream-up-to-date").is_some(),
            body: answer.body,
        })
    }

    /// All pages there are.
    pub async fn pages(&self, client: &mut Client) -> Result<Vec<Bytes>> {
        let mut pages = Vec::new();
        let mut offset = "-1".to_owned();
        while pages.len() < MOST_PAGES {
            let page = self.page(client, &offset, "").await?;
            pages.push(page.body);
            if page.up_to_date {
                return Ok(pages);
            }
            offset = page.next_offset;
        }
        bail!("no end after {MOST_PAGES} pages")
    }
}
