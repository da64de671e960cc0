//! What is measured, and on which server.

use std::fmt;
use std::str::FromStr;

use anyhow::{Error, Result, bail};
use token::Algorithm;

use crate::access::{Access, Asked, Credentials};
use crate::append::{Append, Content};
use crate::catch_up::CatchUp;
use crate::ceiling::Ceiling;
use crate::list::List;
use crate::live::{Latencies, Live, Mode};
use crate::measure::Figures;
use crate::round::Round;
use crate::subscribed::Subscribed;
use crate::subscription::Delivery;
use crate::{access, append, catch_up, ceiling, claim, idle, list, live, subscribed, tail, wake};

/// One thing to measure.
pub struct Scenario {
    pub name: &'static str,
    pub title: &'static str,
    pub variant: Variant,
    /// The scenario of the no-op object that it is held against.
    pub ceiling: Option<&'static str>,
    pub load: Load,
}

/// What a rate counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Requests,
    Messages,
    Megabytes,
    /// Nothing of interest: it is the latencies that matter.
    Deliveries,
    /// Of memory, by reader: less is better.
    Kibibytes,
}

/// What belongs together in the report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Ceiling,
    Writing,
    Reading,
    Following,
    Listing,
    Access,
    Subscriptions,
}

/// How a server is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    Plain,
    /// Objects forget everything after each request, and nothing moves to R2, so that all is read from D1.
    Forgetful,
    /// Objects forget everything after each request, and a stream that has ended moves to R2, so that it is read from there.
    Cold,
    /// Rows move to R2, and segments become larger ones, all the time.
    Compacting,
    /// Objects keep more of their tail in memory than the longest stream of JSON messages here.
    Roomy,
    /// Four databases.
    Sharded,
    /// Four databases with the streams of `list`.
    Listed,
    /// Nothing is measured there before, nor twice: a server doesn't give back the memory that it has once had.
    Fresh,
    /// Tokens are required.
    Guarded,
    /// Each D1 round trip takes so many milliseconds more, as in production.
    Distant {
        delay_ms: u32,
    },
}

#[derive(Clone, Copy)]
pub enum Load {
    Access(Access),
    Append(Append),
    /// A worker that claims a wake.
    Claim {
        links: u32,
    },
    CatchUp(CatchUp),
    /// The same with a stream that has ended.
    EndedCatchUp(CatchUp),
    Ceiling(Ceiling),
    Live(Live),
    Idle {
        readers: u32,
    },
    List(List),
    Subscribed(Subscribed),
    Tail {
        readers: u32,
    },
    /// A webhook that is notified of one append after the other.
    Wake,
    /// Webhooks of which each is notified of an append to its own stream.
    WakeBurst {
        streams: usize,
    },
}

impl Load {
    pub async fn run(self, round: &Round<'_>) -> Result<Figures> {
        match self {
            Self::Access(load) => access::run(load, round).await,
            Self::Append(load) => append::run(load, round).await,
            Self::Claim { links } => claim::run(links, round).await,
            Self::CatchUp(load) => catch_up::run(load, false, round).await,
            Self::EndedCatchUp(load) => catch_up::run(load, true, round).await,
            Self::Ceiling(load) => ceiling::run(load, round).await,
            Self::List(load) => list::run(load, round).await,
            Self::Live(load) => live::run(load, round).await,
            Self::Idle { readers } => idle::run(readers, round).await,
            Self::Subscribed(load) => subscribed::run(load, round).await,
            Self::Tail { readers } => tail::run(readers, round).await,
            Self::Wake => wake::latency(round).await,
            Self::WakeBurst { streams } => wake::burst(streams, round).await,
        }
    }
}

impl Scenario {
    fn new(name: &'static str, title: &'static str, load: Load) -> Self {
        Self { name, title, variant: Variant::Plain, ceiling: None, load }
    }

    fn on(self, variant: Variant) -> Self {
        Self { variant, ..self }
    }

    fn below(self, ceiling: &'static str) -> Self {
        Self { ceiling: Some(ceiling), ..self }
    }

    /// Whether it is the no-op object that is measured.
    pub fn is_ceiling(&self) -> bool {
        self.section() == Section::Ceiling
    }

