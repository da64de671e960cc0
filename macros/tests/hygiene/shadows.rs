// Nothing that an expansion could take for granted is what it seems to be here.

struct Option;
struct Result;
struct String;
struct Vec;
struct bool;
struct str;
struct u16;
struct u64;
struct usize;
trait Clone {}
trait Copy {}
trait Debug {}
trait Display {}
trait Eq {}
trait Fn {}
trait From {}
trait Future {}
trait Hash {}
trait Into {}
trait Ord {}
trait PartialEq {}
trait PartialOrd {}
trait Send {}
fn Err() {}
fn None() {}
fn Ok() {}
fn Some() {}
fn drop() {}
mod core {}
mod std {}
mod wire {}
macro_rules! format {
    () => {};
}
macro_rules! matches {
    () => {};
}
macro_rules! unreachable {
    () => {};
}
