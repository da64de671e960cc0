use super::stream::{self, Origin, Stream, units};
use super::{Answer, DEBT_DELAY_MS, Found, Reference, TIDY_DELAY_MS};
use crate::operation::{Creation, Fork, Lifetime, Media, Path, Place};
use std::collections::BTreeMap;

/// Where a fork is to part from its source.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    pub source: Path,
    /// An offset; the tail, if there is none.
    pub offset: Option<u64>,
    /// Whether that is the start, wherever the source begins.
    pub from_start: bool,
    pub beyond: u64,
}

/// What a fork takes over.
struct Source {
    media: Media,
    units: Vec<Vec<u8>>,
    lifetime: Option<Lifetime>,
    origin: Origin,
}

impl Reference {
    /// The place that a fork asks for.
    pub fn branch(&mut self, fork: &Fork) -> Branch {
        let source = self.target(fork.source);
        let offset = fork.place.filter(|place| *place != Place::Tail).map(|place| self.resolve(source, place));
        let from_start = fork.place == Some(Place::Start);
        Branch { source, offset, from_start, beyond: fork.beyond.unwrap_or(0) }
    }

    /// Creates a stream, or not.
    pub fn create(&mut self, path: Path, creation: &Creation, branch: Option<Branch>, body: &[u8]) -> Answer {
        let now = self.now;
        if let Some(lifetime) = creation.lifetime {
            self.wake_by(path, stream::deadline(lifetime, now));
            if matches!(lifetime, Lifetime::ExpiresAt(_)) && stream::deadline(lifetime, now) <= now {
                return Answer::refusal(400, "expiry-past");
            }
        }
        if creation.fork.is_some_and(|fork| fork.place.is_none()) && branch.is_some_and(|branch| branch.beyond > 0) {
            return Answer::refusal(400, "fork-unanchored");
        }
        match self.find(path) {
            Found::Gone => return Answer::refusal(409, "path-taken"),
            Found::Stream(stream) if is_as_asked(stream, creation, branch) => {
                stream.touch(now);
                return stream.described(200);
            }
            Found::Stream(stream) => return Answer::refusal(409, "configuration-conflict").closed(stream.closed),
            Found::Nothing => {}
        }
        let source = match branch {
            None => None,
            Some(branch) => match self.fork(path, branch, creation.lifetime.is_none()) {
                Ok(source) => Some(source),
                Err(refusal) => return refusal,
            },
        };
        self.begin(path, creation, source, body)
    }

    fn begin(&mut self, path: Path, creation: &Creation, source: Option<Source>, body: &[u8]) -> Answer {
        let inherited = source.as_ref().map(|source| source.media);
        let media = creation.media.or(inherited).unwrap_or(Media::Binary);
        if inherited.is_some_and(|inherited| inherited != media) {
            return Answer::refusal(409, "source-type-conflict");
        }
        let Some(more) = units(media, body) else {
            return Answer::refusal(400, "invalid-json");
        };
        let floor = self.floor(path);
        let (first, mut units, lifetime, origin) = match source {
            None => (floor, Vec::new(), None, None),
            Some(Source { units, lifetime, origin, .. }) => (floor.max(origin.first), units, lifetime, Some(origin)),
        };
        units.extend(more);
        if !stream::is_sound(media, &units, creation.closed) {
            return Answer::refusal(400, "invalid-utf-8");
        }
        let mut stream = Stream {
            media,
            first,
            units,
            closed: creation.closed,
            closed_by: None,
            seq: None,
            producers: BTreeMap::new(),
            lifetime: creation.lifetime.or(lifetime),
            // A fork has its own.
            retain: creation.retain,
            deadline: None,
            lease: None,
            gone: false,
            origin,
        };
        stream.renew_from(self.now);
        let answer = stream.described(201);
        // What has expired makes room.
        self.remove(path);
        self.streams.insert(path, stream);
        answer
    }

    fn fork(&mut self, path: Path, branch: Branch, inherits_lifetime: bool) -> Result<Source, Answer> {
        let now = self.now;
        self.wake_by(path, now + DEBT_DELAY_MS);
        let source = match self.find(branch.source) {
            Found::Nothing => return Err(Answer::refusal(404, "source-not-found")),
            Found::Gone => {
                // It is told that nothing comes of the fork, and might have been kept for that alone.
                self.wake_by(branch.source, now + TIDY_DELAY_MS);
                return Err(Answer::refusal(409, "source-gone"));
            }
            Found::Stream(stream) => stream,
        };
        let position = branch.offset.unwrap_or(source.tail()) + branch.beyond;
        if position > source.tail() {
            let problem = if branch.beyond > 0 { "fork-overshoots" } else { "fork-beyond-tail" };
            return Err(Answer::refusal(400, problem));
        }
        if position < source.first {
            return Err(Answer::refusal(410, "fork-trimmed"));
        }
        // A fork reads its source.
        source.renew_from(now);
        let first = source.first;
        let units = source.units[..usize::try_from(position - first).unwrap()].to_vec();
        let (media, lifetime) = (source.media, source.lifetime);
        if let Some(lifetime) = lifetime {
            self.wake_by(path, stream::deadline(lifetime, now));
        }
        let at_tail = branch.offset.is_none();
        let origin = Origin { source: branch.source, position, first, at_tail, inherits_lifetime };
        Ok(Source { media, units, lifetime, origin })
    }
}

/// Whether a stream is what it would be if it were created now.
fn is_as_asked(stream: &Stream, creation: &Creation, branch: Option<Branch>) -> bool {
    let same_origin = match (&stream.origin, branch) {
        (None, None) => true,
        (Some(origin), Some(Branch { source, offset, from_start, beyond })) => {
            let offset = if from_start { Some(origin.first) } else { offset };
            origin.source == source && offset.map_or(origin.at_tail, |offset| origin.position == offset + beyond)
        }
        _ => false,
    };
    let inherits = creation.fork.is_some() && stream.origin.is_some();
    let inherits_lifetime = inherits && stream.origin.is_some_and(|origin| origin.inherits_lifetime);
    same_origin
        && creation.media.map_or(inherits || stream.media == Media::Binary, |media| media == stream.media)
        && (creation.lifetime == stream.lifetime || (creation.lifetime.is_none() && inherits_lifetime))
        && creation.retain == stream.retain
        && creation.closed == stream.closed
}
