//! Closed streams.

use std::time::Duration;

use e2e::{Reply, Stream, at_once, offset, woken_by};

const SOON: Duration = Duration::from_secs(1);

/// A closed stream whose content is `last`.
fn closed(content_type: &str) -> Stream {
    let stream = Stream::new(content_type);
    let reply = stream.appending("last").header("stream-closed", "true").send().expect(204);
    assert!(reply.closed());
    stream
}

/// What everyone is told who appends to a closed stream of four bytes.
#[track_caller]
fn refused_as_closed(reply: &Reply) {
    reply.problem(409, "stream-closed");
    assert!(reply.closed());
    assert_eq!(reply.next_offset(), offset(4));
}

#[test]
fn put_confirms_a_stream_only_as_open_or_closed_as_it_is() {
    let put = |stream: &Stream| stream.put().header("content-type", "text/plain").send();
    let put_closed =
        |stream: &Stream| stream.put().header("content-type", "text/plain").header("stream-closed", "true").send();

    let open = Stream::new("text/plain");
    assert!(!put(&open).expect(200).closed());
    let reply = put_closed(&open);
    reply.problem(409, "configuration-conflict");
    assert!(!reply.closed());
    assert!(!open.head().send().expect(200).closed());

    let closed = closed("text/plain");
    assert!(put_closed(&closed).expect(200).closed());
    let reply = put(&closed);
    reply.problem(409, "configuration-conflict");
    assert!(reply.closed());

    let born_closed = Stream::unborn();
    assert!(put_closed(&born_closed).expect(201).closed());
    assert!(put_closed(&born_closed).expect(200).closed());
    put(&born_closed).problem(409, "configuration-conflict");
}

#[test]
fn true_closes_in_any_case() {
    for value in ["true", "TRUE", "True", "tRuE"] {
        let stream = Stream::new("text/plain");
        assert!(stream.post().header("stream-closed", value).send().expect(204).closed(), "{value}");
        assert!(stream.head().send().expect(200).closed(), "{value}");
        let put = Stream::unborn().put().header("stream-closed", value);
        assert!(put.send().expect(201).closed(), "{value}");
    }
}

#[test]
fn other_values_are_as_good_as_none() {
    for value in ["false", "yes", "1", "0", "", "truee", "true;q=1", "\"true\""] {
        let stream = Stream::new("text/plain");
        let append = stream.appending("x").header("stream-closed", value);
        assert!(!append.send().expect(204).closed(), "{value:?}");
        stream.post().header("stream-closed", value).send().problem(400, "empty-body");
        assert!(!stream.head().send().expect(200).closed(), "{value:?}");
        stream.append("y");
        let put = Stream::unborn().put().header("stream-closed", value);
        assert!(!put.send().expect(201).closed(), "{value:?}");
    }
}

#[test]
fn that_a_stream_is_closed_is_said_before_anything_else_is() {
    let stream = closed("text/plain");
    let post = || stream.post().header("content-type", "application/json").header("stream-seq", "a");
    refused_as_closed(&post().body("{}").send());
    refused_as_closed(&post().body("no json").header("stream-closed", "true").send());
    refused_as_closed(&stream.appending("x").send());
    refused_as_closed(&stream.appending("x").header("stream-closed", "true").send());
    assert_eq!(stream.bytes(), b"last");
}

#[test]
fn closing_again_changes_nothing() {
    let stream = closed("text/plain");
    for _ in 0..3 {
        let reply = stream.post().header("stream-closed", "true").send().expect(204);
        assert!(reply.closed());
        assert_eq!(reply.next_offset(), offset(4));
    }
}

#[test]
fn a_content_type_without_a_body_means_nothing() {
    for content_type in ["application/json", "foo", ""] {
        let stream = Stream::new("text/plain");
        let close = stream.post().header("content-type", content_type).header("stream-closed", "true");
        assert!(close.send().expect(204).closed(), "{content_type:?}");
    }
}

#[test]
fn every_way_to_read_says_where_the_end_is() {
    let stream = closed("text/plain");
    let whole = stream.get("offset=-1").send().expect(200);
    assert_eq!((whole.text(), whole.closed(), whole.up_to_date()), ("last", true, true));
    for query in [format!("offset={}", offset(4)), "offset=now".to_owned()] {
        let end = stream.get(&query).send().expect(200);
        assert_eq!((end.text(), end.closed(), end.up_to_date()), ("", true, true), "{query}");
        assert_eq!(end.next_offset(), offset(4));
    }
    for position in [&offset(4), "now"] {
        let end = stream.poll(position).send().expect(204);
        assert_eq!((end.closed(), end.up_to_date(), end.next_offset()), (true, true, &*offset(4)), "{position}");
        let mut events = stream.events(position);
        let control = events.expect_next().control();
        assert_eq!((control.closed, control.next_offset), (true, offset(4)), "{position}");
        assert_eq!(events.next(), None);
    }
    let data = stream.poll("-1").send().expect(200);
    assert_eq!((data.text(), data.closed()), ("last", true));
}

