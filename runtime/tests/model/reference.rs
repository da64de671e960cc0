//! What a server of streams should do, as simply as it can be said: one thing at a time, all in memory.

mod appends;
mod creations;
mod stream;

use crate::operation::{PATHS, Path, Place, Target};
pub use creations::Branch;
use std::collections::BTreeMap;
use stream::Stream;
pub use stream::{at, header, value};

/// How long an alarm waits that is set for the remains of a deletion, and for those of a fork that may break off.
const TIDY_DELAY_MS: u64 = 1_000;
const DEBT_DELAY_MS: u64 = 90_000;

/// How long after a change was asked for the alarm looks what has come of it.
const LATE_MS: u64 = 60_000;

/// What is expected of a reply.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The last word of its problem type.
    pub problem: Option<&'static str>,
    /// Those of its headers that matter here.
    pub headers: BTreeMap<&'static str, String>,
}

impl Answer {
    fn refusal(status: u16, problem: &'static str) -> Self {
        Self { status, problem: Some(problem), headers: BTreeMap::new() }
    }

    fn success(status: u16) -> Self {
        Self { status, problem: None, headers: BTreeMap::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.insert(name, value.to_string());
        self
    }

    fn next(self, offset: u64) -> Self {
        self.with("stream-next-offset", at(offset))
    }

    fn closed(self, closed: bool) -> Self {
        if closed { self.with("stream-closed", true) } else { self }
    }
}

/// The streams, and what is still to be done about those that have ended.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    now: u64,
    streams: BTreeMap<Path, Stream>,
    /// The tail of the last stream of each path that has ended.
    ended: BTreeMap<Path, u64>,
    alarms: BTreeMap<Path, u64>,
    /// When alarms are to ring again, if they ring before.
    watched: BTreeMap<Path, u64>,
    /// Edges that are to be given back.
    owed: Vec<PendingRelease>,
}

/// An edge of a fork that has ended, or that never came to be, to its source.
#[derive(Clone, Copy, Debug)]
pub struct PendingRelease {
    pub fork: Path,
    pub source: Path,
    /// Whether the source knows of it, and so counts it as a fork.
    pub pinned: bool,
    /// Not before this.
    pub due: u64,
}

/// What no client sees, and a crash in the middle of an operation may have left as it was before or as it is after.
#[derive(Clone, Debug, Default)]
pub struct Remains {
    pub alarms: BTreeMap<Path, u64>,
    pub watched: BTreeMap<Path, u64>,
    pub owed: Vec<PendingRelease>,
    pub leases: BTreeMap<Path, u64>,
}

/// What a client finds at a path.
enum Found<'a> {
    Nothing,
    Gone,
    Stream(&'a mut Stream),
}

impl Reference {
    fn forks(&self, source: Path) -> usize {
        let living = self.streams.values().filter_map(|stream| stream.origin.as_ref());
        let living = living.filter(|origin| origin.source == source).count();
        living + self.owed.iter().filter(|debt| debt.source == source && debt.pinned).count()
    }

