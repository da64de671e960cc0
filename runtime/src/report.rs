//! Events for the operator. Each is a JSON object in the log.

use std::fmt;

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $event:ident = $name:literal,)+) => {
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
        }
    };
}

events! {
    /// A request was answered with 503.
    RequestFailed = "request_failed",
    /// A variable, a binding or the applied migrations are invalid. Requests are answered with 503 until the error is corrected.
    Misconfigured = "misconfigured",
    /// Nobody may use the server, because its access is not configured. Requests are answered with 403. Logged at most once a minute.
    AccessUnconfigured = "access_unconfigured",
    /// Keys that verify tokens could not be fetched from `AUTH_JWKS`, or the platform rejects a key. The last good ones stay in use. Until
    /// keys have been fetched once, requests with tokens are answered with 503.
    KeysUnusable = "keys_unusable",
    /// The rate limit did not answer. The request was served.
    RateUnknown = "rate_unknown",
    /// The server does not work: a setting or a binding is invalid, or a database or the bucket does not answer. Logged for each check of
    /// `/health` that fails.
    Unhealthy = "unhealthy",
    /// A request to restore a stream was answered with 503.
    RestoreFailed = "restore_failed",
    /// A batch failed or its result is unknown. The Durable Object has discarded its in-memory state and reloads it.
    StateDiscarded = "state_discarded",
    /// Moving rows to R2 failed. The alarm retries it.
    MoveFailed = "move_failed",
    /// An R2 object is damaged or missing.
    SegmentDamaged = "segment_damaged",
    /// The alarm did not finish its work. It retries later.
    AlarmFailed = "alarm_failed",
    /// The alarm could not be set. The next commit, or loading the stream, retries it.
    AlarmNotSet = "alarm_not_set",
    /// Cleanup after a deletion failed: rows, R2 objects or fork references remain. The alarm retries it.
    CleanupDeferred = "cleanup_deferred",
    /// The reference of a fork that was not created could not be released. The alarm retries it.
    ReleaseDeferred = "release_deferred",
    /// Live readers could not be served. They are served when the stream changes or is loaded again.
    ReadersDeferred = "readers_deferred",
    /// An error ended live reads. Slow readers are never disconnected.
    ReadersDropped = "readers_dropped",
    /// A response was aborted, because the rest of it could not be read: the stream was deleted or trimmed, or storage failed.
    ResponseBroken = "response_broken",
    /// Parts of a rejected body could not be deleted from R2. The hourly sweep deletes them.
    PartsKept = "parts_kept",
    /// Content written by an older version is not UTF-8, although its content type requires it. SSE events of the stream are base64 from now on.
    InvalidTextFound = "invalid_text_found",
    /// A socket could not be closed, or its attachment could not be saved.
    SocketFailed = "socket_failed",
    /// Bytes read from R2 could not be stored in the edge cache.
    EdgeCacheFailed = "edge_cache_failed",
    /// The hourly sweep of unreferenced R2 objects failed.
    SweepFailed = "sweep_failed",
    /// The sweep deleted unreferenced R2 objects whose data other rows store, or whose stream was deleted. This is not an error.
    ObjectsRemoved = "objects_removed",
    /// The sweep deleted unreferenced R2 objects that may have been the last copy of their data.
    OrphansRemoved = "orphans_removed",
    /// More R2 objects are unreferenced than a sweep may delete. None was deleted, because D1 has probably lost rows.
    OrphansKept = "orphans_kept",
}

impl Event {
    /// Whether the event is an error.
    #[must_use]
    pub fn is_error(self) -> bool {
        self != Self::ObjectsRemoved
    }
}

/// A log entry. `Display` writes it as JSON.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The event.
    pub event: Event,
    /// The path of the stream, if it concerns one.
    pub path: Option<&'a str>,
    /// The reason, or a description, in words.
    pub detail: String,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event, path, detail } = self;
        let name = event.name();
        match path {
            Some(path) => serde_json::json!({ "event": name, "path": path, "detail": detail }),
            None => serde_json::json!({ "event": name, "detail": detail }),
        }
        .fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_documented_and_no_other() {
        let documented: Vec<_> = include_str!("../../docs/events.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(documented, Event::ALL.iter().map(|event| event.name()).collect::<Vec<_>>());
    }

    #[test]
    fn an_event_is_an_error_unless_its_documentation_states_otherwise() {
        let documentation = include_str!("../../docs/events.md");
        for event in Event::ALL {
            let line = documentation.lines().find(|line| line.starts_with(&format!("| `{}` |", event.name())));
            assert_eq!(line.map(|line| line.contains("This is not an error.")), Some(!event.is_error()), "{event:?}");
        }
    }

    #[test]
    fn a_report_is_one_line_of_json() {
        let report = Report { event: Event::MoveFailed, path: Some("a/\"b"), detail: "x\ny".to_owned() };
        assert_eq!(report.to_string(), r#"{"detail":"x\ny","event":"move_failed","path":"a/\"b"}"#);
    }
}
