//! JSON streams keep the bytes of every message.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use e2e::{Stream, at_once, offset};

use crate::servers::SMALL;

const JSON: &str = "application/json";

/// What a parser that writes anew would change.
const MESSAGES: [&str; 14] = [
    "1.0",
    "1e5",
    "-0",
    "12345678901234567890",
    "0.1000000000000000055511151231257827",
    r#"{"k":1,"k":2}"#,
    r#"{ "b" : 1 ,  "a":[ 1,2 ] }"#,
    r#""\u00e9\/\ud83d\ude00""#,
    "\"é\u{2028}😀\"",
    r#""], [""#,
    "null",
    "false",
    "{}",
    "[]",
];

fn array(messages: &[&str]) -> String {
    format!("[{}]", messages.join(","))
}

#[test]
fn messages_of_a_batch_come_back_byte_for_byte() {
    let stream = Stream::new(JSON);
    stream.append(array(&MESSAGES));
    assert_eq!(stream.messages(), MESSAGES);
    assert_eq!(stream.tail(), offset(MESSAGES.len()));
}

#[test]
fn messages_of_their_own_come_back_byte_for_byte() {
    let stream = Stream::new(JSON);
    // An array of its own would be a batch.
    let single = MESSAGES.iter().filter(|message| !message.starts_with('['));
    for message in single.clone() {
        stream.append(*message);
    }
    assert!(single.eq(stream.messages().iter()));
}

#[test]
fn messages_of_a_first_body_come_back_byte_for_byte() {
    let stream = Stream::unborn();
    stream.put().header("content-type", JSON).body(array(&MESSAGES)).send().expect(201);
    assert_eq!(stream.messages(), MESSAGES);
}

#[test]
fn one_level_of_array_is_a_batch_and_deeper_ones_are_messages() {
    for (body, messages) in [
        ("[[1,2],[3]]", &["[1,2]", "[3]"][..]),
        ("[[[1, 2]]]", &["[[1, 2]]"]),
        ("[[]]", &["[]"]),
        ("\r\n\t [ 1 ,\n[ ] , \"a\" ] \n", &["1", "[ ]", "\"a\""]),
        ("  {\"a\": [1]}\n", &["{\"a\": [1]}"]),
    ] {
        let stream = Stream::new("Application/JSON; charset=utf-8");
        assert_eq!(stream.append(body), offset(messages.len()), "{body}");
        assert_eq!(stream.messages(), messages, "{body}");
    }
}

#[test]
fn an_empty_stream_reads_as_an_empty_array() {
    let stream = Stream::unborn();
    stream.put().header("content-type", JSON).body("[]").send().expect(201);
    for query in ["", "offset=-1", "offset=now"] {
        let page = stream.get(query).send().expect(200);
        assert_eq!((page.text(), page.next_offset()), ("[]", &*offset(0)), "{query}");
    }
}

#[test]
fn offsets_count_messages() {
    let stream = Stream::new(JSON);
    assert_eq!(stream.append("[0,1,2]"), offset(3));
    assert_eq!(stream.append("3"), offset(4));
    for start in 0..=4 {
        let page = stream.get(&format!("offset={}", offset(start))).send().expect(200);
        let expected: Vec<String> = (start..4).map(|number| number.to_string()).collect();
        assert_eq!(page.messages(), expected, "from {start}");
        assert_eq!(page.next_offset(), offset(4));
    }
}

#[test]
fn a_batch_that_is_refused_leaves_nothing_behind() {
    let stream = Stream::new(JSON);
    stream.append("0");
    stream.appending("[1,2,oops]").send().problem(400, "invalid-json");
    stream.appending("[]").send().problem(400, "no-messages").names("body", "body", "");
    stream.append("3");
    assert_eq!(stream.messages(), ["0", "3"]);
}

#[test]
fn a_reader_always_sees_a_whole_beginning() {
    let stream = Stream::new("application/json");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut last: Vec<String> = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let page = stream.get("offset=-1").send().expect(200);
                let messages = page.messages();
                assert_eq!(page.next_offset(), offset(messages.len()));
                assert!(messages.starts_with(&last), "{messages:?} after {last:?}");
                last = messages;
            }
            last
        });
        at_once(8, |writer| {
            for number in 0..15 {
                stream.append(format!("[\"{writer}\",{number}]"));
            }
        });
        let all = stream.messages();
        done.store(true, Ordering::Relaxed);
        assert!(all.starts_with(&reader.join().expect("the reader")));
        assert_eq!(all.len(), 8 * 15 * 2);
        // A batch is never torn by another.
        for pair in all.chunks(2) {
            assert!(pair[0].starts_with('"') && !pair[1].starts_with('"'), "{pair:?}");
        }
    });
}

#[test]
fn small_pages_are_cut_between_messages() {
    let stream = Stream::new_on(&SMALL, JSON);
    let message = |number: usize| format!("{{\"n\":{number},\"x\":\"{}\"}}", "y".repeat(number * 97 % 1_500));
    let mut messages: Vec<String> = (0..60).map(message).collect();
    // One that is longer than a page, between others.
    messages[30] = format!("\"{}\"", "z".repeat(10_000));
    for batch in messages.chunks(7) {
        stream.append(format!("[{}]", batch.join(",")));
    }

    let pages = stream.pages("-1");
    assert!(pages.len() >= 10, "{} pages", pages.len());
    let mut start = 0;
    for page in &pages {
        let found = page.messages();
        assert!(!found.is_empty() && found == messages[start..start + found.len()], "the page from {start}");
        assert!(page.body.len() <= 4_096 + found.len() + 2 || found.len() == 1, "{} bytes", page.body.len());
        start += found.len();
        assert_eq!(page.next_offset(), offset(start));
        assert_eq!(page.up_to_date(), start == messages.len(), "up to date at {start}");
    }
    assert_eq!(start, messages.len());
}
