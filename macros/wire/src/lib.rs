//! The runtime library of the code that `protocol!` generates.
//!
//! It contains everything that is the same for every protocol: reading a header by its grammar, collecting the violations
//! of a request, framing an event, and representing a response. It does no I/O and contains nothing about a particular
//! protocol.

mod accept;
mod asked;
mod callback;
mod credentials;
mod define;
mod event;
mod example;
mod field;
mod host;
mod inputs;
mod int;
pub mod json;
mod limit;
mod list;
mod malformed;
mod media;
#[doc(hidden)]
pub mod names;
mod number;
mod outcome;
mod pairs;
mod path;
mod path_to;
mod pattern;
mod range;
mod request;
mod response;
mod route;
mod tag;
mod timestamp;
pub mod units;
mod version;

pub use accept::accept;
pub use asked::{Asked, has_rest};
pub use callback::{Outgoing, answered, answered_json, is_same_json};
pub use credentials::{BadCredentials, at_most_one, credentials, exactly_one, listed_credentials};
pub use event::{COMMENT, Payload, json_event, payload_event};
pub use example::{Content, Example, Expected, Sent, Shown};
pub use field::{Field, Flag, Place, Read, Rule, is_token, listed, once, text, unicode};
pub use host::host;
pub use int::Int53;
pub use limit::{BadLimit, LIMIT_MAX, bytes, count, duration, replace};
pub use list::{List, list, repeated};
pub use media::{MediaRange, MediaType};
pub use number::{Radix, fixed_width};
pub use pairs::Pairs;
pub use path::segments;
pub use pattern::Pattern;
pub use range::{ByteRange, ContentRange};
pub use request::{
    Chunks, Declared, GENERAL_HEADERS, Incoming, Inputs, Name, NoBody, Source, Streamed, Unread, Violation, Violations,
};
pub use response::{Body, ConstantProblem, Problem, Response, either};
pub use route::{Segment, capture, captures, fill, is_reserved};
pub use tag::{EntityTag, EntityTags};
pub use timestamp::Timestamp;
pub use version::Version;

/// The largest integer that JavaScript and D1 represent exactly: 2^53 - 1.
pub const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

/// A JSON value of any kind.
pub use serde_json::Value as Json;
