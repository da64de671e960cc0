//! Operating the server: one stream, and all streams with a prefix.

macros::part! {
    part admin::description;
    part admin::deletion;
    part admin::usage;
    part admin::stored;

    /// A stream, for operators. Server extension.
    resource Administration at "/v1/admin/streams/{path..}" with Guarded {
        path path: segments 1..=1024;

        /// No stream exists at this path.
        outcome NoStream = 404 problem "no-stream" { CacheControl = NoStore; }

        part admin::describe;
        part admin::compact;
        part admin::forget;
        part admin::verify;
        part admin::record;
        part admin::act;
    }
}
