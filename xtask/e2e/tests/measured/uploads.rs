//! Large bodies, which workerd and R2 receive in parts.

use e2e::{Stream, at_once, offset};

use e2e::stores::Setup;

const MEBIBYTE: usize = 1 << 20;

/// Bytes of which no two mebibytes are alike.
fn bytes(length: usize) -> Vec<u8> {
    (0..length as u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8 ^ (index >> 20) as u8).collect()
}

#[test]
fn a_body_of_64_mebibytes_is_taken_in_little_memory() {
    let setup = Setup::measured(&[]);
    let idle = setup.server.memory();
    let body = bytes(64 * MEBIBYTE);
    for chunked in [false, true] {
        let stream = Stream::new_on(&setup.server, "application/octet-stream");
        stream.append("before");
        let post = stream.post().header("content-type", "application/octet-stream");
        let post = match chunked {
            true => post.chunked_body(std::io::Cursor::new(body.clone())),
            false => post.body(body.clone()),
        };
        post.send().expect(204);
        stream.append("after");
        assert_eq!(stream.tail(), offset(body.len() + 11));
        let found = stream.bytes();
        assert!(found[6..found.len() - 5] == body, "it is another one");
    }
    let more = setup.server.memory() - idle;
    println!("{} MiB more", more >> 20);
    assert!(more <= 40 * MEBIBYTE, "{more} bytes more than an idle Worker has");
}

#[test]
fn a_long_array_of_messages_is_taken_in_little_memory() {
    let setup = Setup::measured(&[]);
    let idle = setup.server.memory();
    let stream = Stream::new_on(&setup.server, "application/json");
    // As many messages as the official producers send at once, and a long one.
    let many = format!("[{}0]", "1,".repeat(1_000_000));
    stream.appending(many).send().expect(204);
    let long = format!("\"{}\"", "m".repeat(16 * MEBIBYTE - 2));
    stream.appending(long.clone()).send().expect(204);
    let large = format!("[{}]", vec![format!("{{\"x\": \"{}\"}}", "y".repeat(MEBIBYTE)); 40].join(","));
    stream.appending(large).send().expect(204);
    assert_eq!(stream.tail(), offset(1_000_001 + 1 + 40));
    let more = setup.server.memory() - idle;
    println!("{} MiB more", more >> 20);
    assert!(more <= 64 * MEBIBYTE, "{more} bytes more than an idle Worker has");
    let page = stream.get(&format!("offset={}", offset(1_000_001))).send().expect(200);
    assert_eq!((page.messages().len(), page.up_to_date()), (41, true));
    assert!(page.messages()[0] == long);
}

/// What the official benchmark does.
#[test]
fn appends_of_a_mebibyte_are_all_taken_at_once() {
    let setup = Setup::measured(&[]);
    let stream = Stream::new_on(&setup.server, "application/octet-stream");
    let statuses = at_once(15, |number| stream.appending(vec![number as u8; MEBIBYTE]).send().status);
    assert_eq!(statuses, [204; 15]);
    assert_eq!(stream.bytes().len(), 15 * MEBIBYTE);
}
