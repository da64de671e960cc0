//! The examples of the spec, sent to a store in this process.

#![allow(missing_docs)]

use kv::protocol::{EXAMPLES, Limits, MALFORMED, Route, admit, serve};
use kv::store::Store;
use std::convert::Infallible;
use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wire::{Body, Example, Incoming, Response, Sent, Unread};

struct Whole(Vec<u8>);

impl Incoming for Whole {
    async fn read(self, limit: usize) -> Result<Vec<u8>, Unread> {
        if self.0.len() > limit { Err(Unread::TooLarge) } else { Ok(self.0) }
    }
}

fn answer(store: &Store, sent: &Sent) -> Response<Infallible> {
    let body = Whole(sent.body().as_bytes().to_vec());
    match admit(sent, store) {
        Err(response) => response,
        Ok(Route::Key(_)) => match pin!(serve(store, sent, body)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => response,
            Poll::Pending => panic!("the store waits for nothing"),
        },
    }
}

fn differences(example: &Example) -> Vec<String> {
    let limit = |name: &str| example.limits.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
    let store = Store::new(Limits::DECLARED.overridden(limit).expect("a limit"));
    for sent in example.before {
        assert!(answer(&store, sent).is_successful(), "{}: {sent:?}", example.name);
    }
    let response = answer(&store, &example.send);
    let body = match &response.body {
        Body::Bytes(bytes) => bytes.clone(),
        Body::Empty | Body::Events(_) => Vec::new(),
    };
    example.expect.differences(response.status, |name| response.get(name).map(str::to_owned), &body)
}

#[test]
fn every_example_is_true() {
    // A store in memory can't fail.
    let can_run = |example: &&Example| !example.given.contains(&"failure");
    let examples: Vec<_> = EXAMPLES.iter().chain(MALFORMED).filter(can_run).collect();
    assert!(examples.len() > 16);
    for example in examples {
        let differences = differences(example);
        assert!(differences.is_empty(), "{} {}: {differences:#?}", example.endpoint, example.name);
    }
}
