//! Many streams, each of which has a reader of its own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout;

use crate::client::Client;
use crate::events::Events;
use crate::idle::{FIRST, LIFETIME, rested, warm_up};
use crate::measure::{Figures, histogram, micros};
use crate::message::{self, Message};
use crate::processor::Meter;
use crate::round::Round;
use crate::stream::{JSON, Stream};

/// How long a message may take to reach its reader.
const PATIENCE: Duration = Duration::from_secs(10);

/// A stream, the events that its reader gets, and the connection on which they come.
struct Followed {
    stream: Stream,
    body: Incoming,
    events: Events,
    _connection: Client,
}

/// What each stream with its reader takes of a server's memory, and how long one message to each of them takes, one after the other.
pub async fn run(readers: u32, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    let stream = Stream::create(&mut client, round.site, &round.stream_name(0), JSON).await?;
    let tail = stream.tail(&mut client).await?;
    warm_up(&mut client, || stream.read(&tail, "")).await?;
    let start = Instant::now();
    let mut followed = follow(&mut client, round, 1..=FIRST).await?;
    let before = rested(round).await?;
    followed.extend(follow(&mut client, round, FIRST + 1..=FIRST + readers).await?);
    let after = rested(round).await?;

    let meter = Meter::start(round.site)?;
    let mut latency_us = histogram();
    for reader in followed.iter_mut().skip(FIRST as usize) {
        let sent = Instant::now();
        let append = client.ask_and_get(reader.stream.append(), message::json(0, 0).into());
        let delivered = async { timeout(PATIENCE, deliver(&mut reader.body, &mut reader.events)).await };
        let (_, delivered) = tokio::try_join!(append, async { delivered.await.context("a message is missing") })?;
        latency_us.saturating_record(micros(delivered? - sent));
    }
    ensure!(start.elapsed() < LIFETIME, "the first readers have been sent away before all had their messages");
    let rate = (after - before) / f64::from(readers);
    Figures::new(&latency_us, rate)?.metered(meter.as_ref(), u64::from(readers))
}

async fn follow(client: &mut Client, round: &Round<'_>, numbers: impl Iterator<Item = u32>) -> Result<Vec<Followed>> {
    let mut followed = Vec::new();
    for number in numbers {
        let stream = Stream::create(client, round.site, &round.stream_name(number), JSON).await?;
        let mut connection = Client::connect(round.site).await?;
        let body = connection.open(stream.read("-1", "&live=sse")).await?.into_body();
        followed.push(Followed { stream, body, events: Events::default(), _connection: connection });
    }
    Ok(followed)
}

/// When the only message of a stream has come.
async fn deliver(body: &mut Incoming, events: &mut Events) -> Result<Instant> {
    loop {
        let Some(frame) = body.frame().await else { bail!("the events ended too early") };
        let Ok(piece) = frame?.into_data() else { continue };
        for event in events.push(&piece).iter().filter(|event| event.kind == "data") {
            let now = Instant::now();
            let messages: Vec<Message> = serde_json::from_str(&event.data)?;
            if let [message] = &*messages {
                ensure!(message.number == 0, "message {} came first", message.number);
                return Ok(now);
            }
            ensure!(messages.is_empty(), "{} messages came in place of one", messages.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small_server::{Fault, SmallServer};

    #[tokio::test]
    async fn each_reader_gets_its_message() {
        let server = SmallServer::start(Fault::None).await;
        let round = server.round(Duration::from_secs(1));
        let mut client = Client::connect(round.site).await.unwrap();
        let mut followed = follow(&mut client, &round, 0..3).await.unwrap();
        for reader in followed.iter_mut().rev() {
            let sent = Instant::now();
            client.ask_and_get(reader.stream.append(), message::json(0, 0).into()).await.unwrap();
            assert!(deliver(&mut reader.body, &mut reader.events).await.unwrap() > sent);
        }
    }
}
