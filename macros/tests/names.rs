//! No name that a spec declares collides with Rust or with the generated code.
//!
//! Each word is declared in each kind of declaration. The compiler of the language refuses it with a diagnostic, or rustc
//! accepts the expansion. The accepted words of a kind share a spec, so that one build checks all of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Keywords and reserved words of Rust 2024.
const KEYWORDS: &str = "
    as async await break const continue crate dyn else enum extern false fn for gen if impl in let loop match mod move mut
    pub ref return self Self static struct super trait true type unsafe use where while abstract become box do final macro
    override priv try typeof unsized virtual yield
";

/// Names of the prelude, of primitive types and of crates, and names that generated code uses.
const NAMES: &str = "
    auto default macro_rules raw safe union Option Some Ok String Display From bool str core std wire macros test
    source body inputs path value text out members payload field media every cors limits edge route endpoint
    service request outcome decision ready facts captured PATTERN ALLOW find locate respond
    caller admission grant credentials operation missing verify admit anyone unknown denied REFUSED permits
    violations detail failure failed events E S f read get decide TestFacts PLAIN EXAMPLES MALFORMED at PREFIX WIDTH MIN
     unsigned sign limit status header to_json from_json messages examples other told
";

/// A kind of declaration, as parts of a spec that stand once for each word. `$w` is the word, `$n` is its position.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    /// Items that stand once, whatever the words.
    once: &'static str,
    /// What the endpoints that stand once say about permissions.
    permission: &'static str,
    /// Maximum number of words in one spec: conditions on many inputs have too many combinations.
    most: usize,
    items: &'static str,
    limits: &'static str,
    sentinels: &'static str,
    choices: &'static str,
    states: &'static str,
    events: &'static str,
    members: &'static str,
    resources: &'static str,
    inputs: &'static str,
    at_edge: &'static str,
    refuse: &'static str,
    answer: &'static str,
    parts: &'static str,
    outcomes: &'static str,
    outer_outcomes: &'static str,
    endpoints: &'static str,
    examples: &'static str,
}

const KIND: Kind = Kind {
    name: "",
    once: "",
    permission: "",
    most: 700,
    items: "",
    limits: "",
    sentinels: "",
    choices: "",
    states: "",
    events: "",
    members: "",
    resources: "",
    inputs: "",
    at_edge: "",
    refuse: "",
    answer: "",
    parts: "",
    outcomes: "",
    outer_outcomes: "",
    endpoints: "",
    examples: "",
};

/// A resource of its own for each word.
macro_rules! resource {
    ($name:literal at $path:literal, $parameter:literal, $endpoint:literal, [$($input:literal),*], [$($line:literal),*], $found:literal) => {
        concat!(
            "resource ", $name, " at \"", $path, "\" { path ", $parameter, ": segments 1..=8;",
            "endpoint ", $endpoint, " = PUT { request { body ..= limits.common;", $($input,)* "}",
            "refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge;", $($line,)*
            "thing.gone => NotFound; } answer { thing.there => Found; } outcome Found = 200 ", $found, "} }"
        )
    };
}

/// An access of its own for each word, and a resource that needs its operation.
macro_rules! access {
    ($kind:literal, $declared:literal, $name:literal, $credentials:literal, $operation:literal) => {
        Kind {
            name: $kind,
            once: "header Realm = \"www-authenticate\": text 1..=9;
                outcome Nobody = 401 problem \"nobody\" { Realm; }
                outcome NotYou = 403 problem \"not-you\" detail;",
            permission: "public;",
            items: concat!(
                $declared,
                " access ",
                $name,
                " { credentials ",
                $credentials,
                "; operations { ",
                $operation,
                " }",
                " unknown => Nobody; denied => NotYou; }"
            ),
            resources: concat!(
                "resource Other$n at \"/o$n/{name}\" { path name: segments 1..=8; endpoint read = GET { needs ",
                $operation,
                "(name); refuse { malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; }",
                "answer { thing.there => Found; } outcome Found = 200; } }"
            ),
            ..KIND
        }
    };
}

