//! Peak memory of the Worker's wasm in workerd.

use e2e::{Stream, offset};

use e2e::stores::Setup;

const MEBIBYTE: usize = 1 << 20;
const MEBIBYTES: usize = 256;

/// Each mebibyte is of other bytes than the one before, and none is text: so rows hold base64, which takes the most.
fn byte(position: usize) -> u8 {
    0x80 | (position / MEBIBYTE) as u8
}

#[test]
fn a_long_stream_is_moved_and_read_in_little_memory() {
    let setup = Setup::measured(&[]);
    let idle = setup.server.memory();
    let stream = Stream::new_on(&setup.server, "application/octet-stream");
    for number in 0..MEBIBYTES {
        stream.append(vec![byte(number * MEBIBYTE); MEBIBYTE]);
    }
    stream.close();
    setup.settle();
    let (mut at, mut pages) = (0, 0);
    while at < MEBIBYTES * MEBIBYTE {
        let page = stream.get(&format!("offset={}", offset(at))).send().expect(200);
        assert!(page.body.iter().enumerate().all(|(index, found)| *found == byte(at + index)), "another page at {at}");
        (at, pages) = (at + page.body.len(), pages + 1);
    }
    assert!(pages < MEBIBYTES * 3 / 2, "{pages} pages");
    let more = setup.server.memory() - idle;
    assert!(more > 2 * MEBIBYTE, "{more} bytes: it is another memory that is measured");
    assert!(more <= 32 * MEBIBYTE, "{more} bytes more than an idle Worker has");
}
