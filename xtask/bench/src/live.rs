//! Readers that wait for what comes, and how long after it was sent they get it.
//!
//! Sender and readers share this process, and so their clock.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use http_body_util::BodyExt;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::client::Client;
use crate::events::Events;
use crate::measure::{Figures, histogram, micros};
use crate::message::{self, Ledger, Message, now_us};
use crate::processor::Meter;
use crate::readers::all_wait;
use crate::round::Round;
use crate::stream::{JSON, Stream};

/// How a reader waits.
#[derive(Clone, Copy)]
pub enum Mode {
    LongPoll,
    Sse,
}

/// Readers of one stream to which one writer appends now and then.
#[derive(Clone, Copy)]
pub struct Live {
    pub mode: Mode,
    pub readers: u32,
    /// More readers, who are sent everything and never look at it.
    pub asleep: u32,
    pub messages_per_s: u32,
    pub latencies: Latencies,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Latencies {
    /// How long after it was sent readers have a message.
    OfReaders,
    /// How long the writer waits for its answer.
    OfTheWriter,
}

/// For the server to settle once all readers wait.
const SETTLE: Duration = Duration::from_millis(500);
/// How long after the last message a reader may still be without it.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn run(load: Live, round: &Round<'_>) -> Result<Figures> {
    let mut writer = Client::connect(round.site).await?;
    let stream = Stream::create(&mut writer, round.site, &round.stream_name(0), JSON).await?;
    let count = (round.duration.as_secs_f64() * f64::from(load.messages_per_s)).ceil() as u64;

    let everyone_waits = Arc::new(Barrier::new(load.readers as usize + 1));
    let latency_us = Arc::new(Mutex::new(histogram()));
    let mut readers = JoinSet::new();
    for _ in 0..load.readers {
        let client = Client::connect(round.site).await?;
        let reader = Reader { stream: stream.clone(), count, seen: Seen::new(latency_us.clone()) };
        let all = everyone_waits.clone();
        let limit = round.duration + SETTLE + PATIENCE;
        readers.spawn(async move {
            let read = async {
                match load.mode {
                    Mode::LongPoll => reader.poll(client, &all).await,
                    Mode::Sse => reader.listen(client, &all).await,
                }
            };
            timeout(limit, read).await.context("messages are missing")?
        });
    }
    let mut sleepers = Vec::new();
    for _ in 0..load.asleep {
        let mut client = Client::connect(round.site).await?;
        sleepers.push((client.open(stream.read("-1", "&live=sse")).await?, client));
    }
    all_wait(&everyone_waits, &mut readers).await?;
    sleep(SETTLE).await;

    let meter = Meter::start(round.site)?;
    let mut answers_us = histogram();
    let start = Instant::now();
    let mut ticks = interval(Duration::from_secs(1) / load.messages_per_s);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0..count {
        ticks.tick().await;
        let sent = Instant::now();
        writer.ask_and_get(stream.append(), message::json(0, number).into()).await?;
        answers_us.saturating_record(micros(sent.elapsed()));
    }
    let seconds = start.elapsed().as_secs_f64();
    while let Some(reader) = readers.join_next().await {
        reader??;
    }
    drop(sleepers);
    let latency_us = match load.latencies {
        Latencies::OfReaders => &*latency_us.lock().expect("no reader panics"),
        Latencies::OfTheWriter => &answers_us,
    };
    Figures::new(latency_us, latency_us.len() as f64 / seconds)?.metered(meter.as_ref(), latency_us.len())
}

struct Reader {
    stream: Stream,
    count: u64,
    seen: Seen,
}

impl Reader {
    async fn listen(mut self, mut client: Client, everyone_waits: &Barrier) -> Result<()> {
        let answer = client.open(self.stream.read("-1", "&live=sse")).await?;
        everyone_waits.wait().await;
        let mut body = answer.into_body();
        let mut events = Events::default();
        while self.seen.count() < self.count {
            let Some(frame) = body.frame().await else { bail!("the events ended too early") };
            let Ok(piece) = frame?.into_data() else { continue };
            for event in events.push(&piece) {
                if event.kind == "data" {
                    self.seen.enter(event.data.as_bytes())?;
                }
            }
        }
        Ok(())
    }

    async fn poll(mut self, mut client: Client, everyone_waits: &Barrier) -> Result<()> {
        let mut offset = self.stream.page(&mut client, "-1", "").await?.next_offset;
        let mut cursor = String::new();
        everyone_waits.wait().await;
        while self.seen.count() < self.count {
            let page = self.stream.page(&mut client, &offset, &format!("&live=long-poll{cursor}")).await?;
            if !page.body.is_empty() {
                self.seen.enter(&page.body)?;
            }
            offset = page.next_offset;
            cursor = page.cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        }
        Ok(())
    }
}

/// What a reader has seen, and how late.
struct Seen {
    ledger: Ledger,
    latency_us: Arc<Mutex<Histogram<u64>>>,
}

impl Seen {
    fn new(latency_us: Arc<Mutex<Histogram<u64>>>) -> Self {
        Self { ledger: Ledger::default(), latency_us }
    }

    fn count(&self) -> u64 {
        self.ledger.count(0)
    }

    /// Enters a JSON array of messages.
    fn enter(&mut self, array: &[u8]) -> Result<()> {
        let now = now_us();
        let messages: Vec<Message> = serde_json::from_slice(array)?;
        let mut latency_us = self.latency_us.lock().expect("no reader panics");
        for message in &messages {
            self.ledger.enter(message)?;
            latency_us.saturating_record(now - message.sent_us);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small_server::{Fault, SmallServer};
    use crate::unserved;

    async fn run_on(fault: Fault, latencies: Latencies) -> Result<Figures> {
        let server = SmallServer::start(fault).await;
        let load = Live { mode: Mode::Sse, readers: 3, asleep: 1, messages_per_s: 20, latencies };
        run(load, &server.round(Duration::from_millis(300))).await
    }

    #[tokio::test]
    async fn each_reader_gets_each_message() {
        let readers = run_on(Fault::None, Latencies::OfReaders).await.unwrap();
        let writer = run_on(Fault::None, Latencies::OfTheWriter).await.unwrap();
        assert!(readers.rate > 2.0 * writer.rate && writer.rate > 0.0, "{readers:?} and {writer:?}");
        assert!(readers.cpu_us.is_some());
    }

    #[tokio::test]
    async fn a_server_without_live_reads_cannot_serve_it() {
        let error = run_on(Fault::OnlyCatchesUp, Latencies::OfReaders).await.unwrap_err();
        assert_eq!(unserved::reason(&error).as_deref(), Some("it answers 400"));
        assert!(run_on(Fault::LosesAppends, Latencies::OfReaders).await.is_err());
    }
}
