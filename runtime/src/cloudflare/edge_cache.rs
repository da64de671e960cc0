use super::R2;
use crate::Event;
use crate::host::{Bucket, BucketError, Folders, List};
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;
use worker::{Cache, Context, Headers, Response, ResponseBuilder, Result};

/// The bucket as the edge reads it, with an edge cache: ranges of R2 objects are stored in the Cache API for a while.
///
/// A range of an R2 object never changes, and the edge reads it only if a row references the object. A cached range is therefore never
/// wrong, even if its stream has been deleted. Without a custom domain, the platform caches nothing.
pub struct CachedBucket {
    pub bucket: R2,
    pub context: Rc<Context>,
    /// How long a range is cached. Zero disables the cache.
    pub lifetime: Duration,
}

impl CachedBucket {
    /// The cache, unless it is disabled. Only this Worker can read a named cache.
    async fn cache(&self) -> Option<Rc<Cache>> {
        if self.lifetime.is_zero() { None } else { Some(Rc::new(Cache::open("segments".to_owned()).await)) }
    }

    /// Caches a range after the response has been sent.
    fn keep(&self, cache: Rc<Cache>, name: String, bytes: Vec<u8>) {
        let lifetime = self.lifetime.as_secs();
        self.context.wait_until(async move {
            let kept = match response(bytes, lifetime) {
                Ok(response) => cache.put(name, response).await,
                Err(error) => Err(error),
            };
            if let Err(error) = kept {
                super::log_event(Event::EdgeCacheFailed, error.to_string());
            }
        });
    }
}

/// The cache key of a range. The host name is one that does not exist.
fn name(key: &str, range: &Range<u64>) -> String {
    format!("https://segments.invalid/{key}?from={}&to={}", range.start, range.end)
}

fn response(bytes: Vec<u8>, lifetime_s: u64) -> Result<Response> {
    let headers = Headers::new();
    headers.set("cache-control", &format!("public, max-age={lifetime_s}"))?;
    Ok(ResponseBuilder::new().with_headers(headers).fixed(bytes))
}

/// A cached range. A failure counts as not cached.
async fn kept(cache: &Cache, name: &str) -> Option<Vec<u8>> {
    cache.get(name, false).await.ok()??.bytes().await.ok()
}

impl Bucket for CachedBucket {
    async fn get(&self, key: &str, range: Range<u64>) -> std::result::Result<Option<Vec<u8>>, BucketError> {
        let Some(cache) = self.cache().await else { return self.bucket.get(key, range).await };
        let (name, length) = (name(key, &range), range.end - range.start);
        if let Some(bytes) = kept(&cache, &name).await {
            return Ok(Some(bytes));
        }
        let bytes = self.bucket.get(key, range).await?;
        if let Some(bytes) = bytes.as_ref().filter(|bytes| bytes.len() as u64 == length) {
            self.keep(cache, name, bytes.clone());
        }
        Ok(bytes)
    }

    async fn put(&self, key: &str, bytes: Vec<u8>) -> std::result::Result<(), BucketError> {
        self.bucket.put(key, bytes).await
    }

    async fn delete(&self, keys: Vec<String>) -> std::result::Result<(), BucketError> {
        self.bucket.delete(keys).await
    }

    async fn list(&self, prefix: &str, after: &str) -> std::result::Result<List, BucketError> {
        self.bucket.list(prefix, after).await
    }

    async fn folders(&self, prefix: &str, after: &str) -> std::result::Result<Folders, BucketError> {
        self.bucket.folders(prefix, after).await
    }
}
