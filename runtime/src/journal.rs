//! The lines of the log: which events get one, and what it contains.

use crate::archive::cold;
use crate::host::UnixMs;
use crate::{Event, Level, Report, Settings};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;

/// The events of one isolate.
#[derive(Debug, Default)]
pub struct Journal(RefCell<Vec<(Event, Kind)>>);

/// The events of one name.
#[derive(Clone, Copy, Debug, Default)]
struct Kind {
    /// When the current interval began.
    began: UnixMs,
    /// Number of lines in this interval.
    lines: usize,
    /// Number of events without a line since the last line.
    suppressed: u64,
    /// Number of all events.
    all: u64,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its level.
    pub level: Level,
    /// A JSON object.
    pub text: String,
}

impl Journal {
    /// The line for an event. `None` if there were enough of this kind lately; the event is then only counted.
    pub fn line(&self, report: &Report, settings: &Settings, now: UnixMs) -> Option<Line> {
        let suppressed = self.count(report.event, settings, now)?;
        let Report { event, path, generation, cause } = report;
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        add("event", event.name().into());
        add("level", event.level().name().into());
        if let Some(path) = path {
            add("stream", if settings.log_paths { (*path).into() } else { hash(path.as_bytes()).into() });
        }
        if let Some(generation) = generation {
            add("generation", generation.as_str().into());
        }
        add("cause", if settings.log_paths { cause.as_str().into() } else { without_paths(cause).into() });
        if suppressed > 0 {
            add("suppressed", suppressed.into());
        }
        Some(Line { level: event.level(), text: Value::Object(members).to_string() })
    }

    /// The number of events of each name since the isolate began, without those that never happened.
    #[must_use]
    pub fn counts(&self) -> Vec<(Event, u64)> {
        self.0.borrow().iter().map(|(event, kind)| (*event, kind.all)).collect()
    }

    /// Counts an event. If it gets a line, returns the number of those before it that did not.
    fn count(&self, event: Event, settings: &Settings, now: UnixMs) -> Option<u64> {
        let mut kinds = self.0.borrow_mut();
        let position = kinds.iter().position(|(own, _)| *own == event).unwrap_or_else(|| {
            kinds.push((event, Kind::default()));
            kinds.len() - 1
        });
        let kind = &mut kinds[position].1;
        kind.all += 1;
        if u128::from(now.saturating_sub(kind.began)) >= settings.limits.log_interval.as_millis() {
            (kind.began, kind.lines) = (now, 0);
        }
        if kind.lines >= settings.limits.log_lines {
            kind.suppressed += 1;
            return None;
        }
        kind.lines += 1;
        Some(std::mem::take(&mut kind.suppressed))
    }
}

/// The hash that the log contains instead of a path.
fn hash(path: &[u8]) -> String {
    let digest = Sha256::digest(path);
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The text with hashes in place of the paths that keys of R2 objects contain.
fn without_paths(text: &str) -> String {
    let mut parts = text.split(cold::PREFIX);
    let mut hidden = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|char: char| !char.is_ascii_alphanumeric() && !"-_".contains(char)).unwrap_or(part.len());
        let (segment, rest) = part.split_at(end);
        let path = URL_SAFE_NO_PAD.decode(segment).unwrap_or_else(|_| segment.into());
        hidden.extend([cold::PREFIX, &hash(&path), rest]);
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Access;
    use std::time::Duration;

    fn settings(log_paths: bool) -> Settings {
        let mut settings = Settings { access: Access::Open, log_paths, ..Settings::DECLARED };
        (settings.limits.log_lines, settings.limits.log_interval) = (2, Duration::from_secs(60));
        settings
    }

    fn report(event: Event) -> Report<'static> {
        let generation = Some("01".to_owned());
        Report { event, path: Some("a/\"b"), generation, cause: "stream/YS8iYg/01/2.seg\nis lost".to_owned() }
    }

    fn text(line: Option<Line>) -> Option<String> {
        line.map(|line| line.text)
    }

    #[test]
    fn a_line_is_json_that_names_no_path() {
        let line = Journal::default().line(&report(Event::SegmentDamaged), &settings(false), 0).unwrap();
        let expected = r#"{"cause":"stream/HASH/01/2.seg\nis lost","event":"segment_damaged","generation":"01","level":"error","stream":"HASH"}"#;
        assert_eq!(line.text, expected.replace("HASH", "631059cc7afc82f5"));
        assert_eq!(line.level, Level::Error);
        let bare = Journal::default().line(&Report::new(Event::SweepFailed, "no".to_owned()), &settings(false), 0);
        assert_eq!(text(bare).unwrap(), r#"{"cause":"no","event":"sweep_failed","level":"warn"}"#);
    }

    #[test]
    fn paths_are_logged_if_the_operator_wants_them() {
        let line = Journal::default().line(&report(Event::MoveFailed), &settings(true), 0).unwrap();
        assert_eq!(
            line.text,
            r#"{"cause":"stream/YS8iYg/01/2.seg\nis lost","event":"move_failed","generation":"01","level":"warn","stream":"a/\"b"}"#
        );
    }

    #[test]
    fn each_kind_has_its_lines_and_the_next_one_has_the_number_of_the_others() {
        let (journal, settings) = (Journal::default(), settings(false));
        let line = |event, now| text(journal.line(&report(event), &settings, now));
        assert!(line(Event::MoveFailed, 1_000_000).is_some() && line(Event::MoveFailed, 1_000_001).is_some());
        assert!((2..100).all(|later| line(Event::MoveFailed, 1_000_000 + later).is_none()));
        // Another kind is not affected.
        assert!(line(Event::AlarmFailed, 1_000_100).is_some());
        assert_eq!(line(Event::MoveFailed, 1_059_999), None);
        let next = line(Event::MoveFailed, 1_060_000).unwrap();
        assert!(next.contains(r#""suppressed":99"#), "{next}");
        assert!(!line(Event::MoveFailed, 1_060_001).unwrap().contains("suppressed"));
        assert_eq!(journal.counts(), [(Event::MoveFailed, 103), (Event::AlarmFailed, 1)]);
    }
}
