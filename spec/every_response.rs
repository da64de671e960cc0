//! The headers that all responses have, most of them for browsers.

macros::part! {
    cors {
        origin = "*";
        max_age = 1 d;
    }

    every response {
        XContentTypeOptions = "nosniff";
        CrossOriginResourcePolicy = "cross-origin";
        TimingAllowOrigin = "*";
        ServerTiming?;
    }
}
