//! What the prelude of the standard library calls things, under paths that nothing declared around a protocol shadows.

pub use core::convert::From;
pub use core::fmt::Display;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;
