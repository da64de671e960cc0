//! Streams and subscriptions in memory: links, wakes and leases (§3–§7). Time and signatures are fixed.

use super::*;
use crate::entry::{Configuration, Cursor, Delivery, Entry, State, Wake};
use crate::token::WakeToken;
use std::collections::BTreeMap;

/// When all subscriptions are created.
const CREATED: &str = "2026-11-27T10:00:00.000Z";

pub struct Server {
    /// Milliseconds since 1970.
    pub now: u64,
    streams: BTreeMap<String, Stream>,
    subscriptions: BTreeMap<String, Entry>,
    /// The last generations of subscriptions that were ended: those that begin anew continue them.
    ended: BTreeMap<String, u64>,
    wakes: u64,
    /// The requests to webhooks, which nobody has answered yet.
    pub sent: Vec<webhook::Request>,
}

#[derive(Default)]
struct Stream {
    is_json: bool,
    messages: Vec<String>,
    tail: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            now: 1_795_773_600_000,
            streams: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            ended: BTreeMap::new(),
            wakes: 0,
            sent: Vec::new(),
        }
    }
}

impl Server {
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.subscriptions.get(id)
    }

    /// The messages of a stream.
    pub fn read(&self, path: &str) -> Option<String> {
        self.streams.get(path).map(|stream| format!("[{}]", stream.messages.join(",")))
    }

    pub fn is_wake_stream(&self, path: &str) -> bool {
        let is_own =
            |entry: &Entry| matches!(&entry.configuration.delivery, Delivery::PullWake(own) if own.as_str() == path);
        self.subscriptions.values().any(is_own)
    }

    /// Whether a stream can contain wakes.
    pub fn has_json(&self, path: &str) -> bool {
        self.streams.get(path).is_some_and(|stream| stream.is_json)
    }

    fn tail(&self, path: &str) -> u64 {
        self.streams.get(path).map_or(0, |stream| stream.tail)
    }

    /// Appends to a stream, links it where its path matches, and wakes. Returns the tail.
    pub fn append(&mut self, path: &str, is_json: bool, body: &str) -> Offset {
        let is_new = !self.streams.contains_key(path);
        let stream = self.streams.entry(path.to_owned()).or_default();
        stream.is_json |= is_new && is_json;
        if !body.is_empty() {
            stream.messages.push(body.to_owned());
            stream.tail += body.len() as u64;
        }
        let tail = stream.tail;
        if is_new && !self.is_wake_stream(path) {
            for entry in self.subscriptions.values_mut().filter(|entry| entry.matches(path)) {
                let unlinked = Cursor { is_explicit: false, is_glob: true, acked: 0 };
                entry.cursors.entry(path.to_owned()).or_insert(unlinked).is_glob = true;
            }
        }
        self.settle();
        offset(tail)
    }

    /// Creates a subscription. Streams that exist are linked at their tails, but no stream of wakes is linked to any subscription.
    pub fn create(&mut self, id: &str, configuration: Configuration) {
        let generation = self.ended.get(id).copied().unwrap_or_default();
        let streams: Vec<_> = configuration.streams.iter().cloned().collect();
        let entry = Entry {
            configuration,
            created_at: wire::Timestamp::read(CREATED).expect("a time"),
            cursors: BTreeMap::new(),
            generation,
            wake: None,
            status: Status::Active,
        };
        if let Delivery::PullWake(path) = &entry.configuration.delivery {
            for other in self.subscriptions.values_mut() {
                other.cursors.remove(path.as_str());
            }
        }
        let matched = self.streams.keys().filter(|path| entry.matches(path)).cloned().collect::<Vec<_>>();
        self.subscriptions.insert(id.to_owned(), entry);
        for path in matched.into_iter().filter(|path| !self.is_wake_stream(path)).collect::<Vec<_>>() {
            self.link(id, &path, false);
        }
        self.add(id, &streams);
    }

    /// Links streams explicitly.
    pub fn add(&mut self, id: &str, paths: &[stream::Path]) {
        for path in paths {
            self.link(id, path.as_str(), true);
        }
    }

    fn link(&mut self, id: &str, path: &str, is_explicit: bool) {
        let acked = self.tail(path);
        if let Some(entry) = self.subscriptions.get_mut(id) {
            let unlinked = Cursor { is_explicit: false, is_glob: false, acked };
            let cursor = entry.cursors.entry(path.to_owned()).or_insert(unlinked);
            cursor.is_explicit |= is_explicit;
            cursor.is_glob |= !is_explicit;
        }
    }

    /// Removes an explicit link. A stream that matches the pattern stays linked.
    pub fn remove(&mut self, id: &str, path: &str) {
        if let Some(entry) = self.subscriptions.get_mut(id) {
            if let Some(cursor) = entry.cursors.get_mut(path) {
                cursor.is_explicit = false;
            }
            entry.cursors.retain(|_, cursor| cursor.is_explicit || cursor.is_glob);
        }
    }

    pub fn end(&mut self, id: &str) {
        if let Some(entry) = self.subscriptions.remove(id) {
            self.ended.insert(id.to_owned(), entry.generation);
        }
    }

    /// A stream that has more than its cursor.
    fn pending(&self, id: &str) -> Option<String> {
        let cursors = &self.subscriptions.get(id)?.cursors;
        cursors.iter().find(|(path, cursor)| self.tail(path) > cursor.acked).map(|(path, _)| path.clone())
    }

    /// Whether there is nothing to claim.
    pub fn is_idle(&self, id: &str) -> bool {
        self.entry(id).is_some_and(|entry| entry.wake.is_none()) && self.pending(id).is_none()
    }

    /// Gives a wake to a worker.
    pub fn claim(&mut self, id: &str, worker: Label) -> Option<Claimed> {
        let now = self.now;
        let entry = self.subscriptions.get_mut(id)?;
        let lease = entry.lease(now, Some(worker));
        entry.wake.as_mut()?.state = lease;
        let (generation, entry) = (entry.generation, self.entry(id)?);
        Some(Claimed {
            wake_id: entry.wake.as_ref()?.id.clone(),
            generation: self::generation(generation),
            token: WakeToken::issue(id, generation, now),
            lease_ttl_ms: entry.configuration.lease_ttl_ms,
            streams: infos(entry, |path| self.tail(path)),
        })
    }

    /// Why acknowledgements are refused, if they are (§5). They are checked as a whole.
    pub fn refused(&self, id: &str, acks: &[Ack]) -> Option<&'static str> {
        let entry = self.entry(id)?;
        acks.iter().find_map(|ack| match entry.cursors.get(acked(ack)) {
            None => Some("The stream is not linked."),
            Some(cursor) if ack.offset.get() < cursor.acked => Some("The offset is before the acknowledged one."),
            Some(_) if ack.offset.get() > self.tail(acked(ack)) => Some("The offset is beyond the tail."),
            Some(_) => None,
        })
    }

    /// Acknowledges, and extends the lease or ends the wake. Returns whether another one has begun.
    pub fn acknowledge(&mut self, id: &str, acks: &[Ack], done: bool) -> bool {
        let now = self.now;
        let Some(entry) = self.subscriptions.get_mut(id) else { return false };
        for ack in acks {
            if let Some(cursor) = entry.cursors.get_mut(acked(ack)) {
                cursor.acked = cursor.acked.max(ack.offset.get());
            }
        }
        entry.status = Status::Active;
        if done {
            return self.finish(id);
        }
        let lease = entry.lease(now, entry.holder().and_then(|(worker, _)| worker));
        if let Some(wake) = &mut entry.wake {
            wake.state = lease;
        }
        false
    }

    /// Ends a wake. Returns whether another one has begun.
    pub fn finish(&mut self, id: &str) -> bool {
        if let Some(entry) = self.subscriptions.get_mut(id) {
            entry.wake = None;
        }
        self.settle();
        self.entry(id).is_some_and(|entry| entry.wake.is_some())
    }

    /// Takes the answer of a webhook. It counts only if the wake still is the current one.
    pub fn answered(&mut self, notice: &WebhookNotice, answer: webhook::Response) {
        let (id, now) = (notice.subscription_id.as_str(), self.now);
        let Some(entry) = self.subscriptions.get_mut(id) else { return };
        let Some(wake) = entry.wake.as_mut().filter(|wake| wake.id == notice.wake_id) else { return };
        match answer {
            webhook::Response::Delivered(delivered) => {
                entry.status = Status::Active;
                if delivered.body.is_some_and(|answer| answer.done) {
                    for (path, tail) in &wake.snapshot {
                        if let Some(cursor) = entry.cursors.get_mut(path) {
                            cursor.acked = cursor.acked.max(*tail);
                        }
                    }
                    self.finish(id);
                }
            }
            webhook::Response::Other { .. } => {
                entry.status = Status::Failed;
                wake.state = State::Retrying { at: now + (1000 << wake.failures.min(6)).min(60_000) };
                wake.failures += 1;
            }
        }
    }

    /// Does what is due: leases that have ended, requests that failed, and work that nobody was told of.
    pub fn settle(&mut self) {
        for id in self.subscriptions.keys().cloned().collect::<Vec<_>>() {
            self.settle_one(&id);
        }
    }

    fn settle_one(&mut self, id: &str) {
        let now = self.now;
        let Some(entry) = self.subscriptions.get_mut(id) else { return };
        match entry.wake.as_ref().map(|wake| &wake.state) {
            Some(State::Held { until, .. }) if *until <= now => entry.wake = None,
            Some(State::Retrying { at }) if *at <= now => return self.deliver(id),
            _ => {}
        }
        if entry.wake.is_none()
            && let Some(path) = self.pending(id)
        {
            self.wake(id, &path);
        }
    }

    /// Begins a wake, and tells of it.
    fn wake(&mut self, id: &str, path: &str) {
        self.wakes += 1;
        let wake_id = label(&format!("w_{}", self.wakes));
        let Some(cursors) = self.entry(id).map(|entry| entry.cursors.keys().cloned()) else { return };
        let snapshot = cursors.map(|path| (path.clone(), self.tail(&path))).collect();
        let Some(entry) = self.subscriptions.get_mut(id) else { return };
        entry.generation += 1;
        entry.wake = Some(Wake { id: wake_id, snapshot, failures: 0, state: State::Waiting });
        match entry.configuration.delivery.clone() {
            Delivery::Webhook(_) => self.deliver(id),
            Delivery::PullWake(wake_stream) => {
                let event = WakeEvent {
                    r#type: MessageType::Wake,
                    subscription_id: label(id),
                    stream: path_of(path),
                    generation: generation(entry.generation),
                    ts: Milliseconds::new(self.now).expect("a time"),
                };
                let event = event.to_json().expect("a message");
                self.append(wake_stream.as_str(), true, &String::from_utf8(event).expect("JSON"));
            }
        }
    }

    /// Sends a request to a webhook, which holds the wake from now on. A later one for the same wake has the same content.
    fn deliver(&mut self, id: &str) {
        let now = self.now;
        let Some(entry) = self.subscriptions.get_mut(id) else { return };
        let lease = entry.lease(now, None);
        let Some(wake) = &mut entry.wake else { return };
        wake.state = lease;
        let (wake_id, snapshot) = (wake.id.clone(), wake.snapshot.clone());
        let Some(entry) = self.entry(id) else { return };
        let body = WebhookNotice {
            subscription_id: label(id),
            wake_id,
            generation: generation(entry.generation),
            streams: infos(entry, |path| snapshot.get(path).copied().unwrap_or_default()),
            callback_url: url(&format!("{ORIGIN}/v1/stream/__ds/subscriptions/{id}/callback")),
            callback_token: WakeToken::issue(id, entry.generation, now),
        };
        self.sent.push(webhook::Request { body });
    }

    /// A subscription as it is shown.
    pub fn shown(&self, id: &str) -> Option<Subscription> {
        let entry = self.entry(id)?;
        let Configuration { delivery, pattern, lease_ttl_ms, description, .. } = entry.configuration.clone();
        let link = |(path, cursor): (&String, &Cursor)| Link {
            path: path_of(path),
            link_type: cursor.link_type(),
            acked_offset: offset(cursor.acked),
        };
        let (wake_stream, r#type) = match delivery {
            Delivery::Webhook(url) => {
                (None, SubscriptionByType::Webhook { webhook: SignedWebhook { url, signing: signing() } })
            }
            Delivery::PullWake(path) => (Some(path), SubscriptionByType::PullWake),
        };
        Some(Subscription {
            id: label(id),
            subscription_id: label(id),
            r#type,
            pattern,
            streams: entry.cursors.iter().map(link).collect(),
            wake_stream,
            lease_ttl_ms,
            created_at: entry.created_at.clone(),
            status: entry.status,
            description,
        })
    }
}

/// The linked streams, with their tails.
fn infos(entry: &Entry, tail: impl Fn(&str) -> u64) -> Vec<StreamInfo> {
    let info = |(path, cursor): (&String, &Cursor)| StreamInfo {
        path: path_of(path),
        link_type: cursor.link_type(),
        acked_offset: offset(cursor.acked),
        tail_offset: offset(tail(path).max(cursor.acked)),
        has_pending: tail(path) > cursor.acked,
    };
    entry.cursors.iter().map(info).collect()
}

/// The stream that is acknowledged: `stream` wins over its other name.
fn acked(ack: &Ack) -> &str {
    ack.stream.as_ref().or(ack.path.as_ref()).map_or("", stream::Path::as_str)
}

fn signing() -> Signing {
    Signing { alg: Algorithm::Ed25519, kid: key_id(), jwks_url: url(&format!("{ORIGIN}/v1/stream/__ds/jwks.json")) }
}
