//! Edits of a spec, and what they are for clients.

#![allow(missing_docs)]

#[path = "../../../macros/dsl/tests/specs/mod.rs"]
mod specs;

use dsl::model::Model;
use specs::Edits;
use std::fs;
use std::path::Path;

const DEPOT: &str = "macros/tests/depot/protocol.rs";
const SHELF: &str = "macros/tests/shelf/protocol.rs";
const TUS: &str = "examples/tus/spec/tus.rs";
const LETTERS: &str = "macros/tests/versions/protocol.rs";
const REGISTRY: &str = "macros/tests/registry/protocol.rs";
/// A spec of several files.
const NOTES: &str = "macros/tests/parts/protocol.rs";
const TALLY: &str = "macros/tests/counter/protocol.rs";

fn model(path: &str, edits: &[(&str, &str)]) -> Model {
    let edits = Edits::new(edits);
    let model = docs::read(&specs::path(path), &|path| Ok(edits.apply(&fs::read_to_string(path)?)));
    edits.finish();
    model.unwrap()
}

/// What is told of these edits.
fn told(edits: &[(&str, &str)]) -> Vec<String> {
    changes(&model(TALLY, &[]), &model(TALLY, edits))
}

/// What is told of taking them back.
fn told_back(edits: &[(&str, &str)]) -> Vec<String> {
    changes(&model(TALLY, edits), &model(TALLY, &[]))
}

