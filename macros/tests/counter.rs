//! A protocol about counters instead of streams. It uses every part of the language, and the tests serve its requests
//! without a network.

#![allow(missing_docs)]

use served::{assert_examples, finished, variables};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use wire::{Asked, Body, Response, Unread, take};

#[macro_use]
mod served;

include!("counter/protocol.rs");

/// A request of a test.
#[derive(Clone, Default)]
struct Sent {
    method: &'static str,
    path: &'static str,
    query: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
    /// The reason why the body can't be read, if any.
    unread: Option<Unread>,
}

fn send(method: &'static str, path: &'static str) -> Sent {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Sent { method, path, query, ..Sent::default() }
}

fn add() -> Sent {
    send("POST", "/counters/a").with("x-step", "5").with("content-type", "text/plain").body("why")
}

impl Sent {
    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    fn body(mut self, body: &'static str) -> Self {
        self.body = body;
        self
    }

    fn unread(mut self, unread: Unread) -> Self {
        self.unread = Some(unread);
        self
    }
}

impl wire::Source for Sent {
    fn method(&self) -> &str {
        self.method
    }

    fn path(&self) -> &str {
        self.path
    }

    fn query(&self) -> &str {
        self.query
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| Cow::Borrowed(*value))
    }
}

impl wire::Incoming for &Sent {
    async fn read(self, limit: usize) -> Result<Vec<u8>, Unread> {
        match self.unread {
            Some(unread) => Err(unread),
            None if self.body.len() > limit => Err(Unread::TooLarge),
            None => Ok(self.body.into()),
        }
    }
}

/// A server with one counter.
struct Program {
    limits: Limits,
    exists: bool,
    known: bool,
    crossed: bool,
    fails: bool,
    failures: Cell<u32>,
    /// The last request that reached a handler.
    seen: RefCell<String>,
}

impl Default for Program {
    fn default() -> Self {
        Self {
            limits: Limits::DECLARED,
            exists: true,
            known: false,
            crossed: false,
            fails: false,
            failures: Cell::new(0),
            seen: RefCell::default(),
        }
    }
}

impl Program {
    fn see(&self, request: &impl std::fmt::Debug) -> Result<(), &'static str> {
        *self.seen.borrow_mut() = format!("{request:?}");
        if self.fails { Err("broken") } else { Ok(()) }
    }

    fn state(&self) -> CounterState {
        if self.exists { CounterState::Present } else { CounterState::Absent }
    }
}

impl counter::add::Facts for Program {
    fn counter(&self) -> CounterState {
        self.state()
    }

    fn bound_crossed(&self) -> bool {
        self.crossed
    }
}

impl counter::read::Facts for Program {
    fn counter(&self) -> CounterState {
        self.state()
    }

    fn page_known(&self) -> bool {
        self.known
    }
}

impl counter::follow::Facts for Program {
    fn counter(&self) -> CounterState {
        self.state()
    }
}

impl counter::look::Facts for Program {
    fn counter(&self) -> CounterState {
        self.state()
    }
}

fn mark(value: u64) -> Mark {
    Mark::new(value).expect("a small number")
}

impl counter::Service for Program {
    type Failure = &'static str;
    type Events = &'static str;

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, failure: &'static str) -> String {
        assert_eq!(failure, "broken");
        self.failures.set(self.failures.get() + 1);
        format!("it is {failure}")
    }

    async fn add(&self, request: Asked<counter::add::Request>) -> Result<counter::add::Outcome, &'static str> {
        use counter::add::Request;
        use counter::add::{Added, Created, Crossed, Decision, Ready, Tried, decide};
        let request = take!(request as Request {
            name, authorization, content_type, step, dry, direction, before, twin, wrappings, origin, bound, hinted,
            body,
        });
        self.see(&request)?;
        let (next, total) = (mark(7), Total::new(7).expect("a small number"));
        Ok(match decide(&request, self) {
            Decision::Ready(Ready::Silent) => Ready::Silent.into(),
            Decision::Tried => Tried.into(),
            Decision::Crossed => Crossed { total, detail: "7 is all there is".to_owned() }.into(),
            Decision::Created => Created { next, total, twin_name: TwinName::read("b").ok() }.into(),
            Decision::Added => Added { next, total, dry: false }.into(),
        })
    }

    async fn read(&self, request: Asked<counter::read::Request>) -> Result<counter::read::Outcome, &'static str> {
        use counter::read::Request;
        use counter::read::{Decision, Known, Page, Tail, decide};
        let request = take!(request as Request { name, authorization, since, if_none_match });
        self.see(&request)?;
        let etag = wire::EntityTag::of(&[&7]);
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Page => Page { next: mark(7), etag, body: b"7".to_vec() }.into(),
            Decision::Tail => Tail { next: mark(7), body: Vec::new() }.into(),
            Decision::Known => Known { etag }.into(),
        })
    }

    async fn follow(
        &self,
        request: Asked<counter::follow::Request>,
    ) -> Result<counter::follow::Outcome<&'static str>, &'static str> {
        use counter::follow::Request;
        use counter::follow::{Decision, Following, decide};
        let request = take!(request as Request { name, authorization, since });
        self.see(&request)?;
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Following => Following { body: "events" }.into(),
        })
    }

    async fn look(&self, request: Asked<counter::look::Request>) -> Result<counter::look::Outcome, &'static str> {
        use counter::look::Request;
        use counter::look::{Decision, Seen, decide};
        let request = take!(request as Request { name, authorization, if_none_match });
        self.see(&request)?;
        Ok(match decide(&request, self) {
            Decision::Ready(ready) => ready.into(),
            Decision::Seen => Seen { total: Total::new(7).expect("small"), direction: Some(Direction::Up) }.into(),
        })
    }
}

