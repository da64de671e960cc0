//! What is printed meanwhile: events on stdout, and on a terminal, the number of bytes on stderr.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use transfer::event::Event;

/// Interval between two lines about bytes.
const INTERVAL: Duration = Duration::from_secs(2);

/// Prints events.
pub struct Progress {
    json: bool,
    is_terminal: bool,
    streams: u64,
    bytes: u64,
    printed: Instant,
}

impl Progress {
    pub fn new(json: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { json, is_terminal, streams: 0, bytes: 0, printed: Instant::now() }
    }

    pub fn report(&mut self, event: Event) {
        match event {
            Event::Bytes(bytes) => self.bytes += bytes,
            event => {
                self.streams += 1;
                self.print(&event);
            }
        }
        if self.is_terminal && self.printed.elapsed() >= INTERVAL {
            eprintln!("{} streams, {} MiB", self.streams, self.bytes >> 20);
            self.printed = Instant::now();
        }
    }

    /// Prints a line for people, or a JSON object for programs.
    pub fn print(&self, event: &(impl std::fmt::Display + serde::Serialize)) {
        let line = if self.json { serde_json::to_string(event).expect("events are JSON") } else { event.to_string() };
        // If nobody reads stdout, the copy still continues.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}
