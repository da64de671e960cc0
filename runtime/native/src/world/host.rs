use super::{Platform, Sent, World};
use crate::bucket::Memory;
use crate::database::Sqlite;
use crate::socket::NativeSocket;
use futures_util::FutureExt as _;
use runtime::host::{Host, HostError, UnixMs};
use runtime::metrics::Point;
use runtime::subscription::{Keyring, Outbound};
use runtime::{Databases, Report, Settings};
use std::rc::{Rc, Weak};
use std::time::Duration;
use subscriptions::{Announcement, Delivered, Delivery, Failure};
use tokio::time::timeout;

/// The host of one object of a [`crate::Server`].
pub struct Native {
    pub(crate) path: String,
    pub(crate) databases: Rc<Databases<Sqlite>>,
    pub(crate) bucket: Memory,
    pub(crate) platform: Rc<Platform>,
    pub(crate) world: Weak<World>,
}

impl Native {
    pub(super) fn world(&self) -> Rc<World> {
        self.world.upgrade().expect("objects don't outlive their server")
    }
}

impl Host for Native {
    type Database = Sqlite;
    type Bucket = Memory;
    type Socket = NativeSocket;

    fn sockets(&self) -> Vec<(NativeSocket, String)> {
        self.world().sockets(&self.path)
    }

    fn databases(&self) -> &Databases<Sqlite> {
        &self.databases
    }

    fn bucket(&self) -> &Memory {
        &self.bucket
    }

    fn now(&self) -> UnixMs {
        self.world().now()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static {
        tokio::task::yield_now().then(move |()| tokio::time::sleep(duration))
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.world().spawn(&self.path, task);
    }

    async fn alarm(&self) -> Result<Option<UnixMs>, HostError> {
        Ok(self.world().alarm(&self.path))
    }

    async fn set_alarm(&self, at: UnixMs) -> Result<(), HostError> {
        if self.world().alarms_fail.get() {
            return Err(HostError("the alarm can't be set".to_owned()));
        }
        self.world().set_alarm(&self.path, Some(at));
        Ok(())
    }

    async fn clear_alarm(&self) -> Result<(), HostError> {
        self.world().set_alarm(&self.path, None);
        Ok(())
    }

    async fn delete_storage(&self) -> Result<(), HostError> {
        self.world().delete_storage(&self.path);
        Ok(())
    }

    async fn watch_until(&self, at: UnixMs) -> Result<(), HostError> {
        self.world().watch_until(&self.path, at);
        Ok(())
    }

    async fn watched_until(&self) -> Result<UnixMs, HostError> {
        Ok(self.world().watched_until(&self.path))
    }

    async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        self.world().call(path, message).await
    }

    async fn call_subscription(&self, id: &str, message: String) -> Result<String, HostError> {
        self.world().call_subscription(id, &message).await
    }

    fn id(&self) -> String {
        format!("object of {}", self.path)
    }

    fn entropy(&self) -> u64 {
        self.world().entropy()
    }

    fn measure(&self, point: &Point<'_>) {
        // The rest of a response can outlive the server.
        if let Some(world) = self.world.upgrade() {
            world.measure(point);
        }
    }

    fn report(&self, report: &Report) {
        self.world().report(report);
    }
}

impl Outbound for Native {
    type Platform = Platform;

    fn platform(&self) -> &Platform {
        &self.platform
    }

    fn keyring(&self) -> Rc<Keyring> {
        self.world().keyring.clone()
    }

    async fn deliver(&self, settings: &Settings, delivery: &Delivery) -> Delivered {
        let world = self.world();
        let left = Duration::from_millis(delivery.deadline.saturating_sub(world.now()));
        let left = left.min(settings.limits.webhook_wait);
        let heard = world.receivers.hear(Sent::Delivery(delivery.clone()), world.now());
        timeout(left, heard).await.unwrap_or(Delivered::Failed(Failure::TimedOut))
    }

    async fn announce(&self, _: &Settings, announcement: &Announcement) -> Result<(), Failure> {
        let world = self.world();
        match world.receivers.hear(Sent::Announcement(announcement.clone()), world.now()).await {
            Delivered::Accepted | Delivered::Done => Ok(()),
            Delivered::Failed(failure) => Err(failure),
        }
    }
}
