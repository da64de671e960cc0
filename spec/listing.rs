//! Finding streams.

macros::part! {
    /// A stream in a list.
    object ListedStream {
        /// Its path, as it stands in URLs after `/v1/stream/`.
        path: path_of Stream;
        content_type: AnyMediaType;
        /// The tail offset.
        next_offset: Offset;
        /// The first offset that can still be read.
        earliest_offset: Offset;
        closed: boolean;
        created_at: timestamp;
        /// The time of the last append or close, or of the creation.
        updated_at: timestamp;
        /// Seconds without reads and writes after which it expires.
        ttl: Seconds?;
        expires_at: timestamp?;
        /// The source of a fork.
        forked_from: path_of Stream?;
        /// Bytes of its own data in D1.
        hot_bytes: Count;
        /// Bytes of its own data in R2 segments.
        cold_bytes: Count;
        labels: map LabelText 0..=16?;
    }

    /// A page of a list.
    object Listing {
        /// In the order of the bytes of their paths.
        streams: [ListedStream] 0..=1000;
        /// The beginnings of longer paths, with `delimiter`.
        prefixes: [PathStart] 0..=1000?;
        /// Where the next page begins: send it as `after`. `null` if nothing follows.
        next: PathStart or null;
    }

    /// A line of a list in NDJSON, for the beginning of longer paths. A line for a stream is a `ListedStream`.
    message ListedPrefix = json {
        prefix: PathStart;

        /// There are streams below `chat/`.
        example chats = json { "prefix": "chat/" };
    }

    /// The last line of a list in NDJSON.
    message ListEnd = json {
        /// Where the next page begins: send it as `after`. `null` if nothing follows.
        next: PathStart or null;

        /// Another page follows.
        example more = json { "next": "chat/42" };
        /// This was the last page.
        example end = json { "next": null };
    }

    /// All streams.
    resource Streams at "/v1/streams" with Guarded {
        /// Lists the streams that the caller may list, in the order of the bytes of their paths. A stream is listed as soon as its creation
        /// was confirmed, and not any more once its deletion was. A stream with a TTL that has expired can be listed for up to a tenth of its TTL longer. A page can have fewer streams than `limit` and still have a `next`.
        endpoint list = GET {
            needs list;

            request {
                Accept unless malformed;
                Prefix?;
                After?;
                Limit or 100;
                Delimiter?;
                Contains?;
                Closed?;
                OfType?;
                WithLabels?;
                UpdatedAfter?;
            }
            refuse {
                selection.invalid => BadSelection;
                Delimiter and (Contains or Closed or OfType or WithLabels or UpdatedAfter) => FilterWithDelimiter;
            }
            answer {
                Accept is JsonLines => Lines;
                always              => Listed;
            }

            /// `prefix`, `after` and `contains` must consist of segments as they stand in URLs, separated by `/`. A `label` must be a name, `=` and a value.
            outcome BadSelection = 400 problem "bad-selection" detail { CacheControl = NoStore; }
            /// `delimiter` can't be combined with a filter.
            outcome FilterWithDelimiter = 400 problem "filter-with-delimiter" about Delimiter {
                CacheControl = NoStore;
            }
            /// A page of the list.
            outcome Listed = 200 { CacheControl = NoStore; body json Listing; }
            /// A page of the list, with one JSON object in each line.
            outcome Lines = 200 { ContentType = JsonLines; CacheControl = NoStore; body bytes; }

            /// A stream is listed with its metadata.
            example listed {
                given not selection.invalid {
                    PUT "/v1/stream/list-a/1" { ContentType = "text/plain"; StreamLabel = "env=prod"; body = "abc"; }
                }
                send GET "/v1/streams" { Prefix = "list-a/"; }
                expect Listed {
                    body = json {
                        "streams": [{
                            "path": "list-a/1", "content_type": "text/plain", "next_offset": "0000000000000003",
                            "earliest_offset": "0000000000000000", "closed": false, "created_at": _, "updated_at": _,
                            "hot_bytes": 3, "cold_bytes": 0, "labels": { "env": "prod" }
                            }],
                        "next": null
                    };
                }
            }
            /// `next` is the path after which the next page begins.
            example listed_in_pages {
                given not selection.invalid {
                    PUT "/v1/stream/list-b/1";
                    PUT "/v1/stream/list-b/2";
                }
                send GET "/v1/streams" { Prefix = "list-b/"; Limit = "1"; }
                expect Listed {
                    body = json {
                        "streams": [{
                            "path": "list-b/1", "content_type": _, "next_offset": _, "earliest_offset": _, "closed": _,
                            "created_at": _, "updated_at": _, "hot_bytes": _, "cold_bytes": _
                            }],
                        "next": "list-b/1"
                    };
                }
            }
            /// With `delimiter`, longer paths are listed only by their beginning.
            example listed_as_a_tree {
                given not selection.invalid {
                    PUT "/v1/stream/list-c/x/1";
                    PUT "/v1/stream/list-c/x/2";
                    PUT "/v1/stream/list-c/y/1";
                }
                send GET "/v1/streams" { Prefix = "list-c/"; Delimiter = "/"; }
                expect Listed {
                    body = json { "streams": [], "prefixes": ["list-c/x/", "list-c/y/"], "next": null };
                }
            }
            /// Filters are combined. A stream is listed if all of them apply.
            example listed_by_filter {
                given not selection.invalid {
                    PUT "/v1/stream/list-d/1" { ContentType = "text/plain"; StreamLabel = "env=prod, team=blue"; }
                }
                send GET "/v1/streams" {
                    Prefix = "list-d/"; Contains = "1"; Closed = "true"; OfType = "text/plain"; WithLabels = "env=prod";
                    WithLabels = "team=blue"; UpdatedAfter = "2020-01-01T00:00:00Z";
                }
                expect Listed { body = json { "streams": [], "next": null }; }
            }
            /// In NDJSON, the last line has the beginning of the next page.
            example listed_in_lines {
                given not selection.invalid;
                send GET "/v1/streams" { Prefix = "list-e/"; Accept = "application/x-ndjson"; }
                expect Lines { ContentType = "application/x-ndjson"; body = "{\"next\":null}\n"; }
            }
            /// A client that accepts neither format gets JSON.
            example listed_for_everyone for accept in ["text/html", "*/*"] {
                given not selection.invalid;
                send GET "/v1/streams" { Prefix = "list-e/"; Accept = accept; }
                expect Listed { body = json { "streams": [], "next": null }; }
            }
            /// A prefix consists of segments as in the path of a stream.
            example malformed_prefix for prefix in ["/", "a//b", "../", "%zz"] {
                given selection.invalid;
                send GET "/v1/streams" { Prefix = prefix; }
                expect BadSelection;
            }
            /// A page has at most 1,000 streams.
            example malformed_limit for limit in ["0", "1001", "all"] {
                send GET "/v1/streams" { Limit = limit; }
                expect BadRequest;
            }
            /// A tree has no filter.
            example tree_with_filter {
                given not selection.invalid;
                send GET "/v1/streams" { Delimiter = "/"; Closed = "true"; }
                expect FilterWithDelimiter;
            }
            /// A token without `list` gets 403.
            example not_with_other_permissions {
                given Client permits create, fork, append, close, read, delete, admin;
                send GET "/v1/streams";
                expect Forbidden;
            }
            /// If storage does not respond, the request fails.
            example list_unheard {
                given failure;
                send GET "/v1/streams";
                expect Unavailable { RetryAfter = "1"; }
            }
        }
    }
}
