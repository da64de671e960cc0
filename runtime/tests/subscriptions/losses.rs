//! A fault or a death at each await of each operation: nothing that was acknowledged stays unannounced, and nothing is acknowledged by
//! nobody.

use crate::setup::*;
use native::{Fault, Reaction, Server, path_of, run};
use runtime::Failure;
use runtime::subscription::message::Answer;
use runtime::subscription::reach::Reach;
use std::iter::repeat_n;
use std::time::Duration;
use subscriptions::{Acknowledgment, Configuration, Created, Delivered, Phase, Refusal, Target, WorkerName};
use tokio::task::spawn_local;

const FAULTS: [Fault; 5] = [
    Fault::Lost,
    Fault::Unheard,
    Fault::Late(Duration::from_secs(12)),
    Fault::Underway(Duration::from_secs(8)),
    Fault::Hung,
];

/// An operation that a client can repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Create,
    Poke,
    Appear,
    Claim,
    Acknowledge,
    Delete,
}

const OPERATIONS: [Operation; 6] = [
    Operation::Create,
    Operation::Poke,
    Operation::Appear,
    Operation::Claim,
    Operation::Acknowledge,
    Operation::Delete,
];

fn pulled() -> Configuration {
    configuration(Target::PullWake(path("pool")), "s/*", &["jobs"])
}

/// Carries out an operation. Returns whether it was acknowledged.
async fn attempt(server: &Server, operation: Operation, call: Option<Acknowledgment>) -> bool {
    let done: Option<Result<bool, Failure>> = server
        .subscription(&id(), async |object| {
            Ok(match operation {
                Operation::Create => object.create(pulled(), LINKS_MAX).await?.is_ok(),
                Operation::Poke => object.poke(&path("jobs")).await? != Answer::Unknown,
                Operation::Appear => object.appeared(&path("s/a")).await? == Answer::Done,
                Operation::Claim => {
                    object.claim(WorkerName::read("worker-1").expect("a name"), &Reach::everywhere()).await?.is_ok()
                }
                Operation::Acknowledge => object.acknowledge(&call.expect("an acknowledgment")).await?.is_ok(),
                Operation::Delete => {
                    object.delete(&Reach::everywhere()).await?;
                    true
                }
            })
        })
        .await;
    matches!(done, Some(Ok(true)))
}

/// Lets the batch number `at` of an operation meet a fault, perhaps with the death of the object. Returns whether the operation has so many
/// batches.
async fn meet(operation: Operation, fault: Fault, dies: bool, at: u64) -> bool {
    let server = Server::new();
    create_stream(&server, "pool", &[]).await;
    create_stream(&server, "jobs", &[]).await;
    let mut call = None;
    if operation != Operation::Create {
        subscribe(&server, pulled()).await.expect("a subscription");
        assert!(append(&server, "jobs").await);
        create_stream(&server, "s/a", &["1"]).await;
        if operation == Operation::Acknowledge {
            let claimed = claim(&server).await.expect("a claim");
            call = Some(all_of(&claimed));
        }
    }
    let before = server.database().batches();
    server.database().inject(repeat_n(Fault::None, usize::try_from(at).expect("few")).chain([fault]));
    let task = {
        let (server, call) = (server.clone(), call.clone());
        spawn_local(async move { attempt(&server, operation, call).await })
    };
    tokio::time::sleep(Duration::from_millis(1)).await;
    if dies {
        server.crash(&path_of(&id()));
    }
    let is_acknowledged = task.await.expect("no panic");
    let has_met = server.database().batches() - before > at;
    server.database().heal();
    server.pass(100_000).await;
    server.crash(&path_of(&id()));
    let announced = server.receivers().take_heard().into_iter().filter_map(|(_, sent)| match sent {
        native::Sent::Announcement(announcement) => Some(announcement.attempt.generation.get()),
        native::Sent::Delivery(_) => None,
    });
    check_wake(&server, &announced.collect()).await;
    recover(&server, operation, call, is_acknowledged).await;
    has_met
}

/// Repeats the operation without faults, and checks what follows from it.
async fn recover(server: &Server, operation: Operation, call: Option<Acknowledgment>, is_acknowledged: bool) {
    match operation {
        Operation::Create => {
            let created = subscribe(server, pulled()).await.expect("a subscription");
            assert!(!is_acknowledged || created == Created::Confirmed);
            assert!(append(server, "jobs").await);
        }
        Operation::Acknowledge => {
            let cursor = cursors(server).await[0].1;
            assert!(!is_acknowledged || cursor == 1);
            let again = acknowledge(server, call.expect("an acknowledgment")).await;
            // Its lease has passed.
            assert_eq!(again, Err(Refusal::Fenced));
        }
        Operation::Delete => {
            assert_eq!(delete(server).await, Ok(()));
            assert_eq!(read(server).await, None);
            assert!(!poke(server, "jobs").await && !server.has_alarm(&path_of(&id())));
            return;
        }
        Operation::Poke | Operation::Appear | Operation::Claim => {}
    }
    assert!(attempt(server, Operation::Poke, None).await);
    create_or_append(server, "s/a").await;
    assert!(attempt(server, Operation::Appear, None).await);
    while let Ok(claimed) = claim(server).await {
        acknowledge(server, all_of(&claimed)).await.expect("a holder");
    }
    server.pass(100_000).await;
    let found = read(server).await.expect("a subscription");
    assert_eq!(found.streams.iter().map(|info| info.path.as_str()).collect::<Vec<_>>(), ["jobs", "s/a"]);
    assert!(found.streams.iter().all(|info| info.acked.get() > 0 && !info.has_pending()), "{:?}", found.streams);
    assert!(matches!(found.subscription.phase, Phase::Idle { .. }) && !server.has_alarm(&path_of(&id())));
}

