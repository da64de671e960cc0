//! A protocol with permissions: several kinds of credentials, and operations on paths. It is served without a network.

#![allow(missing_docs)]

use served::{Broken, Pieces, assert_examples, bytes, finished, given, variables};
use std::borrow::Cow;
use std::cell::RefCell;
use wire::{Asked, BadCredentials, Example, Response, Sent, Source, take};

#[macro_use]
mod served;

include!("shelf/protocol.rs");

/// A server whose tokens are lists of operations.
struct Program {
    limits: Limits,
    present: bool,
    fails: bool,
    /// Whether each member has sent too many requests.
    limited: bool,
    /// What was verified, and what was asked of its owner.
    asked: RefCell<Vec<String>>,
}

/// A caller: the kind of credentials, and the operations.
struct Holder<'a> {
    program: &'a Program,
    kind: &'static str,
    operations: Vec<member::Operation>,
}

impl member::Grant for Holder<'_> {
    fn permits(&self, operation: member::Operation, path: Option<&str>) -> bool {
        self.program.asked.borrow_mut().push(format!("{}({})", operation.name(), path.unwrap_or_default()));
        let is_public = self.kind != "anyone" || path == Some("public");
        is_public && self.operations.contains(&operation)
    }
}

/// The operations in a token, unless it is invalid.
fn operations(token: &str) -> Option<Vec<member::Operation>> {
    let operation = |name: &str| member::Operation::ALL.iter().copied().find(|own| own.name() == name);
    match token {
        "all" => Some(member::Operation::ALL.to_vec()),
        "-" => Some(Vec::new()),
        token => token.split(' ').map(operation).collect(),
    }
}

impl<'a> Edge for &'a Program {
    type Member = Holder<'a>;
    type Worker = ();

    fn limits(&self) -> &Limits {
        &self.limits
    }

    async fn member(
        &self,
        _: &impl Source,
        credentials: Result<Option<member::Credentials>, BadCredentials>,
    ) -> Result<Holder<'a>, member::Refusal> {
        self.asked.borrow_mut().push("verified".to_owned());
        if self.limited {
            return Err(member::Refusal::Limited);
        }
        let credentials = credentials?;
        let (kind, token) = match &credentials {
            None => ("anyone", "read list"),
            Some(member::Credentials::Authorization(own)) => ("bearer", own.secret()),
            Some(member::Credentials::Subprotocols(own)) => ("subprotocol", own.secret()),
            Some(member::Credentials::Signature(own)) if own.exp.get() == 0 => {
                return Err(member::Refusal::Unknown);
            }
            Some(member::Credentials::Signature(own)) => ("signature", own.sig.as_str()),
            Some(member::Credentials::WideSignature(own)) => ("wide signature", own.sig.as_str()),
        };
        let operations = operations(token).ok_or(member::Refusal::Unknown)?;
        Ok(Holder { program: self, kind, operations })
    }

    async fn worker(
        &self,
        _: &impl Source,
        credentials: Result<worker::Credentials, BadCredentials>,
    ) -> Result<(), worker::Refusal> {
        let worker::Credentials::WakeKey(key) = credentials?;
        if key.as_str() == "open" { Ok(()) } else { Err(worker::Refusal::Unknown) }
    }

    fn unauthorized(&self, source: &impl Source) -> Unauthorized {
        let text = format!("Bearer realm=\"{}\"", source.path());
        Unauthorized { www_authenticate: WwwAuthenticate::read(&text).expect("a text") }
    }
}

/// A request as it reaches the handler.
struct Shelf<'a> {
    program: &'a Program,
    limits: &'a Limits,
    kind: &'static str,
}

impl book::read::Facts for Shelf<'_> {
    fn book(&self) -> BookState {
        if self.program.present { BookState::Present } else { BookState::Absent }
    }
}

service!(book for Shelf<'_> {
    async fn write(&self, request: Asked<book::write::Request>) -> Result<book::write::Outcome, Broken> {
        use book::write::{Decision, Request, Written, decide};
        let request = take!(request as Request { path, content_type, copy_of, r#final, body });
        match decide(&request) {
            Decision::Written => Ok(Written.into()),
        }
    }

    async fn read(&self, request: Asked<book::read::Request>) -> Result<book::read::Outcome, Broken> {
        use book::read::{Decision, Found, Request, decide};
        let request = take!(request as Request { path });
        if self.program.fails {
            return Err(Broken);
        }
        match decide(&request, self) {
            Decision::Ready(ready) => Ok(ready.into()),
            Decision::Found => {
                Ok(Found { reader: Reader::read(self.kind).expect("a text"), body: "text".into() }.into())
            }
        }
    }
});

service!(books for Shelf<'_> {
    async fn list(&self, request: Asked<books::list::Request>) -> Result<books::list::Outcome, Broken> {
        use books::list::{Decision, Listed, Request, decide};
        let request = take!(request as Request { live });
        match decide(&request) {
            Decision::Listed => Ok(Listed.into()),
        }
    }
});

service!(work for Shelf<'_> {
    async fn take(&self, request: Asked<work::take::Request>) -> Result<work::take::Outcome, Broken> {
        use work::take::{Decision, Request, Taken, decide};
        let request = take!(request as Request {});
        match decide(&request) {
            Decision::Taken => Ok(Taken.into()),
        }
    }

    async fn health(&self, request: Asked<work::health::Request>) -> Result<work::health::Outcome, Broken> {
        use work::health::{Decision, Request, Well, decide};
        let request = take!(request as Request {});
        match decide(&request) {
            Decision::Well => Ok(Well.into()),
        }
    }
});

