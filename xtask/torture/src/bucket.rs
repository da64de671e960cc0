//! What is in the bucket in the end: what rows name, and nothing else.

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

/// What is there, and what should be, both in order.
#[derive(Deserialize)]
struct Bucket {
    objects: Vec<String>,
    named: Vec<String>,
}

/// Waits until each object is named by a row and each row names an object. Returns how many there are.
pub async fn swept(site: &Site) -> Result<usize> {
    let start = Instant::now();
    let mut caller = Caller::new(site);
    loop {
        let (answer, _) = caller.insist(|| Request::get(PATH), &Bytes::new()).await;
        let Bucket { objects, named } = serde_json::from_slice(&answer.body).context("no sweep")?;
        if objects == named {
            return Ok(objects.len());
        }
        if start.elapsed() > PATIENCE {
            let strays = objects.iter().filter(|object| !named.contains(object)).count();
            let missing = named.iter().filter(|object| !objects.contains(object)).count();
            bail!("{strays} objects are named by no row, and {missing} that rows name are missing");
        }
        sleep(PAUSE).await;
    }
}
