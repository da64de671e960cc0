//! Lists of streams that xtask/bench/seed.mjs has put into the databases before.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::Request;
use serde_json::Value;

use crate::client::{Client, Site};
use crate::measure::{Figures, Recorder};
use crate::round::Round;

/// Number of streams, which are evenly spread over the prefixes: `0000/000000`, `0001/000001` and so on, `0000/001000`.
const STREAMS: u32 = 100_000;
const PREFIXES: u32 = 1_000;

/// Maximum number of entries of a page, which the server states.
const PAGE: u32 = 1_000;

/// What is listed, a page in each request.
#[derive(Clone, Copy)]
pub enum List {
    /// Streams after one prefix or another.
    Streams,
    /// All prefixes.
    Prefixes,
}

pub async fn run(load: List, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    for number in (0..STREAMS).step_by(STREAMS as usize / 100) {
        find(&mut client, round.site, number).await?;
    }
    let recorder = Recorder::start(round)?;
    let mut count = 0;
    while recorder.running() {
        let sent = Instant::now();
        let page = client.ask_and_get(Request::get(load.target(count)), Bytes::new()).await?;
        recorder.record(sent);
        load.check(&page.body)?;
        count += 1;
    }
    recorder.finish(1.0)
}

/// The path of a stream.
pub fn path(number: u32) -> String {
    format!("{:04}/{number:06}", number % PREFIXES)
}

/// Finds a stream by its path. It is not found if it is in another database than the server computes from its path.
async fn find(client: &mut Client, site: &Site, number: u32) -> Result<()> {
    let target = format!("{}/{}", site.prefix, path(number));
    let found = client.ask_and_get(Request::head(&target), Bytes::new()).await;
    found.map(drop).with_context(|| format!("{target} is not there"))
}

impl List {
    /// The target of a request. Each begins elsewhere, so that no page is always in the database's cache.
    fn target(self, request: u32) -> String {
        match self {
            Self::Streams => {
                // A page comes from ten prefixes.
                let prefix = request.wrapping_mul(7_919) % (PREFIXES - PAGE / (STREAMS / PREFIXES));
                format!("/v1/streams?limit={PAGE}&after={prefix:04}/999999")
            }
            Self::Prefixes => format!("/v1/streams?limit={PAGE}&delimiter=/"),
        }
    }

    fn check(self, page: &Bytes) -> Result<()> {
        let page: Value = serde_json::from_slice(page)?;
        let name = if let Self::Streams = self { "streams" } else { "prefixes" };
        let found = page[name].as_array().map_or(0, Vec::len);
        ensure!(found == PAGE as usize, "a page has {found} {name}");
        Ok(())
    }
}
