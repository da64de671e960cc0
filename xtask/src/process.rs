//! Child processes that always end before this process. Each leads its own process group, which ends when its `Group` is dropped.
//!
//! A terminal sends Ctrl-C to the foreground group, which contains only this process. It then ends the others in order.

use std::io::{Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::interrupt;

const POLL: Duration = Duration::from_millis(20);

/// Maximum time between the interrupt and the kill.
const GRACE: Duration = Duration::from_secs(5);

/// A child and all its descendants.
pub struct Group {
    /// The leader of the group. Use it only for its pipes.
    pub child: Child,
}

impl Group {
    /// Starts `command` as the leader of a new group. It needs a stdin of its own, because it can't read from the terminal.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Self { child })
    }

    /// The leader's status, if it has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until the leader ends. Returns an error if this process receives a signal.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            interrupt::check()?;
            thread::sleep(POLL);
        }
    }

    /// Kills all processes of the group whose program has this name. Fails if there are none.
    pub fn kill(&self, name: &str) -> Result<()> {
        let output = Command::new("ps").args(["-A", "-o", "pid=,pgid=,comm="]).output().context("cannot start ps")?;
        let mut killed = 0;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let mut words = line.split_whitespace();
            let [process, group] = [words.next(), words.next()].map(|word| Pid::from_raw(word?.parse().ok()?));
            let ours = group == Some(Pid::from_child(&self.child)) && words.any(|word| word.ends_with(name));
            if let Some(process) = process.filter(|_| ours) {
                kill_process(process, Signal::KILL)?;
                killed += 1;
            }
        }
        ensure!(killed > 0, "there is no {name} to kill");
        Ok(())
    }

    fn signal(&self, signal: Signal) {
        // This fails only if no process of the group is left.
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }
}

impl Drop for Group {
    /// Interrupts the group. When the leader has ended, or after 5 s, kills all processes that are left in the group.
    fn drop(&mut self) {
        let deadline = Instant::now() + GRACE;
        if matches!(self.ended(), Ok(None)) {
            self.signal(Signal::INT);
        }
        while matches!(self.ended(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

/// Runs `command` and shows its output. Fails unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let status = Group::spawn(command.stdin(Stdio::null()))?.wait()?;
    succeeded(command, status)
}

/// Runs `command` and shows its output only if it fails.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    let (status, output) = run_captured(command)?;
    if !status.success() {
        std::io::stderr().write_all(&output)?;
    }
    succeeded(command, status)
}

/// Runs `command`, and returns its output: stdout and stderr in the order in which they were written.
pub fn run_captured(command: &mut Command) -> Result<(ExitStatus, Vec<u8>)> {
    let mut log = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
    let status = Group::spawn(command)?.wait()?;
    let mut output = Vec::new();
    log.rewind()?;
    log.read_to_end(&mut output)?;
    Ok((status, output))
}

/// Runs `command`, shows its stderr, and calls `line` with each line of its stdout.
pub fn run_by_line(command: &mut Command, mut line: impl FnMut(&str)) -> Result<ExitStatus> {
    use std::io::BufRead;
    use std::sync::mpsc::{RecvTimeoutError, channel};

    let mut group = Group::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let stdout = group.child.stdout.take().context("its stdout is a pipe")?;
    // A separate thread reads, because a blocked read would not notice a signal.
    let (sender, lines) = channel();
    thread::spawn(move || {
        for text in std::io::BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            if sender.send(text).is_err() {
                break;
            }
        }
    });
    loop {
        match lines.recv_timeout(POLL) {
            Ok(text) => line(&String::from_utf8_lossy(&text)),
            Err(RecvTimeoutError::Timeout) => interrupt::check()?,
            Err(RecvTimeoutError::Disconnected) => return group.wait(),
        }
    }
}

/// Fails with the name of `command`, unless `status` is a success.
pub fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        let program = command.get_program().display();
        let first = command.get_args().next().unwrap_or_default().display();
        bail!("`{program} {first} …` failed: {status}");
    }
    Ok(())
}