fn changes(old: &Model, new: &Model) -> Vec<String> {
    evolution::compare(old, new).iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_is_told_of_what_clients_do_not_see() {
    assert!(told(&[]).is_empty());
    let names = [("/// Adds to a counter.", "/// Adds."), ("edge fact caller.unknown", "edge fact caller.unknown")];
    assert!(told(&names).is_empty());
    let spec = model(specs::SPEC, &[]);
    assert!(evolution::compare(&spec, &spec).is_empty());
}

#[test]
fn a_spec_of_several_files_is_compared_as_if_it_were_one() {
    let one = format!("macros::protocol! {{ {} }}", specs::read(NOTES).tokens);
    let one = docs::read(Path::new("one.rs"), &|_| Ok(one.clone())).unwrap();
    assert_eq!(changes(&one, &model(NOTES, &[])), [""; 0]);
    let edited = model(NOTES, &[("outcome Written = 204", "outcome Written = 202")]);
    assert_eq!(changes(&one, &edited), ["breaking   note.write: 204 Written is 202 now"]);
    assert_eq!(changes(&edited, &one), ["breaking   note.write: 202 Written is 204 now"]);
}

#[test]
fn clients_may_send_more_and_not_less() {
    let wider = [("value Amount = u53 1..=1000;", "value Amount = u53 1..=2000;"), ("\"1001\"]", "\"2001\"]")];
    // A follower is told of steps that it has never seen; who adds one may go on as before.
    assert_eq!(
        told(&wider),
        [
            "breaking   counter.follow: `lastStep` of the event `sum` was a whole number from 1 to 1000 and is a whole number from 1 to 2000",
            "compatible counter.add: `x-step` was a whole number from 1 to 1000 and is a whole number from 1 to 2000",
        ]
    );
    assert_eq!(
        told_back(&wider),
        [
            "breaking   counter.add: `x-step` was a whole number from 1 to 2000 and is a whole number from 1 to 1000",
            "compatible counter.follow: `lastStep` of the event `sum` was a whole number from 1 to 2000 and is a whole number from 1 to 1000",
        ]
    );
}

#[test]
fn servers_may_tell_less_and_not_more() {
    let wider = [("header Total = \"x-total\": u53;", "header Total = \"x-total\": u53 0..=100;")];
    let narrowed = told(&wider);
    assert!(narrowed.iter().all(|change| change.starts_with("compatible")), "{narrowed:?}");
    assert!(narrowed.iter().any(|change| change.contains("counter.look")), "{narrowed:?}");
    let widened = told_back(&wider);
    assert!(!widened.is_empty() && widened.iter().all(|change| change.starts_with("breaking")), "{widened:?}");
}

#[test]
fn a_new_demand_breaks() {
    let demand = [("                Dry?;\n", "                Dry?;\n                IfNoneMatch?;\n")];
    assert_eq!(told(&demand), ["compatible counter.add: `if-none-match` is read"]);
    assert_eq!(told_back(&demand), ["breaking   counter.add: `if-none-match` is not read"]);
    let required = [("            request { Since; }", "            request { Since or First; }")];
    assert_eq!(told(&required), ["compatible counter.follow: `?since` may be left out"]);
    assert_eq!(told_back(&required), ["breaking   counter.follow: `?since` is required"]);
}

#[test]
fn another_default_breaks() {
    let default = [
        ("                Since or First;", "                Since or Last;"),
        ("{ IfNoneMatch = \"\\\"7\\\"\"; }", "{ Since = \"0\"; IfNoneMatch = \"\\\"7\\\"\"; }"),
    ];
    assert_eq!(told(&default), ["breaking   counter.read: without `?since`, `first` was assumed, and `last` is"]);
}

#[test]
fn another_status_or_header_breaks() {
    assert_eq!(
        told(&[("outcome Created = 201", "outcome Created = 202")]),
        ["breaking   counter.add: 201 Created is 202 now"]
    );
    let fewer = [("outcome Tail = 200 { ContentType = Plain; Next;", "outcome Tail = 200 { ContentType = Plain;")];
    let fewer = [fewer[0], ("expect Tail { Next; body", "expect Tail { body")];
    assert_eq!(told(&fewer), ["breaking   counter.read: 200 Tail: `x-next` is not sent"]);
    assert_eq!(told_back(&fewer), ["compatible counter.read: 200 Tail: `x-next` is sent"]);
    let rarer = [("outcome Seen = 200 { Total;", "outcome Seen = 200 { Total?;")];
    assert_eq!(told(&rarer), ["breaking   counter.look: 200 Seen: `x-total` may be absent"]);
    let other =
        [("    every response {\n        Service = \"tally\"", "    every response {\n        Service = \"count\"")];
    let other = [other[0], ("Nowhere { Service = \"tally\"; }", "Nowhere;")];
    assert_eq!(told(&other), ["breaking   everywhere: `x-service` was `tally` and is `count`"]);
}

#[test]
fn another_problem_breaks_wherever_it_is_told() {
    let problem = [("problem \"missing\"", "problem \"absent\"")];
    assert_eq!(
        told(&problem),
        [
            "breaking   counter.read, counter.follow, counter.look: 404 missing was problem `missing` and is problem `absent`"
        ]
    );
    assert_eq!(
        told(&[("problems = \"urn:tally:\"", "problems = \"urn:count:\"")]),
        ["breaking   everywhere: the types of problems began with `urn:tally:` and begin with `urn:count:`"]
    );
}

#[test]
fn another_offset_breaks_both_ways() {
    let format =
        [("format = decimal[16];", "format = decimal[20];"), ("\"0000000000000007\"", "\"00000000000000000007\"")];
    for told in [told(&format), told_back(&format)] {
        assert!(told.iter().all(|change| change.starts_with("breaking")), "{told:?}");
        for place in ["counter.read", "counter.follow", "counter.add"] {
            assert!(told.iter().any(|change| change.contains(place)), "{place}: {told:?}");
        }
    }
    let alias = [("        also \"0\" = First;\n", "        also \"0\" = First;\n        also \"00\" = First;\n")];
    assert!(told(&alias).iter().all(|change| change.starts_with("compatible")), "{:?}", told(&alias));
    assert!(!told(&alias).is_empty());
}

#[test]
fn another_order_breaks_where_the_status_is_another() {
    let order = [
        ("                counter.absent and body.empty => Silent;\n", ""),
        (
            "                bound.crossed => Crossed;\n",
            "                bound.crossed => Crossed;\n                counter.absent and body.empty => Silent;\n",
        ),
    ];
    assert_eq!(
        told(&order),
        [
            "breaking   counter.add: `bound.crossed` goes before `counter.absent and body.empty`: 409 crossed before 400 silent"
        ]
    );
}

#[test]
fn a_new_refusal_breaks() {
    let refusal = [
        ("    fact page.known;\n", "    fact page.known;\n    fact counter_full.reached;\n"),
        (
            "                bound.crossed => Crossed;\n",
            "                bound.crossed => Crossed;\n                counter_full.reached => Crossed;\n",
        ),
    ];
    let added = told(&refusal);
    assert_eq!(added, ["breaking   counter.add: 409 crossed is answered when `counter_full.reached`"]);
    assert_eq!(
        told_back(&refusal),
        ["compatible counter.add: 409 crossed is not answered when `counter_full.reached`"]
    );
}

#[test]
fn less_to_send_breaks() {
    let shorter = [("note = 8 B;", "note = 4 B;")];
    assert_eq!(
        told(&shorter),
        [
            "breaking   counter.add: a body could have 8 B and can have 4 B",
            "unclear    limits: `note` was 8 B and is 4 B",
        ]
    );
}

#[test]
fn other_places_break() {
    assert_eq!(
        told(&[("path name: segments 1..=12;", "path name: segments 1..=6;")]),
        ["breaking   counter: `{name}` was 1 to 12 bytes and is 1 to 6 bytes"]
    );
    assert_eq!(
        told(&[("path name: segments 1..=12;", "path name: pattern \"[a-z]{1,12}\";")]),
        ["breaking   counter: `{name}` was 1 to 12 bytes and is printable ASCII that matches `[a-z]{1,12}`"]
    );
    let reserved = [("        reserve \"all\";\n", "        reserve \"all\";\n        reserve \"none\";\n")];
    assert_eq!(told(&reserved), ["breaking   counter: the name `none` is reserved"]);
    assert_eq!(told_back(&reserved), ["compatible counter: the name `none` is free"]);
}

#[test]
fn another_pattern_breaks() {
    let longer = [("value Tag = pattern \"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\"", "value Tag = pattern \"[a-z]+\"")];
    let change = "was printable ASCII that matches `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}` and is printable ASCII that matches `[a-z]+`";
    assert_eq!(
        changes(&model(REGISTRY, &[]), &model(REGISTRY, &longer)),
        [
            format!("breaking   tags.list: `?last` {change}"),
            format!("breaking   tags.list: an item of `tags` of `TagList` {change}"),
        ]
    );
}

#[test]
fn events_are_compared_member_by_member() {
    let member = [("            lastStep: Amount?;\n", "")];
    assert_eq!(told(&member), ["breaking   counter.follow: `lastStep` of the event `sum` is not sent"]);
    assert_eq!(told_back(&member), ["compatible counter.follow: `lastStep` of the event `sum` is sent"]);
    assert_eq!(
        told(&[("event Note = \"note\"", "event Note = \"notice\"")]),
        [
            "breaking   counter.follow: the event `note` is not sent",
            "compatible counter.follow: the event `notice` is sent",
        ]
    );
}

/// What is told of edits of the protocol for uploads.
fn told_of_uploads(edits: &[(&str, &str)]) -> Vec<String> {
    changes(&model(DEPOT, &[]), &model(DEPOT, edits))
}

#[test]
fn groups_defaults_and_lists_are_compared() {
    let told = told_of_uploads(&[("Limit or 1000;", "Limit or 100;")]);
    assert_eq!(told, ["breaking   uploads.list: without `?limit`, `1000` was assumed, and `100` is"]);
    let wider = told_of_uploads(&[("\"tag\": list ..= 3 of Tag", "\"tag\": list ..= 4 of Tag")]);
    assert_eq!(
        wider,
        [
            "compatible search.find: `?tag` was 1 to 8 printable ASCII characters; can be given up to 3 times and is 1 to 8 printable \
             ASCII characters; can be given up to 4 times"
        ]
    );
    let less = told_of_uploads(&[("\"prefix\": unicode 1..=4", "\"prefix\": text 1..=4"), ("\"é, a\"", "\"a\"")]);
    assert!(less.iter().all(|change| change.starts_with("breaking")) && less.len() == 1, "{less:?}");
    let more = [
        ("media Lines = ", "media Xml = \"application/xml\"; media Lines = "),
        ("accept { Json, Lines }", "accept { Json, Lines, Xml }"),
    ];
    let told = told_of_uploads(&more);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("breaking   search.find: 200 Found: `content-type`"), "{told:?}");
    assert!(told[1].starts_with("compatible search.find: `accept` was"), "{told:?}");
}

