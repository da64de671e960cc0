use super::message::{Answer, Message};
use super::outbound::Outbound;
use super::store::{Record, Store, TooMany, linkable};
use crate::host::{Host, HostError, UnixMs};
use crate::log;
use crate::object::milliseconds;
use crate::stream::Fence;
use crate::{Event, Failure, Report, Settings};
use spec::stream::Path;
use std::rc::Rc;
use subscriptions::{
    Acknowledged, Acknowledgment, AtPath, Claimed, Configuration, Created, Credentials, Decision, Effect, Entropy,
    Links, Memory, Moment, RESEND_MS, Refusal, Requested, Stored, StreamInfo, SubscriptionId, Target, WorkerName,
    Write,
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
    /// An operation takes what is in here, and puts it back once its write has committed. Whatever else ends the operation leaves nothing, so
    /// the next one loads.
    loaded: Mutex<Option<Loaded>>,
}

/// The subscription in memory.
#[derive(Debug)]
struct Loaded {
    memory: Memory,
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

/// A subscription that exists, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Representation {
    /// The subscription.
    pub subscription: subscriptions::Subscription,
    /// Its links with the streams, by path.
    pub streams: Vec<StreamInfo>,
}

/// Why streams are not linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotLinked {
    /// The subscription refuses it.
    Refused(Refusal),
    /// A subscription appends its wake events to this stream, which was named.
    WakeStream(Path),
    /// There is no open stream of JSON messages for the wake events.
    NoWakeStream,
}

/// An operation that has exclusive use of the subscription.
struct Operation<'a, H> {
    object: &'a Subscription<H>,
    slot: MutexGuard<'a, Option<Loaded>>,
    loaded: Loaded,
    links: Links,
}

impl<H: Outbound> Subscription<H> {
    /// The Durable Object of the subscription `id`.
    pub fn new(host: H, settings: Rc<Settings>, id: SubscriptionId) -> Self {
        Self(Rc::new(Inner { host, settings, id, loaded: Mutex::default() }))
    }

    /// Creates the subscription, or confirms that it exists with this configuration. `links_max` limits both the explicit links and the
    /// streams that match the pattern.
    ///
    /// # Errors
    /// [`Failure`]. The subscription may have been created nevertheless.
    pub async fn create(
        &self,
        configuration: Configuration,
        links_max: usize,
    ) -> Result<Result<(Created, Representation), NotLinked>, Failure> {
        let operation = self.begin(None).await?;
        let mut requested =
            Requested { id: self.0.id.clone(), configuration, streams: Vec::new(), matching: Vec::new(), links_max };
        if !matches!(operation.loaded.memory.stored, Stored::Live(_))
            && let Err(refused) = operation.register(&mut requested).await?
        {
            operation.leave();
            return Ok(Err(refused));
        }
        let moment = self.moment();
        let created = operation.decide(|memory, _| memory.create(requested, moment)).await?;
        match created {
            Ok(created) => {
                let found = self.read().await?;
                Ok(found.map(|found| (created, found)).ok_or(NotLinked::Refused(Refusal::NotFound)))
            }
            Err(refusal) => Ok(Err(NotLinked::Refused(refusal))),
        }
    }

    /// Reads the subscription. `None`, if there is none.
    ///
    /// # Errors
    /// [`Failure`], if a database does not answer.
    pub async fn read(&self) -> Result<Option<Representation>, Failure> {
        let operation = self.begin(None).await?;
        let found = match &operation.loaded.memory.stored {
            Stored::Absent | Stored::Deleted { .. } => None,
            Stored::Live(subscription) => Some(Representation {
                subscription: (**subscription).clone(),
                streams: StreamInfo::of_now(&operation.links),
            }),
        };
        operation.leave();
        Ok(found)
    }

    /// Deletes the subscription. Deleting none succeeds.
    ///
    /// # Errors
    /// [`Failure`]. The subscription may have been deleted nevertheless.
    pub async fn delete(&self) -> Result<(), Failure> {
        let operation = self.begin(None).await?;
        let wake_stream = match &operation.loaded.memory.stored {
            Stored::Live(subscription) => match subscription.configuration.target() {
                Target::PullWake(path) => Some(path.clone()),
                Target::Webhook(_) => None,
            },
            Stored::Absent | Stored::Deleted { .. } => None,
        };
        operation.decide(|memory, _| memory.delete()).await?;
        // The other entries in the databases of streams are deleted where they are found to lead nowhere.
        match wake_stream {
            Some(path) => self.store().remove_wake_stream(&path).await,
            None => Ok(()),
        }
    }

