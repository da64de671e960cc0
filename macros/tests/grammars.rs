//! Each grammar stands in each place of a request, and the generated code compiles.

#![allow(missing_docs, dead_code)]

/// Declares a protocol for each grammar, in which the grammar stands in all places that headers or query parameters can have.
macro_rules! inputs {
    ($place:ident { $($name:ident: [$($grammar:tt)+],)+ }) => {
        $(pub mod $name {
            macros::protocol! {
                protocol Grammars { problems = "urn:grammars:"; }

                fact thing.gone;
                offset Mark { format = hex[16]; sentinel Start = "-1"; }
                value Word = text 1..=9;
                query From = "from": Mark;
                query Words = "word": list ..= 2 of Word;
                $place Spare = "spare": $($grammar)+;
                $place Needed = "needed": $($grammar)+;
                $place Lenient = "lenient": $($grammar)+;
                $place First = "first": $($grammar)+;
                $place FirstOther = "first-other": u53;
                group AllOrNone = all_or_none { First, FirstOther }
                $place Second = "second": $($grammar)+;
                $place SecondOther = "second-other": u53;
                group AtMostOne = at_most_one { Second, SecondOther }
                $place Third = "third": $($grammar)+;
                $place ThirdOther = "third-other": u53;
                group ExactlyOne = exactly_one { Third, ThirdOther }
                $place Fourth = "fourth": $($grammar)+;
                $place FourthOther = "fourth-other": u53;
                group Headed = headed { Fourth, FourthOther }

                outcome NotFound = 404 problem "not-found";
                outcome BadRequest = 400 problem "bad-request";
                outcome Unavailable = 503 problem "unavailable";

                unrouted { path => NotFound; method => NotFound; }

                resource Thing at "/things/{name}" {
                    path name: segments 1..=64;

                    refuse {
                        malformed => BadRequest;
                        failure => Unavailable;
                        thing.gone => NotFound;
                    }

                    endpoint read = GET {
                        request {
                            From?;
                            Words?;
                            Spare?;
                            Needed;
                            Lenient unless malformed;
                            AllOrNone?;
                            AtMostOne?;
                            ExactlyOne;
                            Headed?;
                        }
                        answer { not thing.gone => Found; }
                        outcome Found = 200;
                    }
                }
            }
        })+
    };
}

mod headers {
    inputs! {
        header {
            texts: [text 1..=9],
            numbers: [u53],
            choices: [one_of { A = "a", B = "b" }],
            patterns: [pattern "[a-z]+-[0-9]{4}"],
            media: [media_type],
            times: [timestamp],
            tag: [entity_tag],
            tags: [entity_tags],
            lists: [list],
            words: [list ..= 2 of Word],
            secrets: [credentials "Bearer"],
            listed: [listed "a"],
            offsets: [Mark],
            sentinels: [Mark or sentinel],
            paths: [path_to Thing],
            parts: [path_of Thing],
            ranges: [byte_range],
            content: [content_range],
            pairs: [pairs 1..=64],
            values: [Word],
        }
    }
}

mod queries {
    inputs! {
        query {
            texts: [text 1..=9],
            unicodes: [unicode 1..=9],
            numbers: [u53 1..=9],
            choices: [one_of { A = "a", B = "b" }],
            patterns: [pattern "[a-z]+-[0-9]{4}"],
            media: [media_type],
            times: [timestamp],
            words: [list ..= 2 of Word],
            offsets: [Mark],
            sentinels: [Mark or sentinel],
            paths: [path_to Thing],
            parts: [path_of Thing],
            values: [Word],
        }
    }
}

/// Declares a protocol for each grammar, in which the grammar stands in all places of a path and of JSON.
macro_rules! values {
    ($($name:ident: [$($grammar:tt)+],)+) => {
        $(pub mod $name {
            macros::protocol! {
                protocol Grammars { problems = "urn:grammars:"; }

                limits { body = 1 KiB; }
                value Own = $($grammar)+;
                object Whole {
                    needed: Own;
                    spare: Own?;
                    empty: Own or null;
                    several: [Own] 0..=3?;
                    named: map Own 0..=3?;
                    first: Own?;
                    second: Own?;
                    at_least_one { first, second }
                }

                outcome NotFound = 404 problem "not-found";
                outcome BadRequest = 400 problem "bad-request";
                outcome TooLarge = 413 problem "too-large";
                outcome Unavailable = 503 problem "unavailable";

                unrouted { path => NotFound; method => NotFound; }

                resource Thing at "/things/{code}/{name}" {
                    path code: pattern "[a-z]{2}";
                    path name: segments 1..=64;

                    refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; }

                    endpoint write = POST {
                        request { body json Whole ..= limits.body; }
                        answer { always => Found; }
                        outcome Found = 200 { body json Whole; }
                    }
                }
            }
        })+
    };
}

mod json {
    values! {
        texts: [text 1..=9],
        unicodes: [unicode 1..=9],
        numbers: [u53 1..=9],
        choices: [one_of { A = "a", B = "b" }],
        patterns: [pattern "[a-z]+-[0-9]{4}"],
    }
}

#[test]
fn secrets_are_not_shown() {
    use headers::secrets::{AtMostOne, Second};
    let secret = AtMostOne::Second(Second::read("Bearer abc").expect("credentials"));
    assert_eq!(format!("{secret:?}"), "Second((secret))");
}
