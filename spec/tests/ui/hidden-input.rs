//! A handler that leaves out inputs of its endpoint.

use spec::stream::delete::Request;
use wire::{Asked, take};

fn delete(request: Asked<Request>) -> Request {
    take!(request as Request { path, .. })
}

fn main() {
    let _ = delete;
}
