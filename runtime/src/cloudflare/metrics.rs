use super::{bindings, boundary};
use crate::host::{UnixMs, number_of};
use crate::metrics::{Ending, Operation, Point};
use crate::{Event, Report};
use js_sys::Reflect;
use std::cell::OnceCell;
use wasm_bindgen::JsValue;
use worker::{Date, Env};

/// The binding of the dataset in Analytics Engine, which a deployment may have.
const METRICS: &str = "METRICS";

/// The dataset, if the deployment has one.
fn dataset(env: &Env) -> Option<JsValue> {
    thread_local! {
        /// The binding never changes during an isolate's lifetime.
        static DATASET: OnceCell<Option<JsValue>> = const { OnceCell::new() };
    }
    let bound = || Reflect::get(env, &METRICS.into()).ok().filter(JsValue::is_object);
    DATASET.with(|dataset| dataset.get_or_init(bound).clone())
}

/// Whether the deployment has a dataset.
pub fn is_measured(env: &Env) -> bool {
    dataset(env).is_some()
}

/// Records a data point, if the deployment has a dataset.
pub(super) fn measure(env: &Env, point: &Point<'_>) {
    if let Some(dataset) = dataset(env)
        && let Err(error) = boundary::measure(&dataset, &point.blobs().join("\n"), &point.doubles())
    {
        super::report(&Report::new(Event::MetricsFailed, format!("{error:?}")));
    }
}

/// A live connection that the edge holds.
pub(super) struct LiveConnection {
    env: Env,
    path: String,
    operation: Operation,
    since: UnixMs,
}

impl LiveConnection {
    /// The connection of a client whose request arrived at `since`. `None` if the deployment has no dataset.
    pub(super) fn new(env: &Env, path: &str, operation: Operation, since: UnixMs) -> Option<Self> {
        is_measured(env).then(|| Self { env: env.clone(), path: path.to_owned(), operation, since })
    }

    /// Records how it has ended, and how many bytes the client was sent.
    pub(super) fn end(self, ending: Ending, bytes: u64) {
        let Self { env, path, operation, since } = self;
        // The settings are valid only with databases.
        let databases = bindings::database_names(&env).map_or(1, |names| names.len());
        let duration_ms = Date::now().as_millis().saturating_sub(since);
        let point = Point::of(&path, operation, ending.name(), number_of(&path, databases));
        measure(&env, &Point { bytes, duration_ms, ..point });
    }
}
