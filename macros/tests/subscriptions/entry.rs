//! What is kept of a subscription: its configuration, cursors and wake (§3–§5).

use super::*;
use crate::glob;
use crate::token::WakeToken;
use std::collections::{BTreeMap, BTreeSet};

/// What the hash of a subscription's configuration is of (§3).
#[derive(Clone, PartialEq, Eq)]
pub struct Configuration {
    pub delivery: Delivery,
    pub pattern: Option<Pattern>,
    pub streams: BTreeSet<stream::Path>,
    pub lease_ttl_ms: LeaseTtl,
    pub description: Option<Description>,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Delivery {
    Webhook(Url),
    PullWake(stream::Path),
}

pub struct Entry {
    pub configuration: Configuration,
    pub created_at: wire::Timestamp,
    pub cursors: BTreeMap<String, Cursor>,
    pub generation: u64,
    pub wake: Option<Wake>,
    pub status: Status,
}

/// How far a subscription is in a stream, and why it is linked.
pub struct Cursor {
    pub is_explicit: bool,
    pub is_glob: bool,
    pub acked: u64,
}

pub struct Wake {
    pub id: Label,
    /// The tails when it began.
    pub snapshot: BTreeMap<String, u64>,
    /// How often the webhook has failed.
    pub failures: u32,
    pub state: State,
}

pub enum State {
    /// No worker has claimed it.
    Waiting,
    /// It is held, by a worker or by a webhook.
    Held { worker: Option<Label>, until: u64 },
    /// The webhook failed, and gets another request.
    Retrying { at: u64 },
}

impl Configuration {
    pub fn of(new: &NewSubscription) -> Self {
        Self {
            delivery: match &new.r#type {
                NewSubscriptionByType::Webhook { webhook } => Delivery::Webhook(webhook.url.clone()),
                NewSubscriptionByType::PullWake { wake_stream } => Delivery::PullWake(wake_stream.clone()),
            },
            pattern: new.pattern.as_ref().and_then(|pattern| match glob::trimmed(pattern.as_str()) {
                "" => None,
                trimmed => Pattern::read(trimmed).ok(),
            }),
            streams: new.streams.iter().flatten().cloned().collect(),
            lease_ttl_ms: new.lease_ttl_ms,
            description: new.description.clone(),
        }
    }
}

impl Cursor {
    pub fn link_type(&self) -> LinkType {
        if self.is_explicit { LinkType::Explicit } else { LinkType::Glob }
    }
}

impl Entry {
    pub fn is_pulled(&self) -> bool {
        matches!(self.configuration.delivery, Delivery::PullWake(_))
    }

    /// Who holds the wake, and its generation.
    pub fn holder(&self) -> Option<(Option<Label>, Generation)> {
        match &self.wake.as_ref()?.state {
            State::Held { worker, .. } => Some((worker.clone(), generation(self.generation))),
            State::Waiting | State::Retrying { .. } => None,
        }
    }

    /// Whether a token and a request are of the wake that is held. A webhook whose request counts as failed may still call back.
    pub fn is_current(&self, token: &WakeToken, wake_id: &Label, generation: Generation) -> bool {
        let is_held = |wake: &Wake| wake.id == *wake_id && !matches!(wake.state, State::Waiting);
        self.generation == token.generation
            && self.generation == generation.get()
            && self.wake.as_ref().is_some_and(is_held)
    }

    pub fn lease(&self, now: u64, worker: Option<Label>) -> State {
        State::Held { worker, until: now + self.configuration.lease_ttl_ms.get() }
    }

    pub fn matches(&self, path: &str) -> bool {
        self.configuration.pattern.as_ref().is_some_and(|pattern| glob::matches(pattern.as_str(), path))
    }

    /// How many streams it would link explicitly.
    pub fn explicit_with(&self, paths: &[stream::Path]) -> usize {
        let own = self.cursors.iter().filter(|(_, cursor)| cursor.is_explicit).map(|(path, _)| path.as_str());
        own.chain(paths.iter().map(stream::Path::as_str)).collect::<BTreeSet<_>>().len()
    }
}
