use crate::setup::{Deployment, document, is_signed, pass};
use native::{Crypto, run};
use runtime::Report;
use runtime::access::Secret;
use runtime::host::{HostError, Isolate, UnixMs};
use runtime::subscription::{self, Answer, Headers, Keyring, Post, deliver};
use spec::Limits;
use std::cell::RefCell;
use std::time::Duration;
use subscriptions::{
    AddressPolicy, Attempt, Delivered, Delivery, Failure, Generation, Life, Notice, SubscriptionId, TokenClaims,
    WakeId, WebhookUrl,
};

/// A platform whose requests get the same response.
struct Platform<'a> {
    crypto: &'a Crypto,
    answer: Answer,
    sent: RefCell<Vec<Sent>>,
}

struct Sent {
    url: String,
    headers: Headers,
    body: Vec<u8>,
    wait: Duration,
    body_max: usize,
}

impl Isolate for Platform<'_> {
    fn now(&self) -> UnixMs {
        self.crypto.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.crypto.sleep(duration).await;
    }

    fn report(&self, report: &Report) {
        self.crypto.report(report);
    }
}

impl subscription::Crypto for Platform<'_> {
    async fn generate(&self) -> Result<Secret, HostError> {
        self.crypto.generate().await
    }

    async fn sign(&self, jwk: &Secret, message: &[u8]) -> Result<[u8; 64], HostError> {
        self.crypto.sign(jwk, message).await
    }

    fn random(&self) -> [u8; 32] {
        self.crypto.random()
    }
}

impl Post for Platform<'_> {
    async fn post(&self, url: &str, headers: Headers, body: Vec<u8>, wait: Duration, body_max: usize) -> Answer {
        self.sent.borrow_mut().push(Sent { url: url.to_owned(), headers, body, wait, body_max });
        self.answer.clone()
    }
}

