//! How long after an append a webhook is told of it.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::client::Client;
use crate::measure::{Figures, histogram, micros};
use crate::message;
use crate::processor::Meter;
use crate::receiver::Receiver;
use crate::round::Round;
use crate::stream::{JSON, Stream};
use crate::subscription::Subscription;

/// How often a message is appended, at most: a wake is over before the next one.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a webhook may not be told of an append.
const PATIENCE: Duration = Duration::from_secs(60);
/// Clients that prepare many streams, and append to them at the same time.
const CLIENTS: usize = 64;

/// From the response to an append to the request that announces it.
pub async fn latency(round: &Round<'_>) -> Result<Figures> {
    let (mut client, mut receiver) = (Client::connect(round.site).await?, Receiver::listen().await?);
    let stream = Stream::create(&mut client, round.site, &round.stream_name(0), JSON).await?;
    let links = json!({ "streams": [round.stream_name(0)] });
    let subscription = Subscription::of_webhook(&mut client, round.site, &round.name, &receiver.url(""), links).await?;
    let meter = Meter::start(round.site)?;
    let (mut latency_us, start) = (histogram(), Instant::now());
    let mut ticks = interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0.. {
        ticks.tick().await;
        if start.elapsed() > round.duration {
            break;
        }
        let append = async {
            let answer = client.ask_and_get(stream.append(), message::json(0, number).into()).await?;
            let tail = answer.header("stream-next-offset").context("an append without an offset")?.to_owned();
            anyhow::Ok((tail, Instant::now()))
        };
        // The request can be there before the response.
        let ((tail, acknowledged), (announced, received)) = tokio::try_join!(append, next(&mut receiver))?;
        ensure!(announced == tail, "a webhook was told of {announced} in place of {tail}");
        latency_us.saturating_record(micros(received.saturating_duration_since(acknowledged)));
    }
    let seconds = start.elapsed().as_secs_f64();
    let figures =
        Figures::new(&latency_us, latency_us.len() as f64 / seconds)?.metered(meter.as_ref(), latency_us.len())?;
    subscription.delete(&mut client).await?;
    Ok(figures)
}

/// The tail in the next request to a webhook, and when it came. The stream has been processed.
async fn next(receiver: &mut Receiver) -> Result<(String, Instant)> {
    let received = timeout(PATIENCE, receiver.next()).await.context("a webhook was not told of an append")??;
    let now = Instant::now();
    let notice: Value = serde_json::from_slice(received.request.body())?;
    let tail = notice["streams"][0]["tail_offset"].as_str().context("a notice without a tail")?.to_owned();
    received.answer(200, r#"{"done":true}"#);
    Ok((tail, now))
}

/// From the start of a burst of appends, one to each of so many streams, to the first wake of each stream's subscription.
pub async fn burst(streams: usize, round: &Round<'_>) -> Result<Figures> {
    let mut receiver = Receiver::listen().await?;
    let mut prepared = JoinSet::new();
    for first in 0..CLIENTS.min(streams) {
        prepared.spawn(prepare(round, &receiver, (first..streams).step_by(CLIENTS).collect())?);
    }
    let mut parts = Vec::new();
    while let Some(part) = prepared.join_next().await {
        parts.push(part??);
    }
    let meter = Meter::start(round.site)?;
    let (mut latency_us, start) = (histogram(), Instant::now());
    let mut appending = JoinSet::new();
    for part in parts {
        appending.spawn(part.append());
    }
    let mut woken = HashSet::new();
    while woken.len() < streams {
        let received = timeout(PATIENCE, receiver.next()).await;
        let received = received.with_context(|| format!("{} of {streams} subscriptions were told", woken.len()))??;
        if woken.insert(received.request.uri().path().to_owned()) {
            latency_us.saturating_record(micros(start.elapsed()));
        }
        received.answer(200, r#"{"done":true}"#);
    }
    let seconds = start.elapsed().as_secs_f64();
    let figures = Figures::new(&latency_us, streams as f64 / seconds)?.metered(meter.as_ref(), streams as u64)?;
    let mut deleting = JoinSet::new();
    while let Some(part) = appending.join_next().await {
        deleting.spawn(part??.delete());
    }
    while let Some(deleted) = deleting.join_next().await {
        deleted??;
    }
    Ok(figures)
}

/// Some streams, each with a subscription, and the client that appends to them.
struct Part {
    client: Client,
    subscribed: Vec<(Stream, Subscription)>,
}

fn prepare(
    round: &Round<'_>,
    receiver: &Receiver,
    numbers: Vec<usize>,
) -> Result<impl Future<Output = Result<Part>> + use<>> {
    let (site, url) = (round.site.clone(), receiver.url(""));
    let names: Vec<_> =
        numbers.into_iter().map(|number| Ok(round.stream_name(u32::try_from(number)?))).collect::<Result<_>>()?;
    Ok(async move {
        let mut client = Client::connect(&site).await?;
        let mut subscribed = Vec::new();
        for name in names {
            let stream = Stream::create(&mut client, &site, &name, JSON).await?;
            let links = json!({ "streams": [name] });
            subscribed.push((stream, Subscription::of_webhook(&mut client, &site, &name, &url, links).await?));
        }
        Ok(Part { client, subscribed })
    })
}

impl Part {
    async fn append(mut self) -> Result<Self> {
        for (stream, _) in &self.subscribed {
            self.client.ask_and_get(stream.append(), message::json(0, 0).into()).await?;
        }
        Ok(self)
    }

    async fn delete(mut self) -> Result<()> {
        for (_, subscription) in &self.subscribed {
            subscription.delete(&mut self.client).await?;
        }
        Ok(())
    }
}
