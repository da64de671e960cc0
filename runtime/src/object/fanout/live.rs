//! Live readers, each connected by a socket.
//!
//! No task waits for a reader: each reader is stored as a read position. After a change, the affected readers are sent
//! the new data and their positions are advanced. So a Durable Object whose readers are up to date is idle and may be
//! evicted.

use crate::Event;
use crate::Failure;
use crate::fanout::feed;
use crate::fanout::reader::{Group, Mode, Next, Peer, ReaderState, Step, tally_of};
use crate::fanout::share::Placement;
use crate::host::{Follow, Host, Mark, UnixMs};
use crate::metrics::Ending;
use crate::object::{Object, long_poll};
use crate::stream::Stream;
use crate::stream::page::Page;
use spec::{Offset, StreamState};
use std::time::Duration;

/// Number of readers served per turn if there are more than `readers_served`. Other tasks run between turns, so writers
/// don't wait for readers. Data appended in between goes out in one message.
const READERS_PER_TURN: usize = 16;

/// Delay until changed read positions are saved, together with all changes until then. A Durable Object is not evicted
/// before they are saved.
const ATTACHMENT_SAVE_DELAY: Duration = Duration::from_secs(1);

/// A reader that needs no socket.
pub struct Shared {
    /// The socket that it shares, and its state.
    pub placement: Placement,
    /// Its first events.
    pub message: Vec<u8>,
}

impl<H: Host> Object<H> {
    /// Makes sure that the alarm ends a reader at `at`, when its credentials expire. Callers use this before they accept the reader.
    ///
    /// # Errors
    /// [`Failure`], if the alarm can't be set.
    pub async fn end_reader_at(&self, at: UnixMs) -> Result<(), Failure> {
        self.arm(at).await
    }

    /// Ends readers whose credentials have expired, and makes sure that the alarm ends the next ones.
    pub(in crate::object) async fn end_expired_readers(&self) -> Result<(), Failure> {
        let next = self.0.readers.borrow_mut().expire(self.now());
        match next {
            Some(at) => self.arm(at).await,
            None => Ok(()),
        }
    }

    /// Accepts a reader and sends it stored data, then new data as it arrives, until its credentials expire.
    pub fn accept_reader(&self, socket: H::Socket, reader_state: ReaderState, peer: Peer) {
        let mut readers = self.0.readers.borrow_mut();
        readers.accept_reader(socket, reader_state, peer);
        // A connection without an attachment would be lost when the Durable Object is evicted.
        readers.save_attachments();
        drop(readers);
        if !self.is_unloaded() {
            self.serve_readers();
        } else {
            let object = self.clone();
            self.0.host.spawn(async move { object.load_and_serve().await });
        }
    }

    /// Lets a new reader share the messages of `socket`, if it has the same state after its first message.
    pub fn share(&self, socket: u64, reader_state: &ReaderState) -> Option<Shared> {
        let sequencer = self.0.sequencer.borrow();
        let (state, stream) = sequencer.as_ref()?.committed_at(self.now());
        let group = Group { reader_state: reader_state.clone(), ids: Vec::new(), room: self.limits().reader_window };
        let Step { message, next: Next::State(reader_state) } = self.step_from_memory(state, stream, &group)? else {
            return None;
        };
        let after = self.0.readers.borrow().shared_at(socket, &reader_state)?;
        let placement = Placement::Shared { socket, after, reader_state };
        Some(Shared { placement, message: message.unwrap_or_default() })
    }

    /// Removes a reader whose connection has ended, and records it if its peer was the client. `attachment` is that of its socket.
    pub fn disconnect(&self, id: u64, attachment: &str) {
        // The attachment has the tally of a reader that this Durable Object has ended, or has not loaded since it hibernated.
        let tally = self.0.readers.borrow_mut().disconnect(id).or_else(|| tally_of(attachment));
        if let Some(tally) = tally {
            self.measure_websocket(&tally);
        }
    }

    /// Handles a reader's message `text`; `None` if it is too long. The most recent mark acknowledges everything
    /// sent before it. The edge also names a socket that the reader can share. Any other message ends the connection.
    pub async fn receive_text(&self, id: u64, text: Option<&str>) {
        if let Some(follow) = text.and_then(Follow::read) {
            self.0.readers.borrow_mut().follow(id, follow);
            return self.save_attachments_soon();
        }
        let mark = text.and_then(Mark::read);
        let acknowledged =
            self.0.readers.borrow_mut().receive_ack(id, mark, self.limits().reader_window, || self.mark());
        if acknowledged {
            self.load_and_serve().await;
        }
    }

