//! Reading the body of a request in memory from the isolate's budget. A body too long for one transaction is spooled to
//! R2 while it arrives.

use super::archive::spool::Spool;
use super::{Object, RequestContext};
use crate::budget::{Purpose, Share};
use crate::host::{Host, Upload};
use crate::stream::messages::Splitter;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use wire::{Incoming, Inputs, Source, Unread};

/// A body that takes memory from the isolate's budget as it arrives.
///
/// A body takes memory for one small piece at a time. So a client that declares a long body and sends little uses little
/// memory.
pub(super) struct Intake<'a, H: Host, U> {
    context: &'a RequestContext<H>,
    object: &'a Object<H>,
    upload: U,
    /// Whether the request's `Content-Type` is JSON.
    json: bool,
}

impl<'a, H: Host, U: Upload> Intake<'a, H, U> {
    /// The body of a request whose head is `source`.
    pub(super) fn new(context: &'a RequestContext<H>, source: &impl Source, upload: U) -> Self {
        let content_type = Inputs::new(source).optional::<spec::field::ContentType>();
        let json = content_type.is_some_and(|content_type| spec::media::JSON.matches(&content_type));
        Self { context, object: &context.object, upload, json }
    }

    /// Reads the whole body, or fails if it is longer than `limit`. A body longer than a part is spooled while it
    /// arrives. Returns the rest that was not spooled, with its memory.
    async fn read_whole(&mut self, limit: usize) -> Result<(Vec<u8>, Share), Unread> {
        let declared = self.upload.declared().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        if declared.is_some_and(|length| length > limit) {
            return Err(Unread::TooLarge);
        }
        // One byte beyond the limit shows that the body exceeds it.
        let most = declared.unwrap_or(limit.saturating_add(1));
        let (mut body, mut share, mut received) = (Vec::new(), self.object.0.budget.empty_share(), 0);
        while received < most && !self.is_given_up() {
            let wanted = self.object.limits().small_body.clamp(1, most - received);
            self.make_room(&mut body, &mut share, wanted, most - received).await?;
            let got = self.receive(&mut body, wanted).await?;
            received += got;
            if got < wanted {
                break;
            }
            if received < most && body.len() >= self.object.limits().part {
                self.spool(&mut body, &mut share, false).await?;
            }
        }
        match declared {
            _ if self.is_given_up() => self.discard(self.object.limits().body_wait).await,
            Some(length) if received < length => return Err(Unread::Broken),
            _ if received > limit => return Err(Unread::TooLarge),
            _ => self.spool_end(&mut body, &mut share).await?,
        }
        body.shrink_to_fit();
        share.resize(body.capacity());
        Ok((body, share))
    }

    /// Whether reading has failed, so that the remaining bytes are not needed.
    fn is_given_up(&self) -> bool {
        self.context.failed.borrow().is_some() || self.context.spool.borrow().as_ref().is_some_and(Spool::is_faulty)
    }

    /// Spools the end of a body if its beginning is spooled already, or if it contains a message too long for one row.
    async fn spool_end(&mut self, body: &mut Vec<u8>, share: &mut Share) -> Result<(), Unread> {
        let (row, begun) = (self.object.limits().row, self.context.spool.borrow().is_some());
        let fits_no_row = || body.len() > row && Splitter::longest(body) > row;
        if self.json && (begun || fits_no_row()) {
            self.spool(body, share, true).await?;
        }
        Ok(())
    }

    /// Spools as much of `body` as possible. The handler reports a failure.
    async fn spool(&mut self, body: &mut Vec<u8>, share: &mut Share, last: bool) -> Result<(), Unread> {
        // The part is built in memory while `body` is still there.
        let (before, more) = (share.bytes(), body.len());
        let wait = self.object.limits().memory_wait;
        let room = self.object.wait_for(wait, |_| share.grow(Purpose::LargeBody, more).then_some(())).await;
        room.ok_or(Unread::Crowded)?;
        let taken = self.context.spool.take();
        let spooled = async {
            let mut spool = match taken {
                Some(spool) => spool,
                None => Spool::begin(self.object, self.json).await?,
            };
            let done = spool.take(body, last).await;
            self.context.spool.replace(Some(spool));
            done
        };
        if let Err(failure) = spooled.await {
            self.context.failed.replace(Some(failure));
        }
        share.resize(before.max(body.capacity()));
        Ok(())
    }

    /// Makes room for `wanted` more bytes of a body of which at most `left` bytes have not arrived.
    async fn make_room(&self, body: &mut Vec<u8>, share: &mut Share, wanted: usize, left: usize) -> Result<(), Unread> {
        let needed = body.len() + wanted;
        if needed <= body.capacity() {
            return Ok(());
        }
        let capacity = needed.max(2 * body.capacity()).min(body.len() + left);
        let limits = self.object.limits();
        let purpose = if capacity <= limits.small_body { Purpose::SmallBody } else { Purpose::LargeBody };
        let more = capacity.saturating_sub(share.bytes());
        let room = self.object.wait_for(limits.memory_wait, |_| share.grow(purpose, more).then_some(())).await;
        room.ok_or(Unread::Crowded)?;
        body.reserve_exact(capacity - body.len());
        Ok(())
    }

    /// Receives `wanted` bytes, or fewer at the end of the body. Returns the number of bytes received.
    async fn receive(&mut self, body: &mut Vec<u8>, wanted: usize) -> Result<usize, Unread> {
        let late = self.object.0.host.sleep(self.object.limits().body_wait);
        match select(pin!(self.upload.next(body, wanted)), pin!(late)).await {
            Either::Left((received, _)) => received.map_err(|_| Unread::Broken),
            Either::Right(_) => Err(Unread::Stalled),
        }
    }

    /// Discards the rest of a rejected body, because many clients read no response before they have sent everything.
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
        self.context.share.set(Some(share));
        Ok(body)
    }
}
