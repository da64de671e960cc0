//! Idempotent producers: each append takes effect once and in order.

use std::time::{Duration, Instant};

use e2e::{Reply, Stream, at_once, offset};

#[track_caller]
fn is_accepted(reply: Reply, epoch: &str, seq: &str) {
    let reply = reply.expect(200);
    assert_eq!((reply.header("producer-epoch"), reply.header("producer-seq")), (Some(epoch), Some(seq)));
}

#[track_caller]
fn is_a_gap(reply: &Reply, expected: &str, received: &str) {
    reply.problem(409, "sequence-gap").names("header", "producer-seq", "");
    assert_eq!(reply.header("producer-expected-seq"), Some(expected));
    assert_eq!(reply.header("producer-received-seq"), Some(received));
}

#[test]
fn pipelined_requests_are_accepted_once_each_and_in_order() {
    let stream = Stream::new("application/json");
    let deadline = Instant::now() + Duration::from_secs(20);
    let numbers = |reply: &Reply, name: &str| reply.header(name).and_then(|value| value.parse::<u64>().ok());
    let gaps: usize = at_once(30, |number| {
        // Backwards, so that nearly all come too early.
        let seq = 29 - number as u64;
        for gaps in 0.. {
            let reply = stream.producing("p", 0, seq, seq.to_string()).send();
            if reply.status != 409 {
                is_accepted(reply, "0", &seq.to_string());
                return gaps;
            }
            reply.problem(409, "sequence-gap");
            assert_eq!(numbers(&reply, "producer-received-seq"), Some(seq));
            assert!(numbers(&reply, "producer-expected-seq").expect("an expected number") < seq);
            assert!(Instant::now() < deadline, "{seq} is never accepted");
        }
        unreachable!("there is an end to every number")
    })
    .into_iter()
    .sum();
    assert!(gaps > 0, "they came in order by chance");
    let expected: Vec<String> = (0..30).map(|seq| seq.to_string()).collect();
    assert_eq!(stream.messages(), expected);
}

#[test]
fn concurrent_retries_take_effect_once() {
    let stream = Stream::new("text/plain");
    let replies = at_once(20, |_| stream.producing("p", 0, 0, "once").send());
    let accepted = replies.iter().filter(|reply| reply.status == 200).count();
    let repeated = replies.iter().filter(|reply| reply.status == 204).count();
    assert_eq!((accepted, repeated), (1, 19));
    assert!(replies.iter().all(|reply| reply.next_offset() == offset(4)));
    assert_eq!(stream.bytes(), b"once");
}

#[test]
fn a_repeated_append_is_told_what_the_first_was_told() {
    let stream = Stream::new("text/plain");
    stream.producing("p", 2, 0, "abc").send().expect(200);
    stream.producing("p", 2, 1, "def").send().expect(200);
    stream.append("by another");
    let last = stream.producing("p", 2, 1, "def").send().expect(204);
    assert_eq!(last.next_offset(), offset(6));
    assert_eq!((last.header("producer-epoch"), last.header("producer-seq")), (Some("2"), Some("1")));
    let earlier = stream.producing("p", 2, 0, "abc").send().expect(204);
    assert_eq!(earlier.next_offset(), offset(3));
    assert_eq!(earlier.header("producer-seq"), Some("1"));
    assert_eq!(stream.bytes(), b"abcdefby another");
}

#[test]
fn a_later_epoch_fences_off_those_before() {
    let stream = Stream::new("text/plain");
    is_accepted(stream.producing("p", 0, 0, "a").send(), "0", "0");
    is_accepted(stream.producing("p", 5, 0, "b").send(), "5", "0");
    for (epoch, seq) in [(0, 0), (0, 1), (4, 0), (4, 7)] {
        let fenced = stream.producing("p", epoch, seq, "x").send();
        fenced.problem(403, "producer-fenced").names("header", "producer-epoch", "");
        assert_eq!(fenced.header("producer-epoch"), Some("5"));
    }
    is_accepted(stream.producing("p", 5, 1, "c").send(), "5", "1");
    assert_eq!(stream.bytes(), b"abc");
}

#[test]
fn of_many_concurrent_epochs_none_that_was_fenced_off_writes_again() {
    let stream = Stream::new("application/json");
    let statuses = at_once(12, |epoch| stream.producing("p", epoch as u64, 0, epoch.to_string()).send().status);
    assert!(statuses.iter().all(|status| [200, 403].contains(status)), "{statuses:?}");
    assert_eq!(statuses[11], 200, "nothing is later than the last");
    let written: Vec<usize> = stream.messages().iter().map(|message| message.parse().expect("a number")).collect();
    assert!(written.is_sorted(), "{written:?}");
    let accepted: Vec<usize> = (0..12).filter(|epoch| statuses[*epoch] == 200).collect();
    assert_eq!(written, accepted);
}

