//! Offsets, media types, and other values that headers, query parameters and events share.

macros::part! {
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
    /// One JSON value in each line.
    media JsonLines = "application/x-ndjson";
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
    /// A label of a stream: a name of letters, digits, `.`, `_` and `-`, the character `=`, and a value, which has no other `=`.
    value Label = text 2..=192;
    /// The value of a label.
    value LabelText = text 0..=128;
    /// A media type with its parameters.
    value AnyMediaType = text 1..=1024;
    /// A path or the beginning of one, as in URLs.
    value PathStart = text 1..=1024;
    /// A place in R2. Opaque to clients.
    value Place = text 1..=1016;
    /// A name or a key that the server has chosen, or that a client has.
    value Identifier = text 1..=1200;
    /// A sentence for operators.
    value Sentence = unicode 0..=2000;
    /// Work of an alarm.
    value Work = one_of {
        /// The stream expires, or its stored deadline is renewed for its readers.
        Expire = "expire",
        /// Data moves to R2, or segments are merged or deleted.
        Move = "move",
        /// Rows and R2 objects of deleted streams are deleted.
        CleanUp = "clean_up",
        /// Replaced R2 objects are deleted.
        DeleteReplaced = "delete_replaced",
        /// References of forks are released.
        ReleaseForks = "release_forks",
        /// Effects of transactions that may still be in flight are handled.
        LateCommits = "late_commits",
    };
    /// The first segment of a path with its `/`, or nothing.
    value FirstSegment = text 0..=1024;
    /// A number of seconds.
    value Seconds = u53;
    /// A number of bytes, or of other things.
    value Count = u53;
    /// An encoding applied to a body (RFC 9110 §8.4.1).
    value ContentCoding = one_of {
        /// No encoding.
        Identity = "identity",
    };
}