impl index::Service for Program {
    type Failure = &'static str;
    type Events = &'static str;

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn failed(&self, failure: &'static str) -> String {
        failure.to_owned()
    }

    async fn list(&self, request: Asked<index::list::Request>) -> Result<index::list::Outcome, &'static str> {
        use index::list::Request;
        let request = take!(request as Request {});
        self.see(&request)?;
        let content_type = media::PLAIN.media_type();
        Ok(match index::list::decide(&request) {
            index::list::Decision::Listed => index::list::Listed { content_type, body: b"a".to_vec() }.into(),
        })
    }
}

impl Edge for Program {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn caller_unknown(&self, authorization: Option<&Authorization>) -> bool {
        authorization.is_some_and(|authorization| authorization.secret() != "good")
    }
}

/// Both halves, as a Worker joins them: the edge admits, then the program answers.
fn answer(program: &Program, sent: &Sent) -> Response<&'static str> {
    match admit(sent, program) {
        Err(response) => response,
        Ok(_) => finished(serve(program, sent, sent)),
    }
}

/// A program in the situation that an example claims.
fn in_situation(example: &wire::Example) -> Program {
    let given = served::given(example);
    Program {
        limits: Limits::DECLARED.overridden(variables(example)).expect("a limit"),
        exists: !given("counter.absent"),
        known: given("page.known"),
        crossed: given("bound.crossed"),
        fails: given("failure"),
        ..Program::default()
    }
}

#[test]
fn examples_show_what_is_answered() {
    assert_examples(&[EXAMPLES, MALFORMED], |example| {
        let request = &example.send;
        let sent = send(request.method(), request.target()).body(request.body());
        let sent = request.headers().fold(sent, |sent, (name, value)| sent.with(name, value));
        let stalls = example.mentions("body.stalled");
        answer(&in_situation(example), &if stalls { sent.unread(Unread::Stalled) } else { sent })
    });
}

#[test]
#[should_panic(expected = "no example was sent")]
fn examples_are_counted() {
    assert_examples(&[EXAMPLES, &[]], |_| answer(&Program::default(), &add()));
}

#[test]
#[should_panic(expected = "the status is")]
fn another_answer_is_a_difference() {
    assert_examples(&[EXAMPLES], |_| Response::<&str>::new(418));
}

fn json(response: &Response<&'static str>) -> serde_json::Value {
    let Body::Bytes(bytes) = &response.body else { panic!("no body: {response:?}") };
    assert_eq!(response.get("content-type"), Some("application/problem+json"));
    serde_json::from_slice(bytes).expect("JSON")
}

/// The kind of a problem, and what it says is wrong: place, name and rule.
fn problem(response: &Response<&'static str>) -> (String, Vec<[String; 3]>) {
    let problem = json(response);
    assert_eq!(problem["status"], response.status);
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let violations = problem["violations"].as_array().cloned().unwrap_or_default();
    let violations = violations.iter().map(|one| [text(&one["in"]), text(&one["name"]), text(&one["rule"])]);
    (text(&problem["type"]), violations.collect())
}

