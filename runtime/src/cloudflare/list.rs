use super::edge_read::EdgeStores;
use crate::access::Client;
use crate::{Deletions, Listings, Settings, Usages};
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
    Ok(spec::streams::serve(&listings(env, context, settings, client)?, source, NoBody).await)
}

/// The edge's response to a request to delete streams.
///
/// # Errors
/// If a binding is missing.
pub async fn delete_all(
    env: &Env,
    context: &Rc<Context>,
    settings: &Settings,
    client: &Client,
    source: &impl Source,
) -> Result<Response<Infallible>> {
    Ok(spec::deletions::serve(&Deletions(listings(env, context, settings, client)?), source, NoBody).await)
}

/// The edge's response to a request for the usage.
///
/// # Errors
/// If a binding is missing.
pub async fn measure(
    env: &Env,
    context: &Rc<Context>,
    settings: &Settings,
    client: &Client,
    source: &impl Source,
) -> Result<Response<Infallible>> {
    Ok(spec::usage::serve(&Usages(listings(env, context, settings, client)?), source, NoBody).await)
}

fn listings<'a>(
    env: &Env,
    context: &Rc<Context>,
    settings: &'a Settings,
    client: &'a Client,
) -> Result<Listings<'a, EdgeStores>> {
    let stores = EdgeStores::new(env, context, settings)?;
    Ok(Listings { stores, settings, client, now: Date::now().as_millis() })
}
