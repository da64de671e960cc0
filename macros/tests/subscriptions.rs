//! The API of subscriptions, served without a network: permissions by tokens of two kinds, JSON bodies, and requests and messages that
//! the server sends.

#![allow(missing_docs)]

use serde_json::{Value, json};
use served::{assert_examples, finished, variables};
use service::{Program, Session};
use std::cell::RefCell;
use wire::json::{Fault, Read, Write, Written};
use wire::{Example, Response, Sent, Source};

#[macro_use]
mod served;
#[path = "subscriptions/entry.rs"]
mod entry;
#[path = "subscriptions/exchanges.rs"]
mod exchanges;
#[path = "subscriptions/glob.rs"]
mod glob;
#[path = "subscriptions/policy.rs"]
mod policy;
#[path = "subscriptions/server.rs"]
mod server;
#[path = "subscriptions/service.rs"]
mod service;
#[path = "subscriptions/token.rs"]
mod token;

include!("subscriptions/protocol.rs");

const ORIGIN: &str = "https://ds.example";

fn read<S: Read>(body: &Value) -> Result<S::Value, Vec<Fault>> {
    wire::json::read(body.to_string().as_bytes(), S::read)
}

/// The violations, each as "pointer: rule".
fn faults<S: Read>(body: &Value) -> Vec<String> {
    let faults = read::<S>(body).err().unwrap_or_default();
    faults.into_iter().map(|fault| format!("{}: {}", fault.pointer, fault.rule)).collect()
}

fn written<S: Write>(value: &S::Value) -> Value {
    serde_json::to_value(Written::<S>(value)).expect("a value")
}

fn path_of(text: &str) -> stream::Path {
    stream::Path::read(text).expect("a path")
}

fn label(text: &str) -> Label {
    Label::read(text).expect("a label")
}

fn offset(value: u64) -> Offset {
    Offset::new(value).expect("an offset")
}

fn generation(value: u64) -> Generation {
    Generation::new(value).expect("a number")
}

fn url(text: &str) -> Url {
    Url::read(text).expect("a URL")
}

fn key_id() -> KeyId {
    KeyId::read("ds_Qx").expect("a name")
}

fn program(limits: Limits) -> Program {
    Program { limits, fails: false, server: RefCell::default() }
}

fn answer(program: &Program, sent: &Sent) -> Response<String> {
    let Admission { caller, route } = finished(admit(sent, &program));
    let token = if let Caller::Holder(token) = caller { Some(token) } else { None };
    match route {
        Err(response) => response,
        Ok(_) => {
            let session = Session { program, limits: &program.limits, token };
            finished(serve(&session, sent, served::Pieces::of(sent.body())))
        }
    }
}

/// The request of an example, by the caller that it assumes, unless it contains credentials.
fn by_caller(example: &Example) -> Sent {
    let sent = example.send;
    let given = served::given(example);
    let id = sent.path().split('/').nth(5).unwrap_or_default().replace(':', "~");
    let is_holder = ["/ack", "/release", "/callback"].iter().any(|end| sent.path().ends_with(end));
    let token = match () {
        () if sent.header("authorization").is_some() || given("Holder unknown") => return sent,
        () if given("Client unknown") => "stolen".to_owned(),
        () if is_holder => format!("{id}.1.1795777200.8fJ"),
        () => return sent,
    };
    let (head, rest) = sent.0.split_once('\n').unwrap_or((sent.0, ""));
    Sent(format!("{head}\nauthorization: Bearer {token}\n{rest}").leak())
}

#[test]
fn examples_show_what_is_answered() {
    assert_examples(&[EXAMPLES, MALFORMED, REFUSED], |example| {
        let limits = Limits::DECLARED.overridden(variables(example)).expect("limits");
        let mut program = program(limits);
        for sent in example.before {
            let status = answer(&program, sent).status;
            assert!((200..300).contains(&status), "{} {}: {status} for {sent:?}", example.endpoint, example.name);
        }
        program.fails = served::given(example)("failure");
        answer(&program, &by_caller(example))
    });
}

#[test]
fn each_endpoint_has_examples() {
    let endpoints = [
        "append",
        "read",
        "subscribe",
        "show",
        "end",
        "add",
        "remove",
        "claim",
        "acknowledge",
        "release",
        "call_back",
        "keys",
    ];
    for endpoint in endpoints {
        assert!(EXAMPLES.iter().any(|example| example.endpoint == endpoint), "{endpoint}");
    }
    let others = EXAMPLES.iter().filter(|example| !endpoints.contains(&example.endpoint));
    assert!(others.clone().all(|example| example.endpoint == "unrouted"), "{:?}", others.collect::<Vec<_>>());
}

#[test]
fn a_webhook_is_declared() {
    let body = json!({
        "type": "webhook", "pattern": "orders/*", "webhook": { "url": "https://app.example/wake" }, "lease_ttl_ms": 20000,
        "wake_stream": "pool/a", "tenant": 7,
    });
    let new = read::<NewSubscription>(&body).expect("a subscription");
    let NewSubscriptionByType::Webhook { webhook } = &new.r#type else { panic!("{new:?}") };
    assert_eq!(webhook.url.as_str(), "https://app.example/wake");
    assert_eq!(new.pattern.as_ref().map(Pattern::as_str), Some("orders/*"));
    assert_eq!((new.lease_ttl_ms.get(), new.streams.is_none()), (20000, true));
}

