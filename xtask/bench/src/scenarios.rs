//! All that is measured.

use token::Algorithm;

use crate::access::{Access, Asked, Credentials};
use crate::ai::Ai;
use crate::append::{Append, Content};
use crate::catch_up::{CatchUp, Stored};
use crate::ceiling::{Ceiling, Page, Post};
use crate::list::List;
use crate::live::{Latencies, Live, Mode};
use crate::scenario::{Load, Scenario};
use crate::subscribed::Subscribed;
use crate::subscription::Delivery;
use crate::touch::Touch;
use crate::variant::Variant::{
    Cold, Compacting, Distant, Forgetful, Fresh, Guarded, Listed, Moving, Restarted, Roomy, Sharded,
};

/// The no-op object's, with which others are compared.
pub const POST_1: &str = "noop-post-1";
pub const POST_16: &str = "noop-post-16";
pub const POST_64: &str = "noop-post-64";
pub const POST_256: &str = "noop-post-256";
pub const POST_64_OBJECTS: &str = "noop-post-64-objects";
pub const POST_BATCHES: &str = "noop-post-batches";
pub const GET_64: &str = "noop-get-64";
pub const BATCH_1: &str = "noop-d1-1";
pub const BATCH_64: &str = "noop-d1-64";
pub const BATCH_64_OBJECTS: &str = "noop-d1-64-objects";
pub const BATCH_BATCHES: &str = "noop-d1-batches";
pub const BATCH_1M_8: &str = "noop-d1-1m-8";
pub const PAGE: &str = "noop-d1-page";
pub const ROWS: &str = "noop-d1-rows";
pub const HELD_1000: &str = "noop-held-1000";

/// In the order in which they run.
pub fn all() -> Vec<Scenario> {
    [ceilings(), writing(), reading(), following(), waking(), listing(), access(), subscriptions()]
        .into_iter()
        .flatten()
        .collect()
}

fn new(name: &'static str, title: &'static str, load: Load) -> Scenario {
    Scenario::new(name, title, load)
}

fn ceilings() -> Vec<Scenario> {
    let post = |clients, objects| Load::Ceiling(Ceiling::Post(Post { clients, objects, messages: 1 }));
    let batch = |clients, objects| Load::Ceiling(Ceiling::Batch(Post { clients, objects, messages: 1 }));
    let hundred = Post { clients: 1, objects: 1, messages: 100 };
    let megabytes = Post { clients: 8, objects: 1, messages: 5_000 };
    vec![
        new(POST_1, "no-op POST, 1 connection", post(1, 1)),
        new(POST_16, "no-op POST, 16 connections", post(16, 1)),
        new(POST_64, "no-op POST, 64 connections", post(64, 1)),
        new(POST_256, "no-op POST, 256 connections", post(256, 1)),
        new(POST_64_OBJECTS, "no-op POST, 64 connections, 64 objects", post(64, 64)),
        new(POST_BATCHES, "no-op POST of 100 messages, 1 connection", Load::Ceiling(Ceiling::Post(hundred))),
        new(GET_64, "no-op GET, 64 connections", Load::Ceiling(Ceiling::Get { clients: 64 })),
        new(BATCH_1, "no-op POST with a D1 batch, 1 connection", batch(1, 1)),
        new(BATCH_64, "the same, 64 connections, 1 object", batch(64, 1)),
        new(BATCH_64_OBJECTS, "the same, 64 connections, 64 objects", batch(64, 64)),
        new(BATCH_BATCHES, "the same, 1 connection, 100 messages", Load::Ceiling(Ceiling::Batch(hundred))),
        new(BATCH_1M_8, "the same, 8 connections, 1 object, 1 MB", Load::Ceiling(Ceiling::Batch(megabytes))),
        new(PAGE, "no-op GET of 1 MiB out of D1, 1 connection", Load::Ceiling(Ceiling::Page(Page::OneRow))),
        new(ROWS, "the same out of rows of 64 KiB", Load::Ceiling(Ceiling::Page(Page::Rows))),
        new(HELD_1000, "1,000 responses held by the no-op object", Load::Ceiling(Ceiling::Hold { readers: 1_000 }))
            .on(Fresh { scenario: 1 }),
    ]
}

/// Appends of one message by one writer.
const ONE: Append = Append { writers: 1, streams: 1, content: Content::Json { messages: 1 }, producers: false };

