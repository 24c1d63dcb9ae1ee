//! The bundled incident as files on disk.
//!
//! An adapter: it unpacks to a folder only its user can read and removes that when the value is dropped. What
//! happened in the incident is written in `assets/demo/truth.toml`; the files come from `examples/make_demo`.

use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

macro_rules! packed {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../assets/demo/", $name)).as_slice())),*]
    };
}

/// The committed archives. Those ending in `.zst` are unpacked; `payment.log.1.gz` stays as a rotation leaves it.
const PACKED: &[(&str, &[u8])] = packed![
    "cart.log.zst",
    "checkout.log.zst",
    "gateway.log.zst",
    "hosts.log.zst",
    "inventory.log.zst",
    "payment.log.1.gz",
    "payment.log.zst",
    "postgres.log.zst",
    "worker-1.log.zst",
    "worker-2.log.zst",
    "worker-3.log.zst",
    "worker-4.log.zst",
];

/// The question the demo asks.
pub const QUESTION: &str = "what broke checkout, and since when?";

/// The incident unpacked; its folder is removed on drop.
#[derive(Debug)]
pub struct Incident {
    folder: TempDir,
}

impl Incident {
    /// Unpacks the incident (about 8 MB) into a new folder with mode 0700 under the system's temporary folder.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn unpack() -> io::Result<Self> {
        let folder = private_folder()?;
        for (name, bytes) in PACKED {
            match name.strip_suffix(".zst") {
                Some(plain) => {
                    let mut file = std::fs::File::create(folder.path().join(plain))?;
                    zstd::stream::copy_decode(*bytes, &mut file)?;
                }
                None => std::fs::write(folder.path().join(name), bytes)?,
            }
        }
        Ok(Self { folder })
    }

    /// The folder that holds the files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Every file, in name order; `payment.log.1.gz` is the older part of `payment.log`.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        PACKED
            .iter()
            .map(|(name, _)| self.folder.path().join(name.strip_suffix(".zst").unwrap_or(name)))
            .collect()
    }

    /// Removes the folder now and says if that failed; dropping does the same silently.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn remove(self) -> io::Result<()> {
        self.folder.close()
    }
}

#[cfg(unix)]
fn private_folder() -> io::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let owner_only = std::fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix("watchfire-demo-").permissions(owner_only).tempdir()
}

#[cfg(not(unix))]
fn private_folder() -> io::Result<TempDir> {
    tempfile::Builder::new().prefix("watchfire-demo-").tempdir()
}
