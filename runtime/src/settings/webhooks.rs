//! The variables that configure webhooks.

use std::fmt;
use subscriptions::{AddressPolicy, Origin, read_host};

/// The public origin of the server.
const PUBLIC_URL: &str = "PUBLIC_URL";
/// `true` allows webhooks on this machine, with `http` as well.
const WEBHOOK_LOCAL_TARGETS: &str = "WEBHOOK_LOCAL_TARGETS";
/// The hosts where webhooks may be.
const WEBHOOK_HOSTS: &str = "WEBHOOK_HOSTS";

/// The variables that configure webhooks.
pub(super) const VARIABLES: [&str; 3] = [PUBLIC_URL, WEBHOOK_LOCAL_TARGETS, WEBHOOK_HOSTS];

/// The configuration of webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Webhooks {
    /// Where webhooks may be (§6.6).
    pub policy: AddressPolicy,
    /// The public origin of the server. Without it, there are no webhooks, because they could not call back.
    pub origin: Option<Origin>,
}

/// A variable that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhooksError {
    variable: &'static str,
    rule: String,
}

impl fmt::Display for WebhooksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the variable {}: {}", self.variable, self.rule)
    }
}

impl std::error::Error for WebhooksError {}

impl Webhooks {
    /// The configuration of a deployment that sets no variable.
    pub const DECLARED: Self =
        Self { policy: AddressPolicy { allows_loopback: false, hosts: Vec::new() }, origin: None };

    /// Reads the variables.
    ///
    /// # Errors
    /// [`WebhooksError`], for the first variable that is invalid.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, WebhooksError> {
        let origin = variable(PUBLIC_URL).map(|text| Origin::read(&text).or_else(|rule| refuse(PUBLIC_URL, rule)));
        let allows_loopback = match variable(WEBHOOK_LOCAL_TARGETS).as_deref() {
            Some("true") => true,
            Some("false") | None => false,
            Some(_) => return refuse(WEBHOOK_LOCAL_TARGETS, "it must be `true` or `false`"),
        };
        let hosts = variable(WEBHOOK_HOSTS).map_or_else(|| Ok(Vec::new()), |text| hosts(&text))?;
        Ok(Self { policy: AddressPolicy { allows_loopback, hosts }, origin: origin.transpose()? })
    }
}

fn hosts(text: &str) -> Result<Vec<String>, WebhooksError> {
    let hosts: Vec<String> = serde_json::from_str(text)
        .or_else(|error| refuse(WEBHOOK_HOSTS, format!("it is not a JSON array of hosts: {error}")))?;
    if hosts.is_empty() {
        return refuse(WEBHOOK_HOSTS, "it has no host");
    }
    let host = |text: &String| read_host(text).or_else(|rule| refuse(WEBHOOK_HOSTS, format!("`{text}`: {rule}")));
    hosts.iter().map(host).collect()
}

fn refuse<T>(variable: &'static str, rule: impl fmt::Display) -> Result<T, WebhooksError> {
    Err(WebhooksError { variable, rule: rule.to_string() })
}

#[cfg(test)]
mod tests {
    use super::{VARIABLES, Webhooks};
    use crate::Settings;
    use subscriptions::Rejected;
    use subscriptions::WebhookUrl;

    fn read(pairs: &[(&str, &str)]) -> Result<Webhooks, String> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(&pairs).map(|settings| settings.webhooks).map_err(|error| error.to_string())
    }

    fn check(webhooks: &Webhooks, url: &str) -> Result<(), Rejected> {
        webhooks.policy.check(&WebhookUrl::read(url).expect("a URL"))
    }

    #[test]
    fn webhooks_are_public_unless_the_operator_says_otherwise() {
        let declared = read(&[]).expect("settings");
        assert_eq!(declared, Webhooks::DECLARED);
        assert_eq!(declared, Webhooks::default());
        assert_eq!(check(&declared, "https://app.example/"), Ok(()));
        assert!(check(&declared, "http://127.0.0.1:8080/").is_err());
        assert_eq!(read(&[("WEBHOOK_LOCAL_TARGETS", "false")]), Ok(Webhooks::DECLARED));
        let local = read(&[("WEBHOOK_LOCAL_TARGETS", "true")]).expect("settings");
        for url in ["http://127.0.0.1:8080/", "http://127.9.9.9/", "http://localhost/"] {
            assert_eq!(check(&local, url), Ok(()), "{url}");
        }
        assert!(check(&local, "http://10.0.0.1/hook").is_err());
        let listed = read(&[("WEBHOOK_HOSTS", r#"["App.Example", "1.1.1.1"]"#)]).expect("settings");
        assert_eq!(check(&listed, "https://a.app.example/"), Ok(()));
        assert_eq!(check(&listed, "https://other.example/"), Err(Rejected::NotListed));
    }

    #[test]
    fn the_origin_has_no_slash_at_its_end() {
        let webhooks = read(&[("PUBLIC_URL", "https://Streams.example/")]).expect("settings");
        assert_eq!(webhooks.origin.expect("an origin").as_str(), "https://streams.example");
    }

    #[test]
    fn what_can_not_be_used_is_refused_by_name() {
        for (name, value) in [
            ("PUBLIC_URL", ""),
            ("PUBLIC_URL", "http://streams.example"),
            ("PUBLIC_URL", "https://streams.example/v1"),
            ("WEBHOOK_LOCAL_TARGETS", ""),
            ("WEBHOOK_LOCAL_TARGETS", "1"),
            ("WEBHOOK_HOSTS", ""),
            ("WEBHOOK_HOSTS", "app.example"),
            ("WEBHOOK_HOSTS", "[]"),
            ("WEBHOOK_HOSTS", r#"["app.example", ""]"#),
            ("WEBHOOK_HOSTS", r#"["localhost"]"#),
            ("WEBHOOK_HOSTS", r#"["*.app.example"]"#),
        ] {
            let error = read(&[(name, value)]).expect_err(value);
            assert!(error.contains(&format!("the variable {name}: ")), "{error}");
        }
        assert!(VARIABLES.into_iter().all(Settings::is_setting));
    }
}
