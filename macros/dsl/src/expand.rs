//! Model to tokens, with a module for each kind of generated code.

mod access;
mod callback;
mod condition;
mod cors;
mod decide;
mod edge;
mod endpoint;
mod error;
mod events;
mod example;
mod field;
pub mod limits;
mod malformed;
pub(crate) mod names;
mod object;
mod offset;
mod outcome;
mod precedence;
mod program;
mod refused;
mod request;
mod resource;
mod state;
mod value;
mod version;

use crate::model::{Model, Owner};
use proc_macro2::TokenStream;
use quote::quote;

/// Generates the Rust code of a protocol.
pub fn expand(model: &Model) -> TokenStream {
    let limits = limits::expand(model);
    let offsets = model.offsets.iter().map(offset::expand);
    let medias = value::medias(model);
    let values = model.values.iter().map(value::expand);
    let fields = field::expand(model);
    let groups = model.groups.entries().filter(|(id, _)| !model.is_copy(*id));
    let groups = groups.map(|(_, group)| request::group(model, group));
    let states = model.states.iter().map(state::expand);
    let objects = object::all(model);
    let events = model.events.iter().map(|events| events::expand(model, events));
    let callbacks = callback::all(model);
    let base = cors::expand(model);
    let outcomes = outcome::all(model, Owner::Protocol);
    let access = access::expand(model);
    let edge = edge::expand(model);
    let program = program::expand(model);
    let versions = version::all(model);
    let resources = model.resources.iter().enumerate().map(|(index, resource)| match &resource.like {
        None => resource::expand(model, index, resource),
        Some(like) => version::expand(model, resource, like),
    });
    let examples = example::expand(model);
    let malformed = malformed::expand(model);
    let refused = refused::expand(model);
    quote! {
        #limits
        #(#offsets)*
        #medias
        #(#values)*
        #fields
        #(#groups)*
        #(#states)*
        #objects
        #(#events)*
        #callbacks
        #base
        #(#outcomes)*
        #access
        #edge
        #program
        #versions
        #(#resources)*
        #examples
        #malformed
        #refused
    }
}
