//! Messages that two or three readers share.

use super::*;
use crate::fanout::reader::{Mode, PositionForm};
use crate::stream::Generation;

const SOCKET: u64 = 7;
const BYTES_MAX: usize = 100;

fn state(position: u64) -> ReaderState {
    ReaderState {
        mode: Mode::Feed,
        generation: Generation("g".to_owned()),
        position,
        seen: position,
        cursor: None,
        form: PositionForm::Offset,
        position_sent: true,
        current: true,
        base64: false,
    }
}

/// A channel with the readers 1 and 2, of which the first one leads. A reader is woken by its number.
fn shared_by_two() -> Channel<u64, u64> {
    let mut channel = Channel::new(BYTES_MAX);
    channel.begin(1, SOCKET, state(0), 0);
    assert_eq!(channel.approach(2), Approach::Offer(SOCKET));
    assert!(channel.join(2, SOCKET, 0, &Rc::new(state(0))));
    channel
}

fn send(channel: &mut Channel<u64, u64>, number: u64) {
    channel.receive(SOCKET, number, 10, Next::State(state(number + 1)), 0);
}

#[test]
fn a_slow_reader_takes_little_memory_and_keeps_nobody_waiting() {
    let mut channel = shared_by_two();
    for number in 0..1_000 {
        send(&mut channel, number);
        assert_eq!(channel.take(1).0, Taken::Message(number));
        assert!(channel.bytes <= BYTES_MAX, "{} bytes", channel.bytes);
        if number < 5 {
            assert_eq!(channel.take(2).0, Taken::Message(number));
        }
    }
    // It gets its own socket, at the state after the last message that it has.
    assert_eq!(channel.take(2).0, Taken::Adrift(Rc::new(state(5))));
    assert_eq!(channel.take(2).0, Taken::Nothing);
    send(&mut channel, 1_000);
    assert_eq!(channel.take(1).0, Taken::Message(1_000));
    assert_eq!(channel.bytes, 0);
}

#[test]
fn nothing_is_removed_that_the_fastest_reader_needs() {
    let mut channel = shared_by_two();
    (0..50).for_each(|number| send(&mut channel, number));
    (0..50).for_each(|number| assert_eq!(channel.take(1).0, Taken::Message(number)));
}

#[test]
fn a_mark_is_returned_when_one_client_has_received_everything_before_it() {
    let mut channel = shared_by_two();
    channel.wait_for_work(1, 1);
    channel.wait_for_work(2, 2);
    send(&mut channel, 0);
    assert_eq!(channel.mark(SOCKET, "mark".to_owned()), None);
    assert_eq!(channel.take(2), (Taken::Message(0), vec![]));
    assert_eq!(channel.due_mark(1), None);
    // That its client has received the message shows when it can take more. Only the lead has the socket.
    assert_eq!(channel.take(2), (Taken::Nothing, vec![1]));
    assert_eq!((channel.due_mark(2), channel.due_mark(1).as_deref()), (None, Some("mark")));
    assert_eq!(channel.due_mark(1), None);
}

#[test]
fn a_reader_finds_what_was_sent_while_it_joined() {
    let mut channel = shared_by_two();
    assert_eq!(channel.approach(3), Approach::Offer(SOCKET));
    for number in 0..2 {
        send(&mut channel, number);
        [1, 2].map(|id| assert_eq!(channel.take(id).0, Taken::Message(number)));
    }
    assert!(channel.join(3, SOCKET, 1, &Rc::new(state(1))));
    assert_eq!(channel.take(3).0, Taken::Message(1));
    assert_eq!(channel.bytes, 0);
    // No reader was offered the socket since.
    send(&mut channel, 2);
    [1, 2, 3].map(|id| assert_eq!(channel.take(id).0, Taken::Message(2)));
    assert!(!channel.join(4, SOCKET, 2, &Rc::new(state(2))));
    assert!(!channel.join(4, SOCKET + 1, 3, &Rc::new(state(3))));
}

#[test]
fn a_lead_that_falls_silent_is_replaced_by_the_reader_that_notices() {
    let mut channel = shared_by_two();
    channel.wait_for_work(2, 2);
    assert!(channel.check(2, LEAD_SILENCE_MS).is_empty());
    assert!(!channel.is_successor(2));
    channel.check(1, LEAD_SILENCE_MS);
    assert!(channel.check(2, 2 * LEAD_SILENCE_MS).is_empty());
    assert_eq!(channel.check(2, 2 * LEAD_SILENCE_MS + 1), [2]);
    assert!(channel.is_successor(2) && channel.source().is_none());
    // If it is there in spite of that, its messages no longer count, and it gets its own socket.
    send(&mut channel, 0);
    assert_eq!(channel.take(2).0, Taken::Nothing);
    assert_eq!(channel.take(1).0, Taken::Adrift(Rc::new(state(0))));
}

#[test]
fn the_end_comes_after_the_last_message() {
    let mut channel = shared_by_two();
    channel.receive(SOCKET, 0, 10, Next::End(Ending::Closed), 0);
    channel.end(SOCKET, Over::Ended(Ending::Failed));
    for id in [1, 2] {
        assert_eq!(channel.take(id).0, Taken::Message(0));
        assert_eq!(channel.take(id).0, Taken::Over(Over::Ended(Ending::Closed)));
    }
    assert!(channel.is_over());
}
