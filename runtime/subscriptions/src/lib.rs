//! Subscriptions (§6, §7 of the protocol): everything that is decided about them. This crate does no I/O. Time and random bytes are
//! inputs.
//!
//! A subscription is a set of links to streams, each with a cursor, and one wake at most. When a linked stream has data after its cursor,
//! the subscription is **pending**. A pending subscription without a wake starts one. A **wake** has a generation, which never repeats.
//! Its **holder** reads the streams by itself and acknowledges offsets with a token. A webhook holds the wake from its start on, for a
//! pull-wake subscription it is the worker that has claimed the wake.
//!
//! # The caller
//!
//! Each subscription belongs to one Durable Object, which carries out one operation at a time. It has in memory a [`Memory`] and the fence
//! of the row. An operation consists of these steps, in this order:
//!
//! 1. **Load**, if nothing is in memory: read the row, and the time of the Durable Object's alarm, for [`Memory::loaded`].
//! 2. **Read** the fence and the links, and then the streams, as the table below describes. If the fence is not the one in memory, a
//!    late write has committed: go back to step 1. Build the [`Moment`] after that, with the time at which the operation
//!    was requested.
//! 3. **Decide**: call the method of [`Memory`] for the operation. It returns a [`Decision`].
//! 4. **Arm** the alarm for [`Decision::alarm`], unless an earlier one is armed.
//! 5. **Write** [`Decision::write`] in one transaction, which requires the fence and replaces it. Where there was no row, it requires
//!    that there still is none. If the write fails, or its outcome is unknown, discard everything in memory, answer 503, and leave the
//!    alarm alone.
//! 6. Put [`Decision::memory`] and the new fence into memory.
//! 7. **Start** [`Decision::effect`]. Don't wait for it: its receiver may call back before it answers. Its outcome is an operation of its
//!    own, [`Memory::delivered`] or [`Memory::announced`].
//! 8. **Answer** with [`Decision::answer`].
//! 9. **Correct** the alarm: arm it for exactly [`Decision::alarm`], or delete it.
//!
//! Nothing is stored when a delivery succeeds: a wake writes one row. After a crash, it is unknown whether the current wake was
//! delivered. The alarm contains the answer. Step 4 has armed it for [`RESEND_MS`] after the start, and step 9 has moved it if the
//! delivery succeeded before the crash. So the delivery is retried when the alarm runs, with the same wake id and generation.
//!
//! A write whose outcome is unknown can commit as long as its transaction is valid. Until this time has passed since the load, or a write
//! of this instance has committed, step 9 must not delete or delay the alarm: an instance that has died may have armed it for a write that
//! is still under way.
//!
//! **When the alarm runs**, first arm it again for [`RESEND_MS`] later, so that a handler that dies is repeated. If nothing is in memory,
//! give [`Memory::loaded`] the time for which the alarm was armed. Then call [`Memory::look`].
//!
//! # Reads that belong together
//!
//! - The fence and the links, in one transaction in the database of the subscription. Only this Durable Object changes links, so they stay
//!   as they are until step 5.
//! - After that, the streams of the links. In the database of a stream, one transaction reads its generation, its tail, and the tail of the
//!   newest ended generation at its path. A tail that is newer than those of other streams is no problem. A tail that was read before the
//!   links is one.
//!
//! | operation | links that it needs | streams that it registers or reads besides |
//! | --- | --- | --- |
//! | [`Memory::create`] | none | one transaction in each database registers the pattern and the explicit streams, and reads the explicit streams and those that match. The row is written after it |
//! | [`Memory::add_links`] | pending and named | one transaction registers the streams and reads them |
//! | [`Memory::appeared`] | pending and named | the streams of the arrivals. The arrivals are deleted after the answer |
//! | [`Memory::remove_link`] | pending and named | none. The registration of a removed link is deleted after the answer |
//! | [`Memory::acknowledge`], [`Memory::release`] | pending and named | none |
//! | [`Memory::claim`] | all, because the response lists them | none |
//! | [`Memory::look`], [`Memory::call_back`], [`Memory::delivered`], [`Memory::announced`] | pending and named; all of a webhook, because its request lists them | none |
//!
//! A link that is left out is not pending for the decision, and its row stays as it is. Because a stream is registered in the transaction
//! that reads its tail, an append is either before the cursor, or pokes the subscription.
//!
//! The transaction that deletes a subscription deletes its entries in the same database. If a poke or the sweep finds an entry in another
//! one, it may be that of a creation whose write is under way. Delete it only if it is older than a transaction is valid.
//!
//! # An operation
//!
//! ```
//! use std::collections::BTreeSet;
//! use subscriptions::{
//!     AtPath, Configuration, Effect, Entropy, LeaseTtl, LinkChange, Linked, Links, Memory, Moment, Pattern, Requested, Stored,
//!     Stream, StreamGeneration, SubscriptionId, Target, WebhookUrl, Write, read_path,
//! };
//!
//! // A PUT creates the subscription.
//! let target = Target::Webhook(WebhookUrl::read("https://app.example/wake")?);
//! let pattern = Pattern::read("orders/*")?;
//! let configuration = Configuration::new(target, pattern, BTreeSet::new(), LeaseTtl::new(30_000).unwrap(), None)?;
//! let id = SubscriptionId::read("mailer")?;
//! let requested = Requested { id, configuration, streams: vec![], matching: vec![], links_max: 10_000 };
//! let moment = Moment { now: 1_795_773_600_000, arrived: 1_795_773_600_000, entropy: Entropy::new([1; 32]) };
//! let created = Memory::loaded(Stored::Absent, None).create(requested, moment);
//! assert!(created.answer.is_ok() && created.write.is_some() && created.alarm.is_none());
//!
//! // A stream was created with a body. The subscription starts a wake, which is written before the request leaves.
//! let (path, generation) = (read_path("orders/18")?, StreamGeneration::stored("0197e0c5"));
//! let (begins, tail) = (spec::Offset::new(0).unwrap(), spec::Offset::new(16).unwrap());
//! let stream = Stream::Present { generation, begins, tail };
//! let moment = Moment { now: 1_795_773_601_000, arrived: 1_795_773_601_000, entropy: Entropy::new([2; 32]) };
//! let at = AtPath { path, stream: stream.clone(), is_arriving: true };
//! let appeared = created.memory.appeared(Links::default(), vec![at], moment);
//! let Some(Write::Put { row, links }) = &appeared.write else { panic!("a wake is written") };
//! assert_eq!(row.generation.get(), 1);
//! let Some(Effect::Deliver(delivery)) = &appeared.effect else { panic!("a wake is delivered") };
//! assert!(delivery.notice.streams[0].has_pending());
//! // If this process dies now, the delivery is retried.
//! assert_eq!(appeared.alarm, Some(1_795_773_601_000 + subscriptions::RESEND_MS));
//!
//! // The receiver has processed everything in the request.
//! let LinkChange::Put(link) = links[0].clone() else { panic!("a link is written") };
//! let links = Links::new([Linked { link, stream }]);
//! let moment = Moment { now: 1_795_773_602_000, arrived: 1_795_773_602_000, entropy: Entropy::new([3; 32]) };
//! let done = appeared.memory.delivered(links, &delivery.attempt, subscriptions::Delivered::Done, moment);
//! assert!(done.write.is_some() && done.effect.is_none() && done.alarm.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod configuration;
mod decision;
#[cfg(test)]
mod declared;
mod entropy;
mod identity;
mod keys;
mod link;
mod links;
mod machine;
mod notice;
mod origin;
mod pattern;
mod phase;
mod signature;
mod stored;
mod subscription;
mod token;
mod wake;

