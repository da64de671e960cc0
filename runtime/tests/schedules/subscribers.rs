//! Subscriptions of all paths: what is committed and acknowledged is followed by a poke, and each new stream by a message.

use crate::clients::Path;
use crate::history::History;
use crate::plan::Plan;
use crate::random::Random;
use crate::witness::{Life, lives};
use native::{Reception, Server, Sqlite};
use runtime::subscription::message::{Answer, Message};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a subscription could find when it was poked: the generation and the tail of its stream.
struct Found {
    path: String,
    stream: Option<(String, usize)>,
}

/// What subscriptions have been told of, and have confirmed.
#[derive(Clone, Default)]
pub struct Subscribers(Rc<Inner>);

#[derive(Default)]
struct Inner {
    found: RefCell<Vec<Found>>,
    arrived: RefCell<BTreeSet<String>>,
    /// Whether all are answered from now on.
    calm: Cell<bool>,
}

impl Subscribers {
    /// Subscribes to these paths, and to all others by a pattern. Some messages are not answered.
    pub fn subscribe(&self, plan: Plan, server: &Server, paths: &[Path]) {
        let database = server.database();
        paths.iter().for_each(|path| {
            database.script(&format!("INSERT INTO subscribers VALUES ('{path}', '{path}', 0)"));
        });
        database.script("INSERT INTO patterns VALUES ('all', '**', 0)");
        let (random, own, database) = (Random::new(plan.seed, 7), self.0.clone(), database.clone());
        let percent = if plan.nothing_fails() { 0 } else { 20 };
        server.subscriptions().receive(move |id, message| {
            if !own.calm.get() && random.chance(percent) {
                return random.pick(&[Reception::Unheard, Reception::Hung]);
            }
            match message {
                Message::Moved { .. } => own.found.borrow_mut().push(find(&database, id)),
                Message::Arrived { path } => {
                    let stream = find(&database, path).stream;
                    own.arrived.borrow_mut().extend(stream.map(|(generation, _)| generation));
                }
            }
            let most_ms = if own.calm.get() { 1 } else { 20 * plan.unit_ms() };
            Reception::Slow(random.milliseconds(most_ms), Answer::Done)
        });
    }

    /// All are answered from now on.
    pub fn calm_down(&self) {
        self.0.calm.set(true);
    }

    /// Checks that nothing was forgotten, and ends all subscriptions.
    pub fn check(&self, server: &Server, history: &History) {
        let (database, found) = (server.database(), self.0.found.borrow());
        let lives = lives(database);
        for (path, body, life, stop) in history.acknowledged(&lives) {
            let is_of = |life: &Life, found: &Found| match &found.stream {
                None => true,
                Some((generation, tail)) => (generation.as_str(), *tail) >= (life.generation.as_str(), stop),
            };
            let is_poked = found.iter().any(|found| found.path == path && is_of(life, found));
            assert!(is_poked, "{body} at {path}, up to {stop}, is not followed by a poke");
        }
        let recorded = database.rows("SELECT generation FROM arrivals");
        for row in database.rows("SELECT path, generation FROM streams") {
            let generation = row["generation"].as_str().unwrap();
            let is_announced = self.0.arrived.borrow().contains(generation)
                || recorded.iter().any(|recorded| recorded["generation"] == generation);
            assert!(is_announced, "{row:?} is not announced");
        }
        database.script("DELETE FROM subscribers; DELETE FROM patterns");
    }
}

fn find(database: &Sqlite, path: &str) -> Found {
    let rows = database.rows("SELECT path, generation, tail FROM streams");
    let stream = rows.iter().find(|row| row["path"] == path);
    let stream = stream.map(|row| {
        (row["generation"].as_str().unwrap().to_owned(), usize::try_from(row["tail"].as_u64().unwrap()).unwrap())
    });
    Found { path: path.to_owned(), stream }
}
