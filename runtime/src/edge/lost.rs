//! The sweep for what subscriptions have missed, because Durable Objects died before they could notify them: streams that were created, and
//! data of linked streams. It also deletes what subscriptions have left behind in the databases of streams.
//!
//! It reads all tables in pages. A failure ends neither the page nor the sweep, so that one subscription or row does not keep others from being
//! notified. The place after a page is saved before the page is processed, so that no page can end all sweeps. If the limit
//! `sweep_requests` ends a sweep, the next one continues there.

mod arrivals;
mod pending;
mod place;
mod registrations;

use crate::Failure;
use crate::fanout::bridge;
use crate::host::deadline::{Bounded, no_answer, within};
use crate::host::{Database, Databases, HostError, Outcome, Statement, UnixMs, milliseconds};
use crate::log;
use crate::log::registrations::Table;
use crate::subscription::call::{Call, Envelope};
use crate::subscription::message::{Answer, Message};
use place::{Place, Step};
use spec::Limits;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Duration;
use subscriptions::SubscriptionId;

/// Number of arrivals or links in a page.
const ROWS_PER_PAGE: u64 = 1_000;

/// Maximum number of messages that are under way.
const MESSAGES_MAX: usize = 32;

/// Number of requests that are kept for what follows messages: deleting an arrival, and saving the place.
const REQUESTS_AFTER_MESSAGES: usize = 2;

/// The platform, as far as the sweep uses it.
pub trait Platform {
    /// The type of its databases.
    type Database: Database;

    /// All databases of the deployment.
    fn databases(&self) -> &Databases<Self::Database>;

    /// Waits.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;

    /// Sends a message to the Durable Object of the subscription `id`, and returns its answer.
    ///
    /// # Errors
    /// [`HostError`], if it does not answer.
    fn call_subscription(&self, id: &str, message: String) -> impl Future<Output = Result<String, HostError>>;
}

/// Notifies subscriptions of what they have missed, and deletes stale registrations. Returns how many messages were sent.
///
/// # Errors
/// [`Failure`], if a database or a subscription does not answer, or a row can't be read. Everything else has been done. A later sweep
/// repeats what is left.
pub async fn sweep<P: Platform>(stores: &P, limits: &Limits) -> Result<usize, Failure> {
    let sweep = Sweep {
        stores,
        limits,
        left: Cell::new(limits.sweep_requests),
        sent: Cell::new(0),
        saved: RefCell::default(),
        passed_over: RefCell::default(),
        poked: RefCell::default(),
        failures: RefCell::default(),
    };
    sweep.run().await?;
    sweep.result()
}

struct Sweep<'a, P> {
    stores: &'a P,
    limits: &'a Limits,
    /// Number of requests that this sweep can still make.
    left: Cell<usize>,
    /// Number of messages that were sent.
    sent: Cell<usize>,
    /// The place that was saved last.
    saved: RefCell<Place>,
    /// Subscriptions that get no more arrivals.
    passed_over: RefCell<BTreeSet<String>>,
    /// Subscriptions that were poked.
    poked: RefCell<BTreeSet<String>>,
    failures: RefCell<Vec<Failure>>,
}

