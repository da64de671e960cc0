//! Lists of streams, which the edge reads from all databases. Nothing is written for them: they are ranges of the primary key of `streams`.

mod selection;

use crate::access::{Client, Span};
use crate::edge::edge_read::Stores;
use crate::edge::served_by_edge;
use crate::host::deadline::Bounded;
use crate::host::{Database as _, UnixMs};
use crate::log::{self, Entry, Found};
use crate::stream::listed::ListedRow;
use crate::{Failure, Settings};
use futures_util::future::try_join_all;
pub(in crate::edge) use selection::{Selection, canonical_start};
use spec::client::Operation;
use spec::streams::list::{BadSelection, Decision, Facts, Lines, Listed, Outcome, Request, decide};
use spec::{
    AnyMediaType, Count, Delimiter, LabelText, ListEnd, ListedPrefix, ListedStream, Listing, PathStart, Seconds,
    stream, streams,
};
use wire::{Asked, Timestamp, json, take};

/// Maximum number of queries for one page. Cloudflare allows 1,000 per invocation. When exceeded, a page that has an entry ends.
const QUERIES_MAX: usize = 500;

/// The lists that one caller may see.
pub struct Listings<'a, S> {
    /// The databases.
    pub stores: S,
    /// The configuration of the deployment.
    pub settings: &'a Settings,
    /// The caller.
    pub client: &'a Client,
    /// The current time.
    pub now: UnixMs,
}

/// A page of a list.
pub(in crate::edge) struct Page {
    pub entries: Vec<Entry>,
    /// Where the next page begins.
    pub next: Option<String>,
}

struct ListFacts<'a>(&'a Result<Selection, String>);

impl Facts for ListFacts<'_> {
    fn selection_invalid(&self) -> bool {
        self.0.is_err()
    }
}

impl<S: Stores> streams::Service for Listings<'_, S> {
    served_by_edge!(|own| own);

    async fn list(&self, request: Asked<Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request {
            accept, prefix, after, limit, delimiter, contains, closed, of_type, with_labels, updated_after,
        });
        let selection = Selection::of(&request);
        let decision = decide(&request, &ListFacts(&selection));
        let selection = match (decision, selection) {
            (Decision::Ready(ready), _) => return Ok(ready.into()),
            (_, Err(detail)) => return Ok(BadSelection { detail }.into()),
            (_, Ok(selection)) => selection,
        };
        let page = self.page(&self.client.spans(Operation::List), &selection).await?;
        Ok(match decision {
            Decision::Lines => Lines { body: lines(page)? }.into(),
            _ => Listed { body: listing(page, request.delimiter)? }.into(),
        })
    }
}

impl<S: Stores> Listings<'_, S> {
    /// A page of the selection, within ranges of paths that do not overlap, in order.
    pub(in crate::edge) async fn page(&self, spans: &[Span], selection: &Selection) -> Result<Page, Failure> {
        let (mut entries, mut queries) = (Vec::new(), 0);
        for span in spans.iter().filter_map(|span| span.intersection(&selection.span)) {
            let (found, stopped_at) = self.search(span, selection, &mut queries).await?;
            for entry in found {
                // The paths that begin with a prefix can be in several ranges.
                if entries.last().is_some_and(|last: &Entry| last.key() == entry.key()) {
                    continue;
                }
                if entries.len() == selection.limit {
                    let next = entries.last().map(|last| last.key().to_owned());
                    return Ok(Page { entries, next });
                }
                entries.push(entry);
            }
            if stopped_at.is_some() {
                return Ok(Page { entries, next: stopped_at });
            }
            if let (true, Some(last)) = (queries > QUERIES_MAX, entries.last()) {
                let next = Some(last.key().to_owned());
                return Ok(Page { entries, next });
            }
        }
        Ok(Page { entries, next: None })
    }

    /// The first entries in a range, in order, and where the search ended if it did not reach the end of the range.
    async fn search(
        &self,
        mut span: Span,
        selection: &Selection,
        queries: &mut usize,
    ) -> Result<(Vec<Entry>, Option<String>), Failure> {
        let number = self.stores.databases().all().len();
        // One more entry than the page has shows whether another page follows.
        let (wanted, mut entries, mut looked_at) = (selection.limit + 1, Vec::new(), 0);
        loop {
            // Entries of a tree and streams that are filtered may all be in one database.
            let is_spread = selection.filter.is_empty() && selection.separated_from.is_none();
            let count = if is_spread { share(wanted - entries.len(), number).min(wanted - looked_at) } else { wanted };
            let found = (0..number).map(|number| self.search_database(number, &span, selection, count as u64));
            let found = try_join_all(found).await?;
            *queries += number;
            looked_at += count;
            // Beyond this path, some database has not been searched.
            let stopped_at = found.iter().filter_map(|found| found.stopped_at.clone()).min();
            let is_searched = |entry: &Entry| stopped_at.as_deref().is_none_or(|path| entry.key() <= path);
            entries.extend(merged(found).into_iter().take_while(is_searched));
            let rest = stopped_at.as_deref().and_then(|path| span.intersection(&Span::after(path)));
            match rest {
                Some(rest) if is_spread && entries.len() < wanted && looked_at < wanted => span = rest,
                _ => return Ok((entries, stopped_at)),
            }
        }
    }

    /// Searches one database for at most `count` entries.
    async fn search_database(
        &self,
        number: usize,
        span: &Span,
        selection: &Selection,
        count: u64,
    ) -> Result<Found, Failure> {
        let databases = self.stores.databases();
        let wait = self.settings.limits.database_wait;
        let database = Bounded::new(&databases.all()[number], wait, |wait| self.stores.sleep(wait));
        let rows = if selection.filter.is_empty() {
            count
        } else {
            self.settings.limits.list_rows.max(selection.limit) as u64
        };
        let statement = match selection.separated_from {
            Some(start) => log::tree(span.from(), span.until(), start, count, self.now),
            None => log::list(span.from(), span.until(), rows, count, &selection.filter, self.now),
        };
        let found = database.batch(vec![statement, log::identity()]).await;
        let found = found.map_err(|error| databases.failure(number, error))?;
        databases.confirm_number(number, found.get(1)).await?;
        match selection.separated_from {
            Some(_) => log::loaded_tree(found.first()),
            None => log::loaded_list(found.first()),
        }
    }
}

