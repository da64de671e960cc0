//! The request that the server sends to webhooks.

macros::part! {
    /// The body of a request to a webhook (§6.4).
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

    /// The response of a webhook.
    object WebhookAnswer {
        /// The receiver has processed everything in the request.
        done: flag;
    }

    /// Notifies a webhook of a wake (§6.4). A failed delivery is retried with the same wake.
    callback webhook = POST {
        request {
            UserAgent = "durable-streams";
            WebhookSignature signs body;
            body json WebhookNotice;
        }

        /// The webhook received the request. Without `done`, it calls back later.
        response Delivered = 200..=299 { body json WebhookAnswer unless malformed ..= limits.webhook_answer; }

        /// The receiver has processed everything before it responds.
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
        /// A success whose body is not JSON means that the receiver calls back.
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
        /// `done` must be a boolean; otherwise it is ignored.
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
