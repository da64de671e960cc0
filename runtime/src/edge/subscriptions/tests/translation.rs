use super::{exchange, holder, permitted, send, webhooks};
use crate::access::Client;
use crate::bridge;
use crate::host::HostError;
use crate::settings::Webhooks;
use crate::subscription::call::{Call, Envelope};
use crate::subscription::progress::{Activity, Progress};
use crate::subscription::reach::Reach;
use crate::subscription::request::{Answer, Refused, Representation, Request};
use serde_json::json;
use spec::client::Operation::{Append, Claim, Read, Subscribe};
use std::collections::BTreeSet;
use subscriptions::{
    Ack, Acknowledged, Acknowledgment, Claimed, Configuration, Credentials, Entropy, Failure, Generation, LeaseTtl,
    Pattern, Reason, Refusal, StreamInfo, SubscriptionId, Target, WebhookUrl, WorkerName, read_path,
};

const WEBHOOK: &str = r#"PUT /v1/stream/__ds/subscriptions/mailer

{"type":"webhook","pattern":"/orders/*/","webhook":{"url":"https://app.example/wake"},"wake_stream":"pool/a"}"#;
const PULL_WAKE: &str = r#"PUT /v1/stream/__ds/subscriptions/runner%3A1

{"type":"pull-wake","streams":["jobs/2","/jobs/1","jobs/2"],"wake_stream":"pool/a","lease_ttl_ms":1000,"description":"d"}"#;
const SHOW: &str = "GET /v1/stream/__ds/subscriptions/mailer";
const END: &str = "DELETE /v1/stream/__ds/subscriptions/mailer";
const ADD: &str = "POST /v1/stream/__ds/subscriptions/mailer/streams\n\n{\"streams\":[\"jobs/1\"]}";
const REMOVE: &str = "DELETE /v1/stream/__ds/subscriptions/mailer/streams/jobs%2F1";
const CLAIM: &str = "POST /v1/stream/__ds/subscriptions/runner:1/claim\n\n{\"worker\":\"a\"}";
const ACK: &str = r#"POST /v1/stream/__ds/subscriptions/runner:1/ack

{"wake_id":"w_1","generation":1,"acks":[{"path":"jobs/1","offset":"0000000000000007"}],"done":true}"#;
const CALLBACK: &str = "POST /v1/stream/__ds/subscriptions/runner:1/callback\n\n{\"wake_id\":\"w_1\",\"generation\":1}";
const RELEASE: &str = "POST /v1/stream/__ds/subscriptions/runner:1/release\n\n{\"wake_id\":\"w_1\",\"generation\":1}";
const KEYS: &str = "GET /v1/stream/__ds/jwks.json";

fn path(text: &str) -> spec::stream::Path {
    read_path(text).expect("a path")
}

fn offset(value: u64) -> spec::Offset {
    spec::Offset::new(value).expect("an offset")
}

fn generation(value: u64) -> Generation {
    Generation::new(value).expect("a generation")
}

fn webhook() -> Configuration {
    let target = Target::Webhook(WebhookUrl::read("https://app.example/wake").expect("a URL"));
    let pattern = Pattern::read("orders/*").expect("a pattern");
    Configuration::new(target, pattern, BTreeSet::new(), LeaseTtl::new(30_000).expect("a lease"), None)
        .expect("a configuration")
}

fn pull_wake() -> Configuration {
    let (target, ttl) = (Target::PullWake(path("pool/a")), LeaseTtl::new(1_000).expect("a lease"));
    let streams = [path("jobs/1"), path("jobs/2")].into();
    Configuration::new(target, None, streams, ttl, Some("d".to_owned())).expect("a configuration")
}

fn info() -> StreamInfo {
    StreamInfo { path: path("jobs/1"), reason: Reason::Both, acked: offset(3), tail: offset(7) }
}

fn representation(configuration: Configuration) -> Box<Representation> {
    let progress = Progress {
        generation: generation(2),
        activity: Activity::Retrying,
        holder: None,
        lease_until: None,
        failures: 3,
        next_attempt: Some(1_795_773_604_000),
        last_error: Some(Failure::Status(500)),
    };
    let (streams, key_id) = (vec![info()], Some("ds_Qx".to_owned()));
    Box::new(Representation { configuration, created_at: 1_795_773_600_000, streams, progress, is_full: false, key_id })
}

