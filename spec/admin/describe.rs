//! Describing a stream for operators.

macros::part! {
    /// Describes what is stored for a path. If no stream exists there, it describes what is left of earlier ones. Nothing is changed.
    endpoint describe = GET {
        needs admin(path);

        refuse { path.unused => NoStream; }
        answer { not path.unused => Described; }

        /// The description.
        outcome Described = 200 { CacheControl = NoStore; body json StreamDescription; }

        /// A stream is described with its rows and its Durable Object.
        example described_to_operators {
            given not path.unused {
                PUT "/v1/stream/a" { ContentType = "text/plain"; StreamLabel = "env=prod"; body = "abc"; }
            }
            send GET "/v1/admin/streams/a";
            expect Described {
                body = json {
                    "path": _,
                    "database": _,
                    "object": _,
                    "stream": {
                        "generation": _,
                        "fence": _,
                        "content_type": "text/plain",
                        "next_offset": "0000000000000003",
                        "earliest_offset": "0000000000000000",
                        "closed": false,
                        "gone": false,
                        "created_at": _,
                        "updated_at": _,
                        "labels": { "env": "prod" },
                        "hot_bytes": 3,
                        "hot_rows": 1,
                        "cold_bytes": 0,
                        "segment_count": 0,
                        "part_count": 0,
                        "producer_count": 0,
                        "fork_count": 0,
                        "lineage": []
                    },
                    "segments": [],
                    "parts": [],
                    "producers": [],
                    "forks": [],
                    "leftovers": { "tombstones": [], "garbage": [], "replaced": [], "releases": [] },
                    "memory": _,
                    "due": _
                };
            }
        }
        /// A path without a stream is described if an earlier stream has left something.
        example described_after_its_end {
            given not path.unused {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
                DELETE "/v1/stream/a";
            }
            send GET "/v1/admin/streams/a";
            expect Described {
                body = json {
                    "path": _,
                    "database": _,
                    "object": _,
                    "segments": [],
                    "parts": [],
                    "producers": [],
                    "forks": [],
                    "leftovers": _,
                    "memory": _,
                    "alarm": _,
                    "due": _
                };
            }
        }
        /// A path that no stream has ever had gets 404.
        example described_for_nothing {
            given path.unused;
            send GET "/v1/admin/streams/a";
            expect NoStream;
        }
        /// A description needs `admin`, whatever else is permitted.
        example described_to_operators_only {
            given Client permits create, fork, append, close, read, delete, list;
            send GET "/v1/admin/streams/a";
            expect Forbidden;
        }
    }
}
