//! Notifying subscriptions of a new stream that matches their patterns.
//!
//! The transaction that creates a stream records its arrival if a pattern can match. The record is deleted when all matching
//! subscriptions have answered. If one has not, the alarm repeats the announcement, and so does the hourly sweep. The sweep also notifies
//! those beyond the limit `subscribers`.

use super::poke::{POKES_MAX, REPEAT_DELAY_MS};
use crate::Event;
use crate::Failure;
use crate::host::{Database as _, Host, UnixMs};
use crate::log::{self, PatternRow};
use crate::object::Object;
use crate::stream::Generation;
use crate::subscription::message::{Answer, Message};
use futures_util::future::join_all;
use spec::stream::Path;
use subscriptions::Pattern;

/// The subscriptions that must be notified of a new stream whose arrival is recorded.
pub struct Matching {
    subscriptions: Vec<String>,
    /// Whether no others match. If there are others, only the hourly sweep notifies them.
    is_complete: bool,
}

impl<H: Host> Object<H> {
    /// Prepares the announcement of a new stream, whose writer has not been answered yet. `patterns` are all that can match. If some
    /// match, sets the alarm, so that the announcement is repeated if it fails or the Durable Object crashes.
    pub(in crate::object) async fn expect_arrival(&self, patterns: Vec<PatternRow>) -> Option<Matching> {
        let is_recorded = !patterns.is_empty();
        let matching = self.matching(patterns).map_err(|failure| self.report(Event::PokeDeferred, &failure)).ok()?;
        if !matching.subscriptions.is_empty()
            && let Err(failure) = self.arm(self.now() + REPEAT_DELAY_MS).await
        {
            self.report(Event::AlarmNotSet, &failure);
        }
        is_recorded.then_some(matching)
    }

    /// Notifies the subscriptions that match a new stream in the background.
    pub(in crate::object) fn announce(&self, generation: Generation, matching: Matching) {
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.notify_matching(&generation, matching).await {
                object.report(Event::PokeDeferred, &failure);
            }
        });
    }

    /// Repeats the announcement of the stream, if its arrival is recorded. Returns when to do it again, if that has failed.
    pub(in crate::object) async fn repeat_arrival(&self, recorded: Vec<Generation>) -> Option<UnixMs> {
        let backoff = &self.0.arrival_backoff;
        for generation in &recorded {
            if let Err(failure) = self.announce_again(generation).await {
                self.report(Event::PokeDeferred, &failure);
                return Some(backoff.failed(self.now()));
            }
        }
        backoff.succeeded();
        None
    }

    async fn announce_again(&self, generation: &Generation) -> Result<(), Failure> {
        let outcomes = self.database().batch(vec![log::matching_patterns(&self.0.path)]).await?;
        let matching = self.matching(log::loaded_patterns(outcomes.first())?)?;
        self.notify_matching(generation, matching).await
    }

    fn matching(&self, patterns: Vec<PatternRow>) -> Result<Matching, Failure> {
        let path = Path::read(&self.0.path).map_err(|_| Failure::Corrupt("path"))?;
        let mut matching = Matching { subscriptions: Vec::new(), is_complete: true };
        for PatternRow { subscription, pattern } in patterns {
            match Pattern::read(&pattern) {
                Ok(Some(pattern)) if pattern.matches(&path) => matching.subscriptions.push(subscription),
                Ok(_) => {}
                Err(_) => matching.leave_some(self, &Failure::Corrupt("patterns.pattern")),
            }
        }
        let (count, most) = (matching.subscriptions.len(), self.limits().subscribers);
        if count > most {
            matching.subscriptions.truncate(most);
            let many = format!("{count} subscriptions match, more than LIMIT_SUBSCRIBERS");
            matching.leave_some(self, &Failure::Host(many));
        }
        Ok(matching)
    }

    /// Notifies the subscriptions, and deletes the record if none needs it any longer.
    ///
    /// # Errors
    /// [`Failure`], if the alarm must repeat this.
    async fn notify_matching(&self, generation: &Generation, matching: Matching) -> Result<(), Failure> {
        let Matching { subscriptions, is_complete } = matching;
        let mut answers = Vec::new();
        for some in subscriptions.chunks(POKES_MAX) {
            answers.extend(join_all(some.iter().map(|id| self.notify_of_arrival(id))).await);
        }
        let linked = answers.into_iter().collect::<Result<Vec<bool>, Failure>>()?;
        if is_complete && linked.into_iter().all(|is_linked| is_linked) {
            self.database().batch(vec![log::delete_arrival(&self.0.path, generation)]).await?;
        }
        Ok(())
    }

    /// Notifies one subscription. `false`, if only the hourly sweep can succeed.
    ///
    /// # Errors
    /// [`Failure`], if it must be notified later.
    async fn notify_of_arrival(&self, id: &str) -> Result<bool, Failure> {
        match self.notify(id, Message::Arrived { path: self.0.path.to_string() }).await? {
            Answer::Done | Answer::Busy => Ok(true),
            // The hourly sweep retries: a link is removed when its stream is deleted or expires.
            Answer::Full => {
                let full = format!("the pattern of the subscription {id} has linked LIMIT_LINKS streams");
                self.report(Event::PokeDeferred, &Failure::Host(full));
                Ok(false)
            }
            // The subscription may be about to be written. Then it has read the existing streams already, and needs the arrival.
            Answer::Unknown => {
                let delete = log::delete_pattern(id, self.late_commit_ms());
                let is_gone = log::is_deleted(&self.database().batch(delete).await?);
                if is_gone { Ok(true) } else { Err(Failure::Host(format!("the subscription {id} does not exist yet"))) }
            }
        }
    }
}

impl Matching {
    /// Leaves some subscriptions to the hourly sweep, and reports why.
    fn leave_some<H: Host>(&mut self, object: &Object<H>, why: &Failure) {
        object.report(Event::PokeDeferred, why);
        self.is_complete = false;
    }
}
