//! The platform as seen by the edge.

use super::World;
use crate::bucket::Memory;
use crate::database::Sqlite;
use runtime::host::{HostError, Isolate, UnixMs};
use runtime::metrics::Point;
use runtime::{Databases, Failure, Report, Stores};
use std::rc::Rc;
use std::time::Duration;
use subscriptions::KeyRecord;

/// What the edge of a server reads from.
pub(crate) struct EdgeStores(pub(crate) Rc<World>);

impl Stores for EdgeStores {
    type Database = Sqlite;
    type Bucket = Memory;

    fn databases(&self) -> &Databases<Sqlite> {
        &self.0.databases
    }

    fn bucket(&self) -> &Memory {
        &self.0.bucket
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        tokio::time::sleep(time)
    }

    async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        self.0.call(path, message).await
    }

    async fn call_subscription(&self, id: &str, message: String) -> Result<String, HostError> {
        self.0.call_subscription(id, &message).await
    }

    async fn webhook_keys(&self) -> Result<Vec<KeyRecord>, Failure> {
        Ok(self.0.keys().await?.published().to_vec())
    }

    fn report(&self, report: &Report) {
        self.0.report(report);
    }

    fn now(&self) -> UnixMs {
        self.0.now()
    }

    fn measure(&self, point: &Point<'_>) {
        self.0.measure(point);
    }
}

impl Isolate for World {
    fn now(&self) -> UnixMs {
        World::now(self)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn report(&self, report: &Report) {
        World::report(self, report);
    }
}
