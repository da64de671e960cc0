//! What the database was ever made to hold, noted down by triggers of its own: lives and their logs, ended ones too.

use native::Sqlite;
use serde_json::{Map, Value};

/// One life of a path.
pub struct Life {
    pub path: String,
    pub generation: String,
    /// Its first offset.
    pub first: usize,
    /// Everything it ever held, what it has from others included.
    pub log: String,
    /// Where its own part starts.
    pub start: usize,
}

impl Life {
    /// What was written to itself.
    pub fn own(&self) -> &str {
        &self.log[self.start..]
    }

    /// What it ever held from one offset up to another.
    pub fn stretch(&self, start: usize, stop: usize) -> Option<&str> {
        self.log.get(start.checked_sub(self.first)?..stop.checked_sub(self.first)?)
    }

    /// The offset after all that it ever held.
    pub fn tail(&self) -> usize {
        self.first + self.log.len()
    }
}

/// Starts to take notes.
pub fn watch(database: &Sqlite) {
    database.script(
        "CREATE TEMP TABLE lives (path TEXT, generation TEXT, first INTEGER, lineage TEXT);
         CREATE TEMP TABLE entries (generation TEXT, start INTEGER, stop INTEGER, payload TEXT);
         CREATE TEMP TRIGGER birth AFTER INSERT ON main.streams BEGIN
             INSERT INTO lives VALUES (new.path, new.generation, new.earliest, new.lineage);
         END;
         CREATE TEMP TRIGGER entry AFTER INSERT ON main.log BEGIN
             INSERT INTO entries VALUES (new.generation, new.start, new.stop, new.payload);
         END;",
    );
}

/// All lives there have been, in the order in which they began.
pub fn lives(database: &Sqlite) -> Vec<Life> {
    let entries = database.rows("SELECT generation, start, stop, payload FROM entries ORDER BY generation, start");
    let mut lives: Vec<Life> = Vec::new();
    for row in database.rows("SELECT path, generation, first, lineage FROM lives ORDER BY rowid") {
        let number = |value: &Value| usize::try_from(value.as_u64().unwrap_or(0)).unwrap();
        let (mut log, first) = (String::new(), number(&row["first"]));
        for ancestor in serde_json::from_str::<Vec<Value>>(text(&row, "lineage").unwrap_or("[]")).unwrap() {
            let holder = lives.iter().find(|life| Some(&*life.generation) == ancestor["generation"].as_str());
            let (stop, shift) = (number(&ancestor["stop"]), number(&ancestor["shift"]));
            let from = first + log.len();
            let stretch = holder.expect("ancestors come first").stretch(from - shift, stop - shift);
            log.push_str(stretch.expect("ancestors hold what forks have from them"));
        }
        let (path, generation) = (text(&row, "path").unwrap(), text(&row, "generation").unwrap());
        assert!(lives.iter().all(|life| life.generation != generation), "a life of {path} that had ended came back");
        let start = log.len();
        for entry in entries.iter().filter(|entry| text(entry, "generation") == Some(generation)) {
            assert_eq!(number(&entry["start"]), first + log.len(), "rows are contiguous");
            log.push_str(text(entry, "payload").unwrap());
            assert_eq!(number(&entry["stop"]), first + log.len(), "rows say how long they are");
        }
        lives.push(Life { path: path.to_owned(), generation: generation.to_owned(), first, log, start });
    }
    lives
}

/// How many objects rows name.
pub fn named_objects(database: &Sqlite) -> usize {
    let named =
        database.rows("SELECT object FROM segments UNION SELECT object FROM parts UNION SELECT object FROM discarded");
    named.len()
}

/// How many lives have begun.
pub fn births(database: &Sqlite) -> u64 {
    database.count("SELECT count(*) FROM lives")
}

/// Streams whose source does not know of them: there must never be one.
pub fn lost_edges(database: &Sqlite) -> u64 {
    database.count(
        "SELECT count(*) FROM streams WHERE origin IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM edges JOIN streams AS sources USING (generation)
             WHERE sources.path = json_extract(streams.origin, '$.source')
             AND edges.edge = json_extract(streams.origin, '$.edge'))",
    )
}

/// How many more edges there are than forks.
pub fn leaked_edges(database: &Sqlite) -> u64 {
    database.count("SELECT (SELECT count(*) FROM edges) - (SELECT count(*) FROM streams WHERE origin IS NOT NULL)")
}

fn text<'a>(row: &'a Map<String, Value>, column: &str) -> Option<&'a str> {
    row.get(column)?.as_str()
}
