//! How much is stored, by the first segment of paths.

macros::part! {
    /// The streams whose paths have the same first segment.
    object PrefixUsage {
        /// The first segment and `/`. Empty for paths of one segment.
        prefix: FirstSegment;
        streams: Count;
        hot_bytes: Count;
        cold_bytes: Count;
    }

    /// The result of a count.
    object UsageCount {
        /// When the count began.
        began_at: timestamp;
        /// When the count ended. A change in between may or may not have been counted.
        counted_at: timestamp;
        /// In the order of the bytes of the prefixes.
        prefixes: [PrefixUsage] 0..=1001;
        /// The streams of further prefixes, if there are more than 1,000.
        others: Count;
    }

    /// The amount of stored data by prefix. Server extension.
    resource Usage at "/v1/admin/usage" with Guarded {
        /// Returns the last count of streams and bytes by the first segment of paths. The hourly sweep counts, and a count takes several hours
        /// with many streams. The response has the prefixes for which the caller has `admin` on all paths.
        endpoint measure = GET {
            needs list;

            request { Prefix?; }
            refuse { usage.unknown => Uncounted; }
            answer { not usage.unknown => Measured; }

            /// No count has ended yet.
            outcome Uncounted = 404 problem "not-counted" { CacheControl = NoStore; }
            /// The result of the last count.
            outcome Measured = 200 { CacheControl = NoStore; body json UsageCount; }

            /// Before the first count has ended, there is no result.
            example uncounted {
                given usage.unknown;
                send GET "/v1/admin/usage";
                expect Uncounted;
            }
            /// The prefixes that begin with a text are returned.
            example measured {
                given not usage.unknown;
                send GET "/v1/admin/usage" { Prefix = "orders"; }
                expect Measured { body = json { "began_at": _, "counted_at": _, "prefixes": [], "others": 0 }; }
            }
        }
    }
}
