macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    limits { body = 4 KiB; }

    value Kind = one_of { Call = "call", Silent = "silent" };
    value Count = u53 1..=9;
    value Label = text 1..=9;

    state thing { there, gone }

    object New {
        kind: Kind;
        count: Count;
        label: Label?;
    }
    object Shown {
        kind: Kind;
        count: Count;
        label: Label?;
    }

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome TooLarge = 413 problem "too-large";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint write = PUT {
            request { body json New ..= limits.body; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                body.too_large => TooLarge;
                thing.gone => NotFound;
            }
            answer { thing.there => Written; }
            outcome Written = 200 { body json Shown; }

            example written {
                given thing.there;
                send PUT "/things/a" { body = json { "kind": call, "count": 1 }; }
                expect Written { body = json { "kind": "call", "count": _ }; }
            }
            example gone {
                given thing.gone;
                send PUT "/things/a" { body = json { "kind": "call", "count": 1 }; }
                expect NotFound;
            }
            example bad { send PUT "/things/a" { body = "[]"; } expect BadRequest; }
            example long { given limits.body = 1 B; send PUT "/things/a" { body = "[]"; } expect TooLarge; }
            example failed {
                given failure and thing.there;
                send PUT "/things/a" { body = json { "kind": "call", "count": 1 }; }
                expect Unavailable;
            }
        }
    }
}

fn main() {}
