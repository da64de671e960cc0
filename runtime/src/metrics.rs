//! Data points: one for each batch, one for each read, and one for each live connection.
//!
//! Analytics Engine names columns by their position. [`Point::BLOBS`] and [`Point::DOUBLES`] are the order, and never change: new columns
//! are added at the end.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The subject of a data point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A D1 transaction that changes a stream, for one or more writers.
    Batch,
    /// A read without `live` that the Durable Object answered.
    Read,
    /// A read without `live` that the edge answered.
    EdgeRead,
    /// A long-poll.
    LongPoll,
    /// A response with server-sent events.
    Sse,
    /// A WebSocket of a client.
    Websocket,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 6] = [Self::Batch, Self::Read, Self::EdgeRead, Self::LongPoll, Self::Sse, Self::Websocket];

    /// Its name in data points.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Read => "read",
            Self::EdgeRead => "edge_read",
            Self::LongPoll => "long_poll",
            Self::Sse => "sse",
            Self::Websocket => "ws",
        }
    }
}

/// How a live connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// A long-poll got data.
    Delivered,
    /// The stream is closed, and the reader has all of it.
    Closed,
    /// The stream was deleted or has expired.
    Deleted,
    /// The time limit passed.
    Timeout,
    /// The credentials of the client expired.
    TokenEnded,
    /// The client closed the connection or lost it.
    ClientGone,
    /// The request, or a message of the client, was rejected.
    Refused,
    /// The server failed.
    Failed,
}

impl Ending {
    const ALL: [Self; 8] = [
        Self::Delivered,
        Self::Closed,
        Self::Deleted,
        Self::Timeout,
        Self::TokenEnded,
        Self::ClientGone,
        Self::Refused,
        Self::Failed,
    ];

    /// Its name in data points, and between a Durable Object and the edge.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Closed => "closed",
            Self::Deleted => "deleted",
            Self::Timeout => "timeout",
            Self::TokenEnded => "token_ended",
            Self::ClientGone => "client_gone",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The ending with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.name() == name)
    }

    /// The ending of a connection that has only one response, from its status and the length of its body.
    #[must_use]
    pub fn of_response(status: u16, bytes: usize) -> Self {
        match status / 100 {
            // Only a long-poll at the end of a closed stream succeeds without data.
            2 if bytes == 0 => Self::Closed,
            // The client already has the data that a conditional request would get.
            2 | 3 => Self::Delivered,
            4 => Self::Refused,
            _ => Self::Failed,
        }
    }
}

/// Rows that statements have read and written, and the size of the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Usage {
    /// Number of rows read, as they are billed.
    pub rows_read: u64,
    /// Number of rows written, as they are billed.
    pub rows_written: u64,
    /// Size of the database after it, in bytes.
    pub size_after: u64,
}

impl Usage {
    /// The usage of both, of which `next` was later.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        Self {
            rows_read: self.rows_read + next.rows_read,
            rows_written: self.rows_written + next.rows_written,
            size_after: next.size_after.max(self.size_after),
        }
    }
}

/// A data point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point<'a> {
    /// The path of the stream.
    pub path: &'a str,
    /// Its subject.
    pub operation: Operation,
    /// `committed` or the kind of failure of a batch, the status of the response to a read, and the [`Ending`] of a live connection. A read
    /// whose response was aborted has an [`Ending`] or the kind of failure instead.
    pub outcome: Cow<'static, str>,
    /// The number of the database.
    pub database: usize,
    /// Rows and size, for a batch or a read.
    pub usage: Usage,
    /// Number of bytes of a stream that a batch stores, of the body of the response to a read, or of the events of a live connection.
    pub bytes: u64,
    /// Number of changes in a batch.
    pub changes: usize,
    /// Time for which the first change of a batch waited.
    pub queue_ms: u64,
    /// Time that D1 took for a batch, or the server until the response to a read began.
    pub storage_ms: u64,
    /// Time until the response to a read ended, or the duration of a live connection.
    pub duration_ms: u64,
}

