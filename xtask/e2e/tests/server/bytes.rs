//! Streams of bytes are returned as they were sent, in pages of any size.

use e2e::{Stream, at_once, offset};

use crate::servers::SMALL;

const BINARY: &str = "application/octet-stream";

/// Bytes of all values in no simple order, different from position to position.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn bytes_of_every_value_come_back_exactly() {
    let every: Vec<u8> = (0..=255).collect();
    let ill_formed = b"\0\xff\xc3(\xed\xa0\x80\0\r\n".to_vec();
    for content_type in [BINARY, "text/plain; charset=iso-8859-1", "application/x-own; p=1"] {
        let stream = Stream::unborn();
        let first = stream.put().header("content-type", content_type).body(every.clone());
        first.send().expect(201);
        let second = stream.post().header("content-type", content_type).body(ill_formed.clone());
        second.send().expect(204);
        let page = stream.get("offset=-1").send().expect(200);
        assert_eq!(page.body, [every.clone(), ill_formed.clone()].concat());
        assert_eq!(page.header("content-type"), Some(content_type));
    }
}

#[test]
fn a_read_may_start_between_any_two_bytes() {
    let stream = Stream::new(BINARY);
    let content = noise(300);
    for piece in content.chunks(100) {
        stream.append(piece);
    }
    for start in [0, 1, 99, 100, 101, 200, 299, 300] {
        let page = stream.get(&format!("offset={}", offset(start))).send().expect(200);
        assert_eq!(page.body, content[start..], "from {start}");
        assert_eq!(page.next_offset(), offset(300));
        assert!(page.up_to_date());
    }
}

#[test]
fn an_append_of_three_mebibytes_can_be_read() {
    let stream = Stream::new(BINARY);
    let content = noise(3 << 20);
    assert_eq!(stream.append(content.clone()), offset(content.len()));
    assert!(stream.bytes() == content, "it came back otherwise");
    let middle = 2_000_001;
    let from_there = stream.pages(&offset(middle)).into_iter().flat_map(|page| page.body);
    assert!(from_there.eq(content[middle..].iter().copied()), "the end came back otherwise");
}

#[test]
fn concurrent_appends_stay_whole() {
    let stream = Stream::new(BINARY);
    let piece = |number: usize| vec![u8::try_from(number).expect("few pieces"); 2_000 + 37 * number];
    let ends = at_once(24, |number| stream.append(piece(number)));
    let content = stream.bytes();
    assert_eq!(content.len(), (0..24).map(|number| piece(number).len()).sum::<usize>());
    for (number, end) in ends.into_iter().enumerate() {
        let end = usize::from_str_radix(&end, 16).expect("an offset");
        let piece = piece(number);
        assert!(content[end - piece.len()..end] == piece, "piece {number} isn't where its answer said");
    }
}

#[test]
fn a_stream_created_without_a_body_is_empty() {
    let stream = Stream::unborn();
    let created = stream.put().send().expect(201);
    assert_eq!(created.next_offset(), offset(0));
    assert_eq!(created.header("content-type"), Some(BINARY));
    let page = stream.get("").send().expect(200);
    assert_eq!((page.text(), page.next_offset(), page.up_to_date()), ("", &*offset(0), true));
}

#[test]
fn the_body_of_a_repeated_put_is_ignored() {
    let stream = Stream::unborn();
    let put = || stream.put().header("content-type", BINARY).body("once").send();
    assert_eq!(put().expect(201).next_offset(), offset(4));
    assert_eq!(put().expect(200).next_offset(), offset(4));
    assert_eq!(stream.bytes(), b"once");
}

#[test]
fn bodies_may_come_in_chunks() {
    let stream = Stream::unborn();
    let content = noise(200_000);
    let (first, second) = (content[..100_000].to_vec(), content[100_000..].to_vec());
    let put = stream.put().header("content-type", BINARY);
    put.chunked_body(std::io::Cursor::new(first)).send().expect(201);
    let post = stream.post().header("content-type", BINARY);
    post.chunked_body(std::io::Cursor::new(second)).send().expect(204);
    assert!(stream.bytes() == content, "it came back otherwise");
}

#[test]
fn an_empty_chunked_body_is_an_empty_body() {
    let stream = Stream::new(BINARY);
    let post = stream.post().header("content-type", BINARY).chunked_body(std::io::empty());
    post.send().problem(400, "empty-body").names("body", "body", "");
    let close = stream.post().header("stream-closed", "true").chunked_body(std::io::empty());
    assert!(close.send().expect(204).closed());
}

#[test]
fn small_pages_make_up_the_whole() {
    let stream = Stream::new_on(&SMALL, BINARY);
    let content = noise(60_000);
    let mut rest = &content[..];
    for length in [1, 4_095, 4_096, 4_097, 40_000, 7_711] {
        let (piece, others) = rest.split_at(length);
        stream.append(piece);
        rest = others;
    }
    assert_eq!(rest, b"", "the pieces are all of the content");
    stream.close();

    let pages = stream.pages("-1");
    let mut start = 0;
    for page in &pages {
        assert!((1..=4_096).contains(&page.body.len()), "a page of {} bytes", page.body.len());
        assert!(page.body == content[start..start + page.body.len()], "the page from {start} is another");
        start += page.body.len();
        assert_eq!(page.next_offset(), offset(start));
        assert_eq!(page.up_to_date(), start == content.len(), "up to date at {start}");
        assert_eq!(page.closed(), start == content.len(), "closed at {start}");
    }
    assert_eq!(start, content.len());
}
