//! The receiver of a webhook: it processes all at once, calls back, fails, or does nothing.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bench::client::Site;
use bench::receiver::{Received, Receiver};
use fastrand::Rng;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Keys, Stage, Subscription};
use crate::history::History;
use crate::history::wakes::Notice;

/// How long a receiver waits for a request before it looks at the stage.
const TURN: Duration = Duration::from_millis(100);

pub struct Webhook {
    pub site: Site,
    pub random: Rng,
    pub history: Rc<History>,
    /// The name of the subscription.
    pub name: String,
    pub receiver: Receiver,
    pub keys: Rc<Keys>,
}

impl Webhook {
    /// Receives requests until the last stage.
    pub async fn run(mut self, stage: Rc<Cell<Stage>>) -> Result<()> {
        let mut callbacks = JoinSet::new();
        while stage.get() != Stage::Over {
            let Ok(received) = timeout(TURN, self.receiver.next()).await else { continue };
            self.receive(received?, stage.get(), &mut callbacks)?;
            while let Some(callback) = callbacks.try_join_next() {
                callback??;
            }
        }
        while let Some(callback) = callbacks.join_next().await {
            callback??;
        }
        Ok(())
    }

    fn receive(&mut self, received: Received, stage: Stage, callbacks: &mut JoinSet<Result<()>>) -> Result<()> {
        let request = &received.request;
        let header = request.headers().get("webhook-signature").context("a request has no signature")?;
        if let Err(error) = self.keys.verify(header.to_str()?, request.body()) {
            self.history.wakes.unsigned.borrow_mut().push(format!("{}: {error:#}", self.name));
        }
        let body: Value = serde_json::from_slice(request.body())?;
        ensure!(body["subscription_id"] == *self.name, "a request for {} at {}", body["subscription_id"], self.name);
        let notice = Notice::read(&self.name, &body)?;
        self.history.wakes.deliveries.borrow_mut().push(notice.clone());
        let behavior = if stage == Stage::Rough { self.random.u8(..16) } else { 0 };
        match behavior {
            0..8 => received.answer(200, r#"{"done":true}"#),
            8..13 => {
                let token = body["callback_token"].as_str().context("a request has no token")?.to_owned();
                callbacks.spawn_local(self.call_back(notice, token, &body["callback_url"])?);
                received.answer(202, "");
            }
            13 => received.answer(500, ""),
            // The connection closes.
            14 => drop(received),
            // The lease passes.
            _ => received.answer(200, "{}"),
        }
        Ok(())
    }

    /// Acknowledges some streams, and then the others.
    fn call_back(
        &mut self,
        notice: Notice,
        token: String,
        url: &Value,
    ) -> Result<impl Future<Output = Result<()>> + use<>> {
        let mut subscription = Subscription::new(&self.site, &self.name);
        let expected = format!("http://{}{}", self.site.address(), subscription.id.path("/callback"));
        ensure!(*url == *expected, "{url} in place of {expected}");
        let (history, mut acks) = (self.history.clone(), notice.acks());
        let later = acks.split_off(self.random.usize(..=acks.len()));
        Ok(async move {
            let wake = (&notice, &*token);
            if subscription.acknowledge("/callback", wake, &acks, false, &history).await? {
                subscription.acknowledge("/callback", wake, &later, true, &history).await?;
            }
            Ok(())
        })
    }
}
