//! Room in databases: what gets no room.

mod refusals;
mod setup;
