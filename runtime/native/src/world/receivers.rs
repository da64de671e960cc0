//! The receivers of webhooks and of wake events.

use runtime::host::UnixMs;
use std::cell::RefCell;
use std::time::Duration;
use subscriptions::{Announcement, Delivered, Delivery};

/// What the receiver of a delivery or of a wake event does.
#[derive(Clone, Copy, Debug)]
pub struct Reaction {
    /// How long it takes.
    pub after: Duration,
    /// The outcome of its response. The failure of a wake stream is that of a wake event.
    pub outcome: Delivered,
}

/// Something that left a subscription.
#[derive(Clone, Debug)]
pub enum Sent {
    /// A request to a webhook.
    Delivery(Delivery),
    /// An event for a wake stream.
    Announcement(Announcement),
}

type React = Box<dyn FnMut(&Sent) -> Reaction>;

/// All receivers of deliveries and events.
pub struct Receivers {
    react: RefCell<React>,
    heard: RefCell<Vec<(UnixMs, Sent)>>,
}

impl Default for Receivers {
    /// Receivers that take everything at once, and don't process it.
    fn default() -> Self {
        let react: React = Box::new(|_| Reaction { after: Duration::ZERO, outcome: Delivered::Accepted });
        Self { react: RefCell::new(react), heard: RefCell::default() }
    }
}

impl Receivers {
    /// Lets receivers do this from now on.
    pub fn react(&self, react: impl FnMut(&Sent) -> Reaction + 'static) {
        *self.react.borrow_mut() = Box::new(react);
    }

    /// What they have heard since the last call, and when.
    pub fn take_heard(&self) -> Vec<(UnixMs, Sent)> {
        self.heard.take()
    }

    pub(super) async fn hear(&self, sent: Sent, now: UnixMs) -> Delivered {
        let Reaction { after, outcome } = (self.react.borrow_mut())(&sent);
        self.heard.borrow_mut().push((now, sent));
        tokio::time::sleep(after).await;
        outcome
    }
}
