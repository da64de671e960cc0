//! The first request about each of many streams after a restart of the server, which has all of them on disk only.

use std::time::Instant;

use anyhow::{Result, ensure};
use bytes::Bytes;

use crate::client::{Client, Site};
use crate::measure::{Figures, histogram, micros};
use crate::message::{self, Ledger};
use crate::processor::Meter;
use crate::restart::restart;
use crate::round::Round;
use crate::stream::{JSON, Stream};
use crate::unserved::Unserved;

/// What the first request does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    Get,
    Append,
    Fork,
}

const STREAMS: u32 = 200;
/// In each of them.
const MESSAGES: u64 = 10;

/// The latencies are those of one client that touches one stream after the other.
pub async fn run(load: Touch, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    let mut streams = Vec::new();
    for number in 0..STREAMS {
        let stream = Stream::create(&mut client, round.site, &round.stream_name(number), JSON).await?;
        client.ask_and_get(stream.append(), message::json_batch(0, 0, MESSAGES).into()).await?;
        streams.push(stream);
    }
    if load == Touch::Fork {
        check_forks(&mut client, round.site, &streams[0], &round.stream_name(STREAMS)).await?;
    }
    restart(round.site, &format!("{}-absent", round.name)).await?;

    let mut client = Client::connect(round.site).await?;
    let meter = Meter::start(round.site)?;
    let (mut latency_us, start) = (histogram(), Instant::now());
    for (number, stream) in streams.iter().enumerate() {
        let sent = Instant::now();
        match load {
            Touch::Get => check(stream, &mut client, MESSAGES).await?,
            Touch::Append => drop(client.ask_and_get(stream.append(), message::json(0, MESSAGES).into()).await?),
            Touch::Fork => drop(stream.fork(&mut client, round.site, &format!("{}-fork-{number}", round.name)).await?),
        }
        latency_us.saturating_record(micros(sent.elapsed()));
    }
    let rate = f64::from(STREAMS) / start.elapsed().as_secs_f64();
    let figures = Figures::new(&latency_us, rate)?.metered(meter.as_ref(), u64::from(STREAMS))?;
    if load == Touch::Append {
        for stream in &streams {
            check(stream, &mut client, MESSAGES + 1).await?;
        }
    }
    Ok(figures)
}

/// Whether all messages can be read.
async fn check(stream: &Stream, client: &mut Client, messages: u64) -> Result<()> {
    let mut ledger = Ledger::default();
    ledger.enter_pages(&stream.pages(client).await?)?;
    ledger.close(0, messages)
}

/// A server that doesn't support forks can ignore their headers.
async fn check_forks(client: &mut Client, site: &Site, source: &Stream, name: &str) -> Result<()> {
    let fork = source.fork(client, site, name).await?;
    let page = client.ask_and_get(fork.read("-1", ""), Bytes::new()).await?;
    ensure!(page.body != Bytes::from_static(b"[]"), Unserved("its forks are empty".into()));
    check(&fork, client, MESSAGES).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small_server::{Fault, SmallServer};
    use crate::unserved;
    use std::time::Duration;

    #[tokio::test]
    async fn forks_must_have_what_their_source_has() {
        for (fault, reason) in [(Fault::None, None), (Fault::IgnoresForks, Some("its forks are empty"))] {
            let server = SmallServer::start(fault).await;
            let mut client = Client::connect(&server.site).await.unwrap();
            let stream = Stream::create(&mut client, &server.site, "source", JSON).await.unwrap();
            client.ask_and_get(stream.append(), message::json_batch(0, 0, MESSAGES).into()).await.unwrap();
            let checked = check_forks(&mut client, &server.site, &stream, "fork").await;
            assert_eq!(checked.err().map(|error| unserved::reason(&error).unwrap()).as_deref(), reason);
        }
    }

    #[tokio::test]
    async fn a_stream_that_has_lost_a_message_fails_the_check() {
        let server = SmallServer::start(Fault::LosesAppends).await;
        let round = server.round(Duration::from_secs(1));
        let mut client = Client::connect(round.site).await.unwrap();
        let stream = Stream::create(&mut client, round.site, &round.stream_name(0), JSON).await.unwrap();
        for number in 0..MESSAGES {
            client.ask_and_get(stream.append(), message::json(0, number).into()).await.unwrap();
        }
        assert!(check(&stream, &mut client, MESSAGES).await.is_err());
    }
}
