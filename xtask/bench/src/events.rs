//! Server-sent events, as far as a stream sends them.

/// Puts pieces of a response together to events.
#[derive(Default)]
pub struct Events {
    /// What has come of a line that has not ended.
    rest: Vec<u8>,
    next: Event,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub kind: String,
    pub data: String,
}

impl Events {
    /// The events that end in this piece.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        self.rest.extend_from_slice(piece);
        let rest = std::mem::take(&mut self.rest);
        let mut lines = rest.split(|byte| *byte == b'\n');
        self.rest = lines.next_back().unwrap_or_default().to_vec();
        for line in lines {
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
            if line.is_empty() {
                let event = std::mem::take(&mut self.next);
                if event != Event::default() {
                    events.push(event);
                }
            } else if let Some((field, value)) = line.split_once(':') {
                let value = value.strip_prefix(' ').unwrap_or(value);
                match field {
                    "event" => value.clone_into(&mut self.next.kind),
                    // JSON may be broken between its tokens as one likes.
                    "data" => self.next.data.push_str(value),
                    _ => {}
                }
            }
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_together_from_pieces() {
        let text = ": comment\nevent: data\ndata: [1,\ndata:2]\n\nevent:control\r\ndata: {}\r\n\r\n";
        for size in 1..text.len() {
            let mut events = Events::default();
            let got: Vec<_> = text.as_bytes().chunks(size).flat_map(|piece| events.push(piece)).collect();
            let event = |kind: &str, data: &str| Event { kind: kind.into(), data: data.into() };
            assert_eq!(got, [event("data", "[1,2]"), event("control", "{}")]);
        }
    }
}
