//! The `watchfire` binary: reads the world, hands it to the library, exits with its code.

use std::process::ExitCode;
use watchfire::cli::{Start, World, report_defects, run, start};

fn main() -> ExitCode {
    report_defects();
    let world = World::read();
    ExitCode::from(match start(&world) {
        #[cfg(feature = "tui")]
        Start::Screen(launch) => match watchfire::tui::run(*launch) {
            Ok(code) => code,
            Err(why) => watchfire::cli::say(&world, &why),
        },
        Start::Doctor(doctor) => {
            #[cfg(feature = "tui")]
            let doctor = doctor
                .with("terminal", watchfire::tui::doctor::terminal)
                .with("clipboard", watchfire::tui::doctor::clipboard);
            doctor.report(&world)
        }
        Start::Ended(code) => code,
        _ => run(&world),
    })
}
