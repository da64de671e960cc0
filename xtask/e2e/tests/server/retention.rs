//! Retention in D1 and R2, as workerd has them.

use e2e::{Stream, offset};

use e2e::stores::Setup;

/// Two blocks of 1 KiB each: small enough that two of them are not yet what is to be kept.
const PIECE: usize = 1500;

fn append(setup: &Setup, stream: &Stream, byte: u8) {
    stream.post().header("content-type", "text/plain").body([byte; PIECE]).send().expect(204);
    setup.settle();
}

#[test]
fn a_stream_is_kept_as_it_was_asked_for() {
    let setup = Setup::new(&[("LIMIT_MERGE", "1000"), ("LIMIT_RETAIN", "1 B"), ("LIMIT_DISCARD_GRACE", "1 s")]);
    let stream = |header: &str, value: &str| {
        let stream = Stream::unborn_on(&setup.server);
        let put = || stream.put().header("content-type", "text/plain").header(header, value).send();
        put().expect(201);
        // Asking again is fine, and asking for something else is not.
        put().expect(200);
        stream
            .put()
            .header("content-type", "text/plain")
            .header(header, "7")
            .send()
            .problem(409, "configuration-conflict");
        stream.put().header("content-type", "text/plain").send().problem(409, "configuration-conflict");
        stream
    };
    let all = stream("stream-retain-bytes", "0");
    let some = stream("stream-retain-bytes", "3000");
    let brief = stream("stream-retain-age", "2");
    for byte in *b"abcd" {
        append(&setup, &all, byte);
        append(&setup, &some, byte);
    }
    append(&setup, &brief, b'a');
    assert_eq!(all.bytes().len(), 4 * PIECE);
    // Three segments are more than that, and so are two, with what is around the bytes in them.
    setup.wait_until("removing what is not kept", |_| some.get("offset=-1").send().expect(200).body[0] == b'c');
    let earliest = offset(2 * PIECE);
    assert_eq!(some.bytes(), [[b'c'; PIECE], [b'd'; PIECE]].concat());
    for query in ["", "&live=long-poll", "&live=sse"] {
        let reply = some.get(&format!("offset={}{query}", offset(2 * PIECE - 1))).send();
        reply.problem(410, "offset-trimmed");
        assert_eq!(reply.header("stream-earliest-offset"), Some(&*earliest));
    }
    let head = some.head().send().expect(200);
    assert_eq!(head.header("stream-earliest-offset"), Some(&*earliest));
    assert_eq!((head.header("stream-retain-bytes"), head.header("stream-retain-age")), (Some("3000"), None));
    let head = all.head().send().expect(200);
    assert_eq!((head.header("stream-retain-bytes"), head.header("stream-earliest-offset")), (Some("0"), None));
    // What is too old goes by itself.
    setup.wait_until("removing what is old", |_| brief.get("offset=-1").send().expect(200).body.is_empty());
    let head = brief.head().send().expect(200);
    assert_eq!(
        (head.header("stream-earliest-offset"), head.header("stream-retain-age")),
        (Some(&*offset(PIECE)), Some("2"))
    );
    // What nobody can read any more is removed from R2, once nobody can be about to.
    setup.wait_until("removing objects", |setup| setup.keys().len() == 4 + 2 && setup.rows("discarded") == 0);
    assert_eq!(setup.rows("segments"), 4 + 2);
    assert_eq!(some.bytes(), [[b'c'; PIECE], [b'd'; PIECE]].concat());
}
