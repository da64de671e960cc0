use super::archive::spool::Spool;
use super::{Object, RequestContext, precondition_failed, settle};
use crate::Failure;
use crate::archive::part::NewContent;
use crate::budget::Share;
use crate::host::{Host, UnixMs};
use crate::sequencer::{Effect, Sequencer, Settled};
use crate::stream::chunk::Content;
use crate::stream::fork::Answer;
use crate::stream::messages::{BadMessages, Messages};
use crate::stream::producer::{self, History};
use crate::stream::tag::{Preconditions, Tag};
use crate::stream::text::{BadText, Text};
use crate::stream::{Closing, Stream};
use spec::stream;
use spec::stream::append::{
    Accepted, AlreadyClosed, Appended, Closed, ClosedByProducer, ContentTypeConflict, Decision, Facts, Fenced, Outcome,
    Ready, Repeated, Request, SequenceConflict, SequenceGap, TailConflict, decide,
};
use spec::stream::{InvalidMessages, InvalidText, MessagesTooLarge};
use spec::{Offset, Producer, ProducerState, Seq, StreamState};
use wire::EntityTag;
use wire::{Asked, take};

/// Appends, closes, or both, in one transaction together with the producer's state (PROTOCOL.md §5.2).
pub(super) async fn handle<H: Host>(context: &RequestContext<H>, request: Asked<Request>) -> Result<Outcome, Failure> {
    let request = take!(request as Request {
        path, content_encoding, content_type, if_match, if_none_match, stream_expected_offset,
        stream_seq, stream_closed, producer, body,
    });
    let (object, now) = (&context.object, context.decoded());
    let producer = request.producer.as_ref().map(|producer| producer.producer_id.clone());
    let (share, mut spool) = (context.share.take(), context.spooled()?);
    object.confirm_fullness(object.limits().database_appends).await?;
    let decide = |sequencer: &mut Sequencer| plan(object, sequencer, request, spool.as_mut(), share, now);
    let plan = object.with(producer.as_ref(), decide).await?;
    object.unless_full(settled(context, plan).await)
}

/// The outcome, once everything that it depends on is committed.
async fn settled<H: Host>(
    context: &RequestContext<H>,
    plan: Result<(Outcome, Option<Settled>), Failure>,
) -> Result<Outcome, Failure> {
    let (outcome, settled) = plan?;
    if let Some(settled) = settled {
        context.settle(settled).await?;
    }
    Ok(outcome)
}

impl<H: Host> Object<H> {
    /// Appends a message of JSON to this stream, which is a wake stream (PROTOCOL.md §7.2).
    ///
    /// # Errors
    /// [`Failure`]. The message may have been appended nevertheless.
    pub(super) async fn append_event(&self, json: String) -> Result<Answer, Failure> {
        let now = self.now();
        let path = stream::Path::read(&self.0.path).map_err(|_| Failure::Corrupt("path"))?;
        self.confirm_fullness(self.limits().database_appends).await?;
        let planned = self.with(None, |sequencer| {
            let content_type = sequencer.staged().filter(|stream| stream.is_json())?.content_type.clone();
            let request = Request {
                path,
                content_encoding: None,
                content_type: Some(content_type),
                if_match: None,
                if_none_match: None,
                stream_expected_offset: None,
                stream_seq: None,
                stream_closed: false,
                producer: None,
                body: json.into_bytes(),
            };
            Some(plan(self, sequencer, request, None, None, now))
        });
        let Some(planned) = planned.await? else { return Ok(Answer::Absent) };
        let (outcome, settled) = planned?;
        if let Some(settled) = settled {
            settle(settled).await?;
        }
        Ok(match outcome {
            Outcome::Appended(_) => Answer::Appended,
            Outcome::NotFound(_) | Outcome::Gone(_) => Answer::Absent,
            Outcome::Closed(_) | Outcome::AlreadyClosed(_) => Answer::Closed,
            _ => Answer::Refused,
        })
    }
}

struct AppendFacts<'a> {
    state: StreamState,
    stream: Option<&'a Stream>,
    request: &'a Request,
    last: Option<&'a History>,
    messages: &'a Messages<'a>,
    text: Result<Text, BadText>,
    queue_full: bool,
    database_full: bool,
}

