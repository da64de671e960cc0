//! What the runtime needs from where it runs.

mod databases;
pub(crate) mod deadline;

pub use databases::Databases;

use crate::Report;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// Milliseconds since 1970.
pub type UnixMs = u64;

/// The longest row that D1 documents, in bytes of all its columns. A string has the same limit.
pub const ROW_BYTES_MAX: usize = 2_000_000;

/// Bytes that `payload` and `lengths` may take together. The other columns of `log` and what SQLite adds take less than the rest.
pub const CONTENT_BYTES_MAX: usize = ROW_BYTES_MAX - 1_000;

/// A statement and its parameters, `?1` first.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The SQL.
    pub sql: &'static str,
    /// The values of its parameters.
    pub parameters: Vec<Parameter>,
}

/// The value of a parameter. There are no blobs: they cross the D1 binding as arrays of decimal numbers.
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

/// As JSON, a statement is a pair, and a parameter the value that it is.
impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.sql, &self.parameters).serialize(serializer)
    }
}

/// What a statement did.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Outcome {
    /// Rows inserted, changed or deleted.
    pub changes: u64,
    /// Rows returned, by column.
    pub rows: Vec<Map<String, Value>>,
}

/// The database said no, or said nothing. Whether the batch took effect is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseError(pub String);

/// The bucket said no, or said nothing. Whether what was asked for has happened is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketError(pub String);

/// Something else that the host provides failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError(pub String);

/// A database that executes batches as transactions.
pub trait Database {
    /// Executes `statements` in order, as one transaction.
    ///
    /// # Errors
    /// [`DatabaseError`]. The transaction may have been committed all the same.
    fn batch(&self, statements: Vec<Statement>) -> impl Future<Output = Result<Vec<Outcome>, DatabaseError>>;
}

/// A store of objects that are put once, and never changed.
pub trait Bucket {
    /// Puts an object under a key that was never used for other bytes. An object that is there already stays as it is: it
    /// is an earlier attempt to put the same.
    ///
    /// # Errors
    /// [`BucketError`]. The object may be there all the same, or come later.
    fn put(&self, key: &str, bytes: Vec<u8>) -> impl Future<Output = Result<(), BucketError>>;

    /// A stretch of an object; less of it where the object ends before, and `None` where there is none.
    ///
    /// # Errors
    /// [`BucketError`], if there is no answer.
    fn get(&self, key: &str, range: Range<u64>) -> impl Future<Output = Result<Option<Vec<u8>>, BucketError>>;

    /// Removes objects, at most a thousand, of which some may not be there.
    ///
    /// # Errors
    /// [`BucketError`]. Some of them may be gone all the same.
    fn delete(&self, keys: Vec<String>) -> impl Future<Output = Result<(), BucketError>>;

    /// Objects whose keys begin with `prefix` and come after `after`, in order, as many as the bucket tells of at once.
    ///
    /// # Errors
    /// [`BucketError`], if there is no answer.
    fn list(&self, prefix: &str, after: &str) -> impl Future<Output = Result<List, BucketError>>;
}

/// Some of the objects in a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// In the order of their keys.
    pub objects: Vec<Listed>,
    /// Whether there are more after them.
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

    /// Adds the next `most` bytes of the body to `body`, or what is left of it if that is less. Says how many those were.
    ///
    /// # Errors
    /// [`BrokenOff`].
    fn next(&mut self, body: &mut Vec<u8>, most: usize) -> impl Future<Output = Result<usize, BrokenOff>>;

    /// Reads what is left of the body and discards it, but no more than `most` bytes.
    fn discard(&mut self, most: usize) -> impl Future<Output = ()>;
}

/// A body broke off before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenOff;

/// The object's end of a connection to a reader who waits. It outlives the object's memory.
pub trait Socket: 'static {
    /// Tells it from all others of its object.
    fn id(&self) -> u64;

    /// Sends the same to several. Those that have gone don't get it.
    fn send<'a>(sockets: impl Iterator<Item = &'a Self>, message: Message<'_>);

    /// Ends the connection.
    fn close(&self);

    /// Ends the connection because the other end has broken its protocol.
    fn reject(&self);

    /// Writes down with the connection what is to be found there when the object has lost its memory, in place of what
    /// was written down before.
    fn save_attachment(&self, attachment: &str);
}

/// What an object says to the other end of a [`Socket`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// To be passed on as it is.
    Bytes(&'a [u8]),
    /// To be sent back once everything before it has been taken.
    Mark(Mark),
}

/// What a reader sends back unchanged once it has taken everything that was sent before it. As text it is a message of its own; what is
/// to be taken is bytes. No reader can guess it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(pub u64);

impl Mark {
    /// The length of its text.
    pub const LENGTH: usize = 21;

    /// The mark of this text, which has to be exactly as it was sent.
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

/// The place where an object lives.
pub trait Host: 'static {
    /// Its database.
    type Database: Database;
    /// Where the cold parts of streams are.
    type Bucket: Bucket;
    /// Its connections to readers.
    type Socket: Socket;

    /// The connections that there are, each with what was last written down there.
    fn sockets(&self) -> Vec<(Self::Socket, String)>;

    /// All databases of the deployment.
    fn databases(&self) -> &Databases<Self::Database>;

    /// The database that holds the stream at `path`. It is the same for as long as the stream may exist.
    fn database(&self, path: &str) -> &Self::Database {
        self.databases().of(path)
    }

    /// Where the cold parts of streams are.
    fn bucket(&self) -> &Self::Bucket;

    /// The time.
    fn now(&self) -> UnixMs;

    /// Waits; if for nothing else, then for the other tasks of this object to go on with what has arrived for them.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + 'static;

    /// Runs a task to its end, whatever becomes of the request that started it.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);

    /// When the one alarm of this object runs, if it is set. It is not while its handler runs, unless it was set again.
    ///
    /// # Errors
    /// [`HostError`], if that can't be read.
    fn alarm(&self) -> impl Future<Output = Result<Option<UnixMs>, HostError>>;

    /// Sets the one alarm of this object, in place of what it was set for. It outlives the object's memory.
    ///
    /// # Errors
    /// [`HostError`], if it may not be set.
    fn set_alarm(&self, at: UnixMs) -> impl Future<Output = Result<(), HostError>>;

    /// Clears the alarm.
    ///
    /// # Errors
    /// [`HostError`], if it may still be set.
    fn clear_alarm(&self) -> impl Future<Output = Result<(), HostError>>;

    /// Deletes everything that the host keeps for this object besides its connections, the alarm included.
    ///
    /// # Errors
    /// [`HostError`], if something may be left.
    fn delete_storage(&self) -> impl Future<Output = Result<(), HostError>>;

    /// Writes down that something may still be under way until `at`, or until later if that was written down before.
    /// It outlives the object's memory.
    ///
    /// # Errors
    /// [`HostError`], if it may not be written down.
    fn watch_until(&self, at: UnixMs) -> impl Future<Output = Result<(), HostError>>;

    /// Until when something may be under way; in the past, if nothing is.
    ///
    /// # Errors
    /// [`HostError`], if it can't be read.
    fn watched_until(&self) -> impl Future<Output = Result<UnixMs, HostError>>;

    /// Sends a message to the Durable Object of the stream at `path`, which may be this one, and returns its answer. Both are as the
    /// two write them.
    ///
    /// # Errors
    /// [`HostError`], if there is no answer. The message may have taken effect nevertheless.
    fn call(&self, path: &str, message: String) -> impl Future<Output = Result<String, HostError>>;

    /// A random number.
    fn entropy(&self) -> u64;

    /// Tells the operator something.
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
