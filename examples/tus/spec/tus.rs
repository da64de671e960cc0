// tus 1.0 as this example implements it: the core protocol, and the extensions creation and termination.

::macros::protocol! {
    /// Resumable uploads over HTTP: [tus 1.0](https://tus.io/protocols/resumable-upload), with the extensions creation and
    /// termination.
    protocol Tus {
        problems = "urn:tus:problem:";
    }

    limits {
        /// Maximum size of an upload.
        upload = 1 GiB;
        /// Size of the objects in which an upload is stored until it is complete, and the memory that a request takes.
        piece = 8 MiB;
    }

    media Piece = "application/offset+octet-stream";

    /// Version of the protocol, in requests and responses.
    header TusResumable = "tus-resumable": one_of { V1 = "1.0.0" };
    /// Versions that the server supports, separated by commas.
    header TusVersion = "tus-version": text 1..=64;
    /// Extensions that the server supports, separated by commas.
    header TusExtension = "tus-extension": text 1..=64;
    /// Maximum size of an upload, in bytes.
    header TusMaxSize = "tus-max-size": u53;
    /// Size of the upload, in bytes.
    header UploadLength = "upload-length": u53;
    /// Number of bytes that the server has.
    header UploadOffset = "upload-offset": u53;
    /// What the client wants to be kept with the upload.
    header UploadMetadata = "upload-metadata": pairs 1..=1024;
    header Location = "location": path_to Upload;
    header ContentType = "content-type": media_type;
    header CacheControl = "cache-control": text 1..=64;

    /// There is no such upload.
    fact upload.unknown;
    /// The server has more or fewer bytes of the upload than the request continues after.
    fact offset.differs;
    /// The body has more bytes than the upload lacks.
    fact body_length.excessive;
    /// The upload would exceed the maximum size.
    edge fact size.excessive(UploadLength);

    cors {
        origin = "*";
        max_age = 86400 s;
    }

    every response { TusResumable = V1; }

    /// Nothing is here.
    outcome NotFound = 404 problem "not-found";
    /// The method is not supported here.
    outcome MethodNotAllowed = 405 problem "method-not-allowed";
    /// The request is malformed.
    outcome BadRequest = 400 problem "bad-request";
    /// The server does not support the client's version of the protocol.
    outcome VersionUnsupported = 412 problem "version-unsupported" about TusResumable { TusVersion = "1.0.0"; }
    /// The upload is too large.
    outcome TooLarge = 413 problem "too-large";
    /// The server failed.
    outcome Unavailable = 503 problem "unavailable";

    unrouted {
        path   => NotFound;
        method => MethodNotAllowed;

        /// Other paths have nothing.
        example elsewhere {
            send GET "/";
            expect NotFound;
        }
        /// A download is no part of the protocol.
        example download {
            send GET "/files/a" { TusResumable = "1.0.0"; }
            expect MethodNotAllowed { TusResumable = "1.0.0"; }
        }
    }

    /// All uploads.
    resource Uploads at "/files" {
        options {
            TusVersion = "1.0.0";
            TusExtension = "creation,termination";
            TusMaxSize = limits.upload;
        }
        request { TusResumable; }
        refuse {
            TusResumable malformed => VersionUnsupported;
            malformed              => BadRequest;
            failure                => Unavailable;
        }

        /// Creates an upload.
        endpoint create = POST {
            request {
                UploadLength;
                UploadMetadata?;
            }
            refuse { size.excessive => TooLarge; }
            answer { always => Created; }

            /// The upload can begin.
            outcome Created = 201 { Location; }

            /// The response tells where the upload is.
            example created {
                send POST "/files" {
                    TusResumable = "1.0.0"; UploadLength = "5"; UploadMetadata = "filename YS50eHQ=,draft";
                }
                expect Created { Location = "/files/a"; TusResumable = "1.0.0"; }
            }
            /// An upload can be empty.
            example empty {
                send POST "/files" { TusResumable = "1.0.0"; UploadLength = "0"; }
                expect Created { Location = "/files/a"; }
            }
            /// The size is required.
            example no_length {
                send POST "/files" { TusResumable = "1.0.0"; }
                expect BadRequest;
            }
            /// Metadata is in base64, and each key occurs once.
            example bad_metadata for metadata in ["filename a.txt", "a YQ==,a YQ=="] {
                send POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; UploadMetadata = metadata; }
                expect BadRequest;
            }
            /// The server has a maximum.
            example too_large {
                given limits.upload = 4 B;
                send POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; }
                expect TooLarge;
            }
            /// The version is checked before anything else.
            example version for version in ["0.2.2", "1.0"] {
                send POST "/files" { TusResumable = version; UploadLength = "five"; }
                expect VersionUnsupported { TusVersion = "1.0.0"; TusResumable = "1.0.0"; }
            }
            /// The server can fail.
            example failed {
                given failure;
                send POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; }
                expect Unavailable;
            }
        }
    }

    /// One upload.
    resource Upload at "/files/{id}" {
        path id: segments 1..=64;
        options {
            TusVersion = "1.0.0";
            TusExtension = "creation,termination";
            TusMaxSize = limits.upload;
        }
        request { TusResumable; }
        refuse {
            TusResumable malformed => VersionUnsupported;
            malformed              => BadRequest;
            failure                => Unavailable;
            body.too_large         => TooLarge;
            upload.unknown         => NotFound;
        }

        /// Returns how much of an upload the server has.
        endpoint describe = HEAD {
            answer { always => Described; }

            /// The upload exists.
            outcome Described = 200 { UploadOffset; UploadLength; UploadMetadata?; CacheControl = "no-store"; }

            /// A client asks for the offset before it continues.
            example interrupted {
                given not upload.unknown {
                    POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; UploadMetadata = "filename YS50eHQ="; }
                    PATCH "/files/a" {
                        TusResumable = "1.0.0"; UploadOffset = "0"; ContentType = "application/offset+octet-stream";
                        body = "abc";
                    }
                }
                send HEAD "/files/a" { TusResumable = "1.0.0"; }
                expect Described {
                    UploadOffset = "3"; UploadLength = "5"; UploadMetadata = "filename YS50eHQ=";
                    CacheControl = "no-store";
                }
            }
            /// An upload without data is complete if it is empty.
            example complete {
                given not upload.unknown { POST "/files" { TusResumable = "1.0.0"; UploadLength = "0"; } }
                send HEAD "/files/a" { TusResumable = "1.0.0"; }
                expect Described { UploadOffset = "0"; UploadLength = "0"; not UploadMetadata; CacheControl; }
            }
            /// There is no offset of what does not exist.
            example unknown {
                given upload.unknown;
                send HEAD "/files/a" { TusResumable = "1.0.0"; }
                expect NotFound { not UploadOffset; }
            }
        }

        /// Continues an upload.
        endpoint append = PATCH {
            request {
                UploadOffset;
                ContentType;
                body stream ..= limits.upload;
            }
            refuse {
                not ContentType is Piece => WrongType;
                offset.differs           => OffsetDiffers;
                body_length.excessive    => TooLarge;
            }
            answer { always => Appended; }

            /// The body has another media type.
            outcome WrongType = 415 problem "wrong-type" about ContentType;
            /// The offset is not the end of what the server has.
            outcome OffsetDiffers = 409 problem "offset-differs" about UploadOffset;
            /// The server has the bytes of the body.
            outcome Appended = 204 { UploadOffset; }

            /// The body can be a part of what is left.
            example part {
                given not upload.unknown and not offset.differs and not body_length.excessive {
                    POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; }
                }
                send PATCH "/files/a" {
                    TusResumable = "1.0.0"; UploadOffset = "0"; ContentType = "application/offset+octet-stream";
                    body = "abc";
                }
                expect Appended { UploadOffset = "3"; }
            }
            /// The last part completes the upload.
            example last {
                given not upload.unknown and not offset.differs and not body_length.excessive {
                    POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; }
                    PATCH "/files/a" {
                        TusResumable = "1.0.0"; UploadOffset = "0"; ContentType = "application/offset+octet-stream";
                        body = "abc";
                    }
                }
                send PATCH "/files/a" {
                    TusResumable = "1.0.0"; UploadOffset = "3"; ContentType = "application/offset+octet-stream";
                    body = "de";
                }
                expect Appended { UploadOffset = "5"; }
            }
            /// The server has other bytes.
            example other_offset for offset in ["1", "5"] {
                given not upload.unknown and offset.differs {
                    POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; }
                }
                send PATCH "/files/a" {
                    TusResumable = "1.0.0"; UploadOffset = offset; ContentType = "application/offset+octet-stream";
                    body = "abc";
                }
                expect OffsetDiffers;
            }
            /// Other media types are rejected.
            example wrong_type {
                given not upload.unknown { POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; } }
                send PATCH "/files/a" {
                    TusResumable = "1.0.0"; UploadOffset = "0"; ContentType = "text/plain";
                    body = "abc";
                }
                expect WrongType;
            }
            /// The body is longer than the upload.
            example too_long {
                given not upload.unknown and not offset.differs and body_length.excessive {
                    POST "/files" { TusResumable = "1.0.0"; UploadLength = "2"; }
                }
                send PATCH "/files/a" {
                    TusResumable = "1.0.0"; UploadOffset = "0"; ContentType = "application/offset+octet-stream";
                    body = "abc";
                }
                expect TooLarge;
            }
            /// The body is longer than any upload.
            example too_large {
                given not upload.unknown and not offset.differs and not body_length.excessive {
                    POST "/files" { TusResumable = "1.0.0"; UploadLength = "2"; }
                }
                given limits.upload = 2 B;
                send PATCH "/files/a" {
                    TusResumable = "1.0.0"; UploadOffset = "0"; ContentType = "application/offset+octet-stream";
                    body = "abc";
                }
                expect TooLarge;
            }
            /// An upload must be created first.
            example unknown {
                given upload.unknown;
                send PATCH "/files/a" {
                    TusResumable = "1.0.0"; UploadOffset = "0"; ContentType = "application/offset+octet-stream";
                    body = "abc";
                }
                expect NotFound;
            }
        }

        /// Deletes an upload, complete or not.
        endpoint terminate = DELETE {
            answer { always => Deleted; }

            /// The upload is deleted.
            outcome Deleted = 204;

            /// An upload can be given up.
            example given_up {
                given not upload.unknown { POST "/files" { TusResumable = "1.0.0"; UploadLength = "5"; } }
                send DELETE "/files/a" { TusResumable = "1.0.0"; }
                expect Deleted;
            }
            /// It can't be deleted twice.
            example twice {
                given upload.unknown;
                send DELETE "/files/a" { TusResumable = "1.0.0"; }
                expect NotFound;
            }
        }
    }
}
