//! An edit of the spec does what it says, and touches no other crate.
//!
//! Each case edits a copy of the spec, builds a server from it and everything else as it is, and asks that server.

#[path = "../../../macros/dsl/tests/specs/mod.rs"]
mod specs;

use serde_json::{Value, json};
use specs::Edits;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a server is built from, in the folder of the workspace.
const SOURCES: [&str; 6] = ["Cargo.lock", "macros", "migrations", "runtime", "spec", "xtask/token"];
/// The packages among them.
const MEMBERS: [&str; 9] = [
    "macros",
    "macros/dsl",
    "macros/wire",
    "runtime",
    "runtime/native",
    "runtime/segment",
    "runtime/subscriptions",
    "spec",
    "xtask/token",
];

fn workspace() -> PathBuf {
    specs::path("")
}

/// A copy of the workspace, whose builds are kept from one run to the next.
struct Copy {
    root: PathBuf,
}

impl Copy {
    fn new() -> Self {
        let root = workspace().join("target/spec-edits/workspace");
        let edited = specs::read(specs::SPEC).files;
        for source in SOURCES {
            copy(&workspace().join(source), &root.join(source), &edited);
        }
        let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
        let mut manifest: toml::Table = manifest.parse().unwrap();
        manifest["workspace"]["members"] = toml::Value::try_from(MEMBERS).unwrap();
        write(&root.join("Cargo.toml"), manifest.to_string());
        Self { root }
    }

    /// Builds the server of an edited spec.
    fn build(&self, edits: &[(&str, &str)]) -> Output {
        let edits = Edits::new(edits);
        for file in specs::read(specs::SPEC).files {
            let text = edits.apply(&fs::read_to_string(&file).unwrap());
            write(&self.root.join(file.strip_prefix(workspace()).unwrap()), text);
        }
        edits.finish();
        let mut cargo = self.cargo();
        cargo.args(["build", "--offline", "--quiet", "--package", "native", "--example", "probe"]);
        cargo.output().unwrap()
    }

    fn cargo(&self) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&self.root);
        cargo.env("CARGO_TARGET_DIR", self.root.join("../target")).env("CARGO_TERM_COLOR", "never");
        cargo
    }

    /// The answers of the server of an edited spec.
    fn ask(&self, edits: &[(&str, &str)], requests: &[Value]) -> Vec<Value> {
        let built = self.build(edits);
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let mut probe = Command::new(self.root.join("../target/debug/examples/probe"));
        let mut probe = probe.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = probe.stdin.take().unwrap();
        requests.iter().for_each(|request| writeln!(input, "{request}").unwrap());
        drop(input);
        let output = probe.wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Runs those examples of the edited spec that was built last whose names contain `filter`. Returns how many there are.
    fn show(&self, filter: &str) -> usize {
        let mut cargo = self.cargo();
        cargo.args(["test", "--offline", "--quiet", "--package", "runtime", "--test", "examples", "--", filter]);
        let output = cargo.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let passed = said.split_once(" passed").and_then(|(before, _)| before.rsplit(' ').next());
        passed.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{said}"))
    }

    /// What the compiler says of an edited spec.
    fn refuse(&self, edits: &[(&str, &str)]) -> String {
        let built = self.build(edits);
        assert!(!built.status.success(), "this spec should not build");
        String::from_utf8(built.stderr).unwrap()
    }
}

/// Copies what has changed, so that cargo builds again only what it must. Files of the spec are written when it is edited.
fn copy(from: &Path, to: &Path, edited: &[PathBuf]) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name), edited);
        }
    } else if !edited.iter().any(|file| file == from) {
        write(to, fs::read(from).unwrap());
    }
}

