//! What the upstream conformance suite doesn't test, by subject.
#![cfg(feature = "server")]

mod auth;
mod bad_input;
mod bytes;
mod caching;
mod closure;
mod cold;
mod cors;
mod crowd;
mod databases;
mod durability;
mod followers;
mod forks;
mod json;
mod limits;
mod live;
mod memory;
mod methods;
mod orphans;
mod producers;
mod responses;
mod retention;
mod servers;
mod stores;
mod timing;
mod uploads;
