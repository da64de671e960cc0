macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    query Order = "order": one_of { Up = "up", Down = "down" };
    query Side = "side": one_of { Left = "left" };

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

        endpoint look = GET when Order is Up {
            refuse { malformed => BadRequest; failure => Unavailable; }
            answer { thing.there or thing.gone => Looked; }
            outcome Looked = 200;
        }

        endpoint see = GET when Side is Left {
            refuse { malformed => BadRequest; failure => Unavailable; }
            answer { thing.there or thing.gone => Seen; }
            outcome Seen = 200;
        }
    }
}

fn main() {}
