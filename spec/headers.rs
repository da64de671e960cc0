//! The headers of requests and responses, and which of them are sent together.

macros::part! {
    /// Media types that the client accepts, for lists (RFC 9110 §12.5.1).
    header Accept = "accept": accept { Json, JsonLines };
    /// Content codings that the server accepts (RFC 9110 §12.5.3).
    header AcceptEncoding = "accept-encoding": ContentCoding;
    /// Bearer token: a JWT, the operator's token, or the token of a wake (§7.3, §12.1).
    header Authorization = "authorization": credentials "Bearer";
    /// Which caches can store the response, and for how long (§10).
    header CacheControl = "cache-control": one_of {
        /// Any cache can store the response (§10).
        Shared = "public, max-age=60, stale-while-revalidate=300",
        /// Only the client's own cache can store the response, because the server requires a token (§10).
        Private = "private, max-age=60, stale-while-revalidate=300",
        /// A cache must validate the response before it reuses it.
        NoCache = "no-cache",
        /// Only the client's own cache can store the response, and it must validate it before it reuses it.
        PrivateNoCache = "private, no-cache",
        /// Any cache can store the public keys of webhooks (§6.5).
        Keys = "public, max-age=300",
        /// No cache stores the response.
        NoStore = "no-store",
    };
    /// Prevents a browser that opens the stream as a page from running scripts in it (§12.7).
    header ContentSecurityPolicy = "content-security-policy": text 1..=32;
    /// Content codings of the body, in the order in which they were applied (RFC 9110 §8.4).
    header ContentEncoding = "content-encoding": list;
    /// Media type of the body; comparisons ignore parameters (§9). The media type of a stream is fixed when the stream is created.
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
    /// First offset of the new stream, for a stream that is moved to this server. It must be one that no earlier stream at the path has used. Without it, it is the
    /// first such offset. Server extension.
    header StreamFirstOffset = "stream-first-offset": Offset;
    /// Labels of the new stream. They are part of its configuration. Server extension.
    header StreamLabel = "stream-label": list ..= 16 of Label;
    /// Labels of the stream, in the order of their names. Server extension.
    header StreamLabels = "stream-label": text 1..=4096;
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
    /// The subprotocol of a WebSocket. A client that names any must name this one.
    header Subprotocol = "sec-websocket-protocol": listed "durable-streams";
    /// A bearer token among the subprotocols of a WebSocket, as `bearer.` and the token, for browsers.
    header SubprotocolToken = "sec-websocket-protocol": credentials listed "bearer.";
    /// Authentication scheme that the server requires (RFC 9110 §11.6.1).
    header WwwAuthenticate = "www-authenticate": text 1..=256;
    /// Prevents a browser from guessing another content type (§12.7).
    header XContentTypeOptions = "x-content-type-options": text 1..=16;

    /// Producer, epoch and sequence number that identify an append for deduplication. Send all three or none (§5.2.1).
    group Producer = all_or_none { ProducerId, ProducerEpoch, ProducerSeq }
    /// A signature that lets anyone who has the URL read the stream, for browsers and links.
    group SignedUrl = all_or_none { Exp, Kid, Sig }
    /// A signature that lets anyone who has it read all streams below a prefix.
    group SignedPrefix = all_or_none { Below, Exp, Kid, Sig }
    /// Source and position of a fork (§4.2).
    group Fork = headed { StreamForkedFrom, StreamForkOffset, StreamForkSubOffset }
    /// When the stream expires (§5.1).
    group Lifetime = at_most_one { StreamTtl, StreamExpiresAt }
}
