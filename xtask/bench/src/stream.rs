//! What a client of the protocol needs to know of it.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use hyper::Request;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Builder;

use crate::client::{Client, Site};

pub const JSON: &str = "application/json";
pub const BINARY: &str = "application/octet-stream";

/// No stream here is read in more pages than this.
const MOST_PAGES: usize = 100_000;

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
            next_offset: header("stream-next-offset").context("an answer has no Stream-Next-Offset")?,
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
