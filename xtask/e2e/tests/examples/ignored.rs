//! The examples that no request over HTTP shows. The tests of `runtime` run them.

use std::collections::BTreeMap;

use libtest_mimic::Failed;
use wire::Example;

/// Why examples are ignored, and the number of examples for each reason.
const COUNTS: [(&str, usize); 11] = [
    // Faults of storage, or of clients that stop to send.
    ("failure", 6),
    ("server.failing", 1),
    ("body.stalled", 2),
    ("page.damaged", 2),
    ("Holder unverified", 10),
    // These take an alarm, or no alarm, or the cron trigger.
    ("position.trimmed", 3),
    ("fork.trimmed", 3),
    ("segments.unchecked", 2),
    ("data.excessive", 1),
    ("usage.unknown", 2),
    // A token is for one subscription, and none has this id.
    ("malformed id", 3),
];

/// Conditions whose negations take the same.
const TWO_SIDED: [&str; 4] = ["page.damaged", "position.trimmed", "fork.trimmed", "usage.unknown"];

/// Why the example is ignored, if it is.
pub fn reason(example: &Example) -> Option<&'static str> {
    let applies = |reason: &str| {
        let is_given = example.given.contains(&reason);
        let is_mentioned = TWO_SIDED.contains(&reason) && example.mentions(reason);
        is_given || is_mentioned || reason == "malformed id" && is_of_no_holder(example)
    };
    COUNTS.iter().map(|(reason, _)| *reason).find(|reason| applies(reason))
}

/// Whether the example assumes a token for a malformed id.
fn is_of_no_holder(example: &Example) -> bool {
    ["acknowledge", "call_back", "release"].contains(&example.endpoint) && example.name.starts_with("malformed id")
}

/// Checks that no other example is ignored, and that none of these has been forgotten.
pub fn counted(examples: impl Iterator<Item = &'static Example>) -> Result<(), Failed> {
    let mut counts = BTreeMap::from(COUNTS.map(|(reason, _)| (reason, 0)));
    for reason in examples.filter_map(reason) {
        *counts.entry(reason).or_default() += 1;
    }
    let expected = BTreeMap::from(COUNTS);
    if counts == expected { Ok(()) } else { Err(format!("these are ignored: {counts:?}, and not {expected:?}").into()) }
}