fn write(path: &Path, content: impl AsRef<[u8]>) {
    let content = content.as_ref();
    if fs::read(path).is_ok_and(|current| current == content) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn put(target: &str) -> Value {
    json!({ "method": "PUT", "target": target, "headers": { "content-type": "text/plain" } })
}

fn post(target: &str, body: &str) -> Value {
    json!({ "method": "POST", "target": target, "headers": { "content-type": "text/plain" }, "body": body })
}

fn statuses(answers: &[Value]) -> Vec<u64> {
    answers.iter().map(|answer| answer["status"].as_u64().unwrap()).collect()
}

/// One after the other, since they share a copy.
#[test]
fn edits_do_what_they_say() {
    let copy = Copy::new();
    a_header_is_renamed(&copy);
    a_status_is_changed(&copy);
    streams_move_to_another_path(&copy);
    offsets_get_wider(&copy);
    limits_are_moved(&copy);
    refusals_trade_places(&copy);
    a_refusal_is_deleted(&copy);
    an_outcome_is_added(&copy);
    an_input_is_added(&copy);
    a_response_header_is_added(&copy);
    a_limit_is_added(&copy);
    a_method_is_added(&copy);
    a_resource_is_added(&copy);
    a_version_is_added(&copy);
}

fn a_header_is_renamed(copy: &Copy) {
    let edit = [("\"stream-next-offset\"", "\"x-next\"")];
    let answers = copy.ask(&edit, &[put("/v1/stream/a")]);
    assert_eq!(answers[0]["headers"]["x-next"], "0000000000000000");
    assert_eq!(answers[0]["headers"]["stream-next-offset"], Value::Null);
    let exposed = answers[0]["headers"]["access-control-expose-headers"].as_str().unwrap();
    assert!(exposed.contains("x-next") && !exposed.contains("stream-next-offset"), "{exposed}");
}

fn a_status_is_changed(copy: &Copy) {
    let edit = [("SequenceConflict = 409", "SequenceConflict = 412")];
    let append = |seq: &str| {
        let mut append = post("/v1/stream/a", "x");
        append["headers"]["stream-seq"] = seq.into();
        append
    };
    let answers = copy.ask(&edit, &[put("/v1/stream/a"), append("b"), append("a")]);
    assert_eq!(statuses(&answers), [201, 204, 412]);
    assert!(answers[2]["body"].as_str().unwrap().contains("\"status\":412"));
}

fn streams_move_to_another_path(copy: &Copy) {
    // The examples name it, too.
    let edit = [("/v1/stream/", "/v2/s/")];
    let answers = copy.ask(&edit, &[put("/v1/stream/a"), put("/v2/s/a"), put("/v2/s/__ds/x")]);
    assert_eq!(statuses(&answers), [404, 201, 404]);
    assert_eq!(answers[1]["headers"]["location"], "http://native/v2/s/a");
}

fn offsets_get_wider(copy: &Copy) {
    // The examples show some.
    let edit = [("hex[16]", "decimal[20]"), ("\"0000000000", "\"00000000000000")];
    let read = json!({ "method": "GET", "target": "/v1/stream/a?offset=00000000000000000010" });
    let old = json!({ "method": "GET", "target": "/v1/stream/a?offset=000000000000000A" });
    let answers = copy.ask(&edit, &[put("/v1/stream/a"), post("/v1/stream/a", "0123456789abc"), read, old]);
    assert_eq!(statuses(&answers), [201, 204, 200, 400]);
    assert_eq!(answers[1]["headers"]["stream-next-offset"], "00000000000000000013");
    assert_eq!(answers[2]["body"], "abc");
}

fn limits_are_moved(copy: &Copy) {
    let edits = [("long_poll_hold = 25 s", "long_poll_hold = 11 s"), ("body = 64 MiB", "body = 16 B")];
    let poll = json!({ "method": "GET", "target": "/v1/stream/a?offset=now&live=long-poll" });
    let (fits, exceeds) = (post("/v1/stream/a", "0123456789abcdef"), post("/v1/stream/a", "0123456789abcdef0"));
    let answers = copy.ask(&edits, &[put("/v1/stream/a"), fits, exceeds, poll]);
    assert_eq!(statuses(&answers), [201, 204, 413, 204]);
    assert_eq!(answers[3]["ms"], 11_000);
}

fn refusals_trade_places(copy: &Copy) {
    let stale = "            producer.stale                                               => Fenced;\n";
    let differs = "            not body.empty and content_type.differs                      => ContentTypeConflict;\n";
    let both = format!("{differs}{stale}");
    let swapped = format!("{stale}{differs}");
    let produce = |epoch: &str, content_type: &str| {
        let mut append = post("/v1/stream/a", "x");
        append["headers"] = json!({
            "content-type": content_type, "producer-id": "p", "producer-epoch": epoch, "producer-seq": "0"
        });
        append
    };
    let requests = [put("/v1/stream/a"), produce("1", "text/plain"), produce("0", "text/html")];
    assert_eq!(statuses(&copy.ask(&[], &requests)), [201, 200, 409]);
    assert_eq!(statuses(&copy.ask(&[(&both, &swapped)], &requests)), [201, 200, 403]);
}

fn a_refusal_is_deleted(copy: &Copy) {
    let said =
        copy.refuse(&[("            stream.absent                                                => NotFound;\n", "")]);
    assert!(said.contains("`append` has no answer when") && said.contains("stream.absent"), "{said}");
    let said = copy
        .refuse(&[("            producer.ahead                                               => SequenceGap;\n", "")]);
    assert!(said.contains("no line of `append` uses `SequenceGap`"), "{said}");
}

fn an_outcome_is_added(copy: &Copy) {
    let outcome = "        /// The data was appended, the stream was closed, or both.";
    let added = format!("        /// Tea.\n        outcome Teapot = 418 problem \"teapot\";\n{outcome}");
    let said = copy.refuse(&[(outcome, &added)]);
    assert!(said.contains("no line of `append` uses `Teapot`"), "{said}");
    let line = "            producer.stale                                               => Fenced;\n";
    let leads = format!("            tea.wanted => Teapot;\n{line}");
    let fact =
        "    /// `Content-Type` differs from the stream's or, when a fork is created, from the source's.\n    fact";
    let wanted = format!("    /// Somebody wants tea.\n    fact tea.wanted;\n{fact}");
    let said = copy.refuse(&[(outcome, &added), (line, &leads), (fact, &wanted)]);
    assert!(said.contains("`Teapot` has no example"), "{said}");
    // Once something leads to it and an example shows it, it is the runtime that owes an answer, and rustc that says so.
    let example =
        "example tea { given tea.wanted; send POST \"/v1/stream/a\" { StreamClosed = \"true\"; } expect Teapot; }";
    let shown = format!("        {example}\n{added}");
    let said = copy.refuse(&[(outcome, &shown), (line, &leads), (fact, &wanted)]);
    assert!(said.contains("E0046") && said.contains("missing: `tea_wanted`"), "{said}");
}

/// The handler of the endpoint does not know the input.
fn an_input_is_added(copy: &Copy) {
    let query = "    /// Maximum number of bytes.\n    query Most = \"most\": u53;\n";
    let state = "    /// The stream at the path of the request.\n    state stream";
    let declared = format!("{query}{state}");
    let endpoint = "endpoint delete = DELETE {\n        needs delete(path);\n\n        request {";
    let reads = format!("{endpoint} Most?;");
    let said = copy.refuse(&[(state, &declared), (endpoint, &reads)]);
    assert!(said.contains("E0027") && said.contains("pattern does not mention field `most`"), "{said}");
    assert!(said.contains("runtime/src/object/delete.rs"), "{said}");
}

/// The handler does not supply the header.
fn a_response_header_is_added(copy: &Copy) {
    let header = "    header Etag = ";
    let declared = format!("    header MessageCount = \"stream-message-count\": u53;\n{header}");
    let outcome = "ContentType; StreamNextOffset; StreamEarliestOffset?;";
    let sent = format!("MessageCount; {outcome}");
    let alone = ("expect Described { ContentType", "expect Described { MessageCount; ContentType");
    let broken = (
        "expect Described {\n                ContentType",
        "expect Described {\n                MessageCount; ContentType",
    );
    let said = copy.refuse(&[(header, &declared), (outcome, &sent), alone, broken]);
    assert!(said.contains("E0063") && said.contains("missing field `message_count`"), "{said}");
    assert!(said.contains("runtime/src/object/describe.rs"), "{said}");
}

/// The handler does not know the query parameter, although it has a default.
fn a_limit_is_added(copy: &Copy) {
    let query = "    query Position = ";
    let declared = format!("    query PageSize = \"page-size\": u53 1..=1000;\n{query}");
    let read = "        request {\n            Position or Start;\n            IfMatch?;";
    let limited = format!("{read}\n            PageSize or 1000;");
    let said = copy.refuse(&[(query, &declared), (read, &limited)]);
    assert!(said.contains("E0027") && said.contains("pattern does not mention field `page_size`"), "{said}");
    assert!(said.contains("runtime/src/object/read.rs"), "{said}");
}

/// No handler answers the method.
fn a_method_is_added(copy: &Copy) {
    let delete = "    /// Deletes the stream (§5.4).\n    endpoint delete = DELETE {";
    let prolong = include_str!("../../../macros/dsl/tests/evolutions/prolong.txt");
    let patch = ("send PATCH \"/v1/stream/a\";", "send PATCH \"/v1/restore/a\";");
    let said = copy.refuse(&[patch, (delete, &format!("{prolong}\n{delete}"))]);
    assert!(said.contains("E0046") && said.contains("missing: `prolong`"), "{said}");
}

/// Nothing is done with requests to the resource.
fn a_resource_is_added(copy: &Copy) {
    let resource = "    /// A stream.\n    resource Stream at";
    let added = "    /// The weather at the server.\n    resource Weather at \"/weather\" {
        endpoint check = GET {
            public;
            refuse { malformed => Odd; failure => Down; }
            answer { always => Fine; }
            /// The request is malformed.
            outcome Odd = 400 problem \"odd\";
            /// The weather is unknown.
            outcome Down = 503 problem \"down\";
            /// The weather is fine.
            outcome Fine = 204;
            example sun { send GET \"/weather\"; expect Fine; }
            example fog { given failure; send GET \"/weather\"; expect Down; }
        }
    }\n";
    let both = format!("{added}{resource}");
    let said = copy.refuse(&[(resource, &both)]);
    assert!(said.contains("E0004") && said.contains("Route::Weather"), "{said}");
    assert!(said.contains("runtime/native/src/server.rs"), "{said}");
}

/// The same streams at a second path, where one header has another name. The handlers stay as they are.
fn a_version_is_added(copy: &Copy) {
    let resource = "    /// Restoring a stream from R2";
    let version = "    /// Tail offset, by its name in version 2.
    header NextOffset = \"next-offset\": Offset;
    /// A stream, in version 2.
    resource StreamV2 at \"/v2/stream/{path..}\" like Stream {
        replace StreamNextOffset with NextOffset;
    }\n";
    let edit = [(resource, &*format!("{version}{resource}"))];
    let fork =
        json!({ "method": "PUT", "target": "/v1/stream/b", "headers": { "stream-forked-from": "/v2/stream/a" } });
    let get = |target: &str| json!({ "method": "GET", "target": target });
    let requests =
        [put("/v2/stream/a"), post("/v1/stream/a", "abc"), get("/v2/stream/a"), fork, get("/v2/stream/b?offset=x")];
    let answers = copy.ask(&edit, &requests);
    assert_eq!(statuses(&answers), [201, 204, 200, 201, 400]);
    let header = |answer: usize, name: &str| answers[answer]["headers"][name].clone();
    assert_eq!((header(0, "next-offset"), header(0, "stream-next-offset")), ("0000000000000000".into(), Value::Null));
    assert_eq!((header(1, "stream-next-offset"), header(1, "next-offset")), ("0000000000000003".into(), Value::Null));
    assert_eq!((header(2, "next-offset"), &answers[2]["body"]), ("0000000000000003".into(), &"abc".into()));
    assert_eq!(header(3, "stream-next-offset"), "0000000000000003");
    let exposed = header(0, "access-control-expose-headers");
    assert!(exposed.as_str().is_some_and(|names| names.contains(", next-offset,")), "{exposed}");
    // A long-poll that waits is answered by the Durable Object that holds it, and later through a socket.
    for after in [1, 20_000] {
        let poll = |version: u32| {
            let target = format!("/v{version}/stream/a?offset=now&live=long-poll");
            json!({ "method": "GET", "target": target, "meanwhile": post("/v1/stream/a", "x"), "after": after })
        };
        let answers = copy.ask(&edit, &[put("/v1/stream/a"), poll(2), poll(1)]);
        let header = |answer: usize, name: &str| answers[answer]["headers"][name].clone();
        assert_eq!(statuses(&answers), [201, 200, 200]);
        assert!(answers[1]["ms"].as_u64().is_some_and(|ms| (after..after + 1_000).contains(&ms)), "{}", answers[1]);
        assert_eq!(
            (header(1, "next-offset"), header(1, "stream-next-offset")),
            ("0000000000000001".into(), Value::Null)
        );
        assert_eq!(
            (header(2, "stream-next-offset"), header(2, "next-offset")),
            ("0000000000000002".into(), Value::Null)
        );
    }
    // Each example of the first version was also made one of the second.
    assert!(copy.show("stream_v2::") > 300, "the examples and what is malformed");
}
