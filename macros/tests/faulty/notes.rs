macros::protocol! {
    /// Notes, whose parts have a fault each.
    protocol Notes {}

    part notes::limits;
    part notes::inputs;
    part notes::note;
}

fn main() {}
