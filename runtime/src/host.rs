//! The platform as the runtime needs it: traits for the database, the bucket, sockets, the clock and the alarm.

mod databases;
pub(crate) mod deadline;
pub(crate) mod meter;
mod sizes;
// Only the platform has such timers.
#[cfg(any(test, target_arch = "wasm32"))]
pub(crate) mod timer;

pub use databases::Databases;
#[cfg(target_arch = "wasm32")]
pub(crate) use databases::number_of;
pub use sizes::{Sizes, WithSize};

use crate::Report;
use crate::metrics::{Ending, Point, Usage};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// Milliseconds since 1970.
pub type UnixMs = u64;

pub(crate) fn milliseconds(duration: Duration) -> UnixMs {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Maximum bytes of a row in D1, over all its columns. A string has the same limit.
pub const ROW_BYTES_MAX: usize = 2_000_000;

/// Maximum bytes of `payload` and `lengths` together. The other columns of `log` and SQLite's overhead fit in the remaining 1,000.
pub const CONTENT_BYTES_MAX: usize = ROW_BYTES_MAX - 1_000;

/// A statement and its parameters, `?1` first.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The SQL.
    pub sql: &'static str,
    /// The values of its parameters.
    pub parameters: Vec<Parameter>,
}

/// The value of a parameter. Blobs are not supported, because they cross the D1 binding as arrays of decimal numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Parameter {
    /// NULL.
    Null,
    /// An integer of at most 2^53 - 1, since integers cross the binding as doubles.
    Integer(u64),
    /// A text.
    Text(String),
}

/// As JSON, a statement is a pair of its SQL and an array of its parameters' values.
impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.sql, &self.parameters).serialize(serializer)
    }
}

/// The result of a statement.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Outcome {
    /// Rows inserted, changed or deleted.
    pub changes: u64,
    /// Rows returned, by column.
    pub rows: Vec<Map<String, Value>>,
    /// Rows read and written, and the size of the database.
    #[serde(default)]
    pub usage: Usage,
}

/// The database returned an error or did not respond. The batch may or may not have taken effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseError(pub String);

/// The bucket returned an error or did not respond. The request may or may not have taken effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketError(pub String);

/// Another facility of the host failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError(pub String);

/// A database that executes batches as transactions.
pub trait Database {
    /// Executes `statements` in order, as one transaction.
    ///
    /// # Errors
    /// [`DatabaseError`]. The transaction may have been committed nevertheless.
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Outcome>, DatabaseError>>;
}

/// A store of objects that are put once and never changed.
pub trait Bucket {
    /// Puts an object under a key that was never used for other bytes. An existing object under this key is left unchanged,
    /// since an earlier attempt put the same bytes.
    ///
    /// # Errors
    /// [`BucketError`]. The object may exist nevertheless, or appear later.
    fn put(&self, key: &str, bytes: Vec<u8>) -> impl Future<Output = Result<(), BucketError>>;

    /// Reads a byte range of an object. The result is shorter if the object ends within the range, and `None` if there is no
    /// such object.
    ///
    /// # Errors
    /// [`BucketError`], if the bucket does not respond.
    fn get(&self, key: &str, range: Range<u64>) -> impl Future<Output = Result<Option<Vec<u8>>, BucketError>>;

    /// Deletes at most 1,000 objects. Keys without an object are ignored.
    ///
    /// # Errors
    /// [`BucketError`]. Some of the objects may have been deleted nevertheless.
    fn delete(&self, keys: Vec<String>) -> impl Future<Output = Result<(), BucketError>>;

    /// Lists objects whose keys begin with `prefix` and sort after `after`, in order: one page of the bucket's listing.
    ///
    /// # Errors
    /// [`BucketError`], if the bucket does not respond.
    fn list(&self, prefix: &str, after: &str) -> impl Future<Output = Result<List, BucketError>>;

    /// Lists the folders directly below `prefix` that have keys after `after`, in order: one page of the bucket's listing.
    ///
    /// # Errors
    /// [`BucketError`], if the bucket does not respond.
    fn folders(&self, prefix: &str, after: &str) -> impl Future<Output = Result<Folders, BucketError>>;
}

/// A page of a bucket's folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Beginnings of keys up to a `/`, with this `/`, each once and in the order of the keys.
    pub folders: Vec<String>,
    /// The text after which the listing continues. `None` at its end.
    pub next: Option<String>,
}

/// A text that is greater than all keys in a folder, and less than all other keys after it.
#[must_use]
pub fn end_of(folder: &str) -> String {
    format!("{folder}~")
}

/// A page of a bucket's listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// In the order of their keys.
    pub objects: Vec<Listed>,
    /// Whether the listing continues after this page.
    pub more: bool,
}

/// An object in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// When it was put.
    pub put_ms: UnixMs,
    /// Its size.
    pub bytes: u64,
}

/// The body of a request, as it arrives.
pub trait Upload {
    /// The length that the client declares, in bytes; 0 for a request without a body.
    fn declared(&self) -> Option<u64>;

    /// Appends the next `most` bytes of the request's body to `body`, or all remaining bytes if there are fewer. Returns how
    /// many bytes were appended.
    ///
    /// # Errors
    /// [`Interrupted`].
    fn next(&mut self, body: &mut Vec<u8>, most: usize) -> impl Future<Output = Result<usize, Interrupted>>;

    /// Reads and discards the remaining body, but at most `most` bytes.
    fn discard(&mut self, most: usize) -> impl Future<Output = ()>;
}

