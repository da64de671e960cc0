//! Streams of text: the same bytes are the same text over server-sent events, however they are cut, and no other bytes are sent as text.

use native::{Reply, Request, Server, run};
use proptest::prelude::*;
use std::time::Duration;

const PATH: &str = "/v1/stream/s";
const NAME: &str = "s";

fn put(content_type: &str) -> Request {
    Request::new("PUT", PATH).header("content-type", content_type)
}

fn post(body: &[u8]) -> Request {
    Request::new("POST", PATH).header("content-type", "text/plain").body(body)
}

fn close() -> Request {
    Request::new("POST", PATH).header("stream-closed", "true")
}

async fn listen(server: &Server, path: &str, offset: &str) -> Reply {
    server.send(Request::new("GET", &format!("{path}?offset={offset}&live=sse"))).await
}

/// A client of server-sent events, as WHATWG HTML §9.2.6 has it: what it has been told so far.
#[derive(Default)]
struct Client {
    data: Option<String>,
    offset: String,
    up_to_date: bool,
    closed: bool,
}

impl Client {
    fn take(&mut self, piece: &str) {
        let (mut event, mut data) = (String::new(), String::new());
        for line in piece.replace("\r\n", "\n").replace('\r', "\n").split('\n') {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut event),
                "data" => data += &format!("{value}\n"),
                "" if line.is_empty() && !data.is_empty() => {
                    data.pop();
                    self.dispatch(&event, &std::mem::take(&mut data));
                    event.clear();
                }
                _ => {}
            }
        }
    }

    fn dispatch(&mut self, event: &str, data: &str) {
        if event == "data" {
            self.data.get_or_insert_default().push_str(data);
            return;
        }
        let control: serde_json::Value = serde_json::from_str(data).expect("a control event");
        control["streamNextOffset"].as_str().expect("an offset").clone_into(&mut self.offset);
        (self.up_to_date, self.closed) = (control["upToDate"] == true, control["streamClosed"] == true);
    }

    /// Takes what there is until nothing more comes.
    async fn read(&mut self, reply: &mut Reply) {
        while let Some(Some(piece)) = reply.next_within(Duration::from_millis(50)).await {
            self.take(&piece);
        }
    }

    fn text(&self) -> &str {
        self.data.as_deref().unwrap_or_default()
    }
}

/// What happens before the next part is appended.
#[derive(Clone, Copy, Debug)]
enum Step {
    Stay,
    Reconnect,
    Evict,
    Crash,
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![Just(Step::Stay), Just(Step::Reconnect), Just(Step::Evict), Just(Step::Crash)]
}

fn texts() -> impl Strategy<Value = String> {
    const PIECES: [&str; 11] = ["\r", "\n", "\r\n", "\r", "\n", "a", " ", ":", "é", "€", "😀"];
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat())
}

