macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    header WwwAuthenticate = "www-authenticate": text 1..=32;
    edge fact caller.unknown;

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    outcome Unauthorized = 401 problem "unauthorized";
    //= outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate = "Bearer"; }

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = GET {
            refuse {
                caller.unknown => Unauthorized;
                malformed => BadRequest;
                failure => Unavailable;
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200 { WwwAuthenticate = "Bearer"; }
        }
    }
}

fn main() {}
