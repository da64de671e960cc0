//! Where a webhook may be (§6.6): no request of the server goes to a local target.
//!
//! A Worker can't pin the address that a name resolves to, so names are judged by their text. Check the URL of a webhook when the
//! subscription is created and before each attempt.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Maximum length of the URL of a webhook, in bytes.
pub(crate) const URL_BYTES_MAX: usize = 2048;

/// IPv4 addresses that are not public, or that serve the metadata of a cloud: first address and length of the prefix.
const LOCAL_IPV4: [(Ipv4Addr, u32); 18] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The IPv6 addresses that are assigned for global use.
const GLOBAL_IPV6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Parts of [`GLOBAL_IPV6`] that are not public, or that contain IPv4 addresses.
const LOCAL_IPV6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Names of local networks, with all names below.
const LOCAL_NAMES: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// The rule that a URL breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// The text is not an absolute URL, or too long.
    Invalid,
    /// The scheme is not `https`.
    Scheme,
    /// The URL contains a user name or a password.
    Credentials,
    /// The URL contains a fragment.
    Fragment,
    /// The host is an address that is not public.
    LocalAddress,
    /// The host is a name of a local network.
    LocalName,
    /// The host is not in the operator's list.
    NotListed,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => {
                return write!(
                    f,
                    "the webhook must be an absolute URL of at most {URL_BYTES_MAX} bytes, with an ASCII host (`xn--…` for any other name)"
                );
            }
            Self::Scheme => "the URL of the webhook must start with `https:`",
            Self::Credentials => "the URL of the webhook must not contain credentials",
            Self::Fragment => "the URL of the webhook must not contain a fragment",
            Self::LocalAddress => "the address of the webhook must be public",
            Self::LocalName => "the host of the webhook must have a public name",
            Self::NotListed => "the host of the webhook is not allowed by the operator",
        })
    }
}

impl std::error::Error for Rejected {}

/// The URL of a webhook. It was parsed, and not checked by a policy. Two are equal if their parsed forms are.
#[derive(Clone, Debug)]
pub struct WebhookUrl {
    text: String,
    parsed: Url,
}

impl WebhookUrl {
    /// Reads an absolute URL with a host.
    ///
    /// # Errors
    /// [`Rejected::Invalid`].
    pub fn read(text: &str) -> Result<Self, Rejected> {
        let parsed = (text.len() <= URL_BYTES_MAX).then(|| Url::parse(text).ok()).flatten();
        let parsed = parsed.filter(Url::has_host).ok_or(Rejected::Invalid)?;
        Ok(Self { text: text.to_owned(), parsed })
    }

    /// The URL as the client wrote it, for representations.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL as it was parsed and checked. Send requests to this one.
    #[must_use]
    pub fn target(&self) -> &str {
        self.parsed.as_str()
    }
}

impl PartialEq for WebhookUrl {
    fn eq(&self, other: &Self) -> bool {
        self.parsed == other.parsed
    }
}

impl Eq for WebhookUrl {}

/// The operator's rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressPolicy {
    /// Whether this machine is allowed, with `http` as well: for development and tests only.
    pub allows_loopback: bool,
    /// If this is not empty, only these hosts and the names below them are allowed. In lower case, without a leading dot.
    pub hosts: Vec<String>,
}

impl AddressPolicy {
    /// Checks the parsed host, so that no notation of an address is overlooked.
    ///
    /// # Errors
    /// The first rule that the URL breaks.
    pub fn check(&self, WebhookUrl { parsed: url, .. }: &WebhookUrl) -> Result<(), Rejected> {
        let host = url.host().ok_or(Rejected::Invalid)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Rejected::Credentials);
        }
        if url.fragment().is_some() {
            return Err(Rejected::Fragment);
        }
        if self.allows_loopback && is_loopback(&host) && matches!(url.scheme(), "http" | "https") {
            return Ok(());
        }
        match host {
            Host::Ipv4(address) if !is_public_ipv4(address) => return Err(Rejected::LocalAddress),
            Host::Ipv6(address) if !is_public_ipv6(address) => return Err(Rejected::LocalAddress),
            Host::Domain(name) if !is_public_name(name) => return Err(Rejected::LocalName),
            Host::Ipv4(_) | Host::Ipv6(_) | Host::Domain(_) => {}
        }
        if url.scheme() != "https" {
            return Err(Rejected::Scheme);
        }
        if self.hosts.is_empty() || self.lists(&host) { Ok(()) } else { Err(Rejected::NotListed) }
    }

    fn lists(&self, host: &Host<&str>) -> bool {
        let host = host.to_string();
        self.hosts.iter().any(|listed| is_at_or_below(&host, listed))
    }
}

