//! Reading the body of a request at the edge. It is short, so it is read at once.

use crate::edge::edge_read::Stores;
use crate::host::Upload;
use crate::host::deadline::within;
use spec::Limits;
use wire::{Incoming, Unread};

/// The body of a request about a subscription.
pub(super) struct ShortBody<'a, U, S> {
    pub(super) upload: U,
    pub(super) stores: &'a S,
    pub(super) limits: &'a Limits,
}

impl<U: Upload, S: Stores> ShortBody<'_, U, S> {
    async fn read_within(&mut self, limit: usize) -> Result<Vec<u8>, Unread> {
        let mut body = Vec::new();
        if self.upload.declared().is_some_and(|length| length > limit as u64) {
            return Err(Unread::TooLarge);
        }
        // One more byte shows that the body is too large.
        while body.len() <= limit {
            let left = limit + 1 - body.len();
            let declared = self.upload.declared().and_then(|length| usize::try_from(length).ok());
            let wanted = declared.map_or(left, |length| length.saturating_sub(body.len()));
            if wanted == 0 {
                return Ok(body);
            }
            let received = within(self.stores.sleep(self.limits.body_wait), self.upload.next(&mut body, wanted)).await;
            match received.ok_or(Unread::Stalled)?.map_err(|_| Unread::Broken)? {
                0 if declared.is_some() => return Err(Unread::Broken),
                0 => return Ok(body),
                _ => {}
            }
        }
        Err(Unread::TooLarge)
    }
}

impl<U: Upload, S: Stores> Incoming for ShortBody<'_, U, S> {
    async fn read(mut self, limit: usize) -> Result<Vec<u8>, Unread> {
        let body = self.read_within(limit).await;
        if body == Err(Unread::TooLarge) {
            // Many clients read no response before they have sent everything.
            within(self.stores.sleep(self.limits.body_wait), self.upload.discard(self.limits.drain)).await;
        }
        body
    }
}
