//! A handler that does not know an input of its endpoint.

use spec::stream::delete::Request;
use wire::{Asked, take};

fn delete(request: Asked<Request>) -> Request {
    take!(request as Request { path, if_match })
}

fn main() {
    let _ = delete;
}
