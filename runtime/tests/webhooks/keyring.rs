use crate::setup::{Deployment, document, is_signed, pass, published};
use native::{Fault, run};
use runtime::Failure;
use runtime::subscription::{CACHED_MS, Keyring};
use serde_json::Value;
use spec::Limits;
use std::collections::BTreeSet;
use std::time::Duration;
use subscriptions::{Generation, Life, MAX_AGE_MS, REPLAY_WINDOW_MS, SubscriptionId, TokenClaims};

/// The token of a wake.
async fn token(deployment: &Deployment, isolate: &Keyring) -> String {
    let subscription = SubscriptionId::read("mailer").expect("an id");
    let generation = Generation::new(1).expect("a number");
    let claims = TokenClaims { subscription, life: Life::stored("a"), generation };
    isolate.token_key(&deployment.vault()).await.expect("a key").issue(&claims)
}

#[test]
fn two_isolates_make_one_key_and_one_secret() {
    run(async {
        let deployment = Deployment::new();
        let (one, two) = (Keyring::default(), Keyring::default());
        let (first, second) = tokio::join!(deployment.keys(&one), deployment.keys(&two));
        // Both have found nothing.
        assert_eq!(deployment.crypto.generated.get(), 2);
        assert_eq!(deployment.rows(), 2);
        assert_eq!((first.kid(), document(&first)), (second.kid(), document(&second)));
        assert_eq!(token(&deployment, &one).await, token(&deployment, &two).await);
        let header = second.signature(b"{}", &deployment.crypto).await.expect("a signature");
        assert!(is_signed(&header, b"{}", &document(&first)));
    });
}

#[test]
fn keys_survive_a_restart() {
    run(async {
        let deployment = Deployment::new();
        let (before, after) = (Keyring::default(), Keyring::default());
        let (keys, issued) = (deployment.keys(&before).await, token(&deployment, &before).await);
        pass(1_000_000_000).await;
        assert_eq!(document(&*deployment.keys(&after).await), document(&keys));
        assert_eq!(token(&deployment, &after).await, issued);
        assert_eq!(deployment.crypto.generated.get(), 1);
    });
}

#[test]
fn a_signature_is_verified_with_the_document() {
    run(async {
        let deployment = Deployment::new();
        let keys = deployment.keys(&Keyring::default()).await;
        let body = b"{\"wake_id\":\"w\"}\xff";
        let header = keys.signature(body, &deployment.crypto).await.expect("a signature");
        assert!(header.starts_with(&format!("t={},kid={},ed25519=", deployment.now() / 1000, keys.kid())), "{header}");
        assert!(is_signed(&header, body, &document(&keys)));
        assert!(!is_signed(&header, b"{}", &document(&keys)));
        let set: Value = serde_json::from_str(&document(&keys)).expect("JSON");
        let members: BTreeSet<&str> = set["keys"][0].as_object().expect("a key").keys().map(String::as_str).collect();
        assert_eq!(members, BTreeSet::from(["alg", "crv", "kid", "kty", "use", "x"]));
        // No private part is published.
        let private = deployment.sqlite.rows("SELECT secret ->> 'd' AS d FROM secrets WHERE kind = 'sign'");
        let private = private[0]["d"].as_str().expect("a private part");
        assert!(!document(&keys).contains(private) && !format!("{keys:?}").contains(private));
    });
}

#[test]
fn an_isolate_reads_the_keys_once_a_minute() {
    run(async {
        let (deployment, isolate) = (Deployment::new(), Keyring::default());
        deployment.keys(&isolate).await;
        let batches = deployment.sqlite.batches();
        pass(CACHED_MS - 1).await;
        deployment.keys(&isolate).await;
        assert_eq!(deployment.sqlite.batches(), batches);
        pass(1).await;
        deployment.keys(&isolate).await;
        assert_eq!(deployment.sqlite.batches(), batches + 1);
    });
}

