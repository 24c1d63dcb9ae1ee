//! Writes the bundled incident to `assets/demo`; with a folder as argument, the plain files there.
//!
//! `cargo run --release --example make_demo` renews the assets; `tests/demo.rs` fails when they differ from it.

#[path = "incident.rs"]
mod incident;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Level of the committed archives: slow to write, small to carry.
const ZSTD_LEVEL: i32 = 19;

fn main() -> io::Result<()> {
    let incident = incident::build();
    if let Some(folder) = env::args_os().nth(1).map(PathBuf::from) {
        fs::create_dir_all(&folder)?;
        for (name, bytes) in &incident.files {
            fs::write(folder.join(name), bytes)?;
        }
        return Ok(());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    fs::create_dir_all(&folder)?;
    for (name, bytes) in &incident.files {
        if name.ends_with(".gz") {
            fs::write(folder.join(name), bytes)?;
        } else {
            fs::write(folder.join(format!("{name}.zst")), zstd::encode_all(bytes.as_slice(), ZSTD_LEVEL)?)?;
        }
    }
    fs::write(folder.join("truth.toml"), incident.truth)
}