    fn mark(&self) -> Mark {
        Mark(self.0.host.entropy())
    }

    /// Serves readers, loading the stream if it is not in memory.
    async fn load_and_serve(&self) {
        match self.load(None, None).await {
            Ok(_) => self.serve_readers(),
            Err(failure) => {
                self.report(Event::ReadersDeferred, &failure);
                self.save_attachments_soon();
            }
        }
    }

    pub(in crate::object) fn readers_full(&self) -> bool {
        self.0.readers.borrow().count() + self.0.held_polls.count() >= self.limits().readers
    }

    /// Sends readers the data that is new to them: up to the limit at once, the others in later turns.
    pub(in crate::object) fn serve_readers(&self) {
        if self.0.serving.get() {
            return;
        }
        // The alarm may be late.
        self.0.readers.borrow_mut().expire(self.now());
        let (mut served, limit) = (0, self.limits().readers_served);
        let per_turn = READERS_PER_TURN.min(limit);
        let most = if self.0.readers.borrow().count() > limit { per_turn } else { limit };
        while served < most {
            match self.serve_some(most - served) {
                0 => return self.save_attachments_soon(),
                more => served += more,
            }
        }
        self.0.serving.set(true);
        let object = self.clone();
        self.0.host.spawn(async move {
            object.0.host.sleep(Duration::ZERO).await;
            while object.serve_some(per_turn) > 0 {
                object.0.host.sleep(Duration::ZERO).await;
            }
            object.0.serving.set(false);
            object.save_attachments_soon();
        });
    }

    /// Serves at most `most` readers. If a page is not in memory, it is fetched and sent later. Returns the number of
    /// readers served.
    fn serve_some(&self, most: usize) -> usize {
        let sequencer = self.0.sequencer.borrow();
        // If the state was discarded, the next request reloads it.
        let Some(sequencer) = sequencer.as_ref() else { return 0 };
        self.touch_if_read(sequencer);
        let (state, stream) = sequencer.committed_at(self.now());
        let behind = self.0.readers.borrow_mut().next_groups(stream, self.limits().reader_window, most);
        let steps = behind.into_iter().map(|group| (self.step_from_memory(state, stream, &group), group));
        let steps: Vec<_> = steps.collect();
        let served = steps.iter().map(|(_, group)| group.ids.len()).sum();
        for (step, group) in steps {
            match step {
                Some(step) => self.send(&group.ids, &step),
                None => {
                    self.0.readers.borrow_mut().set_fetching(&group.ids, true);
                    self.0.host.spawn(self.clone().fetch(group));
                }
            }
        }
        served
    }

    fn send(&self, ids: &[u64], step: &Step) {
        self.0.readers.borrow_mut().deliver(ids, step, self.limits().reader_window, || self.mark());
    }

    /// The data to send to readers at one position, if all of it is in memory.
    fn step_from_memory(&self, state: StreamState, stream: Option<&Stream>, group: &Group) -> Option<Step> {
        let reader_state = &group.reader_state;
        let stream = reader_state.stream(stream);
        let budget = stream.map_or(0, |stream| self.budget(stream, group));
        let page = self.page_for(stream, reader_state, budget)?;
        if let (Some(stream), Ok(Some(page)), Mode::Feed) = (stream, &page, reader_state.mode)
            && (feed::begins_within(stream, page) || feed::is_too_short(stream, page))
        {
            return None;
        }
        let step = page.and_then(|page| self.step(state, stream, group, page));
        Some(step.unwrap_or_else(|failure| self.fail(reader_state, failure)))
    }

    /// Maximum bytes of `stream` in a page for a group. A long-poll reader gets a single response, which has the same
    /// page as a catch-up read.
    fn budget(&self, stream: &Stream, group: &Group) -> usize {
        let page = self.limits().page;
        match group.reader_state.mode {
            Mode::Poll(_) => page,
            Mode::Feed => feed::payload_room(stream, page, group.room),
        }
    }

