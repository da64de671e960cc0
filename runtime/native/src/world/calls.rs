//! Calls between Durable Objects, with faults.

use super::{World, unless};
use runtime::bridge::{self, Envelope};
use runtime::host::HostError;
use std::time::Duration;
use tokio::sync::oneshot;

/// What becomes of a call from one object to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is answered.
    Sound,
    /// It takes this long there and this long back, and arrives even if the caller crashes or gives up meanwhile.
    Slow {
        /// Before it is received.
        there: Duration,
        /// After that.
        back: Duration,
    },
    /// It happens, and the caller is told of an error.
    Unheard,
    /// It never arrives, and the caller is never answered.
    Hung,
}

impl World {
    pub(crate) async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        let delivery = self.deliveries.borrow_mut().next().unwrap_or(Delivery::Sound);
        match delivery {
            Delivery::Sound => self.reach(path, message).await,
            Delivery::Unheard => self.reach(path, message).await.and(Err(HostError("no answer".to_owned()))),
            Delivery::Hung => std::future::pending().await,
            Delivery::Slow { there, back } => {
                let (answer, answered) = oneshot::channel();
                let (world, path) = (self.own.upgrade().expect("it is there"), path.to_owned());
                tokio::task::spawn_local(async move {
                    tokio::time::sleep(there).await;
                    let reached = world.reach(&path, message).await;
                    tokio::time::sleep(back).await;
                    // The caller may have given up.
                    let _ = answer.send(reached);
                });
                answered.await.unwrap_or_else(|_| Err(HostError("no answer".to_owned())))
            }
        }
    }

    async fn reach(&self, path: &str, message: String) -> Result<String, HostError> {
        let (object, end) = self.object(path);
        let Envelope { message, .. } = bridge::read(&message).map_err(|unread| HostError(unread.to_string()))?;
        let answer = unless(end, object.receive(message)).await.ok_or(HostError("no answer".to_owned()));
        let answer = answer?.map_err(|failure| HostError(failure.to_string()));
        let answer = answer.map(|answer| bridge::write(&answer).expect("an answer as JSON"));
        match self.unheard_calls.get() {
            0 => answer,
            calls => {
                self.unheard_calls.set(calls - 1);
                Err(HostError("no answer".to_owned()))
            }
        }
    }
}
