//! The bundled incident as files on disk.
//!
//! An adapter: it unpacks to a folder only its user can read and removes that when the value is dropped. A process that
//! is killed cannot: its folder is no longer locked, and the next one that unpacks removes it. What
//! happened in the incident is written in `assets/demo/truth.toml`; the files come from `examples/make_demo`.

use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
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

/// How the names of folders begin.
const PREFIX: &str = "watchfire-demo-";
/// A folder younger than this may not be locked yet.
const YOUNG: Duration = Duration::from_secs(60);

/// The incident unpacked; its folder is removed on drop.
#[derive(Debug)]
pub struct Incident {
    folder: TempDir,
    /// Locked as long as the folder is in use; the system unlocks it, however a process ends.
    _lock: Option<File>,
}

impl Incident {
    /// Unpacks the incident (about 8 MB) into a new folder with mode 0700 under the system's temporary folder, and
    /// removes what killed processes left there.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn unpack() -> io::Result<Self> {
        Self::unpack_in(&std::env::temp_dir(), YOUNG)
    }

    fn unpack_in(place: &Path, young: Duration) -> io::Result<Self> {
        remove_stale(place, young);
        let folder = private_folder(place)?;
        // Without a lock the folder is at worst removed under a session that is a minute old.
        let lock = locked(folder.path());
        for (name, bytes) in PACKED {
            match name.strip_suffix(".zst") {
                Some(plain) => {
                    let mut file = File::create(folder.path().join(plain))?;
                    zstd::stream::copy_decode(*bytes, &mut file)?;
                }
                None => std::fs::write(folder.path().join(name), bytes)?,
            }
        }
        Ok(Self { folder, _lock: lock })
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

/// The folder, locked by this process; `None` while another one has it.
fn locked(folder: &Path) -> Option<File> {
    let file = File::open(folder).ok()?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).ok().map(|()| file)
}

/// Removes folders nobody has locked. What cannot be removed (another user's) stays.
fn remove_stale(place: &Path, young: Duration) {
    for entry in place.read_dir().into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // Of the entry itself: a link is never followed.
        let Some(meta) = entry.metadata().ok().filter(|meta| is_ours && meta.is_dir()) else { continue };
        let age = meta.modified().ok().and_then(|modified| modified.elapsed().ok());
        if age.is_some_and(|age| age >= young) && locked(&entry.path()).is_some() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(unix)]
fn private_folder(place: &Path) -> io::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let owner_only = std::fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix(PREFIX).permissions(owner_only).tempdir_in(place)
}

#[cfg(not(unix))]
fn private_folder(place: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(PREFIX).tempdir_in(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_in_use_stays() {
        let place = tempfile::tempdir().unwrap();
        let in_use = Incident::unpack_in(place.path(), Duration::ZERO).unwrap();
        let left = place.path().join("watchfire-demo-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("cart.log"), "x").unwrap();
        let other = place.path().join("watchfire-other");
        std::fs::create_dir(&other).unwrap();
        let next = Incident::unpack_in(place.path(), Duration::ZERO).unwrap();
        assert!(!left.exists() && other.exists());
        assert!(in_use.paths().iter().chain(&next.paths()).all(|path| path.exists()));
    }

    #[test]
    fn a_folder_that_was_just_made_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let fresh = place.path().join("watchfire-demo-fresh");
        std::fs::create_dir(&fresh).unwrap();
        remove_stale(place.path(), YOUNG);
        assert!(fresh.exists());
    }
}