/// That `sent` breaks one rule and is told so.
#[track_caller]
fn refused(sent: &Sent, place: &str, name: &str, rule: &str) {
    let response = answer(&Program::default(), sent);
    assert_eq!(response.status, 400, "{name}");
    let (kind, violations) = problem(&response);
    assert_eq!(kind, "urn:tally:bad-request");
    let [[found_place, found_name, found_rule]] = &violations[..] else { panic!("{violations:?}") };
    assert_eq!((&**found_place, &**found_name), (place, name));
    assert!(found_rule.contains(rule), "{found_rule}");
}

#[test]
fn requests_find_their_endpoints() {
    let program = Program::default();
    let seen = |sent: Sent| {
        let response = answer(&program, &sent);
        (response.status, program.seen.take())
    };
    assert_eq!(seen(send("GET", "/counters")).0, 200);
    assert_eq!(seen(add()).0, 200);
    let (status, request) = seen(send("GET", "/counters/%61"));
    assert_eq!(status, 200);
    assert!(request.contains("Name(\"a\")") && request.contains("since: First"), "{request}");
    let (_, request) = seen(send("GET", "/counters/a?view=feed&since=0000000000000007"));
    assert!(request.contains("since: At(Mark("), "{request}");
    for nowhere in ["/", "/counter", "/counters/a/b", "/counters/"] {
        let status = answer(&program, &send("GET", nowhere)).status;
        assert_eq!(status, if nowhere == "/counters/" { 400 } else { 404 }, "{nowhere}");
    }
}

#[test]
fn methods_that_nothing_answers_are_told_which_do() {
    let response = answer(&Program::default(), &send("DELETE", "/counters/a"));
    assert_eq!((response.status, response.get("allow")), (405, Some("GET, HEAD, POST, OPTIONS")));
    assert_eq!(problem(&response).0, "urn:tally:wrong-method");
    let response = answer(&Program::default(), &send("POST", "/counters"));
    assert_eq!((response.status, response.get("allow")), (405, Some("GET, OPTIONS")));
    assert_eq!((counter::ALLOW, index::ALLOW), ("GET, HEAD, POST, OPTIONS", "GET, OPTIONS"));
}

#[test]
fn browsers_learn_what_they_may_do() {
    assert_eq!(cors::ALLOW_METHODS, "GET, HEAD, OPTIONS, POST");
    assert_eq!(
        cors::ALLOW_HEADERS,
        "authorization, content-type, if-none-match, x-before, x-ceiling, x-client, x-client-turn, x-direction, \
         x-dry, x-floor, x-hint, x-hint-age, x-step, x-twin, x-wrappings"
    );
    assert_eq!(
        cors::EXPOSE_HEADERS,
        "etag, retry-after, www-authenticate, x-direction, x-dry, x-next, x-service, x-total, x-twin-name"
    );
    let response = answer(&Program::default(), &send("OPTIONS", "/counters/a"));
    assert_eq!((response.status, response.get("allow")), (204, Some(counter::ALLOW)));
    assert_eq!(response.get("access-control-max-age"), Some("60"));
    assert_eq!(response.get("access-control-allow-methods"), Some(cors::ALLOW_METHODS));
    assert_eq!(response.get("access-control-allow-headers"), Some(cors::ALLOW_HEADERS));
    for sent in [send("OPTIONS", "/counters"), send("GET", "/nowhere"), add(), add().without("x-step")] {
        let response = answer(&Program::default(), &sent);
        assert_eq!(response.get("access-control-allow-origin"), Some("*"));
        assert_eq!(response.get("access-control-expose-headers"), Some(cors::EXPOSE_HEADERS));
        let preflight = sent.method == "OPTIONS";
        assert_eq!(response.get("access-control-allow-headers").is_some(), preflight);
        assert_eq!(response.get("x-service"), Some("tally"));
    }
}

#[test]
fn headers_are_listed_and_found_by_their_index() {
    fn found<F: wire::Field>() -> Option<&'static str> {
        F::INDEX.map(|index| field::HEADERS[index])
    }
    assert_eq!(field::HEADERS.join(", "), cors::ALLOW_HEADERS);
    assert_eq!(found::<field::Step>(), Some("x-step"));
    assert_eq!(found::<field::View>(), None, "a query parameter");
}

#[test]
fn reserved_segments_are_kept_from_every_method() {
    for sent in [send("GET", "/counters/all"), send("PURGE", "/counters/a%6cl"), send("OPTIONS", "/counters/all")] {
        let response = answer(&Program::default(), &sent);
        assert_eq!(problem(&response).0, "urn:tally:kept");
    }
}

