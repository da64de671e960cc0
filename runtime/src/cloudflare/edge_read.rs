use super::bindings::databases;
use super::edge_cache::CachedBucket;
use super::{BUCKET, D1, R2, message, metrics, webhook};
use crate::edge::edge_read::{EdgeResponse, Stores};
use crate::host::timer::timer;
use crate::host::{HostError, UnixMs};
use crate::metrics::Point;
use crate::{Databases, EdgeReads, Failure, Report, Settings};
use std::rc::Rc;
use std::time::Duration;
use subscriptions::KeyRecord;
use wire::Source;
use worker::{Context, Date, Delay, Env};

/// The stores that the edge reads from: the databases, and the bucket with the edge cache.
pub struct EdgeStores {
    env: Env,
    databases: Databases<D1>,
    bucket: CachedBucket,
    /// Maximum time to wait for a database.
    wait: Duration,
}

impl EdgeStores {
    pub(super) fn new(env: &Env, context: &Rc<Context>, settings: &Settings) -> worker::Result<Self> {
        let (databases, bucket) = (databases(env)?, R2(env.bucket(BUCKET)?));
        let bucket = CachedBucket { bucket, context: context.clone(), lifetime: settings.limits.edge_cache };
        Ok(Self { env: env.clone(), databases, bucket, wait: settings.limits.database_wait })
    }
}

impl Stores for EdgeStores {
    type Database = D1;
    type Bucket = CachedBucket;

    fn databases(&self) -> &Databases<D1> {
        &self.databases
    }

    fn bucket(&self) -> &CachedBucket {
        &self.bucket
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        Delay::from(timer(time))
    }

    async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        message::send(&self.env, path, message).await
    }

    async fn call_subscription(&self, id: &str, message: String) -> Result<String, HostError> {
        message::send_to_subscription(&self.env, id, message).await
    }

    async fn webhook_keys(&self) -> Result<Vec<KeyRecord>, Failure> {
        Ok(webhook::keys(&self.databases, self.wait).await?.published().to_vec())
    }

    fn report(&self, report: &Report) {
        super::report(report);
    }

    fn now(&self) -> UnixMs {
        Date::now().as_millis()
    }

    fn measure(&self, point: &Point<'_>) {
        metrics::measure(&self.env, point);
    }
}

/// The edge's response to a catch-up read. `None` if the Durable Object has to respond.
pub async fn edge_read(
    env: &Env,
    context: &Rc<Context>,
    settings: &Rc<Settings>,
    path: &str,
    source: &impl Source,
) -> Option<EdgeResponse<EdgeStores>> {
    thread_local! {
        static REPLAYS: EdgeReads = EdgeReads::default();
    }
    let stores = EdgeStores::new(env, context, settings).ok()?;
    let edge_reads = REPLAYS.with(EdgeReads::clone);
    edge_reads.answer(stores, settings, path, source, Date::now().as_millis()).await
}
