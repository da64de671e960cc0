//! Reading stored data.

macros::part! {
    /// Reads stored data up to the tail, within the limits `response` and `response_requests` (catch-up read, §5.6).
    endpoint read = GET {
        needs read(path);

        request {
            Position or Start;
            IfMatch?;
            IfNoneMatch unless malformed;
        }
        refuse {
            stream.absent       => NotFound;
            stream.gone         => Gone;
            position.trimmed    => Trimmed;
            position.beyond     => BeyondTail;
            page.damaged        => SegmentDamaged;
            precondition.failed => PreconditionFailed;
        }
        answer {
            (stream.open or stream.closed) and Position is Tail => AtTail;
            (stream.open or stream.closed) and page.matches     => Unchanged;
            stream.open                                         => Page;
            stream.closed                                       => Page;
        }

        /// A range of the stream, from the requested offset.
        outcome Page = 200 {
            ContentType; StreamNextOffset; StreamUpToDate?; StreamClosed?; Etag; CacheControl;
            ContentSecurityPolicy = "sandbox";
            body bytes;
        }
        /// An empty page. `Stream-Next-Offset` is the tail offset.
        outcome AtTail = 200 {
            ContentType; StreamNextOffset; StreamUpToDate; StreamClosed?; CacheControl = NoStore;
            ContentSecurityPolicy = "sandbox";
            body bytes;
        }
        /// The client has this page already.
        outcome Unchanged = 304 { StreamNextOffset; StreamUpToDate?; StreamClosed?; Etag; CacheControl; }

        /// Without an offset, the response starts at the beginning of the stream.
        example from_the_start {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a";
            expect Page {
                ContentType = "text/plain";
                StreamNextOffset = "0000000000000003";
                StreamUpToDate = "true";
                not StreamClosed;
                Etag;
                CacheControl;
                body = "abc";
            }
        }
        /// With an offset from an earlier response, the response continues there.
        example from_an_offset {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a" { Position = "0000000000000001"; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                body = "bc";
            }
        }
        /// A browser that opens an HTML or SVG stream does not run its scripts.
        example as_a_page for content_type in ["text/html", "image/svg+xml"] {
            given stream.open { PUT "/v1/stream/a" { ContentType = content_type; body = "<script>a()</script>"; } }
            send GET "/v1/stream/a";
            expect Page {
                ContentType = content_type;
                ContentSecurityPolicy = "sandbox";
                StreamNextOffset; StreamUpToDate; Etag; CacheControl;
                body = "<script>a()</script>";
            }
        }
        /// The messages of a JSON stream are sent as one array.
        example messages {
            given stream.open { PUT "/v1/stream/a" { ContentType = "application/json"; body = "[1, {\"a\": 2}]"; } }
            send GET "/v1/stream/a" { Position = "-1"; }
            expect Page {
                ContentType = "application/json"; StreamNextOffset = "0000000000000002"; Etag; CacheControl;
                body = "[1,{\"a\": 2}]";
            }
        }
        /// A stream longer than the limit `response` needs several reads. Each response contains the offset for the next.
        example a_page_of_several {
            given limits.response = 4 B;
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abcdef"; } }
            send GET "/v1/stream/a";
            expect Page {
                ContentType; StreamNextOffset = "0000000000000004";
                not StreamUpToDate;
                Etag; CacheControl;
                body = "abcd";
            }
        }
        /// The last page of a closed stream contains `Stream-Closed`.
        example the_end {
            given stream.closed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamClosed = "true"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000003"; }
            expect Page {
                ContentType;
                StreamNextOffset = "0000000000000003";
                StreamUpToDate = "true";
                StreamClosed = "true";
                Etag;
                CacheControl;
                body = "";
            }
        }
        /// With the offset `now`, the page is empty and contains the tail offset.
        example from_now_on {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a" { Position = "now"; }
            expect AtTail {
                ContentType = "text/plain"; StreamNextOffset = "0000000000000003"; CacheControl = "no-store";
                body = "";
            }
        }
        /// If the client has the page already, the response is 304.
        example unchanged {
            given stream.open and page.matches { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a" { IfNoneMatch = "*"; }
            expect Unchanged { StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl; }
        }
        /// An offset must be one that this server has sent, `-1` or `now`.
        example malformed_offset for offset in ["", "0", "yesterday", "-2", "000000000000000a", "FFFFFFFFFFFFFFFF"] {
            send GET "/v1/stream/a" { Position = offset; }
            expect BadRequest;
        }
        /// The live modes are `long-poll`, `sse` and `ws`. Any other value gets 400.
        example malformed_live for live in ["true", "websocket", "SSE"] {
            send GET "/v1/stream/a" { Position = "-1"; Live = live; }
            expect BadRequest;
        }
        /// A malformed entity tag in `If-None-Match` is ignored, so the page is sent.
        example malformed_tag for tags in ["abc", "\"abc"] {
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a" { IfNoneMatch = tags; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                body = "abc";
            }
        }
        /// If `If-Match` does not match, the read gets 412.
        example unmatched {
            given stream.open and precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { IfMatch = "\"a\""; }
            expect PreconditionFailed { StreamNextOffset = "0000000000000003"; Etag; }
        }
        /// `If-Match: *` matches any existing stream.
        example matched {
            given stream.open and not precondition.failed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { IfMatch = "*"; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate = "true"; Etag; CacheControl;
                body = "abc";
            }
        }
        /// A path must not have empty segments, dot segments or invalid escapes.
        example malformed_path for path in ["/v1/stream/", "/v1/stream/a//b", "/v1/stream/a%zz"] {
            send GET path;
            expect BadRequest;
        }
        /// Reading data that is no longer stored gets 410, with the earliest retained offset.
        example not_kept {
            given limits.hot_rows = 0;
            given limits.segment = 1 B;
            given limits.retain = 1 B;
            given stream.open and position.trimmed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000001"; }
            expect Trimmed { StreamEarliestOffset = "0000000000000003"; }
        }
        /// A new stream at the path of a deleted one starts beyond that one's tail, so reading at an old offset gets 410.
        example from_an_earlier_stream {
            given stream.open and position.trimmed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                DELETE "/v1/stream/a";
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000003"; }
            expect Trimmed { StreamEarliestOffset = "0000000000000004"; }
        }
        /// A stream's own retention deletes old data in the same way as the server's limits.
        example not_kept_as_asked {
            given limits.hot_rows = 0;
            given limits.segment = 1 B;
            given stream.open and position.trimmed {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainBytes = "1"; body = "abc"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000001"; }
            expect Trimmed { StreamEarliestOffset = "0000000000000003"; }
        }
        /// If a stream's old data will be deleted, its first page is sent with `no-cache`. A reader that starts over then gets the
        /// current one.
        example beginning_of_what_is_not_kept for offset in ["-1", "0000000000000000_0000000000000000"] {
            given stream.open {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainBytes = "9"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = offset; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate; Etag; CacheControl = "no-cache";
                body = "abc";
            }
        }
        /// The same applies to a retention by age, and to a 304 response to a read without an offset.
        example beginning_of_what_is_not_kept_for_long {
            given stream.open and page.matches {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainAge = "60"; body = "abc"; }
            }
            send GET "/v1/stream/a" { IfNoneMatch = "*"; }
            expect Unchanged {
                StreamNextOffset = "0000000000000003"; StreamUpToDate; Etag; CacheControl = "no-cache";
            }
        }
        /// A page at an offset can be cached although old data will be deleted, because its content does not change.
        example middle_of_what_is_not_kept {
            given limits.retain = 9 B;
            given stream.open { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a" { Position = "0000000000000000"; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000003"; StreamUpToDate; Etag;
                CacheControl = "public, max-age=60, stale-while-revalidate=300";
                body = "abc";
            }
        }
        /// A stream's own retention of 0 keeps all data, although the server's limit would delete some.
        example kept_as_asked {
            given limits.hot_rows = 0;
            given limits.segment = 1 B;
            given limits.retain = 1 B;
            given stream.open {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamRetainBytes = "0"; body = "abc"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "def"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000001"; }
            expect Page {
                ContentType; StreamNextOffset = "0000000000000006"; StreamUpToDate = "true"; Etag; CacheControl;
                body = "bcdef";
            }
        }
        /// If a block of the page is missing or fails its checksum, the response is 500 and contains none of the page.
        example damaged {
            given limits.hot_rows = 0;
            given stream.open and page.damaged { PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; } }
            send GET "/v1/stream/a";
            expect SegmentDamaged;
        }
        /// Reading beyond the tail gets 400, with the tail offset.
        example beyond_the_tail {
            given stream.open and position.beyond {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send GET "/v1/stream/a" { Position = "0000000000000004"; }
            expect BeyondTail { StreamNextOffset = "0000000000000003"; }
        }
        /// Reading a stream that does not exist gets 404.
        example of_nothing {
            given stream.absent;
            send GET "/v1/stream/a";
            expect NotFound;
        }
        /// Reading a deleted stream that still has forks gets 410.
        example of_what_is_gone {
            given stream.gone {
                PUT "/v1/stream/a" { body = "abc"; }
                PUT "/v1/stream/b" { StreamForkedFrom = "/v1/stream/a"; }
                DELETE "/v1/stream/a";
            }
            send GET "/v1/stream/a";
            expect Gone;
        }
        /// If the server requires credentials, a request without valid ones gets 401.
        example with_a_wrong_token for credentials in ["Bearer wrong", "Basic cmlnaHQ=", "right"] {
            given Client unknown;
            send GET "/v1/stream/a" { Authorization = credentials; }
            expect Unauthorized { WwwAuthenticate = "Bearer error=\"invalid_token\""; }
        }
        /// A signature that is not one of the key gets 401.
        example with_a_wrong_signature {
            given Client unknown;
            send GET "/v1/stream/a" {
                Exp = "4102444800"; Kid = "k"; Sig = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
            }
            expect Unauthorized;
        }
        /// A signature for a prefix that is not one of the key, is not for the stream, or is none, gets 401.
        example with_a_wrong_signature_for_a_prefix for prefix in ["a/", "b/", "a", ""] {
            given Client unknown;
            send GET "/v1/stream/a/b" {
                Below = prefix; Exp = "4102444800"; Kid = "k"; Sig = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
            }
            expect Unauthorized;
        }
        /// A prefix without a signature gets 401.
        example with_a_prefix_alone {
            given Client unknown;
            send GET "/v1/stream/a/b" { Below = "a/"; }
            expect Unauthorized;
        }
        /// A permission to append does not include reading. The response is the same if there is no stream.
        example not_permitted {
            given Client permits append;
            send GET "/v1/stream/a";
            expect Forbidden;
        }
        /// A server whose operator has not decided who may use it refuses all requests.
        example before_the_operator_decides {
            given Client unconfigured;
            send GET "/v1/stream/a";
            expect AccessUnconfigured;
        }
        /// If the keys of tokens can't be fetched, the server can't verify a token.
        example while_keys_are_unavailable {
            given Client unverified;
            send GET "/v1/stream/a";
            expect KeysUnavailable { RetryAfter = "5"; }
        }
        /// A caller that sends too many requests gets 429.
        example too_often {
            given Client limited;
            send GET "/v1/stream/a";
            expect TooManyRequests { RetryAfter = "60"; }
        }
    }
}
