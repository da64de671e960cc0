//! Looking at subscriptions: while the server is killed, and until they have been notified of everything.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::sleep;

use super::{Stage, Subscription};
use crate::history::History;

/// How long a subscription is not looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// Maximum time in which a subscription is notified of all data. After a crash, a stream retries its pokes after 10 s, and those that
/// fail after 20 s more; a delivery is retried after 5 s.
const QUIET: Duration = Duration::from_secs(45);

/// A stream of which a subscription has to be notified of everything.
#[derive(Clone, Debug)]
pub struct Expected {
    pub path: String,
    pub tail: u64,
}

pub struct Watcher {
    pub subscription: Subscription,
    pub history: Rc<History>,
}

impl Watcher {
    /// Looks at the subscription again and again, until the first stage is over.
    pub async fn run(mut self, stage: Rc<Cell<Stage>>) -> Result<()> {
        while stage.get() == Stage::Rough {
            self.subscription.state(&self.history).await?;
            sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// Waits until the cursors of a subscription have reached the tails. Calls `before` before it looks. Returns what is missing when the
/// time is over.
pub async fn settle(
    subscription: &mut Subscription,
    expected: &[Expected],
    history: &History,
    mut before: impl AsyncFnMut() -> Result<()>,
) -> Result<Vec<String>> {
    let start = Instant::now();
    loop {
        before().await?;
        let cursors: HashMap<_, _> = subscription.state(history).await?.cursors.into_iter().collect();
        let is_behind = |stream: &&Expected| cursors.get(&stream.path).is_none_or(|cursor| *cursor < stream.tail);
        let behind = expected.iter().filter(is_behind).map(|stream| {
            format!("{}: {stream:?}, but its cursor is {:?}", subscription.id.name, cursors.get(&stream.path))
        });
        let behind: Vec<_> = behind.collect();
        if behind.is_empty() || start.elapsed() > QUIET {
            return Ok(behind);
        }
        sleep(PAUSE).await;
    }
}
