//! Reading the metadata of a stream.

macros::part! {
    /// Returns the metadata of the stream (§5.5).
    endpoint describe = HEAD {
        needs read(path);

        request {
            IfMatch?;
            IfNoneMatch unless malformed;
        }
        refuse {
            stream.absent       => NotFound;
            stream.gone         => Gone;
            precondition.failed => PreconditionFailed;
        }
        answer {
            page.matches  => Unchanged;
            stream.open   => Described;
            stream.closed => Described;
        }

        /// Metadata of the stream.
        outcome Described = 200 {
            ContentType; StreamNextOffset; StreamEarliestOffset?; StreamClosed?; StreamTtl?; StreamExpiresAt?;
            StreamRetainBytes?; StreamRetainAge?; StreamLabels?; Etag; CacheControl = NoStore;
        }
        /// The client has the current metadata already.
        outcome Unchanged = 304 { StreamNextOffset; StreamClosed?; Etag; CacheControl = NoStore; }

        /// The response contains the tail offset and the configuration, but no data.
        example described {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamTtl = "60"; body = "abc"; } }
            send HEAD "/v1/stream/a";
            expect Described {
                ContentType = "text/plain";
                StreamNextOffset = "0000000000000003";
                not StreamClosed;
                StreamTtl = "60";
                not StreamExpiresAt;
                Etag;
            }
        }
        /// With `If-None-Match: *`, an existing stream gets 304.
        example described_unchanged {
            given stream.open and page.matches {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send HEAD "/v1/stream/a" { IfNoneMatch = "*"; }
            expect Unchanged { StreamNextOffset = "0000000000000003"; not StreamClosed; Etag; }
        }
        /// If `If-Match` does not match, the request gets 412.
        example described_unmatched {
            given stream.closed and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
            }
            send HEAD "/v1/stream/a" { IfMatch = "\"a\""; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; Etag; }
        }
        /// The response contains the retention that the stream was created with.
        example described_with_what_is_kept {
            given stream.open {
                PUT "/v1/stream/a" {
                    ContentType = "text/plain"; StreamRetainBytes = "1048576"; StreamRetainAge = "60";
                }
            }
            send HEAD "/v1/stream/a";
            expect Described {
                ContentType; StreamNextOffset; StreamRetainBytes = "1048576"; StreamRetainAge = "60"; Etag;
                not StreamEarliestOffset;
            }
        }
        /// The response contains the labels of the stream.
        example described_with_labels {
            given stream.open { PUT "/v1/stream/a" { StreamLabel = "team=blue, env=prod"; } }
            send HEAD "/v1/stream/a";
            expect Described { ContentType; StreamNextOffset; StreamLabels = "env=prod,team=blue"; Etag; }
        }
        /// The metadata of a closed stream contains `Stream-Closed`.
        example described_to_its_end {
            given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
            send HEAD "/v1/stream/a";
            expect Described { ContentType; StreamNextOffset; StreamClosed = "true"; Etag; }
        }
    }
}
