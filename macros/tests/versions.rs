//! Resources that are like another one: one program serves all of them, each with its own path and names.

#![allow(missing_docs)]

use served::{Broken, assert_examples, bytes, given, variables};
use wire::{Asked, Response, Sent, take};

#[macro_use]
mod served;

include!("versions/protocol.rs");

/// A post office whose letters are all alike.
struct Program {
    limits: Limits,
    is_absent: bool,
    fails: bool,
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

service!(letter for Program {
    async fn send(&self, request: Asked<letter::send::Request>) -> Result<letter::send::Outcome, Broken> {
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

    async fn read(&self, request: Asked<letter::read::Request>) -> Result<letter::read::Outcome, Broken> {
        use letter::read::{Decision, Found, Request, decide};
        let request = take!(request as Request { name, authorization });
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Found => Found { stamp: Stamp::read("7").expect("a stamp"), body: b"text".into() }.into(),
        })
    }

    async fn head(&self, request: Asked<letter::head::Request>) -> Result<letter::head::Outcome, Broken> {
        use letter::head::{Decision, Head, Request, decide};
        let request = take!(request as Request { name, authorization });
        match decide(&request) {
            Decision::Head => Ok(Head { weight: Weight::read("1").expect("a weight") }.into()),
        }
    }

    async fn open(&self, request: Asked<letter::open::Request>) -> Result<letter::open::Outcome, Broken> {
        use letter::open::{Decision, Request, decide};
        let request = take!(request as Request { name, authorization });
        match decide(&request) {
            Decision::Opened => Ok(letter::open::Opened.into()),
        }
    }
});

service!(office for Program {
    async fn close(&self, request: Asked<office::close::Request>) -> Result<office::close::Outcome, Broken> {
        use office::close::{Decision, Request, decide};
        let request = take!(request as Request { authorization });
        if self.fails {
            return Err(Broken);
        }
        match decide(&request) {
            Decision::Gone => Ok(office::close::Gone.into()),
        }
    }
});

fn program() -> Program {
    Program { limits: Limits::DECLARED, is_absent: false, fails: false }
}

fn answer(program: &Program, sent: &Sent) -> Response<String> {
    answer!(program, sent)
}

#[test]
fn examples_of_all_versions_are_true() {
    assert_examples(&[EXAMPLES, MALFORMED], |example| {
        let limits = Limits::DECLARED.overridden(variables(example)).expect("the limits");
        let given = given(example);
        answer(&Program { limits, is_absent: given("letter.absent"), fails: given("failure") }, &example.send)
    });
    let count = |prefix: &str| EXAMPLES.iter().filter(|example| example.endpoint.starts_with(prefix)).count();
    let first = EXAMPLES.iter().filter(|example| ["send", "read", "head", "open"].contains(&example.endpoint)).count();
    assert_eq!((count("mail::"), count("post::")), (first - 1, first - 2), "all but those of endpoints left out");
}

fn asked(text: &'static str) -> (u16, Response<String>) {
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
    assert!(matches!(admit::<String>(&Sent("GET /v3/post/a"), &program()), Ok(Route::Letter(_))));
}

#[test]
fn problems_name_what_was_sent() {
    let text = |response: &Response<String>| String::from_utf8(bytes(response).to_vec()).expect("text");
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

/// A program that has offices and no letters.
struct Branch {
    limits: Limits,
}

service!(office for Branch {
    async fn close(&self, request: Asked<office::close::Request>) -> Result<office::close::Outcome, Broken> {
        use office::close::{Decision, Request, decide};
        let request = take!(request as Request { authorization });
        match decide(&request) {
            Decision::Gone => Ok(office::close::Gone.into()),
        }
    }
});

#[test]
fn a_program_can_serve_some_of_the_resources() {
    let branch = Branch { limits: Limits::DECLARED };
    let status = |text: &'static str| {
        let sent = Sent(text);
        served::finished(office::serve(&branch, &sent, served::Pieces::of(sent.body()))).status
    };
    let example = EXAMPLES.iter().find(|example| example.endpoint == "close").expect("an example");
    let path = example.send.0.split_ascii_whitespace().nth(1).expect("a path");
    assert!(office::capture(path).is_some() && letter::capture(path).is_none());
    assert_eq!(status(format!("DELETE {path}").leak()), 204);
    assert_eq!(status(format!("PATCH {path}").leak()), 405);
    assert_eq!(status("GET /letters/a"), 404);
    // So does one that has only a version of a resource.
    let sent = Sent("POST /v2/mail/a\npostage: 3\n\ntext");
    let own = served::finished(mail::serve(&program(), &sent, served::Pieces::of(sent.body())));
    assert_eq!((own.status, own.get("postage")), (201, Some("3")));
    let other = Sent("POST /letters/a\nletter-stamp: 3\n\ntext");
    let other = served::finished(mail::serve(&program(), &other, served::Pieces::of(other.body())));
    assert_eq!(other.status, 404);
    // One that has a resource has its versions, too.
    let version = served::finished(letter::serve(&program(), &sent, served::Pieces::of(sent.body())));
    assert_eq!((version.status, version.get("postage")), (201, Some("3")));
}
