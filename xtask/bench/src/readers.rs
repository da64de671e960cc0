//! Readers that must all wait before anything is written.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until everyone is at the barrier. Fails as soon as one of the tasks does.
pub async fn all_wait(everyone: &Barrier, tasks: &mut JoinSet<Result<()>>) -> Result<()> {
    tokio::select! {
        waited = timeout(PATIENCE, everyone.wait()) => waited.map(drop).context("not all readers were let in"),
        Some(ended) = tasks.join_next() => {
            ended??;
            bail!("a reader has ended before anything was written")
        }
    }
}
