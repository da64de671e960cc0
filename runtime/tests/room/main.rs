//! Room in databases: what gets no room, and how room is made.

mod model;
mod moves;
mod refusals;
mod setup;
mod signs;
