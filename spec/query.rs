//! The query parameters.

macros::part! {
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
    /// The beginning of the paths to list, as in URLs, or of the ids of subscriptions. It can end within a segment.
    query Prefix = "prefix": unicode 0..=1024;
    /// Where the page begins: the `next` of the page before, or any path or id. The page has only greater ones.
    query After = "after": unicode 1..=1024;
    /// Where the page begins: the `next` of the page before.
    query Continued = "continue": text 1..=1016;
    /// Maximum number of streams and prefixes, or of subscriptions, in a page.
    query Limit = "limit": u53 1..=1000;
    /// Lists paths up to their next `/` after the prefix, once each, instead of the streams below.
    query Delimiter = "delimiter": one_of {
        /// The separator of segments.
        Slash = "/",
    };
    /// Lists only streams whose path contains this text.
    query Contains = "contains": unicode 1..=256;
    /// Lists only streams that are closed, or only those that are not.
    query Closed = "closed": one_of {
        /// Closed streams.
        Yes = "true",
        /// Open streams.
        No = "false",
    };
    /// Lists only streams of this media type. Parameters are ignored.
    query OfType = "content_type": media_type;
    /// Lists only streams with all of these labels.
    query WithLabels = "label": list ..= 16 of Label;
    /// Lists only streams with an append, a close or their creation after this time.
    query UpdatedAfter = "updated_after": timestamp;
    /// The action on a stream.
    query Action = "action": one_of {
        /// Move data to R2.
        Compact = "compact",
        /// Discard the state that the Durable Object has in memory.
        Forget = "forget",
        /// Check the stored data.
        Verify = "verify",
        /// Record the last append of a producer.
        Record = "record",
    };
    /// When a deletion began: the `began_at` of its first response. Streams that were created later are kept.
    query BeganAt = "began_at": timestamp;
    /// Where a check of stored data begins: the `next` of the response before, or any offset.
    query CheckFrom = "from": Offset;
    /// The end of a signed URL, in seconds since 1970.
    query Exp = "exp": u53;
    /// The key that signed the URL.
    query Kid = "kid": text 1..=128;
    /// HMAC-SHA256 in base64url, without padding, of four lines: `durable-streams signed URL 1`, `read`, the path, and the end. With `below`, the first line is `durable-streams signed prefix 1`, and the third is the prefix.
    query Sig = "sig": text 43..=43;
    /// The signature is for all streams whose paths begin with this prefix. It ends with `/`.
    query Below = "below": text 2..=1024;
}
