//! An outcome without a header that it always has.

use spec::stream::append::Appended;

fn main() {
    let _ = Appended { stream_closed: true };
}
