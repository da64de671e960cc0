//! Webhooks of a local Worker: they may be on this machine, and call back there (docs/operations.md).

use std::net::SocketAddr;

/// The variable with the origin under which clients reach a Worker.
pub const PUBLIC_URL: &str = "PUBLIC_URL";

/// The variables of a Worker that listens on `address`. Others with the same names replace them.
pub fn local(address: SocketAddr) -> [(&'static str, String); 2] {
    [(PUBLIC_URL, format!("http://{address}")), ("WEBHOOK_LOCAL_TARGETS", "true".to_owned())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Settings;

    #[test]
    fn the_variables_are_those_of_the_server() {
        let address = SocketAddr::from(([127, 0, 0, 1], 8787));
        let variables = local(address).map(|(name, value)| (name.to_owned(), value)).into();
        let webhooks = Settings::read(&variables).expect("settings").webhooks;
        assert_eq!(webhooks.origin.expect("an origin").as_str(), "http://127.0.0.1:8787");
        assert!(webhooks.policy.allows_loopback);
    }
}
