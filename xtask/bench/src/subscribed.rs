//! A writer whose stream has subscriptions.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::append::{self, Append};
use crate::client::Client;
use crate::measure::Figures;
use crate::receiver::Receiver;
use crate::round::Round;
use crate::stream::{JSON, Stream};
use crate::subscription::{Delivery, Subscription};

/// Appends to a stream that matches the patterns of subscriptions.
#[derive(Clone, Copy)]
pub struct Subscribed {
    pub append: Append,
    pub delivery: Delivery,
    pub subscriptions: u32,
}

/// With pull-wake, the first append wakes each subscription, and no further one does. With webhooks, a wake starts when the one before has
/// been processed.
pub async fn run(load: Subscribed, round: &Round<'_>) -> Result<Figures> {
    let mut client = Client::connect(round.site).await?;
    let mut receiver = Receiver::listen().await?;
    let wake_stream = format!("{}-wakes", round.name);
    Stream::create(&mut client, round.site, &wake_stream, JSON).await?;
    let mut subscriptions = Vec::new();
    for number in 0..load.subscriptions {
        let (id, links) = (format!("{}-{number}", round.name), json!({ "pattern": round.stream_name(0) }));
        let created = match load.delivery {
            Delivery::PullWake => Subscription::of_workers(&mut client, round.site, &id, &wake_stream, links).await?,
            Delivery::Webhook => {
                Subscription::of_webhook(&mut client, round.site, &id, &receiver.url(""), links).await?
            }
        };
        subscriptions.push(created);
    }
    let process = async {
        loop {
            receiver.next().await?.answer(200, r#"{"done":true}"#);
        }
    };
    let write = async {
        let figures = append::run(load.append, round).await?;
        for subscription in &subscriptions {
            let wakes = subscription.generation(&mut client).await?;
            ensure!(wakes > 0, "{} was not notified of any append", subscription.id);
            ensure!(load.delivery == Delivery::Webhook || wakes == 1, "{} had {wakes} wakes", subscription.id);
            subscription.delete(&mut client).await?;
        }
        Ok(figures)
    };
    tokio::select! {
        figures = write => figures,
        stopped = process => stopped,
    }
}
