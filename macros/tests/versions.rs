//! Resources that are like another one: one program serves all of them, each with its own path and names.

#![allow(missing_docs)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wire::{Asked, Body, Example, Response, Sent, Unread, take};

include!("versions/protocol.rs");

/// A post office whose letters are all alike.
struct Program {
    limits: Limits,
    is_absent: bool,
    fails: bool,
}

struct Received(Vec<u8>);

impl wire::Incoming for Received {
    async fn read(self, limit: usize) -> Result<Vec<u8>, Unread> {
        if self.0.len() > limit { Err(Unread::TooLarge) } else { Ok(self.0) }
    }
}

impl Edge for Program {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn sender_unknown(&self, authorization: Option<&Authorization>) -> bool {
        authorization.is_some_and(|authorization| authorization.secret() == "none")
    }
}

impl letter::read::Facts for Program {
    fn letter(&self) -> LetterState {
        if self.is_absent { LetterState::Absent } else { LetterState::Present }
    }
}

impl letter::Service for Program {
    type Failure = ();
    type Events = ();

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, (): ()) {}

    async fn send(&self, request: Asked<letter::send::Request>) -> Result<letter::send::Outcome, ()> {
        use letter::send::{Decision, Request, Sent, decide};
        let request = take!(request as Request { name, authorization, stamp, answer_to, attached, body });
        Ok(match decide(&request) {
            Decision::Ready(ready) => ready.into(),
            Decision::Sent => {
                let weight = Weight::read(&request.body.len().to_string()).ok();
                Sent { location: letter::PathTo { name: request.name }, stamp: request.stamp, weight }.into()
            }
        })
    }

    async fn read(&self, request: Asked<letter::read::Request>) -> Result<letter::read::Outcome, ()> {
        use letter::read::{Decision, Found, Request, decide};
        let request = take!(request as Request { name, authorization });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Found => Found { stamp: Stamp::read("7").expect("a stamp"), body: b"text".into() }.into(),
        })
    }

    async fn head(&self, request: Asked<letter::head::Request>) -> Result<letter::head::Outcome, ()> {
        use letter::head::{Decision, Head, Request, decide};
        let request = take!(request as Request { name, authorization });
        match decide(&request) {
            Decision::Head => Ok(Head { weight: Weight::read("1").expect("a weight") }.into()),
        }
    }

    async fn open(&self, request: Asked<letter::open::Request>) -> Result<letter::open::Outcome, ()> {
        use letter::open::{Decision, Request, decide};
        let request = take!(request as Request { name, authorization });
        match decide(&request) {
            Decision::Opened => Ok(letter::open::Opened.into()),
        }
    }
}

impl office::Service for Program {
    type Failure = ();
    type Events = ();

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, (): ()) {}

    async fn close(&self, request: Asked<office::close::Request>) -> Result<office::close::Outcome, ()> {
        use office::close::{Decision, Request, decide};
        let request = take!(request as Request { authorization });
        if self.fails {
            return Err(());
        }
        match decide(&request) {
            Decision::Gone => Ok(office::close::Gone.into()),
        }
    }
}

fn program() -> Program {
    Program { limits: Limits::DECLARED, is_absent: false, fails: false }
}

/// What the edge or the service answers.
fn answer(program: &Program, sent: &Sent) -> Response<()> {
    if let Err(response) = admit(sent, program) {
        return response;
    }
    let served = pin!(serve(program, sent, Received(sent.body().into())));
    match served.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => response,
        Poll::Pending => panic!("{sent:?} is not answered at once"),
    }
}

fn bytes(response: &Response<()>) -> &[u8] {
    match &response.body {
        Body::Bytes(bytes) => bytes,
        Body::Empty | Body::Events(()) => &[],
    }
}

fn shown(example: &Example) -> String {
    let mut program = program();
    let variable =
        |name: &str| example.limits.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
    program.limits = Limits::DECLARED.overridden(variable).expect("the limits");
    program.is_absent = example.given.contains(&"letter.absent");
    program.fails = example.given.contains(&"failure");
    let response = answer(&program, &example.send);
    let header = |name: &str| response.get(name).map(str::to_owned);
    let differences = example.expect.differences(response.status, header, bytes(&response));
    if differences.is_empty() { String::new() } else { format!("{example:?}: {differences:#?}\n") }
}

