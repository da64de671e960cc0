//! One reader that reads a long stream from its start to its tail, response after response, again and again.

use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;

use crate::client::Client;
use crate::measure::{Figures, figures, histogram, micros};
use crate::message::{self, Ledger, MESSAGE_BYTES, check_chunks};
use crate::round::Round;
use crate::stream::{BINARY, JSON, Stream};

/// What there is to be read.
#[derive(Clone, Copy)]
pub enum CatchUp {
    /// JSON messages, written a hundred at a time.
    Json { messages: u64 },
    /// Bytes, written a mebibyte at a time.
    Bytes { mebibytes: u64 },
}

const BATCH: u64 = 100;
const MEBIBYTE: usize = 1 << 20;

/// Longer than it takes for all of a stream that has ended to move to where it stays.
const SETTLING: Duration = Duration::from_secs(6);

pub async fn run(load: CatchUp, ends: bool, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    // Written for each round, so that an object that keeps its tail in memory still has it.
    let stream = load.write(&mut client, round).await?;
    load.check(&stream.pages(&mut client).await?)?;
    if ends {
        client.ask_and_get(stream.closing(), Bytes::new()).await?;
        tokio::time::sleep(SETTLING).await;
    }

    let end = Instant::now() + round.duration;
    let mut latency_us = histogram();
    let mut reading = Duration::ZERO;
    while Instant::now() < end || latency_us.is_empty() {
        let start = Instant::now();
        let pages = stream.pages(&mut client).await?;
        let took = start.elapsed();
        load.check(&pages)?;
        latency_us.saturating_record(micros(took));
        reading += took;
    }
    figures(&latency_us, load.megabytes() * latency_us.len() as f64 / reading.as_secs_f64())
}

impl CatchUp {
    fn megabytes(self) -> f64 {
        match self {
            Self::Json { messages } => messages as f64 * MESSAGE_BYTES as f64 / 1e6,
            Self::Bytes { mebibytes } => mebibytes as f64 * MEBIBYTE as f64 / 1e6,
        }
    }

    async fn write(self, client: &mut Client, round: &Round<'_>) -> Result<Stream> {
        let media = match self {
            Self::Json { .. } => JSON,
            Self::Bytes { .. } => BINARY,
        };
        let stream = Stream::create(client, round.site, &round.stream_name(0), media).await?;
        match self {
            Self::Json { messages } => {
                for batch in 0..messages / BATCH {
                    let body = message::json_batch(0, batch * BATCH, BATCH);
                    client.ask_and_get(stream.append(), body.into()).await?;
                }
            }
            Self::Bytes { mebibytes } => {
                for number in 0..mebibytes {
                    client.ask_and_get(stream.append(), message::chunk(number, MEBIBYTE)).await?;
                }
            }
        }
        Ok(stream)
    }

    fn check(self, pages: &[Bytes]) -> Result<()> {
        match self {
            Self::Json { messages } => {
                let mut ledger = Ledger::default();
                ledger.enter_pages(pages)?;
                ledger.close(0, messages)
            }
            Self::Bytes { mebibytes } => check_chunks(pages, MEBIBYTE, mebibytes),
        }
    }
}
