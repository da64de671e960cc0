//! What clients have seen of subscriptions.

use std::cell::RefCell;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::folder;

/// A link of a subscription to one of the streams that are written to.
#[derive(Clone, Debug)]
pub struct Link {
    pub subscription: String,
    /// The stream's number in the history.
    pub stream: usize,
    /// The stream's path, as subscriptions name it.
    pub path: String,
    /// Appends that are sent after this moment have to be announced.
    pub since: u64,
}

/// A wake, as its holder has received it: in a request to a webhook, or in the response to a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub subscription: String,
    pub wake_id: String,
    pub generation: u64,
    pub streams: Vec<Announced>,
}

/// A stream in a request to a webhook, or in the response to a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Announced {
    pub path: String,
    pub acked: u64,
    pub tail: u64,
}

/// What a subscription was at some moment between two others.
#[derive(Clone, Debug)]
pub struct State {
    pub subscription: String,
    /// When it was asked for, and when there was an answer.
    pub sent: u64,
    pub seen: u64,
    pub generation: u64,
    /// The cursors that the answer contained, by the paths of their streams.
    pub cursors: Vec<(String, u64)>,
}

/// Everything that was seen of the subscriptions of a round, in the order in which it was seen.
#[derive(Debug, Default)]
pub struct Wakes {
    pub links: RefCell<Vec<Link>>,
    /// Requests to webhooks. One that is retried occurs more than once.
    pub deliveries: RefCell<Vec<Notice>>,
    pub claims: RefCell<Vec<Notice>>,
    pub states: RefCell<Vec<State>>,
    /// Why requests to webhooks were not signed as they must be.
    pub unsigned: RefCell<Vec<String>>,
}

impl Notice {
    /// Reads the body of a request to a webhook, or of the response to a claim.
    pub fn read(subscription: &str, body: &Value) -> Result<Self> {
        let streams = body["streams"].as_array().context("a wake has no streams")?.iter().map(|stream| {
            let (path, acked) = cursor(stream)?;
            Ok(Announced { path, acked, tail: offset(&stream["tail_offset"])? })
        });
        Ok(Self {
            subscription: subscription.to_owned(),
            wake_id: body["wake_id"].as_str().context("a wake has no id")?.to_owned(),
            generation: generation(body)?,
            streams: streams.collect::<Result<_>>()?,
        })
    }

    /// The acknowledgment of all that it announces.
    pub fn acks(&self) -> Vec<Ack> {
        let pending = self.streams.iter().filter(|stream| stream.acked < stream.tail);
        pending.map(|stream| Ack { path: stream.path.clone(), offset: stream.tail }).collect()
    }

    /// The cursors that it contains.
    pub fn cursors(&self) -> Vec<(String, u64)> {
        self.streams.iter().map(|stream| (stream.path.clone(), stream.acked)).collect()
    }
}

/// The path and the cursor of a linked stream.
pub fn cursor(stream: &Value) -> Result<(String, u64)> {
    let path = stream["path"].as_str().context("a linked stream has no path")?;
    Ok((path.to_owned(), offset(&stream["acked_offset"])?))
}

fn offset(value: &Value) -> Result<u64> {
    crate::streams::parse_offset(value.as_str().context("an offset is missing")?)
}

pub fn generation(body: &Value) -> Result<u64> {
    body["generation"].as_u64().context("a generation is missing")
}

/// An offset up to which a stream was processed.
#[derive(Clone, Debug)]
pub struct Ack {
    pub path: String,
    pub offset: u64,
}

impl Ack {
    /// Whether the stream can end meanwhile: those on the side are deleted and created again.
    pub fn can_end(&self) -> bool {
        self.path.contains(folder::LIVES)
    }
}
