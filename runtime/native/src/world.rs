//! The simulated Workers platform: Durable Objects, alarms, calls, and the edge.

mod alarms;
mod calls;
mod host;
mod near;
mod platform;
mod receivers;
mod subscription_objects;
mod subscriptions;

pub use calls::Delivery;
pub use host::Native;
pub(crate) use near::EdgeStores;
pub use platform::Platform;
pub use receivers::{Reaction, Receivers, Sent};
pub use subscription_objects::path_of;
pub use subscriptions::{Received, Reception, SubscriptionCalls};

use crate::authority::Authority;
use crate::bucket::Memory;
use crate::clock;
use crate::database::Sqlite;
use crate::socket::NativeSocket;
use futures_util::future::{Either, FutureExt as _, Shared, select};
use runtime::host::{Sizes, Socket, UnixMs};
use runtime::metrics::Point;
use runtime::subscription::Keyring;
use runtime::{Budget, Databases, EdgeReads, Health, Journal, Object, Report, Settings};
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::{Rc, Weak};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// What the objects of a server share.
pub(crate) struct World {
    pub(crate) settings: Rc<Settings>,
    /// What finds out who a caller is.
    pub(crate) authority: Authority,
    /// What has been logged.
    pub(crate) journal: Journal,
    /// The health of the server.
    pub(crate) health: Health,
    /// The memory that its objects share.
    pub(crate) budget: Budget,
    pub(crate) databases: Rc<Databases<Sqlite>>,
    /// The same databases, for looking behind the scenes.
    pub(crate) stored: Vec<Sqlite>,
    pub(crate) bucket: Memory,
    pub(crate) objects: RefCell<BTreeMap<String, Incarnation>>,
    pub(crate) subscription_objects: subscription_objects::Incarnations,
    pub(crate) receivers: Receivers,
    pub(crate) platform: Rc<Platform>,
    pub(crate) keyring: Rc<Keyring>,
    /// Connections to readers, by path and number. They outlive the memory of objects.
    pub(crate) sockets: RefCell<BTreeMap<String, BTreeMap<u64, NativeSocket>>>,
    pub(crate) tasks: RefCell<Vec<JoinHandle<()>>>,
    pub(crate) alarms: Rc<RefCell<BTreeMap<String, UnixMs>>>,
    pub(crate) watches: Rc<RefCell<BTreeMap<String, UnixMs>>>,
    pub(crate) reports: RefCell<Vec<String>>,
    /// The data points, each by the names of its columns.
    pub(crate) points: RefCell<Vec<Map<String, Value>>>,
    /// Calls between objects that get no answer, although they happen.
    pub(crate) unheard_calls: Cell<u32>,
    pub(crate) subscriptions: SubscriptionCalls,
    pub(crate) deliveries: RefCell<Box<dyn Iterator<Item = Delivery>>>,
    /// Alarms that ring now, each with what waits for its end.
    ringing: RefCell<BTreeMap<String, JoinHandle<()>>>,
    /// When each alarm has rung.
    pub(crate) rings: RefCell<BTreeMap<String, Vec<UnixMs>>>,
    /// Told when there is another alarm to wait for.
    pub(crate) alarm_set: Notify,
    /// Whether an alarm is not tried again when its object crashes while it rings.
    pub(crate) abandons_alarms: Cell<bool>,
    /// What the edge knows, if it reads what is cold by itself.
    pub(crate) edge_reads: RefCell<Option<EdgeReads>>,
    pub(crate) started: Instant,
    entropy: Cell<u64>,
    pub(crate) own: Weak<World>,
}

/// An object, from when it is first asked for something until it crashes.
pub(crate) struct Incarnation {
    pub(crate) object: Object<Native>,
    /// Dropped when it crashes, which ends all that is done on its behalf.
    _life: oneshot::Sender<()>,
    end: End,
}

/// Comes when an object crashes. Those who wait for it are woken in the order in which they came; where tokio's own
/// channels have several who wait, that is a matter of chance.
pub(crate) type End = Shared<oneshot::Receiver<()>>;

/// The result of `work`, unless the object crashes first.
pub(crate) async fn unless<T>(end: End, work: impl Future<Output = T>) -> Option<T> {
    match select(end, pin!(work)).await {
        Either::Left(_) => None,
        Either::Right((result, _)) => Some(result),
    }
}

/// Databases with the names of their bindings.
fn bound(databases: &[Sqlite]) -> Databases<Sqlite> {
    let count = databases.len();
    let binding = |number: usize| if count == 1 { "DB".to_owned() } else { format!("DB_{number}") };
    let named = databases.iter().enumerate().map(|(number, database)| (binding(number), database.clone()));
    Databases::new(named, Sizes::default())
}

