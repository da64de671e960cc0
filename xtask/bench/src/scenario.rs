//! One thing to measure, and on which server.

use anyhow::Result;

use crate::access::Access;
use crate::ai::Ai;
use crate::append::{Append, Content};
use crate::catch_up::CatchUp;
use crate::ceiling::Ceiling;
use crate::list::List;
use crate::live::{Latencies, Live};
use crate::measure::Figures;
use crate::round::Round;
use crate::subscribed::Subscribed;
use crate::touch::Touch;
use crate::variant::Variant;
use crate::{access, ai, append, catch_up, ceiling, claim, idle, list, live, spread, subscribed, tail, touch, wake};

/// One thing to measure.
pub struct Scenario {
    pub name: &'static str,
    pub title: &'static str,
    pub variant: Variant,
    /// The scenario of the no-op object that it is compared with.
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
    /// Tokens of AI answers that have been delivered.
    Tokens,
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
    Waking,
    Listing,
    Access,
    Subscriptions,
}

#[derive(Clone, Copy)]
pub enum Load {
    Access(Access),
    Ai(Ai),
    Append(Append),
    /// A worker that claims a wake.
    Claim {
        links: u32,
    },
    CatchUp(CatchUp),
    Ceiling(Ceiling),
    Live(Live),
    Idle {
        readers: u32,
    },
    List(List),
    /// Streams with a reader each.
    Spread {
        readers: u32,
    },
    Subscribed(Subscribed),
    Tail {
        readers: u32,
        /// Whether rows of other streams move to R2 meanwhile.
        moving: bool,
    },
    Touch(Touch),
    /// A webhook that is told of one append after the other.
    Wake,
    /// Webhooks of which each is told of an append to its own stream.
    WakeBurst {
        streams: usize,
    },
}

impl Load {
    pub async fn run(self, round: &Round<'_>) -> Result<Figures> {
        match self {
            Self::Access(load) => access::run(load, round).await,
            Self::Ai(load) => ai::run(load, round).await,
            Self::Append(load) => append::run(load, round).await,
            Self::Claim { links } => claim::run(links, round).await,
            Self::CatchUp(load) => catch_up::run(load, round).await,
            Self::Ceiling(load) => ceiling::run(load, round).await,
            Self::List(load) => list::run(load, round).await,
            Self::Live(load) => live::run(load, round).await,
            Self::Idle { readers } => idle::run(readers, round).await,
            Self::Spread { readers } => spread::run(readers, round).await,
            Self::Subscribed(load) => subscribed::run(load, round).await,
            Self::Tail { readers, moving } => tail::run(readers, moving, round).await,
            Self::Touch(load) => touch::run(load, round).await,
            Self::Wake => wake::latency(round).await,
            Self::WakeBurst { streams } => wake::burst(streams, round).await,
        }
    }
}

impl Scenario {
    pub fn new(name: &'static str, title: &'static str, load: Load) -> Self {
        Self { name, title, variant: Variant::Plain, ceiling: None, load }
    }

    pub fn on(self, variant: Variant) -> Self {
        Self { variant, ..self }
    }

    pub fn below(self, ceiling: &'static str) -> Self {
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
            Load::CatchUp(_) | Load::Tail { .. } => Section::Reading,
            Load::Ai(_) | Load::Live(_) | Load::Idle { .. } | Load::Spread { .. } => Section::Following,
            Load::Touch(_) => Section::Waking,
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
            Load::Ceiling(Ceiling::Post(post) | Ceiling::Batch(post)) => match post.messages {
                1 => Unit::Requests,
                _ if post.is_large() => Unit::Megabytes,
                _ => Unit::Messages,
            },
            Load::CatchUp(_) | Load::Ceiling(Ceiling::Page(_)) => Unit::Megabytes,
            Load::Idle { .. } | Load::Spread { .. } | Load::Ceiling(Ceiling::Hold { .. }) => Unit::Kibibytes,
            Load::Access(_)
            | Load::Ceiling(Ceiling::Get { .. })
            | Load::Claim { .. }
            | Load::List(_)
            | Load::Tail { .. }
            | Load::Touch(_) => Unit::Requests,
            Load::Ai(_) => Unit::Tokens,
            Load::Live(Live { latencies: Latencies::OfTheWriter, .. }) => Unit::Requests,
            Load::Live(_) | Load::Wake | Load::WakeBurst { .. } => Unit::Deliveries,
        }
    }
}

impl Section {
    pub const ALL: [Self; 8] = [
        Self::Ceiling,
        Self::Writing,
        Self::Reading,
        Self::Following,
        Self::Waking,
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
            Self::Waking => "The first request about a stream after a restart",
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
            Self::Tokens => "tokens/s",
            Self::Kibibytes => "KiB/reader",
        }
    }
}
