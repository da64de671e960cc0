//! What may be done to a tree of streams.
//!
//! Operations say "the third offset" or "the next number", not which: so they still mean something when others before
//! them are left out, as they are once a failing sequence is made shorter.

use proptest::prelude::*;

/// The paths there are.
pub const PATHS: [&str; 5] = ["a", "a/b", "a/b/c", "d", "e"];

/// Most streams that a sequence starts with, and most operations after that.
const STREAMS: usize = 3;
const LENGTH: usize = 30;

/// More steps than any operation takes.
const STEPS: usize = 40;

/// One of [`PATHS`].
pub type Path = &'static str;

/// What an operation is about: a path by its number, counted around.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Of all paths.
    Any(usize),
    /// Of those at which a stream is, or was and is still known.
    Taken(usize),
    /// Of the others.
    Free(usize),
}

/// The kind of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Text,
    Json,
    Binary,
}

impl Media {
    pub fn name(self) -> &'static str {
        match self {
            Media::Text => "text/plain",
            Media::Json => "application/json",
            Media::Binary => "application/octet-stream",
        }
    }
}

/// When a stream expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// So many seconds after it was last used.
    Ttl(u64),
    /// So many seconds after the start of the sequence.
    ExpiresAt(u64),
}

/// A position of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Start,
    Tail,
    /// The offset of this number, counted around from the start to one beyond the tail.
    Nth(u64),
}

/// Where a fork comes from.
#[derive(Clone, Copy, Debug)]
pub struct Fork {
    pub source: Target,
    pub place: Option<Place>,
    pub beyond: Option<u64>,
}

/// A stream to be created.
#[derive(Clone, Copy, Debug)]
pub struct Creation {
    pub media: Option<Media>,
    pub lifetime: Option<Lifetime>,
    /// Bytes that are to be kept: all of them here, however that is said.
    pub retain: Option<u64>,
    pub closed: bool,
    /// Which of the bodies that its kind may have.
    pub body: Option<usize>,
    pub fork: Option<Fork>,
}

/// How an append stands to those that its producer has sent before.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Next,
    /// One of those before, so many back.
    Repeated(u64),
    Ahead,
    NextEpoch,
    /// A new epoch that does not start at 0.
    Unseeded,
    Stale,
}

/// Something to append, a closure, or both.
#[derive(Clone, Copy, Debug)]
pub struct Append {
    /// Which of the bodies that the stream's kind may have.
    pub body: Option<usize>,
    /// Whether it has the content type of another kind.
    pub foreign: bool,
    pub seq: Option<u8>,
    /// Where the tail is expected.
    pub expected: Option<Place>,
    pub closes: bool,
    pub producer: Option<(u8, Step)>,
}

#[derive(Clone, Debug)]
pub enum Operation {
    Create(Target, Creation),
    Append(Target, Append),
    Read(Target, Place),
    Head(Target),
    Delete(Target),
    /// So many milliseconds pass, and alarms ring.
    Run(u64),
    /// So many milliseconds pass, and alarms are late.
    Sleep(u64),
    /// The object of a path loses its memory.
    Crash(Target),
    CrashAll,
    /// All objects lose their memory in the middle of another operation, after so many steps of it.
    BrokenOff(Box<Operation>, usize),
    /// The database takes no writes while another operation is tried, after which all objects lose their memory.
    Refused(Box<Operation>),
}

const TEXTS: &[&[u8]] = &[b"x", b"yz", "h\u{e9}\u{20ac}".as_bytes(), b"\x82\xac", b"0123456789"];
/// No, one, or two messages; the last one is no JSON.
const MESSAGES: &[&[u8]] = &[b"1", b"[22,\"a,b\"]", b"[[3],{\"k\" : 4}]", b"[]", b"{"];
const BYTES: &[&[u8]] = &[b"x", b"\xff\x00\xc3", b"0123456789"];

/// The bodies that streams of a kind are sent.
pub fn bodies(media: Media) -> &'static [&'static [u8]] {
    match media {
        Media::Text => TEXTS,
        Media::Json => MESSAGES,
        Media::Binary => BYTES,
    }
}

/// A few streams, and then anything.
pub fn sequence() -> impl Strategy<Value = Vec<Operation>> {
    let streams = prop::collection::vec(create(false), 0..=STREAMS);
    (streams, prop::collection::vec(operation(), 1..=LENGTH)).prop_map(|(streams, rest)| [streams, rest].concat())
}

fn create(forks: bool) -> impl Strategy<Value = Operation> {
    (mostly_free(), creation(forks)).prop_map(|(target, creation)| Operation::Create(target, creation))
}

