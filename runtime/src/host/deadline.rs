//! Time limits for requests to a database, a bucket or another Durable Object.
//!
//! Giving up is safe, although the request may still take effect. Every caller handles unknown outcomes: a
//! transaction commits only on the fence that it expects, and only for a limited time.

use crate::host::{Bucket, BucketError, Database, DatabaseError, Folders, List, Outcome, Statement};
use futures_util::future::{Either, select};
use std::ops::Range;
use std::pin::pin;
use std::time::Duration;

/// A database or a bucket whose requests have a time limit.
pub struct Bounded<'a, T, S> {
    inner: &'a T,
    /// Maximum time to wait for one response.
    wait: Duration,
    sleep: S,
}

impl<'a, T, S, F> Bounded<'a, T, S>
where
    S: Fn(Duration) -> F,
    F: Future<Output = ()>,
{
    /// Limits each request to `inner` to `wait`. `sleep` measures that time.
    pub fn new(inner: &'a T, wait: Duration, sleep: S) -> Self {
        Self { inner, wait, sleep }
    }

    async fn within<R>(&self, answer: impl Future<Output = R>) -> Result<R, String> {
        within((self.sleep)(self.wait), answer).await.ok_or_else(|| no_answer(self.wait))
    }
}

/// The result of `answer`, or `None` if `time` completes first.
pub async fn within<R>(time: impl Future<Output = ()>, answer: impl Future<Output = R>) -> Option<R> {
    match select(pin!(answer), pin!(time)).await {
        Either::Left((answer, _)) => Some(answer),
        Either::Right(_) => None,
    }
}

/// The error message for a response that did not arrive within `wait`.
pub fn no_answer(wait: Duration) -> String {
    format!("no response within {wait:?}")
}

impl<D, S, F> Database for Bounded<'_, D, S>
where
    D: Database,
    S: Fn(Duration) -> F,
    F: Future<Output = ()>,
{
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        self.within(self.inner.batch(statements)).await.map_err(DatabaseError)?
    }
}

impl<B, S, F> Bucket for Bounded<'_, B, S>
where
    B: Bucket,
    S: Fn(Duration) -> F,
    F: Future<Output = ()>,
{
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), BucketError> {
        self.within(self.inner.put(key, bytes)).await.map_err(BucketError)?
    }

    async fn get(&self, key: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, BucketError> {
        self.within(self.inner.get(key, range)).await.map_err(BucketError)?
    }

    async fn delete(&self, keys: Vec<String>) -> Result<(), BucketError> {
        self.within(self.inner.delete(keys)).await.map_err(BucketError)?
    }

    async fn list(&self, prefix: &str, after: &str) -> Result<List, BucketError> {
        self.within(self.inner.list(prefix, after)).await.map_err(BucketError)?
    }

    async fn folders(&self, prefix: &str, after: &str) -> Result<Folders, BucketError> {
        self.within(self.inner.folders(prefix, after)).await.map_err(BucketError)?
    }
}
