macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    limits { body = 9 B; }

    state thing { there, gone }
    header Token = "x-token": text 1..=9;
    header Size = "x-size": u53;
    header Kept = "x-kept": flag "true";
    query Order = "order": one_of { Up = "up", Down = "down" };

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome TooLarge = 413 problem "too-large";
    outcome Unavailable = 503 problem "unavailable";

    unrouted {
        path => NotFound;
        method => NotFound;
    }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint write = PUT {
            request { Token?; Order?; body ..= limits.body; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                body.too_large => TooLarge;
                thing.gone => NotFound;
            }
            answer { Token => Marked; thing.there => Found; }
            outcome Found = 200 { Size; Kept?; }
            outcome Marked = 204 { Kept; }

            example found {
                given thing.there { PUT "/things/a"; }
                send PUT "/things/a";
                expect Found { Size; }
            }
            example not_found {
                given thing.gone;
                send PUT "/things/a";
                expect NotFound;
            }
            example bad_request {
                send PUT "/things/a?order=left";
                expect BadRequest;
            }
            example too_large {
                given limits.body = 1 B;
                send PUT "/things/a" { body = "12"; }
                expect TooLarge;
            }
            example unavailable {
                given failure;
                send PUT "/things/a";
                expect Unavailable;
            }
            example marked {
                send PUT "/things/a" { Token = "a"; }
                expect Marked;
            }
        }
    }
}

fn main() {}
