use crate::Event;
use crate::host::{BucketError, DatabaseError, HostError};
use segment::Damage;
use spec::Offset;
use std::fmt;

/// Why a request can't be answered with what it asked for. The client is told to try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The bucket failed, and what it did is not known.
    Bucket(String),
    /// The database failed, and what it did is not known.
    Database(String),
    /// The host failed.
    Host(String),
    /// Another object had written to the stream: this one's picture of it was old.
    Overtaken,
    /// What was staged before this one failed, and so it was never tried.
    Abandoned,
    /// The database holds something that this program can't have written, or lacks what it has.
    Corrupt(&'static str),
    /// A part of the stream can't be read from the bucket.
    Damaged(Unreadable),
    /// What was to be read has ended, or is no longer kept, since just now: whoever reads it has to look again.
    Outdated,
    /// The bindings or the migrations of the deployment are not what the databases were used with: what is wrong, and what to do.
    /// Nothing was read from the database or written to it.
    Misconfigured(String),
    /// The stream has no offsets left.
    Full,
    /// The isolate has no memory left for it now.
    OutOfMemory,
    /// The spec answers, for a stream that is not there, with what only a stream has.
    Unanswerable(&'static str),
}

/// A part of a stream that can't be read, since the segment that holds it is not what was written, or not there.
///
/// Its `Display` is for the operator. Clients get [`Self::detail`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The offset that was to be read from.
    pub start: Offset,
    /// The offset after the segment.
    pub stop: Offset,
    /// The key of the object.
    pub segment: String,
    /// What is wrong with it.
    pub damage: Damage,
}

impl Unreadable {
    /// Names the offsets, and nothing of how they are stored.
    pub fn detail(&self) -> String {
        let Self { start, stop, .. } = self;
        format!("The stream can't be read at offset {start}: a part of it before offset {stop} is damaged or missing.")
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the segment {} can't be read: {}", self.segment, self.damage)
    }
}

impl Failure {
    /// What the operator is told of a request that is answered so.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Failure::Misconfigured(_) => Event::Misconfigured,
            _ => Event::RequestFailed,
        }
    }

    /// What a client may know of it, in whole sentences. The rest is for the operator.
    #[must_use]
    pub fn client_detail(&self) -> String {
        let detail = match self {
            Failure::Bucket(_) => "The object storage failed.",
            Failure::Database(_) => "The database failed.",
            Failure::Host(_) => "Another part of the server did not answer.",
            Failure::Overtaken | Failure::Abandoned => "Another write to this stream interfered.",
            Failure::Corrupt(_) | Failure::Damaged(_) | Failure::Unanswerable(_) => {
                "The stored stream is not as expected."
            }
            Failure::Outdated => "The stream has just been deleted or trimmed.",
            Failure::OutOfMemory => "The server has no memory left for this request.",
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
            Failure::Host(message) => write!(f, "host: {message}"),
            Failure::Overtaken => f.write_str("another object has written to this stream"),
            Failure::Abandoned => f.write_str("an earlier batch of this stream failed"),
            Failure::Corrupt(what) => write!(f, "unexpected data in the database: {what}"),
            Failure::Misconfigured(what) => f.write_str(what),
            Failure::Damaged(unreadable) => unreadable.fmt(f),
            Failure::Outdated => f.write_str("the stream has ended or was trimmed while it was read"),
            Failure::OutOfMemory => f.write_str("the isolate has no memory left"),
            Failure::Full => f.write_str("the stream has no offsets left"),
            Failure::Unanswerable(endpoint) => {
                write!(f, "the spec leaves `{endpoint}` without a stream to answer from")
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
        Failure::Database(message)
    }
}

impl From<HostError> for Failure {
    fn from(HostError(message): HostError) -> Self {
        Failure::Host(message)
    }
}
