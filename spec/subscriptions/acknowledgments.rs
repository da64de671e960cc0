//! Acknowledging as a worker.

macros::part! {
    /// The acknowledgments of a worker that has claimed a wake (§7.3).
    resource Acknowledgments at "/v1/stream/__ds/subscriptions/{id}/ack" with Subscribing,
    SubscriptionBody,
    Holding {
        /// Acknowledges offsets, extends the lease, or ends the wake. In the examples, the token and the id of the wake stand for those in the
        /// response to the claim.
        endpoint acknowledge = POST {
            needs hold;

            request { body json Acknowledgment or {} ..= limits.subscription_body; }
            refuse { acks.invalid => InvalidOffset; }
            answer { subscription.present => Done; }

            /// The offsets are acknowledged, and the lease is extended. With `done`, the wake has ended.
            outcome Done = 200 { CacheControl = NoStore; body json Acknowledged; }

            /// Everything is acknowledged, and the wake ends. `path` can replace `stream`.
            example acknowledged {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced and not acks.invalid {
                    PUT "/v1/stream/pool-ga" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-ga" {
                        body = json { "type": "pull-wake", "streams": ["sub-ga/1"], "wake_stream": "pool-ga" };
                    }
                    PUT "/v1/stream/sub-ga/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-ga/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-ga/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json {
                        "wake_id": "w_000000000000000000000000",
                        "generation": 1,
                        "acks": [{ "path": "sub-ga/1", "offset": "0000000000000003" }],
                        "done": true
                    };
                }
                expect Done { body = json { "ok": true, "next_wake": false }; }
            }
            /// A heartbeat has no acknowledgments. It extends only the lease.
            example alive {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced and not acks.invalid {
                    PUT "/v1/stream/pool-gb" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-gb" {
                        body = json { "type": "pull-wake", "streams": ["sub-gb/1"], "wake_stream": "pool-gb" };
                    }
                    PUT "/v1/stream/sub-gb/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-gb/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-gb/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect Done { body = json { "ok": true, "next_wake": false }; }
            }
            /// With `done`, if data is left, the next wake starts.
            example acknowledged_in_part {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced and not acks.invalid {
                    PUT "/v1/stream/pool-gc" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-gc" {
                        body = json { "type": "pull-wake", "streams": ["sub-gc/1"], "wake_stream": "pool-gc" };
                    }
                    PUT "/v1/stream/sub-gc/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-gc/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-gc/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json {
                        "wake_id": "w_000000000000000000000000",
                        "generation": 1,
                        "acks": [{ "stream": "sub-gc/1", "offset": "0000000000000001" }],
                        "done": true
                    };
                }
                expect Done { body = json { "ok": true, "next_wake": true }; }
            }
            /// If one offset is beyond the tail, none is acknowledged.
            example acknowledged_too_much for offset in ["0000000000000004", "0000000000000255"] {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced and acks.invalid {
                    PUT "/v1/stream/pool-gd" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-gd" {
                        body = json { "type": "pull-wake", "streams": ["sub-gd/1"], "wake_stream": "pool-gd" };
                    }
                    PUT "/v1/stream/sub-gd/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-gd/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-gd/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json {
                        "wake_id": "w_000000000000000000000000",
                        "generation": 1,
                        "acks": [{ "stream": "sub-gd/1", "offset": "0000000000000003" }, { "stream": "sub-gd/1", "offset": offset }]
                    };
                }
                expect InvalidOffset { body = json { "error": { "code": "INVALID_OFFSET", "message": _ } }; }
            }
            /// Only linked streams can be acknowledged.
            example acknowledged_another_stream {
                given not content.invalid and subscription.present and not delivery.other and not wake.fenced and acks.invalid {
                    PUT "/v1/stream/pool-ge" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-ge" {
                        body = json { "type": "pull-wake", "streams": ["sub-ge/1"], "wake_stream": "pool-ge" };
                    }
                    PUT "/v1/stream/sub-ge/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-ge/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-ge/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json {
                        "wake_id": "w_000000000000000000000000",
                        "generation": 1,
                        "acks": [{ "stream": "sub-ge/2", "offset": "0000000000000000" }]
                    };
                }
                expect InvalidOffset;
            }
            /// The id of another wake gets 409.
            example acknowledged_another_wake {
                given not content.invalid and subscription.present and not delivery.other and wake.fenced {
                    PUT "/v1/stream/pool-gf" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-gf" {
                        body = json { "type": "pull-wake", "streams": ["sub-gf/1"], "wake_stream": "pool-gf" };
                    }
                    PUT "/v1/stream/sub-gf/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-gf/claim" { body = json { "worker": "worker-1" }; }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-gf/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_another", "generation": 1 };
                }
                expect WakeFenced { body = json { "error": { "code": "FENCED", "message": _ } }; }
            }
            /// The token of a deleted subscription acknowledges nothing.
            example acknowledged_after_its_end {
                given not content.invalid and subscription.absent {
                    PUT "/v1/stream/pool-gg" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-gg" {
                        body = json { "type": "pull-wake", "streams": ["sub-gg/1"], "wake_stream": "pool-gg" };
                    }
                    PUT "/v1/stream/sub-gg/1" { ContentType = "text/plain"; body = "abc"; }
                    POST "/v1/stream/__ds/subscriptions/runner-gg/claim" { body = json { "worker": "worker-1" }; }
                    DELETE "/v1/stream/__ds/subscriptions/runner-gg";
                }
                send POST "/v1/stream/__ds/subscriptions/runner-gg/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect SubscriptionNotFound;
            }
            /// A webhook can't use this endpoint: 400.
            example acknowledged_a_webhook {
                given not content.invalid and subscription.present and delivery.other {
                    PUT "/v1/stream/__ds/subscriptions/mailer-gh" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-gh/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    PUT "/v1/stream/sub-gh/1" { ContentType = "text/plain"; body = "abc"; }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer-gh/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect WrongType;
            }
            /// Only the token of a wake of this subscription is accepted.
            example acknowledged_with_other_credentials for credentials in ["Bearer secret", "Bearer eyJ.abc", "Basic abc"] {
                given Holder unknown;
                send POST "/v1/stream/__ds/subscriptions/runner-gi/ack" {
                    Authorization = credentials;
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect TokenInvalid { body = json { "error": { "code": "TOKEN_INVALID", "message": _ } }; }
            }
            /// A request without a token gets 401.
            example acknowledged_without_a_token {
                given Holder unknown;
                send POST "/v1/stream/__ds/subscriptions/runner-gi/ack" {
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect TokenInvalid;
            }
            /// If the server can't read its keys, the response is 503.
            example acknowledged_unverified {
                given Holder unverified;
                send POST "/v1/stream/__ds/subscriptions/runner-gi/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json { "wake_id": "w_000000000000000000000000", "generation": 1 };
                }
                expect WakeTokensUnavailable { body = json { "error": { "code": "UNAVAILABLE", "message": _ } }; }
            }
            /// `-1` and `now` can't be acknowledged.
            example acknowledged_no_offset for offset in ["-1", "now", "7"] {
                send POST "/v1/stream/__ds/subscriptions/runner-gi/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = json {
                        "wake_id": "w_000000000000000000000000",
                        "generation": 1,
                        "acks": [{ "stream": "sub-gi/1", "offset": offset }]
                    };
                }
                expect InvalidRequest;
            }
            /// Members of the wrong type, or an acknowledgment without a stream, get 400.
            example acknowledged_nonsense for body in ["{}", "null", "{\"wake_id\":\"w_0\",\"generation\":\"1\"}", "{\"wake_id\":\"w_0\",\"generation\":1,\"done\":\"true\"}", "{\"wake_id\":\"w_0\",\"generation\":1,\"acks\":{}}", "{\"wake_id\":\"w_0\",\"generation\":1,\"acks\":[{\"offset\":\"0000000000000003\"}]}"] {
                send POST "/v1/stream/__ds/subscriptions/runner-gi/ack" {
                    Authorization = "Bearer token.of-the-wake";
                    body = body;
                }
                expect InvalidRequest;
            }
        }
    }
}
