use crate::authority::{At, Authority};
use crate::bucket::Memory;
use crate::database::Sqlite;
use crate::line::connect;
use crate::remainder::Remainder;
use crate::request::{ORIGIN, Reply, Request};
use crate::socket::NativeSocket;
use crate::world::{Delivery, EdgeStores, Native, Receivers, SubscriptionCalls, World, unless};
use futures_util::FutureExt as _;
use futures_util::future::select;
use runtime::access::{Access, Client};
use runtime::host::{Socket, UnixMs};
use runtime::lost;
use runtime::orphans::{self, Swept};
use runtime::subscription::{Subscription, notice};
use runtime::{
    Budget, Deletions, Deployment, EdgeReads, EdgeResponse, Failure, Gate, Listings, Object, Peer, ReaderState, Report,
    Scrape, Served, Settings, Stored, Subscriptions, Usages, lifetime, room, set_total_time, stream_path_of, usage,
};
use serde_json::{Map, Value};
use spec::stream::Endpoint;
use spec::{Admission, Caller, Route, Unavailable};
use std::convert::Infallible;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;
use subscriptions::SubscriptionId;
use tokio::time::Instant;
use wire::{NoBody, Response};

/// One who waits for what comes.
struct Waiting {
    endpoint: Endpoint,
    reader_state: ReaderState,
    /// When its credentials expire.
    expires_at: Option<UnixMs>,
    arrived: UnixMs,
}

/// A whole server. Clones are handles to the same one.
#[derive(Clone)]
pub struct Server(Rc<World>);

