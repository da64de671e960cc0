// A spec that uses every form of the language. docs/language.md shows its clauses as examples.

macros::protocol! {
    /// Notes that a team shares.
    protocol Notes {
        problems = "urn:notes:problem:";
    }

    limits {
        /// Maximum size of a note. When exceeded, writes get 413.
        note = 64 KiB;
        /// Maximum size of an attachment. When exceeded, it gets 413.
        attachment = 16 MiB;
        /// Maximum wait of a live read.
        wait = 30 s;
        /// Maximum number of live reads. When exceeded, reads get 503.
        readers = 100;
    }

    /// A position in the history of a note.
    offset Revision {
        format = hex[16];
        sentinel Start = "-1";
        sentinel Now = "now";
        also "0" = Start;
    }

    media Plain = "text/plain";
    media Markdown = "text/markdown";
    media Feed = "text/event-stream";

    /// Priority of a note.
    value Priority = u53 0..=9;
    /// A word about a note.
    value Label = text 1..=16;

    header Accept = "accept": accept { Plain, Markdown };
    header Code = "notes-code": pattern "[a-z]+-[0-9]{4}";
    header ContentLength = "content-length": u53;
    header ContentRange = "content-range": content_range;
    header Range = "range": byte_range;
    header Attributes = "notes-attributes": pairs 1..=1024;
    header Authorization = "authorization": credentials "Bearer";
    header Client = "notes-client": text 1..=64;
    header ContentType = "content-type": media_type;
    header ContentEncoding = "content-encoding": list;
    header CopyOf = "notes-copy-of": path_to Note;
    header Deadline = "notes-deadline": timestamp;
    header Draft = "notes-draft": flag "true";
    header Etag = "etag": entity_tag;
    header Caption = "pages-caption": text 1..=80;
    header IfMatch = "if-match": entity_tags;
    header Features = "notes-features": text 1..=64;
    header Level = "notes-level": Priority;
    header Location = "location": path_to Note;
    header MaxSize = "notes-max-size": u53;
    header NextRevision = "notes-revision": Revision;
    header RetryAfter = "retry-after": u53 1..=3600;
    header Realm = "www-authenticate": text 1..=64;
    header Subprotocols = "sec-websocket-protocol": credentials listed "bearer.";
    header Signature = "notes-signature": text 1..=64;
    header UserAgent = "user-agent": text 1..=64;
    header Title = "notes-title": text 1..=80;
    header Total = "notes-total": u53;
    header Upgrade = "upgrade": listed "websocket";
    header Version = "notes-version": u53;
    header Writer = "notes-writer": text 1..=64;
    header WriterSeq = "notes-writer-seq": u53;

    query Above = "above": Priority;
    query Below = "below": Priority;
    query Count = "count": flag "true";
    query From = "from": Revision or sentinel;
    query Labels = "label": list ..= 3 of Label;
    query Limit = "limit": u53 1..=1000;
    query Mine = "mine": one_of { Yes = "yes" };
    query Order = "order": one_of { Ascending = "asc", Descending = "desc" };
    query Owner = "owner": text 1..=64;
    query Phrase = "phrase": unicode 1..=32;
    query Sort = "sort": text 1..=16;
    query View = "view": one_of { Full = "full", Live = "live" };

    /// A writer numbers its writes, so that a retry changes nothing.
    group Sequence = all_or_none { Writer, WriterSeq }
    /// A read shows notes above or below a priority.
    group Bound = at_most_one { Above, Below }
    /// A read sorts by something, and then possibly in an order.
    group Sorting = headed { Sort, Order }

    /// A count is about the notes of the client, or of somebody else.
    group Scope = exactly_one { Mine, Owner }

    state note { absent, present, locked }

    /// The client sends too many requests.
    edge fact client.limited(Client);
    /// `IfMatch` does not match.
    fact precondition.failed;
    /// The file has none of the bytes.
    fact range.outside;

    /// What a note is for.
    value Purpose = one_of { Memo = "memo", Reminder = "reminder" };
    /// The code of an error.
    value FailureCode = one_of { Broken = "BROKEN", TooLong = "TOO_LONG", Full = "FULL", NoMethod = "NO_METHOD" };
    /// Text in any script.
    value Sentence = unicode 0..=80;
    /// Number of lines.
    value Lines = u53 0..=1000;

    /// A note as a client describes it.
    object NewNote {
        title: Label;
        kind: Purpose;
        level: Priority?;
        summary: Sentence or null;
        lines: Lines or 10;
        pinned: boolean or false;
        locked: flag;
        medium = "media-type": media_type?;
        text: Sentence?;
        parts: [Sentence] 0..=9?;
        before: Revision?;
        after: Revision?;
        folder: path_of Note?;
        shelf: Label?;
        writer: Label?;
        turn: Lines as text?;
        tags: map Sentence 0..=9?;
        origin: json?;
        all_or_none { writer, turn }
        at_least_one { text, parts }
        at_most_one { before, after }
        exactly_one { folder, shelf }
        when kind is Reminder { at: timestamp; }
        unknown refused;
    }

    /// A note as the server shows it.
    object ShownNote {
        title: Label;
        written: Revision;
    }

    /// Members of the team.
    access Member {
        credentials Authorization;
        credentials Subprotocols;
        credentials none;
        operations { look, edit, share }
        unknown => Unauthorized;
        denied  => Forbidden;
        /// The caller sends too many requests.
        refuse limited => TooMany;
    }

    /// An error as clients of shelves read it.
    object Failed { error: Failure; }
    /// What went wrong.
    object Failure { code: FailureCode; message: Sentence?; level: Priority?; violations: json?; }
    /// Errors of shelves.
    errors Failed { code = error.code; message = error.message; violations = error.violations; }

    /// A filter for a shelf, which can be left out.
    object Filter { title: Label?; }
    /// How a shelf is closed.
    object Closing { locked: flag; }

    /// What a reader is told of a note.
    object Notice { title: Label; level: Priority?; }
    /// What a reader answers.
    object Receipt { locked: flag; }

    /// Tells a reader of a note.
    callback tell = POST {
        request {
            UserAgent = "notes";
            Writer;
            Features?;
            Signature signs body;
            body json Notice;
        }

        /// The reader knows.
        response Told = 200..=299 { RetryAfter?; body json Receipt unless malformed ..= limits.note; }
        /// The reader has another note.
        response Differing = 409 { NextRevision; body json Receipt ..= limits.note; }

        /// A body that is not JSON counts as none.
        example told {
            send { Writer = "w"; Signature = "s1"; body = json { "title": "list" }; }
            answer 202 { RetryAfter = "10"; body = "ok"; }
            expect Told { RetryAfter; not body; }
        }
        /// The answer has a revision.
        example differing {
            send { Writer = "w"; Features = "f"; Signature = "s2"; body = json { "title": "list", "level": 9 }; }
            answer 409 { NextRevision = "0000000000000008"; body = json { "locked": true }; }
            expect Differing;
        }
        /// The reader is not there.
        example absent {
            send { Writer = "w"; Signature = "s3"; body = json { "title": "list" }; }
            answer 404;
            expect Other;
        }
    }

    /// An alert in a feed.
    message Alert = json {
        title: Label;
        locked: flag;

        /// A locked note.
        example told = json { "title": "list", "locked": true };
    }

    events Changes {
        event Text = "text": payload;
        event State = "state": json {
            revision: Revision;
            level: Priority?;
            locked: flag;
        }
    }

    cors {
        origin = "*";
        max_age = 86400 s;
    }

    every response {
        Version = 1;
    }

    /// The token is missing or not valid.
    outcome Unauthorized = 401 problem "unauthorized" { Realm; }
    /// The member lacks a permission.
    outcome Forbidden = 403 problem "forbidden" detail;
    /// The caller sends too many requests.
    outcome TooMany = 429 problem "too-many";
    /// There is nothing at this path.
    outcome NotFound = 404 problem "not-found";
    /// Note names do not begin with this.
    outcome Reserved = 404 problem "reserved";
    /// The resource does not support this method.
    outcome MethodNotAllowed = 405 problem "method-not-allowed";

    unrouted {
        path     => NotFound;
        reserved => Reserved;
        method   => MethodNotAllowed;

        /// Paths outside `/notes` get 404.
        example elsewhere {
            send GET "/books";
            expect NotFound;
        }
        /// The names of the server get 404.
        example reserved {
            send GET "/notes/__status";
            expect Reserved;
        }
        /// A note can't be patched.
        example other_method {
            send PATCH "/notes/a";
            expect MethodNotAllowed;
        }
        /// A shelf can't be deleted.
        example no_shelf_method {
            send DELETE "/shelves/a";
            expect NoMethod;
        }
    }

    common Basics {
        request {
            Client?;
        }

        refuse {
            failure => Unavailable;
        }

        /// The server can't answer now.
        outcome Unavailable = 503 problem "unavailable" { RetryAfter = 10; }

        /// A failed write gets 503.
        example failed {
            given note.present and failure;
            send PUT "/notes/a" { Title = "A"; }
            expect Unavailable { RetryAfter = "10"; }
        }
    }

    /// A note.
    resource Note at "/notes/{name..}" with Basics {
        path name: segments 1..=256;
        reserve "__status";

        options {
            Features = "labels,attachments";
            MaxSize = limits.attachment;
        }

        refuse {
            client.limited    => Limited;
            IfMatch malformed => BadPrecondition;
            malformed         => BadRequest;
            body.too_large    => TooLarge;
        }

        /// The client must wait.
        outcome Limited = 429 problem "limited" { RetryAfter; }
        /// `IfMatch` is not a list of entity tags.
        outcome BadPrecondition = 412 problem "bad-precondition";
        /// The request is malformed.
        outcome BadRequest = 400 problem "bad-request";
        /// The note exceeds the maximum size.
        outcome TooLarge = 413 problem "too-large" about body;

        /// Writes a note.
        endpoint write = PUT {
            needs edit(name);
            needs look(CopyOf);
            needs share(name) when not Draft;
            denied when Draft => Withheld;

            request {
                ContentType unless body.empty;
                ContentEncoding?;
                Title;
                Level?;
                Deadline?;
                Draft?;
                Code?;
                CopyOf?;
                IfMatch?;
                Sequence?;
                body ..= limits.note;
            }
            refuse {
                note.absent and body.empty and not CopyOf => Empty;
                note.locked                               => Locked;
                IfMatch and precondition.failed           => Conflict;
            }
            answer {
                note.absent  => Created;
                note.present => Replaced;
            }

            /// Nobody learns which drafts there are.
            outcome Withheld = 404 problem "withheld";
            /// A new note needs content.
            outcome Empty = 400 problem "empty" about body;
            /// The note is locked.
            outcome Locked = 423 problem "locked";
            /// The note has changed since the client read it.
            outcome Conflict = 412 problem "conflict" about IfMatch detail { NextRevision; }
            outcome Created = 201 { NextRevision; Etag; }
            outcome Replaced = 200 { NextRevision; Etag; Draft?; }

            /// A first write creates the note.
            example created {
                given note.absent;
                send PUT "/notes/a" { Title = "A"; ContentType = "text/plain"; body = "text"; }
                expect Created { NextRevision; Etag; }
            }
            /// A later write replaces it.
            example replaced {
                given note.present { PUT "/notes/a" { Title = "A"; ContentType = "text/plain"; body = "text"; } }
                send PUT "/notes/a" { Title = "B"; }
                expect Replaced { NextRevision; Etag; not Draft; }
            }
            /// Whoever sends too many requests is refused.
            example too_often {
                given Member limited;
                send PUT "/notes/a" { Title = "A"; }
                expect TooMany;
            }
            /// Whether there is a draft is not revealed.
            example withheld {
                given Member permits nothing;
                send PUT "/notes/a" { Title = "A"; Draft = "true"; }
                expect Withheld;
            }
            /// A note can't be empty.
            example empty {
                given note.absent;
                send PUT "/notes/a" { Title = "A"; }
                expect Empty;
            }
            /// A locked note can't be written.
            example locked {
                given note.locked;
                send PUT "/notes/a" { Title = "A"; ContentType = "text/plain"; body = "text"; }
                expect Locked;
            }
            /// A write with an old entity tag gets 412.
            example conflict {
                given note.present and precondition.failed;
                send PUT "/notes/a" { Title = "A"; IfMatch = "\"1\""; }
                expect Conflict { NextRevision = "0000000000000007"; }
            }
            /// The maximum size applies to the body.
            example too_large {
                given limits.note = 2 B;
                send PUT "/notes/a" { Title = "A"; ContentType = "text/plain"; body = "text"; }
                expect TooLarge;
            }
            /// An invalid token gets 401.
            example unauthorized {
                given Member unknown;
                send PUT "/notes/a" { Authorization = "Bearer bad"; Title = "A"; }
                expect Unauthorized { Realm; }
            }
            /// A member who may only look at notes can't write them.
            example forbidden {
                given Member permits look;
                send PUT "/notes/a" { Authorization = "Bearer look"; Title = "A"; }
                expect Forbidden;
            }
            /// A client with too many requests gets 429.
            example limited {
                given client.limited;
                send PUT "/notes/a" { Client = "robot"; Title = "A"; }
                expect Limited { RetryAfter; }
            }
            /// A priority outside its range gets 400.
            example bad_level for level in ["10", "-1"] {
                send PUT "/notes/a" { Title = "A"; Level = level; }
                expect BadRequest;
            }
            /// An entity tag without quotes gets 412.
            example bad_precondition {
                send PUT "/notes/a" { Title = "A"; IfMatch = "7"; }
                expect BadPrecondition;
            }
        }

        /// Adds an attachment to a note.
        endpoint attach = POST {
            needs edit(name);

            request {
                Attributes?;
                body stream ..= limits.attachment;
            }
            refuse { note.absent or note.locked => NotFound; }
            answer { note.present => Attached; }

            outcome Attached = 201 { Location; }

            /// The attachment has a path of its own.
            example attached {
                given note.present;
                send POST "/notes/a" { Attributes = "name cGxhbi5wZGY="; body = "text"; }
                expect Attached { Location = "/notes/a/plan.pdf"; }
            }
        }

        /// Describes a note.
        endpoint describe = POST when View is Full {
            needs edit(name);

            request { body json NewNote ..= limits.note; }
            refuse { note.absent => NotFound; }
            answer { always => Described; }

            outcome Described = 200 { body json ShownNote; }

            /// The answer has the new revision.
            example described {
                given note.present;
                send POST "/notes/a" {
                    View = "full";
                    body = json { "title": "list", "kind": "memo", "summary": null, "text": "milk", "shelf": "a" };
                }
                expect Described { body = json { "title": "list", "written": _ }; }
            }
        }

        /// Reads a note.
        endpoint read = GET {
            needs look(name);

            request {
                From or Start;
                Accept?;
                Upgrade unless malformed;
                Bound?;
                Sorting?;
            }
            refuse { note.absent => NotFound; }
            answer {
                From is Now                  => Tail;
                note.present or note.locked  => Page;
            }

            outcome Tail = 204 { NextRevision; }
            outcome Page = 200 { ContentType = Accept; NextRevision; body bytes; }

            /// A read without a position begins at the start.
            example all {
                given note.present;
                send GET "/notes/a";
                expect Page { ContentType = "text/plain"; NextRevision; body = "text"; }
            }
            /// Nothing follows the last revision.
            example tail {
                given note.present;
                send GET "/notes/a" { From = "now"; }
                expect Tail { NextRevision; }
            }
        }

        /// Counts the notes below a name.
        endpoint count = GET when Count {
            public;

            request {
                Limit or 100;
                Scope;
                Labels?;
                Phrase?;
            }
            answer { always => Counted; }

            outcome Counted = 200 { Total; }

            /// A count has an upper limit.
            example counted {
                send GET "/notes/a" { Count = "true"; Mine = "yes"; Limit = "10"; }
                expect Counted { Total = "3"; }
            }
        }

        /// Follows a note.
        endpoint follow = GET when View is Live {
            needs look(name);

            request { From; }
            refuse { note.absent => NotFound; }
            answer { not note.absent => Following; }

            outcome Following = 200 { ContentType = Feed; body events Changes; }

            /// The feed begins with the text.
            example followed {
                given note.present;
                send GET "/notes/a" { View = "live"; From = "-1"; }
                expect Following { ContentType = "text/event-stream"; body = "event: text"; }
            }
        }
    }

    /// A file by its digest.
    resource File at "/files/{digest}" {
        path digest: pattern "sha256:[0-9a-f]{64}";

        refuse { malformed => BadDigest; failure => Gone; }

        /// The digest is malformed.
        outcome BadDigest = 400 problem "bad-digest";
        /// The file is not available.
        outcome Gone = 503 problem "gone";

        /// Fetches a file.
        endpoint fetch = GET {
            public;
            request { Range unless malformed; }
            refuse { Range and range.outside => Outside; }
            answer { Range => Part; always => Fetched; }

            /// The file has none of the bytes.
            outcome Outside = 416 problem "outside" { ContentRange; }
            outcome Part = 206 { ContentRange; body bytes; }
            outcome Fetched = 200 { body bytes; }

            /// Some bytes of a file.
            example part {
                given not range.outside;
                send GET "/files/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" { Range = "bytes=1-2"; }
                expect Part { ContentRange = "bytes 1-2/4"; body = "ex"; }
            }
            /// The file is shorter.
            example outside {
                given range.outside;
                send GET "/files/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" { Range = "bytes=9-"; }
                expect Outside { ContentRange = "bytes */4"; }
            }

            /// A file is found by its digest.
            example fetched {
                send GET "/files/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
                expect Fetched;
            }
            /// The digest has 64 digits.
            example other_digest {
                send GET "/files/sha256:e3";
                expect BadDigest;
            }
            /// The server can fail.
            example gone {
                given failure;
                send GET "/files/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
                expect Gone;
            }
        }

        /// Measures a file.
        endpoint measure = HEAD {
            public;
            answer { always => Measured; }

            outcome Measured = 200 { ContentLength; }

            /// The length is that of the response to GET.
            example measured {
                send HEAD "/files/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
                expect Measured { ContentLength = "4"; }
            }
        }
    }

    /// A page, as notes are called now.
    resource Page at "/pages/{name..}" like Note {
        replace Title with Caption;
        except endpoint follow;
    }

    common Shelves {
        path name: segments 1..=64;
        errors Failed;
        other methods => NoMethod;

        /// A shelf has no such method.
        outcome NoMethod = 405 error NoMethod;
    }

    /// A shelf, whose errors are no problems.
    resource Shelf at "/shelves/{name}" with Shelves {
        refuse {
            malformed      => Broken;
            failure        => Down;
            body.too_large => TooLong;
        }

        /// The request is malformed.
        outcome Broken = 400 error Broken;
        /// The server can't answer now.
        outcome Down = 503 error Broken;
        /// The request is too long.
        outcome TooLong = 413 error TooLong;

        /// Lists a shelf.
        endpoint list = POST {
            public;
            request { body json Filter? ..= limits.note; }
            refuse { not body.empty and note.locked => Full; }
            answer { always => Listed; }

            /// The shelf is full.
            outcome Full = 409 error Full(level, message?);
            outcome Listed = 204;

            /// Without a filter, all notes are listed.
            example listed {
                given note.present;
                send POST "/shelves/a";
                expect Listed;
            }
            /// A locked shelf can't be filtered.
            example full {
                given note.locked;
                send POST "/shelves/a" { body = json { "title": "list" }; }
                expect Full { body = json { "error": { "code": "FULL", "message": _, "level": 9 } }; }
            }
            /// A filter has a title.
            example bad_filter {
                send POST "/shelves/a" { body = json { "title": "" }; }
                expect Broken;
            }
            /// The maximum size applies to the filter.
            example too_long {
                given limits.note = 2 B;
                send POST "/shelves/a" { body = json { "title": "list" }; }
                expect TooLong;
            }
        }

        /// Closes a shelf.
        endpoint close = PUT {
            public;
            request { body json Closing or {} ..= limits.note; }
            answer { always => Closed; }

            outcome Closed = 204;

            /// An empty body is the same as an empty object.
            example closed {
                send PUT "/shelves/a";
                expect Closed;
            }
            /// The server can fail.
            example down {
                given failure;
                send PUT "/shelves/a";
                expect Down;
            }
        }
    }
}