fn operation() -> impl Strategy<Value = Operation> {
    let milliseconds = || prop::sample::select(vec![100, 100, 900, 1_000, 1_000, 5_000, 9_500, 11_000, 70_000, 95_000]);
    prop_oneof![
        3 => create(false),
        5 => create(true),
        12 => (mostly_taken(), append()).prop_map(|(target, append)| Operation::Append(target, append)),
        5 => (mostly_taken(), place()).prop_map(|(target, place)| Operation::Read(target, place)),
        2 => mostly_taken().prop_map(Operation::Head),
        2 => mostly_taken().prop_map(Operation::Delete),
        1 => milliseconds().prop_map(Operation::Run),
        1 => milliseconds().prop_map(Operation::Sleep),
        1 => mostly_taken().prop_map(Operation::Crash),
        1 => Just(Operation::CrashAll),
        4 => (request(), 0..STEPS).prop_map(|(request, steps)| Operation::BrokenOff(Box::new(request), steps)),
        1 => request().prop_map(|request| Operation::Refused(Box::new(request))),
    ]
}

/// A request that is broken off.
fn request() -> impl Strategy<Value = Operation> {
    prop_oneof![
        1 => create(false),
        3 => create(true),
        2 => (mostly_taken(), append()).prop_map(|(target, append)| Operation::Append(target, append)),
        1 => mostly_taken().prop_map(|target| Operation::Read(target, Place::Start)),
        2 => mostly_taken().prop_map(Operation::Delete),
    ]
}

fn mostly_free() -> impl Strategy<Value = Target> {
    prop_oneof![4 => (0..6_usize).prop_map(Target::Free), 1 => (0..6_usize).prop_map(Target::Any)]
}

fn mostly_taken() -> impl Strategy<Value = Target> {
    prop_oneof![9 => (0..6_usize).prop_map(Target::Taken), 1 => (0..6_usize).prop_map(Target::Any)]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![1 => Just(Place::Start), 1 => Just(Place::Tail), 3 => (0..40_u64).prop_map(Place::Nth)]
}

fn creation(forks: bool) -> impl Strategy<Value = Creation> {
    let media = prop_oneof![
        1 => Just(None),
        3 => Just(Some(Media::Text)),
        3 => Just(Some(Media::Json)),
        1 => Just(Some(Media::Binary)),
    ];
    // Most forks leave the content type to their source.
    let asks = prop::bool::weighted(if forks { 0.1 } else { 1.0 });
    let media = (media, asks).prop_map(|(media, asks)| media.filter(|_| asks));
    let lifetime = prop_oneof![
        6 => Just(None),
        4 => prop::sample::select(vec![0, 1, 10, 10, 10, 60]).prop_map(|seconds| Some(Lifetime::Ttl(seconds))),
        1 => prop::sample::select(vec![3, 20, 100]).prop_map(|seconds| Some(Lifetime::ExpiresAt(seconds))),
    ];
    let beyond = prop_oneof![4 => Just(None), 1 => (0..3_u64).prop_map(Some)];
    let fork = (mostly_taken(), prop::option::weighted(0.7, place()), beyond);
    let fork = fork.prop_map(move |(source, place, beyond)| forks.then_some(Fork { source, place, beyond }));
    let retain = prop_oneof![8 => Just(None), 1 => Just(Some(0)), 1 => Just(Some(1 << 40))];
    (media, lifetime, retain, prop::bool::weighted(0.1), body(), fork).prop_map(
        |(media, lifetime, retain, closed, body, fork)| Creation { media, lifetime, retain, closed, body, fork },
    )
}

fn append() -> impl Strategy<Value = Append> {
    let step = prop_oneof![
        6 => Just(Step::Next),
        3 => (0..4_u64).prop_map(Step::Repeated),
        1 => Just(Step::Ahead),
        2 => Just(Step::NextEpoch),
        1 => Just(Step::Unseeded),
        2 => Just(Step::Stale),
    ];
    let producer = prop::option::of((0..2_u8, step));
    let body = prop_oneof![1 => Just(None), 20 => (0..5_usize).prop_map(Some)];
    let seq = prop_oneof![3 => Just(None), 1 => (0..9_u8).prop_map(Some)];
    let place = prop_oneof![3 => Just(Place::Tail), 1 => (0..40_u64).prop_map(Place::Nth)];
    let expected = prop::option::weighted(0.25, place);
    (body, prop::bool::weighted(0.1), seq, expected, prop::bool::weighted(0.1), producer).prop_map(
        |(body, foreign, seq, expected, closes, producer)| Append { body, foreign, seq, expected, closes, producer },
    )
}

fn body() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![1 => Just(None), 3 => (0..5_usize).prop_map(Some)]
}
