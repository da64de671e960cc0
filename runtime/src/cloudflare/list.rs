use super::edge_read::EdgeStores;
use crate::access::Client;
use crate::{Listings, Settings};
use std::rc::Rc;
use worker::{Context, Date, Env, Result};

/// The lists of streams that a caller may see.
///
/// # Errors
/// If a binding is missing.
pub fn listings<'a>(
    env: &Env,
    context: &Rc<Context>,
    settings: &'a Settings,
    client: &'a Client,
) -> Result<Listings<'a, EdgeStores>> {
    let stores = EdgeStores::new(env, context, settings)?;
    Ok(Listings { stores, settings, client, now: Date::now().as_millis() })
}
