//! Writing a note.

::macros::part! {
    /// Writes the title of a note.
    endpoint write = PUT {
        request { Title; }
        answer { always => Written; }

        outcome Written = 204;

        example written { send PUT "/notes/a" { Title = "list"; } expect Written; }
        example untitled { send PUT "/notes/a"; expect BadRequest; }
    }
}
