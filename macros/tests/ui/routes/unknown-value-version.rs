macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    header Token = "x-token": text 1..=9;
    header Mark = "x-mark": text 1..=9;
    header Next = "x-next": path_to ThingV2;

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = GET {
            request { Token?; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200 { Next?; }
        }
    }

    resource ThingV2 at "/v2/things/{name}" like Thing {
        replace Token with Mark;
    }
}

fn main() {}
