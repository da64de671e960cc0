//! Requests to webhooks: the keys that sign them, and single attempts.

mod attempts;
mod keyring;
mod setup;
