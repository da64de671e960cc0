//! Each operation, without faults.

use crate::setup::*;
use native::{Reaction, Reception, Sent, Server, path_of, run};
use runtime::subscription::message::Answer;
use runtime::subscription::reach::Reach;
use runtime::subscription::request::Refused;
use std::time::Duration;
use subscriptions::{Created, Delivered, Refusal, Target};

/// The deliveries that were heard: their generations and the pending streams with their tails.
fn deliveries(server: &Server) -> Vec<(u64, Vec<(String, u64)>)> {
    let heard = server.receivers().take_heard().into_iter().filter_map(|(_, sent)| match sent {
        Sent::Delivery(delivery) => Some(delivery),
        Sent::Announcement(_) => None,
    });
    let pending = |delivery: subscriptions::Delivery| {
        let streams = delivery.notice.streams.into_iter().filter(subscriptions::StreamInfo::has_pending);
        streams.map(|info| (info.path.as_str().to_owned(), info.tail.get())).collect()
    };
    heard.map(|delivery| (delivery.attempt.generation.get(), pending(delivery))).collect()
}

/// The wake events that were heard: their generations and streams.
fn events(server: &Server) -> Vec<(u64, String)> {
    let heard = server.receivers().take_heard().into_iter().filter_map(|(_, sent)| match sent {
        Sent::Delivery(_) => None,
        Sent::Announcement(announcement) => Some(announcement.event),
    });
    heard.map(|event| (event.generation.get(), event.stream.as_str().to_owned())).collect()
}

fn answer(server: &Server, outcome: Delivered) {
    server.receivers().react(move |_| Reaction { after: Duration::ZERO, outcome });
}

#[test]
fn a_webhook_hears_of_data_and_acknowledges_it_by_its_answer() {
    run(async {
        let server = Server::new();
        create_stream(&server, "orders/1", &["1", "2"]).await;
        create_stream(&server, "other", &["1"]).await;
        let created = subscribe(&server, configuration(webhook(), "orders/*", &["named"])).await;
        assert_eq!(created, Ok(Created::New));
        // History is not repeated. A named stream need not exist.
        assert_eq!(cursors(&server).await, [("named".into(), 0, 0), ("orders/1".into(), 2, 2)]);
        assert!(deliveries(&server).is_empty() && !server.has_alarm(&path_of(&id())));
        answer(&server, Delivered::Done);
        append_and_poke(&server, "orders/1").await;
        create_stream(&server, "named", &["1"]).await;
        assert!(poke(&server, "named").await);
        server.settle().await;
        assert_eq!(deliveries(&server), [(1, vec![("orders/1".into(), 3)]), (2, vec![("named".into(), 1)])]);
        assert_eq!(cursors(&server).await, [("named".into(), 1, 1), ("orders/1".into(), 3, 3)]);
        // An idle subscription sleeps.
        assert!(!server.has_alarm(&path_of(&id())));
    });
}

#[test]
fn one_wake_is_held_at_a_time_and_the_next_has_what_came_meanwhile() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &[]).await;
        subscribe(&server, configuration(webhook(), "**", &[])).await.unwrap();
        answer(&server, Delivered::Accepted);
        append_and_poke(&server, "a").await;
        server.settle().await;
        append_and_poke(&server, "a").await;
        server.settle().await;
        assert_eq!(deliveries(&server), [(1, vec![("a".into(), 1)])]);
        // The receiver never calls back.
        server.run_for(TTL_MS + 1_000).await;
        assert_eq!(deliveries(&server), [(2, vec![("a".into(), 2)])]);
    });
}