fn writing() -> Vec<Scenario> {
    let write = |writers| Load::Append(Append { writers, ..ONE });
    let append = |content| Load::Append(Append { content, ..ONE });
    let producer = Load::Append(Append { producers: true, ..ONE });
    let streams = Load::Append(Append { writers: 64, streams: 64, ..ONE });
    let megabytes = Append { writers: 8, content: Content::Bytes { size: 1_000_000, appends: 16 }, ..ONE };
    vec![
        new("write-1", "1 writer", write(1)).below(POST_1),
        new("write-1-producer", "1 writer with producer headers", producer).below(POST_1),
        new("write-16", "16 writers, 1 stream", write(16)).below(POST_16),
        new("write-64", "64 writers, 1 stream", write(64)).below(POST_64),
        new("write-64-token", "64 writers with a token, 1 stream", write(64)).on(Guarded).below(POST_64),
        new("write-256", "256 writers, 1 stream", write(256)).below(POST_256),
        new("write-64-streams", "64 writers, 64 streams", streams).below(POST_64_OBJECTS),
        new("write-64-streams-4", "64 writers, 64 streams, 4 databases", streams).on(Sharded).below(POST_64_OBJECTS),
        new("write-64-compacting", "64 writers, rows moving to R2 all the time", write(64))
            .on(Compacting)
            .below(POST_64),
        new("write-64-10ms", "64 writers, D1 10 ms away", write(64)).on(Distant { delay_ms: 10 }),
        new("write-64-30ms", "64 writers, D1 30 ms away", write(64)).on(Distant { delay_ms: 30 }),
        new("write-batches", "1 writer, JSON batches of 100", append(Content::Json { messages: 100 }))
            .below(POST_BATCHES),
        new("write-64k", "1 writer, 64 KiB appends", append(Content::Bytes { size: 64 << 10, appends: 1024 })),
        new("write-1m", "1 writer, 1 MB appends", append(Content::Bytes { size: 1_000_000, appends: 64 })),
        new("write-1m-8", "8 writers, 1 MB appends, 1 stream", Load::Append(megabytes)).below(BATCH_1M_8),
    ]
}

fn reading() -> Vec<Scenario> {
    let one = |content| CatchUp { content, readers: 1, ends: false };
    let read = |content| Load::CatchUp(one(content));
    let ended = |content| Load::CatchUp(CatchUp { ends: true, ..one(content) });
    let json = Stored::Json { messages: 20_000, batch: 100 };
    let singles = Stored::Json { messages: 20_000, batch: 1 };
    let long_json = Stored::Json { messages: 200_000, batch: 100 };
    let bytes = |appends| Stored::Bytes { size: 1 << 20, appends };
    let pieces = Load::CatchUp(CatchUp { readers: 16, ..one(Stored::Bytes { size: 64 << 10, appends: 64 }) });
    let tail = |moving| Load::Tail { readers: 32, moving };
    vec![
        new("catch-up-json", "20,000 JSON messages, from D1", read(json)).on(Forgetful).below(ROWS),
        new("catch-up-json-memory", "20,000 JSON messages, from memory", read(json)).on(Roomy),
        new("catch-up-singles", "20,000 JSON messages, appended one by one", read(singles)),
        new("catch-up-4m", "4 MiB of bytes, from D1", read(bytes(4))).on(Forgetful).below(ROWS),
        new("catch-up-16m", "16 MiB of bytes, from D1, in one response", read(bytes(16))).on(Forgetful).below(PAGE),
        new("catch-up-64m", "64 MiB of bytes, from D1", read(bytes(64))).on(Forgetful).below(PAGE),
        new("catch-up-64m-cold", "64 MiB of bytes, from R2", ended(bytes(64))).on(Cold),
        new("catch-up-json-long", "200,000 JSON messages, from D1", read(long_json)).on(Forgetful).below(PAGE),
        new("catch-up-json-cold", "200,000 JSON messages, from R2", ended(long_json)).on(Cold),
        new("catch-up-64m-warm", "64 MiB of bytes, object at work", read(bytes(64))),
        new("catch-up-64k-16", "16 readers of 64 messages of 64 KiB, from D1", pieces).on(Forgetful).below(ROWS),
        new("catch-up-64k-16-memory", "16 readers of 64 messages of 64 KiB, from memory", pieces).on(Roomy),
        new("tail-32", "32 readers of the last ten messages", tail(false)).below(GET_64),
        new("tail-32-moving", "the same while other streams of 20,000 rows move to R2", tail(true))
            .on(Moving)
            .below(GET_64),
    ]
}

