//! A server for one test alone: with variables of its own, or to be stopped and started again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A local Worker, stopped when dropped.
pub struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts the Worker on a free port with its state in `persist`, and waits until it answers.
    pub fn start(persist: &Path, vars: &[(&str, &str)]) -> Self {
        let mut command = Command::new("cargo");
        command
            .args(["xtask", "serve", "--port", "0", "--persist"])
            .arg(persist);
        for (key, value) in vars {
            command.arg("--var").arg(format!("{key}={value}"));
        }
        let mut child = command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo");
        let output = BufReader::new(child.stdout.take().expect("its stdout is a pipe"));
        let url = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Ready on ").map(str::to_owned));
        Self {
            child,
            url: url.expect("`cargo xtask serve` says where it is ready"),
        }
    }

    /// The whole URL of a path, for `request`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for Server {
    /// As Ctrl-C would, and waits: another server may then have the same state.
    fn drop(&mut self) {
        // If it has ended already, there is nothing to end.
        let _ = kill_process(Pid::from_child(&self.child), Signal::INT);
        let _ = self.child.wait();
    }
}
