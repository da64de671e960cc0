macros::part! {
    endpoint show = GET {
        answer { note.present => Shown; }
        outcome Shown = 200 { Titel; }
    }
}
