//! The operations of a subscription. Each takes the memory, the links with their streams, its own input and the moment, and returns
//! a [`Decision`](crate::Decision).

mod alarm;
mod creation;
mod holding;
mod membership;
mod outcome;
mod round;

pub use alarm::RESEND_MS;
pub use creation::{Created, Requested};
pub use holding::{Acknowledged, Acknowledgment, Credentials};