/// How small everything is: pages, windows, what is in memory, what is in rows, and blocks of segments.
fn limits() -> impl Strategy<Value = (usize, usize, usize, usize, usize)> {
    let (pages, windows) = (prop_oneof![1..40_usize, Just(1 << 20)], prop_oneof![200..400_usize, Just(1 << 18)]);
    let (memory, rows) = (prop_oneof![Just(0), Just(1 << 20)], prop_oneof![Just(0), Just(1 << 20)]);
    (pages, windows, memory, rows, prop_oneof![1..9_usize, Just(1 << 16)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_is_the_same_however_it_is_cut(
        text in texts(),
        cuts in prop::collection::vec((0..200_usize, steps()), 0..12),
        limits in limits(),
    ) {
        run(async move {
            let server = Server::with(|settings| {
                let own = &mut settings.limits;
                own.sse_lifetime = Duration::from_secs(1_000_000);
                (own.page, own.reader_window, own.tail_cache, own.hot_rows, own.block) = limits;
                own.segment = own.block;
            });
            let mut cuts: Vec<_> = cuts.into_iter().map(|(cut, step)| (cut % (text.len() + 1), step)).collect();
            cuts.sort_unstable_by_key(|(cut, _)| *cut);
            let expected = text.replace("\r\n", "\n").replace('\r', "\n");
            let mut from = cuts.first().map_or(text.len(), |(cut, _)| *cut);
            assert_eq!(server.send(put("text/plain").body(&text.as_bytes()[..from])).await.status, 201);
            let (mut client, mut reply) = (Client::default(), listen(&server, PATH, "-1").await);
            assert_eq!(reply.header("stream-sse-data-encoding"), None);
            for (index, (_, step)) in cuts.iter().enumerate() {
                client.read(&mut reply).await;
                assert!(client.up_to_date, "at {from} of {text:?}");
                assert!(expected.starts_with(client.text()), "{:?} of {expected:?}", client.text());
                match step {
                    Step::Stay => {}
                    Step::Reconnect => reply = listen(&server, PATH, &client.offset).await,
                    Step::Evict => {
                        server.run_for(70_000).await;
                        // It may have nothing in memory as it is.
                        server.evict(NAME);
                    }
                    Step::Crash => {
                        server.crash(NAME);
                        reply = listen(&server, PATH, &client.offset).await;
                    }
                }
                let to = cuts.get(index + 1).map_or(text.len(), |(cut, _)| *cut);
                if from < to {
                    assert_eq!(server.send(post(&text.as_bytes()[from..to])).await.status, 204);
                }
                from = to;
            }
            assert_eq!(server.send(close()).await.status, 204);
            server.run_for(70_000).await;
            client.read(&mut reply).await;
            assert_eq!((client.text(), client.closed), (&*expected, true));
            // From anywhere, too: of what begins there, or of all of the character that does not.
            for at in 0..=text.len() {
                let mut later = Client::default();
                later.read(&mut listen(&server, PATH, &format!("{at:016X}")).await).await;
                let begins = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                assert_eq!(later.text(), text[begins..].replace("\r\n", "\n").replace('\r', "\n"), "from {at} of {text:?}");
            }
        });
    }
}

#[test]
fn a_character_that_is_not_whole_is_waited_for_and_everything_before_it_is_there() {
    run(async {
        let server = Server::new();
        assert_eq!(server.send(put("text/plain").body(&b"caf\xc3"[..])).await.status, 201);
        let (mut client, mut reply) = (Client::default(), listen(&server, PATH, "-1").await);
        client.read(&mut reply).await;
        assert_eq!((client.text(), client.up_to_date, &*client.offset), ("caf", true, "0000000000000003"));
        // Whoever comes now, or goes on from where the tail is, gets all of it as well.
        let (mut late, mut later) = (Client::default(), Client::default());
        let (mut now, mut tail) = (listen(&server, PATH, "now").await, listen(&server, PATH, "0000000000000004").await);
        late.read(&mut now).await;
        later.read(&mut tail).await;
        assert_eq!((late.up_to_date, &*late.offset), (true, "0000000000000003"));
        assert_eq!(server.send(post(b"\xa9!")).await.status, 204);
        for (client, reply, expected) in
            [(&mut client, &mut reply, "café!"), (&mut late, &mut now, "é!"), (&mut later, &mut tail, "é!")]
        {
            client.read(reply).await;
            assert_eq!((client.text(), &*client.offset), (expected, "0000000000000006"));
        }
    });
}

#[test]
fn what_can_never_be_text_is_refused_and_changes_nothing() {
    run(async {
        for content_type in
            ["text/plain", "text/plain; charset=UTF-8", "text/html;charset=\"utf-8\"", "text/csv; charset=us-ascii"]
        {
            let server = Server::new();
            let refused = |reply: Reply| {
                assert_eq!(reply.status, 400, "{content_type}");
                let problem: serde_json::Value = serde_json::from_str(&reply.text()).unwrap();
                assert_eq!(problem["type"], "urn:durable-streams:problem:invalid-utf-8");
            };
            let append =
                |body: &'static [u8]| Request::new("POST", PATH).header("content-type", content_type).body(body);
            refused(server.send(put(content_type).body(&b"caf\xe9 au lait"[..])).await);
            refused(server.send(put(content_type).body(&b"\xe2\x82"[..]).header("stream-closed", "true")).await);
            assert_eq!(server.send(put(content_type).body(&b"a\xe2"[..])).await.status, 201);
            refused(server.send(append(b"\xe9")).await);
            refused(server.send(append(b"\x82x")).await);
            refused(server.send(append(b"\x82").header("stream-closed", "true")).await);
            refused(server.send(close()).await);
            // The object knows as much when it has forgotten everything.
            server.crash(NAME);
            refused(server.send(append(b"x")).await);
            assert_eq!(server.send(append(b"\x82")).await.status, 204);
            assert_eq!(server.send(append(b"\xac").header("stream-closed", "true")).await.status, 204);
            assert_eq!(server.send(Request::new("GET", PATH)).await.text(), "a€");
        }
    });
}

#[test]
fn appends_of_one_batch_are_one_text() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain")).await;
        let parts: [&[u8]; 5] = [b"\xf0", b"\x9f", b"x", b"\x98\x80", b"\xff"];
        let statuses = futures_util::future::join_all(parts.into_iter().map(|part| server.send(post(part)))).await;
        assert_eq!(statuses.iter().map(|reply| reply.status).collect::<Vec<_>>(), [204, 204, 400, 204, 400]);
        assert_eq!(server.send(Request::new("GET", PATH)).await.text(), "😀");
    });
}

