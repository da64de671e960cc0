//! Each operation in each phase, as the protocol describes it.

mod bench;
mod claims;
mod creation;
mod damping;
mod links;
mod recovery;
mod rows;
mod webhooks;
