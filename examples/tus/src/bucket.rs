//! What this example needs of R2.

use crate::failure::Failure;

/// A bucket. Its lists are complete: an object is listed as soon as `put_new` has returned.
pub trait Bucket {
    /// Stores an object, unless one with this key exists. Returns whether it did.
    fn put_new(&self, key: &str, bytes: Vec<u8>) -> impl Future<Output = Result<bool, Failure>>;

    /// The content of an object, if it exists.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, Failure>>;

    /// All objects whose keys start with `prefix`, in the order of their keys.
    fn list(&self, prefix: &str) -> impl Future<Output = Result<Vec<Listed>, Failure>>;

    /// Stores the contents of `parts` as one object.
    fn join(&self, key: &str, parts: &[String]) -> impl Future<Output = Result<(), Failure>>;

    /// Deletes objects.
    fn delete(&self, keys: Vec<String>) -> impl Future<Output = Result<(), Failure>>;
}

/// An object in a list.
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
}