    pub fn section(&self) -> Section {
        match self.load {
            Load::Ceiling(_) => Section::Ceiling,
            Load::Access(_) => Section::Access,
            Load::Append(_) => Section::Writing,
            Load::CatchUp(_) | Load::EndedCatchUp(_) | Load::Tail { .. } => Section::Reading,
            Load::Live(_) | Load::Idle { .. } => Section::Following,
            Load::List(_) => Section::Listing,
            Load::Claim { .. } | Load::Subscribed(_) | Load::Wake | Load::WakeBurst { .. } => Section::Subscriptions,
        }
    }

    pub fn unit(&self) -> Unit {
        match self.load {
            Load::Append(Append { content, .. })
            | Load::Subscribed(Subscribed { append: Append { content, .. }, .. }) => match content {
                Content::Json { messages: 1 } => Unit::Requests,
                Content::Json { .. } => Unit::Messages,
                Content::Bytes { .. } => Unit::Megabytes,
            },
            Load::CatchUp(_) | Load::EndedCatchUp(_) | Load::Ceiling(Ceiling::Page) => Unit::Megabytes,
            Load::Idle { .. } | Load::Ceiling(Ceiling::Hold { .. }) => Unit::Kibibytes,
            Load::Access(_) | Load::Ceiling(_) | Load::Claim { .. } | Load::List(_) | Load::Tail { .. } => {
                Unit::Requests
            }
            Load::Live(Live { latencies: Latencies::OfTheWriter, .. }) => Unit::Requests,
            Load::Live(_) | Load::Wake | Load::WakeBurst { .. } => Unit::Deliveries,
        }
    }
}

