//! Data points: one for each batch, and one for each read.
//!
//! Analytics Engine names columns by their position. [`Point::BLOBS`] and [`Point::DOUBLES`] are the order, and never change: new columns
//! are added at the end.

use serde::Deserialize;
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
}

impl Operation {
    const fn name(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Read => "read",
            Self::EdgeRead => "edge_read",
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
    /// `committed` or the kind of failure of a batch, and the status of the response to a read.
    pub outcome: Cow<'static, str>,
    /// The number of the database.
    pub database: usize,
    /// Rows and size, for a batch.
    pub usage: Usage,
    /// Number of bytes of a stream that a batch stores, or that a response begins with.
    pub bytes: usize,
    /// Number of changes in a batch.
    pub changes: usize,
    /// Time for which the first change of a batch waited.
    pub queue_ms: u64,
    /// Time that D1 took for a batch, or the server until the response to a read began.
    pub storage_ms: u64,
}

/// Maximum bytes of an index in Analytics Engine.
const TENANT_BYTES_MAX: usize = 96;

impl Point<'_> {
    /// The names of the texts.
    pub const BLOBS: [&'static str; 4] = ["tenant", "operation", "outcome", "database"];

    /// The names of the numbers.
    pub const DOUBLES: [&'static str; 7] =
        ["rows_read", "rows_written", "bytes", "changes", "queue_ms", "storage_ms", "size_after"];

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
    pub fn doubles(&self) -> [f64; 7] {
        let Usage { rows_read, rows_written, size_after } = self.usage;
        let (bytes, changes) = (self.bytes as u64, self.changes as u64);
        [rows_read, rows_written, bytes, changes, self.queue_ms, self.storage_ms, size_after]
            .map(|number| number as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_is_the_first_segment_and_fits_an_index() {
        let point = |path| Point {
            path,
            operation: Operation::Batch,
            outcome: "committed".into(),
            database: 3,
            usage: Usage::default(),
            bytes: 0,
            changes: 0,
            queue_ms: 0,
            storage_ms: 0,
        };
        assert_eq!(point("chat/42").tenant(), "chat");
        assert_eq!(point("chat").blobs(), ["chat", "batch", "committed", "3"]);
        assert_eq!(point(&format!("{}/a", "%41".repeat(100))).tenant().len(), 96);
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
