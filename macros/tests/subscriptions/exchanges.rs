//! Exchanges of several requests: what happens to a wake from its beginning to its end (§5, §7).

use super::*;

const MAILER: &str = r#"PUT /v1/stream/__ds/subscriptions/mailer

{"type":"webhook","pattern":"orders/*","webhook":{"url":"https://app.example/wake"},"lease_ttl_ms":20000}"#;
const RUNNER: &str = r#"PUT /v1/stream/__ds/subscriptions/runner:1

{"type":"pull-wake","streams":["jobs/1"],"wake_stream":"pool/a","lease_ttl_ms":5000}"#;
const POOL: &str = "POST /v1/stream/pool/a\ncontent-type: application/json";

/// A server after these requests, each of which succeeds.
fn after(requests: &[&str]) -> Program {
    let program = program(Limits::DECLARED);
    for request in requests {
        let (status, body) = send(&program, request);
        assert!((200..300).contains(&status), "{request}: {status} {body}");
    }
    program
}

fn send(program: &Program, text: &str) -> (u16, Value) {
    let response = answer(program, &Sent(text.to_owned().leak()));
    (response.status, serde_json::from_slice(served::bytes(&response)).unwrap_or_default())
}

/// Sends a request with the token of a wake.
fn with_token(program: &Program, operation: &str, token: &str, body: &Value) -> (u16, Value) {
    send(program, &format!("POST /v1/stream/__ds/subscriptions/{operation}\nauthorization: Bearer {token}\n\n{body}"))
}

fn claim(program: &Program, worker: &str) -> (u16, Value) {
    send(program, &format!("POST /v1/stream/__ds/subscriptions/runner:1/claim\n\n{{\"worker\":\"{worker}\"}}"))
}

fn wait(program: &Program, milliseconds: u64) {
    let mut server = program.server.borrow_mut();
    server.now += milliseconds;
    server.settle();
}

/// The only request to a webhook that was not answered yet.
fn notice(program: &Program) -> webhook::Request {
    let mut sent = program.server.borrow_mut();
    assert_eq!(sent.sent.len(), 1);
    sent.sent.remove(0)
}

/// The webhook answers.
fn webhook_answers(program: &Program, request: &webhook::Request, status: u16, body: &str) {
    let answer = webhook::Response::read(status, |_| None, body.as_bytes(), &Limits::DECLARED);
    program.server.borrow_mut().answered(&request.body, answer);
}

/// How far a subscription is in a stream.
fn cursor(program: &Program, id: &str, index: usize) -> Value {
    send(program, &format!("GET /v1/stream/__ds/subscriptions/{id}")).1["streams"][index]["acked_offset"].clone()
}

#[test]
fn a_webhook_is_told_and_calls_back() {
    let program = after(&["POST /v1/stream/orders/17\n\n{}", MAILER, "POST /v1/stream/orders/18\n\n{\"sku\":1}"]);
    let request = notice(&program);
    let unsigned = request.write().expect("a notice");
    let token = request.body.callback_token.as_str().to_owned();
    let told: Value = serde_json::from_slice(unsigned.body()).expect("JSON");
    let expected = json!({
        "subscription_id": "mailer", "wake_id": "w_1", "generation": 1,
        "streams": [
            { "path": "orders/17", "link_type": "glob", "acked_offset": "0000000000000002",
              "tail_offset": "0000000000000002", "has_pending": false },
            { "path": "orders/18", "link_type": "glob", "acked_offset": "0000000000000000",
              "tail_offset": "0000000000000009", "has_pending": true },
        ],
        "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback", "callback_token": token,
    });
    assert_eq!(told, expected);
    let signature = WebhookSignature::read("t=1795773600,kid=ds_Qx,ed25519=8fJ").expect("a signature");
    let header = ("webhook-signature", "t=1795773600,kid=ds_Qx,ed25519=8fJ");
    let sent = unsigned.sign(signature);
    assert!(sent.headers.iter().any(|(name, value)| (*name, &**value) == header), "{sent:?}");
    webhook_answers(&program, &request, 202, "");

    // A second message starts no second wake, and a heartbeat extends the lease.
    send(&program, "POST /v1/stream/orders/17\n\n{}");
    wait(&program, 19_000);
    let beat = json!({ "wake_id": "w_1", "generation": 1 });
    assert_eq!(
        with_token(&program, "mailer/callback", &token, &beat),
        (200, json!({ "ok": true, "next_wake": false }))
    );
    wait(&program, 19_000);
    assert!(program.server.borrow().sent.is_empty());
    let done = json!({
        "wake_id": "w_1", "generation": 1, "acks": [{ "stream": "orders/18", "offset": "0000000000000009" }], "done": true,
    });
    assert_eq!(with_token(&program, "mailer/callback", &token, &done), (200, json!({ "ok": true, "next_wake": true })));
    assert_eq!(notice(&program).body.generation.get(), 2);
    let (status, fenced) = with_token(&program, "mailer/callback", &token, &done);
    assert_eq!((status, &fenced["error"]["code"]), (409, &json!("FENCED")));
}

