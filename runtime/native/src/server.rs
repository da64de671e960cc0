use crate::bucket::Memory;
use crate::database::Sqlite;
use crate::host::Native;
use crate::request::{ORIGIN, Reply, Request};
use crate::socket::{NativeSocket, connect};
use futures_util::future::{Either, FutureExt as _, Shared, select};
use runtime::Report;
use runtime::bridge::{self, Envelope};
use runtime::host::{HostError, Socket, UnixMs};
use runtime::orphans::{self, Swept};
use runtime::{
    Budget, Databases, EdgeRead, EdgeReads, EdgeResponse, Failure, Gate, Object, ReaderState, Rest, Served, Settings,
    Stores, lifetime, set_total_time, stream_path_of,
};
use spec::Route;
use spec::stream::{Endpoint, Unavailable};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// A whole server. Clones are handles to the same one.
#[derive(Clone)]
pub struct Server(Rc<World>);

/// What follows the first part of a body.
pub(crate) enum Remainder {
    /// It is read by an object, until that crashes.
    Object(Rest<Object<Native>>, End),
    /// It is read at the edge.
    Edge(Rest<EdgeRead<Near>>),
}

impl Remainder {
    /// The next part, unless the object crashes first.
    pub(crate) async fn next(&mut self) -> Option<Result<Option<Vec<u8>>, Failure>> {
        match self {
            Self::Object(rest, end) => unless(end.clone(), rest.next()).await,
            Self::Edge(rest) => Some(rest.next().await),
        }
    }
}

/// What the edge of a server reads from.
pub(crate) struct Near(Rc<World>);

impl Stores for Near {
    type Database = Sqlite;
    type Bucket = Memory;

    fn databases(&self) -> &Databases<Sqlite> {
        &self.0.databases
    }

    fn bucket(&self) -> &Memory {
        &self.0.bucket
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        tokio::time::sleep(time)
    }

    fn report(&self, report: &Report) {
        self.0.report(report);
    }
}

/// What the objects of a server share.
pub(crate) struct World {
    settings: Rc<Settings>,
    /// The memory that its objects share.
    budget: Budget,
    databases: Rc<Databases<Sqlite>>,
    bucket: Memory,
    objects: RefCell<BTreeMap<String, Incarnation>>,
    /// Connections to readers, by path and number. They outlive the memory of objects.
    sockets: RefCell<BTreeMap<String, BTreeMap<u64, NativeSocket>>>,
    tasks: RefCell<Vec<JoinHandle<()>>>,
    alarms: Rc<RefCell<BTreeMap<String, UnixMs>>>,
    watches: Rc<RefCell<BTreeMap<String, UnixMs>>>,
    reports: RefCell<Vec<String>>,
    /// Calls between objects that get no answer, although they happen.
    unheard_calls: Cell<u32>,
    deliveries: RefCell<Box<dyn Iterator<Item = Delivery>>>,
    /// Alarms that ring now, each with what waits for its end.
    ringing: RefCell<BTreeMap<String, JoinHandle<()>>>,
    /// When each alarm has rung.
    rings: RefCell<BTreeMap<String, Vec<UnixMs>>>,
    /// Told when there is another alarm to wait for.
    alarm_set: Notify,
    /// Whether an alarm is not tried again when its object crashes while it rings.
    abandons_alarms: Cell<bool>,
    /// What the edge knows, if it reads what is cold by itself.
    edge_reads: RefCell<Option<EdgeReads>>,
    started: Instant,
    entropy: Cell<u64>,
    own: Weak<World>,
}

/// An object, from when it is first asked for something until it crashes.
struct Incarnation {
    object: Object<Native>,
    /// Dropped when it crashes, which ends all that is done on its behalf.
    _life: oneshot::Sender<()>,
    end: End,
}

/// Comes when an object crashes. Those who wait for it are woken in the order in which they came; where tokio's own
/// channels have several who wait, that is a matter of chance.
pub(crate) type End = Shared<oneshot::Receiver<()>>;

