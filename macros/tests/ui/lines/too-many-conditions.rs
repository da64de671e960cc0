macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    fact many.a; fact many.b; fact many.c; fact many.d; fact many.e; fact many.f; fact many.g;
    //= state many { none, few, all }
    fact many.h; fact many.i; fact many.j; fact many.k; fact many.l; fact many.m; fact many.n;
    //-
    fact many.o; fact many.p; fact many.q; fact many.r; fact many.s; fact many.t;
    //-

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
                many.a or many.b or many.c or many.d or many.e or many.f or many.g => NotFound;
                //= many.few or many.all => NotFound;
                many.h or many.i or many.j or many.k or many.l or many.m or many.n => NotFound;
                //-
                many.o or many.p or many.q or many.r or many.s or many.t => NotFound;
                //-
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200;
        }
    }
}

fn main() {}
