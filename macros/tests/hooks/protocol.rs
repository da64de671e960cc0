// Included where it is compiled: plainly, and where names mean other things than they should.

::macros::protocol! {
    /// Hooks: who is told of what, as JSON.
    protocol Hooks {
        problems = "urn:hooks:";
    }

    limits {
        /// Maximum size of a hook.
        hook = 4 KiB;
    }

    /// A position in a feed.
    offset Mark {
        format = decimal[16];
    }

    media Feed = "text/event-stream";
    media Keys = "application/jwk-set+json";

    /// How a hook is told.
    value Kind = one_of {
        /// By a request.
        Call = "call",
        /// By a message in a feed.
        Message = "message",
        /// Not at all.
        Silent = "silent",
    };
    /// Name of a feed, or a pattern for them.
    value Pattern = text 1..=16;
    /// Text for people.
    value Note = unicode 0..=12;
    /// Seconds.
    value Seconds = u53 1..=600;
    /// A count.
    value Count = u53;

    header ContentType = "content-type": media_type;
    header RetryAfter = "retry-after": u53;
    query Live = "live": one_of { Events = "events" };

    fact hook.absent;
    fact url.rejected;

    /// A hook as a client declares it.
    object NewHook {
        /// How it is told.
        type: Kind;
        pattern: Pattern?;
        /// Names of feeds.
        feeds: [Pattern] 0..=3?;
        note: Note or null;
        /// Time to answer.
        patience: Seconds or 30;
        /// Whether it begins at once.
        starts: boolean or true;
        urgent: flag;
        greeting: Note or "hello";
        fallback: Kind or Silent;
        since: Mark?;
        until: timestamp?;
        labels: map Note 0..=2?;
        extra: json?;
        total: Count as text?;
        twin: path_to Hook?;
        remarks: Note? or null;
        serial_no = "serialNo": Count?;
        at_least_one { pattern, feeds }
        at_most_one { since, until }
        all_or_none { total, twin }
        /// A hook that is called.
        when type is Call {
            /// Where.
            target: Target;
            retries: Count or 3;
        }
        when type is Message { feed: Pattern; members: [Pattern] 1..=2?; }
        unknown refused;
    }

    /// Where a hook is called.
    object Target {
        url: Pattern;
        /// Targets to try next.
        next: [Target] 0..=2 or null;
    }

    /// A hook as the server shows it.
    object Hook {
        id: Note;
        type: Kind;
        created: timestamp;
        mark: Mark;
        self_path: path_to Hook;
        total: Count as text;
        patience: Seconds;
        urgent: flag;
        feeds: [Link] 0..=1000;
        note: Note? or null;
        when type is Call { target: Target; }
    }

    /// A feed of a hook.
    object Link { name: Pattern; pending: boolean; }

    /// Acknowledgement.
    object Ack {
        acks: [Link] 0..=100?;
        exactly: Count?;
        roughly: Count?;
        exactly_one { exactly, roughly }
    }

    /// Public keys.
    object KeySet { keys: [json] 0..=9; }

    events News {
        event Told = "told": json {
            type: Kind;
            nextMark: Mark;
            times: Count;
            total: Count as text?;
            by: Note or null;
            last: flag;
            when type is Message { feed: Pattern; }
        }
    }

    /// Nothing is here.
    outcome Nowhere = 404 problem "nowhere";
    /// This can't be done here.
    outcome WrongMethod = 405 problem "wrong-method";
    /// The request is malformed.
    outcome BadRequest = 400 problem "bad-request";
    /// Ask again.
    outcome Unavailable = 503 problem "unavailable" { RetryAfter = 1; }
    /// The body is too long.
    outcome TooLong = 413 problem "too-long" about body;
    /// There is no such hook.
    outcome Missing = 404 problem "missing";
    /// Such a target is not called.
    outcome Rejected = 400 problem "rejected" about body;

    unrouted {
        path   => Nowhere;
        method => WrongMethod;

        /// Hooks are elsewhere.
        example elsewhere {
            send GET "/feeds";
            expect Nowhere;
        }
        /// Hooks have no such method.
        example other_method {
            send PATCH "/hooks/a";
            expect WrongMethod;
        }
    }

    /// A hook.
    resource Hook at "/hooks/{name}" {
        path name: segments 1..=12;

        refuse {
            body.too_large => TooLong;
            malformed      => BadRequest;
            failure        => Unavailable;
        }

        /// Creates a hook.
        endpoint create = PUT {
            request { ContentType?; body json NewHook ..= limits.hook; }
            refuse { url.rejected => Rejected; }
            answer {
                hook.absent     => Created;
                not hook.absent => Confirmed;
            }

            outcome Created = 201 { body json Hook; }
            outcome Confirmed = 200 { body json Hook; }

            /// A hook that is called.
            example created {
                given hook.absent and not url.rejected;
                send PUT "/hooks/a" {
                    ContentType = "application/json";
                    body = json {
                        "type": "call",
                        "pattern": "a*",
                        "note": null,
                        "target": { "url": "x", "next": [{ "url": "y", "next": null }] },
                    };
                }
                expect Created {
                    body = json {
                        "id": "a",
                        "type": "call",
                        "created": _,
                        "mark": "0000000000000007",
                        "self_path": "/hooks/a",
                        "total": "12",
                        "patience": 30,
                        "feeds": [{ "name": "a1", "pending": true }],
                        "target": { "url": "x", "next": null },
                    };
                }
            }
            /// A hook that exists is confirmed.
            example confirmed {
                given not hook.absent and not url.rejected;
                send PUT "/hooks/a" {
                    body = "{\"type\":\"message\",\"feeds\":[\"a\"],\"note\":\"é\",\"feed\":\"f\",\"patience\":5e1,\"urgent\":true}";
                }
                expect Confirmed;
            }
            /// A target can be refused.
            example rejected {
                given url.rejected;
                send PUT "/hooks/a" { body = json { "type": "silent", "feeds": ["a"], "note": "" }; }
                expect Rejected;
            }
            /// Everything that is wrong is told at once.
            example bad for body in ["", "null", "{\"type\":\"sms\"}", "{\"type\":\"call\",\"feeds\":[],\"note\":1}"] {
                send PUT "/hooks/a" { body = body; }
                expect BadRequest;
            }
            /// Hooks are short.
            example too_long {
                given limits.hook = 8 B;
                send PUT "/hooks/a" { body = "{\"type\":1}"; }
                expect TooLong;
            }
            /// The storage may fail.
            example failed {
                given failure and not url.rejected;
                send PUT "/hooks/a" { body = json { "type": "silent", "feeds": ["a"], "note": null }; }
                expect Unavailable { RetryAfter = "1"; }
            }
        }

        /// Acknowledges.
        endpoint acknowledge = POST {
            request { body json Ack ..= limits.hook; }
            refuse { hook.absent => Missing; }
            answer { not hook.absent => Acknowledged; }

            outcome Acknowledged = 204;

            /// A hook.
            example acknowledged {
                given not hook.absent;
                send POST "/hooks/a" {
                    body = json { "exactly": 2, "acks": [{ "name": "a", "pending": false }], "more": [] };
                }
                expect Acknowledged;
            }
            /// No hook.
            example missing {
                given hook.absent;
                send POST "/hooks/a" { body = json { "roughly": 2 }; }
                expect Missing;
            }
        }

        /// Looks at a hook.
        endpoint read = GET {
            refuse { hook.absent => Missing; }
            answer { not hook.absent => Found; }

            outcome Found = 200 { body json Hook; }

            /// A hook.
            example found {
                given not hook.absent;
                send GET "/hooks/a";
                expect Found;
            }
        }

        /// Follows a hook.
        endpoint follow = GET when Live is Events {
            refuse { hook.absent => Missing; }
            answer { not hook.absent => Following; }

            outcome Following = 200 { ContentType = Feed; body events News; }

            /// As it is told.
            example followed {
                given not hook.absent;
                send GET "/hooks/a" { Live = "events"; }
                expect Following { body = "event: told"; }
            }
        }
    }

    /// The keys of the server.
    resource PublicKeys at "/keys" {
        endpoint keys = GET {
            refuse { malformed => BadRequest; failure => Unavailable; }
            answer { hook.absent or not hook.absent => KeysFound; }

            outcome KeysFound = 200 { ContentType = Keys; body json KeySet; }

            /// All of them.
            example all {
                send GET "/keys";
                expect KeysFound {
                    ContentType = "application/jwk-set+json";
                    body = json { "keys": [{ "kty": "OKP" }] };
                }
            }
        }
    }
}