/// A request with further credentials.
struct With<'a> {
    sent: &'a Sent,
    token: Option<String>,
    query: String,
}

impl Source for With<'_> {
    fn method(&self) -> &str {
        self.sent.method()
    }

    fn path(&self) -> &str {
        self.sent.path()
    }

    fn query(&self) -> &str {
        &self.query
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        match (&self.token, name) {
            (Some(token), "authorization") => Some(format!("Bearer {token}").into()),
            _ => self.sent.header(name),
        }
    }
}

/// The request of an example, by the caller that it assumes, unless it contains credentials.
fn by_caller(example: &'static Example) -> With<'static> {
    let sent = &example.send;
    let given = |prefix: &str| example.given.iter().find_map(|given| given.strip_prefix(prefix));
    let is_member = sent.header("authorization").is_some()
        || sent.header("sec-websocket-protocol").is_some()
        || sent.query().contains("sig=");
    let is_anyone = sent.path() == "/books/public";
    let token = match given("Member ") {
        None => "all".to_owned(),
        Some("unknown") => "stolen".to_owned(),
        Some("limited") => "all".to_owned(),
        Some("permits nothing") => "-".to_owned(),
        Some(permitted) => permitted.trim_start_matches("permits ").replace(", ", " "),
    };
    let key =
        if given("Worker ").is_none() && sent.query().is_empty() && sent.method() == "POST" { "key=open" } else { "" };
    let token = (!is_member && !is_anyone && sent.path() != "/work").then_some(token);
    With { sent, token, query: format!("{}{key}", sent.query()) }
}

fn program() -> Program {
    Program { limits: Limits::DECLARED, present: false, fails: false, limited: false, asked: RefCell::default() }
}

fn answer(program: &Program, source: &impl Source, body: &str) -> Response<String> {
    let Admission { caller, route } = finished(admit(source, &program));
    let kind = match caller {
        Caller::Member(reader) => reader.kind,
        Caller::Worker(()) => "worker",
        Caller::Anyone | Caller::Refused => "",
    };
    match route {
        Err(response) => response,
        Ok(_) => finished(serve(&Shelf { program, limits: &program.limits, kind }, source, Pieces::of(body))),
    }
}

#[test]
fn examples_show_what_is_answered() {
    assert_examples(&[EXAMPLES, MALFORMED, REFUSED], |example| {
        let limits = Limits::DECLARED.overridden(variables(example)).expect("a limit");
        let given = given(example);
        let (present, fails, limited) = (given("book.present"), given("failure"), given("Member limited"));
        let program = Program { limits, present, fails, limited, ..program() };
        answer(&program, &by_caller(example), example.send.body())
    });
}

#[test]
fn credentials_are_refused_before_anything_else_is_told() {
    let count = |endpoint: &str, status: u16| {
        REFUSED.iter().filter(|own| own.endpoint == endpoint && own.expect.status == status).count()
    };
    // Absent, malformed, and too large: each as nobody who is known, as somebody who sends too much, and as somebody who may do nothing.
    assert_eq!((count("write", 401), count("write", 429), count("write", 403)), (3, 3, 0));
    assert_eq!((count("read", 401), count("read", 429), count("read", 403)), (1, 1, 1));
    assert_eq!((count("list", 401), count("list", 429), count("list", 403)), (2, 2, 2));
    // A worker is permitted everything.
    assert_eq!((count("take", 401), count("take", 403), count("health", 401)), (1, 0, 0));
}

#[test]
fn a_denial_names_the_operation_and_not_what_is_there() {
    let mut denials = Vec::new();
    for present in [true, false] {
        let program = Program { present, ..program() };
        let response = answer(&program, &Sent("GET /books/a\nauthorization: Bearer list"), "");
        denials.push(String::from_utf8(bytes(&response).to_vec()).expect("JSON"));
        assert_eq!(*program.asked.borrow(), ["verified", "read(a)"]);
    }
    assert!(denials[0].contains("The operation `read` is not permitted."), "{denials:?}");
    assert_eq!(denials[0], denials[1]);
}

#[test]
fn permissions_are_about_canonical_paths() {
    for (sent, asked) in [
        (Sent("GET /books/%61/b\nauthorization: Bearer all"), &["verified", "read(a/b)"][..]),
        (Sent("GET /books/a%2Fb\nauthorization: Bearer all"), &["verified", "read(a%2Fb)"]),
        (
            Sent("PUT /books/a\nauthorization: Bearer all\nshelf-copy-of: /books/%62/c\nshelf-final: true"),
            &["verified", "copy(a)", "read(b/c)", "finish(a)"],
        ),
        (Sent("GET /books?live=feed\nauthorization: Bearer all"), &["verified", "list()", "follow()"]),
        (Sent("GET /books/%zz\nauthorization: Bearer all"), &["verified"]),
        (Sent("OPTIONS /books/a"), &[]),
        (Sent("GET /work"), &[]),
        (Sent("GET /books/a?sig=all"), &["verified"]),
    ] {
        let program = program();
        answer(&program, &sent, "");
        assert_eq!(*program.asked.borrow(), asked, "{sent:?}");
    }
}
