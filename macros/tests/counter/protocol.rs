// Included where it is compiled: plainly, and where names mean other things than they should.

::macros::protocol! {
    /// Counters.
    protocol Tally {
        problems = "urn:tally:";
    }

    limits {
        /// Longest note that goes with an addition.
        note = 8 B;
        /// How long a follower waits.
        patience = 2 s;
        /// Followers at the same time.
        followers = 3;
    }

    /// A point in the life of a counter.
    offset Mark {
        format = decimal[16];
        sentinel First = "first";
        sentinel Last = "last";
        also "0" = First;
    }

    media Plain = "text/plain";
    media Feed = "text/event-stream";

    /// How much is added at once.
    value Amount = u53 1..=1000;

    header Authorization = "authorization": credentials "Basic";
    header Before = "x-before": timestamp;
    header Client = "x-client": text 1..=8;
    header ClientTurn = "x-client-turn": u53;
    header ContentType = "content-type": media_type;
    header Direction = "x-direction": one_of { Up = "up", Down = "down" };
    header Dry = "x-dry": flag "yes";
    header Etag = "etag": entity_tag;
    header Floor = "x-floor": u53;
    header Ceiling = "x-ceiling": u53;
    header Hint = "x-hint": text 1..=8;
    header HintAge = "x-hint-age": u53 0..=60;
    header IfNoneMatch = "if-none-match": entity_tags;
    header Next = "x-next": Mark;
    header RetryAfter = "retry-after": u53;
    header Service = "x-service": text 1..=8;
    header Step = "x-step": Amount;
    header Total = "x-total": u53;
    header Twin = "x-twin": path_to Counter;
    header TwinName = "x-twin-name": text 1..=12;
    header WwwAuthenticate = "www-authenticate": text 1..=32;
    header Wrappings = "x-wrappings": list;

    query Since = "since": Mark or sentinel;
    query View = "view": one_of { Feed = "feed" };

    group Origin = all_or_none { Client, ClientTurn }
    group Bound = at_most_one { Floor, Ceiling }
    group Hinted = headed { Hint, HintAge }

    state counter { absent, present }

    edge fact caller.unknown(Authorization);
    fact page.known;
    fact bound.crossed;

    events Notes {
        event Note = "note": payload;
        event Sum = "sum": json {
            nextMark: Mark;
            lastStep: Amount?;
            hint: Hint?;
            done: flag;
        }
    }

    cors {
        origin = "*";
        max_age = 60 s;
    }

    every response {
        Service = "tally";
    }

    /// Nothing is here.
    outcome Nowhere = 404 problem "nowhere";
    /// This name is not for counters.
    outcome Kept = 404 problem "kept";
    /// This can't be done here.
    outcome WrongMethod = 405 problem "wrong-method";
    /// The request is malformed.
    outcome BadRequest = 400 problem "bad-request";
    /// Ask again.
    outcome Unavailable = 503 problem "unavailable" detail { RetryAfter = 1; }

    unrouted {
        path => Nowhere;
        reserved => Kept;
        method => WrongMethod;

        /// There are counters here, and nothing else.
        example elsewhere {
            send GET "/clocks";
            expect Nowhere { Service = "tally"; }
        }
        /// However it is written.
        example kept for path in ["/counters/all", "/counters/a%6Cl"] {
            send GET path;
            expect Kept;
        }
        /// A counter is not put.
        example other_method {
            send PUT "/counters/a";
            expect WrongMethod;
        }
    }

    /// One counter.
    resource Counter at "/counters/{name}" {
        path name: segments 1..=12;
        reserve "all";

        request {
            Authorization?;
        }

        refuse {
            caller.unknown => Unknown;
            malformed => BadRequest;
            failure => Unavailable;
            body.too_large => TooLong;
            body.stalled => TooSlow;
        }

        /// Say who you are.
        outcome Unknown = 401 problem "unknown" { WwwAuthenticate = "Basic"; }
        /// The note is too long.
        outcome TooLong = 413 problem "too-long" about body;
        /// The note did not arrive in time.
        outcome TooSlow = 408 problem "too-slow" about body;
        /// There is no such counter.
        outcome Missing = 404 problem "missing";

        /// Adds to a counter.
        endpoint add = POST {
            request {
                ContentType unless body.empty;
                Step;
                Dry?;
                Direction?;
                Before?;
                Twin?;
                Wrappings?;
                Origin?;
                Bound?;
                Hinted?;
                body ..= limits.note;
            }
            refuse {
                counter.absent and body.empty => Silent;
                bound.crossed => Crossed;
            }
            answer {
                Dry => Tried;
                counter.absent => Created;
                counter.present => Added;
            }

            /// The first addition says what for.
            outcome Silent = 400 problem "silent" about body;
            /// The total would leave its bounds.
            outcome Crossed = 409 problem "crossed" about Floor detail { Total; }
            outcome Tried = 204 { Dry; }
            outcome Created = 201 { Next; Total; TwinName?; }
            outcome Added = 200 { Next; Total; Dry?; }

            /// The first addition makes the counter.
            example first {
                given counter.absent and not bound.crossed;
                send POST "/counters/a" { Step = "5"; ContentType = "text/plain"; body = "why"; }
                expect Created { Next = "0000000000000007"; Total = "7"; TwinName = "b"; }
            }
            /// And those after it add to it.
            example next {
                given counter.present { POST "/counters/a" { Step = "5"; ContentType = "text/plain"; body = "why"; } }
                send POST "/counters/a" { Step = "5"; }
                expect Added { Next; Total; not Dry; }
            }
            /// Nothing is added where it is only tried.
            example tried {
                given counter.present;
                send POST "/counters/a" { Step = "1000"; Dry = "YES"; }
                expect Tried { Dry = "yes"; }
            }
            /// No reason, no counter.
            example silent {
                given counter.absent;
                send POST "/counters/a" { Step = "5"; }
                expect Silent;
            }
            /// The bounds hold.
            example crossed {
                given counter.present and bound.crossed;
                send POST "/counters/a" { Step = "5"; Floor = "9"; }
                expect Crossed { Total = "7"; }
            }
            /// Notes are short.
            example too_long {
                given limits.note = 2 B;
                send POST "/counters/a" { Step = "5"; ContentType = "text/plain"; body = "why"; }
                expect TooLong;
            }
            /// A note that stops halfway adds nothing.
            example too_slow {
                given body.stalled;
                send POST "/counters/a" { Step = "5"; ContentType = "text/plain"; body = "wh"; }
                expect TooSlow;
            }
            /// It is unknown what became of it.
            example failed {
                given counter.present and failure;
                send POST "/counters/a" { Step = "5"; }
                expect Unavailable { RetryAfter = "1"; }
            }
            /// Who adds says who it is.
            example unknown {
                given caller.unknown;
                send POST "/counters/a" { Authorization = "Basic bad"; Step = "5"; }
                expect Unknown;
            }
            /// Steps are small, and forward.
            example bad_step for step in ["0", "-1", "1001"] {
                send POST "/counters/a" { Step = step; }
                expect BadRequest;
            }
        }

        /// Reads a counter.
        endpoint read = GET {
            request {
                Since or First;
                IfNoneMatch?;
            }
            refuse { counter.absent => Missing; }
            answer {
                Since is Last => Tail;
                page.known => Known;
                counter.present => Page;
            }

            outcome Page = 200 { ContentType = Plain; Next; Etag; body bytes; }
            outcome Tail = 200 { ContentType = Plain; Next; body bytes; }
            outcome Known = 304 { Etag; }

            /// From the first mark on.
            example all {
                given counter.present and not page.known;
                send GET "/counters/a" { Since = "0"; }
                expect Page { ContentType = "text/plain"; Next = "0000000000000007"; Etag; body = "7"; }
            }
            /// From the last mark on there is nothing.
            example last {
                given counter.present;
                send GET "/counters/a" { Since = "last"; }
                expect Tail { Next; body = ""; }
            }
            /// Nothing has changed.
            example known {
                given page.known and not counter.absent;
                send GET "/counters/a" { IfNoneMatch = "\"7\""; }
                expect Known { Etag; }
            }
            /// Nobody has counted this.
            example missing {
                given counter.absent;
                send GET "/counters/a";
                expect Missing;
            }
        }

        /// Reads what is added.
        endpoint follow = GET when View is Feed {
            request { Since; }
            refuse { counter.absent => Missing; }
            answer { counter.present => Following; }

            outcome Following = 200 { ContentType = Feed; body events Notes; }

            /// As it is added.
            example followed {
                given counter.present;
                send GET "/counters/a" { View = "feed"; Since = "first"; }
                expect Following { body = "ev"; }
            }
        }

        /// Looks at a counter.
        endpoint look = HEAD {
            request { IfNoneMatch unless malformed; }
            refuse { counter.absent => Missing; }
            answer { counter.present => Seen; }

            outcome Seen = 200 { Total; Direction?; }

            /// How many.
            example seen {
                given counter.present;
                send HEAD "/counters/a";
                expect Seen { Total = "7"; Direction = "up"; }
            }
            /// What can't be read is as good as nothing here.
            example seen_by_who_knows_nothing {
                given counter.present;
                send HEAD "/counters/a" { IfNoneMatch = "7"; }
                expect Seen { Total = "7"; }
            }
        }
    }

    /// All counters.
    resource Index at "/counters" {
        endpoint list = GET {
            refuse { malformed => BadRequest; failure => Unavailable; }
            answer { always => Listed; }

            outcome Listed = 200 { ContentType; body bytes; }

            /// All of them.
            example listed {
                send GET "/counters";
                expect Listed { ContentType; body = "a"; }
            }
        }
    }
}
