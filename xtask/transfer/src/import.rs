//! Copies streams from a file to a server.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::entry::{Done, Entries, Entry, Export, Stream};
use crate::event::Event;
use crate::offsets::{Offsets, Pair};
use crate::source::Described;
use crate::target::{Appended, EXISTS, Producer, Stop, Target};

/// What an import may do.
#[derive(Clone, Copy, Default)]
pub struct Options {
    /// Continue streams that an earlier import of the same file has created.
    pub resume: bool,
    /// Change nothing.
    pub dry_run: bool,
}

/// Numbers of streams.
#[derive(Clone, Copy, Debug, Default, Serialize, PartialEq, Eq)]
pub struct Summary {
    /// They are at the target.
    pub imported: u64,
    /// They are not complete in the file, or have expired.
    pub skipped: u64,
    /// The target does not accept them.
    pub refused: u64,
}

/// Checks a whole file, and then copies its streams.
///
/// # Errors
/// If the file is damaged or ends early: then nothing was imported. Or if the server does not respond: then `resume` continues.
pub fn run(target: &Target<'_>, file: &Path, options: Options, report: &mut dyn FnMut(Event)) -> Result<Summary> {
    let incomplete = check(file).with_context(|| file.display().to_string())?;
    let mut entries = open(file)?;
    let Some(Entry::Export(export)) = entries.read()? else { bail!("the file is empty") };
    let mut import = Import { target, export, options, report, summary: Summary::default(), copy: None };
    let mut number = 0;
    while let Some(entry) = entries.read()? {
        match entry {
            Entry::Stream(stream) => {
                match incomplete.contains(&number) {
                    true => import.skip(stream.path, "it is not complete in the file"),
                    false => import.begin(stream)?,
                }
                number += 1;
            }
            Entry::Data(block) => import.step(|copy, target| copy.append(target, block))?,
            Entry::Page(page) => import.step(|copy, _| {
                copy.pair(Some(page.next));
                Ok(())
            })?,
            Entry::Done(done) => import.end(&done)?,
            Entry::Export(_) | Entry::Lost(_) | Entry::End(_) => {}
        }
    }
    Ok(import.summary)
}

fn open(file: &Path) -> Result<Entries<BufReader<File>>> {
    let opened = File::open(file).with_context(|| format!("{} can't be opened", file.display()))?;
    Ok(Entries::new(BufReader::new(opened)))
}

/// Reads the whole file, and returns the numbers of the streams that are not complete.
fn check(file: &Path) -> Result<BTreeSet<u64>> {
    let mut entries = open(file)?;
    let mut incomplete = BTreeSet::new();
    let mut begun = 0;
    while let Some(entry) = entries.read()? {
        match entry {
            Entry::Stream(_) => begun += 1,
            Entry::Lost(_) => {
                incomplete.insert(begun - 1);
            }
            _ => {}
        }
    }
    Ok(incomplete)
}

struct Import<'a> {
    target: &'a Target<'a>,
    export: Export,
    options: Options,
    report: &'a mut dyn FnMut(Event),
    summary: Summary,
    /// The stream that is copied now, unless it is skipped.
    copy: Option<Copy>,
}

impl Import<'_> {
    fn skip(&mut self, path: String, reason: &str) {
        self.summary.skipped += 1;
        (self.report)(Event::Skipped { path, reason: reason.to_owned() });
    }

    fn refuse(&mut self, path: String, reason: String) {
        self.summary.refused += 1;
        (self.report)(Event::Refused { path, reason });
    }

    fn begin(&mut self, stream: Stream) -> Result<()> {
        if self.options.dry_run {
            return match self.target.describe(&stream.path)? {
                Some(_) if !self.options.resume => {
                    self.refuse(stream.path, EXISTS.to_owned());
                    Ok(())
                }
                _ => {
                    (self.report)(Event::WouldImport { path: stream.path });
                    Ok(())
                }
            };
        }
        let path = stream.path.clone();
        match Copy::begin(self.target, &self.export.id, stream, self.options.resume) {
            Ok(copy) => {
                self.copy = Some(copy);
                Ok(())
            }
            Err(stop) => self.stop(path, stop),
        }
    }

    fn stop(&mut self, path: String, stop: Stop) -> Result<()> {
        match stop {
            Stop::Refused(reason) => self.refuse(path, reason),
            Stop::Expired => self.skip(path, "it has expired since it was exported"),
            Stop::Failed(error) => return Err(error.context(format!("{path} was not imported"))),
        }
        Ok(())
    }

    /// Does something with the current stream, unless it is skipped.
    fn step(&mut self, step: impl FnOnce(&mut Copy, &Target<'_>) -> Result<(), Stop>) -> Result<()> {
        let Some(mut copy) = self.copy.take() else { return Ok(()) };
        match step(&mut copy, self.target) {
            Ok(()) => {
                (self.report)(Event::Bytes(std::mem::take(&mut copy.sent)));
                self.copy = Some(copy);
                Ok(())
            }
            Err(stop) => self.stop(copy.stream.path, stop),
        }
    }

    fn end(&mut self, done: &Done) -> Result<()> {
        self.step(|copy, target| copy.end(target, done))?;
        if let Some(copy) = self.copy.take() {
            self.summary.imported += 1;
            let Copy { stream, pairs, producers, .. } = copy;
            (self.report)(Event::Imported { path: stream.path, offsets: Offsets::of(pairs), producers });
        }
        Ok(())
    }
}

