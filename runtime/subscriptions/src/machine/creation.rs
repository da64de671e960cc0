//! Creation, confirmation and deletion.

use super::round::{Round, unchanged};
use crate::configuration::Configuration;
use crate::decision::{Decision, Moment, Refusal, Write};
use crate::identity::{Generation, SubscriptionId};
use crate::link::{Reason, Stream};
use crate::links::{AtPath, Start};
use crate::phase::Phase;
use crate::subscription::{Memory, Sent, Stored, Subscription};

/// A subscription to create, with the streams that it would be linked to as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
    /// Its id.
    pub id: SubscriptionId,
    /// Its configuration.
    pub configuration: Configuration,
    /// Each path that the configuration names, with its stream.
    pub streams: Vec<AtPath>,
    /// The streams that match the pattern, without wake streams of other subscriptions. Others are ignored.
    pub matching: Vec<AtPath>,
    /// Maximum number of explicit links.
    pub links_max: usize,
}

/// The outcome of a PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// The subscription was created.
    New,
    /// It existed with this configuration. Nothing has changed.
    Confirmed,
}

impl Memory {
    /// Creates the subscription, or confirms that it exists with this configuration. Streams that exist are linked at their tails.
    ///
    /// Answers [`Refusal::AlreadyExists`] or [`Refusal::TooManyLinks`].
    pub fn create(self, requested: Requested, moment: Moment) -> Decision<Result<Created, Refusal>> {
        let Requested { id, configuration, streams, matching, links_max } = requested;
        let generation = match &self.stored {
            Stored::Absent => Generation::default(),
            Stored::Deleted { generation } => *generation,
            Stored::Live(subscription) => {
                let is_equal = subscription.configuration == configuration;
                let answer = if is_equal { Ok(Created::Confirmed) } else { Err(Refusal::AlreadyExists) };
                return unchanged(self, moment.now, answer);
            }
        };
        if configuration.streams().len() > links_max {
            return unchanged(self, moment.now, Err(Refusal::TooManyLinks));
        }
        let (life, phase) = (moment.entropy.life(), Phase::Idle { rest: None });
        let subscription = Subscription { id, life, generation, created_at: moment.now, configuration, phase };
        let mut round = Round::create(Box::new(subscription), moment);
        let is_matching = |at: &AtPath| matches!(at.stream, Stream::Present { .. });
        for at in matching.into_iter().filter(is_matching) {
            if round.subscription.configuration.globs(&at.path) {
                round.links.link(at, Reason::Glob, Start::Tail);
            }
        }
        streams.into_iter().for_each(|at| round.links.link(at, Reason::Explicit, Start::Tail));
        round.finish(Ok(Created::New))
    }

    /// Deletes the subscription. From the commit on, no token is valid and no delivery starts. Deleting none succeeds, and writes as
    /// well: otherwise, the late write of a creation that nobody has confirmed could still commit. The sweep deletes the row afterwards.
    pub fn delete(self) -> Decision<()> {
        let generation = match self.stored {
            Stored::Absent => Generation::default(),
            Stored::Deleted { generation } => generation,
            Stored::Live(subscription) => subscription.generation,
        };
        let memory = Memory { stored: Stored::Deleted { generation }, sent: Sent::Waiting };
        Decision { alarm: None, write: Some(Write::Delete { generation }), memory, effect: None, answer: () }
    }
}
