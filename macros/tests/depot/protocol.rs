::macros::protocol! {
    /// Uploads in pieces.
    protocol Depot {
        problems = "urn:depot:";
    }

    limits {
        /// Maximum size of one piece.
        piece = 16 B;
    }

    media Piece = "application/offset+octet-stream";
    media Text = "text/*";
    media Json = "application/json";
    media Lines = "application/x-ndjson";
    media Plain = "text/plain";

    value Size = u53 0..=99;
    value Tag = text 1..=8;
    /// The order of a list.
    value Order = one_of { Newest = "newest", Oldest = "oldest" };

    /// Version of the protocol.
    /// Media types that the client accepts.
    header Accept = "accept": accept { Json, Lines };
    /// Sizes to find.
    header Sizes = "x-sizes": list ..= 3 of Size;
    /// Media type of the uploads to find.
    header Kind = "x-kind": media_type;
    /// A mark that the server repeats.
    header Note = "x-note": text 1..=8;
    header Authorization = "authorization": credentials "Bearer";
    header WwwAuthenticate = "www-authenticate": text 1..=64;
    header Version = "depot-version": one_of { V1 = "1.0.0" };
    header ContentType = "content-type": media_type;
    /// Size of the whole upload.
    header UploadLength = "upload-length": u53;
    /// The size follows later.
    header UploadDeferLength = "upload-defer-length": one_of { Deferred = "1" };
    header Realm = "x-realm": text 1..=16;
    header Trace = "x-trace": text 1..=16;

    /// Maximum number of uploads in the response.
    query Limit = "limit": u53 1..=1000;
    /// Digest of an upload that is complete.
    query Digest = "digest": text 8..=16;
    /// Tags to find.
    query Tags = "tag": list ..= 3 of Tag;
    /// The beginning of a name.
    query Prefix = "prefix": unicode 1..=4;
    /// Counts the uploads instead.
    query Count = "count": flag "true";
    query OrderBy = "order": Order;

    /// The size, now or later.
    group Length = exactly_one { UploadLength, UploadDeferLength }
    /// A page of a list.
    group Where = all_or_none { Realm, Trace }

    fact upload.finished;
    /// The request has no token.
    edge fact caller.unknown(Authorization);

    /// Nothing is here.
    outcome Nowhere = 404 problem "nowhere";
    /// The method is not supported here.
    outcome WrongMethod = 405 problem "wrong-method";
    /// The request is malformed.
    outcome BadRequest = 400 problem "bad-request";
    /// The server does not support this version.
    outcome VersionUnsupported = 412 problem "version-unsupported" { Version = V1; }
    /// The server failed.
    outcome Unavailable = 503 problem "unavailable";

    unrouted {
        path   => Nowhere;
        method => WrongMethod;

        /// Other paths have nothing.
        example elsewhere {
            send GET "/elsewhere";
            expect Nowhere;
        }
        /// Uploads can't be replaced.
        example other_method {
            send PUT "/uploads";
            expect WrongMethod;
        }
    }

    /// All uploads.
    resource Uploads at "/uploads" {
        request { Authorization?; Version; }
        refuse {
            caller.unknown    => Unauthorized;
            Version malformed => VersionUnsupported;
            Length malformed  => BadLength;
            malformed         => BadRequest;
            failure           => Unavailable;
            body.too_large    => TooLarge;
        }

        /// A token is required. Its scope is named.
        outcome Unauthorized = 401 problem "unauthorized" { WwwAuthenticate; }
        /// The piece is too large.
        outcome TooLarge = 413 problem "too-large" about body;
        /// Exactly one of the two lengths must be sent.
        outcome BadLength = 422 problem "bad-length" about UploadLength;

        /// Creates an upload.
        endpoint create = POST {
            request {
                ContentType unless body.empty;
                Length;
                body ..= limits.piece;
            }
            refuse {
                not body.empty and not ContentType is Piece => WrongType;
            }
            answer { always => Created; }

            /// A piece has another media type.
            outcome WrongType = 415 problem "wrong-type" about ContentType;
            outcome Created = 201;

            /// An upload starts without a piece.
            example empty {
                send POST "/uploads" { Version = "1.0.0"; UploadLength = "5"; }
                expect Created;
            }
            /// An upload starts with a piece.
            example piece {
                send POST "/uploads" {
                    Version = "1.0.0"; UploadDeferLength = "1"; ContentType = "application/Offset+Octet-Stream";
                    body = "x";
                }
                expect Created;
            }
            /// Other media types are rejected.
            example wrong_type for media in ["text/plain", "application/octet-stream"] {
                send POST "/uploads" { Version = "1.0.0"; UploadLength = "5"; ContentType = media; body = "x"; }
                expect WrongType;
            }
            /// Another version is rejected, whatever else is wrong.
            example other_version for version in ["2.0.0", "1"] {
                send POST "/uploads" { Version = version; UploadLength = "none"; }
                expect VersionUnsupported { Version = "1.0.0"; }
            }
            /// Two lengths are one too many.
            example two_lengths {
                send POST "/uploads" { Version = "1.0.0"; UploadLength = "5"; UploadDeferLength = "1"; }
                expect BadLength;
            }
            /// One length is needed.
            example no_length {
                send POST "/uploads" { Version = "1.0.0"; }
                expect BadLength;
            }
            /// A piece has a maximum size.
            example too_large {
                given limits.piece = 1 B;
                send POST "/uploads" {
                    Version = "1.0.0"; UploadLength = "5"; ContentType = "application/offset+octet-stream";
                    body = "xy";
                }
                expect TooLarge;
            }
        }

        /// Creates a complete upload.
        endpoint mount = POST when Digest {
            request { Digest; }
            answer { always => Mounted; }

            outcome Mounted = 201 { Trace; }

            /// The digest is in the query.
            example mounted {
                send POST "/uploads" { Version = "1.0.0"; Digest = "sha:1234"; }
                expect Mounted { Trace = "sha:1234"; }
            }
            /// A malformed digest does not create an empty upload.
            example bad_digest for digest in ["", "sha:1"] {
                send POST "/uploads" { Version = "1.0.0"; Digest = digest; UploadLength = "5"; }
                expect BadRequest;
            }
        }

        /// Counts uploads.
        endpoint count = GET when Count {
            answer { always => Counted; }

            outcome Counted = 204;

            /// A flag selects the endpoint.
            example counted {
                send GET "/uploads" { Version = "1.0.0"; Count = "TRUE"; }
                expect Counted;
            }
        }

        /// Lists the newest uploads of all.
        endpoint newest = GET when OrderBy is Newest {
            answer { always => Latest; }

            outcome Latest = 204;

            /// Endpoints are tried from top to bottom.
            example latest {
                send GET "/uploads" { Version = "1.0.0"; OrderBy = "newest"; Count = "false"; }
                expect Latest;
            }
        }

        /// Lists uploads.
        endpoint list = GET {
            request { Limit or 1000; OrderBy or Newest; Where; }
            refuse { OrderBy is Oldest and upload.finished => Finished; }
            answer { OrderBy is Newest => Recent; always => Listed; }

            /// There is nothing left to list.
            outcome Finished = 410 problem "finished";
            outcome Recent = 200 { ContentType = Plain; Trace; body bytes; }
            outcome Listed = 200 { ContentType = Plain; body bytes; }

            /// The newest come first by default, and not more than 1000.
            example recent {
                send GET "/uploads" { Version = "1.0.0"; Realm = "a"; Trace = "b"; }
                expect Recent { ContentType = "text/plain"; Trace = "b"; body = "1000"; }
            }
            /// The order can be chosen.
            example oldest {
                given not upload.finished;
                send GET "/uploads" { Version = "1.0.0"; Realm = "a"; Trace = "b"; OrderBy = "oldest"; Limit = "7"; }
                expect Listed { body = "7"; }
            }
            /// Finished uploads are not listed.
            example finished {
                given upload.finished;
                send GET "/uploads" { Version = "1.0.0"; Realm = "a"; Trace = "b"; OrderBy = "oldest"; }
                expect Finished;
            }
            /// Both headers are required.
            example unplaced {
                send GET "/uploads" { Version = "1.0.0"; Realm = "a"; }
                expect BadRequest;
            }
            /// The realm is part of the response.
            example unauthorized {
                given caller.unknown;
                send GET "/uploads" { Version = "1.0.0"; Realm = "a"; Trace = "b"; Authorization = "Bearer none"; }
                expect Unauthorized { WwwAuthenticate = "Bearer realm=\"/uploads\""; }
            }
            /// The server can fail.
            example failed {
                given failure;
                send GET "/uploads" { Version = "1.0.0"; Realm = "a"; Trace = "b"; }
                expect Unavailable;
            }
        }

        /// Was removed from the protocol.
        endpoint describe = HEAD {
            refuse { always => Gone; }

            /// This request is no longer answered.
            outcome Gone = 410;

            /// It is always refused.
            example gone {
                send HEAD "/uploads" { Version = "1.0.0"; }
                expect Gone;
            }
        }
    }

    /// Finds uploads.
    resource Search at "/search" {
        request { Accept or Json; Prefix?; Tags?; Sizes?; Kind or Plain; Note or "none"; }
        refuse {
            Accept malformed => NotAcceptable;
            malformed        => BadRequest;
            failure          => Unavailable;
        }

        /// The server offers no media type that the client accepts.
        outcome NotAcceptable = 406 problem "not-acceptable" about Accept;

        endpoint find = GET {
            refuse { not (Kind is Text or Kind is Piece) => Unsearchable; }
            answer { Accept is Lines and not Tags => Empty; always => Found; }

            /// Only text and pieces can be found.
            outcome Unsearchable = 422 problem "unsearchable" about Kind;
            outcome Empty = 204 { Note; }
            outcome Found = 200 { ContentType = Accept; body bytes; }

            /// Images can't be found.
            example unsearchable {
                send GET "/search" { Kind = "image/png"; }
                expect Unsearchable;
            }
            /// A range of media types includes others.
            example of_kind for kind in ["text/html", "TEXT/PLAIN; charset=utf-8", "application/offset+octet-stream"] {
                send GET "/search" { Kind = kind; Prefix = "a"; }
                expect Found { ContentType; body = "a"; }
            }

            /// JSON is the default.
            example found {
                send GET "/search" { Prefix = "é, a"; }
                expect Found { ContentType = "application/json"; body = "é, a"; }
            }
            /// A client that accepts everything gets the default, too.
            example anything for accept in ["*/*", "application/*", "text/html, */*;q=0.1"] {
                send GET "/search" { Accept = accept; Prefix = "a"; }
                expect Found { ContentType = "application/json"; body = "a"; }
            }
            /// A client can prefer lines. Tags and sizes are lists.
            example lines {
                send GET "/search" {
                    Accept = "application/json;q=0.5, application/x-ndjson"; Tags = "a"; Tags = "b,c"; Sizes = "1, ,2";
                }
                expect Found { ContentType = "application/x-ndjson"; body = "a|b,c|1|2"; }
            }
            /// Without tags, there are no lines.
            example no_lines {
                send GET "/search" { Accept = "application/x-ndjson"; }
                expect Empty { Note = "none"; }
            }
            /// Other media types are not offered.
            example not_acceptable for accept in ["text/html", "application/json;q=0"] {
                send GET "/search" { Accept = accept; }
                expect NotAcceptable;
            }
        }
    }
}