const KINDS: &[Kind] = &[
    access!("access", "header Key$n = \"key-$n\": text 1..=9;", "$w", "Key$n", "look$n"),
    access!("operation", "header Key$n = \"key-$n\": text 1..=9;", "Member$n", "Key$n", "$w"),
    access!("credentials", "header $w = \"key-$n\": credentials \"Bearer\";", "Member$n", "$w", "look$n"),
    access!(
        "group of credentials",
        "query One$n = \"one-$n\": u53; query Two$n = \"two-$n\": text 1..=9; group $w = all_or_none { One$n, Two$n }",
        "Member$n",
        "$w",
        "look$n"
    ),
    Kind {
        name: "limit",
        limits: "$w = 4 MiB;",
        endpoints: "",
        resources: concat!(
            "resource Other$n at \"/o$n/{name}\" { path name: segments 1..=8; endpoint read = PUT { request { body ..= limits.$w; }",
            "refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; thing.gone => NotFound; }",
            "answer { thing.there => Found; } outcome Found = 200; } }"
        ),
        ..KIND
    },
    Kind {
        name: "offset",
        items: "offset $w { format = hex[16]; sentinel Start = \"-1\"; } header Plain$n = \"plain-$n\": $w; query Or$n = \"or-$n\": $w or sentinel;",
        members: "member$n: $w; maybe$n: $w?;",
        inputs: "Plain$n?; Or$n or Start;",
        refuse: "Or$n is Start => NotFound;",
        parts: "Plain$n?;",
        most: 7,
        ..KIND
    },
    Kind { name: "sentinel", sentinels: "sentinel $w = \"s$n\";", refuse: "From is $w => NotFound;", ..KIND },
    Kind {
        name: "media",
        items: "media $w = \"text/m$n\";",
        resources: resource!("Other$n" at "/o$n/{name}", "name", "read", ["Kind or $w;"], [], "{ Kind = $w; }"),
        ..KIND
    },
    Kind {
        name: "value text",
        items: "value $w = text 1..=9; header Plain$n = \"plain-$n\": $w;",
        members: "member$n: $w; maybe$n: $w?;",
        inputs: "Plain$n?;",
        parts: "Plain$n?;",
        ..KIND
    },
    Kind {
        name: "value u53",
        items: "value $w = u53 1..=9; header Plain$n = \"plain-$n\": $w;",
        members: "member$n: $w; maybe$n: $w?;",
        inputs: "Plain$n;",
        parts: "Plain$n;",
        ..KIND
    },
    Kind {
        name: "value one_of",
        items: "value $w = one_of { A = \"a\", B = \"b\" }; query Plain$n = \"plain-$n\": $w; header Chosen$n = \"chosen-$n\": $w;",
        members: "member$n: $w; maybe$n: $w?;",
        inputs: "Plain$n?;",
        refuse: "Plain$n is A => NotFound;",
        parts: "Chosen$n;",
        endpoints: "",
        most: 7,
        ..KIND
    },
    Kind {
        name: "value credentials",
        items: "value $w = credentials \"Bearer\"; header Plain$n = \"plain-$n\": $w; edge fact plain$n.bad(Plain$n);",
        inputs: "Plain$n?;",
        at_edge: "plain$n.bad => NotFound;",
        most: 7,
        ..KIND
    },
    Kind {
        name: "value listed",
        items: "value $w = listed \"a\"; header Plain$n = \"plain-$n\": $w;",
        members: "member$n: $w;",
        inputs: "Plain$n?;",
        parts: "Plain$n?;",
        ..KIND
    },
    Kind {
        name: "variant",
        choices: "$w = \"v$n\",",
        refuse: "Choice is $w => NotFound;",
        endpoints: concat!(
            "endpoint chosen$n = GET when Selected is $w { refuse { malformed => BadRequest; failure => Unavailable;",
            "thing.gone => NotFound; } answer { thing.there => Found; } outcome Found = 200 { Marked = $w; } }"
        ),
        ..KIND
    },
    Kind {
        name: "header text",
        items: "header $w = \"h-$n\": text 1..=9; edge fact h$n.bad($w);",
        inputs: "$w?;",
        at_edge: "h$n.bad => Teapot;",
        refuse: "$w => NotFound;",
        parts: "$w;",
        most: 7,
        ..KIND
    },
    Kind { name: "header required", items: "header $w = \"h-$n\": u53;", inputs: "$w;", parts: "$w?;", ..KIND },
    Kind {
        name: "header of a body",
        items: "header $w = \"h-$n\": media_type;",
        inputs: "$w unless body.empty;",
        parts: "$w = Json;",
        ..KIND
    },
    Kind {
        name: "header flag",
        items: "header $w = \"h-$n\": flag \"yes\";",
        inputs: "$w?;",
        refuse: "$w => NotFound;",
        parts: "$w?;",
        most: 7,
        ..KIND
    },
    Kind {
        name: "query",
        items: "query $w = \"q-$n\": At or sentinel;",
        inputs: "$w or Start;",
        refuse: "$w is Start => NotFound;",
        most: 7,
        ..KIND
    },
    Kind {
        name: "query that selects",
        items: "query $w = \"q-$n\": one_of { A = \"a\", B = \"b\" };",
        resources: concat!(
            "resource Other$n at \"/o$n/{name}\" { path name: segments 1..=8; endpoint read = GET when $w is A {",
            "refuse { malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; }",
            "answer { thing.there => Found; } outcome Found = 200; } endpoint plain = GET {",
            "refuse { malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; }",
            "answer { thing.there => Found; } outcome Found = 200; } }"
        ),
        ..KIND
    },
    Kind {
        name: "group",
        items: "header A$n = \"a-$n\": u53; header B$n = \"b-$n\": u53; group $w = all_or_none { A$n, B$n }",
        inputs: "$w?;",
        refuse: "$w => NotFound;",
        most: 7,
        ..KIND
    },
    Kind {
        name: "group at most one",
        items: "header A$n = \"a-$n\": u53; header B$n = \"b-$n\": u53; group $w = at_most_one { A$n, B$n }",
        inputs: "$w?;",
        ..KIND
    },
    Kind {
        name: "member of all or none",
        items: "header $w = \"a-$n\": u53; header B$n = \"b-$n\": u53; group Both$n = all_or_none { B$n, $w }",
        inputs: "Both$n?;",
        ..KIND
    },
    Kind {
        name: "member of at most one",
        items: "header $w = \"a-$n\": u53; header B$n = \"b-$n\": u53; group One$n = at_most_one { B$n, $w }",
        inputs: "One$n?;",
        ..KIND
    },
    Kind {
        name: "member of headed",
        items: "header $w = \"a-$n\": u53; header B$n = \"b-$n\": u53; group Led$n = headed { B$n, $w }",
        inputs: "Led$n?;",
        ..KIND
    },
    Kind {
        name: "head of headed",
        items: "header $w = \"a-$n\": u53; header B$n = \"b-$n\": u53; group Led$n = headed { $w, B$n }",
        inputs: "Led$n?;",
        ..KIND
    },
    Kind { name: "header of every response", items: "header $w = \"h-$n\": u53; every response { $w?; }", ..KIND },
    Kind { name: "state", items: "state $w { yes, no }", refuse: "$w.no => NotFound;", most: 7, ..KIND },
    Kind { name: "state variant", states: "$w,", refuse: "phase.$w => NotFound;", ..KIND },
    Kind {
        name: "subject",
        items: "fact $w.holds; edge fact $w.bad;",
        at_edge: "$w.bad => Teapot;",
        refuse: "$w.holds => NotFound;",
        most: 7,
        ..KIND
    },
    Kind {
        name: "predicate",
        items: "fact a.$w; edge fact b.$w(Given);",
        at_edge: "b.$w => Teapot;",
        refuse: "a.$w => NotFound;",
        most: 7,
        ..KIND
    },
    Kind {
        name: "events",
        items: "events $w { event Data = \"data\": payload; event Control = \"control\": json { at: At; } }",
        resources: resource!("Other$n" at "/o$n/{name}", "name", "read", [], [], "{ body events $w; }"),
        ..KIND
    },
    Kind { name: "event payload", events: "event $w = \"e$n\": payload;", ..KIND },
    Kind { name: "event json", events: "event $w = \"e$n\": json { at: At?; done: flag; }", ..KIND },
    Kind {
        name: "callback",
        items: "object Sent$n { first: At; } callback $w = POST { request { body json Sent$n; } response Told = 200; }",
        ..KIND
    },
    Kind {
        name: "callback response",
        items: "callback call$n = POST { request { Given; } response $w = 200 { Marked?; } }",
        ..KIND
    },
    Kind {
        name: "message",
        items: "message $w = json { first: At; example first = json { \"first\": \"0000000000000001\" }; }",
        ..KIND
    },
    Kind { name: "member", members: "$w: At;", ..KIND },
    Kind { name: "optional member", members: "$w: At?;", ..KIND },
    Kind { name: "flag member", members: "$w: flag;", ..KIND },
    Kind {
        name: "outcome of the protocol",
        items: "outcome $w = 404 problem \"p$n\";",
        states: "phase$n,",
        refuse: "phase.phase$n => $w;",
        ..KIND
    },
    Kind {
        name: "outcome of the protocol with data",
        items: "outcome $w = 404 problem \"p$n\" detail { Marked; }",
        states: "phase$n,",
        refuse: "phase.phase$n => $w;",
        ..KIND
    },
    Kind {
        name: "outcome of a resource",
        outer_outcomes: "outcome $w = 404 problem \"p$n\";",
        states: "phase$n,",
        refuse: "phase.phase$n => $w;",
        ..KIND
    },
    Kind {
        name: "outcome of an endpoint",
        outcomes: "outcome $w = 404 problem \"p$n\";",
        states: "phase$n,",
        refuse: "phase.phase$n => $w;",
        ..KIND
    },
    Kind {
        name: "outcome of an endpoint with data",
        outcomes: "outcome $w = 404 problem \"p$n\" { Marked?; }",
        states: "phase$n,",
        refuse: "phase.phase$n => $w;",
        ..KIND
    },
    Kind {
        name: "outcome with events",
        outcomes: "outcome $w = 200 { body events Feed; }",
        states: "phase$n,",
        answer: "phase.phase$n => $w;",
        ..KIND
    },
    Kind {
        name: "resource like another",
        resources: "resource $w at \"/o$n/{thing..}\" like Thing { }",
        most: 7,
        ..KIND
    },
    Kind {
        name: "replacement",
        items: "header Old$n = \"old-$n\": u53; header $w = \"new-$n\": u53;",
        resources: "resource Like$n at \"/l$n/{thing..}\" like Thing { replace Old$n with $w; }",
        inputs: "Old$n?;",
        most: 7,
        ..KIND
    },
    Kind {
        name: "common part",
        items: "common $w { refuse { malformed => BadRequest; failure => Unavailable; } }",
        resources: concat!(
            "resource Other$n at \"/o$n/{name}\" with $w { path name: segments 1..=8; endpoint read = GET {",
            "refuse { thing.gone => NotFound; } answer { thing.there => Found; } outcome Found = 200; } }"
        ),
        ..KIND
    },
    Kind {
        name: "outcome of a common part",
        items: "common Part$n { refuse { malformed => BadRequest; failure => $w; } outcome $w = 503 problem \"p$n\"; }",
        resources: concat!(
            "resource Other$n at \"/o$n/{name}\" with Part$n { path name: segments 1..=8; endpoint read = GET {",
            "refuse { thing.gone => NotFound; } answer { thing.there => Found; } outcome Found = 200; } }"
        ),
        ..KIND
    },
    Kind {
        name: "path parameter of a common part",
        items: "common Part$n { path $w: segments 1..=8; refuse { malformed => BadRequest; failure => Unavailable; } }",
        resources: concat!(
            "resource Other$n at \"/o$n/{$w}\" with Part$n { endpoint read = GET {",
            "refuse { thing.gone => NotFound; } answer { thing.there => Found; } outcome Found = 200; } }"
        ),
        ..KIND
    },
    Kind {
        name: "resource",
        resources: resource!("$w" at "/o$n/{name}", "name", "read", [], [], "{ body events Feed; }"),
        ..KIND
    },
    Kind {
        name: "resource of a path",
        items: "header To$n = \"to-$n\": path_to $w;",
        inputs: "To$n?;",
        resources: resource!("$w" at "/o$n/{name}", "name", "read", [], [], ";"),
        ..KIND
    },
    Kind {
        name: "path parameter",
        items: "header To$n = \"to-$n\": path_to Other$n;",
        inputs: "To$n?;",
        resources: resource!("Other$n" at "/o$n/{$w}", "$w", "read", ["To$n?;"], [], "{ body events Feed; }"),
        ..KIND
    },
    Kind {
        name: "first of two path parameters",
        resources: concat!(
            "resource Other$n at \"/o$n/{$w}/{rest..}\" { path $w: segments 1..=8; path rest: segments 1..=8; reserve \"no\";",
            "endpoint read = GET { request { Given?; } refuse { malformed => BadRequest; failure => Unavailable; Given => NotFound; }",
            "answer { not Given => Found; } outcome Found = 200; } }"
        ),
        ..KIND
    },
    Kind {
        name: "endpoint",
        resources: resource!("Other$n" at "/o$n/{name}", "name", "$w", [], [], "{ body events Feed; }"),
        ..KIND
    },
    Kind { name: "example", examples: "example $w { send GET \"/shown/a\" { } expect Seen; }", ..KIND },
    Kind {
        name: "parameter of an example",
        examples: "example shown$n for $w in [\"1\", \"2\"] { send GET \"/shown/a\" { Number = $w; } expect Seen; }",
        ..KIND
    },
];

