//! A worker of a pull-wake subscription. It claims a wake only when it reads an event in the wake stream.

use std::cell::Cell;
use std::rc::Rc;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use fastrand::Rng;
use serde_json::Value;

use super::{Stage, Subscription};
use crate::caller::Caller;
use crate::history::History;
use crate::streams::{Stream, stop};

pub struct Worker {
    pub name: String,
    pub random: Rng,
    pub history: Rc<History>,
    pub subscription: Subscription,
    pub wake_stream: Stream,
    /// Reads the wake stream.
    pub caller: Caller,
}

impl Worker {
    /// Follows the wake stream until the last stage.
    pub async fn run(mut self, stage: Rc<Cell<Stage>>) -> Result<()> {
        let mut position = 0;
        while stage.get() != Stage::Over {
            let get = self.wake_stream.get(position, "&live=long-poll");
            let Some(page) = self.caller.ask(get, Bytes::new()).await else { continue };
            ensure!(page.status.is_success(), "{} of the wake stream", page.status);
            position = stop(&page)?;
            if !page.body.is_empty() {
                let events: Vec<Value> = serde_json::from_slice(&page.body)?;
                let event = events.last().context("a page without an event")?;
                ensure!(event["type"] == "wake" && event["subscription_id"] == *self.subscription.id.name, "{event}");
                self.take(stage.get()).await?;
            }
        }
        Ok(())
    }

    /// Claims the wake, and acknowledges it, gives it back, or forgets it.
    async fn take(&mut self, stage: Stage) -> Result<()> {
        let claim = self.subscription.claim(&self.name, &self.history).await?;
        let Some((notice, token)) = claim else { return Ok(()) };
        let wake = (&notice, &*token);
        let mut acks = notice.acks();
        match if stage == Stage::Rough { self.random.u8(..16) } else { 0 } {
            0..10 => self.subscription.acknowledge("/ack", wake, &acks, true, &self.history).await.map(drop),
            10..14 => {
                let later = acks.split_off(self.random.usize(..=acks.len()));
                if self.subscription.acknowledge("/ack", wake, &acks, false, &self.history).await? {
                    self.subscription.acknowledge("/ack", wake, &later, true, &self.history).await?;
                }
                Ok(())
            }
            14 => self.subscription.release(&notice, &token).await.map(drop),
            // The lease passes.
            _ => Ok(()),
        }
    }
}
