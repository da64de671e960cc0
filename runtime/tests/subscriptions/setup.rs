use native::{Request, Server, path_of};
use runtime::Failure;
use runtime::subscription::Shown;
use runtime::subscription::message::Answer;
use runtime::subscription::reach::Reach;
use runtime::subscription::request::Refused;
use spec::stream::Path;
use std::collections::BTreeSet;
use subscriptions::{
    Ack, Acknowledgment, Claimed, Configuration, Created, Credentials, LeaseTtl, Pattern, Phase, Refusal,
    SubscriptionId, Target, WebhookUrl, WorkerName,
};

pub const LINKS_MAX: usize = 20;

/// The lease of all subscriptions here.
pub const TTL_MS: u64 = 10_000;

pub fn id() -> SubscriptionId {
    SubscriptionId::read("runner:1").expect("an ID")
}

pub fn path(text: &str) -> Path {
    Path::read(text).expect("a path")
}

pub fn webhook() -> Target {
    Target::Webhook(WebhookUrl::read("https://app.example/wake").expect("a URL"))
}

pub fn configuration(target: Target, pattern: &str, streams: &[&str]) -> Configuration {
    let pattern = Pattern::read(pattern).expect("a pattern");
    let streams = streams.iter().map(|text| path(text)).collect();
    let ttl = LeaseTtl::new(TTL_MS).expect("a lease");
    Configuration::new(target, pattern, streams, ttl, None).expect("a configuration")
}

/// Creates a stream of JSON messages, with one message for each text.
pub async fn create_stream(server: &Server, path: &str, messages: &[&str]) {
    let put = Request::new("PUT", &format!("/v1/stream/{path}")).header("content-type", "application/json");
    let put = if messages.is_empty() { put } else { put.body(format!("[{}]", messages.join(","))) };
    assert_eq!(server.send(put).await.status, 201, "{path}");
}

/// Appends one message of JSON. Returns whether this was acknowledged.
pub async fn append(server: &Server, path: &str) -> bool {
    let post = Request::new("POST", &format!("/v1/stream/{path}")).header("content-type", "application/json");
    server.attempt(post.body("[1]")).await.is_some_and(|reply| reply.status == 204)
}

pub async fn delete_stream(server: &Server, path: &str) {
    let delete = Request::new("DELETE", &format!("/v1/stream/{path}"));
    assert_eq!(server.send(delete).await.status, 204, "{path}");
}

/// Creates a subscription, without faults.
pub async fn subscribe(server: &Server, configuration: Configuration) -> Result<Created, Refused> {
    let created = server.subscription(&id(), async |object| object.create(configuration, LINKS_MAX).await).await;
    created.expect("no crash").expect("no failure").map(|(created, _)| created)
}

/// The paths of the links, in order.
pub async fn linked(server: &Server) -> Vec<String> {
    cursors(server).await.into_iter().map(|(path, _, _)| path).collect()
}

/// Tells the subscription that a tail may have moved. Returns whether it follows the stream.
pub async fn poke(server: &Server, moved: &str) -> bool {
    let poked = server.subscription(&id(), async |object| object.poke(&path(moved)).await).await;
    poked.expect("no crash").expect("no failure") != Answer::Unknown
}

/// Appends, and tells the subscription.
pub async fn append_and_poke(server: &Server, path: &str) {
    assert!(append(server, path).await);
    assert!(poke(server, path).await);
}

pub async fn read(server: &Server) -> Option<Shown> {
    let found = server.subscription(&id(), async |object| object.read(&Reach::everywhere()).await).await;
    found.expect("no crash").expect("no failure")
}

/// The links, each with its cursor and its tail.
pub async fn cursors(server: &Server) -> Vec<(String, u64, u64)> {
    let found = read(server).await.expect("a subscription");
    found.streams.iter().map(|info| (info.path.as_str().to_owned(), info.acked.get(), info.tail.get())).collect()
}

pub async fn claim(server: &Server) -> Result<Claimed, Refusal> {
    let worker = WorkerName::read("worker-1").expect("a name");
    let claimed = server.subscription(&id(), async |object| object.claim(worker, &Reach::everywhere()).await).await;
    claimed.expect("no crash").expect("no failure")
}

pub fn credentials(claimed: &Claimed) -> Credentials {
    let (claims, wake_id) = (claimed.claims.clone(), claimed.wake_id.as_str().to_owned());
    Credentials { generation: claims.generation, claims, wake_id }
}

/// An acknowledgment of everything pending that a claim has shown.
pub fn all_of(claimed: &Claimed) -> Acknowledgment {
    let acks = claimed
        .streams
        .iter()
        .filter(|info| info.has_pending())
        .map(|info| Ack { path: info.path.clone(), offset: info.tail })
        .collect();
    Acknowledgment { credentials: credentials(claimed), acks, done: true }
}

/// Acknowledges. Returns whether the next wake has started.
pub async fn acknowledge(server: &Server, call: Acknowledgment) -> Result<bool, Refusal> {
    let done = server.subscription(&id(), async |object| object.acknowledge(&call).await).await;
    done.expect("no crash").expect("no failure").map(|done| done.next_wake)
}

pub async fn delete(server: &Server) -> Result<(), Failure> {
    server.subscription(&id(), async |object| object.delete(&Reach::everywhere()).await).await.expect("no crash")
}

/// Checks that a wake goes on without any request: it was announced to workers, or an alarm is set.
pub async fn check_wake(server: &Server, announced: &BTreeSet<u64>) {
    let Some(Shown { subscription, .. }) = read(server).await else { return };
    let is_known = match &subscription.phase {
        Phase::Idle { .. } => true,
        Phase::Waking { retry: None, .. } if announced.contains(&subscription.generation.get()) => true,
        Phase::Waking { .. } | Phase::Held { .. } | Phase::Retrying { .. } => server.has_alarm(&path_of(&id())),
    };
    assert!(is_known, "the wake {:?} is stuck", subscription.phase);
}

/// A subscription of workers whose wake waits for one of them.
pub async fn waking() -> Server {
    let server = Server::new();
    create_stream(&server, "pool", &[]).await;
    create_stream(&server, "jobs", &[]).await;
    subscribe(&server, configuration(Target::PullWake(path("pool")), "", &["jobs"])).await.unwrap();
    append_and_poke(&server, "jobs").await;
    server.settle().await;
    server
}