#[test]
fn of_another_charset_everything_is_sent_as_it_is() {
    run(async {
        for content_type in ["text/plain; charset=iso-8859-1", "text/plain;Charset=\"UTF-16\"", "image/png"] {
            let server = Server::new();
            server.send(put(content_type).body(&b"caf\xe9"[..])).await;
            let append = Request::new("POST", PATH).header("content-type", content_type);
            assert_eq!(server.send(append.body(&b"\xe2\r\n"[..]).header("stream-closed", "true")).await.status, 204);
            let mut reply = listen(&server, PATH, "-1").await;
            assert_eq!(reply.header("stream-sse-data-encoding"), Some("base64"));
            let mut client = Client::default();
            client.read(&mut reply).await;
            // What came in one page is one event.
            assert_eq!(client.text(), "Y2Fm6eINCg==");
        }
    });
}

#[test]
fn a_fork_within_a_character_goes_on_with_the_rest_of_it() {
    run(async {
        // From memory, from rows, and from the bucket; at the tail, before it, and in what the source has from another.
        for (tail_cache, hot_rows) in [(1 << 20, 1 << 20), (0, 1 << 20), (0, 0)] {
            let server = Server::with(|settings| {
                (settings.limits.tail_cache, settings.limits.hot_rows) = (tail_cache, hot_rows);
                (settings.limits.segment, settings.limits.block) = (2, 1);
            });
            server.send(put("text/plain").body(&b"a\xe2\x82"[..])).await;
            let fork = |path: &str, from: &str, at: u64| {
                let request = Request::new("PUT", path).header("stream-forked-from", from);
                request.header("stream-fork-offset", format!("{at:016X}").as_str())
            };
            let append = |path: &str, body: &'static [u8]| {
                Request::new("POST", path).header("content-type", "text/plain").body(body)
            };
            let (tail, inner, nested) = ("/v1/stream/tail", "/v1/stream/inner", "/v1/stream/nested");
            assert_eq!(server.send(fork(tail, PATH, 3)).await.status, 201);
            assert_eq!(server.send(post(b"\xac")).await.status, 204);
            server.run_for(70_000).await;
            server.crash_all();
            assert_eq!(server.send(fork(inner, PATH, 2)).await.status, 201);
            assert_eq!(server.send(fork(nested, tail, 2)).await.status, 201);
            for (path, rest) in [(tail, &b"\xac"[..]), (inner, b"\x82\xac"), (nested, b"\x82\xac")] {
                assert_eq!(server.send(append(path, b"x")).await.status, 400, "{path}");
                assert_eq!(server.send(append(path, rest)).await.status, 204, "{path}");
                let mut client = Client::default();
                client.read(&mut listen(&server, path, "-1").await).await;
                assert_eq!((client.text(), client.up_to_date), ("a€", true), "{path}");
            }
            let at_once = fork("/v1/stream/more", PATH, 2).header("content-type", "text/plain");
            assert_eq!(server.send(at_once.body(&b"\x83"[..])).await.status, 201);
        }
    });
}

/// A row as it was before it said what a stream of text ends with.
const OLD: &str = "UPDATE streams SET text_end = NULL";

#[test]
fn what_an_older_version_has_left_unfinished_is_found() {
    run(async {
        for hot_rows in [1 << 20, 0] {
            let server = Server::with(|settings| (settings.limits.hot_rows, settings.limits.segment) = (hot_rows, 1));
            server.send(put("text/plain").body(&b"a\xe2"[..])).await;
            server.send(post(b"\x82")).await;
            server.run_for(70_000).await;
            for change in [OLD, "UPDATE streams SET text_end = '2 E2'"] {
                server.database().script(change);
                server.crash(NAME);
                assert_eq!(server.send(post(b"x")).await.status, 400, "{change}");
            }
            assert_eq!(server.send(post(b"\xac")).await.status, 204);
        }
    });
}

