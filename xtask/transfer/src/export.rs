//! Copies streams from a server to a file.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use crate::content::split;
use crate::entry::{Done, Entry, Export, Lost, Page, Selection, Stream, Totals, VERSION};
use crate::event::Event;
use crate::output::{Output, State};
use crate::source::{Listed, Source};

/// Maximum number of streams in one page of a list.
const LIST: u32 = 1000;

/// Writes streams to a new file, or continues a file that ends early.
///
/// # Errors
/// If the server or the file does not permit it. The file can be continued.
pub fn run(
    source: &Source<'_>,
    url: &str,
    selection: Selection,
    file: &Path,
    resume: bool,
    report: &mut dyn FnMut(Event),
) -> Result<Totals> {
    let export = Export { version: VERSION, id: random_id()?, url: url.trim_end_matches('/').to_owned(), selection };
    let (mut output, state) = if resume && file.exists() {
        let (output, begun, state) = Output::resume(file)?;
        let is_same = Export { id: begun.id.clone(), ..export.clone() } == begun;
        ensure!(is_same, "{} is an export of other streams, or of another server: {}", file.display(), begun.url);
        (output, state)
    } else {
        (Output::create(file, export.clone())?, State::After(None))
    };
    let last = match state {
        State::Over => return output.finish(),
        State::After(last) => last,
        State::Within(stream, next) => {
            let last = stream.path.clone();
            continue_stream(source, &mut output, &stream, next, report)?;
            Some(last)
        }
    };
    each(source, &export.selection, last.as_deref(), &mut |listed| {
        begin_stream(source, &mut output, listed, report).context(format!("{} was not exported", listed.path))
    })?;
    output.finish()
}

/// Calls `visit` with each selected stream after the one with the path `last`.
///
/// # Errors
/// If the server does not list its streams, or `visit` fails.
pub fn each(
    source: &Source<'_>,
    selection: &Selection,
    last: Option<&str>,
    visit: &mut dyn FnMut(&Listed) -> Result<()>,
) -> Result<()> {
    let prefix = match selection {
        Selection::Prefix(prefix) => prefix,
        Selection::Streams(paths) => {
            let done = last.and_then(|last| paths.iter().position(|path| path == last));
            return paths[done.map_or(0, |done| done + 1)..].iter().try_for_each(|path| visit(&Listed::named(path)));
        }
    };
    let mut after = last.map(str::to_owned);
    loop {
        let listing = source.list(prefix, after.as_deref(), LIST)?;
        listing.streams.iter().try_for_each(&mut *visit)?;
        match listing.next {
            None => return Ok(()),
            Some(next) if Some(&next) == after.as_ref() => bail!("the list does not continue after {next}"),
            next => after = next,
        }
    }
}

fn begin_stream(
    source: &Source<'_>,
    output: &mut Output,
    listed: &Listed,
    report: &mut dyn FnMut(Event),
) -> Result<()> {
    let Some(described) = source.describe(&listed.path)? else {
        output.put(&Entry::Stream(Stream { path: listed.path.clone(), ..Stream::default() }))?;
        return lose(output, &listed.path, "there is no such stream".to_owned(), report);
    };
    // They are read before the content, so it has their appends.
    let producers = source.producers(&listed.path)?;
    let stream = Stream {
        first: listed.earliest_offset.clone().or(described.stream.first),
        created_at: listed.created_at.clone(),
        forked_from: listed.forked_from.clone(),
        producers: producers.described,
        producers_left: producers.left,
        ..described.stream
    };
    output.put(&Entry::Stream(stream.clone()))?;
    read(source, output, &stream, stream.first.clone(), &described.tail, report)
}

/// Continues a stream, unless there is another one at its path now.
fn continue_stream(
    source: &Source<'_>,
    output: &mut Output,
    stream: &Stream,
    next: Option<String>,
    report: &mut dyn FnMut(Event),
) -> Result<()> {
    let is_same = match &stream.created_at {
        None => true,
        created_at => {
            let listing = source.list(&stream.path, None, 1)?;
            listing.streams.first().is_some_and(|now| now.path == stream.path && now.created_at == *created_at)
        }
    };
    match source.describe(&stream.path)? {
        Some(described) if is_same => {
            let from = next.or(stream.first.clone());
            read(source, output, stream, from, &described.tail, report)
        }
        _ => lose(output, &stream.path, "it was deleted while it was read".to_owned(), report),
    }
}

/// Reads a stream up to `tail` at least.
fn read(
    source: &Source<'_>,
    output: &mut Output,
    stream: &Stream,
    mut from: Option<String>,
    tail: &str,
    report: &mut dyn FnMut(Event),
) -> Result<()> {
    let path = &stream.path;
    loop {
        let read = match source.read(path, from.as_deref())? {
            Ok(read) if read.content_type == stream.content_type => read,
            Ok(_) => {
                return lose(output, path, "it was deleted and created again while it was read".to_owned(), report);
            }
            Err(reason) => return lose(output, path, reason, report),
        };
        split(&read.content_type, read.body, &mut |block| {
            report(Event::Bytes(block.len() as u64));
            output.put(&Entry::Data(block))
        })?;
        if from.as_deref() != Some(&read.next) {
            output.put(&Entry::Page(Page { next: read.next.clone() }))?;
        }
        let is_at_tail = read.up_to_date || read.closed;
        // Offsets are ordered as texts.
        if is_at_tail || read.next.as_str() >= tail {
            let done = Done { next: read.next, closed: read.closed, grew: !is_at_tail };
            output.put(&Entry::Done(done.clone()))?;
            report(Event::Exported {
                path: path.clone(),
                next: done.next,
                closed: done.closed,
                grew: done.grew,
                producers: stream.producers.len() as u64,
                producers_left: stream.producers_left,
            });
            return Ok(());
        }
        ensure!(from.as_deref() != Some(&read.next), "the server returns nothing after the offset {}", read.next);
        from = Some(read.next);
    }
}

fn lose(output: &mut Output, path: &str, reason: String, report: &mut dyn FnMut(Event)) -> Result<()> {
    output.put(&Entry::Lost(Lost { reason: reason.clone() }))?;
    report(Event::Lost { path: path.to_owned(), reason });
    Ok(())
}

fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("the system has no random numbers")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
