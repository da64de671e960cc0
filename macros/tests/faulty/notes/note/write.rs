macros::part! {
    endpoint write = PUT {
        request { Title; body ..= limits.note; }
        answer { always => Written; }
        outcome Written = 204;
    }
}
