//! Streams are exported and imported over HTTP.

use e2e::{Server, Stream, base_url};
use transfer::entry::Selection;
use transfer::event::Event;
use transfer::http::Network;
use transfer::import::Options;
use transfer::offsets::Offsets;
use transfer::source::Source;
use transfer::target::Target;
use transfer::{export, import};

#[test]
fn a_stream_that_was_deleted_can_be_imported() {
    let parent = Stream::unborn();
    let (json, large) = (parent.child("json"), parent.child("large"));
    json.put().header("content-type", "application/json").header("stream-label", "a=b").send().expect(201);
    let messages = br#"[{"b" : 1.00, "a":1e400}, -0]"#;
    json.request("POST").header("content-type", "application/json").body(messages).send().expect(204);
    large.put().header("content-type", "text/plain").body(vec![b'x'; 3 << 20]).send().expect(201);
    large.request("POST").header("stream-closed", "true").send().expect(204);
    let produced = parent.child("produced");
    produced.put().header("content-type", "text/plain").send().expect(201);
    let produce = |seq: &str, body: &str| {
        let append = produced.post().header("content-type", "text/plain").body(body);
        append.header("producer-id", "p").header("producer-epoch", "7").header("producer-seq", seq).send()
    };
    produce("0", "x").expect(200);

    let network = Network::new(None);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("export");
    let prefix = format!("{}/", parent.path().strip_prefix("/v1/stream/").expect("the path of a stream"));
    let source = Source::server(&network, &base_url());
    export::run(&source, &base_url(), Selection::Prefix(prefix), &file, false, &mut |_| {}).expect("an export");
    let read = |stream: &Stream| {
        let described = stream.request("HEAD").send().expect(200);
        (described.header("stream-label").map(str::to_owned), described.closed(), stream.request("GET").send().body)
    };
    let before = [&json, &large, &produced].map(read);
    for stream in [&json, &large, &produced] {
        stream.request("DELETE").send().expect(204);
    }

    let mut offsets = Vec::new();
    let summary = import::run(&Target::new(&network, &base_url()), &file, Options::default(), &mut |event| {
        if let Event::Imported { offsets: these, .. } = event {
            offsets.push(these);
        }
    });
    assert_eq!(summary.expect("an import").imported, 3);
    assert_eq!([&json, &large, &produced].map(read), before);
    // The producer's retry is not appended again.
    produce("0", "x").expect(204);
    produce("1", "y").expect(200);
    assert_eq!(produced.bytes(), b"xy");
    // Offsets are never used twice.
    assert!(offsets.iter().all(|these| matches!(these, Offsets::Shifted(1..))), "{offsets:?}");
}

#[test]
fn a_stream_that_begins_above_zero_keeps_its_offsets_on_another_server() {
    let stream = Stream::new("text/plain");
    stream.append("former");
    stream.delete().send().expect(204);
    stream.put().header("content-type", "text/plain").body("abc").send().expect(201);
    let network = Network::new(None);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("export");
    let selection =
        Selection::Prefix(stream.path().strip_prefix("/v1/stream/").expect("the path of a stream").to_owned());
    let source = Source::server(&network, &base_url());
    export::run(&source, &base_url(), selection, &file, false, &mut |_| {}).expect("an export");

    let server = Server::fresh(&[]);
    let mut events = Vec::new();
    let target = Target::new(&network, &server.url(""));
    import::run(&target, &file, Options::default(), &mut |event| events.push(event)).expect("an import");
    let is_kept = |event: &Event| matches!(event, Event::Imported { offsets: Offsets::Kept, .. });
    assert!(events.iter().any(is_kept), "{events:?}");
    let moved = stream.on(&server);
    assert_eq!((moved.tail(), moved.bytes()), (stream.tail(), b"abc".to_vec()));
}
