//! Reading the body of a request, in memory that the isolate has to spare. What is too long for a transaction is spooled meanwhile.

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
/// No body takes more at once than it can fill with one piece, so a client that declares much and sends little holds little.
pub(super) struct Intake<'a, H: Host, U> {
    context: &'a RequestContext<H>,
    object: &'a Object<H>,
    upload: U,
    /// Whether it claims to be JSON.
    json: bool,
}

impl<'a, H: Host, U: Upload> Intake<'a, H, U> {
    /// The body of a visitor's request, whose head is `source`.
    pub(super) fn new(context: &'a RequestContext<H>, source: &impl Source, upload: U) -> Self {
        let content_type = Inputs::new(source).optional::<spec::field::ContentType>();
        let json = content_type.is_some_and(|content_type| spec::media::JSON.matches(&content_type));
        Self { context, object: &context.object, upload, json }
    }

    /// Reads all of the body, unless it is longer than `limit`. What is longer than a part is spooled meanwhile, so that the
    /// rest is left, and its memory.
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

    /// Whether nothing that may still come matters.
    fn is_given_up(&self) -> bool {
        self.context.failed.borrow().is_some() || self.context.spool.borrow().as_ref().is_some_and(Spool::is_faulty)
    }

    /// Spools the end of a body of which something is spooled already, or that has a message which fits no row.
    async fn spool_end(&mut self, body: &mut Vec<u8>, share: &mut Share) -> Result<(), Unread> {
        let (row, begun) = (self.object.limits().row, self.context.spool.borrow().is_some());
        let fits_no_row = || body.len() > row && Splitter::longest(body) > row;
        if self.json && (begun || fits_no_row()) {
            self.spool(body, share, true).await?;
        }
        Ok(())
    }

    /// Spools what can be spooled of `body`. A failure is for the handler to tell.
    async fn spool(&mut self, body: &mut Vec<u8>, share: &mut Share, last: bool) -> Result<(), Unread> {
        // A part is made beside what it is made of.
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

    /// Makes room for `wanted` bytes more of a body of which at most `left` are still to come.
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
        self.context.share.set(Some(share));
        Ok(body)
    }
}