#[test]
fn another_selection_or_choice_is_told() {
    let renamed = told_of_uploads(&[("= \"digest\"", "= \"hash\"")]);
    assert!(renamed.contains(&"breaking   uploads.mount: `POST?digest` is `POST?hash` now".to_owned()), "{renamed:?}");
    let swapped = told_of_uploads(&[
        ("endpoint count = GET when Count {", "endpoint count = GET when OrderBy is Newest {"),
        ("endpoint newest = GET when OrderBy is Newest {", "endpoint newest = GET when Count {"),
        (
            "send GET \"/uploads\" { Version = \"1.0.0\"; Count = \"TRUE\"; }",
            "send GET \"/uploads\" { Version = \"1.0.0\"; OrderBy = \"newest\"; }",
        ),
        ("OrderBy = \"newest\"; Count = \"false\"; }", "Count = \"true\"; }"),
    ]);
    assert!(
        swapped.contains(
            &"breaking   uploads: GET was selected by `?count`, `?order`, and is by `?order`, `?count`".to_owned()
        ),
        "{swapped:?}"
    );
    let fixed = [
        ("{ ContentType = Accept; body bytes; }", "{ ContentType = Json; body bytes; }"),
        ("Accept is Lines and not Tags => Empty;", "Accept is Lines => Empty;"),
        (
            "expect Found { ContentType = \"application/x-ndjson\"; body = \"a|b,c|1|2\"; }",
            "expect Empty { Note = \"none\"; }",
        ),
    ];
    let chosen = told_of_uploads(&fixed);
    assert!(chosen.iter().any(|change| change.contains("`content-type` was chosen by `accept`")), "{chosen:?}");
}

