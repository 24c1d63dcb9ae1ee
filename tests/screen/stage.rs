//! A stage for the screen: the bundled incident opened for real, the screen played without a terminal.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;
use watchfire::analyst::Analyst;
use watchfire::app::{Opened, Session};
use watchfire::demo::Incident;
use watchfire::domain::Timestamp;
use watchfire::investigate::{Investigation, Limits};
use watchfire::layer::Timings;
use watchfire::local::{Input, LocalLogs, OpenOptions, Store};
use watchfire::port::{AnswerModel, Clock, Search};
use watchfire::tui::{Rehearsal, Theme};

/// A clock that stands still, so that nothing on the screen depends on how long things took.
struct Still;

impl Clock for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

/// The working directory belongs to one stage at a time.
static DIRECTORY: Mutex<()> = Mutex::new(());

/// The incident, opened.
pub(crate) struct Stage {
    pub(crate) runtime: Runtime,
    logs: LocalLogs,
    _incident: Incident,
    _directory: MutexGuard<'static, ()>,
}

impl Stage {
    pub(crate) fn demo() -> Self {
        let directory = DIRECTORY.lock().unwrap_or_else(PoisonError::into_inner);
        let incident = Incident::unpack().unwrap();
        // Names are shown as they were given; a folder of a test run must not be among them.
        std::env::set_current_dir(incident.folder()).unwrap();
        let paths = incident.paths();
        let inputs = paths.iter().filter_map(|path| path.file_name()).map(|name| Input::Path(name.into()));
        let now = Timestamp::from_millis(1_772_500_000_000);
        let store = Store::open(inputs.collect(), &OpenOptions::new(now, std::env::temp_dir())).unwrap();
        Self {
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_time()
                .build()
                .unwrap(),
            logs: LocalLogs::new(Arc::new(store)),
            _incident: incident,
            _directory: directory,
        }
    }

    /// The screen of this size with everything opened, answers by `model`.
    pub(crate) fn screen_with(
        &self,
        model: Arc<dyn AnswerModel>,
        size: (u16, u16),
        theme: &Theme,
    ) -> Rehearsal {
        let _inside = self.runtime.enter();
        let investigation = Investigation {
            search: Arc::new(self.logs.clone()),
            browse: Arc::new(self.logs.clone()),
            model,
            clock: Arc::new(Still),
            timings: Timings::default(),
            limits: Limits::default(),
        };
        let session = Session { title: "demo incident".into(), demo: true, ..Session::default() };
        let mut screen = Rehearsal::new(investigation, session, size, theme);
        self.runtime.block_on(async {
            let overview = self.logs.overview().await.unwrap();
            let patterns = self.logs.store().templates().len();
            let took = Duration::from_millis(61);
            screen.opened(Opened { overview, patterns, took, partial: false }).await;
        });
        screen
    }

    pub(crate) fn screen(&self, size: (u16, u16)) -> Rehearsal {
        self.screen_with(Arc::new(Analyst), size, &Theme::named("dark", false))
    }

    /// Presses keys, each after everything the one before asked for has come.
    pub(crate) fn play(&self, screen: &mut Rehearsal, keys: &[&str]) {
        self.runtime.block_on(screen.play(keys));
    }

    /// Asks a question and waits for its answer.
    pub(crate) fn ask(&self, screen: &mut Rehearsal, question: &str) {
        self.play(screen, &["i"]);
        screen.press(question);
        self.play(screen, &["enter"]);
    }
}
