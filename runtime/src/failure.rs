use crate::Event;
use crate::host::{BucketError, DatabaseError, HostError};
use segment::Damage;
use spec::Offset;
use std::fmt;

/// The reason why a request can't be served. Most failures become a 503 response, so that the client retries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The bucket failed. The request to it may or may not have taken effect.
    Bucket(String),
    /// The database failed. The batch may or may not have taken effect.
    Database(String),
    /// The database has no room for the change, which did not take effect.
    NoRoom(String),
    /// The host failed.
    Host(String),
    /// The transaction changed nothing: another instance wrote to the stream, so the in-memory state of this one was stale, or the
    /// transaction arrived too late.
    FenceMismatch,
    /// An earlier batch failed, so this change was never submitted.
    Abandoned,
    /// The operator had the in-memory state discarded.
    Forgotten,
    /// The database holds data that this program can't have written, or lacks data that it has written.
    Corrupt(&'static str),
    /// Part of the stream can't be read from the bucket.
    Damaged(Unreadable),
    /// The stream was deleted or trimmed while it was read. The reader has to load it again.
    DataRemoved,
    /// The bindings or the migrations of the deployment do not match the databases. The text describes the error and how to correct it.
    /// No stream was read or written.
    Misconfigured(String),
    /// The stream has no offsets left.
    Full,
    /// The memory budget of the isolate has no room for the request.
    OutOfMemory,
    /// The data that an outcome needs is missing, although the facts say that it exists.
    Inconsistent(&'static str),
}

/// The errors of SQLite and of D1 for a statement that does not fit into the database. Its transaction is rolled back.
const FULL: [&str; 2] = ["database or disk is full", "Exceeded maximum DB size"];

/// An offset range that can't be read, because its segment is damaged or missing.
///
/// `Display` is for the operator. Clients receive [`Self::detail`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The offset at which the read started.
    pub start: Offset,
    /// The offset after the segment.
    pub stop: Offset,
    /// The key of the object.
    pub segment: String,
    /// The kind of damage.
    pub damage: Damage,
}

impl Unreadable {
    /// The problem detail for the client. It contains the offsets but not how they are stored.
    pub fn detail(&self) -> String {
        let Self { start, stop, .. } = self;
        format!("The stream can't be read at offset {start}: stored data before offset {stop} is damaged or missing.")
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the segment {} can't be read: {}", self.segment, self.damage)
    }
}

impl Failure {
    /// The event to log for a request that failed for this reason.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Failure::Misconfigured(_) => Event::Misconfigured,
            Failure::NoRoom(_) => Event::DatabaseFull,
            _ => Event::RequestFailed,
        }
    }

    /// Its kind in data points.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Failure::Bucket(_) => "bucket",
            Failure::Database(_) => "database",
            Failure::NoRoom(_) => "no_room",
            Failure::Host(_) => "host",
            Failure::FenceMismatch => "fence_mismatch",
            Failure::Abandoned => "abandoned",
            Failure::Forgotten => "forgotten",
            Failure::Corrupt(_) | Failure::Inconsistent(_) => "corrupt",
            Failure::Damaged(_) => "damaged",
            Failure::DataRemoved => "removed",
            Failure::Misconfigured(_) => "misconfigured",
            Failure::Full => "full",
            Failure::OutOfMemory => "memory",
        }
    }

    /// The problem detail for the client, in full sentences. It contains no internal details.
    #[must_use]
    pub fn client_detail(&self) -> String {
        let detail = match self {
            Failure::Bucket(_) => "The object storage failed.",
            Failure::Database(_) => "The database failed.",
            Failure::NoRoom(_) => "The database is full.",
            Failure::Host(_) => "A Durable Object could not be reached, or a deployment is in progress.",
            Failure::Forgotten => "The operator had the state of the stream discarded.",
            Failure::FenceMismatch | Failure::Abandoned => {
                "The write was not completed, because an earlier write failed or another server instance wrote to the \
                 stream."
            }
            Failure::Corrupt(_) | Failure::Damaged(_) | Failure::Inconsistent(_) => {
                "The stored data of the stream is invalid."
            }
            Failure::DataRemoved => "The stream has just been deleted or trimmed.",
            Failure::OutOfMemory => "The server's memory budget is used up.",
            Failure::Full => "The stream has no offsets left.",
            Failure::Misconfigured(what) => return format!("The server is misconfigured: {what}."),
        };
        detail.to_owned()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Bucket(message) => write!(f, "bucket: {message}"),
            Failure::Database(message) => write!(f, "database: {message}"),
            Failure::NoRoom(message) => write!(f, "no room: {message}"),
            Failure::Host(message) => write!(f, "host: {message}"),
            Failure::FenceMismatch => f.write_str("the transaction changed nothing: another instance wrote, or it arrived after LIMIT_TRANSACTION_VALIDITY"),
            Failure::Abandoned => f.write_str("an earlier batch of this stream failed"),
            Failure::Forgotten => f.write_str("the operator had the in-memory state discarded"),
            Failure::Corrupt(what) => write!(f, "unexpected data in the database: {what}"),
            Failure::Misconfigured(what) => f.write_str(what),
            Failure::Damaged(unreadable) => unreadable.fmt(f),
            Failure::DataRemoved => f.write_str("the stream was deleted or trimmed while it was read"),
            Failure::OutOfMemory => f.write_str("no memory was free within LIMIT_MEMORY"),
            Failure::Full => f.write_str("the stream has no offsets left"),
            Failure::Inconsistent(endpoint) => {
                write!(f, "the data that an outcome of `{endpoint}` needs is missing")
            }
        }
    }
}

impl std::error::Error for Failure {}

impl From<BucketError> for Failure {
    fn from(BucketError(message): BucketError) -> Self {
        Failure::Bucket(message)
    }
}

impl From<DatabaseError> for Failure {
    fn from(DatabaseError(message): DatabaseError) -> Self {
        let is_full = FULL.iter().any(|text| message.contains(text));
        if is_full { Failure::NoRoom(message) } else { Failure::Database(message) }
    }
}

impl From<HostError> for Failure {
    fn from(HostError(message): HostError) -> Self {
        Failure::Host(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_database_is_recognized() {
        let failure = |message: &str| Failure::from(DatabaseError(message.to_owned()));
        for full in ["D1_ERROR: Exceeded maximum DB size.", "D1_ERROR: database or disk is full: SQLITE_FULL"] {
            assert_eq!(failure(full), Failure::NoRoom(full.to_owned()));
        }
        for other in ["D1_ERROR: D1 DB is overloaded. Too many requests queued.", "no response within 20s"] {
            assert_eq!(failure(other), Failure::Database(other.to_owned()));
        }
    }

    #[test]
    fn every_detail_is_documented() {
        let documentation = include_str!("../../docs/events.md");
        let text = || "text".to_owned();
        let failures = [
            Failure::Bucket(text()),
            Failure::Database(text()),
            Failure::NoRoom(text()),
            Failure::Host(text()),
            Failure::FenceMismatch,
            Failure::Forgotten,
            Failure::Corrupt("text"),
            Failure::DataRemoved,
            Failure::Misconfigured(text()),
            Failure::Full,
            Failure::OutOfMemory,
        ];
        for failure in failures {
            let detail = failure.client_detail().replace("text.", "…");
            assert!(documentation.contains(&format!("| {detail} |")), "{detail}");
        }
    }
}
