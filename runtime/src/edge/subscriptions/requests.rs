//! Reading requests into the types of subscriptions, and checking what the subscription itself is not needed for.

use super::Subscriptions;
use crate::Failure;
use crate::access::Client;
use crate::settings::Webhooks;
use crate::subscription::call::{Call, Envelope};
use crate::subscription::reach::Reach;
use crate::subscription::request::Request;
use percent_encoding::percent_decode_str;
use spec::client::Operation;
use spec::stream::Path;
use spec::{NewSubscription, NewSubscriptionByType, Sentence, StreamName};
use std::collections::BTreeSet;
use std::fmt::Display;
use subscriptions::{
    Ack, Acknowledgment, Configuration, Credentials, Generation, Pattern, Rejected, SubscriptionId, Target,
    TokenClaims, WebhookUrl, read_path,
};

/// Why the edge refuses a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Early {
    /// A text breaks this rule.
    Content(String),
    /// The caller lacks a permission. The text describes it.
    Forbidden(String),
    /// The URL of the webhook is not allowed.
    Url(Rejected),
    /// The public origin of the server is not configured.
    Origin,
}

impl Early {
    /// A rule that was broken.
    fn rule(rule: impl Display) -> Self {
        Self::Content(rule.to_string())
    }

    /// The message for the client.
    ///
    /// # Errors
    /// [`Failure::Inconsistent`], if it has none.
    pub(super) fn message(&self) -> Result<Sentence, Failure> {
        match self {
            Self::Content(rule) | Self::Forbidden(rule) => sentence(rule),
            Self::Url(rejected) => sentence(&rejected.to_string()),
            Self::Origin => Err(Failure::Inconsistent("create")),
        }
    }
}

/// A rule as a sentence.
///
/// # Errors
/// [`Failure::Inconsistent`], if it has control characters.
pub(super) fn sentence(rule: &str) -> Result<Sentence, Failure> {
    /// Less than the maximum length of the message of an error.
    const CHARACTERS_MAX: usize = 1_900;
    let mut chars = rule.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    let text: String = first.chain(chars.take(CHARACTERS_MAX)).chain(['.']).collect();
    Sentence::read(&text).map_err(|_| Failure::Inconsistent("the message of an error"))
}

/// Reads the id in a path, where it is escaped.
pub(super) fn id(segment: &str) -> Result<SubscriptionId, Early> {
    let decoded = percent_decode_str(segment).decode_utf8().map_err(|_| Early::rule("the id must be UTF-8"))?;
    SubscriptionId::read(&decoded).map_err(Early::rule)
}

/// Reads a request to the subscription whose id is in a path.
pub(super) fn envelope(segment: &str, request: Result<Request, Early>) -> Result<Envelope, Early> {
    Ok(Envelope { id: id(segment)?, call: Call::Request(Box::new(request?)) })
}

/// Reads the path of a link in a URL. It is escaped once more than in bodies, at least its slashes; or it is written as in the URL of
/// the stream.
pub(super) fn linked_path(segments: &str) -> Result<Path, Early> {
    let decoded = percent_decode_str(segments).decode_utf8().ok().and_then(|text| read_path(&text).ok());
    decoded.map_or_else(|| path(segments), Ok)
}

fn path(text: &str) -> Result<Path, Early> {
    read_path(text).map_err(Early::rule)
}

/// Reads paths: each once, in their order.
pub(super) fn paths(names: &[StreamName]) -> Result<BTreeSet<Path>, Early> {
    names.iter().map(|name| path(name.as_str())).collect()
}

/// Reads streams to link, to which the caller may subscribe.
pub(super) fn new_links(names: &[StreamName], client: &Client) -> Result<Request, Early> {
    let (streams, reach) = (paths(names)?, Reach::of(client, Operation::Subscribe));
    match streams.iter().find(|path| !reach.covers_path(path)) {
        Some(path) => Err(not_permitted(Operation::Subscribe, &format!("the stream `{}`", path.as_str()))),
        None => Ok(Request::AddLinks { streams: streams.into_iter().collect(), reach }),
    }
}

