//! Streams whose rows move to R2.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hyper::Request;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::Client;
use crate::message::{self, MESSAGE_BYTES};
use crate::round::Round;
use crate::stream::{JSON, Stream};

/// Each was appended by itself, and so has a row of its own.
const MESSAGES: u64 = 20_000;
/// How long after the last stream was closed all rows must have moved.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(250);
/// How far apart streams begin to move.
const PAUSE: Duration = Duration::from_secs(1);

/// A stream that moves as soon as it is closed.
pub struct Movable {
    client: Client,
    stream: Stream,
    description: String,
}

/// As many streams as can begin to move in a round, one each second.
pub async fn prepare(round: &Round<'_>) -> Result<Vec<Movable>> {
    let mut tasks = JoinSet::new();
    for number in 0..round.duration.as_secs().max(1) {
        let (site, name) = (round.site.clone(), format!("{}-moves-{number}", round.name));
        tasks.spawn(async move {
            let mut client = Client::connect(&site).await?;
            let stream = Stream::create(&mut client, &site, &name, JSON).await?;
            for message in 0..MESSAGES {
                client.ask_and_get(stream.append(), message::json(0, message).into()).await?;
            }
            anyhow::Ok(Movable { client, stream, description: format!("/v1/admin/streams/{name}") })
        });
    }
    let mut prepared = Vec::new();
    while let Some(task) = tasks.join_next().await {
        let mut movable = task??;
        let expected = MESSAGES * MESSAGE_BYTES as u64;
        ensure!(movable.hot_bytes().await? >= expected, "rows have moved before they should");
        prepared.push(movable);
    }
    Ok(prepared)
}

/// Closes one stream after the other.
pub async fn start(mut streams: Vec<Movable>) -> Result<Vec<Movable>> {
    for movable in &mut streams {
        movable.client.ask_and_get(movable.stream.closing(), Bytes::new()).await?;
        sleep(PAUSE).await;
    }
    Ok(streams)
}

/// Waits until all rows have moved.
pub async fn finish(streams: Vec<Movable>) -> Result<()> {
    let all = async {
        for mut movable in streams {
            while movable.hot_bytes().await? > 0 {
                sleep(POLL).await;
            }
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, all).await.context("rows have not moved")?
}

impl Movable {
    /// How much the stream has in the hot log.
    async fn hot_bytes(&mut self) -> Result<u64> {
        let answer = self.client.ask_and_get(Request::get(&self.description), Bytes::new()).await?;
        let described: Value = serde_json::from_slice(&answer.body)?;
        described["stream"]["hot_bytes"].as_u64().context("a description without a size")
    }
}
