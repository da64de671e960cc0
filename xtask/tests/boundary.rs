//! The functions of JavaScript that the Worker calls.

/// A slice is a view of the Worker's memory. The view is empty once the memory has grown, which can happen while JavaScript waits. A `Vec`
/// is copied.
#[test]
fn asynchronous_functions_take_no_views_of_memory() {
    let source = include_str!("../../runtime/src/cloudflare/boundary.rs");
    let declared = source.split("pub async fn ").skip(1).map(|rest| rest.split_once(';').map_or(rest, |(own, _)| own));
    let views: Vec<_> = declared.clone().filter(|declaration| declaration.contains("&[")).collect();
    assert!(views.is_empty(), "{views:?}");
    assert!(declared.count() > 3, "the functions are declared here");
}
