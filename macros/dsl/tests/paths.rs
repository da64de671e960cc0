//! Paths in examples, and the resources whose paths can be named.

mod faults;

use faults::{SOUND, after};

#[test]
fn an_example_writes_its_query_in_braces() {
    let spec = SOUND
        .replacen("resource", "query PageSize = \"limit\": u53; query After = \"after\": text 1..=9; resource", 1)
        .replacen("refuse {", "request { PageSize?; After?; } refuse {", 1);
    let found = |path: &str| {
        let example = format!("outcome Found = 200; example found {{ send GET \"{path}\"; expect Found; }}");
        let found = after(&spec, "outcome Found = 200;", &example);
        found.into_iter().filter(|text| !text.contains("outcome-without-example")).collect::<Vec<_>>()
    };
    let help = |path: &str| {
        let example = format!("outcome Found = 200; example found {{ send GET \"{path}\"; expect Found; }}");
        let texts = faults::texts(&spec.replacen("outcome Found = 200;", &example, 1));
        let text = texts.into_iter().find(|text| text.contains("[wire-text]")).expect("a fault");
        text.lines().find_map(|line| line.strip_prefix("help: ")).unwrap_or_default().to_owned()
    };
    assert_eq!(found("/a"), [""; 0]);
    assert_eq!(found("/a?limit=3"), ["this path has a query [wire-text]"]);
    assert_eq!(help("/a?limit=3"), "write `GET \"/a\" { PageSize = \"3\"; }`");
    assert_eq!(help("/a?limit=3&after=b%20c"), "write `GET \"/a\" { PageSize = \"3\"; After = \"b c\"; }`");
    assert_eq!(help("/a?sort-by=x&"), "write `GET \"/a\" { SortBy = \"x\"; }`");
    assert_eq!(help("/a?"), "write `GET \"/a\";`");
    assert_eq!(found("/a#b"), ["this path has a fragment [wire-text]"]);
    assert_eq!(found("/a%3Fb%23"), [""; 0]);
}

#[test]
fn resources_with_a_path_of_their_own_are_named() {
    let spec = SOUND
        .replacen(
            "resource",
            "header Next = \"x-next\": GRAMMAR; header Token = \"x-token\": text 1..=9; header Mark = \"x-mark\": text 1..=9;
             header Sign = \"x-sign\": text 1..=9;
             resource Things at \"/\" {
                 endpoint list = GET {
                     refuse { malformed => BadRequest; failure => Unavailable; }
                     answer { always => Listed; }
                     outcome Listed = 200;
                 }
             }
             resource Part at \"/{name}/{part}\" {
                 path name: segments 1..=64;
                 path part: segments 1..=64;
                 endpoint take = GET {
                     refuse { malformed => BadRequest; failure => Unavailable; }
                     answer { always => Taken; }
                     outcome Taken = 200;
                 }
             }
             resource",
            1,
        )
        .replacen("refuse {\n", "request { Token?; } refuse {\n", 1)
        .replacen("outcome Found = 200;", "outcome Found = 200 { Next?; }", 1);
    let spec = format!(
        "{spec} resource Thing2 at \"/v2/{{name}}\" like Thing {{ replace Token with Mark; }}
         resource Thing3 at \"/v3/{{name}}\" like Thing2 {{ replace Mark with Sign; }}"
    );
    let help = |grammar: &str| {
        let texts = faults::texts(&spec.replacen("GRAMMAR", grammar, 1));
        let help = |text: &String| text.lines().find_map(|line| line.strip_prefix("help: ")).map(str::to_owned);
        texts.iter().map(|text| help(text).unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(help("path_to Thing"), [""; 0]);
    assert_eq!(help("path_to Things"), [""; 0]);
    assert_eq!(help("path_to Thing2"), ["did you mean `path_to Thing`?"]);
    assert_eq!(help("path_to Thing3"), ["did you mean `path_to Thing`?"]);
    assert_eq!(help("path_of Thing3"), ["did you mean `path_of Thing`?"]);
    assert_eq!(help("path_to Zebra"), ["declare it, or use one of: Things, Part, Thing"]);
    assert_eq!(help("path_of Zebra"), ["declare it, or use one of: Thing"]);
    assert_eq!(help("path_of Things"), ["use `path_of Thing`, `path_to Things` or `text 1..=1024`"]);
    assert_eq!(help("path_of Part"), ["use `path_of Thing`, `path_to Part` or `text 1..=1024`"]);
}