#[test]
fn a_failed_delivery_is_repeated_until_it_succeeds() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &[]).await;
        subscribe(&server, configuration(webhook(), "**", &[])).await.unwrap();
        answer(&server, Delivered::Failed(subscriptions::Failure::Status(500)));
        append_and_poke(&server, "a").await;
        server.run_for(10_000).await;
        let heard = deliveries(&server);
        // After 1, 2 and 4 seconds, more or less.
        assert!((3..=5).contains(&heard.len()) && heard.iter().all(|heard| *heard == (1, vec![("a".into(), 1)])));
        assert!(read(&server).await.unwrap().subscription.phase.retry().is_some());
        answer(&server, Delivered::Done);
        server.run_for(20_000).await;
        assert_eq!(deliveries(&server).len(), 1);
        assert_eq!(cursors(&server).await, [("a".into(), 1, 1)]);
        assert!(!server.has_alarm(&path_of(&id())));
    });
}

#[test]
fn workers_claim_what_an_event_has_announced() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        create_stream(&server, "jobs", &[]).await;
        subscribe(&server, configuration(Target::PullWake(path("pool")), "", &["jobs"])).await.unwrap();
        assert_eq!(claim(&server).await.unwrap_err(), Refusal::NoPendingWork);
        append_and_poke(&server, "jobs").await;
        server.settle().await;
        assert_eq!(events(&server), [(1, "jobs".into())]);
        let claimed = claim(&server).await.unwrap();
        assert!(matches!(claim(&server).await, Err(Refusal::AlreadyClaimed { .. })));
        assert_eq!(acknowledge(&server, all_of(&claimed)).await, Ok(false));
        assert_eq!(acknowledge(&server, all_of(&claimed)).await, Err(Refusal::Fenced));
        // A claim looks at the tails by itself.
        assert!(append(&server, "jobs").await);
        let claimed = claim(&server).await.unwrap();
        let release = credentials(&claimed);
        let released = server.subscription(&id(), async |object| object.release(&release).await).await;
        assert_eq!(released, Some(Ok(Ok(()))));
        server.settle().await;
        assert_eq!(events(&server), [(3, "jobs".into())]);
    });
}

#[test]
fn a_pattern_links_streams_that_are_created_later_from_their_beginning() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |_| {});
            subscribe(&server, configuration(webhook(), "orders/**", &[])).await.unwrap();
            for stream in ["orders", "orders/1", "orders/1/2", "orders-x", "other"] {
                create_stream(&server, stream, &["1", "2"]).await;
                let arrived = path(stream);
                let linked = server.subscription(&id(), async |object| object.appeared(&arrived).await).await;
                assert_eq!(linked, Some(Ok(Answer::Done)), "{stream}");
            }
            let expected = ["orders", "orders/1", "orders/1/2"].map(|stream| (stream.to_owned(), 0, 2));
            assert_eq!(cursors(&server).await, expected);
        }
    });
}

#[test]
fn a_pattern_links_what_is_there_on_all_pages_of_all_databases() {
    run(async {
        let server = Server::sharded(3, |_| {});
        let inside = ["a/b", "a/b/c", "a/z", "a/~", "a"];
        for stream in inside.iter().chain(&["a-", "a0", "b", "A/b"]) {
            create_stream(&server, stream, &["1"]).await;
        }
        subscribe(&server, configuration(webhook(), "a/**", &[])).await.unwrap();
        let mut expected = inside.map(|stream| (stream.to_owned(), 1, 1));
        expected.sort_unstable();
        assert_eq!(cursors(&server).await, expected);
    });
}

#[test]
fn more_matches_than_links_are_refused_and_leave_nothing_linked() {
    run(async {
        let server = Server::new();
        for number in 0..=LINKS_MAX {
            create_stream(&server, &format!("s/{number}"), &[]).await;
        }
        let refused = subscribe(&server, configuration(webhook(), "s/*", &[])).await;
        assert_eq!(refused.unwrap_err(), Refused::Decided(Refusal::TooManyLinks));
        assert_eq!(read(&server).await, None);
        // A stream less, and it fits.
        delete_stream(&server, "s/0").await;
        assert_eq!(subscribe(&server, configuration(webhook(), "s/*", &[])).await, Ok(Created::New));
    });
}

