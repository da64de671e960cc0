//! A subscription whose decisions are all carried out, and the streams that it follows.

use spec::Offset;
use spec::stream::Path;
use std::collections::{BTreeMap, BTreeSet};
use subscriptions::{
    Ack, Acknowledged, Acknowledgment, AtPath, Attempt, Claimed, Configuration, Created, Credentials, Decision,
    Delivered, Effect, Entropy, Failure, LeaseTtl, Link, LinkChange, Linked, Links, Memory, Moment, Notice, Pattern,
    Phase, Refusal, Requested, Stored, Stream, StreamGeneration, Subscription, SubscriptionId, Target, WebhookUrl,
    WorkerName, Write, read_path,
};

pub const START: u64 = 1_795_773_600_000;
pub const TTL: u64 = 20_000;

pub struct Bench {
    pub memory: Memory,
    pub links: BTreeMap<Path, Link>,
    streams: BTreeMap<Path, Stream>,
    /// Streams that are still to be announced.
    pub arriving: BTreeSet<Path>,
    /// The wake streams of other subscriptions.
    pub hidden: BTreeSet<Path>,
    pub now: u64,
    /// How long operations wait before they begin.
    pub wait_ms: u64,
    drawn: u64,
    /// The effect of the newest decision.
    pub effect: Option<Effect>,
    /// The alarm after the newest decision.
    pub alarm: Option<u64>,
    /// The number of writes.
    pub writes: usize,
}

pub fn path(text: &str) -> Path {
    read_path(text).expect("a path")
}

pub fn offset(value: u64) -> Offset {
    Offset::new(value).expect("an offset")
}

pub fn webhook() -> Target {
    Target::Webhook(WebhookUrl::read("https://app.example/wake").expect("a URL"))
}

pub fn pull_wake() -> Target {
    Target::PullWake(path("pool"))
}

pub fn configuration(target: Target, pattern: &str, streams: &[&str]) -> Configuration {
    let pattern = Pattern::read(pattern).expect("a pattern");
    let streams: BTreeSet<_> = streams.iter().map(|text| path(text)).collect();
    Configuration::new(target, pattern, streams, LeaseTtl::new(TTL).expect("a lease"), None).expect("a configuration")
}

impl Bench {
    /// No subscription, and no streams.
    pub fn empty() -> Self {
        Self {
            memory: Memory::loaded(Stored::Absent, None),
            links: BTreeMap::new(),
            streams: BTreeMap::new(),
            arriving: BTreeSet::new(),
            hidden: BTreeSet::new(),
            now: START,
            wait_ms: 0,
            drawn: 0,
            effect: None,
            alarm: None,
            writes: 0,
        }
    }

    /// A subscription to `e/*` and `x`, none of which exists.
    pub fn of(target: Target) -> Self {
        let mut bench = Self::empty();
        assert_eq!(bench.create(configuration(target, "e/*", &["x"])), Ok(Created::New));
        bench
    }

    /// A subscription with one wake, which has just started.
    pub fn woken(target: Target) -> Self {
        let mut bench = Self::of(target);
        bench.append("x", 5);
        bench.look();
        bench
    }

    pub fn create(&mut self, configuration: Configuration) -> Result<Created, Refusal> {
        let streams = configuration.streams().iter().map(|path| self.at(path)).collect();
        let matching = self.streams.keys().map(|path| self.at(path)).collect();
        let id = SubscriptionId::read("runner:1").expect("an id");
        let requested = Requested { id, configuration, streams, matching, links_max: 3 };
        self.carry_out(|memory, _, moment| memory.create(requested, moment))
    }

    pub fn at(&self, path: &Path) -> AtPath {
        let absent = Stream::Absent { begins: offset(0) };
        let stream = self.streams.get(path).cloned().unwrap_or(absent);
        AtPath { path: path.clone(), stream, is_arriving: self.arriving.contains(path) }
    }

