use super::deliver;
use super::keyring::Keys;
use super::outbound::Outbound;
use super::reach::Reach;
use super::store::{Record, Store};
use crate::host::{Host, UnixMs, milliseconds};
use crate::log;
use crate::stream::Fence;
use crate::{Event, Failure, Report, Settings};
use spec::stream::Path;
use std::cell::Cell;
use std::rc::Rc;
use subscriptions::{
    Decision, Effect, Entropy, Links, Memory, Moment, Refusal, Stored, SubscriptionId, TokenKey, Write,
};
use tokio::sync::{Mutex, MutexGuard};

/// Maximum number of times that an operation reads the record. Each time, a late write of another instance has committed.
const ATTEMPTS_MAX: usize = 3;

/// The Durable Object of a subscription. It carries out one operation at a time.
#[derive(Debug)]
pub struct Subscription<H>(Rc<Inner<H>>);

impl<H> Clone for Subscription<H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Debug)]
struct Inner<H> {
    host: H,
    settings: Rc<Settings>,
    id: SubscriptionId,
    /// An operation takes what is in here when it decides, and puts it back once its write has committed. If its write fails, the next
    /// operation loads.
    loaded: Mutex<Slot>,
    /// Number of times that an operation has begun to read the links.
    reads: Cell<u64>,
    /// The number of the newest read after which the subscription has looked at its streams.
    looked: Cell<u64>,
}

/// The subscription, if it is in memory.
pub(super) type Slot = Option<Loaded>;

/// The subscription in memory.
#[derive(Debug)]
pub(super) struct Loaded {
    memory: Memory,
    row: Row,
}

/// The row of the subscription, as it was read or written last.
#[derive(Debug)]
struct Row {
    /// The fence of its row, if it has one.
    fence: Option<Fence>,
    load_id: u64,
    /// Number of writes since the load.
    writes: u64,
    /// Until then, a write of another instance can commit. The alarm that is set may be for it.
    late_until: UnixMs,
    /// How far the clock of the database is ahead.
    clock_ahead_ms: i64,
}

/// How an operation begins that looks at the streams.
pub(super) enum Look<'a, H> {
    /// It has begun.
    Begun(Operation<'a, H>),
    /// Another operation has begun to read them since this one was requested, and has looked at them. Pokes that wait for an operation
    /// share the next look.
    Shared,
    /// There is a wake. The operation that ends it looks at them.
    Later,
}

/// An operation that has exclusive use of the subscription. Unless it decides, it changes nothing.
pub(super) struct Operation<'a, H> {
    object: &'a Subscription<H>,
    slot: MutexGuard<'a, Slot>,
    pub(super) links: Links,
    /// When its request arrived.
    arrived: UnixMs,
    /// The number of the read of its links.
    read: u64,
    /// Until when its write can commit, by the database's clock. The sweep deletes registrations without a subscription that are twice as
    /// old as a transaction is valid, so what the operation has registered is still there when its write commits.
    pub(super) until: UnixMs,
}

/// Why an operation finds the subscription in memory.
const LOADED: &str = "an operation begins with a load";

fn in_memory(slot: &Slot) -> &Loaded {
    slot.as_ref().expect(LOADED)
}

impl<H: Outbound> Subscription<H> {
    /// The Durable Object of the subscription `id`.
    pub fn new(host: H, settings: Rc<Settings>, id: SubscriptionId) -> Self {
        Self(Rc::new(Inner {
            host,
            settings,
            id,
            loaded: Mutex::default(),
            reads: Cell::default(),
            looked: Cell::default(),
        }))
    }

    /// Whether the caller holds the only handle: no operation or delivery is running.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    /// The ID of the subscription.
    pub(super) fn id(&self) -> &SubscriptionId {
        &self.0.id
    }

    pub(super) fn host(&self) -> &H {
        &self.0.host
    }

    pub(super) fn limits(&self) -> &spec::Limits {
        &self.0.settings.limits
    }

    /// Runs an operation, if the subscription is within `reach`.
    pub(super) async fn operate_within<A>(
        &self,
        reach: &Reach,
        decide: impl FnOnce(Memory, Links, Moment) -> Decision<Result<A, Refusal>>,
    ) -> Result<Result<A, Refusal>, Failure> {
        let operation = self.begin(None).await?;
        if operation.within(reach).is_none() {
            return Ok(Err(Refusal::NotFound));
        }
        operation.decide(decide).await
    }

    /// Runs an operation that reads no other streams than those of its links.
    pub(super) async fn operate<A>(
        &self,
        decide: impl FnOnce(Memory, Links, Moment) -> Decision<A>,
    ) -> Result<A, Failure> {
        self.begin(None).await?.decide(decide).await
    }

