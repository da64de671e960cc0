//! Fork references: the source stores them, and the fork requests and releases them.

use super::{CLEAN_UP_DELAY_MS, Object, settle};
use crate::Event;
use crate::Failure;
use crate::archive::part::NewContent;
use crate::host::{Database as _, Host, UnixMs};
use crate::log::{self, ForkRefChange};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::Stream;
use crate::stream::fork::{Answer, ForkRef, Message, PIN_LIFETIME_MS, PendingRelease, Pinned, RELEASE_DELAY_MS};
use crate::stream::text::Text;
use spec::{Fork, Lifetime, Offset, OffsetOrSentinel, StreamState};
use std::rc::Rc;

impl<H: Host> Object<H> {
    /// Answers a message from another Durable Object.
    ///
    /// # Errors
    /// [`Failure`], after which the requested change may or may not have happened.
    pub async fn receive(&self, message: Message) -> Result<Answer, Failure> {
        match message {
            Message::AppendEvent { json } => return self.append_event(json).await,
            Message::MoveIdleSince { time_ms } => return self.move_idle_since(time_ms).await,
            _ => {}
        }
        let may_end = matches!(message, Message::Release { .. } | Message::DeleteCreatedUntil { .. });
        if may_end {
            // The in-memory state may show no stream although one was created late. Its fork reference must be
            // released, too.
            self.discard_if_absent();
        }
        let ends = self
            .with(None, |sequencer| match message {
                Message::Release { .. } => sequencer.staged_at(self.now()).0 == StreamState::Gone,
                Message::DeleteCreatedUntil { time_ms } => created_until(sequencer, time_ms).is_some(),
                Message::Pin { .. }
                | Message::Hold { .. }
                | Message::AppendEvent { .. }
                | Message::MoveIdleSince { .. } => false,
            })
            .await?;
        // The alarm is set first, so that a stream that is deleted always has one.
        if ends {
            self.wake_by(self.now() + CLEAN_UP_DELAY_MS).await?;
        }
        let (mut answer, settled) = self
            .with(None, |sequencer| {
                // The time of the decision, because the load before it may have taken long.
                let now = self.now();
                match message {
                    Message::Pin { expires_ms, .. } if expires_ms <= now => (Answer::Released, None),
                    Message::Pin { fork_ref, offset, from_start, beyond, .. } => {
                        let place = if from_start {
                            BranchPoint::Start
                        } else {
                            offset.map_or(BranchPoint::Tail, BranchPoint::At)
                        };
                        self.pin(sequencer, fork_ref, place, beyond, now)
                    }
                    Message::Hold { fork_ref } => self.hold(sequencer, fork_ref),
                    Message::Release { fork_ref } => (Answer::Released, self.release(sequencer, fork_ref, now)),
                    Message::DeleteCreatedUntil { time_ms } if ends => self.delete_created_until(sequencer, time_ms),
                    Message::DeleteCreatedUntil { .. }
                    | Message::AppendEvent { .. }
                    | Message::MoveIdleSince { .. } => (Answer::Absent, sequencer.barrier()),
                }
            })
            .await?;
        if let Some(settled) = settled {
            settle(settled).await?;
            // A stream that was deleted, or the last fork reference of a soft-deleted one: its own source is released, and so on.
            if may_end && self.with(None, |sequencer| sequencer.committed().is_none()).await? {
                self.clean_up_soon();
            }
        }
        if let Answer::Pinned(pinned) = &mut answer {
            // Reading needs a large future, and few forks require it.
            pinned.text = Box::pin(self.text_at(pinned.position)).await?;
        }
        Ok(answer)
    }