fn claimed() -> Claimed {
    let wake_id = Entropy::new([1; 32]).wake_id();
    Claimed { wake_id, streams: vec![info()], claims: holder(), lease_ttl_ms: 1_000 }
}

fn credentials() -> Credentials {
    Credentials { claims: holder(), wake_id: "w_1".to_owned(), generation: generation(1) }
}

fn acknowledgment() -> Acknowledgment {
    let acks = vec![Ack { path: path("jobs/1"), offset: offset(7) }];
    Acknowledgment { credentials: credentials(), acks, done: true }
}

fn refusals() -> Vec<(Refusal, u16, &'static str)> {
    let holder = WorkerName::read("a").expect("a name");
    vec![
        (Refusal::NotFound, 404, "SUBSCRIPTION_NOT_FOUND"),
        (Refusal::WrongType, 400, "INVALID_REQUEST"),
        (Refusal::AlreadyExists, 409, "SUBSCRIPTION_ALREADY_EXISTS"),
        (Refusal::TooManyLinks, 429, "TOO_MANY_LINKS"),
        (Refusal::OwnWakeStream, 400, "INVALID_REQUEST"),
        (Refusal::Fenced, 409, "FENCED"),
        (Refusal::InvalidOffset("the offset is beyond the tail".to_owned()), 409, "INVALID_OFFSET"),
        (Refusal::AlreadyClaimed { holder, generation: generation(7) }, 409, "ALREADY_CLAIMED"),
        (Refusal::NoPendingWork, 409, "NO_PENDING_WORK"),
    ]
}

/// The requests that a refusal can be the answer to.
fn requests(refusal: &Refusal) -> &'static [&'static str] {
    match refusal {
        Refusal::NotFound => &[SHOW, ADD, REMOVE, CLAIM, ACK, CALLBACK, RELEASE],
        Refusal::WrongType => &[CLAIM, ACK, CALLBACK, RELEASE],
        Refusal::AlreadyExists => &[WEBHOOK, PULL_WAKE],
        Refusal::TooManyLinks => &[WEBHOOK, PULL_WAKE, ADD],
        Refusal::OwnWakeStream => &[ADD],
        Refusal::Fenced => &[ACK, CALLBACK, RELEASE],
        Refusal::InvalidOffset(_) => &[ACK, CALLBACK],
        Refusal::AlreadyClaimed { .. } | Refusal::NoPendingWork => &[CLAIM],
    }
}

#[test]
fn each_refusal_has_a_status_and_a_code() {
    for (refusal, status, code) in refusals() {
        let answer = Answer::from(refusal.clone());
        for text in requests(&refusal) {
            let reply = send(&Client::Open, &webhooks(), &answer, text);
            assert_eq!(reply.code(), (status, code), "{refusal:?}: {text}: {}", reply.body);
            assert!(reply.sent.is_some(), "{text}");
        }
    }
    for (refused, status, code) in [
        (Refused::WakeStream, 400, "INVALID_WAKE_STREAM"),
        (Refused::Circular, 400, "INVALID_REQUEST"),
        (Refused::TooManySubscriptions, 429, "TOO_MANY_SUBSCRIPTIONS"),
    ] {
        let reply = send(&Client::Open, &webhooks(), &Answer::Refused(refused), PULL_WAKE);
        assert_eq!(reply.code(), (status, code), "{}", reply.body);
    }
}

#[test]
fn refusals_have_details() {
    let refused =
        |refusal: Refusal, text| send(&Client::Open, &webhooks(), &refusal.into(), text).body["error"].clone();
    let holder = WorkerName::read("a").expect("a name");
    let claimed = refused(Refusal::AlreadyClaimed { holder, generation: generation(7) }, CLAIM);
    assert_eq!((&claimed["current_holder"], &claimed["generation"]), (&json!("a"), &json!(7)));
    let rule = refused(Refusal::InvalidOffset("the offset is beyond the tail".to_owned()), ACK);
    assert_eq!(rule["message"], "The offset is beyond the tail.");
}

