//! Requests of the edge to the Durable Object of a subscription, and its answers. The Durable Object carries out one request at a time.

use super::progress::Progress;
use super::reach::Reach;
use serde::{Deserialize, Serialize};
use spec::stream::Path;
use subscriptions::{
    Acknowledged, Acknowledgment, Claimed, Configuration, Credentials, Refusal, StreamInfo, UnixMs, WorkerName,
};

/// A request to a subscription. A subscription that is not within the `reach` of a request does not exist for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Create the subscription, or confirm that it exists with this configuration (§6.2). The caller may subscribe to all of it.
    Create {
        /// The configuration. The URL of a webhook was checked.
        configuration: Configuration,
    },
    /// Return the subscription (§6.2).
    Read {
        /// Where the caller may subscribe.
        reach: Reach,
    },
    /// Delete the subscription (§6.2).
    Delete {
        /// Where the caller may subscribe.
        reach: Reach,
    },
    /// Link streams explicitly (§6.3).
    AddLinks {
        /// The streams, each once, in the order of their paths. The caller may subscribe to them.
        #[serde(with = "paths")]
        streams: Vec<Path>,
        /// Where the caller may subscribe.
        reach: Reach,
    },
    /// Remove an explicit link (§6.3).
    RemoveLink {
        /// The stream.
        #[serde(with = "path")]
        stream: Path,
        /// Where the caller may subscribe.
        reach: Reach,
    },
    /// Claim the wake (§7.2).
    Claim {
        /// The name of the worker.
        worker: WorkerName,
        /// Where the caller may claim.
        reach: Reach,
    },
    /// Take an acknowledgment of a worker (§7.3).
    Acknowledge(Acknowledgment),
    /// Take an acknowledgment of a webhook (§6.4).
    CallBack(Acknowledgment),
    /// Give the wake back (§7.3).
    Release(Credentials),
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The subscription was created.
    Created(Box<Representation>),
    /// The subscription exists with this configuration.
    Confirmed(Box<Representation>),
    /// The subscription.
    Found(Box<Representation>),
    /// The request has taken effect: the subscription was deleted, links were added or removed, or the wake was given back.
    Done,
    /// The worker has the wake.
    Claimed {
        /// The wake.
        claimed: Claimed,
        /// Its token.
        token: String,
    },
    /// The acknowledgment was applied.
    Acknowledged(Acknowledged),
    /// Nothing was changed, for this reason.
    Refused(Refused),
    /// The storage failed. A change may or may not have been committed. The text is for the operator.
    Failed(String),
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// The subscription decided so.
    Decided(Refusal),
    /// The wake stream does not exist, is closed, or does not contain JSON.
    WakeStream,
    /// A stream to link is the wake stream of a subscription.
    Circular,
    /// The limit `subscriptions` or `patterns` is reached.
    TooManySubscriptions,
}

/// A subscription, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representation {
    /// The configuration with which it was created.
    pub configuration: Configuration,
    /// When it was created.
    pub created_at: UnixMs,
    /// Its links, in the order of their paths.
    pub streams: Vec<StreamInfo>,
    /// The state of its wake.
    pub progress: Progress,
    /// Whether its pattern has linked as many streams as it may.
    pub is_full: bool,
    /// The name of the key that signs its requests now, for a webhook.
    pub key_id: Option<String>,
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Refused::Decided(refusal))
    }
}

/// A path as a text.
mod path {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use spec::stream::Path;
    use wire::json::Part as _;

    pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(path.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        let text = String::deserialize(deserializer)?;
        Path::of_text(&text).map_err(|rule| D::Error::custom(format!("a path must be {rule}")))
    }
}

/// Paths as texts.
mod paths {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use spec::stream::Path;
    use wire::json::Part as _;

    pub(super) fn serialize<S: Serializer>(paths: &[Path], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(paths.iter().map(Path::as_str))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Path>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let path =
            |text: String| Path::of_text(&text).map_err(|rule| D::Error::custom(format!("a path must be {rule}")));
        texts.into_iter().map(path).collect()
    }
}
