//! The conditions of lines: states, and facts.

macros::part! {
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
        /// The source's fork chain has the maximum length (limit `fork_depth`).
        too_deep,
        /// The source has the maximum number of forks (limit `forks`).
        full,
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
    /// The stream exists with a different content type, expiry, retention, source, labels or closed state.
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
    /// The new stream can't begin at the first offset that the request sets: an earlier stream at the path has used it or a greater one, or the
    /// new stream is a fork, which begins at the fork offset.
    fact first_offset.unusable;
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
    /// The stream's database has no room for another stream (limit `database_creations`).
    fact database.almost_full;
    /// The stream's database has no room for more data (limit `database_appends`).
    fact database.full;
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
    /// A text of the request is not the beginning or a part of a path.
    fact selection.invalid;
    /// A label has no name or no `=`, or two labels have the same name.
    fact labels.invalid;
    /// The stream can't be rebuilt from its R2 objects and the remaining rows.
    fact segments.unusable;
    /// Some of the stream's R2 objects have not been read and checked yet.
    fact segments.unchecked;
    /// The caller may not delete any stream with the prefix.
    fact deletion.forbidden;
    /// The caller does not have `admin` for all paths with the prefix.
    fact prefix.forbidden;
    /// More streams follow.
    fact streams.remain;
    /// No count of streams has ended yet.
    fact usage.unknown;
    /// Nothing is stored for the path.
    fact path.unused;
    /// The stream may have more data in D1 than should stay there.
    fact data.excessive;
}
