macros::part! {
    endpoint append = POST {
        request { body ..= limits.note; }
        refuse { note.absent => Absent; }
        answer { note.present => Appended; }
        outcome Appended = 204;
    }
}
