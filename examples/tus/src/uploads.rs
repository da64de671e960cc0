//! The protocol over a bucket, without a lock: an upload `a` is its objects.
//!
//! `a/upload` has the size and the metadata. Each request stores what it receives in pieces such as `a/0000000000000003`, named after
//! their offsets. Of two requests at one offset, the bucket lets one store its piece. `a/file` is the complete upload.

use crate::bucket::Bucket;
use crate::failure::Failure;
use crate::protocol::{
    Edge, Limits, UploadLength, UploadOffset, field,
    upload::{self, append, describe, terminate},
    uploads::{self, create},
};
use std::convert::Infallible;
use wire::{Asked, Chunks, Field, Pairs, Streamed, take};

/// The uploads in a bucket.
pub struct Uploads<B> {
    /// Where they are stored.
    pub bucket: B,
    /// The limits in force.
    pub limits: Limits,
    /// Returns the name of a new upload. Whoever knows it can continue and delete the upload.
    pub new_id: fn() -> String,
    /// Tells the operator why a request failed.
    pub log: fn(&Failure),
}

/// An upload that exists.
struct Found {
    length: UploadLength,
    metadata: Option<Pairs>,
    offset: u64,
}

/// What is known about the upload that a request names.
struct Facts {
    unknown: bool,
    differs: bool,
    excessive: bool,
}

/// The end of a request to continue an upload.
enum Stored {
    /// The upload has this many bytes.
    To(u64),
    /// Another request has stored a piece at this offset.
    Elsewhere,
    /// The body is longer than the upload.
    TooLong,
}

impl<B: Bucket> Uploads<B> {
    /// Finds an upload. One that has all its bytes becomes a file.
    async fn find(&self, id: &str) -> Result<Option<Found>, Failure> {
        let listed = self.bucket.list(&format!("{id}/")).await?;
        let Some(text) = self.bucket.get(&format!("{id}/upload")).await? else { return Ok(None) };
        let text = String::from_utf8_lossy(&text);
        let (length, metadata) = text.split_once('\n').unwrap_or((&text, ""));
        let length = UploadLength::read(length)?;
        let metadata = (!metadata.is_empty()).then(|| field::UploadMetadata::read(metadata)).transpose()?;
        let (file, upload) = (format!("{id}/file"), format!("{id}/upload"));
        let is_joined = listed.iter().any(|object| object.key == file);
        let pieces: Vec<_> = listed.iter().filter(|object| object.key != file && object.key != upload).collect();
        let offset = if is_joined { length.get() } else { pieces.iter().map(|piece| piece.size).sum() };
        let pieces: Vec<String> = pieces.into_iter().map(|piece| piece.key.clone()).collect();
        if offset == length.get() && !is_joined {
            self.bucket.join(&file, &pieces).await?;
        }
        if offset == length.get() && !pieces.is_empty() {
            self.bucket.delete(pieces).await?;
        }
        Ok(Some(Found { length, metadata, offset }))
    }

    /// Stores the body of a request as it arrives. What has arrived before a failure is stored, too.
    async fn store(&self, id: &str, found: &Found, body: &mut Streamed<impl Chunks>) -> Result<Stored, Failure> {
        let (mut offset, mut piece) = (found.offset, Vec::new());
        loop {
            let chunk = body.next().await;
            if let Ok(Some(chunk)) = &chunk {
                piece.extend_from_slice(chunk);
            }
            let end = offset + piece.len() as u64;
            if end > found.length.get() {
                return Ok(Stored::TooLong);
            }
            let is_last = !matches!(chunk, Ok(Some(_)));
            if piece.len() >= self.limits.piece || (is_last && !piece.is_empty()) {
                let key = format!("{id}/{offset:016}");
                if !self.bucket.put_new(&key, std::mem::take(&mut piece)).await? {
                    return Ok(Stored::Elsewhere);
                }
                offset = end;
            }
            match chunk {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(Stored::To(offset)),
                Err(unread) => return Err(unread.into()),
            }
        }
    }
}

impl<B> Edge for Uploads<B> {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn size_excessive(&self, length: Option<&UploadLength>) -> bool {
        length.is_some_and(|length| length.get() > self.limits.upload as u64)
    }
}

