macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    header Token = "x-token": text 1..=9;
    header Realm = "www-authenticate": text 1..=9;

    access Member {
        credentials Token;
        operations { read }
        unknown => Unauthorized;
        denied => Forbidden;
    }

    outcome Unauthorized = 401 problem "unauthorized" { Realm = "Token"; }
    outcome Forbidden = 403 problem "forbidden" detail;
    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        endpoint read = GET {
            needs read(name);
            denied when thing.gone => Hidden;
            refuse {
                malformed => BadRequest;
                failure => Unavailable;
                thing.gone => NotFound;
            }
            answer { thing.there => Found; }
            outcome Found = 200;
            outcome Hidden = 404 problem "hidden";
        }
    }
}

fn main() {}
