//! What the frames of a file mean, and their order:
//!
//! ```text
//! export (stream (data* page)* (done | lost))* end
//! ```
//!
//! The payload of `data` is content: bytes, or a JSON array of whole messages. All other payloads are JSON objects.

use std::io::Read;

use serde::{Deserialize, Serialize};

use crate::frame::{Flaw, Frame, Frames, Position};

/// The version of the format.
pub const VERSION: u32 = 1;

/// The first frame.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Export {
    /// The version of the format.
    pub version: u32,
    /// A random name of this export. Imports derive the names of their producers from it.
    pub id: String,
    /// The server that the streams come from.
    pub url: String,
    /// The selected streams.
    #[serde(flatten)]
    pub selection: Selection,
}

/// The selected streams of a server.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// All streams whose paths begin with this text, in the order of the bytes of their paths.
    Prefix(String),
    /// These streams, in this order.
    Streams(Vec<String>),
}

/// A stream, and its configuration. Values are those of the server's response headers.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Stream {
    /// The path, as in URLs.
    pub path: String,
    /// The media type.
    pub content_type: String,
    /// The first offset, if the server names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The time of its creation, if the server names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The seconds without reads and writes after which it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
    /// The time at which it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The number of newest bytes that it keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain_bytes: Option<String>,
    /// The number of seconds for which it keeps data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain_age: Option<String>,
    /// Its labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<String>,
    /// The source of a fork. The file contains the inherited content, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<String>,
    /// Its producers, if the server describes them to the client. Their appends are in the content.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub producers: Vec<LastAppend>,
    /// The number of further producers, which the server does not describe.
    #[serde(skip_serializing_if = "is_zero")]
    pub producers_left: u64,
}

/// The last append of a producer.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct LastAppend {
    /// The name of the producer.
    pub id: String,
    /// Its epoch.
    pub epoch: u64,
    /// Its sequence number in this epoch.
    pub seq: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The end of the content of one response.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Page {
    /// The offset after it.
    pub next: String,
}

/// The end of a stream that was read up to its tail.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Done {
    /// The offset after its content.
    pub next: String,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether more was appended while it was read. That is not in the file.
    pub grew: bool,
}

/// The end of a stream that could not be read up to its tail. It is not imported.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Lost {
    /// The reason.
    pub reason: String,
}

/// The last frame, and sums over the file.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Totals {
    /// Streams that are complete.
    pub streams: u64,
    /// Streams that are not.
    pub lost: u64,
    /// Bytes of content.
    pub bytes: u64,
}

/// A frame, and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Begins the file.
    Export(Export),
    /// Begins a stream.
    Stream(Stream),
    /// Content.
    Data(Vec<u8>),
    /// Ends the content of one response.
    Page(Page),
    /// Ends a stream.
    Done(Done),
    /// Ends a stream that is not complete.
    Lost(Lost),
    /// Ends the file.
    End(Totals),
}

impl Entry {
    /// The kind and the payload of its frame.
    pub fn frame(&self) -> (&'static str, Vec<u8>) {
        fn json(value: &impl Serialize) -> Vec<u8> {
            serde_json::to_vec(value).expect("texts and numbers are JSON")
        }
        match self {
            Self::Export(export) => ("export", json(export)),
            Self::Stream(stream) => ("stream", json(stream)),
            Self::Data(bytes) => ("data", bytes.clone()),
            Self::Page(page) => ("page", json(page)),
            Self::Done(done) => ("done", json(done)),
            Self::Lost(lost) => ("lost", json(lost)),
            Self::End(totals) => ("end", json(totals)),
        }
    }

    fn of(Frame { kind, payload }: Frame) -> Result<Self, String> {
        fn json<T: for<'de> Deserialize<'de>>(payload: &[u8]) -> Result<T, String> {
            serde_json::from_slice(payload).map_err(|error| format!("a frame is malformed: {error}"))
        }
        Ok(match kind.as_str() {
            "export" => Self::Export(json(&payload)?),
            "stream" => Self::Stream(json(&payload)?),
            "data" => Self::Data(payload),
            "page" => Self::Page(json(&payload)?),
            "done" => Self::Done(json(&payload)?),
            "lost" => Self::Lost(json(&payload)?),
            "end" => Self::End(json(&payload)?),
            _ => return Err(format!("frames of the kind `{kind}` are from another version")),
        })
    }
}

/// The place in the order of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Start,
    BetweenStreams,
    /// With the number of bytes of the stream.
    InStream(u64),
    End,
}

/// Checks the order of entries, and counts them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order {
    place: Place,
    totals: Totals,
}

impl Order {
    /// The totals of the streams that have ended.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Whether the file is complete.
    pub fn is_over(&self) -> bool {
        self.place == Place::End
    }

    /// Counts an entry.
    ///
    /// # Errors
    /// If it can't follow here.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), &'static str> {
        self.place = match (self.place, entry) {
            (Place::Start, Entry::Export(export)) if export.version == VERSION => Place::BetweenStreams,
            (Place::Start, Entry::Export(_)) => return Err("the file has another version of the format"),
            (Place::BetweenStreams, Entry::Stream(_)) => Place::InStream(0),
            (Place::InStream(bytes), Entry::Data(data)) => Place::InStream(bytes + data.len() as u64),
            (Place::InStream(bytes), Entry::Page(_)) => Place::InStream(bytes),
            (Place::InStream(bytes), Entry::Done(_)) => {
                self.totals.streams += 1;
                self.totals.bytes += bytes;
                Place::BetweenStreams
            }
            (Place::InStream(_), Entry::Lost(_)) => {
                self.totals.lost += 1;
                Place::BetweenStreams
            }
            (Place::BetweenStreams, Entry::End(totals)) if *totals == self.totals => Place::End,
            (Place::BetweenStreams, Entry::End(_)) => return Err("the totals are wrong"),
            _ => return Err("a frame is out of order"),
        };
        Ok(())
    }
}

/// Reads entries, and checks their order and the totals.
pub struct Entries<R> {
    frames: Frames<R>,
    order: Order,
}

impl<R: Read> Entries<R> {
    /// Reads from the beginning of a file.
    pub fn new(input: R) -> Self {
        Self { frames: Frames::new(input), order: Order::default() }
    }

    /// The place after the last entry that was returned.
    pub fn position(&self) -> Position {
        self.frames.position()
    }

    /// The order up to there.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The next entry. `None` after the last one.
    ///
    /// # Errors
    /// If the file is damaged, or ends early.
    pub fn read(&mut self) -> Result<Option<Entry>, Flaw> {
        let at = self.position().at;
        let Some(frame) = self.frames.read()? else {
            return if self.order.is_over() { Ok(None) } else { Err(Flaw::EndsEarly(at)) };
        };
        let entry = Entry::of(frame).map_err(|reason| Flaw::Damaged(at, reason))?;
        self.order.follow(&entry).map_err(|reason| Flaw::Damaged(at, reason.to_owned()))?;
        Ok(Some(entry))
    }
}
