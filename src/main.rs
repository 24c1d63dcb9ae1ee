//! The `watchfire` binary: reads the world, hands it to the library, exits with its code.

use std::process::ExitCode;
use watchfire::cli::{World, report_defects, run};

fn main() -> ExitCode {
    report_defects();
    ExitCode::from(run(&World::read()))
}
