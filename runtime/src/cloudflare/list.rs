use super::edge_read::EdgeStores;
use crate::access::Client;
use crate::{Listings, Settings};
use std::convert::Infallible;
use std::rc::Rc;
use wire::{NoBody, Response, Source};
use worker::{Context, Date, Env, Result};

/// The edge's response to a request for a list of streams.
///
/// # Errors
/// If a binding is missing.
pub async fn list(
    env: &Env,
    context: &Rc<Context>,
    settings: &Settings,
    client: &Client,
    source: &impl Source,
) -> Result<Response<Infallible>> {
    let stores = EdgeStores::new(env, context, settings)?;
    let listings = Listings { stores, settings, client, now: Date::now().as_millis() };
    Ok(spec::streams::serve(&listings, source, NoBody).await)
}
