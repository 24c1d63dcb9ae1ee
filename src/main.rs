//! The `watchfire` binary: reads the world, hands it to the library, exits with its code.

use std::process::ExitCode;
use watchfire::cli::{Start, World, report_defects, run, start};

fn main() -> ExitCode {
    report_defects();
    let world = World::read();
    ExitCode::from(match start(&world) {
        #[cfg(feature = "tui")]
        Start::Screen(launch) => said(&world, watchfire::tui::run(*launch)),
        #[cfg(feature = "tui")]
        Start::Plain(launch) => said(&world, watchfire::tui::plain_session(*launch)),
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

#[cfg(feature = "tui")]
fn said(world: &World, ended: Result<u8, String>) -> u8 {
    ended.unwrap_or_else(|why| watchfire::cli::say(world, &why))
}