/// The result of `work`, unless the object crashes first.
async fn unless<T>(end: End, work: impl Future<Output = T>) -> Option<T> {
    match select(end, pin!(work)).await {
        Either::Left(_) => None,
        Either::Right((result, _)) => Some(result),
    }
}

/// What becomes of a call from one object to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is answered.
    Sound,
    /// It takes this long there and this long back, and arrives even if the caller crashes or gives up meanwhile.
    Slow {
        /// Before it is received.
        there: Duration,
        /// After that.
        back: Duration,
    },
    /// It happens, and the caller is told of an error.
    Unheard,
    /// It never arrives, and the caller is never answered.
    Hung,
}

/// How long an alarm may take before the platform ends it.
const ALARM_LIMIT: Duration = Duration::from_secs(15 * 60);

/// How often an alarm may ring at one and the same moment: time stands still in a storm.
const RINGS_AT_ONCE: usize = 100;

/// How long after a crash a ringing alarm rings again.
const ALARM_RETRY_MS: UnixMs = 2_000;

/// When the clock of a server starts: 2026-01-01T00:00:00Z.
pub(crate) const EPOCH_MS: UnixMs = 1_767_225_600_000;

impl Server {
    /// A server with the limits of the spec and an empty database. Needs a tokio `LocalSet` around it.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// A server with other settings.
    #[must_use]
    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::sharded(1, change)
    }

    /// A server with several databases, and perhaps other settings.
    #[must_use]
    pub fn sharded(databases: usize, change: impl FnOnce(&mut Settings)) -> Self {
        Self::over((0..databases).map(|_| Sqlite::new()).collect(), change)
    }

    /// A server with these databases, and perhaps other settings. If no server has used any of them before, this one has.
    ///
    /// # Panics
    /// If the declared limits contradict each other.
    #[must_use]
    pub fn over(databases: Vec<Sqlite>, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::DECLARED;
        change(&mut settings);
        let (bucket, count) = (Memory::new(), databases.len());
        if databases.iter().all(|database| !database.is_claimed()) {
            databases.iter().enumerate().for_each(|(number, database)| database.claim(number, count));
        }
        let binding = |number: usize| if count == 1 { "DB".to_owned() } else { format!("DB_{number}") };
        let databases = databases.into_iter().enumerate().map(|(number, database)| (binding(number), database));
        let databases = Rc::new(Databases::new(databases));
        Self(World::new(Rc::new(settings), databases, bucket, Rc::default(), Rc::default(), Instant::now(), 1))
    }

    /// Its database, or the first of them.
    #[must_use]
    pub fn database(&self) -> &Sqlite {
        &self.0.databases.all()[0]
    }

    /// All its databases.
    #[must_use]
    pub fn databases(&self) -> &[Sqlite] {
        self.0.databases.all()
    }

    /// Its bucket.
    #[must_use]
    pub fn bucket(&self) -> &Memory {
        &self.0.bucket
    }

    /// The memory that its objects share.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.0.budget
    }

    /// Answers a request.
    ///
    /// # Panics
    /// If its object crashes, or the response is broken off.
    pub async fn send(&self, request: Request) -> Reply {
        self.attempt(request).await.expect("an answer, since nothing crashes meanwhile, and nothing is damaged")
    }

    /// Answers a request, unless its object crashes, or the response is broken off.
    pub async fn attempt(&self, request: Request) -> Option<Reply> {
        let mut reply = self.begin(request).await?;
        while reply.read_part().await? {}
        reply.broken().is_none().then_some(reply)
    }

    /// Answers a request, unless its object crashes. The client reads no more than the first part of the body.
    pub async fn begin(&self, mut request: Request) -> Option<Reply> {
        let body = request.take_body();
        let route = match spec::admit::<()>(&request, &Gate(&self.0.settings)) {
            Err(response) => return Some(Reply::of(response)),
            Ok(route) => route,
        };
        let path = stream_path_of(wire::Source::path(&request)).expect("what was admitted is about a stream");
        if let Some((response, rest)) = self.edge_read(&route, &path, &request).await {
            return Some(Reply::of(response).going_on(rest.map(Remainder::Edge)));
        }
        let arrived = self.now();
        let (object, end) = self.0.object(&path);
        let Served { response, rest, reader_state } =
            unless(end.clone(), object.serve(ORIGIN.to_owned(), &request, body)).await?;
        if let Some(reader_state) = &reader_state
            && let Some(news) = unless(end.clone(), object.hold_poll(reader_state)).await?
        {
            return Some(Reply::of(news));
        }
        match (reader_state, route) {
            (Some(reader_state), Route::Stream(route)) => {
                self.wait(object, &path, route.endpoint, reader_state, response, arrived).await
            }
            _ => Some(Reply::of(response).going_on(rest.map(|rest| Remainder::Object(rest, end)))),
        }
    }

    /// What the edge does for one who waits.
    async fn wait<E>(
        &self,
        object: Object<Native>,
        path: &str,
        endpoint: Endpoint,
        reader_state: ReaderState,
        mut response: wire::Response<E>,
        arrived: UnixMs,
    ) -> Option<Reply> {
        let limits = &self.0.settings.limits;
        let waited = Duration::from_millis(self.now() - arrived);
        let time = match endpoint {
            Endpoint::LongPoll => limits.long_poll_hold.saturating_sub(waited),
            _ => lifetime(limits, self.0.entropy()),
        };
        let (socket, mut line) = connect(path, self.0.entropy(), &self.0.own, time);
        self.0.sockets.borrow_mut().entry(path.to_owned()).or_default().insert(socket.id(), socket.clone());
        object.accept_reader(socket, reader_state);
        // It may lose its memory while this waits.
        drop(object);
        if endpoint != Endpoint::LongPoll {
            return Some(Reply::of(response).live(line));
        }
        match line.next().await {
            Some(message) => Reply::of_message(&message),
            None if line.is_over() => {
                set_total_time(&mut response, arrived, self.now());
                Some(Reply::of(response))
            }
            None => {
                let detail = Failure::Host("the connection to the object is lost".to_owned()).client_detail();
                Some(Reply::of(Unavailable { detail }.respond::<E>()))
            }
        }
    }

    async fn edge_read(&self, route: &Route, path: &str, request: &Request) -> Option<EdgeResponse<Near>> {
        let reads = matches!(route, Route::Stream(route) if route.endpoint == spec::stream::Endpoint::Read);
        let edge_reads = self.0.edge_reads.borrow().clone().filter(|_| reads)?;
        edge_reads.answer(Near(self.0.clone()), &self.0.settings, path, request, self.now()).await
    }

    /// Lets the edge read by itself what is cold.
    pub fn replay_at_the_edge(&self) {
        *self.0.edge_reads.borrow_mut() = Some(EdgeReads::default());
    }

    /// Lets an object of another server process serve the same streams: a second object for each path.
    #[must_use]
    pub fn zombie(&self) -> Self {
        let World { settings, databases, bucket, alarms, watches, started, .. } = &*self.0;
        let (settings, bucket) = (settings.clone(), bucket.clone());
        Self(World::new(settings, databases.clone(), bucket, alarms.clone(), watches.clone(), *started, 1 << 32))
    }

    /// Lets the object of a path lose its memory, and whatever it was doing: what is in flight may have arrived or not.
    ///
    /// Its readers are cut off.
    pub fn crash(&self, path: &str) {
        self.0.objects.borrow_mut().remove(path);
        self.0.cut_off(path);
    }

    /// Lets all objects lose their memory.
    pub fn crash_all(&self) {
        self.0.objects.borrow_mut().clear();
        let paths: Vec<_> = self.0.sockets.borrow().keys().cloned().collect();
        paths.iter().for_each(|path| self.0.cut_off(path));
    }

    /// Lets the object of a path lose its memory while its readers stay, as the platform does with one that does nothing.
    /// Says whether that was so.
    pub fn evict(&self, path: &str) -> bool {
        let mut objects = self.0.objects.borrow_mut();
        let unused = objects.get(path).is_some_and(|incarnation| incarnation.object.is_unused());
        unused && objects.remove(path).is_some()
    }

    /// Its connections to the readers of a path.
    #[must_use]
    pub fn sockets(&self, path: &str) -> Vec<NativeSocket> {
        self.0.sockets(path).into_iter().map(|(socket, _)| socket).collect()
    }

    /// Lets the reader at the other end of a connection send a text, or something else.
    pub fn hear(&self, path: &str, socket: &NativeSocket, text: Option<&str>) {
        self.0.heard(path, socket.id(), text.map(str::to_owned));
    }

    /// Lets calls between objects go unheard: they happen, and the caller is told of an error.
    pub fn unheard_calls(&self, count: u32) {
        self.0.unheard_calls.set(count);
    }

    /// Lets the next calls between objects meet this, one each.
    pub fn deliver(&self, deliveries: impl Iterator<Item = Delivery> + 'static) {
        *self.0.deliveries.borrow_mut() = Box::new(deliveries);
    }

    /// Has the platform give up on an alarm whose object crashes while it rings, as it does after six failures.
    pub fn abandon_alarms(&self, abandons: bool) {
        self.0.abandons_alarms.set(abandons);
    }

    /// Lets the alarm of a path ring, whether or not it is due.
    pub async fn ring_now(&self, path: &str) {
        self.0.ring(path).await;
    }

    /// When the alarm of a path has rung.
    #[must_use]
    pub fn rings(&self, path: &str) -> Vec<UnixMs> {
        self.0.rings.borrow().get(path).cloned().unwrap_or_default()
    }

    /// Lets time pass, in which alarms ring when they are due, whatever else goes on: [`Server::run_for`] first waits for that.
    ///
    /// # Panics
    /// If an alarm rings again and again without any time passing.
    pub async fn pass(&self, milliseconds: u64) {
        let end = self.now() + milliseconds;
        loop {
            self.0.ring_due().await;
            let next = self.0.next_alarm().unwrap_or(end).min(end);
            if self.now() >= end {
                return;
            }
            select(pin!(self.0.alarm_set.notified()), pin!(self.sleep_until(next))).await;
        }
    }

    /// Waits until nothing is left to do before `at`, alarms included.
    pub async fn run_until(&self, at: UnixMs) {
        loop {
            self.settle().await;
            let due =
                self.0.alarms.borrow().iter().min_by_key(|(_, due)| **due).map(|(path, due)| (path.clone(), *due));
            let Some((path, due)) = due.filter(|(_, due)| *due <= at) else { break };
            self.sleep_until(due).await;
            self.0.ring(&path).await;
        }
        self.sleep_until(at).await;
    }

    /// Lets the alarm of a path ring now, whenever it is set, and whatever its object is doing.
    pub async fn ring(&self, path: &str) {
        self.0.ring(path).await;
    }

    /// Waits until nothing is left to do for a while.
    pub async fn run_for(&self, milliseconds: u64) {
        self.run_until(self.now() + milliseconds).await;
    }

    /// Waits for tasks in the background.
    pub async fn settle(&self) {
        loop {
            let Some(task) = self.0.tasks.borrow_mut().pop() else { return };
            task.await.expect("no task panics");
        }
    }

    /// Looks for objects that nothing names, and removes them.
    ///
    /// # Errors
    /// [`Failure`], if something did not answer.
    pub async fn sweep_orphans(&self) -> Result<Swept, Failure> {
        self.0.databases.confirm_all().await?;
        orphans::sweep(self.0.databases.all(), &self.0.bucket, &self.0.settings.limits, self.now()).await
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> UnixMs {
        self.0.now()
    }

    /// When the alarm of a path rings, if it is set.
    #[must_use]
    pub fn alarm(&self, path: &str) -> Option<UnixMs> {
        self.0.alarm(path)
    }

    /// Whether anything is stored for the object of a path.
    #[must_use]
    pub fn stores(&self, path: &str) -> bool {
        self.has_alarm(path) || self.0.watches.borrow().contains_key(path)
    }

    /// Until when something may be under way for a path, if that was ever written down.
    #[must_use]
    pub fn watched_until(&self, path: &str) -> Option<UnixMs> {
        self.0.watches.borrow().get(path).copied()
    }

    /// Whether an alarm is set for a path.
    #[must_use]
    pub fn has_alarm(&self, path: &str) -> bool {
        self.alarm(path).is_some()
    }

    /// What operators have been told.
    #[must_use]
    pub fn reports(&self) -> Vec<String> {
        self.0.reports.borrow().clone()
    }

    async fn sleep_until(&self, at: UnixMs) {
        let left = at.saturating_sub(self.now());
        tokio::time::sleep(std::time::Duration::from_millis(left)).await;
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    fn new(
        settings: Rc<Settings>,
        databases: Rc<Databases<Sqlite>>,
        bucket: Memory,
        alarms: Rc<RefCell<BTreeMap<String, UnixMs>>>,
        watches: Rc<RefCell<BTreeMap<String, UnixMs>>>,
        started: Instant,
        entropy: u64,
    ) -> Rc<Self> {
        Rc::new_cyclic(|own| World {
            budget: Budget::new(&settings.limits),
            settings,
            databases,
            bucket,
            objects: RefCell::default(),
            sockets: RefCell::default(),
            tasks: RefCell::default(),
            alarms,
            watches,
            reports: RefCell::default(),
            unheard_calls: Cell::default(),
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

    fn object(&self, path: &str) -> (Object<Native>, End) {
        let mut objects = self.objects.borrow_mut();
        let new = || {
            let (databases, bucket) = (self.databases.clone(), self.bucket.clone());
            let host = Native { path: path.to_owned(), databases, bucket, world: self.own.clone() };
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

    /// When the next alarm is due that doesn't ring already.
    fn next_alarm(&self) -> Option<UnixMs> {
        let ringing = self.ringing.borrow();
        self.alarms.borrow().iter().filter(|(path, _)| !ringing.contains_key(*path)).map(|(_, due)| *due).min()
    }

    /// Lets those alarms ring that are due. Each rings once at a time.
    async fn ring_due(&self) {
        let over: Vec<_> = self.ringing.borrow_mut().extract_if(.., |_, task| task.is_finished()).collect();
        for (_, task) in over {
            task.await.expect("no alarm panics");
        }
        let now = self.now();
        let due: Vec<_> =
            self.alarms.borrow().iter().filter(|(_, due)| **due <= now).map(|(path, _)| path.clone()).collect();
        for path in due {
            let mut ringing = self.ringing.borrow_mut();
            if ringing.contains_key(&path) {
                continue;
            }
            let (world, of) = (self.own.upgrade().expect("it is there"), path.clone());
            ringing.insert(
                path,
                tokio::task::spawn_local(async move {
                    if tokio::time::timeout(ALARM_LIMIT, world.ring(&of)).await.is_err() {
                        world.retry_alarm(&of);
                    }
                    world.alarm_set.notify_one();
                }),
            );
        }
    }

    /// The platform lets an alarm ring again that it has not seen the end of.
    fn retry_alarm(&self, path: &str) {
        if !self.abandons_alarms.get() {
            let again = self.now() + ALARM_RETRY_MS;
            self.set_alarm(path, Some(self.alarm(path).map_or(again, |set| set.min(again))));
        }
    }

    fn count_ring(&self, path: &str) {
        let now = self.now();
        let mut rings = self.rings.borrow_mut();
        let of_path = rings.entry(path.to_owned()).or_default();
        of_path.push(now);
        let at_once = of_path.iter().rev().take_while(|at| **at == now).count();
        assert!(at_once <= RINGS_AT_ONCE, "the alarm of {path} rings {at_once} times at once");
    }

    async fn ring(&self, path: &str) {
        self.count_ring(path);
        self.alarms.borrow_mut().remove(path);
        let (object, end) = self.object(path);
        match unless(end, object.alarm()).await {
            // What failed is in the reports, and the alarm is set again.
            Some(Ok(()) | Err(_)) => {}
            None => self.retry_alarm(path),
        }
    }

    pub(crate) fn now(&self) -> UnixMs {
        EPOCH_MS + u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX / 2)
    }

    /// The connections to the readers of a path, each with what was written down there.
    pub(crate) fn sockets(&self, path: &str) -> Vec<(NativeSocket, String)> {
        let sockets = self.sockets.borrow();
        let sockets = sockets.get(path).into_iter().flat_map(BTreeMap::values).filter(|socket| socket.is_open());
        sockets.map(|socket| (socket.clone(), socket.attachment())).collect()
    }

    fn cut_off(&self, path: &str) {
        let sockets = self.sockets.borrow_mut().remove(path).unwrap_or_default();
        sockets.values().for_each(Socket::close);
    }

    /// A reader has gone. Its object is told, and woken for that if need be.
    pub(crate) fn hung_up(&self, path: &str, id: u64) {
        let known = self.sockets.borrow_mut().get_mut(path).is_some_and(|sockets| sockets.remove(&id).is_some());
        if known {
            self.object(path).0.disconnect(id);
        }
    }

    /// A reader has sent a text, or something else.
    pub(crate) fn heard(&self, path: &str, id: u64, text: Option<String>) {
        let (object, _) = self.object(path);
        self.spawn(path, async move { object.hear(id, text.as_deref()).await });
    }

    pub(crate) fn spawn(&self, path: &str, task: impl Future<Output = ()> + 'static) {
        let (_, end) = self.object(path);
        let task = async move {
            unless(end, task).await;
        };
        self.tasks.borrow_mut().push(tokio::task::spawn_local(task));
    }

    pub(crate) fn alarm(&self, path: &str) -> Option<UnixMs> {
        self.alarms.borrow().get(path).copied()
    }

    pub(crate) fn set_alarm(&self, path: &str, at: Option<UnixMs>) {
        let mut alarms = self.alarms.borrow_mut();
        match at {
            Some(at) => drop(alarms.insert(path.to_owned(), at)),
            None => drop(alarms.remove(path)),
        }
        self.alarm_set.notify_one();
    }

    pub(crate) fn forget(&self, path: &str) {
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

    pub(crate) async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        let delivery = self.deliveries.borrow_mut().next().unwrap_or(Delivery::Sound);
        match delivery {
            Delivery::Sound => self.reach(path, message).await,
            Delivery::Unheard => self.reach(path, message).await.and(Err(HostError("no answer".to_owned()))),
            Delivery::Hung => std::future::pending().await,
            Delivery::Slow { there, back } => {
                let (answer, answered) = oneshot::channel();
                let (world, path) = (self.own.upgrade().expect("it is there"), path.to_owned());
                tokio::task::spawn_local(async move {
                    tokio::time::sleep(there).await;
                    let reached = world.reach(&path, message).await;
                    tokio::time::sleep(back).await;
                    // The caller may have given up.
                    let _ = answer.send(reached);
                });
                answered.await.unwrap_or_else(|_| Err(HostError("no answer".to_owned())))
            }
        }
    }

    async fn reach(&self, path: &str, message: String) -> Result<String, HostError> {
        let (object, end) = self.object(path);
        let Envelope { message, .. } = bridge::read(&message).map_err(|unread| HostError(unread.to_string()))?;
        let answer = unless(end, object.receive(message)).await.ok_or(HostError("no answer".to_owned()));
        let answer = answer?.map_err(|failure| HostError(failure.to_string()));
        let answer = answer.map(|answer| bridge::write(&answer).expect("an answer as JSON"));
        match self.unheard_calls.get() {
            0 => answer,
            calls => {
                self.unheard_calls.set(calls - 1);
                Err(HostError("no answer".to_owned()))
            }
        }
    }

    pub(crate) fn entropy(&self) -> u64 {
        self.entropy.set(self.entropy.get() + 1);
        self.entropy.get()
    }

    pub(crate) fn report(&self, report: &Report) {
        self.reports.borrow_mut().push(report.to_string());
    }
}
