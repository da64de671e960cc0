//! Waiting for a stream to go on.

use super::{Head, Object};
use crate::host::Host;
use crate::stream::Stream;
use futures_util::future::{Either, select};
use spec::Offset;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::watch;

/// A place among the readers that wait, given back when it is dropped.
pub struct Seat<H: Host>(Object<H>);

impl<H: Host> Seat<H> {
    /// Takes a place, of which there may be more than the limit allows: whether to is decided before.
    pub fn take(object: &Object<H>) -> Self {
        object.0.readers.set(object.0.readers.get() + 1);
        Self(object.clone())
    }
}

impl<H: Host> Drop for Seat<H> {
    fn drop(&mut self) {
        self.0.0.readers.set(self.0.0.readers.get().saturating_sub(1));
    }
}

impl<H: Host> Object<H> {
    pub(super) fn readers_full(&self) -> bool {
        self.0.readers.get() >= self.limits().readers
    }

    /// A place in the line of those who are woken. Whoever takes it before looking at the stream misses nothing that
    /// happens between the look and the wait.
    pub(crate) fn line(&self) -> watch::Receiver<Head> {
        self.0.head.subscribe()
    }

    /// Waits until there is news for a reader of `stream` who has everything up to `position`, or until `hold` is over.
    /// Says whether there is news.
    pub(crate) async fn wait(
        &self,
        line: &mut watch::Receiver<Head>,
        stream: &Stream,
        position: Offset,
        hold: Duration,
    ) -> bool {
        let news = pin!(line.wait_for(|head| head.concerns(stream, position)));
        let over = pin!(self.0.host.sleep(hold));
        matches!(select(news, over).await, Either::Left((Ok(_), _)))
    }
}
