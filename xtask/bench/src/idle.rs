//! Readers of whom nothing is heard, and what each of them takes of the server's memory.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::Request;
use hyper::http::request::Builder;
use tokio::time::sleep;

use crate::client::Client;
use crate::measure::{Figures, histogram, micros};
use crate::memory::resident_kib;
use crate::round::Round;
use crate::stream::{JSON, Stream};
use crate::unserved::Unserved;

/// Requests before the first look, so that what the server takes for the first requests of all isn't counted to readers.
const WARM_UP: u32 = 3_000;
/// Readers before the first look, for the same reason.
pub const FIRST: u32 = 20;
/// How long the server has to come to rest before a look: more than until it is written down where readers stand.
const REST: Duration = Duration::from_millis(2_500);

/// Less than how long a response of events lasts.
pub const LIFETIME: Duration = Duration::from_secs(55);

/// What each of `readers` takes of a stream's server.
pub async fn run(readers: u32, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    let stream = Stream::create(&mut client, round.site, &round.stream_name(0), JSON).await?;
    let tail = stream.tail(&mut client).await?;
    measure(readers, round, client, || stream.read(&tail, ""), || stream.read(&tail, "&live=sse")).await
}

/// What each of `readers` takes whom the no-op object holds.
pub async fn run_noop(readers: u32, round: &Round<'_>) -> Result<Figures> {
    let path = |folder: &str| Request::get(format!("{folder}/{}", round.stream_name(0)));
    let client = Client::connect(round.site).await?;
    measure(readers, round, client, || path(""), || path("/held")).await
}

/// Memory by reader, and how long it takes to let one in.
async fn measure(
    readers: u32,
    round: &Round<'_>,
    mut client: Client,
    read: impl Fn() -> Builder,
    wait: impl Fn() -> Builder,
) -> Result<Figures> {
    warm_up(&mut client, read).await?;
    let start = Instant::now();
    let mut latency_us = histogram();
    let mut waiting = Vec::new();
    let mut before = None;
    for number in 0..FIRST + readers {
        if number == FIRST {
            before = Some(rested(round).await?);
            latency_us.reset();
        }
        let sent = Instant::now();
        let mut client = Client::connect(round.site).await?;
        let answer = client.open(wait()).await?;
        latency_us.saturating_record(micros(sent.elapsed()));
        waiting.push((answer, client));
    }
    let after = rested(round).await?;
    ensure!(start.elapsed() < LIFETIME, "the first readers have been sent away before the last had come");
    Figures::new(&latency_us, (after - before.context("there are more readers")?) / f64::from(readers))
}

/// Sends requests until the server takes no more memory for each of them.
pub async fn warm_up(client: &mut Client, read: impl Fn() -> Builder) -> Result<()> {
    for _ in 0..WARM_UP {
        client.ask_and_get(read(), Bytes::new()).await?;
    }
    Ok(())
}

/// The resident set of the server that has come to rest, in KiB.
pub async fn rested(round: &Round<'_>) -> Result<f64> {
    ensure!(round.site.is_observed(), Unserved("its processes can't be seen".into()));
    sleep(REST).await;
    Ok(resident_kib(round.site.address())? as f64)
}