#[test]
fn headers_of_options_and_pairs_are_compared() {
    let told = |edits: &[(&str, &str)]| changes(&model(TUS, &[]), &model(TUS, edits));
    let fewer = told(&[("TusExtension = \"creation,termination\";", "TusExtension = \"creation\";")]);
    assert_eq!(
        fewer,
        ["breaking   uploads, upload: `tus-extension` was `creation,termination` and is `creation`"],
        "both resources have it"
    );
    let fixed = told(&[("TusMaxSize = limits.upload;", "TusMaxSize = 9;")]);
    assert_eq!(fixed, ["unclear    uploads, upload: `tus-max-size` is always `9`"]);
    let wider = told(&[("pairs 1..=1024", "pairs 1..=2048")]);
    assert_eq!(
        wider.iter().map(|change| change.split(':').next()).collect::<Vec<_>>(),
        [Some("breaking   upload.describe"), Some("compatible uploads.create")]
    );
}

const HOOKS: &str = "macros/tests/hooks/protocol.rs";

/// What is told of these edits of a spec with JSON, and of taking them back.
fn told_of_json(edits: &[(&str, &str)]) -> [Vec<String>; 2] {
    let (old, new) = (model(HOOKS, &[]), model(HOOKS, edits));
    [changes(&old, &new), changes(&new, &old)]
}