    /// The text state of a fork that branches at `position`, which is pinned.
    async fn text_at(&self, position: u64) -> Result<Text, Failure> {
        let stream = self.with(None, |sequencer| sequencer.committed().cloned()).await?.ok_or(Failure::Abandoned)?;
        let position = Offset::new(position).ok_or(Failure::Full)?;
        match stream.text {
            Some(Text::Bytes) => Ok(Text::Bytes),
            Some(text) if stream.tail == position => Ok(text),
            _ if Text::of(&stream.content_type) == Text::Bytes => Ok(Text::Bytes),
            _ => self.text_up_to(&stream, position).await,
        }
    }

    /// Deletes the stream, if it was created by this time.
    fn delete_created_until(&self, sequencer: &mut Sequencer, time_ms: UnixMs) -> (Answer, Option<Settled>) {
        match created_until(sequencer, time_ms) {
            Some(stream) => {
                let answer = if stream.fork_refs.is_empty() { Answer::Deleted } else { Answer::Gone };
                (answer, self.end(sequencer))
            }
            None => (Answer::Absent, sequencer.barrier()),
        }
    }

    /// Pins the data that a fork inherits. Forking counts as an access to the source, so it moves a sliding deadline.
    fn pin(
        &self,
        sequencer: &mut Sequencer,
        fork_ref: ForkRef,
        place: BranchPoint,
        beyond: u64,
        now: UnixMs,
    ) -> (Answer, Option<Settled>) {
        let (state, stream) = sequencer.staged_at(now);
        let Some(stream) = stream else {
            let answer = if state == StreamState::Gone { Answer::Gone } else { Answer::Absent };
            return (answer, sequencer.barrier());
        };
        let position = place.on(stream).checked_add(beyond).and_then(Offset::new);
        let Some(position) = position.filter(|position| *position <= stream.tail) else {
            return (Answer::Beyond, sequencer.barrier());
        };
        if position < stream.earliest {
            return (Answer::Trimmed, sequencer.barrier());
        }
        if stream.fork_refs.len() >= self.limits().forks {
            return (Answer::Full, sequencer.barrier());
        }
        if stream.lineage.len() >= self.limits().fork_depth {
            return (Answer::TooDeep, sequencer.barrier());
        }
        let pinned = pinned(&self.0.path, stream, position);
        let mut after = stream.clone();
        after.touch(now);
        after.renew_stored_deadline();
        Rc::make_mut(&mut after.fork_refs).insert(fork_ref.clone());
        let effect = Effect::Extend {
            added: NewContent::default(),
            producer: None,
            fork_ref: Some(ForkRefChange::Pin(fork_ref)),
        };
        (Answer::Pinned(pinned), Some(self.stage(sequencer, effect, Some(after))))
    }

    /// Restores the reference of an existing fork if it was lost, even if the stream is soft-deleted or expired.
    fn hold(&self, sequencer: &mut Sequencer, fork_ref: ForkRef) -> (Answer, Option<Settled>) {
        let Some(stream) = sequencer.staged() else { return (Answer::Absent, sequencer.barrier()) };
        if stream.fork_refs.contains(&fork_ref) {
            return (Answer::Held, sequencer.barrier());
        }
        let mut after = stream.clone();
        Rc::make_mut(&mut after.fork_refs).insert(fork_ref.clone());
        let effect = Effect::Extend {
            added: NewContent::default(),
            producer: None,
            fork_ref: Some(ForkRefChange::Pin(fork_ref)),
        };
        (Answer::Held, Some(self.stage(sequencer, effect, Some(after))))
    }