pub use address::{AddressPolicy, Rejected, WebhookUrl};
pub use configuration::{Configuration, InvalidConfiguration, Target, read_path};
pub use decision::{Announcement, Attempt, Decision, Delivered, Delivery, Effect, Moment, Refusal, Write};
pub use entropy::Entropy;
pub use identity::{Generation, InvalidName, Life, StreamGeneration, SubscriptionId, UnixMs, WakeId, WorkerName};
pub use keys::{KeyRecord, MAX_AGE_MS, PublicKey, REPLAY_WINDOW_MS, Schedule, schedule};
pub use link::{Link, Linked, Position, Reason, Stream};
pub use links::{Ack, AtPath, LinkChange, Links};
pub use machine::{Acknowledged, Acknowledgment, Created, Credentials, RESEND_MS, Requested};
pub use notice::{Claimed, Notice, StreamInfo, WakeEvent};
pub use origin::{InvalidHost, InvalidOrigin, Origin, read_host};
pub use pattern::{InvalidPattern, PATTERN_BYTES_MAX, PATTERN_SEGMENTS_MAX, Pattern, Scan};
pub use phase::{Failure, Holder, Phase, Rest, Retry};
pub use signature::SignedText;
pub use spec::LeaseTtl;
pub use stored::Unreadable;
pub use subscription::{Memory, Row, Sent, Stored, Subscription};
pub use token::{TokenClaims, TokenInvalid, TokenKey};
pub use wake::{Entry, SNAPSHOT_BYTES_MAX, Snapshot, Wake};
