//! Deleting a stream.

macros::part! {
    /// Deletes the stream (§5.4).
    endpoint delete = DELETE {
        needs delete(path);

        request {
            IfMatch?;
            IfNoneMatch?;
        }
        refuse {
            stream.absent       => NotFound;
            stream.gone         => Gone;
            precondition.failed => PreconditionFailed;
        }
        answer {
            stream.open   => Deleted;
            stream.closed => Deleted;
        }

        /// The stream was deleted.
        outcome Deleted = 204 { CacheControl = NoStore; }

        /// A stream can be deleted whether it is open or closed.
        example deleted {
            given stream.open { PUT "/v1/stream/a" { body = "abc"; } }
            send DELETE "/v1/stream/a";
            expect Deleted;
        }
        /// If `If-Match` does not match, the stream is not deleted.
        example deleted_unmatched {
            given stream.open and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send DELETE "/v1/stream/a" { IfMatch = "\"a\""; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
        }
        /// `If-Match: *` matches any existing stream.
        example deleted_matched {
            given stream.open and not precondition.failed { PUT "/v1/stream/a" { body = "abc"; } }
            send DELETE "/v1/stream/a" { IfMatch = "*"; }
            expect Deleted;
        }
        /// A malformed precondition gets 400.
        example deleted_with_malformed_tags {
            send DELETE "/v1/stream/a" { IfMatch = "abc"; }
            expect BadRequest;
        }
        /// Deleting a deleted stream gets 404.
        example deleted_twice {
            given stream.absent {
                PUT "/v1/stream/a";
                DELETE "/v1/stream/a";
            }
            send DELETE "/v1/stream/a";
            expect NotFound;
        }
    }
}
