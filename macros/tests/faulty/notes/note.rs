macros::part! {
    resource Note at "/notes/{name}" {
        path name: segments 1..=64;
        refuse { malformed => BadRequest; failure => Unavailable; body.too_large => TooLarge; }
        outcome TooLarge = 413 problem "too-large";

        part note::show;
        part note::write;
        part note::append;
    }
}
