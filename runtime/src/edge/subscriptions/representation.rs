//! Subscriptions as clients see them.

use crate::Failure;
use crate::host::UnixMs;
use crate::settings::Webhooks;
use crate::subscription::notice::{link_type, linked_stream, name};
use crate::subscription::progress::Progress;
use crate::subscription::request::Representation;
use spec::{
    ClaimedWake, Count, KeyId, LeaseTtl, Link, ListedSubscription, Sentence, SignatureAlgorithm, SignedWebhook,
    Signing, SubscriptionByType, SubscriptionType, Url, WakeNumber,
};
use subscriptions::{Claimed, Configuration, StreamInfo, Subscription, SubscriptionId, Target, WebhookUrl};
use wire::Timestamp;

/// A stored value that clients can't get.
const CORRUPT: Failure = Failure::Corrupt("subscriptions");

/// The representation of a subscription (§6.2).
///
/// # Errors
/// [`Failure::Corrupt`], if it has a value that no subscription can have. [`Failure::Inconsistent`], if it is a webhook, and the server has no
/// public origin or no key.
pub(super) fn represented(
    id: &SubscriptionId,
    own: Representation,
    webhooks: &Webhooks,
) -> Result<spec::Subscription, Failure> {
    let Representation { configuration, created_at, streams, progress, is_full, key_id } = own;
    let id = name(id)?;
    let (r#type, wake_stream) = match configuration.target() {
        Target::PullWake(path) => (SubscriptionByType::PullWake, Some(path.clone())),
        Target::Webhook(url) => {
            let webhook = signed_webhook(url, key_id.as_deref(), webhooks)?;
            (SubscriptionByType::Webhook { webhook }, None)
        }
    };
    Ok(spec::Subscription {
        subscription_id: id.clone(),
        id,
        r#type,
        pattern: pattern(&configuration)?,
        streams: streams.into_iter().map(link).collect(),
        wake_stream,
        lease_ttl_ms: configuration.lease_ttl(),
        created_at: time(created_at)?,
        status: progress.status(),
        description: description(&configuration)?,
        generation: WakeNumber::new(progress.generation.get()).ok_or(CORRUPT)?,
        phase: progress.phase(),
        holder: holder(&progress)?,
        lease_until: progress.lease_until.map(time).transpose()?,
        retry_count: retries(&progress)?,
        next_attempt_at: progress.next_attempt.map(time).transpose()?,
        last_error: last_error(&progress)?.or(if is_full { Some(full()?) } else { None }),
    })
}

/// A subscription in a list.
///
/// # Errors
/// [`Failure::Corrupt`], if it has a value that no subscription can have.
pub(super) fn listed(own: &Subscription) -> Result<ListedSubscription, Failure> {
    let progress = Progress::of(&own.phase, own.generation);
    Ok(ListedSubscription {
        id: name(&own.id)?,
        r#type: match own.configuration.target() {
            Target::Webhook(_) => SubscriptionType::Webhook,
            Target::PullWake(_) => SubscriptionType::PullWake,
        },
        phase: progress.phase(),
        status: progress.status(),
        holder: holder(&progress)?,
        retry_count: retries(&progress)?,
        next_attempt_at: progress.next_attempt.map(time).transpose()?,
        last_error: last_error(&progress)?,
        created_at: time(own.created_at)?,
        description: description(&own.configuration)?,
    })
}

/// The response to a claim (§7.2).
///
/// # Errors
/// [`Failure::Corrupt`], if it has a value that no wake can have.
pub(super) fn claimed_wake(claimed: Claimed, token: &str) -> Result<ClaimedWake, Failure> {
    let Claimed { wake_id, streams, claims, lease_ttl_ms } = claimed;
    Ok(ClaimedWake {
        wake_id: spec::WakeId::read(wake_id.as_str()).map_err(|_| CORRUPT)?,
        generation: WakeNumber::new(claims.generation.get()).ok_or(CORRUPT)?,
        token: spec::WakeToken::read(token).map_err(|_| CORRUPT)?,
        streams: streams.into_iter().map(linked_stream).collect(),
        lease_ttl_ms: LeaseTtl::new(lease_ttl_ms).ok_or(CORRUPT)?,
    })
}

fn link(own: StreamInfo) -> Link {
    Link { path: own.path, link_type: link_type(own.reason), acked_offset: own.acked }
}

fn signed_webhook(url: &WebhookUrl, key_id: Option<&str>, webhooks: &Webhooks) -> Result<SignedWebhook, Failure> {
    let (origin, key_id) = webhooks
        .origin
        .as_ref()
        .map(subscriptions::Origin::as_str)
        .zip(key_id)
        .ok_or(Failure::Inconsistent("the signature of a webhook"))?;
    let jwks_url = format!("{origin}{}", spec::keys::PathTo {});
    Ok(SignedWebhook {
        url: Url::read(url.as_str()).map_err(|_| CORRUPT)?,
        signing: Signing {
            alg: SignatureAlgorithm::Ed25519,
            kid: KeyId::read(key_id).map_err(|_| CORRUPT)?,
            jwks_url: Url::read(&jwks_url).map_err(|_| CORRUPT)?,
        },
    })
}

fn pattern(configuration: &Configuration) -> Result<Option<spec::Pattern>, Failure> {
    let pattern = configuration.pattern().map(|pattern| spec::Pattern::read(&pattern.to_string()));
    pattern.transpose().map_err(|_| CORRUPT)
}

fn description(configuration: &Configuration) -> Result<Option<spec::Description>, Failure> {
    configuration.description().map(spec::Description::read).transpose().map_err(|_| CORRUPT)
}

fn holder(progress: &Progress) -> Result<Option<spec::WorkerName>, Failure> {
    let holder = progress.holder.as_ref().map(|worker| spec::WorkerName::read(worker.as_str()));
    holder.transpose().map_err(|_| CORRUPT)
}

fn retries(progress: &Progress) -> Result<Count, Failure> {
    Count::new(progress.failures.into()).ok_or(CORRUPT)
}

fn last_error(progress: &Progress) -> Result<Option<Sentence>, Failure> {
    progress.last_error.map(|error| super::requests::sentence(&error.to_string())).transpose()
}

/// The reason for which a subscription does not follow all streams that match.
fn full() -> Result<Sentence, Failure> {
    super::requests::sentence(
        "the pattern has linked as many streams as it may, so new ones are linked after others were deleted or expired",
    )
}

fn time(unix_ms: UnixMs) -> Result<Timestamp, Failure> {
    Timestamp::at(unix_ms).ok_or(CORRUPT)
}