/// Another isolate can serve the old document for a minute, and a receiver can have it for `MAX_AGE_MS` after that.
#[test]
fn rotated_keys_overlap_both_ways() {
    run(async {
        let (deployment, operated, other) = (Deployment::new(), Keyring::default(), Keyring::default());
        let old = deployment.keys(&other).await.kid();
        let tokens = token(&deployment, &other).await;
        pass(1_000).await;
        let rotated = deployment.now();
        let new = deployment.rotate(&operated).await;
        assert_ne!(new.kid, old);
        assert_eq!(new.signs_at, rotated + CACHED_MS + MAX_AGE_MS);
        let both = [old.clone(), new.kid.clone()];
        // It is published at once where it was made, and within a minute everywhere.
        assert_eq!(published(&*deployment.keys(&operated).await), both);
        assert_eq!(published(&*deployment.keys(&other).await), both[..1]);
        pass(CACHED_MS).await;
        for isolate in [&operated, &other] {
            assert_eq!(published(&*deployment.keys(isolate).await), both);
        }
        pass(MAX_AGE_MS - 1).await;
        for isolate in [&operated, &other] {
            assert_eq!(deployment.keys(isolate).await.kid(), old);
        }
        // All isolates change at the same time, although they have cached the keys.
        pass(1).await;
        for isolate in [&operated, &other] {
            assert_eq!(deployment.keys(isolate).await.kid(), new.kid);
        }
        pass(REPLAY_WINDOW_MS + MAX_AGE_MS - 1).await;
        assert_eq!(published(&*deployment.keys(&other).await), both);
        assert_eq!(deployment.rows(), 3);
        pass(1).await;
        assert_eq!(published(&*deployment.keys(&other).await), [new.kid]);
        // The old private key is deleted.
        assert_eq!(deployment.rows(), 2);
        assert_eq!(token(&deployment, &other).await, tokens);
    });
}

/// A receiver has a document of any isolate that is as old as caches keep it, and a request that is as old as it accepts.
#[test]
fn receivers_verify_during_rotations() {
    run(async {
        let (deployment, signer, publisher) = (Deployment::new(), Keyring::default(), Keyring::default());
        let (mut documents, mut headers) = (Vec::new(), Vec::new());
        let mut names = BTreeSet::new();
        for step in 0..250 {
            if step % 65 == 20 {
                deployment.rotate(&Keyring::default()).await;
            }
            let now = deployment.now();
            documents.push((now, document(&*deployment.keys(&publisher).await)));
            let keys = deployment.keys(&signer).await;
            headers.push((now, keys.signature(b"{}", &deployment.crypto).await.expect("a signature")));
            names.insert(keys.kid());
            documents.retain(|(then, _)| now - then < MAX_AGE_MS);
            headers.retain(|(then, _)| now - then < REPLAY_WINDOW_MS);
            for (_, set) in some(&documents) {
                for (_, header) in some(&headers) {
                    assert!(is_signed(header, b"{}", set), "step {step}");
                }
            }
            pass(14_000).await;
        }
        assert_eq!(names.len(), 5);
    });
}

/// The first one, the last one, and some between them.
fn some<T>(all: &[T]) -> impl Iterator<Item = &T> {
    all.iter().step_by(5).chain(all.last())
}

#[test]
fn a_key_that_does_not_sign_yet_is_not_replaced() {
    run(async {
        let (deployment, one, two) = (Deployment::new(), Keyring::default(), Keyring::default());
        deployment.keys(&one).await;
        pass(1_000).await;
        let (first, second) = tokio::join!(deployment.rotate(&one), deployment.rotate(&two));
        assert_eq!(first, second);
        pass(CACHED_MS + MAX_AGE_MS - 1).await;
        assert_eq!(deployment.rotate(&one).await, first);
        pass(1).await;
        assert_ne!(deployment.rotate(&one).await, first);
        assert_eq!(deployment.rows(), 4);
    });
}

#[test]
fn a_rotation_can_be_repeated_after_a_fault() {
    run(async {
        for fault in [Fault::Lost, Fault::Unheard, Fault::ReadOnly, Fault::Hung, Fault::Late(Duration::from_secs(5))] {
            let (deployment, isolate) = (Deployment::new(), Keyring::default());
            let old = deployment.keys(&isolate).await.kid();
            deployment.sqlite.inject([Fault::None, fault]);
            assert!(matches!(isolate.rotate(&deployment.vault()).await, Err(Failure::Database(_))), "{fault:?}");
            deployment.sqlite.heal();
            let new = deployment.rotate(&isolate).await;
            pass(10_000).await;
            assert_eq!(published(&*deployment.keys(&isolate).await), [old, new.kid], "{fault:?}");
        }
    });
}