    /// The page for readers at one position, or `Ok(None)` if their stream does not exist any longer. Returns `None` if
    /// some of it is not in memory.
    pub(in crate::object) fn page_for(
        &self,
        stream: Option<&Stream>,
        reader_state: &ReaderState,
        budget: usize,
    ) -> Option<Result<Option<Page>, Failure>> {
        let Some(stream) = stream else { return Some(Ok(None)) };
        Some(self.page_from_memory(stream, Offset::new(reader_state.position)?, budget)?.map(Some))
    }

    /// Fetches a page for readers at one position, and sends it to them.
    async fn fetch(self, group: Group) {
        let step = self.retry_if_outdated(async || self.step_from_afar(&group).await).await;
        let step = step.unwrap_or_else(|failure| self.fail(&group.reader_state, failure));
        self.0.readers.borrow_mut().set_fetching(&group.ids, false);
        self.send(&group.ids, &step);
        self.serve_readers();
    }

    async fn step_from_afar(&self, group: &Group) -> Result<Step, Failure> {
        let (state, stream) = self.peek().await?;
        let stream = group.reader_state.stream(stream.as_ref());
        let page = match stream.zip(Offset::new(group.reader_state.position)) {
            Some((stream, position)) if position >= stream.earliest => {
                Some(self.page_from_afar(stream, position, group).await?)
            }
            _ => None,
        };
        self.step(state, stream, group, page)
    }

    /// A page for a group. The page of a feed starts at a character boundary and is joined with the next ones while it
    /// is too short for an event.
    async fn page_from_afar(&self, stream: &Stream, position: Offset, group: &Group) -> Result<Page, Failure> {
        let budget = self.budget(stream, group);
        let mut page = self.page_within(stream, position, budget, None).await?;
        if group.reader_state.mode.is_poll() {
            return Ok(page);
        }
        if feed::begins_within(stream, &page) {
            let position = self.character_at(stream, position).await?;
            page = self.page_within(stream, position, budget, None).await?;
        }
        while feed::is_too_short(stream, &page) {
            let next = self.page_within(stream, page.stop(), budget, None).await?;
            page = page.join(next, stream);
        }
        Ok(page)
    }

    /// The step for readers at one position. `page` is `None` if the stream that they read does not exist any longer.
    fn step(
        &self,
        state: StreamState,
        stream: Option<&Stream>,
        group: &Group,
        page: Option<Page>,
    ) -> Result<Step, Failure> {
        let Group { reader_state, room, .. } = group;
        match reader_state.mode {
            Mode::Poll(names) => long_poll::step(self, state, stream, reader_state, page, names),
            Mode::Feed => Ok(match (stream, page) {
                (Some(stream), Some(page)) if feed::is_base64(stream) == reader_state.base64 => {
                    self.step_of_feed(stream, reader_state, page, *room)
                }
                // They use another encoding than the stream now has, or data before their position was trimmed.
                (Some(_), _) => Step::end(None, Ending::Failed),
                (None, _) => Step::end(None, Ending::Deleted),
            }),
        }
    }

    fn step_of_feed(&self, stream: &Stream, reader_state: &ReaderState, page: Page, room: usize) -> Step {
        feed::step(self.limits(), self.now(), stream, reader_state, page, room).unwrap_or_else(|feed::NotText| {
            self.switch_to_base64(&stream.generation);
            Step::end(None, Ending::Failed)
        })
    }

    /// The step after a failure. A long-poll reader gets an error response. A feed has started already, so it ends, and
    /// the client reconnects.
    fn fail(&self, reader_state: &ReaderState, failure: Failure) -> Step {
        self.report(Event::ReadersDropped, &failure);
        match reader_state.mode {
            Mode::Poll(names) => long_poll::last_step(long_poll::failed(failure, names)),
            Mode::Feed => Step::end(None, Ending::Failed),
        }
    }

    /// Schedules saving the readers' attachments if they have changed. With `evict_when_idle`, saves them immediately.
    fn save_attachments_soon(&self) {
        if !self.0.readers.borrow().has_unsaved() {
            return;
        }
        if self.0.settings.evict_when_idle {
            self.0.readers.borrow_mut().save_attachments();
        } else if !self.0.save_scheduled.replace(true) {
            let object = self.clone();
            self.0.host.spawn(async move {
                object.0.host.sleep(ATTACHMENT_SAVE_DELAY).await;
                object.0.save_scheduled.set(false);
                object.0.readers.borrow_mut().save_attachments();
            });
        }
    }
}
