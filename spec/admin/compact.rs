//! Moving a stream's data to R2 before its alarm does.

macros::part! {
    /// Moves data to R2, merges small segments and deletes outdated ones, as the alarm would. It does not wait for the alarm, nor for
    /// the delay after a failure.
    endpoint compact = POST when Action is Compact {
        needs admin(path);

        request { CheckFrom?; }
        refuse { stream.absent => NoStream; }
        answer {
            data.excessive     => Compacting;
            not data.excessive => Compacted;
        }

        /// Nothing is left to move.
        outcome Compacted = 200 { CacheControl = NoStore; body json HotAmount; }
        /// Several segments were written, and more data may have to move. The alarm continues at once. Repeat the request to wait for it.
        outcome Compacting = 202 { RetryAfter = 1; CacheControl = NoStore; body json HotAmount; }

        /// Data within the limits stays in D1.
        example compacted {
            given stream.open and not data.excessive {
                PUT "/v1/stream/a" { ContentType = "text/plain"; body = "abc"; }
            }
            send POST "/v1/admin/streams/a" { Action = "compact"; }
            expect Compacted { body = json { "hot_bytes": 3, "hot_rows": 1 }; }
        }
        /// One request writes several segments. The rest follows.
        example compacted_in_steps {
            given limits.hot_rows = 0;
            given limits.segment = 1 B;
            given stream.open and data.excessive {
                PUT "/v1/stream/a" { ContentType = "text/plain"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "1"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "2"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "3"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "4"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "5"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "6"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "7"; }
                POST "/v1/stream/a" { ContentType = "text/plain"; body = "8"; }
            }
            send POST "/v1/admin/streams/a" { Action = "compact"; }
            expect Compacting { RetryAfter = "1"; body = json { "hot_bytes": _, "hot_rows": _ }; }
        }
        /// Without a stream, nothing can move.
        example compacted_nothing {
            given stream.absent;
            send POST "/v1/admin/streams/a" { Action = "compact"; }
            expect NoStream;
        }
    }
}
