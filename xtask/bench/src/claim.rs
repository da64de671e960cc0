//! Claims of a wake whose subscription has many links.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::client::Client;
use crate::list;
use crate::measure::{Figures, Recorder};
use crate::message;
use crate::round::Round;
use crate::stream::{JSON, Stream};
use crate::subscription::Subscription;

/// One worker claims the wake and gives it back, again and again. Only the claims are recorded.
pub async fn run(links: u32, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    let wake_stream = format!("{}-wakes", round.name);
    Stream::create(&mut client, round.site, &wake_stream, JSON).await?;
    let paths: Vec<_> = (0..links).map(list::path).collect();
    let body = json!({ "streams": paths });
    let subscription = Subscription::of_workers(&mut client, round.site, &round.name, &wake_stream, body).await?;
    let stream = Stream::create(&mut client, round.site, &paths[0], JSON).await?;
    client.ask_and_get(stream.append(), message::json(0, 0).into()).await?;
    let recorder = Recorder::start(round)?;
    while recorder.running() {
        let sent = Instant::now();
        let claimed = subscription.claim(&mut client).await?;
        recorder.record(sent);
        let claimed: Value = serde_json::from_slice(&claimed)?;
        let listed = claimed["streams"].as_array().map_or(0, Vec::len);
        ensure!(listed == links as usize, "a claim lists {listed} links");
        subscription.release(&mut client, &claimed).await?;
    }
    let figures = recorder.finish(1.0)?;
    subscription.delete(&mut client).await?;
    Ok(figures)
}