fn delivery(url: &str, deadline: UnixMs) -> Delivery {
    let wake_id: WakeId = serde_json::from_str(r#""w_1""#).expect("an id");
    let generation = Generation::new(1).expect("a number");
    let subscription = SubscriptionId::read("mailer").expect("an id");
    let claims = TokenClaims { subscription, life: Life::stored("a"), generation };
    Delivery {
        attempt: Attempt { wake_id: wake_id.clone(), generation, failures: 0 },
        url: WebhookUrl::read(url).expect("a URL"),
        deadline,
        notice: Notice { wake_id, streams: vec![], claims },
    }
}

const BODY: &[u8] = br#"{"wake_id":"w_1"}"#;

/// Makes one attempt. Returns its outcome, and the request, if one was sent.
async fn attempt(
    deployment: &Deployment,
    policy: &AddressPolicy,
    url: &str,
    answer: Answer,
) -> (Delivered, Option<Sent>) {
    let keys = deployment.keys(&Keyring::default()).await;
    let platform = Platform { crypto: &deployment.crypto, answer, sent: RefCell::default() };
    let delivery = delivery(url, deployment.now() + 600_000);
    let headers = |signature: String| vec![("a", "b".into()), ("signature", signature.into())];
    let outcome = deliver(&platform, &Limits::DECLARED, policy, &keys, &delivery, BODY.to_vec(), headers).await;
    (outcome, platform.sent.take().pop())
}

fn answered(status: u16, body: &[u8]) -> Answer {
    Answer::Answered { status, body: body.to_vec() }
}

const URL: &str = "https://app.example/wake";

#[test]
fn each_attempt_is_signed_at_its_time() {
    run(async {
        let (deployment, policy) = (Deployment::new(), AddressPolicy::default());
        let mut headers = Vec::new();
        for _ in 0..2 {
            let (outcome, sent) = attempt(&deployment, &policy, URL, answered(200, b"{}")).await;
            let Sent { url, headers: own, body, wait, body_max } = sent.expect("a request");
            assert_eq!((outcome, &*url, &*body), (Delivered::Accepted, URL, BODY));
            let Limits { webhook_wait, webhook_answer, .. } = Limits::DECLARED;
            assert_eq!((wait, body_max), (webhook_wait, webhook_answer));
            assert_eq!((own.len(), own[0].clone(), own[1].0), (2, ("a", "b".into()), "signature"));
            let signature = own[1].1.clone().into_owned();
            assert!(signature.starts_with(&format!("t={},", deployment.now() / 1000)), "{signature}");
            let keys = deployment.keys(&Keyring::default()).await;
            assert!(is_signed(&signature, BODY, &document(&keys)));
            headers.push(signature);
            pass(2_000).await;
        }
        assert_ne!(headers[0], headers[1]);
    });
}

#[test]
fn the_answer_decides_the_outcome() {
    run(async {
        let (deployment, policy) = (Deployment::new(), AddressPolicy::default());
        let endless = vec![b' '; Limits::DECLARED.webhook_answer + 1];
        for (answer, expected) in [
            (answered(200, br#"{"done":true}"#), Delivered::Done),
            (answered(200, br#"{"done":"true"}"#), Delivered::Accepted),
            (answered(200, &endless), Delivered::Accepted),
            (answered(204, b""), Delivered::Accepted),
            (answered(301, b""), Delivered::Failed(Failure::Status(301))),
            (answered(410, br#"{"done":true}"#), Delivered::Failed(Failure::Status(410))),
            (answered(503, b""), Delivered::Failed(Failure::Status(503))),
            (Answer::TimedOut, Delivered::Failed(Failure::TimedOut)),
            (Answer::Unreachable, Delivered::Failed(Failure::Unreachable)),
        ] {
            assert_eq!(attempt(&deployment, &policy, URL, answer).await.0, expected);
        }
    });
}

#[test]
fn nothing_is_sent_to_a_url_that_is_no_longer_allowed() {
    run(async {
        let deployment = Deployment::new();
        let local = AddressPolicy { allows_loopback: true, ..AddressPolicy::default() };
        let listed = AddressPolicy { hosts: vec!["other.example".to_owned()], ..AddressPolicy::default() };
        for (policy, url, is_sent) in [
            (&AddressPolicy::default(), URL, true),
            (&AddressPolicy::default(), "http://127.0.0.1:8080/", false),
            (&AddressPolicy::default(), "https://169.254.169.254/", false),
            (&AddressPolicy::default(), "https://2130706433/", false),
            (&local, "http://127.0.0.1:8080/", true),
            (&local, "http://10.0.0.1/hook", false),
            (&listed, URL, false),
        ] {
            let (outcome, sent) = attempt(&deployment, policy, url, answered(200, b"")).await;
            assert_eq!(sent.is_some(), is_sent, "{url}");
            assert_eq!(outcome == Delivered::Failed(Failure::Rejected), !is_sent, "{url}");
        }
    });
}

#[test]
fn a_request_ends_with_the_lease_or_at_the_limit() {
    run(async {
        let deployment = Deployment::new();
        let keys = deployment.keys(&Keyring::default()).await;
        let limits = Limits { webhook_wait: Duration::from_secs(7), webhook_answer: 9, ..Limits::DECLARED };
        let (answer, policy) = (answered(200, br#"{"done":true}"#), AddressPolicy::default());
        for (lease, expected) in [(600_000, 7), (5_000, 5)] {
            let platform = Platform { crypto: &deployment.crypto, answer: answer.clone(), sent: RefCell::default() };
            let delivery = delivery(URL, deployment.now() + lease);
            let outcome =
                deliver(&platform, &limits, &policy, &keys, &delivery, BODY.to_vec(), |_| Headers::new()).await;
            // The response body is longer than the limit.
            assert_eq!(outcome, Delivered::Accepted);
            let sent = platform.sent.take().pop().expect("a request");
            assert_eq!((sent.wait, sent.body_max), (Duration::from_secs(expected), 9));
        }
    });
}

#[test]
fn a_request_goes_to_the_url_that_was_checked() {
    run(async {
        let local = AddressPolicy { allows_loopback: true, ..AddressPolicy::default() };
        let (_, sent) = attempt(&Deployment::new(), &local, "http://0x7f.1/a", answered(200, b"")).await;
        assert_eq!(sent.expect("a request").url, "http://127.0.0.1/a");
    });
}

#[test]
fn nothing_is_sent_after_the_deadline_or_without_a_signature() {
    run(async {
        let deployment = Deployment::new();
        let keys = deployment.keys(&Keyring::default()).await;
        let answer = answered(200, b"");
        let platform = Platform { crypto: &deployment.crypto, answer, sent: RefCell::default() };
        let policy = AddressPolicy::default();
        let late = delivery(URL, deployment.now());
        let outcome =
            deliver(&platform, &Limits::DECLARED, &policy, &keys, &late, BODY.to_vec(), |_| Headers::new()).await;
        assert_eq!(outcome, Delivered::Failed(Failure::TimedOut));
        deployment.crypto.works.set(false);
        let timely = delivery(URL, deployment.now() + 1);
        let outcome =
            deliver(&platform, &Limits::DECLARED, &policy, &keys, &timely, BODY.to_vec(), |_| Headers::new()).await;
        assert_eq!(outcome, Delivered::Failed(Failure::Unsigned));
        assert_eq!(deployment.crypto.reported.get(), 1);
        assert!(platform.sent.borrow().is_empty());
    });
}
