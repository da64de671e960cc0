//! The credentials of those who hold a wake.

macros::part! {
    /// The holder of a wake. Its token comes from the response to a claim or from the request to the webhook. It is valid for one wake of one
    /// subscription. No other credentials are accepted (§7.3).
    access Holder {
        credentials Authorization;
        operations {
            /// Acknowledge, extend the lease, end the wake.
            hold,
        }
        unknown           => TokenInvalid;
        /// The keys of tokens could not be read.
        refuse unverified => WakeTokensUnavailable;
    }

    /// The token of the wake is missing, not valid, or of another subscription.
    outcome TokenInvalid = 401 error TokenInvalid { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
    /// The server can't verify tokens of wakes now. Retry the request.
    outcome WakeTokensUnavailable = 503 error Unavailable { RetryAfter = 1; CacheControl = NoStore; }
}
