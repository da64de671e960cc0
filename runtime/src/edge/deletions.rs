//! Deleting all streams with a prefix, in requests that each look at a limited number of streams.
//!
//! Nothing about a deletion is stored. The responses contain when it began and which path it has reached, and requests repeat that. Each
//! stream is deleted by its Durable Object, which compares the creation of the stream with the beginning of the deletion. So a request
//! can be repeated and can be lost at any time.

use crate::access::Span;
use crate::edge::edge_read::Stores;
use crate::edge::listing::{Listings, Page, Selection, canonical_start, path, path_start};
use crate::edge::served_by_edge;
use crate::fanout::bridge::{self, Envelope};
use crate::host::Database as _;
use crate::host::deadline::Bounded;
use crate::log::{self, Entry, Filter};
use crate::stream::fork::{Answer, Message};
use crate::stream::listed::ListedRow;
use crate::{Failure, Report};
use futures_util::future::{join_all, try_join_all};
use spec::client::Operation;
use spec::deletions::Service;
use spec::deletions::delete_all::{AllDeleted, BadPrefix, Decision, Deleting, Facts, Outcome, Request, decide};
use spec::{Count, DeletionReceipt, FailedDeletion, Forbidden, Sentence};
use wire::{Asked, Timestamp, take};

/// Maximum number of streams that are deleted at the same time.
const AT_ONCE: usize = 16;

/// Streams that are deleted by prefix, for one caller.
pub struct Deletions<'a, S>(pub Listings<'a, S>);

/// A part of a deletion.
struct Step {
    /// The prefix in its canonical form.
    prefix: String,
    /// The paths with this prefix that the caller may delete.
    spans: Vec<Span>,
    /// The paths that the deletion has not reached yet.
    ahead: Span,
    began_at: Timestamp,
}

/// The result for one stream.
enum Deleted {
    Entirely {
        bytes: u64,
    },
    ExceptForForks,
    /// It no longer existed, or was created later.
    Not,
}

struct DeletionFacts<'a> {
    step: &'a Result<Step, String>,
    receipt: Option<&'a DeletionReceipt>,
}

impl Facts for DeletionFacts<'_> {
    fn selection_invalid(&self) -> bool {
        self.step.is_err()
    }

    fn deletion_forbidden(&self) -> bool {
        self.step.as_ref().is_ok_and(|step| step.spans.is_empty())
    }

    fn streams_remain(&self) -> bool {
        self.receipt.is_some_and(|receipt| receipt.next.is_some())
    }
}

impl<S: Stores> Service for Deletions<'_, S> {
    served_by_edge!(|own| own.0);

    async fn delete_all(&self, request: Asked<Request>) -> Result<Outcome, Failure> {
        let request = take!(request as Request { prefix, after, began_at });
        let step = self.step(&request);
        let receipt = match &step {
            Ok(step) if !step.spans.is_empty() => Some(self.take(step).await?),
            _ => None,
        };
        let decision = decide(&request, &DeletionFacts { step: &step, receipt: receipt.as_ref() });
        Ok(match (decision, receipt, step) {
            (Decision::AllDeleted, Some(body), _) => AllDeleted { body }.into(),
            (Decision::Deleting, Some(body), _) => Deleting { body }.into(),
            (Decision::BadPrefix, _, Err(detail)) => BadPrefix { detail }.into(),
            (Decision::Forbidden, ..) => {
                let detail = "The operations `admin` and `delete` are not permitted below the prefix.".to_owned();
                Forbidden { detail }.into()
            }
            _ => return Err(Failure::Inconsistent("delete_all")),
        })
    }
}

