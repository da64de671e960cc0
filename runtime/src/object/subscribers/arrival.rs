//! Notifying subscriptions of a new stream that matches their patterns.
//!
//! The transaction that creates a stream records its arrival if a pattern can match. The record is deleted when all matching
//! subscriptions have answered. If one has not, or there are more than the limit `subscribers`, the record stays for the hourly sweep.

use super::poke::POKES_MAX;
use crate::Event;
use crate::Failure;
use crate::host::{Database as _, Host};
use crate::log::{self, PatternRow};
use crate::object::Object;
use crate::stream::Generation;
use crate::subscription::message::{Answer, Message};
use futures_util::future::join_all;
use spec::stream::Path;
use subscriptions::Pattern;

impl<H: Host> Object<H> {
    /// Notifies the subscriptions that match a new stream in the background. `patterns` are all that can match.
    pub(in crate::object) fn announce(&self, generation: Generation, patterns: Vec<PatternRow>) {
        if patterns.is_empty() {
            return;
        }
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.notify_matching(&generation, patterns).await {
                object.report(Event::PokeDeferred, &failure);
            }
        });
    }

    async fn notify_matching(&self, generation: &Generation, patterns: Vec<PatternRow>) -> Result<(), Failure> {
        let path = Path::read(&self.0.path).map_err(|_| Failure::Corrupt("path"))?;
        let (mut matching, mut answers) = (Vec::new(), Vec::new());
        for PatternRow { subscription, pattern } in patterns {
            match Pattern::read(&pattern) {
                Ok(Some(pattern)) if pattern.matches(&path) => matching.push(subscription),
                Ok(_) => {}
                Err(_) => answers.push(Err(Failure::Corrupt("patterns.pattern"))),
            }
        }
        let (count, most) = (matching.len(), self.limits().subscribers);
        matching.truncate(most);
        for some in matching.chunks(POKES_MAX) {
            answers.extend(join_all(some.iter().map(|id| self.notify_of_arrival(id, generation))).await);
        }
        answers.into_iter().collect::<Result<(), Failure>>()?;
        if count > most {
            return Err(Failure::Host(format!("{count} subscriptions match, more than LIMIT_SUBSCRIBERS")));
        }
        self.database().batch(vec![log::delete_arrival(&self.0.path, generation)]).await?;
        Ok(())
    }

    /// Notifies one subscription.
    ///
    /// # Errors
    /// [`Failure`], if it must be notified later.
    async fn notify_of_arrival(&self, id: &str, generation: &Generation) -> Result<(), Failure> {
        let message = Message::Arrived { path: self.0.path.to_string(), generation: generation.0.clone() };
        match self.notify(id, message).await? {
            Answer::Done => Ok(()),
            // The hourly sweep retries: a link is removed when its stream is deleted or expires.
            Answer::Full => {
                Err(Failure::Host(format!("the pattern of the subscription {id} has linked LIMIT_LINKS streams")))
            }
            // The subscription may be about to be written. Then it has read the existing streams already, and needs the arrival.
            Answer::Unknown => {
                let delete = log::delete_pattern(id, self.late_commit_ms());
                let is_gone = log::is_deleted(&self.database().batch(delete).await?);
                if is_gone { Ok(()) } else { Err(Failure::Host(format!("the subscription {id} does not exist yet"))) }
            }
        }
    }
}
