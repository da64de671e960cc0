//! Every kind of write, broken off at each of its batches in turn, in each way.
//!
//! Whatever was acknowledged is there; whatever was not is there whole or not at all; and nobody has to know which to
//! clean up after it.

use crate::clients::request;
use crate::witness::{leaked_edges, lost_edges};
use native::{Fault, Request, Server};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::spawn_local;

const PATHS: [&str; 2] = ["s", "f"];

/// How long a batch is slow, when in that time others come before it, and how late it is if it is late.
const SLOW: Duration = Duration::from_millis(400);
const BETWEEN: Duration = Duration::from_millis(200);
const LATE: Duration = Duration::from_millis(300);

/// Longer than debts take to fall due, and than alarms take to be tried again.
const DEBTS_MS: u64 = 300_000;

/// No case takes as many batches, with the tidying up and the alarms.
const BATCHES: usize = 30;

#[derive(Clone, Debug)]
enum Step {
    Send(Request),
    Wait(u64),
}

struct Case {
    name: &'static str,
    before: Vec<Step>,
    steps: Vec<Step>,
    /// How long until one looks at what has come of it.
    look_after_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Break {
    Fault(Fault),
    /// The object crashes while the batch is under way.
    Crash,
    /// Another object of the stream writes first.
    Zombie,
}

const BREAKS: [Break; 5] = [
    Break::Fault(Fault::Lost),
    Break::Fault(Fault::Unheard),
    Break::Fault(Fault::Late(LATE)),
    Break::Crash,
    Break::Zombie,
];

/// What a client knows of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Done,
    NotDone,
    Unknown,
}

type Snapshot = Vec<(u16, String, bool)>;

fn cases() -> Vec<Case> {
    let text = |request: Request, body: &str| Step::Send(request.header("content-type", "text/plain").body(body));
    let create = || text(request("PUT", "s"), "ab");
    let ttl = |name, seconds: u64| request("PUT", name).header("stream-ttl", seconds);
    let fork = |request: Request| request.header("stream-forked-from", "/v1/stream/s");
    let post = || request("POST", "s");
    let closing = |request: Request| request.header("stream-closed", true);
    let producer =
        |request: Request| request.header("producer-id", "p").header("producer-epoch", 0).header("producer-seq", 0);
    let delete = |name| Step::Send(request("DELETE", name));
    let case = |name, before, steps| Case { name, before, steps, look_after_ms: 0 };
    vec![
        case("create with body", vec![], vec![create()]),
        case("append", vec![create()], vec![text(post(), "cd")]),
        case("append and close", vec![create()], vec![text(closing(post()), "cd")]),
        case("producer append", vec![create()], vec![text(producer(post()), "cd")]),
        case("close only", vec![create()], vec![Step::Send(closing(post()))]),
        Case {
            look_after_ms: 6_000,
            ..case("touch", vec![text(ttl("s", 10), "ab"), Step::Wait(9_000)], vec![Step::Send(request("GET", "s"))])
        },
        case("fork", vec![create()], vec![Step::Send(fork(request("PUT", "f")))]),
        case("delete", vec![create()], vec![delete("s")]),
        case("delete and recreate", vec![create()], vec![delete("s"), text(request("PUT", "s"), "new")]),
        case("soft delete", vec![create(), Step::Send(fork(request("PUT", "f")))], vec![delete("s")]),
        case(
            "delete of the last fork",
            vec![create(), Step::Send(fork(request("PUT", "f"))), delete("s")],
            vec![delete("f")],
        ),
        case("expiry by alarm", vec![text(ttl("s", 1), "ab")], vec![Step::Wait(3_000)]),
        case(
            "expiry of the last fork",
            vec![create(), Step::Send(fork(ttl("f", 1))), delete("s")],
            vec![Step::Wait(3_000)],
        ),
    ]
}

