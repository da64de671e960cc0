//! An endpoint that reads `accept { … }` has a body for each media type in it.

mod faults;

use faults::{SOUND, texts};

fn faults(answer: &str, outcomes: &str) -> Vec<String> {
    let spec = SOUND
        .replacen(
            "resource",
            "media Json = \"application/json\"; media Lines = \"application/x-ndjson\"; media Page = \"text/html\";
             header Accept = \"accept\": accept { Json, Lines, Page }; header ContentType = \"content-type\": media_type;
             object Shown { name: Name; } value Name = text 1..=9;
             object Kept { shown: Shown; } header Other = \"x-other\": text 1..=9;
             resource",
            1,
        )
        .replacen("refuse {", "request { Accept or Json; Other?; } refuse {", 1)
        .replacen("thing.there => Found;", answer, 1)
        .replacen("outcome Found = 200;", outcomes, 1);
    let found = texts(&spec).into_iter().filter(|text| !text.contains("[unused]"));
    found.map(|text| text.lines().next().unwrap_or_default().to_owned()).collect()
}

fn lacking(media: &str) -> String {
    format!("`read` has no body for requests that prefer `{media}`")
}

#[test]
fn each_media_type_has_a_body() {
    let all = "Accept is Lines => Rows; Accept is Page => Html; always => Found;";
    let bodies = "outcome Found = 200 { body json Shown; } outcome Rows = 200 { ContentType = Lines; body bytes; }
                  outcome Html = 200 { ContentType = Page; body bytes; }";
    assert_eq!(faults(all, bodies), [""; 0]);
    assert_eq!(faults("always => Found;", "outcome Found = 200 { ContentType = Accept; body bytes; }"), [""; 0]);
    // The handler sets the media type.
    assert_eq!(faults("always => Found;", "outcome Found = 200 { ContentType; body bytes; }"), [""; 0]);
    // There is nothing to represent.
    assert_eq!(faults("always => Found;", "outcome Found = 204;"), [""; 0]);
    // A refusal can be the answer to those who prefer a media type.
    let refused = "not Accept is Json => Refused; always => Found;";
    let bodies = "outcome Refused = 200; outcome Found = 200 { body json Shown; }";
    assert_eq!(faults(refused, bodies), [""; 0]);
}

#[test]
fn a_media_type_without_a_body_is_named() {
    let json = "outcome Found = 200 { body json Shown; }";
    assert_eq!(faults("always => Found;", json), [lacking("Lines"), lacking("Page")]);
    let fixed = "outcome Found = 200 { ContentType = Page; body bytes; }";
    assert_eq!(faults("always => Found;", fixed), [lacking("Json"), lacking("Lines")]);
    // A JSON object is not HTML, whatever the header says.
    let chosen = "outcome Found = 200 { ContentType = Accept; body json Shown; }";
    assert_eq!(faults("always => Found;", chosen), [lacking("Page")]);
    // The line for the media type sends another one, or comes too late.
    let swapped = "Accept is Lines => Html; Accept is Page => Html; always => Found;";
    let bodies = "outcome Html = 200 { ContentType = Page; body bytes; } outcome Found = 200 { body json Shown; }";
    assert_eq!(faults(swapped, bodies), [lacking("Lines")]);
}
