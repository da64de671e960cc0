use super::host::databases;
use super::near::Nearby;
use super::{BUCKET, D1, R2};
use crate::edge::replay::{Replayed, Stores};
use crate::{Databases, Replays, Report, Settings};
use std::rc::Rc;
use std::time::Duration;
use wire::Source;
use worker::{Context, Date, Delay, Env};

/// What the edge reads from: the databases, and the bucket with what is kept nearby of it.
pub struct Near {
    databases: Databases<D1>,
    bucket: Nearby,
}

impl Stores for Near {
    type Database = D1;
    type Bucket = Nearby;

    fn databases(&self) -> &Databases<D1> {
        &self.databases
    }

    fn bucket(&self) -> &Nearby {
        &self.bucket
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        Delay::from(time)
    }

    fn report(&self, report: &Report) {
        super::report(report);
    }
}

/// What `source` asks for, read at the edge; `None`, if that is for the stream's object to answer.
pub async fn replay(
    env: &Env,
    context: &Rc<Context>,
    settings: &Rc<Settings>,
    path: &str,
    source: &impl Source,
) -> Option<Replayed<Near>> {
    thread_local! {
        static REPLAYS: Replays = Replays::default();
    }
    let (databases, bucket) = (databases(env).ok()?, R2(env.bucket(BUCKET).ok()?));
    let bucket = Nearby { bucket, context: context.clone(), lifetime: settings.limits.edge_cache };
    let replays = REPLAYS.with(Replays::clone);
    replays.answer(Near { databases, bucket }, settings, path, source, Date::now().as_millis()).await
}
