//! What a next version of the real spec would declare compiles, and what its author forgets is told.

mod faults;
mod specs;

use faults::texts;

/// The tokens of the real spec with further items.
fn with(items: &str) -> String {
    format!("{}\n{items}", specs::read(specs::SPEC).tokens)
}

/// The tokens of the real spec, in which each first text is replaced by the second.
fn edited(edits: &[(&str, &str)]) -> String {
    specs::edited(specs::SPEC, edits).tokens.to_string()
}

/// The first line and the code of each fault in a spec with further items.
fn told(items: &str) -> Vec<String> {
    heads(&with(items))
}

/// The first line and the code of each fault.
fn heads(spec: &str) -> Vec<String> {
    let head = |text: String| {
        let mut lines = text.lines();
        format!("{} {}", lines.next().unwrap_or_default(), lines.next_back().unwrap_or_default())
    };
    texts(spec).into_iter().map(head).collect()
}

/// The help of each fault.
fn helps(spec: &str) -> Vec<String> {
    let help = |text: String| text.split_once("help: ").map_or_else(String::new, |(_, help)| help.to_owned());
    texts(spec).into_iter().map(help).collect()
}

/// The expansion with further items, without white space.
fn expanded(items: &str) -> String {
    squeezed(&with(items))
}

/// The expansion without white space.
fn squeezed(spec: &str) -> String {
    let program = dsl::compile(spec.parse().expect("tokens"));
    let program = prettyplease::unparse(&syn::parse2(program).expect("the expansion is Rust"));
    program.split_whitespace().collect()
}

const ETAG: &str = "    header Etag = ";

#[test]
fn a_response_gets_a_header() {
    let declared = format!("    header MessageCount = \"stream-message-count\": u53;\n{ETAG}");
    let outcome = "ContentType; StreamNextOffset; StreamEarliestOffset?;";
    let sent = format!("MessageCount; {outcome}");

    // It is of no use without an outcome.
    assert_eq!(heads(&edited(&[(ETAG, &declared)])), ["unused header `MessageCount` [unused]"]);
    // Each example of the outcome must show it.
    let spec = edited(&[(ETAG, &declared), (outcome, &sent)]);
    let missing =
        "`Described` always sends `MessageCount`, but this example does not expect it [example-missing-header]";
    assert_eq!(heads(&spec), [missing; 4]);
    assert!(helps(&spec).iter().all(|help| help.starts_with("add `MessageCount;`")));

    let alone = ("expect Described { ContentType", "expect Described { MessageCount; ContentType");
    let broken = (
        "expect Described {\n                ContentType",
        "expect Described {\n                MessageCount; ContentType",
    );
    let spec = edited(&[(ETAG, &declared), (outcome, &sent), alone, broken]);
    assert_eq!(heads(&spec), [""; 0]);
    // The handler owes it.
    assert!(squeezed(&spec).contains("pubmessage_count:super::super::MessageCount,"));
}

#[test]
fn a_read_gets_a_limit_with_a_default() {
    let query = "    query Position = ";
    let declared = format!("    query PageSize = \"page-size\": u53 1..=1000;\n{query}");
    let read = "        request {\n            Position or Start;\n            IfMatch?;";
    let limited = |line: &str| edited(&[(query, &declared), (read, &format!("{read}\n{line}"))]);

    assert_eq!(heads(&edited(&[(query, &declared)])), ["unused query parameter `PageSize` [unused]"]);
    let outside = limited("PageSize or 5000;");
    assert_eq!(heads(&outside), ["the default of `PageSize` can't be 5000 [bad-input]"]);
    assert!(helps(&outside)[0].starts_with("write `PageSize or 1;`"));

    let spec = limited("PageSize or 1000;");
    assert_eq!(heads(&spec), [""; 0]);
    // The handler always gets it, and a malformed one is refused.
    let program = squeezed(&spec);
    assert!(program.contains("pubpage_size:super::super::PageSize,"));
    assert!(program.contains("page-size=1001"));
}