#[test]
fn a_member_of_a_request_may_become_optional_and_not_required() {
    let [told, back] =
        told_of_json(&[("        pattern: Pattern?;", "        pattern: Pattern?;\n        motto: Note?;")]);
    assert_eq!(told, ["compatible hook.create: `motto` of `NewHook` is read"]);
    assert_eq!(back, ["breaking   hook.create: `motto` of `NewHook` is refused"]);
    let [told, back] = told_of_json(&[(
        "        acks: [Link] 0..=100?;",
        "        acks: [Link] 0..=100?;\n        tries: Count or 3;",
    )]);
    assert_eq!(told, ["compatible hook.acknowledge: `tries` of `Ack` is read"]);
    assert_eq!(back, ["breaking   hook.acknowledge: `tries` of `Ack` is not read"]);
    let [told, back] = told_of_json(&[(
        "        note: Note or null;\n        /// Time",
        "        note: Note? or null;\n        /// Time",
    )]);
    assert_eq!(told, ["compatible hook.create: `note` of `NewHook` may be left out"]);
    assert_eq!(back, ["breaking   hook.create: `note` of `NewHook` is required"]);
    let [told, _] = told_of_json(&[("patience: Seconds or 30", "patience: Seconds or 31")]);
    assert_eq!(told, ["breaking   hook.create: without `patience` of `NewHook`, `30` was assumed, and `31` is"]);
}

#[test]
fn a_member_of_a_response_may_come_and_not_go() {
    let [told, back] = told_of_json(&[
        ("    object Hook {\n", "    object Hook {\n        motto: boolean;\n"),
        ("                        \"id\": \"a\",", "                        \"id\": \"a\", \"motto\": true,"),
    ]);
    assert_eq!(told, ["compatible hook.create, hook.read: `motto` of `Hook` is sent"]);
    assert_eq!(back, ["breaking   hook.create, hook.read: `motto` of `Hook` is not sent"]);
    let [told, back] = told_of_json(&[("        created: timestamp;", "        created: timestamp?;")]);
    assert_eq!(told, ["breaking   hook.create, hook.read: `created` of `Hook` may be absent"]);
    assert_eq!(back, ["compatible hook.create, hook.read: `created` of `Hook` is always sent"]);
    let [told, back] = told_of_json(&[("        created: timestamp;", "        created: timestamp or null;")]);
    assert_eq!(told, ["breaking   hook.create, hook.read: `created` of `Hook` can be `null`"]);
    assert_eq!(back, ["compatible hook.create, hook.read: `created` of `Hook` can't be `null`"]);
}

#[test]
fn types_and_counts_of_members_are_compared() {
    let [told, back] = told_of_json(&[("feeds: [Pattern] 0..=3?;", "feeds: [Pattern] 0..=4?;")]);
    assert_eq!(told, ["compatible hook.create: `feeds` of `NewHook` had 0 to 3 items and has 0 to 4"]);
    assert_eq!(back, ["breaking   hook.create: `feeds` of `NewHook` had 0 to 4 items and has 0 to 3"]);
    let [told, _] = told_of_json(&[("        since: Mark?;\n", "        since: Count?;\n")]);
    assert_eq!(
        told,
        [
            "breaking   hook.create: `since` of `NewHook` was string: 16 decimal digits and is a whole number from 0 to 9007199254740991"
        ]
    );
    // The server reads the targets of targets, and shows them.
    let [told, _] = told_of_json(&[("next: [Target] 0..=2 or null;", "next: [Target] 0..=3 or null;")]);
    assert_eq!(
        told,
        [
            "breaking   hook.create, hook.read: `next` of `Target` had 0 to 2 items and has 0 to 3",
            "compatible hook.create: `next` of `Target` had 0 to 2 items and has 0 to 3",
        ]
    );
}

