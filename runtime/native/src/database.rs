use crate::clock;
use crate::fault::Fault;
use runtime::host::{Database, DatabaseError, Outcome, Parameter, Statement};
use runtime::metrics::Usage;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, StatementStatus, params_from_iter};
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The database's own clock: that of the tests, which stands still while nothing waits, and perhaps ahead of it.
#[derive(Clone)]
struct Clock {
    started: Instant,
    ahead_ms: Arc<AtomicI64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { started: Instant::now(), ahead_ms: Arc::default() }
    }
}

impl Clock {
    fn now_ms(&self) -> i64 {
        let elapsed_ms = clock::since(self.started);
        i64::try_from(elapsed_ms).unwrap_or(i64::MAX / 2) + self.ahead_ms.load(Ordering::Relaxed)
    }

    /// Has `unixepoch('subsec')` read this clock, which is all that the runtime asks of SQLite's functions for time.
    fn install(&self, connection: &Connection) -> rusqlite::Result<()> {
        let clock = self.clone();
        let now = move |context: &mut rusqlite::functions::Context<'_>| {
            assert_eq!(context.get::<String>(0)?, "subsec");
            Ok(clock.now_ms() as f64 / 1000.0)
        };
        connection.create_scalar_function("unixepoch", 1, FunctionFlags::SQLITE_UTF8, now)
    }
}

/// What goes wrong with the batches to come, one after the other.
type Faults = Box<dyn Iterator<Item = Fault>>;

/// SQLite in memory, as D1 is to the runtime: batches are transactions. Clones are handles to the same database.
#[derive(Clone)]
pub struct Sqlite(Rc<Inner>);

struct Inner {
    connection: RefCell<Connection>,
    clock: Clock,
    faults: RefCell<Faults>,
    batches: Cell<u64>,
    statements: Cell<u64>,
    writes: Cell<u64>,
    steps: Cell<u64>,
}

impl Sqlite {
    /// An empty database with the schema of `migrations/`.
    ///
    /// # Panics
    /// If SQLite refuses a migration.
    #[must_use]
    pub fn new() -> Self {
        let connection = Connection::open_in_memory().expect("SQLite opens a database in memory");
        // Statements are prepared once: there are fewer of them, and none of them anew for other parameters.
        connection.set_prepared_statement_cache_capacity(64);
        let stable = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
        assert_eq!(stable, Ok(true));
        let clock = Clock::default();
        clock.install(&connection).expect("SQLite takes a function in place of its own");
        for migration in migrations() {
            connection.execute_batch(&migration).expect("the migrations are SQL");
        }
        limit(&connection).expect("SQLite has limits as D1 has");
        let faults: Faults = Box::new(std::iter::empty());
        let (connection, faults) = (RefCell::new(connection), RefCell::new(faults));
        let (batches, statements) = (Cell::default(), Cell::default());
        let (writes, steps) = (Cell::default(), Cell::default());
        Self(Rc::new(Inner { connection, clock, faults, batches, statements, writes, steps }))
    }

