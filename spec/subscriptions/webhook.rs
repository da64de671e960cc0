//! The request that the server sends to webhooks.

macros::part! {
    /// The content of the request to a webhook (§6.4).
    object WebhookNotice {
        subscription_id: SubscriptionId;
        wake_id: WakeId;
        generation: WakeNumber;
        /// In the order of their paths. `done` acknowledges each up to its `tail_offset`.
        streams: [LinkedStream] 0..=1000000;
        callback_url: Url;
        /// Send it as a bearer token with acknowledgments.
        callback_token: WakeToken;
    }

    /// The answer of a webhook.
    object WebhookAnswer {
        /// All that the notice contains was processed.
        done: flag;
    }

    /// Tells a webhook that its subscription has a wake (§6.4). A failed delivery is repeated with the same wake.
    callback webhook = POST {
        request {
            UserAgent = "durable-streams";
            WebhookSignature signs body;
            body json WebhookNotice;
        }

        /// The webhook has the notice. Without `done`, it calls back.
        response Delivered = 200..=299 { body json WebhookAnswer unless malformed ..= limits.webhook_answer; }

        /// All was processed at once.
        example done {
            send {
                WebhookSignature = "t=1795773601,kid=ds_Qx,ed25519=8fJ";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [{
                        "path": "orders/18", "link_type": "glob", "acked_offset": "0000000000000000",
                        "tail_offset": "0000000000000010", "has_pending": true
                        }],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ.8fJ"
                };
            }
            answer 200 { body = json { "done": true }; }
            expect Delivered { body; }
        }
        /// An answer that is not JSON means that the webhook calls back.
        example later {
            send {
                WebhookSignature = "t=1795773601,kid=ds_Qx,ed25519=8fJ";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [{
                        "path": "orders/18", "link_type": "glob", "acked_offset": "0000000000000000",
                        "tail_offset": "0000000000000010", "has_pending": true
                        }],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ.8fJ"
                };
            }
            answer 202 { body = "accepted"; }
            expect Delivered { not body; }
        }
        /// `done` counts only as a boolean.
        example not_quite_done {
            send {
                WebhookSignature = "t=1795773601,kid=ds_Qx,ed25519=8fJ";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [{
                        "path": "orders/18", "link_type": "glob", "acked_offset": "0000000000000000",
                        "tail_offset": "0000000000000010", "has_pending": true
                        }],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ.8fJ"
                };
            }
            answer 200 { body = json { "done": "true" }; }
            expect Delivered { not body; }
        }
        /// A redirect is a failure.
        example redirected {
            send {
                WebhookSignature = "t=1795773601,kid=ds_Qx,ed25519=8fJ";
                body = json {
                    "subscription_id": "mailer",
                    "wake_id": "w_5be1",
                    "generation": 1,
                    "streams": [{
                        "path": "orders/18", "link_type": "glob", "acked_offset": "0000000000000000",
                        "tail_offset": "0000000000000010", "has_pending": true
                        }],
                    "callback_url": "https://ds.example/v1/stream/__ds/subscriptions/mailer/callback",
                    "callback_token": "eyJ.8fJ"
                };
            }
            answer 302;
            expect Other;
        }
    }
}
