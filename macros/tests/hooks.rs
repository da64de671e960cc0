//! A protocol whose requests, responses and events contain JSON of every declared type.

#![allow(missing_docs)]

use serde_json::{Value, json};
use served::{Broken, assert_examples, bytes, given, variables};
use wire::{Asked, Response, Sent, take};

#[macro_use]
mod served;

include!("hooks/protocol.rs");

/// A server that has a hook or not.
struct Program {
    limits: Limits,
    absent: bool,
    rejected: bool,
    fails: bool,
}

const PROGRAM: Program = Program { limits: Limits::DECLARED, absent: false, rejected: false, fails: false };

macro_rules! facts {
    ($($facts:ty: $($name:ident = $field:ident),+;)+) => {
        $(impl $facts for Program { $(fn $name(&self) -> bool { self.$field })+ })+
    };
}

facts! {
    hook::create::Facts: hook_absent = absent, url_rejected = rejected;
    hook::acknowledge::Facts: hook_absent = absent;
    hook::read::Facts: hook_absent = absent;
    hook::follow::Facts: hook_absent = absent;
    public_keys::keys::Facts: hook_absent = absent;
}

fn pattern(text: &str) -> Pattern {
    Pattern::read(text).expect("a pattern")
}

/// A hook as the server shows it, with the seconds that a client may have declared.
fn shown(patience: u64, name: &hook::Name) -> Hook {
    Hook {
        id: Note::read("a").expect("a note"),
        r#type: HookByType::Call { target: Target { url: pattern("x"), next: None } },
        created: wire::Timestamp::read("2030-01-31T12:00:00Z").expect("a time"),
        mark: Mark::new(7).expect("a mark"),
        self_path: hook::PathTo { name: name.clone() },
        total: Count::new(12).expect("a count"),
        patience: Seconds::new(patience).expect("seconds"),
        urgent: false,
        feeds: vec![Link { name: pattern("a1"), pending: true }],
        note: None,
    }
}

service!(hook for Program {
    async fn create(&self, request: Asked<hook::create::Request>) -> Result<hook::create::Outcome, Broken> {
        use hook::create::Request;
        let request = take!(request as Request { name, content_type, body });
        use hook::create::{Confirmed, Created, Decision, decide};
        if self.fails {
            return Err(Broken);
        }
        let body = shown(request.body.patience.get(), &request.name);
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Created => Created { body }.into(),
            Decision::Confirmed => Confirmed { body }.into(),
        })
    }

    async fn acknowledge(&self, request: Asked<hook::acknowledge::Request>) -> Result<hook::acknowledge::Outcome, Broken> {
        use hook::acknowledge::Request;
        let request = take!(request as Request { name, body });
        use hook::acknowledge::{Acknowledged, Decision, decide};
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Acknowledged => Acknowledged.into(),
        })
    }

    async fn read(&self, request: Asked<hook::read::Request>) -> Result<hook::read::Outcome, Broken> {
        use hook::read::Request;
        let request = take!(request as Request { name });
        Ok(match hook::read::decide(&request, self) {
            hook::read::Decision::Ready(ready) => ready.into(),
            hook::read::Decision::Found => hook::read::Found { body: shown(30, &request.name) }.into(),
        })
    }

    async fn follow(&self, request: Asked<hook::follow::Request>) -> Result<hook::follow::Outcome<String>, Broken> {
        use hook::follow::Request;
        let request = take!(request as Request { name });
        Ok(match hook::follow::decide(&request, self) {
            hook::follow::Decision::Ready(ready) => ready.into(),
            hook::follow::Decision::Following => {
                let mut body = String::new();
                told(news::ToldByType::Call).write(&mut body);
                hook::follow::Following { body }.into()
            }
        })
    }
});

fn told(kind: news::ToldByType) -> news::Told {
    news::Told {
        r#type: kind,
        next_mark: Mark::new(7).expect("a mark"),
        times: Count::new(3).expect("a count"),
        total: Count::new(12),
        by: None,
        last: false,
    }
}

service!(public_keys for Program {
    async fn keys(&self, request: Asked<public_keys::keys::Request>) -> Result<public_keys::keys::Outcome, Broken> {
        use public_keys::keys::Request;
        let request = take!(request as Request {  });
        let public_keys::keys::Decision::KeysFound = public_keys::keys::decide(&request, self);
        Ok(public_keys::keys::KeysFound { body: KeySet { keys: vec![json!({ "kty": "OKP" })] } }.into())
    }
});

impl Edge for Program {
    fn limits(&self) -> &Limits {
        &self.limits
    }
}

fn answer(program: &Program, sent: &Sent) -> Response<String> {
    answer!(program, sent)
}

#[test]
fn examples_show_what_is_answered() {
    assert_examples(&[EXAMPLES, MALFORMED], |example| {
        let given = given(example);
        let program = Program {
            limits: Limits::DECLARED.overridden(variables(example)).expect("a limit"),
            absent: given("hook.absent"),
            rejected: given("url.rejected"),
            fails: given("failure"),
        };
        answer(&program, &example.send)
    });
}

