use crate::json;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// The data of a server-sent event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// A text, with a `data:` line for each of its lines.
    Text(&'a str),
    /// Bytes, as base64 on one line.
    Bytes(&'a [u8]),
}

/// A comment that keeps the connection alive. It can be sent between two events.
pub const COMMENT: &str = ":\n\n";

/// Writes an event whose data is `payload`.
///
/// Every CR, LF and CRLF in a text ends a line, so that no payload can forge a field or an event. A line that starts
/// with a space gets another space, which the reader removes.
pub fn payload_event(out: &mut String, name: &str, payload: Payload<'_>) {
    let _ = writeln!(out, "event: {name}");
    match payload {
        Payload::Bytes(bytes) => {
            out.push_str("data:");
            STANDARD.encode_string(bytes, out);
            out.push('\n');
        }
        Payload::Text(text) => text_lines(out, text),
    }
    out.push('\n');
}

/// Writes an event whose data is one JSON object.
pub fn json_event<S: json::Write>(out: &mut String, name: &str, value: &S::Value) {
    // Values of declared types always serialize.
    let data = serde_json::to_string(&json::Written::<S>(value)).unwrap_or_default();
    let _ = write!(out, "event: {name}\ndata:{data}\n\n");
}

fn text_lines(out: &mut String, text: &str) {
    let mut rest = text;
    loop {
        let end = rest.find(['\r', '\n']);
        let line = &rest[..end.unwrap_or(rest.len())];
        out.push_str(if line.starts_with(' ') { "data: " } else { "data:" });
        out.push_str(line);
        out.push('\n');
        let Some(end) = end else { return };
        let break_length = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + break_length..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(payload: &str) -> String {
        let mut out = String::new();
        payload_event(&mut out, "d", Payload::Text(payload));
        out
    }

    #[test]
    fn no_payload_forges_an_event() {
        assert_eq!(text("a\r\nb\rc\nd"), "event: d\ndata:a\ndata:b\ndata:c\ndata:d\n\n");
        assert_eq!(text("x\n\nevent: e"), "event: d\ndata:x\ndata:\ndata:event: e\n\n");
        assert_eq!(text(" x"), "event: d\ndata:  x\n\n");
    }

    #[test]
    fn no_text_forges_a_member() {
        let text = "a\",\"admin\":\"true\\\n\nevent: e";
        let value = serde_json::json!({ "label": text, "b": true });
        let mut out = String::new();
        json_event::<serde_json::Value>(&mut out, "c", &value);
        let data = out.strip_prefix("event: c\ndata:").and_then(|data| data.strip_suffix("\n\n")).unwrap();
        assert!(!data.contains('\n'), "{data}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(data).unwrap(), value);
    }

    #[test]
    fn bytes_and_members() {
        let mut out = String::new();
        payload_event(&mut out, "d", Payload::Bytes(&[0, 1, 255]));
        json_event::<serde_json::Value>(&mut out, "c", &serde_json::json!({ "a": "1", "b": true }));
        assert_eq!(out, "event: d\ndata:AAH/\n\nevent: c\ndata:{\"a\":\"1\",\"b\":true}\n\n");
    }
}