#[test]
fn what_an_older_version_has_taken_that_is_not_text_is_never_sent_as_text() {
    run(async {
        for tail_cache in [1 << 20, 0] {
            let server = Server::with(|settings| settings.limits.tail_cache = tail_cache);
            let latin = "text/plain; charset=iso-8859-1";
            server.send(put(latin).body(&b"caf\xe9 au lait"[..])).await;
            server.database().script("UPDATE streams SET text_end = NULL, content_type = 'text/plain'");
            server.crash(NAME);
            let mut before = listen(&server, PATH, "-1").await;
            assert_eq!(before.header("stream-sse-data-encoding"), None);
            // It was promised text: its connection ends, and nothing was sent.
            assert_eq!(before.next().await, None);
            server.run_for(1_000).await;
            for _ in 0..2 {
                let mut reply = listen(&server, PATH, "-1").await;
                assert_eq!(reply.header("stream-sse-data-encoding"), Some("base64"));
                let mut client = Client::default();
                client.read(&mut reply).await;
                assert_eq!(client.text(), "Y2Fm6SBhdSBsYWl0");
                // For good.
                server.crash(NAME);
            }
            assert_eq!(server.send(post(b"\xff")).await.status, 204);
            assert!(server.reports().iter().any(|report| report.contains("invalid_text_found")));
        }
    });
}

#[test]
fn readers_who_were_promised_text_are_sent_no_base64() {
    run(async {
        let server = Server::new();
        server.send(put("text/plain; charset=iso-8859-1").body(&b"\xe9abc"[..])).await;
        server.database().script("UPDATE streams SET text_end = NULL, content_type = 'text/plain'");
        server.crash(NAME);
        let mut current = listen(&server, PATH, "now").await;
        assert!(current.next().await.unwrap().contains("upToDate"));
        assert_eq!(listen(&server, PATH, "-1").await.next().await, None);
        server.run_for(1_000).await;
        server.send(post(b"d")).await;
        assert_eq!(current.next().await, None);
    });
}

#[test]
fn what_has_lost_its_beginning_begins_with_the_next_character() {
    run(async {
        let server = Server::with(|settings| {
            (settings.limits.hot_rows, settings.limits.segment, settings.limits.retain) = (0, 1, 1);
        });
        server.send(put("text/plain").body(&b"a\xe2"[..])).await;
        server.send(post(b"\x82\xacb")).await;
        server.run_for(70_000).await;
        let head = server.send(Request::new("HEAD", PATH)).await;
        assert_eq!(head.header("stream-earliest-offset"), Some("0000000000000002"));
        let mut client = Client::default();
        client.read(&mut listen(&server, PATH, "-1").await).await;
        assert_eq!((client.text(), client.up_to_date), ("b", true));
    });
}

#[test]
fn who_comes_where_only_the_beginning_of_a_character_was_and_is_not_kept_waits_for_the_next_one() {
    run(async {
        let server = Server::with(|settings| {
            (settings.limits.hot_rows, settings.limits.segment, settings.limits.tail_cache) = (0, 1, 0);
            settings.limits.retain_age = Duration::from_secs(60);
            settings.limits.sse_lifetime = Duration::from_secs(1_000_000);
        });
        server.send(put("text/plain").body(&b"a\xe2\x82"[..])).await;
        server.run_for(200_000).await;
        let head = server.send(Request::new("HEAD", PATH)).await;
        assert_eq!(head.header("stream-earliest-offset"), Some("0000000000000003"));
        let mut clients = Vec::new();
        for offset in ["-1", "now", "0000000000000003"] {
            let (mut client, mut reply) = (Client::default(), listen(&server, PATH, offset).await);
            client.read(&mut reply).await;
            assert_eq!((client.up_to_date, &*client.offset), (true, "0000000000000003"), "{offset}");
            clients.push((client, reply));
        }
        assert_eq!(server.send(post(b"\xacb")).await.status, 204);
        for (client, reply) in &mut clients {
            client.read(reply).await;
            assert_eq!((client.text(), client.up_to_date, &*client.offset), ("b", true, "0000000000000005"));
        }
        let later = listen(&server, PATH, "-1").await;
        assert_eq!(later.header("stream-sse-data-encoding"), None, "it is text as before");
    });
}

#[test]
fn a_restored_text_goes_on_where_it_ended() {
    run(async {
        let server = Server::with(|settings| (settings.limits.hot_rows, settings.limits.segment) = (0, 1));
        server.send(put("text/plain").body(&b"a\xe2\x82"[..])).await;
        server.run_for(70_000).await;
        server.database().script("DELETE FROM streams; DELETE FROM segments");
        server.crash(NAME);
        assert_eq!(server.send(Request::new("POST", "/v1/restore/s")).await.status, 200);
        assert_eq!(server.send(post(b"x")).await.status, 400);
        assert_eq!(server.send(post(b"\xac")).await.status, 204);
        assert_eq!(server.send(Request::new("GET", PATH)).await.text(), "a€");
    });
}
