//! Readers that read a long stream from its start to its tail, response after response, again and again.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::measure::{Figures, histogram, micros};
use crate::message::{self, Ledger, MESSAGE_BYTES, check_chunks};
use crate::processor::Meter;
use crate::round::Round;
use crate::stream::{BINARY, JSON, Stream};

/// A stream, and its readers.
#[derive(Clone, Copy)]
pub struct CatchUp {
    pub content: Stored,
    pub readers: u32,
    /// Whether the stream is closed before it is read.
    pub ends: bool,
}

/// What there is to be read.
#[derive(Clone, Copy)]
pub enum Stored {
    /// JSON messages, some in each append.
    Json { messages: u64, batch: u64 },
    /// Appends of so many bytes.
    Bytes { size: usize, appends: u64 },
}

/// Longer than it takes for all of a stream that has ended to move to where it stays.
const SETTLING: Duration = Duration::from_secs(6);

pub async fn run(load: CatchUp, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    // Written for each round, so that an object that keeps its tail in memory still has it.
    let stream = load.content.write(&mut client, round).await?;
    load.content.check(&stream.pages(&mut client).await?)?;
    if load.ends {
        client.ask_and_get(stream.closing(), Bytes::new()).await?;
        tokio::time::sleep(SETTLING).await;
    }

    let mut clients = vec![client];
    while clients.len() < load.readers as usize {
        clients.push(Client::connect(round.site).await?);
    }
    let meter = Meter::start(round.site)?;
    let end = Instant::now() + round.duration;
    let readings = Arc::new(Mutex::new(Readings { latency_us: histogram(), total: Duration::ZERO }));
    let mut tasks = JoinSet::new();
    for client in clients {
        tasks.spawn(read(load.content, stream.clone(), client, end, readings.clone()));
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    let readings = readings.lock().expect("no reader panics");
    let count = readings.latency_us.len();
    // Each reader has read for its share of the time, and checked what it had read for the rest.
    let seconds = readings.total.as_secs_f64() / f64::from(load.readers);
    let rate = load.content.megabytes() * count as f64 / seconds;
    Figures::new(&readings.latency_us, rate)?.metered(meter.as_ref(), count)
}

/// Of the whole stream, by all readers.
struct Readings {
    latency_us: Histogram<u64>,
    total: Duration,
}

/// Reads until `end`, and at least once.
async fn read(
    content: Stored,
    stream: Stream,
    mut client: Client,
    end: Instant,
    readings: Arc<Mutex<Readings>>,
) -> Result<()> {
    let mut checked = Vec::new();
    loop {
        let start = Instant::now();
        let pages = stream.pages(&mut client).await?;
        let took = start.elapsed();
        // The load generator shares its processors with the server: it does not check the same bytes twice.
        if pages != checked {
            content.check(&pages)?;
            checked = pages;
        }
        let mut readings = readings.lock().expect("no reader panics");
        readings.latency_us.saturating_record(micros(took));
        readings.total += took;
        if Instant::now() >= end {
            return Ok(());
        }
    }
}

impl Stored {
    fn megabytes(self) -> f64 {
        match self {
            Self::Json { messages, .. } => messages as f64 * MESSAGE_BYTES as f64 / 1e6,
            Self::Bytes { size, appends } => appends as f64 * size as f64 / 1e6,
        }
    }

    async fn write(self, client: &mut Client, round: &Round<'_>) -> Result<Stream> {
        let media = match self {
            Self::Json { .. } => JSON,
            Self::Bytes { .. } => BINARY,
        };
        let stream = Stream::create(client, round.site, &round.stream_name(0), media).await?;
        match self {
            Self::Json { messages, batch } => {
                for number in (0..messages).step_by(batch as usize) {
                    client.ask_and_get(stream.append(), message::json_batch(0, number, batch).into()).await?;
                }
            }
            Self::Bytes { size, appends } => {
                for number in 0..appends {
                    client.ask_and_get(stream.append(), message::chunk(number, size)).await?;
                }
            }
        }
        Ok(stream)
    }

    fn check(self, pages: &[Bytes]) -> Result<()> {
        match self {
            Self::Json { messages, .. } => {
                let mut ledger = Ledger::default();
                ledger.enter_pages(pages)?;
                ledger.close(0, messages)
            }
            Self::Bytes { size, appends } => check_chunks(pages, size, appends),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small_server::{Fault, SmallServer};

    async fn run_on(fault: Fault, content: Stored) -> Result<Figures> {
        let server = SmallServer::start(fault).await;
        run(CatchUp { content, readers: 4, ends: false }, &server.round(Duration::from_millis(200))).await
    }

    const ALL: [Stored; 3] = [
        Stored::Json { messages: 100, batch: 1 },
        Stored::Json { messages: 1_000, batch: 100 },
        Stored::Bytes { size: 1 << 16, appends: 8 },
    ];

    #[tokio::test]
    async fn whole_streams_are_read_by_several_readers() {
        for content in ALL {
            let figures = run_on(Fault::None, content).await.unwrap();
            assert!(figures.rate > 0.0 && figures.cpu_us.is_some(), "{figures:?}");
        }
    }

    #[tokio::test]
    async fn a_lost_append_fails_the_scenario() {
        for content in ALL {
            assert!(run_on(Fault::LosesAppends, content).await.is_err());
        }
    }
}
