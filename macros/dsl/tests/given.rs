//! What an example gives is about what its endpoint tests.

mod faults;

use faults::{SOUND, after};

/// A spec with an endpoint that tests no state, and an example of it.
fn faults(example: &str) -> Vec<String> {
    let list = format!(
        "resource Things at \"/\" {{ endpoint list = GET {{
            refuse {{ malformed => BadRequest; failure => Unavailable; list.long => Refused; }}
            answer {{ always => Listed; }}
            outcome Listed = 200 {{ body bytes; }}
            outcome Refused = 409 problem \"long\";
            example listed {{ {example} send GET \"/\"; expect Listed; }}
        }} }}"
    );
    let spec = SOUND.replacen("resource", &format!("fact list.long; fact thing.old; {list} resource"), 1);
    let spec = spec.replacen("thing.gone => NotFound;", "thing.gone or thing.old => NotFound;", 1);
    let found = faults::texts(&spec).into_iter().filter(|text| !text.contains("[outcome-without-example]"));
    found.map(|text| text.lines().next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_a_line_tests_can_be_given() {
    for example in ["", "given list.long and failure;", "given not list.long;"] {
        let found = faults(example);
        assert!(found.iter().all(|text| text.starts_with("this example expects")), "{example}: {found:?}");
    }
}

#[test]
fn what_no_line_tests_is_unused() {
    for (example, name) in [
        ("given thing.there;", "thing.there"),
        ("given not thing.there;", "thing.there"),
        ("given not list.long and thing.old;", "thing.old"),
        ("given body.stalled;", "body.stalled"),
        // Requests can't make a fact true, which the handler decides for each request.
        ("given thing.old { GET \"/a\"; }", "thing.old"),
    ] {
        assert_eq!(faults(example), [format!("no line of `list` tests `{name}`")], "{example}");
    }
}

/// The content of a response can depend on a state, although no line does.
#[test]
fn requests_can_make_an_untested_state_true() {
    assert_eq!(faults("given thing.there { GET \"/a\"; }"), [""; 0]);
}

#[test]
fn nothing_is_tested_where_no_endpoint_is_reached() {
    let example = "example lost { given failure; send GET \"/a/b\"; expect NotFound; }";
    let unrouted = format!("unrouted {{ {example}");
    let found = after(SOUND, "unrouted {", &unrouted);
    assert!(found.contains(&"no line of `unrouted` tests `failure` [unused]".to_owned()), "{found:?}");
}
