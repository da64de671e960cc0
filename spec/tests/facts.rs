//! A decision calls the method of a state or fact only where a line needs it, and once.

use spec::stream::append::{Decision, Facts, Ready, Request, decide};
use spec::{ProducerState, StreamState};
use std::cell::RefCell;
use wire::Sent;

/// Facts that record the methods called.
struct Recorded {
    stream: StreamState,
    producer: ProducerState,
    called: RefCell<Vec<&'static str>>,
}

macro_rules! record {
    ($($fact:ident)*) => {
        impl Facts for Recorded {
            fn stream(&self) -> StreamState {
                self.called.borrow_mut().push("stream");
                self.stream
            }

            fn producer(&self) -> ProducerState {
                self.called.borrow_mut().push("producer");
                self.producer
            }

            $(fn $fact(&self) -> bool {
                self.called.borrow_mut().push(stringify!($fact));
                false
            })*
        }
    };
}

record! {
    precondition_failed content_type_differs closing_repeated messages_invalid messages_empty messages_too_large text_invalid
    sequence_repeated tail_unexpected queue_full
}

fn decided(stream: StreamState, producer: ProducerState) -> (Decision, Vec<&'static str>) {
    let sent = Sent("POST /v1/stream/a\ncontent-type: text/plain\n\na");
    let request = Request::read(["a"], &sent, sent.body().into()).expect("a well-formed request");
    let facts = Recorded { stream, producer, called: RefCell::default() };
    (decide(&request, &facts), facts.called.into_inner())
}

#[test]
fn no_method_is_called_twice() {
    for stream in [StreamState::Open, StreamState::Closed] {
        for producer in [ProducerState::None, ProducerState::Next, ProducerState::Repeated, ProducerState::Stale] {
            let (decision, mut called) = decided(stream, producer);
            called.sort_unstable();
            assert!(called.is_sorted_by(|one, next| one != next), "{decision:?}: {called:?}");
        }
    }
}

#[test]
fn no_method_is_called_that_the_decision_does_not_need() {
    let (decision, called) = decided(StreamState::Absent, ProducerState::Next);
    assert_eq!((decision, called), (Decision::Ready(Ready::NotFound), vec!["stream"]));
    let (decision, called) = decided(StreamState::Closed, ProducerState::None);
    assert_eq!((decision, called), (Decision::Closed, vec!["stream", "producer"]));
}
