//! The operations of a subscription.

use super::message::{Answer, Message};
use super::object::{Look, Operation, Subscription};
use super::outbound::Outbound;
use super::reach::Reach;
use super::request::Refused;
use super::store::{TooMany, linkable};
use crate::Failure;
use crate::host::HostError;
use spec::stream::Path;
use subscriptions::{
    Acknowledged, Acknowledgment, AtPath, Claimed, Configuration, Created, Credentials, Memory, RESEND_MS, Refusal,
    Requested, StreamInfo, Target, WorkerName,
};

/// A subscription that exists, and the streams that it is linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The subscription.
    pub subscription: subscriptions::Subscription,
    /// Its links with the streams, by path.
    pub streams: Vec<StreamInfo>,
}

impl<H: Outbound> Subscription<H> {
    /// Creates the subscription, or confirms that it exists with this configuration, and reads it before anything else can change it.
    /// `links_max` limits both the explicit links and the streams that match the pattern.
    ///
    /// # Errors
    /// [`Failure`]. The subscription may have been created nevertheless.
    pub async fn create(
        &self,
        configuration: Configuration,
        links_max: usize,
    ) -> Result<Result<(Created, Shown), Refused>, Failure> {
        let operation = self.begin(None).await?;
        let id = self.id().clone();
        let mut requested = Requested { id, configuration, streams: vec![], matching: vec![], links_max };
        if operation.live().is_none()
            && let Err(refused) = operation.register(&mut requested).await?
        {
            return Ok(Err(refused));
        }
        let decided = operation.decide_if_room(|memory, _, moment| memory.create(requested, moment)).await?;
        let Some((created, slot)) = decided else { return Ok(Err(Refused::TooManySubscriptions)) };
        let created = match created {
            Ok(created) => created,
            Err(refusal) => return Ok(Err(Refused::Decided(refusal))),
        };
        let shown = self.begin_in(slot, self.host().now(), None).await?.shown(&Reach::everywhere());
        Ok(Ok((created, shown.ok_or(Failure::FenceMismatch)?)))
    }

    /// Reads the subscription. `None`, if there is none within `reach`.
    ///
    /// # Errors
    /// [`Failure`], if a database does not answer.
    pub async fn read(&self, reach: &Reach) -> Result<Option<Shown>, Failure> {
        Ok(self.begin(None).await?.shown(reach))
    }

    /// Deletes the subscription, if it is within `reach`. Deleting none succeeds.
    ///
    /// # Errors
    /// [`Failure`]. The subscription may have been deleted nevertheless.
    pub async fn delete(&self, reach: &Reach) -> Result<(), Failure> {
        let operation = self.begin(None).await?;
        let found = operation.within(reach);
        if found.is_none() && operation.live().is_some() {
            return Ok(());
        }
        let wake_stream = match found.map(|subscription| subscription.configuration.target()) {
            Some(Target::PullWake(path)) => Some(path.clone()),
            Some(Target::Webhook(_)) | None => None,
        };
        let until = operation.until;
        operation.decide(|memory, _, _| memory.delete()).await?;
        // The sweep removes what else is in other databases. Until the registration is removed, nothing links the former wake stream.
        match wake_stream {
            Some(path) => self.store().remove_wake_stream(&path, until).await,
            None => Ok(()),
        }
    }

    /// Links streams explicitly.
    ///
    /// # Errors
    /// [`Failure`]. The streams may have been linked nevertheless.
    pub async fn add_links(
        &self,
        paths: &[Path],
        links_max: usize,
        reach: &Reach,
    ) -> Result<Result<(), Refused>, Failure> {
        let operation = self.begin(None).await?;
        if operation.within(reach).is_none() {
            return Ok(Err(Refused::Decided(Refusal::NotFound)));
        }
        let added = match operation.register_named(paths).await? {
            Ok(added) => added,
            Err(refused) => return Ok(Err(refused)),
        };
        let decide = |memory: Memory, links, moment| memory.add_links(links, added, links_max, moment);
        Ok(operation.decide(decide).await?.map_err(Refused::Decided))
    }

    /// Removes an explicit link.
    ///
    /// # Errors
    /// [`Failure`]. The link may have been removed nevertheless.
    pub async fn remove_link(&self, path: &Path, reach: &Reach) -> Result<Result<(), Refusal>, Failure> {
        self.operate_within(reach, |memory, links, moment| memory.remove_link(links, path, moment)).await
    }

    /// Claims the wake for a worker.
    ///
    /// # Errors
    /// [`Failure`]. The wake may have been claimed nevertheless.
    pub async fn claim(&self, worker: WorkerName, reach: &Reach) -> Result<Result<Claimed, Refusal>, Failure> {
        self.operate_within(reach, |memory, links, moment| memory.claim(links, worker, moment)).await
    }

