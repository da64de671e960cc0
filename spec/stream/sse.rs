//! Following a stream by server-sent events.

macros::part! {
    /// Streams stored and then new data as server-sent events (SSE, §5.8).
    endpoint sse = GET when Live is Sse {
        needs read(path);

        request {
            Position;
            Cursor?;
            IfMatch?;
        }
        refuse {
            stream.absent                => NotFound;
            stream.gone                  => Gone;
            position.trimmed             => Trimmed;
            position.beyond              => BeyondTail;
            stream.open and readers.full => Busy;
            precondition.failed          => PreconditionFailed;
        }
        answer {
            stream.open   => Feed;
            stream.closed => Feed;
        }

        /// Events until the stream is closed, or until the server ends the response and the client reconnects.
        outcome Feed = 200 {
            ContentType = EventStream; StreamSseDataEncoding?; CacheControl = PrivateNoCache;
            body events Feed;
        }

        /// The response contains the stored data, and then a control event with the reader's position.
        example followed {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
            expect Feed {
                ContentType = "text/event-stream";
                not StreamSseDataEncoding;
                body = "event: data\ndata:abc\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000003\",";
            }
        }
        /// Data that is not text is encoded as base64.
        example followed_as_bytes {
            given stream.open { PUT "/v1/stream/a" { ContentType = "image/png"; body = "abc"; } }
            send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
            expect Feed {
                StreamSseDataEncoding = "base64";
                body = "event: data\ndata:YWJj\n\nevent: control\n";
            }
        }
        /// Text of a charset other than UTF-8 is encoded as base64.
        example followed_in_another_charset {
            given stream.open {
                PUT "/v1/stream/a" { ContentType = "text/plain; charset=iso-8859-1"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; }
            expect Feed { StreamSseDataEncoding = "base64"; body = "event: data\ndata:YWJj\n\nevent: control\n"; }
        }
        /// At the end of a closed stream, the control event contains `streamClosed`, and the response ends.
        example followed_to_its_end {
            given stream.closed { PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; } }
            send GET "/v1/stream/a" { Position = "now"; Live = "sse"; }
            expect Feed {
                body = "event: control\ndata:{\"streamNextOffset\":\"0000000000000000\",\"upToDate\":true,\"streamClosed\":true}\n\n";
            }
        }
        /// If `If-Match` does not match, the request gets 412.
        example followed_unmatched {
            given stream.open and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "-1"; Live = "sse"; IfMatch = "\"a\""; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
        }
        /// A reader beyond the limit `readers` gets 429, with the seconds to wait before retrying.
        example too_many_listen {
            given limits.readers = 0;
            given stream.open and readers.full { PUT "/v1/stream/a"; }
            send GET "/v1/stream/a" { Position = "now"; Live = "sse"; }
            expect Busy { RetryAfter = "1"; }
        }
    }
}
