use super::bindings::databases;
use super::webhook::{Web, keyring};
use super::{BUCKET, D1, HibernatingSocket, R2, message, metrics, socket};
use crate::Report;
use crate::host::timer::timer;
use crate::host::{Host, HostError, UnixMs};
use crate::metrics::Point;
use crate::subscription::{Keyring, Outbound, append_wake_event, deliver_to_webhook};
use crate::{Databases, Failure, Settings};
use futures_util::future::join;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use subscriptions::{Announcement, Delivered, Delivery, Failure as Undelivered};
use worker::{Date, Delay, Env, State, Storage};

/// The key under which a Durable Object stores the path of its stream, since its alarm handler does not receive it.
const PATH: &str = "path";

/// The key under which it stores the time until which work may be in progress.
const WATCHED: &str = "watched";

/// Maximum delay of an alarm: a year.
const ALARM_MS_MAX: UnixMs = 365 * 24 * 60 * 60 * 1000;

/// The host of a Durable Object.
pub struct Cloudflare {
    databases: Databases<D1>,
    bucket: R2,
    env: Env,
    state: Rc<State>,
    path: String,
    path_is_stored: Cell<bool>,
}

impl Cloudflare {
    /// The host of the Durable Object with this state, whose stream is at `path`.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`], if the database or the bucket is not bound.
    pub fn new(state: Rc<State>, env: &Env, path: String) -> Result<Self, Failure> {
        Ok(Self {
            databases: databases(env).map_err(unbound)?,
            bucket: R2(env.bucket(BUCKET).map_err(unbound)?),
            env: env.clone(),
            state,
            path,
            path_is_stored: Cell::default(),
        })
    }

    async fn set(&self, at: UnixMs) -> worker::Result<()> {
        let (storage, now): (Storage, _) = (self.state.storage(), Date::now().as_millis());
        // The platform stores alarms in nanoseconds, which overflow in 2262. An alarm that runs early sets the next one.
        let delay = at.saturating_sub(now).min(ALARM_MS_MAX);
        if !self.path_is_stored.replace(true) {
            storage.put(PATH, &self.path).await?;
        }
        storage.set_alarm(i64::try_from(delay).unwrap_or(i64::MAX)).await
    }

    async fn forget_all(&self) -> worker::Result<()> {
        let storage: Storage = self.state.storage();
        self.path_is_stored.set(false);
        // Both start at the same time, so that nothing can be stored between them.
        let (alarm, all) = join(storage.delete_alarm(), storage.delete_all()).await;
        alarm.and(all)
    }

    async fn watch(&self, at: UnixMs) -> worker::Result<()> {
        let storage: Storage = self.state.storage();
        match storage.get::<UnixMs>(WATCHED).await? {
            Some(until) if until >= at => Ok(()),
            _ => storage.put(WATCHED, at).await,
        }
    }
}

/// The failure for a binding that is missing, or of another kind.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn unbound(error: worker::Error) -> Failure {
    Failure::Misconfigured(error.to_string())
}

/// The path of a Durable Object's stream. `None` if it has not set an alarm since its storage was deleted.
///
/// # Errors
/// If the Durable Object's storage fails.
pub async fn stored_path(state: &State) -> worker::Result<Option<String>> {
    state.storage().get(PATH).await
}

impl Host for Cloudflare {
    type Database = D1;
    type Bucket = R2;
    type Socket = HibernatingSocket;

    fn sockets(&self) -> Vec<(HibernatingSocket, String)> {
        socket::connected(&self.state)
    }

    fn databases(&self) -> &Databases<D1> {
        &self.databases
    }

    fn bucket(&self) -> &R2 {
        &self.bucket
    }

    fn now(&self) -> UnixMs {
        Date::now().as_millis()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        Delay::from(timer(duration))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.state.wait_until(task);
    }

    async fn alarm(&self) -> Result<Option<UnixMs>, HostError> {
        let at = self.state.storage().get_alarm().await.map_err(failed)?;
        Ok(at.and_then(|at| UnixMs::try_from(at).ok()))
    }

    async fn set_alarm(&self, at: UnixMs) -> Result<(), HostError> {
        self.set(at).await.map_err(failed)
    }

    async fn clear_alarm(&self) -> Result<(), HostError> {
        self.state.storage().delete_alarm().await.map_err(failed)
    }

    async fn delete_storage(&self) -> Result<(), HostError> {
        self.forget_all().await.map_err(failed)
    }

    async fn watch_until(&self, at: UnixMs) -> Result<(), HostError> {
        self.watch(at).await.map_err(failed)
    }

    async fn watched_until(&self) -> Result<UnixMs, HostError> {
        let until = self.state.storage().get::<UnixMs>(WATCHED).await;
        Ok(until.map_err(failed)?.unwrap_or(0))
    }

    async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        message::send(&self.env, path, message).await
    }

    async fn call_subscription(&self, id: &str, message: String) -> Result<String, HostError> {
        message::send_to_subscription(&self.env, id, message).await
    }

    fn id(&self) -> String {
        self.state.id().to_string()
    }

    fn entropy(&self) -> u64 {
        // The platform's random generator works in every handler.
        getrandom::u64().expect("crypto.getRandomValues answers")
    }

    fn measure(&self, point: &Point<'_>) {
        metrics::measure(&self.env, point);
    }

    fn report(&self, report: &Report) {
        super::report(report);
    }
}

fn failed(error: worker::Error) -> HostError {
    HostError(error.to_string())
}

impl Outbound for Cloudflare {
    type Platform = Web;

    fn platform(&self) -> &Web {
        &Web
    }

    fn keyring(&self) -> Rc<Keyring> {
        keyring()
    }

    async fn deliver(&self, settings: &Settings, delivery: &Delivery) -> Delivered {
        deliver_to_webhook(self, settings, delivery).await
    }

    async fn announce(&self, settings: &Settings, announcement: &Announcement) -> Result<(), Undelivered> {
        append_wake_event(self, settings, announcement).await
    }
}
