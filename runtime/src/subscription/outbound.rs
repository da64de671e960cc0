use super::keyring::{Crypto, Keyring};
use super::webhook::Post;
use crate::Settings;
use crate::host::Host;
use std::rc::Rc;
use subscriptions::{Announcement, Delivered, Delivery, Failure};

/// A host that carries out what subscriptions start.
pub trait Outbound: Host + Sized {
    /// The part of the platform that signs and sends requests.
    type Platform: Crypto + Post;

    /// The part of the platform that signs and sends requests.
    fn platform(&self) -> &Self::Platform;

    /// The keyring of the isolate.
    fn keyring(&self) -> Rc<Keyring>;

    /// Sends a request to a webhook, unless its address is not allowed. Gives up at the deadline of the delivery.
    fn deliver(&self, settings: &Settings, delivery: &Delivery) -> impl Future<Output = Delivered>;

    /// Appends an event to a wake stream. The event may have been appended although this fails.
    ///
    /// # Errors
    /// [`Failure`], the reason for which it was perhaps not appended.
    fn announce(&self, settings: &Settings, announcement: &Announcement) -> impl Future<Output = Result<(), Failure>>;
}