/// Whether a name is another one or ends with it and a dot before it.
fn is_at_or_below(name: &str, other: &str) -> bool {
    name.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn is_public_ipv4(address: Ipv4Addr) -> bool {
    let is_in = |(first, length): &(Ipv4Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (32 - length) == 0;
    !LOCAL_IPV4.iter().any(is_in)
}

fn is_public_ipv6(address: Ipv6Addr) -> bool {
    let is_in = |(first, length): &(Ipv6Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (128 - length) == 0;
    is_in(&GLOBAL_IPV6) && !LOCAL_IPV6.iter().any(is_in)
}

/// Names of public hosts have several labels. A dot at the end would hide what the name ends with.
fn is_public_name(name: &str) -> bool {
    let is_local = LOCAL_NAMES.iter().any(|local| is_at_or_below(name, local));
    name.contains('.') && !name.ends_with('.') && !is_local
}

#[cfg(test)]
mod tests {
    use super::{AddressPolicy, Rejected, WebhookUrl};

    fn check(policy: &AddressPolicy, text: &str) -> Result<(), Rejected> {
        policy.check(&WebhookUrl::read(text)?)
    }

    /// Checks a URL as a deployment does.
    fn deployed(text: &str) -> Result<(), Rejected> {
        check(&AddressPolicy::default(), text)
    }

    #[test]
    fn public_targets_are_allowed() {
        for good in [
            "https://app.example/wake",
            "https://app.example:8443/?a=b",
            "https://1.1.1.1/hook",
            "https://[2606:4700:4700::1111]/hook",
            "https://localhost.example.com/",
            "https://mylocal.example/",
            "https://xn--caf-dma.example/",
            "HTTPS://APP.EXAMPLE/",
        ] {
            assert_eq!(deployed(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn only_https_is_allowed() {
        for (text, rule) in [
            ("http://app.example/", Rejected::Scheme),
            ("ftp://app.example/", Rejected::Scheme),
            ("ws://app.example/", Rejected::Scheme),
            ("file:///etc/passwd", Rejected::Invalid),
            ("javascript:alert(1)", Rejected::Invalid),
            ("data:text/plain,a", Rejected::Invalid),
            ("/hook", Rejected::Invalid),
            ("", Rejected::Invalid),
            ("https://", Rejected::Invalid),
        ] {
            assert_eq!(deployed(text), Err(rule), "{text}");
        }
        assert_eq!(deployed(&format!("https://app.example/{}", "x".repeat(2048))), Err(Rejected::Invalid));
    }

    #[test]
    fn credentials_and_fragments_are_rejected() {
        for text in
            ["https://user@app.example/", "https://user:password@app.example/", "https://:password@app.example/"]
        {
            assert_eq!(deployed(text), Err(Rejected::Credentials), "{text}");
        }
        assert_eq!(deployed("https://app.example/#"), Err(Rejected::Fragment));
        assert_eq!(deployed("https://app.example/hook#part"), Err(Rejected::Fragment));
        // The part before the @ looks like a host, and is a user name.
        assert_eq!(deployed("https://app.example@127.0.0.1/"), Err(Rejected::Credentials));
    }

    /// The first and the last address of each range are rejected, and their neighbors are not.
    #[test]
    fn local_ipv4_is_rejected() {
        for (first, last, neighbors) in [
            ("0.0.0.0", "0.255.255.255", vec!["1.0.0.0"]),
            ("10.0.0.0", "10.255.255.255", vec!["9.255.255.255", "11.0.0.0"]),
            ("100.64.0.0", "100.127.255.255", vec!["100.63.255.255", "100.128.0.0"]),
            ("127.0.0.0", "127.255.255.255", vec!["126.255.255.255", "128.0.0.0"]),
            ("168.63.129.16", "168.63.129.16", vec!["168.63.129.15", "168.63.129.17"]),
            ("169.254.0.0", "169.254.255.255", vec!["169.253.255.255", "169.255.0.0"]),
            ("172.16.0.0", "172.31.255.255", vec!["172.15.255.255", "172.32.0.0"]),
            ("192.0.0.0", "192.0.0.255", vec!["191.255.255.255", "192.0.1.0"]),
            ("192.0.2.0", "192.0.2.255", vec!["192.0.1.255", "192.0.3.0"]),
            ("192.31.196.0", "192.31.196.255", vec!["192.31.195.255", "192.31.197.0"]),
            ("192.88.99.0", "192.88.99.255", vec!["192.88.98.255", "192.88.100.0"]),
            ("192.168.0.0", "192.168.255.255", vec!["192.167.255.255", "192.169.0.0"]),
            ("192.175.48.0", "192.175.48.255", vec!["192.175.47.255", "192.175.49.0"]),
            ("198.18.0.0", "198.19.255.255", vec!["198.17.255.255", "198.20.0.0"]),
            ("198.51.100.0", "198.51.100.255", vec!["198.51.99.255", "198.51.101.0"]),
            ("203.0.113.0", "203.0.113.255", vec!["203.0.112.255", "203.0.114.0"]),
            ("224.0.0.0", "239.255.255.255", vec!["223.255.255.255"]),
            ("240.0.0.0", "255.255.255.255", vec![]),
        ] {
            for local in [first, last] {
                assert_eq!(deployed(&format!("https://{local}/")), Err(Rejected::LocalAddress), "{local}");
                assert_eq!(deployed(&format!("http://{local}/hook")), Err(Rejected::LocalAddress), "{local}");
            }
            for neighbor in neighbors {
                assert_eq!(deployed(&format!("https://{neighbor}/")), Ok(()), "{neighbor}");
            }
        }
    }

    #[test]
    fn no_notation_of_an_address_is_overlooked() {
        for text in [
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7f.1",
            "127.1",
            "127.0.1",
            "0177.0.0.01",
            "0",
            "%31%32%37.0.0.1",
            "127.0.0.1.",
            "3232235777",
            "0xa9fea9fe",
        ] {
            assert_eq!(deployed(&format!("https://{text}/")), Err(Rejected::LocalAddress), "{text}");
        }
        // A host that is not ASCII is no host here, so no other notation of a digit or a dot gets through.
        let others = ["\u{ff11}\u{ff12}\u{ff17}.0.0.1", "127\u{3002}0\u{3002}0\u{3002}1", "b\u{fc}cher.example"];
        for text in others.into_iter().chain(["256.0.0.1", "1.2.3.4.5", "0x100000000", "1.2.3.999"]) {
            assert_eq!(deployed(&format!("https://{text}/")), Err(Rejected::Invalid), "{text}");
        }
    }

    #[test]
    fn local_ipv6_is_rejected() {
        for local in [
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:1.1.1.1",
            "::ffff:0:1.1.1.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "1fff:ffff::1",
            "2001::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2001:db8:ffff::1",
            "2002::1",
            "2002:7f00:1::",
            "2002:ffff::1",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "ffff::1",
        ] {
            assert_eq!(deployed(&format!("https://[{local}]/")), Err(Rejected::LocalAddress), "{local}");
        }
        for public in
            ["2000::1", "2001:200::1", "2001:db7:ffff::1", "2001:db9::1", "2003::1", "3ffe:ffff::1", "3fff:1000::1"]
        {
            assert_eq!(deployed(&format!("https://[{public}]/")), Ok(()), "{public}");
        }
        assert_eq!(deployed("https://[fe80::1%25eth0]/"), Err(Rejected::Invalid));
    }

    #[test]
    fn local_names_are_rejected() {
        for local in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "router.home.arpa",
            "home.arpa",
            "intranet",
            "app.example.",
            "localhost.",
            "a.local.",
        ] {
            assert_eq!(deployed(&format!("https://{local}/")), Err(Rejected::LocalName), "{local}");
        }
    }

    #[test]
    fn loopback_is_a_switch() {
        let open = AddressPolicy { allows_loopback: true, ..AddressPolicy::default() };
        for text in [
            "http://127.0.0.1:8080/hook",
            "http://localhost/",
            "https://localhost/",
            "http://[::1]:1/",
            "http://127.9.9.9/",
        ] {
            assert_eq!(check(&open, text), Ok(()), "{text}");
            assert!(deployed(text).is_err(), "{text}");
        }
        assert_eq!(check(&open, "http://10.0.0.1/hook"), Err(Rejected::LocalAddress));
        assert_eq!(check(&open, "http://app.example/"), Err(Rejected::Scheme));
        assert_eq!(check(&open, "http://a.localhost/"), Err(Rejected::LocalName));
        assert_eq!(check(&open, "http://user@127.0.0.1/"), Err(Rejected::Credentials));
        assert_eq!(check(&open, "ws://127.0.0.1/"), Err(Rejected::LocalAddress));
        let both = AddressPolicy { allows_loopback: true, hosts: vec!["app.example".to_owned()] };
        assert_eq!(check(&both, "http://127.0.0.1/"), Ok(()));
    }

    #[test]
    fn the_operator_lists_hosts() {
        let listed =
            AddressPolicy { hosts: vec!["app.example".to_owned(), "1.1.1.1".to_owned()], ..AddressPolicy::default() };
        for good in ["https://app.example/", "https://a.app.example/", "https://A.b.APP.example:1/", "https://1.1.1.1/"]
        {
            assert_eq!(check(&listed, good), Ok(()), "{good}");
        }
        for bad in [
            "https://myapp.example/",
            "https://app.example.com/",
            "https://example/",
            "https://8.8.8.8/",
            "https://1.1.1.2/",
        ] {
            assert!(matches!(check(&listed, bad), Err(Rejected::NotListed | Rejected::LocalName)), "{bad}");
        }
        let local =
            AddressPolicy { hosts: vec!["10.0.0.1".to_owned(), "localhost".to_owned()], ..AddressPolicy::default() };
        assert_eq!(check(&local, "https://10.0.0.1/"), Err(Rejected::LocalAddress));
        assert_eq!(check(&local, "https://localhost/"), Err(Rejected::LocalName));
    }

    #[test]
    fn urls_are_compared_as_parsed() {
        let url = |text| WebhookUrl::read(text).expect("a URL");
        assert_eq!(url("https://APP.example:443"), url("https://app.example/"));
        assert_ne!(url("https://app.example/a"), url("https://app.example/A"));
        assert_eq!(url("https://APP.example").as_str(), "https://APP.example");
        assert_eq!(url("https://0x7f.1").target(), "https://127.0.0.1/");
    }
}
