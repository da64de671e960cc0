//! Both ends of an edge: the source that keeps it, and the fork that asks for it.

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
    /// Answers another object.
    ///
    /// # Errors
    /// [`Failure`], after which it is not known whether what was asked for has happened.
    pub async fn receive(&self, message: Message) -> Result<Answer, Failure> {
        let releases = matches!(message, Message::Release { .. });
        if releases {
            // That there is no stream may have been true when this object looked: what is given back must not be left there.
            self.invalidate();
        }
        // The alarm comes first, so that what ends with its last fork is never left without one.
        if releases && self.with(None, |sequencer| sequencer.staged_at(self.now()).0).await? == StreamState::Gone {
            self.wake_by(self.now() + CLEAN_UP_DELAY_MS).await?;
        }
        let (mut answer, settled) = self
            .with(None, |sequencer| {
                // The time of the decision: the look-up before it may have taken long.
                let now = self.now();
                match message {
                    Message::Pin { expires_ms, .. } if expires_ms <= now => (Answer::Released, None),
                    Message::Pin { fork_ref, offset, from_start, beyond, .. } => {
                        let place = if from_start { Parting::Start } else { offset.map_or(Parting::Tail, Parting::At) };
                        self.pin(sequencer, fork_ref, place, beyond, now)
                    }
                    Message::Hold { fork_ref } => self.hold(sequencer, fork_ref),
                    Message::Release { fork_ref } => (Answer::Released, self.release(sequencer, fork_ref, now)),
                }
            })
            .await?;
        if let Some(settled) = settled {
            settle(settled).await?;
            // The last fork of a stream that is gone takes it along, and that one's source, and so on.
            if releases && self.with(None, |sequencer| sequencer.committed().is_none()).await? {
                self.clean_up_soon();
            }
        }
        if let Answer::Pinned(pinned) = &mut answer {
            // Reading takes a large future, which few forks need.
            pinned.text = Box::pin(self.text_at(pinned.position)).await?;
        }
        Ok(answer)
    }

    /// What a fork that parts at `position`, which is pinned, ends with as text.
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

    /// Keeps what a fork goes on from. A fork reads its source, and so moves its deadline.
    fn pin(
        &self,
        sequencer: &mut Sequencer,
        fork_ref: ForkRef,
        place: Parting,
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

    /// Keeps what a fork has gone on from, though the edge may have been lost: whether or not a client may see the stream.
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

    /// Lets go of what a fork went on from, and of the stream itself, if it was kept for that alone.
    ///
    /// If the edge is not pinned, the stream gets a new fence all the same: a pin whose result nobody knows may still be on its
    /// way to the database, and must not take effect after this.
    fn release(&self, sequencer: &mut Sequencer, fork_ref: ForkRef, now: UnixMs) -> Option<Settled> {
        let Some(stream) = sequencer.staged() else { return sequencer.barrier() };
        let mut after = stream.clone();
        if !Rc::make_mut(&mut after.fork_refs).remove(&fork_ref) {
            return Some(self.stage(sequencer, Effect::metadata_only(), Some(after)));
        }
        // At once, or a crash would leave a stream that is gone and has nobody to go with. Its edge is swept up later.
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

    /// Has the source pin an edge for a fork that is about to be created. The debt is written down first, and the alarm
    /// is set for it.
    pub(super) async fn ask(&self, fork: &Fork, now: UnixMs) -> Result<(PendingRelease, Answer), Failure> {
        let fork_ref = ForkRef::new(now, self.0.host.entropy());
        let source = fork.stream_forked_from.as_str().to_owned();
        let pending_release = PendingRelease { fork_ref: fork_ref.clone(), source, due_ms: now + RELEASE_DELAY_MS };
        self.wake_by(pending_release.due_ms).await?;
        let owed =
            self.database().batch(vec![log::record_release(&self.0.path, &pending_release, self.good_until())]).await?;
        if owed.first().is_none_or(|outcome| outcome.changes != 1) {
            // It has arrived too late, by the database's clock.
            return Err(Failure::Overtaken);
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

    /// Gives back at once what a fork that is not created after all has asked for. If that fails, the alarm does it.
    pub(super) async fn abandon_fork(&self, pending_release: &PendingRelease) {
        if let Err(failure) = self.release_fork_ref(pending_release).await {
            self.report(Event::ReleaseDeferred, &failure);
        }
    }
}

/// Where a fork parts from its source, before it goes any further.
enum Parting {
    Start,
    At(u64),
    Tail,
}

impl Parting {
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
        // It is read once the edge is there, and what is before it stays.
        text: Text::of(&stream.content_type),
    }
}
