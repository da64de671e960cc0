//! One attempt of a request to a webhook (§6.4, §6.6).

use super::keyring::{Crypto, Keys};
use crate::{Event, Report};
use spec::{Limits, WebhookAnswer, webhook};
use std::borrow::Cow;
use std::time::Duration;
use subscriptions::{AddressPolicy, Delivered, Delivery, Failure};

/// The names of headers in lowercase, and their values.
pub type Headers = Vec<(&'static str, Cow<'static, str>)>;

/// How a request has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The receiver has responded.
    Answered {
        /// The status.
        status: u16,
        /// The body of a success. If it is too long, this is a beginning of it that is too long as well.
        body: Vec<u8>,
    },
    /// There was no complete response in time.
    TimedOut,
    /// There was no connection, or it broke.
    Unreachable,
}

/// The part of the platform that sends requests.
pub trait Post {
    /// Sends a POST request with exactly these headers, and reads the response until its body is longer than `body_max` bytes. Redirects are not
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
/// headers from the value of the one with the signature. The request ends with the lease, or after `limits.webhook_wait`.
pub async fn deliver<P: Post + Crypto>(
    platform: &P,
    limits: &Limits,
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
    let wait = Duration::from_millis(deadline.saturating_sub(platform.now())).min(limits.webhook_wait);
    if wait.is_zero() {
        return Delivered::Failed(Failure::TimedOut);
    }
    match platform.post(url.target(), headers(signature), body, wait, limits.webhook_answer).await {
        Answer::Answered { status, body } => delivered(status, &body, limits),
        Answer::TimedOut => Delivered::Failed(Failure::TimedOut),
        Answer::Unreachable => Delivered::Failed(Failure::Unreachable),
    }
}

/// The outcome of a request with this response.
fn delivered(status: u16, body: &[u8], limits: &Limits) -> Delivered {
    match webhook::Response::read(status, |_| None, body, limits) {
        webhook::Response::Delivered(webhook::Delivered { body: Some(WebhookAnswer { done: true }), .. }) => {
            Delivered::Done
        }
        webhook::Response::Delivered(_) => Delivered::Accepted,
        webhook::Response::Other { status } => Delivered::Failed(Failure::Status(status)),
    }
}

#[cfg(test)]
mod tests {
    use spec::Limits;
    use subscriptions::{Delivered, Failure};

    fn delivered(status: u16, body: &[u8]) -> Delivered {
        super::delivered(status, body, &Limits::DECLARED)
    }

    #[test]
    fn only_an_object_with_done_ends_a_wake() {
        for done in [
            r#"{"done":true}"#,
            " \r\n\t{ \"done\" : true }\n",
            r#"{"done":true,"a":[{"done":false}]}"#,
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
            r#"{"done":true,"a":1,"a":2}"#,
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
        let done = br#"{"done":true}"#;
        let limits = |webhook_answer| Limits { webhook_answer, ..Limits::DECLARED };
        assert_eq!(super::delivered(200, done, &limits(done.len())), Delivered::Done);
        assert_eq!(super::delivered(200, done, &limits(done.len() - 1)), Delivered::Accepted);
    }

    #[test]
    fn any_other_status_is_a_failure() {
        for status in [101, 301, 302, 308, 400, 404, 410, 429, 500, 503, 599] {
            let outcome = Delivered::Failed(Failure::Status(status));
            assert_eq!(delivered(status, br#"{"done":true}"#), outcome, "{status}");
        }
    }
}
