//! The conditions of subscriptions.

macros::part! {
    /// The subscription with the id of the request, if the caller has permission for it.
    state subscription {
        /// No subscription exists, or the caller lacks the permission for it. For `create`: no subscription exists.
        absent,
        /// It exists.
        present,
    }

    /// The id or a string in the body is invalid: too long, or with a segment that is not allowed.
    fact content.invalid;
    /// The caller lacks the permission for a stream of the body, or for streams that the pattern can match.
    fact streams.forbidden;
    /// The URL of the webhook is not allowed.
    fact url.rejected;
    /// The server has no public URL at which webhooks can call back.
    fact origin.unknown;
    /// The subscription exists with another configuration.
    fact configuration.other;
    /// The wake stream does not exist, is closed, or does not contain JSON.
    fact wake_stream.unusable;
    /// A stream to link is the wake stream of a subscription.
    fact links.circular;
    /// The subscription would have too many explicit links, or its pattern matches too many streams (limit `links`).
    fact links.full;
    /// The server has too many subscriptions, or too many with a pattern (limits `subscriptions`, `patterns`).
    fact subscriptions.full;
    /// The subscription has the other type.
    fact delivery.other;
    /// A worker holds the wake.
    fact wake.claimed;
    /// The wake that the request names is no longer held with the token.
    fact wake.fenced;
    /// No linked stream has data after its acknowledged offset.
    fact work.none;
    /// An acknowledged stream is not linked, or its offset is before the acknowledged one or beyond the tail.
    fact acks.invalid;
}