    /// Takes an acknowledgment of a worker.
    ///
    /// # Errors
    /// [`Failure`]. The acknowledgment may have taken effect nevertheless.
    pub async fn acknowledge(&self, call: &Acknowledgment) -> Result<Result<Acknowledged, Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.acknowledge(links, call, moment)).await
    }

    /// Takes an acknowledgment of the receiver of a webhook.
    ///
    /// # Errors
    /// [`Failure`]. The acknowledgment may have taken effect nevertheless.
    pub async fn call_back(&self, call: &Acknowledgment) -> Result<Result<Acknowledged, Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.call_back(links, call, moment)).await
    }

    /// Gives the wake back.
    ///
    /// # Errors
    /// [`Failure`]. The wake may have been given back nevertheless.
    pub async fn release(&self, credentials: &Credentials) -> Result<Result<(), Refusal>, Failure> {
        self.operate(|memory, links, moment| memory.release(links, credentials, moment)).await
    }

    /// Looks at the streams, because the tail of the one at `path` may have moved. [`Answer::Unknown`], if this subscription does not follow
    /// that stream, unless that has not been checked because of another look or a wake.
    ///
    /// # Errors
    /// [`Failure`]. The caller repeats the poke.
    pub async fn poke(&self, path: &Path) -> Result<Answer, Failure> {
        let operation = match self.begin_look().await? {
            Look::Begun(operation) => operation,
            Look::Shared => return Ok(Answer::Done),
            Look::Later => return Ok(Answer::Busy),
        };
        let follows = operation.links.follows(path) || operation.globs(path);
        let exists = operation.look().await?.is_ok();
        Ok(if exists && follows { Answer::Done } else { Answer::Unknown })
    }

    /// Links a stream that was created after the subscription, if it matches the pattern, and the pattern has not linked too many.
    ///
    /// # Errors
    /// [`Failure`]. The caller repeats this.
    pub async fn appeared(&self, path: &Path) -> Result<Answer, Failure> {
        let operation = self.begin(None).await?;
        if !operation.globs(path) {
            return Ok(if operation.live().is_some() { Answer::Done } else { Answer::Unknown });
        }
        if !operation.links.has_room_for(path, self.limits().links) {
            return Ok(Answer::Full);
        }
        let found = self.store().subscribe(std::slice::from_ref(path)).await?;
        let decide = |memory: Memory, links, moment| memory.appeared(links, linkable(found), moment);
        let linked = operation.decide(decide).await?;
        Ok(linked.map_or(Answer::Unknown, |()| Answer::Done))
    }

    /// Takes a message from the Durable Object of a stream.
    ///
    /// # Errors
    /// [`Failure`]. The sender repeats the message.
    pub async fn receive(&self, message: &Message) -> Result<Answer, Failure> {
        let read = |path: &str| Path::read(path).map_err(|rule| HostError(format!("a path must be {rule}")));
        match message {
            Message::Moved { path } => self.poke(&read(path)?).await,
            Message::Arrived { path } => self.appeared(&read(path)?).await,
        }
    }

    /// Does what is due.
    ///
    /// # Errors
    /// [`Failure`]. The alarm runs again.
    pub async fn alarm(&self) -> Result<(), Failure> {
        let now = self.host().now();
        // If this handler dies, the alarm runs again.
        self.host().set_alarm(now + RESEND_MS).await?;
        // Without a subscription, nothing is due.
        let _: Result<(), Refusal> = self.begin(Some(now)).await?.look().await?;
        Ok(())
    }
}

impl<H: Outbound> Operation<'_, H> {
    /// The subscription, if it exists within `reach`.
    fn shown(&self, reach: &Reach) -> Option<Shown> {
        let subscription = self.within(reach)?.clone();
        Some(Shown { subscription, streams: StreamInfo::of_now(&self.links) })
    }

    /// Registers a subscription that is to be created where its streams are stored, and reads them. If the subscription is not
    /// created, the sweep deletes what was registered.
    async fn register(&self, requested: &mut Requested) -> Result<Result<(), Refused>, Failure> {
        let store = self.store();
        let Requested { configuration, links_max, .. } = &*requested;
        let wake_stream = match configuration.target() {
            Target::PullWake(path) => Some(path.clone()),
            Target::Webhook(_) => None,
        };
        if let Some(path) = &wake_stream
            && !store.can_take_events(path).await?
        {
            return Ok(Err(Refused::WakeStream));
        }
        // Two creations at once can both find room, so the transaction that creates checks this again. Here, a refusal registers nothing.
        if self.is_full(configuration.pattern().is_some()).await? {
            return Ok(Err(Refused::TooManySubscriptions));
        }
        if configuration.streams().len() > *links_max {
            return Ok(Err(Refused::Decided(Refusal::TooManyLinks)));
        }
        let matching = match configuration.pattern() {
            None => Vec::new(),
            Some(pattern) => match store.matching(pattern, *links_max).await? {
                Ok(matching) => matching,
                Err(TooMany) => return Ok(Err(Refused::Decided(Refusal::TooManyLinks))),
            },
        };
        let named: Vec<Path> = configuration.streams().iter().cloned().collect();
        requested.matching = linkable(store.subscribe(&matching).await?);
        match self.register_named(&named).await? {
            Ok(streams) => requested.streams = streams,
            Err(not_linked) => return Ok(Err(not_linked)),
        }
        // The last step, because it changes what other subscriptions are linked to.
        if let Some(path) = &wake_stream {
            store.add_wake_stream(path).await?;
        }
        Ok(Ok(()))
    }

    /// Registers the subscription with streams to link explicitly, and reads them.
    async fn register_named(&self, paths: &[Path]) -> Result<Result<Vec<AtPath>, Refused>, Failure> {
        let found = self.store().subscribe(paths).await?;
        match found.iter().find(|(_, found)| found.is_wake_stream) {
            Some(_) => Ok(Err(Refused::Circular)),
            None => Ok(Ok(linkable(found))),
        }
    }
}