    /// Links streams explicitly.
    ///
    /// # Errors
    /// [`Failure`]. The streams may have been linked nevertheless.
    pub async fn add_links(&self, paths: Vec<Path>, links_max: usize) -> Result<Result<(), NotLinked>, Failure> {
        let operation = self.begin(None).await?;
        let added = match &operation.loaded.memory.stored {
            Stored::Live(_) => match operation.register_named(&paths).await? {
                Ok(added) => added,
                Err(not_linked) => {
                    operation.leave();
                    return Ok(Err(not_linked));
                }
            },
            Stored::Absent | Stored::Deleted { .. } => Vec::new(),
        };
        let moment = self.moment();
        let decided = operation.decide(|memory, links| memory.add_links(links, added, links_max, moment)).await?;
        Ok(decided.map_err(NotLinked::Refused))
    }

    /// Removes an explicit link.
    ///
    /// # Errors
    /// [`Failure`]. The link may have been removed nevertheless.
    pub async fn remove_link(&self, path: &Path) -> Result<Result<(), Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.remove_link(links, path, moment)).await
    }

    /// Claims the wake for a worker.
    ///
    /// # Errors
    /// [`Failure`]. The wake may have been claimed nevertheless.
    pub async fn claim(&self, worker: WorkerName) -> Result<Result<Claimed, Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.claim(links, worker, moment)).await
    }

    /// Takes an acknowledgment of a worker.
    ///
    /// # Errors
    /// [`Failure`]. The acknowledgment may have taken effect nevertheless.
    pub async fn acknowledge(&self, call: &Acknowledgment) -> Result<Result<Acknowledged, Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.acknowledge(links, call, moment)).await
    }

    /// Takes an acknowledgment of the receiver of a webhook.
    ///
    /// # Errors
    /// [`Failure`]. The acknowledgment may have taken effect nevertheless.
    pub async fn call_back(&self, call: &Acknowledgment) -> Result<Result<Acknowledged, Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.call_back(links, call, moment)).await
    }

    /// Gives the wake back.
    ///
    /// # Errors
    /// [`Failure`]. The wake may have been given back nevertheless.
    pub async fn release(&self, credentials: &Credentials) -> Result<Result<(), Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.release(links, credentials, moment)).await
    }

    /// Looks at the streams, because the tail of the one at `path` may have moved. Returns whether this subscription follows that stream.
    ///
    /// # Errors
    /// [`Failure`]. The caller repeats the poke.
    pub async fn poke(&self, path: &Path) -> Result<bool, Failure> {
        let operation = self.begin(None).await?;
        let follows = operation.links.get(path).is_some() || operation.globs(path);
        let moment = self.moment();
        let found = operation.decide(|memory, links| memory.look(links, moment)).await?;
        Ok(follows && found.is_ok())
    }

    /// Links a stream that was created after the subscription, if it matches the pattern. Returns whether the subscription exists.
    ///
    /// # Errors
    /// [`Failure`]. The caller repeats this.
    pub async fn appeared(&self, path: &Path) -> Result<bool, Failure> {
        let operation = self.begin(None).await?;
        if !operation.globs(path) {
            let exists = matches!(operation.loaded.memory.stored, Stored::Live(_));
            operation.leave();
            return Ok(exists);
        }
        let found = self.store().subscribe(std::slice::from_ref(path), operation.deadline()).await?;
        let moment = self.moment();
        let linked = operation.decide(|memory, links| memory.appeared(links, linkable(found), moment)).await?;
        Ok(linked.is_ok())
    }

    /// Takes a message from the Durable Object of a stream.
    ///
    /// # Errors
    /// [`Failure`]. The sender repeats the message.
    pub async fn receive(&self, message: &Message) -> Result<Answer, Failure> {
        let read = |path: &str| Path::read(path).map_err(|rule| HostError(format!("a path must be {rule}")));
        let is_known = match message {
            Message::Moved { path } => self.poke(&read(path)?).await?,
            Message::Arrived { path, .. } => self.appeared(&read(path)?).await?,
        };
        Ok(if is_known { Answer::Done } else { Answer::Unknown })
    }

    /// Does what is due.
    ///
    /// # Errors
    /// [`Failure`]. The alarm runs again.
    pub async fn alarm(&self) -> Result<(), Failure> {
        let now = self.0.host.now();
        // If this handler dies, the alarm runs again.
        self.0.host.set_alarm(now + RESEND_MS).await?;
        let operation = self.begin(Some(now)).await?;
        let moment = self.moment();
        // Without a subscription, nothing is due.
        let _: Result<(), Refusal> = operation.decide(|memory, links| memory.look(links, moment)).await?;
        Ok(())
    }

    /// Runs an operation that reads no other streams than those of its links.
    async fn operate<A>(&self, decide: impl FnOnce(Memory, Links, Moment) -> Decision<A>) -> Result<A, Failure> {
        let operation = self.begin(None).await?;
        let moment = self.moment();
        operation.decide(|memory, links| decide(memory, links, moment)).await
    }

    /// Waits until no other operation runs, and reads the record, if it is not in memory, and the links. `rang` is the time of the alarm in
    /// whose handler this happens.
    async fn begin(&self, rang: Option<UnixMs>) -> Result<Operation<'_, H>, Failure> {
        let mut slot = self.0.loaded.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let loaded = match slot.take() {
                Some(loaded) => loaded,
                None => self.load(rang).await?,
            };
            if let Some(links) = self.store().links(loaded.fence.as_ref()).await? {
                return Ok(Operation { object: self, slot, loaded, links });
            }
        }
        Err(Failure::FenceMismatch)
    }

    async fn load(&self, rang: Option<UnixMs>) -> Result<Loaded, Failure> {
        let host = &self.0.host;
        let Record { fence, stored, clock } = self.store().record().await?;
        let armed = match rang {
            Some(rang) => Some(rang),
            None => host.alarm().await?,
        };
        let validity = milliseconds(self.0.settings.limits.transaction_validity);
        Ok(Loaded {
            memory: Memory::loaded(stored, armed),
            fence,
            load_id: host.entropy(),
            writes: 0,
            // With a margin for differing clocks.
            late_until: host.now() + 2 * validity,
            clock_ahead_ms: clock.cast_signed() - host.now().cast_signed(),
        })
    }

    fn store(&self) -> Store<'_, H> {
        let Inner { host, settings, id, .. } = &*self.0;
        Store { host, limits: &settings.limits, id }
    }

    fn moment(&self) -> Moment {
        let host = &self.0.host;
        let mut bytes = [0; Entropy::BYTES];
        for word in bytes.chunks_mut(size_of::<u64>()) {
            word.copy_from_slice(&host.entropy().to_be_bytes());
        }
        Moment { now: host.now(), entropy: Entropy::new(bytes) }
    }

    /// Starts what a decision has started.
    fn start(&self, effect: Effect) {
        let object = self.clone();
        self.0.host.spawn(async move {
            if let Err(failure) = object.carry_out(&effect).await {
                // The alarm is set, so that the effect is repeated.
                object.report(Event::RequestFailed, &failure);
            }
        });
    }

    async fn carry_out(&self, effect: &Effect) -> Result<(), Failure> {
        let recorded = match effect {
            Effect::Deliver(delivery) => {
                let outcome = self.0.host.deliver(delivery).await;
                self.operate(|memory, links, moment| memory.delivered(links, &delivery.attempt, outcome, moment))
                    .await?
            }
            Effect::Announce(announcement) => {
                let outcome = self.0.host.announce(announcement).await;
                let attempt = &announcement.attempt;
                self.operate(|memory, links, moment| memory.announced(links, attempt, outcome, moment)).await?
            }
        };
        // The subscription may have been deleted meanwhile.
        let _: Result<(), Refusal> = recorded;
        Ok(())
    }

    fn report(&self, event: Event, cause: &Failure) {
        self.0.host.report(&Report { event, path: None, generation: None, cause: cause.to_string() });
    }
}