fn following() -> Vec<Scenario> {
    let many = Live { mode: Mode::Sse, readers: 1_000, asleep: 0, messages_per_s: 20, latencies: Latencies::OfReaders };
    let some = Live { readers: 200, ..many };
    let polls = |readers| Load::Live(Live { mode: Mode::LongPoll, readers, messages_per_s: 5, ..many });
    let writer = |readers| Load::Live(Live { readers, latencies: Latencies::OfTheWriter, ..many });
    let ai = |batching| Load::Ai(Ai { streams: 100, tokens_per_s: 50, batching });
    vec![
        new("ai-100", "100 AI answers of 50 tokens/s, each token an append", ai(false)),
        new("ai-100-batched", "the same, waiting tokens in one append", ai(true)),
        new("sse-200", "200 SSE readers, 20 messages/s", Load::Live(some)),
        new("sse-200-asleep", "the same, and one that doesn't read", Load::Live(Live { asleep: 1, ..some })),
        new("sse-1000", "1,000 SSE readers, 20 messages/s", Load::Live(many)),
        new("write-20-sse-1000", "the writer of these", writer(1_000)),
        new("write-20", "the same writer without readers", writer(0)),
        new("sse-1000-idle", "memory of each of 1,000 idle SSE readers", Load::Idle { readers: 1_000 })
            .on(Fresh { scenario: 1 })
            .below(HELD_1000),
        new("sse-1000-streams", "memory of each of 1,000 streams with an SSE reader", Load::Spread { readers: 1_000 })
            .on(Fresh { scenario: 2 }),
        new("long-poll-100", "100 long-poll readers, 5 messages/s", polls(100)),
        new("long-poll-200", "200 long-poll readers, 5 messages/s", polls(200)),
    ]
}

fn waking() -> Vec<Scenario> {
    let touch = |touch| Load::Touch(touch);
    vec![
        new("first-get", "first GET", touch(Touch::Get)).on(Restarted),
        new("first-append", "first append", touch(Touch::Append)).on(Restarted),
        new("first-fork", "first fork", touch(Touch::Fork)).on(Restarted),
    ]
}

fn listing() -> Vec<Scenario> {
    vec![
        new("list-1000", "1,000 of 100,000 streams", Load::List(List::Streams)).on(Listed),
        new("list-1000-prefixes", "1,000 prefixes of 100,000 streams (delimiter=/)", Load::List(List::Prefixes))
            .on(Listed),
    ]
}

fn access() -> Vec<Scenario> {
    use Algorithm::{EdDsa, Es256, Hs256};
    use Asked::{Append, Message, Refusal};
    use Credentials::{Anyone, New, Seen, SignedUrl};

    let open = |name, title, asked| new(name, title, Load::Access(Access { asked, credentials: Anyone }));
    let with =
        |name, title, asked, credentials| new(name, title, Load::Access(Access { asked, credentials })).on(Guarded);
    vec![
        open("check-open", "checked at the edge only: anyone may send them", Refusal),
        with("check-seen", "checked at the edge only: a token seen before", Refusal, Seen),
        with("check-hs256", "checked at the edge only: a new token each, HS256", Refusal, New(Hs256)),
        with("check-eddsa", "checked at the edge only: a new token each, EdDSA", Refusal, New(EdDsa)),
        with("check-es256", "checked at the edge only: a new token each, ES256", Refusal, New(Es256)),
        with("check-signed", "checked at the edge only: a signed URL", Refusal, SignedUrl),
        open("read-open", "reads: anyone may send them", Message),
        with("read-seen", "reads: a token seen before", Message, Seen),
        with("read-hs256", "reads: a new token each, HS256", Message, New(Hs256)),
        with("read-eddsa", "reads: a new token each, EdDSA", Message, New(EdDsa)),
        with("read-es256", "reads: a new token each, ES256", Message, New(Es256)),
        with("read-signed", "reads: a signed URL", Message, SignedUrl),
        open("append-open", "appends: anyone may send them", Append),
        with("append-seen", "appends: a token seen before", Append, Seen),
        with("append-hs256", "appends: a new token each, HS256", Append, New(Hs256)),
        with("append-eddsa", "appends: a new token each, EdDSA", Append, New(EdDsa)),
        with("append-es256", "appends: a new token each, ES256", Append, New(Es256)),
    ]
}

fn subscriptions() -> Vec<Scenario> {
    let subscribed = |delivery, subscriptions| Load::Subscribed(Subscribed { append: ONE, delivery, subscriptions });
    vec![
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_ceilings_exist() {
        let scenarios = all();
        let names: BTreeSet<_> = scenarios.iter().map(|scenario| scenario.name).collect();
        assert_eq!(names.len(), scenarios.len());
        for scenario in &scenarios {
            let Some(name) = scenario.ceiling else { continue };
            let ceiling = scenarios.iter().find(|other| other.name == name).expect(name);
            assert!(ceiling.is_ceiling() && ceiling.unit() == scenario.unit(), "{} and {name}", scenario.name);
        }
    }

    #[test]
    fn no_two_scenarios_share_a_fresh_server() {
        let fresh = |scenario: &&Scenario| matches!(scenario.variant, Fresh { .. });
        let scenarios = all();
        let servers: Vec<_> =
            scenarios.iter().filter(fresh).map(|scenario| (scenario.is_ceiling(), scenario.variant)).collect();
        assert_eq!(servers.iter().collect::<BTreeSet<_>>().len(), servers.len());
    }
}
