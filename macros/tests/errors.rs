//! Errors in formats that the spec declares, and JSON bodies that can be empty.

#![allow(missing_docs)]

use served::{Broken, assert_examples, fault, variables};
use wire::{Asked, Example, Response, Sent, take};

#[macro_use]
mod served;

include!("errors/protocol.rs");

struct Program {
    limits: Limits,
    taken: bool,
    unknown: bool,
    fails: bool,
}

impl Program {
    fn of(example: &Example) -> Self {
        let given = served::given(example);
        let limits = Limits::DECLARED.overridden(variables(example)).expect("limits");
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

service!(job for Program {
    async fn claim(&self, request: Asked<job::claim::Request>) -> Result<job::claim::Outcome, Broken> {
        use job::claim::{Claimed, Decision, Fenced, Free, Request, WrongType, decide};
        let request = take!(request as Request { name, content_type, body });
        if self.fails {
            return Err(Broken);
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
});

service!(part for Program {
    async fn filter(&self, request: Asked<part::filter::Request>) -> Result<part::filter::Outcome, Broken> {
        use part::filter::{Decision, Filtered, Request, decide};
        let request = take!(request as Request { name, part, body });
        if self.fails {
            return Err(Broken);
        }
        Ok(match decide(&request, self) {
            Decision::Unknown => part::Unknown { message: None }.into(),
            Decision::Filtered => Filtered { body: request.body }.into(),
        })
    }
});

service!(plain for Program {
    async fn read(&self, request: Asked<plain::read::Request>) -> Result<plain::read::Outcome, Broken> {
        use plain::read::{Decision, Read, Request, decide};
        let request = take!(request as Request {});
        let Decision::Read = decide(&request);
        if self.fails { Err(Broken) } else { Ok(Read.into()) }
    }
});

fn answer(example: &Example, sent: &Sent) -> Response<String> {
    answer!(&Program::of(example), sent)
}

#[test]
fn examples_show_what_is_answered() {
    assert_examples(&[EXAMPLES, MALFORMED], |example| answer(example, &example.send));
}

#[test]
fn malformed_requests_are_answered_in_the_format_of_their_resource() {
    let about = |endpoint| MALFORMED.iter().filter(move |example| example.endpoint == endpoint);
    assert!(about("claim").any(|example| example.expect.code == Some(("/error/code", "INVALID_REQUEST"))));
    assert!(about("filter").all(|example| example.expect.violations == "/errors/0/detail"));
    // A code that is another one, or at another place, is a difference.
    let example = about("claim").next().expect("an example");
    let other = Example { expect: wire::Expected::new(400).code("/error/code", "FENCED"), ..*example };
    assert!(fault(&other, &answer(example, &example.send)).is_some());
}

#[test]
fn an_error_is_json() {
    let sent = Sent("POST /jobs/a\ncontent-type: text/plain\n\n{}");
    let response = answer(&EXAMPLES[0], &sent);
    assert_eq!((response.status, response.get("content-type")), (400, Some("application/json")));
    assert_eq!(answer(&EXAMPLES[0], &Sent("PUT /jobs/a")).get("allow"), Some("POST, OPTIONS"));
}
