//! The traits of `host` on the Workers platform.

mod accept;
mod authority;
mod bindings;
mod boundary;
mod d1;
mod edge_cache;
mod edge_read;
mod follow;
mod health;
mod host;
mod list;
mod message;
mod metrics;
mod r2;
mod request;
mod response;
mod scrape;
mod socket;
mod webhook;

pub use accept::{accept_reader, expiring};
pub use authority::{Authority, verifier};
pub use d1::D1;
pub use edge_read::{EdgeStores, edge_read};
pub use follow::follow;
pub use health::health;
pub use host::{Cloudflare, stored_path};
pub use list::listings;
pub use message::is_message;
pub use metrics::is_measured;
pub use r2::R2;
pub use request::{Body, Head, drain, unless_aborted};
pub use response::{refused, respond, respond_on, unavailable};
pub use scrape::scrape;
pub use socket::{Attachment, HibernatingSocket, answer_close, mark_text};
pub use webhook::{Web, keyring};

use crate::edge::lost;
use crate::edge::orphans::{self, Swept};
use crate::edge::room;
use crate::edge::scheduled;
use crate::edge::usage;
use crate::host::timer::timer;
use crate::host::{HostError, UnixMs};
use crate::subscription::{NewKey, Vault};
use crate::{Budget, Databases, Event, Failure, Journal, Line, Report, Settings};
use bindings::databases;
use js_sys::{Promise, Reflect};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use worker::worker_sys::web_sys;
use worker::{Date, Delay, Env};

/// The binding of the database. If there are several, their names have the suffixes `_0`, `_1` and so on.
pub const DATABASE: &str = "DB";
/// The binding of the bucket.
pub const BUCKET: &str = "R2";
/// The binding of the Durable Objects.
pub const OBJECTS: &str = "STREAMS";
/// The binding of the Durable Objects of subscriptions.
pub const SUBSCRIPTIONS: &str = "SUBSCRIPTIONS";

thread_local! {
    /// Settings never change during an isolate's lifetime, and reading each takes a call to JavaScript.
    static SETTINGS: RefCell<Option<Rc<Settings>>> = const { RefCell::new(None) };
}

/// Reads the variables and secrets of the deployment, and checks how its databases are bound.
///
/// # Errors
/// [`Failure::Misconfigured`], for the first invalid one.
pub fn settings(env: &Env) -> Result<Rc<Settings>, Failure> {
    SETTINGS.with_borrow_mut(|cached| match cached {
        Some(settings) => Ok(settings.clone()),
        None => {
            let settings = Settings::read(&variables(env)?);
            let settings = settings.map_err(|error| Failure::Misconfigured(error.to_string()))?;
            bindings::database_names(env)?;
            Ok(cached.insert(Rc::new(settings)).clone())
        }
    })
}

/// The variables and secrets of the deployment that are settings.
fn variables(env: &Env) -> Result<BTreeMap<String, String>, Failure> {
    let mut variables = BTreeMap::new();
    for name in bindings::names(env).into_iter().filter(|name| Settings::is_setting(name)) {
        let value = Reflect::get(env, &name.as_str().into()).ok().and_then(|value| value.as_string());
        let Some(value) = value else {
            return Err(Failure::Misconfigured(format!("the variable {name} must be a text")));
        };
        variables.insert(name, value);
    }
    Ok(variables)
}

/// The memory budget that all Durable Objects of this isolate share, with the limits in `settings`.
#[must_use]
pub fn budget(settings: &Settings) -> Budget {
    thread_local! {
        static BUDGET: OnceCell<Budget> = const { OnceCell::new() };
    }
    BUDGET.with(|budget| budget.get_or_init(|| Budget::new(&settings.limits)).clone())
}

/// Logs an event that does not concern a particular stream.
pub fn log_event(event: Event, cause: String) {
    report(&Report::new(event, cause));
}

thread_local! {
    static JOURNAL: Journal = Journal::default();
}

/// Logs an event.
fn report(report: &Report) {
    // Without valid settings, the declared ones apply.
    let settings = SETTINGS.with_borrow(Clone::clone).unwrap_or_else(|| Rc::new(Settings::DECLARED));
    let line = JOURNAL.with(|journal| journal.line(report, &settings, Date::now().as_millis()));
    if let Some(Line { level, text }) = line {
        boundary::log(level.name(), &text);
    }
}

