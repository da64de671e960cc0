//! Reading a note.

::macros::part! {
    /// Shows the title of a note.
    endpoint show = GET {
        refuse { note.absent => NotFound; }
        answer { note.present => Shown; }

        outcome Shown = 200 { Title; }

        example shown {
            given note.present { PUT "/notes/a" { Title = "list"; } }
            send GET "/notes/a";
            expect Shown { Title = "list"; }
        }
        example absent { send GET "/notes/b"; expect NotFound; }
        example fails { given failure; send GET "/notes/a"; expect Unavailable; }
    }
}
