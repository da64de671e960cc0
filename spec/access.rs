//! The credentials and the permissions of clients.

macros::part! {
    /// Clients. The operator decides who may do what: with tokens, with keys that sign tokens, or by letting anyone do everything.
    access Client {
        credentials Authorization;
        credentials SubprotocolToken;
        credentials SignedUrl;
        credentials SignedPrefix;
        credentials none;
        operations {
            /// Create a stream.
            create,
            /// Create a stream as a fork. `read` of the source is needed, too.
            fork,
            /// Append to a stream.
            append,
            /// Close a stream.
            close,
            /// Read a stream and its metadata.
            read,
            /// Delete a stream.
            delete,
            /// List streams.
            list,
            /// Create, read, change, list and delete subscriptions to streams.
            subscribe,
            /// Claim the wakes of subscriptions.
            claim,
            /// Read the measurements of the server.
            observe,
            /// Operate the server.
            admin,
        }
        unknown             => Unauthorized;
        denied              => Forbidden;
        /// The operator has not decided who may use the server.
        refuse unconfigured => AccessUnconfigured;
        /// The keys of tokens could not be fetched.
        refuse unverified   => KeysUnavailable;
        /// The caller sends too many requests.
        refuse limited      => TooManyRequests;
    }

    /// The credentials are missing or not valid.
    outcome Unauthorized = 401 problem "unauthorized" {
        WwwAuthenticate = "Bearer error=\"invalid_token\""; CacheControl = NoStore;
    }
    /// The credentials do not permit this.
    outcome Forbidden = 403 problem "forbidden" detail { CacheControl = NoStore; }
    /// The operator has not configured who may use this server. Set `AUTH_TOKEN`, `AUTH_KEYS` or `AUTH_JWKS`, or set `AUTH` to `none` to let anyone use it.
    outcome AccessUnconfigured = 403 problem "access-unconfigured" { CacheControl = NoStore; }
    /// The server can't fetch the keys that verify tokens now. Retry the request.
    outcome KeysUnavailable = 503 problem "keys-unavailable" { RetryAfter = 5; CacheControl = NoStore; }
    /// The caller sends too many requests.
    outcome TooManyRequests = 429 problem "too-many-requests" { RetryAfter = 60; CacheControl = NoStore; }
}
