//! The bindings of a deployment, and the databases among them.

use super::{D1, DATABASE};
use crate::host::Sizes;
use crate::{Databases, Failure};
use js_sys::{Array, Object};
use wasm_bindgen::JsCast as _;
use worker::Env;

/// The databases bound as `DB`, or as `DB_0`, `DB_1` and so on.
pub(super) fn databases(env: &Env) -> worker::Result<Databases<D1>> {
    thread_local! {
        static SIZES: Sizes = Sizes::default();
    }
    let names = database_names(env).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let bound = names.into_iter().map(|name| env.d1(&name).map(|database| (name, D1(database))));
    Ok(Databases::new(bound.collect::<worker::Result<Vec<_>>>()?, SIZES.with(Sizes::clone)))
}

/// The names of the bindings of the databases.
///
/// # Errors
/// [`Failure::Misconfigured`], if databases are not bound as [`databases`] requires.
pub(super) fn database_names(env: &Env) -> Result<Vec<String>, Failure> {
    crate::bindings(DATABASE, &names(env))
}

/// The names of all variables, secrets and bindings.
pub(super) fn names(env: &Env) -> Vec<String> {
    let names: Array = Object::keys(env.unchecked_ref::<Object>()).unchecked_into();
    names.iter().filter_map(|name| name.as_string()).collect()
}
