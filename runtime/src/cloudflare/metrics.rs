use super::boundary;
use crate::metrics::Point;
use crate::{Event, Report};
use js_sys::Reflect;
use std::cell::OnceCell;
use wasm_bindgen::JsValue;
use worker::Env;

/// The binding of the dataset in Analytics Engine, which a deployment may have.
const METRICS: &str = "METRICS";

/// Records a data point, if the deployment has a dataset.
pub(super) fn measure(env: &Env, point: &Point<'_>) {
    thread_local! {
        /// The binding never changes during an isolate's lifetime.
        static DATASET: OnceCell<Option<JsValue>> = const { OnceCell::new() };
    }
    DATASET.with(|dataset| {
        let bound = || Reflect::get(env, &METRICS.into()).ok().filter(JsValue::is_object);
        if let Some(dataset) = dataset.get_or_init(bound)
            && let Err(error) = boundary::measure(dataset, &point.blobs().join("\n"), &point.doubles())
        {
            super::report(&Report::new(Event::MetricsFailed, format!("{error:?}")));
        }
    });
}
