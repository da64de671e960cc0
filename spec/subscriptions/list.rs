//! Finding subscriptions.

macros::part! {
    /// All subscriptions. Server extension.
    resource Subscriptions at "/v1/stream/__ds/subscriptions" {
        errors FailedRequest;
        other methods => NoSuchMethod;

        refuse {
            malformed => InvalidRequest;
            failure   => NotAvailable;
        }

        /// Lists subscriptions in the order of the bytes of their ids. Only those are listed for which the caller has `subscribe`: for each stream
        /// that the subscription was created with, and for all that its pattern can match.
        endpoint list_subscriptions = GET {
            needs subscribe;

            request {
                Prefix?;
                After?;
                Limit or 100;
            }
            answer { always => ListedSubscriptions; }

            /// A page of the list.
            outcome ListedSubscriptions = 200 { CacheControl = NoStore; body json SubscriptionListing; }

            /// A subscription is listed with its state.
            example listed_subscription {
                given not failure {
                    PUT "/v1/stream/__ds/subscriptions/mailer-ka" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-ka/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send GET "/v1/stream/__ds/subscriptions" { Prefix = "mailer-k"; }
                expect ListedSubscriptions {
                    body = json {
                        "subscriptions": [{
                            "id": "mailer-ka", "type": "webhook", "phase": "idle", "status": "active", "retry_count": 0,
                            "created_at": _
                            }],
                        "next": null
                    };
                }
            }
            /// `next` is the id after which the next page begins.
            example listed_subscriptions_in_pages {
                given not failure {
                    PUT "/v1/stream/__ds/subscriptions/mailer-la" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-la/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    PUT "/v1/stream/__ds/subscriptions/mailer-lb" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-lb/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send GET "/v1/stream/__ds/subscriptions" { Prefix = "mailer-l"; Limit = "1"; }
                expect ListedSubscriptions {
                    body = json {
                        "subscriptions": [{
                            "id": "mailer-la", "type": _, "phase": _, "status": _, "retry_count": _, "created_at": _
                            }],
                        "next": "mailer-la"
                    };
                }
            }
            /// The next page has greater ids.
            example listed_subscriptions_after_an_id {
                given not failure {
                    PUT "/v1/stream/__ds/subscriptions/mailer-ma" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-ma/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                    PUT "/v1/stream/__ds/subscriptions/mailer-mb" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-mb/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send GET "/v1/stream/__ds/subscriptions" { Prefix = "mailer-m"; After = "mailer-ma"; }
                expect ListedSubscriptions {
                    body = json {
                        "subscriptions": [{
                            "id": "mailer-mb", "type": _, "phase": _, "status": _, "retry_count": _, "created_at": _
                            }],
                        "next": null
                    };
                }
            }
            /// `limit` must be 1 to 1,000.
            example listed_too_many for limit in ["0", "1001", "all"] {
                send GET "/v1/stream/__ds/subscriptions" { Limit = limit; }
                expect InvalidRequest;
            }
            /// A token without `subscribe` gets 403.
            example listed_without_permission {
                given Client permits list, read, claim;
                send GET "/v1/stream/__ds/subscriptions";
                expect Forbidden;
            }
            /// If storage does not respond, the request fails.
            example listed_unheard {
                given failure;
                send GET "/v1/stream/__ds/subscriptions";
                expect NotAvailable;
            }
        }
    }
}
