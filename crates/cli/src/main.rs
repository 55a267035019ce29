//! `trackward`: the command line.
fn main() {}
