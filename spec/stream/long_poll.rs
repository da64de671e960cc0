//! Waiting for new data with a long-poll.

macros::part! {
    /// Reads one page of stored data, or waits for new data (long-poll, §5.7).
    endpoint long_poll = GET when Live is LongPoll {
        needs read(path);

        request {
            Position;
            Cursor?;
            IfMatch?;
            IfNoneMatch unless malformed;
        }
        refuse {
            stream.absent                                       => NotFound;
            stream.gone                                         => Gone;
            position.trimmed                                    => Trimmed;
            position.beyond                                     => BeyondTail;
            page.available and page.damaged                     => SegmentDamaged;
            stream.open and not page.available and readers.full => Busy;
            precondition.failed                                 => PreconditionFailed;
        }
        answer {
            (stream.open or stream.closed) and page.available and page.matches => Unchanged;
            (stream.open or stream.closed) and page.available => Page;
            stream.open                                       => TimedOut;
            stream.closed                                     => Ended;
        }

        /// A range of the stream, from the requested offset.
        outcome Page = 200 {
            ContentType; StreamNextOffset; StreamUpToDate?; StreamClosed?; StreamCursor; Etag; CacheControl;
            ContentSecurityPolicy = "sandbox";
            body bytes;
        }
        /// The client has this page already.
        outcome Unchanged = 304 {
            StreamNextOffset; StreamUpToDate?; StreamClosed?; StreamCursor; Etag; CacheControl;
        }
        /// No data arrived in time.
        outcome TimedOut = 204 { StreamNextOffset; StreamUpToDate; StreamCursor; CacheControl = NoStore; }
        /// The stream is closed, and there is no more data.
        outcome Ended = 204 { StreamNextOffset; StreamUpToDate; StreamClosed; CacheControl = NoStore; }

        /// Data after the offset is sent immediately.
        example available {
            given stream.open and page.available {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000001"; Live = "long-poll"; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; StreamCursor; Etag;
                CacheControl;
                body = "bc";
            }
        }
        /// If a block of the page is missing or fails its checksum, the response is 500 and contains none of the page.
        example damaged {
            given limits.hot_rows = 0;
            given stream.open and page.available and page.damaged {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; }
            expect SegmentDamaged;
        }
        /// If a stream's old data will be deleted, its first page is sent with `no-cache`.
        example beginning_of_what_is_not_kept {
            given limits.retain_age = 60 s;
            given stream.open and page.available {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate; StreamCursor; Etag;
                CacheControl = "no-cache";
                body = "abc";
            }
        }
        /// If no data arrives in time, the response is 204, with the same offset and a new cursor.
        example nothing_came {
            given stream.open and not page.available {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; }
            expect TimedOut { StreamNextOffset = "0000000000000003"; StreamCursor; }
        }
        /// At the end of a closed stream, the response is 204 at once.
        example nothing_will_come {
            given stream.closed and not page.available {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; }
            expect Ended { StreamNextOffset = "0000000000000003"; StreamClosed = "true"; }
        }
        /// A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.
        example too_many_wait {
            given limits.readers = 0;
            given stream.open and not page.available and readers.full { PUT "/v1/stream/a"; }
            send GET "/v1/stream/a" { Position = "now"; Live = "long-poll"; }
            expect Busy { RetryAfter = "1"; }
        }
        /// A long-poll without an offset gets 400.
        example without_an_offset {
            send GET "/v1/stream/a" { Live = "long-poll"; }
            expect BadRequest;
        }
        /// If `If-Match` does not match, the long-poll gets 412 at once.
        example unmatched {
            given stream.open and not page.available and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "now"; Live = "long-poll"; IfMatch = "\"a\""; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
        }
        /// A cursor must be a whole number below the maximum, as sent by this server.
        example malformed_cursor for cursor in ["-1", "1.5", "abc", "9007199254740991"] {
            send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; Cursor = cursor; }
            expect BadRequest;
        }
        /// With the greatest cursor that a request can have, the response contains the next one.
        example greatest_cursor {
            given stream.open and page.available {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; Cursor = "9007199254740990"; }
            expect Page {
                ContentType; StreamNextOffset; StreamUpToDate; StreamCursor = "9007199254740991"; Etag;
                CacheControl;
                body = "abc";
            }
        }
        /// If the client has the page already, the response is 304.
        example unchanged {
            given stream.open and page.available and page.matches {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "-1"; Live = "long-poll"; IfNoneMatch = "*"; }
            expect Unchanged {
                StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; StreamCursor; Etag; CacheControl;
            }
        }
        /// `If-None-Match` does not end a long-poll that waits for new data.
        example unchanged_and_nothing_came {
            given stream.open and not page.available {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000003"; Live = "long-poll"; IfNoneMatch = "*"; }
            expect TimedOut { StreamNextOffset = "0000000000000003"; StreamCursor; }
        }
    }
}
