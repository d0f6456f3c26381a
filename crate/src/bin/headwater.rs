//! The native `headwater` command.
fn main() {}