#[test]
fn nothing_is_half_made_when_the_database_fails() {
    run(async {
        for fault in [Fault::Lost, Fault::ReadOnly, Fault::Hung] {
            let deployment = Deployment::new();
            for faults in [vec![fault, fault], vec![Fault::None, fault]] {
                let failed = deployment.attempt_with(faults).await;
                assert!(matches!(failed, Err(Failure::Database(_))), "{fault:?}");
                assert_eq!(deployment.rows(), 0, "{fault:?}");
            }
            deployment.attempt().await.expect("keys");
            assert_eq!(deployment.rows(), 2);
        }
    });
}

#[test]
fn keys_are_made_once_if_it_is_unknown_whether_they_were() {
    run(async {
        for fault in [Fault::Unheard, Fault::Late(Duration::from_secs(1)), Fault::Underway(Duration::from_secs(60))] {
            let deployment = Deployment::new();
            let failed = deployment.attempt_with(vec![Fault::None, fault]).await;
            assert!(matches!(failed, Err(Failure::Database(_))), "{fault:?}");
            let keys = deployment.attempt().await.expect("keys");
            pass(100_000).await;
            assert_eq!(document(&deployment.attempt().await.expect("keys")), document(&keys), "{fault:?}");
            assert_eq!(deployment.rows(), 2);
        }
    });
}

/// The transaction that makes the keys arrives after a rotation has deleted the first key.
#[test]
fn keys_are_not_made_where_others_are() {
    run(async {
        let deployment = Deployment::new();
        let late = Fault::Late(Duration::from_secs(100_000));
        deployment.attempt_with(vec![Fault::None, late]).await.expect_err("a fault");
        let isolate = Keyring::default();
        deployment.keys(&isolate).await;
        let new = deployment.rotate(&isolate).await;
        pass(10_000_000).await;
        for _ in 0..2 {
            assert_eq!(published(&*deployment.keys(&isolate).await), std::slice::from_ref(&new.kid));
            pass(100_000_000).await;
        }
        assert_eq!(deployment.rows(), 2);
    });
}

#[test]
fn an_old_key_is_replaced_and_none_is_made_without_need() {
    run(async {
        let (deployment, isolate) = (Deployment::new(), Keyring::default());
        let vault = deployment.vault();
        let limits = Limits { webhook_key_age: Duration::from_secs(1_000), ..Limits::DECLARED };
        assert_eq!((isolate.rotate_old(&vault, &limits).await.expect("a database"), deployment.rows()), (None, 0));
        let first = deployment.keys(&isolate).await.kid();
        pass(999_000).await;
        assert_eq!(isolate.rotate_old(&vault, &limits).await.expect("a database"), None);
        pass(2_000).await;
        let new = isolate.rotate_old(&vault, &limits).await.expect("a database").expect("a key");
        // The old one signs until every document contains the new one. Meanwhile, there is no third.
        let keys = deployment.keys(&isolate).await;
        assert_eq!((keys.kid(), published(&keys)), (first.clone(), vec![first, new.kid.clone()]));
        assert_eq!(isolate.rotate_old(&vault, &limits).await.expect("a database"), None);
        pass(new.signs_at - deployment.now()).await;
        assert_eq!(deployment.keys(&isolate).await.kid(), new.kid);
    });
}

#[test]
fn an_expired_key_is_not_used_if_it_can_not_be_deleted() {
    run(async {
        let (deployment, isolate) = (Deployment::new(), Keyring::default());
        deployment.keys(&isolate).await;
        let new = deployment.rotate(&isolate).await;
        pass(10_000_000).await;
        let keys = deployment.attempt_with(vec![Fault::ReadOnly; 4]).await.expect("keys");
        assert_eq!((keys.kid(), published(&keys)), (new.kid.clone(), vec![new.kid]));
        assert_eq!(deployment.rows(), 3);
        deployment.attempt().await.expect("keys");
        assert_eq!(deployment.rows(), 2);
    });
}

