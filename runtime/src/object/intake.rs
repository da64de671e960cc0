//! Reading the body of a request, in memory that the isolate has to spare.

use super::{Object, Visit};
use crate::budget::{Purpose, Share};
use crate::host::{Host, Upload};
use futures_util::future::{Either, select};
use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;
use wire::{Incoming, Unread};

/// A body that takes memory from the isolate's budget as it arrives.
///
/// No body takes more at once than it can fill with one piece, so a client that declares much and sends little holds little.
pub(super) struct Intake<'a, H: Host, U> {
    object: &'a Object<H>,
    /// Where the memory of the whole body goes.
    share: &'a Cell<Option<Share>>,
    upload: U,
}

impl<'a, H: Host, U: Upload> Intake<'a, H, U> {
    /// The body of a visitor's request.
    pub(super) fn new(visit: &'a Visit<H>, upload: U) -> Self {
        Self { object: &visit.object, share: &visit.share, upload }
    }

    /// Reads all of the body, unless it is longer than `limit`.
    async fn read_whole(&mut self, limit: usize) -> Result<(Vec<u8>, Share), Unread> {
        let declared = self.upload.declared().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        if declared.is_some_and(|length| length > limit) {
            return Err(Unread::TooLarge);
        }
        // One byte beyond the limit shows that the body exceeds it.
        let most = declared.unwrap_or(limit.saturating_add(1));
        let (mut body, mut share) = (Vec::new(), self.object.0.budget.nothing());
        while body.len() < most {
            let wanted = self.object.limits().small_body.clamp(1, most - body.len());
            self.make_room(&mut body, &mut share, wanted, most).await?;
            if self.receive(&mut body, wanted).await? < wanted {
                break;
            }
        }
        match declared {
            Some(length) if body.len() < length => Err(Unread::Broken),
            _ if body.len() > limit => Err(Unread::TooLarge),
            _ => {
                body.shrink_to_fit();
                share.resize(body.len());
                Ok((body, share))
            }
        }
    }

    /// Makes room for `wanted` bytes more of a body that has at most `most`.
    async fn make_room(&self, body: &mut Vec<u8>, share: &mut Share, wanted: usize, most: usize) -> Result<(), Unread> {
        let needed = body.len() + wanted;
        if needed <= body.capacity() {
            return Ok(());
        }
        let capacity = needed.max(2 * body.capacity()).min(most);
        let limits = self.object.limits();
        let purpose = if capacity <= limits.small_body { Purpose::SmallBody } else { Purpose::LargeBody };
        let more = capacity - share.bytes();
        let room = self.object.wait_for(limits.memory_wait, |_| share.grow(purpose, more).then_some(())).await;
        room.ok_or(Unread::Crowded)?;
        body.reserve_exact(capacity - body.len());
        Ok(())
    }

    /// Receives `wanted` bytes, or what is left of the body. Says how many those were.
    async fn receive(&mut self, body: &mut Vec<u8>, wanted: usize) -> Result<usize, Unread> {
        let late = self.object.0.host.sleep(self.object.limits().body_wait);
        match select(pin!(self.upload.next(body, wanted)), pin!(late)).await {
            Either::Left((received, _)) => received.map_err(|_| Unread::Broken),
            Either::Right(_) => Err(Unread::Stalled),
        }
    }

    /// Discards what a refused client still sends, because many clients read no response before they have sent everything.
    async fn discard(&mut self, time: Duration) {
        let late = self.object.0.host.sleep(time);
        select(pin!(self.upload.discard(self.object.limits().drain)), pin!(late)).await;
    }
}

impl<H: Host, U: Upload> Incoming for Intake<'_, H, U> {
    async fn read(mut self, limit: usize) -> Result<Vec<u8>, Unread> {
        let read = self.read_whole(limit).await;
        match &read {
            Err(Unread::TooLarge) => self.discard(self.object.limits().body_wait).await,
            Err(Unread::Crowded) => self.discard(self.object.limits().memory_wait).await,
            Ok(_) | Err(Unread::Broken | Unread::Stalled) => {}
        }
        let (body, share) = read?;
        self.share.set(Some(share));
        Ok(body)
    }
}