#[test]
fn a_second_put_confirms_an_equal_configuration_and_refuses_another() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &[]).await;
        let equal = || configuration(webhook(), "a/*", &["a", "b"]);
        assert_eq!(subscribe(&server, equal()).await, Ok(Created::New));
        assert!(append(&server, "a").await);
        server.crash(&path_of(&id()));
        assert_eq!(subscribe(&server, equal()).await, Ok(Created::Confirmed));
        assert_eq!(cursors(&server).await[0], ("a".into(), 0, 1));
        let other = subscribe(&server, configuration(webhook(), "a/*", &["a"])).await;
        assert_eq!(other.unwrap_err(), Refused::Decided(Refusal::AlreadyExists));
    });
}

#[test]
fn a_wake_stream_must_be_open_and_json_and_is_never_linked() {
    run(async {
        let server = Server::new();
        let pulled = |pattern, streams: &[&str]| configuration(Target::PullWake(path("pool")), pattern, streams);
        let missing = subscribe(&server, pulled("**", &[])).await;
        assert_eq!(missing.unwrap_err(), Refused::WakeStream);
        create_stream(&server, "pool", &[]).await;
        create_stream(&server, "a", &[]).await;
        subscribe(&server, pulled("**", &[])).await.unwrap();
        assert_eq!(linked(&server).await, ["a"]);
        // Nor does another subscription link it, whether or not it names it.
        let other = subscriptions::SubscriptionId::read("other").unwrap();
        let create = async |configuration| {
            server.subscription(&other, async |object| object.create(configuration, LINKS_MAX).await).await
        };
        let named = create(configuration(webhook(), "", &["a", "pool"])).await;
        assert_eq!(named.unwrap().unwrap().unwrap_err(), Refused::Circular);
        assert!(matches!(create(configuration(webhook(), "**", &[])).await, Some(Ok(Ok((Created::New, _))))));
        let found = server.subscription(&other, async |object| object.read(&Reach::everywhere()).await).await;
        let found = found.unwrap().unwrap().unwrap();
        assert_eq!(found.streams.iter().map(|info| info.path.as_str()).collect::<Vec<_>>(), ["a"]);
        // Its own is named later.
        let add = async |id: subscriptions::SubscriptionId| {
            server
                .subscription(&id, async |object| {
                    object.add_links(&[path("pool")], LINKS_MAX, &Reach::everywhere()).await
                })
                .await
        };
        assert_eq!(add(id()).await, Some(Ok(Err(Refused::Circular))));
        // It can be linked again when no subscription uses it.
        assert_eq!(delete(&server).await, Ok(()));
        assert_eq!(add(other).await, Some(Ok(Ok(()))));
    });
}

#[test]
fn a_link_to_a_stream_that_becomes_a_wake_stream_is_hidden_until_it_is_none() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |_| {});
            for stream in ["pool", "jobs", "gone"] {
                create_stream(&server, stream, &[]).await;
            }
            answer(&server, Delivered::Accepted);
            subscribe(&server, configuration(webhook(), "", &["pool"])).await.unwrap();
            let other = subscriptions::SubscriptionId::read("other").unwrap();
            let pulled = configuration(Target::PullWake(path("pool")), "", &["jobs"]);
            let created = server.subscription(&other, async |object| object.create(pulled, LINKS_MAX).await).await;
            assert!(matches!(created, Some(Ok(Ok((Created::New, _))))));
            assert!(linked(&server).await.is_empty());
            // Its registration stays, whatever happens meanwhile.
            append_and_poke(&server, "pool").await;
            server.run_for(70_000).await;
            server.sweep_subscriptions().await.unwrap();
            assert!(deliveries(&server).is_empty());
            let deleted = server.subscription(&other, async |object| object.delete(&Reach::everywhere()).await).await;
            assert_eq!(deleted, Some(Ok(())));
            assert_eq!(cursors(&server).await, [("pool".into(), 0, 1)]);
            append_and_poke(&server, "pool").await;
            server.settle().await;
            assert_eq!(deliveries(&server), [(1, vec![("pool".into(), 2)])]);
        }
    });
}

