//! Giving a wake back.

macros::part! {
    /// The end of a wake without acknowledgments (§7.3).
    resource Releases at "/v1/stream/__ds/subscriptions/{id}/release" with Subscribing,
    SubscriptionBody,
    Holding {
        /// Gives the wake back. If data is left, the next wake starts.
        endpoint release = POST {
            needs hold;

            request { body json Release or {} ..= limits.subscription_body; }
            answer { subscription.present => Released; }

            /// The wake has ended.
            outcome Released = 204 { CacheControl = NoStore; }

            /// A release ends the wake and moves no cursor.
            example released {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced {
                    PUT "/v1/stream/pool-ha" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-ha" {
                        body = json { "type": "pull-wake", "streams": ["sub-ha/1"], "wake_stream": "pool-ha" };
                    }
                    PUT "/v1/stream/sub-ha/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-ha/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-ha/release" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect Released;
            }
            /// A release with the id of another wake gets 409.
            example released_another_wake {
                given not content.invalid and subscription.present and not delivery.other and wake.fenced {
                    PUT "/v1/stream/pool-hb" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-hb" {
                        body = json { "type": "pull-wake", "streams": ["sub-hb/1"], "wake_stream": "pool-hb" };
                    }
                    PUT "/v1/stream/sub-hb/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-hb/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-hb/release" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_another", "generation": 1 };
                }
                expect WakeFenced;
            }
        }
    }
}
