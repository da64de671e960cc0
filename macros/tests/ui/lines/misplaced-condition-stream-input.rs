macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    limits { most = 4 KiB; }
    outcome TooLarge = 413 problem "too-large";
    header Kind = "content-type": media_type;

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = POST {
            request { Kind unless body.empty; body stream ..= limits.most; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                body.too_large => TooLarge;
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200;
        }
    }
}

fn main() {}
