//! The `watchfire` binary: reads the world, hands it to the library, exits with its code.

fn main() {}
