//! The names of the standard library's prelude, at paths that code around a protocol can't shadow.

pub use core::convert::From;
pub use core::fmt::Display;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;
