//! A note.

::macros::part! {
    /// One note.
    resource Note at "/notes/{name}" {
        path name: segments 1..=64;
        refuse { malformed => BadRequest; failure => Unavailable; }

        part note::show;
        part note::write;
    }
}
