//! A deployment on this machine, and a shell in which the page's commands operate it.
//!
//! Commands run as they are on the page, except for those that only Cloudflare can run: a secret is a variable of the next local Worker, a
//! deployment is checked with `--dry-run`, D1 and R2 are local, and [`ELSEWHERE`] lists what has no local form.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use e2e::stores::{Stores, databases};
use e2e::{Reply, Request, Server, request};
use rusqlite::Connection;
use tempfile::TempDir;

use super::page::{Command, root};

/// Commands of wrangler without a local form. A test does what they would do, or nothing.
pub const ELSEWHERE: [&str; 3] = ["d1 time-travel restore DB --timestamp=…", "versions list", "rollback"];

/// The deployment.
pub struct Deployment {
    /// The folder of the commands, with wrangler.toml and the files that the page names.
    folder: TempDir,
    /// The Worker's data.
    state: TempDir,
    /// The bindings of the databases, instead of the one in wrangler.toml.
    bindings: &'static [&'static str],
    /// Variables that the test needs, besides those in wrangler.toml.
    limits: BTreeMap<String, String>,
    secrets: BTreeMap<String, String>,
    /// None until the next request, after a change.
    server: Option<Server>,
    /// The rows to which Time Travel returns.
    backup: Option<Vec<u8>>,
    /// What was run elsewhere.
    pub elsewhere: Vec<String>,
}

/// A Durable Object that gets a request every 2 seconds. Without requests, workerd evicts it, and its memory is lost.
pub struct KeptInMemory {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for KeptInMemory {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(thread::JoinHandle::join);
        assert!(thread::panicking() || !matches!(ended, Some(Err(_))), "a request has failed");
    }
}

impl Deployment {
    /// A deployment whose operator's token is in operator.txt, with the limits that the test needs.
    pub fn new(limits: &[(&str, &str)]) -> Self {
        Self::over(&[], limits)
    }

