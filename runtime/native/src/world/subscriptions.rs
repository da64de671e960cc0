//! Calls from the Durable Objects of streams to subscriptions: messages are recorded, and a test decides the answers.

use super::{World, unless};
use crate::database::Sqlite;
use runtime::bridge;
use runtime::host::{HostError, UnixMs};
use runtime::subscription::call::{Call, Envelope};
use runtime::subscription::message::{Answer, Message};
use runtime::{Databases, Report, scheduled};
use std::cell::RefCell;
use std::time::Duration;
use subscriptions::SubscriptionId;

/// What becomes of a message to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reception {
    /// It is answered.
    Answered(Answer),
    /// It is answered after this time.
    Slow(Duration, Answer),
    /// It is received, and the caller gets an error.
    Unheard,
    /// It is received, and the caller is never answered.
    Hung,
    /// It reaches the Durable Object of the subscription, which answers.
    Delivered,
}

/// A message that a subscription has received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The ID of the subscription.
    pub id: String,
    /// The message.
    pub message: Message,
    /// When it was received.
    pub at: UnixMs,
}

/// Decides what becomes of a message.
type Receiver = Box<dyn FnMut(&str, &Message) -> Reception>;

/// All subscriptions of a server.
pub struct SubscriptionCalls {
    received: RefCell<Vec<Received>>,
    receiver: RefCell<Receiver>,
}

impl Default for SubscriptionCalls {
    fn default() -> Self {
        Self {
            received: RefCell::default(),
            receiver: RefCell::new(Box::new(|_, _| Reception::Answered(Answer::Done))),
        }
    }
}

impl SubscriptionCalls {
    /// What has been received since the last call, in this order.
    #[must_use]
    pub fn take(&self) -> Vec<Received> {
        self.received.take()
    }

    /// How many messages have been received since the last [`Self::take`].
    #[must_use]
    pub fn count(&self) -> usize {
        self.received.borrow().len()
    }

    /// Lets this decide what becomes of the next messages.
    pub fn receive(&self, receiver: impl FnMut(&str, &Message) -> Reception + 'static) {
        *self.receiver.borrow_mut() = Box::new(receiver);
    }

    /// Lets the same become of all next messages.
    pub fn always(&self, reception: Reception) {
        self.receive(move |_, _| reception);
    }

    async fn call(&self, world: &World, id: &str, text: &str) -> Result<String, HostError> {
        // Others run before and after, as they do around a real call.
        tokio::task::yield_now().await;
        let Envelope { id: to, call } = bridge::read(text).map_err(|unread| HostError(unread.to_string()))?;
        assert_eq!(to.as_str(), id, "the call is for this subscription");
        let Call::Message(message) = call else { return world.reach_subscription(to, call).await };
        let reception = (self.receiver.borrow_mut())(id, &message);
        self.received.borrow_mut().push(Received { id: id.to_owned(), message: message.clone(), at: world.now() });
        tokio::task::yield_now().await;
        let answer = match reception {
            Reception::Answered(answer) => answer,
            Reception::Slow(time, answer) => {
                tokio::time::sleep(time).await;
                answer
            }
            Reception::Unheard => return Err(HostError("no answer".to_owned())),
            Reception::Hung => std::future::pending().await,
            Reception::Delivered => return world.reach_subscription(to, Call::Message(message)).await,
        };
        Ok(bridge::write(&answer).expect("an answer as JSON"))
    }
}

impl World {
    pub(super) async fn call_subscription(&self, id: &str, text: &str) -> Result<String, HostError> {
        self.subscriptions.call(self, id, text).await
    }

    /// The call arrives even if the caller crashes meanwhile.
    async fn reach_subscription(&self, id: SubscriptionId, call: Call) -> Result<String, HostError> {
        let (object, end) = self.subscription(&id);
        let answered = async move { unless(end, object.answer(call)).await };
        let answer = tokio::task::spawn_local(answered).await.expect("no task panics");
        let answer = answer.ok_or_else(|| HostError("no answer".to_owned()))?;
        answer.map_err(|failure| HostError(failure.to_string()))
    }
}

impl scheduled::Platform for World {
    type Database = Sqlite;

    fn databases(&self) -> &Databases<Sqlite> {
        &self.databases
    }

    fn now(&self) -> UnixMs {
        World::now(self)
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        tokio::time::sleep(time)
    }

    async fn call(&self, path: &str, message: String) -> Result<String, HostError> {
        World::call(self, path, message).await
    }

    async fn call_subscription(&self, id: &str, message: String) -> Result<String, HostError> {
        World::call_subscription(self, id, &message).await
    }

    fn report(&self, report: &Report) {
        World::report(self, report);
    }
}
