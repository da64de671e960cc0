::macros::protocol! {
    /// Books on shelves, which members may look at or change.
    protocol Shelf {
        problems = "urn:shelf:";
    }

    limits {
        /// Maximum size of a book.
        book = 16 B;
    }

    header Authorization = "authorization": credentials "Bearer";
    /// A token for clients that can't send `Authorization`.
    header Subprotocols = "sec-websocket-protocol": credentials listed "bearer.";
    header WwwAuthenticate = "www-authenticate": text 1..=64;
    header RetryAfter = "retry-after": u53;
    header ContentType = "content-type": media_type;
    /// The book that is copied.
    header CopyOf = "shelf-copy-of": path_to Book;
    /// No later change is allowed.
    header Final = "shelf-final": flag "true";
    /// The reader of the book.
    header Reader = "shelf-reader": text 1..=32;

    /// The time at which a signature ends.
    query Exp = "exp": u53;
    /// The signature of the path and of the time.
    query Sig = "sig": text 4..=64;
    /// What the paths begin with that a signature is about.
    query Under = "under": text 1..=64;
    /// The key that wakes a worker.
    query WakeKey = "key": text 4..=16;
    query Live = "live": one_of { Poll = "poll", Feed = "feed" };

    /// A signature of a URL.
    group Signature = all_or_none { Exp, Sig }
    /// A signature of all URLs with a prefix.
    group WideSignature = all_or_none { Under, Exp, Sig }

    state book { absent, present }

    /// Members of the library.
    access Member {
        credentials Authorization;
        credentials Subprotocols;
        credentials Signature;
        credentials WideSignature;
        credentials none;
        operations {
            /// Read books.
            read,
            /// Write books.
            write,
            /// Make a book final.
            finish,
            /// Copy a book to another path. `read` of the source is needed, too.
            copy,
            /// List books.
            list,
            /// Be told of new books.
            follow,
        }
        unknown => Unauthorized;
        denied  => Forbidden;
        /// The member has sent too many requests.
        refuse limited => TooMany;
    }

    /// Workers that are woken. They are no members.
    access Worker {
        credentials WakeKey;
        operations { work }
        unknown => NoWorker;
    }

    /// The credentials are missing or not valid.
    outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate; }
    /// The caller lacks a permission.
    outcome Forbidden = 403 problem "forbidden" detail;
    /// The member sends too many requests.
    outcome TooMany = 429 problem "too-many-requests" { RetryAfter = 60; }
    /// The key is missing or not valid.
    outcome NoWorker = 401 problem "no-worker" { WwwAuthenticate = "Key"; }
    /// Nothing is here.
    outcome NotFound = 404 problem "not-found";
    /// The method is not supported here.
    outcome WrongMethod = 405 problem "wrong-method";
    /// The request is malformed.
    outcome BadRequest = 400 problem "bad-request";
    /// The server failed.
    outcome Unavailable = 503 problem "unavailable";
    /// The book is too long.
    outcome TooLarge = 413 problem "too-large" about body;

    unrouted {
        path   => NotFound;
        method => WrongMethod;

        /// Whoever asks learns that there is no such path.
        example elsewhere {
            send GET "/elsewhere";
            expect NotFound;
        }
        /// A method that no book has needs no permission.
        example other_method {
            send PATCH "/books/a";
            expect WrongMethod;
        }
    }

    /// A book.
    resource Book at "/books/{path..}" {
        path path: segments 1..=64;

        refuse {
            malformed      => BadRequest;
            failure        => Unavailable;
            body.too_large => TooLarge;
        }

        /// Writes a book.
        endpoint write = PUT {
            needs write(path) when not CopyOf;
            needs copy(path) when CopyOf;
            needs read(CopyOf);
            needs finish(path) when Final;
            denied when Final => Unfinished;

            request {
                ContentType?;
                CopyOf?;
                Final?;
                body ..= limits.book;
            }
            answer { always => Written; }

            outcome Written = 204;
            /// The book is not finished.
            outcome Unfinished = 401 problem "unfinished" detail { WwwAuthenticate = "Bearer"; }

            /// Whoever may write is not asked for more.
            example written {
                given Member permits write;
                send PUT "/books/a" { Authorization = "Bearer write"; body = "text"; }
                expect Written;
            }
            /// Who sends too many requests can't write, whatever else is permitted.
            example not_so_often {
                given Member limited;
                send PUT "/books/a" { Authorization = "Bearer write"; body = "text"; }
                expect TooMany { RetryAfter = "60"; }
            }
            /// A reader can't write.
            example not_by_readers {
                given Member permits read, list;
                send PUT "/books/a" { Authorization = "Bearer read list"; body = "text"; }
                expect Forbidden;
            }
            /// The last change needs another permission.
            example not_final {
                given Member permits write;
                send PUT "/books/a" { Authorization = "Bearer write"; Final = "true"; }
                expect Unfinished;
            }
            /// A copy needs no permission to write.
            example copied {
                given Member permits copy, read;
                send PUT "/books/a" { Authorization = "Bearer copy read"; CopyOf = "/books/b"; }
                expect Written;
            }
            /// A copy needs `read` of its source.
            example copied_blindly {
                given Member permits copy;
                send PUT "/books/a" { Authorization = "Bearer copy"; CopyOf = "/books/b"; }
                expect Forbidden;
            }
            /// A malformed path to a source counts as absent.
            example malformed_source {
                given Member permits write;
                send PUT "/books/a" { Authorization = "Bearer write"; CopyOf = "/books/%zz"; }
                expect BadRequest;
            }
            /// A book that is too long is refused.
            example too_large {
                given limits.book = 1 B;
                send PUT "/books/a" { Authorization = "Bearer write finish"; body = "text"; }
                expect TooLarge;
            }
        }

        /// Reads a book.
        endpoint read = GET {
            needs read(path);

            refuse { book.absent => NotFound; }
            answer { always => Found; }

            outcome Found = 200 { Reader; body bytes; }

            /// Anyone can read public books.
            example without_credentials {
                given book.present;
                given Member permits read, list;
                send GET "/books/public";
                expect Found { Reader = "anyone"; body = "text"; }
            }
            /// A token is in a header.
            example by_token {
                given book.present;
                given Member permits read;
                send GET "/books/a" { Authorization = "Bearer read"; }
                expect Found { Reader = "bearer"; }
            }
            /// A token is among the subprotocols of a WebSocket.
            example by_subprotocol {
                given book.present;
                given Member permits read;
                send GET "/books/a" { Subprotocols = "shelf, bearer.read"; }
                expect Found { Reader = "subprotocol"; }
            }
            /// A signed URL can be shared.
            example by_signature {
                given book.present;
                given Member permits read;
                send GET "/books/a" { Exp = "5"; Sig = "read"; }
                expect Found { Reader = "signature"; }
            }
            /// A kind of credentials can have all inputs of another kind, and further ones.
            example by_wide_signature {
                given book.present;
                given Member permits read;
                send GET "/books/a" { Under = "a"; Exp = "5"; Sig = "read"; }
                expect Found { Reader = "wide signature"; }
            }
            /// A token that allows nothing is a valid token.
            example denied_token {
                given Member permits nothing;
                send GET "/books/a" { Authorization = "Bearer -"; }
                expect Forbidden;
            }
            /// A subprotocol can lack a permission.
            example denied_subprotocol {
                given Member permits write;
                send GET "/books/a" { Subprotocols = "bearer.write"; }
                expect Forbidden;
            }
            /// A signature is for some operations only.
            example denied_signature {
                given Member permits write;
                send GET "/books/a" { Exp = "5"; Sig = "write"; }
                expect Forbidden;
            }
            /// An invalid token is refused.
            example unknown_token for token in ["Bearer stolen", "bearer Stolen"] {
                given Member unknown;
                send GET "/books/a" { Authorization = token; }
                expect Unauthorized { WwwAuthenticate; }
            }
            /// An invalid token among the subprotocols is refused.
            example unknown_subprotocol {
                given Member unknown;
                send GET "/books/a" { Subprotocols = "bearer.stolen, bearer.read"; }
                expect Unauthorized { WwwAuthenticate; }
            }
            /// A signature that has ended, or is malformed or incomplete, is refused.
            example unknown_signature for exp in ["0", "soon"] {
                given Member unknown;
                send GET "/books/a" { Exp = exp; Sig = "read"; }
                expect Unauthorized { WwwAuthenticate; }
            }
            /// A signature without a time is refused.
            example incomplete_signature {
                given Member unknown;
                send GET "/books/public" { Sig = "read"; }
                expect Unauthorized { WwwAuthenticate; }
            }
            /// Credentials of the larger kind are never taken for those of the smaller one.
            example incomplete_wide_signature for under in ["", "a"] {
                given Member unknown;
                send GET "/books/public" { Under = under; Exp = "5"; }
                expect Unauthorized { WwwAuthenticate; }
            }
            /// Nor if only what tells them apart is malformed.
            example malformed_wide_signature {
                given Member unknown;
                send GET "/books/a" { Under = ""; Exp = "5"; Sig = "read"; }
                expect Unauthorized { WwwAuthenticate; }
            }
            /// Credentials of two kinds are refused, even if both are valid.
            example two_kinds {
                given Member unknown;
                send GET "/books/a" { Authorization = "Bearer read"; Exp = "5"; Sig = "read"; }
                expect Unauthorized { WwwAuthenticate; }
            }
            /// Only a caller who may read learns that a book does not exist.
            example absent {
                given book.absent;
                given Member permits read;
                send GET "/books/a" { Authorization = "Bearer read"; }
                expect NotFound;
            }
            /// The path in a malformed request is no path, so no permission is about it.
            example bad_path {
                given Member permits nothing;
                send GET "/books/%zz" { Authorization = "Bearer -"; }
                expect BadRequest;
            }
            /// The server can fail.
            example failed {
                given failure;
                send GET "/books/a" { Authorization = "Bearer read"; }
                expect Unavailable;
            }
        }
    }

    /// All books.
    resource Books at "/books" {
        refuse {
            malformed => BadRequest;
            failure   => Unavailable;
        }

        /// Lists books.
        endpoint list = GET {
            needs list;
            needs follow when Live is Feed;

            request { Live or Poll; }
            answer { always => Listed; }

            outcome Listed = 204;

            /// A list is of no path.
            example listed {
                given Member permits list;
                send GET "/books" { Authorization = "Bearer list"; }
                expect Listed;
            }
            /// Following needs a permission of its own.
            example not_followed {
                given Member permits list;
                send GET "/books" { Authorization = "Bearer list"; Live = "feed"; }
                expect Forbidden;
            }
            /// A malformed input is told to callers who may list.
            example no_such_list {
                given Member permits list;
                send GET "/books" { Authorization = "Bearer list"; Live = "once"; }
                expect BadRequest;
            }
        }
    }

    /// The work that is left.
    resource Work at "/work" {
        refuse {
            malformed => BadRequest;
            failure   => Unavailable;
        }

        /// Takes work. It needs other credentials than books.
        endpoint take = POST {
            needs work;

            answer { always => Taken; }

            outcome Taken = 204;

            /// The key is in the query.
            example taken {
                send POST "/work" { WakeKey = "open"; }
                expect Taken;
            }
            /// A worker needs a key.
            example no_key {
                given Worker unknown;
                send POST "/work";
                expect NoWorker { WwwAuthenticate = "Key"; }
            }
            /// A member is no worker.
            example no_worker {
                given Worker unknown;
                send POST "/work" { Authorization = "Bearer read"; WakeKey = "wrong"; }
                expect NoWorker;
            }
        }

        /// Whether the server works.
        endpoint health = GET {
            public;

            answer { always => Well; }

            outcome Well = 204;

            /// Nobody is asked for credentials.
            example well {
                send GET "/work" { Authorization = "Bearer stolen"; }
                expect Well;
            }
        }
    }
}