#[test]
fn an_answer_that_does_not_arrive_or_fit_is_a_failure() {
    let failed = Answer::Failed("the database failed".to_owned());
    for text in [WEBHOOK, SHOW, END, ADD, REMOVE, CLAIM, ACK, CALLBACK, RELEASE] {
        let unreached = exchange(&Client::Open, &webhooks(), Err(HostError("it is gone".to_owned())), text);
        let unreadable = exchange(&Client::Open, &webhooks(), Ok("{}".to_owned()), text);
        let other = send(&Client::Open, &webhooks(), &Answer::Created(representation(pull_wake())), text);
        for reply in [unreached, unreadable, send(&Client::Open, &webhooks(), &failed, text)] {
            assert_eq!(reply.code(), (503, "UNAVAILABLE"), "{text}");
        }
        assert!(text == WEBHOOK || other.status == 503, "{text}: {}", other.body);
    }
}

#[test]
fn requests_are_translated() {
    let sent = |text| send(&Client::Open, &webhooks(), &Answer::Done, text).sent;
    let reach = Reach::of(&Client::Open, Subscribe);
    let streams = vec![path("jobs/1")];
    for (text, expected) in [
        (WEBHOOK, Request::Create { configuration: webhook() }),
        (PULL_WAKE, Request::Create { configuration: pull_wake() }),
        (SHOW, Request::Read { reach: reach.clone() }),
        (END, Request::Delete { reach: reach.clone() }),
        (ADD, Request::AddLinks { streams, reach: reach.clone() }),
        (REMOVE, Request::RemoveLink { stream: path("jobs/1"), reach: reach.clone() }),
        (CLAIM, Request::Claim { worker: WorkerName::read("a").expect("a name"), reach }),
        (ACK, Request::Acknowledge(acknowledgment())),
        (CALLBACK, Request::CallBack(Acknowledgment { acks: Vec::new(), done: false, ..acknowledgment() })),
        (RELEASE, Request::Release(credentials())),
    ] {
        assert_eq!(sent(text), Some(expected), "{text}");
    }
}

#[test]
fn the_path_of_a_link_is_escaped_once_or_twice() {
    for (segments, expected) in [
        ("a/b", "a/b"),
        ("a%2Fb", "a/b"),
        ("a%20b", "a%20b"),
        ("a%2520b", "a%20b"),
        ("caf%C3%A9%2F1", "caf%C3%A9/1"),
        ("100%25", "100%25"),
        ("a%252Fb", "a%2Fb"),
    ] {
        let text = format!("DELETE /v1/stream/__ds/subscriptions/mailer/streams/{segments}").leak();
        let reply = send(&Client::Open, &webhooks(), &Answer::Done, text);
        let Some(Request::RemoveLink { stream, .. }) = reply.sent else { panic!("{segments}: {}", reply.body) };
        assert_eq!(stream.as_str(), expected, "{segments}");
    }
}

#[test]
fn messages_can_be_read_by_the_other_end() {
    let (reach, id) =
        (Reach::of(&permitted(&[("a/", &[Claim])]), Claim), SubscriptionId::read("runner:1").expect("an id"));
    let worker = WorkerName::read("a").expect("a name");
    for request in [
        Request::Create { configuration: webhook() },
        Request::Create { configuration: pull_wake() },
        Request::Read { reach: reach.clone() },
        Request::Delete { reach: reach.clone() },
        Request::AddLinks { streams: vec![path("jobs/1")], reach: reach.clone() },
        Request::RemoveLink { stream: path("caf\u{e9}"), reach: reach.clone() },
        Request::Claim { worker, reach },
        Request::Acknowledge(acknowledgment()),
        Request::CallBack(acknowledgment()),
        Request::Release(credentials()),
    ] {
        let envelope = Envelope { id: id.clone(), call: Call::Request(Box::new(request)) };
        assert_eq!(bridge::read(&bridge::write(&envelope).expect("a text")), Ok(envelope));
    }
    let refused = refusals().into_iter().map(|(refusal, ..)| Refused::Decided(refusal));
    let refused = refused.chain([Refused::WakeStream, Refused::Circular, Refused::TooManySubscriptions]);
    let answers = [
        Answer::Created(representation(webhook())),
        Answer::Confirmed(representation(pull_wake())),
        Answer::Found(representation(webhook())),
        Answer::Done,
        Answer::Claimed { claimed: claimed(), token: "a.b".to_owned() },
        Answer::Acknowledged(Acknowledged { next_wake: true }),
        Answer::Failed("text".to_owned()),
    ];
    for answer in answers.into_iter().chain(refused.map(Answer::Refused)) {
        assert_eq!(bridge::read(&bridge::write(&answer).expect("a text")), Ok(answer));
    }
}

