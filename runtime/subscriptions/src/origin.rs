//! Hosts in the configuration of a deployment: the public origin of the server, and the hosts where webhooks may be.

use crate::address::{AddressPolicy, WebhookUrl, is_loopback};
use std::fmt;
use url::{Host, Url};

/// The public origin of the server, such as `https://streams.example`. Receivers of webhooks send their requests there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// A text that is not the public origin of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidOrigin;

/// A text that is not a host where a webhook can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidHost;

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "it must be an origin such as `https://streams.example`, without a path. Only a server on this machine can have `http`",
        )
    }
}

impl std::error::Error for InvalidOrigin {}

impl fmt::Display for InvalidHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it must be a public host such as `app.example` in ASCII, without a scheme, a port or `*`")
    }
}

impl std::error::Error for InvalidHost {}

impl Origin {
    /// Reads an origin, which can have a slash at its end. Its scheme is `https`, or `http` if the host is this machine.
    ///
    /// # Errors
    /// [`InvalidOrigin`].
    pub fn read(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text).map_err(|_| InvalidOrigin)?;
        let host = url.host().ok_or(InvalidOrigin)?;
        let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&host);
        let has_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
        let has_user = !url.username().is_empty() || url.password().is_some();
        if is_safe && !has_more && !has_user {
            Ok(Self(url.origin().ascii_serialization()))
        } else {
            Err(InvalidOrigin)
        }
    }

    /// The origin, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a host for [`AddressPolicy::hosts`]. Webhooks there can be allowed: it is a public name or address.
///
/// # Errors
/// [`InvalidHost`].
pub fn read_host(text: &str) -> Result<String, InvalidHost> {
    let host = Host::parse(text).map_err(|_| InvalidHost)?;
    if matches!(&host, Host::Domain(name) if !name.split('.').all(is_label)) {
        return Err(InvalidHost);
    }
    let host = host.to_string();
    let url = WebhookUrl::read(&format!("https://{host}/")).map_err(|_| InvalidHost)?;
    AddressPolicy::default().check(&url).map(|()| host).map_err(|_| InvalidHost)
}

/// Whether a text is a label of a name. URLs can have other characters, too, but no host has them.
fn is_label(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::{InvalidHost, InvalidOrigin, Origin, read_host};

    #[test]
    fn an_origin_has_no_path() {
        for (text, origin) in [
            ("https://streams.example", "https://streams.example"),
            ("https://Streams.Example:443/", "https://streams.example"),
            ("https://streams.example:8443", "https://streams.example:8443"),
            ("https://10.0.0.1", "https://10.0.0.1"),
            ("http://localhost:8787", "http://localhost:8787"),
            ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"),
            ("http://[::1]:8787", "http://[::1]:8787"),
        ] {
            assert_eq!(Origin::read(text).map(|origin| origin.as_str().to_owned()), Ok(origin.to_owned()), "{text}");
        }
        for bad in [
            "",
            "streams.example",
            "http://streams.example",
            "http://localhost.example",
            "http://10.0.0.1",
            "ftp://localhost",
            "https://streams.example/v1",
            "https://streams.example/?",
            "https://streams.example/#",
            "https://user@streams.example",
            "https://:secret@streams.example",
        ] {
            assert_eq!(Origin::read(bad), Err(InvalidOrigin), "{bad}");
        }
    }

    #[test]
    fn a_listed_host_is_public() {
        for (text, host) in [
            ("app.example", "app.example"),
            ("App.Example", "app.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("1.1.1.1", "1.1.1.1"),
            ("[2606:4700:4700::1111]", "[2606:4700:4700::1111]"),
        ] {
            assert_eq!(read_host(text), Ok(host.to_owned()), "{text}");
        }
        for bad in [
            "",
            "b\u{fc}cher.example",
            "example",
            "localhost",
            "a.internal",
            "10.0.0.1",
            "[::1]",
            ".app.example",
            "*.app.example",
            "app.example.",
            "app.example:443",
            "app.example/",
            "https://app.example",
            "a@app.example",
            "app.example,b.example",
            " app.example",
        ] {
            assert_eq!(read_host(bad), Err(InvalidHost), "{bad}");
        }
    }
}
