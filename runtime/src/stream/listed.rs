//! A stream as lists show it.

use crate::host::UnixMs;
use crate::stream::labels::Labels;
use spec::Offset;
use wire::Timestamp;

/// A stream in a list.
#[derive(Clone, Debug)]
pub struct ListedRow {
    pub path: String,
    pub content_type: String,
    pub tail: Offset,
    pub earliest: Offset,
    pub closed: bool,
    pub created_ms: UnixMs,
    pub updated_ms: UnixMs,
    pub ttl_s: Option<u64>,
    pub expires_at: Option<Timestamp>,
    pub source: Option<String>,
    pub hot_bytes: u64,
    pub cold_bytes: u64,
    pub labels: Labels,
}
