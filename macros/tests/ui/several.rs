macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    header Token = "X-Token": text 9..=1;
    header Other = x_other: text 1..=9;
    query Order = "order": one_of { Up = "up", Down = "up" };
    value Size = u64;

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = GET {
            request { Token?; Other?; Oder?; Size?; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                thing.gne => NotFound;
                Token and Order is Up => NotFond;
            }
            answer { thing.there => Found; }
            outcome Found = 200;
            outcome Lost = 99;
        }
    }
}

// What is declared is there for the program, whatever is wrong with it.
fn decide(request: &thing::read::Request, facts: &impl thing::read::Facts) -> thing::read::Decision {
    thing::read::decide(request, facts)
}

fn main() {}