async fn create_or_append(server: &Server, path: &str) {
    if !append(server, path).await {
        create_stream(server, path, &["1"]).await;
    }
}

#[test]
fn a_fault_or_a_death_at_any_await_loses_nothing() {
    let mut met = 0;
    for operation in OPERATIONS {
        for (fault, dies) in FAULTS.into_iter().flat_map(|fault| [(fault, false), (fault, true)]) {
            let has_met = (0..).map(|at| run(meet(operation, fault, dies, at))).take_while(|has_met| *has_met);
            met += has_met.count();
        }
    }
    // 2 to 8 batches for each operation.
    assert!(met > 100, "{met}");
}

#[test]
fn a_fault_while_the_alarm_runs_does_not_end_the_retries() {
    for fault in FAULTS {
        for at in 0..4 {
            run(async {
                let server = Server::new();
                create_stream(&server, "a", &[]).await;
                subscribe(&server, configuration(webhook(), "a", &[])).await.expect("a subscription");
                let failed = Delivered::Failed(subscriptions::Failure::Status(500));
                server.receivers().react(move |_| Reaction { after: Duration::ZERO, outcome: failed });
                append_and_poke(&server, "a").await;
                server.settle().await;
                server.receivers().react(|_| Reaction { after: Duration::ZERO, outcome: Delivered::Done });
                server.database().inject(repeat_n(Fault::None, at).chain([fault]));
                server.pass(100_000).await;
                assert_eq!(cursors(&server).await, [("a".into(), 1, 1)], "{fault:?} {at}");
            });
        }
    }
}

#[test]
fn a_delivery_of_unknown_fate_is_repeated_as_the_same_wake() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &[]).await;
        subscribe(&server, configuration(webhook(), "a", &[])).await.expect("a subscription");
        // The receiver answers late, and the object has died before.
        server.receivers().react(|_| Reaction { after: Duration::from_secs(3), outcome: Delivered::Done });
        append_and_poke(&server, "a").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.crash(&path_of(&id()));
        server.pass(60_000).await;
        let heard = server.receivers().take_heard();
        let attempt = |(_, sent): &(u64, native::Sent)| match sent {
            native::Sent::Delivery(delivery) => delivery.attempt.clone(),
            native::Sent::Announcement(_) => panic!("it is a webhook"),
        };
        let wakes: Vec<_> = heard.iter().map(attempt).collect();
        assert!(wakes.len() == 2 && wakes[0] == wakes[1], "{wakes:?}");
        assert_eq!(cursors(&server).await, [("a".into(), 1, 1)]);
    });
}

#[test]
fn a_failed_read_does_not_repeat_a_delivery_that_is_under_way() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &[]).await;
        subscribe(&server, configuration(webhook(), "a", &[])).await.expect("a subscription");
        server.receivers().react(|_| Reaction { after: Duration::from_secs(8), outcome: Delivered::Done });
        append_and_poke(&server, "a").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.database().inject([Fault::Lost]);
        let failed = server.subscription(&id(), async |object| object.read(&Reach::everywhere()).await).await;
        assert!(matches!(failed, Some(Err(Failure::Database(_)))));
        // Links, and then the registration of another one.
        server.database().inject([Fault::None, Fault::Lost]);
        let failed = server
            .subscription(&id(), async |object| object.add_links(&[path("b")], LINKS_MAX, &Reach::everywhere()).await)
            .await;
        assert!(matches!(failed, Some(Err(Failure::Database(_)))));
        server.pass(60_000).await;
        assert_eq!(server.receivers().take_heard().len(), 1);
        assert_eq!(cursors(&server).await, [("a".into(), 1, 1)]);
    });
}

#[test]
fn a_late_answer_counts_for_no_other_wake() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &[]).await;
        subscribe(&server, configuration(webhook(), "a", &[])).await.expect("a subscription");
        // The lease is shorter than the time that the receiver takes.
        server.receivers().react(|_| Reaction { after: Duration::from_millis(TTL_MS + 1), outcome: Delivered::Done });
        append_and_poke(&server, "a").await;
        server.pass(TTL_MS + 500).await;
        assert_eq!(cursors(&server).await, [("a".into(), 0, 1)]);
    });
}

#[test]
fn an_instance_that_has_been_replaced_writes_nothing() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        create_stream(&server, "jobs", &["1"]).await;
        subscribe(&server, pulled()).await.expect("a subscription");
        assert!(append(&server, "jobs").await);
        let zombie = server.zombie();
        let own = claim(&server).await.expect("a claim");
        // It reads the fence of the other one before it decides.
        assert!(matches!(claim(&zombie).await, Err(Refusal::AlreadyClaimed { .. })));
        acknowledge(&zombie, all_of(&own)).await.expect("a holder");
        assert_eq!(acknowledge(&server, all_of(&own)).await, Err(Refusal::Fenced));
        assert_eq!(cursors(&server).await, [("jobs".into(), 2, 2)]);
    });
}
