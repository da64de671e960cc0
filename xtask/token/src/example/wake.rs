//! The wakes in the examples of the spec: their requests have a token and an id that stand for those of a real wake.

use serde_json::Value;
use wire::{Example, Sent};

/// The token in examples.
const TOKEN: &str = "token.of-the-wake";

/// The id in examples.
const ID: &str = "w_000000000000000000000000";

/// The credentials with which an example acknowledges, extends or ends a wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// None is needed, or the example is about those that it has.
    AsSent,
    /// A token that can't be verified.
    Unverified,
    /// The token of a wake.
    Valid,
}

/// A wake, as its holder knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wake {
    id: String,
    token: String,
}

impl Holder {
    /// The credentials that the example assumes. `refused` has the requests that are refused for their credentials, at all endpoints.
    #[must_use]
    pub fn of(example: &Example, refused: &[Example]) -> Self {
        let given = |own: &Example| own.given.iter().find_map(|given| given.strip_prefix("Holder "));
        let is_needed = || refused.iter().any(|other| other.endpoint == example.endpoint && given(other).is_some());
        match given(example) {
            Some("unverified") => Self::Unverified,
            None if is_needed() => Self::Valid,
            _ => Self::AsSent,
        }
    }

    /// The requests before that of the example. If they declare no wake that it could be about, a worker claims one.
    #[must_use]
    pub fn before(self, example: &Example) -> Vec<Sent> {
        if self == Self::Valid && example.before.is_empty() { claim(&example.send) } else { example.before.to_vec() }
    }

    /// The request of the example, which has a token if it needs one.
    #[must_use]
    pub fn send(self, example: &Example) -> Sent {
        let sent = example.send;
        if self == Self::AsSent || sent.headers().any(|(name, _)| name == "authorization") {
            return sent;
        }
        let (line, rest) =
            sent.0.split_once('\n').map_or((sent.0, String::new()), |(line, rest)| (line, format!("\n{rest}")));
        text(format!("{line}\nauthorization: Bearer {TOKEN}{rest}"))
    }
}

impl Wake {
    /// The wake in the response to a claim, or in the request to a webhook.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        Some(Self { id: text("wake_id")?, token: text("token").or_else(|| text("callback_token"))? })
    }

    /// A request that is about this wake instead of the one in examples.
    #[must_use]
    pub fn put_into(&self, sent: Sent) -> Sent {
        text(sent.0.replace(ID, &self.id).replace(TOKEN, &self.token))
    }
}

/// The requests with which a worker gets a wake of the subscription that `sent` names.
fn claim(sent: &Sent) -> Vec<Sent> {
    let (subscription, _) = sent.target().rsplit_once('/').expect("a path");
    let requests = [
        "PUT /v1/stream/pool-a\ncontent-type: application/json".to_owned(),
        format!("PUT {subscription}\n\n{}", r#"{"type":"pull-wake","streams":["sub-a/1"],"wake_stream":"pool-a"}"#),
        "PUT /v1/stream/sub-a/1\ncontent-type: text/plain\n\nabc".to_owned(),
        format!("POST {subscription}/claim\n\n{}", r#"{"worker":"worker-1"}"#),
    ];
    requests.map(text).into()
}

/// A request. It is kept until the program ends, as the examples are.
fn text(text: String) -> Sent {
    Sent(text.leak())
}

#[cfg(test)]
mod tests {
    use super::{Holder, Wake};
    use wire::{Example, Sent};

    const ACK: Example = Example { endpoint: "acknowledge", send: Sent("POST /s/a/ack\n\n{}"), ..Example::PLAIN };
    const UNVERIFIED: Example = Example { given: &["Holder unverified"], ..ACK };
    const REFUSED: &[Example] = &[Example { given: &["Holder unknown"], ..ACK }, UNVERIFIED];

    #[test]
    fn an_endpoint_of_holders_gets_a_token() {
        let wake = Wake::read(br#"{"wake_id":"w_1","token":"t.1"}"#).expect("a wake");
        assert_eq!(Wake::read(br#"{"wake_id":"w_1","callback_token":"t.1"}"#), Some(wake.clone()));
        assert_eq!(Wake::read(br#"{"ok":true}"#), None);
        let holder = Holder::of(&ACK, REFUSED);
        assert_eq!((holder, holder.before(&ACK).len()), (Holder::Valid, 4));
        assert_eq!(wake.put_into(holder.send(&ACK)).0, "POST /s/a/ack\nauthorization: Bearer t.1\n\n{}");
        let claiming = holder.before(&ACK);
        assert_eq!([claiming[1].target(), claiming[3].target()], ["/s/a", "/s/a/claim"]);
    }

    #[test]
    fn a_token_in_the_example_is_replaced() {
        let text =
            "POST /s/a/ack\nauthorization: Bearer token.of-the-wake\n\n{\"wake_id\":\"w_000000000000000000000000\"}";
        let example = Example { send: Sent(text), before: &[Sent("PUT /s/a")], ..ACK };
        let (holder, wake) = (Holder::of(&example, REFUSED), Wake { id: "w_1".to_owned(), token: "t.1".to_owned() });
        assert_eq!(holder.before(&example).len(), 1);
        let sent = wake.put_into(holder.send(&example));
        assert_eq!(sent.0, "POST /s/a/ack\nauthorization: Bearer t.1\n\n{\"wake_id\":\"w_1\"}");
    }

    #[test]
    fn other_credentials_stay() {
        let other = Example { endpoint: "read", ..ACK };
        for (example, expected) in
            [(other, Holder::AsSent), (REFUSED[0], Holder::AsSent), (UNVERIFIED, Holder::Unverified)]
        {
            let holder = Holder::of(&example, REFUSED);
            assert_eq!((holder, holder.before(&example).len()), (expected, 0));
            assert_eq!(holder.send(&example).headers().count(), usize::from(expected == Holder::Unverified));
        }
    }
}
