//! Names of an example's own: no two examples meet on one server, not even those of two runs.

use std::borrow::Cow;

use e2e::{Receiver, Reply, Request, open_socket, request, unique_path};
use wire::{Content, Example, Expected, Sent};

/// The beginning of all resources of subscriptions.
const SUBSCRIPTIONS: &str = "/v1/stream/__ds/";

/// How names begin in requests about subscriptions. `a` is the id in malformed ones.
const NAMES: [&str; 5] = ["mailer-", "runner-", "sub-", "pool-", "subscriptions/a"];

/// The URL of webhooks in examples.
const WEBHOOK: &str = "https://app.example/wake";

/// Where an example happens.
pub struct Place<'e> {
    example: &'e Example,
    url: String,
    /// What its paths have behind the root of their resource.
    own: String,
    /// Texts of the example, and those that are here instead.
    replaced: Vec<(&'static str, String)>,
}

/// Whether requests before that of the example create a webhook.
pub fn has_webhook(example: &Example) -> bool {
    example.before.iter().any(|sent| sent.body().contains(WEBHOOK))
}

impl<'e> Place<'e> {
    /// A place on the server at `url`.
    pub fn new(example: &'e Example, url: String, receiver: Option<&Receiver>) -> Self {
        let own = unique_path().trim_start_matches("/v1/stream/").to_owned() + "/";
        if example.root.starts_with(SUBSCRIPTIONS) {
            let own = own.replace('/', "-");
            let names = NAMES.iter().map(|name| (*name, format!("{name}{own}")));
            let webhook = receiver.map(|receiver| (WEBHOOK, receiver.url().to_owned()));
            return Self { example, url, own: String::new(), replaced: names.chain(webhook).collect() };
        }
        // One that is sent to the only path of its resource names the streams that it is about in other parts of the request: they have
        // names of their own.
        let is_sent_to_root = example.send.target().split('?').next() == example.root.strip_suffix('/');
        let own = if is_sent_to_root { String::new() } else { own };
        Self { example, url, own, replaced: Vec::new() }
    }

    /// The head of the reply, and the first message that follows it.
    pub fn attend(&self, sent: &Sent) -> Reply {
        let url = format!("{}{}", self.url, self.under(sent.target()));
        let headers: Vec<_> = sent.headers().filter(|(name, _)| *name != "upgrade").collect();
        let (reply, socket) = open_socket(&url, &headers);
        let body = socket.and_then(|mut socket| socket.next_text()).unwrap_or_default();
        Reply { body: body.into_bytes(), ..reply }
    }

    /// A request of the example, as it is here.
    pub fn request(&self, sent: &Sent, token: Option<String>) -> Request {
        let sent = Sent(self.here(sent.0));
        let mut request = request(sent.method(), &format!("{}{}", self.url, self.under(sent.target())));
        for (name, value) in sent.headers() {
            request = request.header(name, &*self.under(value));
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if sent.body().is_empty() { request } else { request.body(sent.body()) }
    }

    /// The expected response, as it is here.
    pub fn expected(&self) -> Expected {
        let expected = self.example.expect;
        let body = match expected.body {
            Content::Json(text, open) => Content::Json(self.here(text), open),
            other => other,
        };
        Expected { body, ..expected }
    }

    /// Deletes the subscriptions that the example and the requests before it create. Otherwise, they would wake for ever.
    pub fn clean_up(&self, before: &[Sent], token: Option<String>) {
        let all = before.iter().chain([&self.example.send]);
        for sent in all.filter(|sent| sent.method() == "PUT" && sent.target().starts_with(SUBSCRIPTIONS)) {
            let delete = format!("DELETE {}", sent.target());
            self.request(&Sent(delete.leak()), token.clone()).send();
        }
    }

    /// A text with the names that are used here. It is kept until the program ends, as the example is.
    fn here(&self, text: &'static str) -> &'static str {
        if self.replaced.is_empty() {
            return text;
        }
        let replaced = self.replaced.iter();
        replaced.fold(text.to_owned(), |text, (old, new)| text.replace(old, new)).leak()
    }

    /// A text of the example as it is here: a path of a resource, whichever that is, is below one of its own. An example of
    /// no resource has its paths as they are.
    fn under<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let about = spec::EXAMPLES.iter().find(|example| !example.root.is_empty() && text.starts_with(example.root));
        about
            .filter(|_| !self.example.root.is_empty())
            .map_or(text.into(), |example| example.under(&format!("{}{}", example.root, self.own), text))
    }
}
