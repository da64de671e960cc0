//! Deleting all streams with a prefix.

macros::part! {
    /// The result of a request to delete streams. The counts are those of this request alone.
    object DeletionReceipt {
        /// The beginning of the paths.
        prefix: PathStart;
        /// The beginning of the deletion. Streams that were created later are kept. Send it as `began_at` with the next request.
        began_at: timestamp;
        /// Streams that were deleted.
        deleted: Count;
        /// Their own bytes in D1 and R2.
        bytes: Count;
        /// Streams that were deleted, but whose data is kept for their forks.
        kept_for_forks: Count;
        /// Streams that could not be deleted now.
        failed: [FailedDeletion] 0..=1000;
        /// Streams created until `began_at` that still exist. At most the limit `list_rows` of each database are looked at.
        left: Count;
        /// Of these, streams that were deleted and are kept for their forks.
        left_for_forks: Count;
        /// Send it as `after` with the next request. `null` if the end was reached.
        next: PathStart or null;
    }

    /// A stream that could not be deleted.
    object FailedDeletion {
        path: path_of Stream;
        reason: Sentence;
    }

    /// Deletions of streams by prefix. Server extension.
    resource Deletions at "/v1/admin/deletions" with Guarded {
        /// Deletes streams whose paths begin with `prefix`, in the order of their paths, as DELETE does. It deletes those for which the caller
        /// has `admin` and `delete`, and which were created until the deletion began. It can be repeated, and continued at any time.
        endpoint delete_all = POST {
            needs list;

            request {
                Prefix;
                After?;
                BeganAt?;
            }
            refuse {
                selection.invalid  => BadPrefix;
                deletion.forbidden => Forbidden;
            }
            answer {
                streams.remain     => Deleting;
                not streams.remain => AllDeleted;
            }

            /// `prefix` must consist of segments as they stand in URLs, and end with `/`. `after` must be the `next` of a response.
            outcome BadPrefix = 400 problem "bad-prefix" detail { CacheControl = NoStore; }
            /// The end of the paths was reached.
            outcome AllDeleted = 200 { CacheControl = NoStore; body json DeletionReceipt; }
            /// Some streams were looked at (limit `deletions`). Repeat the request with `began_at`, and with `next` as `after`.
            outcome Deleting = 202 { RetryAfter = 0; CacheControl = NoStore; body json DeletionReceipt; }

            /// All streams below `erase-a/` are deleted.
            example deleted_by_prefix {
                given not selection.invalid and not deletion.forbidden and not streams.remain {
                    PUT "/v1/stream/erase-a/1" { ContentType = "text/plain"; body = "abc"; }
                    PUT "/v1/stream/erase-a/2";
                    PUT "/v1/stream/erase-ab";
                }
                send POST "/v1/admin/deletions" { Prefix = "erase-a/"; }
                expect AllDeleted {
                    body = json {
                        "prefix": "erase-a/",
                        "began_at": _,
                        "deleted": 2,
                        "bytes": 3,
                        "kept_for_forks": 0,
                        "failed": [],
                        "left": 0,
                        "left_for_forks": 0,
                        "next": null
                    };
                }
            }
            /// One request looks at a limited number of streams.
            example deleted_by_prefix_in_steps {
                given limits.deletions = 1;
                given not selection.invalid and not deletion.forbidden and streams.remain {
                    PUT "/v1/stream/erase-b/1";
                    PUT "/v1/stream/erase-b/2";
                }
                send POST "/v1/admin/deletions" { Prefix = "erase-b/"; }
                expect Deleting {
                    RetryAfter = "0";
                    body = json {
                        "prefix": "erase-b/",
                        "began_at": _,
                        "deleted": 1,
                        "bytes": 0,
                        "kept_for_forks": 0,
                        "failed": [],
                        "left": 1,
                        "left_for_forks": 0,
                        "next": "erase-b/1"
                    };
                }
            }
            /// A deletion that began earlier keeps streams that were created since.
            example deleted_as_of_its_beginning {
                given not selection.invalid and not deletion.forbidden and not streams.remain {
                    PUT "/v1/stream/erase-c/1";
                }
                send POST "/v1/admin/deletions" {
                    Prefix = "erase-c/"; After = "erase-c/0"; BeganAt = "2020-01-01T00:00:00Z";
                }
                expect AllDeleted {
                    body = json {
                        "prefix": "erase-c/",
                        "began_at": "2020-01-01T00:00:00Z",
                        "deleted": 0,
                        "bytes": 0,
                        "kept_for_forks": 0,
                        "failed": [],
                        "left": 0,
                        "left_for_forks": 0,
                        "next": null
                    };
                }
            }
            /// A prefix consists of whole segments, so `users/1` can't mean `users/10`.
            example deleted_by_half_a_segment for prefix in ["", "a", "a//", "/"] {
                given selection.invalid;
                send POST "/v1/admin/deletions" { Prefix = prefix; }
                expect BadPrefix;
            }
            /// A caller who may not delete anything below the prefix is refused.
            example deleted_without_permission {
                given Client permits list;
                given deletion.forbidden and not selection.invalid;
                send POST "/v1/admin/deletions" { Prefix = "erase-d/"; }
                expect Forbidden;
            }
            /// The prefix is required.
            example deleted_without_a_prefix {
                send POST "/v1/admin/deletions";
                expect BadRequest;
            }
        }
    }
}