#[test]
fn an_epoch_starts_at_zero() {
    let stream = Stream::new("text/plain");
    // Of a producer that is not known, an append is missing rather than an epoch not begun.
    is_a_gap(&stream.producing("p", 3, 1, "x").send(), "0", "1");
    is_accepted(stream.producing("p", 3, 0, "a").send(), "3", "0");
    let unseeded = stream.producing("p", 4, 1, "x").send();
    unseeded.problem(400, "epoch-not-started").names("header", "producer-seq", "");
    is_accepted(stream.producing("p", 3, 1, "b").send(), "3", "1");
    is_a_gap(&stream.producing("p", 3, 3, "x").send(), "2", "3");
    assert_eq!(stream.bytes(), b"ab");
}

#[test]
fn the_largest_numbers_are_taken_exactly() {
    const LARGEST: u64 = (1 << 53) - 1;
    let stream = Stream::new("text/plain");
    is_accepted(stream.producing("p", LARGEST - 1, 0, "a").send(), "9007199254740990", "0");
    is_a_gap(&stream.producing("p", LARGEST - 1, LARGEST, "x").send(), "1", "9007199254740991");
    is_accepted(stream.producing("p", LARGEST, 0, "b").send(), "9007199254740991", "0");
    assert_eq!(stream.producing("p", LARGEST - 1, 1, "x").send().status, 403);
    assert_eq!(stream.bytes(), b"ab");
}

#[test]
fn producers_know_nothing_of_each_other() {
    let (one, other) = (Stream::new("text/plain"), Stream::new("text/plain"));
    is_accepted(one.producing("p", 7, 0, "a").send(), "7", "0");
    is_accepted(one.producing("p", 7, 1, "b").send(), "7", "1");
    // Another producer, and the same on another stream.
    is_accepted(one.producing("P", 0, 0, "c").send(), "0", "0");
    is_accepted(one.producing("p p", 0, 0, "d").send(), "0", "0");
    is_accepted(other.producing("p", 0, 0, "e").send(), "0", "0");
    is_accepted(one.producing("p", 7, 2, "f").send(), "7", "2");
    assert_eq!((one.bytes(), other.bytes()), (b"abcdf".to_vec(), b"e".to_vec()));
}

#[test]
fn a_stream_created_again_knows_no_producer() {
    let stream = Stream::new("text/plain");
    is_accepted(stream.producing("p", 7, 0, "old").send(), "7", "0");
    stream.delete().send().expect(204);
    stream.put().header("content-type", "text/plain").send().expect(201);
    is_a_gap(&stream.producing("p", 7, 1, "x").send(), "0", "1");
    is_accepted(stream.producing("p", 0, 0, "new").send(), "0", "0");
    assert_eq!(stream.bytes(), b"new");
}

#[test]
fn an_append_that_is_refused_does_not_count() {
    let stream = Stream::new("application/json");
    stream.appending("0").header("stream-seq", "m").send().expect(204);
    stream.producing("p", 0, 0, "no json").send().problem(400, "invalid-json");
    stream.producing("p", 0, 0, "[]").send().problem(400, "no-messages");
    let behind = stream.producing("p", 0, 0, "1").header("stream-seq", "a").send();
    behind.problem(409, "sequence-conflict").names("header", "stream-seq", "");
    is_accepted(stream.producing("p", 0, 0, "1").header("stream-seq", "n").send(), "0", "0");
    // A repetition is one whatever the rest of it says.
    stream.producing("p", 0, 0, "no json").header("stream-seq", "a").send().expect(204);
    assert_eq!(stream.messages(), ["0", "1"]);
}

#[test]
fn stream_seq_is_ordered_by_bytes_and_one_for_all_writers() {
    let stream = Stream::new("text/plain");
    let append = |seq: &str| stream.appending("x").header("stream-seq", seq).send().status;
    let order = ["10", "2", "A", "Z", "a", "aa", "b,c", "~"];
    for (index, seq) in order.iter().enumerate() {
        assert_eq!(append(seq), 204, "{seq:?}");
        for earlier in &order[..=index] {
            assert_eq!(append(earlier), 409, "{earlier:?} after {seq:?}");
        }
    }
    // Without one there is no order to keep.
    stream.append("y");
    let by_producer = stream.producing("p", 0, 0, "x").header("stream-seq", "~");
    by_producer.send().problem(409, "sequence-conflict");
}
