//! Where rustc speaks of what a program lacks, it points at the declaration in the spec.

#[test]
fn owed() {
    trybuild::TestCases::new().compile_fail("tests/owed/*.rs");
}
