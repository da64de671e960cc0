//! How many streams there are by the first segment of their paths, and how many bytes they have.
//!
//! The hourly cron trigger counts a limited number of streams, and the next one continues, until all databases are counted. Then the result
//! takes the place of the previous one. A step is saved together with the path that it has reached, so it is counted once.

use crate::Failure;
use crate::access::Span;
use crate::edge::edge_read::Stores;
use crate::edge::listing::Listings;
use crate::edge::served_by_edge;
use crate::host::{Database, Databases, UnixMs};
use crate::log::{self, CountId, CountedStreams, UsageCount};
use spec::client::Operation;
use spec::usage::Service;
use spec::usage::measure::{Decision, Facts, Measured, Outcome, Request, Uncounted, decide};
use spec::{Count, FirstSegment, Limits, PrefixUsage};
use wire::{Asked, Timestamp, take};

/// Maximum number of steps of one run. Each takes a query of a database, and up to two that save it.
const STEPS_MAX: usize = 20;

/// Maximum number of prefixes that are counted separately.
const PREFIXES_MAX: usize = 1000;

/// The usage, for one caller.
pub struct Usages<'a, S>(pub Listings<'a, S>);

struct UsageFacts<'a>(Option<&'a UsageCount>);

impl Facts for UsageFacts<'_> {
    fn usage_unknown(&self) -> bool {
        self.0.is_none()
    }
}

impl<S: Stores> Service for Usages<'_, S> {
    served_by_edge!(|own| own.0);

    async fn measure(&self, request: Asked<Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request { prefix });
        let databases = self.0.stores.databases();
        databases.confirm_all().await?;
        let Some(first) = databases.all().first() else { return Err(Failure::Inconsistent("measure")) };
        let count = first.batch(vec![log::usage_count(CountId::Last)]).await?;
        let count = log::loaded_usage_count(count.first())?;
        let prefix = request.prefix.as_ref().map_or("", |prefix| prefix.as_str());
        Ok(match (decide(&request, &UsageFacts(count.as_ref())), count) {
            (Decision::Measured, Some(count)) => Measured { body: self.usage(count, prefix)? }.into(),
            (Decision::Ready(ready), _) => ready.into(),
            _ => Uncounted.into(),
        })
    }
}

impl<S> Usages<'_, S> {
    /// The part of a count that the caller may see, of prefixes that begin with `start`.
    fn usage(&self, count: UsageCount, start: &str) -> Result<spec::UsageCount, Failure> {
        let UsageCount { began_ms, ended_ms, prefixes, others, .. } = count;
        let spans = self.0.client.spans(Operation::Admin);
        // Paths of one segment, and those beyond the maximum, can have any first segment.
        let covers = |prefix: &str| {
            let own = Span::starting_with(prefix);
            spans.iter().any(|span| span.intersection(&own).as_ref() == Some(&own))
        };
        let number = |number| Count::new(number).ok_or(Failure::Corrupt("usage.prefixes"));
        let visible = prefixes.into_iter().filter(|(prefix, _)| prefix.starts_with(start) && covers(prefix));
        let prefixes = visible.map(|(prefix, usage)| {
            Ok(PrefixUsage {
                prefix: FirstSegment::read(&prefix).map_err(|_| Failure::Corrupt("usage.prefixes"))?,
                streams: number(usage.streams)?,
                hot_bytes: number(usage.hot_bytes)?,
                cold_bytes: number(usage.cold_bytes)?,
            })
        });
        let time = |unix_ms| Timestamp::at(unix_ms).ok_or(Failure::Corrupt("usage.began_ms"));
        Ok(spec::UsageCount {
            began_at: time(began_ms)?,
            counted_at: time(ended_ms)?,
            prefixes: prefixes.collect::<Result<_, Failure>>()?,
            others: number(if covers("") { others } else { 0 })?,
        })
    }
}

/// Continues the count of streams. Returns whether it has ended.
///
/// # Errors
/// [`Failure`], if D1 failed. The count can be continued.
pub async fn count<D: Database>(databases: &Databases<D>, limits: &Limits, now: UnixMs) -> Result<bool, Failure> {
    let databases = databases.all();
    let Some(first) = databases.first() else { return Err(Failure::Inconsistent("a count")) };
    let running = first.batch(vec![log::usage_count(CountId::Running)]).await?;
    let new = || UsageCount { began_ms: now, ..UsageCount::default() };
    let mut count = log::loaded_usage_count(running.first())?.unwrap_or_else(new);
    for _ in 0..STEPS_MAX {
        let (number, path) = count.next.clone();
        let database = usize::try_from(number).ok().and_then(|number| databases.get(number));
        let id = match database {
            Some(database) => {
                let streams = database.batch(vec![log::count_streams(&path, limits.list_rows as u64)]).await?;
                let CountedStreams { prefixes, last } = log::loaded_streams_count(streams.first())?;
                prefixes.into_iter().for_each(|(prefix, usage)| add(&mut count, prefix, usage));
                count.next = last.map_or((number + 1, String::new()), |last| (number, last));
                CountId::Running
            }
            None => CountId::Last,
        };
        count.ended_ms = now;
        first.batch(log::save_usage_count(id, &count)).await?;
        if id == CountId::Last {
            return Ok(true);
        }
    }
    Ok(false)
}

fn add(count: &mut UsageCount, prefix: String, more: log::Usage) {
    let has_room = count.prefixes.len() < PREFIXES_MAX || prefix.is_empty() || count.prefixes.contains_key(&prefix);
    if !has_room {
        count.others += more.streams;
        return;
    }
    let usage = count.prefixes.entry(prefix).or_default();
    usage.streams += more.streams;
    usage.hot_bytes += more.hot_bytes;
    usage.cold_bytes += more.cold_bytes;
}