    /// Begins an operation that looks at the streams, if that is needed.
    pub(super) async fn begin_look(&self) -> Result<Look<'_, H>, Failure> {
        let (arrived, reads) = (self.0.host.now(), self.0.reads.get());
        let slot = self.0.loaded.lock().await;
        if self.0.looked.get() > reads {
            return Ok(Look::Shared);
        }
        // No operation is running, so the one that ends the wake reads the links later.
        if slot.as_ref().is_some_and(|loaded| loaded.memory.has_wake()) {
            return Ok(Look::Later);
        }
        self.begin_in(slot, arrived, None).await.map(Look::Begun)
    }

    /// Waits until no other operation runs, and reads the record, if it is not in memory, and the links. `rang` is the time of the alarm in
    /// whose handler this happens.
    pub(super) async fn begin(&self, rang: Option<UnixMs>) -> Result<Operation<'_, H>, Failure> {
        let arrived = self.0.host.now();
        let slot = self.0.loaded.lock().await;
        self.begin_in(slot, arrived, rang).await
    }

    /// Begins an operation that nothing can precede, because its caller has the subscription to itself.
    pub(super) async fn begin_in<'a>(
        &'a self,
        mut slot: MutexGuard<'a, Slot>,
        arrived: UnixMs,
        rang: Option<UnixMs>,
    ) -> Result<Operation<'a, H>, Failure> {
        for _ in 0..ATTEMPTS_MAX {
            if slot.is_none() {
                *slot = Some(self.load(rang).await?);
            }
            let loaded = in_memory(&slot);
            let read = self.0.reads.get() + 1;
            self.0.reads.set(read);
            if let Some(links) = self.store().links(loaded.row.fence.as_ref()).await? {
                let now = self.0.host.now().saturating_add_signed(loaded.row.clock_ahead_ms);
                let until = now + milliseconds(self.0.settings.limits.transaction_validity);
                return Ok(Operation { object: self, slot, links, arrived, read, until });
            }
            *slot = None;
        }
        Err(Failure::FenceMismatch)
    }

    async fn load(&self, rang: Option<UnixMs>) -> Result<Loaded, Failure> {
        let host = &self.0.host;
        let sent = host.now();
        let Record { fence, stored, clock } = self.store().record().await?;
        let armed = match rang {
            Some(rang) => Some(rang),
            None => host.alarm().await?,
        };
        let row = Row {
            fence,
            load_id: host.entropy(),
            writes: 0,
            late_until: host.now() + log::late_commit_ms(self.limits()),
            clock_ahead_ms: clock.cast_signed() - sent.cast_signed(),
        };
        Ok(Loaded { memory: Memory::loaded(stored, armed), row })
    }

    pub(super) fn store(&self) -> Store<'_, H> {
        let Inner { host, settings, id, .. } = &*self.0;
        Store { host, limits: &settings.limits, id }
    }

    fn moment(&self, arrived: UnixMs) -> Moment {
        let host = &self.0.host;
        let mut bytes = [0; Entropy::BYTES];
        for word in bytes.chunks_mut(size_of::<u64>()) {
            word.copy_from_slice(&host.entropy().to_be_bytes());
        }
        Moment { now: host.now(), arrived, entropy: Entropy::new(bytes) }
    }

    /// Starts what a decision has started.
    fn start(&self, effect: Effect) {
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.carry_out(&effect).await {
                // The alarm is set, so that the effect is retried.
                object.report(Event::RequestFailed, &failure);
            }
        });
    }

    async fn carry_out(&self, effect: &Effect) -> Result<(), Failure> {
        let recorded = match effect {
            Effect::Deliver(delivery) => {
                let outcome = self.0.host.deliver(&self.0.settings, delivery).await;
                self.operate(|memory, links, moment| memory.delivered(links, &delivery.attempt, outcome, moment))
                    .await?
            }
            Effect::Announce(announcement) => {
                let outcome = self.0.host.announce(&self.0.settings, announcement).await;
                let attempt = &announcement.attempt;
                self.operate(|memory, links, moment| memory.announced(links, attempt, outcome, moment)).await?
            }
        };
        // The subscription may have been deleted meanwhile.
        let _: Result<(), Refusal> = recorded;
        Ok(())
    }

    async fn write(&self, row: &mut Row, write: &Write, until: UnixMs) -> Result<bool, Failure> {
        let fence = log::fence(row.load_id, row.writes + 1);
        if !self.store().write(row.fence.as_ref(), &fence, write, until).await? {
            return Ok(false);
        }
        row.fence = Some(fence);
        row.writes += 1;
        // No write on an earlier fence can commit any more.
        row.late_until = 0;
        Ok(true)
    }

    pub(super) fn report(&self, event: Event, cause: &Failure) {
        self.0.host.report(&Report { event, path: None, generation: None, cause: cause.to_string() });
    }
}