#[test]
fn malformed_inputs_name_their_place_and_rule() {
    refused(&add().without("x-step"), "header", "x-step", "present");
    for step in ["0", "1001", "05", "+5", "5.0", ""] {
        refused(&add().with("x-step", step), "header", "x-step", "a whole number from 1 to 1000");
    }
    refused(&add().with("content-type", "text"), "header", "content-type", "a media type");
    refused(&add().without("content-type"), "header", "content-type", "present");
    refused(&add().with("x-direction", "left"), "header", "x-direction", "one of `up`, `down`");
    refused(&add().with("x-before", "yesterday"), "header", "x-before", "RFC 3339");
    refused(&add().with("x-twin", "/elsewhere/b"), "header", "x-twin", "a path such as `/counters/{name}`");
    refused(&add().with("x-client", "one"), "header", "x-client-turn", "belong together");
    refused(&add().with("x-client", "much too long").with("x-client-turn", "1"), "header", "x-client", "1 to 8 bytes");
    refused(&add().with("x-client", "a, b").with("x-client-turn", "1"), "header", "x-client", "sent once");
    refused(&add().with("x-floor", "1").with("x-ceiling", "2"), "header", "x-ceiling", "absent where x-floor is given");
    refused(&add().with("x-hint-age", "1"), "header", "x-hint-age", "x-hint");
    refused(&add().with("x-hint", "h").with("x-hint-age", "61"), "header", "x-hint-age", "from 0 to 60");
    refused(&send("GET", "/counters/a").with("if-none-match", "tag"), "header", "if-none-match", "quoted entity tags");
    refused(&send("GET", "/counters/a?since=7"), "query", "since", "`first`, `last`, or 16 decimal digits");
    refused(&send("GET", "/counters/a?since=first&since=last"), "query", "since", "given once");
    refused(&send("GET", "/counters/a?since=%ff"), "query", "since", "UTF-8");
    refused(&send("GET", "/counters/a?view=film"), "query", "view", "one of `feed`");
    refused(&send("GET", "/counters/a?view=feed"), "query", "since", "present");
    refused(&send("GET", "/counters/%zz"), "path", "name", "percent-escapes");
    refused(&send("GET", "/counters/much-too-long-a-name"), "path", "name", "1 to 12 bytes");
    refused(&add().unread(Unread::Broken), "body", "body", "sent to its end");
}

#[test]
fn a_body_that_is_not_read_is_answered_by_its_line_or_as_a_failure() {
    let kind = |sent: &Sent| problem(&answer(&Program::default(), sent)).0;
    assert_eq!(kind(&add().unread(Unread::Stalled)), "urn:tally:too-slow");
    // There is no line for it.
    let crowded = answer(&Program::default(), &add().unread(Unread::Crowded));
    assert_eq!((crowded.status, &json(&crowded)["detail"]), (503, &Unread::Crowded.detail().into()));
    // `malformed` stands above the line.
    assert_eq!(kind(&add().with("x-step", "0").unread(Unread::Stalled)), "urn:tally:bad-request");
}

#[test]
fn all_violations_are_told_at_once() {
    let sent = send("POST", "/counters/%00").with("x-step", "0").with("x-direction", "left").with("x-client-turn", "1");
    let (_, violations) = problem(&answer(&Program::default(), &sent));
    let names: Vec<_> = violations.iter().map(|[_, name, _]| name.as_str()).collect();
    assert_eq!(names, ["name", "x-step", "x-direction", "x-client"]);
}

#[test]
fn well_formed_inputs_arrive_typed() {
    let program = Program::default();
    let sent = add()
        .with("x-direction", "down")
        .with("x-before", "2030-01-31T12:00:00Z")
        .with("x-twin", "/counters/b")
        .with("x-client", "one")
        .with("x-client-turn", "9007199254740991")
        .with("x-ceiling", "9")
        .with("x-hint", "h")
        .with("authorization", "basic good");
    assert_eq!(answer(&program, &sent).status, 200);
    let request = program.seen.take();
    for part in [
        "name: Name(\"a\")",
        "authorization: Some((secret))",
        "essence: \"text/plain\"",
        "step: Amount(Int53(5))",
        "dry: false",
        "direction: Some(Down)",
        "twin: Some(PathTo { name: Name(\"b\") })",
        "origin: Some(Origin { client: Client(\"one\"), client_turn: ClientTurn(Int53(9007199254740991)) })",
        "bound: Some(Ceiling(Ceiling(Int53(9))))",
        "hinted: Some(Hinted { hint: Hint(\"h\"), hint_age: None })",
        "body: [119, 104, 121]",
    ] {
        assert!(request.contains(part), "{part} in {request}");
    }
}

