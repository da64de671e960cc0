//! Calls to the Durable Object of a subscription, from the edge and from the Durable Objects of streams.
//!
//! [`bridge::write()`](crate::bridge::write) and [`bridge::read`](crate::bridge::read) add and check the version of their format.

use super::message::Message;
use super::request::Request;
use serde::{Deserialize, Serialize};
use subscriptions::SubscriptionId;

/// A call, with the ID of the receiving subscription: a Durable Object that has not served a request yet can't derive it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The ID of the subscription.
    pub id: SubscriptionId,
    /// The call.
    pub call: Call,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Call {
    /// A request of the edge. Its answer is a [`request::Answer`](super::request::Answer).
    Request(Box<Request>),
    /// A message of a stream. Its answer is a [`message::Answer`](super::message::Answer).
    Message(Message),
}
