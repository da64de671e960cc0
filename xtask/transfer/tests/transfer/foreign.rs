//! Streams of another server of the protocol, which has no lists and other offsets.

use std::io::{Cursor, Read};

use anyhow::Result;
use http::{Request, Response};
use transfer::entry::Selection;
use transfer::event::Event;
use transfer::export;
use transfer::http::{Exchange, Reply};
use transfer::offsets::{Offsets, Pair};
use transfer::source::Source;

use crate::process::Process;
use crate::{ANEW, new_file, try_import};

/// One stream of text, in pages of three bytes, at `/streams/log`.
struct Foreign(&'static str);

impl Exchange for Foreign {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Reply> {
        let reply = |status: u16| Response::builder().status(status).header("content-type", "text/plain");
        let query = request.uri().query().unwrap_or_default().replace("%5F", "_");
        let (status, page, next) = match (request.uri().path(), request.method().as_str(), query.as_str()) {
            ("/streams/log", "HEAD", "") => (200, "", self.0.len()),
            ("/streams/log", "GET", offset) => {
                let offset = offset.strip_prefix("offset=").expect("an offset");
                let start = offset.strip_prefix("at_").map_or(0, |start| start.parse().expect("a number"));
                let end = (start + 3).min(self.0.len());
                (200, &self.0[start..end], end)
            }
            _ => (404, "", 0),
        };
        let mut reply = reply(status).header("stream-next-offset", format!("at_{next:03}"));
        if next == self.0.len() && request.method() == "GET" {
            reply = reply.header("stream-up-to-date", "true").header("stream-closed", "true");
        }
        let body: Box<dyn Read> = Box::new(Cursor::new(page));
        Ok(reply.body(body)?)
    }
}

#[test]
fn offsets_of_another_server_are_mapped() {
    let url = "http://other.example/streams";
    let (_folder, file) = new_file();
    let foreign = Foreign("abcdefgh");
    let selection = Selection::Streams(vec!["missing".to_owned(), "log".to_owned()]);
    let mut events = Vec::new();
    let totals = export::run(&Source::streams_below(&foreign, url), url, selection, &file, false, &mut |event| {
        events.push(event);
    });
    let totals = totals.expect("an export");
    assert_eq!((totals.streams, totals.lost, totals.bytes), (1, 1, 8));
    assert!(matches!(&events[0], Event::Lost { path, .. } if path == "missing"), "{events:?}");
    let target = Process::new();
    let (_, events) = try_import(&target, &file, ANEW).expect("an import");
    let pair = |bytes: usize| Pair { old: format!("at_{bytes:03}"), new: format!("{bytes:016x}") };
    let offsets = Offsets::Mapped(vec![pair(3), pair(6), pair(8)]);
    assert!(events.contains(&Event::Imported { path: "log".to_owned(), offsets, producers: 0 }), "{events:?}");
    assert!(target.read("log").contains("stream-closed: true"));
    assert!(target.read("log").ends_with("abcdefgh"), "{}", target.read("log"));
}
