macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    media Json = "application/json";
    media Text = "text/plain";
    header Kind = "content-type": media_type;
    header Accept = "accept": accept { Json, Text };

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
            outcome Found = 200 { Kind = Accept; }

            example gone {
                given thing.gone;
                send GET "/things/a";
                expect NotFound;
            }
            example not_acceptable {
                send GET "/things/a" { Accept = "image/png"; }
                expect BadRequest;
            }
            example failed {
                given failure;
                send GET "/things/a";
                expect Unavailable;
            }
            example plain {
                given thing.there;
                send GET "/things/a" { Accept = "text/*"; }
                expect Found { Kind = "application/json"; }
            }
        }
    }
}

fn main() {}
