//! Where a webhook may be (§10): this server judges the text of its URL.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether requests may be sent to a URL.
pub fn allows(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    !url.contains('#') && !authority.contains('@') && is_public(&host.to_ascii_lowercase())
}

fn is_public(host: &str) -> bool {
    let is_address = host.parse::<Ipv4Addr>().is_ok() || host.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok();
    let local = ["localhost", "local", "internal", "home.arpa"];
    let is_local =
        local.iter().any(|own| host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    host.contains('.') && !host.ends_with('.') && !is_address && !is_local
}
