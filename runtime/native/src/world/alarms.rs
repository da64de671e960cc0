//! The alarms of Durable Objects, and when they fire.

use super::{World, unless};
use runtime::host::UnixMs;
use std::time::Duration;

/// How long an alarm may take before the platform ends it.
const ALARM_LIMIT: Duration = Duration::from_secs(15 * 60);

/// How often an alarm may ring at one and the same moment: time stands still in a storm.
const RINGS_AT_ONCE: usize = 100;

/// How long after a crash a ringing alarm rings again.
const ALARM_RETRY_MS: UnixMs = 2_000;

impl World {
    /// When the next alarm is due that doesn't ring already.
    pub(crate) fn next_alarm(&self) -> Option<UnixMs> {
        let ringing = self.ringing.borrow();
        self.alarms.borrow().iter().filter(|(path, _)| !ringing.contains_key(*path)).map(|(_, due)| *due).min()
    }

    /// Lets those alarms ring that are due. Each rings once at a time.
    pub(crate) async fn ring_due(&self) {
        let over: Vec<_> = self.ringing.borrow_mut().extract_if(.., |_, task| task.is_finished()).collect();
        for (_, task) in over {
            task.await.expect("no alarm panics");
        }
        let now = self.now();
        let due: Vec<_> =
            self.alarms.borrow().iter().filter(|(_, due)| **due <= now).map(|(path, _)| path.clone()).collect();
        for path in due {
            let mut ringing = self.ringing.borrow_mut();
            if ringing.contains_key(&path) {
                continue;
            }
            let (world, of) = (self.own.upgrade().expect("it is there"), path.clone());
            ringing.insert(
                path,
                tokio::task::spawn_local(async move {
                    if tokio::time::timeout(ALARM_LIMIT, world.ring(&of)).await.is_err() {
                        world.retry_alarm(&of);
                    }
                    world.alarm_set.notify_one();
                }),
            );
        }
    }

    /// The platform lets an alarm ring again that it has not seen the end of.
    fn retry_alarm(&self, path: &str) {
        if !self.abandons_alarms.get() {
            let again = self.now() + ALARM_RETRY_MS;
            self.set_alarm(path, Some(self.alarm(path).map_or(again, |set| set.min(again))));
        }
    }

    fn count_ring(&self, path: &str) {
        let now = self.now();
        let mut rings = self.rings.borrow_mut();
        let of_path = rings.entry(path.to_owned()).or_default();
        of_path.push(now);
        let at_once = of_path.iter().rev().take_while(|at| **at == now).count();
        assert!(at_once <= RINGS_AT_ONCE, "the alarm of {path} rings {at_once} times at once");
    }

    pub(crate) async fn ring(&self, path: &str) {
        self.count_ring(path);
        self.alarms.borrow_mut().remove(path);
        let rung = match self.subscription_at(path) {
            Some((subscription, end)) => unless(end, subscription.alarm()).await,
            None => {
                let (object, end) = self.object(path);
                unless(end, object.alarm()).await
            }
        };
        match rung {
            // What failed is in the reports, and the alarm is set again.
            Some(Ok(()) | Err(_)) => {}
            None => self.retry_alarm(path),
        }
    }

    pub(crate) fn alarm(&self, path: &str) -> Option<UnixMs> {
        self.alarms.borrow().get(path).copied()
    }

    pub(crate) fn set_alarm(&self, path: &str, at: Option<UnixMs>) {
        let mut alarms = self.alarms.borrow_mut();
        match at {
            Some(at) => drop(alarms.insert(path.to_owned(), at)),
            None => drop(alarms.remove(path)),
        }
        self.alarm_set.notify_one();
    }
}