/// In the order in which they run.
pub fn all() -> Vec<Scenario> {
    use Credentials::{Anyone, New, Seen, SignedUrl};
    use Variant::{Cold, Compacting, Distant, Forgetful, Fresh, Guarded, Listed, Roomy, Sharded};

    let one = Append { writers: 1, streams: 1, content: Content::Json { messages: 1 }, producers: false };
    let write = |writers| Load::Append(Append { writers, ..one });
    let append = |content| Load::Append(Append { content, ..one });
    let producer = Load::Append(Append { producers: true, ..one });
    let streams = Load::Append(Append { writers: 64, streams: 64, ..one });
    let post = |clients, objects| Load::Ceiling(Ceiling::Post { clients, objects });
    let batch = |clients, objects| Load::Ceiling(Ceiling::Batch { clients, objects });
    let json = Load::CatchUp(CatchUp::Json { messages: 20_000 });
    let long_json = CatchUp::Json { messages: 200_000 };
    let bytes = |mebibytes| Load::CatchUp(CatchUp::Bytes { mebibytes });
    let cold_bytes = Load::EndedCatchUp(CatchUp::Bytes { mebibytes: 64 });
    let many = Live { mode: Mode::Sse, readers: 1_000, asleep: 0, messages_per_s: 20, latencies: Latencies::OfReaders };
    let some = Live { readers: 200, ..many };
    let polls = |readers| Load::Live(Live { mode: Mode::LongPoll, readers, messages_per_s: 5, ..many });
    let writer = |readers| Load::Live(Live { readers, latencies: Latencies::OfTheWriter, ..many });
    let subscribed = |delivery, subscriptions| Load::Subscribed(Subscribed { append: one, delivery, subscriptions });
    let with = |asked, credentials| Load::Access(Access { asked, credentials });
    let new = Scenario::new;
    vec![
        new(POST_1, "no-op POST, 1 connection", post(1, 1)),
        new(POST_64, "no-op POST, 64 connections", post(64, 1)),
        new(POST_64_OBJECTS, "no-op POST, 64 connections, 64 objects", post(64, 64)),
        new(GET_64, "no-op GET, 64 connections", Load::Ceiling(Ceiling::Get { clients: 64 })),
        new(BATCH_1, "no-op POST with a D1 batch, 1 connection", batch(1, 1)),
        new(BATCH_64_OBJECTS, "the same, 64 connections, 64 objects", batch(64, 64)),
        new(PAGE, "no-op GET of 1 MiB out of D1, 1 connection", Load::Ceiling(Ceiling::Page)),
        new(HELD_1000, "1,000 responses held by the no-op object", Load::Ceiling(Ceiling::Hold { readers: 1_000 }))
            .on(Fresh),
        new("write-1", "1 writer", write(1)).below(POST_1),
        new("write-1-producer", "1 writer with producer headers", producer).below(POST_1),
        new("write-16", "16 writers, 1 stream", write(16)).below(POST_64),
        new("write-64", "64 writers, 1 stream", write(64)).below(POST_64),
        new("write-64-token", "64 writers with a token, 1 stream", write(64)).on(Guarded).below(POST_64),
        new("write-256", "256 writers, 1 stream", write(256)).below(POST_64),
        new("write-64-streams", "64 writers, 64 streams, 4 databases", streams).on(Sharded).below(BATCH_64_OBJECTS),
        new("write-64-compacting", "64 writers, rows moving to R2 all the time", write(64))
            .on(Compacting)
            .below(POST_64),
        new("write-64-10ms", "64 writers, D1 10 ms away", write(64)).on(Distant { delay_ms: 10 }),
        new("write-64-30ms", "64 writers, D1 30 ms away", write(64)).on(Distant { delay_ms: 30 }),
        new("write-batches", "1 writer, JSON batches of 100", append(Content::Json { messages: 100 })),
        new("write-64k", "1 writer, 64 KiB appends", append(Content::Bytes { size: 64 << 10, appends: 1024 })),
        new("write-1m", "1 writer, 1 MB appends", append(Content::Bytes { size: 1_000_000, appends: 64 })),
        new("catch-up-json", "20,000 JSON messages, from D1", json).on(Forgetful).below(PAGE),
        new("catch-up-json-memory", "20,000 JSON messages, from memory", json).on(Roomy),
        new("catch-up-4m", "4 MiB of bytes, from D1", bytes(4)).on(Forgetful).below(PAGE),
        new("catch-up-16m", "16 MiB of bytes, from D1, in one response", bytes(16)).on(Forgetful).below(PAGE),
        new("catch-up-64m", "64 MiB of bytes, from D1", bytes(64)).on(Forgetful).below(PAGE),
        new("catch-up-64m-cold", "64 MiB of bytes, from R2", cold_bytes).on(Cold),
        new("catch-up-json-long", "200,000 JSON messages, from D1", Load::CatchUp(long_json)).on(Forgetful).below(PAGE),
        new("catch-up-json-cold", "200,000 JSON messages, from R2", Load::EndedCatchUp(long_json)).on(Cold),
        new("catch-up-64m-warm", "64 MiB of bytes, object at work", bytes(64)),
        new("tail-32", "32 readers of the last ten messages", Load::Tail { readers: 32 }).below(GET_64),
        new("sse-200", "200 SSE readers, 20 messages/s", Load::Live(some)),
        new("sse-200-asleep", "the same, and one that doesn't read", Load::Live(Live { asleep: 1, ..some })),
        new("sse-1000", "1,000 SSE readers, 20 messages/s", Load::Live(many)),
        new("write-20-sse-1000", "the writer of these", writer(1_000)),
        new("write-20", "the same writer without readers", writer(0)),
        new("sse-1000-idle", "memory of each of 1,000 idle SSE readers", Load::Idle { readers: 1_000 })
            .on(Fresh)
            .below(HELD_1000),
        new("long-poll-100", "100 long-poll readers, 5 messages/s", polls(100)),
        new("long-poll-200", "200 long-poll readers, 5 messages/s", polls(200)),
        new("list-1000", "1,000 of 100,000 streams", Load::List(List::Streams)).on(Listed),
        new("list-1000-prefixes", "1,000 prefixes of 100,000 streams (delimiter=/)", Load::List(List::Prefixes))
            .on(Listed),
        new("check-open", "checked at the edge only: anyone may send them", with(Asked::Refusal, Anyone)),
        new("check-seen", "checked at the edge only: a token seen before", with(Asked::Refusal, Seen)).on(Guarded),
        new(
            "check-hs256",
            "checked at the edge only: a new token each, HS256",
            with(Asked::Refusal, New(Algorithm::Hs256)),
        )
        .on(Guarded),
        new(
            "check-eddsa",
            "checked at the edge only: a new token each, EdDSA",
            with(Asked::Refusal, New(Algorithm::EdDsa)),
        )
        .on(Guarded),
        new(
            "check-es256",
            "checked at the edge only: a new token each, ES256",
            with(Asked::Refusal, New(Algorithm::Es256)),
        )
        .on(Guarded),
        new("check-signed", "checked at the edge only: a signed URL", with(Asked::Refusal, SignedUrl)).on(Guarded),
        new("read-open", "reads: anyone may send them", with(Asked::Message, Anyone)),
        new("read-seen", "reads: a token seen before", with(Asked::Message, Seen)).on(Guarded),
        new("read-hs256", "reads: a new token each, HS256", with(Asked::Message, New(Algorithm::Hs256))).on(Guarded),
        new("read-eddsa", "reads: a new token each, EdDSA", with(Asked::Message, New(Algorithm::EdDsa))).on(Guarded),
        new("read-es256", "reads: a new token each, ES256", with(Asked::Message, New(Algorithm::Es256))).on(Guarded),
        new("read-signed", "reads: a signed URL", with(Asked::Message, SignedUrl)).on(Guarded),
        new("append-open", "appends: anyone may send them", with(Asked::Append, Anyone)),
        new("append-seen", "appends: a token seen before", with(Asked::Append, Seen)).on(Guarded),
        new("append-hs256", "appends: a new token each, HS256", with(Asked::Append, New(Algorithm::Hs256))).on(Guarded),
        new("append-eddsa", "appends: a new token each, EdDSA", with(Asked::Append, New(Algorithm::EdDsa))).on(Guarded),
        new("append-es256", "appends: a new token each, ES256", with(Asked::Append, New(Algorithm::Es256))).on(Guarded),
        new("write-1-pull-0", "1 writer without subscriptions", subscribed(Delivery::PullWake, 0)),
        new("write-1-pull-1", "1 writer, 1 pull-wake subscription", subscribed(Delivery::PullWake, 1)),
        new("write-1-pull-100", "1 writer, 100 pull-wake subscriptions", subscribed(Delivery::PullWake, 100)),
        new("write-1-webhook-1", "1 writer, 1 webhook", subscribed(Delivery::Webhook, 1)),
        new("write-1-webhook-100", "1 writer, 100 webhooks", subscribed(Delivery::Webhook, 100)),
        new("webhook-after-append", "from an acknowledged append to the request to a webhook", Load::Wake),
        new(
            "webhook-burst-1000",
            "the same, 1,000 streams at once, each with a webhook",
            Load::WakeBurst { streams: 1_000 },
        ),
        new("claim-10000", "a claim of a wake with 10,000 links", Load::Claim { links: 10_000 }).on(Listed),
    ]
}

