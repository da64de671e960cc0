use super::R2;
use crate::Event;
use crate::host::{Bucket, BucketError, List};
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;
use worker::{Cache, Context, Headers, Response, ResponseBuilder, Result};

/// The bucket as the edge reads it: what has been read once is kept nearby for a while, with the Cache API.
///
/// A stretch of an object never changes, and nobody asks for it whom a row has not told of the object: so it doesn't matter
/// whose stream it is of, nor whether that has ended meanwhile. Without a domain of one's own, the platform keeps nothing.
pub struct CachedBucket {
    pub bucket: R2,
    pub context: Rc<Context>,
    /// For how long. Zero is not at all.
    pub lifetime: Duration,
}

impl CachedBucket {
    /// Nobody but this Worker can look into a cache with a name.
    async fn cache(&self) -> Option<Rc<Cache>> {
        if self.lifetime.is_zero() { None } else { Some(Rc::new(Cache::open("segments".to_owned()).await)) }
    }

    /// Keeps what was read, after the answer.
    fn keep(&self, cache: Rc<Cache>, name: String, bytes: Vec<u8>) {
        let lifetime = self.lifetime.as_secs();
        self.context.wait_until(async move {
            let kept = match response(bytes, lifetime) {
                Ok(response) => cache.put(name, response).await,
                Err(error) => Err(error),
            };
            if let Err(error) = kept {
                super::tell(Event::EdgeCacheFailed, error.to_string());
            }
        });
    }
}

/// What the cache is asked by: no address of anyone's.
fn name(key: &str, range: &Range<u64>) -> String {
    format!("https://segments.invalid/{key}?from={}&to={}", range.start, range.end)
}

fn response(bytes: Vec<u8>, lifetime_s: u64) -> Result<Response> {
    let headers = Headers::new();
    headers.set("cache-control", &format!("public, max-age={lifetime_s}"))?;
    Ok(ResponseBuilder::new().with_headers(headers).fixed(bytes))
}

/// What is kept; what can't be had is just not kept.
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
}