/// Maximum bytes of an index in Analytics Engine.
const TENANT_BYTES_MAX: usize = 96;

impl<'a> Point<'a> {
    /// A data point without numbers.
    #[must_use]
    pub fn of(path: &'a str, operation: Operation, outcome: impl Into<Cow<'static, str>>, database: usize) -> Self {
        Self {
            path,
            operation,
            outcome: outcome.into(),
            database,
            usage: Usage::default(),
            bytes: 0,
            changes: 0,
            queue_ms: 0,
            storage_ms: 0,
            duration_ms: 0,
        }
    }

    /// The names of the texts.
    pub const BLOBS: [&'static str; 4] = ["tenant", "operation", "outcome", "database"];

    /// The names of the numbers.
    pub const DOUBLES: [&'static str; 8] =
        ["rows_read", "rows_written", "bytes", "changes", "queue_ms", "storage_ms", "size_after", "duration_ms"];

    /// The first segment of the path, which is also the index: Analytics Engine samples each tenant separately.
    #[must_use]
    pub fn tenant(&self) -> &str {
        let tenant = self.path.split('/').next().unwrap_or_default();
        // Paths are escaped, so each byte is a character.
        tenant.get(..TENANT_BYTES_MAX).unwrap_or(tenant)
    }

    /// The texts, in the order of [`Self::BLOBS`].
    #[must_use]
    pub fn blobs(&self) -> [Cow<'_, str>; 4] {
        let (operation, database) = (self.operation.name(), self.database.to_string());
        [self.tenant().into(), operation.into(), (&*self.outcome).into(), database.into()]
    }

    /// The numbers, in the order of [`Self::DOUBLES`].
    #[must_use]
    pub fn doubles(&self) -> [f64; 8] {
        let Usage { rows_read, rows_written, size_after } = self.usage;
        let Self { bytes, changes, queue_ms, storage_ms, duration_ms, .. } = *self;
        [rows_read, rows_written, bytes, changes as u64, queue_ms, storage_ms, size_after, duration_ms]
            .map(|number| number as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_is_the_first_segment_and_fits_an_index() {
        let point = |path| Point::of(path, Operation::Batch, "committed", 3);
        assert_eq!(point("chat/42").tenant(), "chat");
        assert_eq!(point("chat").blobs(), ["chat", "batch", "committed", "3"]);
        assert_eq!(point(&format!("{}/a", "%41".repeat(100))).tenant().len(), 96);
    }

    #[test]
    fn an_ending_is_read_by_its_name() {
        for ending in Ending::ALL {
            assert_eq!(Ending::named(ending.name()), Some(ending));
            // Attachments contain it, too.
            assert_eq!(serde_json::to_value(ending).unwrap(), ending.name());
        }
        assert_eq!(Ending::named(""), None);
    }

    #[test]
    fn every_ending_and_operation_is_documented() {
        let documentation = include_str!("../../docs/operations.md");
        for name in Ending::ALL.map(Ending::name) {
            assert!(documentation.lines().any(|line| line.starts_with(&format!("| `{name}` | "))), "{name}");
        }
        let row = documentation.lines().find(|line| line.contains("| `operation` |")).unwrap();
        for name in Operation::ALL.map(Operation::name) {
            assert!(row.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn every_column_is_documented() {
        let documentation = include_str!("../../docs/operations.md");
        let blobs = (1..).zip(Point::BLOBS).map(|(position, name)| (format!("`blob{position}`"), name));
        let doubles = (1..).zip(Point::DOUBLES).map(|(position, name)| (format!("`double{position}`"), name));
        for (column, name) in blobs.chain(doubles) {
            let is_its_row =
                |line: &str| line.starts_with(&format!("| {column}")) && line.contains(&format!(" | `{name}` | "));
            assert!(documentation.lines().any(is_its_row), "{column}: {name}");
        }
    }
}
