//! Errors in formats that the spec declares, and JSON bodies that can be empty.

#![allow(missing_docs)]

use std::borrow::Cow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wire::{Asked, Body, Example, Response, Sent, Unread, take};

include!("errors/protocol.rs");

/// The body of an example.
struct Content(&'static str);

impl wire::Incoming for Content {
    async fn read(self, limit: usize) -> Result<Vec<u8>, Unread> {
        if self.0.len() > limit { Err(Unread::TooLarge) } else { Ok(self.0.into()) }
    }
}

struct Program {
    limits: Limits,
    taken: bool,
    unknown: bool,
    fails: bool,
}

impl Program {
    fn of(example: &Example) -> Self {
        let given = |condition| example.given.contains(&condition);
        let variable =
            |name: &str| example.limits.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let limits = Limits::DECLARED.overridden(variable).expect("limits");
        Self { limits, taken: given("job.taken"), unknown: given("part.unknown"), fails: given("failure") }
    }
}

impl Edge for Program {
    fn limits(&self) -> &Limits {
        &self.limits
    }
}

impl job::claim::Facts for Program {
    fn job(&self) -> JobState {
        if self.taken { JobState::Taken } else { JobState::Free }
    }
}

impl part::filter::Facts for Program {
    fn part_unknown(&self) -> bool {
        self.unknown
    }
}

fn number(number: u64) -> Generation {
    Generation::new(number).expect("a number")
}

impl job::Service for Program {
    type Failure = ();
    type Events = ();

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, (): ()) {}

    async fn claim(&self, request: Asked<job::claim::Request>) -> Result<job::claim::Outcome, ()> {
        use job::claim::{Claimed, Decision, Fenced, Free, Request, WrongType, decide};
        let request = take!(request as Request { name, content_type, body });
        if self.fails {
            return Err(());
        }
        Ok(match decide(&request, self) {
            Decision::Free => Free.into(),
            Decision::WrongType => WrongType { message: Sentence::read("no text").expect("a sentence") }.into(),
            Decision::Fenced => {
                let holder = Worker::read("w").ok();
                Fenced { generation: number(7), holder, r#final: true, turns: number(9) }.into()
            }
            Decision::Claimed => {
                let holder = request.body.expect("a body").worker;
                Claimed { body: Job { holder, generation: number(7) } }.into()
            }
        })
    }
}

impl part::Service for Program {
    type Failure = ();
    type Events = ();

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, (): ()) {}

    async fn filter(&self, request: Asked<part::filter::Request>) -> Result<part::filter::Outcome, ()> {
        use part::filter::{Decision, Filtered, Request, decide};
        let request = take!(request as Request { name, part, body });
        if self.fails {
            return Err(());
        }
        Ok(match decide(&request, self) {
            Decision::Unknown => part::Unknown { message: None }.into(),
            Decision::Filtered => Filtered { body: request.body }.into(),
        })
    }
}

impl plain::Service for Program {
    type Failure = ();
    type Events = ();

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, (): ()) {}

    async fn read(&self, request: Asked<plain::read::Request>) -> Result<plain::read::Outcome, ()> {
        use plain::read::{Decision, Read, Request, decide};
        let request = take!(request as Request {});
        let Decision::Read = decide(&request);
        if self.fails { Err(()) } else { Ok(Read.into()) }
    }
}

fn answer(program: &Program, sent: Sent) -> Response<()> {
    let served = match admit(&sent, program) {
        Err(response) => return response,
        Ok(_) => pin!(serve(program, &sent, Content(sent.body()))).poll(&mut Context::from_waker(Waker::noop())),
    };
    match served {
        Poll::Ready(response) => response,
        Poll::Pending => panic!("it waits"),
    }
}

fn differences(program: &Program, example: &Example) -> Vec<String> {
    let response = answer(program, example.send);
    let header = |name: &str| response.get(name).map(|value| Cow::from(value).into_owned());
    let body = match &response.body {
        Body::Bytes(bytes) => bytes.clone(),
        Body::Empty | Body::Events(()) => Vec::new(),
    };
    example.expect.differences(response.status, header, &body)
}

#[test]
fn examples_show_what_is_answered() {
    for example in EXAMPLES.iter().chain(MALFORMED) {
        let differences = differences(&Program::of(example), example);
        assert!(differences.is_empty(), "{} {}: {differences:#?}", example.endpoint, example.name);
    }
}

#[test]
fn malformed_requests_are_answered_in_the_format_of_their_resource() {
    let about = |endpoint| MALFORMED.iter().filter(move |example| example.endpoint == endpoint);
    assert!(about("claim").any(|example| example.expect.code == Some(("/error/code", "INVALID_REQUEST"))));
    assert!(about("filter").all(|example| example.expect.violations == "/errors/0/detail"));
    // A code that is another one, or at another place, is a difference.
    let example = about("claim").next().expect("an example");
    let other = Example { expect: wire::Expected::new(400).code("/error/code", "FENCED"), ..*example };
    assert_eq!(differences(&Program::of(example), &other).len(), 1);
}

#[test]
fn an_error_is_json() {
    let sent = Sent("POST /jobs/a\ncontent-type: text/plain\n\n{}");
    let response = answer(&Program::of(&EXAMPLES[0]), sent);
    assert_eq!((response.status, response.get("content-type")), (400, Some("application/json")));
    assert_eq!(answer(&Program::of(&EXAMPLES[0]), Sent("PUT /jobs/a")).get("allow"), Some("POST, OPTIONS"));
}
