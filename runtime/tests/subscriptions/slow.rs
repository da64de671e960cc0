//! Databases that answer, but late, or with another clock: what was answered with success has all its registrations.

use crate::setup::*;
use native::{Fault, Server, run};
use std::iter::repeat_n;
use std::time::Duration;
use subscriptions::{Configuration, Created, Target};

const STREAMS: [&str; 5] = ["s/a", "s/b", "s/c", "s/d", "s/e"];

fn pulled() -> Configuration {
    configuration(Target::PullWake(path("pool")), "s/*", &["named"])
}

/// Three databases with streams that match.
async fn populated() -> Server {
    let server = Server::sharded(3, |_| {});
    for stream in STREAMS.iter().chain(&["pool"]) {
        create_stream(&server, stream, &[]).await;
    }
    server
}

/// The number of subscribers, patterns and wake streams.
fn registrations(server: &Server) -> [u64; 3] {
    ["subscribers", "patterns", "wake_streams"].map(|table| {
        let sql = format!("SELECT count(*) FROM {table}");
        server.databases().iter().map(|database| database.count(&sql)).sum()
    })
}

/// Checks that the subscription finds all that is appended and created from now on.
async fn check_complete(server: &Server) {
    server.run_for(70_000).await;
    server.sweep_subscriptions().await.expect("no failure");
    assert_eq!(registrations(server), [STREAMS.len() as u64 + 1, 3, 1]);
}

#[test]
fn a_creation_that_takes_too_long_creates_nothing() {
    let mut created = [0, 0];
    for at in 0..5 {
        for slow_ms in [3_000, 7_000, 18_000] {
            run(async {
                let server = populated().await;
                for database in server.databases() {
                    let slow = Fault::Slow(Duration::from_millis(slow_ms));
                    database.inject(repeat_n(Fault::None, at).chain(repeat_n(slow, 3)));
                }
                let done =
                    server.subscription(&id(), async |object| object.create(pulled(), LINKS_MAX).await).await.unwrap();
                server.databases().iter().for_each(native::Sqlite::heal);
                created[usize::from(done.is_ok())] += 1;
                assert_eq!(read(&server).await.is_some(), done.is_ok(), "{at} {slow_ms}");
                if done.is_err() {
                    // What it has registered is no obstacle.
                    assert_eq!(subscribe(&server, pulled()).await, Ok(Created::New));
                }
                check_complete(&server).await;
            });
        }
    }
    assert!(created.iter().all(|count| *count > 0), "{created:?}");
}

#[test]
fn a_database_with_another_clock_registers_all_the_same() {
    for ahead_ms in [-100_000, 40_000, 100_000] {
        run(async {
            let server = populated().await;
            let other = (server.databases().len() - 1).min(1);
            server.databases()[other].set_clock_ahead(ahead_ms);
            assert_eq!(subscribe(&server, pulled()).await, Ok(Created::New));
            check_complete(&server).await;
        });
    }
}

#[test]
fn the_time_of_an_answer_is_not_part_of_the_difference_of_clocks() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        // The record and then, after the reads, the row that is written.
        let (answer, write) = (Duration::from_secs(19), Duration::from_secs(15));
        let reads = repeat_n(Fault::None, 6);
        let faults = [Fault::SlowAnswer(answer)].into_iter().chain(reads).chain([Fault::Slow(write)]);
        server.database().inject(faults);
        assert_eq!(subscribe(&server, pulled()).await, Ok(Created::New));
    });
}