impl Facts for AppendFacts<'_> {
    fn stream(&self) -> StreamState {
        self.state
    }

    fn producer(&self) -> ProducerState {
        producer::compare(self.request.producer.as_ref(), self.last)
    }

    fn content_type_differs(&self) -> bool {
        self.stream.is_some_and(|stream| self.request.content_type.as_ref() != Some(&stream.content_type))
    }

    fn closing_repeated(&self) -> bool {
        let closed_by = self.stream.and_then(|stream| stream.closed_by.as_ref());
        closed_by.is_some() && closed_by == self.request.producer.as_ref().map(closing).as_ref()
    }

    fn messages_invalid(&self) -> bool {
        matches!(self.messages.fault(), Some(BadMessages::Invalid(_)))
    }

    fn messages_empty(&self) -> bool {
        self.messages.is_empty_array()
    }

    fn messages_too_large(&self) -> bool {
        matches!(self.messages.fault(), Some(BadMessages::TooLarge(_)))
    }

    fn text_invalid(&self) -> bool {
        self.text.is_err()
    }

    fn sequence_repeated(&self) -> bool {
        let last = self.stream.and_then(|stream| stream.last_seq.as_ref());
        self.request.stream_seq.as_ref().zip(last).is_some_and(|(seq, last)| seq <= last)
    }

    fn tail_unexpected(&self) -> bool {
        let tail = self.stream.map(|stream| stream.tail);
        self.request.stream_expected_offset.is_some_and(|expected| Some(expected) != tail)
    }

    fn queue_full(&self) -> bool {
        self.queue_full
    }

    fn database_full(&self) -> bool {
        self.database_full
    }

    fn precondition_failed(&self) -> bool {
        preconditions(self.request).fail(self.stream)
    }
}

fn preconditions(request: &Request) -> Preconditions<'_> {
    Preconditions { if_match: request.if_match.as_ref(), if_none_match: request.if_none_match.as_ref() }
}

fn closing(producer: &Producer) -> Closing {
    Closing { producer: producer.producer_id.clone(), epoch: producer.producer_epoch, seq: producer.producer_seq }
}

fn plan<H: Host>(
    object: &Object<H>,
    sequencer: &mut Sequencer,
    mut request: Request,
    spool: Option<&mut Spool<H>>,
    share: Option<Share>,
    now: UnixMs,
) -> Result<(Outcome, Option<Settled>), Failure> {
    let limits = object.limits();
    let (state, stream) = sequencer.staged_at(now);
    let spooled = spool.as_deref().map(Spool::spooled);
    let last = request.producer.as_ref().and_then(|producer| sequencer.producer(&producer.producer_id)).flatten();
    let messages = Messages::new(&request.body, stream.is_some_and(Stream::is_json), limits).after(spooled.clone());
    // After a restoration, the text state has to be read before anything is appended.
    let before = stream.map(|stream| stream.text.ok_or(Failure::Abandoned)).transpose()?;
    let (body, closes) = (&request.body, request.stream_closed);
    let text = before.map_or(Ok(Text::Bytes), |before| match spooled {
        Some(spooled) => spooled.text_after(before, body, closes),
        None => before.then(body, closes),
    });
    let (queue_full, database_full) = (sequencer.is_full(limits), object.is_filled_to(limits.database_appends));
    let facts =
        AppendFacts { state, stream, request: &request, last, messages: &messages, text, queue_full, database_full };
    let decision = decide(&request, &facts);
    match decision {
        // This response does not wait for the changes in the queue, so the client may retry before they are committed.
        Decision::Ready(Ready::Busy) => return Ok((Ready::Busy.into(), None)),
        Decision::Ready(Ready::NoRoom) => return Err(object.no_room()),
        Decision::Ready(ready) => return Ok((ready.into(), sequencer.barrier())),
        // Nothing changes, so this does not count as an access.
        Decision::PreconditionFailed => return Ok((precondition_failed(stream).into(), sequencer.barrier())),
        Decision::ContentTypeConflict => {
            let [producer_expected_seq, producer_received_seq] = of_conflict(&request);
            let outcome = ContentTypeConflict { producer_expected_seq, producer_received_seq };
            return Ok((outcome.into(), sequencer.barrier()));
        }
        _ => {}
    }
    let stream = stream.ok_or(Failure::Inconsistent("append"))?;
    let content = messages.into_content();
    match decision {
        Decision::Appended | Decision::Accepted | Decision::ClosedByProducer => {
            let mut stream = stream.clone();
            stream.text = text.ok();
            let content = content.map_err(|_| Failure::Inconsistent("append"))?;
            let body = std::mem::take(&mut request.body);
            let content = content.unwrap_or(Content::Bytes(body));
            let parts = spool.map_or(Ok(Vec::new()), |spool| spool.name(&stream.generation))?;
            let added = NewContent::at(stream.tail, &parts, content, limits.row, now)?;
            let extended = extend(object, sequencer, &stream, request, added, now, decision)?;
            sequencer.hold(share);
            Ok(extended)
        }
        _ => {
            let fault = content.err().map(BadMessages::detail).or_else(|| text.err().map(BadText::detail));
            let outcome = unchanged(decision, stream, &request, last, fault)?;
            let settled = object.touch(sequencer, now).or_else(|| sequencer.barrier());
            Ok((outcome, settled))
        }
    }
}