#[test]
fn the_first_line_that_holds_answers() {
    let (stranger, malformed) = (add().with("authorization", "Basic bad"), add().without("x-step"));
    let kind = |program: &Program, sent: &Sent| problem(&answer(program, sent)).0;
    let default = Program::default();
    // The edge is asked before anything is read.
    assert_eq!(kind(&default, &stranger.clone().without("x-step").body("far too long")), "urn:tally:unknown");
    assert_eq!(kind(&default, &malformed.clone().body("far too long")), "urn:tally:bad-request");
    assert_eq!(kind(&default, &add().body("far too long")), "urn:tally:too-long");
    let crossed = Program { crossed: true, ..Program::default() };
    assert_eq!(kind(&crossed, &add()), "urn:tally:crossed");
    let new = Program { exists: false, crossed: true, ..Program::default() };
    assert_eq!(kind(&new, &add().without("content-type").body("")), "urn:tally:silent");
    assert_eq!(kind(&new, &add().with("x-dry", "YES")), "urn:tally:crossed");
    let empty = Program { exists: false, ..Program::default() };
    assert_eq!(answer(&empty, &add().with("x-dry", "YES")).status, 204);
    assert_eq!(answer(&empty, &add().with("x-dry", "no")).status, 201);
}

#[test]
fn problems_say_what_they_are_about() {
    let crossed = Program { crossed: true, ..Program::default() };
    let response = answer(&crossed, &add());
    assert_eq!(response.get("x-total"), Some("7"));
    let body = json(&response);
    assert_eq!(body["title"], "The total would leave its bounds.");
    assert_eq!(body["detail"], "7 is all there is");
    assert_eq!(problem(&response).1, [["header", "x-floor", "7 is all there is"].map(str::to_owned)]);
    let (_, violations) = problem(&answer(&Program::default(), &add().body("far too long")));
    assert_eq!(violations, [["body", "body", "The note is too long."].map(str::to_owned)]);
}

#[test]
fn headers_are_sent_as_declared() {
    let program = Program::default();
    let response = answer(&program, &add());
    assert_eq!((response.get("x-next"), response.get("x-total")), (Some("0000000000000007"), Some("7")));
    assert_eq!(response.get("x-dry"), None);
    let response = answer(&Program { exists: false, ..Program::default() }, &add().with("x-dry", "yes"));
    assert_eq!((response.status, response.get("x-dry")), (204, Some("yes")));
    let response = answer(&Program { exists: false, ..Program::default() }, &add());
    assert_eq!((response.status, response.get("x-twin-name")), (201, Some("b")));
    let response = answer(&program, &send("GET", "/counters/a").with("if-none-match", "*"));
    assert_eq!((response.get("content-type"), response.get("etag")), (Some("text/plain"), Some("\"7\"")));
    assert!(matches!(response.body, Body::Bytes(body) if body == b"7"));
    assert_eq!(answer(&program, &send("GET", "/counters/a?since=last")).get("etag"), None);
    assert_eq!(answer(&Program { known: true, ..Program::default() }, &send("GET", "/counters/a")).status, 304);
}

#[test]
fn head_has_no_body_whatever_is_answered() {
    for exists in [true, false] {
        let response = answer(&Program { exists, ..Program::default() }, &send("HEAD", "/counters/a"));
        assert_eq!(response.status, if exists { 200 } else { 404 });
        assert!(matches!(response.body, Body::Empty));
    }
}

#[test]
fn a_body_is_asked_for_its_type_only_if_there_is_one() {
    let program = Program::default();
    assert_eq!(answer(&program, &add().without("content-type").body("")).status, 200);
    assert!(program.seen.take().contains("content_type: None"));
    // What a header says about no body is not read.
    assert_eq!(answer(&program, &add().with("content-type", "nonsense").body("")).status, 200);
}

#[test]
fn what_may_be_malformed_counts_as_absent_then() {
    let program = Program::default();
    for (tags, seen) in [("7", "if_none_match: None"), ("*", "if_none_match: Some(Any)")] {
        assert_eq!(answer(&program, &send("HEAD", "/counters/a").with("if-none-match", tags)).status, 200);
        assert!(program.seen.borrow().contains(seen), "{}", program.seen.borrow());
    }
    // Elsewhere the same header is to be well-formed.
    assert_eq!(answer(&program, &send("GET", "/counters/a").with("if-none-match", "7")).status, 400);
}

