//! The processes of a server, from what Linux shows of them.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// A process, as of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    pub number: u32,
    parent: u32,
    /// The process group that it belongs to.
    group: u32,
    /// Its time in user mode and in the kernel, and that of its children that have ended, in hundredths of a second.
    pub ticks: u64,
}

/// The number of the process that listens on `address`.
pub fn listener(address: SocketAddr) -> Result<u32> {
    ensure!(address.is_ipv4(), "only the processes behind IPv4 addresses are looked up");
    let sockets = fs::read_to_string("/proc/net/tcp").context("processes are looked up on Linux only")?;
    let inode = sockets.lines().find_map(|line| listening(line, address.port())).context("nobody listens there")?;
    let socket = format!("socket:[{inode}]");
    for (number, process) in numbered()? {
        // Those of others can't be looked into.
        let Ok(files) = fs::read_dir(process.join("fd")) else { continue };
        for file in files.flatten() {
            if fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == socket.as_str()) {
                return Ok(number);
            }
        }
    }
    anyhow::bail!("the process that listens on {address} can't be seen")
}

/// The process tree of the server that listens on `address`.
pub fn tree(address: SocketAddr) -> Result<Vec<Process>> {
    let listener = listener(address)?;
    Ok(tree_of(listener, std::process::id(), &all()?))
}

/// All processes below the root of a server. The root is the highest of the listener and its parents that is in the
/// listener's process group and didn't start the load generator, too.
fn tree_of(listener: u32, own: u32, all: &[Process]) -> Vec<Process> {
    let find = |number: u32| all.iter().find(|process| process.number == number);
    let parents = |number: u32| std::iter::successors(find(number), |process| find(process.parent));
    let above_us: BTreeSet<_> = parents(own).map(|process| process.number).collect();
    let Some(first) = find(listener) else { return Vec::new() };
    let within = |process: &&Process| process.group == first.group && !above_us.contains(&process.number);
    let root = parents(listener).take_while(within).last().map_or(listener, |root| root.number);
    let below = |process: &&Process| parents(process.number).any(|parent| parent.number == root);
    all.iter().filter(below).copied().collect()
}

fn all() -> Result<Vec<Process>> {
    // A process can end between the list and the look.
    let read = |(number, folder): (u32, std::path::PathBuf)| {
        Some(Process { number, ..parse(&fs::read_to_string(folder.join("stat")).ok()?)? })
    };
    Ok(numbered()?.into_iter().filter_map(read).collect())
}

/// The processes that there are, and what /proc has of each.
fn numbered() -> Result<Vec<(u32, std::path::PathBuf)>> {
    let number = |path: &Path| path.file_name()?.to_str()?.parse().ok();
    let entries = fs::read_dir("/proc").context("processes are looked up on Linux only")?;
    Ok(entries.flatten().filter_map(|entry| Some((number(&entry.path())?, entry.path()))).collect())
}

/// The content of /proc/PID/stat. The name of the process, in parentheses, can contain spaces.
fn parse(stat: &str) -> Option<Process> {
    let number = stat.split_once(' ')?.0.parse().ok()?;
    let words: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let word = |index: usize| words.get(index)?.parse::<u64>().ok();
    let ticks = (11..15).map(word).sum::<Option<u64>>()?;
    Some(Process { number, parent: words.get(1)?.parse().ok()?, group: words.get(2)?.parse().ok()?, ticks })
}

/// The inode of the socket that a line of /proc/net/tcp is about, if that listens on this port.
fn listening(line: &str, port: u16) -> Option<u64> {
    const LISTEN: &str = "0A";
    let words: Vec<_> = line.split_whitespace().collect();
    let local = words.get(1)?.split_once(':')?.1;
    let listens = u16::from_str_radix(local, 16).ok()? == port && words.get(3) == Some(&LISTEN);
    listens.then(|| words.get(9)?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn process(number: u32, parent: u32, group: u32) -> Process {
        Process { number, parent, group, ticks: 0 }
    }

    fn numbers(listener: u32, own: u32, all: &[Process]) -> Vec<u32> {
        tree_of(listener, own, all).iter().map(|process| process.number).collect()
    }

    #[test]
    fn whoever_listens_here_is_this_process() {
        let own = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = own.local_addr().unwrap();
        assert_eq!(listener(address).unwrap(), std::process::id());
        assert!(tree(address).unwrap().iter().any(|process| process.number == std::process::id()));
        drop(own);
        assert!(listener(address).is_err());
    }

    #[test]
    fn a_server_started_beside_the_load_generator_is_its_whole_group() {
        // A shell (1) starts a program (2) that starts node (10) and the load generator (20). node starts workerd (11) and another one (12).
        let all = [
            process(1, 0, 1),
            process(2, 1, 2),
            process(10, 2, 10),
            process(11, 10, 10),
            process(12, 11, 10),
            process(20, 2, 20),
        ];
        assert_eq!(numbers(11, 20, &all), [10, 11, 12]);
        assert!(numbers(99, 20, &all).is_empty());
    }

    #[test]
    fn a_script_that_starts_everything_is_no_part_of_a_server() {
        let all = [process(1, 0, 1), process(10, 1, 1), process(11, 10, 1), process(20, 1, 1), process(30, 1, 1)];
        assert_eq!(numbers(11, 20, &all), [10, 11]);
        assert_eq!(numbers(30, 20, &all), [30]);
    }

    #[test]
    fn a_shell_is_no_part_of_a_server_that_it_started() {
        // Its jobs have process groups of their own.
        let all = [process(1, 0, 1), process(10, 1, 10), process(11, 10, 10), process(12, 1, 12), process(20, 5, 20)];
        assert_eq!(numbers(11, 20, &all), [10, 11]);
    }

    #[test]
    fn names_can_contain_anything() {
        let stat = "7 (a b) c) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16";
        assert_eq!(parse(stat), Some(Process { number: 7, parent: 2, group: 3, ticks: 12 + 13 + 14 + 15 }));
        assert_eq!(parse("7 (a) S 2 3"), None);
    }
}
