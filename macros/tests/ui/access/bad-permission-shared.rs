macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }
    header Token = "x-token": text 1..=9;
    header Key = "x-key": text 1..=9;
    header Other = "x-other": text 1..=9;
    group Both = all_or_none { Token, Key }
    group Others = all_or_none { Token, Other }
    header Realm = "www-authenticate": text 1..=9;

    access Member {
        credentials Both;
        credentials Others;
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
