//! Tests that the upstream conformance suite lacks, by subject.
#![cfg(feature = "server")]

mod access;
mod admin;
mod auth;
mod bad_input;
mod bytes;
mod caching;
mod closure;
mod cold;
mod cors;
mod databases;
mod durability;
mod followers;
mod forks;
mod health;
mod json;
mod limits;
mod lists;
mod live;
mod methods;
mod metrics;
mod orphans;
mod producers;
mod rates;
mod recovery;
mod refused_producers;
mod retention;
mod room;
mod runbooks;
mod servers;
mod subscriptions_page;
mod timing;
mod tokens;
mod transfer;
