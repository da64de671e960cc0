//! Reads server-sent events one by one.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};
use ureq::http::HeaderMap;

use crate::headers::only_value;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Its `event:` field; empty if it has none.
    pub name: String,
    /// Its `data:` fields, joined by line feeds.
    pub data: String,
}

/// What a `control` event says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Control {
    /// The offset to go on from.
    pub next_offset: String,
    /// The cursor to go on with.
    pub cursor: Option<u64>,
    /// Whether there was nothing more to send.
    pub up_to_date: bool,
    /// Whether the stream has ended.
    pub closed: bool,
}

impl Event {
    /// This as a `data` event, whose data is returned.
    #[track_caller]
    pub fn data(self) -> String {
        assert_eq!(self.name, "data", "{self:?}");
        self.data
    }

    /// This as a `control` event, which has these members and no others.
    #[track_caller]
    pub fn control(&self) -> Control {
        assert_eq!(self.name, "control", "{self:?}");
        let members: Map<String, Value> = serde_json::from_str(&self.data).expect("an object");
        let mut control = Control::default();
        for (name, value) in &members {
            match (name.as_str(), value) {
                ("streamNextOffset", Value::String(offset)) => offset.clone_into(&mut control.next_offset),
                ("streamCursor", Value::String(cursor)) => control.cursor = cursor.parse().ok(),
                ("upToDate", Value::Bool(true)) => control.up_to_date = true,
                ("streamClosed", Value::Bool(true)) => control.closed = true,
                _ => panic!("an unknown member: {self:?}"),
            }
        }
        assert!(!control.next_offset.is_empty(), "{self:?}");
        control
    }
}

/// A reply whose body is read event by event.
pub struct Events {
    /// Its status code.
    pub status: u16,
    /// Its headers, their names in lower case.
    pub headers: HeaderMap,
    lines: BufReader<Box<dyn Read + Send>>,
}

impl Events {
    pub(crate) fn new(status: u16, headers: HeaderMap, body: impl Read + Send + 'static) -> Self {
        Self { status, headers, lines: BufReader::new(Box::new(body)) }
    }

    /// The value of a header that is there once; none if it isn't there.
    pub fn header(&self, name: &str) -> Option<&str> {
        only_value(&self.headers, name)
    }

    /// The next event, which must come.
    #[track_caller]
    pub fn expect_next(&mut self) -> Event {
        self.next().expect("another event before the end")
    }

    /// The next event, which must be one of data, and the control event after it.
    #[track_caller]
    pub fn expect_data(&mut self) -> (String, Control) {
        (self.expect_next().data(), self.expect_next().control())
    }

    /// The next line without its end; none when the server has ended the reply.
    pub fn next_line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let read = self.lines.read_until(b'\n', &mut line).expect("the next line of the stream");
        if read == 0 {
            return None;
        }
        let line = String::from_utf8(line).expect("an event stream is UTF-8");
        Some(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

impl Iterator for Events {
    type Item = Event;

    /// Waits for the next event; none when the server has ended the reply. A last one that is incomplete is dropped.
    fn next(&mut self) -> Option<Event> {
        let mut event = Event::default();
        let mut data: Option<String> = None;
        loop {
            let line = self.next_line()?;
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                // An empty line ends an event; one without data is none.
                "" if line.is_empty() => match data.take() {
                    Some(data) => return Some(Event { data, ..event }),
                    None => event = Event::default(),
                },
                "event" => value.clone_into(&mut event.name),
                "data" => match &mut data {
                    Some(data) => *data = format!("{data}\n{value}"),
                    None => data = Some(value.to_owned()),
                },
                // Comments, and the fields that we have no use for.
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &'static str) -> Vec<Event> {
        Events::new(200, HeaderMap::new(), text.as_bytes()).collect()
    }

    fn event(name: &str, data: &str) -> Event {
        Event { name: name.into(), data: data.into() }
    }

    #[test]
    fn events_are_told_apart() {
        let text = "event: data\ndata: a\ndata:b\n\n: a comment\n\nevent: control\r\ndata:{\"x\": 1}\r\n\r\ndata\n\n";
        let expected = [event("data", "a\nb"), event("control", "{\"x\": 1}"), event("", "")];
        assert_eq!(events(text), expected);
    }

    #[test]
    fn an_incomplete_event_is_dropped() {
        assert_eq!(events("data: a\n\ndata: b\n"), [event("", "a")]);
    }
}
