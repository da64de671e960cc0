//! The description of a stream for operators.

macros::part! {
    /// Everything that the server stores for a path, and the state of its Durable Object.
    object StreamDescription {
        path: path_of Stream;
        /// The binding of its database.
        database: Identifier;
        /// The ID of its Durable Object.
        object: Identifier;
        /// Absent if no stream exists at the path, or if its row can't be read.
        stream: StoredStream?;
        /// The reason why the row of the stream can't be read.
        unreadable: Sentence?;
        /// Its segments in R2, oldest first. At most 1,000 entries of each list are described.
        segments: [StoredObject] 0..=1000;
        /// Its parts in R2, oldest first.
        parts: [StoredObject] 0..=1000;
        producers: [StoredProducer] 0..=1000;
        /// References of its forks.
        forks: [Identifier] 0..=1000;
        leftovers: Leftovers;
        memory: ObjectMemory;
        /// The time for which the alarm of the Durable Object is set.
        alarm: timestamp?;
        /// The work that the alarm does, and when it is due.
        due: [DueWork] 0..=8;
        /// The last error since the Durable Object was started.
        last_failure: LastFailure?;
    }

    /// The row of a stream, and totals of other rows.
    object StoredStream {
        generation: Identifier;
        fence: Identifier;
        content_type: AnyMediaType;
        next_offset: Offset;
        earliest_offset: Offset;
        closed: boolean;
        /// Whether it was deleted or has expired, and is kept for its forks.
        gone: boolean;
        created_at: timestamp;
        /// The time of the last append or close, or of the creation.
        updated_at: timestamp;
        ttl: Seconds?;
        expires_at: timestamp?;
        /// The deadline that D1 stores. It can be later than the exact one.
        stored_deadline: timestamp?;
        retain_bytes: Count?;
        retain_age: Seconds?;
        labels: map LabelText 0..=16?;
        hot_bytes: Count;
        hot_rows: Count;
        cold_bytes: Count;
        segment_count: Count;
        part_count: Count;
        producer_count: Count;
        fork_count: Count;
        origin: ForkOrigin?;
        /// The generations that store the data that it inherits, oldest first.
        lineage: [InheritedRange] 0..=1000;
    }

    /// The source of a fork.
    object ForkOrigin {
        source: path_of Stream;
        /// The fork offset, as an offset of the source.
        offset: Offset;
        /// The reference that the source keeps for the fork.
        reference: Identifier;
    }

    /// A range that another generation stores, from the end of the previous one.
    object InheritedRange {
        path: path_of Stream;
        generation: Identifier;
        stop: Offset;
    }

    /// An R2 object with a range of the stream.
    object StoredObject {
        start: Offset;
        stop: Offset;
        bytes: Count;
        key: Identifier;
    }

    /// A producer of the stream.
    object StoredProducer {
        id: Identifier;
        epoch: Epoch;
        seq: Seq;
    }

    /// Rows that do not belong to the stream at the path.
    object Leftovers {
        /// Deleted streams, newest first.
        tombstones: [StoredTombstone] 0..=1000;
        /// Deleted generations whose rows and R2 objects are still to be deleted.
        garbage: [Identifier] 0..=1000;
        /// R2 objects that were replaced and are still to be deleted.
        replaced: [ReplacedObject] 0..=1000;
        /// References to sources that are still to be released.
        releases: [DueRelease] 0..=1000;
    }

    /// A deleted stream.
    object StoredTombstone {
        generation: Identifier;
        next_offset: Offset;
        deleted_at: timestamp;
    }

    /// An R2 object that was replaced.
    object ReplacedObject {
        key: Identifier;
        due_at: timestamp;
    }

    /// A reference to the source of a fork.
    object DueRelease {
        source: path_of Stream;
        reference: Identifier;
        due_at: timestamp;
    }

    /// The state that the Durable Object has in memory.
    object ObjectMemory {
        /// Whether it has the state of the stream.
        loaded: boolean;
        /// Changes that wait for the next batch.
        queued: Count;
        /// Changes of the batch that was sent to D1.
        in_flight: Count;
        /// Bytes of both.
        pending_bytes: Count;
        /// Long-polls that wait on a WebSocket.
        long_polls: Count;
        /// Long-polls that it holds itself.
        held_polls: Count;
        /// Readers by SSE and WebSocket.
        feeds: Count;
        /// Failures to move data to R2 in a row.
        move_failures: Count;
    }

    /// Work of the alarm.
    object DueWork {
        work: Work;
        at: timestamp;
    }

    /// An error.
    object LastFailure {
        at: timestamp;
        /// The event in the log.
        event: Identifier;
        detail: Sentence;
    }

    /// The data that is left in D1 after data was moved to R2.
    object HotAmount {
        hot_bytes: Count;
        hot_rows: Count;
    }

    /// The result of checking stored data.
    object Verification {
        /// Where the check continues. `null` if it has reached the tail.
        next: Offset or null;
        /// Rows of the log that were read.
        rows: Count;
        /// R2 objects that were read.
        objects: Count;
        /// Bytes of both.
        bytes: Count;
        damaged: [DamagedRange] 0..=1000;
    }

    /// A range that can't be read.
    object DamagedRange {
        start: Offset;
        stop: Offset;
        /// The key of the R2 object. Absent if a row is damaged or missing.
        key: Identifier?;
        reason: Sentence;
    }
}
