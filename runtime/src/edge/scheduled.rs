//! The platform of the cron trigger.

use crate::Report;
use crate::host::{Database, Databases, HostError, UnixMs};
use std::time::Duration;

/// The platform, as far as the sweeps use it.
pub trait Platform {
    /// The type of its databases.
    type Database: Database;

    /// All databases of the deployment.
    fn databases(&self) -> &Databases<Self::Database>;

    /// The current time.
    fn now(&self) -> UnixMs;

    /// Waits.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;

    /// Sends a message to the Durable Object of the stream at `path`, and returns its answer.
    ///
    /// # Errors
    /// [`HostError`], if it does not answer.
    fn call(&self, path: &str, message: String) -> impl Future<Output = Result<String, HostError>>;

    /// Sends a message to the Durable Object of the subscription `id`, and returns its answer.
    ///
    /// # Errors
    /// [`HostError`], if it does not answer.
    fn call_subscription(&self, id: &str, message: String) -> impl Future<Output = Result<String, HostError>>;

    /// Reports an event to the operator.
    fn report(&self, report: &Report);
}
