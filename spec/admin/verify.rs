//! Checking the stored data of a stream.

macros::part! {
    /// Reads all data that rows of the stream store or name, and checks it: checksums of R2 objects, the format of rows, and that every
    /// offset is stored. Data that a fork inherits is checked with its source. Nothing is changed.
    endpoint verify = POST when Action is Verify {
        needs admin(path);

        request { CheckFrom?; }
        refuse { stream.absent => NoStream; }
        answer {
            segments.unchecked     => Verifying;
            not segments.unchecked => Verified;
        }

        /// Everything from `from` on was checked.
        outcome Verified = 200 { CacheControl = NoStore; body json Verification; }
        /// A part was checked (limit `restore_bytes`). Repeat the request with `next` as `from`.
        outcome Verifying = 202 { RetryAfter = 0; CacheControl = NoStore; body json Verification; }

        /// All rows are read.
        example verified {
            given stream.open and not segments.unchecked {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/admin/streams/a" { Action = "verify"; }
            expect Verified { body = json { "next": null, "rows": 1, "objects": 0, "bytes": 3, "damaged": [] }; }
        }
        /// The check begins at `from`.
        example verified_from_an_offset {
            given stream.open and not segments.unchecked {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/admin/streams/a" { Action = "verify"; CheckFrom = "0000000000000003"; }
            expect Verified { body = json { "next": null, "rows": 0, "objects": 0, "bytes": 0, "damaged": [] }; }
        }
        /// One request checks at most the limit `restore_bytes`, but at least one row or R2 object.
        example verified_in_steps {
            given limits.restore_bytes = 1 B;
            given limits.page = 1 B;
            given stream.open and segments.unchecked {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
            }
            send POST "/v1/admin/streams/a" { Action = "verify"; }
            expect Verifying {
                RetryAfter = "0";
                body = json { "next": "0000000000000003", "rows": 1, "objects": 0, "bytes": 3, "damaged": [] };
            }
        }
        /// Without a stream, nothing can be checked.
        example verified_nothing {
            given stream.absent;
            send POST "/v1/admin/streams/a" { Action = "verify"; }
            expect NoStream;
        }
        /// `from` is an offset.
        example verified_from_nowhere {
            send POST "/v1/admin/streams/a" { Action = "verify"; CheckFrom = "x"; }
            expect BadRequest;
        }
    }
}