    /// Releases the data that a fork inherited. Deletes the stream if it was kept only for its forks.
    ///
    /// If the reference is not pinned, the stream still gets a new fence. A pin whose outcome is unknown may still
    /// reach the database, and must not take effect after the release.
    fn release(&self, sequencer: &mut Sequencer, fork_ref: ForkRef, now: UnixMs) -> Option<Settled> {
        let Some(stream) = sequencer.staged() else { return sequencer.barrier() };
        let mut after = stream.clone();
        if !Rc::make_mut(&mut after.fork_refs).remove(&fork_ref) {
            return Some(self.stage(sequencer, Effect::metadata_only(), Some(after)));
        }
        // In one step: after a crash in between, nothing would delete a soft-deleted stream without forks. The sweep
        // deletes the reference later.
        if after.fork_refs.is_empty() && (after.gone || after.is_expired(now)) {
            return Some(self.stage(sequencer, Effect::Delete, None));
        }
        let effect = Effect::Extend {
            added: NewContent::default(),
            producer: None,
            fork_ref: Some(ForkRefChange::Release(fork_ref)),
        };
        Some(self.stage(sequencer, effect, Some(after)))
    }

    /// Has the source pin a reference for a fork that is about to be created. The pending release is recorded and its
    /// alarm is set before that.
    pub(super) async fn pin_source(&self, fork: &Fork, now: UnixMs) -> Result<(PendingRelease, Answer), Failure> {
        let fork_ref = ForkRef::new(now, self.0.host.entropy());
        let source = fork.stream_forked_from.path.as_str().to_owned();
        let pending_release = PendingRelease { fork_ref: fork_ref.clone(), source, due_ms: now + RELEASE_DELAY_MS };
        self.wake_by(pending_release.due_ms).await?;
        let recorded = self
            .database()
            .batch(vec![log::record_release(&self.0.path, &pending_release, self.commit_deadline())])
            .await?;
        if recorded.first().is_none_or(|outcome| outcome.changes != 1) {
            // By the database's clock, the statement arrived too late.
            return Err(Failure::FenceMismatch);
        }
        let offset = match fork.stream_fork_offset {
            None | Some(OffsetOrSentinel::Tail) => None,
            Some(OffsetOrSentinel::Start) => Some(0),
            Some(OffsetOrSentinel::At(offset)) => Some(offset.get()),
        };
        let beyond = fork.stream_fork_sub_offset.map_or(0, |beyond| beyond.get());
        let from_start = fork.stream_fork_offset == Some(OffsetOrSentinel::Start);
        let pin = Message::Pin { fork_ref, offset, from_start, beyond, expires_ms: now + PIN_LIFETIME_MS };
        let answer = self.call(&pending_release.source, pin).await?;
        Ok((pending_release, answer))
    }

    /// Releases the reference of a fork that is not created after all. If that fails, the alarm does it.
    pub(super) async fn abandon_fork(&self, pending_release: &PendingRelease) {
        if let Err(failure) = self.release_fork_ref(pending_release).await {
            self.report(Event::ReleaseDeferred, &failure);
        }
    }
}

/// The fork offset in the source, before the sub-offset is added.
enum BranchPoint {
    Start,
    At(u64),
    Tail,
}

impl BranchPoint {
    fn on(&self, source: &Stream) -> u64 {
        match self {
            Self::Start => source.earliest.get(),
            Self::At(offset) => *offset,
            Self::Tail => source.tail.get(),
        }
    }
}

fn pinned(path: &str, stream: &Stream, position: Offset) -> Pinned {
    let (ttl_s, expires_at) = match &stream.lifetime {
        None => (None, None),
        Some(Lifetime::StreamTtl(ttl)) => (Some(ttl.get()), None),
        Some(Lifetime::StreamExpiresAt(at)) => (None, Some(at.as_str().to_owned())),
    };
    Pinned {
        position: position.get(),
        content_type: stream.content_type.as_str().to_owned(),
        ttl_s,
        expires_at,
        lineage: stream.lineage_up_to(path, position),
        earliest: stream.earliest.get(),
        // The text state is read after the pin is committed, because then the data before the fork offset stays.
        text: Text::of(&stream.content_type),
    }
}

/// The staged stream, if it was created by this time and is not deleted.
fn created_until(sequencer: &Sequencer, time_ms: UnixMs) -> Option<&Stream> {
    sequencer.staged().filter(|stream| !stream.gone && stream.created_ms <= time_ms)
}
