::macros::protocol! {
    /// Letters, under an old and a new path.
    protocol Letters {
        problems = "urn:letters:";
    }

    limits {
        /// Maximum size of a letter.
        letter = 16 B;
    }

    header Attachment = "letter-attachment": text 1..=8;
    header AttachmentSize = "letter-attachment-size": u53;
    header AnswerTo = "letter-answer-to": path_to Letter;
    header Location = "location": path_to Letter;
    header MaxSize = "letter-max-size": u53;
    header Stamp = "letter-stamp": u53 1..=9;
    header Weight = "letter-weight": u53;
    header WwwAuthenticate = "www-authenticate": text 1..=8;
    header Authorization = "authorization": credentials "Bearer";

    header Postage = "postage": u53 1..=9;
    header EnclosureSize = "enclosure-size": u53;
    header MaxLength = "max-length": u53;

    query Part = "part": one_of { Head = "head", Seal = "seal" };
    query Section = "section": one_of { Head = "head", Seal = "seal" };

    /// An attachment with its size.
    group Attached = all_or_none { Attachment, AttachmentSize }

    state letter { absent, present }
    edge fact sender.unknown(Authorization);

    /// There is nothing here.
    outcome NotFound = 404 problem "not-found";
    /// The method is not supported.
    outcome NoMethod = 405 problem "no-method";

    unrouted {
        path     => NotFound;
        reserved => NotFound;
        method   => NoMethod;

        example elsewhere { send GET "/parcels/a"; expect NotFound; }
        example reserved { send GET "/letters/_status"; expect NotFound; }
        example no_method { send PATCH "/letters/a"; expect NoMethod; }
    }

    common Counter {
        request { Authorization?; }
        refuse {
            sender.unknown  => Unauthorized;
            Stamp malformed => BadStamp;
            malformed       => BadRequest;
            failure         => Closed;
        }

        /// The sender is not known.
        outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate = "Bearer"; }
        /// The stamp is not valid.
        outcome BadStamp = 402 problem "bad-stamp";
        /// The request is malformed.
        outcome BadRequest = 400 problem "bad-request";
        /// The counter is closed.
        outcome Closed = 503 problem "closed";

        example unauthorized {
            send GET "/letters/a" { Authorization = "Bearer none"; }
            expect Unauthorized;
        }
        example closed {
            given failure;
            send DELETE "/office";
            expect Closed;
        }
        example bad_path {
            send POST "/letters/a" { Stamp = "1"; AnswerTo = "/parcels/a"; }
            expect BadRequest;
        }
    }

    /// A letter.
    resource Letter at "/letters/{name..}" with Counter {
        path name: segments 1..=16;
        reserve "_status";

        options { MaxSize = limits.letter; }

        /// Sends a letter.
        endpoint send = POST {
            request {
                Stamp;
                AnswerTo?;
                Attached?;
                body ..= limits.letter;
            }
            refuse {
                body.too_large => TooLarge;
                body.empty     => Unstamped;
            }
            answer { always => Sent; }

            /// The letter is too long.
            outcome TooLarge = 413 problem "too-large" about body;
            /// A letter without text needs no stamp.
            outcome Unstamped = 400 problem "unstamped" about Stamp;
            /// The letter is sent.
            outcome Sent = 201 { Location; Stamp; Weight?; }

            example sent {
                send POST "/letters/a" { Stamp = "1"; AnswerTo = "/letters/b"; body = "text"; }
                expect Sent { Location = "/letters/a"; Stamp = "1"; Weight = "4"; }
            }
            example bad_stamp for stamp in ["0", "x"] {
                send POST "/letters/a" { Stamp = stamp; body = "text"; }
                expect BadStamp;
            }
            example empty {
                send POST "/letters/a" { Stamp = "1"; }
                expect Unstamped;
            }
            example too_large {
                given limits.letter = 2 B;
                send POST "/letters/a" { Stamp = "1"; body = "text"; }
                expect TooLarge;
            }
        }

        /// Reads a letter.
        endpoint read = GET {
            refuse { letter.absent => Missing; }
            answer { letter.present => Found; }

            /// There is no such letter.
            outcome Missing = 404 problem "missing";
            outcome Found = 200 { Stamp; body bytes; }

            example found {
                given letter.present;
                send GET "/letters/a";
                expect Found { Stamp = "7"; body = "text"; }
            }
            example missing {
                given letter.absent;
                send GET "/letters/a";
                expect Missing;
            }
        }

        /// Reads only the beginning.
        endpoint head = GET when Part is Head {
            answer { always => Head; }
            outcome Head = 200 { Weight; }

            example head {
                send GET "/letters/a" { Part = "head"; }
                expect Head { Weight = "1"; }
            }
        }

        /// Breaks the seal.
        endpoint open = PUT {
            answer { always => Opened; }
            outcome Opened = 204;

            example opened {
                send PUT "/letters/a";
                expect Opened;
            }
        }
    }

    /// The office.
    resource Office at "/office" with Counter {
        /// Closes the office.
        endpoint close = DELETE {
            answer { always => Gone; }
            outcome Gone = 204;

            example gone {
                send DELETE "/office";
                expect Gone;
            }
        }
    }

    /// A letter, by its new name.
    resource Mail at "/v2/mail/{name..}" like Letter {
        replace Stamp with Postage;
        replace AttachmentSize with EnclosureSize;
        replace MaxSize with MaxLength;
        replace Part with Section;
        except endpoint open;
    }

    /// Mail of a third kind.
    resource Post at "/v3/post/{name..}" like Mail {
        replace Section with Part;
        except endpoint head;
    }
}
