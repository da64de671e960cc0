//! The Durable Streams protocol as this server implements it, described once. Edit it, `cargo build`, deploy.
//!
//! `part name;` stands for the clauses in the file name.rs. Section numbers (§) refer to the protocol's PROTOCOL.md. The lines of `refuse`
//! and `answer` in an endpoint are checked from top to bottom. The first line whose condition holds decides the response.

macros::protocol! {
    /// Append-only streams over HTTP, stored durably and readable from any offset. Section numbers (§) refer to
    /// [the Durable Streams Protocol](https://github.com/durable-streams/durable-streams/blob/f380bca/PROTOCOL.md), draft
    /// version 1.0, unless an RFC is named.
    protocol DurableStreams {
        problems = "urn:durable-streams:problem:";
    }

    // Amounts that operators can change.
    part limits;

    // What requests and responses contain.
    part values;
    part headers;
    part query;
    part events;
    part every_response;

    // What decides the response.
    part conditions;
    part access;
    part guarded;
    part unrouted;

    // What is at the paths.
    part stream;
    part restoration;
    part listing;
    part health;
    part metrics;
    part admin;
    part subscriptions;
}