#[test]
fn examples_of_all_versions_are_true() {
    let faults: String = EXAMPLES.iter().chain(MALFORMED).map(shown).collect();
    assert!(faults.is_empty(), "{faults}");
    let count = |prefix: &str| EXAMPLES.iter().filter(|example| example.endpoint.starts_with(prefix)).count();
    let first = EXAMPLES.iter().filter(|example| ["send", "read", "head", "open"].contains(&example.endpoint)).count();
    assert_eq!((count("mail::"), count("post::")), (first - 1, first - 2), "all but those of endpoints left out");
}

fn asked(text: &'static str) -> (u16, Response<()>) {
    let response = answer(&program(), &Sent(text));
    (response.status, response)
}

#[test]
fn each_version_has_its_own_names() {
    let (status, response) = asked("POST /v2/mail/a/b\npostage: 3\n\ntext");
    assert_eq!((status, response.get("postage"), response.get("letter-stamp")), (201, Some("3"), None));
    assert_eq!(response.get("location"), Some("/v2/mail/a/b"));
    // The name of the other version means nothing.
    assert_eq!(asked("POST /v2/mail/a\nletter-stamp: 3\n\ntext").0, 402);
    assert_eq!(asked("POST /letters/a\npostage: 3\n\ntext").0, 402);
    let (_, response) = asked("GET /v2/mail/a?section=head");
    assert_eq!(response.get("letter-weight"), Some("1"));
    let (_, response) = asked("GET /v2/mail/a?part=head");
    assert_eq!(response.get("letter-weight"), None);
}

#[test]
fn paths_name_the_version_that_was_asked_or_any_in_a_request() {
    for path in ["/letters/b", "/v2/mail/b", "/v3/post/b"] {
        let sent = format!("POST /v3/post/a\npostage: 3\nletter-answer-to: {path}\n\ntext");
        let (status, response) = asked(sent.leak());
        assert_eq!((status, response.get("location")), (201, Some("/v3/post/a")), "{path}");
    }
    assert_eq!(asked("POST /v3/post/a\npostage: 3\nletter-answer-to: /v4/post/b\n\ntext").0, 400);
    assert!(matches!(admit::<()>(&Sent("GET /v3/post/a"), &program()), Ok(Route::Letter(_))));
}

#[test]
fn problems_name_what_was_sent() {
    let text = |response: &Response<()>| String::from_utf8(bytes(response).to_vec()).expect("text");
    let (status, response) = asked("POST /v2/mail/a\npostage: x\n\ntext");
    assert_eq!(status, 402);
    let (_, empty) = asked("POST /v2/mail/a\npostage: 1");
    assert!(text(&empty).contains("\"postage\"") && !text(&empty).contains("letter-stamp"), "{}", text(&empty));
    let (status, apart) = asked("POST /v2/mail/a\npostage: 1\nletter-attachment: a\n\ntext");
    assert_eq!(status, 400);
    assert!(text(&apart).contains("letter-attachment, enclosure-size belong together"), "{}", text(&apart));
    assert!(text(&apart).contains("\"name\":\"enclosure-size\""), "{}", text(&apart));
    assert!(text(&response).contains("\"name\":\"postage\""), "{}", text(&response));
}

#[test]
fn endpoints_can_be_left_out() {
    let (status, response) = asked("PUT /v2/mail/a");
    assert_eq!((status, response.get("allow")), (405, Some("GET, POST, OPTIONS")));
    let (status, response) = asked("OPTIONS /v2/mail/a");
    assert_eq!((status, response.get("max-length"), response.get("letter-max-size")), (204, Some("16"), None));
    assert_eq!(response.get("allow"), Some("GET, POST, OPTIONS"));
    assert_eq!(asked("GET /v2/mail/_status").0, 404);
    // Without `head`, its requests are ordinary ones.
    assert_eq!(asked("GET /v3/post/a?section=head").1.get("letter-weight"), None);
}
