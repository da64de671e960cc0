//! Linking more streams.

macros::part! {
    /// The explicit links of a subscription (§6.3).
    resource Links at "/v1/stream/__ds/subscriptions/{id}/streams" with Subscribing,
    SubscriptionBody {
        /// Links streams. A stream that exists is linked at its tail, any other at its beginning. A stream that matches the pattern and is not
        /// linked yet is also linked at its beginning. A stream that is linked already keeps its acknowledged offset. The caller needs
        /// `subscribe` for each stream.
        endpoint add = POST {
            needs subscribe;

            request { body json NewLinks or {} ..= limits.subscription_body; }
            refuse {
                streams.forbidden   => NotPermitted;
                subscription.absent => SubscriptionNotFound;
                links.circular      => CircularLink;
                links.full          => TooManyLinks;
            }
            answer { subscription.present => Added; }

            /// The streams are linked.
            outcome Added = 204 { CacheControl = NoStore; }

            /// Linking a stream that is already linked changes nothing.
            example added {
                given not content.invalid and not streams.forbidden and subscription.present and not links.circular and not links.full {
                    PUT "/v1/stream/pool-da" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-da" {
                        body = json { "type": "pull-wake", "streams": ["sub-da/1"], "wake_stream": "pool-da" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-da/streams" {
                    ContentType = "application/json";
                    body = json { "streams": ["sub-da/1", "sub-da/2"] };
                }
                expect Added;
            }
            /// An empty array links nothing and succeeds.
            example added_none {
                given not content.invalid and not streams.forbidden and subscription.present and not links.circular and not links.full {
                    PUT "/v1/stream/__ds/subscriptions/mailer-db" {
                        body = json {
                            "type": "webhook",
                            "pattern": "sub-db/*",
                            "webhook": { "url": "https://app.example/wake" }
                        };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/mailer-db/streams" { body = json { "streams": [] }; }
                expect Added;
            }
            /// A wake stream can't be linked.
            example added_wakes {
                given not content.invalid and not streams.forbidden and subscription.present and links.circular {
                    PUT "/v1/stream/pool-dc" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-dc" {
                        body = json { "type": "pull-wake", "streams": ["sub-dc/1"], "wake_stream": "pool-dc" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-dc/streams" { body = json { "streams": ["pool-dc"] }; }
                expect CircularLink;
            }
            /// At the limit `links`, the response is 429.
            example added_too_many {
                given limits.links = 1;
                given not content.invalid and not streams.forbidden and subscription.present and not links.circular and links.full {
                    PUT "/v1/stream/pool-dd" { ContentType = "application/json"; }
                    PUT "/v1/stream/__ds/subscriptions/runner-dd" {
                        body = json { "type": "pull-wake", "streams": ["sub-dd/1"], "wake_stream": "pool-dd" };
                    }
                }
                send POST "/v1/stream/__ds/subscriptions/runner-dd/streams" { body = json { "streams": ["sub-dd/2"] }; }
                expect TooManyLinks;
            }
            /// No subscription has the id.
            example added_to_none {
                given not content.invalid and not streams.forbidden and subscription.absent;
                send POST "/v1/stream/__ds/subscriptions/mailer-de/streams" { body = json { "streams": ["sub-de/1"] }; }
                expect SubscriptionNotFound;
            }
            /// A token with only `claim` can't link streams.
            example added_without_permission {
                given Client permits claim;
                send POST "/v1/stream/__ds/subscriptions/mailer-de/streams" { body = json { "streams": ["sub-de/1"] }; }
                expect Forbidden;
            }
            /// A body with another media type than JSON gets 415.
            example added_text {
                given not content.invalid;
                send POST "/v1/stream/__ds/subscriptions/mailer-de/streams" {
                    ContentType = "text/plain";
                    body = json { "streams": [] };
                }
                expect NotJson;
            }
            /// A path that no stream can have gets 400.
            example added_no_path for path in ["/", "__ds/a", "../a"] {
                given content.invalid;
                send POST "/v1/stream/__ds/subscriptions/mailer-de/streams" { body = json { "streams": [path] }; }
                expect InvalidContent;
            }
            /// `streams` must be an array of non-empty strings.
            example added_no_array for body in ["", "null", "{}", "{\"streams\":\"a\"}", "{\"streams\":[7]}", "{\"streams\":[\"\"]}"] {
                send POST "/v1/stream/__ds/subscriptions/mailer-de/streams" { body = body; }
                expect InvalidRequest;
            }
        }
    }
}