    /// One likewise, with databases that are bound by these names.
    pub fn over(bindings: &'static [&'static str], limits: &[(&str, &str)]) -> Self {
        let [folder, state] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let config = fs::read_to_string(root().join("wrangler.toml")).expect("wrangler.toml");
        // The Worker is built already.
        let (before, rest) = config.split_once("[build]\n").expect("a command to build");
        let (_, after) = rest.split_once("\n[").expect("a table after it");
        fs::write(folder.path().join("wrangler.toml"), format!("{before}[{after}")).expect("a file");
        for name in ["app", "assets", "migrations"] {
            symlink(root().join(name), folder.path().join(name)).expect("a link");
        }
        fs::write(folder.path().join("shell.sh"), include_str!("shell.sh")).expect("a file");
        let limits = limits.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (secrets, server, backup, elsewhere) = (BTreeMap::new(), None, None, Vec::new());
        let mut deployment = Self { folder, state, bindings, limits, secrets, server, backup, elsewhere };
        deployment.shell("head -c 32 /dev/urandom | base64 > operator.txt");
        deployment.shell("npx wrangler secret put AUTH_TOKEN < operator.txt");
        deployment.shell("export AUTH_TOKEN=$(cat operator.txt)");
        deployment
    }

    /// The running Worker.
    pub fn server(&mut self) -> &Server {
        if self.server.is_none() {
            let config: toml::Table = self.file("wrangler.toml").parse().expect("TOML");
            let rate = config["ratelimits"][0]["simple"]["limit"].as_integer().expect("a rate");
            let vars = config["vars"].as_table().expect("variables").iter();
            let vars = vars.map(|(name, value)| (name.as_str(), value.as_str().expect("a text")));
            let set = [&self.limits, &self.secrets].into_iter().flatten().map(|(name, value)| (&**name, &**value));
            // What is deployed counts, and not what the test started with.
            let all: BTreeMap<&str, &str> = set.chain(vars).collect();
            let all: Vec<_> = all.into_iter().collect();
            self.server = Some(Server::deployed(self.state.path(), self.bindings, &all, &rate.to_string()));
        }
        self.server.as_ref().expect("it was started")
    }

    /// Stops the Worker. The next request starts it again.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// A request with the operator's token.
    pub fn request(&mut self, method: &str, target: &str) -> Request {
        let token = format!("Bearer {}", self.secrets["AUTH_TOKEN"]);
        request(method, &self.server().url(target)).header("authorization", token)
    }

    /// Keeps the Durable Object of a stream in memory, until the result is dropped.
    pub fn keep_in_memory(&mut self, path: &str) -> KeptInMemory {
        let token = format!("Bearer {}", self.secrets["AUTH_TOKEN"]);
        let url = self.server().url(&format!("/v1/stream/{path}"));
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(Duration::from_secs(2)) == Err(RecvTimeoutError::Timeout) {
                request("HEAD", &url).header("authorization", &token).send().expect(200);
            }
        });
        KeptInMemory { stop: Some(stop), thread: Some(thread) }
    }

    /// Creates a stream with some text.
    #[track_caller]
    pub fn create(&mut self, path: &str, text: &str) {
        let put = self.request("PUT", &format!("/v1/stream/{path}")).header("content-type", "text/plain");
        put.body(text).send().expect(201);
    }

    /// Appends a text.
    pub fn append(&mut self, path: &str, text: &str) -> Reply {
        let post = self.request("POST", &format!("/v1/stream/{path}")).header("content-type", "text/plain");
        post.body(text).send()
    }

    /// A read of a stream.
    pub fn read(&mut self, path: &str) -> Reply {
        self.request("GET", &format!("/v1/stream/{path}")).send()
    }

    /// The number of events of a name, which the Worker has counted since it began.
    pub fn events(&mut self, name: &str) -> u64 {
        let metrics = self.request("GET", "/v1/metrics").send().expect(200);
        let sample = format!("durable_streams_events_total{{event=\"{name}\"");
        let line = metrics.text().lines().find(|line| line.starts_with(&sample));
        line.and_then(|line| line.rsplit_once(' ')?.1.parse().ok()).unwrap_or_else(|| panic!("{}", metrics.text()))
    }

    /// Runs a statement in each database, beside the Worker.
    pub fn sql(&self, sql: &str) {
        for database in self.databases() {
            database.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }

    /// The databases.
    pub fn databases(&self) -> Vec<Connection> {
        let databases = databases(&self.state.path().join("v3/d1"));
        databases.iter().for_each(|database| database.busy_timeout(Duration::from_secs(10)).expect("SQLite"));
        databases
    }

    /// Has the present rows of the only database be those to which Time Travel returns.
    pub fn keep_rows(&mut self) {
        self.stop();
        self.backup = Some(fs::read(self.database_file()).expect("a database"));
    }

    /// The file of the only database, which holds all of its rows: none are left in the log of SQLite.
    fn database_file(&self) -> PathBuf {
        let database = self.databases().pop().expect("a database");
        database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
        Path::new(database.path().expect("a file")).to_owned()
    }

    /// The content of a file in the folder of the commands.
    #[track_caller]
    pub fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Writes a file into the folder of the commands.
    pub fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.folder.path().join(name), content).expect("a file");
    }

    /// What lies behind the Worker.
    pub fn stores(&self) -> Stores<'_> {
        Stores(self.state.path())
    }

    /// Waits until there are no rows left in the log.
    #[track_caller]
    pub fn settle(&self) {
        wait_until("moving everything to R2", || self.stores().rows("log") == 0);
    }

    /// Runs the commands of a block, each of which must do what the page states. Returns what they print, or their errors if they fail.
    #[track_caller]
    pub fn follow(&mut self, block: Vec<Command>) -> Vec<String> {
        block.into_iter().map(|command| self.run(&command)).collect()
    }

    /// Runs another command, which must succeed.
    #[track_caller]
    pub fn shell(&mut self, line: &str) -> String {
        self.run(&Command { line: line.to_owned(), status: None, fails: false })
    }

    #[track_caller]
    fn run(&mut self, command: &Command) -> String {
        let (env, platform) = (self.folder.path().join("env"), self.folder.path().join("platform"));
        let url = if command.line.contains("$URL") { self.server().url("") } else { String::new() };
        let script = format!(
            "source ./shell.sh\nset -a\n[ ! -e env ] || source ./env\nURL={url}\n{}\nexport -p > env",
            command.line
        );
        // Other tests measure times meanwhile.
        let mut bash = process::Command::new("nice");
        bash.args(["bash", "-c", &script]).current_dir(self.folder.path());
        bash.env("ROOT", root()).env("STATE", self.state.path()).env("PLATFORM", &platform);
        let output = bash.output().expect("bash is needed: install it (Debian package `bash`)");
        let [printed, errors] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!(output.status.success(), !command.fails, "{}\n{printed}\n{errors}", command.line);
        if let Some(status) = command.status {
            assert_eq!(printed.lines().last(), Some(&*status.to_string()), "{}\n{printed}", command.line);
        }
        assert!(env.exists() || command.fails, "{}", command.line);
        for line in fs::read_to_string(&platform).unwrap_or_default().lines() {
            self.act(&line.split('\x1f').collect::<Vec<_>>());
        }
        let _ = fs::remove_file(platform);
        if command.fails { errors } else { printed }
    }

    /// Does what the platform would do.
    fn act(&mut self, fields: &[&str]) {
        self.stop();
        match fields {
            ["set", name, value] => drop(self.secrets.insert((*name).to_owned(), (*value).to_owned())),
            ["unset", name] => assert!(self.secrets.remove(*name).is_some(), "{name} is not set"),
            ["deploy"] => {}
            ["elsewhere", command] => {
                let is_known = ELSEWHERE.iter().any(|known| match known.strip_suffix('…') {
                    Some(start) => command.starts_with(start),
                    None => command == known,
                });
                assert!(is_known, "`wrangler {command}` has no local form, and is not listed");
                self.elsewhere.push((*command).to_owned());
                if command.starts_with("d1 time-travel restore") {
                    let backup = self.backup.as_ref().expect("rows to return to");
                    fs::write(self.database_file(), backup).expect("a database");
                }
            }
            _ => panic!("{fields:?}"),
        }
    }
}

/// Waits until something is as it should be in the end.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what} takes too long");
        thread::sleep(Duration::from_millis(50));
    }
}
