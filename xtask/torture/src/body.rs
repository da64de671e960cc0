//! What is written: no two bodies begin alike, and none is part of another.

use bytes::Bytes;
use fastrand::Rng;

use crate::log::{Kind, Log};

/// Most messages of one append.
const MESSAGES: u32 = 4;
/// Where the part of a body ends that tells it from all others.
const HEAD_END: u8 = b'|';

/// A body that says who writes it for the how-manieth time. Bytes are no text, some of them.
pub fn body(random: &mut Rng, kind: Kind, writer: &str, number: u64) -> Log {
    let count = if kind == Kind::Json { random.u32(1..=MESSAGES) } else { 1 };
    let mut text = Vec::new();
    for part in 0..count {
        // At most what is a row of the server under test as a message, and three rows as bytes.
        let (open, close, pad, longest) = match kind {
            Kind::Json => ("\"<", ">\"\n", b'.'..=b'9', 2_000),
            Kind::Bytes => ("<", ">", 0x80..=0xff, 6_000),
        };
        text.extend_from_slice(format!("{open}{writer}.{number}.{part}|").as_bytes());
        // Most are short.
        let length = if random.u8(..) < 16 { random.usize(..longest) } else { random.usize(..100) };
        text.extend((0..length).map(|_| random.u8(pad.clone())));
        text.extend_from_slice(close.as_bytes());
    }
    Log::of_text(kind, &text)
}

/// The part of a text that tells whose body begins there.
pub fn head(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| *byte == HEAD_END);
    &text[..end.unwrap_or(text.len())]
}

/// How a request carries it.
pub fn encoded(body: &Log) -> Bytes {
    match body.kind() {
        Kind::Bytes => body.text().to_vec().into(),
        Kind::Json => {
            let lines: Vec<_> = body.text().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
            [b"[", &*lines.join(&b','), b"]"].concat().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_what_its_request_carries() {
        for kind in [Kind::Json, Kind::Bytes] {
            let mut random = Rng::with_seed(1);
            for number in 0..100 {
                let body = body(&mut random, kind, "w", number);
                assert_eq!(Log::of_page(kind, &encoded(&body)).unwrap(), body);
            }
        }
    }
}
