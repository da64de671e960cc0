//! The frames of a file. A frame is a line with its kind, the length of its payload, and a checksum, then the payload and a line feed:
//!
//! ```text
//! KIND LENGTH SHA-256\n
//! payload\n
//! ```
//!
//! The checksum covers the checksum of the frame before, the kind, the length and the payload. So frames can't be exchanged or left out.

use std::fmt;
use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

/// Maximum length of a payload. A frame has one message or about 1 MiB.
pub const MAX_PAYLOAD: u64 = 1 << 30;

/// Maximum length of the first line of a frame.
const MAX_LINE: usize = 128;

/// A whole frame.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// The kind, in lower-case letters.
    pub kind: String,
    /// The content.
    pub payload: Vec<u8>,
}

/// A place between two frames, and the checksum of the frame before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The number of bytes before.
    pub at: u64,
    chain: [u8; 32],
}

impl Position {
    /// The first line of a frame here, and its checksum.
    fn line(&self, kind: &str, payload: &[u8]) -> (String, [u8; 32]) {
        let length = payload.len();
        let sum: [u8; 32] = Sha256::new()
            .chain_update(self.chain)
            .chain_update(format!("{kind} {length}\n"))
            .chain_update(payload)
            .finalize()
            .into();
        let hex: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        (format!("{kind} {length} {hex}\n"), sum)
    }

    fn after(&self, line: &str, payload: &[u8], chain: [u8; 32]) -> Self {
        Self { at: self.at + (line.len() + payload.len() + 1) as u64, chain }
    }
}

/// The reason why a frame can't be read.
#[derive(Debug)]
pub enum Flaw {
    /// The file ends before the frame at this byte does.
    EndsEarly(u64),
    /// The frame at this byte has changed since it was written.
    Damaged(u64, String),
    /// The file can't be read.
    Unreadable(io::Error),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndsEarly(at) => write!(f, "the file ends early: it is not complete after byte {at}"),
            Self::Damaged(at, reason) => write!(f, "the file is damaged at byte {at}: {reason}"),
            Self::Unreadable(error) => write!(f, "the file can't be read: {error}"),
        }
    }
}

impl std::error::Error for Flaw {}

/// Reads frames.
pub struct Frames<R> {
    input: R,
    position: Position,
}

impl<R: Read> Frames<R> {
    /// Reads from the beginning of a file.
    pub fn new(input: R) -> Self {
        Self { input, position: Position::default() }
    }

    /// The place after the last frame that was returned.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The next frame, if its checksum is right. `None` where the file ends between two frames.
    ///
    /// # Errors
    /// If the frame is not whole.
    pub fn read(&mut self) -> Result<Option<Frame>, Flaw> {
        let at = self.position.at;
        let damaged = |reason: &str| Flaw::Damaged(at, reason.to_owned());
        let Some(line) = self.line()? else { return Ok(None) };
        let mut words = line.trim_end_matches('\n').split(' ');
        let (Some(kind), Some(length)) = (words.next(), words.next().and_then(|word| word.parse::<u64>().ok())) else {
            return Err(damaged("there is no frame"));
        };
        if length > MAX_PAYLOAD {
            return Err(damaged("the frame is longer than any frame can be"));
        }
        let mut payload = Vec::new();
        let read = (&mut self.input).take(length + 1).read_to_end(&mut payload).map_err(Flaw::Unreadable)?;
        if (read as u64) < length + 1 {
            return Err(Flaw::EndsEarly(at));
        }
        if payload.pop() != Some(b'\n') {
            return Err(damaged("the frame does not end where it should"));
        }
        let (expected, chain) = self.position.line(kind, &payload);
        if expected != line {
            return Err(damaged("the checksum is wrong"));
        }
        self.position = self.position.after(&line, &payload, chain);
        Ok(Some(Frame { kind: kind.to_owned(), payload }))
    }

    /// The first line of the next frame, with its line feed.
    fn line(&mut self) -> Result<Option<String>, Flaw> {
        let at = self.position.at;
        let mut line = Vec::new();
        let mut byte = [0];
        while line.last() != Some(&b'\n') {
            if line.len() == MAX_LINE {
                return Err(Flaw::Damaged(at, "there is no frame".to_owned()));
            }
            match self.input.read(&mut byte).map_err(Flaw::Unreadable)? {
                0 if line.is_empty() => return Ok(None),
                0 => return Err(Flaw::EndsEarly(at)),
                _ => line.push(byte[0]),
            }
        }
        let line = String::from_utf8(line);
        line.map(Some).map_err(|_| Flaw::Damaged(at, "there is no frame".to_owned()))
    }
}

/// Writes a frame at a place of a file, and returns the place after it.
///
/// # Errors
/// If the file can't be written.
pub fn write(output: &mut impl Write, position: Position, kind: &str, payload: &[u8]) -> io::Result<Position> {
    let (line, chain) = position.line(kind, payload);
    output.write_all(line.as_bytes())?;
    output.write_all(payload)?;
    output.write_all(b"\n")?;
    Ok(position.after(&line, payload, chain))
}
