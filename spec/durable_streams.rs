//! The Durable Streams protocol as this server implements it, described once. Edit it, `cargo build`, deploy.
//!
//! Section numbers (§) refer to the protocol's PROTOCOL.md. The lines of `refuse` and `answer` in an endpoint are checked from top to
//! bottom. The first line whose condition holds decides the response.

macros::protocol! {
    /// Append-only streams over HTTP, stored durably and readable from any offset. Section numbers (§) refer to
    /// [the Durable Streams Protocol](https://github.com/durable-streams/durable-streams/blob/f380bca/PROTOCOL.md), draft
    /// version 1.0, unless an RFC is named.
    protocol DurableStreams {
        problems = "urn:durable-streams:problem:";
    }

    limits {
        /// Maximum size of a request body. When exceeded, the request is rejected (413).
        body = 64 MiB;
        /// Maximum size of a body that one D1 transaction stores. A longer body is written to R2 in parts of about this size while it
        /// arrives, and one transaction then records all parts. A JSON message larger than `row` is written to R2, too.
        part = 4 MiB;
        /// Maximum size of a body that is still read after the request was rejected. A client that sends everything before it reads
        /// then receives the response. A body with a larger declared length is not read; any other body is cut off at this size.
        drain = 16 MiB;
        /// Maximum size of a body whose memory is reserved at once. A larger body is read in pieces of this size, and its memory grows as
        /// the pieces arrive.
        small_body = 64 KiB;
        /// Maximum time to wait for the next piece (`small_body`) of a body. When exceeded, the request is rejected (408) and its memory is
        /// released. It is also the maximum time that a read waits for memory (503).
        body_wait = 15 s;
        /// Maximum memory of one isolate for all its streams: bodies that are read or queued, stream tails cached for live readers, pages
        /// and segments. Cached tails are shortened first. When exceeded, a body waits for up to `memory_wait` (429).
        memory = 32 MiB;
        /// Part of `memory` that is reserved for bodies of up to `small_body`.
        memory_small = 4 MiB;
        /// Part of `memory` that neither larger bodies nor moves to R2 can use. It is left for small bodies and for pages read from D1 and
        /// R2.
        memory_pages = 4 MiB;
        /// Maximum memory of one isolate for cached stream tails. When exceeded, the least recently used tails are shortened.
        memory_tails = 16 MiB;
        /// Maximum time that a body waits for memory. When exceeded, the request is rejected (429).
        memory_wait = 1 s;
        /// Maximum size of one JSON message. When exceeded, the append is rejected (413).
        message = 16 MiB;
        /// Maximum bytes of a stream in one response to a read without `live`. When exceeded, the response ends before the tail. For JSON,
        /// the stored size counts, which can be slightly larger.
        response = 64 MiB;
        /// Maximum number of D1 queries and R2 requests for one response to a read without `live`, by a conservative estimate. When it
        /// would be exceeded, the response ends before the tail. Cloudflare allows 1,000 per invocation.
        response_requests = 800;
        /// Maximum bytes of a stream in one response to a long-poll, and in memory at once for a longer response. A single larger message
        /// is still sent.
        page = 1 MiB;
        /// Maximum bytes read from a segment for a page that does not start at a page boundary, so that the response starts quickly. A single
        /// larger block is read whole.
        seek = 256 KiB;
        /// Maximum payload of one row of the log in D1, before encoding. A longer append takes several rows; a larger JSON message is
        /// stored in R2.
        row = 1 MiB;
        /// Maximum number of appends of one stream that wait for D1. When exceeded, further appends are rejected (429).
        queue = 1024;
        /// Maximum bytes of one stream that wait for D1. When exceeded, further appends are rejected (429).
        queue_bytes = 16 MiB;
        /// Maximum number of statements in one D1 transaction. When exceeded, the remaining changes go into the next one. D1 accepts 1,000
        /// per request.
        transaction = 500;
        /// Maximum size of one D1 transaction. When exceeded, the remaining changes go into the next one. A single larger change is still
        /// committed.
        transaction_bytes = 8 MiB;
        /// Maximum time between sending a transaction to D1 and its commit, by the clock of D1. A transaction that arrives later changes
        /// nothing.
        transaction_validity = 30 s;
        /// Maximum time to wait for a response from D1. When exceeded, the request fails (503), and its transaction may or may not have
        /// been committed.
        database_wait = 20 s;
        /// Maximum time to wait for a response from R2. When exceeded, the request fails (503).
        bucket_wait = 30 s;
        /// Maximum time to wait for the Durable Object of another stream: to create or release a fork, or to restore one. When exceeded, the request fails (503).
        object_wait = 60 s;
        /// Maximum bytes of one stream in D1. When exceeded, its oldest rows move to R2 until half of the limit is left.
        hot = 8 MiB;
        /// Maximum rows of one stream in D1. When exceeded, its oldest rows move to R2 until half of the limit is left.
        hot_rows = 4096;
        /// Minimum bytes in D1 at which a closed or soft-deleted stream moves to R2 completely.
        snapshot = 64 KiB;
        /// Maximum size of a segment in R2. When reached, the next segment starts. The last row of a segment can exceed it.
        segment = 8 MiB;
        /// Maximum size of a block, the unit in which a segment is read and checked. A single larger message is a block of its own.
        block = 64 KiB;
        /// Number of adjacent segments of similar size that are merged into one, unless the result would exceed `segment`. At least 2.
        merge = 8;
        /// Minimum bytes kept of each stream. The oldest segments are deleted as long as this much remains and the stream has no forks. 0
        /// keeps everything. `Stream-Retain-Bytes` overrides it.
        retain = 0 B;
        /// Minimum time that data is kept. Segments in which all data is older are deleted, unless the stream has forks. 0 keeps
        /// everything. `Stream-Retain-Age` overrides it.
        retain_age = 0 s;
        /// Time for which the edge caches what it reads from R2, with the Cache API. The cache requires a custom domain. 0 turns it off.
        edge_cache = 0 s;
        /// Maximum memory of one edge isolate for cached segment indexes, which save queries to D1. When exceeded, the least recently used
        /// ones are dropped. 0 turns the cache off.
        edge_index = 4 MiB;
        /// Delay before an R2 object is deleted after others have replaced it, so that requests about to read it still can.
        discard_grace = 60 s;
        /// Minimum age at which a sweep deletes an R2 object that no row references.
        orphan_grace = 7 d;
        /// Maximum number of R2 objects that one sweep deletes although they may be the last copy of their data. No row names these
        /// objects, and no rows store the same data. If it finds more, it deletes none of them, because D1 has probably lost rows.
        orphans = 100;
        /// Maximum number of D1 queries and R2 requests in one sweep for unreferenced R2 objects. When exceeded, the next sweep continues
        /// from there. Cloudflare allows 1,000 per invocation.
        sweep_requests = 900;
        /// Maximum bytes of R2 objects that one request to restore a stream reads and checks. At least one object is checked. When
        /// exceeded, the response is 202, and the next request continues from there.
        restore_bytes = 256 MiB;
        /// Maximum number of segments of a restored stream, because one transaction records all of them. When exceeded, the stream is not
        /// restored (409).
        restore_segments = 10000;
        /// Maximum bytes of one stream's newest data kept in memory for live readers. Older data is read from storage.
        tail_cache = 1 MiB;
        /// Maximum number of live readers of one stream. When exceeded, further readers are rejected (429).
        readers = 10000;
        /// Maximum number of readers of one stream that are sent new data in one turn of the event loop. If more are connected, at most 16
        /// are served per turn, so that writes are not delayed.
        readers_served = 64;
        /// Maximum bytes of encoded events sent to one live reader and not yet acknowledged. The server requests an acknowledgment once
        /// more than half of it is unacknowledged. A single larger message is still sent.
        reader_window = 256 KiB;
        /// Maximum number of forks of one stream. When exceeded, further forks are rejected (429).
        forks = 10000;
        /// Maximum length of a fork chain: the number of streams from which one stream inherits data. When exceeded, the fork is rejected
        /// (409).
        fork_depth = 64;
        /// Maximum number of producers of one stream whose state is kept in memory. The state of any other producer is read from D1 when it
        /// appends.
        producers = 1024;
        /// Maximum number of appends of one producer whose offsets are stored, so that a retry receives the same offset. A retry of an
        /// older append receives the tail offset.
        producer_tails = 16;
        /// Maximum time that a long-poll waits for data (§5.7). When exceeded, the response is 204.
        long_poll_hold = 25 s;
        /// Maximum time that a Durable Object holds a long-poll itself before the wait moves to a WebSocket. It holds one only if the
        /// stream changed within this time. At most a third of `long_poll_hold` is used. 0 turns it off.
        long_poll_object_hold = 1 s;
        /// Maximum number of long-polls that the Durable Object of one stream holds itself. When exceeded, a long-poll waits on a
        /// WebSocket.
        held_polls = 256;
        /// Maximum size of a response to a long-poll that a Durable Object holds itself. When exceeded, the response is sent through a
        /// WebSocket, so that it is encoded once for all readers.
        held_response = 16 KiB;
        /// Time after which the server ends an SSE response, so that the client reconnects (§10.2). It varies by `sse_jitter`.
        sse_lifetime = 900 s;
        /// Maximum deviation from `sse_lifetime`, in percent of it; at most 100. It is random for each response, so that readers who
        /// connected together do not reconnect together.
        sse_jitter = 20;
        /// Interval at which an SSE response without events sends a comment, so that intermediaries do not close the connection. The
        /// comment is skipped while the client has unread data. 0 turns it off.
        sse_heartbeat = 25 s;
        /// Length of one cursor interval (§10.1).
        cursor_interval = 20 s;
        /// Start of the first cursor interval, as the time since 1970: 2024-10-09T00:00:00Z (§10.1).
        cursor_epoch = 1728432000 s;
        /// Distance between the cursors of adjacent offsets: how many long-polls can time out at one offset before the cursor reaches that
        /// of the next (§10.1).
        cursor_stride = 4096;
        /// Remaining lifetime of a stream below which its pages are not cached (§10). At least the six minutes in `Cache-Control`. Such a page is sent with
        /// `no-cache`.
        cache_lifetime = 6 min;
    }

    /// A position between two messages of a JSON stream, or between two bytes of any other stream (§8). Opaque to clients.
    offset Offset {
        format = hex[16];
        /// The start of the stream, or of the part that is still stored.
        sentinel Start = "-1";
        /// The tail of the stream at the time of the request.
        sentinel Tail = "now";
        /// The start of a stream, in the notation of the conformance suite.
        also "0000000000000000_0000000000000000" = Start;
    }

    /// JSON streams: each message is a JSON value (§9.1).
    media Json = "application/json";
    /// Text streams. Server-sent events contain UTF-8 text without base64 encoding (§5.8).
    media Text = "text/*";
    /// The default if a stream is created without a content type (§5.1).
    media Binary = "application/octet-stream";
    /// The report of a restore request, in human-readable form.
    media Report = "text/plain";
    /// The format of a live SSE response (§5.8).
    media EventStream = "text/event-stream";

    /// The sequence number of a producer's append. It increases by 1 with each append of an epoch (§5.2.1).
    value Seq = u53;
    /// The number of a producer's session. A higher epoch fences off the lower ones (§5.2.1).
    value Epoch = u53;
    /// The number of a cursor interval, a cache key that changes with time (§10.1).
    value Interval = u53;
    /// An encoding applied to a body (RFC 9110 §8.4.1).
    value ContentCoding = one_of {
        /// No encoding.
        Identity = "identity",
    };

    /// Content codings that the server accepts (RFC 9110 §12.5.3).
    header AcceptEncoding = "accept-encoding": ContentCoding;
    /// Bearer token. Required if the operator has configured one (§12.1).
    header Authorization = "authorization": credentials "Bearer";
    /// Which caches can store the response, and for how long (§10).
    header CacheControl = "cache-control": one_of {
        /// Any cache can store the response (§10).
        Shared = "public, max-age=60, stale-while-revalidate=300",
        /// Only the client's own cache can store the response, because the server requires a token (§10).
        Private = "private, max-age=60, stale-while-revalidate=300",
        /// A cache must validate the response before it reuses it.
        NoCache = "no-cache",
        /// No cache stores the response.
        NoStore = "no-store",
    };
    /// Prevents a browser that opens the stream as a page from running scripts in it (§12.7).
    header ContentSecurityPolicy = "content-security-policy": text 1..=32;
    /// Content codings of the body, in the order in which they were applied (RFC 9110 §8.4).
    header ContentEncoding = "content-encoding": list;
    /// Media type of the body. Fixed when the stream is created; comparisons ignore parameters (§9).
    header ContentType = "content-type": media_type;
    /// Allows pages of any origin to load the response (§12.7).
    header CrossOriginResourcePolicy = "cross-origin-resource-policy": text 1..=32;
    /// Entity tag of this offset range in this stream generation. It changes when the range becomes the end of a closed stream (§10.1).
    header Etag = "etag": entity_tag;
    /// Precondition: one of these strong entity tags matches, or the value is `*` and the stream exists (RFC 9110 §13.1.1). A tag matches
    /// if the stream still ends where the tag's offset range ended.
    header IfMatch = "if-match": entity_tags;
    /// Precondition: none of these entity tags matches. On reads, a match means that the client has the response already, and it gets 304
    /// (§10.1). `*` matches any existing stream (RFC 9110 §13.1.2).
    header IfNoneMatch = "if-none-match": entity_tags;
    /// URL of the new stream (§5.1).
    header Location = "location": text 1..=4096;
    /// Name of the producer, chosen and kept by the client (§5.2.1).
    header ProducerId = "producer-id": text 1..=256;
    /// Epoch of the producer, which increases with each of its sessions. In a response, the current epoch (§5.2.1).
    header ProducerEpoch = "producer-epoch": Epoch;
    /// Sequence number of the append within the epoch, starting at 0. In a response, the last one accepted (§5.2.1).
    header ProducerSeq = "producer-seq": Seq;
    /// Sequence number that the producer's next append must have (§5.2.1).
    header ProducerExpectedSeq = "producer-expected-seq": Seq;
    /// Sequence number of the rejected append (§5.2.1).
    header ProducerReceivedSeq = "producer-received-seq": Seq;
    /// Seconds to wait before retrying.
    header RetryAfter = "retry-after": u53;
    /// Request: close the stream, after appending the body if there is one. Response: the stream is closed; on reads, sent only when the
    /// response reaches its end (§4.1).
    header StreamClosed = "stream-closed": flag "true";
    /// Opaque value. Send it as `cursor` with the next live request, so that a cache does not reuse this response (§10.1).
    header StreamCursor = "stream-cursor": Interval;
    /// First offset of the stream that can still be read. Server extension.
    header StreamEarliestOffset = "stream-earliest-offset": Offset;
    /// Offset at which the tail must be; otherwise nothing is appended (compare-and-append). Part of the protocol's next version.
    header StreamExpectedOffset = "stream-expected-offset": Offset;
    /// Time at which the stream expires (§5.1).
    header StreamExpiresAt = "stream-expires-at": timestamp;
    /// Path of the source stream from which the new stream is forked (§4.2).
    header StreamForkedFrom = "stream-forked-from": path_to Stream;
    /// Fork offset, at which the new stream branches from its source. Default: the source's tail offset (§4.2).
    header StreamForkOffset = "stream-fork-offset": Offset or sentinel;
    /// Number of additional messages (JSON) or bytes (other types) after the fork offset that the fork also inherits (§4.2).
    header StreamForkSubOffset = "stream-fork-sub-offset": u53;
    /// Offset to read from next; on writes, the new tail offset (§8).
    header StreamNextOffset = "stream-next-offset": Offset;
    /// Restore the stream even if it was deleted or has expired. Server extension.
    header StreamRestoreDeleted = "stream-restore-deleted": flag "true";
    /// Minimum number of newest bytes to keep, instead of the server's limit `retain`. 0 keeps everything. Server extension.
    header StreamRetainBytes = "stream-retain-bytes": u53;
    /// Minimum number of seconds to keep data, instead of the server's limit `retain_age`; at most 100 years. 0 keeps everything. Server
    /// extension.
    header StreamRetainAge = "stream-retain-age": u53 0..=3153600000;
    /// Opaque text that must be greater, compared byte by byte, than the last one that the stream accepted, from any writer (§5.2).
    header StreamSeq = "stream-seq": text 1..=256;
    /// Encoding of the data of events, if they are encoded (§5.8).
    header StreamSseDataEncoding = "stream-sse-data-encoding": one_of {
        /// Base64, for data that is not UTF-8 text (§5.8).
        Base64 = "base64",
    };
    /// Seconds without reads and writes after which the stream expires; at most 100 years (§5.1).
    header StreamTtl = "stream-ttl": u53 0..=3153600000;
    /// The response reaches the tail (§5.6).
    header StreamUpToDate = "stream-up-to-date": flag "true";
    /// Duration of the phases of the request, in milliseconds. Server extension.
    header ServerTiming = "server-timing": text 1..=256;
    /// Allows scripts of any origin to read `Server-Timing`.
    header TimingAllowOrigin = "timing-allow-origin": text 1..=16;
    /// Protocol to switch to: a WebSocket (RFC 6455 §4.2.1, RFC 9110 §7.8).
    header Upgrade = "upgrade": listed "websocket";
    /// Authentication scheme that the server requires (RFC 9110 §11.6.1).
    header WwwAuthenticate = "www-authenticate": text 1..=256;
    /// Prevents a browser from guessing another content type (§12.7).
    header XContentTypeOptions = "x-content-type-options": text 1..=16;

    /// Offset to read from (§8).
    query Position = "offset": Offset or sentinel;
    /// How to wait for new data. Without it, the response ends at the tail.
    query Live = "live": one_of {
        /// Wait for data and send one response (§5.7).
        LongPoll = "long-poll",
        /// Send server-sent events as data arrives (§5.8).
        Sse = "sse",
        /// Send messages over a WebSocket as data arrives. Server extension (§11).
        WebSocket = "ws",
    };
    /// The last `Stream-Cursor` that the client received (§10.1). The maximum is one less than the largest cursor, so that the server can return a greater one.
    query Cursor = "cursor": u53 0..=9007199254740990;

    /// Producer, epoch and sequence number that identify an append for deduplication. Send all three or none (§5.2.1).
    group Producer = all_or_none { ProducerId, ProducerEpoch, ProducerSeq }
    /// Source and position of a fork (§4.2).
    group Fork = headed { StreamForkedFrom, StreamForkOffset, StreamForkSubOffset }
    /// When the stream expires (§5.1).
    group Lifetime = at_most_one { StreamTtl, StreamExpiresAt }

    /// The stream at the path of the request.
    state stream {
        /// No stream exists.
        absent,
        /// The stream is open: it accepts appends.
        open,
        /// The stream is closed: it can be read, and accepts no appends.
        closed,
        /// Soft-deleted: deleted or expired, but kept because it has forks (§4.2).
        gone,
    }
    /// The source of the fork that the request creates (§4.2).
    state source {
        /// The request does not create a fork.
        none,
        /// The source does not exist.
        absent,
        /// The source is soft-deleted: deleted or expired, but kept because it has forks.
        gone,
        /// The source can be forked.
        ready,
    }
    /// The append compared with the producer's earlier appends (§5.2.1).
    state producer {
        /// The append has no producer headers.
        none,
        /// The append is the producer's next one.
        next,
        /// The append has already been accepted.
        repeated,
        /// The epoch is older than the producer's current one.
        stale,
        /// The epoch is newer than the producer's current one, but `Producer-Seq` is not 0.
        unseeded,
        /// One or more of the producer's appends before this one are missing.
        ahead,
    }

    /// The body has a content coding other than `identity`.
    edge fact content_coding.unsupported(ContentEncoding);
    /// The stream does not satisfy `If-Match` or `If-None-Match` (RFC 9110 §13.1).
    fact precondition.failed;
    /// The stream exists with a different content type, expiry, retention, source or closed state.
    fact configuration.differs;
    /// The requested expiry time is not in the future.
    fact expiry.past;
    /// The fork offset, including `Stream-Fork-Sub-Offset`, is beyond the source's tail offset.
    fact fork.beyond;
    /// The fork offset is before the source's earliest retained offset.
    fact fork.trimmed;
    /// `Stream-Fork-Sub-Offset` is above 0, but `Stream-Fork-Offset` is missing.
    fact fork.unanchored;
    /// `Stream-Fork-Offset` plus a `Stream-Fork-Sub-Offset` above 0 is beyond the source's tail offset.
    fact fork.overshoots;
    /// The source's fork chain has the maximum length (limit `fork_depth`).
    fact fork.too_deep;
    /// The source has the maximum number of forks (limit `forks`).
    fact forks.full;
    /// `Content-Type` differs from the stream's or, when a fork is created, from the source's.
    fact content_type.differs;
    /// The append is a retry of the producer's request that closed the stream.
    fact closing.repeated;
    /// The stream is JSON, and the body is not valid JSON.
    fact messages.invalid;
    /// The body is an empty JSON array.
    fact messages.empty;
    /// The body contains a JSON message larger than the limit `message`.
    fact messages.too_large;
    /// The body would make the stream invalid UTF-8, or would close it within a character.
    fact text.invalid;
    /// `Stream-Seq` is not greater than the last one accepted.
    fact sequence.repeated;
    /// The tail offset differs from `Stream-Expected-Offset`.
    fact tail.unexpected;
    /// The stream's write queue is full (limits `queue`, `queue_bytes`).
    fact queue.full;
    /// The stream has the maximum number of live readers (limit `readers`).
    fact readers.full;
    /// The offset is beyond the tail offset.
    fact position.beyond;
    /// The offset is before the earliest retained offset, or belongs to an earlier stream at the path.
    fact position.trimmed;
    /// The client has this response already: `If-None-Match` matches its entity tag.
    fact page.matches;
    /// The offset is before the tail offset, so there is data to send.
    fact page.available;
    /// Stored data of the page is missing or fails its checksum.
    fact page.damaged;
    /// The newest stream at the path was deleted or has expired.
    fact generation.deleted;
    /// The stream can't be rebuilt from its R2 objects and the remaining rows.
    fact segments.unusable;
    /// Some of the stream's R2 objects have not been read and checked yet.
    fact segments.unchecked;

    /// Live data (§5.8).
    events Feed {
        /// Data of the stream.
        event Data = "data": payload;
        /// The reader's position. Follows each data event.
        event Control = "control": json {
            /// Offset to continue from.
            streamNextOffset: Offset;
            /// Value to send as `cursor` when reconnecting. Absent once the stream is closed.
            streamCursor: Interval as text?;
            /// The reader has all data up to the tail.
            upToDate: flag;
            /// The stream is closed, and the reader has all of its data.
            streamClosed: flag;
        }
    }

    cors {
        origin = "*";
        max_age = 1 d;
    }

    every response {
        XContentTypeOptions = "nosniff";
        CrossOriginResourcePolicy = "cross-origin";
        TimingAllowOrigin = "*";
        ServerTiming?;
    }

    /// Clients. All have the same token, which permits everything. If the operator has configured none, clients need no credentials.
    access Client {
        credentials Authorization;
        credentials none;
        operations {
            /// Create a stream.
            create,
            /// Create a stream as a fork. `read` of the source is needed, too.
            fork,
            /// Append to a stream.
            append,
            /// Close a stream.
            close,
            /// Read a stream and its metadata.
            read,
            /// Delete a stream.
            delete,
            /// Operate the server.
            admin,
        }
        unknown => Unauthorized;
    }

    /// The request needs the bearer token.
    outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
    /// Nothing is served at this path.
    outcome NoSuchResource = 404 problem "no-such-resource" { CacheControl = NoStore; }
    /// This path is reserved for the protocol.
    outcome Reserved = 404 problem "reserved-path" { CacheControl = NoStore; }
    /// The resource does not support this method.
    outcome MethodNotAllowed = 405 problem "method-not-allowed" { CacheControl = NoStore; }

    unrouted {
        path     => NoSuchResource;
        reserved => Reserved;
        method   => MethodNotAllowed;

        /// A path outside of all resources gets 404.
        example nothing_elsewhere for path in ["/", "/v1", "/v1/streams/a", "/v0/stream/a"] {
            send GET path;
            expect NoSuchResource;
        }
        /// A stream's path can't start with a reserved name, escaped or not.
        example names_that_are_kept for path in ["/v1/stream/__ds", "/v1/stream/__ds/a", "/v1/stream/%5F%5Fds"] {
            send GET path;
            expect Reserved;
        }
        /// A method that the resource does not support gets 405.
        example no_such_method {
            send PATCH "/v1/stream/a";
            expect MethodNotAllowed;
        }
    }

    /// The answers of all resources before they look at a stream.
    common Guarded {
        refuse {
            malformed => BadRequest;
            failure   => Unavailable;
        }

        /// The request is malformed.
        outcome BadRequest = 400 problem "bad-request" { CacheControl = NoStore; }
        /// The server can't complete the request now. A write or a restore may or may not have been committed. The detail contains the
        /// reason. Retry the request.
        outcome Unavailable = 503 problem "unavailable" detail { RetryAfter = 1; CacheControl = NoStore; }
    }

    /// A stream.
    resource Stream at "/v1/stream/{path..}" with Guarded {
        path path: segments 1..=1024;
        reserve "__ds";

        /// There is no stream at this path.
        outcome NotFound = 404 problem "stream-not-found" { CacheControl = NoStore; }
        /// The stream was deleted or has expired. Its data is kept only for its forks.
        outcome Gone = 410 problem "stream-gone" { CacheControl = NoStore; }
        /// The server is at a limit: memory for bodies, or the stream's queued writes, live readers or forks. Retry later.
        outcome Busy = 429 problem "busy" { RetryAfter = 1; CacheControl = NoStore; }
        /// The stream does not satisfy `If-Match` or `If-None-Match`. Nothing was changed.
        outcome PreconditionFailed = 412 problem "precondition-failed" {
            StreamNextOffset?; StreamClosed?; Etag?; CacheControl = NoStore;
        }
        /// The body has a content coding. Send it without one: the server stores bodies as they are.
        outcome ContentCodingUnsupported = 415 problem "content-coding-unsupported" about ContentEncoding {
            AcceptEncoding = Identity; CacheControl = NoStore;
        }
        /// The body exceeds the maximum size.
        outcome TooLarge = 413 problem "body-too-large" about body { CacheControl = NoStore; }
        /// The server received no further part of the body in time.
        outcome BodyStalled = 408 problem "body-stalled" about body { CacheControl = NoStore; }
        /// The body is not valid JSON, which this stream requires.
        outcome InvalidMessages = 400 problem "invalid-json" about body detail { CacheControl = NoStore; }
        /// The body contains a message that exceeds the maximum size.
        outcome MessagesTooLarge = 413 problem "messages-too-large" about body detail { CacheControl = NoStore; }
        /// The stream is UTF-8 text, but with this body it would not be. An append can end within a character, but the stream can't be
        /// closed there.
        outcome InvalidText = 400 problem "invalid-utf-8" about body detail { CacheControl = NoStore; }
        /// The offset is beyond the tail of the stream.
        outcome BeyondTail = 400 problem "offset-beyond-tail" about Position {
            CacheControl = NoStore; StreamNextOffset;
        }

        /// The data at this offset is no longer stored. Continue at `Stream-Earliest-Offset`. Do not start over at `-1`, because a cache
        /// can still have an outdated response to that.
        outcome Trimmed = 410 problem "offset-trimmed" about Position { CacheControl = NoStore; StreamEarliestOffset; }
        /// A part of the stream is damaged or missing in storage. The detail contains its offsets. None of its data was sent.
        outcome SegmentDamaged = 500 problem "segment-damaged" detail { CacheControl = NoStore; }

        /// Creates a stream or a fork, or confirms that the stream exists with this configuration (§5.1).
        endpoint create = PUT {
            needs create(path);
            needs fork(path) when Fork;
            needs read(StreamForkedFrom);

            request {
                ContentEncoding?;
                ContentType?;
                IfMatch?;
                IfNoneMatch?;
                Lifetime?;
                StreamRetainBytes?;
                StreamRetainAge?;
                StreamClosed?;
                Fork?;
                body ..= limits.body;
            }
            refuse {
                content_coding.unsupported                  => ContentCodingUnsupported;
                body.too_large                              => TooLarge;
                body.crowded                                => Busy;
                body.stalled                                => BodyStalled;
                expiry.past                                 => ExpiryPast;
                fork.unanchored                             => ForkUnanchored;
                stream.gone                                 => PathTaken;
                not stream.absent and configuration.differs => ConfigurationConflict;
                stream.absent and source.absent             => SourceNotFound;
                stream.absent and source.gone               => SourceGone;
                stream.absent and fork.overshoots           => ForkOvershoots;
                stream.absent and fork.beyond               => ForkBeyondTail;
                stream.absent and fork.trimmed              => ForkTrimmed;
                stream.absent and fork.too_deep             => ForkTooDeep;
                stream.absent and content_type.differs      => SourceTypeConflict;
                stream.absent and forks.full                => Busy;
                stream.absent and queue.full                => Busy;
                stream.absent and messages.too_large        => MessagesTooLarge;
                stream.absent and messages.invalid          => InvalidMessages;
                stream.absent and text.invalid              => InvalidText;
                precondition.failed                         => PreconditionFailed;
            }
            answer {
                stream.absent => Created;
                stream.open   => Ensured;
                stream.closed => Ensured;
            }

            /// The stream was created.
            outcome Created = 201 { Location; ContentType; StreamNextOffset; StreamClosed?; CacheControl = NoStore; }
            /// The stream exists with this configuration. Its data is unchanged.
            outcome Ensured = 200 { ContentType; StreamNextOffset; StreamClosed?; CacheControl = NoStore; }
            /// The expiry time must be in the future.
            outcome ExpiryPast = 400 problem "expiry-past" about StreamExpiresAt { CacheControl = NoStore; }
            /// A `Stream-Fork-Sub-Offset` above 0 requires `Stream-Fork-Offset`.
            outcome ForkUnanchored = 400 problem "fork-unanchored" about StreamForkSubOffset { CacheControl = NoStore; }
            /// The path is still in use by a deleted stream that has forks.
            outcome PathTaken = 409 problem "path-taken" { CacheControl = NoStore; }
            /// The stream named in `Stream-Forked-From` does not exist.
            outcome SourceNotFound = 404 problem "source-not-found" about StreamForkedFrom { CacheControl = NoStore; }
            /// The stream named in `Stream-Forked-From` was deleted or has expired.
            outcome SourceGone = 409 problem "source-gone" about StreamForkedFrom { CacheControl = NoStore; }
            /// `Stream-Fork-Offset` must not be beyond the source's tail offset.
            outcome ForkBeyondTail = 400 problem "fork-beyond-tail" about StreamForkOffset { CacheControl = NoStore; }
            /// `Stream-Fork-Offset` plus `Stream-Fork-Sub-Offset` must not be beyond the source's tail offset.
            outcome ForkOvershoots = 400 problem "fork-overshoots" about StreamForkSubOffset { CacheControl = NoStore; }
            /// The source's data at the fork offset is no longer stored.
            outcome ForkTrimmed = 410 problem "fork-trimmed" about StreamForkOffset { CacheControl = NoStore; }
            /// The fork chain of the stream named in `Stream-Forked-From` has the maximum length.
            outcome ForkTooDeep = 409 problem "fork-too-deep" about StreamForkedFrom { CacheControl = NoStore; }
            /// `Content-Type` must match the source stream's content type.
            outcome SourceTypeConflict = 409 problem "source-type-conflict" about ContentType {
                CacheControl = NoStore;
            }
            /// The stream exists with a different content type, expiry, retention, source or closed state.
            outcome ConfigurationConflict = 409 problem "configuration-conflict" {
                StreamClosed?; CacheControl = NoStore;
            }

            /// A new stream is open. Without a body, it is empty.
            example created_empty {
                given stream.absent;
                send PUT "/v1/stream/a" { ContentType = "text/plain"; }
                expect Created {
                    Location;
                    ContentType = "text/plain";
                    StreamNextOffset = "0000000000000000";
                    not StreamClosed;
                }
            }
            /// A stream can be created with all of its data and closed in one request.
            example created_whole {
                given stream.absent;
                send PUT "/v1/stream/a" { ContentType = "application/json"; StreamClosed = "true"; body = "[1, 2, 3]"; }
                expect Created {
                    Location;
                    ContentType = "application/json";
                    StreamNextOffset = "0000000000000003";
                    StreamClosed = "true";
                }
            }
            /// A content type can have empty parameters, and its names can contain any token character.
            example created_of_any_token for media in ["text/plain;;charset=utf-8", "text/plain; ;", "application/vnd.a~b|c`d", "text/plain;a~b=\"c;d\"",] {
                given stream.absent;
                send PUT "/v1/stream/a" { ContentType = media; }
                expect Created { Location; ContentType = media; StreamNextOffset = "0000000000000000"; }
            }
            /// Without `Content-Type`, the new stream has the type `application/octet-stream`.
            example created_of_bytes {
                given stream.absent;
                send PUT "/v1/stream/a" { body = "abc"; }
                expect Created {
                    Location;
                    ContentType = "application/octet-stream";
                    StreamNextOffset = "0000000000000003";
                }
            }
            /// A fork inherits the data of its source up to the fork offset.
            example forked {
                given stream.absent and source.ready {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abcdef"; }
                }
                send PUT "/v1/stream/a" {
                    StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; StreamForkSubOffset = "1";
                }
                expect Created { Location; ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
            }
            /// Creating an existing stream with the same configuration succeeds. The body of the second request is not appended.
            example created_again {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; body = "more"; }
                expect Ensured { ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; not StreamClosed; }
            }
            /// Creating a closed stream again succeeds only if the request closes it, too.
            example created_closed_again {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
                expect Ensured { ContentType = "text/plain"; StreamNextOffset; StreamClosed = "true"; }
            }
            /// A stream can be created with a retention of its own. A fork does not inherit that of its source.
            example created_to_keep_a_day for retention in ["0", "86400", "3153600000"] {
                given stream.absent;
                send PUT "/v1/stream/a" { StreamRetainAge = retention; StreamRetainBytes = "1073741824"; }
                expect Created { Location; ContentType; StreamNextOffset = "0000000000000000"; }
            }
            /// Creating a stream again succeeds if the retention is the same.
            example created_to_keep_a_day_again {
                given stream.open { PUT "/v1/stream/a" { StreamRetainAge = "86400"; } }
                send PUT "/v1/stream/a" { StreamRetainAge = "86400"; }
                expect Ensured { ContentType; StreamNextOffset = "0000000000000000"; }
            }
            /// Creating a stream again with a different retention gets 409.
            example other_retention for retention in ["0", "1", "86401"] {
                given stream.open and configuration.differs { PUT "/v1/stream/a" { StreamRetainAge = "86400"; } }
                send PUT "/v1/stream/a" { StreamRetainAge = retention; }
                expect ConfigurationConflict { not StreamClosed; }
            }
            /// Creating a stream again with a different content type gets 409.
            example other_type {
                given stream.open and configuration.differs { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send PUT "/v1/stream/a" { ContentType = "application/json"; }
                expect ConfigurationConflict { not StreamClosed; }
            }
            /// Creating a closed stream again without closing it gets 409.
            example open_again {
                given stream.closed and configuration.differs {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
                }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; }
                expect ConfigurationConflict { StreamClosed = "true"; }
            }
            /// A stream can't be created with an expiry time in the past.
            example expired_before_it_began {
                given expiry.past;
                send PUT "/v1/stream/a" { StreamExpiresAt = "2020-01-01T00:00:00Z"; }
                expect ExpiryPast;
            }
            /// A request with both `Stream-TTL` and `Stream-Expires-At` gets 400.
            example two_lifetimes {
                send PUT "/v1/stream/a" { StreamTtl = "60"; StreamExpiresAt = "2100-01-01T00:00:00Z"; }
                expect BadRequest;
            }
            /// A TTL must be a whole number of seconds without leading zeros, at most 100 years.
            example malformed_ttl for ttl in ["-1", "1.5", "1e3", "007", "+60", "0x3c", "3153600001", "a minute"] {
                send PUT "/v1/stream/a" { StreamTtl = ttl; }
                expect BadRequest;
            }
            /// A retention by age must be a whole number of seconds without leading zeros, at most 100 years.
            example malformed_retention for retention in ["-1", "1.5", "all", "1 GiB", "3153600001"] {
                send PUT "/v1/stream/a" { StreamRetainAge = retention; }
                expect BadRequest;
            }
            /// A retention by size must be a whole number of bytes, at most 2^53 - 1.
            example malformed_retention_of_bytes for retention in ["-1", "1.5", "all", "1 GiB", "9007199254740992"] {
                send PUT "/v1/stream/a" { StreamRetainBytes = retention; }
                expect BadRequest;
            }
            /// An expiry time must be an RFC 3339 timestamp.
            example malformed_expiry for instant in ["tomorrow", "2100-01-01", "2100-13-01T00:00:00Z", "4102444800", "2100-01-01500:00:00Z", "2100-01-01 00:00:00Z", "2100-01-01T00:00:00+24:00",] {
                send PUT "/v1/stream/a" { StreamExpiresAt = instant; }
                expect BadRequest;
            }
            /// A content type must have a type and a subtype, without wildcards.
            example malformed_type for media in ["text", "text/", "/plain", "text plain", "text/*", "text/plain;charset"] {
                send PUT "/v1/stream/a" { ContentType = media; }
                expect BadRequest;
            }
            /// A source must be the path of a stream on this server.
            example malformed_source for source in ["b", "/v1/streams/b", "http://example.com/v1/stream/b"] {
                send PUT "/v1/stream/a" { StreamForkedFrom = source; }
                expect BadRequest;
            }
            /// A fork offset without a source gets 400.
            example parted_from_nothing {
                send PUT "/v1/stream/a" { StreamForkOffset = "0000000000000001"; }
                expect BadRequest;
            }
            /// A sub-offset without a fork offset gets 400.
            example counted_from_nowhere {
                given fork.unanchored { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkSubOffset = "1"; }
                expect ForkUnanchored;
            }
            /// A path can't be reused while forks need the data of the deleted stream.
            example not_free_yet {
                given stream.gone {
                    PUT "/v1/stream/a" { body = "abc"; }
                    PUT "/v1/stream/b" { StreamForkedFrom = "/v1/stream/a"; }
                    DELETE "/v1/stream/a";
                }
                send PUT "/v1/stream/a";
                expect PathTaken;
            }
            /// Forking a stream that does not exist gets 404.
            example fork_of_nothing {
                given stream.absent and source.absent;
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
                expect SourceNotFound;
            }
            /// Forking a soft-deleted stream gets 409.
            example fork_of_what_is_gone {
                given stream.absent and source.gone {
                    PUT "/v1/stream/b" { body = "abc"; }
                    PUT "/v1/stream/c" { StreamForkedFrom = "/v1/stream/b"; }
                    DELETE "/v1/stream/b";
                }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
                expect SourceGone;
            }
            /// A fork offset of 4 is beyond the tail of a source with three bytes.
            example fork_beyond_the_tail {
                given stream.absent and fork.beyond and not fork.overshoots { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000004"; }
                expect ForkBeyondTail;
            }
            /// A fork offset of 2 plus a sub-offset of 2 is beyond the tail of a source with three bytes.
            example fork_past_the_tail {
                given stream.absent and fork.overshoots { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" {
                    StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; StreamForkSubOffset = "2";
                }
                expect ForkOvershoots;
            }
            /// A fork can't start at data that its source no longer stores.
            example fork_of_what_is_not_kept {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given limits.retain = 1 B;
                given stream.absent and fork.trimmed {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/b" { ContentType = "text/plain"; body = "def"; }
                }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000001"; }
                expect ForkTrimmed;
            }
            /// A fork at the beginning of its source inherits nothing, so it can be created even if the source's oldest data was deleted.
            example fork_of_the_beginning for offset in ["-1", "0000000000000000_0000000000000000"] {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given limits.retain = 1 B;
                given stream.absent and source.ready and not fork.trimmed {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/b" { ContentType = "text/plain"; body = "def"; }
                }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = offset; }
                expect Created { Location; ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
            }
            /// A fork that would exceed the limit `fork_depth` gets 409.
            example fork_too_deep {
                given limits.fork_depth = 0;
                given stream.absent and fork.too_deep { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
                expect ForkTooDeep;
            }
            /// A fork with a content type other than its source's gets 409.
            example fork_of_another_type {
                given stream.absent and source.ready and content_type.differs {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; ContentType = "application/json"; }
                expect SourceTypeConflict;
            }
            /// A JSON stream can't be created with a body that is not valid JSON.
            example created_with_half_an_array {
                given stream.absent and messages.invalid;
                send PUT "/v1/stream/a" { ContentType = "application/json"; body = "[1, 2"; }
                expect InvalidMessages;
            }
            /// With `If-None-Match: *`, a stream is created if none exists.
            example created_where_none_is {
                given stream.absent and not precondition.failed;
                send PUT "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Created { Location; ContentType; StreamNextOffset = "0000000000000000"; }
            }
            /// With `If-None-Match: *`, creating an existing stream gets 412, with its tail offset and entity tag.
            example created_where_one_is {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; IfNoneMatch = "*"; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
            }
            /// With `If-Match`, creating a stream that does not exist gets 412.
            example created_to_match_what_is_not_there for tags in ["*", "\"a\""] {
                given stream.absent and precondition.failed;
                send PUT "/v1/stream/a" { IfMatch = tags; }
                expect PreconditionFailed { not StreamNextOffset; not Etag; }
            }
            /// Preconditions are checked last: a request with a different content type gets 409 (RFC 9110 §13.2.1).
            example other_type_and_where_one_is {
                given stream.open and configuration.differs and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                }
                send PUT "/v1/stream/a" { ContentType = "application/json"; IfNoneMatch = "*"; }
                expect ConfigurationConflict { not StreamClosed; }
            }
            /// A malformed precondition gets 400.
            example created_with_malformed_tags for tags in ["abc", "\"abc", "*, \"abc\""] {
                send PUT "/v1/stream/a" { IfNoneMatch = tags; }
                expect BadRequest;
            }
            /// A body with a content coding gets 415. The server decides this from the headers.
            example created_encoded for codings in ["gzip", "GZIP", "br, identity", "deflate"] {
                given content_coding.unsupported;
                send PUT "/v1/stream/a" { ContentType = "application/json"; ContentEncoding = codings; body = "[1, 2"; }
                expect ContentCodingUnsupported { AcceptEncoding = "identity"; }
            }
            /// A fork that begins within a UTF-8 character must continue with the rest of it.
            example forked_within_a_character {
                given stream.absent and source.ready and text.invalid {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
                }
                send PUT "/v1/stream/a" {
                    ContentType = "text/plain"; StreamForkedFrom = "/v1/stream/b";
                    StreamForkOffset = "0000000000000002";
                    body = "b";
                }
                expect InvalidText;
            }
            /// Streams of another charset are not checked.
            example forked_as_bytes {
                given stream.absent and source.ready {
                    PUT "/v1/stream/b" { ContentType = "text/plain; charset=iso-8859-1"; body = "aé"; }
                }
                send PUT "/v1/stream/a" {
                    ContentType = "text/plain; charset=iso-8859-1"; StreamForkedFrom = "/v1/stream/b";
                    StreamForkOffset = "0000000000000002";
                    body = "b";
                }
                expect Created { Location; ContentType; StreamNextOffset = "0000000000000003"; }
            }
            /// If the write queue is full, the response contains the seconds to wait before retrying.
            example created_when_all_wait {
                given limits.queue_bytes = 0 B;
                given stream.absent and queue.full;
                send PUT "/v1/stream/a";
                expect Busy { RetryAfter = "1"; }
            }
        }

        /// Appends to the stream, closes it, or both at once (§5.2, §5.3).
        endpoint append = POST {
            needs append(path);
            needs close(path) when StreamClosed;

            request {
                ContentEncoding?;
                ContentType unless body.empty;
                IfMatch?;
                IfNoneMatch?;
                StreamExpectedOffset?;
                StreamSeq?;
                StreamClosed?;
                Producer?;
                body ..= limits.body;
            }
            refuse {
                content_coding.unsupported                                   => ContentCodingUnsupported;
                body.too_large                                               => TooLarge;
                body.crowded                                                 => Busy;
                body.stalled                                                 => BodyStalled;
                body.empty and not StreamClosed                              => EmptyBody;
                stream.absent                                                => NotFound;
                stream.gone                                                  => Gone;
                stream.closed and not producer.none and not closing.repeated => Closed;
                stream.closed and producer.none and not body.empty           => Closed;
                not body.empty and content_type.differs                      => ContentTypeConflict;
                producer.stale                                               => Fenced;
                producer.unseeded                                            => EpochUnseeded;
                producer.ahead                                               => SequenceGap;
                stream.open and not producer.repeated and sequence.repeated  => SequenceConflict;
                not producer.repeated and not closing.repeated and tail.unexpected => TailConflict;
                stream.open and not producer.repeated and queue.full         => Busy;
                stream.open and not producer.repeated and messages.too_large => MessagesTooLarge;
                stream.open and not producer.repeated and messages.invalid   => InvalidMessages;
                stream.open and not producer.repeated and messages.empty     => NoMessages;
                stream.open and not producer.repeated and text.invalid       => InvalidText;
                not producer.repeated and not closing.repeated and precondition.failed => PreconditionFailed;
            }
            answer {
                stream.closed and closing.repeated               => Repeated;
                stream.closed and producer.none                  => AlreadyClosed;
                stream.open and producer.repeated                => Repeated;
                stream.open and producer.next and not body.empty => Accepted;
                stream.open and producer.next                    => ClosedByProducer;
                stream.open and producer.none                    => Appended;
            }

            /// The data was appended, the stream was closed, or both. If the request had a precondition, `ETag` is the value for the next
            /// one.
            outcome Appended = 204 { StreamNextOffset; StreamClosed?; Etag?; CacheControl = NoStore; }
            /// The stream was closed already.
            outcome AlreadyClosed = 204 { StreamNextOffset; StreamClosed; CacheControl = NoStore; }
            /// The producer's data was appended.
            outcome Accepted = 200 {
                StreamNextOffset; StreamClosed?; ProducerEpoch; ProducerSeq; Etag?; CacheControl = NoStore;
            }
            /// The producer closed the stream.
            outcome ClosedByProducer = 204 {
                StreamNextOffset; StreamClosed; ProducerEpoch; ProducerSeq; Etag?; CacheControl = NoStore;
            }
            /// The append has already been accepted. Nothing was changed.
            outcome Repeated = 204 {
                StreamNextOffset; StreamClosed?; ProducerEpoch; ProducerSeq; CacheControl = NoStore;
            }
            /// The body can be empty only if the request closes the stream.
            outcome EmptyBody = 400 problem "empty-body" about body { CacheControl = NoStore; }
            /// The array must contain at least one message.
            outcome NoMessages = 400 problem "no-messages" about body { CacheControl = NoStore; }
            /// The stream is closed. Nothing was appended.
            outcome Closed = 409 problem "stream-closed" { StreamClosed; StreamNextOffset; CacheControl = NoStore; }
            /// `Content-Type` must match the stream's content type.
            outcome ContentTypeConflict = 409 problem "content-type-conflict" about ContentType {
                CacheControl = NoStore;
            }
            /// Sequence conflict: `Stream-Seq` must be greater than the last one accepted.
            outcome SequenceConflict = 409 problem "sequence-conflict" about StreamSeq {
                StreamNextOffset; CacheControl = NoStore;
            }
            /// Expected offset conflict: the tail of the stream is not at this offset. Nothing was appended.
            outcome TailConflict = 409 problem "tail-conflict" about StreamExpectedOffset {
                StreamNextOffset; StreamClosed?; CacheControl = NoStore;
            }
            /// The producer has a newer epoch.
            outcome Fenced = 403 problem "producer-fenced" about ProducerEpoch {
                ProducerEpoch; CacheControl = NoStore;
            }
            /// An epoch must start with sequence number 0.
            outcome EpochUnseeded = 400 problem "epoch-not-started" about ProducerSeq { CacheControl = NoStore; }
            /// Sequence numbers before this one are missing.
            outcome SequenceGap = 409 problem "sequence-gap" about ProducerSeq {
                ProducerExpectedSeq; ProducerReceivedSeq; CacheControl = NoStore;
            }

            /// The response contains the new tail offset.
            example appended {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "de"; }
                expect Appended { StreamNextOffset = "0000000000000005"; not StreamClosed; }
            }
            /// Each element of a JSON array is one message.
            example appended_messages {
                given stream.open { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = "[1, [2, 3]]"; }
                expect Appended { StreamNextOffset = "0000000000000002"; }
            }
            /// An append can close the stream in the same request.
            example appended_and_closed {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "bye"; }
                expect Appended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// A request that only closes the stream needs no body and no content type.
            example closed {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send POST "/v1/stream/a" { StreamClosed = "true"; }
                expect Appended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// Closing a closed stream succeeds and changes nothing.
            example closed_twice {
                given stream.closed and producer.none { PUT "/v1/stream/a" { StreamClosed = "true"; } }
                send POST "/v1/stream/a" { StreamClosed = "true"; }
                expect AlreadyClosed { StreamNextOffset = "0000000000000000"; }
            }
            /// Appending to a closed stream gets 409, with the tail offset.
            example closed_takes_no_more {
                given stream.closed and producer.none {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect Closed { StreamClosed = "true"; StreamNextOffset = "0000000000000003"; }
            }
            /// A producer's first append has sequence number 0. The response contains the last number accepted.
            example produced {
                given stream.open and producer.next { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "abc";
                }
                expect Accepted { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
            }
            /// A retry of a producer's append succeeds and appends nothing.
            example produced_again {
                given stream.open and producer.repeated {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" {
                        ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                        body = "abc";
                    }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "abc";
                }
                expect Repeated { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
            }
            /// A producer closes the stream with its next sequence number.
            example closed_by_its_producer {
                given stream.open and producer.next { PUT "/v1/stream/a"; }
                send POST "/v1/stream/a" {
                    StreamClosed = "true"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                }
                expect ClosedByProducer {
                    StreamNextOffset; StreamClosed = "true"; ProducerEpoch = "0"; ProducerSeq = "0";
                }
            }
            /// A producer's request to close a closed stream succeeds only as a retry of the one that closed it: same producer, epoch and
            /// sequence number. Otherwise 409.
            example closed_by_another {
                given stream.closed and not producer.none and not closing.repeated {
                    PUT "/v1/stream/a" { StreamClosed = "true"; }
                }
                send POST "/v1/stream/a" {
                    StreamClosed = "true"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                }
                expect Closed { StreamNextOffset; }
            }
            /// An append with an older epoch gets 403, with the current epoch.
            example fenced {
                given stream.open and producer.stale {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" {
                        ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "2"; ProducerSeq = "0";
                        body = "new";
                    }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "1"; ProducerSeq = "0";
                    body = "old";
                }
                expect Fenced { ProducerEpoch = "2"; }
            }
            /// The first append of a new epoch must have sequence number 0.
            example epoch_from_the_middle {
                given stream.open and producer.unseeded {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" {
                        ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                        body = "x";
                    }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "1"; ProducerSeq = "1";
                    body = "y";
                }
                expect EpochUnseeded;
            }
            /// An append that skips sequence numbers gets 409, with the number expected next.
            example gap {
                given stream.open and producer.ahead {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" {
                        ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                        body = "x";
                    }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "3";
                    body = "y";
                }
                expect SequenceGap { ProducerExpectedSeq = "1"; ProducerReceivedSeq = "3"; }
            }
            /// Epochs and sequence numbers must be whole numbers of at most 2^53 - 1, without leading zeros.
            example malformed_epoch for epoch in ["-1", "1.5", "0x1", "01", "one", "9007199254740992"] {
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = epoch; ProducerSeq = "0";
                    body = "x";
                }
                expect BadRequest;
            }
            /// An append with only some of the producer headers gets 400.
            example half_a_producer {
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerSeq = "0";
                    body = "x";
                }
                expect BadRequest;
            }
            /// An append with a body and without a content type gets 400.
            example without_a_type {
                send POST "/v1/stream/a" { body = "x"; }
                expect BadRequest;
            }
            /// `Stream-Seq` is compared byte by byte: `10` is less than `2`.
            example out_of_order for later in ["2", "10", "1"] {
                given stream.open and sequence.repeated {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = "2"; body = "x"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = later; body = "y"; }
                expect SequenceConflict { StreamNextOffset = "0000000000000001"; }
            }
            /// An append whose expected offset is the tail offset succeeds.
            example expected {
                given stream.open and not tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamExpectedOffset = "0000000000000003";
                    body = "de";
                }
                expect Appended { StreamNextOffset = "0000000000000005"; not Etag; }
            }
            /// An append whose expected offset is before or beyond the tail offset gets 409, with the tail offset.
            example unexpected for offset in ["0000000000000000", "0000000000000002", "0000000000000004"] {
                given stream.open and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamExpectedOffset = offset; body = "de"; }
                expect TailConflict { StreamNextOffset = "0000000000000003"; not StreamClosed; }
            }
            /// A request to close the stream gets 409 if the expected offset is not the tail offset.
            example closed_elsewhere {
                given stream.open and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000002"; }
                expect TailConflict { StreamNextOffset = "0000000000000003"; not StreamClosed; }
            }
            /// Closing a closed stream succeeds if the expected offset is its tail offset.
            example closed_twice_as_expected {
                given stream.closed and producer.none and not tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000003"; }
                expect AlreadyClosed { StreamNextOffset = "0000000000000003"; }
            }
            /// Closing a closed stream gets 409 if the expected offset is not its tail offset.
            example closed_before_elsewhere {
                given stream.closed and producer.none and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000002"; }
                expect TailConflict { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// Appending to a closed stream gets 409 `stream-closed`, whether or not the expected offset is its tail offset.
            example closed_before_it_was_expected {
                given stream.closed and producer.none and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamExpectedOffset = "0000000000000002";
                    body = "de";
                }
                expect Closed { StreamClosed = "true"; StreamNextOffset = "0000000000000003"; }
            }
            /// A retry of a producer's append succeeds, although the tail offset has changed since.
            example expected_again {
                given stream.open and producer.repeated and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" {
                        ContentType = "text/plain"; StreamExpectedOffset = "0000000000000000";
                        ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                        body = "abc";
                    }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamExpectedOffset = "0000000000000000";
                    ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "abc";
                }
                expect Repeated { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
            }
            /// If the expected offset is right and `Stream-Seq` is not, the append gets 409.
            example expected_out_of_order {
                given stream.open and sequence.repeated and not tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = "2"; body = "x"; }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamExpectedOffset = "0000000000000001"; StreamSeq = "2";
                    body = "y";
                }
                expect SequenceConflict { StreamNextOffset = "0000000000000001"; }
            }
            /// If `Stream-Seq` is right and the expected offset is not, the append gets 409.
            example unexpected_in_order {
                given stream.open and tail.unexpected and not sequence.repeated {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = "2"; body = "x"; }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamExpectedOffset = "0000000000000000"; StreamSeq = "3";
                    body = "y";
                }
                expect TailConflict { StreamNextOffset = "0000000000000001"; }
            }
            /// The tail of a new fork is at the fork offset.
            example expected_of_a_fork {
                given stream.open and not tail.unexpected {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                    PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; StreamExpectedOffset = "0000000000000002";
                    body = "x";
                }
                expect Appended { StreamNextOffset = "0000000000000003"; }
            }
            /// An expected offset must be one that this server has sent, not `-1` or `now`.
            example malformed_expectation for offset in ["-1", "now", "3", "000000000000000a"] {
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamExpectedOffset = offset; body = "x"; }
                expect BadRequest;
            }
            /// With a matching `If-Match`, the append succeeds, and the response contains the entity tag for the next one.
            example matched {
                given stream.open and not precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = "*"; body = "de"; }
                expect Appended { StreamNextOffset = "0000000000000005"; Etag; }
            }
            /// If `If-Match` does not match, the append gets 412, with the tail offset and the current entity tag.
            example unmatched for tags in ["\"a\"", "W/\"a\", \"b\""] {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = tags; body = "de"; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
            }
            /// An entity tag from before the stream was closed no longer matches.
            example closed_unmatched {
                given stream.closed and producer.none and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000000"; StreamClosed = "true"; Etag; }
            }
            /// The precondition of a retried append is not checked again.
            example matched_again {
                given stream.open and producer.repeated and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" {
                        ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                        body = "abc";
                    }
                }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    IfMatch = "\"a\"";
                    body = "abc";
                }
                expect Repeated { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
            }
            /// With `If-None-Match: *`, an append to an existing stream gets 412.
            example appended_where_one_is {
                given stream.open and precondition.failed { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfNoneMatch = "*"; body = "x"; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000000"; Etag; }
            }
            /// A malformed precondition gets 400.
            example malformed_precondition for tags in ["abc", "\"abc", "*, \"abc\""] {
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = tags; body = "x"; }
                expect BadRequest;
            }
            /// An append with a content coding gets 415. The server decides this from the headers.
            example encoded for codings in ["gzip", "br", "zstd", "identity, gzip", "gzip,gzip", "GZip", "utf-8"] {
                given content_coding.unsupported;
                send POST "/v1/stream/a" { ContentType = "application/json"; ContentEncoding = codings; body = "1f8b"; }
                expect ContentCodingUnsupported { AcceptEncoding = "identity"; }
            }
            /// The content coding `identity` is accepted, as is an empty list.
            example encoded_as_itself for codings in ["identity", "Identity", "identity, identity", ""] {
                given stream.open and not content_coding.unsupported {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; ContentEncoding = codings; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; ContentEncoding = codings; body = "de"; }
                expect Appended { StreamNextOffset = "0000000000000005"; }
            }
            /// After the first byte of a UTF-8 character, an append must start with the rest of it.
            example no_text for body in ["b", "é"] {
                given stream.open and text.invalid {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
                    PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = body; }
                expect InvalidText;
            }
            /// A text stream can't be closed within a UTF-8 character.
            example closed_within_a_character {
                given stream.open and text.invalid {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
                    PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; }
                expect InvalidText;
            }
            /// An append without a body gets 400, unless it closes the stream.
            example empty {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; }
                expect EmptyBody;
            }
            /// An append of an empty JSON array gets 400.
            example empty_array {
                given stream.open and messages.empty { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = "[]"; }
                expect NoMessages;
            }
            /// A body that is not valid JSON can't be appended to a JSON stream.
            example no_json for body in ["{\"a\":", "[1, 2", "1 2", "undefined"] {
                given stream.open and messages.invalid { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = body; }
                expect InvalidMessages;
            }
            /// A message that exceeds the limit `message` gets 413, also within an array.
            example message_too_long for body in ["\"12345\"", "[1, \"12345\"]"] {
                given limits.message = 4 B;
                given stream.open and messages.too_large { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = body; }
                expect MessagesTooLarge;
            }
            /// A body that exceeds the limit `body` gets 413.
            example body_too_long {
                given limits.body = 4 B;
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "12345"; }
                expect TooLarge;
            }
            /// If the server has no memory left for a body, the request gets 429.
            example body_without_room {
                given limits.memory = 0 B;
                given limits.memory_small = 0 B;
                given limits.memory_pages = 0 B;
                given stream.open and body.crowded { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect Busy { RetryAfter = "1"; }
            }
            /// If the client stops sending within a body, it gets 408, and the stream is unchanged.
            example body_that_stalls {
                given stream.open and body.stalled { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "half of"; }
                expect BodyStalled;
            }
            /// An append with a content type other than the stream's gets 409.
            example of_another_type {
                given stream.open and content_type.differs { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = "1"; }
                expect ContentTypeConflict;
            }
            /// Appending to a stream that does not exist gets 404.
            example to_nothing {
                given stream.absent;
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect NotFound;
            }
            /// If storage does not confirm an append, it is not acknowledged.
            example unheard {
                given stream.open and failure { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect Unavailable { RetryAfter = "1"; }
            }
        }

        /// Reads stored data up to the tail, within the limits `response` and `response_requests` (catch-up read, §5.6).
        endpoint read = GET {
            needs read(path);

            request {
                Position or Start;
                IfMatch?;
                IfNoneMatch unless malformed;
            }
            refuse {
                stream.absent       => NotFound;
                stream.gone         => Gone;
                position.trimmed    => Trimmed;
                position.beyond     => BeyondTail;
                page.damaged        => SegmentDamaged;
                precondition.failed => PreconditionFailed;
            }
            answer {
                (stream.open or stream.closed) and Position is Tail => AtTail;
                (stream.open or stream.closed) and page.matches     => Unchanged;
                stream.open                                         => Page;
                stream.closed                                       => Page;
            }

            /// A range of the stream, from the requested offset.
            outcome Page = 200 {
                ContentType; StreamNextOffset; StreamUpToDate?; StreamClosed?; Etag; CacheControl;
                ContentSecurityPolicy = "sandbox";
                body bytes;
            }
            /// An empty page. `Stream-Next-Offset` is the tail offset.
            outcome AtTail = 200 {
                ContentType; StreamNextOffset; StreamUpToDate; StreamClosed?; CacheControl = NoStore;
                ContentSecurityPolicy = "sandbox";
                body bytes;
            }
            /// The client has this page already.
            outcome Unchanged = 304 { StreamNextOffset; StreamUpToDate?; StreamClosed?; Etag; CacheControl; }

            /// Without an offset, the response starts at the beginning of the stream.
            example from_the_start {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a";
                expect Page {
                    ContentType = "text/plain";
                    StreamNextOffset = "0000000000000003";
                    StreamUpToDate = "true";
                    not StreamClosed;
                    Etag;
                    CacheControl;
                    body = "abc";
                }
            }
            /// With an offset from an earlier response, the response continues there.
            example from_an_offset {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "0000000000000001"; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                    body = "bc";
                }
            }
            /// A browser that opens an HTML or SVG stream does not run its scripts.
            example as_a_page for content_type in ["text/html", "image/svg+xml"] {
                given stream.open { PUT "/v1/stream/a" { ContentType = content_type; body = "<script>a()</script>"; } }
                send GET "/v1/stream/a";
                expect Page {
                    ContentType = content_type;
                    ContentSecurityPolicy = "sandbox";
                    StreamNextOffset; StreamUpToDate; Etag; CacheControl;
                    body = "<script>a()</script>";
                }
            }
            /// The messages of a JSON stream are sent as one array.
            example messages {
                given stream.open { PUT "/v1/stream/a" { ContentType = "application/json"; body = "[1, {\"a\": 2}]"; } }
                send GET "/v1/stream/a" { Position = "-1"; }
                expect Page {
                    ContentType = "application/json"; StreamNextOffset = "0000000000000002"; Etag; CacheControl;
                    body = "[1,{\"a\": 2}]";
                }
            }
            /// A stream longer than the limit `response` needs several reads. Each response contains the offset for the next.
            example a_page_of_several {
                given limits.response = 4 B;
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abcdef"; } }
                send GET "/v1/stream/a";
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000004";
                    not StreamUpToDate;
                    Etag; CacheControl;
                    body = "abcd";
                }
            }
            /// The last page of a closed stream contains `Stream-Closed`.
            example the_end {
                given stream.closed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; }
                expect Page {
                    ContentType;
                    StreamNextOffset = "0000000000000003";
                    StreamUpToDate = "true";
                    StreamClosed = "true";
                    Etag;
                    CacheControl;
                    body = "";
                }
            }
            /// With the offset `now`, the page is empty and contains the tail offset.
            example from_now_on {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "now"; }
                expect AtTail {
                    ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; CacheControl = "no-store";
                    body = "";
                }
            }
            /// If the client has the page already, the response is 304.
            example unchanged {
                given stream.open and page.matches { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Unchanged { StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl; }
            }
            /// An offset must be one that this server has sent, `-1` or `now`.
            example malformed_offset for offset in ["", "0", "yesterday", "-2", "000000000000000a", "FFFFFFFFFFFFFFFF"] {
                send GET "/v1/stream/a" { Position = offset; }
                expect BadRequest;
            }
            /// The live modes are `long-poll`, `sse` and `ws`. Any other value gets 400.
            example malformed_live for live in ["true", "websocket", "SSE"] {
                send GET "/v1/stream/a" { Position = "-1"; Live = live; }
                expect BadRequest;
            }
            /// A malformed entity tag in `If-None-Match` is ignored, so the page is sent.
            example malformed_tag for tags in ["abc", "\"abc"] {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { IfNoneMatch = tags; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                    body = "abc";
                }
            }
            /// If `If-Match` does not match, the read gets 412.
            example unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// `If-Match: *` matches any existing stream.
            example matched {
                given stream.open and not precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { IfMatch = "*"; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                    body = "abc";
                }
            }
            /// A path must not have empty segments, dot segments or invalid escapes.
            example malformed_path for path in ["/v1/stream/", "/v1/stream/a//b", "/v1/stream/a%zz"] {
                send GET path;
                expect BadRequest;
            }
            /// Reading data that is no longer stored gets 410, with the earliest retained offset.
            example not_kept {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given limits.retain = 1 B;
                given stream.open and position.trimmed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000001"; }
                expect Trimmed { StreamEarliestOffset = "0000000000000003"; }
            }
            /// A new stream at the path of a deleted one starts beyond that one's tail, so reading at an old offset gets 410.
            example from_an_earlier_stream {
                given stream.open and position.trimmed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; }
                expect Trimmed { StreamEarliestOffset = "0000000000000004"; }
            }
            /// A stream's own retention deletes old data in the same way as the server's limits.
            example not_kept_as_asked {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given stream.open and position.trimmed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainBytes = "1"; body = "abc"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000001"; }
                expect Trimmed { StreamEarliestOffset = "0000000000000003"; }
            }
            /// If a stream's old data will be deleted, its first page is sent with `no-cache`. A reader that starts over then gets the
            /// current one.
            example beginning_of_what_is_not_kept for offset in ["-1", "0000000000000000_0000000000000000"] {
                given stream.open {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainBytes = "9"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = offset; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate; Etag; CacheControl = "no-cache";
                    body = "abc";
                }
            }
            /// The same applies to a retention by age, and to a 304 response to a read without an offset.
            example beginning_of_what_is_not_kept_for_long {
                given stream.open and page.matches {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainAge = "60"; body = "abc"; }
                }
                send GET "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Unchanged {
                    StreamNextOffset = "0000000000000003"; StreamUpToDate; Etag; CacheControl = "no-cache";
                }
            }
            /// A page at an offset can be cached although old data will be deleted, because its content does not change.
            example middle_of_what_is_not_kept {
                given limits.retain = 9 B;
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "0000000000000000"; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate; Etag;
                    CacheControl = "public, max-age=60, stale-while-revalidate=300";
                    body = "abc";
                }
            }
            /// A stream's own retention of 0 keeps all data, although the server's limit would delete some.
            example kept_as_asked {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given limits.retain = 1 B;
                given stream.open {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainBytes = "0"; body = "abc"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000001"; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000006"; StreamUpToDate = "true"; Etag; CacheControl;
                    body = "bcdef";
                }
            }
            /// If a block of the page is missing or fails its checksum, the response is 500 and contains none of the page.
            example damaged {
                given limits.hot_rows = 0;
                given stream.open and page.damaged { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a";
                expect SegmentDamaged;
            }
            /// Reading beyond the tail gets 400, with the tail offset.
            example beyond_the_tail {
                given stream.open and position.beyond {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000004"; }
                expect BeyondTail { StreamNextOffset = "0000000000000003"; }
            }
            /// Reading a stream that does not exist gets 404.
            example of_nothing {
                given stream.absent;
                send GET "/v1/stream/a";
                expect NotFound;
            }
            /// Reading a deleted stream that still has forks gets 410.
            example of_what_is_gone {
                given stream.gone {
                    PUT "/v1/stream/a" { body = "abc"; }
                    PUT "/v1/stream/b" { StreamForkedFrom = "/v1/stream/a"; }
                    DELETE "/v1/stream/a";
                }
                send GET "/v1/stream/a";
                expect Gone;
            }
            /// If the server requires a token, a request without the right one gets 401.
            example with_a_wrong_token for credentials in ["Bearer wrong", "Basic cmlnaHQ=", "right"] {
                given Client unknown;
                send GET "/v1/stream/a" { Authorization = credentials; }
                expect Unauthorized { WwwAuthenticate = "Bearer"; }
            }
        }

        /// Reads one page of stored data, or waits for new data (long-poll, §5.7).
        endpoint long_poll = GET when Live is LongPoll {
            needs read(path);

            request {
                Position;
                Cursor?;
                IfMatch?;
                IfNoneMatch unless malformed;
            }
            refuse {
                stream.absent                                       => NotFound;
                stream.gone                                         => Gone;
                position.trimmed                                    => Trimmed;
                position.beyond                                     => BeyondTail;
                page.available and page.damaged                     => SegmentDamaged;
                stream.open and not page.available and readers.full => Busy;
                precondition.failed                                 => PreconditionFailed;
            }
            answer {
                (stream.open or stream.closed) and page.available and page.matches => Unchanged;
                (stream.open or stream.closed) and page.available => Page;
                stream.open                                       => TimedOut;
                stream.closed                                     => Ended;
            }

            /// A range of the stream, from the requested offset.
            outcome Page = 200 {
                ContentType; StreamNextOffset; StreamUpToDate?; StreamClosed?; StreamCursor; Etag; CacheControl;
                ContentSecurityPolicy = "sandbox";
                body bytes;
            }
            /// The client has this page already.
            outcome Unchanged = 304 {
                StreamNextOffset; StreamUpToDate?; StreamClosed?; StreamCursor; Etag; CacheControl;
            }
            /// No data arrived in time.
            outcome TimedOut = 204 { StreamNextOffset; StreamUpToDate; StreamCursor; CacheControl = NoStore; }
            /// The stream is closed, and there is no more data.
            outcome Ended = 204 { StreamNextOffset; StreamUpToDate; StreamClosed; CacheControl = NoStore; }

            /// Data after the offset is sent immediately.
            example available {
                given stream.open and page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000001"; Live = "long-poll"; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; StreamCursor; Etag;
                    CacheControl;
                    body = "bc";
                }
            }
            /// If a block of the page is missing or fails its checksum, the response is 500 and contains none of the page.
            example damaged {
                given limits.hot_rows = 0;
                given stream.open and page.available and page.damaged {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; }
                expect SegmentDamaged;
            }
            /// If a stream's old data will be deleted, its first page is sent with `no-cache`.
            example beginning_of_what_is_not_kept {
                given limits.retain_age = 60 s;
                given stream.open and page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate; StreamCursor; Etag;
                    CacheControl = "no-cache";
                    body = "abc";
                }
            }
            /// If no data arrives in time, the response is 204, with the same offset and a new cursor.
            example nothing_came {
                given stream.open and not page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; }
                expect TimedOut { StreamNextOffset = "0000000000000003"; StreamCursor; }
            }
            /// At the end of a closed stream, the response is 204 at once.
            example nothing_will_come {
                given stream.closed and not page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; }
                expect Ended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.
            example too_many_wait {
                given limits.readers = 0;
                given stream.open and not page.available and readers.full { PUT "/v1/stream/a"; }
                send GET "/v1/stream/a" { Position = "now"; Live = "long-poll"; }
                expect Busy { RetryAfter = "1"; }
            }
            /// A long-poll without an offset gets 400.
            example without_an_offset {
                send GET "/v1/stream/a" { Live = "long-poll"; }
                expect BadRequest;
            }
            /// If `If-Match` does not match, the long-poll gets 412 at once.
            example unmatched {
                given stream.open and not page.available and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "now"; Live = "long-poll"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// A cursor must be a whole number below the maximum, as sent by this server.
            example malformed_cursor for cursor in ["-1", "1.5", "abc", "9007199254740991"] {
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; Cursor = cursor; }
                expect BadRequest;
            }
            /// With the greatest cursor that a request can have, the response contains the next one.
            example greatest_cursor {
                given stream.open and page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; Cursor = "9007199254740990"; }
                expect Page {
                    ContentType; StreamNextOffset; StreamUpToDate; StreamCursor = "9007199254740991"; Etag;
                    CacheControl;
                    body = "abc";
                }
            }
            /// If the client has the page already, the response is 304.
            example unchanged {
                given stream.open and page.available and page.matches {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; IfNoneMatch = "*"; }
                expect Unchanged {
                    StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; StreamCursor; Etag; CacheControl;
                }
            }
            /// `If-None-Match` does not end a long-poll that waits for new data.
            example unchanged_and_nothing_came {
                given stream.open and not page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; IfNoneMatch = "*"; }
                expect TimedOut { StreamNextOffset = "0000000000000003"; StreamCursor; }
            }
        }

        /// Streams stored and then new data as server-sent events (SSE, §5.8).
        endpoint sse = GET when Live is Sse {
            needs read(path);

            request {
                Position;
                Cursor?;
                IfMatch?;
            }
            refuse {
                stream.absent                => NotFound;
                stream.gone                  => Gone;
                position.trimmed             => Trimmed;
                position.beyond              => BeyondTail;
                stream.open and readers.full => Busy;
                precondition.failed          => PreconditionFailed;
            }
            answer {
                stream.open   => Feed;
                stream.closed => Feed;
            }

            /// Events until the stream is closed, or until the server ends the response and the client reconnects.
            outcome Feed = 200 {
                ContentType = EventStream; StreamSseDataEncoding?; CacheControl = NoCache;
                body events Feed;
            }

            /// The response contains the stored data, and then a control event with the reader's position.
            example followed {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
                expect Feed {
                    ContentType = "text/event-stream";
                    not StreamSseDataEncoding;
                    body = "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",";
                }
            }
            /// Data that is not text is encoded as base64.
            example followed_as_bytes {
                given stream.open { PUT "/v1/stream/a" { ContentType = "image/png"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
                expect Feed {
                    StreamSseDataEncoding = "base64";
                    body = "event: data\ndata:YWJj\n\nevent: control\n";
                }
            }
            /// Text of a charset other than UTF-8 is encoded as base64.
            example followed_in_another_charset {
                given stream.open {
                    PUT "/v1/stream/a" { ContentType = "text/plain; charset=iso-8859-1"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
                expect Feed { StreamSseDataEncoding = "base64"; body = "event: data\ndata:YWJj\n\nevent: control\n"; }
            }
            /// At the end of a closed stream, the control event contains `streamClosed`, and the response ends.
            example followed_to_its_end {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send GET "/v1/stream/a" { Position = "now"; Live = "sse"; }
                expect Feed {
                    body = "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n";
                }
            }
            /// If `If-Match` does not match, the request gets 412.
            example followed_unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.
            example too_many_listen {
                given limits.readers = 0;
                given stream.open and readers.full { PUT "/v1/stream/a"; }
                send GET "/v1/stream/a" { Position = "now"; Live = "sse"; }
                expect Busy { RetryAfter = "1"; }
            }
        }

        /// Streams stored and then new data over a WebSocket (server extension, §11). Each binary message contains one or more events in
        /// SSE format. A text message requests an acknowledgment: send it back unchanged once you have processed every message before it.
        /// The server stops sending while too much is unacknowledged (limit `reader_window`). It closes the connection with code 1008 if
        /// the client sends anything else.
        endpoint websocket = GET when Live is WebSocket {
            needs read(path);

            request {
                Position;
                Cursor?;
                IfMatch?;
                Upgrade;
            }
            refuse {
                stream.absent                => NotFound;
                stream.gone                  => Gone;
                position.trimmed             => Trimmed;
                position.beyond              => BeyondTail;
                stream.open and readers.full => Busy;
                precondition.failed          => PreconditionFailed;
            }
            answer {
                stream.open   => Messages;
                stream.closed => Messages;
            }

            /// Events until the stream is closed, or until the client or the server closes the connection.
            outcome Messages = 101 { StreamSseDataEncoding?; body events Feed; }

            /// The first message contains the stored data, and then a control event with the reader's position.
            example attended {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; }
                expect Messages {
                    not StreamSseDataEncoding;
                    body = "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",";
                }
            }
            /// Data that is not text is encoded as base64.
            example attended_as_bytes {
                given stream.open { PUT "/v1/stream/a" { ContentType = "image/png"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; }
                expect Messages {
                    StreamSseDataEncoding = "base64";
                    body = "event: data\ndata:YWJj\n\nevent: control\n";
                }
            }
            /// At the end of a closed stream, the control event contains `streamClosed`, and the server closes the connection.
            example attended_to_its_end {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = "websocket"; }
                expect Messages {
                    body = "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n";
                }
            }
            /// If `If-Match` does not match, the request gets 412.
            example attended_unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.
            example too_many_attend {
                given limits.readers = 0;
                given stream.open and readers.full { PUT "/v1/stream/a"; }
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = "websocket"; }
                expect Busy { RetryAfter = "1"; }
            }
            /// Protocol names are compared without case, and `Upgrade` can list several.
            example attended_in_any_case for upgrade in ["WebSocket", "h2c, websocket", "WEBSOCKET, h2c"] {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = upgrade; }
                expect Messages { not StreamSseDataEncoding; }
            }
            /// An upgrade to any other protocol gets 400.
            example attended_otherwise for upgrade in ["h2c", "websockets", "websocket/13"] {
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = upgrade; }
                expect BadRequest;
            }
            /// A request without `Upgrade` gets 400.
            example attended_without_a_socket {
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; }
                expect BadRequest;
            }
        }

        /// Returns the metadata of the stream (§5.5).
        endpoint describe = HEAD {
            needs read(path);

            request {
                IfMatch?;
                IfNoneMatch unless malformed;
            }
            refuse {
                stream.absent       => NotFound;
                stream.gone         => Gone;
                precondition.failed => PreconditionFailed;
            }
            answer {
                page.matches  => Unchanged;
                stream.open   => Described;
                stream.closed => Described;
            }

            /// Metadata of the stream.
            outcome Described = 200 {
                ContentType; StreamNextOffset; StreamEarliestOffset?; StreamClosed?; StreamTtl?; StreamExpiresAt?;
                StreamRetainBytes?; StreamRetainAge?; Etag; CacheControl = NoStore;
            }
            /// The client has the current metadata already.
            outcome Unchanged = 304 { StreamNextOffset; StreamClosed?; Etag; CacheControl = NoStore; }

            /// The response contains the tail offset and the configuration, but no data.
            example described {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamTtl = "60"; body = "abc"; } }
                send HEAD "/v1/stream/a";
                expect Described {
                    ContentType = "text/plain";
                    StreamNextOffset = "0000000000000003";
                    not StreamClosed;
                    StreamTtl = "60";
                    not StreamExpiresAt;
                    Etag;
                }
            }
            /// With `If-None-Match: *`, an existing stream gets 304.
            example described_unchanged {
                given stream.open and page.matches {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send HEAD "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Unchanged { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
            }
            /// If `If-Match` does not match, the request gets 412.
            example described_unmatched {
                given stream.closed and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send HEAD "/v1/stream/a" { IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; Etag; }
            }
            /// The response contains the retention that the stream was created with.
            example described_with_what_is_kept {
                given stream.open {
                    PUT "/v1/stream/a" {
                        ContentType = "text/plain"; StreamRetainBytes = "1048576"; StreamRetainAge = "60";
                    }
                }
                send HEAD "/v1/stream/a";
                expect Described {
                    ContentType; StreamNextOffset; StreamRetainBytes = "1048576"; StreamRetainAge = "60"; Etag;
                    not StreamEarliestOffset;
                }
            }
            /// The metadata of a closed stream contains `Stream-Closed`.
            example described_to_its_end {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send HEAD "/v1/stream/a";
                expect Described { ContentType; StreamNextOffset; StreamClosed = "true"; Etag; }
            }
        }

        /// Deletes the stream (§5.4).
        endpoint delete = DELETE {
            needs delete(path);

            request {
                IfMatch?;
                IfNoneMatch?;
            }
            refuse {
                stream.absent       => NotFound;
                stream.gone         => Gone;
                precondition.failed => PreconditionFailed;
            }
            answer {
                stream.open   => Deleted;
                stream.closed => Deleted;
            }

            /// The stream was deleted.
            outcome Deleted = 204 { CacheControl = NoStore; }

            /// A stream can be deleted whether it is open or closed.
            example deleted {
                given stream.open { PUT "/v1/stream/a" { body = "abc"; } }
                send DELETE "/v1/stream/a";
                expect Deleted;
            }
            /// If `If-Match` does not match, the stream is not deleted.
            example deleted_unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send DELETE "/v1/stream/a" { IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// `If-Match: *` matches any existing stream.
            example deleted_matched {
                given stream.open and not precondition.failed { PUT "/v1/stream/a" { body = "abc"; } }
                send DELETE "/v1/stream/a" { IfMatch = "*"; }
                expect Deleted;
            }
            /// A malformed precondition gets 400.
            example deleted_with_malformed_tags {
                send DELETE "/v1/stream/a" { IfMatch = "abc"; }
                expect BadRequest;
            }
            /// Deleting a deleted stream gets 404.
            example deleted_twice {
                given stream.absent {
                    PUT "/v1/stream/a";
                    DELETE "/v1/stream/a";
                }
                send DELETE "/v1/stream/a";
                expect NotFound;
            }
        }
    }

    /// Restoring a stream from R2 after D1 has lost rows. Server extension.
    resource Restoration at "/v1/restore/{path..}" with Guarded {
        path path: segments 1..=1024;

        /// Rebuilds a stream whose D1 rows were lost or rolled back, from its R2 segments and the rows that remain. A restore deletes only rows whose data the restored segments contain.
        endpoint restore = POST {
            needs admin(path);

            request {
                StreamRestoreDeleted?;
            }
            refuse {
                generation.deleted and not StreamRestoreDeleted => Ended;
                segments.unusable                               => Unrestorable;
            }
            answer {
                segments.unchecked     => Underway;
                not segments.unchecked => Restored;
            }

            /// The stream was restored up to this offset. The body lists the data that was found and the data that could not be restored.
            outcome Restored = 200 { ContentType = Report; StreamNextOffset; CacheControl = NoStore; body bytes; }
            /// Some of the stream's R2 objects were checked, and nothing was changed yet. Repeat the request to continue.
            outcome Underway = 202 { ContentType = Report; RetryAfter = 1; CacheControl = NoStore; body bytes; }
            /// The stream was deleted or has expired. Send `Stream-Restore-Deleted: true` to restore it anyway.
            outcome Ended = 409 problem "stream-deleted" { CacheControl = NoStore; }
            /// Nothing is left of the stream, or its parts do not fit together. Nothing was changed.
            outcome Unrestorable = 409 problem "not-restorable" detail { CacheControl = NoStore; }

            /// A complete stream is not changed.
            example nothing_to_do {
                given not generation.deleted and not segments.unusable and not segments.unchecked {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/restore/a";
                expect Restored { ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
            }
            /// One request checks at most the limit `restore_bytes`. If more is left, the response is 202, and the client repeats the
            /// request.
            example more_to_check {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given limits.restore_bytes = 1 B;
                given segments.unchecked and not generation.deleted and not segments.unusable {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send POST "/v1/restore/a";
                expect Underway { ContentType = "text/plain"; RetryAfter = "1"; }
            }
            /// A deleted stream is restored only with `Stream-Restore-Deleted`.
            example deleted_before {
                given generation.deleted {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                }
                send POST "/v1/restore/a";
                expect Ended;
            }
            /// A deleted stream can't be restored once its R2 objects were removed.
            example deleted_before_for_good {
                given generation.deleted and segments.unusable {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                }
                send POST "/v1/restore/a" { StreamRestoreDeleted = "true"; }
                expect Unrestorable;
            }
            /// A stream that never existed can't be restored.
            example nothing_left {
                given segments.unusable and not generation.deleted;
                send POST "/v1/restore/a";
                expect Unrestorable;
            }
            /// If the server requires a token, a request without the right one gets 401.
            example with_a_wrong_token {
                given Client unknown;
                send POST "/v1/restore/a" { Authorization = "Bearer wrong"; }
                expect Unauthorized { WwwAuthenticate = "Bearer"; }
            }
            /// A path must not have empty segments, dot segments or invalid escapes.
            example malformed_path {
                send POST "/v1/restore/a//b";
                expect BadRequest;
            }
            /// If storage does not respond, the request fails, and the stream may or may not have been restored.
            example unheard {
                given failure { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send POST "/v1/restore/a";
                expect Unavailable { RetryAfter = "1"; }
            }
        }
    }
}
