//! Durable Streams: the one description of the wire. Edit, `cargo build`, deploy.
//!
//! Section numbers are those of the protocol's PROTOCOL.md. Within an endpoint, `refuse` and `answer` are read from
//! top to bottom, and the first line whose condition holds is the answer.

macros::protocol! {
    /// Append-only streams over HTTP that are never lost and can be read again from anywhere. Section numbers are those of
    /// the protocol's own PROTOCOL.md.
    protocol DurableStreams {
        problems = "urn:durable-streams:problem:";
    }

    limits {
        /// Longest body of a request.
        body = 64 MiB;
        /// Longest body that goes to D1 as a whole. A longer one goes to R2 in parts of about this size while it arrives, which one
        /// transaction names. So does a JSON message that is longer than `row`.
        part = 4 MiB;
        /// Longest body that is read to its end although the request has been refused, so that a client who sends before
        /// it listens gets the answer. A longer one is cut off.
        drain = 16 MiB;
        /// Maximum size of a body that takes its memory at once. A larger one is read in pieces of this size, and holds only as many
        /// of them as have arrived, and the next.
        small_body = 64 KiB;
        /// Maximum time for the next piece of a body to arrive, or for its rest. When exceeded, the server gives the body's memory to
        /// others (408).
        body_wait = 15 s;
        /// Maximum memory of all streams in one isolate together: bodies that are being read or wait for the database, stream
        /// tails kept for live readers, pages and segments. Tails give way to everything else.
        memory = 32 MiB;
        /// Memory that only bodies of up to `small_body` can take.
        memory_small = 4 MiB;
        /// Memory that neither larger bodies nor moving data to R2 can take: it is for pages read from D1 and R2, too.
        memory_pages = 4 MiB;
        /// Maximum memory of the tails of all streams in one isolate. When exceeded, the least recently used ones are shortened.
        memory_tails = 16 MiB;
        /// Maximum time that a body waits for memory. When exceeded, the request is refused (429).
        memory_wait = 1 s;
        /// Longest single JSON message.
        message = 16 MiB;
        /// Longest stretch of a stream in one response to a read without `live`, which goes on to the tail otherwise. Of JSON, what is
        /// stored is counted, which may be a little more.
        response = 64 MiB;
        /// Maximum number of queries to D1 and requests to R2 for one response to a read without `live`, by an estimate from above. When it
        /// would be exceeded, the response ends before the tail. The platform allows 1,000 per invocation.
        response_requests = 800;
        /// Longest stretch of a stream in one response to a long-poll, and in memory at once for a longer response; a single message
        /// may exceed it.
        page = 1 MiB;
        /// Bytes of a segment that are read for a page that begins within another one; a single block may exceed them.
        seek = 256 KiB;
        /// Longest payload of one row of the log, before encoding.
        row = 1 MiB;
        /// Appends of one stream that may wait for the database at the same time.
        queue = 1024;
        /// Bytes of one stream that may wait for the database at the same time.
        queue_bytes = 16 MiB;
        /// Statements of one transaction; D1 takes a thousand from one request.
        transaction = 500;
        /// Bytes of one transaction; a single request may exceed it.
        transaction_bytes = 8 MiB;
        /// Maximum time between sending a transaction to D1 and its commit, by the clock of D1. A transaction that arrives
        /// later changes nothing.
        transaction_validity = 30 s;
        /// Maximum time to wait for a response from D1. When exceeded, it is not known whether the transaction was committed,
        /// and the request fails with 503.
        database_wait = 20 s;
        /// Maximum time to wait for a response from R2. When exceeded, the request fails with 503.
        bucket_wait = 30 s;
        /// Maximum time to wait for another stream's Durable Object, when a fork is created. When exceeded, the request fails
        /// with 503.
        object_wait = 60 s;
        /// Bytes of one stream that stay in D1; beyond, its oldest rows move to R2 until half of that is left.
        hot = 8 MiB;
        /// Rows of one stream that stay in D1; beyond, its oldest move likewise.
        hot_rows = 4096;
        /// Bytes in D1 from which on all of a stream that has ended moves to R2.
        snapshot = 64 KiB;
        /// Bytes of a segment in R2 beyond which the next one begins; the last row of it may exceed them.
        segment = 8 MiB;
        /// Bytes of a segment that are read together; a single message may exceed them.
        block = 64 KiB;
        /// Segments of about the same size that become one.
        merge = 8;
        /// Bytes of one stream, most of them in R2, that are kept where it doesn't say itself: beyond, its oldest segments are
        /// removed. 0 keeps all.
        retain = 0 B;
        /// How long segments of a stream are kept in R2 where it doesn't say itself. 0 keeps them for good.
        retain_age = 0 s;
        /// How long the edge may keep what it has read from R2 near its readers, where there is a domain of one's own. 0 keeps nothing.
        edge_cache = 0 s;
        /// Maximum bytes of segment indexes that one isolate of the edge keeps in memory, so that D1 need not be asked for them
        /// again. When exceeded: the least recently used ones are dropped. 0 keeps none.
        edge_index = 4 MiB;
        /// How long an object in R2 stays that others have replaced, for who is about to read it.
        discard_grace = 60 s;
        /// How old an object in R2 is before it is removed because no row names it.
        orphan_grace = 7 d;
        /// Maximum number of objects that one sweep removes from R2 although they may be the last copy of their part of a stream:
        /// no row names them, and no rows hold the same. When exceeded, it removes none of these, since rows seem to have been lost.
        orphans = 100;
        /// Maximum number of queries to D1 and requests to R2 that one sweep for such objects makes. The next sweep goes on from
        /// there. The platform allows 1,000 per invocation.
        sweep_requests = 900;
        /// Maximum number of bytes of R2 objects that one request to restore a stream reads and checks, but at least one object.
        /// When exceeded, the request is answered with 202, and the next one goes on from there.
        restore_bytes = 256 MiB;
        /// Maximum number of segments that a restored stream has, since one transaction records all of them. When exceeded, the
        /// stream is not restored (409).
        restore_segments = 10000;
        /// Bytes at the tail of one stream that are kept in memory for live readers, as long as no stream needs the memory more.
        tail_cache = 1 MiB;
        /// Readers that may wait on one stream at the same time.
        readers = 10000;
        /// Maximum bytes of encoded events that one live reader is sent and has not acknowledged; a single message may exceed it.
        reader_window = 256 KiB;
        /// Forks that one stream may have at the same time.
        forks = 10000;
        /// Streams, one forked from the other, whose content a stream may go back to.
        fork_depth = 64;
        /// Producers of one stream whose state is kept in memory; more are looked up when they write.
        producers = 1024;
        /// Appends of one producer whose offsets are remembered for retries.
        producer_tails = 16;
        /// How long a long-poll waits for data (§5.7).
        long_poll_hold = 25 s;
        /// How long the object holds a long-poll itself on a stream that has changed within as long: at most a third of the hold.
        long_poll_object_hold = 1 s;
        /// How long an SSE response lasts before the client is to reconnect (§10.2), more or less: see `sse_jitter`.
        sse_lifetime = 900 s;
        /// By how much an SSE response may last shorter or longer than `sse_lifetime`, in percent of it; at most 100. How much it is, is a
        /// matter of chance for each reader, so that readers who have come together don't come back together.
        sse_jitter = 20;
        /// After how long without an event an SSE response has a comment, so that nothing between takes the connection for dead. None is
        /// added to what the client has not read yet. 0 sends none.
        sse_heartbeat = 25 s;
        /// Length of one cursor interval (§10.1).
        cursor_interval = 20 s;
        /// The instant at which cursor intervals start to be counted, after 1970: 2024-10-09T00:00:00Z (§10.1).
        cursor_epoch = 1728432000 s;
        /// How far apart the cursors of two offsets next to each other are: so often may a reader wait in vain in between (§10.1).
        cursor_stride = 4096;
        /// Shared caches may keep a page this long, and serve it stale while they fetch a new one (§10).
        cache_lifetime = 6 min;
    }

    /// A position between two messages of a JSON stream, or between two bytes of any other (§8). Opaque to clients.
    offset Offset {
        format = hex[16];
        /// Before the first message.
        sentinel Start = "-1";
        /// After the last one, wherever that is now.
        sentinel Tail = "now";
        /// What the conformance suite calls the start of a stream.
        also "0000000000000000_0000000000000000" = Start;
    }

    /// Streams whose messages are JSON values (§9.1).
    media Json = "application/json";
    /// Streams that can be sent as server-sent events without encoding (§5.8).
    media Text = "text/*";
    /// Streams of no particular kind, and those of which nothing is said (§5.1).
    media Binary = "application/octet-stream";
    /// What is written for people to read.
    media Report = "text/plain";
    /// The form of a live SSE response (§5.8).
    media EventStream = "text/event-stream";

    /// A number that a producer's later appends exceed (§5.2.1).
    value Seq = u53;
    /// A producer's session; a later one fences off those before (§5.2.1).
    value Epoch = u53;
    /// A cache key that changes with time (§10.1).
    value Interval = u53;
    /// How a body is encoded for its way (RFC 9110 §8.4.1).
    value ContentCoding = one_of {
        /// Not at all.
        Identity = "identity",
    };

    /// The content codings that the server takes (RFC 9110 §12.5.3).
    header AcceptEncoding = "accept-encoding": ContentCoding;
    /// The token, where the operator has set one (§12.1).
    header Authorization = "authorization": credentials "Bearer";
    /// Who may keep a response, and how long (§10).
    header CacheControl = "cache-control": one_of {
        /// Anyone may keep this for a while (§10).
        Shared = "public, max-age=60, stale-while-revalidate=300",
        /// Whoever asked may keep this for a while (§10).
        Private = "private, max-age=60, stale-while-revalidate=300",
        /// Ask before using it again.
        NoCache = "no-cache",
        /// Not to be kept.
        NoStore = "no-store",
    };
    /// A browser that opens a stream as a page must not run scripts in it (§12.7).
    header ContentSecurityPolicy = "content-security-policy": text 1..=32;
    /// The content codings of a body, in the order in which they were applied (RFC 9110 §8.4).
    header ContentEncoding = "content-encoding": list;
    /// What the bytes of a body are. A stream has that of its creation for good; parameters don't count (§9).
    header ContentType = "content-type": media_type;
    /// Pages of any origin may load this (§12.7).
    header CrossOriginResourcePolicy = "cross-origin-resource-policy": text 1..=32;
    /// This stretch of this stream, whether it has ended included (§10.1).
    header Etag = "etag": entity_tag;
    /// Entity tags of which one is to be the stream's: only then is done what the request asks for (RFC 9110 §13.1.1). One holds
    /// if it is strong, and if the stream still ends where the stretch that it names ended.
    header IfMatch = "if-match": entity_tags;
    /// Entity tags of which none is to be the stream's: of what the client has already, for which it gets no second copy (§10.1), or
    /// `*`, where there is to be no stream yet (RFC 9110 §13.1.2).
    header IfNoneMatch = "if-none-match": entity_tags;
    /// The URL of the new stream (§5.1).
    header Location = "location": text 1..=4096;
    /// Who appends: a name that the client chooses and keeps (§5.2.1).
    header ProducerId = "producer-id": text 1..=256;
    /// Which session of the producer this is. On a response, the current one (§5.2.1).
    header ProducerEpoch = "producer-epoch": Epoch;
    /// Which append of the session this is, from 0 on. On a response, the last one accepted (§5.2.1).
    header ProducerSeq = "producer-seq": Seq;
    /// The number that the next append must have (§5.2.1).
    header ProducerExpectedSeq = "producer-expected-seq": Seq;
    /// The number that this one had (§5.2.1).
    header ProducerReceivedSeq = "producer-received-seq": Seq;
    /// Seconds to wait before asking again.
    header RetryAfter = "retry-after": u53;
    /// Whether the stream has ended: on a request, to end it; on a response, once its end is reached (§4.1).
    header StreamClosed = "stream-closed": flag "true";
    /// To be sent back as `cursor`, so that no cache answers the next request with the same page (§10.1).
    header StreamCursor = "stream-cursor": Interval;
    /// The first offset of the stream, or the first that is still kept. Not of the protocol.
    header StreamEarliestOffset = "stream-earliest-offset": Offset;
    /// Where the tail is to be, for the append to take place: a compare-and-append. Of the protocol's next version.
    header StreamExpectedOffset = "stream-expected-offset": Offset;
    /// The instant at which the stream expires (§5.1).
    header StreamExpiresAt = "stream-expires-at": timestamp;
    /// The stream that a new one goes on from (§4.2).
    header StreamForkedFrom = "stream-forked-from": path_to Stream;
    /// Where the new stream parts from it; at its tail, if nothing is said (§4.2).
    header StreamForkOffset = "stream-fork-offset": Offset or sentinel;
    /// Messages, or bytes, past that offset that still belong to the new stream (§4.2).
    header StreamForkSubOffset = "stream-fork-sub-offset": u53;
    /// The offset to read from next; on a write, the new tail (§8).
    header StreamNextOffset = "stream-next-offset": Offset;
    /// Whether a stream that was deleted or has expired is to be restored. Not of the protocol.
    header StreamRestoreDeleted = "stream-restore-deleted": flag "true";
    /// How many of a stream's newest bytes are kept, at least, where the operator's limit is not what it takes. 0 keeps all. Not
    /// of the protocol.
    header StreamRetainBytes = "stream-retain-bytes": u53;
    /// For how many seconds what is in a stream is kept, at least; at most a hundred years. 0 keeps it for good. Not of the
    /// protocol.
    header StreamRetainAge = "stream-retain-age": u53 0..=3153600000;
    /// An opaque text that the next append must exceed bytewise. One order per stream, not per writer (§5.2).
    header StreamSeq = "stream-seq": text 1..=256;
    /// How the data of events is encoded, if it is (§5.8).
    header StreamSseDataEncoding = "stream-sse-data-encoding": one_of {
        /// Data that is not text (§5.8).
        Base64 = "base64",
    };
    /// Seconds without reads and writes after which the stream expires; at most a hundred years (§5.1).
    header StreamTtl = "stream-ttl": u53 0..=3153600000;
    /// The response reaches the tail (§5.6).
    header StreamUpToDate = "stream-up-to-date": flag "true";
    /// How long the phases of the request took, in milliseconds. Not of the protocol.
    header ServerTiming = "server-timing": text 1..=256;
    /// Who may see the server's timing from another origin.
    header TimingAllowOrigin = "timing-allow-origin": text 1..=16;
    /// What the connection is to become: one with messages both ways (RFC 6455 §4.2.1, RFC 9110 §7.8).
    header Upgrade = "upgrade": listed "websocket";
    /// Which kind of credentials is missing (RFC 9110 §11.6.1).
    header WwwAuthenticate = "www-authenticate": text 1..=256;
    /// A browser is to believe the content type (§12.7).
    header XContentTypeOptions = "x-content-type-options": text 1..=16;

    /// Where to read from (§8).
    query Position = "offset": Offset or sentinel;
    /// Whether to stay for what comes.
    query Live = "live": one_of {
        /// Wait for data and answer once (§5.7).
        LongPoll = "long-poll",
        /// Answer with data as it comes (§5.8).
        Sse = "sse",
        /// Send data as it comes over a WebSocket. Not of the protocol, which allows for more of its kind (§11).
        WebSocket = "ws",
    };
    /// The last `Stream-Cursor` that the client was sent (§10.1). The next one is greater, so this is not yet the greatest number.
    query Cursor = "cursor": u53 0..=9007199254740990;

    /// Who appends, in which session, for the how-manieth time (§5.2.1).
    group Producer = all_or_none { ProducerId, ProducerEpoch, ProducerSeq }
    /// Where a new stream goes on from (§4.2).
    group Fork = headed { StreamForkedFrom, StreamForkOffset, StreamForkSubOffset }
    /// When the stream expires (§5.1).
    group Lifetime = at_most_one { StreamTtl, StreamExpiresAt }

    /// What is at the path.
    state stream {
        /// Nothing.
        absent,
        /// A stream that takes appends.
        open,
        /// A stream that has ended.
        closed,
        /// A stream that was deleted or has expired, and on which others depend (§4.2).
        gone,
    }
    /// What a new stream is to go on from (§4.2).
    state source {
        /// It starts afresh.
        none,
        /// There is no such stream.
        absent,
        /// It was deleted or has expired.
        gone,
        /// It can be forked.
        ready,
    }
    /// How an append stands to what its producer has sent before (§5.2.1).
    state producer {
        /// It names no producer.
        none,
        /// It is the next one.
        next,
        /// It has been accepted before.
        repeated,
        /// Its epoch has been superseded.
        stale,
        /// It opens an epoch with a number other than 0.
        unseeded,
        /// One or more before it are missing.
        ahead,
    }

    /// The token is missing or wrong, and one is configured.
    edge fact token.rejected(Authorization);
    /// The body has another content coding than `identity`.
    edge fact content_coding.unsupported(ContentEncoding);
    /// The stream is not as `If-Match` and `If-None-Match` ask for it (RFC 9110 §13.1).
    fact precondition.failed;
    /// The stream exists with another content type, lifetime, retention, closure or source.
    fact configuration.differs;
    /// The requested expiry has passed already.
    fact expiry.past;
    /// The fork parts from its source beyond the source's tail.
    fact fork.beyond;
    /// The fork parts from its source before what is still kept of it.
    fact fork.trimmed;
    /// The fork says how far past an offset it parts, but not past which.
    fact fork.unanchored;
    /// The fork parts beyond its source's tail because of how far past its offset it parts.
    fact fork.overshoots;
    /// The source is itself the end of too long a line of forks.
    fact fork.too_deep;
    /// The source has too many forks.
    fact forks.full;
    /// The content type is not the stream's.
    fact content_type.differs;
    /// The append is the one that closed the stream.
    fact closing.repeated;
    /// The body is not the JSON that a JSON stream takes.
    fact messages.invalid;
    /// The body is an empty JSON array.
    fact messages.empty;
    /// The body holds a message that is too long.
    fact messages.too_large;
    /// The stream is of text, and with the body after what it ends with it would not be UTF-8, or it would be closed within a character.
    fact text.invalid;
    /// The sequence does not exceed the last one.
    fact sequence.repeated;
    /// The tail is not where `Stream-Expected-Offset` says.
    fact tail.unexpected;
    /// Too much waits for the database already.
    fact queue.full;
    /// Too many readers wait already.
    fact readers.full;
    /// The offset lies beyond the tail.
    fact position.beyond;
    /// The offset lies before what is still kept, or is one of an earlier stream at the path.
    fact position.trimmed;
    /// The client has exactly this page already.
    fact page.matches;
    /// The tail lies beyond the offset, so that there is something to send.
    fact page.available;
    /// What is to be sent is not what was written, or is missing.
    fact page.damaged;
    /// The newest stream that was at the path was deleted or has expired.
    fact life.ended;
    /// What is left of the stream in R2 can't make it whole.
    fact segments.unusable;
    /// Some of the objects that R2 has of the stream have not been read and checked yet.
    fact segments.unchecked;

    /// Live data (§5.8).
    events Feed {
        /// A stretch of the stream.
        event Data = "data": payload;
        /// Where the reader now stands; follows every data event.
        event Control = "control": json {
            /// Where to go on from.
            stream_next_offset: Offset;
            /// To be sent as `cursor` after reconnecting; not once the stream has ended.
            stream_cursor: Interval?;
            /// There is no more for now.
            up_to_date: flag;
            /// There will be no more: the stream has ended.
            stream_closed: flag;
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

    /// Nothing is served at this path.
    outcome NoSuchResource = 404 problem "no-such-resource" { CacheControl = NoStore; }
    /// This part of the namespace is reserved for the protocol.
    outcome Reserved = 404 problem "reserved-path" { CacheControl = NoStore; }
    /// The resource does not take this method.
    outcome MethodNotAllowed = 405 problem "method-not-allowed" { CacheControl = NoStore; }

    unrouted {
        path     => NoSuchResource;
        reserved => Reserved;
        method   => MethodNotAllowed;

        /// Whatever is not under the path of a resource is nobody's.
        example nothing_elsewhere for path in ["/", "/v1", "/v1/streams/a", "/v2/stream/a"] {
            send GET path;
            expect NoSuchResource;
        }
        /// A name that begins like this can't be a stream's, however it is escaped.
        example names_that_are_kept for path in ["/v1/stream/__ds", "/v1/stream/__ds/a", "/v1/stream/%5F%5Fds"] {
            send GET path;
            expect Reserved;
        }
        /// A stream is not patched.
        example no_such_method {
            send PATCH "/v1/stream/a";
            expect MethodNotAllowed;
        }
    }

    /// A stream.
    resource Stream at "/v1/stream/{path..}" {
        path path: segments 1..=1024;
        reserve "__ds";

        request {
            Authorization?;
        }

        refuse {
            token.rejected => Unauthorized;
            malformed      => BadRequest;
            failure        => Unavailable;
        }

        /// The request needs the bearer token.
        outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
        /// The request is malformed.
        outcome BadRequest = 400 problem "bad-request" { CacheControl = NoStore; }
        /// There is no stream at this path.
        outcome NotFound = 404 problem "stream-not-found" { CacheControl = NoStore; }
        /// The stream was deleted or has expired; only what others have forked from it remains.
        outcome Gone = 410 problem "stream-gone" { CacheControl = NoStore; }
        /// The server can't answer now, and whether a write has taken effect may be unknown. The detail contains the reason. Retry the
        /// request.
        outcome Unavailable = 503 problem "unavailable" detail { RetryAfter = 1; CacheControl = NoStore; }
        /// Too much is waiting already: ask again.
        outcome Busy = 429 problem "busy" { RetryAfter = 1; CacheControl = NoStore; }
        /// The stream is not, or no longer, as `If-Match` and `If-None-Match` ask for it. Nothing was done.
        outcome PreconditionFailed = 412 problem "precondition-failed" {
            StreamNextOffset?; StreamClosed?; Etag?; CacheControl = NoStore;
        }
        /// The body has a content coding. This server stores bodies as they are: send it without one.
        outcome ContentCodingUnsupported = 415 problem "content-coding-unsupported" about ContentEncoding {
            AcceptEncoding = Identity; CacheControl = NoStore;
        }
        /// The body is longer than this server takes.
        outcome TooLarge = 413 problem "body-too-large" about body { CacheControl = NoStore; }
        /// The server received no further part of the body in time.
        outcome BodyStalled = 408 problem "body-stalled" about body { CacheControl = NoStore; }
        /// The body must be JSON, since the stream is.
        outcome InvalidMessages = 400 problem "invalid-json" about body detail { CacheControl = NoStore; }
        /// The body holds a message that is too long.
        outcome MessagesTooLarge = 413 problem "messages-too-large" about body detail { CacheControl = NoStore; }
        /// The stream is text, and the body can't be, after what the stream ends with. A character may come in pieces, but the stream can't
        /// be closed before it is whole.
        outcome InvalidText = 400 problem "invalid-utf-8" about body detail { CacheControl = NoStore; }
        /// The offset lies beyond the tail of the stream.
        outcome BeyondTail = 400 problem "offset-beyond-tail" about Position {
            CacheControl = NoStore; StreamNextOffset;
        }

        /// What was at this offset is not kept any more. Start over at `Stream-Earliest-Offset`: where a cache is asked for `-1`, it may
        /// still have an old beginning, after which nothing is kept either.
        outcome Trimmed = 410 problem "offset-trimmed" about Position { CacheControl = NoStore; StreamEarliestOffset; }
        /// A part of the stream is damaged or missing in the storage. The problem names its offsets, and none of it is sent.
        outcome SegmentDamaged = 500 problem "segment-damaged" detail { CacheControl = NoStore; }

        /// Creates the stream, or confirms that it exists as asked (§5.1).
        endpoint create = PUT {
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

            /// The stream is new.
            outcome Created = 201 { Location; ContentType; StreamNextOffset; StreamClosed?; CacheControl = NoStore; }
            /// The stream was there already, configured as asked. Its content is what it was.
            outcome Ensured = 200 { ContentType; StreamNextOffset; StreamClosed?; CacheControl = NoStore; }
            /// The expiry must lie in the future.
            outcome ExpiryPast = 400 problem "expiry-past" about StreamExpiresAt { CacheControl = NoStore; }
            /// How far past an offset a fork parts means nothing without that offset.
            outcome ForkUnanchored = 400 problem "fork-unanchored" about StreamForkSubOffset { CacheControl = NoStore; }
            /// A stream at this path was deleted, and others still depend on it.
            outcome PathTaken = 409 problem "path-taken" { CacheControl = NoStore; }
            /// There is no stream to fork at this path.
            outcome SourceNotFound = 404 problem "source-not-found" about StreamForkedFrom { CacheControl = NoStore; }
            /// The stream to fork was deleted or has expired.
            outcome SourceGone = 409 problem "source-gone" about StreamForkedFrom { CacheControl = NoStore; }
            /// A fork can't part from its source beyond the source's tail.
            outcome ForkBeyondTail = 400 problem "fork-beyond-tail" about StreamForkOffset { CacheControl = NoStore; }
            /// A fork can't part from its source further past an offset than the source's tail.
            outcome ForkOvershoots = 400 problem "fork-overshoots" about StreamForkSubOffset { CacheControl = NoStore; }
            /// A fork can't part from its source before what is still kept of it.
            outcome ForkTrimmed = 410 problem "fork-trimmed" about StreamForkOffset { CacheControl = NoStore; }
            /// The stream to fork is itself the end of too long a line of forks.
            outcome ForkTooDeep = 409 problem "fork-too-deep" about StreamForkedFrom { CacheControl = NoStore; }
            /// A fork has the content type of its source.
            outcome SourceTypeConflict = 409 problem "source-type-conflict" about ContentType {
                CacheControl = NoStore;
            }
            /// The stream exists with another content type, lifetime, retention, closure or source.
            outcome ConfigurationConflict = 409 problem "configuration-conflict" {
                StreamClosed?; CacheControl = NoStore;
            }

            /// A new stream is open and, unless the request has a body, empty.
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
            /// A stream can be complete from the beginning.
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
            /// Parameters of a content type may be empty, and names are of any characters that tokens have.
            example created_of_any_token for media in ["text/plain;;charset=utf-8", "text/plain; ;", "application/vnd.a~b|c`d", "text/plain;a~b=\"c;d\"",] {
                given stream.absent;
                send PUT "/v1/stream/a" { ContentType = media; }
                expect Created { Location; ContentType = media; StreamNextOffset = "0000000000000000"; }
            }
            /// Where nothing is said about it, a stream is of bytes.
            example created_of_bytes {
                given stream.absent;
                send PUT "/v1/stream/a" { body = "abc"; }
                expect Created {
                    Location;
                    ContentType = "application/octet-stream";
                    StreamNextOffset = "0000000000000003";
                }
            }
            /// A fork begins with what its source holds up to where it parts from it.
            example forked {
                given stream.absent and source.ready {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abcdef"; }
                }
                send PUT "/v1/stream/a" {
                    StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; StreamForkSubOffset = "1";
                }
                expect Created { Location; ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
            }
            /// Asking again changes nothing: the body of the second request is not appended.
            example created_again {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; body = "more"; }
                expect Ensured { ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; not StreamClosed; }
            }
            /// A stream that has ended can be asked for only as one that has.
            example created_closed_again {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
                expect Ensured { ContentType = "text/plain"; StreamNextOffset; StreamClosed = "true"; }
            }
            /// How much of it is kept, a stream may say when it is created. A fork says it for itself.
            example created_to_keep_a_day for retention in ["0", "86400", "3153600000"] {
                given stream.absent;
                send PUT "/v1/stream/a" { StreamRetainAge = retention; StreamRetainBytes = "1073741824"; }
                expect Created { Location; ContentType; StreamNextOffset = "0000000000000000"; }
            }
            /// It is part of how a stream is configured.
            example created_to_keep_a_day_again {
                given stream.open { PUT "/v1/stream/a" { StreamRetainAge = "86400"; } }
                send PUT "/v1/stream/a" { StreamRetainAge = "86400"; }
                expect Ensured { ContentType; StreamNextOffset = "0000000000000000"; }
            }
            /// What is to be kept of a stream is not changed by asking for it again.
            example other_retention for retention in ["0", "1", "86401"] {
                given stream.open and configuration.differs { PUT "/v1/stream/a" { StreamRetainAge = "86400"; } }
                send PUT "/v1/stream/a" { StreamRetainAge = retention; }
                expect ConfigurationConflict { not StreamClosed; }
            }
            /// A stream has one content type for good.
            example other_type {
                given stream.open and configuration.differs { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send PUT "/v1/stream/a" { ContentType = "application/json"; }
                expect ConfigurationConflict { not StreamClosed; }
            }
            /// Whether it is closed is part of how a stream is configured.
            example open_again {
                given stream.closed and configuration.differs {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
                }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; }
                expect ConfigurationConflict { StreamClosed = "true"; }
            }
            /// What expires does so later.
            example expired_before_it_began {
                given expiry.past;
                send PUT "/v1/stream/a" { StreamExpiresAt = "2020-01-01T00:00:00Z"; }
                expect ExpiryPast;
            }
            /// One lifetime, or none.
            example two_lifetimes {
                send PUT "/v1/stream/a" { StreamTtl = "60"; StreamExpiresAt = "2100-01-01T00:00:00Z"; }
                expect BadRequest;
            }
            /// Seconds are counted in plain digits.
            example malformed_ttl for ttl in ["-1", "1.5", "1e3", "007", "+60", "0x3c", "3153600001", "a minute"] {
                send PUT "/v1/stream/a" { StreamTtl = ttl; }
                expect BadRequest;
            }
            /// And so is what is kept.
            example malformed_retention for retention in ["-1", "1.5", "all", "1 GiB", "3153600001"] {
                send PUT "/v1/stream/a" { StreamRetainAge = retention; }
                expect BadRequest;
            }
            /// Bytes as well as seconds.
            example malformed_retention_of_bytes for retention in ["-1", "1.5", "all", "1 GiB", "9007199254740992"] {
                send PUT "/v1/stream/a" { StreamRetainBytes = retention; }
                expect BadRequest;
            }
            /// An instant is written as RFC 3339 has it.
            example malformed_expiry for instant in ["tomorrow", "2100-01-01", "2100-13-01T00:00:00Z", "4102444800", "2100-01-01500:00:00Z", "2100-01-01 00:00:00Z", "2100-01-01T00:00:00+24:00",] {
                send PUT "/v1/stream/a" { StreamExpiresAt = instant; }
                expect BadRequest;
            }
            /// A content type has two parts.
            example malformed_type for media in ["text", "text/", "/plain", "text plain", "text/*", "text/plain;charset"] {
                send PUT "/v1/stream/a" { ContentType = media; }
                expect BadRequest;
            }
            /// A source is named by its path on this server.
            example malformed_source for source in ["b", "/v1/streams/b", "http://example.com/v1/stream/b"] {
                send PUT "/v1/stream/a" { StreamForkedFrom = source; }
                expect BadRequest;
            }
            /// Where to part means nothing without what to part from.
            example parted_from_nothing {
                send PUT "/v1/stream/a" { StreamForkOffset = "0000000000000001"; }
                expect BadRequest;
            }
            /// A number of messages counts from an offset.
            example counted_from_nowhere {
                given fork.unanchored { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkSubOffset = "1"; }
                expect ForkUnanchored;
            }
            /// As long as a fork needs what a deleted stream held, nothing new can be where it was.
            example not_free_yet {
                given stream.gone {
                    PUT "/v1/stream/a" { body = "abc"; }
                    PUT "/v1/stream/b" { StreamForkedFrom = "/v1/stream/a"; }
                    DELETE "/v1/stream/a";
                }
                send PUT "/v1/stream/a";
                expect PathTaken;
            }
            /// Only what is there can be forked.
            example fork_of_nothing {
                given stream.absent and source.absent;
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
                expect SourceNotFound;
            }
            /// What is gone has its forks, and gets no more.
            example fork_of_what_is_gone {
                given stream.absent and source.gone {
                    PUT "/v1/stream/b" { body = "abc"; }
                    PUT "/v1/stream/c" { StreamForkedFrom = "/v1/stream/b"; }
                    DELETE "/v1/stream/b";
                }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
                expect SourceGone;
            }
            /// The source holds three bytes.
            example fork_beyond_the_tail {
                given stream.absent and fork.beyond and not fork.overshoots { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000004"; }
                expect ForkBeyondTail;
            }
            /// The second byte is there, and not two more after it.
            example fork_past_the_tail {
                given stream.absent and fork.overshoots { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" {
                    StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; StreamForkSubOffset = "2";
                }
                expect ForkOvershoots;
            }
            /// What is not kept of the source can't be kept for a fork.
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
            /// A fork that parts from its source at the beginning inherits nothing, however much of the source is not kept any more.
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
            /// Forks of forks go only so deep.
            example fork_too_deep {
                given limits.fork_depth = 0;
                given stream.absent and fork.too_deep { PUT "/v1/stream/b" { body = "abc"; } }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; }
                expect ForkTooDeep;
            }
            /// What a fork inherits is of a type already.
            example fork_of_another_type {
                given stream.absent and source.ready and content_type.differs {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "abc"; }
                }
                send PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; ContentType = "application/json"; }
                expect SourceTypeConflict;
            }
            /// A stream of JSON begins with JSON.
            example created_with_half_an_array {
                given stream.absent and messages.invalid;
                send PUT "/v1/stream/a" { ContentType = "application/json"; body = "[1, 2"; }
                expect InvalidMessages;
            }
            /// A stream is created only where there is none yet.
            example created_where_none_is {
                given stream.absent and not precondition.failed;
                send PUT "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Created { Location; ContentType; StreamNextOffset = "0000000000000000"; }
            }
            /// Where there is one, its tail is told, and its entity tag.
            example created_where_one_is {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send PUT "/v1/stream/a" { ContentType = "text/plain"; IfNoneMatch = "*"; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
            }
            /// What is to match has to be there.
            example created_to_match_what_is_not_there for tags in ["*", "\"a\""] {
                given stream.absent and precondition.failed;
                send PUT "/v1/stream/a" { IfMatch = tags; }
                expect PreconditionFailed { not StreamNextOffset; not Etag; }
            }
            /// A request that is refused anyway is refused for that (RFC 9110 §13.2.1).
            example other_type_and_where_one_is {
                given stream.open and configuration.differs and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                }
                send PUT "/v1/stream/a" { ContentType = "application/json"; IfNoneMatch = "*"; }
                expect ConfigurationConflict { not StreamClosed; }
            }
            /// A precondition that can't be read is not passed over.
            example created_with_malformed_tags for tags in ["abc", "\"abc", "*, \"abc\""] {
                send PUT "/v1/stream/a" { IfNoneMatch = tags; }
                expect BadRequest;
            }
            /// What is stored is what is sent, so nothing may have to be decoded first. The answer says so before the body is read.
            example created_encoded for codings in ["gzip", "GZIP", "br, identity", "deflate"] {
                given content_coding.unsupported;
                send PUT "/v1/stream/a" { ContentType = "application/json"; ContentEncoding = codings; body = "[1, 2"; }
                expect ContentCodingUnsupported { AcceptEncoding = "identity"; }
            }
            /// A fork that begins within a character goes on with the rest of it.
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
            /// What is of another charset is taken as it is.
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
            /// Who can't be served now is told when to come back.
            example created_when_all_wait {
                given limits.queue_bytes = 0 B;
                given stream.absent and queue.full;
                send PUT "/v1/stream/a";
                expect Busy { RetryAfter = "1"; }
            }
        }

        /// Appends to the stream, closes it, or both at once (§5.2, §5.3).
        endpoint append = POST {
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

            /// Appended, closed, or both. If the request has a precondition, the answer has the entity tag for the next one.
            outcome Appended = 204 { StreamNextOffset; StreamClosed?; Etag?; CacheControl = NoStore; }
            /// The stream was closed before; it still is.
            outcome AlreadyClosed = 204 { StreamNextOffset; StreamClosed; CacheControl = NoStore; }
            /// Appended, exactly once.
            outcome Accepted = 200 {
                StreamNextOffset; StreamClosed?; ProducerEpoch; ProducerSeq; Etag?; CacheControl = NoStore;
            }
            /// Closed, exactly once.
            outcome ClosedByProducer = 204 {
                StreamNextOffset; StreamClosed; ProducerEpoch; ProducerSeq; Etag?; CacheControl = NoStore;
            }
            /// Accepted before and not done again.
            outcome Repeated = 204 {
                StreamNextOffset; StreamClosed?; ProducerEpoch; ProducerSeq; CacheControl = NoStore;
            }
            /// The body may be empty only where the request closes the stream.
            outcome EmptyBody = 400 problem "empty-body" about body { CacheControl = NoStore; }
            /// The array must hold at least one message.
            outcome NoMessages = 400 problem "no-messages" about body { CacheControl = NoStore; }
            /// The stream is closed and takes no more.
            outcome Closed = 409 problem "stream-closed" { StreamClosed; StreamNextOffset; CacheControl = NoStore; }
            /// The content type is not the stream's.
            outcome ContentTypeConflict = 409 problem "content-type-conflict" about ContentType {
                CacheControl = NoStore;
            }
            /// Sequence conflict: the sequence does not exceed the last one that was accepted.
            outcome SequenceConflict = 409 problem "sequence-conflict" about StreamSeq {
                StreamNextOffset; CacheControl = NoStore;
            }
            /// Expected offset conflict: the tail of the stream is not at this offset. Nothing was appended.
            outcome TailConflict = 409 problem "tail-conflict" about StreamExpectedOffset {
                StreamNextOffset; StreamClosed?; CacheControl = NoStore;
            }
            /// A later epoch of this producer has written.
            outcome Fenced = 403 problem "producer-fenced" about ProducerEpoch {
                ProducerEpoch; CacheControl = NoStore;
            }
            /// An epoch must start at sequence number 0.
            outcome EpochUnseeded = 400 problem "epoch-not-started" about ProducerSeq { CacheControl = NoStore; }
            /// Sequence numbers are missing before this one.
            outcome SequenceGap = 409 problem "sequence-gap" about ProducerSeq {
                ProducerExpectedSeq; ProducerReceivedSeq; CacheControl = NoStore;
            }

            /// The answer names the new tail.
            example appended {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "de"; }
                expect Appended { StreamNextOffset = "0000000000000005"; not StreamClosed; }
            }
            /// Each element of an array is a message.
            example appended_messages {
                given stream.open { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = "[1, [2, 3]]"; }
                expect Appended { StreamNextOffset = "0000000000000002"; }
            }
            /// The last append can close the stream.
            example appended_and_closed {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "bye"; }
                expect Appended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// Closing takes no body, and then no content type either.
            example closed {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send POST "/v1/stream/a" { StreamClosed = "true"; }
                expect Appended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// Closing twice is closing once.
            example closed_twice {
                given stream.closed and producer.none { PUT "/v1/stream/a" { StreamClosed = "true"; } }
                send POST "/v1/stream/a" { StreamClosed = "true"; }
                expect AlreadyClosed { StreamNextOffset = "0000000000000000"; }
            }
            /// A stream that has ended takes no more, and says where its end is.
            example closed_takes_no_more {
                given stream.closed and producer.none {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect Closed { StreamClosed = "true"; StreamNextOffset = "0000000000000003"; }
            }
            /// A producer starts an epoch at 0, and is told how far it has come.
            example produced {
                given stream.open and producer.next { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                    body = "abc";
                }
                expect Accepted { StreamNextOffset = "0000000000000003"; ProducerEpoch = "0"; ProducerSeq = "0"; }
            }
            /// Sending it again does not append it again.
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
            /// A producer closes a stream as it appends: with its next number.
            example closed_by_its_producer {
                given stream.open and producer.next { PUT "/v1/stream/a"; }
                send POST "/v1/stream/a" {
                    StreamClosed = "true"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                }
                expect ClosedByProducer {
                    StreamNextOffset; StreamClosed = "true"; ProducerEpoch = "0"; ProducerSeq = "0";
                }
            }
            /// Only the producer that closed the stream, with the number that did, may think that it still has to.
            example closed_by_another {
                given stream.closed and not producer.none and not closing.repeated {
                    PUT "/v1/stream/a" { StreamClosed = "true"; }
                }
                send POST "/v1/stream/a" {
                    StreamClosed = "true"; ProducerId = "p"; ProducerEpoch = "0"; ProducerSeq = "0";
                }
                expect Closed { StreamNextOffset; }
            }
            /// Who has been succeeded is told by whom.
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
            /// A later epoch counts anew.
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
            /// What is missing has to come first.
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
            /// Epochs and sequence numbers are whole, plain, and exact in every client.
            example malformed_epoch for epoch in ["-1", "1.5", "0x1", "01", "one", "9007199254740992"] {
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerEpoch = epoch; ProducerSeq = "0";
                    body = "x";
                }
                expect BadRequest;
            }
            /// Who, in which epoch and for the how-manieth time belong together.
            example half_a_producer {
                send POST "/v1/stream/a" {
                    ContentType = "text/plain"; ProducerId = "p"; ProducerSeq = "0";
                    body = "x";
                }
                expect BadRequest;
            }
            /// What is appended has a type.
            example without_a_type {
                send POST "/v1/stream/a" { body = "x"; }
                expect BadRequest;
            }
            /// Sequences are compared byte by byte.
            example out_of_order for later in ["2", "10", "1"] {
                given stream.open and sequence.repeated {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = "2"; body = "x"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamSeq = later; body = "y"; }
                expect SequenceConflict { StreamNextOffset = "0000000000000001"; }
            }
            /// Who has read up to the tail appends there, or not at all.
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
            /// Who comes too late is told where the tail is now, and so is who was too early.
            example unexpected for offset in ["0000000000000000", "0000000000000002", "0000000000000004"] {
                given stream.open and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamExpectedOffset = offset; body = "de"; }
                expect TailConflict { StreamNextOffset = "0000000000000003"; not StreamClosed; }
            }
            /// A stream ends where its writer thinks that it does, or goes on.
            example closed_elsewhere {
                given stream.open and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000002"; }
                expect TailConflict { StreamNextOffset = "0000000000000003"; not StreamClosed; }
            }
            /// It ended here: closing it again is closing it once.
            example closed_twice_as_expected {
                given stream.closed and producer.none and not tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000003"; }
                expect AlreadyClosed { StreamNextOffset = "0000000000000003"; }
            }
            /// It ended elsewhere.
            example closed_before_elsewhere {
                given stream.closed and producer.none and tail.unexpected {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; StreamExpectedOffset = "0000000000000002"; }
                expect TailConflict { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// A stream that takes no more has no tail to append at.
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
            /// What a producer sends again has been appended: by now the tail is elsewhere, and that is right.
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
            /// A sequence has to hold as well.
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
            /// And the other way round.
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
            /// The tail of a fork is its own, and begins where it parted.
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
            /// An offset to append at is a plain one.
            example malformed_expectation for offset in ["-1", "now", "3", "000000000000000a"] {
                send POST "/v1/stream/a" { ContentType = "text/plain"; StreamExpectedOffset = offset; body = "x"; }
                expect BadRequest;
            }
            /// Who names what it has seen appends to that. The answer has the entity tag to name next.
            example matched {
                given stream.open and not precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = "*"; body = "de"; }
                expect Appended { StreamNextOffset = "0000000000000005"; Etag; }
            }
            /// Who has seen something else is told where the tail is, and the entity tag of the stream as it is.
            example unmatched for tags in ["\"a\"", "W/\"a\", \"b\""] {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = tags; body = "de"; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
            }
            /// What was seen may have ended since.
            example closed_unmatched {
                given stream.closed and producer.none and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000000"; StreamClosed = "true"; Etag; }
            }
            /// What a producer sends again has been appended, and is not asked about again.
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
            /// To append where nothing is makes no sense.
            example appended_where_one_is {
                given stream.open and precondition.failed { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfNoneMatch = "*"; body = "x"; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000000"; Etag; }
            }
            /// A precondition that can't be read is not passed over.
            example malformed_precondition for tags in ["abc", "\"abc", "*, \"abc\""] {
                send POST "/v1/stream/a" { ContentType = "text/plain"; IfMatch = tags; body = "x"; }
                expect BadRequest;
            }
            /// A client that compresses what it sends is told not to, before it is told anything of what it sends.
            example encoded for codings in ["gzip", "br", "zstd", "identity, gzip", "gzip,gzip", "GZip", "utf-8"] {
                given content_coding.unsupported;
                send POST "/v1/stream/a" { ContentType = "application/json"; ContentEncoding = codings; body = "1f8b"; }
                expect ContentCodingUnsupported { AcceptEncoding = "identity"; }
            }
            /// Not to be encoded can be said, too.
            example encoded_as_itself for codings in ["identity", "Identity", "identity, identity", ""] {
                given stream.open and not content_coding.unsupported {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; ContentEncoding = codings; body = "abc"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; ContentEncoding = codings; body = "de"; }
                expect Appended { StreamNextOffset = "0000000000000005"; }
            }
            /// After the first byte of a character, text is only what has the others.
            example no_text for body in ["b", "é"] {
                given stream.open and text.invalid {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
                    PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
                }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = body; }
                expect InvalidText;
            }
            /// Nor does a text end there.
            example closed_within_a_character {
                given stream.open and text.invalid {
                    PUT "/v1/stream/b" { ContentType = "text/plain"; body = "aé"; }
                    PUT "/v1/stream/a" { StreamForkedFrom = "/v1/stream/b"; StreamForkOffset = "0000000000000002"; }
                }
                send POST "/v1/stream/a" { StreamClosed = "true"; }
                expect InvalidText;
            }
            /// Nothing is appended by nothing.
            example empty {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; }
                expect EmptyBody;
            }
            /// Nor by no messages.
            example empty_array {
                given stream.open and messages.empty { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = "[]"; }
                expect NoMessages;
            }
            /// A stream of JSON takes JSON, and each message has to be all there.
            example no_json for body in ["{\"a\":", "[1, 2", "1 2", "undefined"] {
                given stream.open and messages.invalid { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = body; }
                expect InvalidMessages;
            }
            /// A message has a greatest length, wherever it stands.
            example message_too_long for body in ["\"12345\"", "[1, \"12345\"]"] {
                given limits.message = 4 B;
                given stream.open and messages.too_large { PUT "/v1/stream/a" { ContentType = "application/json"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = body; }
                expect MessagesTooLarge;
            }
            /// And so has a body.
            example body_too_long {
                given limits.body = 4 B;
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "12345"; }
                expect TooLarge;
            }
            /// A body for which the server has no memory left is refused before it is read.
            example body_without_room {
                given limits.memory = 0 B;
                given limits.memory_small = 0 B;
                given limits.memory_pages = 0 B;
                given stream.open and body.crowded { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect Busy { RetryAfter = "1"; }
            }
            /// A client that stops sending in the middle of a body gets an answer, and the stream stays as it is.
            example body_that_stalls {
                given stream.open and body.stalled { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "half of"; }
                expect BodyStalled;
            }
            /// All of a stream is of one type.
            example of_another_type {
                given stream.open and content_type.differs { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "application/json"; body = "1"; }
                expect ContentTypeConflict;
            }
            /// A stream is created before it is written to.
            example to_nothing {
                given stream.absent;
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect NotFound;
            }
            /// An append that may have been lost is never acknowledged.
            example unheard {
                given stream.open and failure { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send POST "/v1/stream/a" { ContentType = "text/plain"; body = "x"; }
                expect Unavailable { RetryAfter = "1"; }
            }
        }

        /// Reads what is there (§5.6).
        endpoint read = GET {
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

            /// A stretch of the stream.
            outcome Page = 200 {
                ContentType; StreamNextOffset; StreamUpToDate?; StreamClosed?; Etag; CacheControl;
                ContentSecurityPolicy = "sandbox";
                body bytes;
            }
            /// Nothing, and where the tail is.
            outcome AtTail = 200 {
                ContentType; StreamNextOffset; StreamUpToDate; StreamClosed?; CacheControl = NoStore;
                ContentSecurityPolicy = "sandbox";
                body bytes;
            }
            /// The client has this already.
            outcome Unchanged = 304 { StreamNextOffset; StreamUpToDate?; StreamClosed?; Etag; CacheControl; }

            /// Without an offset, from the beginning.
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
            /// From where another answer has led to.
            example from_an_offset {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "0000000000000001"; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                    body = "bc";
                }
            }
            /// A stream of HTML is served as such, and a browser that opens it runs none of its scripts.
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
            /// Messages come as an array.
            example messages {
                given stream.open { PUT "/v1/stream/a" { ContentType = "application/json"; body = "[1, {\"a\": 2}]"; } }
                send GET "/v1/stream/a" { Position = "-1"; }
                expect Page {
                    ContentType = "application/json"; StreamNextOffset = "0000000000000002"; Etag; CacheControl;
                    body = "[1,{\"a\": 2}]";
                }
            }
            /// A long stream comes in pages, which lead from one to the next.
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
            /// The last page of a stream that has ended says so.
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
            /// Only what comes from now on: nothing, for now, and where to ask for it.
            example from_now_on {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "now"; }
                expect AtTail {
                    ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; CacheControl = "no-store";
                    body = "";
                }
            }
            /// Whoever has something of a stream is not sent it again.
            example unchanged {
                given stream.open and page.matches { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Unchanged { StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl; }
            }
            /// An offset is one that this server has sent.
            example malformed_offset for offset in ["", "0", "yesterday", "-2", "000000000000000a", "FFFFFFFFFFFFFFFF"] {
                send GET "/v1/stream/a" { Position = offset; }
                expect BadRequest;
            }
            /// Live are long-polls and server-sent events.
            example malformed_live for live in ["true", "websocket", "SSE"] {
                send GET "/v1/stream/a" { Position = "-1"; Live = live; }
                expect BadRequest;
            }
            /// An entity tag has quotes. Who sends it without them has not got the page, as far as anyone can tell.
            example malformed_tag for tags in ["abc", "\"abc"] {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { IfNoneMatch = tags; }
                expect Page {
                    ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                    body = "abc";
                }
            }
            /// More of what the client has seen, or nothing.
            example unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// Whatever it is, as long as it is there.
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
            /// A path has no dots, no empty segments and no broken escapes.
            example malformed_path for path in ["/v1/stream/", "/v1/stream/a//b", "/v1/stream/a%zz"] {
                send GET path;
                expect BadRequest;
            }
            /// Where only the newest part is kept, a reader who was away for too long is told where that begins.
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
            /// A stream begins beyond the tail of the one that was deleted at its path before: no offset of that one leads into it.
            example from_an_earlier_stream {
                given stream.open and position.trimmed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; }
                expect Trimmed { StreamEarliestOffset = "0000000000000004"; }
            }
            /// As it is where the stream itself was created to be kept so.
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
            /// The beginning of a stream of which only the newest part is kept is soon elsewhere: whoever starts anew must not be sent an
            /// old one, after which nothing is kept.
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
            /// Without an offset, by age and for those who have it already, too.
            example beginning_of_what_is_not_kept_for_long {
                given stream.open and page.matches {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainAge = "60"; body = "abc"; }
                }
                send GET "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Unchanged {
                    StreamNextOffset = "0000000000000003"; StreamUpToDate; Etag; CacheControl = "no-cache";
                }
            }
            /// What is at an offset stays what it is, and so may be kept.
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
            /// And not, where it was created to be kept for good.
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
            /// Rather nothing than something else.
            example damaged {
                given limits.hot_rows = 0;
                given stream.open and page.damaged { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a";
                expect SegmentDamaged;
            }
            /// The answer says where the tail is.
            example beyond_the_tail {
                given stream.open and position.beyond {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000004"; }
                expect BeyondTail { StreamNextOffset = "0000000000000003"; }
            }
            /// Nothing is there until it is created.
            example of_nothing {
                given stream.absent;
                send GET "/v1/stream/a";
                expect NotFound;
            }
            /// A stream that was deleted while forks depend on it is remembered.
            example of_what_is_gone {
                given stream.gone {
                    PUT "/v1/stream/a" { body = "abc"; }
                    PUT "/v1/stream/b" { StreamForkedFrom = "/v1/stream/a"; }
                    DELETE "/v1/stream/a";
                }
                send GET "/v1/stream/a";
                expect Gone;
            }
            /// Where a token is configured, nobody gets further without it.
            example with_a_wrong_token for credentials in ["Bearer wrong", "Basic cmlnaHQ=", "right"] {
                given token.rejected;
                send GET "/v1/stream/a" { Authorization = credentials; }
                expect Unauthorized { WwwAuthenticate = "Bearer"; }
            }
        }

        /// Reads what is there, or waits for what comes (§5.7).
        endpoint long_poll = GET when Live is LongPoll {
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

            /// A stretch of the stream.
            outcome Page = 200 {
                ContentType; StreamNextOffset; StreamUpToDate?; StreamClosed?; StreamCursor; Etag; CacheControl;
                ContentSecurityPolicy = "sandbox";
                body bytes;
            }
            /// The client has this page already.
            outcome Unchanged = 304 {
                StreamNextOffset; StreamUpToDate?; StreamClosed?; StreamCursor; Etag; CacheControl;
            }
            /// Nothing came in time.
            outcome TimedOut = 204 { StreamNextOffset; StreamUpToDate; StreamCursor; CacheControl = NoStore; }
            /// Nothing will come any more.
            outcome Ended = 204 { StreamNextOffset; StreamUpToDate; StreamClosed; CacheControl = NoStore; }

            /// What is there is sent at once.
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
            /// Whoever comes later is not told otherwise.
            example damaged {
                given limits.hot_rows = 0;
                given stream.open and page.available and page.damaged {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; }
                expect SegmentDamaged;
            }
            /// The beginning of a stream of which only the newest part is kept must not be kept, wherever it is asked for.
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
            /// Who waited in vain goes on from where it is.
            example nothing_came {
                given stream.open and not page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; }
                expect TimedOut { StreamNextOffset = "0000000000000003"; StreamCursor; }
            }
            /// Nobody waits for what can't come.
            example nothing_will_come {
                given stream.closed and not page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; }
                expect Ended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
            }
            /// So many may wait on a stream, and the others come back.
            example too_many_wait {
                given limits.readers = 0;
                given stream.open and not page.available and readers.full { PUT "/v1/stream/a"; }
                send GET "/v1/stream/a" { Position = "now"; Live = "long-poll"; }
                expect Busy { RetryAfter = "1"; }
            }
            /// Who waits says from where on.
            example without_an_offset {
                send GET "/v1/stream/a" { Live = "long-poll"; }
                expect BadRequest;
            }
            /// Who waits for what follows on something else does not wait.
            example unmatched {
                given stream.open and not page.available and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "now"; Live = "long-poll"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// A cursor is one that this server has sent.
            example malformed_cursor for cursor in ["-1", "1.5", "abc", "9007199254740991"] {
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; Cursor = cursor; }
                expect BadRequest;
            }
            /// The next cursor is greater than any that is taken.
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
            /// Whoever has this page of the stream is not sent it again.
            example unchanged {
                given stream.open and page.available and page.matches {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; IfNoneMatch = "*"; }
                expect Unchanged {
                    StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; StreamCursor; Etag; CacheControl;
                }
            }
            /// Whoever waits for a page has not got it yet.
            example unchanged_and_nothing_came {
                given stream.open and not page.available {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; IfNoneMatch = "*"; }
                expect TimedOut { StreamNextOffset = "0000000000000003"; StreamCursor; }
            }
        }

        /// Reads what is there and then what comes, as server-sent events (§5.8).
        endpoint sse = GET when Live is Sse {
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

            /// Events until the stream ends, or until the client is to reconnect.
            outcome Feed = 200 {
                ContentType = EventStream; StreamSseDataEncoding?; CacheControl = NoCache;
                body events Feed;
            }

            /// First what is there, and after it where the reader now stands.
            example followed {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
                expect Feed {
                    ContentType = "text/event-stream";
                    not StreamSseDataEncoding;
                    body = "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",";
                }
            }
            /// What is no text is encoded.
            example followed_as_bytes {
                given stream.open { PUT "/v1/stream/a" { ContentType = "image/png"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
                expect Feed {
                    StreamSseDataEncoding = "base64";
                    body = "event: data\ndata:YWJj\n\nevent: control\n";
                }
            }
            /// Nor is text of another charset sent as if it were UTF-8.
            example followed_in_another_charset {
                given stream.open {
                    PUT "/v1/stream/a" { ContentType = "text/plain; charset=iso-8859-1"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
                expect Feed { StreamSseDataEncoding = "base64"; body = "event: data\ndata:YWJj\n\nevent: control\n"; }
            }
            /// A stream that has ended says so, and the events end with it.
            example followed_to_its_end {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send GET "/v1/stream/a" { Position = "now"; Live = "sse"; }
                expect Feed {
                    body = "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n";
                }
            }
            /// Who follows something else gets nothing of this.
            example followed_unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// Who listens waits, too.
            example too_many_listen {
                given limits.readers = 0;
                given stream.open and readers.full { PUT "/v1/stream/a"; }
                send GET "/v1/stream/a" { Position = "now"; Live = "sse"; }
                expect Busy { RetryAfter = "1"; }
            }
        }

        /// Reads the stream and then what is appended to it, over a WebSocket (§11). A binary message contains one or more events, in the
        /// form of a server-sent events response. A text message is a mark: the client sends it back unchanged as a text
        /// message once it has processed every message before it. The server stops sending when too much is unacknowledged, and
        /// closes the connection with code 1008 if the client sends anything else.
        endpoint websocket = GET when Live is WebSocket {
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

            /// Events until the stream ends, or until one of both hangs up.
            outcome Messages = 101 { StreamSseDataEncoding?; body events Feed; }

            /// First what is there, and after it where the reader now stands.
            example attended {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; }
                expect Messages {
                    not StreamSseDataEncoding;
                    body = "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",";
                }
            }
            /// What is no text is encoded.
            example attended_as_bytes {
                given stream.open { PUT "/v1/stream/a" { ContentType = "image/png"; body = "abc"; } }
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; }
                expect Messages {
                    StreamSseDataEncoding = "base64";
                    body = "event: data\ndata:YWJj\n\nevent: control\n";
                }
            }
            /// A stream that has ended says so, and the connection ends with it.
            example attended_to_its_end {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = "websocket"; }
                expect Messages {
                    body = "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n";
                }
            }
            /// Who follows something else gets nothing of this.
            example attended_unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; Upgrade = "websocket"; IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// Who attends waits, too.
            example too_many_attend {
                given limits.readers = 0;
                given stream.open and readers.full { PUT "/v1/stream/a"; }
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = "websocket"; }
                expect Busy { RetryAfter = "1"; }
            }
            /// Names of protocols have no case, and a client may list several.
            example attended_in_any_case for upgrade in ["WebSocket", "h2c, websocket", "WEBSOCKET, h2c"] {
                given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; } }
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = upgrade; }
                expect Messages { not StreamSseDataEncoding; }
            }
            /// No other protocol will do.
            example attended_otherwise for upgrade in ["h2c", "websockets", "websocket/13"] {
                send GET "/v1/stream/a" { Position = "now"; Live = "ws"; Upgrade = upgrade; }
                expect BadRequest;
            }
            /// The connection has to become one.
            example attended_without_a_socket {
                send GET "/v1/stream/a" { Position = "-1"; Live = "ws"; }
                expect BadRequest;
            }
        }

        /// Describes the stream (§5.5).
        endpoint describe = HEAD {
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

            /// The stream as it is now.
            outcome Described = 200 {
                ContentType; StreamNextOffset; StreamEarliestOffset?; StreamClosed?; StreamTtl?; StreamExpiresAt?;
                StreamRetainBytes?; StreamRetainAge?; Etag; CacheControl = NoStore;
            }
            /// The client knows this already.
            outcome Unchanged = 304 { StreamNextOffset; StreamClosed?; Etag; CacheControl = NoStore; }

            /// Where the tail is, without what leads to it.
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
            /// Who knows that it is there is not told more.
            example described_unchanged {
                given stream.open and page.matches {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send HEAD "/v1/stream/a" { IfNoneMatch = "*"; }
                expect Unchanged { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
            }
            /// What the client knows is no more.
            example described_unmatched {
                given stream.closed and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
                }
                send HEAD "/v1/stream/a" { IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; Etag; }
            }
            /// How much of it is kept, as far as it says so itself.
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
            /// Whether it has ended, too.
            example described_to_its_end {
                given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
                send HEAD "/v1/stream/a";
                expect Described { ContentType; StreamNextOffset; StreamClosed = "true"; Etag; }
            }
        }

        /// Deletes the stream (§5.4).
        endpoint delete = DELETE {
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

            /// The stream is gone.
            outcome Deleted = 204 { CacheControl = NoStore; }

            /// It makes no difference whether it has ended.
            example deleted {
                given stream.open { PUT "/v1/stream/a" { body = "abc"; } }
                send DELETE "/v1/stream/a";
                expect Deleted;
            }
            /// Only what the client has seen all of is deleted.
            example deleted_unmatched {
                given stream.open and precondition.failed {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send DELETE "/v1/stream/a" { IfMatch = "\"a\""; }
                expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
            }
            /// Whatever is there.
            example deleted_matched {
                given stream.open and not precondition.failed { PUT "/v1/stream/a" { body = "abc"; } }
                send DELETE "/v1/stream/a" { IfMatch = "*"; }
                expect Deleted;
            }
            /// A precondition that can't be read is not passed over.
            example deleted_with_malformed_tags {
                send DELETE "/v1/stream/a" { IfMatch = "abc"; }
                expect BadRequest;
            }
            /// Once is enough.
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

    /// A stream as R2 has it, for when D1 has lost its part. Not of the protocol.
    resource Restoration at "/v1/restore/{path..}" {
        path path: segments 1..=1024;

        request {
            Authorization?;
        }

        refuse {
            token.rejected => Unauthorized;
            malformed      => BadRequest;
            failure        => Unavailable;
        }

        /// The request needs the bearer token.
        outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
        /// The request is malformed.
        outcome BadRequest = 400 problem "bad-request" { CacheControl = NoStore; }
        /// The server can't answer now, and whether the stream was restored may be unknown. The detail contains the reason. Retry the
        /// request.
        outcome Unavailable = 503 problem "unavailable" detail { RetryAfter = 1; CacheControl = NoStore; }

        /// Restores the stream at this path from its segments in R2 and from what D1 still has of it. Nothing that D1 has is lost.
        endpoint restore = POST {
            request {
                StreamRestoreDeleted?;
            }
            refuse {
                life.ended and not StreamRestoreDeleted => Ended;
                segments.unusable                       => Unrestorable;
            }
            answer {
                segments.unchecked     => Underway;
                not segments.unchecked => Restored;
            }

            /// The stream has been restored up to this offset. The body lists what was found, and what could not be restored.
            outcome Restored = 200 { ContentType = Report; StreamNextOffset; CacheControl = NoStore; body bytes; }
            /// A part of the stream's objects has been checked, and nothing has been changed yet. Repeat the request to go on.
            outcome Underway = 202 { ContentType = Report; RetryAfter = 1; CacheControl = NoStore; body bytes; }
            /// The stream was deleted or has expired. Send `Stream-Restore-Deleted: true` to restore it nevertheless.
            outcome Ended = 409 problem "stream-deleted" { CacheControl = NoStore; }
            /// Nothing is left of the stream, or it does not fit together. Nothing was changed.
            outcome Unrestorable = 409 problem "not-restorable" detail { CacheControl = NoStore; }

            /// A stream that is whole stays as it is.
            example nothing_to_do {
                given not life.ended and not segments.unusable and not segments.unchecked {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/restore/a";
                expect Restored { ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
            }
            /// A request checks a limited number of bytes. If there are more, it has to be repeated.
            example more_to_check {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given limits.restore_bytes = 1 B;
                given segments.unchecked and not life.ended and not segments.unusable {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send POST "/v1/restore/a";
                expect Underway { ContentType = "text/plain"; RetryAfter = "1"; }
            }
            /// A stream that was deleted is not restored by accident.
            example deleted_before {
                given life.ended {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                }
                send POST "/v1/restore/a";
                expect Ended;
            }
            /// If its objects have been removed already, a deleted stream can't be restored at all.
            example deleted_before_for_good {
                given life.ended and segments.unusable {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                }
                send POST "/v1/restore/a" { StreamRestoreDeleted = "true"; }
                expect Unrestorable;
            }
            /// There never was one.
            example nothing_left {
                given segments.unusable and not life.ended;
                send POST "/v1/restore/a";
                expect Unrestorable;
            }
            /// Where a token is configured, nobody gets further without it.
            example with_a_wrong_token {
                given token.rejected;
                send POST "/v1/restore/a" { Authorization = "Bearer wrong"; }
                expect Unauthorized { WwwAuthenticate = "Bearer"; }
            }
            /// A path has no dots, no empty segments and no broken escapes.
            example malformed_path {
                send POST "/v1/restore/a//b";
                expect BadRequest;
            }
            /// Without an answer, nothing is known.
            example unheard {
                given failure { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send POST "/v1/restore/a";
                expect Unavailable { RetryAfter = "1"; }
            }
        }
    }
}
