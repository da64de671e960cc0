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
    /// The end of a signed URL, in seconds since 1970.
    query Exp = "exp": u53;
    /// The key that signed the URL.
    query Kid = "kid": text 1..=128;
    /// HMAC-SHA256 in base64url, without padding, of the lines `durable-streams signed URL 1`, `read`, the path, and the end.
    query Sig = "sig": text 43..=43;
}