/// The no-op object's, that others are held against.
pub const POST_1: &str = "noop-post-1";
pub const POST_64: &str = "noop-post-64";
pub const POST_64_OBJECTS: &str = "noop-post-64-objects";
pub const GET_64: &str = "noop-get-64";
pub const BATCH_1: &str = "noop-d1-1";
pub const BATCH_64_OBJECTS: &str = "noop-d1-64-objects";
pub const PAGE: &str = "noop-d1-page";
pub const HELD_1000: &str = "noop-held-1000";

impl FromStr for Variant {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text {
            "plain" => Self::Plain,
            "forgetful" => Self::Forgetful,
            "cold" => Self::Cold,
            "compacting" => Self::Compacting,
            "roomy" => Self::Roomy,
            "sharded" => Self::Sharded,
            "listed" => Self::Listed,
            "fresh" => Self::Fresh,
            "guarded" => Self::Guarded,
            _ => match text.strip_suffix("ms").and_then(|delay| delay.parse().ok()) {
                Some(delay_ms) => Self::Distant { delay_ms },
                None => bail!("no variant: {text}"),
            },
        })
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.write_str("plain"),
            Self::Forgetful => f.write_str("forgetful"),
            Self::Cold => f.write_str("cold"),
            Self::Compacting => f.write_str("compacting"),
            Self::Roomy => f.write_str("roomy"),
            Self::Sharded => f.write_str("sharded"),
            Self::Listed => f.write_str("listed"),
            Self::Fresh => f.write_str("fresh"),
            Self::Guarded => f.write_str("guarded"),
            Self::Distant { delay_ms } => write!(f, "{delay_ms}ms"),
        }
    }
}

impl Section {
    pub const ALL: [Self; 7] = [
        Self::Ceiling,
        Self::Writing,
        Self::Reading,
        Self::Following,
        Self::Listing,
        Self::Access,
        Self::Subscriptions,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::Ceiling => "The ceiling: a no-op object",
            Self::Writing => "Writing",
            Self::Reading => "Reading",
            Self::Following => "Following",
            Self::Listing => "Listing: 1 client, 4 databases",
            Self::Access => "Access: 8 clients, 1 stream",
            Self::Subscriptions => "Subscriptions",
        }
    }
}

impl Unit {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Requests => "requests/s",
            Self::Messages => "messages/s",
            Self::Megabytes => "MB/s",
            Self::Deliveries => "deliveries/s",
            Self::Kibibytes => "KiB/reader",
        }
    }
}
