//! The refusals that all resources have.

macros::part! {
    /// The answers of all resources before they look at a stream.
    common Guarded {
        refuse {
            malformed => BadRequest;
            failure   => Unavailable;
        }

        /// The request is malformed.
        outcome BadRequest = 400 problem "bad-request" { CacheControl = NoStore; }
        /// The server can't complete the request now. A write or a restore may or may not have been committed. The detail contains the
        /// reason. Retry the request.
        outcome Unavailable = 503 problem "unavailable" detail { RetryAfter = 1; CacheControl = NoStore; }
    }
}
