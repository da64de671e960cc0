//! The way of a change to the database.

use crate::Event;
use crate::Failure;
use crate::host::{Database as _, Host, UnixMs};
use crate::object::Object;
use crate::sequencer::{BatchTimes, Effect, InFlightBatch, Sequencer, Settled};
use crate::stream::Stream;

impl<H: Host> Object<H> {
    /// Stages a change and sees to it that it gets on its way.
    pub(in crate::object) fn stage(&self, sequencer: &mut Sequencer, effect: Effect, after: Option<Stream>) -> Settled {
        let settled = sequencer.stage(effect, after);
        if sequencer.start_gathering() {
            self.0.host.spawn(self.clone().commit(sequencer.load_id()));
        }
        settled
    }

    /// Takes batches to the database, one after the other, until none is left.
    pub(in crate::object) async fn commit(self, load_id: u64) {
        while let Some(flight) = self.gather(load_id).await {
            if !self.submit(flight).await {
                return;
            }
        }
    }

    /// The next batch, once those who were answered last have come again, or as soon as nobody does.
    ///
    /// If it did not wait for them, the first to come would have a batch for itself, and all others would wait for that
    /// to land.
    pub(in crate::object) async fn gather(&self, load_id: u64) -> Option<InFlightBatch> {
        let mut known = 0;
        loop {
            let gather_delay = {
                let mut sequencer = self.0.sequencer.borrow_mut();
                let sequencer = sequencer.as_mut().filter(|sequencer| sequencer.load_id() == load_id)?;
                let waiting = sequencer.waiting();
                if waiting == known || sequencer.has_gathered() {
                    return sequencer.next_batch(self.limits(), self.good_until());
                }
                known = waiting;
                sequencer.gather_delay()
            };
            self.0.host.sleep(gather_delay).await;
        }
    }

    /// Takes a batch to the database. Says whether the next one is to follow it.
    ///
    /// A batch that fails, or whose fate is unknown, takes the whole picture with it: what this object holds in memory
    /// may be wrong now, and the next request loads it anew. If the batch did arrive after all, or still does, then
    /// the fence sees to it that nothing decided on the old picture is written.
    pub(in crate::object) async fn submit(&self, mut flight: InFlightBatch) -> bool {
        let submitted_at = self.now();
        let statements = std::mem::take(&mut flight.batch.statements);
        let outcome = self.database().batch(statements).await;
        let checked = outcome.map_err(Failure::from).and_then(|outcomes| flight.batch.check(&outcomes));
        match checked {
            Ok(()) => self.apply_committed(flight, submitted_at),
            Err(failure) => {
                let goes_on = if flight.moves {
                    self.set_aside(flight, submitted_at, &failure).await
                } else {
                    if self.is_current(&flight) {
                        self.discard_state(&failure);
                    }
                    false
                };
                // It may arrive after the alarm that was set for what it does.
                if let Err(failure) = self.wake_by(self.now() + self.late_ms()).await {
                    self.report(Event::AlarmNotSet, &failure);
                }
                goes_on
            }
        }
    }

    /// Whether a batch was decided on the picture that there is, and not on one that has been thrown away since.
    pub(in crate::object) fn is_current(&self, flight: &InFlightBatch) -> bool {
        self.0.sequencer.borrow().as_ref().is_some_and(|sequencer| sequencer.submitted(flight))
    }

    /// A batch is committed. Says whether there is something for the next.
    pub(in crate::object) fn apply_committed(&self, flight: InFlightBatch, submitted_at: UnixMs) -> bool {
        let times = BatchTimes { submitted_at, committed_at: self.now() };
        let (settled, more) = {
            let mut sequencer = self.0.sequencer.borrow_mut();
            let Some(sequencer) = sequencer.as_mut().filter(|sequencer| sequencer.submitted(&flight)) else {
                return false;
            };
            let settled = sequencer.apply_committed(flight, times, self.limits());
            self.notice(sequencer.committed());
            (settled, sequencer.start_gathering())
        };
        for settled in settled {
            // Whoever waited may be gone.
            let _ = settled.send(Ok(times));
        }
        self.0.held_polls.moved(times.committed_at);
        self.serve_readers();
        more
    }

    pub(in crate::object) fn discard_state(&self, failure: &Failure) {
        self.report(Event::StateDiscarded, failure);
        if let Some(sequencer) = self.0.sequencer.take() {
            sequencer.fail_pending(failure);
        }
        self.0.held_polls.wake();
    }
}