#[test]
fn a_subscription_is_represented() {
    let answer = Answer::Created(representation(webhook()));
    let reply = send(&Client::Open, &webhooks(), &answer, WEBHOOK);
    let expected = json!({
        "id": "mailer", "subscription_id": "mailer", "type": "webhook", "pattern": "orders/*",
        "streams": [{ "path": "jobs/1", "link_type": "explicit", "acked_offset": "0000000000000003" }],
        "webhook": {
            "url": "https://app.example/wake",
            "signing": { "alg": "ed25519", "kid": "ds_Qx", "jwks_url": "https://ds.example/v1/stream/__ds/jwks.json" },
        },
        "wake_stream": null, "lease_ttl_ms": 30_000, "created_at": "2026-11-27T10:00:00.000Z", "status": "failed",
        "generation": 2, "phase": "retrying", "retry_count": 3, "next_attempt_at": "2026-11-27T10:00:04.000Z",
        "last_error": "The webhook answered with status 500.",
    });
    assert_eq!((reply.status, reply.body), (201, expected));
    let confirmed = Answer::Confirmed(representation(pull_wake()));
    let reply = send(&Client::Open, &webhooks(), &confirmed, PULL_WAKE);
    assert_eq!((reply.status, &reply.body["id"], &reply.body["webhook"]), (200, &json!("runner:1"), &json!(null)));
    assert_eq!((&reply.body["wake_stream"], &reply.body["description"]), (&json!("pool/a"), &json!("d")));
    let found = Answer::Found(representation(webhook()));
    assert_eq!(send(&Client::Open, &webhooks(), &found, SHOW).status, 200);
}

#[test]
fn a_claim_and_an_acknowledgment_are_answered() {
    let answer = Answer::Claimed { claimed: claimed(), token: "a.b".to_owned() };
    let reply = send(&Client::Open, &webhooks(), &answer, CLAIM);
    let stream = json!({
        "path": "jobs/1", "link_type": "explicit", "acked_offset": "0000000000000003",
        "tail_offset": "0000000000000007", "has_pending": true,
    });
    assert_eq!(reply.status, 200);
    assert_eq!((&reply.body["generation"], &reply.body["token"]), (&json!(1), &json!("a.b")));
    assert_eq!((&reply.body["streams"], &reply.body["lease_ttl_ms"]), (&json!([stream]), &json!(1_000)));
    let answer = Answer::Acknowledged(Acknowledged { next_wake: false });
    for text in [ACK, CALLBACK] {
        let reply = send(&Client::Open, &webhooks(), &answer, text);
        assert_eq!((reply.status, reply.body), (200, json!({ "ok": true, "next_wake": false })), "{text}");
    }
}

#[test]
fn a_subscription_reaches_only_what_its_creator_may_subscribe_to() {
    let pool = ("pool/", &[Append][..]);
    for (scopes, text, expected) in [
        (vec![("orders/", &[Subscribe][..])], WEBHOOK, true),
        (vec![("", &[Subscribe][..])], WEBHOOK, true),
        (vec![("orders/", &[Read][..])], WEBHOOK, false),
        (vec![("orders/1/", &[Subscribe][..])], WEBHOOK, false),
        (vec![("jobs/", &[Subscribe][..]), pool], PULL_WAKE, true),
        (vec![("jobs/1/", &[Subscribe][..]), pool], PULL_WAKE, false),
        // The server appends to the wake stream.
        (vec![("jobs/", &[Subscribe][..])], PULL_WAKE, false),
        (vec![("jobs/", &[Subscribe][..])], ADD, true),
        (vec![("orders/", &[Subscribe][..])], ADD, false),
    ] {
        let reply = send(&permitted(&scopes), &webhooks(), &Answer::Done, text);
        assert_eq!(reply.sent.is_some(), expected, "{scopes:?}: {text}");
        assert!(expected || reply.code() == (403, "FORBIDDEN"), "{scopes:?}: {text}: {}", reply.body);
    }
}

