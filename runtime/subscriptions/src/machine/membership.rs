//! Links that are added and removed, and news of the streams.

use super::round::Round;
use crate::decision::{Decision, Moment, Refusal};
use crate::link::{Reason, Stream};
use crate::links::{AtPath, Links, Start};
use crate::subscription::Memory;
use spec::stream::Path;

impl Memory {
    /// Looks at the streams: after a poke, when the alarm runs, and in the sweep. A pending subscription starts a wake, leases that
    /// have passed end, and deliveries that are due start.
    ///
    /// Answers [`Refusal::NotFound`]. Then delete the entries of this subscription where its streams are stored.
    pub fn look(self, links: Links, moment: Moment) -> Decision<Result<(), Refusal>> {
        Round::run(self, links, moment, |round| round.finish(Ok(())))
    }

    /// Links streams that were created after the subscription and match its pattern, from their first offsets on. `arrivals` are the
    /// streams as they are now, without wake streams of other subscriptions. Streams that have ended again are ignored.
    ///
    /// Answers [`Refusal::NotFound`]. After the answer or this refusal, the arrivals are announced.
    pub fn appeared(self, links: Links, arrivals: Vec<AtPath>, moment: Moment) -> Decision<Result<(), Refusal>> {
        Round::run(self, links, moment, |mut round| {
            arrivals.into_iter().for_each(|at| round.link_if_matching(at, Start::Beginning));
            round.finish(Ok(()))
        })
    }

    /// Links streams explicitly, from their tails on if they exist. A stream that is already linked keeps its cursor. A stream that
    /// matches the pattern and is still to be announced is linked from its first offset on, as its announcement would do. `links_max` is the
    /// maximum number of explicit links.
    ///
    /// Answers [`Refusal::NotFound`], [`Refusal::OwnWakeStream`] or [`Refusal::TooManyLinks`].
    pub fn add_links(
        self,
        links: Links,
        added: Vec<AtPath>,
        links_max: usize,
        moment: Moment,
    ) -> Decision<Result<(), Refusal>> {
        Round::run(self, links, moment, |mut round| {
            if added.iter().any(|at| round.subscription.configuration.is_wake_stream(&at.path)) {
                return round.finish(Err(Refusal::OwnWakeStream));
            }
            if round.links.explicit_with(&added) > links_max {
                return round.finish(Err(Refusal::TooManyLinks));
            }
            for at in added {
                round.link_if_matching(at.clone(), if at.is_arriving { Start::Beginning } else { Start::Tail });
                round.links.link(at, Reason::Explicit, Start::Tail);
            }
            round.finish(Ok(()))
        })
    }

    /// Removes an explicit link. A stream that also matches the pattern stays linked, with its cursor. Removing none succeeds.
    ///
    /// Answers [`Refusal::NotFound`].
    pub fn remove_link(self, links: Links, path: &Path, moment: Moment) -> Decision<Result<(), Refusal>> {
        Round::run(self, links, moment, |mut round| {
            round.links.remove_explicit(path);
            round.finish(Ok(()))
        })
    }
}

impl Round {
    /// Links a stream, if it exists and matches the pattern.
    fn link_if_matching(&mut self, at: AtPath, start: Start) {
        let is_present = matches!(at.stream, Stream::Present { .. });
        if is_present && self.subscription.configuration.globs(&at.path) {
            self.links.link(at, Reason::Glob, start);
        }
    }
}