    /// Lets the next batches meet these faults, one each, in place of any that have not happened.
    pub fn inject<F: IntoIterator<Item = Fault, IntoIter: 'static>>(&self, faults: F) {
        *self.0.faults.borrow_mut() = Box::new(faults.into_iter());
    }

    /// Forgets faults that have not happened.
    pub fn heal(&self) {
        self.inject([]);
    }

    /// Sets the database's own clock ahead of that of the objects, by so many milliseconds; back, if they are negative.
    pub fn set_clock_ahead(&self, milliseconds: i64) {
        self.0.clock.ahead_ms.store(milliseconds, Ordering::Relaxed);
    }

    /// Lets it refuse to become larger than so many bytes, as D1 does. It does not become smaller than it is.
    pub fn limit_size(&self, bytes: u64) {
        self.script(&format!("PRAGMA max_page_count = {}", bytes / self.count("PRAGMA page_size")));
    }

    /// Its size in bytes, without free pages.
    ///
    /// # Panics
    /// If SQLite can't be asked.
    #[must_use]
    pub fn size(&self) -> u64 {
        size(&self.0.connection.borrow()).expect("SQLite has a size")
    }

    /// How many batches there have been.
    #[must_use]
    pub fn batches(&self) -> u64 {
        self.0.batches.get()
    }

    /// How many statements there have been in all batches.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.0.statements.get()
    }

    /// How many rows have been written, as D1 would bill them: no table has an index besides its key.
    #[must_use]
    pub fn rows_written(&self) -> u64 {
        self.0.writes.get()
    }

    /// How many steps SQLite has taken: more, the more rows it looks at.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.0.steps.get()
    }

    /// A single integer, for looking behind the scenes.
    ///
    /// # Panics
    /// If `sql` is not a query for one.
    #[must_use]
    pub fn count(&self, sql: &str) -> u64 {
        let count: i64 =
            self.0.connection.borrow().query_row(sql, [], |row| row.get(0)).expect("a query for one integer");
        u64::try_from(count).expect("a count")
    }

    /// All rows that `sql` finds, for looking behind the scenes.
    ///
    /// # Panics
    /// If `sql` is not a query.
    #[must_use]
    pub fn rows(&self, sql: &'static str) -> Vec<Map<String, Value>> {
        let statement = Statement { sql, parameters: Vec::new() };
        execute(&self.0.connection.borrow(), &statement).expect("a query").0.rows
    }

    /// Executes any SQL, for setting up what is to be looked at.
    ///
    /// # Panics
    /// If `sql` is no SQL.
    pub fn script(&self, sql: &str) {
        self.0.connection.borrow().execute_batch(sql).expect("SQL");
    }

    /// Whether a server has used this database before.
    pub(crate) fn is_claimed(&self) -> bool {
        self.count("SELECT count(number) FROM identity") > 0
    }

    /// Notes that a server has used this database as number `number` of `count`.
    pub(crate) fn claim(&self, number: usize, count: usize) {
        self.script(&format!("UPDATE identity SET number = {number}, databases = {count}"));
    }

    /// The tables that are not empty, and how many rows each has; but for those that are meant not to be.
    #[must_use]
    pub fn leftovers(&self) -> Vec<(String, u64)> {
        let tables = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' \
             AND name NOT IN ('identity', 'room_sweep', 'secrets', 'tombstones', 'tombstone_sweep')",
        );
        let names = tables.iter().filter_map(|row| row.get("name")?.as_str());
        let counts = names.map(|name| (name.to_owned(), self.count(&format!("SELECT count(*) FROM {name}"))));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    fn execute(&self, statements: &[Statement]) -> rusqlite::Result<Vec<Outcome>> {
        let mut connection = self.0.connection.borrow_mut();
        let transaction = connection.transaction()?;
        let outcomes = statements.iter().map(|statement| execute(&transaction, statement));
        let (mut outcomes, steps): (Vec<_>, Vec<_>) =
            outcomes.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().unzip();
        if let Some(last) = outcomes.last_mut() {
            last.usage.size_after = size(&transaction)?;
        }
        transaction.commit()?;
        self.0.steps.set(self.0.steps.get() + steps.iter().sum::<u64>());
        self.0.writes.set(self.0.writes.get() + outcomes.iter().map(|outcome| outcome.changes).sum::<u64>());
        Ok(outcomes)
    }

    fn execute_later(&self, delay: Duration, statements: Vec<Statement>) {
        let database = self.clone();
        tokio::task::spawn_local(async move {
            tokio::time::sleep(delay).await;
            // Whoever might want to know has long given up.
            let _ = database.execute(&statements);
        });
    }

    async fn execute_underway(
        &self,
        delay: Duration,
        statements: Vec<Statement>,
    ) -> Result<Vec<Outcome>, DatabaseError> {
        let (database, (answer, answered)) = (self.clone(), oneshot::channel());
        tokio::task::spawn_local(async move {
            tokio::time::sleep(delay).await;
            // The caller may have given up.
            let _ = answer.send(database.execute(&statements));
        });
        let executed = answered.await.map_err(|_| DatabaseError("no answer".to_owned()))?;
        executed.map_err(|error| DatabaseError(error.to_string()))
    }
}

