//! Removing a link.

macros::part! {
    /// An explicit link of a subscription (§6.3).
    resource ExplicitLink at "/v1/stream/__ds/subscriptions/{id}/streams/{path..}" with Subscribing {
        path path: segments 1..=3072;

        /// Removes an explicit link, if there is one. A stream that matches the pattern stays linked. The slashes of the path can be escaped.
        endpoint remove = DELETE {
            needs subscribe;

            refuse { subscription.absent => SubscriptionNotFound; }
            answer { subscription.present => Removed; }

            /// The stream is not linked explicitly any more.
            outcome Removed = 204 { CacheControl = NoStore; }

            /// The slashes of the path are escaped.
            example removed {
                given not content.invalid and subscription.present {
                    PUT "/v1/stream/pool-ea" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-ea" {
                        body = json { "type": "pull-wake", "streams": ["sub-ea/1"], "wake_stream": "pool-ea" };
                    }
                }
                send DELETE "/v1/stream/__ds/subscriptions/runner-ea/streams/sub-ea%2F1";
                expect Removed;
            }
            /// Removing a link that does not exist succeeds.
            example removed_nothing {
                given not content.invalid and subscription.present {
                    PUT "/v1/stream/__ds/subscriptions/mailer-eb" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-eb/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send DELETE "/v1/stream/__ds/subscriptions/mailer-eb/streams/sub-eb/1";
                expect Removed;
            }
            /// No subscription has the id.
            example removed_from_none {
                given not content.invalid and subscription.absent;
                send DELETE "/v1/stream/__ds/subscriptions/mailer-ec/streams/a";
                expect SubscriptionNotFound;
            }
        }
    }
}