impl Server {
    /// A server with the limits of the spec and an empty database, open to anyone. Needs a tokio `LocalSet` around it.
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
        let mut settings = Settings { access: Access::Open, ..Settings::DECLARED };
        change(&mut settings);
        let (bucket, count) = (Memory::new(), databases.len());
        if databases.iter().all(|database| !database.is_claimed()) {
            databases.iter().enumerate().for_each(|(number, database)| database.claim(number, count));
        }
        Self(World::new(Rc::new(settings), databases, bucket, Rc::default(), Rc::default(), Instant::now(), 1))
    }

    /// Its database, or the first of them.
    #[must_use]
    pub fn database(&self) -> &Sqlite {
        &self.0.stored[0]
    }

    /// All its databases.
    #[must_use]
    pub fn databases(&self) -> &[Sqlite] {
        &self.0.stored
    }

    /// Its bucket.
    #[must_use]
    pub fn bucket(&self) -> &Memory {
        &self.0.bucket
    }

    /// The receivers of webhooks.
    #[must_use]
    pub fn receivers(&self) -> &Receivers {
        &self.0.receivers
    }

    /// The body of the request with which a webhook hears of a delivery.
    ///
    /// # Errors
    /// [`Failure`], if there are no keys, or no origin at which the webhook could call back.
    pub async fn notice(&self, delivery: &subscriptions::Delivery) -> Result<Vec<u8>, Failure> {
        let (keys, webhooks) = (self.0.keys().await?, &self.0.settings.webhooks);
        let body = notice::of_webhook(&delivery.notice, webhooks, &keys)?;
        let unsigned = spec::webhook::Request { body }.write().map_err(|_| Failure::Corrupt("subscriptions"))?;
        Ok(unsigned.body().to_vec())
    }

    /// Lets a subscription's object do something, unless it crashes meanwhile.
    pub async fn subscription<T>(
        &self,
        id: &SubscriptionId,
        operation: impl AsyncFnOnce(Subscription<Native>) -> T,
    ) -> Option<T> {
        let (object, end) = self.0.subscription(id);
        unless(end, operation(object)).await
    }

    /// The calls of streams to subscriptions.
    #[must_use]
    pub fn subscriptions(&self) -> &SubscriptionCalls {
        &self.0.subscriptions
    }

    /// What finds out who a caller is.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.0.authority
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
        let World { settings, authority, .. } = &*self.0;
        let report = |report: &Report| self.0.report(report);
        let wake_tokens = || self.0.token_key().boxed_local();
        let (now, started) = (self.now(), Instant::now());
        let at = At { authority, wake_tokens: &wake_tokens, now, started, report: &report };
        let gate = Gate { settings, verifier: &authority.verifier, authority: at };
        let Admission { caller, route } = spec::admit::<(), _>(&request, &gate).await;
        let route = match route {
            Err(response) => return Some(Reply::of(response)),
            Ok(route) => route,
        };
        let (client, holder) = match caller {
            Caller::Client(client) => (client, None),
            Caller::Holder(holder) => (Client::Public(Rc::default()), Some(holder)),
            Caller::Anyone | Caller::Refused => (Client::Public(Rc::default()), None),
        };
        match route {
            Route::Stream(_) | Route::Restoration(_) | Route::Administration(_) => {}
            Route::Streams(_) => return Some(Reply::of(self.list(&client, &request).await)),
            Route::Deletions(_) => return Some(Reply::of(self.delete_all(&client, &request).await)),
            Route::Stored(_) => return Some(Reply::of(self.list_stored(&client, &request).await)),
            Route::Usage(_) => return Some(Reply::of(self.measure(&client, &request).await)),
            Route::Metrics(_) => return Some(Reply::of(self.scrape(&request).await)),
            Route::Subscription(_)
            | Route::Subscriptions(_)
            | Route::Links(_)
            | Route::OwnLink(_)
            | Route::Claims(_)
            | Route::Acknowledgments(_)
            | Route::Callbacks(_)
            | Route::Releases(_)
            | Route::Keys(_) => {
                let (listings, webhooks) = (self.listings(&client), &self.0.settings.webhooks);
                let subscriptions = Subscriptions { listings, holder, webhooks };
                return Some(Reply::of(subscriptions.respond(&request, body).await));
            }
            Route::Health(_) => return Some(Reply::of(self.health(&request).await)),
        }
        let expires_at = client.expires_at();
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
                let reader = Waiting { endpoint: route.endpoint, reader_state, expires_at, arrived };
                self.wait(object, &path, reader, response).await
            }
            _ => Some(Reply::of(response).going_on(rest.map(|rest| Remainder::Object(rest, end)))),
        }
    }

    async fn list(&self, client: &Client, request: &Request) -> Response<Infallible> {
        spec::streams::serve(&self.listings(client), request, NoBody).await
    }

    async fn delete_all(&self, client: &Client, request: &Request) -> Response<Infallible> {
        spec::deletions::serve(&Deletions(self.listings(client)), request, NoBody).await
    }

    async fn list_stored(&self, client: &Client, request: &Request) -> Response<Infallible> {
        spec::stored::serve(&Stored(self.listings(client)), request, NoBody).await
    }

    async fn measure(&self, client: &Client, request: &Request) -> Response<Infallible> {
        spec::usage::serve(&Usages(self.listings(client)), request, NoBody).await
    }

    fn listings<'a>(&'a self, client: &'a Client) -> Listings<'a, EdgeStores> {
        let (stores, settings) = (EdgeStores(self.0.clone()), &*self.0.settings);
        Listings { stores, settings, client, now: self.now() }
    }

    async fn scrape(&self, request: &Request) -> Response<Infallible> {
        let World { settings, journal, budget, .. } = &*self.0;
        let (stores, events) = (EdgeStores(self.0.clone()), journal.counts());
        let scrape = Scrape { stores, settings, events, memory_used: budget.used() };
        spec::metrics::serve(&scrape, request, NoBody).await
    }

    async fn health(&self, request: &Request) -> wire::Response<Infallible> {
        let World { settings, databases, bucket, health, .. } = &*self.0;
        let deployment =
            Deployment { settings: Ok(settings), databases: Ok(databases), bucket: Ok(bucket), objects: Ok(()) };
        health.respond(request, deployment, &*self.0).await
    }

    /// What the edge does for one who waits.
    async fn wait<E>(
        &self,
        object: Object<Native>,
        path: &str,
        Waiting { endpoint, reader_state, expires_at, arrived }: Waiting,
        mut response: wire::Response<E>,
    ) -> Option<Reply> {
        let limits = &self.0.settings.limits;
        let waited = Duration::from_millis(self.now() - arrived);
        let left = expires_at.map_or(Duration::MAX, |at| Duration::from_millis(at.saturating_sub(self.now())));
        let time = match endpoint {
            Endpoint::LongPoll => limits.long_poll_hold.saturating_sub(waited).min(left),
            Endpoint::Sse => lifetime(limits, self.0.entropy()).min(left),
            _ => lifetime(limits, self.0.entropy()),
        };
        // A WebSocket has no edge that measures the time.
        let ends_at = expires_at.filter(|_| endpoint == Endpoint::Websocket);
        if let Some(at) = ends_at {
            object.end_reader_at(at).await.ok()?;
        }
        let (socket, mut line) = connect(path, self.0.entropy(), &self.0.own, time);
        self.0.sockets.borrow_mut().entry(path.to_owned()).or_default().insert(socket.id(), socket.clone());
        let peer = match endpoint {
            Endpoint::Websocket => Peer::Client { since: self.now(), expires_at: ends_at },
            _ => Peer::Edge,
        };
        object.accept_reader(socket, reader_state, peer);
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

    async fn edge_read(&self, route: &Route, path: &str, request: &Request) -> Option<EdgeResponse<EdgeStores>> {
        let reads = matches!(route, Route::Stream(route) if route.endpoint == spec::stream::Endpoint::Read);
        let edge_reads = self.0.edge_reads.borrow().clone().filter(|_| reads)?;
        edge_reads.answer(EdgeStores(self.0.clone()), &self.0.settings, path, request, self.now()).await
    }

    /// Lets the edge read by itself what is cold.
    pub fn replay_at_the_edge(&self) {
        *self.0.edge_reads.borrow_mut() = Some(EdgeReads::default());
    }

    /// Lets an object of another server process serve the same streams: a second object for each path.
    #[must_use]
    pub fn zombie(&self) -> Self {
        let World { settings, stored, bucket, alarms, watches, started, .. } = &*self.0;
        let (settings, bucket) = (settings.clone(), bucket.clone());
        Self(World::new(settings, stored.clone(), bucket, alarms.clone(), watches.clone(), *started, 1 << 32))
    }

    /// The server after the loss of all databases: new ones without rows, and the same bucket.
    #[must_use]
    pub fn without_databases(&self) -> Self {
        let World { settings, bucket, started, .. } = &*self.0;
        let databases: Vec<Sqlite> = self.databases().iter().map(|_| Sqlite::new()).collect();
        databases.iter().enumerate().for_each(|(number, database)| database.claim(number, databases.len()));
        Self(World::new(settings.clone(), databases, bucket.clone(), Rc::default(), Rc::default(), *started, 1 << 32))
    }

    /// Lets the object of a path lose its memory, and whatever it was doing: what is in flight may have arrived or not.
    ///
    /// Its readers are cut off.
    pub fn crash(&self, path: &str) {
        self.0.objects.borrow_mut().remove(path);
        self.0.subscription_objects.borrow_mut().remove(path);
        self.0.cut_off(path);
    }

    /// Lets all objects lose their memory.
    pub fn crash_all(&self) {
        self.0.objects.borrow_mut().clear();
        self.0.subscription_objects.borrow_mut().clear();
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
    pub fn receive_ack(&self, path: &str, socket: &NativeSocket, text: Option<&str>) {
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

    /// Notifies subscriptions of what they have missed. Returns how many messages were sent.
    ///
    /// # Errors
    /// [`Failure`], if something did not answer.
    pub async fn sweep_subscriptions(&self) -> Result<usize, Failure> {
        lost::sweep(&*self.0, &self.0.settings.limits).await
    }

    /// Makes room in databases that fill up. Returns how many streams have moved.
    ///
    /// # Errors
    /// [`Failure`], if something did not answer, or a stream could not be moved.
    pub async fn make_room(&self) -> Result<usize, Failure> {
        room::make(&*self.0, &self.0.settings.limits).await
    }

    /// Continues the count of streams. Returns whether it has ended.
    ///
    /// # Errors
    /// [`Failure`], if something did not answer.
    pub async fn count_streams(&self) -> Result<bool, Failure> {
        usage::count(&self.0.databases, &self.0.settings.limits, self.now()).await
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

    /// The data points that were recorded since the last call, each by the names of its columns.
    #[must_use]
    pub fn take_points(&self) -> Vec<Map<String, Value>> {
        self.0.points.take()
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