impl World {
    pub(crate) fn new(
        settings: Rc<Settings>,
        stored: Vec<Sqlite>,
        bucket: Memory,
        alarms: Rc<RefCell<BTreeMap<String, UnixMs>>>,
        watches: Rc<RefCell<BTreeMap<String, UnixMs>>>,
        started: Instant,
        entropy: u64,
    ) -> Rc<Self> {
        Rc::new_cyclic(|own| World {
            budget: Budget::new(&settings.limits),
            settings,
            authority: Authority::default(),
            journal: Journal::default(),
            health: Health::default(),
            databases: Rc::new(bound(&stored)),
            stored,
            bucket,
            objects: RefCell::default(),
            subscription_objects: RefCell::default(),
            receivers: Receivers::default(),
            platform: Rc::default(),
            keyring: Rc::default(),
            sockets: RefCell::default(),
            tasks: RefCell::default(),
            alarms,
            watches,
            reports: RefCell::default(),
            points: RefCell::default(),
            unheard_calls: Cell::default(),
            subscriptions: SubscriptionCalls::default(),
            deliveries: RefCell::new(Box::new(std::iter::empty())),
            ringing: RefCell::default(),
            rings: RefCell::default(),
            alarm_set: Notify::new(),
            abandons_alarms: Cell::default(),
            edge_reads: RefCell::default(),
            started,
            entropy: Cell::new(entropy),
            own: own.clone(),
        })
    }

    pub(crate) fn object(&self, path: &str) -> (Object<Native>, End) {
        let mut objects = self.objects.borrow_mut();
        let new = || {
            let (databases, bucket) = (self.databases.clone(), self.bucket.clone());
            let platform = self.platform.clone();
            let host = Native { path: path.to_owned(), databases, bucket, platform, world: self.own.clone() };
            let (_life, end) = oneshot::channel();
            Incarnation {
                object: Object::new(host, self.settings.clone(), self.budget.clone(), path),
                _life,
                end: end.shared(),
            }
        };
        let Incarnation { object, end, .. } = objects.entry(path.to_owned()).or_insert_with(new);
        (object.clone(), end.clone())
    }

    pub(crate) fn now(&self) -> UnixMs {
        clock::since(self.started)
    }

    /// The connections to the readers of a path, each with what was written down there.
    pub(crate) fn sockets(&self, path: &str) -> Vec<(NativeSocket, String)> {
        let sockets = self.sockets.borrow();
        let sockets = sockets.get(path).into_iter().flat_map(BTreeMap::values).filter(|socket| socket.is_open());
        sockets.map(|socket| (socket.clone(), socket.attachment())).collect()
    }

    pub(crate) fn cut_off(&self, path: &str) {
        let sockets = self.sockets.borrow_mut().remove(path).unwrap_or_default();
        sockets.values().for_each(Socket::close);
    }

    /// A reader has gone. Its object is told, and woken for that if need be.
    pub(crate) fn hung_up(&self, path: &str, id: u64) {
        let known = self.sockets.borrow_mut().get_mut(path).and_then(|sockets| sockets.remove(&id));
        if let Some(socket) = known {
            self.object(path).0.disconnect(id, &socket.attachment());
        }
    }

    /// A reader has sent a text, or something else.
    pub(crate) fn heard(&self, path: &str, id: u64, text: Option<String>) {
        let (object, _) = self.object(path);
        self.spawn(path, async move { object.receive_ack(id, text.as_deref()).await });
    }

    pub(crate) fn spawn(&self, path: &str, task: impl Future<Output = ()> + 'static) {
        let end = self.subscription_at(path).map_or_else(|| self.object(path).1, |(_, end)| end);
        let task = async move {
            unless(end, task).await;
        };
        self.tasks.borrow_mut().push(tokio::task::spawn_local(task));
    }

    pub(crate) fn delete_storage(&self, path: &str) {
        self.set_alarm(path, None);
        self.watches.borrow_mut().remove(path);
    }

    pub(crate) fn watch_until(&self, path: &str, at: UnixMs) {
        let mut watches = self.watches.borrow_mut();
        let until = watches.entry(path.to_owned()).or_insert(at);
        *until = at.max(*until);
    }

    pub(crate) fn watched_until(&self, path: &str) -> UnixMs {
        self.watches.borrow().get(path).copied().unwrap_or(0)
    }

    pub(crate) fn entropy(&self) -> u64 {
        self.entropy.set(self.entropy.get() + 1);
        self.entropy.get()
    }

    pub(crate) fn measure(&self, point: &Point<'_>) {
        let texts = Point::BLOBS.into_iter().zip(point.blobs()).map(|(name, text)| (name.to_owned(), text.into()));
        let numbers = Point::DOUBLES.into_iter().zip(point.doubles());
        let numbers = numbers.map(|(name, number)| (name.to_owned(), number.into()));
        self.points.borrow_mut().push(texts.chain(numbers).collect());
    }

    pub(crate) fn report(&self, report: &Report) {
        let line = self.journal.line(report, &self.settings, self.now());
        self.reports.borrow_mut().extend(line.map(|line| line.text));
    }
}
