//! What is in the bucket in the end: all that segments need, what waits for being removed, and nothing else.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bench::client::Site;
use bytes::Bytes;
use hyper::Request;
use serde::Deserialize;
use tokio::time::sleep;

use crate::caller::Caller;

/// Where the wrapped Worker sweeps its bucket, and tells what is there.
const PATH: &str = "/sweep";
/// For what alarms still have to do, and for sweeps that fail.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(500);

/// What is there, what has to be, and what may be for a while.
#[derive(Deserialize)]
pub struct Bucket {
    objects: HashSet<String>,
    needed: HashSet<String>,
    discarded: HashSet<String>,
}

/// Runs the sweep.
pub async fn sweep(caller: &mut Caller) -> Result<Bucket> {
    let (answer, _) = caller.insist(|| Request::get(PATH), &Bytes::new()).await;
    serde_json::from_slice(&answer.body).context("no sweep")
}

/// Waits until each object is named by a row, and each that is needed is there. Returns how many there are.
pub async fn swept(site: &Site) -> Result<usize> {
    let start = Instant::now();
    let mut caller = Caller::new(site);
    loop {
        let Bucket { objects, needed, discarded } = sweep(&mut caller).await?;
        let strays = objects.iter().filter(|object| !needed.contains(*object) && !discarded.contains(*object)).count();
        let missing = needed.difference(&objects).count();
        if (strays, missing) == (0, 0) {
            return Ok(objects.len());
        }
        if start.elapsed() > PATIENCE {
            bail!("{strays} objects are named by no row, and {missing} that segments need are missing");
        }
        sleep(PAUSE).await;
    }
}