#[test]
fn a_stream_that_was_a_wake_stream_is_added_at_its_tail_and_a_new_one_at_its_beginning() {
    run(async {
        let server = Server::new();
        create_stream(&server, "s/pool", &["1", "2"]).await;
        let other = subscriptions::SubscriptionId::read("other").unwrap();
        let pulled = configuration(Target::PullWake(path("s/pool")), "", &["jobs"]);
        server
            .subscription(&other, async |object| object.create(pulled, LINKS_MAX).await)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        subscribe(&server, configuration(webhook(), "s/*", &[])).await.unwrap();
        assert!(linked(&server).await.is_empty());
        server.subscription(&other, async |object| object.delete(&Reach::everywhere()).await).await.unwrap().unwrap();
        server.subscriptions().always(Reception::Unheard);
        create_stream(&server, "s/new", &["1", "2"]).await;
        let added = server
            .subscription(&id(), async |object| {
                object.add_links(&[path("s/pool"), path("s/new")], LINKS_MAX, &Reach::everywhere()).await
            })
            .await;
        assert_eq!(added, Some(Ok(Ok(()))));
        assert_eq!(cursors(&server).await, [("s/new".into(), 0, 2), ("s/pool".into(), 2, 2)]);
    });
}

#[test]
fn links_are_added_and_removed() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &["1"]).await;
        create_stream(&server, "b", &["1"]).await;
        subscribe(&server, configuration(webhook(), "a", &["c"])).await.unwrap();
        let add = async |paths: &[&str]| {
            let paths: Vec<_> = paths.iter().map(|text| path(text)).collect();
            server
                .subscription(&id(), async |object| object.add_links(&paths, LINKS_MAX, &Reach::everywhere()).await)
                .await
        };
        assert_eq!(add(&["a", "b", "d"]).await, Some(Ok(Ok(()))));
        assert!(append(&server, "b").await);
        assert_eq!(add(&["b"]).await, Some(Ok(Ok(()))));
        let expected = [("a", 1, 1), ("b", 1, 2), ("c", 0, 0), ("d", 0, 0)];
        assert_eq!(cursors(&server).await, expected.map(|(path, acked, tail)| (path.to_owned(), acked, tail)));
        for removed in ["a", "b", "c", "nothing"] {
            let removed = path(removed);
            let done = server
                .subscription(&id(), async |object| object.remove_link(&removed, &Reach::everywhere()).await)
                .await;
            assert_eq!(done, Some(Ok(Ok(()))));
        }
        // The pattern still links the first one.
        assert_eq!(cursors(&server).await, [("a".into(), 1, 1), ("d".into(), 0, 0)]);
        // The entry of a removed link is stale. While there is a wake, that is not checked.
        assert!(poke(&server, "b").await);
        server.crash_all();
        assert!(!poke(&server, "b").await && poke(&server, "a").await);
        let many: Vec<_> = (0..LINKS_MAX).map(|number| path(&format!("n/{number}"))).collect();
        let refused = server
            .subscription(&id(), async |object| object.add_links(&many, LINKS_MAX, &Reach::everywhere()).await)
            .await;
        assert_eq!(refused, Some(Ok(Err(Refused::Decided(Refusal::TooManyLinks)))));
    });
}

#[test]
fn an_explicit_link_outlives_its_stream_and_a_matched_one_does_not() {
    run(async {
        let server = Server::new();
        create_stream(&server, "a", &["1", "2"]).await;
        create_stream(&server, "m/b", &["1"]).await;
        subscribe(&server, configuration(webhook(), "m/*", &["a"])).await.unwrap();
        delete_stream(&server, "a").await;
        delete_stream(&server, "m/b").await;
        // The cursor shows where the next life begins.
        assert_eq!(cursors(&server).await, [("a".into(), 3, 3)]);
        create_stream(&server, "a", &[]).await;
        assert!(poke(&server, "a").await);
        server.settle().await;
        assert!(deliveries(&server).is_empty());
        append_and_poke(&server, "a").await;
        server.settle().await;
        assert_eq!(deliveries(&server), [(1, vec![("a".into(), 4)])]);
        assert_eq!(cursors(&server).await, [("a".into(), 3, 4)]);
    });
}