#[test]
fn rules_and_variants_of_objects_are_compared() {
    let [told, back] = told_of_json(&[("        at_most_one { since, until }\n", "")]);
    assert_eq!(
        told,
        ["compatible hook.create: `NewHook` has a rule less: At most one of `since`, `until` is present."]
    );
    assert_eq!(back, ["breaking   hook.create: `NewHook` has a new rule: At most one of `since`, `until` is present."]);
    let [told, back] = told_of_json(&[("        unknown refused;\n", "")]);
    assert_eq!(told, ["compatible hook.create: unknown members of `NewHook` are ignored"]);
    assert_eq!(back, ["breaking   hook.create: unknown members of `NewHook` are refused"]);
    let [told, back] = told_of_json(&[(
        "            retries: Count or 3;",
        "            retries: Count or 3;\n            pause: Seconds?;",
    )]);
    assert_eq!(told, ["compatible hook.create: `pause` of `NewHook` if it is `call` is read"]);
    assert_eq!(back, ["breaking   hook.create: `pause` of `NewHook` if it is `call` is refused"]);
}

#[test]
fn members_of_events_are_compared() {
    let [told, back] = told_of_json(&[("            times: Count;\n", "            times: Count?;\n")]);
    assert_eq!(told, ["breaking   hook.follow: `times` of the event `told` may be absent"]);
    assert_eq!(back, ["compatible hook.follow: `times` of the event `told` is always sent"]);
}

#[test]
fn a_version_tells_what_is_different() {
    let mail = "    resource Mail at";
    let next = format!(
        "    resource Packet at \"/packets/{{name..}}\" like Letter {{\n        replace Stamp with Postage;\n        except endpoint open;\n    }}\n{mail}"
    );
    let (old, new) = (model(LETTERS, &[]), model(LETTERS, &[(mail, &next)]));
    assert_eq!(
        changes(&old, &new),
        [
            "compatible packet: `/packets/{name..}` is there, like `/letters/{name..}`, with `postage` for `letter-stamp`, without `open`"
        ]
    );
    // A header that is named otherwise in one version is another header there.
    let back = model(LETTERS, &[("replace Stamp with Postage;", ""), ("header Postage = \"postage\": u53 1..=9;", "")]);
    let back = changes(&old, &back);
    assert!(back.iter().any(|change| change.starts_with("breaking   mail.send")), "{back:?}");
    assert!(back.iter().all(|change| !change.contains("letter.send")), "{back:?}");
}

/// What is told of edits of the spec with permissions, and of taking them back.
fn told_of_shelf(edits: &[(&str, &str)]) -> [Vec<String>; 2] {
    let (plain, edited) = (model(SHELF, &[]), model(SHELF, edits));
    [changes(&plain, &edited), changes(&edited, &plain)]
}

#[test]
fn a_new_permission_breaks() {
    let [told, told_back] = told_of_shelf(&[
        ("needs list;", "needs list;\n needs finish(CopyOf);"),
        ("request { Live or Poll; }", "request { Live or Poll; CopyOf?; }"),
    ]);
    assert_eq!(
        told,
        [
            "breaking   books.list: the permission `finish(CopyOf)` is needed",
            "compatible books.list: `shelf-copy-of` is read"
        ]
    );
    assert_eq!(
        told_back,
        [
            "breaking   books.list: `shelf-copy-of` is not read",
            "compatible books.list: the permission `finish(CopyOf)` is not needed"
        ]
    );
}

#[test]
fn credentials_may_become_more_and_demands_less() {
    let [told, told_back] = told_of_shelf(&[
        ("public;", "needs work;"),
        ("send GET \"/work\" { Authorization = \"Bearer stolen\"; }", "send GET \"/work\" { WakeKey = \"open\"; }"),
    ]);
    assert_eq!(
        told,
        [
            "breaking   work.health: credentials are required",
            "compatible work.health: `?key` is read",
            "compatible work.health: 401 no-worker is answered"
        ]
    );
    assert_eq!(
        told_back[..2],
        ["breaking   work.health: `?key` is not read", "compatible work.health: anyone may send requests"]
    );
    let [told, told_back] = told_of_shelf(&[
        ("        credentials none;\n", ""),
        (
            "Member permits read, list;\n                send GET \"/books/public\";",
            "Member permits read, list;\n                send GET \"/books/public\" { Authorization = \"Bearer read list\"; }",
        ),
    ]);
    assert_eq!(told, ["breaking   book.write, book.read, books.list: credentials are required"]);
    assert_eq!(told_back, ["compatible book.write, book.read, books.list: credentials may be left out"]);
}

