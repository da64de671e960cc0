macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    value Code = one_of { Bad = "BAD", Gone = "GONE" };
    value Sentence = unicode 0..=400;
    value Count = u53;

    state thing { there, gone }

    object Failed { error: Failure; }
    object Failure { code: Code; message: Sentence; count: Count?; }
    errors Failed { code = error.code; message = error.count; }
    //= errors Failed { code = error.code; message = error.message; }

    outcome NotFound = 404 problem "not-found";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;
        errors Failed;
        other methods => NoMethod;

        outcome NoMethod = 405 error Bad;
        outcome BadRequest = 400 error Bad;
        outcome Unavailable = 503 error Bad;
        outcome Gone = 404 error Gone(count);

        endpoint read = GET {
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                thing.gone => Gone;
            }
            answer { thing.there => Found; }
            outcome Found = 200;
        }
    }
}

fn main() {}
