//! Clients that follow a stream, each in its own mode and from where it left off, and note down what they are shown.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bench::events::{Event, Events};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::Incoming;
use tokio::time::{sleep, timeout};

use crate::caller::Caller;
use crate::history::{History, Sight};
use crate::log::{Kind, Log};
use crate::streams::{Stream, parse_offset, stop};

#[derive(Clone, Copy, Debug)]
pub enum Mode {
    CatchUp,
    LongPoll,
    Events,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::CatchUp, Self::LongPoll, Self::Events];
}

pub struct Reader {
    pub caller: Caller,
    pub history: Rc<History>,
    /// The stream's number in the history.
    pub number: usize,
    pub stream: Stream,
    pub mode: Mode,
    /// Where it stands.
    pub position: u64,
    /// Whether it was turned away, and gave up.
    pub refused: bool,
}

/// How long a reader that is not waiting for anything leaves the server alone.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a reader listens before it looks whether it has all.
const TURN: Duration = Duration::from_millis(100);

impl Reader {
    /// Follows the stream from its start until it has come as far as `goal` says, once that is known.
    pub async fn run(mut self, goal: Rc<Cell<Option<u64>>>) -> Result<()> {
        let is_there = |position| goal.get().is_some_and(|goal| position >= goal);
        while !is_there(self.position) && !self.refused {
            match self.mode {
                Mode::CatchUp => {
                    self.page("").await?;
                    sleep(PAUSE).await;
                }
                Mode::LongPoll => self.page("&live=long-poll").await?,
                Mode::Events => self.listen(is_there).await?,
            }
        }
        Ok(())
    }

    fn saw(&self, sent: u64, seen: Log, stop: u64, up_to_date: bool) {
        let reader = format!("{:?}", self.mode);
        let sight = Sight { stream: self.number, reader, sent, start: self.position, seen, stop, up_to_date };
        self.history.sights.borrow_mut().push(sight);
    }

    async fn page(&mut self, live: &str) -> Result<()> {
        let sent = self.history.moment();
        let Some(page) = self.caller.ask(self.stream.get(self.position, live), Bytes::new()).await else {
            return Ok(());
        };
        if !page.status.is_success() {
            self.give_up(page.status.as_u16());
            return Ok(());
        }
        let (seen, stop) = (Log::of_page(self.stream.kind, &page.body)?, stop(&page)?);
        self.saw(sent, seen, stop, page.header("stream-up-to-date").is_some());
        self.position = stop;
        Ok(())
    }

    fn give_up(&mut self, status: u16) {
        let Self { mode, position, stream, .. } = self;
        self.history.refusals.borrow_mut().push(format!("{mode:?} of {} from {position}: {status}", stream.path));
        self.refused = true;
    }

    /// Listens to one response, until it ends or breaks off.
    async fn listen(&mut self, is_there: impl Fn(u64) -> bool) -> Result<()> {
        let sent = self.history.moment();
        let Some(answer) = self.caller.open(self.stream.get(self.position, "&live=sse")).await else {
            return Ok(());
        };
        match answer.status().as_u16() {
            200 => self.follow(answer, sent, is_there).await?,
            503 | 429 => {}
            status => self.give_up(status),
        }
        self.caller.hang_up().await;
        Ok(())
    }

    async fn follow(&mut self, answer: Response<Incoming>, sent: u64, is_there: impl Fn(u64) -> bool) -> Result<()> {
        let mut body = answer.into_body();
        let mut events = Events::default();
        let mut seen = Log::new(self.stream.kind);
        while !is_there(self.position) {
            let Ok(frame) = timeout(TURN, body.frame()).await else { continue };
            let Some(Ok(frame)) = frame else { break };
            let Ok(piece) = frame.into_data() else { continue };
            for event in events.push(&piece) {
                if event.kind == "data" {
                    seen.append(&self.data(&event)?);
                } else {
                    let stands = std::mem::replace(&mut seen, Log::new(self.stream.kind));
                    self.control(sent, stands, &event)?;
                }
            }
        }
        if !seen.is_empty() {
            // Shown, though it was not said any more where to go on.
            let stop = self.position + seen.len();
            self.saw(sent, seen, stop, false);
        }
        Ok(())
    }

    fn data(&self, event: &Event) -> Result<Log> {
        match self.stream.kind {
            Kind::Json => Log::of_page(Kind::Json, event.data.as_bytes()),
            Kind::Bytes => Ok(Log::of_text(Kind::Bytes, &STANDARD.decode(&event.data)?)),
        }
    }

    fn control(&mut self, sent: u64, seen: Log, event: &Event) -> Result<()> {
        let control: serde_json::Value = serde_json::from_str(&event.data)?;
        let stop = parse_offset(control["streamNextOffset"].as_str().context("it tells where to go on")?)?;
        self.saw(sent, seen, stop, control["upToDate"] == true);
        self.position = stop;
        Ok(())
    }
}
