//! Subscriptions: the decisions, without I/O.

mod address;
mod configuration;
mod decision;
mod entropy;
mod identity;
mod keys;
mod link;
mod links;
mod machine;
mod notice;
mod pattern;
mod phase;
mod signature;
mod stored;
mod subscription;
mod token;
mod wake;

pub use address::{AddressPolicy, Rejected, WebhookUrl};
pub use configuration::{Configuration, InvalidConfiguration, LeaseTtl, Target, read_path};
pub use decision::{Announcement, Attempt, Decision, Delivered, Delivery, Effect, Moment, Refusal, Write};
pub use entropy::Entropy;
pub use identity::{Generation, InvalidName, Life, StreamGeneration, SubscriptionId, UnixMs, WakeId, WorkerName};
pub use keys::{KeyRecord, MAX_AGE_MS, PublicKey, REPLAY_WINDOW_MS, Schedule, document, schedule};
pub use link::{Link, Linked, Position, Reason, Stream};
pub use links::{Ack, AtPath, LinkChange, Links};
pub use machine::{Acknowledged, Acknowledgment, Created, Credentials, RESEND_MS, Requested};
pub use notice::{Claimed, Notice, StreamInfo, WakeEvent};
pub use pattern::{InvalidPattern, PATTERN_BYTES_MAX, PATTERN_SEGMENTS_MAX, Pattern, Scan};
pub use phase::{Failure, Holder, Phase, Rest, Retry};
pub use signature::SignedText;
pub use stored::Unreadable;
pub use subscription::{Known, Row, Sent, Status, Stored, Subscription};
pub use token::{TokenClaims, TokenInvalid, TokenKey};
pub use wake::{Entry, SNAPSHOT_BYTES_MAX, Snapshot, Wake};
