//! One run of one scenario.

use std::time::Duration;

use crate::client::Site;

/// One run of a scenario against one server.
pub struct Round<'a> {
    pub site: &'a Site,
    pub duration: Duration,
    /// Unlike that of any other round, ever.
    pub name: String,
}

impl Round<'_> {
    pub fn stream_name(&self, number: u32) -> String {
        format!("{}-{number}", self.name)
    }
}