/// A stream while it is copied.
struct Copy {
    stream: Stream,
    producer: String,
    /// The stream at the target, if the import had begun earlier.
    before: Option<Described>,
    /// The number of the next append.
    seq: u64,
    /// The number of the last append that the target has.
    last: u64,
    /// The tail offset at the target after the append before. `None` if the server did not return it.
    tail: Option<String>,
    /// Bytes that were sent lately.
    sent: u64,
    pairs: Vec<Pair>,
    /// The number of producers that the target has recorded.
    producers: u64,
}

/// The first offset of a stream at a path that never had another one.
const ZERO: &str = "0000000000000000";

impl Copy {
    fn begin(target: &Target<'_>, export: &str, stream: Stream, resume: bool) -> Result<Self, Stop> {
        let producer = producer(export, &stream.path);
        let existing = if resume { target.describe(&stream.path)? } else { None };
        let (start, before) = match existing {
            None => (target.create(&stream)?, None),
            Some(existing) if !is_same_configuration(&stream, &existing.stream) => {
                let reason = "there is a stream with another configuration, which is not from this import";
                return Err(Stop::Refused(reason.to_owned()));
            }
            Some(existing) => (existing.stream.first.clone().unwrap_or_else(|| ZERO.to_owned()), Some(existing)),
        };
        let first = stream.first.clone();
        let mut copy = Self {
            stream,
            producer,
            before,
            seq: 0,
            last: 0,
            tail: Some(start),
            sent: 0,
            pairs: Vec::new(),
            producers: 0,
        };
        copy.pair(first);
        Ok(copy)
    }

    /// Records that the content before an offset at the source is at the target.
    fn pair(&mut self, old: Option<String>) {
        let (Some(old), Some(new)) = (old, self.tail.clone()) else { return };
        let pair = Pair { old, new };
        if self.pairs.last() != Some(&pair) {
            self.pairs.push(pair);
        }
    }

    fn append(&mut self, target: &Target<'_>, block: Vec<u8>) -> Result<(), Stop> {
        let seq = self.seq;
        self.seq += 1;
        // The first one shows that the stream is from this import, and the last one where it ends. A closed stream accepts neither, and
        // the request to close it shows that instead.
        if (0 < seq && seq < self.last) || self.is_closed() {
            self.tail = None;
            return Ok(());
        }
        let length = block.len() as u64;
        let producer = Producer { id: &self.producer, seq };
        self.tail = match target.append(&self.stream, &producer, self.tail.as_deref(), block)? {
            Appended::Now(tail) => {
                self.last = seq;
                Some(tail)
            }
            Appended::Before(last, tail) => {
                self.last = last;
                (last == seq).then_some(tail)
            }
        };
        self.sent += length;
        Ok(())
    }

    fn is_closed(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.closed)
    }

    fn end(&mut self, target: &Target<'_>, done: &Done) -> Result<(), Stop> {
        let refuse = |reason: &str| Err(Stop::Refused(reason.to_owned()));
        if done.closed {
            target.close(&self.stream.path, &Producer { id: &self.producer, seq: self.seq })?;
        } else if self.is_closed() {
            return refuse("there is a closed stream, which is not from this import");
        }
        match &self.before {
            Some(before) if before.closed => self.tail = Some(before.tail.clone()),
            // Nothing shows whether an empty stream is from this import.
            Some(before) if self.seq == 0 && self.tail.as_ref() != Some(&before.tail) => {
                return refuse("there is a stream with content, which is not from this import");
            }
            _ => {}
        }
        self.pair(Some(done.next.clone()));
        self.record_producers(target)
    }

    /// Records the last appends of the stream's producers, so that a retry is not appended again. Only operators may.
    fn record_producers(&mut self, target: &Target<'_>) -> Result<(), Stop> {
        for last in &self.stream.producers {
            if !target.record(&self.stream.path, last)? {
                return Ok(());
            }
            self.producers += 1;
        }
        Ok(())
    }
}

/// The name of the producer of a stream in an import.
fn producer(export: &str, path: &str) -> String {
    let sum = Sha256::new().chain_update(export).chain_update("/").chain_update(path).finalize();
    let hex: String = sum.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("import-{hex}")
}

fn is_same_configuration(one: &Stream, other: &Stream) -> bool {
    let of = |stream: &Stream| {
        let Stream { content_type, ttl, expires_at, retain_bytes, retain_age, labels, .. } = stream.clone();
        (content_type.to_ascii_lowercase(), ttl, expires_at, retain_bytes, retain_age, labels)
    };
    of(one) == of(other)
}
