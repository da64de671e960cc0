//! Sending requests to webhooks, and events to wake streams.

use super::keyring::{Keys, Vault};
use super::notice;
use super::outbound::Outbound;
use super::webhook::{self, Headers};
use crate::fanout::bridge::{self, Envelope};
use crate::stream::fork::{Answer, Message};
use crate::{Event, Failure, Report, Settings};
use spec::WebhookSignature;
use spec::webhook::{Request, Unsigned};
use std::rc::Rc;
use subscriptions::{Announcement, Delivered, Delivery, Failure as Undelivered, TokenKey};

/// The keys for requests to webhooks.
///
/// # Errors
/// [`Failure`], if they can't be read or made.
pub async fn signing_keys<H: Outbound>(host: &H, settings: &Settings) -> Result<Rc<Keys>, Failure> {
    host.keyring().signing_keys(&vault(host, settings)).await
}

/// The secret of tokens.
///
/// # Errors
/// [`Failure`], if it can't be read or made.
pub async fn token_key<H: Outbound>(host: &H, settings: &Settings) -> Result<TokenKey, Failure> {
    host.keyring().token_key(&vault(host, settings)).await
}

fn vault<'a, H: Outbound>(host: &'a H, settings: &Settings) -> Vault<'a, H::Database, H::Platform> {
    Vault { databases: host.databases(), wait: settings.limits.database_wait, crypto: host.platform() }
}

/// Sends a request to a webhook.
pub async fn deliver_to_webhook<H: Outbound>(host: &H, settings: &Settings, delivery: &Delivery) -> Delivered {
    let (keys, unsigned) = match prepared(host, settings, delivery).await {
        Ok(prepared) => prepared,
        Err(failure) => {
            host.report(&Report::new(Event::KeysUnusable, failure.to_string()));
            return Delivered::Failed(Undelivered::Unsigned);
        }
    };
    let body = unsigned.body().to_vec();
    let headers = |signature: String| -> Headers {
        let signature = WebhookSignature::read(&signature).expect("a signature is a header value");
        unsigned.sign(signature).headers
    };
    let Settings { limits, webhooks, .. } = settings;
    webhook::deliver(host.platform(), limits, &webhooks.policy, &keys, delivery, body, headers).await
}

async fn prepared<H: Outbound>(
    host: &H,
    settings: &Settings,
    delivery: &Delivery,
) -> Result<(Rc<Keys>, Unsigned), Failure> {
    let keys = signing_keys(host, settings).await?;
    let body = notice::of_webhook(&delivery.notice, &settings.webhooks, &keys)?;
    let unsigned = Request { body }.write().map_err(|_| Failure::Corrupt("subscriptions"))?;
    Ok((keys, unsigned))
}

/// Appends an event to a wake stream.
///
/// # Errors
/// The reason for which it was perhaps not appended.
pub async fn append_wake_event<H: Outbound>(
    host: &H,
    settings: &Settings,
    announcement: &Announcement,
) -> Result<(), Undelivered> {
    match append(host, settings, announcement).await {
        Ok(Answer::Appended) => Ok(()),
        Ok(Answer::Absent) => Err(Undelivered::NoWakeStream),
        Ok(Answer::Closed) => Err(Undelivered::WakeStreamClosed),
        Ok(_) => Err(Undelivered::WakeStreamRefused),
        Err(failure) => {
            host.report(&Report::new(failure.event(), failure.to_string()));
            Err(Undelivered::WakeStreamRefused)
        }
    }
}

async fn append<H: Outbound>(host: &H, settings: &Settings, announcement: &Announcement) -> Result<Answer, Failure> {
    let path = announcement.wake_stream.as_str();
    let message = Message::AppendEvent { json: notice::of_event(&announcement.event)? };
    let envelope = Envelope { path: path.to_owned(), message };
    let send = async |message| host.call(path, message).await;
    let sleep = async |wait| host.sleep(wait).await;
    Ok(bridge::exchange(&envelope, settings.limits.object_wait, sleep, send).await?)
}
