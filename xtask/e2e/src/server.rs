//! A server for one test, with its own variables and restarts.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::request;
use rustix::process::{Pid, Signal, kill_process};

/// Keeps a server as long as its stdin is open, and a folder as long as the server: whoever holds the other end, and
/// however that one ends, nothing stays behind. `$1` is the folder, if it isn't to outlast the server.
const KEEPER: &str = r#"
    scratch=$1; shift
    "$@" & server=$!
    exec >&-
    read -r _
    kill -TERM $server; wait $server
    [ -z "$scratch" ] || rm -rf "$scratch"
"#;

/// A local Worker. It is stopped when this is dropped or, if that never happens, when this process ends.
pub struct Server {
    keeper: Child,
    url: String,
    cron_trigger: String,
}

impl Server {
    /// Starts the Worker on a free port with its state in `persist`, and waits until it answers.
    pub fn start(persist: &Path, vars: &[(&str, &str)]) -> Self {
        Self::keep("", persist, vars, &[])
    }

    /// Starts the Worker likewise, with databases that are bound by these names.
    pub fn bound_to(persist: &Path, databases: &[&str]) -> Self {
        Self::keep("", persist, &[], &["--databases", &databases.join(",")])
    }

    /// Starts the Worker likewise, with databases that are bound by these names, if there are any. Only these variables open it, and each
    /// caller may send so many requests per minute.
    pub fn deployed(persist: &Path, databases: &[&str], vars: &[(&str, &str)], rate: &str) -> Self {
        let databases = databases.join(",");
        let bound: &[&str] = if databases.is_empty() { &[] } else { &["--databases", &databases] };
        Self::keep("", persist, vars, &[&["--closed", "--rate", rate], bound].concat())
    }

    /// Starts the Worker likewise, so that its `memory` is known.
    pub fn measured(persist: &Path, vars: &[(&str, &str)]) -> Self {
        Self::keep("", persist, vars, &["--measured"])
    }

    /// Starts the Worker likewise, without its edge.
    pub fn direct(persist: &Path, vars: &[(&str, &str)]) -> Self {
        Self::keep("", persist, vars, &["--direct"])
    }

    /// Starts the Worker likewise, so that a POST to `/fail/panic` or `/fail/trap` makes its wasm fail.
    pub fn failing(persist: &Path) -> Self {
        Self::keep("", persist, &[], &["--failing"])
    }

    /// Starts the Worker with fresh state likewise, so that GET `/points` returns its data points.
    pub fn recorded(vars: &[(&str, &str)]) -> Self {
        let scratch = scratch();
        Self::keep(&scratch, Path::new(&scratch), vars, &["--recorded"])
    }

    /// Starts the Worker likewise, so that GET `/rows` returns the number of rows that D1 has read.
    pub fn recorded_over(persist: &Path, databases: &[&str]) -> Self {
        Self::keep("", persist, &[], &["--recorded", "--databases", &databases.join(",")])
    }

    /// Starts the Worker with fresh state likewise, so that each caller may send so many requests per minute.
    pub fn limited(rate: u32, vars: &[(&str, &str)]) -> Self {
        let scratch = scratch();
        Self::keep(&scratch, Path::new(&scratch), vars, &["--rate", &rate.to_string()])
    }

    /// Starts the Worker on a free port with fresh state, which nothing remains of.
    pub fn fresh(vars: &[(&str, &str)]) -> Self {
        let scratch = scratch();
        Self::keep(&scratch, Path::new(&scratch), vars, &[])
    }

    /// Starts one likewise that does not know its public URL.
    pub fn without_origin(vars: &[(&str, &str)]) -> Self {
        let scratch = scratch();
        Self::keep(&scratch, Path::new(&scratch), vars, &["--no-public-url"])
    }

    /// Starts one likewise that only these variables open. With none, it refuses everybody.
    pub fn closed(vars: &[(&str, &str)]) -> Self {
        let scratch = tempfile::tempdir().expect("a folder for the Worker's state").keep();
        Self::keep(scratch.to_str().expect("a path of UTF-8"), &scratch, vars, &["--closed"])
    }

    fn keep(scratch: &str, persist: &Path, vars: &[(&str, &str)], flags: &[&str]) -> Self {
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "sh", scratch])
            .args(["cargo", "xtask", "serve", "--port", "0", "--persist"])
            .arg(persist)
            .args(flags);
        for (key, value) in vars {
            command.arg("--var").arg(format!("{key}={value}"));
        }
        let mut keeper = command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh");
        let output = BufReader::new(keeper.stdout.take().expect("its stdout is a pipe"));
        let mut lines = output.lines().map_while(Result::ok);
        let mut told = |what| lines.find_map(|line| line.strip_prefix(what).map(str::to_owned));
        let cron_trigger = told("Cron trigger: ").expect("`cargo xtask serve` says where its cron trigger is");
        let url = told("Ready on ").expect("`cargo xtask serve` says where it is ready");
        Self { keeper, url, cron_trigger }
    }

    /// The whole URL of a path, for `request`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Has the Worker do what it does once an hour, and waits until it has.
    #[track_caller]
    pub fn pull_cron_trigger(&self) {
        request("GET", &self.cron_trigger).send().expect(200);
    }

    /// How many bytes of memory the wasm of a `measured` Worker has needed at most.
    #[track_caller]
    pub fn memory(&self) -> usize {
        request("GET", &self.url("/memory")).send().expect(200).text().parse().expect("a number of bytes")
    }

    /// How many bytes of memory the processes of the Worker have now.
    pub fn resident(&self) -> usize {
        self.workers().map(|process| process.resident_kib << 10).sum()
    }

    fn workers(&self) -> impl Iterator<Item = Process> {
        descendants(self.keeper.id()).into_iter().filter(|process| process.name.contains("workerd"))
    }

    /// Ends the Worker as a crash would, in the middle of whatever it does.
    pub fn kill(self) {
        let workers: Vec<Pid> = self.workers().filter_map(|process| Pid::from_raw(process.id.cast_signed())).collect();
        assert!(!workers.is_empty(), "there is no workerd to kill");
        for worker in workers {
            kill_process(worker, Signal::KILL).expect("workerd is there to be killed");
        }
    }
}

impl Drop for Server {
    /// Stops it as Ctrl-C would, and waits: another server may then have the same state.
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A new folder for a Worker's state, which the keeper removes.
fn scratch() -> String {
    let folder = tempfile::tempdir().expect("a folder for the Worker's state").keep();
    folder.into_os_string().into_string().expect("a path of UTF-8")
}

/// A process, as `ps` has it.
struct Process {
    id: u32,
    parent: u32,
    resident_kib: usize,
    name: String,
}

/// The children of a process, their children, and so on.
fn descendants(ancestor: u32) -> Vec<Process> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid=,rss=,comm="]).output().expect("ps");
    let mut others: Vec<Process> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some(Process {
                id: words.next()?.parse().ok()?,
                parent: words.next()?.parse().ok()?,
                resident_kib: words.next()?.parse().ok()?,
                name: words.collect(),
            })
        })
        .collect();
    let mut found: Vec<Process> = Vec::new();
    loop {
        let (related, rest): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|process| process.parent == ancestor || found.iter().any(|parent| parent.id == process.parent));
        if related.is_empty() {
            return found;
        }
        found.extend(related);
        others = rest;
    }
}