fn put(body: &Value) -> Sent {
    Sent(format!("PUT /hooks/a\n\n{body}").leak())
}

/// The violations that a response tells: the pointer and the rule of each.
fn violations(sent: &Sent) -> Vec<String> {
    let response = answer(&PROGRAM, sent);
    assert_eq!(response.status, 400);
    let problem: Value = serde_json::from_slice(bytes(&response)).expect("JSON");
    let violations = problem["violations"].as_array().expect("violations");
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    violations.iter().map(|one| format!("{}: {}", text(&one["pointer"]), text(&one["rule"]))).collect()
}

#[test]
fn all_violations_are_told_at_once() {
    let body = json!({
        "type": "call", "note": "thirteen char", "patience": 0, "starts": "yes", "since": "7", "until": "soon",
        "labels": { "a/b": 7 }, "total": 1, "colour": null, "target": { "url": "", "next": [{ "url": "x" }] }, "retries": 1.5,
    });
    assert_eq!(
        violations(&put(&body)),
        [
            "/target/url: 1 to 16 bytes long, and it has 0",
            "/target/next/0/next: present",
            "/retries: a whole number from 0 to 9007199254740991 in plain decimal digits",
            "/note: 0 to 12 characters long, and it has 13",
            "/patience: a whole number from 1 to 600 in plain decimal digits",
            "/starts: `true` or `false`",
            "/since: 16 decimal digits that this server has sent",
            "/until: an RFC 3339 date and time such as `2030-01-31T12:00:00Z`",
            "/labels/a~1b: a string",
            "/total: a string",
            ": an object with `pattern` or `feeds`",
            "/twin: present, since `total`, `twin` belong together",
            "/colour: absent, because it is not declared",
        ]
    );
}

#[test]
fn members_of_another_variant_are_not_known() {
    let hook = |kind: &str| json!({ "type": kind, "feeds": ["a"], "note": null, "feed": "f" });
    assert_eq!(answer(&PROGRAM, &put(&hook("message"))).status, 200);
    assert_eq!(violations(&put(&hook("silent"))), ["/feed: absent, because it is not declared"]);
    // Without a variant, it is not known what is missing and what is too much.
    assert_eq!(violations(&put(&hook("sms"))), ["/type: one of `call`, `message`, `silent`"]);
}

#[test]
fn requests_are_typed() {
    let body = json!({
        "type": "call", "pattern": "a*", "note": "é", "target": { "url": "x", "next": [] }, "remarks": null, "serialNo": 5,
        "labels": { "é": "1" }, "extra": { "any": [1.5, null] }, "total": "7", "twin": "/hooks/b", "urgent": false,
    });
    let sent = put(&body);
    let request = hook::create::Request::read(["a"], &sent, sent.body().as_bytes()).expect("a request");
    let hook = request.body;
    let NewHookByType::Call { target, retries } = &hook.r#type else { panic!("{hook:?}") };
    assert_eq!((target.url.as_str(), retries.get()), ("x", 3));
    assert_eq!((hook.patience.get(), hook.starts, hook.urgent), (30, true, false));
    assert_eq!((hook.greeting.as_str(), hook.fallback), ("hello", Kind::Silent));
    assert_eq!(hook.note.as_ref().map(Note::as_str), Some("é"));
    assert!(matches!(hook.remarks, Some(None)) && hook.since.is_none() && hook.until.is_none());
    assert_eq!(hook.serial_no.map(Count::get), Some(5));
    assert_eq!(hook.labels.expect("labels")["é"].as_str(), "1");
    assert_eq!(hook.extra, Some(json!({ "any": [1.5, null] })));
    assert_eq!(
        (hook.total.map(Count::get), hook.twin.map(|twin| twin.name.to_string())),
        (Some(7), Some("b".to_owned()))
    );
}

#[test]
fn events_are_written_as_declared() {
    let mut out = String::new();
    let feed = pattern("f");
    let event = news::Told { last: true, by: Note::read("\"\\é").ok(), ..told(news::ToldByType::Message { feed }) };
    event.write(&mut out);
    let data = r#"{"type":"message","feed":"f","nextMark":"0000000000000007","times":3,"total":"12","by":"\"\\é","last":true}"#;
    assert_eq!(out, format!("event: told\ndata:{data}\n\n"));
}

#[test]
fn bodies_are_declared_as_json() {
    let found = answer(&PROGRAM, &Sent("GET /hooks/a"));
    assert_eq!(found.get("content-type"), Some("application/json"));
    let keys = answer(&PROGRAM, &Sent("GET /keys"));
    assert_eq!(keys.headers.iter().filter(|(name, _)| *name == "content-type").count(), 1);
    assert_eq!(keys.get("content-type"), Some("application/jwk-set+json"));
}