#[test]
fn a_stream_gets_another_ttl() {
    let delete = "    /// Deletes the stream (§5.4).\n    endpoint delete = DELETE {";
    let prolong = include_str!("evolutions/prolong.txt");
    let added = format!("{prolong}\n{delete}");

    // PATCH was an example of a method that a stream does not have.
    let spec = edited(&[(delete, &added)]);
    assert_eq!(heads(&spec), ["this request reaches the endpoint `prolong` [example-contradicts]"]);
    assert!(helps(&spec)[0].starts_with("move the example to `prolong`"));
    let other = (
        "send PATCH \"/v1/stream/a\";\n            expect MethodNotAllowed;",
        "send PATCH \"/v1/restore/a\";\n            expect MethodNotAllowed;",
    );
    let spec = edited(&[other, (delete, &added)]);
    assert_eq!(heads(&spec), [""; 0]);
    assert!(squeezed(&spec).contains("fnprolong(&self,request:::wire::Asked<prolong::Request>,)"));

    // What is forgotten is told with a skeleton.
    let (before, example) = prolong.split_once("            /// A stream").expect("an example");
    let forgotten = format!("{before}        }}\n{delete}");
    let spec = edited(&[other, (delete, &forgotten)]);
    assert!(!example.is_empty());
    assert_eq!(heads(&spec), ["`Prolonged` has no example [outcome-without-example]"]);
    let help = &helps(&spec)[0];
    for part in ["to `prolong`", "send PATCH \"/v1/stream/", "StreamTtl = ", "expect Prolonged { StreamTtl; }"] {
        assert!(help.contains(part), "{part}: {help}");
    }
    // Without the line of closed streams, they get no answer.
    let open = added.replace("                stream.closed => Prolonged;\n", "");
    let heads = heads(&edited(&[other, (delete, &open)]));
    assert!(heads.iter().any(|head| head.starts_with("`prolong` has no answer when `")), "{heads:?}");
}

#[test]
fn a_listing_answers_with_lines_if_the_client_prefers_them() {
    let negotiating = LISTING
        .replace("NameStart?; Later?;", "Accept or Json; NameStart?; Later?;")
        .replace("answer { always => Found; }", "answer { Accept is JsonLines => FoundLines; always => Found; }")
        .replace("            outcome Found =", "            outcome FoundLines = 200 { ContentType = Accept; CacheControl = NoStore; body bytes; }\n            outcome Found =");
    let found = told(&negotiating);
    assert_eq!(found, ["`FoundLines` has no example [outcome-without-example]"]);

    let shown = |accept: &str, outcome: &str| {
        let example =
            format!("example lines {{ send GET \"/v1/catalog\" {{ Accept = \"{accept}\"; }} expect {outcome} }}");
        negotiating.replace("            /// One page.", &format!("{example}\n            /// One page."))
    };
    let lines = "FoundLines { ContentType = \"application/x-ndjson\"; body = \"{}\"; }";
    let complete = shown("application/x-ndjson, */*;q=0.1", lines);
    assert_eq!(told(&complete), [""; 0]);
    assert!(expanded(&complete).contains(".varying(\"accept\")"));
    // A client that takes everything gets what it got before.
    let all = told(&shown("*/*", lines));
    assert_eq!(all[0], "this example expects `FoundLines`, but `list` answers `Found` [example-contradicts]");
    let default = complete.replace("Accept or Json", "Accept or JsonLines");
    assert_eq!(
        told(&default),
        ["a request without this header accepts everything, so its default must be `Json` [bad-input]"]
    );
    // A client that takes neither gets the response for malformed requests, unless a line is about `Accept`.
    let endpoint = "answer { Accept is JsonLines";
    let unnamed = complete.replace(endpoint, &format!("refuse {{ Accept malformed => NotAcceptable; }} {endpoint}"));
    let unknown = "no outcome is named `NotAcceptable` [unknown-outcome]";
    assert!(told(&unnamed).contains(&unknown.to_owned()), "{:?}", told(&unnamed));
}

const LISTING: &str = include_str!("evolutions/listing.txt");
const VERSION: &str = include_str!("evolutions/version.txt");
const MIRROR: &str = include_str!("evolutions/mirror.txt");

#[test]
fn a_listing_answers_with_typed_json() {
    assert_eq!(told(LISTING), [""; 0]);
    let program = expanded(LISTING);
    assert!(program.contains("pubstructFound{///Thebody.pubbody:super::super::Listed,}"));
    assert!(program.contains("pubstreams:::wire::names::Vec<Summary>"));
    assert!(program.contains("pubpath:stream::Path"));

    // An example that shows another document than declared.
    let wrong = LISTING.replace("\"next\": \"c/d\"", "\"next\": \"__ds/d\"");
    assert_eq!(told(&wrong), ["the body is not a `Listed` [example-bad-body]"]);
    // An object that no response contains any more.
    let unused = LISTING.replace(" body json Listed;", "");
    assert!(told(&unused).iter().any(|text| text.starts_with("unused object `Listed`")), "{:?}", told(&unused));
}