#[test]
fn a_close_wakes_a_long_poll() {
    let stream = Stream::new("text/plain");
    let at = stream.append("x");
    let (reply, after) = woken_by(|| stream.poll(&at).send(), || stream.close());
    let reply = reply.expect(204);
    assert!(reply.closed() && reply.up_to_date(), "{reply:?}");
    assert_eq!(reply.next_offset(), at);
    assert!(after < SOON, "{after:?}");
}

#[test]
fn a_last_append_wakes_a_long_poll() {
    let stream = Stream::new("text/plain");
    let close = || drop(stream.appending("last").header("stream-closed", "true").send().expect(204));
    let (reply, after) = woken_by(|| stream.poll("now").send(), close);
    let reply = reply.expect(200);
    assert_eq!((reply.text(), reply.closed()), ("last", true));
    assert!(after < SOON, "{after:?}");
}

#[test]
fn an_event_stream_ends_with_the_last_data() {
    let stream = Stream::new("text/plain");
    stream.append("first,");
    let mut events = stream.events("-1");
    let (data, control) = events.expect_data();
    assert_eq!((&*data, control.closed, control.up_to_date), ("first,", false, true));
    assert!(control.cursor.is_some());
    let close = || drop(stream.appending("last").header("stream-closed", "true").send().expect(204));
    let ((last, after_it), after) = woken_by(|| (events.expect_data(), events.next()), close);
    let (data, control) = last;
    assert_eq!((&*data, control.closed, control.up_to_date), ("last", true, true));
    assert_eq!((control.next_offset, control.cursor), (stream.tail(), None));
    assert_eq!(after_it, None);
    assert!(after < SOON, "{after:?}");
}

#[test]
fn an_event_stream_ends_when_there_is_no_last_data() {
    let stream = Stream::new("text/plain");
    let mut events = stream.events("-1");
    assert!(!events.expect_next().control().closed);
    let ((control, after_it), after) = woken_by(|| (events.expect_next().control(), events.next()), || stream.close());
    assert!(control.closed && control.next_offset == offset(0), "{control:?}");
    assert_eq!(after_it, None);
    assert!(after < SOON, "{after:?}");
}

#[test]
fn the_closing_producer_may_ask_again_and_no_one_else() {
    let stream = Stream::new("text/plain");
    stream.producing("p", 3, 0, "la").send().expect(200);
    let close = |body: &str| stream.producing("p", 3, 1, body).header("stream-closed", "true").send();
    assert!(close("st").expect(200).closed());
    for body in ["st", "another body"] {
        let again = close(body).expect(204);
        assert!(again.closed());
        assert_eq!(again.next_offset(), offset(4));
        assert_eq!((again.header("producer-epoch"), again.header("producer-seq")), (Some("3"), Some("1")));
    }
    for (id, epoch, seq) in [("p", 3, 0), ("p", 3, 2), ("p", 4, 0), ("q", 3, 1), ("q", 0, 0)] {
        refused_as_closed(&stream.producing(id, epoch, seq, "more").send());
        refused_as_closed(&stream.producing(id, epoch, seq, "more").header("stream-closed", "true").send());
    }
    assert_eq!(stream.bytes(), b"last");
}

#[test]
fn a_producer_may_close_without_a_body() {
    let stream = Stream::new("text/plain");
    let close = |seq: &str| {
        let post = stream.post().header("producer-id", "p").header("producer-epoch", "0").header("producer-seq", seq);
        post.header("stream-closed", "true").send()
    };
    close("1").problem(409, "sequence-gap");
    let first = close("0").expect(204);
    assert!(first.closed());
    assert_eq!(first.header("producer-seq"), Some("0"));
    assert!(close("0").expect(204).closed());
    close("1").problem(409, "stream-closed");
}

#[test]
fn a_close_among_appends_loses_none_that_was_accepted() {
    let stream = Stream::new("application/json");
    let statuses = at_once(24, |number| {
        if number == 12 {
            stream.close();
        }
        stream.appending(number.to_string()).send().status
    });
    let accepted: Vec<usize> = (0..24).filter(|number| statuses[*number] == 204).collect();
    assert!(statuses.iter().all(|status| [204, 409].contains(status)), "{statuses:?}");
    assert_eq!(statuses[12], 409, "its own close came before");
    let page = stream.get("offset=-1").send().expect(200);
    let mut found: Vec<usize> = page.messages().iter().map(|message| message.parse().expect("a number")).collect();
    found.sort_unstable();
    assert_eq!(found, accepted);
    assert!(page.closed());
}

#[test]
fn a_closed_stream_can_be_deleted_and_created_open() {
    let stream = closed("text/plain");
    stream.delete().send().expect(204);
    assert!(!stream.put().send().expect(201).closed());
    assert!(!stream.head().send().expect(200).closed());
}
