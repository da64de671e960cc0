//! What a program owes is said with the declaration that demands it.

mod protocol {
    #![allow(unused)]

    macros::protocol! {
        protocol Minimal { problems = "urn:minimal:"; }

        state thing { there, gone }
        fact thing.old;
        header Token = "x-token": text 1..=9;
        edge fact token.rejected(Token);

        outcome NotFound = 404 problem "not-found";
        outcome BadRequest = 400 problem "bad-request";
        outcome Unavailable = 503 problem "unavailable";

        unrouted { path => NotFound; method => NotFound; }

        resource Thing at "/things/{name}" {
            path name: segments 1..=64;

            endpoint read = GET {
                refuse {
                    token.rejected => NotFound;
                    malformed => BadRequest;
                    failure => Unavailable;
                    thing.gone => NotFound;
                    thing.old => NotFound;
                }
                answer { always => Found; }
                outcome Found = 200;
            }
        }
    }
}

struct Program;

impl protocol::thing::Service for Program {
    type Events = ();
}

impl protocol::thing::read::Facts for Program {}

impl protocol::Edge for Program {}

fn main() {}