impl<P: Platform> Sweep<'_, P> {
    async fn run(&self) -> Result<(), Failure> {
        let mut place = self.load_place().await?;
        loop {
            place = self.page(&place).await.unwrap_or_else(|failure| {
                self.failed(failure);
                place.next_table(self.databases())
            });
            if place.is_beginning() || self.left.get() < self.requests_per_page() {
                break;
            }
        }
        self.save(&place).await;
        Ok(())
    }

    /// Processes one page. Returns where the sweep continues.
    async fn page(&self, place: &Place) -> Result<Place, Failure> {
        match place.step {
            Step::Subscribers => self.delete_stale(place, Table::Subscribers).await,
            Step::Patterns => self.delete_stale(place, Table::Patterns).await,
            Step::WakeStreams => self.delete_stale(place, Table::WakeStreams).await,
            Step::Tombstones => self.delete_tombstones(place).await,
            Step::Arrivals => self.announce_arrivals(place).await,
            Step::Links => self.poke_pending(place).await,
        }
    }

    /// The place after a page that ends with the row `last`.
    fn next(&self, place: &Place, last: Option<[String; 2]>, has_more: bool) -> Place {
        match last {
            Some(last) if has_more => place.after(last),
            _ => place.next_table(self.databases()),
        }
    }

    /// Processes the rows of a page, after which the sweep continues at `next`. Returns where it continues, which is earlier if the rows
    /// need more requests than are left.
    async fn process(&self, next: Place, rows: impl Future<Output = Result<Option<Place>, Failure>>) -> Place {
        self.save(&next).await;
        match rows.await {
            Ok(stopped_at) => stopped_at.unwrap_or(next),
            Err(failure) => {
                self.failed(failure);
                next
            }
        }
    }

    async fn load_place(&self) -> Result<Place, Failure> {
        let outcomes = self.query(0, vec![log::subscription_sweep_place()]).await?;
        let text = log::loaded_subscription_sweep_place(outcomes.first())?;
        // A place that another version has saved, or in a database that was removed, is the beginning.
        let place = text.and_then(|text| serde_json::from_str(&text).ok());
        let place = place.filter(|place: &Place| place.database < self.databases()).unwrap_or_default();
        *self.saved.borrow_mut() = place.clone();
        Ok(place)
    }

    async fn save(&self, place: &Place) {
        if *self.saved.borrow() == *place {
            return;
        }
        let text = serde_json::to_string(place).expect("a record of texts");
        match self.query(0, vec![log::save_subscription_sweep_place(&text)]).await {
            Ok(_) => *self.saved.borrow_mut() = place.clone(),
            Err(failure) => self.failed(failure),
        }
    }

    /// Number of messages that can be sent at once. The first of a sweep can always be sent, so that each sweep gets further.
    fn room(&self) -> usize {
        let least = usize::from(self.sent.get() == 0);
        self.left.get().saturating_sub(REQUESTS_AFTER_MESSAGES).max(least).min(MESSAGES_MAX)
    }

    /// Maximum number of requests for a page and one message. A page is read, looks up something in each database, deletes rows, and is
    /// saved before and after it is processed.
    fn requests_per_page(&self) -> usize {
        6 + self.databases()
    }

    fn databases(&self) -> usize {
        self.stores.databases().all().len()
    }

    /// Age from which on a registration is not that of a transaction that is under way.
    fn late_commit_ms(&self) -> UnixMs {
        2 * milliseconds(self.limits.transaction_validity)
    }

    async fn notify(&self, id: &str, message: Message) -> Result<Answer, Failure> {
        self.count(1);
        self.sent.update(|sent| sent + 1);
        let failed = |error: &dyn std::fmt::Display| Failure::Host(format!("the subscription {id}: {error}"));
        let wait = self.limits.object_wait;
        let to = SubscriptionId::read(id).map_err(|_| Failure::Corrupt("links.subscription"))?;
        let text = bridge::write(&Envelope { id: to, call: Call::Message(message) }).map_err(|error| failed(&error))?;
        let answer = within(self.stores.sleep(wait), self.stores.call_subscription(id, text)).await;
        let answer = answer.unwrap_or_else(|| Err(HostError(no_answer(wait)))).map_err(|error| failed(&error.0))?;
        bridge::read(&answer).map_err(|error| failed(&error))
    }

    async fn query(&self, number: usize, statements: Vec<Statement>) -> Result<Vec<Outcome>, Failure> {
        self.count(statements.len());
        let sleep = |wait| self.stores.sleep(wait);
        let database = Bounded::new(&self.stores.databases().all()[number], self.limits.database_wait, sleep);
        Ok(database.batch(statements).await?)
    }

    fn count(&self, requests: usize) {
        self.left.update(|left| left.saturating_sub(requests));
    }

    /// Records a failure that does not end the sweep.
    fn failed(&self, failure: Failure) {
        self.failures.borrow_mut().push(failure);
    }

    fn result(self) -> Result<usize, Failure> {
        let mut failures = self.failures.into_inner();
        match failures.len() {
            0 => Ok(self.sent.get()),
            1 => Err(failures.swap_remove(0)),
            count => Err(Failure::Host(format!("{count} failures; the first is {}", failures[0]))),
        }
    }
}
