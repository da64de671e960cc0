macros::protocol! {}

fn main() {}
