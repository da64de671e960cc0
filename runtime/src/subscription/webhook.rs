//! One attempt of a request to a webhook (§6.4, §6.6).

use super::keyring::{Crypto, Keys};
use crate::{Event, Report};
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;
use subscriptions::{AddressPolicy, Delivered, Delivery, Failure};

/// Maximum size of an answer that is read, in bytes. A longer one counts as an answer without `done`.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The names of headers in lowercase, and their values.
pub type Headers = Vec<(&'static str, Cow<'static, str>)>;

/// How a request has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver has answered.
    Answered {
        /// The status.
        status: u16,
        /// The body of a success. If it is too long, this is a beginning of it that is too long as well.
        body: Vec<u8>,
    },
    /// There was no complete answer in time.
    TimedOut,
    /// There was no connection, or it broke.
    Unreachable,
}

/// The part of the platform that sends requests.
pub trait Post {
    /// Sends a POST request with exactly these headers, and reads the answer until its body is longer than `body_max` bytes. Redirects are not
    /// followed. The request is aborted after `wait`.
    fn post(
        &self,
        url: &str,
        headers: Headers,
        body: Vec<u8>,
        wait: Duration,
        body_max: usize,
    ) -> impl Future<Output = Answer>;
}

/// Sends a request to a webhook, unless `policy` does not allow its URL. The request is signed for this attempt. `headers` makes its
/// headers from the value of the one with the signature.
pub async fn deliver<P: Post + Crypto>(
    platform: &P,
    policy: &AddressPolicy,
    keys: &Keys,
    delivery: &Delivery,
    body: Vec<u8>,
    headers: impl FnOnce(String) -> Headers,
) -> Delivered {
    let Delivery { url, deadline, .. } = delivery;
    if policy.check(url).is_err() {
        return Delivered::Failed(Failure::Rejected);
    }
    let signature = match keys.signature(&body, platform).await {
        Ok(signature) => signature,
        Err(error) => {
            platform.report(&Report::new(Event::KeysUnusable, error.0));
            return Delivered::Failed(Failure::Unsigned);
        }
    };
    let wait = Duration::from_millis(deadline.saturating_sub(platform.now()));
    if wait.is_zero() {
        return Delivered::Failed(Failure::TimedOut);
    }
    match platform.post(url.target(), headers(signature), body, wait, ANSWER_BYTES_MAX).await {
        Answer::Answered { status, body } => delivered(status, &body),
        Answer::TimedOut => Delivered::Failed(Failure::TimedOut),
        Answer::Unreachable => Delivered::Failed(Failure::Unreachable),
    }
}

/// The outcome of a request with this answer. A body of more than [`ANSWER_BYTES_MAX`] bytes is not interpreted.
#[must_use]
pub fn delivered(status: u16, body: &[u8]) -> Delivered {
    match status {
        200..=299 if body.len() <= ANSWER_BYTES_MAX && is_done(body) => Delivered::Done,
        200..=299 => Delivered::Accepted,
        status => Delivered::Failed(Failure::Status(status)),
    }
}

/// Whether a body is a JSON object in which `done` is `true`.
fn is_done(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Done {
        done: bool,
    }
    let Ok(text) = std::str::from_utf8(body) else { return false };
    // Otherwise an array would count as its members.
    let is_object = text.trim_ascii_start().starts_with('{');
    is_object && serde_json::from_str(text).is_ok_and(|Done { done }| done)
}

#[cfg(test)]
mod tests {
    use super::{ANSWER_BYTES_MAX, delivered};
    use subscriptions::{Delivered, Failure};

    #[test]
    fn only_an_object_with_done_ends_a_wake() {
        for done in [
            r#"{"done":true}"#,
            " \r\n\t{ \"done\" : true }\n",
            r#"{"done":true,"a":1,"a":[{"done":false}]}"#,
            r#"{"\u0064one":true}"#,
        ] {
            assert_eq!(delivered(200, done.as_bytes()), Delivered::Done, "{done}");
        }
        assert_eq!(delivered(299, br#"{"done":true}"#), Delivered::Done);
    }

    #[test]
    fn any_other_success_means_that_the_receiver_calls_back() {
        for other in [
            "",
            "{}",
            "null",
            "true",
            "[true]",
            r#"[{"done":true}]"#,
            r#"{"done":"true"}"#,
            r#"{"done":1}"#,
            r#"{"done":false}"#,
            r#"{"done":null}"#,
            r#"{"Done":true}"#,
            r#"{"done":true,"done":true}"#,
            r#"{"done":false,"done":true}"#,
            r#"{"done":true}}"#,
            r#"{"done":true"#,
            "\u{feff}{\"done\":true}",
            "<html>done</html>",
        ] {
            assert_eq!(delivered(200, other.as_bytes()), Delivered::Accepted, "{other}");
        }
        assert_eq!(delivered(200, b"{\"a\":\"\xff\",\"done\":true}"), Delivered::Accepted);
        assert_eq!(delivered(204, b""), Delivered::Accepted);
        assert_eq!(delivered(202, "[".repeat(60_000).as_bytes()), Delivered::Accepted);
    }

    #[test]
    fn a_long_answer_is_not_interpreted() {
        let done = r#"{"done":true}"#;
        let padded = |length: usize| done.to_owned() + &" ".repeat(length - done.len());
        assert_eq!(delivered(200, padded(ANSWER_BYTES_MAX).as_bytes()), Delivered::Done);
        assert_eq!(delivered(200, padded(ANSWER_BYTES_MAX + 1).as_bytes()), Delivered::Accepted);
        assert_eq!(delivered(200, padded(1 << 20).as_bytes()), Delivered::Accepted);
    }

    #[test]
    fn any_other_status_is_a_failure() {
        for status in [101, 301, 302, 308, 400, 404, 410, 429, 500, 503, 599] {
            let outcome = Delivered::Failed(Failure::Status(status));
            assert_eq!(delivered(status, br#"{"done":true}"#), outcome, "{status}");
        }
    }
}
