macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    limits { length = 4 MiB; most = 4294967296; }

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = GET {
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200;
        }

        endpoint write = PUT {
            request { body ..= limits.length; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                body.too_large => NotFound;
            }
            answer { thing.there or thing.gone => Written; }
            outcome Written = 204;
        }
    }
}

fn main() {}
