//! Claiming a wake.

macros::part! {
    /// The wake of a pull-wake subscription (§7.2).
    resource Claims at "/v1/stream/__ds/subscriptions/{id}/claim" with Subscribing,
    SubscriptionBody {
        /// Takes the wake, or starts one if a linked stream has new data. The caller needs `claim` for each stream with which the subscription was
        /// created, and for all that its pattern can match.
        endpoint claim = POST {
            needs claim;

            request { body json Claim or {} ..= limits.subscription_body; }
            refuse {
                subscription.absent => SubscriptionNotFound;
                delivery.other      => WrongType;
                wake.claimed        => AlreadyClaimed;
                work.none           => NoPendingWork;
            }
            answer { subscription.present => Claimed; }

            /// The worker has the wake until the end of its lease.
            outcome Claimed = 200 { CacheControl = NoStore; body json ClaimedWake; }
            /// A worker has the wake. It may be the same one.
            outcome AlreadyClaimed = 409 error AlreadyClaimed(current_holder, generation) { CacheControl = NoStore; }
            /// No linked stream has new data.
            outcome NoPendingWork = 409 error NoPendingWork { CacheControl = NoStore; }

            /// A worker gets the wake, with the current tails.
            example claimed {
                given not content.invalid and subscription.present and not delivery.other and not wake.claimed and not work.none {
                    PUT "/v1/stream/pool-fa" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-fa" {
                        body = json { "type": "pull-wake", "streams": ["sub-fa/1"], "wake_stream": "pool-fa" };
                    }
                    PUT "/v1/stream/sub-fa/1" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-fa/claim" { body = json { "worker": "worker-1" }; }
                expect Claimed {
                    body = json {
                        "wake_id": _,
                        "generation": 1,
                        "token": _,
                        "streams": [{
                            "path": "sub-fa/1", "link_type": "explicit", "acked_offset": "0000000000000000",
                            "tail_offset": "0000000000000003", "has_pending": true
                            }],
                        "lease_ttl_ms": 30000
                    };
                }
            }
            /// While a worker holds the wake, every claim gets 409, also one by the holder.
            example claimed_already for worker in ["worker-1", "worker-2"] {
                given not content.invalid and subscription.present and not delivery.other and wake.claimed {
                    PUT "/v1/stream/pool-fb" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-fb" {
                        body = json { "type": "pull-wake", "streams": ["sub-fb/1"], "wake_stream": "pool-fb" };
                    }
                    PUT "/v1/stream/sub-fb/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-fb/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-fb/claim" { body = json { "worker": worker }; }
                expect AlreadyClaimed {
                    body = json {
                        "error": {
                            "code": "ALREADY_CLAIMED",
                            "message": _,
                            "current_holder": "worker-1",
                            "generation": 1
                        }
                    };
                }
            }
            /// Without new data, a claim gets 409.
            example claimed_nothing {
                given not content.invalid and subscription.present and not delivery.other and not wake.claimed and work.none {
                    PUT "/v1/stream/pool-fc" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-fc" {
                        body = json { "type": "pull-wake", "streams": ["sub-fc/1"], "wake_stream": "pool-fc" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-fc/claim" { body = json { "worker": "worker-1" }; }
                expect NoPendingWork { body = json { "error": { "code": "NO_PENDING_WORK", "message": _ } }; }
            }
            /// A webhook's wake can't be claimed.
            example claimed_from_a_webhook {
                given not content.invalid and subscription.present and delivery.other {
                    PUT "/v1/stream/__ds/subscriptions/mailer-fd" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-fd/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer-fd/claim" { body = json { "worker": "worker-1" }; }
                expect WrongType { body = json { "error": { "code": "INVALID_REQUEST", "message": _ } }; }
            }
            /// No subscription has the id.
            example claimed_from_none {
                given not content.invalid and subscription.absent;
                send POST "/v1/stream/__ds/subscriptions/runner-fe/claim" { body = json { "worker": "worker-1" }; }
                expect SubscriptionNotFound;
            }
            /// A claim needs the name of the worker.
            example claimed_by_nobody for body in ["", "{}", "{\"worker\":\"\"}", "{\"worker\":7}", "null", "[]", "{"] {
                send POST "/v1/stream/__ds/subscriptions/runner-fe/claim" { body = body; }
                expect InvalidRequest;
            }
            /// A token with only `subscribe` can't claim.
            example claimed_without_permission {
                given Client permits subscribe;
                send POST "/v1/stream/__ds/subscriptions/runner-fe/claim" { body = json { "worker": "worker-1" }; }
                expect Forbidden;
            }
        }
    }
}