#[test]
fn nothing_is_half_done_wherever_it_breaks_off() {
    let mut failures = Vec::new();
    for (case, broken) in cases().iter().flat_map(|case| BREAKS.map(|broken| (case, broken))) {
        for (crash, unheard_calls) in [(false, 0), (true, 0), (false, 1), (true, 1)] {
            let mut position = 0;
            loop {
                match native::run(break_off(case, broken, position, crash, unheard_calls)) {
                    Ok(true) => {}
                    // There are no more batches.
                    Ok(false) => break,
                    Err(failure) => failures.push(format!(
                        "{}: {broken:?} at {position}, crash {crash}, unheard {unheard_calls}: {failure}",
                        case.name
                    )),
                }
                position += 1;
                assert!(position < BATCHES, "{} comes to an end", case.name);
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Does that with a case, and says whether there was a batch at that position.
async fn break_off(
    case: &Case,
    broken: Break,
    position: usize,
    crash: bool,
    unheard_calls: u32,
) -> Result<bool, String> {
    let server = Server::new();
    for step in &case.before {
        take(&server, step).await;
        server.settle().await;
    }
    let fault = match broken {
        Break::Fault(fault) => fault,
        Break::Crash | Break::Zombie => Fault::Slow(SLOW),
    };
    let before = server.database().batches();
    server.database().inject(std::iter::repeat_n(Fault::None, position).chain([fault]));
    server.unheard_calls(unheard_calls);
    let over = Rc::new(Cell::new(false));
    let between = spawn_local(interfere(server.clone(), broken, before + position as u64 + 1, over.clone()));
    let mut known = Vec::new();
    for step in &case.steps {
        known.push((step.clone(), take(&server, step).await));
    }
    if crash {
        server.crash_all();
    }
    tokio::time::sleep(SLOW + LATE).await;
    over.set(true);
    let broke = server.database().batches() > before + position as u64;
    server.database().heal();
    server.unheard_calls(0);
    known.extend(between.await.expect("nobody panics who interferes"));
    if broken == Break::Zombie {
        // One of the two objects may not have noticed the other yet.
        server.crash_all();
    }
    tokio::time::sleep(Duration::from_millis(case.look_after_ms)).await;

    let found = snapshot(&server).await;
    let mut allowed = Vec::new();
    for order in orders(&known) {
        allowed.push(alone(case, &order).await);
    }
    if !allowed.iter().any(|allowed| agrees(&found, allowed)) {
        return Err(format!("{found:?} is none of {allowed:?}, after {known:?}"));
    }
    is_clean(&server).await.map(|()| broke)
}

/// Does what comes between a batch and its execution, once that batch is under way.
async fn interfere(server: Server, broken: Break, batch: u64, over: Rc<Cell<bool>>) -> Option<(Step, Known)> {
    if !matches!(broken, Break::Crash | Break::Zombie) {
        return None;
    }
    while server.database().batches() < batch {
        if over.get() {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(BETWEEN).await;
    if broken == Break::Crash {
        server.crash_all();
        return None;
    }
    let step = Step::Send(request("POST", "s").header("content-type", "text/plain").body("z"));
    let known = take(&server.zombie(), &step).await;
    Some((step, known))
}

async fn take(server: &Server, step: &Step) -> Known {
    match step {
        Step::Wait(milliseconds) => {
            server.run_for(*milliseconds).await;
            Known::Done
        }
        Step::Send(request) => match server.attempt(request.clone()).await.map(|reply| reply.status) {
            Some(status) if status < 300 => Known::Done,
            None | Some(503) => Known::Unknown,
            Some(_) => Known::NotDone,
        },
    }
}

/// All that may have happened, one after the other.
fn orders(known: &[(Step, Known)]) -> Vec<Vec<Step>> {
    let mut orders = vec![Vec::new()];
    for (step, known) in known.iter().filter(|(_, known)| *known != Known::NotDone) {
        let longer = orders.iter().flat_map(|order| {
            (0..=order.len()).map(|at| {
                let mut order = order.clone();
                order.insert(at, step.clone());
                order
            })
        });
        let longer: Vec<_> = longer.collect();
        if *known == Known::Done {
            orders.clear();
        }
        orders.extend(longer);
    }
    orders
}

/// What there would be if only that had been done, and nothing had gone wrong.
async fn alone(case: &Case, steps: &[Step]) -> Snapshot {
    let server = Server::new();
    for step in case.before.iter().chain(steps) {
        take(&server, step).await;
        server.settle().await;
    }
    tokio::time::sleep(Duration::from_millis(case.look_after_ms)).await;
    snapshot(&server).await
}

/// Whether it is the same, but for a source that is kept until its last fork's end has come to its ears.
fn agrees(found: &Snapshot, allowed: &Snapshot) -> bool {
    found.iter().zip(allowed).all(|(found, allowed)| found == allowed || (found.0, allowed.0) == (410, 404))
}

async fn snapshot(server: &Server) -> Snapshot {
    let mut snapshot = Vec::new();
    for path in PATHS {
        let mut reply = server.send(request("GET", path)).await;
        // An object that finds itself behind says so once.
        if reply.status == 503 {
            reply = server.send(request("GET", path)).await;
        }
        let text = if reply.status == 200 { reply.text() } else { String::new() };
        snapshot.push((reply.status, text, reply.header("stream-closed").is_some()));
    }
    snapshot
}

/// Once debts are paid, sources know their forks and no others; once all is deleted, nothing is left.
async fn is_clean(server: &Server) -> Result<(), String> {
    let database = server.database();
    server.run_for(DEBTS_MS).await;
    let (lost, leaked) = (lost_edges(database), leaked_edges(database));
    if (lost, leaked) != (0, 0) {
        return Err(format!("{lost} edges are lost, {leaked} are leaked"));
    }
    for path in PATHS {
        let mut status = server.send(request("DELETE", path)).await.status;
        if status == 503 {
            status = server.send(request("DELETE", path)).await.status;
        }
        if !matches!(status, 204 | 404 | 410) {
            return Err(format!("{path} can't be deleted: {status}"));
        }
    }
    server.run_for(DEBTS_MS).await;
    let left = database.leftovers();
    if !left.is_empty() {
        return Err(format!("left over: {left:?}"));
    }
    match PATHS.iter().find(|path| server.has_alarm(path)) {
        Some(path) => Err(format!("the alarm of {path} is left")),
        None => Ok(()),
    }
}
