//! AI answers: many streams, each with a writer that generates tokens at a steady pace, and a reader that follows.
//!
//! A writer has one append under way at a time. Tokens that are generated meanwhile wait, each for an append of its own or, with
//! batching, all of them for the next one. Latencies are those from when a token is generated to when its reader has it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http_body_util::BodyExt;
use tokio::sync::{Barrier, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

use crate::client::Client;
use crate::events::Events;
use crate::measure::{Figures, Recorder};
use crate::message::{self, Ledger, Message};
use crate::readers::all_wait;
use crate::round::Round;
use crate::stream::{JSON, Stream};

#[derive(Clone, Copy)]
pub struct Ai {
    pub streams: u32,
    /// Of each writer.
    pub tokens_per_s: u32,
    /// Whether a writer appends all tokens that wait at once.
    pub batching: bool,
}

/// How long after the last token a reader may still be without it.
const PATIENCE: Duration = Duration::from_secs(10);
/// For the server to settle once all readers wait.
const SETTLE: Duration = Duration::from_millis(500);

pub async fn run(load: Ai, round: &Round<'_>) -> Result<Figures> {
    let mut pairs = Vec::new();
    for number in 0..load.streams {
        let mut client = Client::connect(round.site).await?;
        let stream = Stream::create(&mut client, round.site, &round.stream_name(number), JSON).await?;
        pairs.push((stream, client, Client::connect(round.site).await?));
    }
    let everyone_waits = Arc::new(Barrier::new(load.streams as usize + 1));
    let (begun, begins) = watch::channel(None);
    let mut tasks = JoinSet::new();
    for (number, (stream, writing, reading)) in (0..).zip(pairs) {
        let (done, written) = watch::channel(None);
        let reader = Reader { stream: stream.clone(), written, ledger: Ledger::default() };
        tasks.spawn(reader.run(reading, everyone_waits.clone(), begins.clone()));
        tasks.spawn(Writer { load, number, stream }.run(writing, begins.clone(), done));
    }
    all_wait(&everyone_waits, &mut tasks).await?;
    sleep(SETTLE).await;
    let recorder = Arc::new(Recorder::start(round)?);
    begun.send_replace(Some(recorder.clone()));
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    recorder.finish(1.0)
}

/// The start of a measurement, once there is one.
type Begins = watch::Receiver<Option<Arc<Recorder>>>;

async fn begin(mut begins: Begins) -> Result<Arc<Recorder>> {
    let begun = begins.wait_for(Option::is_some).await.context("the measurement has failed")?;
    begun.clone().context("it has begun")
}

struct Writer {
    load: Ai,
    number: u32,
    stream: Stream,
}

impl Writer {
    async fn run(self, mut client: Client, begins: Begins, done: watch::Sender<Option<u64>>) -> Result<()> {
        let recorder = begin(begins).await?;
        let pause = Duration::from_secs(1) / self.load.tokens_per_s;
        // Writers don't generate their tokens all at the same moment.
        let start = Instant::now() + pause * self.number / self.load.streams;
        let generated_at = |token: u64| start + pause * u32::try_from(token).expect("few tokens");
        let mut token = 0;
        loop {
            sleep_until(generated_at(token).into()).await;
            if !recorder.running() {
                break;
            }
            let waiting = (token + 1..).take_while(|next| self.load.batching && generated_at(*next) <= Instant::now());
            let next = token + 1 + waiting.count() as u64;
            let tokens: Vec<_> = (token..next)
                .map(|token| message::json_of(0, token, message::micros_at(generated_at(token))))
                .collect();
            let body = if let [one] = &*tokens { one.clone() } else { format!("[{}]", tokens.join(",")) };
            client.ask_and_get(self.stream.append(), body.into()).await?;
            token = next;
        }
        done.send_replace(Some(token));
        Ok(())
    }
}

struct Reader {
    stream: Stream,
    /// How many tokens there are, once there are all.
    written: watch::Receiver<Option<u64>>,
    ledger: Ledger,
}

impl Reader {
    async fn run(mut self, mut client: Client, everyone_waits: Arc<Barrier>, begins: Begins) -> Result<()> {
        let mut body = client.open(self.stream.read("-1", "&live=sse")).await?.into_body();
        everyone_waits.wait().await;
        let recorder = begin(begins).await?;
        let mut events = Events::default();
        let mut written = self.written.clone();
        // The number of tokens is there soon after the last one has been acknowledged, and from then on, it is a matter of time.
        let end = async {
            let _ = written.wait_for(Option::is_some).await;
            sleep(PATIENCE).await;
        };
        tokio::pin!(end);
        while !self.has_all() {
            tokio::select! {
                frame = body.frame() => {
                    let Some(frame) = frame else { bail!("the events ended too early") };
                    let Ok(piece) = frame?.into_data() else { continue };
                    for event in events.push(&piece).iter().filter(|event| event.kind == "data") {
                        self.enter(&event.data, &recorder)?;
                    }
                }
                changed = self.written.changed(), if self.written.borrow().is_none() => changed.context("the writer has failed")?,
                () = &mut end => bail!("tokens are missing"),
            }
        }
        self.ledger.close(0, self.written.borrow().unwrap_or_default())
    }

    fn has_all(&self) -> bool {
        self.written.borrow().is_some_and(|written| self.ledger.count(0) >= written)
    }

    fn enter(&mut self, array: &str, recorder: &Recorder) -> Result<()> {
        let messages: Vec<Message> = serde_json::from_str(array)?;
        for message in &messages {
            self.ledger.enter(message)?;
            recorder.record(message::instant_at(message.sent_us));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Figure;
    use crate::small_server::{Fault, SmallServer};
    use crate::unserved;

    async fn run_on(fault: Fault, batching: bool) -> Result<Figures> {
        let server = SmallServer::start(fault).await;
        run(Ai { streams: 3, tokens_per_s: 50, batching }, &server.round(Duration::from_secs(1))).await
    }

    #[tokio::test]
    async fn tokens_are_delivered_with_and_without_batching() {
        for batching in [false, true] {
            let figures = run_on(Fault::None, batching).await.unwrap();
            // Three writers of 50 tokens a second.
            assert!(figures.rate > 0.0 && figures.rate < 200.0, "{figures:?}");
            assert!(figures.cpu_us.is_some() && Figure::P50.of(&figures) > Some(0.0), "{figures:?}");
        }
    }

    #[tokio::test]
    async fn a_lost_token_fails_the_scenario() {
        let error = run_on(Fault::LosesAppends, false).await.unwrap_err();
        assert!(unserved::reason(&error).is_none() && format!("{error:#}").contains("in place of 3"), "{error:#}");
    }

    #[tokio::test]
    async fn a_server_without_live_reads_cannot_serve_it() {
        let error = run_on(Fault::OnlyCatchesUp, false).await.unwrap_err();
        assert_eq!(unserved::reason(&error).as_deref(), Some("it answers 400"));
    }
}
