//! The limits of the server, with their defaults. Operators override them.

macros::part! {
    limits {
        /// Maximum size of a request body. When exceeded, the request is rejected (413).
        body = 64 MiB;
        /// Maximum size of a body that one D1 transaction stores. A longer body is written to R2 in parts of about this size while it
        /// arrives, and one transaction then records all parts. A JSON message larger than `row` is written to R2, too.
        part = 4 MiB;
        /// Maximum size of a body that is still read after the request was rejected. A client that sends everything before it reads
        /// then receives the response. A body with a larger declared length is not read; any other body is cut off at this size.
        drain = 16 MiB;
        /// Maximum size of a body whose memory is reserved at once. A larger body is read in pieces of this size, and its memory grows as
        /// the pieces arrive.
        small_body = 64 KiB;
        /// Maximum time to wait for the next piece (`small_body`) of a body. When exceeded, the request is rejected (408) and its memory is
        /// released. It is also the maximum time that a read waits for memory (503).
        body_wait = 15 s;
        /// Maximum memory of one isolate for all its streams: bodies that are read or queued, stream tails cached for live readers, pages
        /// and segments. Cached tails are shortened first. When exceeded, a body waits for up to `memory_wait` (429).
        memory = 32 MiB;
        /// Part of `memory` that is reserved for bodies of up to `small_body`.
        memory_small = 4 MiB;
        /// Part of `memory` that neither larger bodies nor moves to R2 can use. It is left for small bodies and for pages read from D1 and
        /// R2.
        memory_pages = 4 MiB;
        /// Maximum memory of one isolate for cached stream tails. When exceeded, the least recently used tails are shortened.
        memory_tails = 16 MiB;
        /// Maximum time that a body waits for memory. When exceeded, the request is rejected (429).
        memory_wait = 1 s;
        /// Maximum size of one JSON message. When exceeded, the append is rejected (413).
        message = 16 MiB;
        /// Maximum bytes of a stream in one response to a read without `live`. When exceeded, the response ends before the tail. For JSON,
        /// the stored size counts, which can be slightly larger.
        response = 64 MiB;
        /// Maximum number of D1 queries and R2 requests for one response to a read without `live`, by a conservative estimate. When it
        /// would be exceeded, the response ends before the tail. Cloudflare allows 1,000 per invocation.
        response_requests = 800;
        /// Maximum bytes of a stream in one response to a long-poll, and in memory at once for a longer response. A single larger message
        /// is still sent.
        page = 1 MiB;
        /// Maximum bytes read from a segment for a page that does not start at a page boundary, so that the response starts quickly. A single
        /// larger block is read whole.
        seek = 256 KiB;
        /// Maximum payload of one row of the log in D1, before encoding. A longer append takes several rows; a larger JSON message is
        /// stored in R2.
        row = 1 MiB;
        /// Maximum number of appends of one stream that wait for D1. When exceeded, further appends are rejected (429).
        queue = 1024;
        /// Maximum bytes of one stream that wait for D1. When exceeded, further appends are rejected (429).
        queue_bytes = 16 MiB;
        /// Maximum number of statements in one D1 transaction. When exceeded, the remaining changes go into the next one. D1 accepts 1,000
        /// per request.
        transaction = 500;
        /// Maximum size of one D1 transaction. When exceeded, the remaining changes go into the next one. A single larger change is still
        /// committed.
        transaction_bytes = 8 MiB;
        /// Maximum time between sending a transaction to D1 and its commit, by the clock of D1. A transaction that arrives later changes
        /// nothing.
        transaction_validity = 30 s;
        /// Maximum time to wait for a response from D1. When exceeded, the request fails (503), and its transaction may or may not have
        /// been committed.
        database_wait = 20 s;
        /// Maximum time to wait for a response from R2. When exceeded, the request fails (503).
        bucket_wait = 30 s;
        /// Maximum time to wait for the Durable Object of another stream: to create or release a fork, or to restore one. When exceeded, the request fails (503).
        object_wait = 60 s;
        /// Maximum bytes of one stream in D1. When exceeded, its oldest rows move to R2 until half of the limit is left.
        hot = 8 MiB;
        /// Maximum rows of one stream in D1. When exceeded, its oldest rows move to R2 until half of the limit is left.
        hot_rows = 4096;
        /// Minimum bytes in D1 at which a closed or soft-deleted stream moves to R2 completely.
        snapshot = 64 KiB;
        /// Size of a database at which it is full, in megabytes. D1 allows 10 GB, and 500 MB on the free plan.
        database_size = 10000;
        /// Size of a database, in percent of `database_size`, at which idle, closed and soft-deleted streams move to R2 completely, those that
        /// have not changed for the longest time first. The cron trigger does this.
        database_moves = 50;
        /// Size of a database, in percent of `database_size`, at which `/health` and the log warn.
        database_warning = 80;
        /// Size of a database, in percent of `database_size`, at which no stream is created in it (507).
        database_creations = 95;
        /// Size of a database, in percent of `database_size`, at which its streams accept no more data (507). The rest is left for deletions
        /// and moves to R2, which make room.
        database_appends = 99;
        /// Time since the last change after which a stream is idle.
        idle = 10 min;
        /// Maximum number of idle, closed and soft-deleted streams that one run of the cron trigger moves to R2.
        idle_streams = 100;
        /// Maximum size of a segment in R2. When reached, the next segment starts. The last row of a segment can exceed it.
        segment = 8 MiB;
        /// Maximum size of a block, the unit in which a segment is read and checked. A single larger message is a block of its own.
        block = 64 KiB;
        /// Number of adjacent segments of similar size that are merged into one, unless the result would exceed `segment`. At least 2.
        merge = 8;
        /// Minimum bytes kept of each stream. The oldest segments are deleted as long as this much remains and the stream has no forks. 0
        /// keeps everything. `Stream-Retain-Bytes` overrides it.
        retain = 0 B;
        /// Minimum time that data is kept. Segments in which all data is older are deleted, unless the stream has forks. 0 keeps
        /// everything. `Stream-Retain-Age` overrides it.
        retain_age = 0 s;
        /// Time for which the edge caches what it reads from R2, with the Cache API. The cache requires a custom domain. 0 turns it off.
        edge_cache = 0 s;
        /// Maximum memory of one edge isolate for cached segment indexes, which save queries to D1. When exceeded, the least recently used
        /// ones are dropped. 0 turns the cache off.
        edge_index = 4 MiB;
        /// Delay before an R2 object is deleted after others have replaced it, so that requests about to read it still can.
        discard_grace = 60 s;
        /// Minimum age at which a sweep deletes an R2 object that no row references.
        orphan_grace = 7 d;
        /// Maximum number of R2 objects that one sweep deletes although they may be the last copy of their data. No row names these
        /// objects, and no rows store the same data. If it finds more, it deletes none of them, because D1 has probably lost rows.
        orphans = 100;
        /// Maximum number of D1 queries and R2 requests in one sweep for unreferenced R2 objects. When exceeded, the next sweep continues
        /// from there. Cloudflare allows 1,000 per invocation.
        sweep_requests = 900;
        /// Maximum bytes of R2 objects that one request to restore a stream reads and checks. At least one object is checked. When
        /// exceeded, the response is 202, and the next request continues from there.
        restore_bytes = 256 MiB;
        /// Maximum number of segments of a restored stream, because one transaction records all of them. When exceeded, the stream is not
        /// restored (409).
        restore_segments = 10000;
        /// Maximum bytes of one stream's newest data kept in memory for live readers. Older data is read from storage.
        tail_cache = 1 MiB;
        /// Maximum number of live readers of one stream. When exceeded, further readers are rejected (429).
        readers = 10000;
        /// Maximum number of readers of one stream that are sent new data in one turn of the event loop. If more are connected, at most 16
        /// are served per turn, so that writes are not delayed.
        readers_served = 64;
        /// Maximum bytes of encoded events sent to one live reader and not yet acknowledged. The server requests an acknowledgment once
        /// more than half of it is unacknowledged. A single larger message is still sent.
        reader_window = 256 KiB;
        /// Maximum number of forks of one stream. When exceeded, further forks are rejected (429).
        forks = 10000;
        /// Maximum length of a fork chain: the number of streams from which one stream inherits data. When exceeded, the fork is rejected
        /// (409).
        fork_depth = 64;
        /// Maximum number of producers of one stream whose state is kept in memory. The state of any other producer is read from D1 when it
        /// appends.
        producers = 1024;
        /// Maximum number of appends of one producer whose offsets are stored, so that a retry receives the same offset. A retry of an
        /// older append receives the tail offset.
        producer_tails = 16;
        /// Maximum number of streams of each database that are looked at for one page of a list with a filter. When exceeded, the page ends there, and `next`
        /// continues. Without a filter, it is the number of streams in the page.
        list_rows = 10000;
        /// Maximum number of streams that one request to delete streams by prefix deletes. When exceeded, the response is 202, and the next request
        /// continues from there. Cloudflare allows 1,000 requests to Durable Objects per invocation.
        deletions = 100;
        /// Maximum number of requests to R2 for one page of the streams that have objects in R2. When exceeded, the page ends there, and `next`
        /// continues. Cloudflare allows 1,000 per invocation.
        stored_requests = 200;
        /// Maximum size of a request body about a subscription. When exceeded, the request is rejected (413).
        subscription_body = 1 MiB;
        /// Maximum number of streams that are linked to one subscription by name, and of those that its pattern links. When exceeded, no further
        /// ones are linked by name, and no subscription is created (429). A new stream that matches waits until others have ended.
        links = 10000;
        /// Maximum number of subscriptions in each database. When exceeded, no further ones are created (429).
        subscriptions = 10000;
        /// Maximum number of subscriptions with a pattern in each database, because each new stream is compared with all patterns. When
        /// exceeded, no further ones are created (429).
        patterns = 1000;
        /// Maximum time to wait for the answer of a webhook. When exceeded, the delivery has failed. It also ends with the lease of the wake.
        webhook_wait = 30 s;
        /// Maximum size of the answer of a webhook that is read. A longer one counts as an answer without `done`.
        webhook_answer = 64 KiB;
        /// Maximum age of the key that signs requests to webhooks. When exceeded, the hourly sweep publishes another one, which signs a few minutes later.
        webhook_key_age = 90 d;
        /// Maximum size of the header of a token, and of its claims. When exceeded, the token is refused (401).
        claims = 8 KiB;
        /// Difference between clocks that is tolerated in the times of a token or a signed URL.
        token_leeway = 60 s;
        /// Maximum memory of one isolate for tokens that were verified lately and need not be verified again. When exceeded, the least recently
        /// used ones are forgotten.
        token_cache = 1 MiB;
        /// Maximum time from now to the end of a signed URL. When exceeded, the URL is refused (401).
        signed_url = 1 d;
        /// Maximum size of a key set that is fetched. When exceeded, the keys that were fetched before stay in use.
        keys = 64 KiB;
        /// Time after which keys are fetched again.
        keys_lifetime = 1 h;
        /// Minimum time between two fetches of keys. A token with an unfamiliar key causes a fetch, but no second one within this time.
        keys_interval = 60 s;
        /// Minimum time between two fetches of keys until one succeeds. Until then, tokens with an unfamiliar key are refused (503).
        keys_retry = 5 s;
        /// Maximum time to wait for keys. When exceeded, the fetch has failed.
        keys_wait = 10 s;
        /// Time for which an isolate answers all requests for its health with the result of the same checks.
        health_interval = 1 s;
        /// Maximum time of the checks. A database or bucket that does not answer within it has failed.
        health_wait = 5 s;
        /// Maximum number of events of one name that an isolate logs within `log_interval`. It only counts the others. 0 logs none.
        log_lines = 10;
        /// Length of the interval for `log_lines`.
        log_interval = 60 s;
        /// Maximum time that a long-poll waits for data (§5.7). When exceeded, the response is 204.
        long_poll_hold = 25 s;
        /// Maximum time that a Durable Object holds a long-poll itself before the wait moves to a WebSocket. It holds one only if the
        /// stream changed within this time. At most a third of `long_poll_hold` is used. 0 turns it off.
        long_poll_object_hold = 1 s;
        /// Maximum number of long-polls that the Durable Object of one stream holds itself. When exceeded, a long-poll waits on a
        /// WebSocket.
        held_polls = 256;
        /// Maximum size of a response to a long-poll that a Durable Object holds itself. When exceeded, the response is sent through a
        /// WebSocket, so that it is encoded once for all readers.
        held_response = 16 KiB;
        /// Time after which the server ends an SSE response, so that the client reconnects (§10.2). It varies by `sse_jitter`.
        sse_lifetime = 900 s;
        /// Maximum deviation from `sse_lifetime`, in percent of it; at most 100. It is random for each response, so that readers who
        /// connected together do not reconnect together.
        sse_jitter = 20;
        /// Interval at which an SSE response without events sends a comment, so that intermediaries do not close the connection. The
        /// comment is skipped while the client has unread data. 0 turns it off.
        sse_heartbeat = 25 s;
        /// Length of one cursor interval (§10.1).
        cursor_interval = 20 s;
        /// Start of the first cursor interval, as the time since 1970: 2024-10-09T00:00:00Z (§10.1).
        cursor_epoch = 1728432000 s;
        /// Distance between the cursors of adjacent offsets: how many long-polls can time out at one offset before the cursor reaches that
        /// of the next (§10.1).
        cursor_stride = 4096;
        /// Remaining lifetime of a stream below which its pages are not cached (§10). At least the six minutes in `Cache-Control`. Such a page is sent with
        /// `no-cache`.
        cache_lifetime = 6 min;
    }
}
