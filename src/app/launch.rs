//! What the screen is started with: everything that was read from arguments, settings and surroundings.

use super::state::Session;
use crate::config::{KeyMap, Paint, Role};
use crate::local::OpenOptions;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the screen is started with.
#[derive(Clone, Debug)]
pub struct Launch {
    /// What does not change while it runs.
    pub session: Session,
    /// Files and directories; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// How they are read.
    pub options: OpenOptions,
    /// The window as typed (`15m`, `14:20 to 14:30`).
    pub window: Option<String>,
    /// Only this service.
    pub service: Option<String>,
    /// Only this level and above.
    pub level: Option<crate::domain::Level>,
    /// The key table, and what was wrong with the settings of it.
    pub keys: KeyMap,
    /// What could not be used of the settings, as sentences.
    pub problems: Vec<String>,
    /// Name of the theme.
    pub theme: String,
    /// Whether that was given for this run, so that one chosen in an earlier run does not hold.
    pub theme_is_fixed: bool,
    /// Colours of single roles over the theme's own.
    pub colors: Vec<(Role, Paint)>,
    /// Whether colours are shown.
    pub color: bool,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Where cases, crash reports and copies are kept; `None`: nowhere.
    pub state_dir: Option<PathBuf>,
    /// The environment, for the editor, the clipboard and the colour depth.
    pub environment: BTreeMap<String, String>,
    /// Whether the last unfinished case is opened.
    pub resume: bool,
    /// Whether new lines are followed from the start.
    pub follow: bool,
}