impl<B: Bucket> uploads::Service for Uploads<B> {
    type Failure = Failure;
    type Events = Infallible;

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, failure: Failure) {
        (self.log)(&failure);
    }

    async fn create(&self, request: Asked<create::Request>) -> Result<create::Outcome, Failure> {
        let request = take!(request as create::Request { tus_resumable: _, upload_length, upload_metadata });
        let id = upload::Id::read(&(self.new_id)())?;
        let metadata = request.upload_metadata.as_ref().map(ToString::to_string).unwrap_or_default();
        let text = format!("{}\n{metadata}", request.upload_length);
        if !self.bucket.put_new(&format!("{id}/upload"), text.into_bytes()).await? {
            return Err(Failure(format!("there is an upload {id} already")));
        }
        if request.upload_length.get() == 0 {
            self.find(id.as_str()).await?;
        }
        match create::decide(&request) {
            create::Decision::Created => Ok(create::Created { location: upload::PathTo { id } }.into()),
        }
    }
}

impl<B: Bucket> upload::Service for Uploads<B> {
    type Failure = Failure;
    type Events = Infallible;

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, failure: Failure) {
        (self.log)(&failure);
    }

    async fn describe(&self, request: Asked<describe::Request>) -> Result<describe::Outcome, Failure> {
        let request = take!(request as describe::Request { tus_resumable: _, id });
        let found = self.find(request.id.as_str()).await?;
        let facts = Facts { unknown: found.is_none(), differs: false, excessive: false };
        match (describe::decide(&request, &facts), found) {
            (describe::Decision::Described, Some(Found { length: upload_length, metadata, offset })) => {
                let upload_offset = number_of(offset)?;
                Ok(describe::Described { upload_offset, upload_length, upload_metadata: metadata }.into())
            }
            (describe::Decision::Ready(ready), _) => Ok(ready.into()),
            (describe::Decision::Described, None) => Err(Failure("an unknown upload was found".to_owned())),
        }
    }

    async fn append(
        &self,
        request: Asked<append::Request>,
        body: &mut Streamed<impl Chunks>,
    ) -> Result<append::Outcome, Failure> {
        let request = take!(request as append::Request { tus_resumable: _, id, upload_offset, content_type });
        let (id, mut offset) = (request.id.as_str(), request.upload_offset.get());
        let found = self.find(id).await?;
        let differs = found.as_ref().is_some_and(|found| found.offset != offset);
        let mut facts = Facts { unknown: found.is_none(), differs, excessive: false };
        if append::decide(&request, &facts) == append::Decision::Appended
            && let Some(found) = found
        {
            match self.store(id, &found, body).await? {
                Stored::To(end) => offset = end,
                Stored::Elsewhere => facts.differs = true,
                Stored::TooLong => facts.excessive = true,
            }
            if offset == found.length.get() {
                self.find(id).await?;
            }
        }
        match append::decide(&request, &facts) {
            append::Decision::Appended => Ok(append::Appended { upload_offset: number_of(offset)? }.into()),
            append::Decision::Ready(ready) => Ok(ready.into()),
        }
    }

    async fn terminate(&self, request: Asked<terminate::Request>) -> Result<terminate::Outcome, Failure> {
        let request = take!(request as terminate::Request { tus_resumable: _, id });
        let id = request.id.as_str();
        let is_found = self.bucket.get(&format!("{id}/upload")).await?.is_some();
        let facts = Facts { unknown: !is_found, differs: false, excessive: false };
        match terminate::decide(&request, &facts) {
            terminate::Decision::Ready(ready) => Ok(ready.into()),
            terminate::Decision::Deleted => {
                let listed = self.bucket.list(&format!("{id}/")).await?;
                self.bucket.delete(listed.into_iter().map(|object| object.key).collect()).await?;
                Ok(terminate::Deleted.into())
            }
        }
    }
}

fn number_of(bytes: u64) -> Result<UploadOffset, Failure> {
    UploadOffset::new(bytes).ok_or_else(|| Failure(format!("an upload has {bytes} bytes")))
}

impl describe::Facts for Facts {
    fn upload_unknown(&self) -> bool {
        self.unknown
    }
}

impl append::Facts for Facts {
    fn upload_unknown(&self) -> bool {
        self.unknown
    }

    fn offset_differs(&self) -> bool {
        self.differs
    }

    fn body_length_excessive(&self) -> bool {
        self.excessive
    }
}

impl terminate::Facts for Facts {
    fn upload_unknown(&self) -> bool {
        self.unknown
    }
}
