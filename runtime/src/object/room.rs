//! Room in the stream's database: what does not fit is rejected, and an idle stream leaves.

use super::Object;
use super::archive::offload::Moves;
use crate::Failure;
use crate::host::{Database as _, Host, UnixMs};
use crate::log;
use crate::stream::Stream;
use crate::stream::fork::Answer;
use spec::stream::NoRoom;

impl<H: Host> Object<H> {
    /// Whether the stream's database was at least this full when this isolate last saw its size, in percent of the limit `database_size`.
    pub(super) fn is_filled_to(&self, percent: usize) -> bool {
        self.fullness() >= percent as u64
    }

    /// Reads the size of the database again if it was at least this full, because other isolates can have made room since.
    pub(super) async fn confirm_fullness(&self, percent: usize) -> Result<(), Failure> {
        if self.is_filled_to(percent) {
            self.database().batch(vec![log::identity()]).await?;
        }
        Ok(())
    }

    fn fullness(&self) -> u64 {
        let databases = self.0.host.databases();
        databases.fullness(databases.number(&self.0.path), self.limits())
    }

    /// The failure of a request for which the database has no room.
    pub(super) fn no_room(&self) -> Failure {
        let binding = self.0.host.databases().binding_of(&self.0.path);
        Failure::NoRoom(format!("{binding} has reached {} % of LIMIT_DATABASE_SIZE", self.fullness()))
    }

    /// Turns the failure of a request for which the database has no room into its outcome, and reports it. Nothing was changed.
    pub(super) fn unless_full<O: From<NoRoom>>(&self, done: Result<O, Failure>) -> Result<O, Failure> {
        match done {
            Err(failure @ Failure::NoRoom(_)) => {
                self.report(failure.event(), &failure);
                Ok(NoRoom.into())
            }
            done => done,
        }
    }

    /// Moves all data to R2, if the stream accepts no more or has not changed since `time`. After a failure, nothing is attempted before the
    /// alarm does.
    pub(super) async fn move_idle_since(&self, time: UnixMs) -> Result<Answer, Failure> {
        let is_idle = |stream: &Stream| stream.is_idle_since(time);
        if !self.with(None, |sequencer| sequencer.committed().is_some_and(is_idle)).await? {
            return Ok(Answer::Absent);
        }
        if self.0.backoff.until() > self.now() {
            return Ok(Answer::Refused);
        }
        Ok(if self.compact(Moves::AllIdleSince(time)).await? { Answer::Moved } else { Answer::Moving })
    }
}
