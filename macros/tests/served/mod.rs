//! What the tests of served protocols share: services without a network, and examples that are sent to them.

#![allow(dead_code, unused_macros, reason = "each test needs some of it")]

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::vec::IntoIter;
use wire::{Body, Chunks, Example, Response, Unread};

/// Why a handler can't answer.
#[derive(Debug)]
pub struct Broken;

impl From<Unread> for Broken {
    fn from(_: Unread) -> Self {
        Self
    }
}

/// A body that arrives byte by byte.
pub struct Pieces(IntoIter<u8>);

impl Pieces {
    pub fn of(body: &str) -> Self {
        Self(body.as_bytes().to_vec().into_iter())
    }
}

impl Chunks for Pieces {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Unread> {
        Ok(self.0.next().map(|byte| vec![byte]))
    }
}

/// Implements the service of a resource: its handlers, and what all services have in common. The program has `limits`.
macro_rules! service {
    ($resource:ident for $program:ty { $($handlers:tt)* }) => {
        impl $resource::Service for $program {
            type Failure = $crate::served::Broken;
            type Events = String;

            fn limits(&self) -> &Limits {
                &self.limits
            }

            fn failed(&self, _: Self::Failure) {}

            $($handlers)*
        }
    };
}

/// The response of the edge, or that of the service.
macro_rules! answer {
    ($program:expr, $sent:expr) => {
        match admit($sent, $program) {
            Err(response) => response,
            Ok(_) => $crate::served::finished(serve($program, $sent, $crate::served::Pieces::of($sent.body()))),
        }
    };
}

/// The result of a future that never waits.
pub fn finished<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// The body of a response.
pub fn bytes<E: AsRef<[u8]>>(response: &Response<E>) -> &[u8] {
    match &response.body {
        Body::Bytes(bytes) => bytes,
        Body::Events(events) => events.as_ref(),
        Body::Empty => &[],
    }
}

/// Whether an example assumes a condition.
pub fn given(example: &Example) -> impl Fn(&str) -> bool {
    |condition| example.given.contains(&condition)
}

/// The variables that set the limits of an example.
pub fn variables(example: &Example) -> impl Fn(&str) -> Option<String> {
    |name| example.limits.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
}

/// Checks that each example shows what is answered, and that no list of examples is empty.
pub fn assert_examples<E: AsRef<[u8]>>(lists: &[&'static [Example]], answer: impl Fn(&'static Example) -> Response<E>) {
    assert!(lists.iter().all(|examples| !examples.is_empty()), "no example was sent");
    let faults: Vec<_> =
        lists.iter().copied().flatten().filter_map(|example| fault(example, &answer(example))).collect();
    assert!(faults.is_empty(), "{} examples differ:\n{}", faults.len(), faults.join("\n"));
}

/// How a response differs from an example.
pub fn fault<E: AsRef<[u8]>>(example: &Example, response: &Response<E>) -> Option<String> {
    let header = |name: &str| response.get(name).map(str::to_owned);
    let differences = example.expect.differences(response.status, header, bytes(response));
    (!differences.is_empty()).then(|| format!("{} {}: {differences:#?}", example.endpoint, example.name))
}
