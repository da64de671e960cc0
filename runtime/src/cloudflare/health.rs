use super::bindings::databases;
use super::host::unbound;
use super::{BUCKET, R2, objects, report};
use crate::host::timer::timer;
use crate::host::{Isolate, UnixMs};
use crate::{Deployment, Failure, Health, Report, Settings};
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;
use worker::{Date, Delay, Env};

/// The isolate of a request to the edge.
struct Edge;

impl Isolate for Edge {
    fn now(&self) -> UnixMs {
        Date::now().as_millis()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        Delay::from(timer(duration))
    }

    fn report(&self, own: &Report) {
        report(own);
    }
}

/// The response to a request for the health of the server.
pub async fn health(
    env: &Env,
    settings: Result<&Settings, Failure>,
    source: &impl wire::Source,
) -> wire::Response<Infallible> {
    thread_local! {
        static HEALTH: Rc<Health> = Rc::default();
    }
    let (databases, bucket) = (databases(env).map_err(unbound), env.bucket(BUCKET).map(R2).map_err(unbound));
    let deployment = Deployment {
        settings,
        databases: databases.as_ref().map_err(Failure::clone),
        bucket: bucket.as_ref().map_err(Failure::clone),
        objects: objects(env).map(drop).map_err(unbound),
    };
    HEALTH.with(Rc::clone).respond(source, deployment, &Edge).await
}
