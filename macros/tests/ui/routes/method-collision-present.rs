macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    query Order = "order": one_of { Up = "up", Down = "down" };

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

        endpoint all = GET when Order {
            refuse { malformed => BadRequest; failure => Unavailable; }
            answer { always => Listed; }
            outcome Listed = 200;
        }

        endpoint sorted = GET when Order is Up {
            refuse { malformed => BadRequest; failure => Unavailable; }
            answer { always => Sorted; }
            outcome Sorted = 200;
        }
    }
}

fn main() {}
