//! Committing staged changes to the database.

use crate::Event;
use crate::Failure;
use crate::host::{Database as _, Host, UnixMs};
use crate::metrics::{Operation, Point, Usage};
use crate::object::Object;
use crate::sequencer::{BatchTimes, Effect, InFlightBatch, News, Sequencer, Settled};
use crate::stream::Stream;

impl<H: Host> Object<H> {
    /// Stages a change, and starts committing unless that is already under way.
    pub(in crate::object) fn stage(&self, sequencer: &mut Sequencer, effect: Effect, after: Option<Stream>) -> Settled {
        let settled = sequencer.stage(effect, after);
        self.0.staged_at.set(self.0.staged_at.get().or_else(|| Some(self.now())));
        if sequencer.start_gathering() {
            self.0.host.spawn(self.clone().commit(sequencer.load_id()));
        }
        settled
    }

    /// Submits batches one after the other until none is left.
    pub(in crate::object) async fn commit(self, load_id: u64) {
        while let Some(flight) = self.gather(load_id).await {
            if !self.submit(flight).await {
                return;
            }
        }
    }

    /// Returns the next batch once the writers of the previous one have appended again, or as soon as no more arrive.
    ///
    /// Without this delay, the first of these writers would get a batch of its own, and all others would wait until
    /// that is committed.
    pub(in crate::object) async fn gather(&self, load_id: u64) -> Option<InFlightBatch> {
        let mut before = 0;
        loop {
            let gather_delay = {
                let mut sequencer = self.0.sequencer.borrow_mut();
                let sequencer = sequencer.as_mut().filter(|sequencer| sequencer.load_id() == load_id)?;
                let waiting = sequencer.waiting();
                if waiting == before || sequencer.has_gathered() {
                    return sequencer.next_batch(self.limits(), self.commit_deadline());
                }
                before = waiting;
                sequencer.gather_delay()
            };
            self.0.host.sleep(gather_delay).await;
        }
    }

    /// Submits a batch. Returns whether to submit another one.
    ///
    /// If a batch fails or its outcome is unknown, the in-memory state may be wrong. It is discarded, and the next
    /// request loads it. If the batch is committed nevertheless, its fence rejects everything that was decided on the
    /// discarded state.
    pub(in crate::object) async fn submit(&self, mut flight: InFlightBatch) -> bool {
        let submitted_at = self.now();
        // Changes that did not fit wait from now on.
        let staged_at = self.0.staged_at.take().unwrap_or(submitted_at);
        let statements = std::mem::take(&mut flight.batch.statements);
        self.arm_pokes_after(&flight).await;
        let outcome = self.database().batch(statements).await.map_err(Failure::from);
        let usage = outcome.iter().flatten().fold(Usage::default(), |usage, own| usage.and(own.usage));
        let checked = outcome.and_then(|outcomes| flight.batch.check(&outcomes));
        let times = [staged_at, submitted_at, self.now()];
        self.measure_batch(&flight, checked.as_ref().err(), usage, times);
        match checked {
            Ok(committed) => {
                self.learn_subscribers(&flight, &committed).await;
                let (news, created) = (flight.news, flight.created.take());
                let matching = self.expect_arrival(committed.patterns).await;
                let goes_on = self.apply_committed(flight, submitted_at);
                if news == News::Moved && committed.subscribed > 0 {
                    self.start_pokes();
                }
                if let Some((generation, matching)) = created.zip(matching) {
                    self.announce(generation, matching);
                }
                goes_on
            }
            Err(failure) => {
                let goes_on = if flight.moves {
                    self.recover_from_failed_move(flight, submitted_at, &failure).await
                } else {
                    self.doubt_pokes_after(&flight);
                    if self.is_current(&flight) {
                        self.discard_state(&failure);
                    }
                    false
                };
                // The batch may be committed after the alarm that was set for its effects.
                if let Err(failure) = self.wake_by(self.now() + self.late_commit_ms()).await {
                    self.report(Event::AlarmNotSet, &failure);
                }
                goes_on
            }
        }
    }

    /// Records a batch that was staged, submitted and answered at these times.
    fn measure_batch(&self, flight: &InFlightBatch, failure: Option<&Failure>, usage: Usage, times: [UnixMs; 3]) {
        let [staged_at, submitted_at, answered_at] = times;
        self.0.host.measure(&Point {
            usage,
            bytes: flight.bytes as u64,
            changes: flight.changes,
            queue_ms: submitted_at.saturating_sub(staged_at),
            storage_ms: answered_at.saturating_sub(submitted_at),
            ..self.point(Operation::Batch, failure.map_or("committed", Failure::name))
        });
    }

    /// Whether a batch was decided on the current in-memory state, which has not been discarded since.
    pub(in crate::object) fn is_current(&self, flight: &InFlightBatch) -> bool {
        self.0.sequencer.borrow().as_ref().is_some_and(|sequencer| sequencer.submitted(flight))
    }

    /// Applies a committed batch. Returns whether to submit another one.
    pub(in crate::object) fn apply_committed(&self, flight: InFlightBatch, submitted_at: UnixMs) -> bool {
        let times = BatchTimes { submitted_at, committed_at: self.now() };
        let (settled, more) = {
            let mut sequencer = self.0.sequencer.borrow_mut();
            let Some(sequencer) = sequencer.as_mut().filter(|sequencer| sequencer.submitted(&flight)) else {
                return false;
            };
            let settled = sequencer.apply_committed(flight, times, self.limits());
            self.schedule_offload(sequencer.committed());
            (settled, sequencer.start_gathering())
        };
        for settled in settled {
            // The receiver may have been dropped.
            let _ = settled.send(Ok(times));
        }
        self.0.held_polls.moved(times.committed_at);
        self.serve_readers();
        more
    }

    pub(in crate::object) fn discard_state(&self, failure: &Failure) {
        self.report(Event::StateDiscarded, failure);
        self.drop_state(failure);
    }

    /// Drops the in-memory state. Changes that are not committed fail with `failure`.
    pub(in crate::object) fn drop_state(&self, failure: &Failure) {
        if let Some(sequencer) = self.0.sequencer.take() {
            sequencer.fail_pending(failure);
        }
        self.0.held_polls.wake();
    }
}