    /// Appends to a stream, and creates it if it doesn't exist.
    pub fn append(&mut self, text: &str, count: u64) {
        let at = self.at(&path(text));
        if matches!(at.stream, Stream::Absent { .. }) {
            self.arriving.insert(at.path.clone());
        }
        let (generation, begins, tail) = match at.stream {
            Stream::Present { generation, begins, tail } => (generation, begins, tail),
            Stream::Absent { begins } => (StreamGeneration::stored(&format!("g{}", begins.get())), begins, begins),
        };
        let tail = offset(tail.get() + count);
        self.streams.insert(at.path, Stream::Present { generation, begins, tail });
    }

    /// Deletes a stream.
    pub fn end(&mut self, text: &str) {
        let path = path(text);
        if let Stream::Present { tail, .. } = self.at(&path).stream {
            self.streams.insert(path, Stream::Absent { begins: tail });
        }
    }

    pub fn read_links(&self) -> Links {
        let linked = |link: &Link| Linked { link: link.clone(), stream: self.at(&link.path).stream };
        let (hidden, shown): (Vec<_>, Vec<_>) =
            self.links.values().map(linked).partition(|linked| self.hidden.contains(&linked.link.path));
        Links::new(shown).with_hidden(hidden)
    }

    pub fn moment(&mut self) -> Moment {
        self.drawn += 1;
        let bytes = self.drawn.to_be_bytes().repeat(Entropy::BYTES / 8);
        let arrived = self.now - self.wait_ms;
        Moment { now: self.now, arrived, entropy: Entropy::new(bytes.try_into().expect("all bytes")) }
    }

    pub fn carry_out<A>(&mut self, decide: impl FnOnce(Memory, Links, Moment) -> Decision<A>) -> A {
        let moment = self.moment();
        let Decision { alarm, write, memory, effect, answer } = decide(self.memory.clone(), self.read_links(), moment);
        self.writes += usize::from(write.is_some());
        match write {
            Some(Write::Create { row, links, .. } | Write::Put { row, links }) => {
                let Stored::Live(live) = &memory.stored else { panic!("a row without a subscription") };
                assert_eq!(Subscription::read(live.id.clone(), row).as_ref(), Ok(&**live));
                for change in links {
                    match change {
                        LinkChange::Put(link) => drop(self.links.insert(link.path.clone(), link)),
                        LinkChange::Delete(path) => assert!(self.links.remove(&path).is_some()),
                    }
                }
            }
            Some(Write::Delete { .. }) => self.links.clear(),
            None => assert_eq!(memory.stored, self.memory.stored, "a change that is not written"),
        }
        (self.memory, self.effect, self.alarm) = (memory, effect, alarm);
        answer
    }

    /// The process dies, and the Durable Object is loaded again.
    pub fn reload(&mut self, armed: Option<u64>) {
        self.memory = Memory::loaded(self.memory.stored.clone(), armed);
    }

    pub fn look(&mut self) {
        assert_eq!(self.carry_out(|memory, links, moment| memory.look(links, moment)), Ok(()));
    }

    pub fn announce(&mut self, texts: &[&str]) {
        let arrivals = texts.iter().map(|text| self.at(&path(text))).collect();
        assert_eq!(self.carry_out(|memory, links, moment| memory.appeared(links, arrivals, moment)), Ok(()));
        for text in texts {
            self.arriving.remove(&path(text));
        }
    }

    pub fn link(&mut self, texts: &[&str]) -> Result<(), Refusal> {
        let added = texts.iter().map(|text| self.at(&path(text))).collect();
        self.carry_out(|memory, links, moment| memory.add_links(links, added, 3, moment))
    }

    pub fn unlink(&mut self, text: &str) {
        let path = path(text);
        assert_eq!(self.carry_out(|memory, links, moment| memory.remove_link(links, &path, moment)), Ok(()));
    }