#[test]
fn after_a_deletion_no_token_is_valid_and_generations_go_on() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        create_stream(&server, "jobs", &[]).await;
        let pulled = || configuration(Target::PullWake(path("pool")), "", &["jobs"]);
        subscribe(&server, pulled()).await.unwrap();
        append_and_poke(&server, "jobs").await;
        let old = claim(&server).await.unwrap();
        assert_eq!(delete(&server).await, Ok(()));
        assert_eq!(read(&server).await, None);
        assert_eq!(acknowledge(&server, all_of(&old)).await, Err(Refusal::NotFound));
        assert!(!poke(&server, "jobs").await);
        assert_eq!(server.database().count("SELECT count(*) FROM links"), 0);
        server.crash(&path_of(&id()));
        subscribe(&server, pulled()).await.unwrap();
        append_and_poke(&server, "jobs").await;
        let new = claim(&server).await.unwrap();
        assert!(new.claims.generation > old.claims.generation);
        assert_eq!(acknowledge(&server, all_of(&old)).await, Err(Refusal::Fenced));
        assert_eq!(acknowledge(&server, all_of(&new)).await, Ok(false));
        // Deleting none succeeds.
        assert_eq!((delete(&server).await, delete(&server).await), (Ok(()), Ok(())));
    });
}

#[test]
fn a_crowd_of_claims_has_one_winner() {
    run(async {
        let server = Server::new();
        create_stream(&server, "pool", &[]).await;
        create_stream(&server, "jobs", &[]).await;
        subscribe(&server, configuration(Target::PullWake(path("pool")), "", &["jobs"])).await.unwrap();
        append_and_poke(&server, "jobs").await;
        let claims = futures_util::future::join_all((0..50).map(|_| claim(&server))).await;
        assert_eq!(claims.iter().filter(|claimed| claimed.is_ok()).count(), 1);
        assert!(
            claims
                .iter()
                .flat_map(|claimed| claimed.as_ref().err())
                .all(|refusal| matches!(refusal, Refusal::AlreadyClaimed { .. }))
        );
    });
}

#[test]
fn an_empty_stream_that_starts_late_is_not_pending() {
    run(async {
        let server = Server::new();
        subscribe(&server, configuration(webhook(), "**", &["late"])).await.unwrap();
        let put = native::Request::new("PUT", "/v1/stream/late").header("content-type", "application/json");
        assert_eq!(server.send(put.header("stream-first-offset", "0000000000000100")).await.status, 201);
        assert!(poke(&server, "late").await);
        server.settle().await;
        assert!(deliveries(&server).is_empty());
        assert_eq!(cursors(&server).await, [("late".into(), 0x100, 0x100)]);
    });
}

#[test]
fn the_sweep_finds_what_was_lost() {
    run(async {
        for databases in [1, 3] {
            let server = Server::sharded(databases, |_| {});
            server.receivers().react(|_| Reaction { after: Duration::ZERO, outcome: Delivered::Accepted });
            subscribe(&server, configuration(webhook(), "s/*", &[])).await.unwrap();
            server.subscriptions().always(Reception::Unheard);
            let streams = ["s/a", "s/b", "s/c"];
            for stream in streams {
                create_stream(&server, stream, &["1"]).await;
                server.crash(stream);
            }
            assert!(linked(&server).await.is_empty());
            server.subscriptions().always(Reception::Delivered);
            assert_eq!(server.sweep_subscriptions().await, Ok(4));
            server.settle().await;
            // The first arrival starts a wake. The sweep then finds that streams are pending.
            assert_eq!(deliveries(&server).len(), 1);
            assert_eq!(linked(&server).await, streams);
            // Whoever holds the wake is not disturbed, and nothing is announced twice.
            assert_eq!(server.sweep_subscriptions().await, Ok(1));
            server.settle().await;
            assert!(deliveries(&server).is_empty());
        }
    });
}
