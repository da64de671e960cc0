//! The subscriptions of a round: to the streams that are written to, by pattern and explicitly, with webhooks and with workers, and to the
//! streams on the side.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, ensure};
use bench::client::Site;
use bench::receiver::Receiver;
use bytes::Bytes;
use fastrand::Rng;
use serde_json::{Value, json};
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::sleep;

use super::{Expected, Keys, Stage, Subscription, Target, Watcher, Webhook, Worker, settle};
use crate::bucket;
use crate::caller::Caller;
use crate::folder;
use crate::history::History;
use crate::history::wakes::Link;
use crate::log::Kind;
use crate::streams::Stream;

const WORKERS: usize = 2;
/// Maximum time before more streams are linked.
const LINK_MS: u64 = 2_000;

/// Creates the subscriptions of a round.
pub struct Subscriptions {
    pub site: Site,
    /// The name of the round, with which all paths begin.
    pub name: String,
    pub history: Rc<History>,
    pub random: Rng,
    stage: Rc<Cell<Stage>>,
    tasks: Vec<JoinHandle<Result<()>>>,
}

/// The paths of the streams that are written to, as subscriptions name them.
type Paths<'a> = &'a [String];

impl Subscriptions {
    pub fn new(site: &Site, name: &str, history: &Rc<History>, random: Rng) -> Self {
        let (site, name, history) = (site.clone(), name.to_owned(), history.clone());
        Self { site, name, history, random, stage: Rc::default(), tasks: Vec::new() }
    }

    /// Creates them, and starts their receivers and workers. Streams are linked before anything is appended to them, except some explicit links.
    pub async fn start(&mut self, paths: Paths<'_>) -> Result<()> {
        let keys = Rc::new(Keys::fetch(&mut Caller::new(&self.site), &self.site.prefix).await?);
        let all = json!({ "pattern": format!("{}/*", self.name) });
        self.hook("glob", &all, &keys).await?;
        self.hook("lives", &json!({ "pattern": format!("{}{}*", self.name, folder::LIVES) }), &keys).await?;
        let (first, later) = paths.split_at(paths.len() / 2);
        self.hook("named", &json!({ "streams": first }), &keys).await?;
        self.work(&all).await?;
        for (part, linked) in [("glob", paths), ("pull", paths), ("named", first)] {
            self.watch(part);
            links(&self.history, &self.subscription(part).id.name, 0, linked);
        }
        let (mut named, later, history) = (self.subscription("named"), later.to_vec(), self.history.clone());
        let (wait, number) = (Duration::from_millis(self.random.u64(..LINK_MS)), first.len());
        self.tasks.push(spawn_local(async move {
            sleep(wait).await;
            named.link(&later).await?;
            links(&history, &named.id.name, number, &later);
            Ok(())
        }));
        Ok(())
    }

    /// The server is killed no more. Waits until the subscriptions have been notified of everything, and returns what is missing.
    pub async fn settle(&mut self, expected: &[Expected]) -> Result<Vec<String>> {
        self.stage.set(Stage::Calm);
        let mut missing = Vec::new();
        for part in ["glob", "named", "pull"] {
            let mut subscription = self.subscription(part);
            missing.extend(settle(&mut subscription, expected, &self.history, async || Ok(())).await?);
        }
        Ok(missing)
    }

    /// Waits until the subscription to the streams on the side has been notified of everything. A new stream whose subscription could not be
    /// notified is found by the sweep.
    pub async fn settle_lives(&mut self, expected: &[Expected]) -> Result<Vec<String>> {
        let mut caller = Caller::new(&self.site);
        let mut subscription = self.subscription("lives");
        settle(&mut subscription, expected, &self.history, async || bucket::sweep(&mut caller).await.map(drop)).await
    }

    /// Deletes them, and ends their receivers and workers.
    pub async fn end(self) -> Result<()> {
        for part in ["glob", "lives", "named", "pull"] {
            self.subscription(part).delete().await?;
        }
        self.stage.set(Stage::Over);
        for task in self.tasks {
            task.await??;
        }
        Ok(())
    }

    fn subscription(&self, part: &str) -> Subscription {
        Subscription::new(&self.site, &format!("{}-{part}", self.name))
    }

    fn watch(&mut self, part: &str) {
        let watcher = Watcher { subscription: self.subscription(part), history: self.history.clone() };
        self.tasks.push(spawn_local(watcher.run(self.stage.clone())));
    }

    async fn hook(&mut self, part: &str, members: &Value, keys: &Rc<Keys>) -> Result<()> {
        let receiver = Receiver::listen().await?;
        let mut subscription = self.subscription(part);
        let url = receiver.url("/wake");
        subscription.create(&Target::Webhook { url }, members).await?;
        let webhook = Webhook {
            site: self.site.clone(),
            random: self.random.fork(),
            history: self.history.clone(),
            name: subscription.id.name,
            receiver,
            keys: keys.clone(),
        };
        self.tasks.push(spawn_local(webhook.run(self.stage.clone())));
        Ok(())
    }

    async fn work(&mut self, members: &Value) -> Result<()> {
        let (mut subscription, mut caller) = (self.subscription("pull"), Caller::new(&self.site));
        let name = format!("{}-wakes", self.name);
        let wake_stream = Stream::new(&self.site, &name, Kind::Json);
        let (answer, _) = caller.insist(|| wake_stream.put(), &Bytes::new()).await;
        ensure!(answer.status.is_success(), "{} of the creation of a wake stream", answer.status);
        subscription.create(&Target::PullWake { wake_stream: &name }, members).await?;
        for number in 0..WORKERS {
            let worker = Worker {
                name: format!("worker-{number}"),
                random: self.random.fork(),
                history: self.history.clone(),
                subscription: self.subscription("pull"),
                wake_stream: wake_stream.clone(),
                caller: Caller::new(&self.site),
            };
            self.tasks.push(spawn_local(worker.run(self.stage.clone())));
        }
        Ok(())
    }
}

/// Records that streams are linked, the first of which has this number.
fn links(history: &History, subscription: &str, first: usize, paths: Paths<'_>) {
    let since = history.moment();
    let link = |(stream, path): (usize, &String)| {
        let (subscription, path) = (subscription.to_owned(), path.clone());
        Link { subscription, stream, path, since }
    };
    history.wakes.links.borrow_mut().extend((first..).zip(paths).map(link));
}
