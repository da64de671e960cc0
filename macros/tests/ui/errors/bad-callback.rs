macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    value Sentence = unicode 0..=400;

    state thing { there, gone }
    header Signature = "x-signature": text 1..=64;

    object Notice { text: Sentence; }

    callback tell = POST {
        request { Signature signs body; body json Notice; }
        response Told = 200..=299;
        response Later = 202;
        //-
    }

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
    }
}

fn main() {}