#[test]
fn a_webhook_that_is_done_at_once_has_read_what_it_was_told_of() {
    let program =
        after(&[MAILER, "POST /v1/stream/orders/18\n\n{\"sku\":1}", "POST /v1/stream/orders/18\n\n{\"sku\":2}"]);
    webhook_answers(&program, &notice(&program), 200, r#"{"done":true}"#);
    assert_eq!(cursor(&program, "mailer", 0), "0000000000000009");
    let next = notice(&program);
    assert_eq!((next.body.generation.get(), next.body.streams[0].has_pending), (2, true));
    // `done` is a boolean.
    webhook_answers(&program, &next, 200, r#"{"done":"true"}"#);
    assert_eq!(cursor(&program, "mailer", 0), "0000000000000009");
}

#[test]
fn an_answer_after_the_end_of_the_lease_counts_for_nothing() {
    let program = after(&[MAILER, "POST /v1/stream/orders/18\n\n{\"sku\":1}"]);
    let first = notice(&program);
    wait(&program, 20_000);
    assert_eq!(notice(&program).body.generation.get(), 2);
    webhook_answers(&program, &first, 200, r#"{"done":true}"#);
    assert_eq!(cursor(&program, "mailer", 0), "0000000000000000");
}

#[test]
fn a_webhook_that_fails_gets_the_same_wake_again() {
    let program = after(&[MAILER, "POST /v1/stream/orders/18\n\n{\"sku\":1}"]);
    let status = |program| send(program, "GET /v1/stream/__ds/subscriptions/mailer").1["status"].clone();
    let first = notice(&program);
    for pause in [1000, 2000, 4000] {
        webhook_answers(&program, &first, 302, "");
        assert_eq!(status(&program), "failed");
        wait(&program, pause - 1);
        assert!(program.server.borrow().sent.is_empty());
        wait(&program, 1);
        let again = notice(&program);
        assert_eq!((again.body.wake_id, again.body.generation), (first.body.wake_id.clone(), generation(1)));
    }
    // A webhook whose answer was lost may still call back.
    webhook_answers(&program, &first, 500, "");
    let done = json!({
        "wake_id": "w_1", "generation": 1, "acks": [{ "stream": "orders/18", "offset": "0000000000000009" }], "done": true,
    });
    assert_eq!(with_token(&program, "mailer/callback", first.body.callback_token.as_str(), &done).0, 200);
    assert_eq!(status(&program), "active");
    wait(&program, 60_000);
    assert!(program.server.borrow().sent.is_empty());
}

#[test]
fn a_worker_that_is_silent_loses_the_wake() {
    let program = after(&[POOL, RUNNER]);
    assert_eq!(claim(&program, "a").1["error"]["code"], "NO_PENDING_WORK");
    send(&program, "POST /v1/stream/jobs/1\n\n{\"n\":1}");
    let (_, first) = claim(&program, "a");
    assert_eq!(claim(&program, "b").1["error"]["current_holder"], "a");
    wait(&program, 5000);
    let events = send(&program, "GET /v1/stream/pool/a").1;
    let events = events.as_array().expect("events").iter();
    assert_eq!(events.map(|event| event["generation"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
    let (status, second) = claim(&program, "b");
    assert_eq!((status, &second["generation"]), (200, &json!(2)));

    let token = |claimed: &Value| claimed["token"].as_str().expect("a token").to_owned();
    let finish = |wake_id: &Value, generation: u64| {
        let acks = json!([{ "path": "jobs/1", "offset": "0000000000000007" }]);
        json!({ "wake_id": wake_id, "generation": generation, "acks": acks, "done": true })
    };
    // Neither the first wake nor the first token counts any more.
    for body in [finish(&first["wake_id"], 1), finish(&second["wake_id"], 2)] {
        assert_eq!(with_token(&program, "runner:1/ack", &token(&first), &body).1["error"]["code"], "FENCED");
    }
    assert_eq!(cursor(&program, "runner:1", 0), "0000000000000000");
    let (status, done) = with_token(&program, "runner:1/ack", &token(&second), &finish(&second["wake_id"], 2));
    assert_eq!((status, done), (200, json!({ "ok": true, "next_wake": false })));
    assert_eq!(cursor(&program, "runner:1", 0), "0000000000000007");
}

#[test]
fn one_bad_offset_moves_no_cursor() {
    let program = after(&[POOL, RUNNER, "POST /v1/stream/jobs/1\n\n{\"n\":1}"]);
    let token = claim(&program, "a").1["token"].as_str().expect("a token").to_owned();
    let acks =
        json!([{ "path": "jobs/1", "offset": "0000000000000007" }, { "path": "jobs/1", "offset": "0000000000000008" }]);
    let body = json!({ "wake_id": "w_1", "generation": 1, "acks": acks });
    assert_eq!(with_token(&program, "runner:1/ack", &token, &body).0, 409);
    assert_eq!(cursor(&program, "runner:1", 0), "0000000000000000");
}

#[test]
fn generations_go_on_when_a_subscription_begins_anew() {
    let job = "POST /v1/stream/jobs/1\n\n{\"n\":1}";
    let program = after(&[POOL, RUNNER, job]);
    let old = claim(&program, "a").1;
    for request in ["DELETE /v1/stream/__ds/subscriptions/runner:1", RUNNER, job] {
        assert!((200..300).contains(&send(&program, request).0));
    }
    let new = claim(&program, "a").1;
    assert_eq!((&old["generation"], &new["generation"]), (&json!(1), &json!(2)));
    let body = json!({ "wake_id": new["wake_id"], "generation": 2 });
    let token = old["token"].as_str().expect("a token");
    assert_eq!(with_token(&program, "runner:1/release", token, &body).1["error"]["code"], "FENCED");
}

#[test]
fn a_stream_is_linked_by_its_name_by_a_pattern_or_by_both() {
    let links = "POST /v1/stream/__ds/subscriptions/mailer/streams\n\n{\"streams\":[\"orders/1\",\"parcels/1\"]}";
    let program = after(&[MAILER, "POST /v1/stream/orders/1\n\n{}", links]);
    let shown = |program| {
        let (_, shown) = send(program, "GET /v1/stream/__ds/subscriptions/mailer");
        let link = |link: &Value| format!("{} {}", link["link_type"], link["path"]).replace('"', "");
        shown["streams"].as_array().expect("links").iter().map(link).collect::<Vec<_>>()
    };
    assert_eq!(shown(&program), ["explicit orders/1", "explicit parcels/1"]);
    for path in ["orders%2F1", "parcels/1"] {
        send(&program, &format!("DELETE /v1/stream/__ds/subscriptions/mailer/streams/{path}"));
    }
    assert_eq!(shown(&program), ["glob orders/1"]);
    assert_eq!(cursor(&program, "mailer", 0), "0000000000000000", "the cursor stays");
}

#[test]
fn streams_of_wakes_are_never_linked() {
    let all = MAILER.replace("orders/*", "**");
    let streams = |program: &Program| {
        let (_, shown) = send(program, "GET /v1/stream/__ds/subscriptions/mailer");
        shown["streams"].as_array().map(Vec::len)
    };
    for requests in [[POOL, RUNNER, &all], [&all, POOL, RUNNER]] {
        let program = after(&requests);
        assert_eq!(streams(&program), Some(0));
        assert!((200..300).contains(&send(&program, "POST /v1/stream/jobs/1\n\n{\"n\":1}").0));
        assert_eq!(streams(&program), Some(1), "only the stream with data");
    }
}

#[test]
fn patterns_are_compared_by_segments() {
    for (pattern, path, expected) in [
        ("events/*", "events/a", true),
        ("events/*", "events", false),
        ("events/*", "events/a/b", false),
        ("events/**", "events", true),
        ("events/**", "events/a/b", true),
        ("**", "a/b", true),
        ("ev*", "events", false),
        ("ev*", "ev*", true),
        ("**/b", "a/b", true),
        ("a/**/b/*", "a/b/b/b", true),
        ("a/**/b/*", "a/b", false),
        ("**/**/**/**/**/**/**/**/**/**/**/**/**/**/x", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", false),
    ] {
        assert_eq!(glob::matches(pattern, path), expected, "{pattern} {path}");
    }
}

#[test]
fn webhooks_are_public() {
    for url in ["https://app.example/wake", "https://app.example:8443/?a=@b", "https://APP.example"] {
        assert!(policy::allows(url), "{url}");
    }
    for url in [
        "http://app.example/",
        "https://user@app.example/",
        "https://app.example/#a",
        "https://127.0.0.1/",
        "https://[::1]:443/",
        "https://localhost/",
        "https://a.LOCALHOST/",
        "https://metadata.google.internal/",
        "https://app.example./",
        "https://app/",
        "app.example",
    ] {
        assert!(!policy::allows(url), "{url}");
    }
}
