//! Restoring a stream from R2.

macros::part! {
    /// Restoring a stream from R2 after D1 has lost rows. Server extension.
    resource Restoration at "/v1/restore/{path..}" with Guarded {
        path path: segments 1..=1024;

        /// Rebuilds a stream whose D1 rows were lost or rolled back, from its R2 segments and the rows that remain. A restore deletes only rows whose data the restored segments contain.
        endpoint restore = POST {
            needs admin(path);

            request {
                StreamRestoreDeleted?;
            }
            refuse {
                generation.deleted and not StreamRestoreDeleted => Ended;
                segments.unusable                               => Unrestorable;
            }
            answer {
                segments.unchecked     => Underway;
                not segments.unchecked => Restored;
            }

            /// The stream was restored up to this offset. The body lists the data that was found and the data that could not be restored.
            outcome Restored = 200 { ContentType = Report; StreamNextOffset; CacheControl = NoStore; body bytes; }
            /// Some of the stream's R2 objects were checked, and nothing was changed yet. Repeat the request to continue.
            outcome Underway = 202 { ContentType = Report; RetryAfter = 1; CacheControl = NoStore; body bytes; }
            /// The stream was deleted or has expired. Send `Stream-Restore-Deleted: true` to restore it anyway.
            outcome Ended = 409 problem "stream-deleted" { CacheControl = NoStore; }
            /// Nothing is left of the stream, or its parts do not fit together. Nothing was changed.
            outcome Unrestorable = 409 problem "not-restorable" detail { CacheControl = NoStore; }

            /// A complete stream is not changed.
            example nothing_to_do {
                given not generation.deleted and not segments.unusable and not segments.unchecked {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/restore/a";
                expect Restored { ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; }
            }
            /// One request checks at most the limit `restore_bytes`. If more is left, the response is 202, and the client repeats the
            /// request.
            example more_to_check {
                given limits.hot_rows = 0;
                given limits.segment = 1 B;
                given limits.restore_bytes = 1 B;
                given segments.unchecked and not generation.deleted and not segments.unusable {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
                }
                send POST "/v1/restore/a";
                expect Underway { ContentType = "text/plain"; RetryAfter = "1"; }
            }
            /// A deleted stream is restored only with `Stream-Restore-Deleted`.
            example deleted_before {
                given generation.deleted {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                }
                send POST "/v1/restore/a";
                expect Ended;
            }
            /// A deleted stream can't be restored once its R2 objects were removed.
            example deleted_before_for_good {
                given generation.deleted and segments.unusable {
                    PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                    DELETE "/v1/stream/a";
                }
                send POST "/v1/restore/a" { StreamRestoreDeleted = "true"; }
                expect Unrestorable;
            }
            /// A stream that never existed can't be restored.
            example nothing_left {
                given segments.unusable and not generation.deleted;
                send POST "/v1/restore/a";
                expect Unrestorable;
            }
            /// If the server requires credentials, a request without valid ones gets 401.
            example with_a_wrong_token {
                given Client unknown;
                send POST "/v1/restore/a" { Authorization = "Bearer wrong"; }
                expect Unauthorized;
            }
            /// A restore needs `admin`, whatever else is permitted.
            example not_by_others {
                given Client permits create, fork, append, close, read, delete;
                send POST "/v1/restore/a";
                expect Forbidden;
            }
            /// A path must not have empty segments, dot segments or invalid escapes.
            example malformed_path {
                send POST "/v1/restore/a//b";
                expect BadRequest;
            }
            /// If storage does not respond, the request fails, and the stream may or may not have been restored.
            example unheard {
                given failure { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
                send POST "/v1/restore/a";
                expect Unavailable { RetryAfter = "1"; }
            }
        }
    }
}
