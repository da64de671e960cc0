//! The content of requests to webhooks (§6.4) and of wake events (§7.2), as the spec declares them.

use super::keyring::Keys;
use crate::Failure;
use crate::settings::Webhooks;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use spec::{
    LinkType, LinkedStream, MessageType, Milliseconds, Url, WakeId, WakeNumber, WakeToken, WebhookNotice, callbacks,
};
use subscriptions::{Notice, Reason, StreamInfo, SubscriptionId, WakeEvent};

/// A stored value that clients can't get.
const CORRUPT: Failure = Failure::Corrupt("subscriptions");

/// The content of a request to a webhook.
///
/// # Errors
/// [`Failure::Misconfigured`], if the server has no public origin, to which the webhook could call back. [`Failure::Corrupt`], if a value is
/// none that a subscription can have.
pub fn of_webhook(own: &Notice, webhooks: &Webhooks, keys: &Keys) -> Result<WebhookNotice, Failure> {
    let Notice { wake_id, streams, claims } = own;
    let origin = webhooks.origin.as_ref().ok_or_else(|| Failure::Misconfigured("PUBLIC_URL is not set".to_owned()))?;
    let subscription_id = name(&claims.subscription)?;
    let segment = utf8_percent_encode(claims.subscription.as_str(), NON_ALPHANUMERIC).to_string();
    // The canonical form escapes less.
    let id = callbacks::Id::read(&segment).map_err(|_| CORRUPT)?;
    let callback_url = format!("{}{}", origin.as_str(), callbacks::PathTo { id });
    Ok(WebhookNotice {
        subscription_id,
        wake_id: WakeId::read(wake_id.as_str()).map_err(|_| CORRUPT)?,
        generation: WakeNumber::new(claims.generation.get()).ok_or(CORRUPT)?,
        streams: streams.iter().cloned().map(linked_stream).collect(),
        callback_url: Url::read(&callback_url).map_err(|_| CORRUPT)?,
        callback_token: WakeToken::read(&keys.token_key().issue(claims)).map_err(|_| CORRUPT)?,
    })
}

/// A wake event as JSON.
///
/// # Errors
/// [`Failure::Corrupt`], if a value is none that a subscription can have.
pub fn of_event(own: &WakeEvent) -> Result<String, Failure> {
    let event = spec::WakeEvent {
        r#type: MessageType::Wake,
        subscription_id: name(&own.subscription_id)?,
        stream: own.stream.clone(),
        generation: WakeNumber::new(own.generation.get()).ok_or(CORRUPT)?,
        ts: Milliseconds::new(own.at).ok_or(CORRUPT)?,
    };
    let json = event.to_json().map_err(|_| CORRUPT)?;
    String::from_utf8(json).map_err(|_| CORRUPT)
}

/// A linked stream, as the holder of a wake sees it.
#[must_use]
pub fn linked_stream(own: StreamInfo) -> LinkedStream {
    LinkedStream {
        has_pending: own.has_pending(),
        path: own.path,
        link_type: link_type(own.reason),
        acked_offset: own.acked,
        tail_offset: own.tail,
    }
}

/// The id, as clients see it.
///
/// # Errors
/// [`Failure::Corrupt`], if it is none.
pub fn name(id: &SubscriptionId) -> Result<spec::SubscriptionId, Failure> {
    spec::SubscriptionId::read(id.as_str()).map_err(|_| CORRUPT)
}

/// The reason of a link, as clients see it.
#[must_use]
pub fn link_type(reason: Reason) -> LinkType {
    if reason.is_explicit() { LinkType::Explicit } else { LinkType::Glob }
}
