//! The wake events that the server appends to wake streams.

macros::part! {
    /// A wake event in a wake stream (§7.2). The same wake can have several.
    message WakeEvent = json {
        type: MessageType;
        subscription_id: SubscriptionId;
        /// A stream with new data.
        stream: path_of Stream;
        generation: WakeNumber;
        /// When the event was made.
        ts: Milliseconds;

        /// A stream has new data.
        example woken = json {
            "type": "wake",
            "subscription_id": "runner:1",
            "stream": "jobs/1",
            "generation": 1,
            "ts": 1795773700000
        };
    }
}
