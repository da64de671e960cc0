//! Readers that ask for the last ten messages, again and again.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, ensure};
use bytes::Bytes;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::measure::{Figures, Recorder};
use crate::message::{self, Ledger};
use crate::moving;
use crate::round::Round;
use crate::stream::{JSON, Stream};

const BATCH: u64 = 90;
const BATCHES: u64 = 11;
const LAST: u64 = 10;

/// Also while rows of other streams move to R2, if `moving`.
pub async fn run(readers: u32, moving: bool, round: &Round<'_>) -> Result<Figures> {
    let others = if moving { moving::prepare(round).await? } else { Vec::new() };
    let mut writer = Client::connect(round.site).await?;
    let stream = Stream::create(&mut writer, round.site, &round.stream_name(0), JSON).await?;
    for batch in 0..BATCHES {
        let body = message::json_batch(0, batch * BATCH, BATCH);
        writer.ask_and_get(stream.append(), body.into()).await?;
    }
    let offset = stream.tail(&mut writer).await?;
    let last = message::json_batch(0, BATCHES * BATCH, LAST);
    writer.ask_and_get(stream.append(), last.into()).await?;
    let expected = stream.page(&mut writer, &offset, "").await?.body;
    let mut ledger = Ledger::after(BATCHES * BATCH);
    ledger.enter_pages(std::slice::from_ref(&expected))?;
    ledger.close(0, BATCHES * BATCH + LAST)?;

    let mut clients = Vec::new();
    for _ in 0..readers {
        clients.push(Client::connect(round.site).await?);
    }
    let recorder = Arc::new(Recorder::start(round)?);
    let others = tokio::spawn(moving::start(others));
    let mut tasks = JoinSet::new();
    for client in clients {
        tasks.spawn(read(client, stream.clone(), offset.clone(), expected.clone(), recorder.clone()));
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    let figures = recorder.finish(1.0)?;
    moving::finish(others.await??).await?;
    Ok(figures)
}

async fn read(
    mut client: Client,
    stream: Stream,
    offset: String,
    expected: Bytes,
    recorder: Arc<Recorder>,
) -> Result<()> {
    while recorder.running() {
        let sent = Instant::now();
        let answer = client.ask_and_get(stream.read(&offset, ""), Bytes::new()).await?;
        recorder.record(sent);
        ensure!(answer.body == expected, "the last {LAST} messages have changed");
    }
    Ok(())
}