impl<H: Outbound> Operation<'_, H> {
    /// Whether the subscription's pattern links the stream at a path.
    fn globs(&self, path: &Path) -> bool {
        match &self.loaded.memory.stored {
            Stored::Live(subscription) => subscription.configuration.globs(path),
            Stored::Absent | Stored::Deleted { .. } => false,
        }
    }

    /// Registers a subscription that is to be created where its streams are stored, and reads them. What is registered for a subscription
    /// that is not created is removed where it is found to lead nowhere.
    async fn register(&self, requested: &mut Requested) -> Result<Result<(), NotLinked>, Failure> {
        let (store, until) = (self.object.store(), self.deadline());
        let Requested { configuration, links_max, .. } = &*requested;
        if configuration.streams().len() > *links_max {
            return Ok(Err(NotLinked::Refused(Refusal::TooManyLinks)));
        }
        let wake_stream = match configuration.target() {
            Target::PullWake(path) => Some(path.clone()),
            Target::Webhook(_) => None,
        };
        if let Some(path) = &wake_stream
            && !store.can_take_events(path).await?
        {
            return Ok(Err(NotLinked::NoWakeStream));
        }
        let matching = match configuration.pattern() {
            None => Vec::new(),
            Some(pattern) => match store.matching(pattern, *links_max, until).await? {
                Ok(matching) => matching,
                Err(TooMany) => return Ok(Err(NotLinked::Refused(Refusal::TooManyLinks))),
            },
        };
        let named: Vec<Path> = configuration.streams().iter().cloned().collect();
        requested.matching = linkable(store.subscribe(&matching, until).await?);
        match self.register_named(&named).await? {
            Ok(streams) => requested.streams = streams,
            Err(not_linked) => return Ok(Err(not_linked)),
        }
        // The last step, because it changes what other subscriptions are linked to.
        if let Some(path) = &wake_stream {
            store.add_wake_stream(path, until).await?;
        }
        Ok(Ok(()))
    }

    /// Registers the subscription with streams that were named, and reads them.
    async fn register_named(&self, paths: &[Path]) -> Result<Result<Vec<AtPath>, NotLinked>, Failure> {
        let found = self.object.store().subscribe(paths, self.deadline()).await?;
        match found.iter().find(|(_, found)| found.is_wake_stream) {
            Some((path, _)) => Ok(Err(NotLinked::WakeStream(path.clone()))),
            None => Ok(Ok(linkable(found))),
        }
    }

    /// Until when a transaction that is sent now can commit, by the database's clock.
    fn deadline(&self) -> UnixMs {
        let Inner { host, settings, .. } = &*self.object.0;
        let now = host.now().saturating_add_signed(self.loaded.clock_ahead_ms);
        now + milliseconds(settings.limits.transaction_validity)
    }

    /// Ends an operation that changes nothing.
    fn leave(mut self) {
        *self.slot = Some(self.loaded);
    }

    /// Carries out a decision: arms the alarm, writes, replaces the memory, starts the effect, and corrects the alarm.
    async fn decide<A>(mut self, decide: impl FnOnce(Memory, Links) -> Decision<A>) -> Result<A, Failure> {
        let until = self.deadline();
        let Loaded { memory, .. } = &mut self.loaded;
        let memory = std::mem::replace(memory, Memory::loaded(Stored::Absent, None));
        let Decision { alarm, write, memory, effect, answer } = decide(memory, std::mem::take(&mut self.links));
        let object = self.object;
        if let Some(at) = alarm {
            object.arm(at).await?;
        }
        if let Some(write) = write {
            self.write(&write, until).await?;
        }
        self.loaded.memory = memory;
        let may_delay = self.loaded.late_until <= object.0.host.now();
        *self.slot = Some(self.loaded);
        if let Some(effect) = effect {
            object.start(effect);
        }
        if may_delay && let Err(failure) = object.correct_alarm(alarm).await {
            // The alarm runs too early.
            object.report(Event::AlarmNotSet, &failure);
        }
        Ok(answer)
    }

    async fn write(&mut self, write: &Write, until: UnixMs) -> Result<(), Failure> {
        let loaded = &mut self.loaded;
        let fence = log::fence(loaded.load_id, loaded.writes + 1);
        self.object.store().write(loaded.fence.as_ref(), &fence, write, until).await?;
        loaded.fence = Some(fence);
        loaded.writes += 1;
        // No write on an earlier fence can commit any more.
        loaded.late_until = 0;
        Ok(())
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
