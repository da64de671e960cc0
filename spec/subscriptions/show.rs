//! Reading a subscription.

macros::part! {
    /// Returns the subscription (§6.2).
    endpoint show = GET {
        needs subscribe;

        refuse { subscription.absent => SubscriptionNotFound; }
        answer { subscription.present => Shown; }

        /// The subscription as it is now.
        outcome Shown = 200 { CacheControl = NoStore; body json Subscription; }

        /// Links are in the order of their paths.
        example shown {
            given not content.invalid and subscription.present {
                PUT "/v1/stream/pool-ba" { ContentType = "application/json"; }
                PUT "/v1/stream/__ds/subscriptions/runner-ba" {
                    body = json { "type": "pull-wake", "streams": ["sub-ba/1"], "wake_stream": "pool-ba" };
                }
                POST "/v1/stream/__ds/subscriptions/runner-ba/streams" { body = json { "streams": ["sub-ba/2"] }; }
            }
            send GET "/v1/stream/__ds/subscriptions/runner-ba";
            expect Shown {
                body = json {
                    "id": "runner-ba",
                    "subscription_id": "runner-ba",
                    "type": "pull-wake",
                    "streams": [{ "path": "sub-ba/1", "link_type": "explicit", "acked_offset": "0000000000000000" }, { "path": "sub-ba/2", "link_type": "explicit", "acked_offset": "0000000000000000" }],
                    "wake_stream": "pool-ba",
                    "lease_ttl_ms": 30000,
                    "created_at": _,
                    "status": "active",
                    "generation": 0,
                    "phase": "idle",
                    "retry_count": 0
                };
            }
        }
        /// The worker that has claimed the wake is shown.
        example shown_with_its_holder {
            given not content.invalid and subscription.present {
                PUT "/v1/stream/pool-bb" { ContentType = "application/json"; }
                PUT "/v1/stream/__ds/subscriptions/runner-bb" {
                    body = json { "type": "pull-wake", "streams": ["sub-bb/1"], "wake_stream": "pool-bb" };
                }
                PUT "/v1/stream/sub-bb/1" { ContentType = "text/plain"; body = "abc"; }
                POST "/v1/stream/__ds/subscriptions/runner-bb/claim" { body = json { "worker": "worker-1" }; }
            }
            send GET "/v1/stream/__ds/subscriptions/runner-bb";
            expect Shown {
                body = json {
                    "id": "runner-bb",
                    "subscription_id": "runner-bb",
                    "type": "pull-wake",
                    "streams": [{ "path": "sub-bb/1", "link_type": "explicit", "acked_offset": "0000000000000000" }],
                    "wake_stream": "pool-bb",
                    "lease_ttl_ms": 30000,
                    "created_at": _,
                    "status": "active",
                    "generation": 1,
                    "phase": "held",
                    "holder": "worker-1",
                    "lease_until": _,
                    "retry_count": 0
                };
            }
        }
        /// No subscription has the id.
        example shown_none {
            given not content.invalid and subscription.absent;
            send GET "/v1/stream/__ds/subscriptions/nobody";
            expect SubscriptionNotFound {
                body = json { "error": { "code": "SUBSCRIPTION_NOT_FOUND", "message": _ } };
            }
        }
        /// A deleted subscription does not exist.
        example shown_after_its_end {
            given not content.invalid and subscription.absent {
                PUT "/v1/stream/__ds/subscriptions/mailer-bc" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-bc/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
                DELETE "/v1/stream/__ds/subscriptions/mailer-bc";
            }
            send GET "/v1/stream/__ds/subscriptions/mailer-bc";
            expect SubscriptionNotFound;
        }
        /// Dot segments and invalid escapes get 400.
        example malformed_id for path in ["/v1/stream/__ds/subscriptions/%2e%2e", "/v1/stream/__ds/subscriptions/%zz"] {
            send GET path;
            expect InvalidRequest;
        }
        /// If storage does not respond, the request fails.
        example shown_unheard {
            given failure;
            send GET "/v1/stream/__ds/subscriptions/mailer-bd";
            expect NotAvailable { body = json { "error": { "code": "UNAVAILABLE", "message": _ } }; }
        }
    }
}
