use super::host::databases;
use super::near::Nearby;
use super::{BUCKET, R2};
use crate::{Replays, Settings};
use std::convert::Infallible;
use wire::{Response, Source};
use worker::{Context, Date, Delay, Env};

/// The page that `source` asks for, read at the edge; `None`, if that is for the stream's object to answer.
pub async fn replay(
    env: &Env,
    context: &Context,
    settings: &Settings,
    path: &str,
    source: &impl Source,
) -> Option<Response<Infallible>> {
    thread_local! {
        static REPLAYS: Replays = Replays::default();
    }
    let (databases, bucket) = (databases(env).ok()?, R2(env.bucket(BUCKET).ok()?));
    let bucket = Nearby { bucket, context, lifetime: settings.limits.edge_cache };
    let stores = (&databases, &bucket);
    let replays = REPLAYS.with(Replays::clone);
    replays.answer(stores, settings, path, source, Date::now().as_millis(), Delay::from).await
}
