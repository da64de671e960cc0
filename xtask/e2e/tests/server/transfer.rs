//! Streams are exported and imported over HTTP.

use e2e::{Stream, base_url};
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
    let before = [read(&json), read(&large)];
    for stream in [&json, &large] {
        stream.request("DELETE").send().expect(204);
    }

    let mut offsets = Vec::new();
    let summary = import::run(&Target::new(&network, &base_url()), &file, Options::default(), &mut |event| {
        if let Event::Imported { offsets: these, .. } = event {
            offsets.push(these);
        }
    });
    assert_eq!(summary.expect("an import").imported, 2);
    assert_eq!([read(&json), read(&large)], before);
    // Offsets are never used twice.
    assert!(offsets.iter().all(|these| matches!(these, Offsets::Shifted(1..))), "{offsets:?}");
}
