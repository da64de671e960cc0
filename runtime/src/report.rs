//! What the operator is told: events with names, each a JSON object in the log.

use std::fmt;

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $event:ident = $name:literal,)+) => {
        /// Something that the operator may have to know of, by a name that stays the same from version to version.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Event {
            $($(#[doc = $doc])+ $event,)+
        }

        impl Event {
            /// All of them.
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
    /// A variable, a binding or the migrations are not as they have to be. Requests are answered with 503 until that is mended.
    Misconfigured = "misconfigured",
    /// A request to restore a stream was answered with 503.
    RestoreFailed = "restore_failed",
    /// A batch failed or its result is unknown. The object has discarded what it had in memory of the stream, and reads it again.
    StateDiscarded = "state_discarded",
    /// Rows were not moved to R2. The next attempt follows.
    MoveFailed = "move_failed",
    /// An object in R2 is damaged or missing.
    SegmentDamaged = "segment_damaged",
    /// An alarm has not done all that was due, and will ring again.
    AlarmFailed = "alarm_failed",
    /// An alarm could not be set. The next request tries again.
    AlarmNotSet = "alarm_not_set",
    /// Rows that nobody needs were not removed. The alarm does it.
    TidyingDeferred = "tidying_deferred",
    /// A source was not told that a fork was not created after all. The alarm does it.
    ReleaseDeferred = "release_deferred",
    /// Readers that wait were not served. The next change does it.
    ReadersDeferred = "readers_deferred",
    /// Readers that waited were disconnected.
    ReadersDropped = "readers_dropped",
    /// A response was broken off, since the rest of it could not be read: the stream was deleted or trimmed, or storage failed.
    ResponseBroken = "response_broken",
    /// Parts of a body that was refused were not removed from R2. The search for objects that nothing names does it.
    PartsKept = "parts_kept",
    /// A stream holds content, written by an older version, that is not UTF-8 as its content type says. Its events are base64 from now on.
    TextDoubted = "text_doubted",
    /// Something failed on the connection to a reader.
    SocketFailed = "socket_failed",
    /// What was read from R2 could not be kept in the edge's cache.
    EdgeCacheFailed = "edge_cache_failed",
    /// The hourly search for objects in R2 that nothing names failed.
    SweepFailed = "sweep_failed",
    /// Objects in R2 were removed, of which rows have the content, or whose stream was deleted. This is no error.
    ObjectsRemoved = "objects_removed",
    /// Objects in R2 were removed that no row names.
    OrphansRemoved = "orphans_removed",
    /// Many objects in R2 are named by no row. None of them was removed, since rows seem to be missing.
    OrphansKept = "orphans_kept",
}

impl Event {
    /// Whether something has gone wrong.
    #[must_use]
    pub fn is_error(self) -> bool {
        self != Self::ObjectsRemoved
    }
}

/// An event as it is logged. Displayed, it is JSON.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What has happened.
    pub event: Event,
    /// The path of the stream, if it concerns one.
    pub path: Option<&'a str>,
    /// Why, or what exactly, in words.
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
    fn an_event_is_an_error_unless_its_documentation_says_that_it_is_none() {
        let documentation = include_str!("../../docs/events.md");
        for event in Event::ALL {
            let line = documentation.lines().find(|line| line.starts_with(&format!("| `{}` |", event.name())));
            assert_eq!(line.map(|line| line.contains("This is no error.")), Some(!event.is_error()), "{event:?}");
        }
    }

    #[test]
    fn a_report_is_one_line_of_json() {
        let report = Report { event: Event::MoveFailed, path: Some("a/\"b"), detail: "x\ny".to_owned() };
        assert_eq!(report.to_string(), r#"{"detail":"x\ny","event":"move_failed","path":"a/\"b"}"#);
    }
}