const ERRORS: &str = "macros/tests/errors/protocol.rs";
const SUBSCRIPTIONS: &str = "macros/tests/subscriptions/protocol.rs";

/// What is told of these edits, and what of taking them back.
fn both(path: &str, edits: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let (was, is) = (model(path, &[]), model(path, edits));
    (changes(&was, &is), changes(&is, &was))
}

#[test]
fn errors_of_another_format_are_compared() {
    let (told, back) = both(ERRORS, &[("\"FENCED\"", "\"STALE\"")]);
    assert!(
        told.contains(&"breaking   job.claim: 409 Fenced was error `FENCED` and is error `STALE`".to_owned()),
        "{told:#?}"
    );
    assert!(back.iter().any(|change| change.starts_with("breaking")), "{back:#?}");
    let (told, back) = both(
        ERRORS,
        &[
            ("PartUnknown(message?)", "PartUnknown"),
            ("{ \"code\": \"PART_UNKNOWN\" }", "{ \"code\": _, \"message\": _ }"),
        ],
    );
    assert_eq!(told, ["breaking   part.filter: 404 Unknown does not have `message`"]);
    assert_eq!(back, ["compatible part.filter: 404 Unknown has `message`"]);
    let (told, _) = both(ERRORS, &[("outcome NoMethod = 405", "outcome NoMethod = 404")]);
    assert_eq!(told, ["breaking   job: 405 NoMethod is 404 now"]);
}

#[test]
fn an_empty_body_becomes_allowed_or_refused() {
    let (told, back) = both(SUBSCRIPTIONS, &[("json Claim or {} ..=", "json Claim ..=")]);
    assert_eq!(told, ["breaking   claims.claim: an empty body was `{}` and is malformed"]);
    assert_eq!(back, ["compatible claims.claim: an empty body was malformed and is `{}`"]);
}

#[test]
fn what_the_server_sends_is_compared() {
    let (told, back) = both(SUBSCRIPTIONS, &[("webhook_answer = 64 KiB", "webhook_answer = 32 KiB")]);
    let body = |was, is| format!("webhook: the body of 200..=299 Delivered could have {was} and can have {is}");
    assert!(told.contains(&format!("breaking   {}", body("64 KiB", "32 KiB"))), "{told:#?}");
    assert!(back.contains(&format!("compatible {}", body("32 KiB", "64 KiB"))), "{back:#?}");
    let (told, back) = both(SUBSCRIPTIONS, &[("response Delivered = 200..=299", "response Delivered = 200..=204")]);
    assert_eq!(told, ["breaking   webhook: the answer 200..=299 Delivered is 200..=204 Delivered now"]);
    assert_eq!(back, ["compatible webhook: the answer 200..=204 Delivered is 200..=299 Delivered now"]);
    let (told, back) = both(SUBSCRIPTIONS, &[("UserAgent = \"durable-streams\"", "UserAgent = \"ds\"")]);
    assert_eq!(told, ["breaking   webhook: `user-agent` was `durable-streams` and is `ds`"]);
    assert_eq!(back, ["breaking   webhook: `user-agent` was `ds` and is `durable-streams`"]);
    let event = "stream: path_of Stream;\n        generation: Generation";
    let (told, back) = both(SUBSCRIPTIONS, &[(event, &format!("{event}?"))]);
    assert_eq!(told, ["breaking   WakeEvent: `generation` of `WakeEvent` may be absent"]);
    assert_eq!(back, ["compatible WakeEvent: `generation` of `WakeEvent` is always sent"]);
}