#[test]
fn a_mirror_is_declared_by_a_typed_union() {
    assert_eq!(told(MIRROR), [""; 0]);
    let program = expanded(MIRROR);
    assert!(program.contains("pubenumNewMirrorByType{///`bucket`.Bucket{///`bucket`.bucket:Bucket,},"));
    assert!(program.contains("///Thebody.pubbody:super::super::NewMirror,"));
    // Each variant needs its members, and each is shown by a malformed request.
    assert!(program.contains("value\"/bucket\""));

    let forgotten = MIRROR.replace("\"bucket\": { \"url\": \"https://store.example/copy\" },\n                    };\n                }\n                expect Added", "};\n                }\n                expect Added");
    assert_eq!(
        told(&forgotten),
        ["this request is malformed: `/bucket` of the body must be present [example-contradicts]"]
    );
    let misspelled = MIRROR.replace("when type is Queue", "when type is Pull");
    assert_eq!(told(&misspelled), ["no variant of `type` is named `Pull` [unknown-variant]"]);
    let outside = MIRROR.replace("MirrorInterval or 30000", "MirrorInterval or 30");
    assert_eq!(told(&outside), ["this is not a value of `MirrorInterval` [bad-member]"]);
}

/// The number of examples below a path in an expansion, without those of an endpoint.
fn examples(program: &str, root: &str, except: &str) -> usize {
    let (root, except) = (format!("root:\"{root}\""), format!("\"{except}\""));
    let all = program.split("Example{endpoint:").skip(1);
    all.filter(|example| example.contains(&root) && !example.starts_with(&except)).count()
}

#[test]
fn a_second_version_shares_types_and_handlers() {
    assert_eq!(told(VERSION), [""; 0]);
    let (first, both) = (expanded(""), expanded(VERSION));
    assert!(both.contains("(::wire::Place::Header,\"stream-next-offset\",\"next-offset\")"));
    for word in ["pubstruct", "pubenum", "pubtrait"] {
        assert_eq!(both.matches(word).count(), first.matches(word).count(), "{word}");
    }
    // Both are routed alike, and a browser may read both names.
    assert!(both.contains("returnstream_v2::admit(captured,source,edge).await;"));
    assert!(both.contains("next-offset,stream-closed") || both.contains("next-offset,"));
    // The examples of the first are those of the second, except for the endpoint that it does not have.
    let repeated = examples(&both, "/v2/stream/", "long_poll");
    assert!(repeated > 0 && repeated == examples(&first, "/v1/stream/", "long_poll"), "{repeated}");

    let other = VERSION.replace("\"next-offset\": Offset", "\"next-offset\": Offset or sentinel");
    let fault = "`NextOffset` is declared in another way than `StreamNextOffset` [bad-replacement]";
    assert_eq!(told(&other), [fault]);
    let circle = VERSION.replace("like Stream {", "like StreamV2 {");
    assert!(told(&circle).contains(&"no resource declares the endpoints of `StreamV2` [like-itself]".to_owned()));
}

/// Signed URLs beside tokens, and permissions that callers can lack. The spec has them.
#[test]
fn tokens_or_signed_urls_with_permissions_to_read_and_to_write() {
    let program = squeezed(&edited(&[]));
    // What the program owes.
    assert!(program.contains("typeClient:client::Grant;"));
    assert!(program.contains("SignedUrl(super::SignedUrl),"));
    assert!(program.contains("fnpermits(&self,operation:Operation,path:Option<&str>)->bool;"));
    // The source of a fork is read from its header.
    let source =
        "optional::<super::super::field::StreamForkedFrom>()&&!grant.permits(Operation::Read,Some(path.path.as_str()))";
    assert!(program.contains(source), "{program}");

    let with = |edit: (&'static str, &'static str)| heads(&edited(&[edit]));
    let forgotten = with(("        needs delete(path);\n", ""));
    assert_eq!(forgotten, ["`delete` does not say who may send its requests [missing-permission]"]);
    let wrong = with((
        "            given Client permits append;\n            send GET",
        "            given Client permits read;\n            send GET",
    ));
    assert!(wrong[0].starts_with("this example expects `Forbidden`, but its condition"), "{wrong:?}");
    assert_eq!(wrong.len(), 1);
}
