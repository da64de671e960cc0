//! The events of live responses.

macros::part! {
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
}
