//! The inputs of all endpoints.

::macros::part! {
    /// The title of a note.
    header Title = "title": text 1..=80;

    state note { absent, present }

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome MethodNotAllowed = 405 problem "method-not-allowed";
    outcome Unavailable = 503 problem "unavailable";

    unrouted {
        path   => NotFound;
        method => MethodNotAllowed;
        example elsewhere { send GET "/books"; expect NotFound; }
        example patched { send PATCH "/notes/a"; expect MethodNotAllowed; }
    }
}