/// A body was interrupted before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// The Durable Object's end of a connection to a live reader. The connection outlives the Durable Object's memory.
pub trait Socket: 'static {
    /// Identifies the connection among all of its Durable Object.
    fn id(&self) -> u64;

    /// Sends the same message to several sockets. Closed sockets are skipped.
    fn send<'a>(sockets: impl Iterator<Item = &'a Self>, message: Message<'_>);

    /// Closes the connection.
    fn close(&self);

    /// Closes the connection to the edge, which records this ending of the client's connection.
    fn end(&self, ending: Ending);

    /// Closes the connection because the other end violated its protocol.
    fn reject(&self);

    /// Stores a text with the connection, in place of the previous one, so that the Durable Object can read it after it was
    /// evicted.
    fn save_attachment(&self, attachment: &str);
}

/// A message from a Durable Object to the other end of a [`Socket`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Data, which the other end forwards unchanged.
    Bytes(&'a [u8]),
    /// An acknowledgement request: the other end returns it after processing everything before it.
    Mark(Mark),
}

/// The random number of an acknowledgement request. A reader returns it after processing everything that was sent before it. A mark is a
/// text message, while data is sent in binary messages. Readers can't guess the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(pub u64);

impl Mark {
    /// Length of a mark's text, in bytes.
    pub const LENGTH: usize = 21;

    /// Parses a mark. The text must be exactly as it was sent.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mark = Self(u64::from_str_radix(text.strip_prefix("mark ")?, 16).ok()?);
        (mark.to_string() == text).then_some(mark)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mark {:016x}", self.0)
    }
}

/// The platform of an isolate of the edge.
pub trait Isolate {
    /// The current time.
    fn now(&self) -> UnixMs;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// Logs an event for the operator.
    fn report(&self, report: &Report);
}

/// The platform of one Durable Object.
pub trait Host: 'static {
    /// The type of its databases.
    type Database: Database;
    /// The type of the bucket that stores segments and parts.
    type Bucket: Bucket;
    /// The type of its connections to readers.
    type Socket: Socket;

    /// All connections of this Durable Object, each with its attachment.
    fn sockets(&self) -> Vec<(Self::Socket, String)>;

    /// All databases of the deployment.
    fn databases(&self) -> &Databases<Self::Database>;

    /// The database that holds the stream at `path`. It never changes while the stream can exist.
    fn database(&self, path: &str) -> &WithSize<Self::Database> {
        self.databases().of(path)
    }

    /// The bucket that stores segments and parts.
    fn bucket(&self) -> &Self::Bucket;

    /// The current time.
    fn now(&self) -> UnixMs;

    /// Waits. Even for a duration of 0, other tasks of this Durable Object run and process input that has arrived.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static;

    /// Runs a task to its end, even if the request that started it is canceled.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);

    /// When the alarm of this Durable Object runs, if it is set. While the alarm handler runs, the alarm is unset unless it was set again.
    ///
    /// # Errors
    /// [`HostError`], if the time can't be read.
    fn alarm(&self) -> impl Future<Output = Result<Option<UnixMs>, HostError>>;

    /// Sets the alarm of this Durable Object, in place of its previous time. The alarm outlives the Durable Object's memory.
    ///
    /// # Errors
    /// [`HostError`]. The alarm may or may not be set.
    fn set_alarm(&self, at: UnixMs) -> impl Future<Output = Result<(), HostError>>;

    /// Clears the alarm.
    ///
    /// # Errors
    /// [`HostError`]. The alarm may still be set.
    fn clear_alarm(&self) -> impl Future<Output = Result<(), HostError>>;

    /// Deletes all that the host stores for this Durable Object, including the alarm, but not its connections.
    ///
    /// # Errors
    /// [`HostError`]. Some of it may be left.
    fn delete_storage(&self) -> impl Future<Output = Result<(), HostError>>;

    /// Stores `at` as the latest time at which a submitted transaction may commit. A later stored time is kept. The
    /// stored time outlives the Durable Object's memory.
    ///
    /// # Errors
    /// [`HostError`]. The time may or may not be stored.
    fn watch_until(&self, at: UnixMs) -> impl Future<Output = Result<(), HostError>>;

    /// Until when requests to the database may still take effect. The time is in the past if there are none.
    ///
    /// # Errors
    /// [`HostError`], if the time can't be read.
    fn watched_until(&self) -> impl Future<Output = Result<UnixMs, HostError>>;

    /// Sends a message to the Durable Object of the stream at `path`, which may be this one, and returns its answer. The host does not
    /// interpret either of them.
    ///
    /// # Errors
    /// [`HostError`], if the other Durable Object does not respond. The message may have taken effect nevertheless.
    fn call(&self, path: &str, message: String) -> impl Future<Output = Result<String, HostError>>;

    /// Sends a message to the Durable Object of the subscription `id`, and returns its answer. The host does not interpret either of them.
    ///
    /// # Errors
    /// [`HostError`], if the other Durable Object does not respond. The message may have taken effect nevertheless.
    fn call_subscription(&self, id: &str, message: String) -> impl Future<Output = Result<String, HostError>>;

    /// The ID of this Durable Object, as the platform's tools display it.
    fn id(&self) -> String;

    /// A random number.
    fn entropy(&self) -> u64;

    /// Records a data point, if the deployment collects them.
    fn measure(&self, point: &Point<'_>);

    /// Logs an event for the operator.
    fn report(&self, report: &Report);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_only_as_it_was_sent() {
        let mark = Mark(0xab_cdef);
        let text = mark.to_string();
        assert_eq!((&*text, text.len()), ("mark 0000000000abcdef", Mark::LENGTH));
        assert_eq!(Mark::read(&text), Some(mark));
        for other in ["", "mark", "mark ", "mark abcdef", "mark 0000000000ABCDEF", "mark +000000000abcdef", "passed?"] {
            assert_eq!(Mark::read(other), None, "{other}");
        }
    }
}
