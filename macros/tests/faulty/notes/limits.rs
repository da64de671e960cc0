macros::part! {
    limits {
        /// Maximum size of a note.
        text = 4 KiB;
    }
}
