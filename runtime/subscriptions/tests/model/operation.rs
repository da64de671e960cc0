//! What can happen. Operations name "the second token" or "the third delivery", so that they mean something in every history.

use proptest::prelude::*;
use subscriptions::{Delivered, Failure};

/// The streams. The last one is the wake stream.
pub const PATHS: [&str; 4] = ["e/a", "e/b", "other", "pool"];

/// Maximum number of operations.
const LENGTH: usize = 60;

/// Where the Durable Object dies while it carries out a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// After the alarm was armed. Nothing was written.
    AfterArming,
    /// After the write was sent. It commits later, or never.
    WriteInFlight,
    /// After the commit, before anything else.
    AfterCommit,
    /// After the effect has started, before the alarm was corrected.
    AfterEffect,
}

/// A subscription to create.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Whether workers claim its wakes.
    pub is_pulled: bool,
    /// Its pattern.
    pub pattern: Option<&'static str>,
    /// Its explicit links, by number.
    pub streams: &'static [usize],
    /// The time of a lease.
    pub ttl_ms: u64,
}

/// An acknowledgment of a holder that may be stale, or lie.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which token, the newest first.
    pub token: usize,
    /// The streams to acknowledge, and what is added to their offsets.
    pub acks: Vec<(usize, i8)>,
    /// Whether the acknowledged offsets count from the tails, or from the cursors.
    pub is_from_tail: bool,
    /// Whether it finishes.
    pub done: bool,
    /// Whether it sends the id of another wake.
    pub is_foreign: bool,
}

#[derive(Clone, Debug)]
pub enum Operation {
    /// Appends to a stream, which may be created by that. Sometimes, the pokes are lost.
    Append {
        path: usize,
        is_poke_lost: bool,
    },
    /// Creates an empty stream.
    Create(usize),
    /// Deletes a stream.
    Drop(usize),
    /// The database forgets the generations that have ended, so that offsets start at 0 again.
    Forget,
    /// Sends the subscription's PUT.
    Subscribe(Kind),
    /// Deletes the subscription.
    Unsubscribe,
    Link(usize),
    Unlink(usize),
    /// Delivers the pokes.
    Poke,
    /// Announces created streams.
    Announce,
    Claim,
    /// Acknowledges as a worker or as a webhook, as the subscription is.
    Acknowledge(Call),
    Release {
        token: usize,
    },
    /// Decides the fate of a delivery, the newest first.
    Answer {
        flight: usize,
        outcome: Delivered,
    },
    /// Milliseconds pass, and alarms run when they are due.
    Run(u64),
    /// Milliseconds pass, and alarms are late.
    Sleep(u64),
    /// The Durable Object loses its memory.
    Crash,
    /// A late write commits, if its fence still fits.
    Commit,
    /// The Durable Object dies during an operation.
    Broken(Box<Operation>, Death),
    /// An effect of the operation reaches nobody, and the server doesn't learn about it.
    Unheard(Box<Operation>),
}

pub fn sequence() -> impl Strategy<Value = Vec<Operation>> {
    (kind(), prop::collection::vec(operation(), 1..=LENGTH)).prop_map(|(kind, mut rest)| {
        let mut all = vec![Operation::Create(3), Operation::Subscribe(kind)];
        all.append(&mut rest);
        all
    })
}

fn path() -> impl Strategy<Value = usize> {
    prop_oneof![9 => 0..3_usize, 1 => 0..4_usize]
}

fn kind() -> impl Strategy<Value = Kind> {
    let pattern = prop::sample::select(vec![Some("e/*"), Some("**"), Some("e/a"), None]);
    let streams: Vec<&'static [usize]> = vec![&[], &[0], &[0, 2]];
    let ttl = prop::sample::select(vec![1_000, 10_000, 40_000]);
    let parts = (any::<bool>(), pattern, prop::sample::select(streams), ttl);
    parts.prop_map(|(is_pulled, pattern, streams, ttl_ms)| {
        let streams = if pattern.is_none() && streams.is_empty() { &[0] } else { streams };
        Kind { is_pulled, pattern, streams, ttl_ms }
    })
}

fn call() -> impl Strategy<Value = Call> {
    let token = prop_oneof![5 => Just(0_usize), 2 => 0..6_usize];
    let ack = || (path(), prop_oneof![5 => Just(0_i8), 2 => -2..3_i8]);
    let acks = prop_oneof![4 => Just(0..1_usize), 5 => Just(1..2), 2 => Just(2..3)];
    let acks = acks.prop_flat_map(move |count| prop::collection::vec(ack(), count));
    let parts = (token, acks, prop::bool::weighted(0.7), prop::bool::weighted(0.4), prop::bool::weighted(0.05));
    parts.prop_map(|(token, acks, is_from_tail, done, is_foreign)| Call { token, acks, is_from_tail, done, is_foreign })
}

fn outcome() -> impl Strategy<Value = Delivered> {
    prop_oneof![
        4 => Just(Delivered::Accepted),
        3 => Just(Delivered::Done),
        2 => Just(Delivered::Failed(Failure::Status(500))),
        1 => Just(Delivered::Failed(Failure::TimedOut)),
    ]
}

/// What the Durable Object decides.
fn decided() -> impl Strategy<Value = Operation> {
    prop_oneof![
        1 => kind().prop_map(Operation::Subscribe),
        1 => Just(Operation::Unsubscribe),
        2 => path().prop_map(Operation::Link),
        2 => path().prop_map(Operation::Unlink),
        8 => Just(Operation::Poke),
        6 => Just(Operation::Announce),
        8 => Just(Operation::Claim),
        10 => call().prop_map(Operation::Acknowledge),
        7 => prop_oneof![6 => Just(0_usize), 1 => 0..6_usize].prop_map(|token| Operation::Release { token }),
        8 => (0..2_usize, outcome()).prop_map(|(flight, outcome)| Operation::Answer { flight, outcome }),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let milliseconds = || prop::sample::select(vec![1, 100, 900, 1_000, 1_000, 5_000, 12_000, 31_000, 70_000]);
    let death =
        prop::sample::select(vec![Death::AfterArming, Death::WriteInFlight, Death::AfterCommit, Death::AfterEffect]);
    prop_oneof![
        12 => (path(), prop::bool::weighted(0.2)).prop_map(|(path, is_poke_lost)| Operation::Append { path, is_poke_lost }),
        2 => path().prop_map(Operation::Create),
        3 => path().prop_map(Operation::Drop),
        3 => Just(Operation::Forget),
        30 => decided(),
        6 => (decided(), death).prop_map(|(operation, death)| Operation::Broken(Box::new(operation), death)),
        2 => decided().prop_map(|operation| Operation::Unheard(Box::new(operation))),
        5 => milliseconds().prop_map(Operation::Run),
        4 => milliseconds().prop_map(Operation::Sleep),
        3 => Just(Operation::Crash),
        2 => Just(Operation::Commit),
    ]
}
