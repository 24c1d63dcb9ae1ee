//! Files beside a followed one that hold what it held: renamed, copied, or rotated more than once between two looks.

use super::super::part::{FileId, fill_at};
use super::super::rotation::{Age, rotation_of};
use std::fs::File;
use std::path::{Path, PathBuf};

/// A rotated file of the same name.
#[derive(Debug)]
pub(super) struct Sibling {
    pub(super) path: PathBuf,
    pub(super) id: FileId,
    age: Age,
}

/// The rotated siblings of a file, oldest first; the file itself is not among them.
fn siblings(path: &Path) -> Vec<Sibling> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let (Some(folder), Some(own)) = (path.parent(), name(path)) else { return Vec::new() };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let stem = rotation_of(&own).stem;
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<Sibling> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let rotation = rotation_of(&name);
            if rotation.stem != stem || name == own {
                return None;
            }
            // Named like the one that was followed, whose folder may have been given as nothing.
            let path = path.with_file_name(&name);
            let meta = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
            Some(Sibling { path, id: FileId::of(&meta), age: rotation.age })
        })
        .collect();
    found.sort_by(|a, b| a.age.cmp(&b.age));
    found
}

/// Where a file that lay at `path` is now, and the files that lay there after it and are rotated already, oldest first.
pub(super) fn since_rotation(path: &Path, id: FileId) -> (Option<PathBuf>, Vec<Sibling>) {
    let mut found = siblings(path);
    match found.iter().position(|sibling| sibling.id == id) {
        Some(at) => {
            let later = found.split_off(at + 1);
            (found.pop().map(|sibling| sibling.path), later)
        }
        None => (None, Vec::new()),
    }
}

/// The copy that was made of a file before it was cut: it begins like the file, and goes on where `end` was at `at`.
pub(super) fn copy_of(path: &Path, end: &[u8], at: u64) -> Option<File> {
    let from = at.checked_sub(end.len() as u64)?;
    if end.is_empty() {
        return None;
    }
    siblings(path).into_iter().rev().find_map(|sibling| {
        let file = File::open(&sibling.path).ok()?;
        let mut there = vec![0; end.len()];
        let filled = fill_at(&file, &mut there, from).ok()?;
        (filled == end.len() && there == end).then_some(file)
    })
}

/// Whether a file bears the name of a rotated one and a file of the name without that is followed.
pub(super) fn is_rotated_name(path: &Path, followed: impl Iterator<Item = PathBuf>) -> bool {
    let split = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (path.parent().map(Path::to_owned), rotation_of(&name))
    };
    let (folder, rotation) = split(path);
    rotation.age != Age::Current
        && followed
            .map(|path| split(&path))
            .any(|(other, of)| other == folder && of.stem == rotation.stem && of.age == Age::Current)
}
