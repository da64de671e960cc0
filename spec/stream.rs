//! A stream: its path, and the refusals that several of its endpoints have.

macros::part! {
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
        /// The database of the stream has no room for it. Nothing was changed. Retry later: idle streams leave the database.
        outcome NoRoom = 507 problem "no-room" { RetryAfter = 60; CacheControl = NoStore; }
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

        part stream::create;
        part stream::append;
        part stream::read;
        part stream::long_poll;
        part stream::sse;
        part stream::websocket;
        part stream::describe;
        part stream::delete;
    }
}
