// Notes: a protocol in several files.

::macros::protocol! {
    part inputs;

    /// Notes that a team shares.
    protocol Notes {}

    part note;
}