impl Default for Sqlite {
    fn default() -> Self {
        Self::new()
    }
}

impl Database for Sqlite {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Outcome>, DatabaseError> {
        // Others run before and after, as they do around a real round trip.
        tokio::task::yield_now().await;
        self.0.batches.set(self.0.batches.get() + 1);
        self.0.statements.set(self.0.statements.get() + statements.len() as u64);
        let fault = self.0.faults.borrow_mut().next().unwrap_or(Fault::None);
        if let Fault::Slow(delay) = fault {
            tokio::time::sleep(delay).await;
        }
        let result = match fault {
            Fault::Hung => std::future::pending().await,
            Fault::ReadOnly if statements.iter().any(writes) => Err(DatabaseError("the database is full".to_owned())),
            Fault::Lost => Err(DatabaseError("lost on the way".to_owned())),
            Fault::Late(delay) => {
                self.execute_later(delay, statements);
                Err(DatabaseError("no answer yet".to_owned()))
            }
            Fault::Underway(delay) => self.execute_underway(delay, statements).await,
            Fault::None | Fault::Unheard | Fault::Slow(_) | Fault::ReadOnly => {
                self.execute(&statements).map_err(|error| DatabaseError(error.to_string()))
            }
        };
        tokio::task::yield_now().await;
        match fault {
            Fault::Unheard => Err(DatabaseError("no answer".to_owned())),
            _ => result,
        }
    }
}

/// Sets the limits that D1 documents: 2,000,000 bytes for a row or a string, 100 parameters and 100 KB for a statement.
fn limit(connection: &Connection) -> rusqlite::Result<()> {
    let limits = [
        (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    ];
    limits.into_iter().try_for_each(|(limit, value)| connection.set_limit(limit, value).map(drop))
}

/// Whether a statement does anything but read.
fn writes(statement: &Statement) -> bool {
    !["SELECT", "WITH"].iter().any(|reads| statement.sql.starts_with(reads))
}

/// The size of the database in bytes, without its free pages, as D1 returns it.
fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT (page_count - freelist_count) * page_size \
               FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()";
    let size: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(size).unwrap_or(0))
}

/// What a statement did, and how many steps that took.
fn execute(connection: &Connection, statement: &Statement) -> rusqlite::Result<(Outcome, u64)> {
    let mut prepared = connection.prepare_cached(statement.sql)?;
    let parameters = params_from_iter(statement.parameters.iter().map(|parameter| match parameter {
        Parameter::Null => rusqlite::types::Value::Null,
        Parameter::Integer(integer) => rusqlite::types::Value::Integer(i64::try_from(*integer).unwrap_or(i64::MAX)),
        Parameter::Text(text) => rusqlite::types::Value::Text(text.clone()),
    }));
    if prepared.column_count() == 0 {
        let changes = prepared.execute(parameters)? as u64;
        let usage = Usage { rows_written: changes, ..Usage::default() };
        return Ok((Outcome { changes, rows: Vec::new(), usage }, steps(&prepared)));
    }
    let columns: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    let mut found = prepared.query(parameters)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let values = columns.iter().enumerate().map(|(index, name)| Ok((name.clone(), value(row.get_ref(index)?))));
        rows.push(values.collect::<rusqlite::Result<Map<_, _>>>()?);
    }
    drop(found);
    if !prepared.readonly() {
        let (changes, steps) = (connection.changes(), steps(&prepared));
        let usage = Usage { rows_written: changes, ..Usage::default() };
        return Ok((Outcome { changes, rows, usage }, steps));
    }
    let usage = Usage { rows_read: rows.len() as u64, ..Usage::default() };
    Ok((Outcome { changes: 0, rows, usage }, steps(&prepared)))
}

/// Since it was last asked.
fn steps(statement: &rusqlite::Statement<'_>) -> u64 {
    u64::try_from(statement.reset_status(StatementStatus::VmStep)).unwrap_or(0)
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(integer) => integer.into(),
        ValueRef::Real(real) => real.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}

fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let files = std::fs::read_dir(folder).expect("the migrations are there");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file can be listed").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("a migration can be read")).collect()
}