/// Reads a configuration, without the rules of the operator.
pub(super) fn configuration(body: &NewSubscription) -> Result<Configuration, Early> {
    let pattern = body.pattern.as_ref().map_or(Ok(None), |pattern| Pattern::read(pattern.as_str()));
    let pattern = pattern.map_err(Early::rule)?;
    let streams = paths(body.streams.as_deref().unwrap_or_default())?;
    let description = body.description.as_ref().map(|text| text.as_str().to_owned());
    let target = match &body.r#type {
        NewSubscriptionByType::Webhook { webhook } => {
            Target::Webhook(WebhookUrl::read(webhook.url.as_str()).map_err(Early::Url)?)
        }
        NewSubscriptionByType::PullWake { wake_stream } => Target::PullWake(path(wake_stream.as_str())?),
    };
    Configuration::new(target, pattern, streams, body.lease_ttl_ms, description).map_err(Early::rule)
}

/// Checks that the caller may create a subscription: it reaches no stream for which the caller lacks `subscribe`, and the server appends to no
/// stream for which the caller lacks `append`.
pub(super) fn permitted(configuration: &Configuration, client: &Client) -> Result<(), Early> {
    let reach = Reach::of(client, Operation::Subscribe);
    if let Some(pattern) = configuration.pattern().filter(|pattern| !reach.covers_pattern(pattern)) {
        return Err(not_permitted(Operation::Subscribe, &format!("all streams that `{pattern}` matches")));
    }
    if let Some(path) = configuration.streams().iter().find(|path| !reach.covers_path(path)) {
        return Err(not_permitted(Operation::Subscribe, &format!("the stream `{}`", path.as_str())));
    }
    match configuration.target() {
        Target::PullWake(path) if !Reach::of(client, Operation::Append).covers_path(path) => {
            Err(not_permitted(Operation::Append, &format!("the wake stream `{}`", path.as_str())))
        }
        Target::PullWake(_) | Target::Webhook(_) => Ok(()),
    }
}

fn not_permitted(operation: Operation, what: &str) -> Early {
    Early::Forbidden(format!("the operation `{}` is not permitted for {what}", operation.name()))
}

/// Checks the target of a subscription by the rules of the operator.
pub(super) fn allowed(configuration: &Configuration, webhooks: &Webhooks) -> Result<(), Early> {
    let Target::Webhook(url) = configuration.target() else { return Ok(()) };
    webhooks.policy.check(url).map_err(Early::Url)?;
    webhooks.origin.as_ref().map(|_| ()).ok_or(Early::Origin)
}

impl<S> Subscriptions<'_, S> {
    /// Reads a request to create a subscription.
    pub(super) fn creation(&self, body: &NewSubscription) -> Result<Request, Early> {
        let configuration = configuration(body)?;
        permitted(&configuration, self.listings.client)?;
        allowed(&configuration, self.webhooks)?;
        Ok(Request::Create { configuration })
    }

    /// Where the caller may subscribe.
    pub(super) fn reach(&self) -> Reach {
        Reach::of(self.listings.client, Operation::Subscribe)
    }

    /// The credentials of the holder of a wake, as its token and its body state them.
    ///
    /// # Errors
    /// [`Failure::Inconsistent`], if the request was admitted without a token.
    pub(super) fn credentials(&self, wake_id: &spec::WakeId, number: spec::WakeNumber) -> Result<Credentials, Failure> {
        let claims: Option<TokenClaims> = self.holder.clone();
        let generation = Generation::new(number.get());
        let (claims, generation) = claims.zip(generation).ok_or(Failure::Inconsistent("the holder of a wake"))?;
        Ok(Credentials { claims, wake_id: wake_id.as_str().to_owned(), generation })
    }

    /// An acknowledgment, as the token and the body state it.
    ///
    /// # Errors
    /// As of [`Self::credentials`].
    pub(super) fn acknowledgment(&self, body: &spec::Acknowledgment) -> Result<Result<Acknowledgment, Early>, Failure> {
        let credentials = self.credentials(&body.wake_id, body.generation)?;
        let acks: Result<_, Early> = body.acks.iter().flatten().map(ack).collect();
        Ok(acks.map(|acks| Acknowledgment { credentials, acks, done: body.done }))
    }
}

/// Reads an acknowledged offset. `stream` has precedence over its other name.
fn ack(ack: &spec::Ack) -> Result<Ack, Early> {
    let name = ack.stream.as_ref().or(ack.path.as_ref());
    let name = name.ok_or_else(|| Early::rule("an acknowledgment must name its stream"))?;
    Ok(Ack { path: path(name.as_str())?, offset: ack.offset })
}