#[test]
fn a_damaged_row_is_an_error_and_not_a_new_key() {
    run(async {
        for damage in [
            "UPDATE secrets SET secret = '' WHERE kind = 'sign'",
            "UPDATE secrets SET secret = '{}' WHERE kind = 'sign'",
            "UPDATE secrets SET secret = json_remove(secret, '$.d') WHERE kind = 'sign'",
            "UPDATE secrets SET secret = json_set(secret, '$.d', 'AAAA') WHERE kind = 'sign'",
            "UPDATE secrets SET secret = json_set(secret, '$.crv', 'X25519') WHERE kind = 'sign'",
            "UPDATE secrets SET public_key = NULL WHERE kind = 'sign'",
            "UPDATE secrets SET public_key = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' WHERE kind = 'sign'",
            "UPDATE secrets SET created_ms = -1 WHERE kind = 'sign'",
            "UPDATE secrets SET kind = 'other' WHERE kind = 'sign'",
            "DELETE FROM secrets WHERE kind = 'sign'",
            "DELETE FROM secrets WHERE kind = 'token'",
            "UPDATE secrets SET secret = 'AAAA' WHERE kind = 'token'",
            "UPDATE secrets SET secret = '*' WHERE kind = 'token'",
            "INSERT INTO secrets SELECT 'token', 2, created_ms, NULL, secret FROM secrets WHERE kind = 'token'",
            "INSERT INTO secrets SELECT 'sign', 2, created_ms, public_key, secret FROM secrets WHERE kind = 'sign'",
        ] {
            let deployment = Deployment::new();
            deployment.attempt().await.expect("keys");
            deployment.sqlite.script(damage);
            let rows = deployment.sqlite.rows("SELECT * FROM secrets");
            let failed = deployment.attempt().await;
            assert!(matches!(failed, Err(Failure::Corrupt(_))), "{damage}: {failed:?}");
            let failed = Keyring::default().rotate(&deployment.vault()).await;
            assert!(matches!(failed, Err(Failure::Corrupt(_))), "{damage}: {failed:?}");
            assert_eq!(deployment.sqlite.rows("SELECT * FROM secrets"), rows, "{damage}");
            assert_eq!(deployment.crypto.generated.get(), 1, "{damage}");
        }
    });
}

#[test]
fn no_key_is_made_in_a_database_that_is_not_the_first() {
    run(async {
        let deployment = Deployment::new();
        deployment.sqlite.script("UPDATE identity SET number = 1, databases = 2");
        assert!(matches!(deployment.attempt().await, Err(Failure::Misconfigured(_))));
        deployment.sqlite.script("UPDATE identity SET number = 0, databases = 1; DROP TABLE secrets");
        assert!(matches!(deployment.attempt().await, Err(Failure::Misconfigured(_))));
        assert_eq!(deployment.crypto.generated.get(), 0);
    });
}

#[test]
fn without_cryptography_nothing_is_made() {
    run(async {
        let deployment = Deployment::new();
        deployment.crypto.works.set(false);
        assert!(matches!(deployment.attempt().await, Err(Failure::Host(_))));
        assert_eq!(deployment.rows(), 0);
    });
}

#[test]
fn the_secret_of_tokens_is_read_once() {
    run(async {
        let (deployment, isolate) = (Deployment::new(), Keyring::default());
        let before = token(&deployment, &isolate).await;
        deployment.rotate(&isolate).await;
        deployment.sqlite.inject(std::iter::repeat(Fault::Lost));
        pass(1_000_000_000).await;
        let batches = deployment.sqlite.batches();
        assert_eq!(token(&deployment, &isolate).await, before);
        assert_eq!(deployment.sqlite.batches(), batches);
        assert!(deployment.attempt().await.is_err());
    });
}

/// Nobody could replace a key in the meantime so that it has signed already.
#[test]
fn keys_that_can_not_be_read_again_sign_as_long_as_a_cached_document_is_valid() {
    run(async {
        let (deployment, isolate) = (Deployment::new(), Keyring::default());
        let own = deployment.keys(&isolate).await.kid();
        deployment.rotate(&Keyring::default()).await;
        let document = document(&deployment.attempt().await.expect("keys"));
        deployment.sqlite.inject(std::iter::repeat(Fault::Lost));
        pass(CACHED_MS).await;
        assert_eq!(isolate.signing_keys(&deployment.vault()).await.expect("keys").kid(), own);
        assert_eq!(deployment.crypto.reported.get(), 1);
        // The document of this isolate may lack a new key, so it publishes none.
        assert!(matches!(isolate.keys(&deployment.vault()).await, Err(Failure::Database(_))));
        pass(MAX_AGE_MS - CACHED_MS - 1).await;
        let keys = isolate.signing_keys(&deployment.vault()).await.expect("keys");
        let header = keys.signature(b"{}", &deployment.crypto).await.expect("a signature");
        assert!(is_signed(&header, b"{}", &document));
        pass(1).await;
        assert!(matches!(isolate.signing_keys(&deployment.vault()).await, Err(Failure::Database(_))));
        deployment.sqlite.heal();
        assert!(isolate.signing_keys(&deployment.vault()).await.is_ok());
    });
}
