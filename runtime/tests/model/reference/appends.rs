use super::stream::{Producer, Stream, is_sound, units};
use super::{Answer, Reference};
use crate::operation::{Append, Media, Path, Step};

/// A producer's append: who, in which epoch, and its number.
pub type Tuple = (u8, u64, u64);

/// How an append stands to those before it.
enum Standing {
    None,
    Next,
    Repeated,
    Stale,
    Unseeded,
    Ahead,
}

impl Reference {
    /// The kind of a stream, if there is one to be seen.
    pub fn media(&mut self, path: Path) -> Option<Media> {
        self.visible(path).ok().map(|stream| stream.media)
    }

    /// The tuple that is a step of a producer.
    pub fn tuple(&mut self, path: Path, (id, step): (u8, Step)) -> Tuple {
        let last = self.visible(path).ok().and_then(|stream| stream.producers.get(&id));
        let (epoch, next) = last.map_or((0, 0), |last| (last.epoch, last.seq() + 1));
        match step {
            Step::Next => (id, epoch, next),
            Step::Repeated(back) => (id, epoch, next.saturating_sub(1 + back)),
            Step::Ahead => (id, epoch, next + 1),
            Step::NextEpoch => (id, epoch + 1, 0),
            Step::Unseeded => (id, epoch + 1, 1),
            Step::Stale => (id, epoch.saturating_sub(1), next),
        }
    }

    /// Appends, or not. `told` is a producer's number, and where the tail is expected; `media` is what is said of the body, if
    /// there is one.
    pub fn append(
        &mut self,
        path: Path,
        append: &Append,
        told: (Option<Tuple>, Option<u64>),
        (media, body): (Media, &[u8]),
        tails_kept: usize,
    ) -> Answer {
        if body.is_empty() && !append.closes {
            return Answer::refusal(400, "empty-body");
        }
        let now = self.now;
        match self.visible(path) {
            Ok(stream) => extend(stream, now, append, told, (media, body), tails_kept),
            Err(answer) => answer,
        }
    }
}

fn extend(
    stream: &mut Stream,
    now: u64,
    append: &Append,
    (tuple, expected): (Option<Tuple>, Option<u64>),
    (media, body): (Media, &[u8]),
    tails_kept: usize,
) -> Answer {
    let closing_repeated = stream.closed_by.is_some() && stream.closed_by == tuple;
    if stream.closed && !closing_repeated && (tuple.is_some() || !body.is_empty()) {
        stream.touch(now);
        return conflict("stream-closed", tuple).next(stream.tail()).closed(true);
    }
    if !body.is_empty() && media != stream.media {
        return conflict("content-type-conflict", tuple);
    }
    let standing = standing(stream, tuple);
    if let Some(refusal) = out_of_order(stream, &standing, tuple) {
        // Those that tell of the stream are accesses to it.
        if refusal.problem != Some("epoch-not-started") {
            stream.touch(now);
        }
        return refusal;
    }
    if let (Standing::Repeated, Some(tuple)) = (&standing, tuple) {
        stream.touch(now);
        return repeated(stream, tuple, tails_kept);
    }
    if !stream.closed && append.seq.is_some() && append.seq <= stream.seq {
        stream.touch(now);
        return conflict("sequence-conflict", tuple).next(stream.tail());
    }
    if expected.is_some_and(|expected| expected != stream.tail()) {
        stream.touch(now);
        return conflict("tail-conflict", tuple).next(stream.tail()).closed(stream.closed);
    }
    if stream.closed {
        stream.touch(now);
        return Answer::success(204).next(stream.tail()).closed(true);
    }
    let Some(more) = units(stream.media, body) else {
        stream.touch(now);
        return Answer::refusal(400, "invalid-json");
    };
    if more.is_empty() && !body.is_empty() {
        return Answer::refusal(400, "no-messages");
    }
    let units = [&stream.units[..], &more].concat();
    if !is_sound(stream.media, &units, append.closes) {
        stream.touch(now);
        return Answer::refusal(400, "invalid-utf-8");
    }
    stream.units = units;
    stream.seq = append.seq.or(stream.seq);
    if append.closes {
        (stream.closed, stream.closed_by) = (true, tuple);
    }
    stream.renew_from(now);
    let tail = stream.tail();
    let answer = |status| Answer::success(status).next(tail).closed(append.closes);
    let Some((id, epoch, seq)) = tuple else {
        return answer(204);
    };
    let producer = stream.producers.entry(id).or_insert(Producer { epoch, tails: Vec::new() });
    if producer.epoch != epoch {
        *producer = Producer { epoch, tails: Vec::new() };
    }
    producer.tails.push(tail);
    answer(if body.is_empty() { 204 } else { 200 }).with("producer-epoch", epoch).with("producer-seq", seq)
}

/// A conflict that no retry resolves. A producer is told its own number, so that it waits for no other one.
fn conflict(problem: &'static str, tuple: Option<Tuple>) -> Answer {
    let refusal = Answer::refusal(409, problem);
    match tuple {
        Some((_, _, seq)) => refusal.with("producer-expected-seq", seq).with("producer-received-seq", seq),
        None => refusal,
    }
}

fn standing(stream: &Stream, tuple: Option<Tuple>) -> Standing {
    let Some((id, epoch, seq)) = tuple else {
        return Standing::None;
    };
    match stream.producers.get(&id) {
        None if seq == 0 => Standing::Next,
        None => Standing::Ahead,
        Some(last) if epoch < last.epoch => Standing::Stale,
        Some(last) if epoch > last.epoch && seq == 0 => Standing::Next,
        Some(last) if epoch > last.epoch => Standing::Unseeded,
        Some(last) if seq <= last.seq() => Standing::Repeated,
        Some(last) if seq == last.seq() + 1 => Standing::Next,
        Some(_) => Standing::Ahead,
    }
}

fn out_of_order(stream: &Stream, standing: &Standing, tuple: Option<Tuple>) -> Option<Answer> {
    let (id, _, seq) = tuple?;
    let last = stream.producers.get(&id);
    match standing {
        Standing::Stale => {
            Some(Answer::refusal(403, "producer-fenced").with("producer-epoch", last.map_or(0, |last| last.epoch)))
        }
        Standing::Unseeded => Some(Answer::refusal(400, "epoch-not-started")),
        Standing::Ahead => {
            let expected = last.map_or(0, |last| last.seq() + 1);
            let refusal = Answer::refusal(409, "sequence-gap").with("producer-expected-seq", expected);
            Some(refusal.with("producer-received-seq", seq))
        }
        Standing::None | Standing::Next | Standing::Repeated => None,
    }
}

/// The offset of the original append is told as long as it is remembered.
fn repeated(stream: &Stream, (id, _, seq): Tuple, tails_kept: usize) -> Answer {
    let last = &stream.producers[&id];
    let remembered = last.seq() - seq < tails_kept as u64;
    let tail = if remembered { last.tails[usize::try_from(seq).unwrap()] } else { stream.tail() };
    let answer = Answer::success(204).next(tail).closed(stream.closed);
    answer.with("producer-epoch", last.epoch).with("producer-seq", last.seq())
}