/// The expected and the received sequence number in a conflict that no retry resolves: both are the request's. Official clients retry a
/// producer's append after the ones before the expected number, and without that number after all of them.
fn of_conflict(request: &Request) -> [Option<Seq>; 2] {
    [request.producer.as_ref().map(|producer| producer.producer_seq); 2]
}

/// Responses that change nothing but the time of the last access.
fn unchanged(
    decision: Decision,
    stream: &Stream,
    request: &Request,
    last: Option<&History>,
    fault: Option<String>,
) -> Result<Outcome, Failure> {
    let detail = fault.unwrap_or_default();
    let (stream_next_offset, stream_closed) = (stream.tail, stream.closed);
    let producer = request.producer.as_ref().zip(last).ok_or(Failure::Inconsistent("append"));
    let [producer_expected_seq, producer_received_seq] = of_conflict(request);
    Ok(match decision {
        Decision::AlreadyClosed => AlreadyClosed { stream_next_offset }.into(),
        Decision::Closed => Closed { stream_next_offset, producer_expected_seq, producer_received_seq }.into(),
        Decision::InvalidMessages => InvalidMessages { detail }.into(),
        Decision::MessagesTooLarge => MessagesTooLarge { detail }.into(),
        Decision::SequenceConflict => {
            SequenceConflict { stream_next_offset, producer_expected_seq, producer_received_seq }.into()
        }
        Decision::TailConflict => {
            TailConflict { stream_next_offset, stream_closed, producer_expected_seq, producer_received_seq }.into()
        }
        Decision::InvalidText => InvalidText { detail }.into(),
        Decision::Fenced => Fenced { producer_epoch: producer?.1.epoch }.into(),
        Decision::SequenceGap => {
            let received = request.producer.as_ref().ok_or(Failure::Inconsistent("append"))?.producer_seq;
            let expected = producer::expected(last);
            SequenceGap { producer_expected_seq: expected, producer_received_seq: received }.into()
        }
        Decision::Repeated => {
            let (request, last) = producer?;
            // The offset of the response to the original append, if it is still stored.
            let stream_next_offset = last.tail_of(request.producer_seq).unwrap_or(stream.tail);
            let (producer_epoch, producer_seq) = (last.epoch, last.seq);
            Repeated { stream_next_offset, stream_closed, producer_epoch, producer_seq }.into()
        }
        Decision::Ready(ready) => ready.into(),
        Decision::Appended
        | Decision::Accepted
        | Decision::ClosedByProducer
        | Decision::ContentTypeConflict
        | Decision::PreconditionFailed => {
            return Err(Failure::Inconsistent("append"));
        }
    })
}

fn extend<H: Host>(
    object: &Object<H>,
    sequencer: &mut Sequencer,
    before: &Stream,
    request: Request,
    added: NewContent,
    now: UnixMs,
    decision: Decision,
) -> Result<(Outcome, Option<Settled>), Failure> {
    let tail = added.tail(before.tail)?;
    let names_tags = preconditions(&request).are_given();
    let Request { producer, stream_seq, stream_closed, .. } = request;
    let mut after = before.clone();
    after.tail = tail;
    after.hot += added.hot();
    after.updated_ms = now;
    after.last_seq = stream_seq.or(after.last_seq);
    if stream_closed {
        after.closed = true;
        after.closed_by = producer.as_ref().map(closing);
    }
    after.touch(now);
    after.renew_stored_deadline();
    let etag = names_tags.then(|| Tag::whole(&after).write());
    let outcome = extended(decision, tail, stream_closed, producer.as_ref(), etag)?;
    let producer = producer.map(|producer| {
        let before = sequencer.producer(&producer.producer_id).flatten();
        let history = History::after(before, &producer, tail, object.limits().producer_tails);
        (producer.producer_id, history)
    });
    let settled = object.stage(sequencer, Effect::Extend { added, producer, fork_ref: None }, Some(after));
    Ok((outcome, Some(settled)))
}

fn extended(
    decision: Decision,
    stream_next_offset: Offset,
    stream_closed: bool,
    producer: Option<&Producer>,
    etag: Option<EntityTag>,
) -> Result<Outcome, Failure> {
    if decision == Decision::Appended {
        return Ok(Appended { stream_next_offset, stream_closed, etag }.into());
    }
    let Producer { producer_epoch, producer_seq, .. } = *producer.ok_or(Failure::Inconsistent("append"))?;
    Ok(match decision {
        Decision::Accepted => Accepted { stream_next_offset, stream_closed, producer_epoch, producer_seq, etag }.into(),
        _ => ClosedByProducer { stream_next_offset, producer_epoch, producer_seq, etag }.into(),
    })
}
