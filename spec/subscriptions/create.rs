//! Creating a subscription.

macros::part! {
    /// Creates a subscription, or confirms that it exists with this configuration (§6.2). The caller needs `subscribe` for each stream of the
    /// body and for all that the pattern can match, and `append` for the wake stream.
    endpoint create = PUT {
        needs subscribe;

        request {
            ContentType or Json;
            body json NewSubscription or {} ..= limits.subscription_body;
        }
        refuse {
            not ContentType is Json                      => NotJson;
            streams.forbidden                            => NotPermitted;
            url.rejected                                 => UrlRejected;
            origin.unknown                               => OriginUnknown;
            subscription.present and configuration.other => AlreadyExists;
            subscription.absent and wake_stream.unusable => WakeStreamUnusable;
            subscription.absent and subscriptions.full   => TooManySubscriptions;
            subscription.absent and links.full           => TooManyLinks;
            subscription.absent and links.circular       => CircularLink;
        }
        answer {
            subscription.absent  => Created;
            subscription.present => Confirmed;
        }

        /// The subscription was created.
        outcome Created = 201 { CacheControl = NoStore; body json Subscription; }
        /// The subscription exists with this configuration. Nothing was changed.
        outcome Confirmed = 200 { CacheControl = NoStore; body json Subscription; }
        /// The URL of the webhook is not allowed. The message contains the rule (§6.6).
        outcome UrlRejected = 400 error WebhookUrlRejected(message) { CacheControl = NoStore; }
        /// Webhooks can't call back, because the operator has not configured the public URL of the server.
        outcome OriginUnknown = 400 error InvalidRequest { CacheControl = NoStore; }
        /// A subscription with another configuration has this id.
        outcome AlreadyExists = 409 error SubscriptionAlreadyExists { CacheControl = NoStore; }
        /// The wake stream must exist, be open, and contain JSON. The application creates it.
        outcome WakeStreamUnusable = 400 error InvalidWakeStream { CacheControl = NoStore; }
        /// The server has too many subscriptions.
        outcome TooManySubscriptions = 429 error TooManySubscriptions { CacheControl = NoStore; }

        /// Streams that exist are linked at their tails.
        example created {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and not wake_stream.unusable and not subscriptions.full and not links.full and not links.circular {
                PUT "/v1/stream/sub-aa/17" { ContentType = "text/plain"; body = "abc"; }
                PUT "/v1/stream/other/1" { ContentType = "text/plain"; body = "abc"; }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-aa" {
                ContentType = "application/json";
                body = json {
                    "type": "webhook",
                    "pattern": "sub-aa/*",
                    "webhook": { "url": "https://app.example/wake" },
                    "lease_ttl_ms": 20000
                };
            }
            expect Created {
                body = json {
                    "id": "mailer-aa",
                    "subscription_id": "mailer-aa",
                    "type": "webhook",
                    "pattern": "sub-aa/*",
                    "streams": [{ "path": "sub-aa/17", "link_type": "glob", "acked_offset": "0000000000000003" }],
                    "webhook": {
                        "url": "https://app.example/wake",
                        "signing": { "alg": "ed25519", "kid": _, "jwks_url": _ }
                    },
                    "wake_stream": null,
                    "lease_ttl_ms": 20000,
                    "created_at": _,
                    "status": "active",
                    "generation": 0,
                    "phase": "idle",
                    "retry_count": 0
                };
            }
        }
        /// A stream that does not exist is linked at its beginning. Duplicates and slashes around paths do not count.
        example created_for_workers {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and not wake_stream.unusable and not subscriptions.full and not links.full and not links.circular {
                PUT "/v1/stream/pool-ab" { ContentType = "application/json"; }
            }
            send PUT "/v1/stream/__ds/subscriptions/runner-ab%3A1" {
                body = json {
                    "type": "pull-wake",
                    "streams": ["sub-ab/1", "/sub-ab/1/"],
                    "wake_stream": "pool-ab",
                    "description": "jobs"
                };
            }
            expect Created {
                body = json {
                    "id": "runner-ab:1",
                    "subscription_id": "runner-ab:1",
                    "type": "pull-wake",
                    "streams": [{ "path": "sub-ab/1", "link_type": "explicit", "acked_offset": "0000000000000000" }],
                    "wake_stream": "pool-ab",
                    "lease_ttl_ms": 30000,
                    "created_at": _,
                    "status": "active",
                    "description": "jobs",
                    "generation": 0,
                    "phase": "idle",
                    "retry_count": 0
                };
            }
        }
        /// The same configuration confirms the subscription, even if links were removed since. The order of streams does not count.
        example confirmed {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and not configuration.other {
                PUT "/v1/stream/pool-ac" { ContentType = "application/json"; }
                PUT "/v1/stream/__ds/subscriptions/runner-ac" {
                    body = json { "type": "pull-wake", "streams": ["sub-ac/1", "sub-ac/2"], "wake_stream": "pool-ac" };
                }
                DELETE "/v1/stream/__ds/subscriptions/runner-ac/streams/sub-ac/2";
            }
            send PUT "/v1/stream/__ds/subscriptions/runner-ac" {
                body = json {
                    "type": "pull-wake",
                    "streams": ["sub-ac/2", "sub-ac/1"],
                    "wake_stream": "pool-ac",
                    "lease_ttl_ms": 30000
                };
            }
            expect Confirmed {
                body = json {
                    "id": "runner-ac",
                    "subscription_id": "runner-ac",
                    "type": "pull-wake",
                    "streams": [{ "path": "sub-ac/1", "link_type": "explicit", "acked_offset": "0000000000000000" }],
                    "wake_stream": "pool-ac",
                    "lease_ttl_ms": 30000,
                    "created_at": _,
                    "status": "active",
                    "generation": 0,
                    "phase": "idle",
                    "retry_count": 0
                };
            }
        }
        /// A webhook has no wake stream. One in the request is ignored.
        example ignored_wake_stream {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and not configuration.other {
                PUT "/v1/stream/__ds/subscriptions/mailer-ad" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-ad/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-ad" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-ad/*",
                    "webhook": { "url": "https://app.example/wake" },
                    "wake_stream": "pool"
                };
            }
            expect Confirmed;
        }
        /// A different pattern conflicts with the existing configuration.
        example other_pattern for pattern in ["sub-ae/**", "Sub-ae/*", "sub-ae/%2A"] {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and configuration.other {
                PUT "/v1/stream/__ds/subscriptions/mailer-ae" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-ae/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-ae" {
                body = json { "type": "webhook", "pattern": pattern, "webhook": { "url": "https://app.example/wake" } };
            }
            expect AlreadyExists {
                body = json { "error": { "code": "SUBSCRIPTION_ALREADY_EXISTS", "message": _ } };
            }
        }
        /// A different URL conflicts with the existing configuration.
        example other_url for url in ["https://app.example/woken", "https://app.example:444/wake"] {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and configuration.other {
                PUT "/v1/stream/__ds/subscriptions/mailer-af" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-af/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-af" {
                body = json { "type": "webhook", "pattern": "sub-af/*", "webhook": { "url": url } };
            }
            expect AlreadyExists;
        }
        /// Different streams conflict with the existing configuration.
        example other_streams {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and configuration.other {
                PUT "/v1/stream/__ds/subscriptions/mailer-ag" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-ag/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-ag" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-ag/*",
                    "streams": ["sub-ag/1"],
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect AlreadyExists;
        }
        /// A different lease conflicts with the existing configuration.
        example other_lease {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and configuration.other {
                PUT "/v1/stream/__ds/subscriptions/mailer-ah" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-ah/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-ah" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-ah/*",
                    "lease_ttl_ms": 1000,
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect AlreadyExists;
        }
        /// A different description conflicts with the existing configuration. An empty description differs from none.
        example other_description for description in ["", "jobs"] {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and configuration.other {
                PUT "/v1/stream/__ds/subscriptions/mailer-ai" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-ai/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-ai" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-ai/*",
                    "description": description,
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect AlreadyExists;
        }
        /// A different type conflicts, whether or not the wake stream exists.
        example other_type {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.present and configuration.other {
                PUT "/v1/stream/__ds/subscriptions/mailer-aj" {
                    body = json {
                        "type": "webhook",
                        "pattern": "sub-aj/*",
                        "webhook": { "url": "https://app.example/wake" }
                    };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-aj" {
                body = json { "type": "pull-wake", "pattern": "sub-aj/*", "wake_stream": "pool-aj" };
            }
            expect AlreadyExists;
        }
        /// Each segment of a pattern is a wildcard, or a segment that a path can have. A pattern without segments counts as none.
        example invalid_pattern for pattern in ["__ds/*", "%5F%5Fds", "a/../b", "a//b", "%zz", "/"] {
            given content.invalid;
            send PUT "/v1/stream/__ds/subscriptions/mailer-ak" {
                body = json { "type": "webhook", "pattern": pattern, "webhook": { "url": "https://app.example/wake" } };
            }
            expect InvalidContent { body = json { "error": { "code": "INVALID_REQUEST", "message": _ } }; }
        }
        /// A path that no stream can have gets 400.
        example invalid_path for path in ["/", "__ds/a", "../a", "a//b"] {
            given content.invalid;
            send PUT "/v1/stream/__ds/subscriptions/mailer-ak" {
                body = json { "type": "webhook", "streams": [path], "webhook": { "url": "https://app.example/wake" } };
            }
            expect InvalidContent;
        }
        /// Naming the subscription's own wake stream gets 400.
        example own_wakes {
            given content.invalid;
            send PUT "/v1/stream/__ds/subscriptions/runner-ak" {
                body = json { "type": "pull-wake", "streams": ["pool-ak"], "wake_stream": "pool-ak" };
            }
            expect InvalidContent;
        }
        /// An id that contains `/` gets 400.
        example invalid_id {
            given content.invalid;
            send PUT "/v1/stream/__ds/subscriptions/a%2Fb" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-ak/*",
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect InvalidContent;
        }
        /// Without `append` for the wake stream, the response is 403.
        example without_permission {
            given Client permits subscribe;
            given streams.forbidden and not content.invalid;
            send PUT "/v1/stream/__ds/subscriptions/runner-al" {
                body = json { "type": "pull-wake", "streams": ["sub-al/1"], "wake_stream": "pool-al" };
            }
            expect NotPermitted { body = json { "error": { "code": "FORBIDDEN", "message": _ } }; }
        }
        /// A URL must use `https` and a public host.
        example rejected_url for url in ["http://10.0.0.1/hook", "http://app.example/", "https://router.local/", "https://167772161/", "app"] {
            given url.rejected and not content.invalid and not streams.forbidden;
            send PUT "/v1/stream/__ds/subscriptions/mailer-am" {
                body = json { "type": "webhook", "pattern": "sub-am/*", "webhook": { "url": url } };
            }
            expect UrlRejected { body = json { "error": { "code": "WEBHOOK_URL_REJECTED", "message": _ } }; }
        }
        /// If the server has no public URL, webhooks can't be created.
        example unknown_origin {
            given not content.invalid and not streams.forbidden and not url.rejected and origin.unknown;
            send PUT "/v1/stream/__ds/subscriptions/mailer-an" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-an/*",
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect OriginUnknown { body = json { "error": { "code": "INVALID_REQUEST", "message": _ } }; }
        }
        /// A wake stream that does not exist gets 400.
        example no_wake_stream {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and wake_stream.unusable;
            send PUT "/v1/stream/__ds/subscriptions/runner-ao" {
                body = json { "type": "pull-wake", "streams": ["sub-ao/1"], "wake_stream": "pool-ao" };
            }
            expect WakeStreamUnusable { body = json { "error": { "code": "INVALID_WAKE_STREAM", "message": _ } }; }
        }
        /// A wake stream that does not contain JSON gets 400.
        example text_as_wake_stream {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and wake_stream.unusable {
                PUT "/v1/stream/pool-ap" { ContentType = "text/plain"; }
            }
            send PUT "/v1/stream/__ds/subscriptions/runner-ap" {
                body = json { "type": "pull-wake", "streams": ["sub-ap/1"], "wake_stream": "pool-ap" };
            }
            expect WakeStreamUnusable;
        }
        /// The wake stream of another subscription can't be linked.
        example wakes_of_others {
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and not wake_stream.unusable and not subscriptions.full and not links.full and links.circular {
                PUT "/v1/stream/pool-aq" { ContentType = "application/json"; }
                PUT "/v1/stream/__ds/subscriptions/runner-aq" {
                    body = json { "type": "pull-wake", "streams": ["sub-aq/1"], "wake_stream": "pool-aq" };
                }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-aq" {
                body = json {
                    "type": "webhook",
                    "streams": ["pool-aq"],
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect CircularLink { body = json { "error": { "code": "INVALID_REQUEST", "message": _ } }; }
        }
        /// At the limit `links`, the response is 429.
        example too_many_links {
            given limits.links = 1;
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and not wake_stream.unusable and not subscriptions.full and links.full;
            send PUT "/v1/stream/__ds/subscriptions/mailer-ar" {
                body = json {
                    "type": "webhook",
                    "streams": ["sub-ar/1", "sub-ar/2"],
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect TooManyLinks { body = json { "error": { "code": "TOO_MANY_LINKS", "message": _ } }; }
        }
        /// At the limit `compared_streams`, the response is 429.
        example too_many_streams {
            given limits.compared_streams = 1;
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and not wake_stream.unusable and not subscriptions.full and links.full {
                PUT "/v1/stream/sub-av/1" { ContentType = "text/plain"; }
                PUT "/v1/stream/sub-av/2" { ContentType = "text/plain"; }
            }
            send PUT "/v1/stream/__ds/subscriptions/mailer-av" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-av/*/3",
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect TooManyLinks;
        }
        /// At the limit `subscriptions`, the response is 429.
        example too_many_subscriptions {
            given limits.subscriptions = 0;
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and not wake_stream.unusable and subscriptions.full;
            send PUT "/v1/stream/__ds/subscriptions/mailer-as" {
                body = json {
                    "type": "webhook",
                    "streams": ["sub-as/1"],
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect TooManySubscriptions {
                body = json { "error": { "code": "TOO_MANY_SUBSCRIPTIONS", "message": _ } };
            }
        }
        /// At the limit `patterns`, the response is 429.
        example too_many_patterns {
            given limits.patterns = 0;
            given not content.invalid and not streams.forbidden and not url.rejected and not origin.unknown and subscription.absent and not wake_stream.unusable and subscriptions.full;
            send PUT "/v1/stream/__ds/subscriptions/mailer-at" {
                body = json {
                    "type": "webhook",
                    "pattern": "sub-at/*",
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect TooManySubscriptions;
        }
        /// A body with another media type than JSON gets 415.
        example wrong_media_type {
            given not content.invalid;
            send PUT "/v1/stream/__ds/subscriptions/mailer-au" {
                ContentType = "text/plain";
                body = json {
                    "type": "webhook",
                    "pattern": "sub-au/*",
                    "webhook": { "url": "https://app.example/wake" }
                };
            }
            expect NotJson { body = json { "error": { "code": "UNSUPPORTED_MEDIA_TYPE", "message": _ } }; }
        }
        /// A missing body counts as an empty object, which has no type.
        example without_a_body {
            send PUT "/v1/stream/__ds/subscriptions/mailer-au";
            expect InvalidRequest {
                body = json { "error": { "code": "INVALID_REQUEST", "message": _, "violations": _ } };
            }
        }
        /// A webhook has a URL, a pull-wake subscription has a wake stream, and each has a pattern or streams.
        example malformed_subscription for body in ["null", "[]", "{", "{\"type\":\"webhook\",\"pattern\":\"a\"}", "{\"type\":\"pull-wake\",\"pattern\":\"a\"}", "{\"type\":\"pull-wake\",\"wake_stream\":\"b\",\"streams\":[]}"] {
            send PUT "/v1/stream/__ds/subscriptions/mailer-au" { body = body; }
            expect InvalidRequest;
        }
        /// A lease must be 1 second to 10 minutes.
        example malformed_lease for body in ["{\"type\":\"pull-wake\",\"pattern\":\"a\",\"wake_stream\":\"b\",\"lease_ttl_ms\":999}", "{\"type\":\"pull-wake\",\"pattern\":\"a\",\"wake_stream\":\"b\",\"lease_ttl_ms\":600001}", "{\"type\":\"pull-wake\",\"pattern\":\"a\",\"wake_stream\":\"b\",\"lease_ttl_ms\":1000.5}"] {
            send PUT "/v1/stream/__ds/subscriptions/mailer-au" { body = body; }
            expect InvalidRequest;
        }
        /// A body above the limit gets 413.
        example too_large {
            given limits.subscription_body = 2 B;
            send PUT "/v1/stream/__ds/subscriptions/mailer-au" { body = "{  }"; }
            expect RequestTooLarge { body = json { "error": { "code": "REQUEST_TOO_LARGE", "message": _ } }; }
        }
        /// A body that stops arriving gets 408.
        example stalled {
            given body.stalled;
            send PUT "/v1/stream/__ds/subscriptions/mailer-au" { body = json {}; }
            expect RequestStalled;
        }
        /// A token with every operation except `subscribe` gets 403.
        example not_with_other_permissions {
            given Client permits create, fork, append, close, read, delete, list, claim, observe, admin;
            send PUT "/v1/stream/__ds/subscriptions/mailer-au";
            expect Forbidden;
        }
    }
}