/// Deletes unreferenced R2 objects, and logs the result.
///
/// # Errors
/// If a variable or a binding is invalid, or D1 or R2 fails.
pub async fn sweep_orphans(env: &Env) -> worker::Result<()> {
    let failed = |error: String| worker::Error::RustError(error);
    let settings = settings(env).map_err(|error| failed(error.to_string()))?;
    let (databases, bucket) = (databases(env)?, R2(env.bucket(BUCKET)?));
    // The rows that reference an object can be in any database, so all of them must be the right ones.
    databases.confirm_all().await.map_err(|failure| failed(failure.to_string()))?;
    let swept = orphans::sweep(databases.all(), &bucket, &settings.limits, Date::now().as_millis()).await;
    let Swept { seen, covered, orphans, removed } = swept.map_err(|failure| failed(failure.to_string()))?;
    if covered > 0 {
        let detail = format!("{covered} of {seen} objects: rows contain the same data, or the stream was deleted");
        log_event(Event::ObjectsRemoved, detail);
    }
    if let Some(first) = orphans.first() {
        let event = if removed { Event::OrphansRemoved } else { Event::OrphansKept };
        log_event(event, format!("{} or more of {seen} objects; the first is {first}", orphans.len()));
    }
    Ok(())
}

/// Notifies subscriptions of what they have missed.
///
/// # Errors
/// If a variable or a binding is invalid, or D1 or a Durable Object fails.
pub async fn sweep_subscriptions(env: &Env) -> worker::Result<()> {
    let failed = |error: Failure| worker::Error::RustError(error.to_string());
    let (settings, databases) = (settings(env).map_err(failed)?, databases(env)?);
    databases.confirm_all().await.map_err(failed)?;
    lost::sweep(&Scheduled { env, databases }, &settings.limits).await.map_err(failed)?;
    Ok(())
}

/// Replaces the key that signs requests to webhooks, if it is old.
///
/// # Errors
/// If a variable or a binding is invalid, or D1 or the platform's cryptography fails.
pub async fn replace_old_key(env: &Env) -> worker::Result<()> {
    let failed = |error: Failure| worker::Error::RustError(error.to_string());
    let (settings, databases) = (settings(env).map_err(failed)?, databases(env)?);
    let vault = Vault { databases: &databases, wait: settings.limits.database_wait, crypto: &Web };
    let replaced = keyring().rotate_old(&vault, settings.limits.webhook_key_age).await.map_err(failed)?;
    if let Some(NewKey { kid, signs_at }) = replaced {
        log_event(Event::KeyReplaced, format!("{kid} signs from {signs_at}"));
    }
    Ok(())
}

/// The platform, outside of requests.
struct Scheduled<'a> {
    env: &'a Env,
    databases: Databases<D1>,
}

impl scheduled::Platform for Scheduled<'_> {
    type Database = D1;

    fn databases(&self) -> &Databases<D1> {
        &self.databases
    }

    fn now(&self) -> UnixMs {
        Date::now().as_millis()
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        Delay::from(timer(time))
    }

    async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        message::send(self.env, path, message).await
    }

    async fn call_subscription(&self, id: &str, message: String) -> Result<String, HostError> {
        message::send_to_subscription(self.env, id, message).await
    }

    fn report(&self, own: &Report) {
        report(own);
    }
}

/// Makes room in databases that fill up.
///
/// # Errors
/// If a variable or a binding is invalid, D1 or a Durable Object fails, or a stream can't be moved.
pub async fn make_room(env: &Env) -> worker::Result<()> {
    let failed = |error: Failure| worker::Error::RustError(error.to_string());
    let (settings, databases) = (settings(env).map_err(failed)?, databases(env)?);
    databases.confirm_all().await.map_err(failed)?;
    room::make(&Scheduled { env, databases }, &settings.limits).await.map_err(failed)?;
    Ok(())
}

/// Continues the count of streams by prefix.
///
/// # Errors
/// If a variable or a binding is invalid, or D1 fails.
pub async fn count_streams(env: &Env) -> worker::Result<()> {
    let failed = |error: Failure| worker::Error::RustError(error.to_string());
    let (settings, databases) = (settings(env).map_err(failed)?, databases(env)?);
    databases.confirm_all().await.map_err(failed)?;
    usage::count(&databases, &settings.limits, Date::now().as_millis()).await.map_err(failed)?;
    Ok(())
}

/// The response of the Durable Object of the stream at `path`. If it fails, the response is [`unavailable`].
pub fn forward(env: &Env, path: &str, request: &web_sys::Request) -> Promise {
    thread_local! {
        static LOST: Closure<dyn FnMut(JsValue) -> JsValue> = Closure::new(|error| unavailable(&error).into());
    }
    match objects(env) {
        Ok(objects) => LOST.with(|lost| boundary::forward(&objects, path, request, lost)),
        Err(error) => Promise::resolve(&JsValue::from(unavailable(&error))),
    }
}

/// The binding of the Durable Objects.
fn objects(env: &Env) -> worker::Result<JsValue> {
    thread_local! {
        /// The binding never changes during an isolate's lifetime, and looking it up takes several calls to JavaScript.
        static BINDING: OnceCell<JsValue> = const { OnceCell::new() };
    }
    BINDING.with(|cached| match cached.get() {
        Some(objects) => Ok(objects.clone()),
        None => {
            let objects = env.durable_object(OBJECTS)?;
            Ok(cached.get_or_init(|| objects.as_ref().into()).clone())
        }
    })
}
