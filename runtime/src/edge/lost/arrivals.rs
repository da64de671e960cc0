//! Streams that were created, and of which a subscription with a matching pattern may not have been notified.

use super::place::{Begun, Place};
use super::{Platform, ROWS_PER_PAGE, Sweep};
use crate::Failure;
use crate::log::{self, PatternRow, loaded_patterns, subscriptions as rows};
use crate::stream::Generation;
use crate::subscription::message::{Answer, Message};
use futures_util::future::join_all;
use spec::stream::Path;
use std::collections::BTreeSet;
use subscriptions::Pattern;

/// A pattern, and the ID of its subscription.
type Patterns = Vec<(String, Pattern)>;

impl<P: Platform> Sweep<'_, P> {
    /// Notifies the matching subscriptions of the next arrivals. Returns where the sweep continues.
    pub(super) async fn announce_arrivals(&self, place: &Place) -> Result<Place, Failure> {
        let [path, generation] = &place.after;
        let statements = vec![rows::arrivals_after(path, generation, ROWS_PER_PAGE), rows::patterns()];
        let outcomes = self.query(place.database, statements).await?;
        let arrivals = rows::loaded_arrivals(outcomes.first())?;
        let last = arrivals.last().map(|(path, generation)| [path.clone(), generation.0.clone()]);
        let next = self.next(place, last, arrivals.len() as u64 == ROWS_PER_PAGE);
        if arrivals.is_empty() {
            return Ok(next);
        }
        let patterns = self.readable(loaded_patterns(outcomes.get(1))?);
        Ok(self.process(next, self.announce_each(place, &arrivals, &patterns)).await)
    }

    /// The patterns that can be read. The others are failures.
    fn readable(&self, rows: Vec<PatternRow>) -> Patterns {
        let mut patterns = Vec::new();
        for PatternRow { subscription, pattern } in rows {
            match Pattern::read(&pattern) {
                Ok(pattern) => patterns.extend(pattern.map(|pattern| (subscription, pattern))),
                Err(_) => self.failed(Failure::Corrupt("patterns.pattern")),
            }
        }
        patterns
    }

    async fn announce_each(
        &self,
        place: &Place,
        arrivals: &[(String, Generation)],
        patterns: &Patterns,
    ) -> Result<Option<Place>, Failure> {
        let (mut place, mut begun) = (place.clone(), place.begun.clone());
        for (path, generation) in arrivals {
            let key = [path.clone(), generation.0.clone()];
            let begun = begun.take().filter(|begun| begun.key == key);
            let new = || Begun { key: key.clone(), subscription: String::new(), is_complete: true };
            let announced = self.announce(place.database, begun.unwrap_or_else(new), patterns).await;
            match announced {
                Ok(None) => {}
                Ok(begun) => return Ok(Some(Place { begun, ..place })),
                Err(failure) => self.failed(failure),
            }
            place = place.after(key);
        }
        Ok(None)
    }

    /// Notifies the matching subscriptions that have not been notified of an arrival yet, and then deletes it if all have taken it into
    /// account. Returns how far this has come if no more messages can be sent.
    async fn announce(&self, number: usize, mut begun: Begun, patterns: &Patterns) -> Result<Option<Begun>, Failure> {
        let path = Path::read(&begun.key[0]).map_err(|_| Failure::Corrupt("arrivals.path"))?;
        let is_left = |(id, pattern): &&(String, Pattern)| *id > begun.subscription && pattern.matches(&path);
        let matching: BTreeSet<&str> = patterns.iter().filter(is_left).map(|(id, _)| id.as_str()).collect();
        let matching: Vec<&str> = matching.into_iter().collect();
        let mut left = &matching[..];
        while !left.is_empty() {
            let room = self.room().min(left.len());
            if room == 0 {
                return Ok(Some(begun));
            }
            let (now, later) = left.split_at(room);
            let taken = join_all(now.iter().map(|id| self.announce_to(id, &begun.key[0]))).await;
            begun.is_complete &= taken.into_iter().all(|is_taken| is_taken);
            begun.subscription = now[room - 1].to_owned();
            left = later;
        }
        if begun.is_complete {
            let [path, generation] = begun.key;
            self.query(number, vec![log::delete_arrival(&path, &Generation(generation))]).await?;
        }
        Ok(None)
    }

    /// Notifies one subscription. Returns whether it has taken the arrival into account. A subscription that is full or does not respond
    /// gets no other arrival in this sweep.
    async fn announce_to(&self, id: &str, path: &str) -> bool {
        if self.passed_over.borrow().contains(id) {
            return false;
        }
        let message = Message::Arrived { path: path.to_owned() };
        match self.notify(id, message).await {
            Ok(Answer::Done | Answer::Busy) => true,
            // It is about to be created, or was deleted. In the second case, the sweep deletes its pattern once that is old.
            Ok(Answer::Unknown) => false,
            Ok(Answer::Full) => {
                self.passed_over.borrow_mut().insert(id.to_owned());
                false
            }
            Err(failure) => {
                self.failed(failure);
                self.passed_over.borrow_mut().insert(id.to_owned());
                false
            }
        }
    }
}
