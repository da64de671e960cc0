macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    common Basics {
        path name: segments 1..=64;
        path part: segments 1..=64;
        refuse {
            malformed => BadRequest;
            failure => Unavailable;
        }
    }

    resource Thing at "/things/{name}" with Basics {
        endpoint read = GET {
            refuse { thing.gone => NotFound; }
            answer { thing.there => Found; }
            outcome Found = 200;
        }
    }
}

fn main() {}
