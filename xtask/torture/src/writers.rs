//! Clients that append, each in its own way, and note down what they are told.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use bench::client::Answer as Reply;
use fastrand::Rng;
use hyper::http::request::Builder;
use tokio::time::sleep;

use crate::body::{body, encoded};
use crate::caller::Caller;
use crate::history::{Answer, History, Write};
use crate::streams::{Stream, stop};

/// How a writer tells its appends apart.
#[derive(Clone, Copy)]
pub enum Manner {
    /// By nothing: one that is not answered is not repeated.
    Plain,
    /// By number: each is repeated until it is answered, and now and then once more.
    Producer,
}

pub struct Writer {
    pub caller: Caller,
    pub random: Rng,
    pub history: Rc<History>,
    /// The stream's number in the history.
    pub number: usize,
    pub stream: Stream,
    pub name: String,
    pub manner: Manner,
}

/// How long a writer waits at most between two appends.
const PAUSE_MS: u64 = 30;

impl Writer {
    /// Appends until `over`.
    pub async fn run(mut self, over: Rc<Cell<bool>>) -> Result<()> {
        for number in 0.. {
            if over.get() {
                break;
            }
            sleep(Duration::from_millis(self.random.u64(..PAUSE_MS))).await;
            let write = Write {
                stream: self.number,
                writer: self.name.clone(),
                number,
                body: body(&mut self.random, self.stream.kind, &self.name, number),
                attempts: 0,
                answers: Vec::new(),
                sent: self.history.moment(),
                answered: 0,
            };
            let write = match self.manner {
                Manner::Plain => self.append(write).await?,
                Manner::Producer => self.produce(write).await?,
            };
            self.history.writes.borrow_mut().push(Write { answered: self.history.moment(), ..write });
        }
        Ok(())
    }

    async fn append(&mut self, mut write: Write) -> Result<Write> {
        write.attempts = 1;
        let reply = self.caller.ask(self.stream.post(), encoded(&write.body)).await;
        write.answers.extend(reply.as_ref().map(|reply| understood(reply, self.manner)).transpose()?);
        Ok(write)
    }

    async fn produce(&mut self, mut write: Write) -> Result<Write> {
        let request = encoded(&write.body);
        let times = if self.random.u8(..) < 32 { 2 } else { 1 };
        for _ in 0..times {
            let (reply, attempts) =
                self.caller.insist(|| numbered(&self.stream, &self.name, write.number), &request).await;
            write.attempts += attempts;
            write.answers.push(understood(&reply, self.manner)?);
        }
        Ok(write)
    }
}

/// An append of a producer.
pub fn numbered(stream: &Stream, producer: &str, number: u64) -> Builder {
    let number = number.to_string();
    stream.post().header("producer-id", producer).header("producer-epoch", "0").header("producer-seq", number)
}

fn understood(reply: &Reply, manner: Manner) -> Result<Answer> {
    Ok(match (reply.status.as_u16(), manner) {
        (204, Manner::Plain) | (200, Manner::Producer) => Answer::Done { stop: stop(reply)? },
        (204, Manner::Producer) => Answer::Repeated { stop: stop(reply)? },
        (status, _) => Answer::Refused { status },
    })
}
