//! Room in databases that fill up: idle, closed and soft-deleted streams move to R2 completely, those that have not changed for the longest
//! time first.
//!
//! A run of the cron trigger looks at a limited number of streams of each database, and has the Durable Objects of a limited number of them
//! move their data. The next run continues after the last stream that was looked at. Below the limit `database_moves`, it reads one row of
//! each database.

use crate::edge::scheduled::Platform;
use crate::fanout::bridge::{self, Envelope};
use crate::host::deadline::{Bounded, no_answer, within};
use crate::host::{Database, HostError, UnixMs, milliseconds};
use crate::log::{self, IdleStream};
use crate::stream::fork::{Answer, Message};
use crate::{Event, Failure, Report};
use spec::Limits;

/// The schedule of the trigger in `wrangler.toml`.
pub const SCHEDULE: &str = "*/5 * * * *";

/// Maximum duration after which a run begins no further move, so that runs do not overlap.
const RUN_MS: UnixMs = 240_000;

/// Maximum number of queries of one run for streams, in all databases.
const QUERIES_MAX: usize = 200;

/// Maximum number of queries of one run for streams of one database.
const QUERIES_PER_DATABASE_MAX: usize = 20;

/// Makes room in databases that fill up. Returns how many streams have moved.
///
/// # Errors
/// [`Failure`], if a database or a stream does not answer, or a stream can't be moved. Everything else is done nevertheless, and the next
/// run repeats what is left.
pub async fn make<P: Platform>(platform: &P, limits: &Limits) -> Result<usize, Failure> {
    let mut room = Room { platform, limits, until: platform.now() + RUN_MS, failed: None };
    let mut filling = Vec::new();
    for number in 0..platform.databases().all().len() {
        match room.begin(number).await {
            Ok(after) if room.excess_bytes(number) > 0 => filling.push((number, after)),
            Ok(_) => {}
            Err(failure) => room.failed = Some(failure),
        }
    }
    let mut moved = 0;
    let budget = Budget::of(limits, filling.len());
    for (number, after) in filling {
        match room.make_in(number, after, budget).await {
            Ok(own) => moved += own,
            Err(failure) => room.failed = Some(failure),
        }
    }
    room.failed.map_or(Ok(moved), Err)
}

/// The maximum numbers of a run in each database.
#[derive(Clone, Copy)]
struct Budget {
    queries: usize,
    streams: usize,
}

impl Budget {
    fn of(limits: &Limits, databases: usize) -> Self {
        let share = |all: usize| (all / databases.max(1)).max(all.min(1));
        Self { queries: share(QUERIES_MAX).min(QUERIES_PER_DATABASE_MAX), streams: share(limits.idle_streams) }
    }
}

struct Room<'a, P> {
    platform: &'a P,
    limits: &'a Limits,
    /// When the run begins no further move.
    until: UnixMs,
    /// The last failure.
    failed: Option<Failure>,
}

impl<P: Platform> Room<'_, P> {
    /// Reads where the search of a database begins, and with it the size of the database. Reports whether it fills up.
    async fn begin(&self, number: usize) -> Result<String, Failure> {
        let found = self.database(number).batch(vec![log::room_sweep()]).await?;
        let (databases, limits) = (self.platform.databases(), self.limits);
        let fullness = databases.fullness(number, limits);
        let event = if fullness >= limits.database_creations as u64 {
            Some(Event::DatabaseFull)
        } else {
            (fullness >= limits.database_warning as u64).then_some(Event::DatabaseFilling)
        };
        if let Some(event) = event {
            let cause = format!("{} has reached {fullness} % of LIMIT_DATABASE_SIZE", databases.binding(number));
            self.platform.report(&Report::new(event, cause));
        }
        log::loaded_room_sweep(found.first())
    }

    /// Bytes that have to leave a database.
    fn excess_bytes(&self, number: usize) -> u64 {
        self.platform.databases().excess_bytes(number, self.limits)
    }

    /// Makes room in one database. Returns how many of its streams have moved.
    async fn make_in(&mut self, number: usize, after: String, budget: Budget) -> Result<usize, Failure> {
        let time = self.platform.now().saturating_sub(milliseconds(self.limits.idle));
        let (streams, next) = self.idle_streams(number, after.clone(), time, budget).await?;
        let (mut moved, mut left) = (0, self.excess_bytes(number));
        for IdleStream { path, hot_bytes, .. } in streams {
            if left == 0 || moved == budget.streams || self.platform.now() >= self.until {
                break;
            }
            match self.move_idle(path, time).await {
                Ok(Answer::Moved | Answer::Moving) => {
                    moved += 1;
                    left = left.saturating_sub(hot_bytes);
                }
                // It has changed, or the last attempt has failed.
                Ok(_) => {}
                Err(failure) => self.failed = Some(failure),
            }
        }
        if next != after {
            self.database(number).batch(vec![log::save_room_sweep(&next)]).await?;
        }
        if moved > 0 {
            let cause = format!("{moved} streams of {}", self.platform.databases().binding(number));
            self.platform.report(&Report::new(Event::StreamsMoved, cause));
        }
        Ok(moved)
    }

    /// The streams that have been idle since `time`, those that have not changed for the longest time first, and the path after which the
    /// next search continues. There are twice as many as can move, because some may fail.
    async fn idle_streams(
        &self,
        number: usize,
        mut after: String,
        time: UnixMs,
        budget: Budget,
    ) -> Result<(Vec<IdleStream>, String), Failure> {
        let most = budget.streams.saturating_mul(2);
        let mut streams: Vec<IdleStream> = Vec::new();
        for _ in 0..budget.queries {
            let statements = log::idle_streams(&after, self.limits.list_rows as u64, time, most as u64);
            let (found, last) = log::loaded_idle_streams(&self.database(number).batch(statements).await?)?;
            streams.extend(found);
            streams.sort_by_key(|stream| stream.updated_ms);
            streams.truncate(most);
            after = last.unwrap_or_default();
            if after.is_empty() {
                break;
            }
        }
        Ok((streams, after))
    }

    /// Has a stream move its data, if it is still idle.
    async fn move_idle(&self, path: String, time_ms: UnixMs) -> Result<Answer, Failure> {
        let wait = self.limits.object_wait;
        let to = path.clone();
        let message = bridge::write(&Envelope { path, message: Message::MoveIdleSince { time_ms } })
            .map_err(|error| HostError(error.to_string()))?;
        let answer = within(self.platform.sleep(wait), self.platform.call(&to, message)).await;
        let answer = answer.unwrap_or_else(|| Err(HostError(no_answer(wait))))?;
        Ok(bridge::read(&answer).map_err(|error| HostError(error.to_string()))?)
    }

    fn database(&self, number: usize) -> impl Database + '_ {
        let sleep = |wait| self.platform.sleep(wait);
        Bounded::new(&self.platform.databases().all()[number], self.limits.database_wait, sleep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trigger_has_its_schedule() {
        let configuration = include_str!("../../../wrangler.toml");
        assert!(configuration.contains(&format!("crons = [\"17 * * * *\", \"{SCHEDULE}\"]")));
    }

    #[test]
    fn databases_share_what_a_run_may_do() {
        let limits = Limits { idle_streams: 100, ..Limits::DECLARED };
        let share = |databases| {
            let Budget { queries, streams } = Budget::of(&limits, databases);
            (queries, streams)
        };
        assert_eq!([0, 1, 16, 500].map(share), [(20, 100), (20, 100), (12, 6), (1, 1)]);
    }
}
