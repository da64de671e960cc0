//! Streams that have objects in R2, whether or not D1 has rows of them.
//!
//! Keys begin with the path in base64url, as a folder. R2 lists up to 1,000 folders in one request, however many objects they have. The order
//! of keys is not that of paths. A page therefore ends at a place among the keys, and a caller sees a place only among keys of paths that it operates.
//!
//! The folder of a long path contains only the beginning of it, so other paths can have the same one. The path is in the headers of the
//! objects, and all objects of a generation have the same.

use crate::Failure;
use crate::access::Span;
use crate::archive::cold;
use crate::edge::edge_read::Stores;
use crate::edge::listing::{Listings, canonical_start};
use crate::edge::served_by_edge;
use crate::host::deadline::Bounded;
use crate::host::{Bucket, end_of};
use spec::client::Operation;
use spec::stored::Service;
use spec::stored::list_stored::{BadStart, Decision, Facts, Outcome, Request, StoredListed, decide};
use spec::stream::Path;
use spec::{Forbidden, Place, StreamInR2, StreamsInR2};
use wire::{Asked, take};

/// The streams that have objects in R2, for one caller.
pub struct Stored<'a, S>(pub Listings<'a, S>);

struct StoredFacts<'a> {
    prefix: Result<&'a str, &'a str>,
    covered: bool,
}

impl Facts for StoredFacts<'_> {
    fn selection_invalid(&self) -> bool {
        self.prefix.is_err()
    }

    fn prefix_forbidden(&self) -> bool {
        !self.covered
    }
}

impl<S: Stores> Service for Stored<'_, S> {
    served_by_edge!(|own| own.0);

    async fn list_stored(&self, request: Asked<Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request { prefix, continued, limit });
        let prefix = canonical_start(request.prefix.as_ref().map_or("", |prefix| prefix.as_str()));
        let prefix = prefix.map_err(|rule| format!("`prefix` must be {rule}."));
        let covered = prefix.as_ref().is_ok_and(|prefix| self.covers(prefix));
        let facts = StoredFacts { prefix: prefix.as_deref().map_err(|rule| &**rule), covered };
        Ok(match (decide(&request, &facts), prefix) {
            (Decision::StoredListed, Ok(prefix)) => StoredListed { body: self.page(&request, &prefix).await? }.into(),
            (Decision::BadStart, Err(detail)) => BadStart { detail }.into(),
            (Decision::Forbidden, _) => {
                let detail = "The operation `admin` is not permitted for all paths with the prefix.".to_owned();
                Forbidden { detail }.into()
            }
            _ => return Err(Failure::Inconsistent("list_stored")),
        })
    }
}

impl<S: Stores> Stored<'_, S> {
    /// Whether the caller operates all streams whose paths begin with `prefix`.
    fn covers(&self, prefix: &str) -> bool {
        let own = Span::starting_with(prefix);
        let spans = self.0.client.spans(Operation::Admin);
        spans.iter().any(|span| span.intersection(&own).as_ref() == Some(&own))
    }

    async fn page(&self, request: &Request, prefix: &str) -> Result<StreamsInR2, Failure> {
        let limits = self.limits();
        let bucket = Bounded::new(self.0.stores.bucket(), limits.bucket_wait, |wait| self.0.stores.sleep(wait));
        let began = format!("{}{}", cold::PREFIX, request.continued.as_ref().map_or("", |place| place.as_str()));
        let mut search = Search {
            bucket,
            prefix,
            limit: usize::try_from(request.limit.get()).unwrap_or(usize::MAX),
            left: limits.stored_requests,
            place: began.clone(),
            began,
            found: Vec::new(),
        };
        for start in cold::key_starts(prefix) {
            if !search.search(&start).await? {
                let next = search.place.strip_prefix(cold::PREFIX).and_then(|place| Place::read(place).ok());
                let next = next.ok_or(Failure::Inconsistent("list_stored"))?;
                return Ok(StreamsInR2 { streams: streams(search.found), next: Some(next) });
            }
        }
        Ok(StreamsInR2 { streams: streams(search.found), next: None })
    }
}

fn streams(paths: Vec<Path>) -> Vec<StreamInR2> {
    paths.into_iter().map(|path| StreamInR2 { path }).collect()
}

/// A search in the order of keys.
struct Search<'a, B> {
    bucket: B,
    /// The beginning of the paths.
    prefix: &'a str,
    /// Maximum number of paths.
    limit: usize,
    /// Number of requests that can still be made.
    left: usize,
    /// Where the search began.
    began: String,
    /// Everything up to this text has been searched.
    place: String,
    found: Vec<Path>,
}

impl<B: Bucket> Search<'_, B> {
    /// Whether the page ends here. Every page makes progress.
    fn is_over(&self) -> bool {
        self.found.len() >= self.limit || (self.left == 0 && self.place != self.began)
    }

    /// Searches the keys that begin with `start`. Returns whether it has reached their end.
    async fn search(&mut self, start: &str) -> Result<bool, Failure> {
        if *self.place > *start && !self.place.starts_with(start) {
            return Ok(true);
        }
        loop {
            if self.is_over() {
                return Ok(false);
            }
            self.left = self.left.saturating_sub(1);
            let list = self.bucket.folders(start, &self.place).await?;
            for folder in &list.folders {
                if self.is_over() {
                    return Ok(false);
                }
                match cold::path_of(folder) {
                    Some((_, true)) if !self.search_long(folder).await? => return Ok(false),
                    Some((path, false)) => self.find(&path),
                    _ => {}
                }
                self.place = end_of(folder);
            }
            match list.next {
                Some(next) => self.place = next,
                None => return Ok(true),
            }
        }
    }

    /// Searches a folder in which several long paths can have objects. Returns whether it has reached the end.
    async fn search_long(&mut self, folder: &str) -> Result<bool, Failure> {
        loop {
            if self.is_over() {
                return Ok(false);
            }
            self.left = self.left.saturating_sub(1);
            let list = self.bucket.list(folder, &self.place).await?;
            let mut skipped = false;
            for object in &list.objects {
                if self.is_over() {
                    return Ok(false);
                }
                self.left = self.left.saturating_sub(1);
                let path = cold::path_in_header(&self.bucket, &object.key, object.bytes).await?;
                self.place = object.key.clone();
                if let Some(path) = path {
                    self.find(&path);
                    // The other objects of the generation belong to the same path.
                    let generation = object.key.rfind('/').map_or("", |end| &object.key[..=end]);
                    self.place = end_of(generation);
                    skipped = true;
                    break;
                }
            }
            if !list.more && !skipped {
                return Ok(true);
            }
        }
    }

    /// Adds a path, unless it does not begin with the prefix, or the key is not one of this server.
    fn find(&mut self, path: &str) {
        let path = Path::read(path).ok().filter(|read| read.as_str() == path && path.starts_with(self.prefix));
        self.found.extend(path.filter(|path| self.found.last() != Some(path)));
    }
}