impl<H: Outbound> Subscription<H> {
    /// The keys for requests to webhooks.
    pub(super) async fn signing_keys(&self) -> Result<Rc<Keys>, Failure> {
        deliver::signing_keys(&self.0.host, &self.0.settings).await
    }

    /// The secret of tokens.
    pub(super) async fn token_key(&self) -> Result<TokenKey, Failure> {
        deliver::token_key(&self.0.host, &self.0.settings).await
    }
}

impl<'a, H: Outbound> Operation<'a, H> {
    /// The subscription, if it exists.
    pub(super) fn live(&self) -> Option<&subscriptions::Subscription> {
        match &in_memory(&self.slot).memory.stored {
            Stored::Live(subscription) => Some(subscription),
            Stored::Absent | Stored::Deleted { .. } => None,
        }
    }

    /// The subscription, if it exists within `reach`. Outside of it, it does not exist for the caller.
    pub(super) fn within(&self, reach: &Reach) -> Option<&subscriptions::Subscription> {
        self.live().filter(|subscription| reach.covers(&subscription.configuration))
    }

    /// Whether the subscription's pattern links the stream at a path.
    pub(super) fn globs(&self, path: &Path) -> bool {
        self.live().is_some_and(|subscription| subscription.configuration.globs(path))
    }

    /// Whether there are too many other subscriptions to create this one.
    pub(super) async fn is_full(&self, has_pattern: bool) -> Result<bool, Failure> {
        self.store().is_full(in_memory(&self.slot).row.fence.as_ref(), has_pattern).await
    }

    /// The reads and writes of the subscription in the databases.
    pub(super) fn store(&self) -> Store<'_, H> {
        self.object.store()
    }

    /// Carries out a decision that creates no subscription.
    pub(super) async fn decide<A>(
        self,
        decide: impl FnOnce(Memory, Links, Moment) -> Decision<A>,
    ) -> Result<A, Failure> {
        Ok(self.decide_if_room(decide).await?.ok_or(Failure::FenceMismatch)?.0)
    }

    /// Looks at the streams.
    pub(super) async fn look(self) -> Result<Result<(), Refusal>, Failure> {
        let (object, read) = (self.object, self.read);
        let looked = self.decide(Memory::look).await?;
        if looked.is_ok() {
            object.0.looked.set(read);
        }
        Ok(looked)
    }

    /// Carries out a decision: arms the alarm, writes, replaces the memory, starts the effect, and corrects the alarm. `None`, if it creates a
    /// subscription, and there are too many. The caller still has the subscription to itself until it drops the slot.
    pub(super) async fn decide_if_room<A>(
        self,
        decide: impl FnOnce(Memory, Links, Moment) -> Decision<A>,
    ) -> Result<Option<(A, MutexGuard<'a, Slot>)>, Failure> {
        let Self { object, mut slot, links, arrived, until, .. } = self;
        let Loaded { memory, mut row } = slot.take().expect(LOADED);
        let Decision { alarm, write, memory, effect, answer } = decide(memory, links, object.moment(arrived));
        if let Some(at) = alarm {
            object.arm(at).await?;
        }
        if let Some(write) = write
            && !object.write(&mut row, &write, until).await?
        {
            return Ok(None);
        }
        let may_delay = row.late_until <= object.0.host.now();
        *slot = Some(Loaded { memory, row });
        if let Some(effect) = effect {
            object.start(effect);
        }
        if may_delay && let Err(failure) = object.correct_alarm(alarm).await {
            // The alarm runs too early.
            object.report(Event::AlarmNotSet, &failure);
        }
        Ok(Some((answer, slot)))
    }
}

impl<H: Host> Subscription<H> {
    /// Makes sure that the alarm runs at `at` or before.
    async fn arm(&self, at: UnixMs) -> Result<(), Failure> {
        let host = &self.0.host;
        if host.alarm().await?.is_none_or(|set| set > at) {
            host.set_alarm(at).await?;
        }
        Ok(())
    }

    /// Makes sure that the alarm runs at `at`, or not at all.
    async fn correct_alarm(&self, at: Option<UnixMs>) -> Result<(), Failure> {
        let host = &self.0.host;
        let set = host.alarm().await?;
        match at {
            Some(at) if set != Some(at) => host.set_alarm(at).await?,
            None if set.is_some() => host.clear_alarm().await?,
            Some(_) | None => {}
        }
        Ok(())
    }
}
