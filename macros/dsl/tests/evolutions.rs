//! What a next version of the real spec would declare compiles, and what its author forgets is told.

mod faults;

use faults::texts;
use std::path::Path;

/// The tokens of the real spec with further items.
fn with(items: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/durable_streams.rs");
    let source = std::fs::read_to_string(path).expect("the spec is there");
    let spec = dsl::tokens(&source).expect("the spec calls `protocol!` once");
    format!("{spec}\n{items}")
}

/// The first line and the code of each fault.
fn told(items: &str) -> Vec<String> {
    let head = |text: String| {
        let mut lines = text.lines();
        format!("{} {}", lines.next().unwrap_or_default(), lines.next_back().unwrap_or_default())
    };
    texts(&with(items)).into_iter().map(head).collect()
}

/// The expansion without white space.
fn expanded(items: &str) -> String {
    let program = dsl::compile(with(items).parse().expect("tokens"));
    let program = prettyplease::unparse(&syn::parse2(program).expect("the expansion is Rust"));
    program.split_whitespace().collect()
}

const LISTING: &str = include_str!("evolutions/listing.txt");
const SUBSCRIPTION: &str = include_str!("evolutions/subscription.txt");

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
fn a_subscription_is_declared_by_a_typed_union() {
    assert_eq!(told(SUBSCRIPTION), [""; 0]);
    let program = expanded(SUBSCRIPTION);
    assert!(program.contains("pubenumNewSubscriptionByType{///`webhook`.Webhook{///`webhook`.webhook:Webhook,},"));
    assert!(program.contains("///Thebody.pubbody:super::super::NewSubscription,"));
    // Each variant needs its members, and each is shown by a malformed request.
    assert!(program.contains(".about(\"body\").at(\"/webhook\")"));

    let forgotten = SUBSCRIPTION.replace("\"webhook\": { \"url\": \"https://app.example/wake\" },\n                    };\n                }\n                expect Subscribed", "};\n                }\n                expect Subscribed");
    assert_eq!(
        told(&forgotten),
        ["this request is malformed: `/webhook` of the body must be present [example-contradicts]"]
    );
    let misspelled = SUBSCRIPTION.replace("when type is PullWake", "when type is Pull");
    assert_eq!(told(&misspelled), ["no variant of `type` is named `Pull` [unknown-variant]"]);
    let outside = SUBSCRIPTION.replace("LeaseTtl or 30000", "LeaseTtl or 30");
    assert_eq!(told(&outside), ["this is not a value of `LeaseTtl` [bad-member]"]);
}