#[test]
fn a_pull_wake_is_declared() {
    let body = json!({ "type": "pull-wake", "streams": ["jobs/1", "a%2Fb/é"], "wake_stream": "pool/a" });
    let new = read::<NewSubscription>(&body).expect("a subscription");
    let NewSubscriptionByType::PullWake { wake_stream } = &new.r#type else { panic!("{new:?}") };
    assert_eq!(wake_stream.as_str(), "pool/a");
    assert_eq!(new.lease_ttl_ms.get(), 30000, "the default");
    let streams = new.streams.expect("streams");
    assert_eq!(streams.iter().map(stream::Path::as_str).collect::<Vec<_>>(), ["jobs/1", "a%2Fb/%C3%A9"]);
}

#[test]
fn what_is_wrong_with_a_subscription_is_told_with_its_place() {
    assert_eq!(
        faults::<NewSubscription>(&json!({ "type": "webhook", "streams": [], "lease_ttl_ms": 999 })),
        [
            "/webhook: present",
            "/lease_ttl_ms: a whole number from 1000 to 600000 in plain decimal digits",
            ": an object with `pattern` or `streams`",
        ]
    );
    let body = json!({ "type": "pull-wake", "streams": ["a", "__ds/x", "%5F%5Fds", "../a", 5], "wake_stream": "__ds" });
    assert_eq!(
        faults::<NewSubscription>(&body)
            .iter()
            .map(|fault| fault.split(':').next().unwrap_or_default())
            .collect::<Vec<_>>(),
        ["/wake_stream", "/streams/1", "/streams/2", "/streams/3", "/streams/4"]
    );
    assert_eq!(
        faults::<NewSubscription>(&json!({ "type": "sms", "pattern": "" })),
        ["/type: one of `webhook`, `pull-wake`"]
    );
    assert_eq!(faults::<NewSubscription>(&json!(null)), [": an object"]);
}

#[test]
fn a_subscription_is_shown() {
    let signing = Signing {
        alg: Algorithm::Ed25519,
        kid: key_id(),
        jwks_url: Url::read("https://ds.example/v1/stream/__ds/jwks.json").expect("a URL"),
    };
    let url = Url::read("https://app.example/wake").expect("a URL");
    let shown = Subscription {
        id: label("mailer"),
        subscription_id: label("mailer"),
        r#type: SubscriptionByType::Webhook { webhook: SignedWebhook { url, signing } },
        pattern: Pattern::read("orders/*").ok(),
        streams: vec![Link { path: path_of("orders/17"), link_type: LinkType::Glob, acked_offset: offset(0x240) }],
        wake_stream: None,
        lease_ttl_ms: LeaseTtl::new(20000).expect("milliseconds"),
        created_at: wire::Timestamp::read("2026-11-27T10:00:00.000Z").expect("a time"),
        status: Status::Active,
        description: None,
    };
    let expected = json!({
        "id": "mailer", "subscription_id": "mailer", "type": "webhook", "pattern": "orders/*",
        "streams": [{ "path": "orders/17", "link_type": "glob", "acked_offset": "0000000000000240" }],
        "webhook": {
            "url": "https://app.example/wake",
            "signing": { "alg": "ed25519", "kid": "ds_Qx", "jwks_url": "https://ds.example/v1/stream/__ds/jwks.json" },
        },
        "wake_stream": null, "lease_ttl_ms": 20000, "created_at": "2026-11-27T10:00:00.000Z", "status": "active",
    });
    assert_eq!(written::<Subscription>(&shown), expected);
}

#[test]
fn a_wake_is_claimed_acknowledged_and_released() {
    assert_eq!(read::<Claim>(&json!({ "worker": "a" })).map(|claim| claim.worker.to_string()), Ok("a".to_owned()));
    assert_eq!(faults::<Claim>(&json!({ "worker": "" })), ["/worker: 1 to 256 characters long, and it has 0"]);
    assert_eq!(faults::<Release>(&json!({ "wake_id": "w", "generation": "7" })), ["/generation: a number"]);

    let beat = read::<Acknowledgement>(&json!({ "wake_id": "w_77", "generation": 1 })).expect("a heartbeat");
    assert!(beat.acks.is_none() && !beat.done);
    let acks =
        json!([{ "stream": "orders/18", "offset": "0000000000000010" }, { "path": "a", "offset": "0000000000000000" }]);
    let body = json!({ "wake_id": "w_77", "generation": 1, "acks": acks, "done": true });
    let acks = read::<Acknowledgement>(&body).expect("acknowledgements").acks.expect("acknowledgements");
    assert_eq!(acks[0].offset, offset(16));
    let body = json!({ "wake_id": "w", "generation": 1, "done": 1, "acks": [{ "offset": "-1" }] });
    assert_eq!(
        faults::<Acknowledgement>(&body),
        [
            "/acks/0/offset: 16 upper-case hexadecimal digits that this server has sent",
            "/acks/0: an object with `stream` or `path`",
            "/done: `true` or `false`",
        ]
    );
    assert_eq!(
        written::<Acknowledged>(&Acknowledged { ok: true, next_wake: false }),
        json!({ "ok": true, "next_wake": false })
    );
}

#[test]
fn each_malformed_body_has_one_violation() {
    let bodies: Vec<_> = MALFORMED.iter().filter(|example| example.expect.pointer.is_some()).collect();
    assert!(bodies.len() > 60, "{}", bodies.len());
    for example in bodies {
        let body = example.send.body().as_bytes();
        let faults = match example.endpoint {
            "subscribe" => wire::json::read(body, NewSubscription::read).err(),
            "add" => wire::json::read(body, NewLinks::read).err(),
            "claim" => wire::json::read(body, Claim::read).err(),
            "acknowledge" | "call_back" => wire::json::read(body, Acknowledgement::read).err(),
            "release" => wire::json::read(body, Release::read).err(),
            other => panic!("{other}"),
        };
        let faults = faults.unwrap_or_else(|| panic!("{}: it is well-formed", example.name));
        assert_eq!(
            faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(),
            [example.expect.pointer.unwrap_or_default()]
        );
    }
}
