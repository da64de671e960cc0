//! The parts of a URL.

use anyhow::{Result, anyhow, ensure};

/// The parts of a URL.
pub struct Parts<'a> {
    /// The scheme and the host, or nothing.
    pub origin: &'a str,
    pub path: &'a str,
    pub query: &'a str,
}

/// Takes a URL apart, without any change.
pub fn parts(url: &str) -> Result<Parts<'_>> {
    ensure!(!url.contains('#'), "the part of a URL after `#` is not sent to servers: leave it out");
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let start = url[host..].find('/').map(|slash| host + slash);
    let (origin, rest) = url.split_at(start.ok_or_else(|| anyhow!("`{url}` is not the URL of a stream"))?);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok(Parts { origin, path, query })
}
