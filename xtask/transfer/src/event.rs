//! What happens during an export or an import, for people and for programs.

use std::fmt;

use serde::Serialize;

use crate::offsets::Offsets;

/// One event.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// So many more bytes of content were copied.
    #[serde(skip)]
    Bytes(u64),
    /// A stream is in the file.
    Exported {
        /// Its path.
        path: String,
        /// The offset after its content.
        next: String,
        /// Whether it is closed.
        closed: bool,
        /// Whether it has more content by now.
        grew: bool,
        /// The number of its producers in the file.
        producers: u64,
        /// The number of its other producers, which the server does not describe.
        producers_left: u64,
    },
    /// A stream would be exported.
    WouldExport {
        /// Its path.
        path: String,
        /// The size of its own data, as the list has it.
        bytes: u64,
    },
    /// A stream was not read up to its tail.
    Lost {
        /// Its path.
        path: String,
        /// The reason.
        reason: String,
    },
    /// A stream is at the target.
    Imported {
        /// Its path.
        path: String,
        /// Its offsets there.
        offsets: Offsets,
        /// The number of its producers whose last appends the target has recorded.
        producers: u64,
    },
    /// A stream would be imported.
    WouldImport {
        /// Its path.
        path: String,
    },
    /// The target does not accept a stream.
    Refused {
        /// Its path.
        path: String,
        /// The reason.
        reason: String,
    },
    /// A stream needs no import.
    Skipped {
        /// Its path.
        path: String,
        /// The reason.
        reason: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(_) => Ok(()),
            Self::Exported { path, next, closed, grew, producers, producers_left } => {
                let closed = if *closed { ", closed" } else { "" };
                let grew = if *grew { ". More was appended during the export" } else { "" };
                write!(f, "{path}: exported up to {next}{closed}{}{grew}", Producers(*producers))?;
                match producers_left {
                    0 => Ok(()),
                    left => write!(f, ". {left} more producers are not in the file"),
                }
            }
            Self::WouldExport { path, bytes } => write!(f, "{path}: {bytes} bytes"),
            Self::Lost { path, reason } => write!(f, "{path}: not exported: {reason}"),
            Self::Imported { path, offsets, producers } => {
                write!(f, "{path}: imported{}, {offsets}", Producers(*producers))
            }
            Self::WouldImport { path } => write!(f, "{path}: would be imported"),
            Self::Refused { path, reason } => write!(f, "{path}: not imported: {reason}"),
            Self::Skipped { path, reason } => write!(f, "{path}: skipped: {reason}"),
        }
    }
}

/// A number of producers, unless there are none.
struct Producers(u64);

impl fmt::Display for Producers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => f.write_str(" with 1 producer"),
            count => write!(f, " with {count} producers"),
        }
    }
}
