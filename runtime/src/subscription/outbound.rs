use crate::host::Host;
use subscriptions::{Announcement, Delivered, Delivery, Failure};

/// A host that carries out what subscriptions start.
pub trait Outbound: Host {
    /// Sends a request to a webhook, unless its address is not allowed. Gives up at the deadline of the delivery.
    fn deliver(&self, delivery: &Delivery) -> impl Future<Output = Delivered>;

    /// Appends an event to a wake stream. The event may have been appended although this fails.
    ///
    /// # Errors
    /// [`Failure`], why it was not appended, as far as that is known.
    fn announce(&self, announcement: &Announcement) -> impl Future<Output = Result<(), Failure>>;
}
