//! Writers that append as fast as they are answered, and reading back what they wrote.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use bytes::Bytes;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::measure::{Figures, Recorder};
use crate::message::{self, Ledger, check_chunks};
use crate::round::Round;
use crate::stream::{BINARY, JSON, Stream};

/// Who writes what, and where.
#[derive(Clone, Copy)]
pub struct Append {
    pub writers: u32,
    /// Writers take turns in choosing them.
    pub streams: u32,
    pub content: Content,
    /// Whether each writer is an idempotent producer.
    pub producers: bool,
}

/// What is in one append.
#[derive(Clone, Copy)]
pub enum Content {
    /// So many JSON messages.
    Json { messages: u64 },
    /// So many bytes, and at most so many times: the database is to stay small.
    Bytes { size: usize, appends: u64 },
}

impl Content {
    fn media(self) -> &'static str {
        match self {
            Self::Json { .. } => JSON,
            Self::Bytes { .. } => BINARY,
        }
    }

    /// Messages, or chunks, in each append.
    fn items(self) -> u64 {
        match self {
            Self::Json { messages } => messages,
            Self::Bytes { .. } => 1,
        }
    }

    /// What an append counts for: its messages, or its megabytes.
    fn weight(self) -> f64 {
        match self {
            Self::Json { messages } => messages as f64,
            Self::Bytes { size, .. } => size as f64 / 1e6,
        }
    }

    fn limit(self) -> u64 {
        match self {
            Self::Json { .. } => u64::MAX,
            Self::Bytes { appends, .. } => appends,
        }
    }

    fn body(self, writer: u32, number: u64) -> Bytes {
        match self {
            Self::Json { messages: 1 } => message::json(writer, number).into(),
            Self::Json { messages } => message::json_batch(writer, number, messages).into(),
            Self::Bytes { size, .. } => message::chunk(number, size),
        }
    }
}

pub async fn run(load: Append, round: &Round<'_>) -> Result<Figures> {
    let mut reader = Client::connect(round.site).await?;
    let mut streams = Vec::new();
    for number in 0..load.streams {
        let name = round.stream_name(number);
        streams.push(Stream::create(&mut reader, round.site, &name, load.content.media()).await?);
    }
    let mut clients = Vec::new();
    for _ in 0..load.writers {
        clients.push(Client::connect(round.site).await?);
    }

    let few = load.content.limit() < u64::MAX;
    let recorder = Arc::new(if few { Recorder::start_with_few(round)? } else { Recorder::start(round)? });
    let mut writers = JoinSet::new();
    for (id, client) in (0..).zip(clients) {
        let stream = streams[(id % load.streams) as usize].clone();
        let recorder = recorder.clone();
        writers.spawn(async move { Writer { id, client, stream, load }.run(&recorder).await });
    }
    let mut written = vec![0; load.writers as usize];
    while let Some(writer) = writers.join_next().await {
        let (id, count) = writer??;
        written[id as usize] = count;
    }
    let figures = recorder.finish(load.content.weight())?;

    for (number, stream) in (0..).zip(&streams) {
        let pages = stream.pages(&mut reader).await.context("cannot read back what was written")?;
        let mut of_stream = (0..load.writers).filter(|writer| writer % load.streams == number);
        match load.content {
            Content::Json { .. } => {
                let mut ledger = Ledger::default();
                ledger.enter_pages(&pages)?;
                of_stream.try_for_each(|writer| ledger.close(writer, written[writer as usize]))?;
            }
            Content::Bytes { size, .. } => check_chunks(&pages, size, of_stream.map(|id| written[id as usize]).sum())?,
        }
    }
    Ok(figures)
}

struct Writer {
    id: u32,
    client: Client,
    stream: Stream,
    load: Append,
}

impl Writer {
    /// Returns who it is and how much it has written.
    async fn run(mut self, recorder: &Recorder) -> Result<(u32, u64)> {
        let content = self.load.content;
        let mut appends = 0;
        while recorder.running() && appends < content.limit() {
            let mut request = self.stream.append();
            if self.load.producers {
                request = request
                    .header("producer-id", format!("writer-{}", self.id))
                    .header("producer-epoch", "0")
                    .header("producer-seq", appends);
            }
            let body = content.body(self.id, appends * content.items());
            let sent = Instant::now();
            self.client.ask_and_get(request, body).await?;
            recorder.record(sent);
            appends += 1;
        }
        Ok((self.id, appends * content.items()))
    }
}
