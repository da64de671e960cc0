use crate::host::{Bucket, BucketError, Folders, List, Listed, end_of};
use std::ops::Range;
use worker::{Conditional, Error, Result};

/// R2 as the bucket of a Durable Object.
pub struct R2(pub worker::Bucket);

impl R2 {
    async fn read(&self, key: &str, range: Range<u64>) -> Result<Option<Vec<u8>>> {
        let range = worker::Range::OffsetWithLength { offset: range.start, length: range.end - range.start };
        match self.0.get(key).range(range).execute().await? {
            None => Ok(None),
            Some(object) => match object.body() {
                Some(body) => body.bytes().await.map(Some),
                None => Err(Error::RustError("R2 returned an object without a body".to_owned())),
            },
        }
    }

    /// Whether an object ends at or before `position`. R2 rejects a range that starts there, but a truncated object must be reported as
    /// damaged.
    async fn ends_before(&self, key: &str, position: u64) -> bool {
        matches!(self.0.head(key).await, Ok(Some(object)) if object.size() <= position)
    }
}

impl Bucket for R2 {
    async fn put(&self, key: &str, bytes: Vec<u8>) -> std::result::Result<(), BucketError> {
        let absent = Conditional { etag_does_not_match: Some("*".to_owned()), ..Conditional::default() };
        match self.0.put(key, bytes).only_if(absent).execute().await {
            // If the object exists, an earlier attempt has stored it.
            Ok(Some(_) | None) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn get(&self, key: &str, range: Range<u64>) -> std::result::Result<Option<Vec<u8>>, BucketError> {
        match self.read(key, range.clone()).await {
            Ok(bytes) => Ok(bytes),
            Err(_) if self.ends_before(key, range.start).await => Ok(Some(Vec::new())),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn list(&self, prefix: &str, after: &str) -> std::result::Result<List, BucketError> {
        let list = self.0.list().prefix(prefix).start_after(after).execute().await.map_err(|error| failed(&error))?;
        let listed = |object: worker::Object| Listed {
            key: object.key(),
            put_ms: object.uploaded().as_millis(),
            bytes: object.size(),
        };
        Ok(List { objects: list.objects().into_iter().map(listed).collect(), more: list.truncated() })
    }

    async fn folders(&self, prefix: &str, after: &str) -> std::result::Result<Folders, BucketError> {
        let list = self.0.list().prefix(prefix).delimiter("/").start_after(after).execute().await;
        let list = list.map_err(|error| failed(&error))?;
        let folder = |folder: String| format!("{}/", folder.trim_end_matches('/'));
        let mut folders: Vec<String> = list.delimited_prefixes().into_iter().map(folder).collect();
        folders.sort_unstable();
        if !list.truncated() {
            return Ok(Folders { folders, next: None });
        }
        // Keys that are not in a folder are listed beside the folders.
        let keys = list.objects().iter().map(worker::Object::key).max();
        let next = folders.last().map(|folder| end_of(folder)).max(keys);
        match next {
            Some(next) => Ok(Folders { folders, next: Some(next) }),
            None => Err(BucketError("R2 listed nothing, and more is to follow".to_owned())),
        }
    }

    async fn delete(&self, keys: Vec<String>) -> std::result::Result<(), BucketError> {
        self.0.delete_multiple(keys).await.map_err(|error| failed(&error))
    }
}

fn failed(error: &Error) -> BucketError {
    BucketError(error.to_string())
}
