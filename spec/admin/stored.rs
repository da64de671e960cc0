//! Finding streams by their R2 objects.

macros::part! {
    /// A stream that has objects in R2.
    object StreamInR2 {
        path: path_of Stream;
    }

    /// A page of the streams that have objects in R2.
    object StreamsInR2 {
        /// In the order of the keys in R2, which is not that of the paths.
        streams: [StreamInR2] 0..=1000;
        /// Where the next page begins: send it as `continue`. `null` if nothing follows.
        next: Place or null;
    }

    /// Streams that have objects in R2. Server extension.
    resource Stored at "/v1/admin/stored" with Guarded {
        /// Lists the paths of streams that have objects in R2, whether or not D1 has rows of them. A path is listed until its last object is
        /// deleted, also if the stream was deleted. A path of 690 bytes or more can be listed more than once, and is not listed if the headers of all its
        /// objects are damaged. A page can have fewer streams than `limit` and still have a `next`.
        endpoint list_stored = GET {
            needs list;

            request {
                Prefix?;
                Continued?;
                Limit or 100;
            }
            refuse {
                selection.invalid => BadStart;
                prefix.forbidden  => Forbidden;
            }
            answer { always => StoredListed; }

            /// `prefix` must consist of segments as they stand in URLs, separated by `/`.
            outcome BadStart = 400 problem "bad-start" detail { CacheControl = NoStore; }
            /// A page of the list.
            outcome StoredListed = 200 { CacheControl = NoStore; body json StreamsInR2; }

            /// A stream is listed once some of its data has moved to R2.
            example stored {
                given limits.hot_rows = 0;
                given not selection.invalid and not prefix.forbidden {
                    PUT "/v1/stream/stored-a/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/admin/streams/stored-a/1" { Action = "compact"; }
                    PUT "/v1/stream/stored-a/2" { ContentType = "text/plain"; }
                }
                send GET "/v1/admin/stored" { Prefix = "stored-a/"; }
                expect StoredListed {
                    body = json { "streams": [{ "path": "stored-a/1" }], "next": null };
                }
            }
            /// `next` is where the next page begins.
            example stored_in_pages {
                given limits.hot_rows = 0;
                given not selection.invalid and not prefix.forbidden {
                    PUT "/v1/stream/stored-b/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/admin/streams/stored-b/1" { Action = "compact"; }
                    PUT "/v1/stream/stored-b/2" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/admin/streams/stored-b/2" { Action = "compact"; }
                }
                send GET "/v1/admin/stored" { Prefix = "stored-b/"; Limit = "1"; }
                expect StoredListed {
                    body = json { "streams": [{ "path": "stored-b/1" }], "next": _ };
                }
            }
            /// A page begins where the page before ended.
            example stored_after_others {
                given not selection.invalid and not prefix.forbidden;
                send GET "/v1/admin/stored" { Prefix = "stored-c/"; Continued = "c3RvcmVkLWMvMQ/~"; }
                expect StoredListed {
                    body = json { "streams": [], "next": null };
                }
            }
            /// A prefix consists of segments as they stand in URLs.
            example stored_with_a_malformed_prefix for prefix in ["/a", "a//", "./a", "a b"] {
                given selection.invalid;
                send GET "/v1/admin/stored" { Prefix = prefix; }
                expect BadStart;
            }
            /// The caller needs `admin` for all paths with the prefix.
            example stored_without_permission {
                given Client permits list;
                given prefix.forbidden and not selection.invalid;
                send GET "/v1/admin/stored" { Prefix = "stored-d/"; }
                expect Forbidden;
            }
        }
    }
}