#[test]
fn a_list_is_any_text_with_commas() {
    let program = Program::default();
    assert_eq!(answer(&program, &add().with("x-wrappings", "paper, , \"bow\"")).status, 200);
    assert!(program.seen.borrow().contains(r#"wrappings: Some(List(["paper", "\"bow\""]))"#));
}

#[test]
fn limits_are_those_in_force() {
    let raised = |name: &str| (name == "LIMIT_NOTE").then(|| "12 B".to_owned());
    let limits = Limits::DECLARED.overridden(raised).expect("a number of bytes");
    let program = Program { limits, ..Program::default() };
    assert_eq!(answer(&program, &add().body("far too long")).status, 200);
    assert_eq!(Limits::VARIABLES, ["LIMIT_NOTE", "LIMIT_PATIENCE", "LIMIT_FOLLOWERS"]);
    assert_eq!(Limits::DECLARED.overridden(|_| Some("no".to_owned())).unwrap_err().name, "LIMIT_NOTE");
    // A length that says too much is enough for the edge, which has not read any body.
    let sent = add().with("content-length", "9");
    assert_eq!(admit::<()>(&sent, &Program::default()).expect_err("too long").status, 413);
    assert!(admit::<()>(&add().with("content-length", "8"), &Program::default()).is_ok());
}

#[test]
fn a_failing_handler_is_answered_for() {
    let program = Program { fails: true, ..Program::default() };
    let response = answer(&program, &add());
    assert_eq!((response.status, response.get("retry-after")), (503, Some("1")));
    assert_eq!(json(&response)["detail"], "it is broken");
    assert_eq!(program.failures.get(), 1);
}

#[test]
fn events_are_framed() {
    let response = answer(&Program::default(), &send("GET", "/counters/a?view=feed&since=last"));
    assert!(matches!(response.body, Body::Events("events")));
    assert_eq!(response.get("content-type"), Some("text/event-stream"));
    let mut out = String::new();
    notes::note(&mut out, wire::Payload::Text("a\nb"));
    notes::Sum { next_mark: mark(7), last_step: Amount::new(5), hint: None, done: true }.write(&mut out);
    notes::Sum { next_mark: mark(8), last_step: None, hint: None, done: false }.write(&mut out);
    assert_eq!(
        out,
        "event: note\ndata:a\ndata:b\n\n\
         event: sum\ndata:{\"nextMark\":\"0000000000000007\",\"lastStep\":5,\"done\":true}\n\n\
         event: sum\ndata:{\"nextMark\":\"0000000000000008\"}\n\n"
    );
}

#[test]
fn a_text_in_an_event_cannot_add_a_member() {
    let mut out = String::new();
    let hint = Some(Hint::read("\",\"a\":1").expect("a hint"));
    notes::Sum { next_mark: mark(7), last_step: None, hint, done: false }.write(&mut out);
    let data = out.lines().find_map(|line| line.strip_prefix("data:")).expect("data");
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data, serde_json::json!({ "nextMark": "0000000000000007", "hint": "\",\"a\":1" }));
}

#[test]
fn endpoints_say_whether_they_take_a_body() {
    use counter::Endpoint::{Add, Follow, Look, Read};
    assert_eq!([Add, Read, Follow, Look].map(counter::Endpoint::takes_body), [true, false, false, false]);
    let Ok(Route::Counter(route)) =
        admit::<()>(&send("GET", "/counters/%61?view=feed&since=first"), &Program::default())
    else {
        panic!("not admitted")
    };
    assert_eq!((route.endpoint, route.name.as_str()), (Follow, "a"));
}

#[test]
fn values_keep_their_ranges() {
    assert!(Amount::new(0).is_none() && Amount::new(1001).is_none());
    assert_eq!((Amount::MIN, Amount::MAX), (1, 1000));
    assert_eq!(Amount::read("7").map(|amount| amount.to_string()), Ok("7".to_owned()));
    assert_eq!(MarkOrSentinel::read("0"), Ok(MarkOrSentinel::First));
    assert!(mark(9) < mark(10) && mark(9).to_string() < mark(10).to_string());
    assert!(Mark::new(wire::MAX_EXACT_INTEGER + 1).is_none());
}
