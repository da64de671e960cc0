// A protocol with three formats of errors, and with requests whose JSON body can be empty.

::macros::protocol! {
    /// Jobs that workers take.
    protocol Jobs {
        problems = "urn:jobs:";
    }

    limits {
        /// Maximum size of a request. When exceeded, it gets 413.
        request = 1 KiB;
    }

    media Json = "application/json";

    /// The code of an error.
    value Code = one_of {
        InvalidRequest = "INVALID_REQUEST",
        TooLong = "TOO_LONG",
        Unavailable = "UNAVAILABLE",
        NoMethod = "NO_METHOD",
        Fenced = "FENCED",
        WrongType = "WRONG_TYPE",
    };
    /// The code of an error about a part.
    value PartCode = one_of {
        PartInvalid = "PART_INVALID",
        PartUnknown = "PART_UNKNOWN",
        Unsupported = "UNSUPPORTED",
        Denied = "DENIED",
    };
    /// Text for people.
    value Sentence = unicode 0..=400;
    value Worker = text 1..=16;
    value Generation = u53;

    header ContentType = "content-type": media_type;
    header RetryAfter = "retry-after": u53;

    state job { free, taken }
    fact part.unknown;

    /// An error as clients of jobs read it.
    object Failed { error: Failure; server: Worker?; }
    object Failure {
        code: Code;
        message: Sentence;
        generation: Generation?;
        holder: Worker or null;
        final: flag;
        turns: Generation or 3;
    }

    /// An error as clients of parts read it.
    object Refused { errors: [Refusal] 1..=9; }
    object Refusal { code: PartCode; message: Sentence?; detail: json?; }

    /// Errors of jobs. The message lists what is wrong with a request.
    errors Failed { code = error.code; message = error.message; }

    /// Errors of parts. The detail lists what is wrong with a request.
    errors Refused { code = errors.code; message = errors.message; violations = errors.detail; }

    /// What a worker tells of itself.
    object Claim { worker: Worker; patient: flag; }
    /// A filter, which can be left out.
    object Filter { worker: Worker?; }
    object Job { holder: Worker; generation: Generation; }

    /// Nothing is at this path.
    outcome NotFound = 404 problem "not-found";
    /// The resource has no such method.
    outcome MethodNotAllowed = 405 problem "method-not-allowed";

    unrouted {
        path   => NotFound;
        method => MethodNotAllowed;

        /// Nothing is elsewhere.
        example elsewhere { send GET "/"; expect NotFound; }
        /// Plain resources answer with a problem.
        example method { send PUT "/plain"; expect MethodNotAllowed; }
        /// Jobs have errors of their own.
        example method_of_a_job {
            send PUT "/jobs/a";
            expect NoMethod {
                body = json { "error": { "code": "NO_METHOD", "message": _, "holder": null, "turns": 3 } };
            }
        }
        /// Parts have yet others.
        example method_of_a_part {
            send PUT "/jobs/a/parts/7";
            expect Unsupported {
                body = json { "errors": [{ "code": "UNSUPPORTED", "message": "The part has no such method." }] };
            }
        }
    }

    /// A job.
    resource Job at "/jobs/{name}" {
        path name: segments 1..=16;
        errors Failed;
        other methods => NoMethod;

        refuse {
            body.too_large => TooLong;
            malformed      => InvalidRequest;
            failure        => Unavailable;
        }

        /// A job has no such method.
        outcome NoMethod = 405 error NoMethod;
        /// The request is too long.
        outcome TooLong = 413 error TooLong;
        /// The request is malformed.
        outcome InvalidRequest = 400 error InvalidRequest;
        /// The server can't answer now.
        outcome Unavailable = 503 error Unavailable { RetryAfter = 1; }

        /// Takes a job.
        endpoint claim = POST {
            request {
                ContentType unless body.empty;
                body json Claim? ..= limits.request;
            }
            refuse {
                not body.empty and not ContentType is Json => WrongType;
                job.taken                                  => Fenced;
            }
            answer {
                body.empty => Free;
                always     => Claimed;
            }

            /// The body is JSON.
            outcome WrongType = 415 error WrongType(message);
            /// Another worker has the job.
            outcome Fenced = 409 error Fenced(generation, holder, final, turns);
            outcome Free = 204;
            outcome Claimed = 200 { body json Job; }

            /// A worker names itself.
            example claimed {
                given job.free;
                send POST "/jobs/a" { ContentType = "application/json"; body = json { "worker": "w" }; }
                expect Claimed { body = json { "holder": "w", "generation": 7 }; }
            }
            /// Without a body, nobody takes the job.
            example free {
                given job.free;
                send POST "/jobs/a";
                expect Free;
            }
            /// The message is written by the handler.
            example wrong_type {
                given job.free;
                send POST "/jobs/a" { ContentType = "text/plain"; body = json { "worker": "w" }; }
                expect WrongType {
                    body = json { "error": { "code": "WRONG_TYPE", "message": "no text", "holder": null, "turns": 3 } };
                }
            }
            /// The error tells who has the job.
            example fenced {
                given job.taken;
                send POST "/jobs/a";
                expect Fenced {
                    body = json {
                        "error": {
                            "code": "FENCED",
                            "message": "Another worker has the job.",
                            "generation": 7,
                            "holder": "w",
                            "final": true,
                            "turns": 9
                        }
                    };
                }
            }
            /// The message tells what is wrong.
            example invalid_request {
                send POST "/jobs/a" { ContentType = "application/json"; body = json { "worker": "" }; }
                expect InvalidRequest {
                    body = json {
                        "error": {
                            "code": "INVALID_REQUEST",
                            "message": "The request is malformed. /worker of the body must be 1 to 16 bytes long, and it has 0.",
                            "holder": null,
                            "turns": 3
                        }
                    };
                }
            }
            /// An empty object is malformed, unlike an empty body.
            example memberless {
                send POST "/jobs/a" { ContentType = "application/json"; body = json {}; }
                expect InvalidRequest;
            }
            /// The limit applies to the body.
            example too_long {
                given limits.request = 4 B;
                send POST "/jobs/a" { ContentType = "application/json"; body = json { "worker": "w" }; }
                expect TooLong;
            }
            /// A failure has the format, too.
            example unavailable {
                given failure;
                send POST "/jobs/a";
                expect Unavailable { RetryAfter = "1"; }
            }
        }
    }

    /// A part of a job.
    resource Part at "/jobs/{name}/parts/{part}" {
        path name: segments 1..=16;
        path part: segments 1..=16;
        errors Refused;
        other methods => Unsupported;

        refuse {
            body.too_large => Invalid;
            malformed      => Malformed;
            failure        => Denied;
            part.unknown   => Unknown;
        }

        /// The part has no such method.
        outcome Unsupported = 405 error Unsupported;
        /// The request is malformed.
        outcome Malformed = 400 error PartInvalid;
        /// The request is too long.
        outcome Invalid = 413 error PartInvalid;
        /// The server can't answer now.
        outcome Denied = 503 error Denied;
        outcome Unknown = 404 error PartUnknown(message?);

        /// Filters a part.
        endpoint filter = POST {
            request { body json Filter or {} ..= limits.request; }
            answer { always => Filtered; }
            outcome Filtered = 200 { body json Filter; }

            /// An empty body is an empty object.
            example empty {
                given not part.unknown;
                send POST "/jobs/a/parts/7";
                expect Filtered { body = json {}; }
            }
            /// A filter has a worker.
            example filtered {
                given not part.unknown;
                send POST "/jobs/a/parts/7" { body = json { "worker": "w" }; }
                expect Filtered { body = json { "worker": "w" }; }
            }
            /// There is no such part.
            example unknown {
                given part.unknown;
                send POST "/jobs/a/parts/7";
                expect Unknown { body = json { "errors": [{ "code": "PART_UNKNOWN" }] }; }
            }
            /// The detail lists what is wrong.
            example part_invalid {
                send POST "/jobs/a/parts/7" { body = json { "worker": 7 }; }
                expect Malformed {
                    body = json {
                        "errors": [{
                            "code": "PART_INVALID", "message": "The request is malformed.",
                            "detail": [{ "in": "body", "name": "body", "pointer": "/worker", "rule": "a string" }]
                            }]
                    };
                }
            }
            /// The limit applies to the body.
            example too_long {
                given limits.request = 1 B;
                send POST "/jobs/a/parts/7" { body = json {}; }
                expect Invalid;
            }
            /// A failure has the format, too.
            example denied {
                given failure;
                send POST "/jobs/a/parts/7";
                expect Denied;
            }
        }
    }

    /// A resource whose errors are problems.
    resource Plain at "/plain" {
        refuse { malformed => BadRequest; failure => Failed; }
        outcome BadRequest = 400 problem "bad-request";
        outcome Failed = 503 problem "failed";

        endpoint read = GET {
            answer { always => Read; }
            outcome Read = 204;

            /// There is nothing to read.
            example read { send GET "/plain"; expect Read; }
            /// The server can fail.
            example failed { given failure; send GET "/plain"; expect Failed; }
        }
    }
}
