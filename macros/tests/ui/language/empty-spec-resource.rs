macros::protocol! {
    protocol Minimal { problems = "urn:minimal:"; }

    state thing { there, gone }

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

}

fn main() {}
