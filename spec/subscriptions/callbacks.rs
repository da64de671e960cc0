//! Acknowledging as a webhook.

macros::part! {
    /// The acknowledgments of a webhook (§6.4).
    resource Callbacks at "/v1/stream/__ds/subscriptions/{id}/callback" with Subscribing,
    SubscriptionBody,
    Holding {
        /// Acknowledges offsets, extends the lease, or ends the wake. In the examples, the token and the id of the wake stand for those in the
        /// request to the webhook.
        endpoint call_back = POST {
            needs hold;

            request { body json Acknowledgment or {} ..= limits.subscription_body; }
            refuse { acks.invalid => InvalidOffset; }
            answer { subscription.present => Done; }

            /// The offsets are acknowledged, and the lease is extended. With `done`, the wake has ended.
            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }

            /// The webhook acknowledges everything and ends the wake.
            example called_back {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced and not acks.invalid {
                    PUT "/v1/stream/__ds/subscriptions/mailer-ja" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-ja/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    PUT "/v1/stream/sub-ja/1" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer-ja/callback" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json {
                        "wake_id": "w_000000000000000000000000",
                        "generation": 1,
                        "acks": [{ "stream": "sub-ja/1", "offset": "0000000000000003" }],
                        "done": true
                    };
                }
                expect Done { body = json { "ok": true, "next_wake": false }; }
            }
            /// An offset beyond the tail gets 409.
            example called_back_too_much {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced and acks.invalid {
                    PUT "/v1/stream/__ds/subscriptions/mailer-jb" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-jb/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    PUT "/v1/stream/sub-jb/1" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer-jb/callback" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json {
                        "wake_id": "w_000000000000000000000000",
                        "generation": 1,
                        "acks": [{ "stream": "sub-jb/1", "offset": "0000000000000004" }]
                    };
                }
                expect InvalidOffset;
            }
            /// The id of another wake gets 409.
            example called_back_another_wake {
                given not content.invalid and subscription.present and not delivery.other and wake.fenced {
                    PUT "/v1/stream/__ds/subscriptions/mailer-jc" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-jc/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    PUT "/v1/stream/sub-jc/1" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer-jc/callback" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_another", "generation": 1 };
                }
                expect WakeFenced;
            }
            /// A `pull-wake` subscription has no callbacks: 400.
            example called_back_as_a_worker {
                given not content.invalid and subscription.present and delivery.other {
                    PUT "/v1/stream/pool-jd" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-jd" {
                        body = json { "type": "pull-wake", "streams": ["sub-jd/1"], "wake_stream": "pool-jd" };
                    }
                    PUT "/v1/stream/sub-jd/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-jd/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-jd/callback" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect WrongType;
            }
        }
    }
}