    fn find(&mut self, path: Path) -> Found<'_> {
        let (now, forks) = (self.now, self.forks(path));
        match self.streams.get_mut(path) {
            None => Found::Nothing,
            Some(stream) if stream.gone || (stream.is_expired(now) && forks > 0) => Found::Gone,
            Some(stream) if stream.is_expired(now) => Found::Nothing,
            Some(stream) => Found::Stream(stream),
        }
    }

    /// A stream that a client may see, or what it is told instead.
    fn visible(&mut self, path: Path) -> Result<&mut Stream, Answer> {
        match self.find(path) {
            Found::Nothing => Err(Answer::refusal(404, "stream-not-found")),
            Found::Gone => Err(Answer::refusal(410, "stream-gone")),
            Found::Stream(stream) => Ok(stream),
        }
    }

    pub fn head(&mut self, path: Path) -> Answer {
        let stream = match self.visible(path) {
            Ok(stream) => stream,
            Err(answer) => return answer,
        };
        let mut answer = stream.described(200);
        if stream.first > 0 {
            answer = answer.with("stream-earliest-offset", at(stream.first));
        }
        if let Some(bytes) = stream.retain {
            answer = answer.with("stream-retain-bytes", bytes);
        }
        match stream.lifetime {
            None => answer,
            Some(lifetime) => answer.with(stream::header(lifetime), stream::value(lifetime)),
        }
    }

    /// The answer to the last page from a place on, and all that is on the pages.
    pub fn read(&mut self, path: Path, from: u64) -> (Answer, Vec<u8>) {
        let now = self.now;
        let stream = match self.visible(path) {
            Ok(stream) => stream,
            Err(answer) => return (answer, Vec::new()),
        };
        stream.touch(now);
        if from < stream.first {
            let refusal = Answer::refusal(410, "offset-trimmed").with("stream-earliest-offset", at(stream.first));
            return (refusal, Vec::new());
        }
        if from > stream.tail() {
            return (Answer::refusal(400, "offset-beyond-tail").next(stream.tail()), Vec::new());
        }
        (stream.described(200).with("stream-up-to-date", true), stream.content(from))
    }

    pub fn delete(&mut self, path: Path) -> Answer {
        if let Err(answer) = self.visible(path) {
            return answer;
        }
        self.wake_by(path, self.now + TIDY_DELAY_MS);
        self.end(path);
        self.tidy(path);
        Answer::success(204)
    }

    /// The path that is meant.
    pub fn target(&self, target: Target) -> Path {
        let paths =
            |taken| PATHS.into_iter().filter(|path| self.streams.contains_key(path) == taken).collect::<Vec<_>>();
        let (among, number) = match target {
            Target::Any(number) => (PATHS.to_vec(), number),
            Target::Taken(number) => (paths(true), number),
            Target::Free(number) => (paths(false), number),
        };
        if among.is_empty() { PATHS[number % PATHS.len()] } else { among[number % among.len()] }
    }

    /// The offset that a place of a stream is; of no stream in particular, if there is none.
    pub fn resolve(&mut self, path: Path, place: Place) -> u64 {
        let (first, tail) = self.visible(path).map_or((0, 0), |stream| (stream.first, stream.tail()));
        // Some of the stream before are among them.
        let least = first.saturating_sub(2);
        match place {
            Place::Start => first,
            Place::Tail => tail,
            Place::Nth(number) => least + number % (tail + 2 - least),
        }
    }

    /// An object that has lost its memory knows only of the lease.
    pub fn crash(&mut self, path: Path) {
        if let Some(stream) = self.streams.get_mut(path) {
            stream.deadline = stream.lease;
        }
    }

    pub fn sleep(&mut self, milliseconds: u64) {
        self.now += milliseconds;
    }

    pub fn run(&mut self, milliseconds: u64) {
        let until = self.now + milliseconds;
        while let Some((path, due)) = self.alarms.iter().map(|(path, due)| (*path, *due)).min_by_key(|(_, due)| *due)
            && due <= until
        {
            self.now = self.now.max(due);
            self.alarms.remove(path);
            self.tidy(path);
        }
        self.now = until;
    }

    /// Takes over what a crash in the middle of an operation has left.
    pub fn take_over(&mut self, remains: &Remains) {
        (self.alarms, self.watched, self.owed) =
            (remains.alarms.clone(), remains.watched.clone(), remains.owed.clone());
        for (path, stream) in &mut self.streams {
            stream.lease = remains.leases.get(path).copied().or(stream.lease);
            stream.deadline = stream.lease;
        }
    }

    /// Takes over when alarms ring, and until when they ring again.
    pub fn set_clocks(&mut self, alarms: BTreeMap<Path, u64>, watched: BTreeMap<Path, u64>) {
        (self.alarms, self.watched) = (alarms, watched);
    }

    /// The paths and tails of all streams that are there, seen or not.
    pub fn tails(&self) -> Vec<(Path, u64)> {
        self.streams.iter().map(|(path, stream)| (*path, stream.tail())).collect()
    }

    /// The tail of the last stream of each path that has ended.
    pub fn ended(&self) -> BTreeMap<String, u64> {
        self.ended.iter().map(|(path, tail)| ((*path).to_owned(), *tail)).collect()
    }

    /// The least offset that a stream created at a path now may have.
    fn floor(&self, path: Path) -> u64 {
        let remains = self.streams.get(path).map(Stream::tail);
        remains.or_else(|| self.ended.get(path).copied()).map_or(0, |tail| tail + 1)
    }

    /// The lease of a stream that has one.
    pub fn lease(&self, path: Path) -> Option<u64> {
        self.streams.get(path)?.lease
    }

    pub fn alarm(&self, path: Path) -> Option<u64> {
        self.alarms.get(path).copied()
    }

    fn wake_by(&mut self, path: Path, at: u64) {
        self.watched.insert(path, self.now + LATE_MS);
        self.set_alarm(path, at);
    }

    fn set_alarm(&mut self, path: Path, at: u64) {
        let alarm = self.alarms.entry(path).or_insert(at);
        *alarm = at.min(*alarm);
    }

    /// Ends what has expired, and lets the sources know of forks that have ended.
    fn tidy(&mut self, path: Path) {
        let now = self.now;
        if let Some(stream) = self.streams.get(path).filter(|stream| !stream.gone) {
            if stream.is_expired(now) {
                self.end(path);
            } else if let Some(deadline) = stream.deadline {
                self.set_alarm(path, deadline);
            }
        }
        if let Some(watched) = self.watched.get(path).copied().filter(|watched| *watched > now) {
            self.set_alarm(path, watched);
        }
        while let Some(index) = self.owed.iter().position(|debt| debt.fork == path && debt.due <= now) {
            let source = self.owed[index].source;
            let was_gone = matches!(self.find(source), Found::Gone);
            self.owed.remove(index);
            self.released(source, was_gone);
        }
        if let Some(due) = self.owed.iter().filter(|debt| debt.fork == path).map(|debt| debt.due).min() {
            self.set_alarm(path, due);
        }
    }

    /// A stream that was kept for its forks alone ends with the last of them. An expired stream that was never pinned
    /// is left to its alarm.
    fn released(&mut self, source: Path, was_gone: bool) {
        if was_gone {
            self.wake_by(source, self.now + TIDY_DELAY_MS);
        }
        if was_gone && self.forks(source) == 0 {
            self.end(source);
            self.tidy(source);
        }
    }

    fn end(&mut self, path: Path) {
        if self.forks(path) > 0 {
            self.streams.entry(path).and_modify(|stream| stream.gone = true);
        } else {
            self.remove(path);
        }
    }

    fn remove(&mut self, path: Path) {
        let Some(stream) = self.streams.remove(path) else { return };
        self.ended.insert(path, stream.tail());
        self.owed.extend(stream.origin.map(|origin| PendingRelease {
            fork: path,
            source: origin.source,
            pinned: true,
            due: 0,
        }));
    }
}