impl<S: Stores> Deletions<'_, S> {
    /// # Errors
    /// The rule that the request breaks.
    fn step(&self, request: &Request) -> Result<Step, String> {
        let rule = || "`prefix` must be segments of a path, each followed by `/`.".to_owned();
        let segments = request.prefix.as_str().strip_suffix('/').ok_or_else(rule)?;
        let segments = spec::stream::Path::read(segments).map_err(|_| rule())?;
        let prefix = format!("{}/", segments.as_str());
        let own = Span::starting_with(&prefix);
        let after = request.after.as_ref().map(|after| canonical_start(after.as_str())).transpose();
        let after = after.map_err(|rule| format!("`after` must be {rule}."))?;
        let ahead = after.map_or(Some(own.clone()), |after| own.intersection(&Span::after(&after)));
        let (admin, delete) = (self.0.client.spans(Operation::Admin), self.0.client.spans(Operation::Delete));
        let both = admin.iter().flat_map(|span| delete.iter().filter_map(|other| span.intersection(other)));
        // A deletion can't have begun in the future: it would include streams that are created later.
        let began_at = request.began_at.clone().filter(|at| at.unix_ms() <= self.0.now);
        let began_at = began_at.or_else(|| Timestamp::at(self.0.now));
        Ok(Step {
            prefix,
            spans: both.filter_map(|span| span.intersection(&own)).collect(),
            ahead: ahead.unwrap_or_else(Span::nothing),
            began_at: began_at.ok_or_else(|| "`began_at` must be a time.".to_owned())?,
        })
    }

    /// Deletes the next streams.
    async fn take(&self, step: &Step) -> Result<DeletionReceipt, Failure> {
        let selection = Selection {
            span: step.ahead.clone(),
            separated_from: None,
            filter: Filter { created_until: Some(step.began_at.unix_ms()), ..Filter::default() },
            limit: self.limits().deletions,
        };
        let Page { entries, next } = self.0.page(&step.spans, &selection).await?;
        let rows: Vec<ListedRow> = entries.into_iter().filter_map(Entry::into_stream).collect();
        let (mut deleted, mut bytes, mut kept, mut failed) = (0, 0, 0, Vec::new());
        for rows in rows.chunks(AT_ONCE) {
            let results = join_all(rows.iter().map(|row| self.delete(row, step))).await;
            for (row, result) in rows.iter().zip(results) {
                match result {
                    Ok(Deleted::Entirely { bytes: own }) => (deleted, bytes) = (deleted + 1, bytes + own),
                    Ok(Deleted::ExceptForForks) => kept += 1,
                    Ok(Deleted::Not) => {}
                    Err(failure) => {
                        self.0.stores.report(&Report {
                            event: failure.event(),
                            path: Some(&row.path),
                            generation: None,
                            cause: failure.to_string(),
                        });
                        failed.push(FailedDeletion { path: path(&row.path)?, reason: reason(&failure)? });
                    }
                }
            }
        }
        let (left, left_for_forks) = self.left(step).await?;
        Ok(DeletionReceipt {
            prefix: path_start(&step.prefix)?,
            began_at: step.began_at.clone(),
            deleted: count(deleted)?,
            bytes: count(bytes)?,
            kept_for_forks: count(kept)?,
            failed,
            left: count(left)?,
            left_for_forks: count(left_for_forks)?,
            next: next.as_deref().map(path_start).transpose()?,
        })
    }

    async fn delete(&self, row: &ListedRow, step: &Step) -> Result<Deleted, Failure> {
        let message = Message::DeleteCreatedUntil { time_ms: step.began_at.unix_ms() };
        let envelope = Envelope { path: row.path.clone(), message };
        let stores = &self.0.stores;
        let send = async |message| stores.call(&row.path, message).await;
        let sleep = async |wait| stores.sleep(wait).await;
        Ok(match bridge::exchange(&envelope, self.limits().object_wait, sleep, send).await? {
            Answer::Deleted => Deleted::Entirely { bytes: row.hot_bytes + row.cold_bytes },
            Answer::Gone => Deleted::ExceptForForks,
            _ => Deleted::Not,
        })
    }

    /// The number of streams that the deletion has not deleted, and how many of these are kept for their forks.
    async fn left(&self, step: &Step) -> Result<(u64, u64), Failure> {
        let databases = self.0.stores.databases().all();
        let wait = self.limits().database_wait;
        let counts = step.spans.iter().flat_map(|span| databases.iter().map(move |database| (span, database)));
        let counts = counts.map(|(span, database)| async move {
            let database = Bounded::new(database, wait, |wait| self.0.stores.sleep(wait));
            let rows = self.limits().list_rows as u64;
            let statement = log::remaining(span.from(), span.until(), step.began_at.unix_ms(), rows);
            log::loaded_remaining(database.batch(vec![statement]).await?.first())
        });
        let counts: Vec<(u64, u64)> = try_join_all(counts).await?;
        Ok(counts.into_iter().fold((0, 0), |(left, gone), (more, more_gone)| (left + more, gone + more_gone)))
    }
}

fn count(number: u64) -> Result<Count, Failure> {
    Count::new(number).ok_or(Failure::Corrupt("count"))
}

fn reason(failure: &Failure) -> Result<Sentence, Failure> {
    Sentence::read(&failure.client_detail()).map_err(|_| Failure::Inconsistent("delete_all"))
}
