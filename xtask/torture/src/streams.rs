//! What a client of the protocol needs to know of it.

use anyhow::{Context, Result, ensure};
use bench::client::{Answer, Site};
use bytes::Bytes;
use hyper::Request;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Builder;
use serde_json::Value;

use crate::caller::Caller;
use crate::log::{Kind, Log};

/// No stream here is read in more pages than this.
const MOST_PAGES: usize = 100_000;

/// A stream on the server.
#[derive(Clone, Debug)]
pub struct Stream {
    /// The whole path of its URL.
    pub path: String,
    pub kind: Kind,
}

impl Stream {
    pub fn new(site: &Site, name: &str, kind: Kind) -> Self {
        Self { path: format!("{}/v1/stream/{name}", site.prefix), kind }
    }

    /// Its path, as subscriptions name it.
    pub fn name(&self, site: &Site) -> String {
        let prefix = format!("{}/v1/stream/", site.prefix);
        self.path.strip_prefix(&prefix).unwrap_or(&self.path).to_owned()
    }

    pub fn put(&self) -> Builder {
        Request::put(&self.path).header(CONTENT_TYPE, self.media())
    }

    pub fn post(&self) -> Builder {
        Request::post(&self.path).header(CONTENT_TYPE, self.media())
    }

    /// Asks for it to be made whole again.
    pub fn restore(&self) -> Builder {
        Request::post(self.path.replacen("/v1/stream/", "/v1/restore/", 1))
    }

    pub fn delete(&self) -> Builder {
        Request::delete(&self.path)
    }

    /// What is read from an offset on, with more parameters.
    pub fn get(&self, offset: u64, more: &str) -> Builder {
        Request::get(format!("{}?offset={}{more}", self.path, self.offset(offset)))
    }

    /// How the protocol writes an offset.
    pub fn offset(&self, offset: u64) -> String {
        format!("{offset:016X}")
    }

    fn media(&self) -> &'static str {
        match self.kind {
            Kind::Json => "application/json",
            Kind::Bytes => "application/octet-stream",
        }
    }

    /// All of it, and its tail, if it is there.
    pub async fn content(&self, caller: &mut Caller) -> Result<Option<(Log, u64)>> {
        let (mut log, mut position) = (Log::new(self.kind), None);
        for _ in 0..MOST_PAGES {
            // Where it begins shows once something of it is there.
            let from = position.map_or("-1".to_owned(), |position| self.offset(position));
            let get = || Request::get(format!("{}?offset={from}", self.path));
            let (page, _) = caller.insist(get, &Bytes::new()).await;
            if matches!(page.status.as_u16(), 404 | 410) {
                return Ok(None);
            }
            ensure!(page.status == 200, "{} of a page of {}", page.status, self.path);
            let (more, stop) = (Log::of_page(self.kind, &page.body)?, stop(&page)?);
            let expected = position.map_or(stop, |position| position + more.len());
            ensure!(stop == expected, "a page of {} ends at {stop} in place of {expected}", self.path);
            log.append(&more);
            position = Some(stop);
            if page.header("stream-up-to-date").is_some() {
                return Ok(Some((log, stop)));
            }
        }
        anyhow::bail!("no end of {} after {MOST_PAGES} pages", self.path)
    }
}

/// Asks for a list of the streams whose paths begin with a text.
pub fn list(site: &Site, below: &str) -> Builder {
    Request::get(format!("{}/v1/streams?limit=1000&prefix={below}", site.prefix))
}

/// The paths in a list.
pub fn listed(body: &[u8]) -> Result<Vec<String>> {
    let list: Value = serde_json::from_slice(body).context("no list")?;
    let streams = list["streams"].as_array().context("a list without streams")?;
    streams.iter().map(|stream| Ok(stream["path"].as_str().context("a stream without a path")?.to_owned())).collect()
}

/// The offset that an answer names.
pub fn stop(answer: &Answer) -> Result<u64> {
    let text = answer.header("stream-next-offset").with_context(|| format!("{} without an offset", answer.status))?;
    parse_offset(text)
}

pub fn parse_offset(text: &str) -> Result<u64> {
    u64::from_str_radix(text, 16).with_context(|| format!("no offset: {text}"))
}
