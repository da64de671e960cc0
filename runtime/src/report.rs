//! Events for the operator.

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $event:ident = $name:literal at $level:ident,)+) => {
        /// An event in the log. Its name stays the same from version to version.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Event {
            $($(#[doc = $doc])+ $event,)+
        }

        impl Event {
            /// All events.
            pub const ALL: &[Self] = &[$(Self::$event),+];

            /// Its name in the log.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$event => $name,)+ }
            }

            /// Whether the operator must act.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $(Self::$event => Level::$level,)+ }
            }

            /// Its meaning.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$event => concat!($($doc),+),)+ }
            }
        }
    };
}

/// How an event concerns the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The operator must act.
    Error,
    /// The server handles it. If there are many in a short time, D1, R2 or the platform has a problem.
    Warning,
    /// It is a part of normal work.
    Info,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// Its name in the log, which is also that of the function of the console.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warn",
            Self::Info => "info",
        }
    }

    /// Its meaning.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Error => "The operator must act.",
            Self::Warning => {
                "The server handles it. Many in a short time indicate a problem of D1, R2 or the platform."
            }
            Self::Info => "It is a part of normal work.",
        }
    }
}

events! {
    /// A request was answered with 503 `unavailable`. The response contains less about the reason than the event.
    RequestFailed = "request_failed" at Warning,
    /// A variable, a binding or the applied migrations are invalid. Requests are answered with 503 until the error is corrected.
    Misconfigured = "misconfigured" at Error,
    /// Nobody may use the server, because its access is not configured. Requests are answered with 403. Logged at most once a minute by
    /// each isolate.
    AccessUnconfigured = "access_unconfigured" at Error,
    /// Keys that verify tokens could not be fetched from `AUTH_JWKS`, or the platform rejects a key. The last good ones stay in use. Until
    /// keys have been fetched once, requests with tokens are answered with 503. Or the keys that sign requests to webhooks could not be
    /// read, made or replaced.
    KeysUnusable = "keys_unusable" at Error,
    /// The key that signs requests to webhooks was old. Another one is published, and signs a few minutes later.
    KeyReplaced = "key_replaced" at Info,
    /// The rate limit did not answer. The request was served.
    RateUnknown = "rate_unknown" at Warning,
    /// The server does not work: a setting or a binding is invalid, or a database or the bucket does not answer. Logged for each check of
    /// `/health` that fails.
    Unhealthy = "unhealthy" at Error,
    /// A database is filling up (limit `database_warning`). Logged by each run of the cron trigger.
    DatabaseFilling = "database_filling" at Warning,
    /// A database is full. Creations, and then appends, are rejected with 507, while reads, deletions and moves to R2 work. Logged for each
    /// rejected request, and by each run of the cron trigger.
    DatabaseFull = "database_full" at Error,
    /// Idle, closed or soft-deleted streams moved to R2, because their database is filling up (limit `database_moves`).
    StreamsMoved = "streams_moved" at Info,
    /// Not all streams that should move to R2 to make room in a database could be moved. The next run of the cron trigger repeats it.
    StreamsKept = "streams_kept" at Warning,
    /// A request to restore a stream was answered with 503.
    RestoreFailed = "restore_failed" at Warning,
    /// The in-memory state may differ from D1: a batch failed or its result is unknown, another instance wrote, or rows are missing. The
    /// Durable Object discards it and loads it again.
    StateDiscarded = "state_discarded" at Warning,
    /// The D1 transaction that records a move, a merge or deleted segments failed. The alarm retries it. A failed R2 request is logged as
    /// `alarm_failed`.
    MoveFailed = "move_failed" at Warning,
    /// An R2 object is damaged or missing.
    SegmentDamaged = "segment_damaged" at Error,
    /// The alarm of a Durable Object did not finish its work. It retries later.
    AlarmFailed = "alarm_failed" at Warning,
    /// The alarm of a Durable Object could not be set. The next commit, or loading the stream, retries it.
    AlarmNotSet = "alarm_not_set" at Warning,
    /// Cleanup after a deletion failed: rows, R2 objects or fork references remain. The alarm retries it.
    CleanupDeferred = "cleanup_deferred" at Warning,
    /// The reference of a fork that was not created could not be released. The alarm retries it.
    ReleaseDeferred = "release_deferred" at Warning,
    /// A subscription could not be notified of a change to a stream, or of a new stream. The alarm or the hourly sweep retries it.
    PokeDeferred = "poke_deferred" at Warning,
    /// Live readers could not be served. They are served when the stream changes or is loaded again.
    ReadersDeferred = "readers_deferred" at Warning,
    /// An error ended live reads. A waiting long-poll got an error response; an SSE response or WebSocket was closed. Slow readers are
    /// never disconnected.
    ReadersDropped = "readers_dropped" at Warning,
    /// A response was aborted, because the rest of it could not be read: the stream was deleted or trimmed, or storage failed. The client
    /// sees an incomplete response and can retry.
    ResponseBroken = "response_broken" at Warning,
    /// Parts of a rejected body could not be deleted from R2. The hourly sweep deletes them.
    PartsKept = "parts_kept" at Warning,
    /// Content written by an older version is not UTF-8, although its content type requires it. SSE events of the stream are base64 from
    /// now on.
    InvalidTextFound = "invalid_text_found" at Warning,
    /// A socket could not be closed, or its attachment could not be saved.
    SocketFailed = "socket_failed" at Warning,
    /// A data point could not be written to `METRICS`.
    MetricsFailed = "metrics_failed" at Warning,
    /// Bytes read from R2 could not be stored in the edge cache.
    EdgeCacheFailed = "edge_cache_failed" at Warning,
    /// The hourly sweep of unreferenced R2 objects failed.
    SweepFailed = "sweep_failed" at Warning,
    /// The count of streams by prefix failed. The next hourly event continues it.
    CountFailed = "count_failed" at Warning,
    /// The sweep deleted unreferenced R2 objects whose data other rows store, or whose stream was deleted.
    ObjectsRemoved = "objects_removed" at Info,
    /// The sweep deleted unreferenced R2 objects that may have been the last copy of their data.
    OrphansRemoved = "orphans_removed" at Error,
    /// More R2 objects are unreferenced than a sweep may delete (limit `orphans`). None was deleted, because D1 has probably lost rows.
    OrphansKept = "orphans_kept" at Error,
}

/// An event that has happened.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The event.
    pub event: Event,
    /// The path of the stream, if it concerns one.
    pub path: Option<&'a str>,
    /// The generation of the stream, if it has been loaded.
    pub generation: Option<String>,
    /// The reason, or a description, in words.
    pub cause: String,
}

impl<'a> Report<'a> {
    /// An event that does not concern a particular stream.
    #[must_use]
    pub fn new(event: Event, cause: String) -> Self {
        Self { event, path: None, generation: None, cause }
    }

    /// The event, if it concerns the stream at `path`.
    #[must_use]
    pub fn about(self, path: &'a str) -> Self {
        Self { path: Some(path), ..self }
    }
}