#[test]
fn a_wildcard_at_the_start_needs_all_streams() {
    for (pattern, expected) in
        [("**", false), ("*", false), ("*/orders", false), ("orders/**", false), ("orders/*/x", true)]
    {
        let text = format!(
            "PUT /v1/stream/__ds/subscriptions/a\n\n{{\"type\":\"pull-wake\",\"pattern\":\"{pattern}\",\"wake_stream\":\"orders/pool\"}}"
        )
        .leak();
        let orders = permitted(&[("orders/", &[Subscribe, Append])]);
        assert_eq!(send(&orders, &webhooks(), &Answer::Done, text).sent.is_some(), expected, "{pattern}");
        let all = permitted(&[("", &[Subscribe, Append])]);
        assert!(send(&all, &webhooks(), &Answer::Done, text).sent.is_some(), "{pattern}");
    }
}

#[test]
fn the_edge_refuses_what_needs_no_subscription() {
    let long = "x".repeat(257);
    let put = |body: &str| format!("PUT /v1/stream/__ds/subscriptions/a\n\n{body}");
    let webhook = |url: &str| put(&format!(r#"{{"type":"webhook","pattern":"a","webhook":{{"url":"{url}"}}}}"#));
    let cases = [
        (format!("GET /v1/stream/__ds/subscriptions/{long}"), 400, "INVALID_REQUEST"),
        ("GET /v1/stream/__ds/subscriptions/a%2Fb".to_owned(), 400, "INVALID_REQUEST"),
        (put(r#"{"type":"pull-wake","pattern":"/","wake_stream":"b"}"#), 400, "INVALID_REQUEST"),
        (put(r#"{"type":"pull-wake","streams":["b"],"wake_stream":"/b/"}"#), 400, "INVALID_REQUEST"),
        (put(r#"{"type":"pull-wake","streams":["__ds/a"],"wake_stream":"b"}"#), 400, "INVALID_REQUEST"),
        (put(r#"{"type":"pull-wake","pattern":"a"}"#), 400, "INVALID_REQUEST"),
        (put("[]"), 400, "INVALID_REQUEST"),
        (webhook("http://10.0.0.1/hook"), 400, "WEBHOOK_URL_REJECTED"),
        (webhook("app"), 400, "WEBHOOK_URL_REJECTED"),
        (
            format!("POST /v1/stream/__ds/subscriptions/a/claim\n\n{{\"worker\":\"{}\"}}", "\u{e9}".repeat(200)),
            400,
            "INVALID_REQUEST",
        ),
        (
            "POST /v1/stream/__ds/subscriptions/a/claim\ncontent-type: text/plain\n\n{\"worker\":\"a\"}".to_owned(),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (put(&" ".repeat((1 << 20) + 1)), 413, "REQUEST_TOO_LARGE"),
    ];
    for (text, status, code) in cases {
        let text: &'static str = text.leak();
        let reply = send(&Client::Open, &webhooks(), &Answer::Done, text);
        assert_eq!(reply.code(), (status, code), "{}: {}", &text[..text.len().min(100)], reply.body);
        assert_eq!(reply.sent, None);
    }
}

#[test]
fn a_webhook_needs_the_public_origin() {
    let reply = send(&Client::Open, &Webhooks::default(), &Answer::Done, WEBHOOK);
    assert_eq!((reply.code(), &reply.sent), ((400, "INVALID_REQUEST"), &None));
    assert!(send(&Client::Open, &Webhooks::default(), &Answer::Done, PULL_WAKE).sent.is_some());
}

#[test]
fn keys_are_published() {
    let reply = send(&Client::Open, &webhooks(), &Answer::Done, KEYS);
    let key = &reply.body["keys"][0];
    assert_eq!(
        (reply.status, &key["kty"], &key["crv"], &key["alg"]),
        (200, &json!("OKP"), &json!("Ed25519"), &json!("EdDSA"))
    );
    assert_eq!(key["kid"].as_str().map(|kid| kid.starts_with("ds_")), Some(true));
}
