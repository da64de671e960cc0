// The expansion of spec/durable_streams.rs. `BLESS=1 cargo test -p dsl` writes it anew.

/// The limits of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of a request body. When exceeded, the request is rejected (413).
    pub body: ::core::primitive::usize,
    /// Maximum size of a body that one D1 transaction stores. A longer body is written to R2 in parts of about this size while it
    /// arrives, and one transaction then records all parts. A JSON message larger than `row` is written to R2, too.
    pub part: ::core::primitive::usize,
    /// Maximum size of a body that is still read after the request was rejected. A client that sends everything before it reads
    /// then receives the response. A body with a larger declared length is not read; any other body is cut off at this size.
    pub drain: ::core::primitive::usize,
    /// Maximum size of a body whose memory is reserved at once. A larger body is read in pieces of this size, and its memory grows as
    /// the pieces arrive.
    pub small_body: ::core::primitive::usize,
    /// Maximum time to wait for the next piece (`small_body`) of a body. When exceeded, the request is rejected (408) and its memory is
    /// released. It is also the maximum time that a read waits for memory (503).
    pub body_wait: ::core::time::Duration,
    /// Maximum memory of one isolate for all its streams: bodies that are read or queued, stream tails cached for live readers, pages
    /// and segments. Cached tails are shortened first. When exceeded, a body waits for up to `memory_wait` (429).
    pub memory: ::core::primitive::usize,
    /// Part of `memory` that is reserved for bodies of up to `small_body`.
    pub memory_small: ::core::primitive::usize,
    /// Part of `memory` that neither larger bodies nor moves to R2 can use. It is left for small bodies and for pages read from D1 and
    /// R2.
    pub memory_pages: ::core::primitive::usize,
    /// Maximum memory of one isolate for cached stream tails. When exceeded, the least recently used tails are shortened.
    pub memory_tails: ::core::primitive::usize,
    /// Maximum time that a body waits for memory. When exceeded, the request is rejected (429).
    pub memory_wait: ::core::time::Duration,
    /// Maximum size of one JSON message. When exceeded, the append is rejected (413).
    pub message: ::core::primitive::usize,
    /// Maximum bytes of a stream in one response to a read without `live`. When exceeded, the response ends before the tail. For JSON,
    /// the stored size counts, which can be slightly larger.
    pub response: ::core::primitive::usize,
    /// Maximum number of D1 queries and R2 requests for one response to a read without `live`, by a conservative estimate. When it
    /// would be exceeded, the response ends before the tail. Cloudflare allows 1,000 per invocation.
    pub response_requests: ::core::primitive::usize,
    /// Maximum bytes of a stream in one response to a long-poll, and in memory at once for a longer response. A single larger message
    /// is still sent.
    pub page: ::core::primitive::usize,
    /// Maximum bytes read from a segment for a page that does not start at a page boundary, so that the response starts quickly. A single
    /// larger block is read whole.
    pub seek: ::core::primitive::usize,
    /// Maximum payload of one row of the log in D1, before encoding. A longer append takes several rows; a larger JSON message is
    /// stored in R2.
    pub row: ::core::primitive::usize,
    /// Maximum number of appends of one stream that wait for D1. When exceeded, further appends are rejected (429).
    pub queue: ::core::primitive::usize,
    /// Maximum bytes of one stream that wait for D1. When exceeded, further appends are rejected (429).
    pub queue_bytes: ::core::primitive::usize,
    /// Maximum number of statements in one D1 transaction. When exceeded, the remaining changes go into the next one. D1 accepts 1,000
    /// per request.
    pub transaction: ::core::primitive::usize,
    /// Maximum size of one D1 transaction. When exceeded, the remaining changes go into the next one. A single larger change is still
    /// committed.
    pub transaction_bytes: ::core::primitive::usize,
    /// Maximum time between sending a transaction to D1 and its commit, by the clock of D1. A transaction that arrives later changes
    /// nothing.
    pub transaction_validity: ::core::time::Duration,
    /// Maximum time to wait for a response from D1. When exceeded, the request fails (503), and its transaction may or may not have
    /// been committed.
    pub database_wait: ::core::time::Duration,
    /// Maximum time to wait for a response from R2. When exceeded, the request fails (503).
    pub bucket_wait: ::core::time::Duration,
    /// Maximum time to wait for the Durable Object of another stream: to create or release a fork, or to restore one. When exceeded, the request fails (503).
    pub object_wait: ::core::time::Duration,
    /// Maximum bytes of one stream in D1. When exceeded, its oldest rows move to R2 until half of the limit is left.
    pub hot: ::core::primitive::usize,
    /// Maximum rows of one stream in D1. When exceeded, its oldest rows move to R2 until half of the limit is left.
    pub hot_rows: ::core::primitive::usize,
    /// Minimum bytes in D1 at which a closed or soft-deleted stream moves to R2 completely.
    pub snapshot: ::core::primitive::usize,
    /// Maximum size of a segment in R2. When reached, the next segment starts. The last row of a segment can exceed it.
    pub segment: ::core::primitive::usize,
    /// Maximum size of a block, the unit in which a segment is read and checked. A single larger message is a block of its own.
    pub block: ::core::primitive::usize,
    /// Number of adjacent segments of similar size that are merged into one, unless the result would exceed `segment`. At least 2.
    pub merge: ::core::primitive::usize,
    /// Minimum bytes kept of each stream. The oldest segments are deleted as long as this much remains and the stream has no forks. 0
    /// keeps everything. `Stream-Retain-Bytes` overrides it.
    pub retain: ::core::primitive::usize,
    /// Minimum time that data is kept. Segments in which all data is older are deleted, unless the stream has forks. 0 keeps
    /// everything. `Stream-Retain-Age` overrides it.
    pub retain_age: ::core::time::Duration,
    /// Time for which the edge caches what it reads from R2, with the Cache API. The cache requires a custom domain. 0 turns it off.
    pub edge_cache: ::core::time::Duration,
    /// Maximum memory of one edge isolate for cached segment indexes, which save queries to D1. When exceeded, the least recently used
    /// ones are dropped. 0 turns the cache off.
    pub edge_index: ::core::primitive::usize,
    /// Delay before an R2 object is deleted after others have replaced it, so that requests about to read it still can.
    pub discard_grace: ::core::time::Duration,
    /// Minimum age at which a sweep deletes an R2 object that no row references.
    pub orphan_grace: ::core::time::Duration,
    /// Maximum number of R2 objects that one sweep deletes although they may be the last copy of their data. No row names these
    /// objects, and no rows store the same data. If it finds more, it deletes none of them, because D1 has probably lost rows.
    pub orphans: ::core::primitive::usize,
    /// Maximum number of D1 queries and R2 requests in one sweep for unreferenced R2 objects. When exceeded, the next sweep continues
    /// from there. Cloudflare allows 1,000 per invocation.
    pub sweep_requests: ::core::primitive::usize,
    /// Maximum bytes of R2 objects that one request to restore a stream reads and checks. At least one object is checked. When
    /// exceeded, the response is 202, and the next request continues from there.
    pub restore_bytes: ::core::primitive::usize,
    /// Maximum number of segments of a restored stream, because one transaction records all of them. When exceeded, the stream is not
    /// restored (409).
    pub restore_segments: ::core::primitive::usize,
    /// Maximum bytes of one stream's newest data kept in memory for live readers. Older data is read from storage.
    pub tail_cache: ::core::primitive::usize,
    /// Maximum number of live readers of one stream. When exceeded, further readers are rejected (429).
    pub readers: ::core::primitive::usize,
    /// Maximum number of readers of one stream that are sent new data in one turn of the event loop. If more are connected, at most 16
    /// are served per turn, so that writes are not delayed.
    pub readers_served: ::core::primitive::usize,
    /// Maximum bytes of encoded events sent to one live reader and not yet acknowledged. The server requests an acknowledgment once
    /// more than half of it is unacknowledged. A single larger message is still sent.
    pub reader_window: ::core::primitive::usize,
    /// Maximum number of forks of one stream. When exceeded, further forks are rejected (429).
    pub forks: ::core::primitive::usize,
    /// Maximum length of a fork chain: the number of streams from which one stream inherits data. When exceeded, the fork is rejected
    /// (409).
    pub fork_depth: ::core::primitive::usize,
    /// Maximum number of producers of one stream whose state is kept in memory. The state of any other producer is read from D1 when it
    /// appends.
    pub producers: ::core::primitive::usize,
    /// Maximum number of appends of one producer whose offsets are stored, so that a retry receives the same offset. A retry of an
    /// older append receives the tail offset.
    pub producer_tails: ::core::primitive::usize,
    /// Maximum number of streams of each database that are looked at for one page of a list with a filter. When exceeded, the page ends there, and `next`
    /// continues. Without a filter, it is the number of streams in the page.
    pub list_rows: ::core::primitive::usize,
    /// Maximum number of streams that one request to delete streams by prefix deletes. When exceeded, the response is 202, and the next request
    /// continues from there. Cloudflare allows 1,000 requests to Durable Objects per invocation.
    pub deletions: ::core::primitive::usize,
    /// Maximum number of requests to R2 for one page of the streams that have objects in R2. When exceeded, the page ends there, and `next`
    /// continues. Cloudflare allows 1,000 per invocation.
    pub stored_requests: ::core::primitive::usize,
    /// Maximum size of the header of a token, and of its claims. When exceeded, the token is refused (401).
    pub claims: ::core::primitive::usize,
    /// Difference between clocks that is tolerated in the times of a token or a signed URL.
    pub token_leeway: ::core::time::Duration,
    /// Maximum memory of one isolate for tokens that were verified lately and need not be verified again. When exceeded, the least recently
    /// used ones are forgotten.
    pub token_cache: ::core::primitive::usize,
    /// Maximum time from now to the end of a signed URL. When exceeded, the URL is refused (401).
    pub signed_url: ::core::time::Duration,
    /// Maximum size of a key set that is fetched. When exceeded, the keys that were fetched before stay in use.
    pub keys: ::core::primitive::usize,
    /// Time after which keys are fetched again.
    pub keys_lifetime: ::core::time::Duration,
    /// Minimum time between two fetches of keys. A token with an unfamiliar key causes a fetch, but no second one within this time.
    pub keys_interval: ::core::time::Duration,
    /// Minimum time between two fetches of keys until one succeeds. Until then, tokens with an unfamiliar key are refused (503).
    pub keys_retry: ::core::time::Duration,
    /// Maximum time to wait for keys. When exceeded, the fetch has failed.
    pub keys_wait: ::core::time::Duration,
    /// Time for which an isolate answers all requests for its health with the result of the same checks.
    pub health_interval: ::core::time::Duration,
    /// Maximum time of the checks. A database or bucket that does not answer within it has failed.
    pub health_wait: ::core::time::Duration,
    /// Maximum number of events of one name that an isolate logs within `log_interval`. It only counts the others. 0 logs none.
    pub log_lines: ::core::primitive::usize,
    /// Length of the interval for `log_lines`.
    pub log_interval: ::core::time::Duration,
    /// Maximum time that a long-poll waits for data (§5.7). When exceeded, the response is 204.
    pub long_poll_hold: ::core::time::Duration,
    /// Maximum time that a Durable Object holds a long-poll itself before the wait moves to a WebSocket. It holds one only if the
    /// stream changed within this time. At most a third of `long_poll_hold` is used. 0 turns it off.
    pub long_poll_object_hold: ::core::time::Duration,
    /// Maximum number of long-polls that the Durable Object of one stream holds itself. When exceeded, a long-poll waits on a
    /// WebSocket.
    pub held_polls: ::core::primitive::usize,
    /// Maximum size of a response to a long-poll that a Durable Object holds itself. When exceeded, the response is sent through a
    /// WebSocket, so that it is encoded once for all readers.
    pub held_response: ::core::primitive::usize,
    /// Time after which the server ends an SSE response, so that the client reconnects (§10.2). It varies by `sse_jitter`.
    pub sse_lifetime: ::core::time::Duration,
    /// Maximum deviation from `sse_lifetime`, in percent of it; at most 100. It is random for each response, so that readers who
    /// connected together do not reconnect together.
    pub sse_jitter: ::core::primitive::usize,
    /// Interval at which an SSE response without events sends a comment, so that intermediaries do not close the connection. The
    /// comment is skipped while the client has unread data. 0 turns it off.
    pub sse_heartbeat: ::core::time::Duration,
    /// Length of one cursor interval (§10.1).
    pub cursor_interval: ::core::time::Duration,
    /// Start of the first cursor interval, as the time since 1970: 2024-10-09T00:00:00Z (§10.1).
    pub cursor_epoch: ::core::time::Duration,
    /// Distance between the cursors of adjacent offsets: how many long-polls can time out at one offset before the cursor reaches that
    /// of the next (§10.1).
    pub cursor_stride: ::core::primitive::usize,
    /// Remaining lifetime of a stream below which its pages are not cached (§10). At least the six minutes in `Cache-Control`. Such a page is sent with
    /// `no-cache`.
    pub cache_lifetime: ::core::time::Duration,
}
impl Limits {
    /// As the spec declares them.
    pub const DECLARED: Limits = Limits {
        body: 67_108_864,
        part: 4_194_304,
        drain: 16_777_216,
        small_body: 65_536,
        body_wait: ::core::time::Duration::from_secs(15),
        memory: 33_554_432,
        memory_small: 4_194_304,
        memory_pages: 4_194_304,
        memory_tails: 16_777_216,
        memory_wait: ::core::time::Duration::from_secs(1),
        message: 16_777_216,
        response: 67_108_864,
        response_requests: 800,
        page: 1_048_576,
        seek: 262_144,
        row: 1_048_576,
        queue: 1_024,
        queue_bytes: 16_777_216,
        transaction: 500,
        transaction_bytes: 8_388_608,
        transaction_validity: ::core::time::Duration::from_secs(30),
        database_wait: ::core::time::Duration::from_secs(20),
        bucket_wait: ::core::time::Duration::from_secs(30),
        object_wait: ::core::time::Duration::from_mins(1),
        hot: 8_388_608,
        hot_rows: 4_096,
        snapshot: 65_536,
        segment: 8_388_608,
        block: 65_536,
        merge: 8,
        retain: 0,
        retain_age: ::core::time::Duration::from_millis(0),
        edge_cache: ::core::time::Duration::from_millis(0),
        edge_index: 4_194_304,
        discard_grace: ::core::time::Duration::from_mins(1),
        orphan_grace: ::core::time::Duration::from_hours(168),
        orphans: 100,
        sweep_requests: 900,
        restore_bytes: 268_435_456,
        restore_segments: 10_000,
        tail_cache: 1_048_576,
        readers: 10_000,
        readers_served: 64,
        reader_window: 262_144,
        forks: 10_000,
        fork_depth: 64,
        producers: 1_024,
        producer_tails: 16,
        list_rows: 10_000,
        deletions: 100,
        stored_requests: 200,
        claims: 8_192,
        token_leeway: ::core::time::Duration::from_mins(1),
        token_cache: 1_048_576,
        signed_url: ::core::time::Duration::from_hours(24),
        keys: 65_536,
        keys_lifetime: ::core::time::Duration::from_hours(1),
        keys_interval: ::core::time::Duration::from_mins(1),
        keys_retry: ::core::time::Duration::from_secs(5),
        keys_wait: ::core::time::Duration::from_secs(10),
        health_interval: ::core::time::Duration::from_secs(1),
        health_wait: ::core::time::Duration::from_secs(5),
        log_lines: 10,
        log_interval: ::core::time::Duration::from_mins(1),
        long_poll_hold: ::core::time::Duration::from_secs(25),
        long_poll_object_hold: ::core::time::Duration::from_secs(1),
        held_polls: 256,
        held_response: 16_384,
        sse_lifetime: ::core::time::Duration::from_mins(15),
        sse_jitter: 20,
        sse_heartbeat: ::core::time::Duration::from_secs(25),
        cursor_interval: ::core::time::Duration::from_secs(20),
        cursor_epoch: ::core::time::Duration::from_hours(480_120),
        cursor_stride: 4_096,
        cache_lifetime: ::core::time::Duration::from_mins(6),
    };
    /// The variables that override them.
    pub const VARIABLES: &[&::core::primitive::str] = &[
        "LIMIT_BODY",
        "LIMIT_PART",
        "LIMIT_DRAIN",
        "LIMIT_SMALL_BODY",
        "LIMIT_BODY_WAIT",
        "LIMIT_MEMORY",
        "LIMIT_MEMORY_SMALL",
        "LIMIT_MEMORY_PAGES",
        "LIMIT_MEMORY_TAILS",
        "LIMIT_MEMORY_WAIT",
        "LIMIT_MESSAGE",
        "LIMIT_RESPONSE",
        "LIMIT_RESPONSE_REQUESTS",
        "LIMIT_PAGE",
        "LIMIT_SEEK",
        "LIMIT_ROW",
        "LIMIT_QUEUE",
        "LIMIT_QUEUE_BYTES",
        "LIMIT_TRANSACTION",
        "LIMIT_TRANSACTION_BYTES",
        "LIMIT_TRANSACTION_VALIDITY",
        "LIMIT_DATABASE_WAIT",
        "LIMIT_BUCKET_WAIT",
        "LIMIT_OBJECT_WAIT",
        "LIMIT_HOT",
        "LIMIT_HOT_ROWS",
        "LIMIT_SNAPSHOT",
        "LIMIT_SEGMENT",
        "LIMIT_BLOCK",
        "LIMIT_MERGE",
        "LIMIT_RETAIN",
        "LIMIT_RETAIN_AGE",
        "LIMIT_EDGE_CACHE",
        "LIMIT_EDGE_INDEX",
        "LIMIT_DISCARD_GRACE",
        "LIMIT_ORPHAN_GRACE",
        "LIMIT_ORPHANS",
        "LIMIT_SWEEP_REQUESTS",
        "LIMIT_RESTORE_BYTES",
        "LIMIT_RESTORE_SEGMENTS",
        "LIMIT_TAIL_CACHE",
        "LIMIT_READERS",
        "LIMIT_READERS_SERVED",
        "LIMIT_READER_WINDOW",
        "LIMIT_FORKS",
        "LIMIT_FORK_DEPTH",
        "LIMIT_PRODUCERS",
        "LIMIT_PRODUCER_TAILS",
        "LIMIT_LIST_ROWS",
        "LIMIT_DELETIONS",
        "LIMIT_STORED_REQUESTS",
        "LIMIT_CLAIMS",
        "LIMIT_TOKEN_LEEWAY",
        "LIMIT_TOKEN_CACHE",
        "LIMIT_SIGNED_URL",
        "LIMIT_KEYS",
        "LIMIT_KEYS_LIFETIME",
        "LIMIT_KEYS_INTERVAL",
        "LIMIT_KEYS_RETRY",
        "LIMIT_KEYS_WAIT",
        "LIMIT_HEALTH_INTERVAL",
        "LIMIT_HEALTH_WAIT",
        "LIMIT_LOG_LINES",
        "LIMIT_LOG_INTERVAL",
        "LIMIT_LONG_POLL_HOLD",
        "LIMIT_LONG_POLL_OBJECT_HOLD",
        "LIMIT_HELD_POLLS",
        "LIMIT_HELD_RESPONSE",
        "LIMIT_SSE_LIFETIME",
        "LIMIT_SSE_JITTER",
        "LIMIT_SSE_HEARTBEAT",
        "LIMIT_CURSOR_INTERVAL",
        "LIMIT_CURSOR_EPOCH",
        "LIMIT_CURSOR_STRIDE",
        "LIMIT_CACHE_LIFETIME",
    ];
    /// The prefix of their variables.
    pub const PREFIX: &::core::primitive::str = "LIMIT_";
    /// These limits, with those changed for which `variable` has a value.
    ///
    /// # Errors
    /// The first value that can't be read.
    pub fn overridden(
        mut self,
        variable: impl ::core::ops::Fn(
            &::core::primitive::str,
        ) -> ::wire::names::Option<::wire::names::String>,
    ) -> ::wire::names::Result<Self, ::wire::BadLimit> {
        ::wire::limits! {
            self, variable : bytes body = "LIMIT_BODY"; bytes part = "LIMIT_PART"; bytes
            drain = "LIMIT_DRAIN"; bytes small_body = "LIMIT_SMALL_BODY"; duration
            body_wait = "LIMIT_BODY_WAIT"; bytes memory = "LIMIT_MEMORY"; bytes
            memory_small = "LIMIT_MEMORY_SMALL"; bytes memory_pages =
            "LIMIT_MEMORY_PAGES"; bytes memory_tails = "LIMIT_MEMORY_TAILS"; duration
            memory_wait = "LIMIT_MEMORY_WAIT"; bytes message = "LIMIT_MESSAGE"; bytes
            response = "LIMIT_RESPONSE"; count response_requests =
            "LIMIT_RESPONSE_REQUESTS"; bytes page = "LIMIT_PAGE"; bytes seek =
            "LIMIT_SEEK"; bytes row = "LIMIT_ROW"; count queue = "LIMIT_QUEUE"; bytes
            queue_bytes = "LIMIT_QUEUE_BYTES"; count transaction = "LIMIT_TRANSACTION";
            bytes transaction_bytes = "LIMIT_TRANSACTION_BYTES"; duration
            transaction_validity = "LIMIT_TRANSACTION_VALIDITY"; duration database_wait =
            "LIMIT_DATABASE_WAIT"; duration bucket_wait = "LIMIT_BUCKET_WAIT"; duration
            object_wait = "LIMIT_OBJECT_WAIT"; bytes hot = "LIMIT_HOT"; count hot_rows =
            "LIMIT_HOT_ROWS"; bytes snapshot = "LIMIT_SNAPSHOT"; bytes segment =
            "LIMIT_SEGMENT"; bytes block = "LIMIT_BLOCK"; count merge = "LIMIT_MERGE";
            bytes retain = "LIMIT_RETAIN"; duration retain_age = "LIMIT_RETAIN_AGE";
            duration edge_cache = "LIMIT_EDGE_CACHE"; bytes edge_index =
            "LIMIT_EDGE_INDEX"; duration discard_grace = "LIMIT_DISCARD_GRACE"; duration
            orphan_grace = "LIMIT_ORPHAN_GRACE"; count orphans = "LIMIT_ORPHANS"; count
            sweep_requests = "LIMIT_SWEEP_REQUESTS"; bytes restore_bytes =
            "LIMIT_RESTORE_BYTES"; count restore_segments = "LIMIT_RESTORE_SEGMENTS";
            bytes tail_cache = "LIMIT_TAIL_CACHE"; count readers = "LIMIT_READERS"; count
            readers_served = "LIMIT_READERS_SERVED"; bytes reader_window =
            "LIMIT_READER_WINDOW"; count forks = "LIMIT_FORKS"; count fork_depth =
            "LIMIT_FORK_DEPTH"; count producers = "LIMIT_PRODUCERS"; count producer_tails
            = "LIMIT_PRODUCER_TAILS"; count list_rows = "LIMIT_LIST_ROWS"; count
            deletions = "LIMIT_DELETIONS"; count stored_requests =
            "LIMIT_STORED_REQUESTS"; bytes claims = "LIMIT_CLAIMS"; duration token_leeway
            = "LIMIT_TOKEN_LEEWAY"; bytes token_cache = "LIMIT_TOKEN_CACHE"; duration
            signed_url = "LIMIT_SIGNED_URL"; bytes keys = "LIMIT_KEYS"; duration
            keys_lifetime = "LIMIT_KEYS_LIFETIME"; duration keys_interval =
            "LIMIT_KEYS_INTERVAL"; duration keys_retry = "LIMIT_KEYS_RETRY"; duration
            keys_wait = "LIMIT_KEYS_WAIT"; duration health_interval =
            "LIMIT_HEALTH_INTERVAL"; duration health_wait = "LIMIT_HEALTH_WAIT"; count
            log_lines = "LIMIT_LOG_LINES"; duration log_interval = "LIMIT_LOG_INTERVAL";
            duration long_poll_hold = "LIMIT_LONG_POLL_HOLD"; duration
            long_poll_object_hold = "LIMIT_LONG_POLL_OBJECT_HOLD"; count held_polls =
            "LIMIT_HELD_POLLS"; bytes held_response = "LIMIT_HELD_RESPONSE"; duration
            sse_lifetime = "LIMIT_SSE_LIFETIME"; count sse_jitter = "LIMIT_SSE_JITTER";
            duration sse_heartbeat = "LIMIT_SSE_HEARTBEAT"; duration cursor_interval =
            "LIMIT_CURSOR_INTERVAL"; duration cursor_epoch = "LIMIT_CURSOR_EPOCH"; count
            cursor_stride = "LIMIT_CURSOR_STRIDE"; duration cache_lifetime =
            "LIMIT_CACHE_LIFETIME";
        }
        ::wire::names::Ok(self)
    }
}
/// A position between two messages of a JSON stream, or between two bytes of any other stream (§8). Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(::wire::Int53);
impl Offset {
    /// The number of digits.
    pub const WIDTH: ::core::primitive::usize = 16usize;
    /// The offset of this value, if it is at most 2^53 - 1.
    #[must_use]
    pub const fn new(value: ::core::primitive::u64) -> ::wire::names::Option<Self> {
        match ::wire::Int53::new(value) {
            ::wire::names::Some(value) => ::wire::names::Some(Self(value)),
            ::wire::names::None => ::wire::names::None,
        }
    }
    /// The value.
    #[must_use]
    pub const fn get(self) -> ::core::primitive::u64 {
        self.0.get()
    }
    /// Reads an offset that was sent before.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
        ::wire::fixed_width::read(text, ::wire::Radix::Hex, Self::WIDTH).map(Self)
    }
}
impl ::wire::names::Display for Offset {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::wire::fixed_width::write(f, ::wire::Radix::Hex, Self::WIDTH, self.0)
    }
}
/// What a request can say where an [`Offset`] is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetOrSentinel {
    /// This very offset.
    At(Offset),
    /// The start of the stream, or of the part that is still stored.
    Start,
    /// The tail of the stream at the time of the request.
    Tail,
}
impl OffsetOrSentinel {
    /// Reads an offset or a sentinel.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
        ::wire::names::Ok(
            match text {
                "-1" | "0000000000000000_0000000000000000" => Self::Start,
                "now" => Self::Tail,
                _ => {
                    Self::At(
                        Offset::read(text)
                            .map_err(|rule| ::std::format!("`-1`, `now`, or {rule}"))?,
                    )
                }
            },
        )
    }
}
/// The media types that mean something here.
pub mod media {
    /// JSON streams: each message is a JSON value (§9.1).
    pub const JSON: ::wire::MediaRange = ::wire::MediaRange::declared(
        "application/json",
    );
    /// Text streams. Server-sent events contain UTF-8 text without base64 encoding (§5.8).
    pub const TEXT: ::wire::MediaRange = ::wire::MediaRange::declared("text/*");
    /// The default if a stream is created without a content type (§5.1).
    pub const BINARY: ::wire::MediaRange = ::wire::MediaRange::declared(
        "application/octet-stream",
    );
    /// One JSON value in each line.
    pub const JSON_LINES: ::wire::MediaRange = ::wire::MediaRange::declared(
        "application/x-ndjson",
    );
    /// The report of a restore request, in human-readable form.
    pub const REPORT: ::wire::MediaRange = ::wire::MediaRange::declared("text/plain");
    /// The format of a live SSE response (§5.8).
    pub const EVENT_STREAM: ::wire::MediaRange = ::wire::MediaRange::declared(
        "text/event-stream",
    );
}
/// The sequence number of a producer's append. It increases by 1 with each append of an epoch (§5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(::wire::Int53);
::wire::integer!(Seq, 0, 9_007_199_254_740_991);
/// The number of a producer's session. A higher epoch fences off the lower ones (§5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(::wire::Int53);
::wire::integer!(Epoch, 0, 9_007_199_254_740_991);
/// The number of a cursor interval, a cache key that changes with time (§10.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval(::wire::Int53);
::wire::integer!(Interval, 0, 9_007_199_254_740_991);
/// A label of a stream: a name of letters, digits, `.`, `_` and `-`, the character `=`, and a value, which has no other `=`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(::wire::names::String);
::wire::text!(Label, | text | ::wire::text(text, 2, 192));
/// The value of a label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelText(::wire::names::String);
::wire::text!(LabelText, | text | ::wire::text(text, 0, 128));
/// A media type with its parameters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnyMediaType(::wire::names::String);
::wire::text!(AnyMediaType, | text | ::wire::text(text, 1, 1024));
/// A path or the beginning of one, as in URLs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathStart(::wire::names::String);
::wire::text!(PathStart, | text | ::wire::text(text, 1, 1024));
/// A place in R2. Opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(::wire::names::String);
::wire::text!(Place, | text | ::wire::text(text, 1, 1016));
/// A name or a key that the server has chosen, or that a client has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(::wire::names::String);
::wire::text!(Identifier, | text | ::wire::text(text, 1, 1200));
/// A sentence for operators.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sentence(::wire::names::String);
::wire::text!(Sentence, | text | ::wire::unicode(text, 0, 2000));
/// Work of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Work {
    /// The stream expires, or its stored deadline is renewed for its readers.
    Expire,
    /// Data moves to R2, or segments are merged or deleted.
    Move,
    /// Rows and R2 objects of deleted streams are deleted.
    CleanUp,
    /// Replaced R2 objects are deleted.
    DeleteReplaced,
    /// References of forks are released.
    ReleaseForks,
    /// Effects of transactions that may still be in flight are handled.
    LateCommits,
}
::wire::one_of!(
    Work, Expire = "expire", Move = "move", CleanUp = "clean_up", DeleteReplaced =
    "delete_replaced", ReleaseForks = "release_forks", LateCommits = "late_commits"
);
/// The first segment of a path with its `/`, or nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FirstSegment(::wire::names::String);
::wire::text!(FirstSegment, | text | ::wire::text(text, 0, 1024));
/// A number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(::wire::Int53);
::wire::integer!(Seconds, 0, 9_007_199_254_740_991);
/// A number of bytes, or of other things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(::wire::Int53);
::wire::integer!(Count, 0, 9_007_199_254_740_991);
/// An encoding applied to a body (RFC 9110 §8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentCoding {
    /// No encoding.
    Identity,
}
::wire::one_of!(ContentCoding, Identity = "identity");
/// Whether a check has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthStatus {
    /// It has passed.
    Pass,
    /// It has failed.
    Fail,
}
::wire::one_of!(HealthStatus, Pass = "pass", Fail = "fail");
/// The part of the server that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthComponent {
    /// The variables and secrets of the deployment.
    Settings,
    /// A database.
    Database,
    /// The bucket for old data.
    Bucket,
    /// The binding of the Durable Objects.
    Objects,
}
::wire::one_of!(
    HealthComponent, Settings = "settings", Database = "database", Bucket = "bucket",
    Objects = "objects"
);
/// Why a check has failed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HealthReason(::wire::names::String);
::wire::text!(HealthReason, | text | ::wire::unicode(text, 1, 1000));
/// The number of a database, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatabaseNumber(::wire::Int53);
::wire::integer!(DatabaseNumber, 0, 9_007_199_254_740_991);
/// The number of the newest migration that a database has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaVersion(::wire::Int53);
::wire::integer!(SchemaVersion, 0, 9_007_199_254_740_991);
/// Media types that the client accepts, for lists (RFC 9110 §12.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accept {
    /// JSON streams: each message is a JSON value (§9.1).
    Json,
    /// One JSON value in each line.
    JsonLines,
}
::wire::choices!(Accept, Json = "application/json", JsonLines = "application/x-ndjson");
impl Accept {
    /// Reads a list of media ranges, and chooses the media type that the client prefers.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
        const OFFERED: &[Accept] = &[Accept::Json, Accept::JsonLines];
        ::wire::accept(text, &["application/json", "application/x-ndjson"])
            .map(|index| OFFERED[index])
    }
}
/// Bearer token: a JWT, or the operator's token (§12.1).
pub struct Authorization(::wire::names::String);
impl Authorization {
    /// Reads the credentials of the declared kind; those of any other are empty.
    ///
    /// # Errors
    /// None: whether credentials are good is not a matter of grammar.
    pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
        ::wire::names::Ok(Self(::wire::credentials(text, "Bearer")))
    }
    /// The secret part.
    #[must_use]
    pub fn secret(&self) -> &::core::primitive::str {
        &self.0
    }
}
impl ::core::fmt::Debug for Authorization {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("(secret)")
    }
}
/// Which caches can store the response, and for how long (§10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheControl {
    /// Any cache can store the response (§10).
    Shared,
    /// Only the client's own cache can store the response, because the server requires a token (§10).
    Private,
    /// A cache must validate the response before it reuses it.
    NoCache,
    /// Only the client's own cache can store the response, and it must validate it before it reuses it.
    PrivateNoCache,
    /// No cache stores the response.
    NoStore,
}
::wire::one_of!(
    CacheControl, Shared = "public, max-age=60, stale-while-revalidate=300", Private =
    "private, max-age=60, stale-while-revalidate=300", NoCache = "no-cache",
    PrivateNoCache = "private, no-cache", NoStore = "no-store"
);
/// Prevents a browser that opens the stream as a page from running scripts in it (§12.7).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentSecurityPolicy(::wire::names::String);
::wire::text!(ContentSecurityPolicy, | text | ::wire::text(text, 1, 32));
/// Allows pages of any origin to load the response (§12.7).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrossOriginResourcePolicy(::wire::names::String);
::wire::text!(CrossOriginResourcePolicy, | text | ::wire::text(text, 1, 32));
/// URL of the new stream (§5.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location(::wire::names::String);
::wire::text!(Location, | text | ::wire::text(text, 1, 4096));
/// Name of the producer, chosen and kept by the client (§5.2.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerId(::wire::names::String);
::wire::text!(ProducerId, | text | ::wire::text(text, 1, 256));
/// Seconds to wait before retrying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RetryAfter(::wire::Int53);
::wire::integer!(RetryAfter, 0, 9_007_199_254_740_991);
/// Number of additional messages (JSON) or bytes (other types) after the fork offset that the fork also inherits (§4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamForkSubOffset(::wire::Int53);
::wire::integer!(StreamForkSubOffset, 0, 9_007_199_254_740_991);
/// Labels of the stream, in the order of their names. Server extension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamLabels(::wire::names::String);
::wire::text!(StreamLabels, | text | ::wire::text(text, 1, 4096));
/// Minimum number of newest bytes to keep, instead of the server's limit `retain`. 0 keeps everything. Server extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamRetainBytes(::wire::Int53);
::wire::integer!(StreamRetainBytes, 0, 9_007_199_254_740_991);
/// Minimum number of seconds to keep data, instead of the server's limit `retain_age`; at most 100 years. 0 keeps everything. Server
/// extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamRetainAge(::wire::Int53);
::wire::integer!(StreamRetainAge, 0, 3_153_600_000);
/// Opaque text that must be greater, compared byte by byte, than the last one that the stream accepted, from any writer (§5.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamSeq(::wire::names::String);
::wire::text!(StreamSeq, | text | ::wire::text(text, 1, 256));
/// Encoding of the data of events, if they are encoded (§5.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamSseDataEncoding {
    /// Base64, for data that is not UTF-8 text (§5.8).
    Base64,
}
::wire::one_of!(StreamSseDataEncoding, Base64 = "base64");
/// Seconds without reads and writes after which the stream expires; at most 100 years (§5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamTtl(::wire::Int53);
::wire::integer!(StreamTtl, 0, 3_153_600_000);
/// Duration of the phases of the request, in milliseconds. Server extension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerTiming(::wire::names::String);
::wire::text!(ServerTiming, | text | ::wire::text(text, 1, 256));
/// Allows scripts of any origin to read `Server-Timing`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimingAllowOrigin(::wire::names::String);
::wire::text!(TimingAllowOrigin, | text | ::wire::text(text, 1, 16));
/// Protocol to switch to: a WebSocket (RFC 6455 §4.2.1, RFC 9110 §7.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Upgrade;
impl Upgrade {
    /// Reads a list that has the declared token in it, in any case.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
        ::wire::listed(text, "websocket").map(|()| Self)
    }
    /// The token.
    #[must_use]
    pub const fn as_str(self) -> &'static ::core::primitive::str {
        "websocket"
    }
}
impl ::wire::names::Display for Upgrade {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(self.as_str())
    }
}
/// The subprotocol of a WebSocket. A client that names any must name this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subprotocol;
impl Subprotocol {
    /// Reads a list that has the declared token in it, in any case.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
        ::wire::listed(text, "durable-streams").map(|()| Self)
    }
    /// The token.
    #[must_use]
    pub const fn as_str(self) -> &'static ::core::primitive::str {
        "durable-streams"
    }
}
impl ::wire::names::Display for Subprotocol {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(self.as_str())
    }
}
/// A bearer token among the subprotocols of a WebSocket, as `bearer.` and the token, for browsers.
pub struct SubprotocolToken(::wire::names::String);
impl SubprotocolToken {
    /// Reads the credentials of the declared kind; those of any other are empty.
    ///
    /// # Errors
    /// None: whether credentials are good is not a matter of grammar.
    pub fn read(text: &::core::primitive::str) -> ::wire::Read<Self> {
        ::wire::names::Ok(Self(::wire::listed_credentials(text, "bearer.")))
    }
    /// The secret part.
    #[must_use]
    pub fn secret(&self) -> &::core::primitive::str {
        &self.0
    }
}
impl ::core::fmt::Debug for SubprotocolToken {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("(secret)")
    }
}
/// Authentication scheme that the server requires (RFC 9110 §11.6.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WwwAuthenticate(::wire::names::String);
::wire::text!(WwwAuthenticate, | text | ::wire::text(text, 1, 256));
/// Prevents a browser from guessing another content type (§12.7).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct XContentTypeOptions(::wire::names::String);
::wire::text!(XContentTypeOptions, | text | ::wire::text(text, 1, 16));
/// How to wait for new data. Without it, the response ends at the tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Live {
    /// Wait for data and send one response (§5.7).
    LongPoll,
    /// Send server-sent events as data arrives (§5.8).
    Sse,
    /// Send messages over a WebSocket as data arrives. Server extension (§11).
    WebSocket,
}
::wire::one_of!(Live, LongPoll = "long-poll", Sse = "sse", WebSocket = "ws");
/// The last `Stream-Cursor` that the client received (§10.1). The maximum is one less than the largest cursor, so that the server can return a greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor(::wire::Int53);
::wire::integer!(Cursor, 0, 9_007_199_254_740_990);
/// The beginning of the paths to list, as in URLs. It can end within a segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(::wire::names::String);
::wire::text!(Prefix, | text | ::wire::unicode(text, 0, 1024));
/// Where the page begins: the `next` of the page before, or any path. The page has only greater ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct After(::wire::names::String);
::wire::text!(After, | text | ::wire::unicode(text, 1, 1024));
/// Where the page begins: the `next` of the page before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Continued(::wire::names::String);
::wire::text!(Continued, | text | ::wire::text(text, 1, 1016));
/// Maximum number of streams and prefixes in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit(::wire::Int53);
::wire::integer!(Limit, 1, 1_000);
/// Lists paths up to their next `/` after the prefix, once each, instead of the streams below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// The separator of segments.
    Slash,
}
::wire::one_of!(Delimiter, Slash = "/");
/// Lists only streams whose path contains this text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Contains(::wire::names::String);
::wire::text!(Contains, | text | ::wire::unicode(text, 1, 256));
/// Lists only streams that are closed, or only those that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Closed {
    /// Closed streams.
    Yes,
    /// Open streams.
    No,
}
::wire::one_of!(Closed, Yes = "true", No = "false");
/// The action on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Move data to R2.
    Compact,
    /// Discard the state that the Durable Object has in memory.
    Forget,
    /// Check the stored data.
    Verify,
    /// Record the last append of a producer.
    Record,
}
::wire::one_of!(
    Action, Compact = "compact", Forget = "forget", Verify = "verify", Record = "record"
);
/// The end of a signed URL, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exp(::wire::Int53);
::wire::integer!(Exp, 0, 9_007_199_254_740_991);
/// The key that signed the URL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid(::wire::names::String);
::wire::text!(Kid, | text | ::wire::text(text, 1, 128));
/// HMAC-SHA256 in base64url, without padding, of four lines: `durable-streams signed URL 1`, `read`, the path, and the end. With `below`, the first line is `durable-streams signed prefix 1`, and the third is the prefix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sig(::wire::names::String);
::wire::text!(Sig, | text | ::wire::text(text, 43, 43));
/// The signature is for all streams whose paths begin with this prefix. It ends with `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Below(::wire::names::String);
::wire::text!(Below, | text | ::wire::text(text, 2, 1024));
/// The format of `OpenMetrics` 1.0, which Prometheus reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricsFormat(::wire::names::String);
::wire::text!(MetricsFormat, | text | ::wire::text(text, 1, 80));
/// The headers and query parameters that requests are read from.
pub mod field {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// The headers that requests may contain, in all versions.
    pub const HEADERS: &[&str] = &[
        "accept",
        "authorization",
        "content-encoding",
        "content-type",
        "if-match",
        "if-none-match",
        "producer-epoch",
        "producer-id",
        "producer-seq",
        "sec-websocket-protocol",
        "stream-closed",
        "stream-expected-offset",
        "stream-expires-at",
        "stream-first-offset",
        "stream-fork-offset",
        "stream-fork-sub-offset",
        "stream-forked-from",
        "stream-label",
        "stream-restore-deleted",
        "stream-retain-age",
        "stream-retain-bytes",
        "stream-seq",
        "stream-ttl",
        "upgrade",
    ];
    ::wire::field!(Accept : super::Accept = Header "accept" 0);
    ::wire::field!(Authorization : super::Authorization = Header "authorization" 1);
    ::wire::field!(ContentEncoding : ::wire::List = Header "content-encoding" 2, check);
    ::wire::field!(ContentType : ::wire::MediaType = Header "content-type" 3, check);
    ::wire::field!(IfMatch : ::wire::EntityTags = Header "if-match" 4, check);
    ::wire::field!(IfNoneMatch : ::wire::EntityTags = Header "if-none-match" 5, check);
    ::wire::field!(ProducerId : super::ProducerId = Header "producer-id" 7, check);
    ::wire::field!(ProducerEpoch : super::Epoch = Header "producer-epoch" 6);
    ::wire::field!(ProducerSeq : super::Seq = Header "producer-seq" 8);
    ::wire::field!(StreamClosed = Header "stream-closed" 10, present as "true");
    ::wire::field!(
        StreamExpectedOffset : super::Offset = Header "stream-expected-offset" 11
    );
    ::wire::field!(
        StreamExpiresAt : ::wire::Timestamp = Header "stream-expires-at" 12, check
    );
    ::wire::field!(
        StreamForkedFrom : super::stream::PathTo = Header "stream-forked-from" 16, check
    );
    ::wire::field!(
        StreamForkOffset : super::OffsetOrSentinel = Header "stream-fork-offset" 14
    );
    ::wire::field!(
        StreamForkSubOffset : super::StreamForkSubOffset = Header
        "stream-fork-sub-offset" 15
    );
    ::wire::field!(StreamFirstOffset : super::Offset = Header "stream-first-offset" 13);
    ::wire::field!(
        StreamLabel : ::wire::names::Vec < super::Label > = Header "stream-label" 17, |
        text | ::wire::list(text, 16, super::Label::read)
    );
    ::wire::field!(
        StreamRestoreDeleted = Header "stream-restore-deleted" 18, present as "true"
    );
    ::wire::field!(
        StreamRetainBytes : super::StreamRetainBytes = Header "stream-retain-bytes" 20
    );
    ::wire::field!(
        StreamRetainAge : super::StreamRetainAge = Header "stream-retain-age" 19
    );
    ::wire::field!(StreamSeq : super::StreamSeq = Header "stream-seq" 21, check);
    ::wire::field!(StreamTtl : super::StreamTtl = Header "stream-ttl" 22);
    ::wire::field!(Upgrade : super::Upgrade = Header "upgrade" 23);
    ::wire::field!(Subprotocol : super::Subprotocol = Header "sec-websocket-protocol" 9);
    ::wire::field!(
        SubprotocolToken : super::SubprotocolToken = Header "sec-websocket-protocol" 9
    );
    ::wire::field!(Position : super::OffsetOrSentinel = Query "offset");
    ::wire::field!(Live : super::Live = Query "live");
    ::wire::field!(Cursor : super::Cursor = Query "cursor");
    ::wire::field!(Prefix : super::Prefix = Query "prefix", check);
    ::wire::field!(After : super::After = Query "after", check);
    ::wire::field!(Continued : super::Continued = Query "continue", check);
    ::wire::field!(Limit : super::Limit = Query "limit");
    ::wire::field!(Delimiter : super::Delimiter = Query "delimiter");
    ::wire::field!(Contains : super::Contains = Query "contains", check);
    ::wire::field!(Closed : super::Closed = Query "closed");
    ::wire::field!(OfType : ::wire::MediaType = Query "content_type", check);
    ::wire::field!(
        WithLabels : ::wire::names::Vec < super::Label > = Query "label", | text |
        ::wire::list(text, 16, super::Label::read); | texts | ::wire::repeated(texts, 16,
        super::Label::read)
    );
    ::wire::field!(UpdatedAfter : ::wire::Timestamp = Query "updated_after", check);
    ::wire::field!(Action : super::Action = Query "action");
    ::wire::field!(BeganAt : ::wire::Timestamp = Query "began_at", check);
    ::wire::field!(CheckFrom : super::Offset = Query "from");
    ::wire::field!(Exp : super::Exp = Query "exp");
    ::wire::field!(Kid : super::Kid = Query "kid", check);
    ::wire::field!(Sig : super::Sig = Query "sig", check);
    ::wire::field!(Below : super::Below = Query "below", check);
}
/// Producer, epoch and sequence number that identify an append for deduplication. Send all three or none (§5.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    /// `producer-id`.
    pub producer_id: ProducerId,
    /// `producer-epoch`.
    pub producer_epoch: Epoch,
    /// `producer-seq`.
    pub producer_seq: Seq,
}
/// A signature that lets anyone who has the URL read the stream, for browsers and links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUrl {
    /// `exp`.
    pub exp: Exp,
    /// `kid`.
    pub kid: Kid,
    /// `sig`.
    pub sig: Sig,
}
/// A signature that lets anyone who has it read all streams below a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPrefix {
    /// `below`.
    pub below: Below,
    /// `exp`.
    pub exp: Exp,
    /// `kid`.
    pub kid: Kid,
    /// `sig`.
    pub sig: Sig,
}
/// Source and position of a fork (§4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// `stream-forked-from`.
    pub stream_forked_from: stream::PathTo,
    /// `stream-fork-offset`.
    pub stream_fork_offset: ::wire::names::Option<OffsetOrSentinel>,
    /// `stream-fork-sub-offset`.
    pub stream_fork_sub_offset: ::wire::names::Option<StreamForkSubOffset>,
}
/// When the stream expires (§5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// `stream-ttl`.
    StreamTtl(StreamTtl),
    /// `stream-expires-at`.
    StreamExpiresAt(::wire::Timestamp),
}
/// The stream at the path of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamState {
    /// No stream exists.
    Absent,
    /// The stream is open: it accepts appends.
    Open,
    /// The stream is closed: it can be read, and accepts no appends.
    Closed,
    /// Soft-deleted: deleted or expired, but kept because it has forks (§4.2).
    Gone,
}
/// The source of the fork that the request creates (§4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// The request does not create a fork.
    None,
    /// The source does not exist.
    Absent,
    /// The source is soft-deleted: deleted or expired, but kept because it has forks.
    Gone,
    /// The source can be forked.
    Ready,
}
/// The append compared with the producer's earlier appends (§5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProducerState {
    /// The append has no producer headers.
    None,
    /// The append is the producer's next one.
    Next,
    /// The append has already been accepted.
    Repeated,
    /// The epoch is older than the producer's current one.
    Stale,
    /// The epoch is newer than the producer's current one, but `Producer-Seq` is not 0.
    Unseeded,
    /// One or more of the producer's appends before this one are missing.
    Ahead,
}
impl ::wire::json::Part for stream::Path {
    fn of_text(text: &::core::primitive::str) -> ::wire::Read<Self> {
        ::wire::json::part(text, true, &["__ds"], Self::read)
    }
}
::wire::scalars!(
    AnyMediaType, FirstSegment, HealthComponent, HealthReason, HealthStatus, Identifier,
    LabelText, Offset, PathStart, Place, Sentence, Work; numbers Count, DatabaseNumber,
    Epoch, Interval, SchemaVersion, Seconds, Seq
);
/// A stream in a list.
#[derive(Clone, Debug)]
pub struct ListedStream {
    /// Its path, as it stands in URLs after `/v1/stream/`.
    pub path: stream::Path,
    /// `content_type`.
    pub content_type: AnyMediaType,
    /// The tail offset.
    pub next_offset: Offset,
    /// The first offset that can still be read.
    pub earliest_offset: Offset,
    /// `closed`.
    pub closed: ::core::primitive::bool,
    /// `created_at`.
    pub created_at: ::wire::Timestamp,
    /// The time of the last append or close, or of the creation.
    pub updated_at: ::wire::Timestamp,
    /// Seconds without reads and writes after which it expires.
    pub ttl: ::wire::names::Option<Seconds>,
    /// `expires_at`.
    pub expires_at: ::wire::names::Option<::wire::Timestamp>,
    /// The source of a fork.
    pub forked_from: ::wire::names::Option<stream::Path>,
    /// Bytes of its own data in D1.
    pub hot_bytes: Count,
    /// Bytes of its own data in R2 segments.
    pub cold_bytes: Count,
    /// `labels`.
    pub labels: ::wire::names::Option<
        ::std::collections::BTreeMap<::wire::names::String, LabelText>,
    >,
}
::wire::object!(ListedStream);
impl ::wire::json::Write for ListedStream {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::PathOf<stream::Path>>("path", &value.path)?;
        members.always::<AnyMediaType>("content_type", &value.content_type)?;
        members.always::<Offset>("next_offset", &value.next_offset)?;
        members.always::<Offset>("earliest_offset", &value.earliest_offset)?;
        members.always::<::core::primitive::bool>("closed", &value.closed)?;
        members.always::<::wire::Timestamp>("created_at", &value.created_at)?;
        members.always::<::wire::Timestamp>("updated_at", &value.updated_at)?;
        members.optional::<Seconds>("ttl", &value.ttl)?;
        members.optional::<::wire::Timestamp>("expires_at", &value.expires_at)?;
        members
            .optional::<
                ::wire::json::PathOf<stream::Path>,
            >("forked_from", &value.forked_from)?;
        members.always::<Count>("hot_bytes", &value.hot_bytes)?;
        members.always::<Count>("cold_bytes", &value.cold_bytes)?;
        members
            .optional::<::wire::json::Map<LabelText, 0, 16>>("labels", &value.labels)?;
        members.end()
    }
}
/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// In the order of the bytes of their paths.
    pub streams: ::wire::names::Vec<ListedStream>,
    /// The beginnings of longer paths, with `delimiter`.
    pub prefixes: ::wire::names::Option<::wire::names::Vec<PathStart>>,
    /// Where the next page begins: send it as `after`. `null` if nothing follows.
    pub next: ::wire::names::Option<PathStart>,
}
::wire::object!(Listing);
impl ::wire::json::Write for Listing {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members
            .always::<
                ::wire::json::Array<ListedStream, 0, 1000>,
            >("streams", &value.streams)?;
        members
            .optional::<
                ::wire::json::Array<PathStart, 0, 1000>,
            >("prefixes", &value.prefixes)?;
        members.always::<::wire::json::Nullable<PathStart>>("next", &value.next)?;
        members.end()
    }
}
/// The result of all checks.
#[derive(Clone, Debug)]
pub struct HealthReport {
    /// `status`.
    pub status: HealthStatus,
    /// `checks`.
    pub checks: ::wire::names::Vec<HealthCheck>,
}
::wire::object!(HealthReport);
impl ::wire::json::Write for HealthReport {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<HealthStatus>("status", &value.status)?;
        members
            .always::<
                ::wire::json::Array<HealthCheck, 1, 1000>,
            >("checks", &value.checks)?;
        members.end()
    }
}
/// The result of a check.
#[derive(Clone, Debug)]
pub struct HealthCheck {
    /// `component`.
    pub component: HealthComponent,
    /// `number`.
    pub number: ::wire::names::Option<DatabaseNumber>,
    /// `status`.
    pub status: HealthStatus,
    /// `schema_version`.
    pub schema_version: ::wire::names::Option<SchemaVersion>,
    /// `reason`.
    pub reason: ::wire::names::Option<HealthReason>,
}
::wire::object!(HealthCheck);
impl ::wire::json::Write for HealthCheck {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<HealthComponent>("component", &value.component)?;
        members.optional::<DatabaseNumber>("number", &value.number)?;
        members.always::<HealthStatus>("status", &value.status)?;
        members.optional::<SchemaVersion>("schema_version", &value.schema_version)?;
        members.optional::<HealthReason>("reason", &value.reason)?;
        members.end()
    }
}
/// Everything that the server stores for a path, and the state of its Durable Object.
#[derive(Clone, Debug)]
pub struct StreamDescription {
    /// `path`.
    pub path: stream::Path,
    /// The binding of its database.
    pub database: Identifier,
    /// The ID of its Durable Object.
    pub object: Identifier,
    /// Absent if no stream exists at the path, or if its row can't be read.
    pub stream: ::wire::names::Option<StoredStream>,
    /// The reason why the row of the stream can't be read.
    pub unreadable: ::wire::names::Option<Sentence>,
    /// Its segments in R2, oldest first. At most 1,000 entries of each list are described.
    pub segments: ::wire::names::Vec<StoredObject>,
    /// Its parts in R2, oldest first.
    pub parts: ::wire::names::Vec<StoredObject>,
    /// `producers`.
    pub producers: ::wire::names::Vec<StoredProducer>,
    /// References of its forks.
    pub forks: ::wire::names::Vec<Identifier>,
    /// `leftovers`.
    pub leftovers: Leftovers,
    /// `memory`.
    pub memory: ObjectMemory,
    /// The time for which the alarm of the Durable Object is set.
    pub alarm: ::wire::names::Option<::wire::Timestamp>,
    /// The work that the alarm does, and when it is due.
    pub due: ::wire::names::Vec<DueWork>,
    /// The last error since the Durable Object was started.
    pub last_failure: ::wire::names::Option<LastFailure>,
}
::wire::object!(StreamDescription);
impl ::wire::json::Write for StreamDescription {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::PathOf<stream::Path>>("path", &value.path)?;
        members.always::<Identifier>("database", &value.database)?;
        members.always::<Identifier>("object", &value.object)?;
        members.optional::<StoredStream>("stream", &value.stream)?;
        members.optional::<Sentence>("unreadable", &value.unreadable)?;
        members
            .always::<
                ::wire::json::Array<StoredObject, 0, 1000>,
            >("segments", &value.segments)?;
        members
            .always::<
                ::wire::json::Array<StoredObject, 0, 1000>,
            >("parts", &value.parts)?;
        members
            .always::<
                ::wire::json::Array<StoredProducer, 0, 1000>,
            >("producers", &value.producers)?;
        members
            .always::<::wire::json::Array<Identifier, 0, 1000>>("forks", &value.forks)?;
        members.always::<Leftovers>("leftovers", &value.leftovers)?;
        members.always::<ObjectMemory>("memory", &value.memory)?;
        members.optional::<::wire::Timestamp>("alarm", &value.alarm)?;
        members.always::<::wire::json::Array<DueWork, 0, 8>>("due", &value.due)?;
        members.optional::<LastFailure>("last_failure", &value.last_failure)?;
        members.end()
    }
}
/// The row of a stream, and totals of other rows.
#[derive(Clone, Debug)]
pub struct StoredStream {
    /// `generation`.
    pub generation: Identifier,
    /// `fence`.
    pub fence: Identifier,
    /// `content_type`.
    pub content_type: AnyMediaType,
    /// `next_offset`.
    pub next_offset: Offset,
    /// `earliest_offset`.
    pub earliest_offset: Offset,
    /// `closed`.
    pub closed: ::core::primitive::bool,
    /// Whether it was deleted or has expired, and is kept for its forks.
    pub gone: ::core::primitive::bool,
    /// `created_at`.
    pub created_at: ::wire::Timestamp,
    /// The time of the last append or close, or of the creation.
    pub updated_at: ::wire::Timestamp,
    /// `ttl`.
    pub ttl: ::wire::names::Option<Seconds>,
    /// `expires_at`.
    pub expires_at: ::wire::names::Option<::wire::Timestamp>,
    /// The deadline that D1 stores. It can be later than the exact one.
    pub stored_deadline: ::wire::names::Option<::wire::Timestamp>,
    /// `retain_bytes`.
    pub retain_bytes: ::wire::names::Option<Count>,
    /// `retain_age`.
    pub retain_age: ::wire::names::Option<Seconds>,
    /// `labels`.
    pub labels: ::wire::names::Option<
        ::std::collections::BTreeMap<::wire::names::String, LabelText>,
    >,
    /// `hot_bytes`.
    pub hot_bytes: Count,
    /// `hot_rows`.
    pub hot_rows: Count,
    /// `cold_bytes`.
    pub cold_bytes: Count,
    /// `segment_count`.
    pub segment_count: Count,
    /// `part_count`.
    pub part_count: Count,
    /// `producer_count`.
    pub producer_count: Count,
    /// `fork_count`.
    pub fork_count: Count,
    /// `origin`.
    pub origin: ::wire::names::Option<ForkOrigin>,
    /// The generations that store the data that it inherits, oldest first.
    pub lineage: ::wire::names::Vec<InheritedRange>,
}
::wire::object!(StoredStream);
impl ::wire::json::Write for StoredStream {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Identifier>("generation", &value.generation)?;
        members.always::<Identifier>("fence", &value.fence)?;
        members.always::<AnyMediaType>("content_type", &value.content_type)?;
        members.always::<Offset>("next_offset", &value.next_offset)?;
        members.always::<Offset>("earliest_offset", &value.earliest_offset)?;
        members.always::<::core::primitive::bool>("closed", &value.closed)?;
        members.always::<::core::primitive::bool>("gone", &value.gone)?;
        members.always::<::wire::Timestamp>("created_at", &value.created_at)?;
        members.always::<::wire::Timestamp>("updated_at", &value.updated_at)?;
        members.optional::<Seconds>("ttl", &value.ttl)?;
        members.optional::<::wire::Timestamp>("expires_at", &value.expires_at)?;
        members
            .optional::<::wire::Timestamp>("stored_deadline", &value.stored_deadline)?;
        members.optional::<Count>("retain_bytes", &value.retain_bytes)?;
        members.optional::<Seconds>("retain_age", &value.retain_age)?;
        members
            .optional::<::wire::json::Map<LabelText, 0, 16>>("labels", &value.labels)?;
        members.always::<Count>("hot_bytes", &value.hot_bytes)?;
        members.always::<Count>("hot_rows", &value.hot_rows)?;
        members.always::<Count>("cold_bytes", &value.cold_bytes)?;
        members.always::<Count>("segment_count", &value.segment_count)?;
        members.always::<Count>("part_count", &value.part_count)?;
        members.always::<Count>("producer_count", &value.producer_count)?;
        members.always::<Count>("fork_count", &value.fork_count)?;
        members.optional::<ForkOrigin>("origin", &value.origin)?;
        members
            .always::<
                ::wire::json::Array<InheritedRange, 0, 1000>,
            >("lineage", &value.lineage)?;
        members.end()
    }
}
/// The source of a fork.
#[derive(Clone, Debug)]
pub struct ForkOrigin {
    /// `source`.
    pub source: stream::Path,
    /// The fork offset, as an offset of the source.
    pub offset: Offset,
    /// The reference that the source keeps for the fork.
    pub reference: Identifier,
}
::wire::object!(ForkOrigin);
impl ::wire::json::Write for ForkOrigin {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::PathOf<stream::Path>>("source", &value.source)?;
        members.always::<Offset>("offset", &value.offset)?;
        members.always::<Identifier>("reference", &value.reference)?;
        members.end()
    }
}
/// A range that another generation stores, from the end of the previous one.
#[derive(Clone, Debug)]
pub struct InheritedRange {
    /// `path`.
    pub path: stream::Path,
    /// `generation`.
    pub generation: Identifier,
    /// `stop`.
    pub stop: Offset,
}
::wire::object!(InheritedRange);
impl ::wire::json::Write for InheritedRange {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::PathOf<stream::Path>>("path", &value.path)?;
        members.always::<Identifier>("generation", &value.generation)?;
        members.always::<Offset>("stop", &value.stop)?;
        members.end()
    }
}
/// An R2 object with a range of the stream.
#[derive(Clone, Debug)]
pub struct StoredObject {
    /// `start`.
    pub start: Offset,
    /// `stop`.
    pub stop: Offset,
    /// `bytes`.
    pub bytes: Count,
    /// `key`.
    pub key: Identifier,
}
::wire::object!(StoredObject);
impl ::wire::json::Write for StoredObject {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Offset>("start", &value.start)?;
        members.always::<Offset>("stop", &value.stop)?;
        members.always::<Count>("bytes", &value.bytes)?;
        members.always::<Identifier>("key", &value.key)?;
        members.end()
    }
}
/// A producer of the stream.
#[derive(Clone, Debug)]
pub struct StoredProducer {
    /// `id`.
    pub id: Identifier,
    /// `epoch`.
    pub epoch: Epoch,
    /// `seq`.
    pub seq: Seq,
}
::wire::object!(StoredProducer);
impl ::wire::json::Write for StoredProducer {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Identifier>("id", &value.id)?;
        members.always::<Epoch>("epoch", &value.epoch)?;
        members.always::<Seq>("seq", &value.seq)?;
        members.end()
    }
}
/// Rows that do not belong to the stream at the path.
#[derive(Clone, Debug)]
pub struct Leftovers {
    /// Deleted streams, newest first.
    pub tombstones: ::wire::names::Vec<StoredTombstone>,
    /// Deleted generations whose rows and R2 objects are still to be deleted.
    pub garbage: ::wire::names::Vec<Identifier>,
    /// R2 objects that were replaced and are still to be deleted.
    pub replaced: ::wire::names::Vec<ReplacedObject>,
    /// References to sources that are still to be released.
    pub releases: ::wire::names::Vec<DueRelease>,
}
::wire::object!(Leftovers);
impl ::wire::json::Write for Leftovers {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members
            .always::<
                ::wire::json::Array<StoredTombstone, 0, 1000>,
            >("tombstones", &value.tombstones)?;
        members
            .always::<
                ::wire::json::Array<Identifier, 0, 1000>,
            >("garbage", &value.garbage)?;
        members
            .always::<
                ::wire::json::Array<ReplacedObject, 0, 1000>,
            >("replaced", &value.replaced)?;
        members
            .always::<
                ::wire::json::Array<DueRelease, 0, 1000>,
            >("releases", &value.releases)?;
        members.end()
    }
}
/// A deleted stream.
#[derive(Clone, Debug)]
pub struct StoredTombstone {
    /// `generation`.
    pub generation: Identifier,
    /// `next_offset`.
    pub next_offset: Offset,
    /// `deleted_at`.
    pub deleted_at: ::wire::Timestamp,
}
::wire::object!(StoredTombstone);
impl ::wire::json::Write for StoredTombstone {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Identifier>("generation", &value.generation)?;
        members.always::<Offset>("next_offset", &value.next_offset)?;
        members.always::<::wire::Timestamp>("deleted_at", &value.deleted_at)?;
        members.end()
    }
}
/// An R2 object that was replaced.
#[derive(Clone, Debug)]
pub struct ReplacedObject {
    /// `key`.
    pub key: Identifier,
    /// `due_at`.
    pub due_at: ::wire::Timestamp,
}
::wire::object!(ReplacedObject);
impl ::wire::json::Write for ReplacedObject {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Identifier>("key", &value.key)?;
        members.always::<::wire::Timestamp>("due_at", &value.due_at)?;
        members.end()
    }
}
/// A reference to the source of a fork.
#[derive(Clone, Debug)]
pub struct DueRelease {
    /// `source`.
    pub source: stream::Path,
    /// `reference`.
    pub reference: Identifier,
    /// `due_at`.
    pub due_at: ::wire::Timestamp,
}
::wire::object!(DueRelease);
impl ::wire::json::Write for DueRelease {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::PathOf<stream::Path>>("source", &value.source)?;
        members.always::<Identifier>("reference", &value.reference)?;
        members.always::<::wire::Timestamp>("due_at", &value.due_at)?;
        members.end()
    }
}
/// The state that the Durable Object has in memory.
#[derive(Clone, Debug)]
pub struct ObjectMemory {
    /// Whether it has the state of the stream.
    pub loaded: ::core::primitive::bool,
    /// Changes that wait for the next batch.
    pub queued: Count,
    /// Changes of the batch that was sent to D1.
    pub in_flight: Count,
    /// Bytes of both.
    pub pending_bytes: Count,
    /// Long-polls that wait on a WebSocket.
    pub long_polls: Count,
    /// Long-polls that it holds itself.
    pub held_polls: Count,
    /// Readers by SSE and WebSocket.
    pub feeds: Count,
    /// Failures to move data to R2 in a row.
    pub move_failures: Count,
}
::wire::object!(ObjectMemory);
impl ::wire::json::Write for ObjectMemory {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::core::primitive::bool>("loaded", &value.loaded)?;
        members.always::<Count>("queued", &value.queued)?;
        members.always::<Count>("in_flight", &value.in_flight)?;
        members.always::<Count>("pending_bytes", &value.pending_bytes)?;
        members.always::<Count>("long_polls", &value.long_polls)?;
        members.always::<Count>("held_polls", &value.held_polls)?;
        members.always::<Count>("feeds", &value.feeds)?;
        members.always::<Count>("move_failures", &value.move_failures)?;
        members.end()
    }
}
/// Work of the alarm.
#[derive(Clone, Debug)]
pub struct DueWork {
    /// `work`.
    pub work: Work,
    /// `at`.
    pub at: ::wire::Timestamp,
}
::wire::object!(DueWork);
impl ::wire::json::Write for DueWork {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Work>("work", &value.work)?;
        members.always::<::wire::Timestamp>("at", &value.at)?;
        members.end()
    }
}
/// An error.
#[derive(Clone, Debug)]
pub struct LastFailure {
    /// `at`.
    pub at: ::wire::Timestamp,
    /// The event in the log.
    pub event: Identifier,
    /// `detail`.
    pub detail: Sentence,
}
::wire::object!(LastFailure);
impl ::wire::json::Write for LastFailure {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::Timestamp>("at", &value.at)?;
        members.always::<Identifier>("event", &value.event)?;
        members.always::<Sentence>("detail", &value.detail)?;
        members.end()
    }
}
/// The data that is left in D1 after data was moved to R2.
#[derive(Clone, Debug)]
pub struct HotAmount {
    /// `hot_bytes`.
    pub hot_bytes: Count,
    /// `hot_rows`.
    pub hot_rows: Count,
}
::wire::object!(HotAmount);
impl ::wire::json::Write for HotAmount {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Count>("hot_bytes", &value.hot_bytes)?;
        members.always::<Count>("hot_rows", &value.hot_rows)?;
        members.end()
    }
}
/// The result of checking stored data.
#[derive(Clone, Debug)]
pub struct Verification {
    /// Where the check continues. `null` if it has reached the tail.
    pub next: ::wire::names::Option<Offset>,
    /// Rows of the log that were read.
    pub rows: Count,
    /// R2 objects that were read.
    pub objects: Count,
    /// Bytes of both.
    pub bytes: Count,
    /// `damaged`.
    pub damaged: ::wire::names::Vec<DamagedRange>,
}
::wire::object!(Verification);
impl ::wire::json::Write for Verification {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::Nullable<Offset>>("next", &value.next)?;
        members.always::<Count>("rows", &value.rows)?;
        members.always::<Count>("objects", &value.objects)?;
        members.always::<Count>("bytes", &value.bytes)?;
        members
            .always::<
                ::wire::json::Array<DamagedRange, 0, 1000>,
            >("damaged", &value.damaged)?;
        members.end()
    }
}
/// A range that can't be read.
#[derive(Clone, Debug)]
pub struct DamagedRange {
    /// `start`.
    pub start: Offset,
    /// `stop`.
    pub stop: Offset,
    /// The key of the R2 object. Absent if a row is damaged or missing.
    pub key: ::wire::names::Option<Identifier>,
    /// `reason`.
    pub reason: Sentence,
}
::wire::object!(DamagedRange);
impl ::wire::json::Write for DamagedRange {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<Offset>("start", &value.start)?;
        members.always::<Offset>("stop", &value.stop)?;
        members.optional::<Identifier>("key", &value.key)?;
        members.always::<Sentence>("reason", &value.reason)?;
        members.end()
    }
}
/// The result of a request to delete streams. The counts are those of this request alone.
#[derive(Clone, Debug)]
pub struct DeletionReceipt {
    /// The beginning of the paths.
    pub prefix: PathStart,
    /// The beginning of the deletion. Streams that were created later are kept. Send it as `began_at` with the next request.
    pub began_at: ::wire::Timestamp,
    /// Streams that were deleted.
    pub deleted: Count,
    /// Their own bytes in D1 and R2.
    pub bytes: Count,
    /// Streams that were deleted, but whose data is kept for their forks.
    pub kept_for_forks: Count,
    /// Streams that could not be deleted now.
    pub failed: ::wire::names::Vec<FailedDeletion>,
    /// Streams created until `began_at` that still exist. At most the limit `list_rows` of each database are looked at.
    pub left: Count,
    /// Of these, streams that were deleted and are kept for their forks.
    pub left_for_forks: Count,
    /// Send it as `after` with the next request. `null` if the end was reached.
    pub next: ::wire::names::Option<PathStart>,
}
::wire::object!(DeletionReceipt);
impl ::wire::json::Write for DeletionReceipt {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<PathStart>("prefix", &value.prefix)?;
        members.always::<::wire::Timestamp>("began_at", &value.began_at)?;
        members.always::<Count>("deleted", &value.deleted)?;
        members.always::<Count>("bytes", &value.bytes)?;
        members.always::<Count>("kept_for_forks", &value.kept_for_forks)?;
        members
            .always::<
                ::wire::json::Array<FailedDeletion, 0, 1000>,
            >("failed", &value.failed)?;
        members.always::<Count>("left", &value.left)?;
        members.always::<Count>("left_for_forks", &value.left_for_forks)?;
        members.always::<::wire::json::Nullable<PathStart>>("next", &value.next)?;
        members.end()
    }
}
/// A stream that could not be deleted.
#[derive(Clone, Debug)]
pub struct FailedDeletion {
    /// `path`.
    pub path: stream::Path,
    /// `reason`.
    pub reason: Sentence,
}
::wire::object!(FailedDeletion);
impl ::wire::json::Write for FailedDeletion {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::PathOf<stream::Path>>("path", &value.path)?;
        members.always::<Sentence>("reason", &value.reason)?;
        members.end()
    }
}
/// The streams whose paths have the same first segment.
#[derive(Clone, Debug)]
pub struct PrefixUsage {
    /// The first segment and `/`. Empty for paths of one segment.
    pub prefix: FirstSegment,
    /// `streams`.
    pub streams: Count,
    /// `hot_bytes`.
    pub hot_bytes: Count,
    /// `cold_bytes`.
    pub cold_bytes: Count,
}
::wire::object!(PrefixUsage);
impl ::wire::json::Write for PrefixUsage {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<FirstSegment>("prefix", &value.prefix)?;
        members.always::<Count>("streams", &value.streams)?;
        members.always::<Count>("hot_bytes", &value.hot_bytes)?;
        members.always::<Count>("cold_bytes", &value.cold_bytes)?;
        members.end()
    }
}
/// The result of a count.
#[derive(Clone, Debug)]
pub struct UsageCount {
    /// When the count began.
    pub began_at: ::wire::Timestamp,
    /// When the count ended. A change in between may or may not have been counted.
    pub counted_at: ::wire::Timestamp,
    /// In the order of the bytes of the prefixes.
    pub prefixes: ::wire::names::Vec<PrefixUsage>,
    /// The streams of further prefixes, if there are more than 1,000.
    pub others: Count,
}
::wire::object!(UsageCount);
impl ::wire::json::Write for UsageCount {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::Timestamp>("began_at", &value.began_at)?;
        members.always::<::wire::Timestamp>("counted_at", &value.counted_at)?;
        members
            .always::<
                ::wire::json::Array<PrefixUsage, 0, 1001>,
            >("prefixes", &value.prefixes)?;
        members.always::<Count>("others", &value.others)?;
        members.end()
    }
}
/// A stream that has objects in R2.
#[derive(Clone, Debug)]
pub struct StreamInR2 {
    /// `path`.
    pub path: stream::Path,
}
::wire::object!(StreamInR2);
impl ::wire::json::Write for StreamInR2 {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::PathOf<stream::Path>>("path", &value.path)?;
        members.end()
    }
}
/// A page of the streams that have objects in R2.
#[derive(Clone, Debug)]
pub struct StreamsInR2 {
    /// In the order of the keys in R2, which is not that of the paths.
    pub streams: ::wire::names::Vec<StreamInR2>,
    /// Where the next page begins: send it as `continue`. `null` if nothing follows.
    pub next: ::wire::names::Option<Place>,
}
::wire::object!(StreamsInR2);
impl ::wire::json::Write for StreamsInR2 {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members
            .always::<
                ::wire::json::Array<StreamInR2, 0, 1000>,
            >("streams", &value.streams)?;
        members.always::<::wire::json::Nullable<Place>>("next", &value.next)?;
        members.end()
    }
}
/// A line of a list in NDJSON, for the beginning of longer paths. A line for a stream is a `ListedStream`.
#[derive(Clone, Debug)]
pub struct ListedPrefix {
    /// `prefix`.
    pub prefix: PathStart,
}
::wire::object!(ListedPrefix);
impl ::wire::json::Read for ListedPrefix {
    fn read(
        json: ::wire::Json,
        document: &mut ::wire::json::Document,
    ) -> ::wire::names::Option<Self> {
        let mut members = document.object(json)?;
        let own_prefix = members.required::<PathStart>("prefix");
        ::wire::names::Some(Self { prefix: own_prefix? })
    }
}
impl ::wire::json::Write for ListedPrefix {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<PathStart>("prefix", &value.prefix)?;
        members.end()
    }
}
/// The last line of a list in NDJSON.
#[derive(Clone, Debug)]
pub struct ListEnd {
    /// Where the next page begins: send it as `after`. `null` if nothing follows.
    pub next: ::wire::names::Option<PathStart>,
}
::wire::object!(ListEnd);
impl ::wire::json::Read for ListEnd {
    fn read(
        json: ::wire::Json,
        document: &mut ::wire::json::Document,
    ) -> ::wire::names::Option<Self> {
        let mut members = document.object(json)?;
        let own_next = members.required::<::wire::json::Nullable<PathStart>>("next");
        ::wire::names::Some(Self { next: own_next? })
    }
}
impl ::wire::json::Write for ListEnd {
    fn write<O: ::wire::json::Serializer>(
        value: &Self,
        out: O,
    ) -> ::wire::names::Result<O::Ok, O::Error> {
        let mut members = ::wire::json::Object::new(out)?;
        members.always::<::wire::json::Nullable<PathStart>>("next", &value.next)?;
        members.end()
    }
}
/// Live data (§5.8).
pub mod feed {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// Data of the stream.
    pub fn data(out: &mut String, payload: ::wire::Payload<'_>) {
        ::wire::payload_event(out, "data", payload);
    }
    /// The reader's position. Follows each data event.
    #[derive(Clone, Debug)]
    pub struct Control {
        /// Offset to continue from.
        pub stream_next_offset: super::Offset,
        /// Value to send as `cursor` when reconnecting. Absent once the stream is closed.
        pub stream_cursor: ::wire::names::Option<super::Interval>,
        /// The reader has all data up to the tail.
        pub up_to_date: ::core::primitive::bool,
        /// The stream is closed, and the reader has all of its data.
        pub stream_closed: ::core::primitive::bool,
    }
    ::wire::object!(Control);
    impl ::wire::json::Write for Control {
        fn write<O: ::wire::json::Serializer>(
            value: &Self,
            out: O,
        ) -> ::wire::names::Result<O::Ok, O::Error> {
            let mut members = ::wire::json::Object::new(out)?;
            members
                .always::<super::Offset>("streamNextOffset", &value.stream_next_offset)?;
            members
                .optional::<
                    ::wire::json::AsText<super::Interval>,
                >("streamCursor", &value.stream_cursor)?;
            members.flag("upToDate", value.up_to_date)?;
            members.flag("streamClosed", value.stream_closed)?;
            members.end()
        }
    }
    impl Control {
        /// Writes the event.
        pub fn write(&self, out: &mut String) {
            ::wire::json_event::<Self>(out, "control", self);
        }
    }
}
impl ListedPrefix {
    /// The message as JSON.
    ///
    /// # Errors
    /// The rules that it breaks.
    pub fn to_json(
        &self,
    ) -> ::wire::names::Result<
        ::wire::names::Vec<::core::primitive::u8>,
        ::wire::names::Vec<::wire::json::Fault>,
    > {
        ::wire::json::checked::<Self>(self)
    }
    /// Reads a message.
    ///
    /// # Errors
    /// The rules that it breaks.
    pub fn from_json(
        json: &[::core::primitive::u8],
    ) -> ::wire::names::Result<Self, ::wire::names::Vec<::wire::json::Fault>> {
        ::wire::json::read(json, <Self as ::wire::json::Read>::read)
    }
}
impl ListEnd {
    /// The message as JSON.
    ///
    /// # Errors
    /// The rules that it breaks.
    pub fn to_json(
        &self,
    ) -> ::wire::names::Result<
        ::wire::names::Vec<::core::primitive::u8>,
        ::wire::names::Vec<::wire::json::Fault>,
    > {
        ::wire::json::checked::<Self>(self)
    }
    /// Reads a message.
    ///
    /// # Errors
    /// The rules that it breaks.
    pub fn from_json(
        json: &[::core::primitive::u8],
    ) -> ::wire::names::Result<Self, ::wire::names::Vec<::wire::json::Fault>> {
        ::wire::json::read(json, <Self as ::wire::json::Read>::read)
    }
}
/// Messages, read and written.
#[cfg(test)]
mod messages {
    #[test]
    fn listed_prefix_chats() {
        let message = super::ListedPrefix::from_json("{\"prefix\":\"chat/\"}".as_bytes())
            .expect("the message of the example");
        let written = message.to_json().expect("a message that breaks no rule");
        ::core::assert!(::wire::is_same_json(& written, "{\"prefix\":\"chat/\"}"));
    }
    #[test]
    fn list_end_more() {
        let message = super::ListEnd::from_json("{\"next\":\"chat/42\"}".as_bytes())
            .expect("the message of the example");
        let written = message.to_json().expect("a message that breaks no rule");
        ::core::assert!(::wire::is_same_json(& written, "{\"next\":\"chat/42\"}"));
    }
    #[test]
    fn list_end_end() {
        let message = super::ListEnd::from_json("{\"next\":null}".as_bytes())
            .expect("the message of the example");
        let written = message.to_json().expect("a message that breaks no rule");
        ::core::assert!(::wire::is_same_json(& written, "{\"next\":null}"));
    }
}
/// The permissions for browsers of other origins, as they follow from the declarations.
pub mod cors {
    /// `Access-Control-Allow-Origin`.
    pub const ALLOW_ORIGIN: &str = "*";
    /// `Access-Control-Allow-Methods`.
    pub const ALLOW_METHODS: &str = "DELETE, GET, HEAD, OPTIONS, POST, PUT";
    /// `Access-Control-Allow-Headers`.
    pub const ALLOW_HEADERS: &str = "accept, authorization, content-encoding, content-type, if-match, if-none-match, producer-epoch, producer-id, producer-seq, sec-websocket-protocol, stream-closed, stream-expected-offset, stream-expires-at, stream-first-offset, stream-fork-offset, stream-fork-sub-offset, stream-forked-from, stream-label, stream-restore-deleted, stream-retain-age, stream-retain-bytes, stream-seq, stream-ttl, upgrade";
    /// `Access-Control-Expose-Headers`.
    pub const EXPOSE_HEADERS: &str = "accept-encoding, content-security-policy, cross-origin-resource-policy, etag, location, producer-epoch, producer-expected-seq, producer-received-seq, producer-seq, retry-after, sec-websocket-protocol, server-timing, stream-closed, stream-cursor, stream-earliest-offset, stream-expires-at, stream-label, stream-next-offset, stream-retain-age, stream-retain-bytes, stream-sse-data-encoding, stream-ttl, stream-up-to-date, timing-allow-origin, www-authenticate, x-content-type-options";
    /// `Access-Control-Max-Age`, in seconds.
    pub const MAX_AGE: &str = "86400";
}
/// Headers that any response may have. The sender of the response adds them.
pub mod every {
    /// Adds `server-timing`.
    pub fn server_timing<E>(
        response: &mut ::wire::Response<E>,
        value: &super::ServerTiming,
    ) {
        response.header("server-timing", value);
    }
}
/// A response with the headers that all responses have.
fn respond<E>(status: ::core::primitive::u16) -> ::wire::Response<E> {
    let mut response = ::wire::Response::new(status);
    response.fixed("x-content-type-options", "nosniff");
    response.fixed("cross-origin-resource-policy", "cross-origin");
    response.fixed("timing-allow-origin", "*");
    response.fixed("access-control-allow-origin", cors::ALLOW_ORIGIN);
    response.fixed("access-control-expose-headers", cors::EXPOSE_HEADERS);
    response
}
/// The answer to OPTIONS.
fn preflight<E>(allow: &'static ::core::primitive::str) -> ::wire::Response<E> {
    let mut response = respond(204);
    response.fixed("allow", allow);
    response.fixed("access-control-allow-methods", cors::ALLOW_METHODS);
    response.fixed("access-control-allow-headers", cors::ALLOW_HEADERS);
    response.fixed("access-control-max-age", cors::MAX_AGE);
    response
}
/// The credentials are missing or not valid.
///
/// 401: `www-authenticate`, `cache-control`.
#[derive(Debug)]
pub struct Unauthorized;
::wire::constant_problem!(
    Unauthorized, respond, 401u16, "urn:durable-streams:problem:unauthorized",
    "The credentials are missing or not valid.", ["www-authenticate" =
    "Bearer error=\"invalid_token\"", "cache-control" = "no-store"]
);
/// The credentials do not permit this.
///
/// 403: `cache-control`.
#[derive(Debug)]
pub struct Forbidden {
    /// A description of this occurrence.
    pub detail: ::wire::names::String,
}
impl Forbidden {
    /// The response that says so.
    #[must_use]
    pub fn respond<E>(self) -> ::wire::Response<E> {
        let mut response = respond(403u16);
        response.fixed("cache-control", "no-store");
        ::wire::Problem::new(
                "urn:durable-streams:problem:forbidden",
                "The credentials do not permit this.",
                403u16,
            )
            .detail(&self.detail)
            .write(&mut response);
        response
    }
}
/// The operator has not configured who may use this server. Set `AUTH_TOKEN`, `AUTH_KEYS` or `AUTH_JWKS`, or set `AUTH` to `none` to let anyone use it.
///
/// 403: `cache-control`.
#[derive(Debug)]
pub struct AccessUnconfigured;
::wire::constant_problem!(
    AccessUnconfigured, respond, 403u16,
    "urn:durable-streams:problem:access-unconfigured",
    "The operator has not configured who may use this server. Set `AUTH_TOKEN`, `AUTH_KEYS` or `AUTH_JWKS`, or set `AUTH` to `none` to let anyone use it.",
    ["cache-control" = "no-store"]
);
/// The server can't fetch the keys that verify tokens now. Retry the request.
///
/// 503: `retry-after`, `cache-control`.
#[derive(Debug)]
pub struct KeysUnavailable;
::wire::constant_problem!(
    KeysUnavailable, respond, 503u16, "urn:durable-streams:problem:keys-unavailable",
    "The server can't fetch the keys that verify tokens now. Retry the request.",
    ["retry-after" = "5", "cache-control" = "no-store"]
);
/// The caller sends too many requests.
///
/// 429: `retry-after`, `cache-control`.
#[derive(Debug)]
pub struct TooManyRequests;
::wire::constant_problem!(
    TooManyRequests, respond, 429u16, "urn:durable-streams:problem:too-many-requests",
    "The caller sends too many requests.", ["retry-after" = "60", "cache-control" =
    "no-store"]
);
/// Nothing is served at this path.
///
/// 404: `cache-control`.
#[derive(Debug)]
pub struct NoSuchResource;
::wire::constant_problem!(
    NoSuchResource, respond, 404u16, "urn:durable-streams:problem:no-such-resource",
    "Nothing is served at this path.", ["cache-control" = "no-store"]
);
/// This path is reserved for the protocol.
///
/// 404: `cache-control`.
#[derive(Debug)]
pub struct Reserved;
::wire::constant_problem!(
    Reserved, respond, 404u16, "urn:durable-streams:problem:reserved-path",
    "This path is reserved for the protocol.", ["cache-control" = "no-store"]
);
/// The resource does not support this method.
///
/// 405: `cache-control`.
#[derive(Debug)]
pub struct MethodNotAllowed;
::wire::constant_problem!(
    MethodNotAllowed, respond, 405u16, "urn:durable-streams:problem:method-not-allowed",
    "The resource does not support this method.", ["cache-control" = "no-store"]
);
/// The request is malformed.
///
/// 400: `cache-control`.
#[derive(Debug)]
pub struct BadRequest {
    /// The violations of the request.
    pub violations: ::wire::Violations,
}
impl BadRequest {
    /// The response that says so.
    #[must_use]
    pub fn respond<E>(self) -> ::wire::Response<E> {
        let mut response = respond(400u16);
        response.fixed("cache-control", "no-store");
        ::wire::Problem::new(
                "urn:durable-streams:problem:bad-request",
                "The request is malformed.",
                400u16,
            )
            .violations(self.violations)
            .write(&mut response);
        response
    }
}
/// The server can't complete the request now. A write or a restore may or may not have been committed. The detail contains the
/// reason. Retry the request.
///
/// 503: `retry-after`, `cache-control`.
#[derive(Debug)]
pub struct Unavailable {
    /// A description of this occurrence.
    pub detail: ::wire::names::String,
}
impl Unavailable {
    /// The response that says so.
    #[must_use]
    pub fn respond<E>(self) -> ::wire::Response<E> {
        let mut response = respond(503u16);
        response.fixed("retry-after", "1");
        response.fixed("cache-control", "no-store");
        ::wire::Problem::new(
                "urn:durable-streams:problem:unavailable",
                "The server can't complete the request now. A write or a restore may or may not have been committed. The detail contains the reason. Retry the request.",
                503u16,
            )
            .detail(&self.detail)
            .write(&mut response);
        response
    }
}
/// Clients. The operator decides who may do what: with tokens, with keys that sign tokens, or by letting anyone do everything.
pub mod client {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// The credentials of a request.
    pub enum Credentials {
        /// Bearer token: a JWT, or the operator's token (§12.1).
        Authorization(super::Authorization),
        /// A bearer token among the subprotocols of a WebSocket, as `bearer.` and the token, for browsers.
        SubprotocolToken(super::SubprotocolToken),
        /// A signature that lets anyone who has the URL read the stream, for browsers and links.
        SignedUrl(super::SignedUrl),
        /// A signature that lets anyone who has it read all streams below a prefix.
        SignedPrefix(super::SignedPrefix),
    }
    impl ::core::fmt::Debug for Credentials {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.write_str("(secret)")
        }
    }
    /// The operations that a caller can be permitted to do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Operation {
        /// Create a stream.
        Create,
        /// Create a stream as a fork. `read` of the source is needed, too.
        Fork,
        /// Append to a stream.
        Append,
        /// Close a stream.
        Close,
        /// Read a stream and its metadata.
        Read,
        /// Delete a stream.
        Delete,
        /// List streams.
        List,
        /// Read the measurements of the server.
        Observe,
        /// Operate the server.
        Admin,
    }
    impl Operation {
        /// All operations, in the order of the spec.
        pub const ALL: &[Self] = &[
            Self::Create,
            Self::Fork,
            Self::Append,
            Self::Close,
            Self::Read,
            Self::Delete,
            Self::List,
            Self::Observe,
            Self::Admin,
        ];
        /// The name in the spec.
        #[must_use]
        pub const fn name(self) -> &'static str {
            match self {
                Self::Create => "create",
                Self::Fork => "fork",
                Self::Append => "append",
                Self::Close => "close",
                Self::Read => "read",
                Self::Delete => "delete",
                Self::List => "list",
                Self::Observe => "observe",
                Self::Admin => "admin",
            }
        }
    }
    /// Why a caller is refused, whatever it may do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Refusal {
        /// The credentials are missing or not valid.
        Unknown,
        /// The operator has not decided who may use the server.
        Unconfigured,
        /// The keys of tokens could not be fetched.
        Unverified,
        /// The caller sends too many requests.
        Limited,
    }
    impl From<::wire::BadCredentials> for Refusal {
        fn from(_: ::wire::BadCredentials) -> Self {
            Self::Unknown
        }
    }
    /// The permissions of a caller.
    pub trait Grant {
        /// Whether the caller may do this with what is at `path`, in the canonical form of path parameters; without a path, if the operation
        /// is about none. The answer depends on nothing else.
        fn permits(&self, operation: Operation, path: Option<&str>) -> bool;
    }
    /// Reads the credentials of a request. Those that are malformed or of several kinds are not valid.
    fn read(
        source: &impl ::wire::Source,
    ) -> Result<Option<Credentials>, ::wire::BadCredentials> {
        let mut inputs = ::wire::Inputs::new(source);
        let authorization = inputs
            .optional::<super::field::Authorization>()
            .filter(|own| !own.secret().is_empty());
        let subprotocol_token = inputs
            .optional::<super::field::SubprotocolToken>()
            .filter(|own| !own.secret().is_empty());
        let signed_url = if !inputs.has::<super::field::Below>() {
            ::wire::group!(
                read inputs, all_or_none in Query of super::SignedUrl { exp :
                super::field::Exp, kid : super::field::Kid, sig : super::field::Sig }
            )
        } else {
            None
        };
        let signed_prefix = if inputs.has::<super::field::Below>() {
            ::wire::group!(
                read inputs, all_or_none in Query of super::SignedPrefix { below :
                super::field::Below, exp : super::field::Exp, kid : super::field::Kid,
                sig : super::field::Sig }
            )
        } else {
            None
        };
        ::wire::at_most_one(
            inputs
                .finish(
                    Some([
                        authorization.map(Credentials::Authorization),
                        subprotocol_token.map(Credentials::SubprotocolToken),
                        signed_url.map(Credentials::SignedUrl),
                        signed_prefix.map(Credentials::SignedPrefix),
                    ]),
                ),
        )
    }
    /// Finds the caller of a request, or why it is refused.
    pub(super) async fn verify<V: super::Edge>(
        source: &impl ::wire::Source,
        edge: &V,
    ) -> Result<V::Client, Refusal> {
        edge.client(source, read(source)).await
    }
}
/// The caller of a request.
pub enum Caller<V: Edge> {
    /// Anyone: the request needs no credentials.
    Anyone,
    /// A caller that is refused, such as for credentials that are not valid.
    Refused,
    /// A caller with credentials of `Client`.
    Client(V::Client),
}
/// The caller of a request, and where the request goes or the response that refuses it.
pub struct Admission<V: Edge, E> {
    /// The caller.
    pub caller: Caller<V>,
    /// Where the request goes. Otherwise the answer, where the head of the request is enough to know it.
    pub route: ::wire::names::Result<Route, ::wire::Response<E>>,
}
/// The decisions about a request before it reaches the program that holds the state.
pub trait Edge {
    /// The limits in force.
    fn limits(&self) -> &Limits;
    /// A caller with credentials of `Client`.
    type Client: client::Grant;
    ///Verifies the credentials of a request. It is called once for a request.
    ///
    /// # Errors
    /// Why the caller is refused.
    fn client(
        &self,
        source: &impl ::wire::Source,
        credentials: ::wire::names::Result<
            ::wire::names::Option<client::Credentials>,
            ::wire::BadCredentials,
        >,
    ) -> impl ::core::future::Future<
        Output = ::wire::names::Result<Self::Client, client::Refusal>,
    >;
    /// The body has a content coding other than `identity`.
    fn content_coding_unsupported(
        &self,
        content_encoding: ::wire::names::Option<&::wire::List>,
    ) -> ::core::primitive::bool;
}
/// Where a request goes.
#[derive(Debug)]
pub enum Route {
    /// To a `Stream`.
    Stream(stream::Route),
    /// To a `Restoration`.
    Restoration(restoration::Route),
    /// To a `Streams`.
    Streams(streams::Route),
    /// To a `Health`.
    Health(health::Route),
    /// To a `Metrics`.
    Metrics(metrics::Route),
    /// To a `Deletions`.
    Deletions(deletions::Route),
    /// To a `Usage`.
    Usage(usage::Route),
    /// To a `Stored`.
    Stored(stored::Route),
    /// To a `Administration`.
    Administration(administration::Route),
}
/// Finds the caller of a request and where it goes, or answers it.
pub async fn admit<E, V: Edge>(
    source: &impl ::wire::Source,
    edge: &V,
) -> Admission<V, E> {
    if let ::wire::names::Some(captured) = health::capture(source.path()) {
        return health::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = streams::capture(source.path()) {
        return streams::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = metrics::capture(source.path()) {
        return metrics::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = deletions::capture(source.path()) {
        return deletions::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = usage::capture(source.path()) {
        return usage::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = stored::capture(source.path()) {
        return stored::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = administration::capture(source.path()) {
        return administration::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = stream::capture(source.path()) {
        return stream::admit(captured, source, edge).await;
    }
    if let ::wire::names::Some(captured) = restoration::capture(source.path()) {
        return restoration::admit(captured, source, edge).await;
    }
    Admission {
        caller: Caller::Anyone,
        route: ::wire::names::Err(NoSuchResource.respond()),
    }
}
/// Answers a request. The program owes a handler for each endpoint of each resource.
pub async fn serve<E, S>(
    service: &S,
    source: &impl ::wire::Source,
    body: impl ::wire::Incoming,
) -> ::wire::Response<E>
where
    S: stream::Service<Events = E>,
    S: restoration::Service<Events = E>,
    S: streams::Service<Events = E>,
    S: health::Service<Events = E>,
    S: metrics::Service<Events = E>,
    S: deletions::Service<Events = E>,
    S: usage::Service<Events = E>,
    S: stored::Service<Events = E>,
    S: administration::Service<Events = E>,
{
    if let ::wire::names::Some(captured) = health::capture(source.path()) {
        return health::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = streams::capture(source.path()) {
        return streams::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = metrics::capture(source.path()) {
        return metrics::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = deletions::capture(source.path()) {
        return deletions::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = usage::capture(source.path()) {
        return usage::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = stored::capture(source.path()) {
        return stored::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = administration::capture(source.path()) {
        return administration::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = stream::capture(source.path()) {
        return stream::serve_captured(service, captured, source, body).await;
    }
    if let ::wire::names::Some(captured) = restoration::capture(source.path()) {
        return restoration::serve_captured(service, captured, source, body).await;
    }
    NoSuchResource.respond()
}
/// The names in requests to `path` and in their responses, which `serve` and `admit` use.
#[must_use]
pub fn version(_path: &::core::primitive::str) -> &'static ::wire::Version {
    &::wire::Version::FIRST
}
/// The names of all resources, which `version` returns.
pub static VERSIONS: &[&::wire::Version] = &[&::wire::Version::FIRST];
/// A stream.
pub mod stream {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/stream/{path..}`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("stream"),
        ::wire::Segment::Rest,
    ];
    /// The part `path` of `/v1/stream/{path..}`, in its canonical form.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Path(String);
    ::wire::text!(Path, | text | ::wire::segments(text, 1, 1024));
    ::wire::path_to!(
        1usize in "a path such as `/v1/stream/{path..}`" { path : Path } reads
    );
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Creates a stream or a fork, or confirms that the stream exists with this configuration (§5.1).
        Create,
        /// Appends to the stream, closes it, or both at once (§5.2, §5.3).
        Append,
        /// Reads stored data up to the tail, within the limits `response` and `response_requests` (catch-up read, §5.6).
        Read,
        /// Reads one page of stored data, or waits for new data (long-poll, §5.7).
        LongPoll,
        /// Streams stored and then new data as server-sent events (SSE, §5.8).
        Sse,
        /// Streams stored and then new data over a WebSocket (server extension, §11). Each binary message contains one or more events in
        /// SSE format. A text message requests an acknowledgment: send it back unchanged once you have processed every message before it.
        /// The server stops sending while too much is unacknowledged (limit `reader_window`). It closes the connection with code 1008 if
        /// the client sends anything else.
        Websocket,
        /// Returns the metadata of the stream (§5.5).
        Describe,
        /// Deletes the stream (§5.4).
        Delete,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            ::core::matches!(self, Self::Create | Self::Append)
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "DELETE, GET, HEAD, POST, PUT, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        if ::wire::is_reserved(captured[0], &["__ds"]) {
            return Err(super::Reserved.respond());
        }
        match source.method() {
            "DELETE" => Ok(Endpoint::Delete),
            "GET" => {
                Ok(
                    match ::wire::Inputs::new(source).optional::<super::field::Live>() {
                        Some(super::Live::LongPoll) => Endpoint::LongPoll,
                        Some(super::Live::Sse) => Endpoint::Sse,
                        Some(super::Live::WebSocket) => Endpoint::Websocket,
                        None => Endpoint::Read,
                    },
                )
            }
            "HEAD" => Ok(Endpoint::Describe),
            "POST" => Ok(Endpoint::Append),
            "PUT" => Ok(Endpoint::Create),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::Create
            | Endpoint::Append
            | Endpoint::Read
            | Endpoint::LongPoll
            | Endpoint::Sse
            | Endpoint::Websocket
            | Endpoint::Describe
            | Endpoint::Delete => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::Create => create::missing(&caller, &parts, source),
                    Endpoint::Append => append::missing(&caller, &parts, source),
                    Endpoint::Read => read::missing(&caller, &parts, source),
                    Endpoint::LongPoll => long_poll::missing(&caller, &parts, source),
                    Endpoint::Sse => sse::missing(&caller, &parts, source),
                    Endpoint::Websocket => websocket::missing(&caller, &parts, source),
                    Endpoint::Describe => describe::missing(&caller, &parts, source),
                    Endpoint::Delete => delete::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        match endpoint {
                            Endpoint::Append if append::is_denied_otherwise(source) => {
                                append::ProducerForbidden {
                                    detail: ::std::format!(
                                        "The operation `{}` is not permitted.", operation.name()
                                    ),
                                }
                                    .respond()
                            }
                            _ => {
                                super::Forbidden {
                                    detail: ::std::format!(
                                        "The operation `{}` is not permitted.", operation.name()
                                    ),
                                }
                                    .respond()
                            }
                        },
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            let content_coding_unsupported = || {
                edge
                    .content_coding_unsupported(
                        ::wire::Inputs::new(source)
                            .optional::<super::field::ContentEncoding>()
                            .as_ref(),
                    )
            };
            match endpoint {
                Endpoint::Create => {
                    create::Request::check(&parts, source).map_err(create::refused)?;
                    if content_coding_unsupported() {
                        return Err(ContentCodingUnsupported.respond());
                    }
                    if source.declares_more_than(edge.limits().body) {
                        return Err(TooLarge.respond());
                    }
                }
                Endpoint::Append => {
                    append::Request::check(&parts, source).map_err(append::refused)?;
                    if content_coding_unsupported() {
                        return Err(ContentCodingUnsupported.respond());
                    }
                    if source.declares_more_than(edge.limits().body) {
                        return Err(TooLarge.respond());
                    }
                }
                Endpoint::Read => {
                    read::Request::check(&parts, source).map_err(read::refused)?;
                }
                Endpoint::LongPoll => {
                    long_poll::Request::check(&parts, source)
                        .map_err(long_poll::refused)?;
                }
                Endpoint::Sse => {
                    sse::Request::check(&parts, source).map_err(sse::refused)?;
                }
                Endpoint::Websocket => {
                    websocket::Request::check(&parts, source)
                        .map_err(websocket::refused)?;
                }
                Endpoint::Describe => {
                    describe::Request::check(&parts, source).map_err(describe::refused)?;
                }
                Endpoint::Delete => {
                    delete::Request::check(&parts, source).map_err(delete::refused)?;
                }
            }
            let (path,) = parts;
            Ok(Route {
                endpoint,
                path: path.map_err(|_| super::NoSuchResource.respond())?,
            })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Stream),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Creates a stream or a fork, or confirms that the stream exists with this configuration (§5.1).
        fn create(
            &self,
            request: ::wire::Asked<create::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<create::Outcome, Self::Failure>,
        >;
        /// Appends to the stream, closes it, or both at once (§5.2, §5.3).
        fn append(
            &self,
            request: ::wire::Asked<append::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<append::Outcome, Self::Failure>,
        >;
        /// Reads stored data up to the tail, within the limits `response` and `response_requests` (catch-up read, §5.6).
        fn read(
            &self,
            request: ::wire::Asked<read::Request>,
        ) -> impl ::core::future::Future<Output = Result<read::Outcome, Self::Failure>>;
        /// Reads one page of stored data, or waits for new data (long-poll, §5.7).
        fn long_poll(
            &self,
            request: ::wire::Asked<long_poll::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<long_poll::Outcome, Self::Failure>,
        >;
        /// Streams stored and then new data as server-sent events (SSE, §5.8).
        fn sse(
            &self,
            request: ::wire::Asked<sse::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<sse::Outcome<Self::Events>, Self::Failure>,
        >;
        /// Streams stored and then new data over a WebSocket (server extension, §11). Each binary message contains one or more events in
        /// SSE format. A text message requests an acknowledgment: send it back unchanged once you have processed every message before it.
        /// The server stops sending while too much is unacknowledged (limit `reader_window`). It closes the connection with code 1008 if
        /// the client sends anything else.
        fn websocket(
            &self,
            request: ::wire::Asked<websocket::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<websocket::Outcome<Self::Events>, Self::Failure>,
        >;
        /// Returns the metadata of the stream (§5.5).
        fn describe(
            &self,
            request: ::wire::Asked<describe::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<describe::Outcome, Self::Failure>,
        >;
        /// Deletes the stream (§5.4).
        fn delete(
            &self,
            request: ::wire::Asked<delete::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<delete::Outcome, Self::Failure>,
        >;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::Create => {
                ::wire::either(create::serve(service, captured, source, body).await)
            }
            Endpoint::Append => {
                ::wire::either(append::serve(service, captured, source, body).await)
            }
            Endpoint::Read => {
                ::wire::either(read::serve(service, captured, source).await)
            }
            Endpoint::LongPoll => {
                ::wire::either(long_poll::serve(service, captured, source).await)
            }
            Endpoint::Sse => ::wire::either(sse::serve(service, captured, source).await),
            Endpoint::Websocket => {
                ::wire::either(websocket::serve(service, captured, source).await)
            }
            Endpoint::Describe => {
                ::wire::either(describe::serve(service, captured, source).await)
                    .emptied()
            }
            Endpoint::Delete => {
                ::wire::either(delete::serve(service, captured, source).await)
            }
        }
    }
    /// There is no stream at this path.
    ///
    /// 404: `cache-control`.
    #[derive(Debug)]
    pub struct NotFound;
    ::wire::constant_problem!(
        NotFound, super::respond, 404u16, "urn:durable-streams:problem:stream-not-found",
        "There is no stream at this path.", ["cache-control" = "no-store"]
    );
    /// The stream was deleted or has expired. Its data is kept only for its forks.
    ///
    /// 410: `cache-control`.
    #[derive(Debug)]
    pub struct Gone;
    ::wire::constant_problem!(
        Gone, super::respond, 410u16, "urn:durable-streams:problem:stream-gone",
        "The stream was deleted or has expired. Its data is kept only for its forks.",
        ["cache-control" = "no-store"]
    );
    /// The server is at a limit: memory for bodies, or the stream's queued writes, live readers or forks. Retry later.
    ///
    /// 429: `retry-after`, `cache-control`.
    #[derive(Debug)]
    pub struct Busy;
    ::wire::constant_problem!(
        Busy, super::respond, 429u16, "urn:durable-streams:problem:busy",
        "The server is at a limit: memory for bodies, or the stream's queued writes, live readers or forks. Retry later.",
        ["retry-after" = "1", "cache-control" = "no-store"]
    );
    /// The stream does not satisfy `If-Match` or `If-None-Match`. Nothing was changed.
    ///
    /// 412: `stream-next-offset`?, `stream-closed`?, `etag`?, `cache-control`.
    #[derive(Debug)]
    pub struct PreconditionFailed {
        /// `stream-next-offset`.
        pub stream_next_offset: ::wire::names::Option<super::Offset>,
        /// `stream-closed`.
        pub stream_closed: bool,
        /// `etag`.
        pub etag: ::wire::names::Option<::wire::EntityTag>,
    }
    impl PreconditionFailed {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(412u16);
            response.optional("stream-next-offset", self.stream_next_offset);
            response.flag("stream-closed", "true", self.stream_closed);
            response.optional("etag", self.etag);
            response.fixed("cache-control", "no-store");
            ::wire::Problem::new(
                    "urn:durable-streams:problem:precondition-failed",
                    "The stream does not satisfy `If-Match` or `If-None-Match`. Nothing was changed.",
                    412u16,
                )
                .write(&mut response);
            response
        }
    }
    /// The body has a content coding. Send it without one: the server stores bodies as they are.
    ///
    /// 415: `accept-encoding`, `cache-control`.
    #[derive(Debug)]
    pub struct ContentCodingUnsupported;
    ::wire::constant_problem!(
        ContentCodingUnsupported, super::respond, 415u16,
        "urn:durable-streams:problem:content-coding-unsupported",
        "The body has a content coding. Send it without one: the server stores bodies as they are.",
        ["accept-encoding" = "identity", "cache-control" = "no-store"],
        ::wire::Place::Header, "content-encoding"
    );
    /// The body exceeds the maximum size.
    ///
    /// 413: `cache-control`.
    #[derive(Debug)]
    pub struct TooLarge;
    ::wire::constant_problem!(
        TooLarge, super::respond, 413u16, "urn:durable-streams:problem:body-too-large",
        "The body exceeds the maximum size.", ["cache-control" = "no-store"],
        ::wire::Place::Body, "body"
    );
    /// The server received no further part of the body in time.
    ///
    /// 408: `cache-control`.
    #[derive(Debug)]
    pub struct BodyStalled;
    ::wire::constant_problem!(
        BodyStalled, super::respond, 408u16, "urn:durable-streams:problem:body-stalled",
        "The server received no further part of the body in time.", ["cache-control" =
        "no-store"], ::wire::Place::Body, "body"
    );
    /// The body is not valid JSON, which this stream requires.
    ///
    /// 400: `cache-control`.
    #[derive(Debug)]
    pub struct InvalidMessages {
        /// A description of this occurrence.
        pub detail: ::wire::names::String,
    }
    impl InvalidMessages {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(400u16);
            response.fixed("cache-control", "no-store");
            ::wire::Problem::new(
                    "urn:durable-streams:problem:invalid-json",
                    "The body is not valid JSON, which this stream requires.",
                    400u16,
                )
                .detail(&self.detail)
                .about(::wire::Place::Body, "body")
                .write(&mut response);
            response
        }
    }
    /// The body contains a message that exceeds the maximum size.
    ///
    /// 413: `cache-control`.
    #[derive(Debug)]
    pub struct MessagesTooLarge {
        /// A description of this occurrence.
        pub detail: ::wire::names::String,
    }
    impl MessagesTooLarge {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(413u16);
            response.fixed("cache-control", "no-store");
            ::wire::Problem::new(
                    "urn:durable-streams:problem:messages-too-large",
                    "The body contains a message that exceeds the maximum size.",
                    413u16,
                )
                .detail(&self.detail)
                .about(::wire::Place::Body, "body")
                .write(&mut response);
            response
        }
    }
    /// The stream is UTF-8 text, but with this body it would not be. An append can end within a character, but the stream can't be
    /// closed there.
    ///
    /// 400: `cache-control`.
    #[derive(Debug)]
    pub struct InvalidText {
        /// A description of this occurrence.
        pub detail: ::wire::names::String,
    }
    impl InvalidText {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(400u16);
            response.fixed("cache-control", "no-store");
            ::wire::Problem::new(
                    "urn:durable-streams:problem:invalid-utf-8",
                    "The stream is UTF-8 text, but with this body it would not be. An append can end within a character, but the stream can't be closed there.",
                    400u16,
                )
                .detail(&self.detail)
                .about(::wire::Place::Body, "body")
                .write(&mut response);
            response
        }
    }
    /// The offset is beyond the tail of the stream.
    ///
    /// 400: `cache-control`, `stream-next-offset`.
    #[derive(Debug)]
    pub struct BeyondTail {
        /// `stream-next-offset`.
        pub stream_next_offset: super::Offset,
    }
    impl BeyondTail {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(400u16);
            response.fixed("cache-control", "no-store");
            response.header("stream-next-offset", self.stream_next_offset);
            ::wire::Problem::new(
                    "urn:durable-streams:problem:offset-beyond-tail",
                    "The offset is beyond the tail of the stream.",
                    400u16,
                )
                .about(::wire::Place::Query, "offset")
                .write(&mut response);
            response
        }
    }
    /// The data at this offset is no longer stored. Continue at `Stream-Earliest-Offset`. Do not start over at `-1`, because a cache
    /// can still have an outdated response to that.
    ///
    /// 410: `cache-control`, `stream-earliest-offset`.
    #[derive(Debug)]
    pub struct Trimmed {
        /// `stream-earliest-offset`.
        pub stream_earliest_offset: super::Offset,
    }
    impl Trimmed {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(410u16);
            response.fixed("cache-control", "no-store");
            response.header("stream-earliest-offset", self.stream_earliest_offset);
            ::wire::Problem::new(
                    "urn:durable-streams:problem:offset-trimmed",
                    "The data at this offset is no longer stored. Continue at `Stream-Earliest-Offset`. Do not start over at `-1`, because a cache can still have an outdated response to that.",
                    410u16,
                )
                .about(::wire::Place::Query, "offset")
                .write(&mut response);
            response
        }
    }
    /// A part of the stream is damaged or missing in storage. The detail contains its offsets. None of its data was sent.
    ///
    /// 500: `cache-control`.
    #[derive(Debug)]
    pub struct SegmentDamaged {
        /// A description of this occurrence.
        pub detail: ::wire::names::String,
    }
    impl SegmentDamaged {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(500u16);
            response.fixed("cache-control", "no-store");
            ::wire::Problem::new(
                    "urn:durable-streams:problem:segment-damaged",
                    "A part of the stream is damaged or missing in storage. The detail contains its offsets. None of its data was sent.",
                    500u16,
                )
                .detail(&self.detail)
                .write(&mut response);
            response
        }
    }
    /// Creates a stream or a fork, or confirms that the stream exists with this configuration (§5.1).
    pub mod create {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `content-encoding`.
            pub content_encoding: ::wire::names::Option<::wire::List>,
            /// `content-type`.
            pub content_type: ::wire::names::Option<::wire::MediaType>,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
            /// `if-none-match`.
            pub if_none_match: ::wire::names::Option<::wire::EntityTags>,
            /// `stream-ttl`, `stream-expires-at`: at most one.
            pub lifetime: ::wire::names::Option<super::super::Lifetime>,
            /// `stream-retain-bytes`.
            pub stream_retain_bytes: ::wire::names::Option<
                super::super::StreamRetainBytes,
            >,
            /// `stream-retain-age`.
            pub stream_retain_age: ::wire::names::Option<super::super::StreamRetainAge>,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `stream-label`.
            pub stream_label: ::wire::names::Option<
                ::wire::names::Vec<super::super::Label>,
            >,
            /// `stream-first-offset`.
            pub stream_first_offset: ::wire::names::Option<super::super::Offset>,
            /// `stream-forked-from`, `stream-fork-offset`, `stream-fork-sub-offset`: none without the first.
            pub fork: ::wire::names::Option<super::super::Fork>,
            /// The body.
            pub body: Vec<u8>,
        }
        ::wire::request!(
            [path : super::Path] { content_encoding :
            optional(super::super::field::ContentEncoding), content_type :
            optional(super::super::field::ContentType), if_match :
            optional(super::super::field::IfMatch), if_none_match :
            optional(super::super::field::IfNoneMatch), lifetime : group(at_most_one in
            Header of super::super::Lifetime { StreamTtl :
            super::super::field::StreamTtl, StreamExpiresAt :
            super::super::field::StreamExpiresAt }), stream_retain_bytes :
            optional(super::super::field::StreamRetainBytes), stream_retain_age :
            optional(super::super::field::StreamRetainAge), stream_closed :
            flag(super::super::field::StreamClosed), stream_label :
            optional(super::super::field::StreamLabel), stream_first_offset :
            optional(super::super::field::StreamFirstOffset), fork : group(headed in
            Header of super::super::Fork { stream_forked_from :
            super::super::field::StreamForkedFrom, stream_fork_offset :
            super::super::field::StreamForkOffset, stream_fork_sub_offset :
            super::super::field::StreamForkSubOffset }) } [] body
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The source of the fork that the request creates (§4.2).
            fn source(&self) -> super::super::SourceState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
            /// The stream exists with a different content type, expiry, retention, source, labels or closed state.
            fn configuration_differs(&self) -> bool;
            /// The requested expiry time is not in the future.
            fn expiry_past(&self) -> bool;
            /// The fork offset, including `Stream-Fork-Sub-Offset`, is beyond the source's tail offset.
            fn fork_beyond(&self) -> bool;
            /// The fork offset is before the source's earliest retained offset.
            fn fork_trimmed(&self) -> bool;
            /// `Stream-Fork-Sub-Offset` is above 0, but `Stream-Fork-Offset` is missing.
            fn fork_unanchored(&self) -> bool;
            /// `Stream-Fork-Offset` plus a `Stream-Fork-Sub-Offset` above 0 is beyond the source's tail offset.
            fn fork_overshoots(&self) -> bool;
            /// The new stream can't begin at the first offset that the request sets: an earlier stream at the path has used it or a greater one, or the
            /// new stream is a fork, which begins at the fork offset.
            fn first_offset_unusable(&self) -> bool;
            /// The source's fork chain has the maximum length (limit `fork_depth`).
            fn fork_too_deep(&self) -> bool;
            /// The source has the maximum number of forks (limit `forks`).
            fn forks_full(&self) -> bool;
            /// `Content-Type` differs from the stream's or, when a fork is created, from the source's.
            fn content_type_differs(&self) -> bool;
            /// The stream is JSON, and the body is not valid JSON.
            fn messages_invalid(&self) -> bool;
            /// The body contains a JSON message larger than the limit `message`.
            fn messages_too_large(&self) -> bool;
            /// The body would make the stream invalid UTF-8, or would close it within a character.
            fn text_invalid(&self) -> bool;
            /// The stream's write queue is full (limits `queue`, `queue_bytes`).
            fn queue_full(&self) -> bool;
            /// A label has no name or no `=`, or two labels have the same name.
            fn labels_invalid(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            Busy,
            ExpiryPast,
            ForkUnanchored,
            BadLabels,
            FirstOffsetConflict,
            PathTaken,
            SourceNotFound,
            SourceGone,
            ForkBeyondTail,
            ForkOvershoots,
            ForkTrimmed,
            ForkTooDeep,
            SourceTypeConflict,
        }
        ::wire::ready!(
            Ready => Outcome, Busy(super::Busy), ExpiryPast(ExpiryPast),
            ForkUnanchored(ForkUnanchored), BadLabels(BadLabels),
            FirstOffsetConflict(FirstOffsetConflict), PathTaken(PathTaken),
            SourceNotFound(SourceNotFound), SourceGone(SourceGone),
            ForkBeyondTail(ForkBeyondTail), ForkOvershoots(ForkOvershoots),
            ForkTrimmed(ForkTrimmed), ForkTooDeep(ForkTooDeep),
            SourceTypeConflict(SourceTypeConflict)
        );
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            InvalidMessages,
            MessagesTooLarge,
            InvalidText,
            Created,
            Ensured,
            ConfigurationConflict,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.expiry_past() {
                return Decision::Ready(Ready::ExpiryPast);
            }
            if facts.fork_unanchored() {
                return Decision::Ready(Ready::ForkUnanchored);
            }
            if facts.labels_invalid() {
                return Decision::Ready(Ready::BadLabels);
            }
            let stream = facts.stream();
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::PathTaken);
            }
            if stream != super::super::StreamState::Absent
                && facts.configuration_differs()
            {
                return Decision::ConfigurationConflict;
            }
            let source = ::core::cell::LazyCell::new(|| facts.source());
            if stream == super::super::StreamState::Absent
                && *source == super::super::SourceState::Absent
            {
                return Decision::Ready(Ready::SourceNotFound);
            }
            if stream == super::super::StreamState::Absent
                && *source == super::super::SourceState::Gone
            {
                return Decision::Ready(Ready::SourceGone);
            }
            if stream == super::super::StreamState::Absent && facts.fork_overshoots() {
                return Decision::Ready(Ready::ForkOvershoots);
            }
            if stream == super::super::StreamState::Absent && facts.fork_beyond() {
                return Decision::Ready(Ready::ForkBeyondTail);
            }
            if stream == super::super::StreamState::Absent && facts.fork_trimmed() {
                return Decision::Ready(Ready::ForkTrimmed);
            }
            if stream == super::super::StreamState::Absent && facts.fork_too_deep() {
                return Decision::Ready(Ready::ForkTooDeep);
            }
            if stream == super::super::StreamState::Absent
                && facts.content_type_differs()
            {
                return Decision::Ready(Ready::SourceTypeConflict);
            }
            if stream == super::super::StreamState::Absent && facts.forks_full() {
                return Decision::Ready(Ready::Busy);
            }
            if stream == super::super::StreamState::Absent
                && facts.first_offset_unusable()
            {
                return Decision::Ready(Ready::FirstOffsetConflict);
            }
            if stream == super::super::StreamState::Absent && facts.queue_full() {
                return Decision::Ready(Ready::Busy);
            }
            if stream == super::super::StreamState::Absent && facts.messages_too_large()
            {
                return Decision::MessagesTooLarge;
            }
            if stream == super::super::StreamState::Absent && facts.messages_invalid() {
                return Decision::InvalidMessages;
            }
            if stream == super::super::StreamState::Absent && facts.text_invalid() {
                return Decision::InvalidText;
            }
            if facts.precondition_failed() {
                return Decision::PreconditionFailed;
            }
            if stream == super::super::StreamState::Absent {
                return Decision::Created;
            }
            if stream == super::super::StreamState::Open {
                return Decision::Ensured;
            }
            Decision::Ensured
        }
        /// The stream was created.
        ///
        /// 201: `location`, `content-type`, `stream-next-offset`, `stream-closed`?, `cache-control`.
        #[derive(Debug)]
        pub struct Created {
            /// `location`.
            pub location: super::super::Location,
            /// `content-type`.
            pub content_type: ::wire::MediaType,
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
        }
        impl Created {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(201u16);
                response.header("location", self.location);
                response.header("content-type", self.content_type);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The stream exists with this configuration. Its data is unchanged.
        ///
        /// 200: `content-type`, `stream-next-offset`, `stream-closed`?, `cache-control`.
        #[derive(Debug)]
        pub struct Ensured {
            /// `content-type`.
            pub content_type: ::wire::MediaType,
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
        }
        impl Ensured {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.header("content-type", self.content_type);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The expiry time must be in the future.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct ExpiryPast;
        ::wire::constant_problem!(
            ExpiryPast, super::super::respond, 400u16,
            "urn:durable-streams:problem:expiry-past",
            "The expiry time must be in the future.", ["cache-control" = "no-store"],
            ::wire::Place::Header, "stream-expires-at"
        );
        /// A `Stream-Fork-Sub-Offset` above 0 requires `Stream-Fork-Offset`.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct ForkUnanchored;
        ::wire::constant_problem!(
            ForkUnanchored, super::super::respond, 400u16,
            "urn:durable-streams:problem:fork-unanchored",
            "A `Stream-Fork-Sub-Offset` above 0 requires `Stream-Fork-Offset`.",
            ["cache-control" = "no-store"], ::wire::Place::Header,
            "stream-fork-sub-offset"
        );
        /// A label consists of a name, `=` and a value. A stream can't have two labels with the same name.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct BadLabels;
        ::wire::constant_problem!(
            BadLabels, super::super::respond, 400u16,
            "urn:durable-streams:problem:bad-labels",
            "A label consists of a name, `=` and a value. A stream can't have two labels with the same name.",
            ["cache-control" = "no-store"], ::wire::Place::Header, "stream-label"
        );
        /// An earlier stream at the path has used the first offset or a greater one, from which clients may still read. Or the new stream is a fork,
        /// which begins at the fork offset.
        ///
        /// 409: `cache-control`.
        #[derive(Debug)]
        pub struct FirstOffsetConflict;
        ::wire::constant_problem!(
            FirstOffsetConflict, super::super::respond, 409u16,
            "urn:durable-streams:problem:first-offset-conflict",
            "An earlier stream at the path has used the first offset or a greater one, from which clients may still read. Or the new stream is a fork, which begins at the fork offset.",
            ["cache-control" = "no-store"], ::wire::Place::Header, "stream-first-offset"
        );
        /// The path is still in use by a deleted stream that has forks.
        ///
        /// 409: `cache-control`.
        #[derive(Debug)]
        pub struct PathTaken;
        ::wire::constant_problem!(
            PathTaken, super::super::respond, 409u16,
            "urn:durable-streams:problem:path-taken",
            "The path is still in use by a deleted stream that has forks.",
            ["cache-control" = "no-store"]
        );
        /// The stream named in `Stream-Forked-From` does not exist.
        ///
        /// 404: `cache-control`.
        #[derive(Debug)]
        pub struct SourceNotFound;
        ::wire::constant_problem!(
            SourceNotFound, super::super::respond, 404u16,
            "urn:durable-streams:problem:source-not-found",
            "The stream named in `Stream-Forked-From` does not exist.", ["cache-control"
            = "no-store"], ::wire::Place::Header, "stream-forked-from"
        );
        /// The stream named in `Stream-Forked-From` was deleted or has expired.
        ///
        /// 409: `cache-control`.
        #[derive(Debug)]
        pub struct SourceGone;
        ::wire::constant_problem!(
            SourceGone, super::super::respond, 409u16,
            "urn:durable-streams:problem:source-gone",
            "The stream named in `Stream-Forked-From` was deleted or has expired.",
            ["cache-control" = "no-store"], ::wire::Place::Header, "stream-forked-from"
        );
        /// `Stream-Fork-Offset` must not be beyond the source's tail offset.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct ForkBeyondTail;
        ::wire::constant_problem!(
            ForkBeyondTail, super::super::respond, 400u16,
            "urn:durable-streams:problem:fork-beyond-tail",
            "`Stream-Fork-Offset` must not be beyond the source's tail offset.",
            ["cache-control" = "no-store"], ::wire::Place::Header, "stream-fork-offset"
        );
        /// `Stream-Fork-Offset` plus `Stream-Fork-Sub-Offset` must not be beyond the source's tail offset.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct ForkOvershoots;
        ::wire::constant_problem!(
            ForkOvershoots, super::super::respond, 400u16,
            "urn:durable-streams:problem:fork-overshoots",
            "`Stream-Fork-Offset` plus `Stream-Fork-Sub-Offset` must not be beyond the source's tail offset.",
            ["cache-control" = "no-store"], ::wire::Place::Header,
            "stream-fork-sub-offset"
        );
        /// The source's data at the fork offset is no longer stored.
        ///
        /// 410: `cache-control`.
        #[derive(Debug)]
        pub struct ForkTrimmed;
        ::wire::constant_problem!(
            ForkTrimmed, super::super::respond, 410u16,
            "urn:durable-streams:problem:fork-trimmed",
            "The source's data at the fork offset is no longer stored.", ["cache-control"
            = "no-store"], ::wire::Place::Header, "stream-fork-offset"
        );
        /// The fork chain of the stream named in `Stream-Forked-From` has the maximum length.
        ///
        /// 409: `cache-control`.
        #[derive(Debug)]
        pub struct ForkTooDeep;
        ::wire::constant_problem!(
            ForkTooDeep, super::super::respond, 409u16,
            "urn:durable-streams:problem:fork-too-deep",
            "The fork chain of the stream named in `Stream-Forked-From` has the maximum length.",
            ["cache-control" = "no-store"], ::wire::Place::Header, "stream-forked-from"
        );
        /// `Content-Type` must match the source stream's content type.
        ///
        /// 409: `cache-control`.
        #[derive(Debug)]
        pub struct SourceTypeConflict;
        ::wire::constant_problem!(
            SourceTypeConflict, super::super::respond, 409u16,
            "urn:durable-streams:problem:source-type-conflict",
            "`Content-Type` must match the source stream's content type.",
            ["cache-control" = "no-store"], ::wire::Place::Header, "content-type"
        );
        /// The stream exists with a different content type, expiry, retention, source, labels or closed state.
        ///
        /// 409: `stream-closed`?, `cache-control`.
        #[derive(Debug)]
        pub struct ConfigurationConflict {
            /// `stream-closed`.
            pub stream_closed: bool,
        }
        impl ConfigurationConflict {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(409u16);
                response.flag("stream-closed", "true", self.stream_closed);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:configuration-conflict",
                        "The stream exists with a different content type, expiry, retention, source, labels or closed state.",
                        409u16,
                    )
                    .write(&mut response);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Busy(super::Busy),
            PreconditionFailed(super::PreconditionFailed),
            InvalidMessages(super::InvalidMessages),
            MessagesTooLarge(super::MessagesTooLarge),
            InvalidText(super::InvalidText),
            Created(Created),
            Ensured(Ensured),
            ExpiryPast(ExpiryPast),
            ForkUnanchored(ForkUnanchored),
            BadLabels(BadLabels),
            FirstOffsetConflict(FirstOffsetConflict),
            PathTaken(PathTaken),
            SourceNotFound(SourceNotFound),
            SourceGone(SourceGone),
            ForkBeyondTail(ForkBeyondTail),
            ForkOvershoots(ForkOvershoots),
            ForkTrimmed(ForkTrimmed),
            ForkTooDeep(ForkTooDeep),
            SourceTypeConflict(SourceTypeConflict),
            ConfigurationConflict(ConfigurationConflict),
        }
        ::wire::outcomes!(
            Outcome, Busy(super::Busy), PreconditionFailed(super::PreconditionFailed),
            InvalidMessages(super::InvalidMessages),
            MessagesTooLarge(super::MessagesTooLarge), InvalidText(super::InvalidText),
            Created(Created), Ensured(Ensured), ExpiryPast(ExpiryPast),
            ForkUnanchored(ForkUnanchored), BadLabels(BadLabels),
            FirstOffsetConflict(FirstOffsetConflict), PathTaken(PathTaken),
            SourceNotFound(SourceNotFound), SourceGone(SourceGone),
            ForkBeyondTail(ForkBeyondTail), ForkOvershoots(ForkOvershoots),
            ForkTrimmed(ForkTrimmed), ForkTooDeep(ForkTooDeep),
            SourceTypeConflict(SourceTypeConflict),
            ConfigurationConflict(ConfigurationConflict)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Create, Some(path.as_str()))
            {
                return Some(Operation::Create);
            }
            if (::wire::Inputs::new(source)
                .check_optional::<super::super::field::StreamForkedFrom>()
                || ::wire::Inputs::new(source)
                    .check_optional::<super::super::field::StreamForkOffset>()
                || ::wire::Inputs::new(source)
                    .check_optional::<super::super::field::StreamForkSubOffset>())
                && let Ok(path) = &parts.0
                && !grant.permits(Operation::Fork, Some(path.as_str()))
            {
                return Some(Operation::Fork);
            }
            if let Some(path) = ::wire::Inputs::new(source)
                .optional::<super::super::field::StreamForkedFrom>()
                && !grant.permits(Operation::Read, Some(path.path.as_str()))
            {
                return Some(Operation::Read);
            }
            if (::wire::Inputs::new(source)
                .check_optional::<super::super::field::StreamFirstOffset>())
                && let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<
            S: super::Service,
            I: ::wire::Source,
            B: ::wire::Incoming,
        >(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
            body: B,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let body = match body.read(service.limits().body).await {
                Ok(body) => body,
                Err(::wire::Unread::Broken) => {
                    return Err(refused(::wire::Violations::broken_body()));
                }
                Err(::wire::Unread::TooLarge) => {
                    Request::check(&super::parts(captured), source).map_err(refused)?;
                    return Err(super::TooLarge.respond());
                }
                Err(::wire::Unread::Stalled) => {
                    Request::check(&super::parts(captured), source).map_err(refused)?;
                    return Err(super::BodyStalled.respond());
                }
                Err(::wire::Unread::Crowded) => {
                    Request::check(&super::parts(captured), source).map_err(refused)?;
                    return Err(super::Busy.respond());
                }
            };
            let request = Request::read(captured, source, body).map_err(refused)?;
            match service.create(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent, source :
                super::super::super::SourceState = super::super::super::SourceState::None
                } { precondition_failed, configuration_differs, expiry_past, fork_beyond,
                fork_trimmed, fork_unanchored, fork_overshoots, first_offset_unusable,
                fork_too_deep, forks_full, content_type_differs, messages_invalid,
                messages_too_large, text_invalid, queue_full, labels_invalid }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(
                    ["a"],
                    &sent,
                    sent.body().as_bytes().to_vec(),
                );
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn expiry_past_before_fork_unanchored() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        expiry_past: true,
                        fork_unanchored: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::ExpiryPast));
            }
            #[test]
            fn fork_unanchored_before_bad_labels() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        fork_unanchored: true,
                        labels_invalid: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::ForkUnanchored));
            }
            #[test]
            fn bad_labels_before_path_taken() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        labels_invalid: true,
                        stream: super::super::super::StreamState::Gone,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::BadLabels));
            }
            #[test]
            fn path_taken_before_configuration_conflict() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Gone,
                        configuration_differs: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::PathTaken));
            }
            #[test]
            fn source_gone_before_fork_overshoots() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        source: super::super::super::SourceState::Gone,
                        fork_overshoots: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::SourceGone));
            }
            #[test]
            fn fork_overshoots_before_fork_beyond_tail() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        fork_overshoots: true,
                        fork_beyond: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::ForkOvershoots));
            }
            #[test]
            fn fork_beyond_tail_before_fork_trimmed() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        fork_beyond: true,
                        fork_trimmed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::ForkBeyondTail));
            }
            #[test]
            fn fork_trimmed_before_fork_too_deep() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        fork_trimmed: true,
                        fork_too_deep: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::ForkTrimmed));
            }
            #[test]
            fn fork_too_deep_before_source_type_conflict() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        fork_too_deep: true,
                        content_type_differs: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::ForkTooDeep));
            }
            #[test]
            fn source_type_conflict_before_busy() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        content_type_differs: true,
                        forks_full: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::SourceTypeConflict));
            }
            #[test]
            fn busy_before_first_offset_conflict() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        forks_full: true,
                        first_offset_unusable: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Busy));
            }
            #[test]
            fn first_offset_conflict_before_busy() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        first_offset_unusable: true,
                        queue_full: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(
                    decision, Decision::Ready(Ready::FirstOffsetConflict)
                );
            }
            #[test]
            fn busy_before_messages_too_large() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        queue_full: true,
                        messages_too_large: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Busy));
            }
            #[test]
            fn messages_too_large_before_invalid_messages() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        messages_too_large: true,
                        messages_invalid: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::MessagesTooLarge);
            }
            #[test]
            fn invalid_messages_before_invalid_text() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        messages_invalid: true,
                        text_invalid: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::InvalidMessages);
            }
            #[test]
            fn invalid_text_before_precondition_failed() {
                let decision = decision(
                    Sent("PUT /v1/stream/a"),
                    &TestFacts {
                        text_invalid: true,
                        precondition_failed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::InvalidText);
            }
        }
    }
    /// Appends to the stream, closes it, or both at once (§5.2, §5.3).
    pub mod append {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `content-encoding`.
            pub content_encoding: ::wire::names::Option<::wire::List>,
            /// `content-type`.
            pub content_type: ::wire::names::Option<::wire::MediaType>,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
            /// `if-none-match`.
            pub if_none_match: ::wire::names::Option<::wire::EntityTags>,
            /// `stream-expected-offset`.
            pub stream_expected_offset: ::wire::names::Option<super::super::Offset>,
            /// `stream-seq`.
            pub stream_seq: ::wire::names::Option<super::super::StreamSeq>,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `producer-id`, `producer-epoch`, `producer-seq`: all or none.
            pub producer: ::wire::names::Option<super::super::Producer>,
            /// The body.
            pub body: Vec<u8>,
        }
        ::wire::request!(
            [path : super::Path] { content_encoding :
            optional(super::super::field::ContentEncoding), content_type :
            unless_empty(super::super::field::ContentType), if_match :
            optional(super::super::field::IfMatch), if_none_match :
            optional(super::super::field::IfNoneMatch), stream_expected_offset :
            optional(super::super::field::StreamExpectedOffset), stream_seq :
            optional(super::super::field::StreamSeq), stream_closed :
            flag(super::super::field::StreamClosed), producer : group(all_or_none in
            Header of super::super::Producer { producer_id :
            super::super::field::ProducerId, producer_epoch :
            super::super::field::ProducerEpoch, producer_seq :
            super::super::field::ProducerSeq }) } [] body
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The append compared with the producer's earlier appends (§5.2.1).
            fn producer(&self) -> super::super::ProducerState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
            /// `Content-Type` differs from the stream's or, when a fork is created, from the source's.
            fn content_type_differs(&self) -> bool;
            /// The append is a retry of the producer's request that closed the stream.
            fn closing_repeated(&self) -> bool;
            /// The stream is JSON, and the body is not valid JSON.
            fn messages_invalid(&self) -> bool;
            /// The body is an empty JSON array.
            fn messages_empty(&self) -> bool;
            /// The body contains a JSON message larger than the limit `message`.
            fn messages_too_large(&self) -> bool;
            /// The body would make the stream invalid UTF-8, or would close it within a character.
            fn text_invalid(&self) -> bool;
            /// `Stream-Seq` is not greater than the last one accepted.
            fn sequence_repeated(&self) -> bool;
            /// The tail offset differs from `Stream-Expected-Offset`.
            fn tail_unexpected(&self) -> bool;
            /// The stream's write queue is full (limits `queue`, `queue_bytes`).
            fn queue_full(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NotFound,
            Gone,
            Busy,
            EmptyBody,
            NoMessages,
            EpochUnseeded,
        }
        ::wire::ready!(
            Ready => Outcome, NotFound(super::NotFound), Gone(super::Gone),
            Busy(super::Busy), EmptyBody(EmptyBody), NoMessages(NoMessages),
            EpochUnseeded(EpochUnseeded)
        );
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            InvalidMessages,
            MessagesTooLarge,
            InvalidText,
            Appended,
            AlreadyClosed,
            Accepted,
            ClosedByProducer,
            Repeated,
            Closed,
            ContentTypeConflict,
            SequenceConflict,
            TailConflict,
            Fenced,
            SequenceGap,
        }
        /// The first line of the spec that holds.
        pub fn decide(request: &Request, facts: &impl Facts) -> Decision {
            if request.body.is_empty() && !request.stream_closed {
                return Decision::Ready(Ready::EmptyBody);
            }
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NotFound);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::Gone);
            }
            let producer = ::core::cell::LazyCell::new(|| facts.producer());
            let closing_repeated = ::core::cell::LazyCell::new(|| {
                facts.closing_repeated()
            });
            if stream == super::super::StreamState::Closed
                && *producer != super::super::ProducerState::None && !*closing_repeated
            {
                return Decision::Closed;
            }
            if stream == super::super::StreamState::Closed
                && *producer == super::super::ProducerState::None
                && !request.body.is_empty()
            {
                return Decision::Closed;
            }
            if !request.body.is_empty() && facts.content_type_differs() {
                return Decision::ContentTypeConflict;
            }
            if *producer == super::super::ProducerState::Stale {
                return Decision::Fenced;
            }
            if *producer == super::super::ProducerState::Unseeded {
                return Decision::Ready(Ready::EpochUnseeded);
            }
            if *producer == super::super::ProducerState::Ahead {
                return Decision::SequenceGap;
            }
            if stream == super::super::StreamState::Open
                && *producer != super::super::ProducerState::Repeated
                && facts.sequence_repeated()
            {
                return Decision::SequenceConflict;
            }
            if *producer != super::super::ProducerState::Repeated && !*closing_repeated
                && facts.tail_unexpected()
            {
                return Decision::TailConflict;
            }
            if stream == super::super::StreamState::Open
                && *producer != super::super::ProducerState::Repeated
                && facts.queue_full()
            {
                return Decision::Ready(Ready::Busy);
            }
            if stream == super::super::StreamState::Open
                && *producer != super::super::ProducerState::Repeated
                && facts.messages_too_large()
            {
                return Decision::MessagesTooLarge;
            }
            if stream == super::super::StreamState::Open
                && *producer != super::super::ProducerState::Repeated
                && facts.messages_invalid()
            {
                return Decision::InvalidMessages;
            }
            if stream == super::super::StreamState::Open
                && *producer != super::super::ProducerState::Repeated
                && facts.messages_empty()
            {
                return Decision::Ready(Ready::NoMessages);
            }
            if stream == super::super::StreamState::Open
                && *producer != super::super::ProducerState::Repeated
                && facts.text_invalid()
            {
                return Decision::InvalidText;
            }
            if *producer != super::super::ProducerState::Repeated && !*closing_repeated
                && facts.precondition_failed()
            {
                return Decision::PreconditionFailed;
            }
            if stream == super::super::StreamState::Closed && *closing_repeated {
                return Decision::Repeated;
            }
            if stream == super::super::StreamState::Closed
                && *producer == super::super::ProducerState::None
            {
                return Decision::AlreadyClosed;
            }
            if stream == super::super::StreamState::Open
                && *producer == super::super::ProducerState::Repeated
            {
                return Decision::Repeated;
            }
            if stream == super::super::StreamState::Open
                && *producer == super::super::ProducerState::Next
                && !request.body.is_empty()
            {
                return Decision::Accepted;
            }
            if stream == super::super::StreamState::Open
                && *producer == super::super::ProducerState::Next
            {
                return Decision::ClosedByProducer;
            }
            Decision::Appended
        }
        /// The data was appended, the stream was closed, or both. If the request had a precondition, `ETag` is the value for the next
        /// one.
        ///
        /// 204: `stream-next-offset`, `stream-closed`?, `etag`?, `cache-control`.
        #[derive(Debug)]
        pub struct Appended {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `etag`.
            pub etag: ::wire::names::Option<::wire::EntityTag>,
        }
        impl Appended {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.optional("etag", self.etag);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The stream was closed already.
        ///
        /// 204: `stream-next-offset`, `stream-closed`, `cache-control`.
        #[derive(Debug)]
        pub struct AlreadyClosed {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
        }
        impl AlreadyClosed {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.fixed("stream-closed", "true");
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The producer's data was appended.
        ///
        /// 200: `stream-next-offset`, `stream-closed`?, `producer-epoch`, `producer-seq`, `etag`?, `cache-control`.
        #[derive(Debug)]
        pub struct Accepted {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `producer-epoch`.
            pub producer_epoch: super::super::Epoch,
            /// `producer-seq`.
            pub producer_seq: super::super::Seq,
            /// `etag`.
            pub etag: ::wire::names::Option<::wire::EntityTag>,
        }
        impl Accepted {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.header("producer-epoch", self.producer_epoch);
                response.header("producer-seq", self.producer_seq);
                response.optional("etag", self.etag);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The producer closed the stream.
        ///
        /// 204: `stream-next-offset`, `stream-closed`, `producer-epoch`, `producer-seq`, `etag`?, `cache-control`.
        #[derive(Debug)]
        pub struct ClosedByProducer {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `producer-epoch`.
            pub producer_epoch: super::super::Epoch,
            /// `producer-seq`.
            pub producer_seq: super::super::Seq,
            /// `etag`.
            pub etag: ::wire::names::Option<::wire::EntityTag>,
        }
        impl ClosedByProducer {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.fixed("stream-closed", "true");
                response.header("producer-epoch", self.producer_epoch);
                response.header("producer-seq", self.producer_seq);
                response.optional("etag", self.etag);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The append has already been accepted. Nothing was changed.
        ///
        /// 204: `stream-next-offset`, `stream-closed`?, `producer-epoch`, `producer-seq`, `cache-control`.
        #[derive(Debug)]
        pub struct Repeated {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `producer-epoch`.
            pub producer_epoch: super::super::Epoch,
            /// `producer-seq`.
            pub producer_seq: super::super::Seq,
        }
        impl Repeated {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.header("producer-epoch", self.producer_epoch);
                response.header("producer-seq", self.producer_seq);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The body can be empty only if the request closes the stream.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct EmptyBody;
        ::wire::constant_problem!(
            EmptyBody, super::super::respond, 400u16,
            "urn:durable-streams:problem:empty-body",
            "The body can be empty only if the request closes the stream.",
            ["cache-control" = "no-store"], ::wire::Place::Body, "body"
        );
        /// The array must contain at least one message.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct NoMessages;
        ::wire::constant_problem!(
            NoMessages, super::super::respond, 400u16,
            "urn:durable-streams:problem:no-messages",
            "The array must contain at least one message.", ["cache-control" =
            "no-store"], ::wire::Place::Body, "body"
        );
        /// The stream is closed. Nothing was appended.
        ///
        /// 409: `stream-closed`, `stream-next-offset`, `producer-expected-seq`?, `producer-received-seq`?, `cache-control`.
        #[derive(Debug)]
        pub struct Closed {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `producer-expected-seq`.
            pub producer_expected_seq: ::wire::names::Option<super::super::Seq>,
            /// `producer-received-seq`.
            pub producer_received_seq: ::wire::names::Option<super::super::Seq>,
        }
        impl Closed {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(409u16);
                response.fixed("stream-closed", "true");
                response.header("stream-next-offset", self.stream_next_offset);
                response.optional("producer-expected-seq", self.producer_expected_seq);
                response.optional("producer-received-seq", self.producer_received_seq);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:stream-closed",
                        "The stream is closed. Nothing was appended.",
                        409u16,
                    )
                    .write(&mut response);
                response
            }
        }
        /// `Content-Type` must match the stream's content type.
        ///
        /// 409: `producer-expected-seq`?, `producer-received-seq`?, `cache-control`.
        #[derive(Debug)]
        pub struct ContentTypeConflict {
            /// `producer-expected-seq`.
            pub producer_expected_seq: ::wire::names::Option<super::super::Seq>,
            /// `producer-received-seq`.
            pub producer_received_seq: ::wire::names::Option<super::super::Seq>,
        }
        impl ContentTypeConflict {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(409u16);
                response.optional("producer-expected-seq", self.producer_expected_seq);
                response.optional("producer-received-seq", self.producer_received_seq);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:content-type-conflict",
                        "`Content-Type` must match the stream's content type.",
                        409u16,
                    )
                    .about(::wire::Place::Header, "content-type")
                    .write(&mut response);
                response
            }
        }
        /// Sequence conflict: `Stream-Seq` must be greater than the last one accepted.
        ///
        /// 409: `stream-next-offset`, `producer-expected-seq`?, `producer-received-seq`?, `cache-control`.
        #[derive(Debug)]
        pub struct SequenceConflict {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `producer-expected-seq`.
            pub producer_expected_seq: ::wire::names::Option<super::super::Seq>,
            /// `producer-received-seq`.
            pub producer_received_seq: ::wire::names::Option<super::super::Seq>,
        }
        impl SequenceConflict {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(409u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.optional("producer-expected-seq", self.producer_expected_seq);
                response.optional("producer-received-seq", self.producer_received_seq);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:sequence-conflict",
                        "Sequence conflict: `Stream-Seq` must be greater than the last one accepted.",
                        409u16,
                    )
                    .about(::wire::Place::Header, "stream-seq")
                    .write(&mut response);
                response
            }
        }
        /// Expected offset conflict: the tail of the stream is not at this offset. Nothing was appended.
        ///
        /// 409: `stream-next-offset`, `stream-closed`?, `producer-expected-seq`?, `producer-received-seq`?, `cache-control`.
        #[derive(Debug)]
        pub struct TailConflict {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `producer-expected-seq`.
            pub producer_expected_seq: ::wire::names::Option<super::super::Seq>,
            /// `producer-received-seq`.
            pub producer_received_seq: ::wire::names::Option<super::super::Seq>,
        }
        impl TailConflict {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(409u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.optional("producer-expected-seq", self.producer_expected_seq);
                response.optional("producer-received-seq", self.producer_received_seq);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:tail-conflict",
                        "Expected offset conflict: the tail of the stream is not at this offset. Nothing was appended.",
                        409u16,
                    )
                    .about(::wire::Place::Header, "stream-expected-offset")
                    .write(&mut response);
                response
            }
        }
        /// The credentials do not permit this producer's request.
        ///
        /// 401: `www-authenticate`, `cache-control`.
        #[derive(Debug)]
        pub struct ProducerForbidden {
            /// A description of this occurrence.
            pub detail: ::wire::names::String,
        }
        impl ProducerForbidden {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(401u16);
                response
                    .fixed("www-authenticate", "Bearer error=\"insufficient_scope\"");
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:producer-forbidden",
                        "The credentials do not permit this producer's request.",
                        401u16,
                    )
                    .detail(&self.detail)
                    .write(&mut response);
                response
            }
        }
        /// The producer has a newer epoch.
        ///
        /// 403: `producer-epoch`, `cache-control`.
        #[derive(Debug)]
        pub struct Fenced {
            /// `producer-epoch`.
            pub producer_epoch: super::super::Epoch,
        }
        impl Fenced {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(403u16);
                response.header("producer-epoch", self.producer_epoch);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:producer-fenced",
                        "The producer has a newer epoch.",
                        403u16,
                    )
                    .about(::wire::Place::Header, "producer-epoch")
                    .write(&mut response);
                response
            }
        }
        /// An epoch must start with sequence number 0.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct EpochUnseeded;
        ::wire::constant_problem!(
            EpochUnseeded, super::super::respond, 400u16,
            "urn:durable-streams:problem:epoch-not-started",
            "An epoch must start with sequence number 0.", ["cache-control" =
            "no-store"], ::wire::Place::Header, "producer-seq"
        );
        /// Sequence numbers before this one are missing.
        ///
        /// 409: `producer-expected-seq`, `producer-received-seq`, `cache-control`.
        #[derive(Debug)]
        pub struct SequenceGap {
            /// `producer-expected-seq`.
            pub producer_expected_seq: super::super::Seq,
            /// `producer-received-seq`.
            pub producer_received_seq: super::super::Seq,
        }
        impl SequenceGap {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(409u16);
                response.header("producer-expected-seq", self.producer_expected_seq);
                response.header("producer-received-seq", self.producer_received_seq);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:sequence-gap",
                        "Sequence numbers before this one are missing.",
                        409u16,
                    )
                    .about(::wire::Place::Header, "producer-seq")
                    .write(&mut response);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NotFound(super::NotFound),
            Gone(super::Gone),
            Busy(super::Busy),
            PreconditionFailed(super::PreconditionFailed),
            InvalidMessages(super::InvalidMessages),
            MessagesTooLarge(super::MessagesTooLarge),
            InvalidText(super::InvalidText),
            Appended(Appended),
            AlreadyClosed(AlreadyClosed),
            Accepted(Accepted),
            ClosedByProducer(ClosedByProducer),
            Repeated(Repeated),
            EmptyBody(EmptyBody),
            NoMessages(NoMessages),
            Closed(Closed),
            ContentTypeConflict(ContentTypeConflict),
            SequenceConflict(SequenceConflict),
            TailConflict(TailConflict),
            Fenced(Fenced),
            EpochUnseeded(EpochUnseeded),
            SequenceGap(SequenceGap),
        }
        ::wire::outcomes!(
            Outcome, NotFound(super::NotFound), Gone(super::Gone), Busy(super::Busy),
            PreconditionFailed(super::PreconditionFailed),
            InvalidMessages(super::InvalidMessages),
            MessagesTooLarge(super::MessagesTooLarge), InvalidText(super::InvalidText),
            Appended(Appended), AlreadyClosed(AlreadyClosed), Accepted(Accepted),
            ClosedByProducer(ClosedByProducer), Repeated(Repeated), EmptyBody(EmptyBody),
            NoMessages(NoMessages), Closed(Closed),
            ContentTypeConflict(ContentTypeConflict), SequenceConflict(SequenceConflict),
            TailConflict(TailConflict), Fenced(Fenced), EpochUnseeded(EpochUnseeded),
            SequenceGap(SequenceGap)
        );
        /// Whether a caller who lacks a permission gets the outcome for these requests.
        pub(super) fn is_denied_otherwise(source: &impl ::wire::Source) -> bool {
            (::wire::Inputs::new(source)
                .check_optional::<super::super::field::ProducerId>()
                || ::wire::Inputs::new(source)
                    .check_optional::<super::super::field::ProducerEpoch>()
                || ::wire::Inputs::new(source)
                    .check_optional::<super::super::field::ProducerSeq>())
        }
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Append, Some(path.as_str()))
            {
                return Some(Operation::Append);
            }
            if (::wire::Inputs::new(source).flag::<super::super::field::StreamClosed>())
                && let Ok(path) = &parts.0
                && !grant.permits(Operation::Close, Some(path.as_str()))
            {
                return Some(Operation::Close);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<
            S: super::Service,
            I: ::wire::Source,
            B: ::wire::Incoming,
        >(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
            body: B,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let body = match body.read(service.limits().body).await {
                Ok(body) => body,
                Err(::wire::Unread::Broken) => {
                    return Err(refused(::wire::Violations::broken_body()));
                }
                Err(::wire::Unread::TooLarge) => {
                    Request::check(&super::parts(captured), source).map_err(refused)?;
                    return Err(super::TooLarge.respond());
                }
                Err(::wire::Unread::Stalled) => {
                    Request::check(&super::parts(captured), source).map_err(refused)?;
                    return Err(super::BodyStalled.respond());
                }
                Err(::wire::Unread::Crowded) => {
                    Request::check(&super::parts(captured), source).map_err(refused)?;
                    return Err(super::Busy.respond());
                }
            };
            let request = Request::read(captured, source, body).map_err(refused)?;
            match service.append(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent, producer :
                super::super::super::ProducerState =
                super::super::super::ProducerState::None } { precondition_failed,
                content_type_differs, closing_repeated, messages_invalid, messages_empty,
                messages_too_large, text_invalid, sequence_repeated, tail_unexpected,
                queue_full }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(
                    ["a"],
                    &sent,
                    sent.body().as_bytes().to_vec(),
                );
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn empty_body_before_not_found() {
                let decision = decision(Sent("POST /v1/stream/a"), &PLAIN);
                ::core::assert_eq!(decision, Decision::Ready(Ready::EmptyBody));
            }
            #[test]
            fn closed_before_content_type_conflict() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Closed,
                        content_type_differs: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Closed);
            }
            #[test]
            fn content_type_conflict_before_fenced() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        producer: super::super::super::ProducerState::Stale,
                        content_type_differs: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::ContentTypeConflict);
            }
            #[test]
            fn sequence_gap_before_sequence_conflict() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        producer: super::super::super::ProducerState::Ahead,
                        sequence_repeated: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::SequenceGap);
            }
            #[test]
            fn sequence_conflict_before_tail_conflict() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        sequence_repeated: true,
                        tail_unexpected: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::SequenceConflict);
            }
            #[test]
            fn tail_conflict_before_busy() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        tail_unexpected: true,
                        queue_full: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::TailConflict);
            }
            #[test]
            fn busy_before_messages_too_large() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        queue_full: true,
                        messages_too_large: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Busy));
            }
            #[test]
            fn messages_too_large_before_invalid_messages() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        messages_too_large: true,
                        messages_invalid: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::MessagesTooLarge);
            }
            #[test]
            fn invalid_messages_before_no_messages() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        messages_invalid: true,
                        messages_empty: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::InvalidMessages);
            }
            #[test]
            fn no_messages_before_invalid_text() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        messages_empty: true,
                        text_invalid: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::NoMessages));
            }
            #[test]
            fn invalid_text_before_precondition_failed() {
                let decision = decision(
                    Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        text_invalid: true,
                        precondition_failed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::InvalidText);
            }
        }
    }
    /// Reads stored data up to the tail, within the limits `response` and `response_requests` (catch-up read, §5.6).
    pub mod read {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `offset`.
            pub position: super::super::OffsetOrSentinel,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
            /// `if-none-match`.
            pub if_none_match: ::wire::names::Option<::wire::EntityTags>,
        }
        ::wire::request!(
            [path : super::Path] { position : default(super::super::field::Position,
            unwrap_or(super::super::OffsetOrSentinel::Start)), if_match :
            optional(super::super::field::IfMatch), if_none_match :
            lenient(super::super::field::IfNoneMatch) } [super::super::field::Live]
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
            /// The offset is beyond the tail offset.
            fn position_beyond(&self) -> bool;
            /// The offset is before the earliest retained offset, or belongs to an earlier stream at the path.
            fn position_trimmed(&self) -> bool;
            /// The client has this response already: `If-None-Match` matches its entity tag.
            fn page_matches(&self) -> bool;
            /// Stored data of the page is missing or fails its checksum.
            fn page_damaged(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NotFound,
            Gone,
        }
        ::wire::ready!(Ready => Outcome, NotFound(super::NotFound), Gone(super::Gone));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            BeyondTail,
            Trimmed,
            SegmentDamaged,
            Page,
            AtTail,
            Unchanged,
        }
        /// The first line of the spec that holds.
        pub fn decide(request: &Request, facts: &impl Facts) -> Decision {
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NotFound);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::Gone);
            }
            if facts.position_trimmed() {
                return Decision::Trimmed;
            }
            if facts.position_beyond() {
                return Decision::BeyondTail;
            }
            if facts.page_damaged() {
                return Decision::SegmentDamaged;
            }
            if facts.precondition_failed() {
                return Decision::PreconditionFailed;
            }
            if (stream == super::super::StreamState::Open
                || stream == super::super::StreamState::Closed)
                && ::core::matches!(
                    request.position, super::super::OffsetOrSentinel::Tail
                )
            {
                return Decision::AtTail;
            }
            if (stream == super::super::StreamState::Open
                || stream == super::super::StreamState::Closed) && facts.page_matches()
            {
                return Decision::Unchanged;
            }
            if stream == super::super::StreamState::Open {
                return Decision::Page;
            }
            Decision::Page
        }
        /// A range of the stream, from the requested offset.
        ///
        /// 200: `content-type`, `stream-next-offset`, `stream-up-to-date`?, `stream-closed`?, `etag`, `cache-control`, `content-security-policy`.
        #[derive(Debug)]
        pub struct Page {
            /// `content-type`.
            pub content_type: ::wire::MediaType,
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-up-to-date`.
            pub stream_up_to_date: bool,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `etag`.
            pub etag: ::wire::EntityTag,
            /// `cache-control`.
            pub cache_control: super::super::CacheControl,
            /// The body.
            pub body: ::wire::names::Vec<u8>,
        }
        impl Page {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.header("content-type", self.content_type);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-up-to-date", "true", self.stream_up_to_date);
                response.flag("stream-closed", "true", self.stream_closed);
                response.header("etag", self.etag);
                response.header("cache-control", self.cache_control);
                response.fixed("content-security-policy", "sandbox");
                response.body = ::wire::Body::Bytes(self.body);
                response
            }
        }
        /// An empty page. `Stream-Next-Offset` is the tail offset.
        ///
        /// 200: `content-type`, `stream-next-offset`, `stream-up-to-date`, `stream-closed`?, `cache-control`, `content-security-policy`.
        #[derive(Debug)]
        pub struct AtTail {
            /// `content-type`.
            pub content_type: ::wire::MediaType,
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// The body.
            pub body: ::wire::names::Vec<u8>,
        }
        impl AtTail {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.header("content-type", self.content_type);
                response.header("stream-next-offset", self.stream_next_offset);
                response.fixed("stream-up-to-date", "true");
                response.flag("stream-closed", "true", self.stream_closed);
                response.fixed("cache-control", "no-store");
                response.fixed("content-security-policy", "sandbox");
                response.body = ::wire::Body::Bytes(self.body);
                response
            }
        }
        /// The client has this page already.
        ///
        /// 304: `stream-next-offset`, `stream-up-to-date`?, `stream-closed`?, `etag`, `cache-control`.
        #[derive(Debug)]
        pub struct Unchanged {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-up-to-date`.
            pub stream_up_to_date: bool,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `etag`.
            pub etag: ::wire::EntityTag,
            /// `cache-control`.
            pub cache_control: super::super::CacheControl,
        }
        impl Unchanged {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(304u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-up-to-date", "true", self.stream_up_to_date);
                response.flag("stream-closed", "true", self.stream_closed);
                response.header("etag", self.etag);
                response.header("cache-control", self.cache_control);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NotFound(super::NotFound),
            Gone(super::Gone),
            PreconditionFailed(super::PreconditionFailed),
            BeyondTail(super::BeyondTail),
            Trimmed(super::Trimmed),
            SegmentDamaged(super::SegmentDamaged),
            Page(Page),
            AtTail(AtTail),
            Unchanged(Unchanged),
        }
        ::wire::outcomes!(
            Outcome, NotFound(super::NotFound), Gone(super::Gone),
            PreconditionFailed(super::PreconditionFailed), BeyondTail(super::BeyondTail),
            Trimmed(super::Trimmed), SegmentDamaged(super::SegmentDamaged), Page(Page),
            AtTail(AtTail), Unchanged(Unchanged)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Read, Some(path.as_str()))
            {
                return Some(Operation::Read);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.read(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent } { precondition_failed,
                position_beyond, position_trimmed, page_matches, page_damaged }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(["a"], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn gone_before_trimmed() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=-1"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Gone,
                        position_trimmed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Gone));
            }
            #[test]
            fn trimmed_before_beyond_tail() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=-1"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_trimmed: true,
                        position_beyond: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Trimmed);
            }
            #[test]
            fn beyond_tail_before_segment_damaged() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=-1"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_beyond: true,
                        page_damaged: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::BeyondTail);
            }
            #[test]
            fn segment_damaged_before_precondition_failed() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=-1"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        page_damaged: true,
                        precondition_failed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::SegmentDamaged);
            }
        }
    }
    /// Reads one page of stored data, or waits for new data (long-poll, §5.7).
    pub mod long_poll {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `offset`.
            pub position: super::super::OffsetOrSentinel,
            /// `cursor`.
            pub cursor: ::wire::names::Option<super::super::Cursor>,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
            /// `if-none-match`.
            pub if_none_match: ::wire::names::Option<::wire::EntityTags>,
        }
        ::wire::request!(
            [path : super::Path] { position : required(super::super::field::Position),
            cursor : optional(super::super::field::Cursor), if_match :
            optional(super::super::field::IfMatch), if_none_match :
            lenient(super::super::field::IfNoneMatch) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
            /// The stream has the maximum number of live readers (limit `readers`).
            fn readers_full(&self) -> bool;
            /// The offset is beyond the tail offset.
            fn position_beyond(&self) -> bool;
            /// The offset is before the earliest retained offset, or belongs to an earlier stream at the path.
            fn position_trimmed(&self) -> bool;
            /// The client has this response already: `If-None-Match` matches its entity tag.
            fn page_matches(&self) -> bool;
            /// The offset is before the tail offset, so there is data to send.
            fn page_available(&self) -> bool;
            /// Stored data of the page is missing or fails its checksum.
            fn page_damaged(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NotFound,
            Gone,
            Busy,
        }
        ::wire::ready!(
            Ready => Outcome, NotFound(super::NotFound), Gone(super::Gone),
            Busy(super::Busy)
        );
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            BeyondTail,
            Trimmed,
            SegmentDamaged,
            Page,
            Unchanged,
            TimedOut,
            Ended,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NotFound);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::Gone);
            }
            if facts.position_trimmed() {
                return Decision::Trimmed;
            }
            if facts.position_beyond() {
                return Decision::BeyondTail;
            }
            let page_available = facts.page_available();
            if page_available && facts.page_damaged() {
                return Decision::SegmentDamaged;
            }
            if stream == super::super::StreamState::Open && !page_available
                && facts.readers_full()
            {
                return Decision::Ready(Ready::Busy);
            }
            if facts.precondition_failed() {
                return Decision::PreconditionFailed;
            }
            if (stream == super::super::StreamState::Open
                || stream == super::super::StreamState::Closed) && page_available
                && facts.page_matches()
            {
                return Decision::Unchanged;
            }
            if (stream == super::super::StreamState::Open
                || stream == super::super::StreamState::Closed) && page_available
            {
                return Decision::Page;
            }
            if stream == super::super::StreamState::Open {
                return Decision::TimedOut;
            }
            Decision::Ended
        }
        /// A range of the stream, from the requested offset.
        ///
        /// 200: `content-type`, `stream-next-offset`, `stream-up-to-date`?, `stream-closed`?, `stream-cursor`, `etag`, `cache-control`, `content-security-policy`.
        #[derive(Debug)]
        pub struct Page {
            /// `content-type`.
            pub content_type: ::wire::MediaType,
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-up-to-date`.
            pub stream_up_to_date: bool,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `stream-cursor`.
            pub stream_cursor: super::super::Interval,
            /// `etag`.
            pub etag: ::wire::EntityTag,
            /// `cache-control`.
            pub cache_control: super::super::CacheControl,
            /// The body.
            pub body: ::wire::names::Vec<u8>,
        }
        impl Page {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.header("content-type", self.content_type);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-up-to-date", "true", self.stream_up_to_date);
                response.flag("stream-closed", "true", self.stream_closed);
                response.header("stream-cursor", self.stream_cursor);
                response.header("etag", self.etag);
                response.header("cache-control", self.cache_control);
                response.fixed("content-security-policy", "sandbox");
                response.body = ::wire::Body::Bytes(self.body);
                response
            }
        }
        /// The client has this page already.
        ///
        /// 304: `stream-next-offset`, `stream-up-to-date`?, `stream-closed`?, `stream-cursor`, `etag`, `cache-control`.
        #[derive(Debug)]
        pub struct Unchanged {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-up-to-date`.
            pub stream_up_to_date: bool,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `stream-cursor`.
            pub stream_cursor: super::super::Interval,
            /// `etag`.
            pub etag: ::wire::EntityTag,
            /// `cache-control`.
            pub cache_control: super::super::CacheControl,
        }
        impl Unchanged {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(304u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-up-to-date", "true", self.stream_up_to_date);
                response.flag("stream-closed", "true", self.stream_closed);
                response.header("stream-cursor", self.stream_cursor);
                response.header("etag", self.etag);
                response.header("cache-control", self.cache_control);
                response
            }
        }
        /// No data arrived in time.
        ///
        /// 204: `stream-next-offset`, `stream-up-to-date`, `stream-cursor`, `cache-control`.
        #[derive(Debug)]
        pub struct TimedOut {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-cursor`.
            pub stream_cursor: super::super::Interval,
        }
        impl TimedOut {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.fixed("stream-up-to-date", "true");
                response.header("stream-cursor", self.stream_cursor);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The stream is closed, and there is no more data.
        ///
        /// 204: `stream-next-offset`, `stream-up-to-date`, `stream-closed`, `cache-control`.
        #[derive(Debug)]
        pub struct Ended {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
        }
        impl Ended {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.fixed("stream-up-to-date", "true");
                response.fixed("stream-closed", "true");
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NotFound(super::NotFound),
            Gone(super::Gone),
            Busy(super::Busy),
            PreconditionFailed(super::PreconditionFailed),
            BeyondTail(super::BeyondTail),
            Trimmed(super::Trimmed),
            SegmentDamaged(super::SegmentDamaged),
            Page(Page),
            Unchanged(Unchanged),
            TimedOut(TimedOut),
            Ended(Ended),
        }
        ::wire::outcomes!(
            Outcome, NotFound(super::NotFound), Gone(super::Gone), Busy(super::Busy),
            PreconditionFailed(super::PreconditionFailed), BeyondTail(super::BeyondTail),
            Trimmed(super::Trimmed), SegmentDamaged(super::SegmentDamaged), Page(Page),
            Unchanged(Unchanged), TimedOut(TimedOut), Ended(Ended)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Read, Some(path.as_str()))
            {
                return Some(Operation::Read);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.long_poll(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent } { precondition_failed,
                readers_full, position_beyond, position_trimmed, page_matches,
                page_available, page_damaged }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(["a"], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn gone_before_trimmed() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=long-poll"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Gone,
                        position_trimmed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Gone));
            }
            #[test]
            fn trimmed_before_beyond_tail() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=long-poll"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_trimmed: true,
                        position_beyond: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Trimmed);
            }
            #[test]
            fn beyond_tail_before_segment_damaged() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=long-poll"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_beyond: true,
                        page_available: true,
                        page_damaged: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::BeyondTail);
            }
            #[test]
            fn busy_before_precondition_failed() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=long-poll"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        readers_full: true,
                        precondition_failed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Busy));
            }
        }
    }
    /// Streams stored and then new data as server-sent events (SSE, §5.8).
    pub mod sse {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `offset`.
            pub position: super::super::OffsetOrSentinel,
            /// `cursor`.
            pub cursor: ::wire::names::Option<super::super::Cursor>,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
        }
        ::wire::request!(
            [path : super::Path] { position : required(super::super::field::Position),
            cursor : optional(super::super::field::Cursor), if_match :
            optional(super::super::field::IfMatch) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
            /// The stream has the maximum number of live readers (limit `readers`).
            fn readers_full(&self) -> bool;
            /// The offset is beyond the tail offset.
            fn position_beyond(&self) -> bool;
            /// The offset is before the earliest retained offset, or belongs to an earlier stream at the path.
            fn position_trimmed(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NotFound,
            Gone,
            Busy,
        }
        ::wire::ready!(
            Ready => Outcome < E >, NotFound(super::NotFound), Gone(super::Gone),
            Busy(super::Busy)
        );
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            BeyondTail,
            Trimmed,
            Feed,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NotFound);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::Gone);
            }
            if facts.position_trimmed() {
                return Decision::Trimmed;
            }
            if facts.position_beyond() {
                return Decision::BeyondTail;
            }
            if stream == super::super::StreamState::Open && facts.readers_full() {
                return Decision::Ready(Ready::Busy);
            }
            if facts.precondition_failed() {
                return Decision::PreconditionFailed;
            }
            if stream == super::super::StreamState::Open {
                return Decision::Feed;
            }
            Decision::Feed
        }
        /// Events until the stream is closed, or until the server ends the response and the client reconnects.
        ///
        /// 200: `content-type`, `stream-sse-data-encoding`?, `cache-control`.
        #[derive(Debug)]
        pub struct Feed<E> {
            /// `stream-sse-data-encoding`.
            pub stream_sse_data_encoding: ::wire::names::Option<
                super::super::StreamSseDataEncoding,
            >,
            /// The events to come.
            pub body: E,
        }
        impl<E> Feed<E> {
            /// The response that says so.
            #[must_use]
            pub fn respond(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("content-type", "text/event-stream");
                response
                    .optional("stream-sse-data-encoding", self.stream_sse_data_encoding);
                response.fixed("cache-control", "private, no-cache");
                response.body = ::wire::Body::Events(self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome<E> {
            NotFound(super::NotFound),
            Gone(super::Gone),
            Busy(super::Busy),
            PreconditionFailed(super::PreconditionFailed),
            BeyondTail(super::BeyondTail),
            Trimmed(super::Trimmed),
            Feed(Feed<E>),
        }
        ::wire::outcomes!(
            Outcome < E >, NotFound(super::NotFound), Gone(super::Gone),
            Busy(super::Busy), PreconditionFailed(super::PreconditionFailed),
            BeyondTail(super::BeyondTail), Trimmed(super::Trimmed), Feed(Feed < E >)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Read, Some(path.as_str()))
            {
                return Some(Operation::Read);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.sse(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent } { precondition_failed,
                readers_full, position_beyond, position_trimmed }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(["a"], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn gone_before_trimmed() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=sse"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Gone,
                        position_trimmed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Gone));
            }
            #[test]
            fn trimmed_before_beyond_tail() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=sse"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_trimmed: true,
                        position_beyond: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Trimmed);
            }
            #[test]
            fn beyond_tail_before_busy() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=sse"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_beyond: true,
                        readers_full: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::BeyondTail);
            }
            #[test]
            fn busy_before_precondition_failed() {
                let decision = decision(
                    Sent("GET /v1/stream/a?offset=0000000000000000&live=sse"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        readers_full: true,
                        precondition_failed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Busy));
            }
        }
    }
    /// Streams stored and then new data over a WebSocket (server extension, §11). Each binary message contains one or more events in
    /// SSE format. A text message requests an acknowledgment: send it back unchanged once you have processed every message before it.
    /// The server stops sending while too much is unacknowledged (limit `reader_window`). It closes the connection with code 1008 if
    /// the client sends anything else.
    pub mod websocket {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `offset`.
            pub position: super::super::OffsetOrSentinel,
            /// `cursor`.
            pub cursor: ::wire::names::Option<super::super::Cursor>,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
            /// `upgrade`.
            pub upgrade: super::super::Upgrade,
            /// `sec-websocket-protocol`.
            pub subprotocol: ::wire::names::Option<super::super::Subprotocol>,
        }
        ::wire::request!(
            [path : super::Path] { position : required(super::super::field::Position),
            cursor : optional(super::super::field::Cursor), if_match :
            optional(super::super::field::IfMatch), upgrade :
            required(super::super::field::Upgrade), subprotocol :
            optional(super::super::field::Subprotocol) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
            /// The stream has the maximum number of live readers (limit `readers`).
            fn readers_full(&self) -> bool;
            /// The offset is beyond the tail offset.
            fn position_beyond(&self) -> bool;
            /// The offset is before the earliest retained offset, or belongs to an earlier stream at the path.
            fn position_trimmed(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NotFound,
            Gone,
            Busy,
        }
        ::wire::ready!(
            Ready => Outcome < E >, NotFound(super::NotFound), Gone(super::Gone),
            Busy(super::Busy)
        );
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            BeyondTail,
            Trimmed,
            Messages,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NotFound);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::Gone);
            }
            if facts.position_trimmed() {
                return Decision::Trimmed;
            }
            if facts.position_beyond() {
                return Decision::BeyondTail;
            }
            if stream == super::super::StreamState::Open && facts.readers_full() {
                return Decision::Ready(Ready::Busy);
            }
            if facts.precondition_failed() {
                return Decision::PreconditionFailed;
            }
            if stream == super::super::StreamState::Open {
                return Decision::Messages;
            }
            Decision::Messages
        }
        /// Events until the stream is closed, or until the client or the server closes the connection.
        ///
        /// 101: `stream-sse-data-encoding`?, `sec-websocket-protocol`?.
        #[derive(Debug)]
        pub struct Messages<E> {
            /// `stream-sse-data-encoding`.
            pub stream_sse_data_encoding: ::wire::names::Option<
                super::super::StreamSseDataEncoding,
            >,
            /// `sec-websocket-protocol`.
            pub subprotocol: ::wire::names::Option<super::super::Subprotocol>,
            /// The events to come.
            pub body: E,
        }
        impl<E> Messages<E> {
            /// The response that says so.
            #[must_use]
            pub fn respond(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(101u16);
                response
                    .optional("stream-sse-data-encoding", self.stream_sse_data_encoding);
                response.optional("sec-websocket-protocol", self.subprotocol);
                response.body = ::wire::Body::Events(self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome<E> {
            NotFound(super::NotFound),
            Gone(super::Gone),
            Busy(super::Busy),
            PreconditionFailed(super::PreconditionFailed),
            BeyondTail(super::BeyondTail),
            Trimmed(super::Trimmed),
            Messages(Messages<E>),
        }
        ::wire::outcomes!(
            Outcome < E >, NotFound(super::NotFound), Gone(super::Gone),
            Busy(super::Busy), PreconditionFailed(super::PreconditionFailed),
            BeyondTail(super::BeyondTail), Trimmed(super::Trimmed), Messages(Messages < E
            >)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Read, Some(path.as_str()))
            {
                return Some(Operation::Read);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.websocket(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent } { precondition_failed,
                readers_full, position_beyond, position_trimmed }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(["a"], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn gone_before_trimmed() {
                let decision = decision(
                    Sent(
                        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
                    ),
                    &TestFacts {
                        stream: super::super::super::StreamState::Gone,
                        position_trimmed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Gone));
            }
            #[test]
            fn trimmed_before_beyond_tail() {
                let decision = decision(
                    Sent(
                        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
                    ),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_trimmed: true,
                        position_beyond: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Trimmed);
            }
            #[test]
            fn beyond_tail_before_busy() {
                let decision = decision(
                    Sent(
                        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
                    ),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        position_beyond: true,
                        readers_full: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::BeyondTail);
            }
            #[test]
            fn busy_before_precondition_failed() {
                let decision = decision(
                    Sent(
                        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
                    ),
                    &TestFacts {
                        stream: super::super::super::StreamState::Open,
                        readers_full: true,
                        precondition_failed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Busy));
            }
        }
    }
    /// Returns the metadata of the stream (§5.5).
    pub mod describe {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
            /// `if-none-match`.
            pub if_none_match: ::wire::names::Option<::wire::EntityTags>,
        }
        ::wire::request!(
            [path : super::Path] { if_match : optional(super::super::field::IfMatch),
            if_none_match : lenient(super::super::field::IfNoneMatch) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
            /// The client has this response already: `If-None-Match` matches its entity tag.
            fn page_matches(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NotFound,
            Gone,
        }
        ::wire::ready!(Ready => Outcome, NotFound(super::NotFound), Gone(super::Gone));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            Described,
            Unchanged,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NotFound);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::Gone);
            }
            if facts.precondition_failed() {
                return Decision::PreconditionFailed;
            }
            if facts.page_matches() {
                return Decision::Unchanged;
            }
            if stream == super::super::StreamState::Open {
                return Decision::Described;
            }
            Decision::Described
        }
        /// Metadata of the stream.
        ///
        /// 200: `content-type`, `stream-next-offset`, `stream-earliest-offset`?, `stream-closed`?, `stream-ttl`?, `stream-expires-at`?, `stream-retain-bytes`?, `stream-retain-age`?, `stream-label`?, `etag`, `cache-control`.
        #[derive(Debug)]
        pub struct Described {
            /// `content-type`.
            pub content_type: ::wire::MediaType,
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-earliest-offset`.
            pub stream_earliest_offset: ::wire::names::Option<super::super::Offset>,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `stream-ttl`.
            pub stream_ttl: ::wire::names::Option<super::super::StreamTtl>,
            /// `stream-expires-at`.
            pub stream_expires_at: ::wire::names::Option<::wire::Timestamp>,
            /// `stream-retain-bytes`.
            pub stream_retain_bytes: ::wire::names::Option<
                super::super::StreamRetainBytes,
            >,
            /// `stream-retain-age`.
            pub stream_retain_age: ::wire::names::Option<super::super::StreamRetainAge>,
            /// `stream-label`.
            pub stream_labels: ::wire::names::Option<super::super::StreamLabels>,
            /// `etag`.
            pub etag: ::wire::EntityTag,
        }
        impl Described {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.header("content-type", self.content_type);
                response.header("stream-next-offset", self.stream_next_offset);
                response.optional("stream-earliest-offset", self.stream_earliest_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.optional("stream-ttl", self.stream_ttl);
                response.optional("stream-expires-at", self.stream_expires_at);
                response.optional("stream-retain-bytes", self.stream_retain_bytes);
                response.optional("stream-retain-age", self.stream_retain_age);
                response.optional("stream-label", self.stream_labels);
                response.header("etag", self.etag);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The client has the current metadata already.
        ///
        /// 304: `stream-next-offset`, `stream-closed`?, `etag`, `cache-control`.
        #[derive(Debug)]
        pub struct Unchanged {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// `stream-closed`.
            pub stream_closed: bool,
            /// `etag`.
            pub etag: ::wire::EntityTag,
        }
        impl Unchanged {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(304u16);
                response.header("stream-next-offset", self.stream_next_offset);
                response.flag("stream-closed", "true", self.stream_closed);
                response.header("etag", self.etag);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NotFound(super::NotFound),
            Gone(super::Gone),
            PreconditionFailed(super::PreconditionFailed),
            Described(Described),
            Unchanged(Unchanged),
        }
        ::wire::outcomes!(
            Outcome, NotFound(super::NotFound), Gone(super::Gone),
            PreconditionFailed(super::PreconditionFailed), Described(Described),
            Unchanged(Unchanged)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Read, Some(path.as_str()))
            {
                return Some(Operation::Read);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.describe(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent } { precondition_failed,
                page_matches }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(["a"], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn gone_before_precondition_failed() {
                let decision = decision(
                    Sent("HEAD /v1/stream/a"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Gone,
                        precondition_failed: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Gone));
            }
        }
    }
    /// Deletes the stream (§5.4).
    pub mod delete {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `if-match`.
            pub if_match: ::wire::names::Option<::wire::EntityTags>,
            /// `if-none-match`.
            pub if_none_match: ::wire::names::Option<::wire::EntityTags>,
        }
        ::wire::request!(
            [path : super::Path] { if_match : optional(super::super::field::IfMatch),
            if_none_match : optional(super::super::field::IfNoneMatch) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
            fn precondition_failed(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NotFound,
            Gone,
        }
        ::wire::ready!(Ready => Outcome, NotFound(super::NotFound), Gone(super::Gone));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            PreconditionFailed,
            Deleted,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NotFound);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::Gone);
            }
            if facts.precondition_failed() {
                return Decision::PreconditionFailed;
            }
            if stream == super::super::StreamState::Open {
                return Decision::Deleted;
            }
            Decision::Deleted
        }
        /// The stream was deleted.
        ///
        /// 204: `cache-control`.
        #[derive(Debug)]
        pub struct Deleted;
        impl Deleted {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NotFound(super::NotFound),
            Gone(super::Gone),
            PreconditionFailed(super::PreconditionFailed),
            Deleted(Deleted),
        }
        ::wire::outcomes!(
            Outcome, NotFound(super::NotFound), Gone(super::Gone),
            PreconditionFailed(super::PreconditionFailed), Deleted(Deleted)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Delete, Some(path.as_str()))
            {
                return Some(Operation::Delete);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.delete(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                { stream : super::super::super::StreamState =
                super::super::super::StreamState::Absent } { precondition_failed }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(["a"], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn gone_before_precondition_failed() {
                let decision = decision(
                    Sent("DELETE /v1/stream/a"),
                    &TestFacts {
                        stream: super::super::super::StreamState::Gone,
                        precondition_failed: true,
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Gone));
            }
        }
    }
}
/// Restoring a stream from R2 after D1 has lost rows. Server extension.
pub mod restoration {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/restore/{path..}`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("restore"),
        ::wire::Segment::Rest,
    ];
    /// The part `path` of `/v1/restore/{path..}`, in its canonical form.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Path(String);
    ::wire::text!(Path, | text | ::wire::segments(text, 1, 1024));
    ::wire::path_to!(
        1usize in "a path such as `/v1/restore/{path..}`" { path : Path } reads
    );
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Rebuilds a stream whose D1 rows were lost or rolled back, from its R2 segments and the rows that remain. A restore deletes only rows whose data the restored segments contain.
        Restore,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "POST, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "POST" => Ok(Endpoint::Restore),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::Restore => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::Restore => restore::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        super::Forbidden {
                            detail: ::std::format!(
                                "The operation `{}` is not permitted.", operation.name()
                            ),
                        }
                            .respond(),
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::Restore => {
                    restore::Request::check(&parts, source).map_err(restore::refused)?;
                }
            }
            let (path,) = parts;
            Ok(Route {
                endpoint,
                path: path.map_err(|_| super::NoSuchResource.respond())?,
            })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Restoration),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Rebuilds a stream whose D1 rows were lost or rolled back, from its R2 segments and the rows that remain. A restore deletes only rows whose data the restored segments contain.
        fn restore(
            &self,
            request: ::wire::Asked<restore::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<restore::Outcome, Self::Failure>,
        >;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::Restore => {
                ::wire::either(restore::serve(service, captured, source).await)
            }
        }
    }
    /// Rebuilds a stream whose D1 rows were lost or rolled back, from its R2 segments and the rows that remain. A restore deletes only rows whose data the restored segments contain.
    pub mod restore {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `stream-restore-deleted`.
            pub stream_restore_deleted: bool,
        }
        ::wire::request!(
            [path : super::Path] { stream_restore_deleted :
            flag(super::super::field::StreamRestoreDeleted) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The newest stream at the path was deleted or has expired.
            fn generation_deleted(&self) -> bool;
            /// The stream can't be rebuilt from its R2 objects and the remaining rows.
            fn segments_unusable(&self) -> bool;
            /// Some of the stream's R2 objects have not been read and checked yet.
            fn segments_unchecked(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            Ended,
        }
        ::wire::ready!(Ready => Outcome, Ended(Ended));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            Restored,
            Underway,
            Unrestorable,
        }
        /// The first line of the spec that holds.
        pub fn decide(request: &Request, facts: &impl Facts) -> Decision {
            if facts.generation_deleted() && !request.stream_restore_deleted {
                return Decision::Ready(Ready::Ended);
            }
            if facts.segments_unusable() {
                return Decision::Unrestorable;
            }
            if facts.segments_unchecked() {
                return Decision::Underway;
            }
            Decision::Restored
        }
        /// The stream was restored up to this offset. The body lists the data that was found and the data that could not be restored.
        ///
        /// 200: `content-type`, `stream-next-offset`, `cache-control`.
        #[derive(Debug)]
        pub struct Restored {
            /// `stream-next-offset`.
            pub stream_next_offset: super::super::Offset,
            /// The body.
            pub body: ::wire::names::Vec<u8>,
        }
        impl Restored {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("content-type", "text/plain");
                response.header("stream-next-offset", self.stream_next_offset);
                response.fixed("cache-control", "no-store");
                response.body = ::wire::Body::Bytes(self.body);
                response
            }
        }
        /// Some of the stream's R2 objects were checked, and nothing was changed yet. Repeat the request to continue.
        ///
        /// 202: `content-type`, `retry-after`, `cache-control`.
        #[derive(Debug)]
        pub struct Underway {
            /// The body.
            pub body: ::wire::names::Vec<u8>,
        }
        impl Underway {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(202u16);
                response.fixed("content-type", "text/plain");
                response.fixed("retry-after", "1");
                response.fixed("cache-control", "no-store");
                response.body = ::wire::Body::Bytes(self.body);
                response
            }
        }
        /// The stream was deleted or has expired. Send `Stream-Restore-Deleted: true` to restore it anyway.
        ///
        /// 409: `cache-control`.
        #[derive(Debug)]
        pub struct Ended;
        ::wire::constant_problem!(
            Ended, super::super::respond, 409u16,
            "urn:durable-streams:problem:stream-deleted",
            "The stream was deleted or has expired. Send `Stream-Restore-Deleted: true` to restore it anyway.",
            ["cache-control" = "no-store"]
        );
        /// Nothing is left of the stream, or its parts do not fit together. Nothing was changed.
        ///
        /// 409: `cache-control`.
        #[derive(Debug)]
        pub struct Unrestorable {
            /// A description of this occurrence.
            pub detail: ::wire::names::String,
        }
        impl Unrestorable {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(409u16);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:not-restorable",
                        "Nothing is left of the stream, or its parts do not fit together. Nothing was changed.",
                        409u16,
                    )
                    .detail(&self.detail)
                    .write(&mut response);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Restored(Restored),
            Underway(Underway),
            Ended(Ended),
            Unrestorable(Unrestorable),
        }
        ::wire::outcomes!(
            Outcome, Restored(Restored), Underway(Underway), Ended(Ended),
            Unrestorable(Unrestorable)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.restore(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                {} { generation_deleted, segments_unusable, segments_unchecked }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read(["a"], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn ended_before_unrestorable() {
                let decision = decision(
                    Sent("POST /v1/restore/a"),
                    &TestFacts {
                        generation_deleted: true,
                        segments_unusable: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::Ready(Ready::Ended));
            }
        }
    }
}
/// All streams.
pub mod streams {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/streams`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("streams"),
    ];
    ::wire::path_to!(0usize in "a path such as `/v1/streams`" {} reads);
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Lists the streams that the caller may list, in the order of the bytes of their paths. A stream is listed as soon as its creation
        /// was confirmed, and not any more once its deletion was. A stream with a TTL that has expired can be listed for up to a tenth of its TTL longer. A page can have fewer streams than `limit` and still have a `next`.
        List,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "GET, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "GET" => Ok(Endpoint::List),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::List => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::List => list::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        super::Forbidden {
                            detail: ::std::format!(
                                "The operation `{}` is not permitted.", operation.name()
                            ),
                        }
                            .respond(),
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::List => {
                    let refuse = || -> Result<(), ::wire::Response<E>> {
                        list::Request::check(&parts, source).map_err(list::refused)?;
                        Ok(())
                    };
                    refuse().map_err(|response| response.varying("accept"))?;
                }
            }
            let () = parts;
            Ok(Route { endpoint })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Streams),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Lists the streams that the caller may list, in the order of the bytes of their paths. A stream is listed as soon as its creation
        /// was confirmed, and not any more once its deletion was. A stream with a TTL that has expired can be listed for up to a tenth of its TTL longer. A page can have fewer streams than `limit` and still have a `next`.
        fn list(
            &self,
            request: ::wire::Asked<list::Request>,
        ) -> impl ::core::future::Future<Output = Result<list::Outcome, Self::Failure>>;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::List => {
                ::wire::either(list::serve(service, captured, source).await)
                    .varying("accept")
            }
        }
    }
    /// Lists the streams that the caller may list, in the order of the bytes of their paths. A stream is listed as soon as its creation
    /// was confirmed, and not any more once its deletion was. A stream with a TTL that has expired can be listed for up to a tenth of its TTL longer. A page can have fewer streams than `limit` and still have a `next`.
    pub mod list {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// `accept`.
            pub accept: ::wire::names::Option<super::super::Accept>,
            /// `prefix`.
            pub prefix: ::wire::names::Option<super::super::Prefix>,
            /// `after`.
            pub after: ::wire::names::Option<super::super::After>,
            /// `limit`.
            pub limit: super::super::Limit,
            /// `delimiter`.
            pub delimiter: ::wire::names::Option<super::super::Delimiter>,
            /// `contains`.
            pub contains: ::wire::names::Option<super::super::Contains>,
            /// `closed`.
            pub closed: ::wire::names::Option<super::super::Closed>,
            /// `content_type`.
            pub of_type: ::wire::names::Option<::wire::MediaType>,
            /// `label`.
            pub with_labels: ::wire::names::Option<
                ::wire::names::Vec<super::super::Label>,
            >,
            /// `updated_after`.
            pub updated_after: ::wire::names::Option<::wire::Timestamp>,
        }
        ::wire::request!(
            [] { accept : lenient(super::super::field::Accept), prefix :
            optional(super::super::field::Prefix), after :
            optional(super::super::field::After), limit :
            default(super::super::field::Limit,
            unwrap_or(super::super::Limit(::wire::Int53::declared(100)))), delimiter :
            optional(super::super::field::Delimiter), contains :
            optional(super::super::field::Contains), closed :
            optional(super::super::field::Closed), of_type :
            optional(super::super::field::OfType), with_labels :
            optional(super::super::field::WithLabels), updated_after :
            optional(super::super::field::UpdatedAfter) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// A text of the request is not the beginning or a part of a path.
            fn selection_invalid(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            FilterWithDelimiter,
        }
        ::wire::ready!(Ready => Outcome, FilterWithDelimiter(FilterWithDelimiter));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            BadSelection,
            Listed,
            Lines,
        }
        /// The first line of the spec that holds.
        pub fn decide(request: &Request, facts: &impl Facts) -> Decision {
            if facts.selection_invalid() {
                return Decision::BadSelection;
            }
            if request.delimiter.is_some()
                && (request.contains.is_some() || request.closed.is_some()
                    || request.of_type.is_some() || request.with_labels.is_some()
                    || request.updated_after.is_some())
            {
                return Decision::Ready(Ready::FilterWithDelimiter);
            }
            if ::core::matches!(request.accept, Some(super::super::Accept::JsonLines)) {
                return Decision::Lines;
            }
            Decision::Listed
        }
        /// `prefix`, `after` and `contains` must consist of segments as they stand in URLs, separated by `/`. A `label` must be a name, `=` and a value.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct BadSelection {
            /// A description of this occurrence.
            pub detail: ::wire::names::String,
        }
        impl BadSelection {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(400u16);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:bad-selection",
                        "`prefix`, `after` and `contains` must consist of segments as they stand in URLs, separated by `/`. A `label` must be a name, `=` and a value.",
                        400u16,
                    )
                    .detail(&self.detail)
                    .write(&mut response);
                response
            }
        }
        /// `delimiter` can't be combined with a filter.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct FilterWithDelimiter;
        ::wire::constant_problem!(
            FilterWithDelimiter, super::super::respond, 400u16,
            "urn:durable-streams:problem:filter-with-delimiter",
            "`delimiter` can't be combined with a filter.", ["cache-control" =
            "no-store"], ::wire::Place::Query, "delimiter"
        );
        /// A page of the list.
        ///
        /// 200: `cache-control`.
        #[derive(Debug)]
        pub struct Listed {
            /// The body.
            pub body: super::super::Listing,
        }
        impl Listed {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::Listing>(&self.body);
                response
            }
        }
        /// A page of the list, with one JSON object in each line.
        ///
        /// 200: `content-type`, `cache-control`.
        #[derive(Debug)]
        pub struct Lines {
            /// The body.
            pub body: ::wire::names::Vec<u8>,
        }
        impl Lines {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("content-type", "application/x-ndjson");
                response.fixed("cache-control", "no-store");
                response.body = ::wire::Body::Bytes(self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            BadSelection(BadSelection),
            FilterWithDelimiter(FilterWithDelimiter),
            Listed(Listed),
            Lines(Lines),
        }
        ::wire::outcomes!(
            Outcome, BadSelection(BadSelection),
            FilterWithDelimiter(FilterWithDelimiter), Listed(Listed), Lines(Lines)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            _parts: &(),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if !grant.permits(Operation::List, None) {
                return Some(Operation::List);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.list(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!({} { selection_invalid });
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read([], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn bad_selection_before_filter_with_delimiter() {
                let decision = decision(
                    Sent(
                        "GET /v1/streams?delimiter=%2F&closed=true\naccept: application/json",
                    ),
                    &TestFacts {
                        selection_invalid: true,
                    },
                );
                ::core::assert_eq!(decision, Decision::BadSelection);
            }
        }
    }
}
/// Whether the server works, for load balancers, monitors and deployments. The response contains nothing about streams. Server extension.
pub mod health {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/health`.
    pub(super) const PATTERN: &[::wire::Segment] = &[::wire::Segment::Literal("health")];
    ::wire::path_to!(0usize in "a path such as `/health`" {} reads);
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Checks the configuration, and reads from each database and from the bucket. Anyone may send this request. All requests to an isolate within
        /// the limit `health_interval` get the result of the same checks.
        Check,
        /// Checks the same, and answers without a body.
        Probe,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "GET, HEAD, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "GET" => Ok(Endpoint::Check),
            "HEAD" => Ok(Endpoint::Probe),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::Check | Endpoint::Probe => super::Caller::Anyone,
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::Check => {
                    check::Request::check(&parts, source).map_err(check::refused)?;
                }
                Endpoint::Probe => {
                    probe::Request::check(&parts, source).map_err(probe::refused)?;
                }
            }
            let () = parts;
            Ok(Route { endpoint })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Health),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Checks the configuration, and reads from each database and from the bucket. Anyone may send this request. All requests to an isolate within
        /// the limit `health_interval` get the result of the same checks.
        fn check(
            &self,
            request: ::wire::Asked<check::Request>,
        ) -> impl ::core::future::Future<Output = Result<check::Outcome, Self::Failure>>;
        /// Checks the same, and answers without a body.
        fn probe(
            &self,
            request: ::wire::Asked<probe::Request>,
        ) -> impl ::core::future::Future<Output = Result<probe::Outcome, Self::Failure>>;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::Check => {
                ::wire::either(check::serve(service, captured, source).await)
            }
            Endpoint::Probe => {
                ::wire::either(probe::serve(service, captured, source).await).emptied()
            }
        }
    }
    /// The server does not work. The body contains the reasons.
    ///
    /// 503: `cache-control`.
    #[derive(Debug)]
    pub struct Failing {
        /// The body.
        pub body: super::HealthReport,
    }
    impl Failing {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(503u16);
            response.fixed("cache-control", "no-store");
            response.fixed("content-type", "application/json");
            response.json::<super::HealthReport>(&self.body);
            response
        }
    }
    /// All checks have passed.
    ///
    /// 200: `cache-control`.
    #[derive(Debug)]
    pub struct Working {
        /// The body.
        pub body: super::HealthReport,
    }
    impl Working {
        /// The response that says so.
        #[must_use]
        pub fn respond<E>(self) -> ::wire::Response<E> {
            let mut response = super::respond(200u16);
            response.fixed("cache-control", "no-store");
            response.fixed("content-type", "application/json");
            response.json::<super::HealthReport>(&self.body);
            response
        }
    }
    /// Checks the configuration, and reads from each database and from the bucket. Anyone may send this request. All requests to an isolate within
    /// the limit `health_interval` get the result of the same checks.
    pub mod check {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {}
        ::wire::request!([] {} []);
        /// The states and facts that the lines test.
        pub trait Facts {
            /// A check has failed.
            fn server_failing(&self) -> bool;
        }
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Failing,
            Working,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.server_failing() {
                return Decision::Failing;
            }
            Decision::Working
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Failing(super::Failing),
            Working(super::Working),
        }
        ::wire::outcomes!(Outcome, Failing(super::Failing), Working(super::Working));
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.check(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
    /// Checks the same, and answers without a body.
    pub mod probe {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {}
        ::wire::request!([] {} []);
        /// The states and facts that the lines test.
        pub trait Facts {
            /// A check has failed.
            fn server_failing(&self) -> bool;
        }
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Failing,
            Working,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.server_failing() {
                return Decision::Failing;
            }
            Decision::Working
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Failing(super::Failing),
            Working(super::Working),
        }
        ::wire::outcomes!(Outcome, Failing(super::Failing), Working(super::Working));
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.probe(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
}
/// Measurements of the server, for Prometheus and others. Server extension.
pub mod metrics {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/metrics`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("metrics"),
    ];
    ::wire::path_to!(0usize in "a path such as `/v1/metrics`" {} reads);
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Measures each database with two small queries, and adds the measurements of the isolate that answers: its memory, and the number of its
        /// log events since it began. The names of all metrics begin with `durable_streams_`.
        Scrape,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "GET, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "GET" => Ok(Endpoint::Scrape),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::Scrape => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::Scrape => scrape::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        super::Forbidden {
                            detail: ::std::format!(
                                "The operation `{}` is not permitted.", operation.name()
                            ),
                        }
                            .respond(),
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::Scrape => {
                    scrape::Request::check(&parts, source).map_err(scrape::refused)?;
                }
            }
            let () = parts;
            Ok(Route { endpoint })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Metrics),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Measures each database with two small queries, and adds the measurements of the isolate that answers: its memory, and the number of its
        /// log events since it began. The names of all metrics begin with `durable_streams_`.
        fn scrape(
            &self,
            request: ::wire::Asked<scrape::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<scrape::Outcome, Self::Failure>,
        >;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::Scrape => {
                ::wire::either(scrape::serve(service, captured, source).await)
            }
        }
    }
    /// Measures each database with two small queries, and adds the measurements of the isolate that answers: its memory, and the number of its
    /// log events since it began. The names of all metrics begin with `durable_streams_`.
    pub mod scrape {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {}
        ::wire::request!([] {} []);
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Scraped,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request) -> Decision {
            Decision::Scraped
        }
        /// 200: `content-type`, `cache-control`.
        #[derive(Debug)]
        pub struct Scraped {
            /// The body.
            pub body: ::wire::names::Vec<u8>,
        }
        impl Scraped {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response
                    .fixed(
                        "content-type",
                        "application/openmetrics-text; version=1.0.0; charset=utf-8",
                    );
                response.fixed("cache-control", "no-store");
                response.body = ::wire::Body::Bytes(self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Scraped(Scraped),
        }
        ::wire::outcomes!(Outcome, Scraped(Scraped));
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            _parts: &(),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if !grant.permits(Operation::Observe, None) {
                return Some(Operation::Observe);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.scrape(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
}
/// Deletions of streams by prefix. Server extension.
pub mod deletions {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/admin/deletions`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("admin"),
        ::wire::Segment::Literal("deletions"),
    ];
    ::wire::path_to!(0usize in "a path such as `/v1/admin/deletions`" {} reads);
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Deletes streams whose paths begin with `prefix`, in the order of their paths, as DELETE does. It deletes those for which the caller
        /// has `admin` and `delete`, and which were created until the deletion began. It can be repeated, and continued at any time.
        DeleteAll,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "POST, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "POST" => Ok(Endpoint::DeleteAll),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::DeleteAll => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::DeleteAll => delete_all::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        super::Forbidden {
                            detail: ::std::format!(
                                "The operation `{}` is not permitted.", operation.name()
                            ),
                        }
                            .respond(),
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::DeleteAll => {
                    delete_all::Request::check(&parts, source)
                        .map_err(delete_all::refused)?;
                }
            }
            let () = parts;
            Ok(Route { endpoint })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Deletions),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Deletes streams whose paths begin with `prefix`, in the order of their paths, as DELETE does. It deletes those for which the caller
        /// has `admin` and `delete`, and which were created until the deletion began. It can be repeated, and continued at any time.
        fn delete_all(
            &self,
            request: ::wire::Asked<delete_all::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<delete_all::Outcome, Self::Failure>,
        >;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::DeleteAll => {
                ::wire::either(delete_all::serve(service, captured, source).await)
            }
        }
    }
    /// Deletes streams whose paths begin with `prefix`, in the order of their paths, as DELETE does. It deletes those for which the caller
    /// has `admin` and `delete`, and which were created until the deletion began. It can be repeated, and continued at any time.
    pub mod delete_all {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// `prefix`.
            pub prefix: super::super::Prefix,
            /// `after`.
            pub after: ::wire::names::Option<super::super::After>,
            /// `began_at`.
            pub began_at: ::wire::names::Option<::wire::Timestamp>,
        }
        ::wire::request!(
            [] { prefix : required(super::super::field::Prefix), after :
            optional(super::super::field::After), began_at :
            optional(super::super::field::BeganAt) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// A text of the request is not the beginning or a part of a path.
            fn selection_invalid(&self) -> bool;
            /// The caller may not delete any stream with the prefix.
            fn deletion_forbidden(&self) -> bool;
            /// More streams follow.
            fn streams_remain(&self) -> bool;
        }
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Forbidden,
            BadPrefix,
            AllDeleted,
            Deleting,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.selection_invalid() {
                return Decision::BadPrefix;
            }
            if facts.deletion_forbidden() {
                return Decision::Forbidden;
            }
            if facts.streams_remain() {
                return Decision::Deleting;
            }
            Decision::AllDeleted
        }
        /// `prefix` must consist of segments as they stand in URLs, and end with `/`. `after` must be the `next` of a response.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct BadPrefix {
            /// A description of this occurrence.
            pub detail: ::wire::names::String,
        }
        impl BadPrefix {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(400u16);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:bad-prefix",
                        "`prefix` must consist of segments as they stand in URLs, and end with `/`. `after` must be the `next` of a response.",
                        400u16,
                    )
                    .detail(&self.detail)
                    .write(&mut response);
                response
            }
        }
        /// The end of the paths was reached.
        ///
        /// 200: `cache-control`.
        #[derive(Debug)]
        pub struct AllDeleted {
            /// The body.
            pub body: super::super::DeletionReceipt,
        }
        impl AllDeleted {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::DeletionReceipt>(&self.body);
                response
            }
        }
        /// Some streams were looked at (limit `deletions`). Repeat the request with `began_at`, and with `next` as `after`.
        ///
        /// 202: `retry-after`, `cache-control`.
        #[derive(Debug)]
        pub struct Deleting {
            /// The body.
            pub body: super::super::DeletionReceipt,
        }
        impl Deleting {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(202u16);
                response.fixed("retry-after", "0");
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::DeletionReceipt>(&self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Forbidden(super::super::Forbidden),
            BadPrefix(BadPrefix),
            AllDeleted(AllDeleted),
            Deleting(Deleting),
        }
        ::wire::outcomes!(
            Outcome, Forbidden(super::super::Forbidden), BadPrefix(BadPrefix),
            AllDeleted(AllDeleted), Deleting(Deleting)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            _parts: &(),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if !grant.permits(Operation::List, None) {
                return Some(Operation::List);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.delete_all(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!(
                {} { selection_invalid, deletion_forbidden, streams_remain }
            );
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read([], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn bad_prefix_before_forbidden() {
                let decision = decision(
                    Sent("POST /v1/admin/deletions?prefix="),
                    &TestFacts {
                        selection_invalid: true,
                        deletion_forbidden: true,
                        ..PLAIN
                    },
                );
                ::core::assert_eq!(decision, Decision::BadPrefix);
            }
        }
    }
}
/// The amount of stored data by prefix. Server extension.
pub mod usage {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/admin/usage`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("admin"),
        ::wire::Segment::Literal("usage"),
    ];
    ::wire::path_to!(0usize in "a path such as `/v1/admin/usage`" {} reads);
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Returns the last count of streams and bytes by the first segment of paths. The hourly sweep counts, and a count takes several hours
        /// with many streams. The response has the prefixes for which the caller has `admin` on all paths.
        Measure,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "GET, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "GET" => Ok(Endpoint::Measure),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::Measure => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::Measure => measure::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        super::Forbidden {
                            detail: ::std::format!(
                                "The operation `{}` is not permitted.", operation.name()
                            ),
                        }
                            .respond(),
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::Measure => {
                    measure::Request::check(&parts, source).map_err(measure::refused)?;
                }
            }
            let () = parts;
            Ok(Route { endpoint })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Usage),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Returns the last count of streams and bytes by the first segment of paths. The hourly sweep counts, and a count takes several hours
        /// with many streams. The response has the prefixes for which the caller has `admin` on all paths.
        fn measure(
            &self,
            request: ::wire::Asked<measure::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<measure::Outcome, Self::Failure>,
        >;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::Measure => {
                ::wire::either(measure::serve(service, captured, source).await)
            }
        }
    }
    /// Returns the last count of streams and bytes by the first segment of paths. The hourly sweep counts, and a count takes several hours
    /// with many streams. The response has the prefixes for which the caller has `admin` on all paths.
    pub mod measure {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// `prefix`.
            pub prefix: ::wire::names::Option<super::super::Prefix>,
        }
        ::wire::request!([] { prefix : optional(super::super::field::Prefix) } []);
        /// The states and facts that the lines test.
        pub trait Facts {
            /// No count of streams has ended yet.
            fn usage_unknown(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            Uncounted,
        }
        ::wire::ready!(Ready => Outcome, Uncounted(Uncounted));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            Measured,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.usage_unknown() {
                return Decision::Ready(Ready::Uncounted);
            }
            Decision::Measured
        }
        /// No count has ended yet.
        ///
        /// 404: `cache-control`.
        #[derive(Debug)]
        pub struct Uncounted;
        ::wire::constant_problem!(
            Uncounted, super::super::respond, 404u16,
            "urn:durable-streams:problem:not-counted", "No count has ended yet.",
            ["cache-control" = "no-store"]
        );
        /// The result of the last count.
        ///
        /// 200: `cache-control`.
        #[derive(Debug)]
        pub struct Measured {
            /// The body.
            pub body: super::super::UsageCount,
        }
        impl Measured {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::UsageCount>(&self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Uncounted(Uncounted),
            Measured(Measured),
        }
        ::wire::outcomes!(Outcome, Uncounted(Uncounted), Measured(Measured));
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            _parts: &(),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if !grant.permits(Operation::List, None) {
                return Some(Operation::List);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.measure(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
}
/// Streams that have objects in R2. Server extension.
pub mod stored {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/admin/stored`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("admin"),
        ::wire::Segment::Literal("stored"),
    ];
    ::wire::path_to!(0usize in "a path such as `/v1/admin/stored`" {} reads);
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Lists the paths of streams that have objects in R2, whether or not D1 has rows of them. A path is listed until its last object is
        /// deleted, also if the stream was deleted. A path of 690 bytes or more can be listed more than once, and is not listed if the headers of all its
        /// objects are damaged. A page can have fewer streams than `limit` and still have a `next`.
        ListStored,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "GET, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "GET" => Ok(Endpoint::ListStored),
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::ListStored => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::ListStored => list_stored::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        super::Forbidden {
                            detail: ::std::format!(
                                "The operation `{}` is not permitted.", operation.name()
                            ),
                        }
                            .respond(),
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::ListStored => {
                    list_stored::Request::check(&parts, source)
                        .map_err(list_stored::refused)?;
                }
            }
            let () = parts;
            Ok(Route { endpoint })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Stored),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Lists the paths of streams that have objects in R2, whether or not D1 has rows of them. A path is listed until its last object is
        /// deleted, also if the stream was deleted. A path of 690 bytes or more can be listed more than once, and is not listed if the headers of all its
        /// objects are damaged. A page can have fewer streams than `limit` and still have a `next`.
        fn list_stored(
            &self,
            request: ::wire::Asked<list_stored::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<list_stored::Outcome, Self::Failure>,
        >;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::ListStored => {
                ::wire::either(list_stored::serve(service, captured, source).await)
            }
        }
    }
    /// Lists the paths of streams that have objects in R2, whether or not D1 has rows of them. A path is listed until its last object is
    /// deleted, also if the stream was deleted. A path of 690 bytes or more can be listed more than once, and is not listed if the headers of all its
    /// objects are damaged. A page can have fewer streams than `limit` and still have a `next`.
    pub mod list_stored {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// `prefix`.
            pub prefix: ::wire::names::Option<super::super::Prefix>,
            /// `continue`.
            pub continued: ::wire::names::Option<super::super::Continued>,
            /// `limit`.
            pub limit: super::super::Limit,
        }
        ::wire::request!(
            [] { prefix : optional(super::super::field::Prefix), continued :
            optional(super::super::field::Continued), limit :
            default(super::super::field::Limit,
            unwrap_or(super::super::Limit(::wire::Int53::declared(100)))) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// A text of the request is not the beginning or a part of a path.
            fn selection_invalid(&self) -> bool;
            /// The caller does not have `admin` for all paths with the prefix.
            fn prefix_forbidden(&self) -> bool;
        }
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Forbidden,
            BadStart,
            StoredListed,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.selection_invalid() {
                return Decision::BadStart;
            }
            if facts.prefix_forbidden() {
                return Decision::Forbidden;
            }
            Decision::StoredListed
        }
        /// `prefix` must consist of segments as they stand in URLs, separated by `/`.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct BadStart {
            /// A description of this occurrence.
            pub detail: ::wire::names::String,
        }
        impl BadStart {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(400u16);
                response.fixed("cache-control", "no-store");
                ::wire::Problem::new(
                        "urn:durable-streams:problem:bad-start",
                        "`prefix` must consist of segments as they stand in URLs, separated by `/`.",
                        400u16,
                    )
                    .detail(&self.detail)
                    .write(&mut response);
                response
            }
        }
        /// A page of the list.
        ///
        /// 200: `cache-control`.
        #[derive(Debug)]
        pub struct StoredListed {
            /// The body.
            pub body: super::super::StreamsInR2,
        }
        impl StoredListed {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::StreamsInR2>(&self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Forbidden(super::super::Forbidden),
            BadStart(BadStart),
            StoredListed(StoredListed),
        }
        ::wire::outcomes!(
            Outcome, Forbidden(super::super::Forbidden), BadStart(BadStart),
            StoredListed(StoredListed)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            _parts: &(),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if !grant.permits(Operation::List, None) {
                return Some(Operation::List);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.list_stored(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
        /// Of two refusals that hold together, the earlier one answers.
        #[cfg(test)]
        mod precedence {
            use super::*;
            use ::wire::Sent;
            ::wire::test_facts!({} { selection_invalid, prefix_forbidden });
            fn decision(sent: Sent, facts: &TestFacts) -> Decision {
                let request = Request::read([], &sent);
                decide(&request.expect("a well-formed request"), facts)
            }
            #[test]
            fn bad_start_before_forbidden() {
                let decision = decision(
                    Sent("GET /v1/admin/stored"),
                    &TestFacts {
                        selection_invalid: true,
                        prefix_forbidden: true,
                    },
                );
                ::core::assert_eq!(decision, Decision::BadStart);
            }
        }
    }
}
/// A stream, for operators. Server extension.
pub mod administration {
    #[allow(unused_imports)]
    use ::wire::names::*;
    /// `/v1/admin/streams/{path..}`.
    pub(super) const PATTERN: &[::wire::Segment] = &[
        ::wire::Segment::Literal("v1"),
        ::wire::Segment::Literal("admin"),
        ::wire::Segment::Literal("streams"),
        ::wire::Segment::Rest,
    ];
    /// The part `path` of `/v1/admin/streams/{path..}`, in its canonical form.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Path(String);
    ::wire::text!(Path, | text | ::wire::segments(text, 1, 1024));
    ::wire::path_to!(
        1usize in "a path such as `/v1/admin/streams/{path..}`" { path : Path } reads
    );
    /// The endpoints of the resource.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Endpoint {
        /// Describes what is stored for a path. If no stream exists there, it describes what is left of earlier ones. Nothing is changed.
        Describe,
        /// Moves data to R2, merges small segments and deletes outdated ones, as the alarm would. It does not wait for the alarm, nor for
        /// the delay after a failure.
        Compact,
        /// Discards what the Durable Object has in memory about the stream. The next request loads the stream from D1. Everything that was
        /// confirmed is in D1, and changes that wait for D1 are committed first. Changes that arrive meanwhile get 503. Live readers stay
        /// connected. The delay after failed moves to R2 ends.
        Forget,
        /// Reads all data that rows of the stream store or name, and checks it: checksums of R2 objects, the format of rows, and that every
        /// offset is stored. Data that a fork inherits is checked with its source. Nothing is changed.
        Verify,
        /// Records that a producer has made its appends up to this sequence number, as if they had been made here. If it retries one, it is not
        /// appended again. This moves a producer with its stream. A later append of the producer is never set back.
        Record,
        /// Does what `action` names.
        Act,
    }
    impl Endpoint {
        /// Whether its requests have a body.
        #[must_use]
        pub const fn takes_body(self) -> bool {
            false
        }
    }
    /// The methods that are answered here.
    pub const ALLOW: &str = "GET, POST, OPTIONS";
    pub(super) fn find<E>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
    ) -> Result<Endpoint, ::wire::Response<E>> {
        let _ = captured;
        match source.method() {
            "GET" => Ok(Endpoint::Describe),
            "POST" => {
                Ok(
                    match ::wire::Inputs::new(source).optional::<super::field::Action>()
                    {
                        Some(super::Action::Compact) => Endpoint::Compact,
                        Some(super::Action::Forget) => Endpoint::Forget,
                        Some(super::Action::Verify) => Endpoint::Verify,
                        Some(super::Action::Record) => Endpoint::Record,
                        None => Endpoint::Act,
                    },
                )
            }
            "OPTIONS" => Err(super::preflight(ALLOW)),
            _ => {
                let mut response = super::MethodNotAllowed.respond();
                response.fixed("allow", ALLOW);
                Err(response)
            }
        }
    }
    pub(super) async fn admit<E, V: super::Edge>(
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        match find(captured, source) {
            Ok(endpoint) => admit_to(endpoint, captured, source, edge).await,
            Err(response) => {
                super::Admission {
                    caller: super::Caller::Anyone,
                    route: Err(response),
                }
            }
        }
    }
    pub(super) async fn admit_to<E, V: super::Edge>(
        endpoint: Endpoint,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        edge: &V,
    ) -> super::Admission<V, E> {
        let parts = parts(captured);
        let caller = match endpoint {
            Endpoint::Describe
            | Endpoint::Compact
            | Endpoint::Forget
            | Endpoint::Verify
            | Endpoint::Record
            | Endpoint::Act => {
                let caller = match super::client::verify(source, edge).await {
                    Ok(caller) => caller,
                    Err(refusal) => {
                        let response = match refusal {
                            super::client::Refusal::Unknown => {
                                super::Unauthorized.respond()
                            }
                            super::client::Refusal::Unconfigured => {
                                super::AccessUnconfigured.respond()
                            }
                            super::client::Refusal::Unverified => {
                                super::KeysUnavailable.respond()
                            }
                            super::client::Refusal::Limited => {
                                super::TooManyRequests.respond()
                            }
                        };
                        return super::Admission {
                            caller: super::Caller::Refused,
                            route: Err(response),
                        };
                    }
                };
                let missing = match endpoint {
                    Endpoint::Describe => describe::missing(&caller, &parts, source),
                    Endpoint::Compact => compact::missing(&caller, &parts, source),
                    Endpoint::Forget => forget::missing(&caller, &parts, source),
                    Endpoint::Verify => verify::missing(&caller, &parts, source),
                    Endpoint::Record => record::missing(&caller, &parts, source),
                    Endpoint::Act => act::missing(&caller, &parts, source),
                };
                if let Some(operation) = missing {
                    let route = Err(
                        super::Forbidden {
                            detail: ::std::format!(
                                "The operation `{}` is not permitted.", operation.name()
                            ),
                        }
                            .respond(),
                    );
                    return super::Admission {
                        caller: super::Caller::Client(caller),
                        route,
                    };
                }
                super::Caller::Client(caller)
            }
        };
        let route = || -> Result<Route, ::wire::Response<E>> {
            match endpoint {
                Endpoint::Describe => {
                    describe::Request::check(&parts, source).map_err(describe::refused)?;
                }
                Endpoint::Compact => {
                    compact::Request::check(&parts, source).map_err(compact::refused)?;
                }
                Endpoint::Forget => {
                    forget::Request::check(&parts, source).map_err(forget::refused)?;
                }
                Endpoint::Verify => {
                    verify::Request::check(&parts, source).map_err(verify::refused)?;
                }
                Endpoint::Record => {
                    record::Request::check(&parts, source).map_err(record::refused)?;
                }
                Endpoint::Act => {
                    act::Request::check(&parts, source).map_err(act::refused)?;
                }
            }
            let (path,) = parts;
            Ok(Route {
                endpoint,
                path: path.map_err(|_| super::NoSuchResource.respond())?,
            })
        };
        super::Admission {
            caller,
            route: route().map(super::Route::Administration),
        }
    }
    /// The handlers that a program must supply, one for each endpoint.
    pub trait Service {
        /// Why a handler could not answer.
        type Failure;
        /// A body that is sent event by event.
        type Events;
        /// The limits in force.
        fn limits(&self) -> &super::Limits;
        /// A handler could not answer. `failure` is for the operator; what is returned of it is for the client.
        fn failed(&self, failure: Self::Failure) -> ::wire::names::String;
        /// Describes what is stored for a path. If no stream exists there, it describes what is left of earlier ones. Nothing is changed.
        fn describe(
            &self,
            request: ::wire::Asked<describe::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<describe::Outcome, Self::Failure>,
        >;
        /// Moves data to R2, merges small segments and deletes outdated ones, as the alarm would. It does not wait for the alarm, nor for
        /// the delay after a failure.
        fn compact(
            &self,
            request: ::wire::Asked<compact::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<compact::Outcome, Self::Failure>,
        >;
        /// Discards what the Durable Object has in memory about the stream. The next request loads the stream from D1. Everything that was
        /// confirmed is in D1, and changes that wait for D1 are committed first. Changes that arrive meanwhile get 503. Live readers stay
        /// connected. The delay after failed moves to R2 ends.
        fn forget(
            &self,
            request: ::wire::Asked<forget::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<forget::Outcome, Self::Failure>,
        >;
        /// Reads all data that rows of the stream store or name, and checks it: checksums of R2 objects, the format of rows, and that every
        /// offset is stored. Data that a fork inherits is checked with its source. Nothing is changed.
        fn verify(
            &self,
            request: ::wire::Asked<verify::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<verify::Outcome, Self::Failure>,
        >;
        /// Records that a producer has made its appends up to this sequence number, as if they had been made here. If it retries one, it is not
        /// appended again. This moves a producer with its stream. A later append of the producer is never set back.
        fn record(
            &self,
            request: ::wire::Asked<record::Request>,
        ) -> impl ::core::future::Future<
            Output = Result<record::Outcome, Self::Failure>,
        >;
        /// Does what `action` names.
        fn act(
            &self,
            request: ::wire::Asked<act::Request>,
        ) -> impl ::core::future::Future<Output = Result<act::Outcome, Self::Failure>>;
    }
    /// Answers a request to this resource, for a program that serves the resources in several places. A request to another path gets
    /// the response of paths that no resource has.
    pub async fn serve<S: Service>(
        service: &S,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match capture(source.path()) {
            Some(captured) => serve_captured(service, captured, source, body).await,
            None => super::NoSuchResource.respond(),
        }
    }
    /// Answers a request to this resource.
    pub(super) async fn serve_captured<S: Service>(
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match find(captured, source) {
            Err(response) => response,
            Ok(endpoint) => {
                serve_endpoint(endpoint, service, captured, source, body).await
            }
        }
    }
    /// Answers a request to one of the endpoints.
    pub(super) async fn serve_endpoint<S: Service>(
        endpoint: Endpoint,
        service: &S,
        captured: Captured<'_>,
        source: &impl ::wire::Source,
        _body: impl ::wire::Incoming,
    ) -> ::wire::Response<S::Events> {
        match endpoint {
            Endpoint::Describe => {
                ::wire::either(describe::serve(service, captured, source).await)
            }
            Endpoint::Compact => {
                ::wire::either(compact::serve(service, captured, source).await)
            }
            Endpoint::Forget => {
                ::wire::either(forget::serve(service, captured, source).await)
            }
            Endpoint::Verify => {
                ::wire::either(verify::serve(service, captured, source).await)
            }
            Endpoint::Record => {
                ::wire::either(record::serve(service, captured, source).await)
            }
            Endpoint::Act => ::wire::either(act::serve(service, captured, source).await),
        }
    }
    /// No stream exists at this path.
    ///
    /// 404: `cache-control`.
    #[derive(Debug)]
    pub struct NoStream;
    ::wire::constant_problem!(
        NoStream, super::respond, 404u16, "urn:durable-streams:problem:no-stream",
        "No stream exists at this path.", ["cache-control" = "no-store"]
    );
    /// Describes what is stored for a path. If no stream exists there, it describes what is left of earlier ones. Nothing is changed.
    pub mod describe {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
        }
        ::wire::request!([path : super::Path] {} []);
        /// The states and facts that the lines test.
        pub trait Facts {
            /// Nothing is stored for the path.
            fn path_unused(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NoStream,
        }
        ::wire::ready!(Ready => Outcome, NoStream(super::NoStream));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            Described,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.path_unused() {
                return Decision::Ready(Ready::NoStream);
            }
            Decision::Described
        }
        /// The description.
        ///
        /// 200: `cache-control`.
        #[derive(Debug)]
        pub struct Described {
            /// The body.
            pub body: super::super::StreamDescription,
        }
        impl Described {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::StreamDescription>(&self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NoStream(super::NoStream),
            Described(Described),
        }
        ::wire::outcomes!(Outcome, NoStream(super::NoStream), Described(Described));
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.describe(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
    /// Moves data to R2, merges small segments and deletes outdated ones, as the alarm would. It does not wait for the alarm, nor for
    /// the delay after a failure.
    pub mod compact {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `from`.
            pub check_from: ::wire::names::Option<super::super::Offset>,
        }
        ::wire::request!(
            [path : super::Path] { check_from : optional(super::super::field::CheckFrom)
            } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// The stream may have more data in D1 than should stay there.
            fn data_excessive(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NoStream,
        }
        ::wire::ready!(Ready => Outcome, NoStream(super::NoStream));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            Compacted,
            Compacting,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.stream() == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NoStream);
            }
            if facts.data_excessive() {
                return Decision::Compacting;
            }
            Decision::Compacted
        }
        /// Nothing is left to move.
        ///
        /// 200: `cache-control`.
        #[derive(Debug)]
        pub struct Compacted {
            /// The body.
            pub body: super::super::HotAmount,
        }
        impl Compacted {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::HotAmount>(&self.body);
                response
            }
        }
        /// Several segments were written, and more data may have to move. The alarm continues at once. Repeat the request to wait for it.
        ///
        /// 202: `retry-after`, `cache-control`.
        #[derive(Debug)]
        pub struct Compacting {
            /// The body.
            pub body: super::super::HotAmount,
        }
        impl Compacting {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(202u16);
                response.fixed("retry-after", "1");
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::HotAmount>(&self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NoStream(super::NoStream),
            Compacted(Compacted),
            Compacting(Compacting),
        }
        ::wire::outcomes!(
            Outcome, NoStream(super::NoStream), Compacted(Compacted),
            Compacting(Compacting)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.compact(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
    /// Discards what the Durable Object has in memory about the stream. The next request loads the stream from D1. Everything that was
    /// confirmed is in D1, and changes that wait for D1 are committed first. Changes that arrive meanwhile get 503. Live readers stay
    /// connected. The delay after failed moves to R2 ends.
    pub mod forget {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `from`.
            pub check_from: ::wire::names::Option<super::super::Offset>,
        }
        ::wire::request!(
            [path : super::Path] { check_from : optional(super::super::field::CheckFrom)
            } []
        );
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Forgotten,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request) -> Decision {
            Decision::Forgotten
        }
        /// The state was discarded.
        ///
        /// 204: `cache-control`.
        #[derive(Debug)]
        pub struct Forgotten;
        impl Forgotten {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            Forgotten(Forgotten),
        }
        ::wire::outcomes!(Outcome, Forgotten(Forgotten));
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.forget(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
    /// Reads all data that rows of the stream store or name, and checks it: checksums of R2 objects, the format of rows, and that every
    /// offset is stored. Data that a fork inherits is checked with its source. Nothing is changed.
    pub mod verify {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `from`.
            pub check_from: ::wire::names::Option<super::super::Offset>,
        }
        ::wire::request!(
            [path : super::Path] { check_from : optional(super::super::field::CheckFrom)
            } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
            /// Some of the stream's R2 objects have not been read and checked yet.
            fn segments_unchecked(&self) -> bool;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NoStream,
        }
        ::wire::ready!(Ready => Outcome, NoStream(super::NoStream));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            Verified,
            Verifying,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            if facts.stream() == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NoStream);
            }
            if facts.segments_unchecked() {
                return Decision::Verifying;
            }
            Decision::Verified
        }
        /// Everything from `from` on was checked.
        ///
        /// 200: `cache-control`.
        #[derive(Debug)]
        pub struct Verified {
            /// The body.
            pub body: super::super::Verification,
        }
        impl Verified {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(200u16);
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::Verification>(&self.body);
                response
            }
        }
        /// A part was checked (limit `restore_bytes`). Repeat the request with `next` as `from`.
        ///
        /// 202: `retry-after`, `cache-control`.
        #[derive(Debug)]
        pub struct Verifying {
            /// The body.
            pub body: super::super::Verification,
        }
        impl Verifying {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(202u16);
                response.fixed("retry-after", "0");
                response.fixed("cache-control", "no-store");
                response.fixed("content-type", "application/json");
                response.json::<super::super::Verification>(&self.body);
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NoStream(super::NoStream),
            Verified(Verified),
            Verifying(Verifying),
        }
        ::wire::outcomes!(
            Outcome, NoStream(super::NoStream), Verified(Verified), Verifying(Verifying)
        );
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.verify(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
    /// Records that a producer has made its appends up to this sequence number, as if they had been made here. If it retries one, it is not
    /// appended again. This moves a producer with its stream. A later append of the producer is never set back.
    pub mod record {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
            /// `producer-id`, `producer-epoch`, `producer-seq`: all or none.
            pub producer: super::super::Producer,
            /// `from`.
            pub check_from: ::wire::names::Option<super::super::Offset>,
        }
        ::wire::request!(
            [path : super::Path] { producer : required_group(all in Header of
            super::super::Producer { producer_id : super::super::field::ProducerId,
            producer_epoch : super::super::field::ProducerEpoch, producer_seq :
            super::super::field::ProducerSeq }), check_from :
            optional(super::super::field::CheckFrom) } []
        );
        /// The states and facts that the lines test.
        pub trait Facts {
            /// The stream at the path of the request.
            fn stream(&self) -> super::super::StreamState;
        }
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NoStream,
        }
        ::wire::ready!(Ready => Outcome, NoStream(super::NoStream));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
            Recorded,
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request, facts: &impl Facts) -> Decision {
            let stream = facts.stream();
            if stream == super::super::StreamState::Absent {
                return Decision::Ready(Ready::NoStream);
            }
            if stream == super::super::StreamState::Gone {
                return Decision::Ready(Ready::NoStream);
            }
            if stream == super::super::StreamState::Open {
                return Decision::Recorded;
            }
            Decision::Recorded
        }
        /// The append was recorded, or a later one is.
        ///
        /// 204: `cache-control`.
        #[derive(Debug)]
        pub struct Recorded;
        impl Recorded {
            /// The response that says so.
            #[must_use]
            pub fn respond<E>(self) -> ::wire::Response<E> {
                let mut response = super::super::respond(204u16);
                response.fixed("cache-control", "no-store");
                response
            }
        }
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NoStream(super::NoStream),
            Recorded(Recorded),
        }
        ::wire::outcomes!(Outcome, NoStream(super::NoStream), Recorded(Recorded));
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.record(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
    /// Does what `action` names.
    pub mod act {
        #[allow(unused_imports)]
        use ::wire::names::*;
        /// A well-formed request.
        #[derive(Debug)]
        pub struct Request {
            /// Where it is sent to.
            pub path: super::Path,
        }
        ::wire::request!([path : super::Path] {} [super::super::field::Action]);
        /// A refusal that needs nothing more from the program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Ready {
            NoAction,
        }
        ::wire::ready!(Ready => Outcome, NoAction(NoAction));
        /// The decision of the lines of the spec.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each is named after its outcome")]
        pub enum Decision {
            Ready(Ready),
        }
        /// The first line of the spec that holds.
        pub fn decide(_request: &Request) -> Decision {
            Decision::Ready(Ready::NoAction)
        }
        /// `action` is missing.
        ///
        /// 400: `cache-control`.
        #[derive(Debug)]
        pub struct NoAction;
        ::wire::constant_problem!(
            NoAction, super::super::respond, 400u16,
            "urn:durable-streams:problem:no-action", "`action` is missing.",
            ["cache-control" = "no-store"]
        );
        /// The answers of the handler.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each is described by its type")]
        pub enum Outcome {
            NoAction(NoAction),
        }
        ::wire::outcomes!(Outcome, NoAction(NoAction));
        /// Returns the first operation that the request needs and its caller may not do.
        pub(super) fn missing(
            grant: &impl super::super::client::Grant,
            parts: &(::wire::Read<super::Path>,),
            _source: &impl ::wire::Source,
        ) -> Option<super::super::client::Operation> {
            use super::super::client::Operation;
            if let Ok(path) = &parts.0
                && !grant.permits(Operation::Admin, Some(path.as_str()))
            {
                return Some(Operation::Admin);
            }
            None
        }
        ::wire::refused!(super::super::BadRequest);
        pub(super) async fn serve<S: super::Service, I: ::wire::Source>(
            service: &S,
            captured: super::Captured<'_>,
            source: &I,
        ) -> Result<::wire::Response<S::Events>, ::wire::Response<S::Events>> {
            let request = Request::read(captured, source).map_err(refused)?;
            match service.act(::wire::Asked::new(request)).await {
                Ok(outcome) => Ok(outcome.respond()),
                Err(failure) => {
                    Err(
                        super::super::Unavailable {
                            detail: service.failed(failure),
                        }
                            .respond(),
                    )
                }
            }
        }
    }
}
/// What is answered to which request, by example.
#[allow(unused_imports, clippy::needless_update)]
pub static EXAMPLES: &[::wire::Example] = {
    use ::wire::{Example, Expected, Sent, Shown::{Absent, Is, Present}};
    &[
        Example {
            endpoint: "unrouted",
            name: "nothing_elsewhere \"/\"",
            docs: "A path outside of all resources gets 404.",
            root: "",
            send: Sent("GET /"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-such-resource"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "unrouted",
            name: "nothing_elsewhere \"/v1\"",
            docs: "A path outside of all resources gets 404.",
            root: "",
            send: Sent("GET /v1"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-such-resource"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "unrouted",
            name: "nothing_elsewhere \"/v1/streams/a\"",
            docs: "A path outside of all resources gets 404.",
            root: "",
            send: Sent("GET /v1/streams/a"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-such-resource"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "unrouted",
            name: "nothing_elsewhere \"/v0/stream/a\"",
            docs: "A path outside of all resources gets 404.",
            root: "",
            send: Sent("GET /v0/stream/a"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-such-resource"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "unrouted",
            name: "names_that_are_kept \"/v1/stream/__ds\"",
            docs: "A stream's path can't start with a reserved name, escaped or not.",
            root: "",
            send: Sent("GET /v1/stream/__ds"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:reserved-path"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "unrouted",
            name: "names_that_are_kept \"/v1/stream/__ds/a\"",
            docs: "A stream's path can't start with a reserved name, escaped or not.",
            root: "",
            send: Sent("GET /v1/stream/__ds/a"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:reserved-path"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "unrouted",
            name: "names_that_are_kept \"/v1/stream/%5F%5Fds\"",
            docs: "A stream's path can't start with a reserved name, escaped or not.",
            root: "",
            send: Sent("GET /v1/stream/%5F%5Fds"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:reserved-path"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "unrouted",
            name: "no_such_method",
            docs: "A method that the resource does not support gets 405.",
            root: "",
            send: Sent("PATCH /v1/stream/a"),
            expect: Expected::new(405u16)
                .problem("urn:durable-streams:problem:method-not-allowed"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_empty",
            docs: "A new stream is open. Without a body, it is empty.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000000")),
                        ("stream-closed", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_whole",
            docs: "A stream can be created with all of its data and closed in one request.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: application/json\nstream-closed: true\n\n[1, 2, 3]",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("application/json")),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Is("true")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_of_any_token \"text/plain;;charset=utf-8\"",
            docs: "A content type can have empty parameters, and its names can contain any token character.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain;;charset=utf-8"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("text/plain;;charset=utf-8")),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_of_any_token \"text/plain; ;\"",
            docs: "A content type can have empty parameters, and its names can contain any token character.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain; ;"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("text/plain; ;")),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_of_any_token \"application/vnd.a~b|c`d\"",
            docs: "A content type can have empty parameters, and its names can contain any token character.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("PUT /v1/stream/a\ncontent-type: application/vnd.a~b|c`d"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("application/vnd.a~b|c`d")),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_of_any_token \"text/plain;a~b=\\\"c;d\\\"\"",
            docs: "A content type can have empty parameters, and its names can contain any token character.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain;a~b=\"c;d\""),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("text/plain;a~b=\"c;d\"")),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_of_bytes",
            docs: "Without `Content-Type`, the new stream has the type `application/octet-stream`.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("PUT /v1/stream/a\n\nabc"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("application/octet-stream")),
                        ("stream-next-offset", Is("0000000000000003")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_at_an_offset",
            docs: "A stream that is moved to this server can begin at its first offset elsewhere. This needs `admin`.",
            root: "/v1/stream/",
            given: &["stream.absent", "not first_offset.unusable"],
            send: Sent("PUT /v1/stream/a\nstream-first-offset: 0000000000000010\n\nabc"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000013")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_at_a_used_offset \"0000000000000000\"",
            docs: "Offsets of an earlier stream at the path can't be used again.",
            root: "/v1/stream/",
            given: &["stream.absent", "first_offset.unusable"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("DELETE /v1/stream/a"),
            ],
            send: Sent("PUT /v1/stream/a\nstream-first-offset: 0000000000000000"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:first-offset-conflict")
                .about("stream-first-offset"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_at_a_used_offset \"0000000000000003\"",
            docs: "Offsets of an earlier stream at the path can't be used again.",
            root: "/v1/stream/",
            given: &["stream.absent", "first_offset.unusable"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("DELETE /v1/stream/a"),
            ],
            send: Sent("PUT /v1/stream/a\nstream-first-offset: 0000000000000003"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:first-offset-conflict")
                .about("stream-first-offset"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "forked_at_a_first_offset",
            docs: "A fork begins at the fork offset.",
            root: "/v1/stream/",
            given: &["stream.absent", "first_offset.unusable"],
            before: &[Sent("PUT /v1/stream/b\n\nabc")],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-first-offset: 0000000000000010",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:first-offset-conflict")
                .about("stream-first-offset"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_at_an_offset_by_others",
            docs: "The first offset needs `admin`, whatever else is permitted.",
            root: "/v1/stream/",
            given: &["Client permits create, fork, append, close, read, delete, list"],
            send: Sent("PUT /v1/stream/a\nstream-first-offset: 0000000000000010"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "forked",
            docs: "A fork inherits the data of its source up to the fork offset.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.ready"],
            before: &[Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\nabcdef")],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002\nstream-fork-sub-offset: 1",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_again",
            docs: "Creating an existing stream with the same configuration succeeds. The body of the second request is not appended.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nmore"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_closed_again",
            docs: "Creating a closed stream again succeeds only if the request closes it, too.",
            root: "/v1/stream/",
            given: &["stream.closed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true"),
            ],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true",
            ),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Present),
                        ("stream-closed", Is("true")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_to_keep_a_day \"0\"",
            docs: "A stream can be created with a retention of its own. A fork does not inherit that of its source.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent(
                "PUT /v1/stream/a\nstream-retain-age: 0\nstream-retain-bytes: 1073741824",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_to_keep_a_day \"86400\"",
            docs: "A stream can be created with a retention of its own. A fork does not inherit that of its source.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent(
                "PUT /v1/stream/a\nstream-retain-age: 86400\nstream-retain-bytes: 1073741824",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_to_keep_a_day \"3153600000\"",
            docs: "A stream can be created with a retention of its own. A fork does not inherit that of its source.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent(
                "PUT /v1/stream/a\nstream-retain-age: 3153600000\nstream-retain-bytes: 1073741824",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_to_keep_a_day_again",
            docs: "Creating a stream again succeeds if the retention is the same.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\nstream-retain-age: 86400")],
            send: Sent("PUT /v1/stream/a\nstream-retain-age: 86400"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_retention \"0\"",
            docs: "Creating a stream again with a different retention gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs"],
            before: &[Sent("PUT /v1/stream/a\nstream-retain-age: 86400")],
            send: Sent("PUT /v1/stream/a\nstream-retain-age: 0"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_retention \"1\"",
            docs: "Creating a stream again with a different retention gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs"],
            before: &[Sent("PUT /v1/stream/a\nstream-retain-age: 86400")],
            send: Sent("PUT /v1/stream/a\nstream-retain-age: 1"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_retention \"86401\"",
            docs: "Creating a stream again with a different retention gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs"],
            before: &[Sent("PUT /v1/stream/a\nstream-retain-age: 86400")],
            send: Sent("PUT /v1/stream/a\nstream-retain-age: 86401"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_with_labels",
            docs: "A stream can have labels. They are sent in one header or in several.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("PUT /v1/stream/a\nstream-label: team=blue, env=prod"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_with_labels_again",
            docs: "Creating a stream again succeeds if the labels are the same, in any order.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\nstream-label: team=blue,env=prod")],
            send: Sent("PUT /v1/stream/a\nstream-label: env=prod, team=blue"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_labels \"team=red\"",
            docs: "Creating a stream again with different labels gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs"],
            before: &[Sent("PUT /v1/stream/a\nstream-label: team=blue")],
            send: Sent("PUT /v1/stream/a\nstream-label: team=red"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_labels \"team=blue, env=prod\"",
            docs: "Creating a stream again with different labels gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs"],
            before: &[Sent("PUT /v1/stream/a\nstream-label: team=blue")],
            send: Sent("PUT /v1/stream/a\nstream-label: team=blue, env=prod"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_labels \"env=blue\"",
            docs: "Creating a stream again with different labels gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs"],
            before: &[Sent("PUT /v1/stream/a\nstream-label: team=blue")],
            send: Sent("PUT /v1/stream/a\nstream-label: env=blue"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "bad_labels \"team\"",
            docs: "A label consists of a name, `=` and a value, and two labels can't have the same name.",
            root: "/v1/stream/",
            given: &["labels.invalid"],
            send: Sent("PUT /v1/stream/a\nstream-label: team"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-labels")
                .about("stream-label"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "bad_labels \"=blue\"",
            docs: "A label consists of a name, `=` and a value, and two labels can't have the same name.",
            root: "/v1/stream/",
            given: &["labels.invalid"],
            send: Sent("PUT /v1/stream/a\nstream-label: =blue"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-labels")
                .about("stream-label"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "bad_labels \"te am=blue\"",
            docs: "A label consists of a name, `=` and a value, and two labels can't have the same name.",
            root: "/v1/stream/",
            given: &["labels.invalid"],
            send: Sent("PUT /v1/stream/a\nstream-label: te am=blue"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-labels")
                .about("stream-label"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "bad_labels \"team=a=b\"",
            docs: "A label consists of a name, `=` and a value, and two labels can't have the same name.",
            root: "/v1/stream/",
            given: &["labels.invalid"],
            send: Sent("PUT /v1/stream/a\nstream-label: team=a=b"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-labels")
                .about("stream-label"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "bad_labels \"team=blue, team=red\"",
            docs: "A label consists of a name, `=` and a value, and two labels can't have the same name.",
            root: "/v1/stream/",
            given: &["labels.invalid"],
            send: Sent("PUT /v1/stream/a\nstream-label: team=blue, team=red"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-labels")
                .about("stream-label"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_type",
            docs: "Creating a stream again with a different content type gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("PUT /v1/stream/a\ncontent-type: application/json"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "open_again",
            docs: "Creating a closed stream again without closing it gets 409.",
            root: "/v1/stream/",
            given: &["stream.closed", "configuration.differs"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true"),
            ],
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Is("true"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "expired_before_it_began",
            docs: "A stream can't be created with an expiry time in the past.",
            root: "/v1/stream/",
            given: &["expiry.past"],
            send: Sent("PUT /v1/stream/a\nstream-expires-at: 2020-01-01T00:00:00Z"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:expiry-past")
                .about("stream-expires-at"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "two_lifetimes",
            docs: "A request with both `Stream-TTL` and `Stream-Expires-At` gets 400.",
            root: "/v1/stream/",
            send: Sent(
                "PUT /v1/stream/a\nstream-ttl: 60\nstream-expires-at: 2100-01-01T00:00:00Z",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"-1\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: -1"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"1.5\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: 1.5"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"1e3\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: 1e3"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"007\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: 007"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"+60\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: +60"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"0x3c\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: 0x3c"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"3153600001\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: 3153600001"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_ttl \"a minute\"",
            docs: "A TTL must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-ttl: a minute"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention \"-1\"",
            docs: "A retention by age must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-age: -1"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention \"1.5\"",
            docs: "A retention by age must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-age: 1.5"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention \"all\"",
            docs: "A retention by age must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-age: all"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention \"1 GiB\"",
            docs: "A retention by age must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-age: 1 GiB"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention \"3153600001\"",
            docs: "A retention by age must be a whole number of seconds without leading zeros, at most 100 years.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-age: 3153600001"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention_of_bytes \"-1\"",
            docs: "A retention by size must be a whole number of bytes, at most 2^53 - 1.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-bytes: -1"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention_of_bytes \"1.5\"",
            docs: "A retention by size must be a whole number of bytes, at most 2^53 - 1.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-bytes: 1.5"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention_of_bytes \"all\"",
            docs: "A retention by size must be a whole number of bytes, at most 2^53 - 1.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-bytes: all"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention_of_bytes \"1 GiB\"",
            docs: "A retention by size must be a whole number of bytes, at most 2^53 - 1.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-bytes: 1 GiB"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_retention_of_bytes \"9007199254740992\"",
            docs: "A retention by size must be a whole number of bytes, at most 2^53 - 1.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-retain-bytes: 9007199254740992"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_expiry \"tomorrow\"",
            docs: "An expiry time must be an RFC 3339 timestamp.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-expires-at: tomorrow"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_expiry \"2100-01-01\"",
            docs: "An expiry time must be an RFC 3339 timestamp.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-expires-at: 2100-01-01"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_expiry \"2100-13-01T00:00:00Z\"",
            docs: "An expiry time must be an RFC 3339 timestamp.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-expires-at: 2100-13-01T00:00:00Z"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_expiry \"4102444800\"",
            docs: "An expiry time must be an RFC 3339 timestamp.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-expires-at: 4102444800"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_expiry \"2100-01-01500:00:00Z\"",
            docs: "An expiry time must be an RFC 3339 timestamp.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-expires-at: 2100-01-01500:00:00Z"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_expiry \"2100-01-01 00:00:00Z\"",
            docs: "An expiry time must be an RFC 3339 timestamp.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-expires-at: 2100-01-01 00:00:00Z"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_expiry \"2100-01-01T00:00:00+24:00\"",
            docs: "An expiry time must be an RFC 3339 timestamp.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-expires-at: 2100-01-01T00:00:00+24:00"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_type \"text\"",
            docs: "A content type must have a type and a subtype, without wildcards.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\ncontent-type: text"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_type \"text/\"",
            docs: "A content type must have a type and a subtype, without wildcards.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\ncontent-type: text/"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_type \"/plain\"",
            docs: "A content type must have a type and a subtype, without wildcards.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\ncontent-type: /plain"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_type \"text plain\"",
            docs: "A content type must have a type and a subtype, without wildcards.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\ncontent-type: text plain"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_type \"text/*\"",
            docs: "A content type must have a type and a subtype, without wildcards.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\ncontent-type: text/*"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_type \"text/plain;charset\"",
            docs: "A content type must have a type and a subtype, without wildcards.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain;charset"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_source \"b\"",
            docs: "A source must be the path of a stream on this server.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-forked-from: b"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_source \"/v1/streams/b\"",
            docs: "A source must be the path of a stream on this server.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-forked-from: /v1/streams/b"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "malformed_source \"http://example.com/v1/stream/b\"",
            docs: "A source must be the path of a stream on this server.",
            root: "/v1/stream/",
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: http://example.com/v1/stream/b",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "parted_from_nothing",
            docs: "A fork offset without a source gets 400.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nstream-fork-offset: 0000000000000001"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "counted_from_nowhere",
            docs: "A sub-offset without a fork offset gets 400.",
            root: "/v1/stream/",
            given: &["fork.unanchored"],
            before: &[Sent("PUT /v1/stream/b\n\nabc")],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-sub-offset: 1",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:fork-unanchored")
                .about("stream-fork-sub-offset"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "not_free_yet",
            docs: "A path can't be reused while forks need the data of the deleted stream.",
            root: "/v1/stream/",
            given: &["stream.gone"],
            before: &[
                Sent("PUT /v1/stream/a\n\nabc"),
                Sent("PUT /v1/stream/b\nstream-forked-from: /v1/stream/a"),
                Sent("DELETE /v1/stream/a"),
            ],
            send: Sent("PUT /v1/stream/a"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:path-taken"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_of_nothing",
            docs: "Forking a stream that does not exist gets 404.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.absent"],
            send: Sent("PUT /v1/stream/a\nstream-forked-from: /v1/stream/b"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:source-not-found")
                .about("stream-forked-from"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_of_what_is_gone",
            docs: "Forking a soft-deleted stream gets 409.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.gone"],
            before: &[
                Sent("PUT /v1/stream/b\n\nabc"),
                Sent("PUT /v1/stream/c\nstream-forked-from: /v1/stream/b"),
                Sent("DELETE /v1/stream/b"),
            ],
            send: Sent("PUT /v1/stream/a\nstream-forked-from: /v1/stream/b"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:source-gone")
                .about("stream-forked-from"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_beyond_the_tail",
            docs: "A fork offset of 4 is beyond the tail of a source with three bytes.",
            root: "/v1/stream/",
            given: &["stream.absent", "fork.beyond", "not fork.overshoots"],
            before: &[Sent("PUT /v1/stream/b\n\nabc")],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000004",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:fork-beyond-tail")
                .about("stream-fork-offset"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_past_the_tail",
            docs: "A fork offset of 2 plus a sub-offset of 2 is beyond the tail of a source with three bytes.",
            root: "/v1/stream/",
            given: &["stream.absent", "fork.overshoots"],
            before: &[Sent("PUT /v1/stream/b\n\nabc")],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002\nstream-fork-sub-offset: 2",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:fork-overshoots")
                .about("stream-fork-sub-offset"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_of_what_is_not_kept",
            docs: "A fork can't start at data that its source no longer stores.",
            root: "/v1/stream/",
            given: &["stream.absent", "fork.trimmed"],
            limits: &[
                ("LIMIT_HOT_ROWS", "0"),
                ("LIMIT_SEGMENT", "1 B"),
                ("LIMIT_RETAIN", "1 B"),
            ],
            before: &[
                Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/stream/b\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000001",
            ),
            expect: Expected::new(410u16)
                .problem("urn:durable-streams:problem:fork-trimmed")
                .about("stream-fork-offset"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_of_the_beginning \"-1\"",
            docs: "A fork at the beginning of its source inherits nothing, so it can be created even if the source's oldest data was deleted.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.ready", "not fork.trimmed"],
            limits: &[
                ("LIMIT_HOT_ROWS", "0"),
                ("LIMIT_SEGMENT", "1 B"),
                ("LIMIT_RETAIN", "1 B"),
            ],
            before: &[
                Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/stream/b\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: -1",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_of_the_beginning \"0000000000000000_0000000000000000\"",
            docs: "A fork at the beginning of its source inherits nothing, so it can be created even if the source's oldest data was deleted.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.ready", "not fork.trimmed"],
            limits: &[
                ("LIMIT_HOT_ROWS", "0"),
                ("LIMIT_SEGMENT", "1 B"),
                ("LIMIT_RETAIN", "1 B"),
            ],
            before: &[
                Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/stream/b\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000000_0000000000000000",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_too_deep",
            docs: "A fork that would exceed the limit `fork_depth` gets 409.",
            root: "/v1/stream/",
            given: &["stream.absent", "fork.too_deep"],
            limits: &[("LIMIT_FORK_DEPTH", "0")],
            before: &[Sent("PUT /v1/stream/b\n\nabc")],
            send: Sent("PUT /v1/stream/a\nstream-forked-from: /v1/stream/b"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:fork-too-deep")
                .about("stream-forked-from"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "fork_of_another_type",
            docs: "A fork with a content type other than its source's gets 409.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.ready", "content_type.differs"],
            before: &[Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\ncontent-type: application/json",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:source-type-conflict")
                .about("content-type"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_with_half_an_array",
            docs: "A JSON stream can't be created with a body that is not valid JSON.",
            root: "/v1/stream/",
            given: &["stream.absent", "messages.invalid"],
            send: Sent("PUT /v1/stream/a\ncontent-type: application/json\n\n[1, 2"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-json")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_where_none_is",
            docs: "With `If-None-Match: *`, a stream is created if none exists.",
            root: "/v1/stream/",
            given: &["stream.absent", "not precondition.failed"],
            send: Sent("PUT /v1/stream/a\nif-none-match: *"),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000000")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_where_one_is",
            docs: "With `If-None-Match: *`, creating an existing stream gets 412, with its tail offset and entity tag.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("PUT /v1/stream/a\ncontent-type: text/plain\nif-none-match: *"),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_to_match_what_is_not_there \"*\"",
            docs: "With `If-Match`, creating a stream that does not exist gets 412.",
            root: "/v1/stream/",
            given: &["stream.absent", "precondition.failed"],
            send: Sent("PUT /v1/stream/a\nif-match: *"),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(&[("stream-next-offset", Absent), ("etag", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_to_match_what_is_not_there \"\\\"a\\\"\"",
            docs: "With `If-Match`, creating a stream that does not exist gets 412.",
            root: "/v1/stream/",
            given: &["stream.absent", "precondition.failed"],
            send: Sent("PUT /v1/stream/a\nif-match: \"a\""),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(&[("stream-next-offset", Absent), ("etag", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "other_type_and_where_one_is",
            docs: "Preconditions are checked last: a request with a different content type gets 409 (RFC 9110 §13.2.1).",
            root: "/v1/stream/",
            given: &["stream.open", "configuration.differs", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: application/json\nif-none-match: *",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:configuration-conflict")
                .headers(&[("stream-closed", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_with_malformed_tags \"abc\"",
            docs: "A malformed precondition gets 400.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nif-none-match: abc"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_with_malformed_tags \"\\\"abc\"",
            docs: "A malformed precondition gets 400.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nif-none-match: \"abc"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_with_malformed_tags \"*, \\\"abc\\\"\"",
            docs: "A malformed precondition gets 400.",
            root: "/v1/stream/",
            send: Sent("PUT /v1/stream/a\nif-none-match: *, \"abc\""),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_encoded \"gzip\"",
            docs: "A body with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: application/json\ncontent-encoding: gzip\n\n[1, 2",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_encoded \"GZIP\"",
            docs: "A body with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: application/json\ncontent-encoding: GZIP\n\n[1, 2",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_encoded \"br, identity\"",
            docs: "A body with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: application/json\ncontent-encoding: br, identity\n\n[1, 2",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_encoded \"deflate\"",
            docs: "A body with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: application/json\ncontent-encoding: deflate\n\n[1, 2",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "forked_within_a_character",
            docs: "A fork that begins within a UTF-8 character must continue with the rest of it.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.ready", "text.invalid"],
            before: &[Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\naé")],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: text/plain\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002\n\nb",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-utf-8")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "forked_as_bytes",
            docs: "Streams of another charset are not checked.",
            root: "/v1/stream/",
            given: &["stream.absent", "source.ready"],
            before: &[
                Sent(
                    "PUT /v1/stream/b\ncontent-type: text/plain; charset=iso-8859-1\n\naé",
                ),
            ],
            send: Sent(
                "PUT /v1/stream/a\ncontent-type: text/plain; charset=iso-8859-1\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002\n\nb",
            ),
            expect: Expected::new(201u16)
                .headers(
                    &[
                        ("location", Present),
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "create",
            name: "created_when_all_wait",
            docs: "If the write queue is full, the response contains the seconds to wait before retrying.",
            root: "/v1/stream/",
            given: &["stream.absent", "queue.full"],
            limits: &[("LIMIT_QUEUE_BYTES", "0 B")],
            send: Sent("PUT /v1/stream/a"),
            expect: Expected::new(429u16)
                .problem("urn:durable-streams:problem:busy")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "appended",
            docs: "The response contains the new tail offset.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nde"),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000005")),
                        ("stream-closed", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "appended_messages",
            docs: "Each element of a JSON array is one message.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\n\n[1, [2, 3]]",
            ),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000002"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "appended_and_closed",
            docs: "An append can close the stream in the same request.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nbye",
            ),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Is("true")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed",
            docs: "A request that only closes the stream needs no body and no content type.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/stream/a\nstream-closed: true"),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Is("true")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_twice",
            docs: "Closing a closed stream succeeds and changes nothing.",
            root: "/v1/stream/",
            given: &["stream.closed", "producer.none"],
            before: &[Sent("PUT /v1/stream/a\nstream-closed: true")],
            send: Sent("POST /v1/stream/a\nstream-closed: true"),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000000"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_takes_no_more",
            docs: "Appending to a closed stream gets 409, with the tail offset.",
            root: "/v1/stream/",
            given: &["stream.closed", "producer.none"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nabc",
                ),
            ],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:stream-closed")
                .headers(
                    &[
                        ("stream-closed", Is("true")),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("producer-expected-seq", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "produced",
            docs: "A producer's first append has sequence number 0. The response contains the last number accepted.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.next"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nabc",
            ),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("producer-epoch", Is("0")),
                        ("producer-seq", Is("0")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "produced_again",
            docs: "A retry of a producer's append succeeds and appends nothing.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.repeated"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nabc",
            ),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("producer-epoch", Is("0")),
                        ("producer-seq", Is("0")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_by_its_producer",
            docs: "A producer closes the stream with its next sequence number.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.next"],
            before: &[Sent("PUT /v1/stream/a")],
            send: Sent(
                "POST /v1/stream/a\nstream-closed: true\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0",
            ),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Present),
                        ("stream-closed", Is("true")),
                        ("producer-epoch", Is("0")),
                        ("producer-seq", Is("0")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_by_another",
            docs: "A producer's request to close a closed stream succeeds only as a retry of the one that closed it: same producer, epoch and sequence number. Otherwise 409.",
            root: "/v1/stream/",
            given: &["stream.closed", "not producer.none", "not closing.repeated"],
            before: &[Sent("PUT /v1/stream/a\nstream-closed: true")],
            send: Sent(
                "POST /v1/stream/a\nstream-closed: true\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:stream-closed")
                .headers(
                    &[
                        ("stream-next-offset", Present),
                        ("producer-expected-seq", Is("0")),
                        ("producer-received-seq", Is("0")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "fenced",
            docs: "An append with an older epoch gets 403, with the current epoch.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.stale"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 2\nproducer-seq: 0\n\nnew",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 1\nproducer-seq: 0\n\nold",
            ),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:producer-fenced")
                .about("producer-epoch")
                .headers(&[("producer-epoch", Is("2"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "produced_without_permission",
            docs: "A producer whose credentials do not permit to append gets 401, not 403.",
            root: "/v1/stream/",
            given: &["Client permits read"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:producer-forbidden")
                .headers(&[("www-authenticate", Present), ("producer-epoch", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_by_a_producer_without_permission",
            docs: "A producer whose credentials do not permit to close a stream gets 401, not 403.",
            root: "/v1/stream/",
            given: &["Client permits append"],
            send: Sent(
                "POST /v1/stream/a\nstream-closed: true\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0",
            ),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:producer-forbidden")
                .headers(&[("www-authenticate", Present), ("producer-epoch", Absent)]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "epoch_from_the_middle",
            docs: "The first append of a new epoch must have sequence number 0.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.unseeded"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nx",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 1\nproducer-seq: 1\n\ny",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:epoch-not-started")
                .about("producer-seq"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "gap",
            docs: "An append that skips sequence numbers gets 409, with the number expected next.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.ahead"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nx",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 3\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:sequence-gap")
                .about("producer-seq")
                .headers(
                    &[
                        ("producer-expected-seq", Is("1")),
                        ("producer-received-seq", Is("3")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "produced_as_another_type",
            docs: "If a producer's append conflicts with the stream, retries can't succeed. The response contains the request's sequence number as the expected and the received one, because producers of official clients wait for the numbers before the expected one.",
            root: "/v1/stream/",
            given: &["stream.open", "content_type.differs"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nx",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 1\n\n1",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:content-type-conflict")
                .about("content-type")
                .headers(
                    &[
                        ("producer-expected-seq", Is("1")),
                        ("producer-received-seq", Is("1")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "produced_out_of_order",
            docs: "A producer's append with a `Stream-Seq` that is not greater than the last one gets 409, with its own sequence number.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.next", "sequence.repeated"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nx",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 1\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:sequence-conflict")
                .about("stream-seq")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000001")),
                        ("producer-expected-seq", Is("1")),
                        ("producer-received-seq", Is("1")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "produced_elsewhere",
            docs: "A producer's append whose expected offset is not the tail offset gets 409, with its own sequence number.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.next", "tail.unexpected"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nx",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000000\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 1\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:tail-conflict")
                .about("stream-expected-offset")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000001")),
                        ("producer-expected-seq", Is("1")),
                        ("producer-received-seq", Is("1")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_epoch \"-1\"",
            docs: "Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: -1\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_epoch \"1.5\"",
            docs: "Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 1.5\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_epoch \"0x1\"",
            docs: "Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0x1\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_epoch \"01\"",
            docs: "Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 01\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_epoch \"one\"",
            docs: "Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: one\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_epoch \"9007199254740992\"",
            docs: "Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 9007199254740992\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "half_a_producer",
            docs: "An append with only some of the producer headers gets 400.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-seq: 0\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "without_a_type",
            docs: "An append with a body and without a content type gets 400.",
            root: "/v1/stream/",
            send: Sent("POST /v1/stream/a\n\nx"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "out_of_order \"2\"",
            docs: "`Stream-Seq` is compared byte by byte: `10` is less than `2`.",
            root: "/v1/stream/",
            given: &["stream.open", "sequence.repeated"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\n\nx"),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:sequence-conflict")
                .about("stream-seq")
                .headers(&[("stream-next-offset", Is("0000000000000001"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "out_of_order \"10\"",
            docs: "`Stream-Seq` is compared byte by byte: `10` is less than `2`.",
            root: "/v1/stream/",
            given: &["stream.open", "sequence.repeated"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\n\nx"),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 10\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:sequence-conflict")
                .about("stream-seq")
                .headers(&[("stream-next-offset", Is("0000000000000001"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "out_of_order \"1\"",
            docs: "`Stream-Seq` is compared byte by byte: `10` is less than `2`.",
            root: "/v1/stream/",
            given: &["stream.open", "sequence.repeated"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\n\nx"),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 1\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:sequence-conflict")
                .about("stream-seq")
                .headers(&[("stream-next-offset", Is("0000000000000001"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "expected",
            docs: "An append whose expected offset is the tail offset succeeds.",
            root: "/v1/stream/",
            given: &["stream.open", "not tail.unexpected"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000003\n\nde",
            ),
            expect: Expected::new(204u16)
                .headers(
                    &[("stream-next-offset", Is("0000000000000005")), ("etag", Absent)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "unexpected \"0000000000000000\"",
            docs: "An append whose expected offset is before or beyond the tail offset gets 409, with the tail offset.",
            root: "/v1/stream/",
            given: &["stream.open", "tail.unexpected"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000000\n\nde",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:tail-conflict")
                .about("stream-expected-offset")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "unexpected \"0000000000000002\"",
            docs: "An append whose expected offset is before or beyond the tail offset gets 409, with the tail offset.",
            root: "/v1/stream/",
            given: &["stream.open", "tail.unexpected"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000002\n\nde",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:tail-conflict")
                .about("stream-expected-offset")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "unexpected \"0000000000000004\"",
            docs: "An append whose expected offset is before or beyond the tail offset gets 409, with the tail offset.",
            root: "/v1/stream/",
            given: &["stream.open", "tail.unexpected"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000004\n\nde",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:tail-conflict")
                .about("stream-expected-offset")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_elsewhere",
            docs: "A request to close the stream gets 409 if the expected offset is not the tail offset.",
            root: "/v1/stream/",
            given: &["stream.open", "tail.unexpected"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/stream/a\nstream-closed: true\nstream-expected-offset: 0000000000000002",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:tail-conflict")
                .about("stream-expected-offset")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_twice_as_expected",
            docs: "Closing a closed stream succeeds if the expected offset is its tail offset.",
            root: "/v1/stream/",
            given: &["stream.closed", "producer.none", "not tail.unexpected"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\nstream-closed: true\nstream-expected-offset: 0000000000000003",
            ),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000003"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_before_elsewhere",
            docs: "Closing a closed stream gets 409 if the expected offset is not its tail offset.",
            root: "/v1/stream/",
            given: &["stream.closed", "producer.none", "tail.unexpected"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\nstream-closed: true\nstream-expected-offset: 0000000000000002",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:tail-conflict")
                .about("stream-expected-offset")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Is("true")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_before_it_was_expected",
            docs: "Appending to a closed stream gets 409 `stream-closed`, whether or not the expected offset is its tail offset.",
            root: "/v1/stream/",
            given: &["stream.closed", "producer.none", "tail.unexpected"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000002\n\nde",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:stream-closed")
                .headers(
                    &[
                        ("stream-closed", Is("true")),
                        ("stream-next-offset", Is("0000000000000003")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "expected_again",
            docs: "A retry of a producer's append succeeds, although the tail offset has changed since.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.repeated", "tail.unexpected"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000000\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000000\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nabc",
            ),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("producer-epoch", Is("0")),
                        ("producer-seq", Is("0")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "expected_out_of_order",
            docs: "If the expected offset is right and `Stream-Seq` is not, the append gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "sequence.repeated", "not tail.unexpected"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\n\nx"),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000001\nstream-seq: 2\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:sequence-conflict")
                .about("stream-seq")
                .headers(&[("stream-next-offset", Is("0000000000000001"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "unexpected_in_order",
            docs: "If `Stream-Seq` is right and the expected offset is not, the append gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "tail.unexpected", "not sequence.repeated"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\nstream-seq: 2\n\nx"),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000000\nstream-seq: 3\n\ny",
            ),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:tail-conflict")
                .about("stream-expected-offset")
                .headers(&[("stream-next-offset", Is("0000000000000001"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "expected_of_a_fork",
            docs: "The tail of a new fork is at the fork offset.",
            root: "/v1/stream/",
            given: &["stream.open", "not tail.unexpected"],
            before: &[
                Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\nabc"),
                Sent(
                    "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 0000000000000002\n\nx",
            ),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000003"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_expectation \"-1\"",
            docs: "An expected offset must be one that this server has sent, not `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: -1\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_expectation \"now\"",
            docs: "An expected offset must be one that this server has sent, not `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: now\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_expectation \"3\"",
            docs: "An expected offset must be one that this server has sent, not `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 3\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_expectation \"000000000000000a\"",
            docs: "An expected offset must be one that this server has sent, not `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nstream-expected-offset: 000000000000000a\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "matched",
            docs: "With a matching `If-Match`, the append succeeds, and the response contains the entity tag for the next one.",
            root: "/v1/stream/",
            given: &["stream.open", "not precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\nif-match: *\n\nde"),
            expect: Expected::new(204u16)
                .headers(
                    &[("stream-next-offset", Is("0000000000000005")), ("etag", Present)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "unmatched \"\\\"a\\\"\"",
            docs: "If `If-Match` does not match, the append gets 412, with the tail offset and the current entity tag.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nif-match: \"a\"\n\nde",
            ),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "unmatched \"W/\\\"a\\\", \\\"b\\\"\"",
            docs: "If `If-Match` does not match, the append gets 412, with the tail offset and the current entity tag.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nif-match: W/\"a\", \"b\"\n\nde",
            ),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_unmatched",
            docs: "An entity tag from before the stream was closed no longer matches.",
            root: "/v1/stream/",
            given: &["stream.closed", "producer.none", "precondition.failed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true"),
            ],
            send: Sent("POST /v1/stream/a\nstream-closed: true\nif-match: \"a\""),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000000")),
                        ("stream-closed", Is("true")),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "matched_again",
            docs: "The precondition of a retried append is not checked again.",
            root: "/v1/stream/",
            given: &["stream.open", "producer.repeated", "precondition.failed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent(
                    "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0\nif-match: \"a\"\n\nabc",
            ),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("producer-epoch", Is("0")),
                        ("producer-seq", Is("0")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "appended_where_one_is",
            docs: "With `If-None-Match: *`, an append to an existing stream gets 412.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nif-none-match: *\n\nx",
            ),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[("stream-next-offset", Is("0000000000000000")), ("etag", Present)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_precondition \"abc\"",
            docs: "A malformed precondition gets 400.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nif-match: abc\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_precondition \"\\\"abc\"",
            docs: "A malformed precondition gets 400.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nif-match: \"abc\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "malformed_precondition \"*, \\\"abc\\\"\"",
            docs: "A malformed precondition gets 400.",
            root: "/v1/stream/",
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\nif-match: *, \"abc\"\n\nx",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded \"gzip\"",
            docs: "An append with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\ncontent-encoding: gzip\n\n1f8b",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded \"br\"",
            docs: "An append with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\ncontent-encoding: br\n\n1f8b",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded \"zstd\"",
            docs: "An append with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\ncontent-encoding: zstd\n\n1f8b",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded \"identity, gzip\"",
            docs: "An append with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\ncontent-encoding: identity, gzip\n\n1f8b",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded \"gzip,gzip\"",
            docs: "An append with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\ncontent-encoding: gzip,gzip\n\n1f8b",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded \"GZip\"",
            docs: "An append with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\ncontent-encoding: GZip\n\n1f8b",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded \"utf-8\"",
            docs: "An append with a content coding gets 415. The server decides this from the headers.",
            root: "/v1/stream/",
            given: &["content_coding.unsupported"],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\ncontent-encoding: utf-8\n\n1f8b",
            ),
            expect: Expected::new(415u16)
                .problem("urn:durable-streams:problem:content-coding-unsupported")
                .about("content-encoding")
                .headers(&[("accept-encoding", Is("identity"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded_as_itself \"identity\"",
            docs: "The content coding `identity` is accepted, as is an empty list.",
            root: "/v1/stream/",
            given: &["stream.open", "not content_coding.unsupported"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: identity\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: identity\n\nde",
            ),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000005"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded_as_itself \"Identity\"",
            docs: "The content coding `identity` is accepted, as is an empty list.",
            root: "/v1/stream/",
            given: &["stream.open", "not content_coding.unsupported"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: Identity\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: Identity\n\nde",
            ),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000005"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded_as_itself \"identity, identity\"",
            docs: "The content coding `identity` is accepted, as is an empty list.",
            root: "/v1/stream/",
            given: &["stream.open", "not content_coding.unsupported"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: identity, identity\n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: identity, identity\n\nde",
            ),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000005"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "encoded_as_itself \"\"",
            docs: "The content coding `identity` is accepted, as is an empty list.",
            root: "/v1/stream/",
            given: &["stream.open", "not content_coding.unsupported"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: \n\nabc",
                ),
            ],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: text/plain\ncontent-encoding: \n\nde",
            ),
            expect: Expected::new(204u16)
                .headers(&[("stream-next-offset", Is("0000000000000005"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "no_text \"b\"",
            docs: "After the first byte of a UTF-8 character, an append must start with the rest of it.",
            root: "/v1/stream/",
            given: &["stream.open", "text.invalid"],
            before: &[
                Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\naé"),
                Sent(
                    "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002",
                ),
            ],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nb"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-utf-8")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "no_text \"é\"",
            docs: "After the first byte of a UTF-8 character, an append must start with the rest of it.",
            root: "/v1/stream/",
            given: &["stream.open", "text.invalid"],
            before: &[
                Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\naé"),
                Sent(
                    "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002",
                ),
            ],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\né"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-utf-8")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "closed_within_a_character",
            docs: "A text stream can't be closed within a UTF-8 character.",
            root: "/v1/stream/",
            given: &["stream.open", "text.invalid"],
            before: &[
                Sent("PUT /v1/stream/b\ncontent-type: text/plain\n\naé"),
                Sent(
                    "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 0000000000000002",
                ),
            ],
            send: Sent("POST /v1/stream/a\nstream-closed: true"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-utf-8")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "empty",
            docs: "An append without a body gets 400, unless it closes the stream.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:empty-body")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "empty_array",
            docs: "An append of an empty JSON array gets 400.",
            root: "/v1/stream/",
            given: &["stream.open", "messages.empty"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent("POST /v1/stream/a\ncontent-type: application/json\n\n[]"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:no-messages")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "no_json \"{\\\"a\\\":\"",
            docs: "A body that is not valid JSON can't be appended to a JSON stream.",
            root: "/v1/stream/",
            given: &["stream.open", "messages.invalid"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent("POST /v1/stream/a\ncontent-type: application/json\n\n{\"a\":"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-json")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "no_json \"[1, 2\"",
            docs: "A body that is not valid JSON can't be appended to a JSON stream.",
            root: "/v1/stream/",
            given: &["stream.open", "messages.invalid"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent("POST /v1/stream/a\ncontent-type: application/json\n\n[1, 2"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-json")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "no_json \"1 2\"",
            docs: "A body that is not valid JSON can't be appended to a JSON stream.",
            root: "/v1/stream/",
            given: &["stream.open", "messages.invalid"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent("POST /v1/stream/a\ncontent-type: application/json\n\n1 2"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-json")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "no_json \"undefined\"",
            docs: "A body that is not valid JSON can't be appended to a JSON stream.",
            root: "/v1/stream/",
            given: &["stream.open", "messages.invalid"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent("POST /v1/stream/a\ncontent-type: application/json\n\nundefined"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:invalid-json")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "message_too_long \"\\\"12345\\\"\"",
            docs: "A message that exceeds the limit `message` gets 413, also within an array.",
            root: "/v1/stream/",
            given: &["stream.open", "messages.too_large"],
            limits: &[("LIMIT_MESSAGE", "4 B")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent("POST /v1/stream/a\ncontent-type: application/json\n\n\"12345\""),
            expect: Expected::new(413u16)
                .problem("urn:durable-streams:problem:messages-too-large")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "message_too_long \"[1, \\\"12345\\\"]\"",
            docs: "A message that exceeds the limit `message` gets 413, also within an array.",
            root: "/v1/stream/",
            given: &["stream.open", "messages.too_large"],
            limits: &[("LIMIT_MESSAGE", "4 B")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: application/json")],
            send: Sent(
                "POST /v1/stream/a\ncontent-type: application/json\n\n[1, \"12345\"]",
            ),
            expect: Expected::new(413u16)
                .problem("urn:durable-streams:problem:messages-too-large")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "body_too_long",
            docs: "A body that exceeds the limit `body` gets 413.",
            root: "/v1/stream/",
            given: &["stream.open"],
            limits: &[("LIMIT_BODY", "4 B")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n12345"),
            expect: Expected::new(413u16)
                .problem("urn:durable-streams:problem:body-too-large")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "body_without_room",
            docs: "If the server has no memory left for a body, the request gets 429.",
            root: "/v1/stream/",
            given: &["stream.open", "body.crowded"],
            limits: &[
                ("LIMIT_MEMORY", "0 B"),
                ("LIMIT_MEMORY_SMALL", "0 B"),
                ("LIMIT_MEMORY_PAGES", "0 B"),
            ],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
            expect: Expected::new(429u16)
                .problem("urn:durable-streams:problem:busy")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "body_that_stalls",
            docs: "If the client stops sending within a body, it gets 408, and the stream is unchanged.",
            root: "/v1/stream/",
            given: &["stream.open", "body.stalled"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nhalf of"),
            expect: Expected::new(408u16)
                .problem("urn:durable-streams:problem:body-stalled")
                .about("body"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "of_another_type",
            docs: "An append with a content type other than the stream's gets 409.",
            root: "/v1/stream/",
            given: &["stream.open", "content_type.differs"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("POST /v1/stream/a\ncontent-type: application/json\n\n1"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:content-type-conflict")
                .about("content-type")
                .headers(
                    &[
                        ("producer-expected-seq", Absent),
                        ("producer-received-seq", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "to_nothing",
            docs: "Appending to a stream that does not exist gets 404.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:stream-not-found"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "append",
            name: "unheard",
            docs: "If storage does not confirm an append, it is not acknowledged.",
            root: "/v1/stream/",
            given: &["stream.open", "failure"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("POST /v1/stream/a\ncontent-type: text/plain\n\nx"),
            expect: Expected::new(503u16)
                .problem("urn:durable-streams:problem:unavailable")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "from_the_start",
            docs: "Without an offset, the response starts at the beginning of the stream.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("stream-closed", Absent),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "from_an_offset",
            docs: "With an offset from an earlier response, the response continues there.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=0000000000000001"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("bc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "as_a_page \"text/html\"",
            docs: "A browser that opens an HTML or SVG stream does not run its scripts.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/html\n\n<script>a()</script>"),
            ],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/html")),
                        ("content-security-policy", Is("sandbox")),
                        ("stream-next-offset", Present),
                        ("stream-up-to-date", Present),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("<script>a()</script>"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "as_a_page \"image/svg+xml\"",
            docs: "A browser that opens an HTML or SVG stream does not run its scripts.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: image/svg+xml\n\n<script>a()</script>",
                ),
            ],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("image/svg+xml")),
                        ("content-security-policy", Is("sandbox")),
                        ("stream-next-offset", Present),
                        ("stream-up-to-date", Present),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("<script>a()</script>"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "messages",
            docs: "The messages of a JSON stream are sent as one array.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: application/json\n\n[1, {\"a\": 2}]",
                ),
            ],
            send: Sent("GET /v1/stream/a?offset=-1"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("application/json")),
                        ("stream-next-offset", Is("0000000000000002")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("[1,{\"a\": 2}]"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "a_page_of_several",
            docs: "A stream longer than the limit `response` needs several reads. Each response contains the offset for the next.",
            root: "/v1/stream/",
            given: &["stream.open"],
            limits: &[("LIMIT_RESPONSE", "4 B")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabcdef")],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000004")),
                        ("stream-up-to-date", Absent),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("abcd"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "the_end",
            docs: "The last page of a closed stream contains `Stream-Closed`.",
            root: "/v1/stream/",
            given: &["stream.closed"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nabc",
                ),
            ],
            send: Sent("GET /v1/stream/a?offset=0000000000000003"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("stream-closed", Is("true")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body(""),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "from_now_on",
            docs: "With the offset `now`, the page is empty and contains the tail offset.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=now"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("cache-control", Is("no-store")),
                    ],
                )
                .body(""),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "unchanged",
            docs: "If the client has the page already, the response is 304.",
            root: "/v1/stream/",
            given: &["stream.open", "page.matches"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a\nif-none-match: *"),
            expect: Expected::new(304u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_offset \"\"",
            docs: "An offset must be one that this server has sent, `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset="),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_offset \"0\"",
            docs: "An offset must be one that this server has sent, `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=0"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_offset \"yesterday\"",
            docs: "An offset must be one that this server has sent, `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=yesterday"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_offset \"-2\"",
            docs: "An offset must be one that this server has sent, `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-2"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_offset \"000000000000000a\"",
            docs: "An offset must be one that this server has sent, `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=000000000000000a"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_offset \"FFFFFFFFFFFFFFFF\"",
            docs: "An offset must be one that this server has sent, `-1` or `now`.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=FFFFFFFFFFFFFFFF"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_live \"true\"",
            docs: "The live modes are `long-poll`, `sse` and `ws`. Any other value gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-1&live=true"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_live \"websocket\"",
            docs: "The live modes are `long-poll`, `sse` and `ws`. Any other value gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-1&live=websocket"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_live \"SSE\"",
            docs: "The live modes are `long-poll`, `sse` and `ws`. Any other value gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-1&live=SSE"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_tag \"abc\"",
            docs: "A malformed entity tag in `If-None-Match` is ignored, so the page is sent.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a\nif-none-match: abc"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_tag \"\\\"abc\"",
            docs: "A malformed entity tag in `If-None-Match` is ignored, so the page is sent.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a\nif-none-match: \"abc"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "unmatched",
            docs: "If `If-Match` does not match, the read gets 412.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a\nif-match: \"a\""),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[("stream-next-offset", Is("0000000000000003")), ("etag", Present)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "matched",
            docs: "`If-Match: *` matches any existing stream.",
            root: "/v1/stream/",
            given: &["stream.open", "not precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a\nif-match: *"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_path \"/v1/stream/\"",
            docs: "A path must not have empty segments, dot segments or invalid escapes.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_path \"/v1/stream/a//b\"",
            docs: "A path must not have empty segments, dot segments or invalid escapes.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a//b"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "malformed_path \"/v1/stream/a%zz\"",
            docs: "A path must not have empty segments, dot segments or invalid escapes.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a%zz"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "not_kept",
            docs: "Reading data that is no longer stored gets 410, with the earliest retained offset.",
            root: "/v1/stream/",
            given: &["stream.open", "position.trimmed"],
            limits: &[
                ("LIMIT_HOT_ROWS", "0"),
                ("LIMIT_SEGMENT", "1 B"),
                ("LIMIT_RETAIN", "1 B"),
            ],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent("GET /v1/stream/a?offset=0000000000000001"),
            expect: Expected::new(410u16)
                .problem("urn:durable-streams:problem:offset-trimmed")
                .about("offset")
                .headers(&[("stream-earliest-offset", Is("0000000000000003"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "from_an_earlier_stream",
            docs: "A new stream at the path of a deleted one starts beyond that one's tail, so reading at an old offset gets 410.",
            root: "/v1/stream/",
            given: &["stream.open", "position.trimmed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("DELETE /v1/stream/a"),
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent("GET /v1/stream/a?offset=0000000000000003"),
            expect: Expected::new(410u16)
                .problem("urn:durable-streams:problem:offset-trimmed")
                .about("offset")
                .headers(&[("stream-earliest-offset", Is("0000000000000004"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "not_kept_as_asked",
            docs: "A stream's own retention deletes old data in the same way as the server's limits.",
            root: "/v1/stream/",
            given: &["stream.open", "position.trimmed"],
            limits: &[("LIMIT_HOT_ROWS", "0"), ("LIMIT_SEGMENT", "1 B")],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-retain-bytes: 1\n\nabc",
                ),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent("GET /v1/stream/a?offset=0000000000000001"),
            expect: Expected::new(410u16)
                .problem("urn:durable-streams:problem:offset-trimmed")
                .about("offset")
                .headers(&[("stream-earliest-offset", Is("0000000000000003"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "beginning_of_what_is_not_kept \"-1\"",
            docs: "If a stream's old data will be deleted, its first page is sent with `no-cache`. A reader that starts over then gets the current one.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-retain-bytes: 9\n\nabc",
                ),
            ],
            send: Sent("GET /v1/stream/a?offset=-1"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Present),
                        ("etag", Present),
                        ("cache-control", Is("no-cache")),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "beginning_of_what_is_not_kept \"0000000000000000_0000000000000000\"",
            docs: "If a stream's old data will be deleted, its first page is sent with `no-cache`. A reader that starts over then gets the current one.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-retain-bytes: 9\n\nabc",
                ),
            ],
            send: Sent("GET /v1/stream/a?offset=0000000000000000_0000000000000000"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Present),
                        ("etag", Present),
                        ("cache-control", Is("no-cache")),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "beginning_of_what_is_not_kept_for_long",
            docs: "The same applies to a retention by age, and to a 304 response to a read without an offset.",
            root: "/v1/stream/",
            given: &["stream.open", "page.matches"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-retain-age: 60\n\nabc",
                ),
            ],
            send: Sent("GET /v1/stream/a\nif-none-match: *"),
            expect: Expected::new(304u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Present),
                        ("etag", Present),
                        ("cache-control", Is("no-cache")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "middle_of_what_is_not_kept",
            docs: "A page at an offset can be cached although old data will be deleted, because its content does not change.",
            root: "/v1/stream/",
            given: &["stream.open"],
            limits: &[("LIMIT_RETAIN", "9 B")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=0000000000000000"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Present),
                        ("etag", Present),
                        (
                            "cache-control",
                            Is("public, max-age=60, stale-while-revalidate=300"),
                        ),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "kept_as_asked",
            docs: "A stream's own retention of 0 keeps all data, although the server's limit would delete some.",
            root: "/v1/stream/",
            given: &["stream.open"],
            limits: &[
                ("LIMIT_HOT_ROWS", "0"),
                ("LIMIT_SEGMENT", "1 B"),
                ("LIMIT_RETAIN", "1 B"),
            ],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-retain-bytes: 0\n\nabc",
                ),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent("GET /v1/stream/a?offset=0000000000000001"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000006")),
                        ("stream-up-to-date", Is("true")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("bcdef"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "damaged",
            docs: "If a block of the page is missing or fails its checksum, the response is 500 and contains none of the page.",
            root: "/v1/stream/",
            given: &["stream.open", "page.damaged"],
            limits: &[("LIMIT_HOT_ROWS", "0")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(500u16)
                .problem("urn:durable-streams:problem:segment-damaged"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "beyond_the_tail",
            docs: "Reading beyond the tail gets 400, with the tail offset.",
            root: "/v1/stream/",
            given: &["stream.open", "position.beyond"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=0000000000000004"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:offset-beyond-tail")
                .about("offset")
                .headers(&[("stream-next-offset", Is("0000000000000003"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "of_nothing",
            docs: "Reading a stream that does not exist gets 404.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:stream-not-found"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "of_what_is_gone",
            docs: "Reading a deleted stream that still has forks gets 410.",
            root: "/v1/stream/",
            given: &["stream.gone"],
            before: &[
                Sent("PUT /v1/stream/a\n\nabc"),
                Sent("PUT /v1/stream/b\nstream-forked-from: /v1/stream/a"),
                Sent("DELETE /v1/stream/a"),
            ],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(410u16)
                .problem("urn:durable-streams:problem:stream-gone"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_token \"Bearer wrong\"",
            docs: "If the server requires credentials, a request without valid ones gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent("GET /v1/stream/a\nauthorization: Bearer wrong"),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized")
                .headers(&[("www-authenticate", Is("Bearer error=\"invalid_token\""))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_token \"Basic cmlnaHQ=\"",
            docs: "If the server requires credentials, a request without valid ones gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent("GET /v1/stream/a\nauthorization: Basic cmlnaHQ="),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized")
                .headers(&[("www-authenticate", Is("Bearer error=\"invalid_token\""))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_token \"right\"",
            docs: "If the server requires credentials, a request without valid ones gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent("GET /v1/stream/a\nauthorization: right"),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized")
                .headers(&[("www-authenticate", Is("Bearer error=\"invalid_token\""))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_signature",
            docs: "A signature that is not one of the key gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent(
                "GET /v1/stream/a?exp=4102444800&kid=k&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_signature_for_a_prefix \"a/\"",
            docs: "A signature for a prefix that is not one of the key, is not for the stream, or is none, gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent(
                "GET /v1/stream/a/b?below=a%2F&exp=4102444800&kid=k&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_signature_for_a_prefix \"b/\"",
            docs: "A signature for a prefix that is not one of the key, is not for the stream, or is none, gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent(
                "GET /v1/stream/a/b?below=b%2F&exp=4102444800&kid=k&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_signature_for_a_prefix \"a\"",
            docs: "A signature for a prefix that is not one of the key, is not for the stream, or is none, gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent(
                "GET /v1/stream/a/b?below=a&exp=4102444800&kid=k&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_wrong_signature_for_a_prefix \"\"",
            docs: "A signature for a prefix that is not one of the key, is not for the stream, or is none, gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent(
                "GET /v1/stream/a/b?below=&exp=4102444800&kid=k&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "with_a_prefix_alone",
            docs: "A prefix without a signature gets 401.",
            root: "/v1/stream/",
            given: &["Client unknown"],
            send: Sent("GET /v1/stream/a/b?below=a%2F"),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "not_permitted",
            docs: "A permission to append does not include reading. The response is the same if there is no stream.",
            root: "/v1/stream/",
            given: &["Client permits append"],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "before_the_operator_decides",
            docs: "A server whose operator has not decided who may use it refuses all requests.",
            root: "/v1/stream/",
            given: &["Client unconfigured"],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:access-unconfigured"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "while_keys_are_unavailable",
            docs: "If the keys of tokens can't be fetched, the server can't verify a token.",
            root: "/v1/stream/",
            given: &["Client unverified"],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(503u16)
                .problem("urn:durable-streams:problem:keys-unavailable")
                .headers(&[("retry-after", Is("5"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "read",
            name: "too_often",
            docs: "A caller that sends too many requests gets 429.",
            root: "/v1/stream/",
            given: &["Client limited"],
            send: Sent("GET /v1/stream/a"),
            expect: Expected::new(429u16)
                .problem("urn:durable-streams:problem:too-many-requests")
                .headers(&[("retry-after", Is("60"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "available",
            docs: "Data after the offset is sent immediately.",
            root: "/v1/stream/",
            given: &["stream.open", "page.available"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=0000000000000001&live=long-poll"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("stream-cursor", Present),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("bc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "damaged",
            docs: "If a block of the page is missing or fails its checksum, the response is 500 and contains none of the page.",
            root: "/v1/stream/",
            given: &["stream.open", "page.available", "page.damaged"],
            limits: &[("LIMIT_HOT_ROWS", "0")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=long-poll"),
            expect: Expected::new(500u16)
                .problem("urn:durable-streams:problem:segment-damaged"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "beginning_of_what_is_not_kept",
            docs: "If a stream's old data will be deleted, its first page is sent with `no-cache`.",
            root: "/v1/stream/",
            given: &["stream.open", "page.available"],
            limits: &[("LIMIT_RETAIN_AGE", "60000 ms")],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=long-poll"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Present),
                        ("stream-cursor", Present),
                        ("etag", Present),
                        ("cache-control", Is("no-cache")),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "nothing_came",
            docs: "If no data arrives in time, the response is 204, with the same offset and a new cursor.",
            root: "/v1/stream/",
            given: &["stream.open", "not page.available"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=0000000000000003&live=long-poll"),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-cursor", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "nothing_will_come",
            docs: "At the end of a closed stream, the response is 204 at once.",
            root: "/v1/stream/",
            given: &["stream.closed", "not page.available"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nabc",
                ),
            ],
            send: Sent("GET /v1/stream/a?offset=0000000000000003&live=long-poll"),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Is("true")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "too_many_wait",
            docs: "A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.",
            root: "/v1/stream/",
            given: &["stream.open", "not page.available", "readers.full"],
            limits: &[("LIMIT_READERS", "0")],
            before: &[Sent("PUT /v1/stream/a")],
            send: Sent("GET /v1/stream/a?offset=now&live=long-poll"),
            expect: Expected::new(429u16)
                .problem("urn:durable-streams:problem:busy")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "without_an_offset",
            docs: "A long-poll without an offset gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?live=long-poll"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "unmatched",
            docs: "If `If-Match` does not match, the long-poll gets 412 at once.",
            root: "/v1/stream/",
            given: &["stream.open", "not page.available", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=now&live=long-poll\nif-match: \"a\""),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[("stream-next-offset", Is("0000000000000003")), ("etag", Present)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "malformed_cursor \"-1\"",
            docs: "A cursor must be a whole number below the maximum, as sent by this server.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-1&live=long-poll&cursor=-1"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "malformed_cursor \"1.5\"",
            docs: "A cursor must be a whole number below the maximum, as sent by this server.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-1&live=long-poll&cursor=1.5"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "malformed_cursor \"abc\"",
            docs: "A cursor must be a whole number below the maximum, as sent by this server.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-1&live=long-poll&cursor=abc"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "malformed_cursor \"9007199254740991\"",
            docs: "A cursor must be a whole number below the maximum, as sent by this server.",
            root: "/v1/stream/",
            send: Sent(
                "GET /v1/stream/a?offset=-1&live=long-poll&cursor=9007199254740991",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "greatest_cursor",
            docs: "With the greatest cursor that a request can have, the response contains the next one.",
            root: "/v1/stream/",
            given: &["stream.open", "page.available"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "GET /v1/stream/a?offset=-1&live=long-poll&cursor=9007199254740990",
            ),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Present),
                        ("stream-up-to-date", Present),
                        ("stream-cursor", Is("9007199254740991")),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                )
                .body("abc"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "unchanged",
            docs: "If the client has the page already, the response is 304.",
            root: "/v1/stream/",
            given: &["stream.open", "page.available", "page.matches"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=long-poll\nif-none-match: *"),
            expect: Expected::new(304u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-up-to-date", Is("true")),
                        ("stream-cursor", Present),
                        ("etag", Present),
                        ("cache-control", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "long_poll",
            name: "unchanged_and_nothing_came",
            docs: "`If-None-Match` does not end a long-poll that waits for new data.",
            root: "/v1/stream/",
            given: &["stream.open", "not page.available"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "GET /v1/stream/a?offset=0000000000000003&live=long-poll\nif-none-match: *",
            ),
            expect: Expected::new(204u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-cursor", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "sse",
            name: "followed",
            docs: "The response contains the stored data, and then a control event with the reader's position.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=sse"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/event-stream")),
                        ("stream-sse-data-encoding", Absent),
                    ],
                )
                .begins(
                    "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",",
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "sse",
            name: "followed_as_bytes",
            docs: "Data that is not text is encoded as base64.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: image/png\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=sse"),
            expect: Expected::new(200u16)
                .headers(&[("stream-sse-data-encoding", Is("base64"))])
                .begins("event: data\ndata:YWJj\n\nevent: control\n"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "sse",
            name: "followed_in_another_charset",
            docs: "Text of a charset other than UTF-8 is encoded as base64.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain; charset=iso-8859-1\n\nabc",
                ),
            ],
            send: Sent("GET /v1/stream/a?offset=-1&live=sse"),
            expect: Expected::new(200u16)
                .headers(&[("stream-sse-data-encoding", Is("base64"))])
                .begins("event: data\ndata:YWJj\n\nevent: control\n"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "sse",
            name: "followed_to_its_end",
            docs: "At the end of a closed stream, the control event contains `streamClosed`, and the response ends.",
            root: "/v1/stream/",
            given: &["stream.closed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true"),
            ],
            send: Sent("GET /v1/stream/a?offset=now&live=sse"),
            expect: Expected::new(200u16)
                .begins(
                    "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n",
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "sse",
            name: "followed_unmatched",
            docs: "If `If-Match` does not match, the request gets 412.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=sse\nif-match: \"a\""),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[("stream-next-offset", Is("0000000000000003")), ("etag", Present)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "sse",
            name: "too_many_listen",
            docs: "A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.",
            root: "/v1/stream/",
            given: &["stream.open", "readers.full"],
            limits: &[("LIMIT_READERS", "0")],
            before: &[Sent("PUT /v1/stream/a")],
            send: Sent("GET /v1/stream/a?offset=now&live=sse"),
            expect: Expected::new(429u16)
                .problem("urn:durable-streams:problem:busy")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended",
            docs: "The first message contains the stored data, and then a control event with the reader's position.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=ws\nupgrade: websocket"),
            expect: Expected::new(101u16)
                .headers(&[("stream-sse-data-encoding", Absent)])
                .begins(
                    "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",",
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_as_bytes",
            docs: "Data that is not text is encoded as base64.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: image/png\n\nabc")],
            send: Sent("GET /v1/stream/a?offset=-1&live=ws\nupgrade: websocket"),
            expect: Expected::new(101u16)
                .headers(&[("stream-sse-data-encoding", Is("base64"))])
                .begins("event: data\ndata:YWJj\n\nevent: control\n"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_to_its_end",
            docs: "At the end of a closed stream, the control event contains `streamClosed`, and the server closes the connection.",
            root: "/v1/stream/",
            given: &["stream.closed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true"),
            ],
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: websocket"),
            expect: Expected::new(101u16)
                .begins(
                    "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n",
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_unmatched",
            docs: "If `If-Match` does not match, the request gets 412.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "GET /v1/stream/a?offset=-1&live=ws\nupgrade: websocket\nif-match: \"a\"",
            ),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[("stream-next-offset", Is("0000000000000003")), ("etag", Present)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "too_many_attend",
            docs: "A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.",
            root: "/v1/stream/",
            given: &["stream.open", "readers.full"],
            limits: &[("LIMIT_READERS", "0")],
            before: &[Sent("PUT /v1/stream/a")],
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: websocket"),
            expect: Expected::new(429u16)
                .problem("urn:durable-streams:problem:busy")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_in_any_case \"WebSocket\"",
            docs: "Protocol names are compared without case, and `Upgrade` can list several.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: WebSocket"),
            expect: Expected::new(101u16)
                .headers(&[("stream-sse-data-encoding", Absent)])
                .begins(""),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_in_any_case \"h2c, websocket\"",
            docs: "Protocol names are compared without case, and `Upgrade` can list several.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: h2c, websocket"),
            expect: Expected::new(101u16)
                .headers(&[("stream-sse-data-encoding", Absent)])
                .begins(""),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_in_any_case \"WEBSOCKET, h2c\"",
            docs: "Protocol names are compared without case, and `Upgrade` can list several.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: WEBSOCKET, h2c"),
            expect: Expected::new(101u16)
                .headers(&[("stream-sse-data-encoding", Absent)])
                .begins(""),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_by_subprotocol",
            docs: "A client that names subprotocols must name `durable-streams`, which the server selects.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain")],
            send: Sent(
                "GET /v1/stream/a?offset=now&live=ws\nupgrade: websocket\nsec-websocket-protocol: chat, durable-streams",
            ),
            expect: Expected::new(101u16)
                .headers(&[("sec-websocket-protocol", Is("durable-streams"))])
                .begins(""),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_by_another_subprotocol",
            docs: "Any other subprotocol gets 400.",
            root: "/v1/stream/",
            send: Sent(
                "GET /v1/stream/a?offset=now&live=ws\nupgrade: websocket\nsec-websocket-protocol: chat",
            ),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_otherwise \"h2c\"",
            docs: "An upgrade to any other protocol gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: h2c"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_otherwise \"websockets\"",
            docs: "An upgrade to any other protocol gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: websockets"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_otherwise \"websocket/13\"",
            docs: "An upgrade to any other protocol gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=now&live=ws\nupgrade: websocket/13"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "websocket",
            name: "attended_without_a_socket",
            docs: "A request without `Upgrade` gets 400.",
            root: "/v1/stream/",
            send: Sent("GET /v1/stream/a?offset=-1&live=ws"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described",
            docs: "The response contains the tail offset and the configuration, but no data.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-ttl: 60\n\nabc"),
            ],
            send: Sent("HEAD /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                        ("stream-ttl", Is("60")),
                        ("stream-expires-at", Absent),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_unchanged",
            docs: "With `If-None-Match: *`, an existing stream gets 304.",
            root: "/v1/stream/",
            given: &["stream.open", "page.matches"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("HEAD /v1/stream/a\nif-none-match: *"),
            expect: Expected::new(304u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Absent),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_unmatched",
            docs: "If `If-Match` does not match, the request gets 412.",
            root: "/v1/stream/",
            given: &["stream.closed", "precondition.failed"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true\n\nabc",
                ),
            ],
            send: Sent("HEAD /v1/stream/a\nif-match: \"a\""),
            expect: Expected::new(412u16)
                .headers(
                    &[
                        ("stream-next-offset", Is("0000000000000003")),
                        ("stream-closed", Is("true")),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_with_what_is_kept",
            docs: "The response contains the retention that the stream was created with.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-retain-bytes: 1048576\nstream-retain-age: 60",
                ),
            ],
            send: Sent("HEAD /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Present),
                        ("stream-retain-bytes", Is("1048576")),
                        ("stream-retain-age", Is("60")),
                        ("etag", Present),
                        ("stream-earliest-offset", Absent),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_with_labels",
            docs: "The response contains the labels of the stream.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\nstream-label: team=blue, env=prod")],
            send: Sent("HEAD /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Present),
                        ("stream-label", Is("env=prod,team=blue")),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_to_its_end",
            docs: "The metadata of a closed stream contains `Stream-Closed`.",
            root: "/v1/stream/",
            given: &["stream.closed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true"),
            ],
            send: Sent("HEAD /v1/stream/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Present),
                        ("stream-next-offset", Present),
                        ("stream-closed", Is("true")),
                        ("etag", Present),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete",
            name: "deleted",
            docs: "A stream can be deleted whether it is open or closed.",
            root: "/v1/stream/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\n\nabc")],
            send: Sent("DELETE /v1/stream/a"),
            expect: Expected::new(204u16),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete",
            name: "deleted_unmatched",
            docs: "If `If-Match` does not match, the stream is not deleted.",
            root: "/v1/stream/",
            given: &["stream.open", "precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("DELETE /v1/stream/a\nif-match: \"a\""),
            expect: Expected::new(412u16)
                .problem("urn:durable-streams:problem:precondition-failed")
                .headers(
                    &[("stream-next-offset", Is("0000000000000003")), ("etag", Present)],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete",
            name: "deleted_matched",
            docs: "`If-Match: *` matches any existing stream.",
            root: "/v1/stream/",
            given: &["stream.open", "not precondition.failed"],
            before: &[Sent("PUT /v1/stream/a\n\nabc")],
            send: Sent("DELETE /v1/stream/a\nif-match: *"),
            expect: Expected::new(204u16),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete",
            name: "deleted_with_malformed_tags",
            docs: "A malformed precondition gets 400.",
            root: "/v1/stream/",
            send: Sent("DELETE /v1/stream/a\nif-match: abc"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete",
            name: "deleted_twice",
            docs: "Deleting a deleted stream gets 404.",
            root: "/v1/stream/",
            given: &["stream.absent"],
            before: &[Sent("PUT /v1/stream/a"), Sent("DELETE /v1/stream/a")],
            send: Sent("DELETE /v1/stream/a"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:stream-not-found"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "nothing_to_do",
            docs: "A complete stream is not changed.",
            root: "/v1/restore/",
            given: &[
                "not generation.deleted",
                "not segments.unusable",
                "not segments.unchecked",
            ],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/restore/a"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        ("content-type", Is("text/plain")),
                        ("stream-next-offset", Is("0000000000000003")),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "more_to_check",
            docs: "One request checks at most the limit `restore_bytes`. If more is left, the response is 202, and the client repeats the request.",
            root: "/v1/restore/",
            given: &[
                "segments.unchecked",
                "not generation.deleted",
                "not segments.unusable",
            ],
            limits: &[
                ("LIMIT_HOT_ROWS", "0"),
                ("LIMIT_SEGMENT", "1 B"),
                ("LIMIT_RESTORE_BYTES", "1 B"),
            ],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent("POST /v1/restore/a"),
            expect: Expected::new(202u16)
                .headers(
                    &[("content-type", Is("text/plain")), ("retry-after", Is("1"))],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "deleted_before",
            docs: "A deleted stream is restored only with `Stream-Restore-Deleted`.",
            root: "/v1/restore/",
            given: &["generation.deleted"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("DELETE /v1/stream/a"),
            ],
            send: Sent("POST /v1/restore/a"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:stream-deleted"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "deleted_before_for_good",
            docs: "A deleted stream can't be restored once its R2 objects were removed.",
            root: "/v1/restore/",
            given: &["generation.deleted", "segments.unusable"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("DELETE /v1/stream/a"),
            ],
            send: Sent("POST /v1/restore/a\nstream-restore-deleted: true"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:not-restorable"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "nothing_left",
            docs: "A stream that never existed can't be restored.",
            root: "/v1/restore/",
            given: &["segments.unusable", "not generation.deleted"],
            send: Sent("POST /v1/restore/a"),
            expect: Expected::new(409u16)
                .problem("urn:durable-streams:problem:not-restorable"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "with_a_wrong_token",
            docs: "If the server requires credentials, a request without valid ones gets 401.",
            root: "/v1/restore/",
            given: &["Client unknown"],
            send: Sent("POST /v1/restore/a\nauthorization: Bearer wrong"),
            expect: Expected::new(401u16)
                .problem("urn:durable-streams:problem:unauthorized"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "not_by_others",
            docs: "A restore needs `admin`, whatever else is permitted.",
            root: "/v1/restore/",
            given: &["Client permits create, fork, append, close, read, delete"],
            send: Sent("POST /v1/restore/a"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "malformed_path",
            docs: "A path must not have empty segments, dot segments or invalid escapes.",
            root: "/v1/restore/",
            send: Sent("POST /v1/restore/a//b"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "restore",
            name: "unheard",
            docs: "If storage does not respond, the request fails, and the stream may or may not have been restored.",
            root: "/v1/restore/",
            given: &["failure"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/restore/a"),
            expect: Expected::new(503u16)
                .problem("urn:durable-streams:problem:unavailable")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "listed",
            docs: "A stream is listed with its metadata.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            before: &[
                Sent(
                    "PUT /v1/stream/list-a/1\ncontent-type: text/plain\nstream-label: env=prod\n\nabc",
                ),
            ],
            send: Sent("GET /v1/streams?prefix=list-a%2F"),
            expect: Expected::new(200u16)
                .json(
                    "{\"streams\":[{\"path\":\"list-a/1\",\"content_type\":\"text/plain\",\"next_offset\":\"0000000000000003\",\"earliest_offset\":\"0000000000000000\",\"closed\":false,\"created_at\":null,\"updated_at\":null,\"hot_bytes\":3,\"cold_bytes\":0,\"labels\":{\"env\":\"prod\"}}],\"next\":null}",
                    &["/streams/0/created_at", "/streams/0/updated_at"],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "listed_in_pages",
            docs: "`next` is the path after which the next page begins.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            before: &[Sent("PUT /v1/stream/list-b/1"), Sent("PUT /v1/stream/list-b/2")],
            send: Sent("GET /v1/streams?prefix=list-b%2F&limit=1"),
            expect: Expected::new(200u16)
                .json(
                    "{\"streams\":[{\"path\":\"list-b/1\",\"content_type\":null,\"next_offset\":null,\"earliest_offset\":null,\"closed\":null,\"created_at\":null,\"updated_at\":null,\"hot_bytes\":null,\"cold_bytes\":null}],\"next\":\"list-b/1\"}",
                    &[
                        "/streams/0/content_type",
                        "/streams/0/next_offset",
                        "/streams/0/earliest_offset",
                        "/streams/0/closed",
                        "/streams/0/created_at",
                        "/streams/0/updated_at",
                        "/streams/0/hot_bytes",
                        "/streams/0/cold_bytes",
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "listed_as_a_tree",
            docs: "With `delimiter`, longer paths are listed only by their beginning.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            before: &[
                Sent("PUT /v1/stream/list-c/x/1"),
                Sent("PUT /v1/stream/list-c/x/2"),
                Sent("PUT /v1/stream/list-c/y/1"),
            ],
            send: Sent("GET /v1/streams?prefix=list-c%2F&delimiter=%2F"),
            expect: Expected::new(200u16)
                .json(
                    "{\"streams\":[],\"prefixes\":[\"list-c/x/\",\"list-c/y/\"],\"next\":null}",
                    &[],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "listed_by_filter",
            docs: "Filters are combined. A stream is listed if all of them apply.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            before: &[
                Sent(
                    "PUT /v1/stream/list-d/1\ncontent-type: text/plain\nstream-label: env=prod, team=blue",
                ),
            ],
            send: Sent(
                "GET /v1/streams?prefix=list-d%2F&contains=1&closed=true&content_type=text%2Fplain&label=env%3Dprod&label=team%3Dblue&updated_after=2020-01-01T00%3A00%3A00Z",
            ),
            expect: Expected::new(200u16).json("{\"streams\":[],\"next\":null}", &[]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "listed_in_lines",
            docs: "In NDJSON, the last line has the beginning of the next page.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            send: Sent("GET /v1/streams?prefix=list-e%2F\naccept: application/x-ndjson"),
            expect: Expected::new(200u16)
                .headers(&[("content-type", Is("application/x-ndjson"))])
                .body("{\"next\":null}\n"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "listed_for_everyone \"text/html\"",
            docs: "A client that accepts neither format gets JSON.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            send: Sent("GET /v1/streams?prefix=list-e%2F\naccept: text/html"),
            expect: Expected::new(200u16).json("{\"streams\":[],\"next\":null}", &[]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "listed_for_everyone \"*/*\"",
            docs: "A client that accepts neither format gets JSON.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            send: Sent("GET /v1/streams?prefix=list-e%2F\naccept: */*"),
            expect: Expected::new(200u16).json("{\"streams\":[],\"next\":null}", &[]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "malformed_prefix \"/\"",
            docs: "A prefix consists of segments as in the path of a stream.",
            root: "/v1/streams/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/streams?prefix=%2F"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-selection"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "malformed_prefix \"a//b\"",
            docs: "A prefix consists of segments as in the path of a stream.",
            root: "/v1/streams/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/streams?prefix=a%2F%2Fb"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-selection"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "malformed_prefix \"../\"",
            docs: "A prefix consists of segments as in the path of a stream.",
            root: "/v1/streams/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/streams?prefix=..%2F"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-selection"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "malformed_prefix \"%zz\"",
            docs: "A prefix consists of segments as in the path of a stream.",
            root: "/v1/streams/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/streams?prefix=%25zz"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-selection"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "malformed_limit \"0\"",
            docs: "A page has at most 1,000 streams.",
            root: "/v1/streams/",
            send: Sent("GET /v1/streams?limit=0"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "malformed_limit \"1001\"",
            docs: "A page has at most 1,000 streams.",
            root: "/v1/streams/",
            send: Sent("GET /v1/streams?limit=1001"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "malformed_limit \"all\"",
            docs: "A page has at most 1,000 streams.",
            root: "/v1/streams/",
            send: Sent("GET /v1/streams?limit=all"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "tree_with_filter",
            docs: "A tree has no filter.",
            root: "/v1/streams/",
            given: &["not selection.invalid"],
            send: Sent("GET /v1/streams?delimiter=%2F&closed=true"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:filter-with-delimiter")
                .about("delimiter"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "not_with_other_permissions",
            docs: "Other permissions do not permit to list.",
            root: "/v1/streams/",
            given: &["Client permits create, fork, append, close, read, delete, admin"],
            send: Sent("GET /v1/streams"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list",
            name: "list_unheard",
            docs: "If storage does not respond, the request fails.",
            root: "/v1/streams/",
            given: &["failure"],
            send: Sent("GET /v1/streams"),
            expect: Expected::new(503u16)
                .problem("urn:durable-streams:problem:unavailable")
                .headers(&[("retry-after", Is("1"))]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "check",
            name: "working",
            docs: "The response contains the schema version of each database.",
            root: "/health/",
            given: &["not server.failing"],
            send: Sent("GET /health"),
            expect: Expected::new(200u16)
                .json("{\"status\":\"pass\",\"checks\":null}", &["/checks"]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "check",
            name: "failing",
            docs: "If storage does not answer, the server does not work.",
            root: "/health/",
            given: &["server.failing"],
            send: Sent("GET /health"),
            expect: Expected::new(503u16)
                .json("{\"status\":\"fail\",\"checks\":null}", &["/checks"]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "probe",
            name: "probed",
            docs: "A monitor can do without the body.",
            root: "/health/",
            given: &["not server.failing"],
            send: Sent("HEAD /health"),
            expect: Expected::new(200u16),
            ..Example::PLAIN
        },
        Example {
            endpoint: "scrape",
            name: "scraped",
            docs: "The text ends with `# EOF`.",
            root: "/v1/metrics/",
            send: Sent("GET /v1/metrics"),
            expect: Expected::new(200u16)
                .headers(
                    &[
                        (
                            "content-type",
                            Is(
                                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                            ),
                        ),
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "scrape",
            name: "not_observed_by_others",
            docs: "Other permissions do not permit it.",
            root: "/v1/metrics/",
            given: &[
                "Client permits create, fork, append, close, read, delete, list, admin",
            ],
            send: Sent("GET /v1/metrics"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_by_prefix",
            docs: "All streams below `erase-a/` are deleted.",
            root: "/v1/admin/deletions/",
            given: &[
                "not selection.invalid",
                "not deletion.forbidden",
                "not streams.remain",
            ],
            before: &[
                Sent("PUT /v1/stream/erase-a/1\ncontent-type: text/plain\n\nabc"),
                Sent("PUT /v1/stream/erase-a/2"),
                Sent("PUT /v1/stream/erase-ab"),
            ],
            send: Sent("POST /v1/admin/deletions?prefix=erase-a%2F"),
            expect: Expected::new(200u16)
                .json(
                    "{\"prefix\":\"erase-a/\",\"began_at\":null,\"deleted\":2,\"bytes\":3,\"kept_for_forks\":0,\"failed\":[],\"left\":0,\"left_for_forks\":0,\"next\":null}",
                    &["/began_at"],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_by_prefix_in_steps",
            docs: "One request looks at a limited number of streams.",
            root: "/v1/admin/deletions/",
            given: &[
                "not selection.invalid",
                "not deletion.forbidden",
                "streams.remain",
            ],
            limits: &[("LIMIT_DELETIONS", "1")],
            before: &[
                Sent("PUT /v1/stream/erase-b/1"),
                Sent("PUT /v1/stream/erase-b/2"),
            ],
            send: Sent("POST /v1/admin/deletions?prefix=erase-b%2F"),
            expect: Expected::new(202u16)
                .headers(&[("retry-after", Is("0"))])
                .json(
                    "{\"prefix\":\"erase-b/\",\"began_at\":null,\"deleted\":1,\"bytes\":0,\"kept_for_forks\":0,\"failed\":[],\"left\":1,\"left_for_forks\":0,\"next\":\"erase-b/1\"}",
                    &["/began_at"],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_as_of_its_beginning",
            docs: "A deletion that began earlier keeps streams that were created since.",
            root: "/v1/admin/deletions/",
            given: &[
                "not selection.invalid",
                "not deletion.forbidden",
                "not streams.remain",
            ],
            before: &[Sent("PUT /v1/stream/erase-c/1")],
            send: Sent(
                "POST /v1/admin/deletions?prefix=erase-c%2F&after=erase-c%2F0&began_at=2020-01-01T00%3A00%3A00Z",
            ),
            expect: Expected::new(200u16)
                .json(
                    "{\"prefix\":\"erase-c/\",\"began_at\":\"2020-01-01T00:00:00Z\",\"deleted\":0,\"bytes\":0,\"kept_for_forks\":0,\"failed\":[],\"left\":0,\"left_for_forks\":0,\"next\":null}",
                    &[],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_by_half_a_segment \"\"",
            docs: "A prefix consists of whole segments, so `users/1` can't mean `users/10`.",
            root: "/v1/admin/deletions/",
            given: &["selection.invalid"],
            send: Sent("POST /v1/admin/deletions?prefix="),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-prefix"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_by_half_a_segment \"a\"",
            docs: "A prefix consists of whole segments, so `users/1` can't mean `users/10`.",
            root: "/v1/admin/deletions/",
            given: &["selection.invalid"],
            send: Sent("POST /v1/admin/deletions?prefix=a"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-prefix"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_by_half_a_segment \"a//\"",
            docs: "A prefix consists of whole segments, so `users/1` can't mean `users/10`.",
            root: "/v1/admin/deletions/",
            given: &["selection.invalid"],
            send: Sent("POST /v1/admin/deletions?prefix=a%2F%2F"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-prefix"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_by_half_a_segment \"/\"",
            docs: "A prefix consists of whole segments, so `users/1` can't mean `users/10`.",
            root: "/v1/admin/deletions/",
            given: &["selection.invalid"],
            send: Sent("POST /v1/admin/deletions?prefix=%2F"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-prefix"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_without_permission",
            docs: "A caller who may not delete anything below the prefix is refused.",
            root: "/v1/admin/deletions/",
            given: &[
                "deletion.forbidden",
                "not selection.invalid",
                "Client permits list",
            ],
            send: Sent("POST /v1/admin/deletions?prefix=erase-d%2F"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "delete_all",
            name: "deleted_without_a_prefix",
            docs: "The prefix is required.",
            root: "/v1/admin/deletions/",
            send: Sent("POST /v1/admin/deletions"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "measure",
            name: "uncounted",
            docs: "Before the first count has ended, there is no result.",
            root: "/v1/admin/usage/",
            given: &["usage.unknown"],
            send: Sent("GET /v1/admin/usage"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:not-counted"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "measure",
            name: "measured",
            docs: "The prefixes that begin with a text are returned.",
            root: "/v1/admin/usage/",
            given: &["not usage.unknown"],
            send: Sent("GET /v1/admin/usage?prefix=orders"),
            expect: Expected::new(200u16)
                .json(
                    "{\"began_at\":null,\"counted_at\":null,\"prefixes\":[],\"others\":0}",
                    &["/began_at", "/counted_at"],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored",
            docs: "A stream is listed once some of its data has moved to R2.",
            root: "/v1/admin/stored/",
            given: &["not selection.invalid", "not prefix.forbidden"],
            limits: &[("LIMIT_HOT_ROWS", "0")],
            before: &[
                Sent("PUT /v1/stream/stored-a/1\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/admin/streams/stored-a/1?action=compact"),
                Sent("PUT /v1/stream/stored-a/2\ncontent-type: text/plain"),
            ],
            send: Sent("GET /v1/admin/stored?prefix=stored-a%2F"),
            expect: Expected::new(200u16)
                .json("{\"streams\":[{\"path\":\"stored-a/1\"}],\"next\":null}", &[]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored_in_pages",
            docs: "`next` is where the next page begins.",
            root: "/v1/admin/stored/",
            given: &["not selection.invalid", "not prefix.forbidden"],
            limits: &[("LIMIT_HOT_ROWS", "0")],
            before: &[
                Sent("PUT /v1/stream/stored-b/1\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/admin/streams/stored-b/1?action=compact"),
                Sent("PUT /v1/stream/stored-b/2\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/admin/streams/stored-b/2?action=compact"),
            ],
            send: Sent("GET /v1/admin/stored?prefix=stored-b%2F&limit=1"),
            expect: Expected::new(200u16)
                .json(
                    "{\"streams\":[{\"path\":\"stored-b/1\"}],\"next\":null}",
                    &["/next"],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored_after_others",
            docs: "A page begins where the page before ended.",
            root: "/v1/admin/stored/",
            given: &["not selection.invalid", "not prefix.forbidden"],
            send: Sent(
                "GET /v1/admin/stored?prefix=stored-c%2F&continue=c3RvcmVkLWMvMQ%2F~",
            ),
            expect: Expected::new(200u16).json("{\"streams\":[],\"next\":null}", &[]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored_with_a_malformed_prefix \"/a\"",
            docs: "A prefix consists of segments as they stand in URLs.",
            root: "/v1/admin/stored/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/admin/stored?prefix=%2Fa"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-start"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored_with_a_malformed_prefix \"a//\"",
            docs: "A prefix consists of segments as they stand in URLs.",
            root: "/v1/admin/stored/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/admin/stored?prefix=a%2F%2F"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-start"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored_with_a_malformed_prefix \"./a\"",
            docs: "A prefix consists of segments as they stand in URLs.",
            root: "/v1/admin/stored/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/admin/stored?prefix=.%2Fa"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-start"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored_with_a_malformed_prefix \"a b\"",
            docs: "A prefix consists of segments as they stand in URLs.",
            root: "/v1/admin/stored/",
            given: &["selection.invalid"],
            send: Sent("GET /v1/admin/stored?prefix=a%20b"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-start"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "list_stored",
            name: "stored_without_permission",
            docs: "The caller needs `admin` for all paths with the prefix.",
            root: "/v1/admin/stored/",
            given: &["prefix.forbidden", "not selection.invalid", "Client permits list"],
            send: Sent("GET /v1/admin/stored?prefix=stored-d%2F"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_to_operators",
            docs: "A stream is described with its rows and its Durable Object.",
            root: "/v1/admin/streams/",
            given: &["not path.unused"],
            before: &[
                Sent(
                    "PUT /v1/stream/a\ncontent-type: text/plain\nstream-label: env=prod\n\nabc",
                ),
            ],
            send: Sent("GET /v1/admin/streams/a"),
            expect: Expected::new(200u16)
                .json(
                    "{\"path\":null,\"database\":null,\"object\":null,\"stream\":{\"generation\":null,\"fence\":null,\"content_type\":\"text/plain\",\"next_offset\":\"0000000000000003\",\"earliest_offset\":\"0000000000000000\",\"closed\":false,\"gone\":false,\"created_at\":null,\"updated_at\":null,\"labels\":{\"env\":\"prod\"},\"hot_bytes\":3,\"hot_rows\":1,\"cold_bytes\":0,\"segment_count\":0,\"part_count\":0,\"producer_count\":0,\"fork_count\":0,\"lineage\":[]},\"segments\":[],\"parts\":[],\"producers\":[],\"forks\":[],\"leftovers\":{\"tombstones\":[],\"garbage\":[],\"replaced\":[],\"releases\":[]},\"memory\":null,\"due\":null}",
                    &[
                        "/path",
                        "/database",
                        "/object",
                        "/stream/generation",
                        "/stream/fence",
                        "/stream/created_at",
                        "/stream/updated_at",
                        "/memory",
                        "/due",
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_after_its_end",
            docs: "A path without a stream is described if an earlier stream has left something.",
            root: "/v1/admin/streams/",
            given: &["not path.unused"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("DELETE /v1/stream/a"),
            ],
            send: Sent("GET /v1/admin/streams/a"),
            expect: Expected::new(200u16)
                .json(
                    "{\"path\":null,\"database\":null,\"object\":null,\"segments\":[],\"parts\":[],\"producers\":[],\"forks\":[],\"leftovers\":null,\"memory\":null,\"alarm\":null,\"due\":null}",
                    &[
                        "/path",
                        "/database",
                        "/object",
                        "/leftovers",
                        "/memory",
                        "/alarm",
                        "/due",
                    ],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_for_nothing",
            docs: "A path that no stream has ever had gets 404.",
            root: "/v1/admin/streams/",
            given: &["path.unused"],
            send: Sent("GET /v1/admin/streams/a"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-stream"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "describe",
            name: "described_to_operators_only",
            docs: "A description needs `admin`, whatever else is permitted.",
            root: "/v1/admin/streams/",
            given: &["Client permits create, fork, append, close, read, delete, list"],
            send: Sent("GET /v1/admin/streams/a"),
            expect: Expected::new(403u16)
                .problem("urn:durable-streams:problem:forbidden"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "compact",
            name: "compacted",
            docs: "Data within the limits stays in D1.",
            root: "/v1/admin/streams/",
            given: &["stream.open", "not data.excessive"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/admin/streams/a?action=compact"),
            expect: Expected::new(200u16).json("{\"hot_bytes\":3,\"hot_rows\":1}", &[]),
            ..Example::PLAIN
        },
        Example {
            endpoint: "compact",
            name: "compacted_in_steps",
            docs: "One request writes several segments. The rest follows.",
            root: "/v1/admin/streams/",
            given: &["stream.open", "data.excessive"],
            limits: &[("LIMIT_HOT_ROWS", "0"), ("LIMIT_SEGMENT", "1 B")],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n1"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n2"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n3"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n4"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n5"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n6"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n7"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\n8"),
            ],
            send: Sent("POST /v1/admin/streams/a?action=compact"),
            expect: Expected::new(202u16)
                .headers(&[("retry-after", Is("1"))])
                .json(
                    "{\"hot_bytes\":null,\"hot_rows\":null}",
                    &["/hot_bytes", "/hot_rows"],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "compact",
            name: "compacted_nothing",
            docs: "Without a stream, nothing can move.",
            root: "/v1/admin/streams/",
            given: &["stream.absent"],
            send: Sent("POST /v1/admin/streams/a?action=compact"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-stream"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "forget",
            name: "forgotten",
            docs: "The state of any path can be discarded, whether or not a stream exists there.",
            root: "/v1/admin/streams/",
            send: Sent("POST /v1/admin/streams/a?action=forget"),
            expect: Expected::new(204u16),
            ..Example::PLAIN
        },
        Example {
            endpoint: "verify",
            name: "verified",
            docs: "All rows are read.",
            root: "/v1/admin/streams/",
            given: &["stream.open", "not segments.unchecked"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/admin/streams/a?action=verify"),
            expect: Expected::new(200u16)
                .json(
                    "{\"next\":null,\"rows\":1,\"objects\":0,\"bytes\":3,\"damaged\":[]}",
                    &[],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "verify",
            name: "verified_from_an_offset",
            docs: "The check begins at `from`.",
            root: "/v1/admin/streams/",
            given: &["stream.open", "not segments.unchecked"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent("POST /v1/admin/streams/a?action=verify&from=0000000000000003"),
            expect: Expected::new(200u16)
                .json(
                    "{\"next\":null,\"rows\":0,\"objects\":0,\"bytes\":0,\"damaged\":[]}",
                    &[],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "verify",
            name: "verified_in_steps",
            docs: "One request checks at most the limit `restore_bytes`, but at least one row or R2 object.",
            root: "/v1/admin/streams/",
            given: &["stream.open", "segments.unchecked"],
            limits: &[("LIMIT_RESTORE_BYTES", "1 B"), ("LIMIT_PAGE", "1 B")],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc"),
                Sent("POST /v1/stream/a\ncontent-type: text/plain\n\ndef"),
            ],
            send: Sent("POST /v1/admin/streams/a?action=verify"),
            expect: Expected::new(202u16)
                .headers(&[("retry-after", Is("0"))])
                .json(
                    "{\"next\":\"0000000000000003\",\"rows\":1,\"objects\":0,\"bytes\":3,\"damaged\":[]}",
                    &[],
                ),
            ..Example::PLAIN
        },
        Example {
            endpoint: "verify",
            name: "verified_nothing",
            docs: "Without a stream, nothing can be checked.",
            root: "/v1/admin/streams/",
            given: &["stream.absent"],
            send: Sent("POST /v1/admin/streams/a?action=verify"),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-stream"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "verify",
            name: "verified_from_nowhere",
            docs: "`from` is an offset.",
            root: "/v1/admin/streams/",
            send: Sent("POST /v1/admin/streams/a?action=verify&from=x"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "record",
            name: "recorded",
            docs: "The producer continues with the next sequence number.",
            root: "/v1/admin/streams/",
            given: &["stream.open"],
            before: &[Sent("PUT /v1/stream/a\ncontent-type: text/plain\n\nabc")],
            send: Sent(
                "POST /v1/admin/streams/a?action=record\nproducer-id: p\nproducer-epoch: 3\nproducer-seq: 41",
            ),
            expect: Expected::new(204u16),
            ..Example::PLAIN
        },
        Example {
            endpoint: "record",
            name: "recorded_of_a_closed_stream",
            docs: "The producers of a closed stream can be recorded, too.",
            root: "/v1/admin/streams/",
            given: &["stream.closed"],
            before: &[
                Sent("PUT /v1/stream/a\ncontent-type: text/plain\nstream-closed: true"),
            ],
            send: Sent(
                "POST /v1/admin/streams/a?action=record\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0",
            ),
            expect: Expected::new(204u16),
            ..Example::PLAIN
        },
        Example {
            endpoint: "record",
            name: "recorded_for_nothing",
            docs: "Without a stream, there are no producers.",
            root: "/v1/admin/streams/",
            given: &["stream.absent"],
            send: Sent(
                "POST /v1/admin/streams/a?action=record\nproducer-id: p\nproducer-epoch: 0\nproducer-seq: 0",
            ),
            expect: Expected::new(404u16)
                .problem("urn:durable-streams:problem:no-stream"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "record",
            name: "recorded_nobody",
            docs: "The producer is required.",
            root: "/v1/admin/streams/",
            send: Sent("POST /v1/admin/streams/a?action=record"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "act",
            name: "no_action",
            docs: "A request without the name of an action gets 400.",
            root: "/v1/admin/streams/",
            send: Sent("POST /v1/admin/streams/a"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:no-action"),
            ..Example::PLAIN
        },
        Example {
            endpoint: "act",
            name: "no_such_action",
            docs: "Another name is malformed.",
            root: "/v1/admin/streams/",
            send: Sent("POST /v1/admin/streams/a?action=explode"),
            expect: Expected::new(400u16)
                .problem("urn:durable-streams:problem:bad-request"),
            ..Example::PLAIN
        },
    ]
};
/// Requests that are malformed, each in one way.
#[allow(unused_imports, clippy::needless_update)]
pub static MALFORMED: &[::wire::Example] = {
    use ::wire::{Example, Expected, Sent, Shown::{Absent, Is, Present}};
    ::wire::malformed! {
        "create" at "/v1/stream/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "content-type"
        "\"text\"" "PUT /v1/stream/a\ncontent-type: text", input "content-type"
        "\"text/\"" "PUT /v1/stream/a\ncontent-type: text/", input "content-type"
        "\"/plain\"" "PUT /v1/stream/a\ncontent-type: /plain", input "if-match" "\"abc\""
        "PUT /v1/stream/a\nif-match: abc", input "if-match" "\"\\\"abc\""
        "PUT /v1/stream/a\nif-match: \"abc", input "if-none-match" "\"abc\""
        "PUT /v1/stream/a\nif-none-match: abc", input "if-none-match" "\"\\\"abc\""
        "PUT /v1/stream/a\nif-none-match: \"abc", input "stream-ttl" "\"-1\""
        "PUT /v1/stream/a\nstream-ttl: -1", input "stream-ttl" "\"1.5\""
        "PUT /v1/stream/a\nstream-ttl: 1.5", input "stream-ttl" "\"0x1\""
        "PUT /v1/stream/a\nstream-ttl: 0x1", input "stream-ttl" "\"01\""
        "PUT /v1/stream/a\nstream-ttl: 01", input "stream-ttl" "\"one\""
        "PUT /v1/stream/a\nstream-ttl: one", input "stream-ttl" "\"3153600001\""
        "PUT /v1/stream/a\nstream-ttl: 3153600001", input "stream-expires-at"
        "\"tomorrow\"" "PUT /v1/stream/a\nstream-expires-at: tomorrow", input
        "stream-expires-at" "\"2100-01-01\""
        "PUT /v1/stream/a\nstream-expires-at: 2100-01-01", input "stream-expires-at"
        "\"2100-13-01T00:00:00Z\""
        "PUT /v1/stream/a\nstream-expires-at: 2100-13-01T00:00:00Z", input
        "stream-expires-at" "one too many"
        "PUT /v1/stream/a\nstream-ttl: 0\nstream-expires-at: 2100-01-01T00:00:00Z", input
        "stream-retain-bytes" "\"-1\"" "PUT /v1/stream/a\nstream-retain-bytes: -1", input
        "stream-retain-bytes" "\"1.5\"" "PUT /v1/stream/a\nstream-retain-bytes: 1.5",
        input "stream-retain-bytes" "\"0x1\""
        "PUT /v1/stream/a\nstream-retain-bytes: 0x1", input "stream-retain-bytes"
        "\"01\"" "PUT /v1/stream/a\nstream-retain-bytes: 01", input "stream-retain-bytes"
        "\"one\"" "PUT /v1/stream/a\nstream-retain-bytes: one", input
        "stream-retain-bytes" "\"9007199254740992\""
        "PUT /v1/stream/a\nstream-retain-bytes: 9007199254740992", input
        "stream-retain-age" "\"-1\"" "PUT /v1/stream/a\nstream-retain-age: -1", input
        "stream-retain-age" "\"1.5\"" "PUT /v1/stream/a\nstream-retain-age: 1.5", input
        "stream-retain-age" "\"0x1\"" "PUT /v1/stream/a\nstream-retain-age: 0x1", input
        "stream-retain-age" "\"01\"" "PUT /v1/stream/a\nstream-retain-age: 01", input
        "stream-retain-age" "\"one\"" "PUT /v1/stream/a\nstream-retain-age: one", input
        "stream-retain-age" "\"3153600001\""
        "PUT /v1/stream/a\nstream-retain-age: 3153600001", input "stream-label"
        "\"a, b\"" "PUT /v1/stream/a\nstream-label: a, b", input "stream-label"
        "of 193 bytes"
        "PUT /v1/stream/a\nstream-label: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "stream-label" "of 66 bytes"
        "PUT /v1/stream/a\nstream-label: aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa, aa",
        input "stream-first-offset" "\"none\""
        "PUT /v1/stream/a\nstream-first-offset: none", input "stream-first-offset"
        "\"000000000000000\"" "PUT /v1/stream/a\nstream-first-offset: 000000000000000",
        input "stream-first-offset" "\"00000000000000000\""
        "PUT /v1/stream/a\nstream-first-offset: 00000000000000000", input
        "stream-first-offset" "\"FFFFFFFFFFFFFFFF\""
        "PUT /v1/stream/a\nstream-first-offset: FFFFFFFFFFFFFFFF", input
        "stream-forked-from" "\"b\"" "PUT /v1/stream/a\nstream-forked-from: b", input
        "stream-forked-from" "\"/\"" "PUT /v1/stream/a\nstream-forked-from: /", input
        "stream-forked-from" "\"http://example.com/\""
        "PUT /v1/stream/a\nstream-forked-from: http://example.com/", input
        "stream-fork-offset" "\"none\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: none",
        input "stream-fork-offset" "\"000000000000000\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 000000000000000",
        input "stream-fork-offset" "\"00000000000000000\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: 00000000000000000",
        input "stream-fork-offset" "\"FFFFFFFFFFFFFFFF\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-offset: FFFFFFFFFFFFFFFF",
        input "stream-fork-sub-offset" "\"-1\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-sub-offset: -1",
        input "stream-fork-sub-offset" "\"1.5\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-sub-offset: 1.5",
        input "stream-fork-sub-offset" "\"0x1\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-sub-offset: 0x1",
        input "stream-fork-sub-offset" "\"01\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-sub-offset: 01",
        input "stream-fork-sub-offset" "\"one\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-sub-offset: one",
        input "stream-fork-sub-offset" "\"9007199254740992\""
        "PUT /v1/stream/a\nstream-forked-from: /v1/stream/b\nstream-fork-sub-offset: 9007199254740992",
        input "stream-fork-offset" "alone"
        "PUT /v1/stream/a\nstream-fork-offset: 0000000000000000", input
        "stream-fork-sub-offset" "alone" "PUT /v1/stream/a\nstream-fork-sub-offset: 0",
        input "path" "\"%zz\"" "PUT /v1/stream/%zz", } "append" at "/v1/stream/" expects
        Expected::new(400u16).problem("urn:durable-streams:problem:bad-request") => {
        input "content-type" "\"text\"" "POST /v1/stream/a\ncontent-type: text\n\nx",
        input "content-type" "\"text/\"" "POST /v1/stream/a\ncontent-type: text/\n\nx",
        input "content-type" "\"/plain\"" "POST /v1/stream/a\ncontent-type: /plain\n\nx",
        input "content-type" "absent" "POST /v1/stream/a\n\nx", input "if-match"
        "\"abc\"" "POST /v1/stream/a\nif-match: abc", input "if-match" "\"\\\"abc\""
        "POST /v1/stream/a\nif-match: \"abc", input "if-none-match" "\"abc\""
        "POST /v1/stream/a\nif-none-match: abc", input "if-none-match" "\"\\\"abc\""
        "POST /v1/stream/a\nif-none-match: \"abc", input "stream-expected-offset"
        "\"none\"" "POST /v1/stream/a\nstream-expected-offset: none", input
        "stream-expected-offset" "\"000000000000000\""
        "POST /v1/stream/a\nstream-expected-offset: 000000000000000", input
        "stream-expected-offset" "\"00000000000000000\""
        "POST /v1/stream/a\nstream-expected-offset: 00000000000000000", input
        "stream-expected-offset" "\"FFFFFFFFFFFFFFFF\""
        "POST /v1/stream/a\nstream-expected-offset: FFFFFFFFFFFFFFFF", input "stream-seq"
        "\"a, b\"" "POST /v1/stream/a\nstream-seq: a, b", input "stream-seq"
        "of 257 bytes"
        "POST /v1/stream/a\nstream-seq: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "producer-id" "\"a, b\""
        "POST /v1/stream/a\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: a, b", input
        "producer-id" "of 257 bytes"
        "POST /v1/stream/a\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "producer-id" "absent"
        "POST /v1/stream/a\nproducer-epoch: 0\nproducer-seq: 0", input "producer-epoch"
        "\"-1\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: -1", input
        "producer-epoch" "\"1.5\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 1.5", input
        "producer-epoch" "\"0x1\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 0x1", input
        "producer-epoch" "\"01\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 01", input
        "producer-epoch" "\"one\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: one", input
        "producer-epoch" "\"9007199254740992\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 9007199254740992",
        input "producer-epoch" "absent"
        "POST /v1/stream/a\nproducer-id: a\nproducer-seq: 0", input "producer-seq"
        "\"-1\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: -1", input
        "producer-seq" "\"1.5\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 1.5", input
        "producer-seq" "\"0x1\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0x1", input
        "producer-seq" "\"01\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 01", input
        "producer-seq" "\"one\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: one", input
        "producer-seq" "\"9007199254740992\""
        "POST /v1/stream/a\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 9007199254740992",
        input "producer-seq" "absent"
        "POST /v1/stream/a\nproducer-id: a\nproducer-epoch: 0", input "path" "\"%zz\""
        "POST /v1/stream/%zz", } "read" at "/v1/stream/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "offset"
        "\"none\"" "GET /v1/stream/a?offset=none", input "offset" "\"000000000000000\""
        "GET /v1/stream/a?offset=000000000000000", input "offset" "\"00000000000000000\""
        "GET /v1/stream/a?offset=00000000000000000", input "offset"
        "\"FFFFFFFFFFFFFFFF\"" "GET /v1/stream/a?offset=FFFFFFFFFFFFFFFF", input
        "if-match" "\"abc\"" "GET /v1/stream/a\nif-match: abc", input "if-match"
        "\"\\\"abc\"" "GET /v1/stream/a\nif-match: \"abc", input "live" "\"LONG-POLL\""
        "GET /v1/stream/a?live=LONG-POLL", input "live" "\"long-pollx\""
        "GET /v1/stream/a?live=long-pollx", input "path" "\"%zz\"" "GET /v1/stream/%zz",
        } "long_poll" at "/v1/stream/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "offset"
        "\"none\"" "GET /v1/stream/a?live=long-poll&offset=none", input "offset"
        "\"000000000000000\"" "GET /v1/stream/a?live=long-poll&offset=000000000000000",
        input "offset" "\"00000000000000000\""
        "GET /v1/stream/a?live=long-poll&offset=00000000000000000", input "offset"
        "\"FFFFFFFFFFFFFFFF\"" "GET /v1/stream/a?live=long-poll&offset=FFFFFFFFFFFFFFFF",
        input "offset" "absent" "GET /v1/stream/a?live=long-poll", input "cursor"
        "\"-1\"" "GET /v1/stream/a?offset=0000000000000000&live=long-poll&cursor=-1",
        input "cursor" "\"1.5\""
        "GET /v1/stream/a?offset=0000000000000000&live=long-poll&cursor=1.5", input
        "cursor" "\"0x1\""
        "GET /v1/stream/a?offset=0000000000000000&live=long-poll&cursor=0x1", input
        "cursor" "\"01\""
        "GET /v1/stream/a?offset=0000000000000000&live=long-poll&cursor=01", input
        "cursor" "\"one\""
        "GET /v1/stream/a?offset=0000000000000000&live=long-poll&cursor=one", input
        "cursor" "\"9007199254740991\""
        "GET /v1/stream/a?offset=0000000000000000&live=long-poll&cursor=9007199254740991",
        input "if-match" "\"abc\""
        "GET /v1/stream/a?offset=0000000000000000&live=long-poll\nif-match: abc", input
        "if-match" "\"\\\"abc\""
        "GET /v1/stream/a?offset=0000000000000000&live=long-poll\nif-match: \"abc", input
        "path" "\"%zz\"" "GET /v1/stream/%zz?offset=0000000000000000&live=long-poll", }
        "sse" at "/v1/stream/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "offset"
        "\"none\"" "GET /v1/stream/a?live=sse&offset=none", input "offset"
        "\"000000000000000\"" "GET /v1/stream/a?live=sse&offset=000000000000000", input
        "offset" "\"00000000000000000\""
        "GET /v1/stream/a?live=sse&offset=00000000000000000", input "offset"
        "\"FFFFFFFFFFFFFFFF\"" "GET /v1/stream/a?live=sse&offset=FFFFFFFFFFFFFFFF", input
        "offset" "absent" "GET /v1/stream/a?live=sse", input "cursor" "\"-1\""
        "GET /v1/stream/a?offset=0000000000000000&live=sse&cursor=-1", input "cursor"
        "\"1.5\"" "GET /v1/stream/a?offset=0000000000000000&live=sse&cursor=1.5", input
        "cursor" "\"0x1\""
        "GET /v1/stream/a?offset=0000000000000000&live=sse&cursor=0x1", input "cursor"
        "\"01\"" "GET /v1/stream/a?offset=0000000000000000&live=sse&cursor=01", input
        "cursor" "\"one\""
        "GET /v1/stream/a?offset=0000000000000000&live=sse&cursor=one", input "cursor"
        "\"9007199254740991\""
        "GET /v1/stream/a?offset=0000000000000000&live=sse&cursor=9007199254740991",
        input "if-match" "\"abc\""
        "GET /v1/stream/a?offset=0000000000000000&live=sse\nif-match: abc", input
        "if-match" "\"\\\"abc\""
        "GET /v1/stream/a?offset=0000000000000000&live=sse\nif-match: \"abc", input
        "path" "\"%zz\"" "GET /v1/stream/%zz?offset=0000000000000000&live=sse", }
        "websocket" at "/v1/stream/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "offset"
        "\"none\"" "GET /v1/stream/a?live=ws&offset=none\nupgrade: other, WEBSOCKET",
        input "offset" "\"000000000000000\""
        "GET /v1/stream/a?live=ws&offset=000000000000000\nupgrade: other, WEBSOCKET",
        input "offset" "\"00000000000000000\""
        "GET /v1/stream/a?live=ws&offset=00000000000000000\nupgrade: other, WEBSOCKET",
        input "offset" "\"FFFFFFFFFFFFFFFF\""
        "GET /v1/stream/a?live=ws&offset=FFFFFFFFFFFFFFFF\nupgrade: other, WEBSOCKET",
        input "offset" "absent" "GET /v1/stream/a?live=ws\nupgrade: other, WEBSOCKET",
        input "cursor" "\"-1\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws&cursor=-1\nupgrade: other, WEBSOCKET",
        input "cursor" "\"1.5\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws&cursor=1.5\nupgrade: other, WEBSOCKET",
        input "cursor" "\"0x1\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws&cursor=0x1\nupgrade: other, WEBSOCKET",
        input "cursor" "\"01\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws&cursor=01\nupgrade: other, WEBSOCKET",
        input "cursor" "\"one\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws&cursor=one\nupgrade: other, WEBSOCKET",
        input "cursor" "\"9007199254740991\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws&cursor=9007199254740991\nupgrade: other, WEBSOCKET",
        input "if-match" "\"abc\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET\nif-match: abc",
        input "if-match" "\"\\\"abc\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET\nif-match: \"abc",
        input "upgrade" "\"websocketx\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: websocketx", input
        "upgrade" "\"other\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other", input
        "upgrade" "absent" "GET /v1/stream/a?offset=0000000000000000&live=ws", input
        "sec-websocket-protocol" "\"durable-streamsx\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET\nsec-websocket-protocol: durable-streamsx",
        input "sec-websocket-protocol" "\"other\""
        "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET\nsec-websocket-protocol: other",
        input "path" "\"%zz\""
        "GET /v1/stream/%zz?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
        } "describe" at "/v1/stream/" expects Expected::new(400u16) => { request
        "if-match" "\"abc\"" "HEAD /v1/stream/a\nif-match: abc", request "if-match"
        "\"\\\"abc\"" "HEAD /v1/stream/a\nif-match: \"abc", request "path" "\"%zz\""
        "HEAD /v1/stream/%zz", } "delete" at "/v1/stream/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "if-match"
        "\"abc\"" "DELETE /v1/stream/a\nif-match: abc", input "if-match" "\"\\\"abc\""
        "DELETE /v1/stream/a\nif-match: \"abc", input "if-none-match" "\"abc\""
        "DELETE /v1/stream/a\nif-none-match: abc", input "if-none-match" "\"\\\"abc\""
        "DELETE /v1/stream/a\nif-none-match: \"abc", input "path" "\"%zz\""
        "DELETE /v1/stream/%zz", } "restore" at "/v1/restore/" expects
        Expected::new(400u16).problem("urn:durable-streams:problem:bad-request") => {
        input "path" "\"%zz\"" "POST /v1/restore/%zz", } "list" at "/v1/streams/" expects
        Expected::new(400u16).problem("urn:durable-streams:problem:bad-request") => {
        input "prefix" "\"\\u{7}\"" "GET /v1/streams?prefix=%07", input "prefix"
        "of 1025 bytes"
        "GET /v1/streams?prefix=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "after" "\"\\u{7}\"" "GET /v1/streams?after=%07", input "after"
        "of 1025 bytes"
        "GET /v1/streams?after=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "limit" "\"-1\"" "GET /v1/streams?limit=-1", input "limit" "\"1.5\""
        "GET /v1/streams?limit=1.5", input "limit" "\"0x1\"" "GET /v1/streams?limit=0x1",
        input "limit" "\"01\"" "GET /v1/streams?limit=01", input "limit" "\"one\""
        "GET /v1/streams?limit=one", input "limit" "\"1001\""
        "GET /v1/streams?limit=1001", input "delimiter" "\"/x\""
        "GET /v1/streams?delimiter=%2Fx", input "contains" "\"\\u{7}\""
        "GET /v1/streams?contains=%07", input "contains" "of 257 bytes"
        "GET /v1/streams?contains=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "closed" "\"TRUE\"" "GET /v1/streams?closed=TRUE", input "closed"
        "\"truex\"" "GET /v1/streams?closed=truex", input "content_type" "\"text\""
        "GET /v1/streams?content_type=text", input "content_type" "\"text/\""
        "GET /v1/streams?content_type=text%2F", input "content_type" "\"/plain\""
        "GET /v1/streams?content_type=%2Fplain", input "label" "\"a, b\""
        "GET /v1/streams?label=a%2C%20b", input "label" "of 193 bytes"
        "GET /v1/streams?label=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "updated_after" "\"tomorrow\"" "GET /v1/streams?updated_after=tomorrow",
        input "updated_after" "\"2100-01-01\""
        "GET /v1/streams?updated_after=2100-01-01", input "updated_after"
        "\"2100-13-01T00:00:00Z\""
        "GET /v1/streams?updated_after=2100-13-01T00%3A00%3A00Z", } "delete_all" at
        "/v1/admin/deletions/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "prefix"
        "\"\\u{7}\"" "POST /v1/admin/deletions?prefix=%07", input "prefix"
        "of 1025 bytes"
        "POST /v1/admin/deletions?prefix=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "prefix" "absent" "POST /v1/admin/deletions", input "after" "\"\\u{7}\""
        "POST /v1/admin/deletions?prefix=&after=%07", input "after" "of 1025 bytes"
        "POST /v1/admin/deletions?prefix=&after=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "began_at" "\"tomorrow\""
        "POST /v1/admin/deletions?prefix=&began_at=tomorrow", input "began_at"
        "\"2100-01-01\"" "POST /v1/admin/deletions?prefix=&began_at=2100-01-01", input
        "began_at" "\"2100-13-01T00:00:00Z\""
        "POST /v1/admin/deletions?prefix=&began_at=2100-13-01T00%3A00%3A00Z", } "measure"
        at "/v1/admin/usage/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "prefix"
        "\"\\u{7}\"" "GET /v1/admin/usage?prefix=%07", input "prefix" "of 1025 bytes"
        "GET /v1/admin/usage?prefix=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        } "list_stored" at "/v1/admin/stored/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "prefix"
        "\"\\u{7}\"" "GET /v1/admin/stored?prefix=%07", input "prefix" "of 1025 bytes"
        "GET /v1/admin/stored?prefix=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "continue" "\"a, b\"" "GET /v1/admin/stored?continue=a%2C%20b", input
        "continue" "of 1017 bytes"
        "GET /v1/admin/stored?continue=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "limit" "\"-1\"" "GET /v1/admin/stored?limit=-1", input "limit" "\"1.5\""
        "GET /v1/admin/stored?limit=1.5", input "limit" "\"0x1\""
        "GET /v1/admin/stored?limit=0x1", input "limit" "\"01\""
        "GET /v1/admin/stored?limit=01", input "limit" "\"one\""
        "GET /v1/admin/stored?limit=one", input "limit" "\"1001\""
        "GET /v1/admin/stored?limit=1001", } "describe" at "/v1/admin/streams/" expects
        Expected::new(400u16).problem("urn:durable-streams:problem:bad-request") => {
        input "path" "\"%zz\"" "GET /v1/admin/streams/%zz", } "compact" at
        "/v1/admin/streams/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "from" "\"none\""
        "POST /v1/admin/streams/a?action=compact&from=none", input "from"
        "\"000000000000000\""
        "POST /v1/admin/streams/a?action=compact&from=000000000000000", input "from"
        "\"00000000000000000\""
        "POST /v1/admin/streams/a?action=compact&from=00000000000000000", input "from"
        "\"FFFFFFFFFFFFFFFF\""
        "POST /v1/admin/streams/a?action=compact&from=FFFFFFFFFFFFFFFF", input "path"
        "\"%zz\"" "POST /v1/admin/streams/%zz?action=compact", } "forget" at
        "/v1/admin/streams/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "from" "\"none\""
        "POST /v1/admin/streams/a?action=forget&from=none", input "from"
        "\"000000000000000\""
        "POST /v1/admin/streams/a?action=forget&from=000000000000000", input "from"
        "\"00000000000000000\""
        "POST /v1/admin/streams/a?action=forget&from=00000000000000000", input "from"
        "\"FFFFFFFFFFFFFFFF\""
        "POST /v1/admin/streams/a?action=forget&from=FFFFFFFFFFFFFFFF", input "path"
        "\"%zz\"" "POST /v1/admin/streams/%zz?action=forget", } "verify" at
        "/v1/admin/streams/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "from" "\"none\""
        "POST /v1/admin/streams/a?action=verify&from=none", input "from"
        "\"000000000000000\""
        "POST /v1/admin/streams/a?action=verify&from=000000000000000", input "from"
        "\"00000000000000000\""
        "POST /v1/admin/streams/a?action=verify&from=00000000000000000", input "from"
        "\"FFFFFFFFFFFFFFFF\""
        "POST /v1/admin/streams/a?action=verify&from=FFFFFFFFFFFFFFFF", input "path"
        "\"%zz\"" "POST /v1/admin/streams/%zz?action=verify", } "record" at
        "/v1/admin/streams/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "producer-id"
        "\"a, b\""
        "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: a, b",
        input "producer-id" "of 257 bytes"
        "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        input "producer-id" "absent"
        "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0",
        input "producer-epoch" "\"-1\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: -1",
        input "producer-epoch" "\"1.5\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 1.5",
        input "producer-epoch" "\"0x1\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 0x1",
        input "producer-epoch" "\"01\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 01",
        input "producer-epoch" "\"one\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: one",
        input "producer-epoch" "\"9007199254740992\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-seq: 0\nproducer-epoch: 9007199254740992",
        input "producer-epoch" "absent"
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-seq: 0", input
        "producer-seq" "\"-1\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: -1",
        input "producer-seq" "\"1.5\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 1.5",
        input "producer-seq" "\"0x1\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0x1",
        input "producer-seq" "\"01\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 01",
        input "producer-seq" "\"one\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: one",
        input "producer-seq" "\"9007199254740992\""
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 9007199254740992",
        input "producer-seq" "absent"
        "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0",
        input "from" "\"none\""
        "POST /v1/admin/streams/a?action=record&from=none\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
        input "from" "\"000000000000000\""
        "POST /v1/admin/streams/a?action=record&from=000000000000000\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
        input "from" "\"00000000000000000\""
        "POST /v1/admin/streams/a?action=record&from=00000000000000000\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
        input "from" "\"FFFFFFFFFFFFFFFF\""
        "POST /v1/admin/streams/a?action=record&from=FFFFFFFFFFFFFFFF\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
        input "path" "\"%zz\""
        "POST /v1/admin/streams/%zz?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
        } "act" at "/v1/admin/streams/" expects Expected::new(400u16)
        .problem("urn:durable-streams:problem:bad-request") => { input "action"
        "\"COMPACT\"" "POST /v1/admin/streams/a?action=COMPACT", input "action"
        "\"compactx\"" "POST /v1/admin/streams/a?action=compactx", input "path" "\"%zz\""
        "POST /v1/admin/streams/%zz", }
    }
};
/// Requests that are refused for their credentials, whatever else is wrong with them.
#[allow(unused_imports, clippy::needless_update)]
pub static REFUSED: &[::wire::Example] = {
    use ::wire::{Example, Expected, Sent, Shown::{Absent, Is, Present}};
    const CREATE_1: Example = Example {
        endpoint: "create",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const CREATE_2: Example = Example {
        endpoint: "create",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const CREATE_3: Example = Example {
        endpoint: "create",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const CREATE_4: Example = Example {
        endpoint: "create",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const CREATE_5: Example = Example {
        endpoint: "create",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const APPEND_6: Example = Example {
        endpoint: "append",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const APPEND_7: Example = Example {
        endpoint: "append",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const APPEND_8: Example = Example {
        endpoint: "append",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const APPEND_9: Example = Example {
        endpoint: "append",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const APPEND_10: Example = Example {
        endpoint: "append",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const READ_11: Example = Example {
        endpoint: "read",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const READ_12: Example = Example {
        endpoint: "read",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const READ_13: Example = Example {
        endpoint: "read",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const READ_14: Example = Example {
        endpoint: "read",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const READ_15: Example = Example {
        endpoint: "read",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const LONG_POLL_16: Example = Example {
        endpoint: "long_poll",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const LONG_POLL_17: Example = Example {
        endpoint: "long_poll",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const LONG_POLL_18: Example = Example {
        endpoint: "long_poll",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const LONG_POLL_19: Example = Example {
        endpoint: "long_poll",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const LONG_POLL_20: Example = Example {
        endpoint: "long_poll",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const SSE_21: Example = Example {
        endpoint: "sse",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const SSE_22: Example = Example {
        endpoint: "sse",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const SSE_23: Example = Example {
        endpoint: "sse",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const SSE_24: Example = Example {
        endpoint: "sse",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const SSE_25: Example = Example {
        endpoint: "sse",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const WEBSOCKET_26: Example = Example {
        endpoint: "websocket",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const WEBSOCKET_27: Example = Example {
        endpoint: "websocket",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const WEBSOCKET_28: Example = Example {
        endpoint: "websocket",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const WEBSOCKET_29: Example = Example {
        endpoint: "websocket",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const WEBSOCKET_30: Example = Example {
        endpoint: "websocket",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const DESCRIBE_31: Example = Example {
        endpoint: "describe",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16),
        ..Example::PLAIN
    };
    const DESCRIBE_32: Example = Example {
        endpoint: "describe",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16),
        ..Example::PLAIN
    };
    const DESCRIBE_33: Example = Example {
        endpoint: "describe",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16),
        ..Example::PLAIN
    };
    const DESCRIBE_34: Example = Example {
        endpoint: "describe",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16),
        ..Example::PLAIN
    };
    const DESCRIBE_35: Example = Example {
        endpoint: "describe",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16),
        ..Example::PLAIN
    };
    const DELETE_36: Example = Example {
        endpoint: "delete",
        root: "/v1/stream/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const DELETE_37: Example = Example {
        endpoint: "delete",
        root: "/v1/stream/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const DELETE_38: Example = Example {
        endpoint: "delete",
        root: "/v1/stream/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const DELETE_39: Example = Example {
        endpoint: "delete",
        root: "/v1/stream/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const DELETE_40: Example = Example {
        endpoint: "delete",
        root: "/v1/stream/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const RESTORE_41: Example = Example {
        endpoint: "restore",
        root: "/v1/restore/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const RESTORE_42: Example = Example {
        endpoint: "restore",
        root: "/v1/restore/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const RESTORE_43: Example = Example {
        endpoint: "restore",
        root: "/v1/restore/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const RESTORE_44: Example = Example {
        endpoint: "restore",
        root: "/v1/restore/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const RESTORE_45: Example = Example {
        endpoint: "restore",
        root: "/v1/restore/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const LIST_46: Example = Example {
        endpoint: "list",
        root: "/v1/streams/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const LIST_47: Example = Example {
        endpoint: "list",
        root: "/v1/streams/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const LIST_48: Example = Example {
        endpoint: "list",
        root: "/v1/streams/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const LIST_49: Example = Example {
        endpoint: "list",
        root: "/v1/streams/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const LIST_50: Example = Example {
        endpoint: "list",
        root: "/v1/streams/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const SCRAPE_51: Example = Example {
        endpoint: "scrape",
        root: "/v1/metrics/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const SCRAPE_52: Example = Example {
        endpoint: "scrape",
        root: "/v1/metrics/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const SCRAPE_53: Example = Example {
        endpoint: "scrape",
        root: "/v1/metrics/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const SCRAPE_54: Example = Example {
        endpoint: "scrape",
        root: "/v1/metrics/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const SCRAPE_55: Example = Example {
        endpoint: "scrape",
        root: "/v1/metrics/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const DELETE_ALL_56: Example = Example {
        endpoint: "delete_all",
        root: "/v1/admin/deletions/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const DELETE_ALL_57: Example = Example {
        endpoint: "delete_all",
        root: "/v1/admin/deletions/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const DELETE_ALL_58: Example = Example {
        endpoint: "delete_all",
        root: "/v1/admin/deletions/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const DELETE_ALL_59: Example = Example {
        endpoint: "delete_all",
        root: "/v1/admin/deletions/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const DELETE_ALL_60: Example = Example {
        endpoint: "delete_all",
        root: "/v1/admin/deletions/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const MEASURE_61: Example = Example {
        endpoint: "measure",
        root: "/v1/admin/usage/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const MEASURE_62: Example = Example {
        endpoint: "measure",
        root: "/v1/admin/usage/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const MEASURE_63: Example = Example {
        endpoint: "measure",
        root: "/v1/admin/usage/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const MEASURE_64: Example = Example {
        endpoint: "measure",
        root: "/v1/admin/usage/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const MEASURE_65: Example = Example {
        endpoint: "measure",
        root: "/v1/admin/usage/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const LIST_STORED_66: Example = Example {
        endpoint: "list_stored",
        root: "/v1/admin/stored/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const LIST_STORED_67: Example = Example {
        endpoint: "list_stored",
        root: "/v1/admin/stored/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const LIST_STORED_68: Example = Example {
        endpoint: "list_stored",
        root: "/v1/admin/stored/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const LIST_STORED_69: Example = Example {
        endpoint: "list_stored",
        root: "/v1/admin/stored/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const LIST_STORED_70: Example = Example {
        endpoint: "list_stored",
        root: "/v1/admin/stored/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const DESCRIBE_71: Example = Example {
        endpoint: "describe",
        root: "/v1/admin/streams/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const DESCRIBE_72: Example = Example {
        endpoint: "describe",
        root: "/v1/admin/streams/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const DESCRIBE_73: Example = Example {
        endpoint: "describe",
        root: "/v1/admin/streams/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const DESCRIBE_74: Example = Example {
        endpoint: "describe",
        root: "/v1/admin/streams/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const DESCRIBE_75: Example = Example {
        endpoint: "describe",
        root: "/v1/admin/streams/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const COMPACT_76: Example = Example {
        endpoint: "compact",
        root: "/v1/admin/streams/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const COMPACT_77: Example = Example {
        endpoint: "compact",
        root: "/v1/admin/streams/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const COMPACT_78: Example = Example {
        endpoint: "compact",
        root: "/v1/admin/streams/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const COMPACT_79: Example = Example {
        endpoint: "compact",
        root: "/v1/admin/streams/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const COMPACT_80: Example = Example {
        endpoint: "compact",
        root: "/v1/admin/streams/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const FORGET_81: Example = Example {
        endpoint: "forget",
        root: "/v1/admin/streams/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const FORGET_82: Example = Example {
        endpoint: "forget",
        root: "/v1/admin/streams/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const FORGET_83: Example = Example {
        endpoint: "forget",
        root: "/v1/admin/streams/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const FORGET_84: Example = Example {
        endpoint: "forget",
        root: "/v1/admin/streams/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const FORGET_85: Example = Example {
        endpoint: "forget",
        root: "/v1/admin/streams/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const VERIFY_86: Example = Example {
        endpoint: "verify",
        root: "/v1/admin/streams/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const VERIFY_87: Example = Example {
        endpoint: "verify",
        root: "/v1/admin/streams/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const VERIFY_88: Example = Example {
        endpoint: "verify",
        root: "/v1/admin/streams/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const VERIFY_89: Example = Example {
        endpoint: "verify",
        root: "/v1/admin/streams/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const VERIFY_90: Example = Example {
        endpoint: "verify",
        root: "/v1/admin/streams/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const RECORD_91: Example = Example {
        endpoint: "record",
        root: "/v1/admin/streams/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const RECORD_92: Example = Example {
        endpoint: "record",
        root: "/v1/admin/streams/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const RECORD_93: Example = Example {
        endpoint: "record",
        root: "/v1/admin/streams/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const RECORD_94: Example = Example {
        endpoint: "record",
        root: "/v1/admin/streams/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const RECORD_95: Example = Example {
        endpoint: "record",
        root: "/v1/admin/streams/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    const ACT_96: Example = Example {
        endpoint: "act",
        root: "/v1/admin/streams/",
        given: &["Client unknown"],
        expect: Expected::new(401u16)
            .problem("urn:durable-streams:problem:unauthorized"),
        ..Example::PLAIN
    };
    const ACT_97: Example = Example {
        endpoint: "act",
        root: "/v1/admin/streams/",
        given: &["Client unconfigured"],
        expect: Expected::new(403u16)
            .problem("urn:durable-streams:problem:access-unconfigured"),
        ..Example::PLAIN
    };
    const ACT_98: Example = Example {
        endpoint: "act",
        root: "/v1/admin/streams/",
        given: &["Client unverified"],
        expect: Expected::new(503u16)
            .problem("urn:durable-streams:problem:keys-unavailable"),
        ..Example::PLAIN
    };
    const ACT_99: Example = Example {
        endpoint: "act",
        root: "/v1/admin/streams/",
        given: &["Client limited"],
        expect: Expected::new(429u16)
            .problem("urn:durable-streams:problem:too-many-requests"),
        ..Example::PLAIN
    };
    const ACT_100: Example = Example {
        endpoint: "act",
        root: "/v1/admin/streams/",
        given: &["Client permits nothing"],
        expect: Expected::new(403u16).problem("urn:durable-streams:problem:forbidden"),
        ..Example::PLAIN
    };
    &[
        CREATE_1.request("Client unknown before what is there", "PUT /v1/stream/a"),
        CREATE_1
            .request(
                "Client unknown before malformed content-type \"text\"",
                "PUT /v1/stream/a\ncontent-type: text",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..CREATE_1
                .request(
                    "Client unknown before a body that is too large",
                    "PUT /v1/stream/a\n\n12",
                )
        },
        CREATE_2.request("Client unconfigured before what is there", "PUT /v1/stream/a"),
        CREATE_2
            .request(
                "Client unconfigured before malformed content-type \"text\"",
                "PUT /v1/stream/a\ncontent-type: text",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..CREATE_2
                .request(
                    "Client unconfigured before a body that is too large",
                    "PUT /v1/stream/a\n\n12",
                )
        },
        CREATE_3.request("Client unverified before what is there", "PUT /v1/stream/a"),
        CREATE_3
            .request(
                "Client unverified before malformed content-type \"text\"",
                "PUT /v1/stream/a\ncontent-type: text",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..CREATE_3
                .request(
                    "Client unverified before a body that is too large",
                    "PUT /v1/stream/a\n\n12",
                )
        },
        CREATE_4.request("Client limited before what is there", "PUT /v1/stream/a"),
        CREATE_4
            .request(
                "Client limited before malformed content-type \"text\"",
                "PUT /v1/stream/a\ncontent-type: text",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..CREATE_4
                .request(
                    "Client limited before a body that is too large",
                    "PUT /v1/stream/a\n\n12",
                )
        },
        CREATE_5
            .request("Client permits nothing before what is there", "PUT /v1/stream/a"),
        CREATE_5
            .request(
                "Client permits nothing before malformed content-type \"text\"",
                "PUT /v1/stream/a\ncontent-type: text",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..CREATE_5
                .request(
                    "Client permits nothing before a body that is too large",
                    "PUT /v1/stream/a\n\n12",
                )
        },
        APPEND_6.request("Client unknown before what is there", "POST /v1/stream/a"),
        APPEND_6
            .request(
                "Client unknown before malformed content-type \"text\"",
                "POST /v1/stream/a\ncontent-type: text\n\nx",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..APPEND_6
                .request(
                    "Client unknown before a body that is too large",
                    "POST /v1/stream/a\ncontent-type: text/plain\n\n12",
                )
        },
        APPEND_7
            .request("Client unconfigured before what is there", "POST /v1/stream/a"),
        APPEND_7
            .request(
                "Client unconfigured before malformed content-type \"text\"",
                "POST /v1/stream/a\ncontent-type: text\n\nx",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..APPEND_7
                .request(
                    "Client unconfigured before a body that is too large",
                    "POST /v1/stream/a\ncontent-type: text/plain\n\n12",
                )
        },
        APPEND_8.request("Client unverified before what is there", "POST /v1/stream/a"),
        APPEND_8
            .request(
                "Client unverified before malformed content-type \"text\"",
                "POST /v1/stream/a\ncontent-type: text\n\nx",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..APPEND_8
                .request(
                    "Client unverified before a body that is too large",
                    "POST /v1/stream/a\ncontent-type: text/plain\n\n12",
                )
        },
        APPEND_9.request("Client limited before what is there", "POST /v1/stream/a"),
        APPEND_9
            .request(
                "Client limited before malformed content-type \"text\"",
                "POST /v1/stream/a\ncontent-type: text\n\nx",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..APPEND_9
                .request(
                    "Client limited before a body that is too large",
                    "POST /v1/stream/a\ncontent-type: text/plain\n\n12",
                )
        },
        APPEND_10
            .request("Client permits nothing before what is there", "POST /v1/stream/a"),
        APPEND_10
            .request(
                "Client permits nothing before malformed content-type \"text\"",
                "POST /v1/stream/a\ncontent-type: text\n\nx",
            ),
        Example {
            limits: &[("LIMIT_BODY", "1 B")],
            ..APPEND_10
                .request(
                    "Client permits nothing before a body that is too large",
                    "POST /v1/stream/a\ncontent-type: text/plain\n\n12",
                )
        },
        READ_11.request("Client unknown before what is there", "GET /v1/stream/a"),
        READ_11
            .request(
                "Client unknown before malformed offset \"none\"",
                "GET /v1/stream/a?offset=none",
            ),
        READ_12.request("Client unconfigured before what is there", "GET /v1/stream/a"),
        READ_12
            .request(
                "Client unconfigured before malformed offset \"none\"",
                "GET /v1/stream/a?offset=none",
            ),
        READ_13.request("Client unverified before what is there", "GET /v1/stream/a"),
        READ_13
            .request(
                "Client unverified before malformed offset \"none\"",
                "GET /v1/stream/a?offset=none",
            ),
        READ_14.request("Client limited before what is there", "GET /v1/stream/a"),
        READ_14
            .request(
                "Client limited before malformed offset \"none\"",
                "GET /v1/stream/a?offset=none",
            ),
        READ_15
            .request("Client permits nothing before what is there", "GET /v1/stream/a"),
        READ_15
            .request(
                "Client permits nothing before malformed offset \"none\"",
                "GET /v1/stream/a?offset=none",
            ),
        LONG_POLL_16
            .request(
                "Client unknown before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=long-poll",
            ),
        LONG_POLL_16
            .request(
                "Client unknown before malformed offset \"none\"",
                "GET /v1/stream/a?live=long-poll&offset=none",
            ),
        LONG_POLL_17
            .request(
                "Client unconfigured before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=long-poll",
            ),
        LONG_POLL_17
            .request(
                "Client unconfigured before malformed offset \"none\"",
                "GET /v1/stream/a?live=long-poll&offset=none",
            ),
        LONG_POLL_18
            .request(
                "Client unverified before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=long-poll",
            ),
        LONG_POLL_18
            .request(
                "Client unverified before malformed offset \"none\"",
                "GET /v1/stream/a?live=long-poll&offset=none",
            ),
        LONG_POLL_19
            .request(
                "Client limited before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=long-poll",
            ),
        LONG_POLL_19
            .request(
                "Client limited before malformed offset \"none\"",
                "GET /v1/stream/a?live=long-poll&offset=none",
            ),
        LONG_POLL_20
            .request(
                "Client permits nothing before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=long-poll",
            ),
        LONG_POLL_20
            .request(
                "Client permits nothing before malformed offset \"none\"",
                "GET /v1/stream/a?live=long-poll&offset=none",
            ),
        SSE_21
            .request(
                "Client unknown before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=sse",
            ),
        SSE_21
            .request(
                "Client unknown before malformed offset \"none\"",
                "GET /v1/stream/a?live=sse&offset=none",
            ),
        SSE_22
            .request(
                "Client unconfigured before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=sse",
            ),
        SSE_22
            .request(
                "Client unconfigured before malformed offset \"none\"",
                "GET /v1/stream/a?live=sse&offset=none",
            ),
        SSE_23
            .request(
                "Client unverified before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=sse",
            ),
        SSE_23
            .request(
                "Client unverified before malformed offset \"none\"",
                "GET /v1/stream/a?live=sse&offset=none",
            ),
        SSE_24
            .request(
                "Client limited before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=sse",
            ),
        SSE_24
            .request(
                "Client limited before malformed offset \"none\"",
                "GET /v1/stream/a?live=sse&offset=none",
            ),
        SSE_25
            .request(
                "Client permits nothing before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=sse",
            ),
        SSE_25
            .request(
                "Client permits nothing before malformed offset \"none\"",
                "GET /v1/stream/a?live=sse&offset=none",
            ),
        WEBSOCKET_26
            .request(
                "Client unknown before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_26
            .request(
                "Client unknown before malformed offset \"none\"",
                "GET /v1/stream/a?live=ws&offset=none\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_27
            .request(
                "Client unconfigured before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_27
            .request(
                "Client unconfigured before malformed offset \"none\"",
                "GET /v1/stream/a?live=ws&offset=none\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_28
            .request(
                "Client unverified before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_28
            .request(
                "Client unverified before malformed offset \"none\"",
                "GET /v1/stream/a?live=ws&offset=none\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_29
            .request(
                "Client limited before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_29
            .request(
                "Client limited before malformed offset \"none\"",
                "GET /v1/stream/a?live=ws&offset=none\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_30
            .request(
                "Client permits nothing before what is there",
                "GET /v1/stream/a?offset=0000000000000000&live=ws\nupgrade: other, WEBSOCKET",
            ),
        WEBSOCKET_30
            .request(
                "Client permits nothing before malformed offset \"none\"",
                "GET /v1/stream/a?live=ws&offset=none\nupgrade: other, WEBSOCKET",
            ),
        DESCRIBE_31.request("Client unknown before what is there", "HEAD /v1/stream/a"),
        DESCRIBE_31
            .request(
                "Client unknown before malformed if-match \"abc\"",
                "HEAD /v1/stream/a\nif-match: abc",
            ),
        DESCRIBE_32
            .request("Client unconfigured before what is there", "HEAD /v1/stream/a"),
        DESCRIBE_32
            .request(
                "Client unconfigured before malformed if-match \"abc\"",
                "HEAD /v1/stream/a\nif-match: abc",
            ),
        DESCRIBE_33
            .request("Client unverified before what is there", "HEAD /v1/stream/a"),
        DESCRIBE_33
            .request(
                "Client unverified before malformed if-match \"abc\"",
                "HEAD /v1/stream/a\nif-match: abc",
            ),
        DESCRIBE_34.request("Client limited before what is there", "HEAD /v1/stream/a"),
        DESCRIBE_34
            .request(
                "Client limited before malformed if-match \"abc\"",
                "HEAD /v1/stream/a\nif-match: abc",
            ),
        DESCRIBE_35
            .request("Client permits nothing before what is there", "HEAD /v1/stream/a"),
        DESCRIBE_35
            .request(
                "Client permits nothing before malformed if-match \"abc\"",
                "HEAD /v1/stream/a\nif-match: abc",
            ),
        DELETE_36.request("Client unknown before what is there", "DELETE /v1/stream/a"),
        DELETE_36
            .request(
                "Client unknown before malformed if-match \"abc\"",
                "DELETE /v1/stream/a\nif-match: abc",
            ),
        DELETE_37
            .request("Client unconfigured before what is there", "DELETE /v1/stream/a"),
        DELETE_37
            .request(
                "Client unconfigured before malformed if-match \"abc\"",
                "DELETE /v1/stream/a\nif-match: abc",
            ),
        DELETE_38
            .request("Client unverified before what is there", "DELETE /v1/stream/a"),
        DELETE_38
            .request(
                "Client unverified before malformed if-match \"abc\"",
                "DELETE /v1/stream/a\nif-match: abc",
            ),
        DELETE_39.request("Client limited before what is there", "DELETE /v1/stream/a"),
        DELETE_39
            .request(
                "Client limited before malformed if-match \"abc\"",
                "DELETE /v1/stream/a\nif-match: abc",
            ),
        DELETE_40
            .request(
                "Client permits nothing before what is there",
                "DELETE /v1/stream/a",
            ),
        DELETE_40
            .request(
                "Client permits nothing before malformed if-match \"abc\"",
                "DELETE /v1/stream/a\nif-match: abc",
            ),
        RESTORE_41.request("Client unknown before what is there", "POST /v1/restore/a"),
        RESTORE_42
            .request("Client unconfigured before what is there", "POST /v1/restore/a"),
        RESTORE_43
            .request("Client unverified before what is there", "POST /v1/restore/a"),
        RESTORE_44.request("Client limited before what is there", "POST /v1/restore/a"),
        RESTORE_45
            .request(
                "Client permits nothing before what is there",
                "POST /v1/restore/a",
            ),
        LIST_46.request("Client unknown before what is there", "GET /v1/streams"),
        LIST_46
            .request(
                "Client unknown before malformed prefix \"\\u{7}\"",
                "GET /v1/streams?prefix=%07",
            ),
        LIST_47.request("Client unconfigured before what is there", "GET /v1/streams"),
        LIST_47
            .request(
                "Client unconfigured before malformed prefix \"\\u{7}\"",
                "GET /v1/streams?prefix=%07",
            ),
        LIST_48.request("Client unverified before what is there", "GET /v1/streams"),
        LIST_48
            .request(
                "Client unverified before malformed prefix \"\\u{7}\"",
                "GET /v1/streams?prefix=%07",
            ),
        LIST_49.request("Client limited before what is there", "GET /v1/streams"),
        LIST_49
            .request(
                "Client limited before malformed prefix \"\\u{7}\"",
                "GET /v1/streams?prefix=%07",
            ),
        LIST_50
            .request("Client permits nothing before what is there", "GET /v1/streams"),
        LIST_50
            .request(
                "Client permits nothing before malformed prefix \"\\u{7}\"",
                "GET /v1/streams?prefix=%07",
            ),
        SCRAPE_51.request("Client unknown before what is there", "GET /v1/metrics"),
        SCRAPE_52.request("Client unconfigured before what is there", "GET /v1/metrics"),
        SCRAPE_53.request("Client unverified before what is there", "GET /v1/metrics"),
        SCRAPE_54.request("Client limited before what is there", "GET /v1/metrics"),
        SCRAPE_55
            .request("Client permits nothing before what is there", "GET /v1/metrics"),
        DELETE_ALL_56
            .request(
                "Client unknown before what is there",
                "POST /v1/admin/deletions?prefix=",
            ),
        DELETE_ALL_56
            .request(
                "Client unknown before malformed prefix \"\\u{7}\"",
                "POST /v1/admin/deletions?prefix=%07",
            ),
        DELETE_ALL_57
            .request(
                "Client unconfigured before what is there",
                "POST /v1/admin/deletions?prefix=",
            ),
        DELETE_ALL_57
            .request(
                "Client unconfigured before malformed prefix \"\\u{7}\"",
                "POST /v1/admin/deletions?prefix=%07",
            ),
        DELETE_ALL_58
            .request(
                "Client unverified before what is there",
                "POST /v1/admin/deletions?prefix=",
            ),
        DELETE_ALL_58
            .request(
                "Client unverified before malformed prefix \"\\u{7}\"",
                "POST /v1/admin/deletions?prefix=%07",
            ),
        DELETE_ALL_59
            .request(
                "Client limited before what is there",
                "POST /v1/admin/deletions?prefix=",
            ),
        DELETE_ALL_59
            .request(
                "Client limited before malformed prefix \"\\u{7}\"",
                "POST /v1/admin/deletions?prefix=%07",
            ),
        DELETE_ALL_60
            .request(
                "Client permits nothing before what is there",
                "POST /v1/admin/deletions?prefix=",
            ),
        DELETE_ALL_60
            .request(
                "Client permits nothing before malformed prefix \"\\u{7}\"",
                "POST /v1/admin/deletions?prefix=%07",
            ),
        MEASURE_61.request("Client unknown before what is there", "GET /v1/admin/usage"),
        MEASURE_61
            .request(
                "Client unknown before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/usage?prefix=%07",
            ),
        MEASURE_62
            .request("Client unconfigured before what is there", "GET /v1/admin/usage"),
        MEASURE_62
            .request(
                "Client unconfigured before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/usage?prefix=%07",
            ),
        MEASURE_63
            .request("Client unverified before what is there", "GET /v1/admin/usage"),
        MEASURE_63
            .request(
                "Client unverified before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/usage?prefix=%07",
            ),
        MEASURE_64.request("Client limited before what is there", "GET /v1/admin/usage"),
        MEASURE_64
            .request(
                "Client limited before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/usage?prefix=%07",
            ),
        MEASURE_65
            .request(
                "Client permits nothing before what is there",
                "GET /v1/admin/usage",
            ),
        MEASURE_65
            .request(
                "Client permits nothing before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/usage?prefix=%07",
            ),
        LIST_STORED_66
            .request("Client unknown before what is there", "GET /v1/admin/stored"),
        LIST_STORED_66
            .request(
                "Client unknown before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/stored?prefix=%07",
            ),
        LIST_STORED_67
            .request("Client unconfigured before what is there", "GET /v1/admin/stored"),
        LIST_STORED_67
            .request(
                "Client unconfigured before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/stored?prefix=%07",
            ),
        LIST_STORED_68
            .request("Client unverified before what is there", "GET /v1/admin/stored"),
        LIST_STORED_68
            .request(
                "Client unverified before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/stored?prefix=%07",
            ),
        LIST_STORED_69
            .request("Client limited before what is there", "GET /v1/admin/stored"),
        LIST_STORED_69
            .request(
                "Client limited before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/stored?prefix=%07",
            ),
        LIST_STORED_70
            .request(
                "Client permits nothing before what is there",
                "GET /v1/admin/stored",
            ),
        LIST_STORED_70
            .request(
                "Client permits nothing before malformed prefix \"\\u{7}\"",
                "GET /v1/admin/stored?prefix=%07",
            ),
        DESCRIBE_71
            .request("Client unknown before what is there", "GET /v1/admin/streams/a"),
        DESCRIBE_72
            .request(
                "Client unconfigured before what is there",
                "GET /v1/admin/streams/a",
            ),
        DESCRIBE_73
            .request(
                "Client unverified before what is there",
                "GET /v1/admin/streams/a",
            ),
        DESCRIBE_74
            .request("Client limited before what is there", "GET /v1/admin/streams/a"),
        DESCRIBE_75
            .request(
                "Client permits nothing before what is there",
                "GET /v1/admin/streams/a",
            ),
        COMPACT_76
            .request(
                "Client unknown before what is there",
                "POST /v1/admin/streams/a?action=compact",
            ),
        COMPACT_76
            .request(
                "Client unknown before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=compact&from=none",
            ),
        COMPACT_77
            .request(
                "Client unconfigured before what is there",
                "POST /v1/admin/streams/a?action=compact",
            ),
        COMPACT_77
            .request(
                "Client unconfigured before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=compact&from=none",
            ),
        COMPACT_78
            .request(
                "Client unverified before what is there",
                "POST /v1/admin/streams/a?action=compact",
            ),
        COMPACT_78
            .request(
                "Client unverified before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=compact&from=none",
            ),
        COMPACT_79
            .request(
                "Client limited before what is there",
                "POST /v1/admin/streams/a?action=compact",
            ),
        COMPACT_79
            .request(
                "Client limited before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=compact&from=none",
            ),
        COMPACT_80
            .request(
                "Client permits nothing before what is there",
                "POST /v1/admin/streams/a?action=compact",
            ),
        COMPACT_80
            .request(
                "Client permits nothing before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=compact&from=none",
            ),
        FORGET_81
            .request(
                "Client unknown before what is there",
                "POST /v1/admin/streams/a?action=forget",
            ),
        FORGET_81
            .request(
                "Client unknown before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=forget&from=none",
            ),
        FORGET_82
            .request(
                "Client unconfigured before what is there",
                "POST /v1/admin/streams/a?action=forget",
            ),
        FORGET_82
            .request(
                "Client unconfigured before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=forget&from=none",
            ),
        FORGET_83
            .request(
                "Client unverified before what is there",
                "POST /v1/admin/streams/a?action=forget",
            ),
        FORGET_83
            .request(
                "Client unverified before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=forget&from=none",
            ),
        FORGET_84
            .request(
                "Client limited before what is there",
                "POST /v1/admin/streams/a?action=forget",
            ),
        FORGET_84
            .request(
                "Client limited before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=forget&from=none",
            ),
        FORGET_85
            .request(
                "Client permits nothing before what is there",
                "POST /v1/admin/streams/a?action=forget",
            ),
        FORGET_85
            .request(
                "Client permits nothing before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=forget&from=none",
            ),
        VERIFY_86
            .request(
                "Client unknown before what is there",
                "POST /v1/admin/streams/a?action=verify",
            ),
        VERIFY_86
            .request(
                "Client unknown before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=verify&from=none",
            ),
        VERIFY_87
            .request(
                "Client unconfigured before what is there",
                "POST /v1/admin/streams/a?action=verify",
            ),
        VERIFY_87
            .request(
                "Client unconfigured before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=verify&from=none",
            ),
        VERIFY_88
            .request(
                "Client unverified before what is there",
                "POST /v1/admin/streams/a?action=verify",
            ),
        VERIFY_88
            .request(
                "Client unverified before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=verify&from=none",
            ),
        VERIFY_89
            .request(
                "Client limited before what is there",
                "POST /v1/admin/streams/a?action=verify",
            ),
        VERIFY_89
            .request(
                "Client limited before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=verify&from=none",
            ),
        VERIFY_90
            .request(
                "Client permits nothing before what is there",
                "POST /v1/admin/streams/a?action=verify",
            ),
        VERIFY_90
            .request(
                "Client permits nothing before malformed from \"none\"",
                "POST /v1/admin/streams/a?action=verify&from=none",
            ),
        RECORD_91
            .request(
                "Client unknown before what is there",
                "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
            ),
        RECORD_91
            .request(
                "Client unknown before malformed producer-id \"a, b\"",
                "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: a, b",
            ),
        RECORD_92
            .request(
                "Client unconfigured before what is there",
                "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
            ),
        RECORD_92
            .request(
                "Client unconfigured before malformed producer-id \"a, b\"",
                "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: a, b",
            ),
        RECORD_93
            .request(
                "Client unverified before what is there",
                "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
            ),
        RECORD_93
            .request(
                "Client unverified before malformed producer-id \"a, b\"",
                "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: a, b",
            ),
        RECORD_94
            .request(
                "Client limited before what is there",
                "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
            ),
        RECORD_94
            .request(
                "Client limited before malformed producer-id \"a, b\"",
                "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: a, b",
            ),
        RECORD_95
            .request(
                "Client permits nothing before what is there",
                "POST /v1/admin/streams/a?action=record\nproducer-id: a\nproducer-epoch: 0\nproducer-seq: 0",
            ),
        RECORD_95
            .request(
                "Client permits nothing before malformed producer-id \"a, b\"",
                "POST /v1/admin/streams/a?action=record\nproducer-epoch: 0\nproducer-seq: 0\nproducer-id: a, b",
            ),
        ACT_96
            .request("Client unknown before what is there", "POST /v1/admin/streams/a"),
        ACT_96
            .request(
                "Client unknown before malformed action \"COMPACT\"",
                "POST /v1/admin/streams/a?action=COMPACT",
            ),
        ACT_97
            .request(
                "Client unconfigured before what is there",
                "POST /v1/admin/streams/a",
            ),
        ACT_97
            .request(
                "Client unconfigured before malformed action \"COMPACT\"",
                "POST /v1/admin/streams/a?action=COMPACT",
            ),
        ACT_98
            .request(
                "Client unverified before what is there",
                "POST /v1/admin/streams/a",
            ),
        ACT_98
            .request(
                "Client unverified before malformed action \"COMPACT\"",
                "POST /v1/admin/streams/a?action=COMPACT",
            ),
        ACT_99
            .request("Client limited before what is there", "POST /v1/admin/streams/a"),
        ACT_99
            .request(
                "Client limited before malformed action \"COMPACT\"",
                "POST /v1/admin/streams/a?action=COMPACT",
            ),
        ACT_100
            .request(
                "Client permits nothing before what is there",
                "POST /v1/admin/streams/a",
            ),
        ACT_100
            .request(
                "Client permits nothing before malformed action \"COMPACT\"",
                "POST /v1/admin/streams/a?action=COMPACT",
            ),
    ]
};
