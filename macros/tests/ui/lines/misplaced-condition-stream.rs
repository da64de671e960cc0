macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    limits { most = 4 KiB; }
    outcome TooLarge = 413 problem "too-large";

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = POST {
            request { body stream ..= limits.most; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                body.too_large => TooLarge;
                body.empty => NotFound;
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200;
        }
    }
}

fn main() {}
