//! docs/access.md: its recipes and its code do what the page claims, on the server.

#[path = "access_page/minting.rs"]
mod minting;
#[path = "access_page/page.rs"]
mod page;
#[path = "access_page/recipes.rs"]
mod recipes;