impl Kind {
    /// A spec that declares each of `words`.
    fn spec(&self, words: &[(usize, &str)]) -> String {
        let each = |part: &str| {
            let filled = words.iter().map(|(index, word)| part.replace("$w", word).replace("$n", &index.to_string()));
            if part.is_empty() { String::new() } else { filled.collect::<Vec<_>>().join("\n") }
        };
        let Kind { items, limits, sentinels, choices, states, events, members, resources, .. } = *self;
        let [items, limits, sentinels, choices] = [items, limits, sentinels, choices].map(each);
        let [states, events, members, resources] = [states, events, members, resources].map(each);
        let inner = [self.inputs, self.refuse, self.answer, self.parts, self.outcomes, self.outer_outcomes];
        let [inputs, refuse, answer, parts, outcomes, outer_outcomes] = inner.map(each);
        let [endpoints, examples, at_edge] = [self.endpoints, self.examples, self.at_edge].map(each);
        // Unless a condition tests the phase, it is unused.
        let phase = if states.is_empty() { String::new() } else { format!("state phase {{ plain, {states} }}") };
        let (chosen, select) = if choices.is_empty() {
            ("", String::new())
        } else {
            let queries = "query Choice = \"choice\": Choices; query Selected = \"selected\": Choices; header Marked = \"marked\": Choices;";
            ("Choice?;", format!("value Choices = one_of {{ {choices} }}; {queries}"))
        };
        let marked = if choices.is_empty() { "header Marked = \"marked\": u53;" } else { "" };
        // In a spec with examples, each outcome needs one.
        if !examples.is_empty() {
            return shown(&examples);
        }
        let Kind { once, permission, .. } = self;
        format!(
            "protocol Minimal {{ problems = \"urn:minimal:\"; }}
            {once}
            limits {{ common = 4 MiB; {limits} }}
            state thing {{ there, gone }}
            media Json = \"application/json\";
            offset At {{ format = hex[16]; sentinel Start = \"-1\"; {sentinels} }}
            header Kind = \"kind\": media_type;
            header Given = \"given\": text 1..=9;
            query From = \"from\": At or sentinel;
            {select} {marked} {phase}
            events Feed {{ event Chunk = \"chunk\": payload; {events} event Note = \"note\": json {{ first: At; {members} }} }}
            {items}
            outcome NotFound = 404 problem \"not-found\";
            outcome BadRequest = 400 problem \"bad-request\";
            outcome Unavailable = 503 problem \"unavailable\";
            outcome TooLarge = 413 problem \"too-large\";
            outcome Teapot = 418 problem \"teapot\";
            unrouted {{ path => NotFound; method => NotFound; reserved => NotFound; }}
            resource Thing at \"/things/{{thing..}}\" {{
                path thing: segments 1..=64;
                reserve \"reserved\";
                {outer_outcomes}
                endpoint put_thing = PUT {{
                    {permission}
                    request {{ {chosen} From or Start; Given?; Kind unless body.empty; {inputs} body ..= limits.common; }}
                    refuse {{
                        malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge;
                        {at_edge} {refuse} From is Start and Given => Teapot; thing.gone => NotFound;
                    }}
                    answer {{ {answer} thing.there => Found; }}
                    outcome Found = 200 {{ Kind = Json; Marked?; {parts} body events Feed; }}
                    {outcomes}
                }}
                endpoint get_thing = GET {{
                    {permission}
                    refuse {{ malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; }}
                    answer {{ thing.there => Seen; }}
                    outcome Seen = 200 {{ Kind; body bytes; }}
                }}
                {endpoints}
            }}
            {resources}"
        )
    }
}

/// A spec in which every outcome has an example.
fn shown(examples: &str) -> String {
    format!(
        "protocol Minimal {{ problems = \"urn:minimal:\"; }}
        query Number = \"number\": u53;
        fact thing.gone;
        outcome NotFound = 404 problem \"not-found\";
        outcome BadRequest = 400 problem \"bad-request\";
        outcome Unavailable = 503 problem \"unavailable\";
        unrouted {{
            path => NotFound; method => NotFound;
            example plain_nowhere {{ send GET \"/nowhere\"; expect NotFound; }}
        }}
        resource Shown at \"/shown/{{thing}}\" {{
            path thing: segments 1..=64;
            endpoint get_thing = GET {{
                request {{ Number?; }}
                refuse {{ malformed => BadRequest; failure => Unavailable; thing.gone => NotFound; }}
                answer {{ not thing.gone => Seen; }}
                outcome Seen = 200;
                example plain_seen {{ send GET \"/shown/a\"; expect Seen; }}
                example plain_bad {{ send GET \"/shown/a\" {{ Number = \"x\"; }} expect BadRequest; }}
                example plain_down {{ given failure; send GET \"/shown/a\"; expect Unavailable; }}
                {examples}
            }}
        }}"
    )
}

/// The faults of a spec: codes and texts.
fn faults(spec: &str) -> Vec<(&'static str, String)> {
    let (_, diagnostics) = dsl::read(spec.parse().expect("tokens of Rust"));
    diagnostics.as_slice().iter().map(|fault| (fault.code.name(), fault.text())).collect()
}

/// The codes of faults that concern a name.
const NAME_CODES: [&str; 4] = ["duplicate-name", "name-case", "path-pattern", "reserved-name"];

/// The words that this kind accepts. Any other is refused for its name, and the message quotes it.
fn accepted<'a>(kind: &Kind, words: &[(usize, &'a str)]) -> Vec<(usize, &'a str)> {
    let faults = faults(&kind.spec(words));
    let of_names = || faults.iter().filter(|(code, _)| NAME_CODES.contains(code));
    let fault = |word: &str| of_names().find(|(_, text)| text.contains(&format!("`{word}`")));
    let (refused, others): (Vec<_>, Vec<_>) = words.iter().partition(|(_, word)| fault(word).is_some());
    assert!(faults.is_empty() || !refused.is_empty(), "{}: {faults:#?}", kind.name);
    if faults.is_empty() {
        return others;
    }
    let again = refused.into_iter().flat_map(|own: (usize, &str)| match fault(own.1) {
        // Two of the words have the same Rust name.
        Some(("duplicate-name", _)) if words.len() > 1 => accepted(kind, &[own]),
        _ => Vec::new(),
    });
    let again: Vec<_> = again.collect();
    [if others.is_empty() { others } else { accepted(kind, &others) }, again].concat()
}

/// Specs that together declare each of `words`.
fn specs(kind: &Kind, words: &[(usize, &str)]) -> Vec<String> {
    let spec = kind.spec(words);
    if words.len() < 2 || (words.len() <= kind.most && faults(&spec).is_empty()) {
        return vec![spec];
    }
    let (first, second) = words.split_at(words.len() / 2);
    [specs(kind, first), specs(kind, second)].concat()
}

/// All words. Names start with a capital, or they don't.
fn words(capital: bool) -> Vec<(usize, &'static str)> {
    let names = NAMES.split_whitespace().map(|word| {
        let (first, rest) = word.split_at(1);
        let first = if capital { first.to_uppercase() } else { first.to_lowercase() };
        &*String::leak(first + rest)
    });
    KEYWORDS.split_whitespace().chain(names).collect::<BTreeSet<_>>().into_iter().enumerate().collect()
}

#[test]
fn names_are_refused_or_compile() {
    let mut modules = String::from("//! Generated by macros/tests/names.rs.\n#![allow(warnings)]\n");
    for kind in KINDS {
        // The template is sound with a word that nothing else uses.
        let is_sound = |word| faults(&kind.spec(&[(0, word)])).is_empty();
        let (lower, upper) = (is_sound("ordinary"), is_sound("Ordinary"));
        assert!(lower || upper, "{}: {:#?}", kind.name, faults(&kind.spec(&[(0, "ordinary")])));
        // Members of JSON are named as on the wire, in either case.
        if lower != upper {
            let other: Vec<_> = words(lower).chunks(kind.most).flat_map(|words| accepted(kind, words)).collect();
            assert_eq!(other, [], "{}", kind.name);
        }
        let words: Vec<_> = words(upper).chunks(kind.most).flat_map(|words| accepted(kind, words)).collect();
        for (index, spec) in specs(kind, &words).iter().enumerate() {
            let module = format!("{}_{index}", kind.name.replace(' ', "_"));
            let _ = writeln!(modules, "mod {module} {{ macros::protocol! {{\n{spec}\n}} }}");
        }
    }
    check(&modules);
}

/// Checks the types of a library, with the tests in it.
fn check(source: &str) {
    let macros = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = macros.join("../target/names");
    fs::create_dir_all(root.join("src")).expect("a folder");
    let manifest = format!(
        "[package]\nname = \"names\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nmacros.path = {macros:?}\nwire.path = {:?}\n\n[profile.dev]\ndebug = false\nbuild-override.opt-level = 1\n",
        macros.join("wire")
    );
    fs::write(root.join("Cargo.toml"), manifest).expect("a manifest");
    fs::copy(macros.join("../Cargo.lock"), root.join("Cargo.lock")).expect("the versions of the workspace");
    fs::write(root.join("src/lib.rs"), source).expect("a library");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["check", "--offline", "--quiet", "--lib", "--profile", "test"])
        .current_dir(&root)
        .env("CARGO_TERM_COLOR", "never");
    let output = cargo.env("CARGO_TARGET_DIR", root.join("target")).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