    pub fn claim(&mut self) -> Result<Claimed, Refusal> {
        let worker = WorkerName::read("a").expect("a name");
        self.carry_out(|memory, links, moment| memory.claim(links, worker, moment))
    }

    pub fn claimed(&mut self) -> Credentials {
        let claimed = self.claim().expect("a wake");
        Credentials {
            generation: claimed.claims.generation,
            claims: claimed.claims,
            wake_id: claimed.wake_id.as_str().to_owned(),
        }
    }

    /// Acknowledges as a worker.
    pub fn ack(&mut self, own: &Credentials, acks: &[(&str, u64)], done: bool) -> Result<bool, Refusal> {
        let call = call(own, acks, done);
        let answer = self.carry_out(|memory, links, moment| memory.acknowledge(links, &call, moment));
        answer.map(|Acknowledged { next_wake }| next_wake)
    }

    /// Acknowledges as the receiver of a webhook.
    pub fn call_back(&mut self, own: &Credentials, acks: &[(&str, u64)], done: bool) -> Result<bool, Refusal> {
        let call = call(own, acks, done);
        let answer = self.carry_out(|memory, links, moment| memory.call_back(links, &call, moment));
        answer.map(|Acknowledged { next_wake }| next_wake)
    }

    pub fn release(&mut self, own: &Credentials) -> Result<(), Refusal> {
        self.carry_out(|memory, links, moment| memory.release(links, own, moment))
    }

    pub fn deliver(&mut self, attempt: &Attempt, outcome: Delivered) {
        let answer = self.carry_out(|memory, links, moment| memory.delivered(links, attempt, outcome, moment));
        assert_eq!(answer, Ok(()));
    }

    pub fn announced(&mut self, attempt: &Attempt, outcome: Result<(), Failure>) {
        let answer = self.carry_out(|memory, links, moment| memory.announced(links, attempt, outcome, moment));
        assert_eq!(answer, Ok(()));
    }

    /// The delivery that the newest decision has started.
    pub fn delivery(&self) -> (Attempt, Notice) {
        match &self.effect {
            Some(Effect::Deliver(delivery)) => (delivery.attempt.clone(), delivery.notice.clone()),
            other => panic!("no delivery: {other:?}"),
        }
    }

    /// The event that the newest decision has started to append: its attempt and the stream that it names.
    pub fn event(&self) -> (Attempt, String) {
        match &self.effect {
            Some(Effect::Announce(own)) => (own.attempt.clone(), own.event.stream.as_str().to_owned()),
            other => panic!("no event: {other:?}"),
        }
    }

    pub fn subscription(&self) -> &Subscription {
        match &self.memory.stored {
            Stored::Live(live) => live,
            other => panic!("no subscription: {other:?}"),
        }
    }

    /// Whether a retry of a delivery is scheduled.
    pub fn has_failed(&self) -> bool {
        self.subscription().phase.retry().is_some()
    }

    pub fn generation(&self) -> u64 {
        self.subscription().generation.get()
    }

    pub fn is_idle(&self) -> bool {
        self.subscription().phase == (Phase::Idle { rest: None })
    }

    /// The acknowledged offset of each link.
    pub fn cursors(&self) -> Vec<(String, u64)> {
        self.read_links().iter().map(|linked| (linked.link.path.as_str().to_owned(), linked.cursor().get())).collect()
    }
}

/// The credentials in a request to a webhook.
pub fn received(notice: &Notice) -> Credentials {
    Credentials {
        claims: notice.claims.clone(),
        wake_id: notice.wake_id.as_str().to_owned(),
        generation: notice.claims.generation,
    }
}

fn call(own: &Credentials, acks: &[(&str, u64)], done: bool) -> Acknowledgment {
    let acks = acks.iter().map(|(text, value)| Ack { path: path(text), offset: offset(*value) }).collect();
    Acknowledgment { credentials: own.clone(), acks, done }
}
