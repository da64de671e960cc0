use super::edge_read::EdgeStores;
use super::{JOURNAL, budget};
use crate::{Journal, Scrape, Settings};
use std::convert::Infallible;
use std::rc::Rc;
use wire::{NoBody, Response, Source};
use worker::{Context, Env, Result};

/// The edge's response to a request for measurements.
///
/// # Errors
/// If a binding is missing.
pub async fn scrape(
    env: &Env,
    context: &Rc<Context>,
    settings: &Settings,
    source: &impl Source,
) -> Result<Response<Infallible>> {
    let (stores, events) = (EdgeStores::new(env, context, settings)?, JOURNAL.with(Journal::counts));
    let scrape = Scrape { stores, settings, events, memory_used: budget(settings).used() };
    Ok(spec::metrics::serve(&scrape, source, NoBody).await)
}
