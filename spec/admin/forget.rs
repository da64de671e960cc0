//! Discarding the state that a Durable Object has in memory.

macros::part! {
    /// Discards what the Durable Object has in memory about the stream. The next request loads the stream from D1. Everything that was
    /// confirmed is in D1, and changes that wait for D1 are committed first. Changes that arrive meanwhile get 503. Live readers stay
    /// connected. The delay after failed moves to R2 ends.
    endpoint forget = POST when Action is Forget {
        needs admin(path);

        request { CheckFrom?; }
        answer { always => Forgotten; }

        /// The state was discarded.
        outcome Forgotten = 204 { CacheControl = NoStore; }

        /// The state of any path can be discarded, whether or not a stream exists there.
        example forgotten {
            send POST "/v1/admin/streams/a" { Action = "forget"; }
            expect Forgotten;
        }
    }
}
