macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    header Part = "content-range": content_range;
    header Tag = "etag": entity_tag;

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
            }
            answer { thing.gone => Partial; thing.there => Found; }
            outcome Partial = 206 { Part; body bytes; }
            outcome Found = 200 { Tag; body bytes; }
        }
    }
}

fn main() {}
