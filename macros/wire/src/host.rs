use crate::Rule;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Checks the value of `Host` (RFC 9110 §7.2): a host name or an address, with an optional port.
///
/// Host names can contain fewer characters here than the grammar of URLs allows. A name that ends in a number must be an IPv4
/// address. The URL standard requires that, and the platform can't create a URL otherwise.
///
/// # Errors
/// The rule that `text` breaks.
pub fn host(text: &str) -> Result<(), Rule> {
    let (is_host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').unwrap_or((rest, "]"));
            (address.parse::<Ipv6Addr>().is_ok(), port)
        }
        None => {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (is_name(name), port)
        }
    };
    if is_host && is_port(port) { Ok(()) } else { Err("a host name or an address, with or without a port".into()) }
}

fn is_name(text: &str) -> bool {
    let last = text.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    let is_char = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    match text.len() {
        1..=255 if is_number => text.parse::<Ipv4Addr>().is_ok(),
        1..=255 => text.bytes().all(is_char),
        _ => false,
    }
}

/// Whether `text` is empty, or a colon with an optional port (RFC 3986 §3.2.3).
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some(digits) => {
            digits.is_empty() || (digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok())
        }
        None => text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn names_and_addresses_with_or_without_a_port() {
        let names =
            ["a", "localhost", "example.com", "example.com.", "xn--zckzah.example", "a_b-c.d", "1a.b2", "9.example"];
        for good in names.into_iter().chain(["127.0.0.1", "[::1]", "[2001:db8::1]", "[::ffff:1.2.3.4]"]) {
            for port in ["", ":", ":80", ":65535"] {
                assert_eq!(host(&format!("{good}{port}")), Ok(()), "{good}{port}");
            }
        }
    }

    #[test]
    fn rejects_invalid_hosts() {
        let bad = [
            "",
            ".",
            ":80",
            "a b",
            "a\tb",
            "a,b",
            "a, b",
            "a:99999",
            "a:+80",
            "a:80:80",
            "a:b",
            "[::1",
            "[]",
            "[::1]80",
            "[1.2.3.4]",
            "[fe80::1%25eth0]",
            "::1",
            "a%zz",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3",
            "a.1",
            "a.0x1",
            "a?b",
            "a#b",
            "a\\b",
            "a/b",
            "u@h",
            "\"",
            "a\"b",
            "ü",
            "a!b",
            "*.b",
            "<",
        ];
        for bad in bad.into_iter().chain([&*"a".repeat(256)]) {
            assert!(host(bad).is_err(), "{bad:?}");
        }
    }
}