/// How many of `wanted` streams to expect in one of several databases at most. A stream is in any of them with the same probability, so more
/// than four standard deviations above the mean are rare.
fn share(wanted: usize, databases: usize) -> usize {
    let mean = wanted.div_ceil(databases);
    (mean + 4 * (mean.isqrt() + 1)).min(wanted)
}

/// The entries of all databases, in order.
fn merged(found: Vec<Found>) -> Vec<Entry> {
    let mut all: Vec<Vec<Entry>> = found.into_iter().map(|found| found.entries).collect();
    // The first entry of each database is the last of its vector, from which it can be popped.
    all.iter_mut().for_each(|entries| entries.reverse());
    let mut merged = Vec::new();
    loop {
        let firsts = all.iter().enumerate().filter_map(|(number, entries)| Some((entries.last()?.key(), number)));
        let Some((_, number)) = firsts.min() else { return merged };
        merged.extend(all[number].pop());
    }
}

/// The page as JSON.
fn listing(Page { entries, next }: Page, delimiter: Option<Delimiter>) -> Result<Listing, Failure> {
    let (mut streams, mut prefixes) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Entry::Stream(row) => streams.push(listed(*row)?),
            Entry::Prefix(prefix) => prefixes.push(path_start(&prefix)?),
        }
    }
    let next = next.as_deref().map(path_start).transpose()?;
    Ok(Listing { streams, prefixes: delimiter.map(|_| prefixes), next })
}

/// The page as lines of JSON.
fn lines(Page { entries, next }: Page) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    let mut add = |line: Vec<u8>| {
        lines.extend(line);
        lines.push(b'\n');
    };
    for entry in entries {
        add(match entry {
            Entry::Stream(row) => json::write::<ListedStream>(&listed(*row)?),
            Entry::Prefix(prefix) => json::write::<ListedPrefix>(&ListedPrefix { prefix: path_start(&prefix)? }),
        });
    }
    add(json::write::<ListEnd>(&ListEnd { next: next.as_deref().map(path_start).transpose()? }));
    Ok(lines)
}

pub(in crate::edge) fn path_start(text: &str) -> Result<PathStart, Failure> {
    PathStart::read(text).map_err(|_| Failure::Corrupt("streams.path"))
}

pub(in crate::edge) fn path(text: &str) -> Result<stream::Path, Failure> {
    stream::Path::read(text).map_err(|_| Failure::Corrupt("streams.path"))
}

fn listed(row: ListedRow) -> Result<ListedStream, Failure> {
    let count = |number| Count::new(number).ok_or(Failure::Corrupt("streams.hot_bytes"));
    let at = |unix_ms| Timestamp::at(unix_ms).ok_or(Failure::Corrupt("streams.created_ms"));
    let label = |(name, value): (&str, &str)| Some((name.to_owned(), LabelText::read(value).ok()?));
    let labels: Option<_> = row.labels.iter().map(label).collect();
    let labels = labels.ok_or(Failure::Corrupt("streams.labels"))?;
    Ok(ListedStream {
        path: path(&row.path)?,
        content_type: AnyMediaType::read(&row.content_type).map_err(|_| Failure::Corrupt("streams.content_type"))?,
        next_offset: row.tail,
        earliest_offset: row.earliest,
        closed: row.closed,
        created_at: at(row.created_ms)?,
        updated_at: at(row.updated_ms)?,
        ttl: row.ttl_s.and_then(Seconds::new),
        expires_at: row.expires_at,
        forked_from: row.source.as_deref().map(path).transpose()?,
        hot_bytes: count(row.hot_bytes)?,
        cold_bytes: count(row.cold_bytes)?,
        labels: Some(labels).filter(|_| row.labels.count() > 0),
    })
}
