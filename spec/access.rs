//! The credentials and the permissions of clients.

macros::part! {
    /// Clients. All have the same token, which permits everything. If the operator has configured none, clients need no credentials.
    access Client {
        credentials Authorization;
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
            /// Operate the server.
            admin,
        }
        unknown => Unauthorized;
    }

    /// The request needs the bearer token.
    outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate = "Bearer"; CacheControl = NoStore; }
}
