macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    media Json = "application/json";
    media Lines = "application/x-ndjson";
    header Accept = "accept": accept { Json, Lines };
    header ContentType = "content-type": media_type;
    object Shown { name: Name; }
    value Name = text 1..=9;

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = GET {
            request { Accept or Json; }
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200 { ContentType = Json; body json Shown; }
        }
    }
}

fn main() {}
