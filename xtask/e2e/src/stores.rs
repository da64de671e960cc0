//! A Worker, and its data in D1 and R2.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::Server;

/// Everything moves to R2 as soon as it is written, and is read from there.
pub const COLD: [(&str, &str); 6] = [
    ("LIMIT_HOT", "0 B"),
    ("LIMIT_HOT_ROWS", "0"),
    ("LIMIT_SNAPSHOT", "0 B"),
    ("LIMIT_TAIL_CACHE", "0 B"),
    ("LIMIT_BLOCK", "1 KiB"),
    ("LIMIT_PAGE", "8 KiB"),
];

/// A Worker, and a look at what lies behind it.
pub struct Setup {
    /// The folder of the Worker's D1 and R2.
    pub state: TempDir,
    /// The Worker.
    pub server: Server,
}

impl Setup {
    /// A Worker that keeps everything in R2 (`COLD`), with some variables more.
    pub fn new(more: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a folder for the Worker's state");
        let server = Server::start(state.path(), &[&COLD[..], more].concat());
        Self { state, server }
    }

    /// One as it is shipped but for some variables, whose memory is measured.
    pub fn measured(vars: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a folder for the Worker's state");
        let server = Server::measured(state.path(), vars);
        Self { state, server }
    }

    /// The same, after the Worker has been stopped and started again.
    pub fn again(self, more: &[(&str, &str)]) -> Self {
        let Self { state, server } = self;
        drop(server);
        let server = Server::start(state.path(), &[&COLD[..], more].concat());
        Self { state, server }
    }

    /// Waits until R2 and D1 are as they should be in the end.
    #[track_caller]
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(start.elapsed() < Duration::from_secs(20), "{what} takes too long: {:?}", self.keys());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until there are no rows left in the log.
    #[track_caller]
    pub fn settle(&self) {
        self.wait_until("moving everything to R2", |setup| setup.rows("log") == 0);
    }

    /// What lies behind the Worker.
    pub fn stores(&self) -> Stores<'_> {
        Stores(self.state.path())
    }

    /// The number of rows of a table, in all databases.
    pub fn rows(&self, table: &str) -> u32 {
        self.stores().rows(table)
    }

    /// Miniflare's database of the bucket.
    pub fn bucket(&self) -> Connection {
        self.stores().bucket()
    }

    /// The keys of all objects, and the files that hold them.
    pub fn objects(&self) -> Vec<(String, PathBuf)> {
        self.stores().objects()
    }

    /// The keys of all R2 objects.
    pub fn keys(&self) -> Vec<String> {
        self.stores().keys()
    }
}

/// The D1 and R2 of a Worker, in the folder of its state.
#[derive(Clone, Copy)]
pub struct Stores<'a>(pub &'a Path);

impl Stores<'_> {
    /// The number of rows of a table, in all databases.
    pub fn rows(&self, table: &str) -> u32 {
        let databases = databases(&self.0.join("v3/d1"));
        let count = |database: &Connection| {
            database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, u32>(0))
        };
        databases.iter().map(|database| count(database).expect("a table")).sum()
    }

    /// Miniflare's database of the bucket.
    pub fn bucket(&self) -> Connection {
        databases(&self.0.join("v3/r2")).pop().expect("the database of the bucket")
    }

    /// The keys of all objects, and the files that hold them.
    pub fn objects(&self) -> Vec<(String, PathBuf)> {
        let bucket = self.bucket();
        let mut objects = bucket.prepare("SELECT key, blob_id FROM _mf_objects ORDER BY key").expect("a table");
        let objects = objects.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).expect("its rows");
        let blobs = self.0.join("v3/r2/durable-streams/blobs");
        objects.map(|object| object.expect("a row")).map(|(key, blob)| (key, blobs.join(blob))).collect()
    }

    /// The keys of all R2 objects.
    pub fn keys(&self) -> Vec<String> {
        self.objects().into_iter().map(|(key, _)| key).collect()
    }
}

/// The databases that Miniflare keeps below a folder, but for its own.
pub fn databases(folder: &Path) -> Vec<Connection> {
    let folder = fs::read_dir(folder).expect("the folder");
    let objects = folder.flat_map(|entry| fs::read_dir(entry.expect("a folder").path()).expect("its files"));
    let files = objects.map(|entry| entry.expect("a file").path());
    let is_database = |path: &PathBuf| {
        path.extension().is_some_and(|end| end == "sqlite") && path.file_stem().is_some_and(|stem| stem != "metadata")
    };
    files.filter(is_database).map(|file| Connection::open(file).expect("a database")).collect()
}
