//! The command line as clap reads it. Texts are kept as typed here; [`super::request`] says what is wrong with them.

// size: every argument of the command line, flat
use crate::parse::FORMATS;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Ask your logs what broke, from any terminal.
///
/// Reads files, directories, rotated and compressed logs with no configuration and no network. Answers are computed
/// from the lines and point at them; no model is involved.
#[derive(Debug, Parser)]
#[command(
    name = "watchfire",
    bin_name = "watchfire",
    version,
    max_term_width = 110,
    disable_help_subcommand = true
)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = super::examples::OVERVIEW)]
pub(super) struct Cli {
    /// Files or directories to open on the screen; - reads standard input; without any: the demo incident
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) screen: Screen,
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// Options every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Global {
    /// Use this profile's section of the settings file
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Read settings from this file instead of the platform's place
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    /// Never use the network (logs in files need none)
    #[arg(long, global = true)]
    pub(super) offline: bool,
    /// No colours, also on a terminal
    #[arg(long, global = true)]
    pub(super) no_color: bool,
}

/// How the screen looks and begins.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Screen")]
pub(super) struct Screen {
    /// Lines instead of a screen: for screen readers and TERM=dumb
    #[arg(long)]
    pub(super) plain: bool,
    /// Open the last unfinished case
    #[arg(long)]
    pub(super) resume: bool,
    /// Follow new lines from the start
    #[arg(long)]
    pub(super) follow: bool,
    /// Use this theme: dark, light, contrast, colorblind, ansi16, none
    #[arg(long, value_name = "NAME")]
    pub(super) theme: Option<String>,
    /// Draw with ASCII only
    #[arg(long)]
    pub(super) ascii: bool,
    /// Use the mouse
    #[arg(long)]
    pub(super) mouse: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Investigate the bundled incident: a sample shop whose checkout breaks
    #[command(after_help = super::examples::DEMO)]
    Demo(Demo),
    /// Ask one question; the answer is computed from the lines and cites them
    #[command(after_help = super::examples::ASK)]
    Ask(Ask),
    /// Find records: words, "phrases", /regex/, -without, level:error, field:value, duration>5s
    #[command(after_help = super::examples::SEARCH)]
    Search(Search),
    /// Show the patterns the lines are made of, with counts, levels, first and last time
    #[command(after_help = super::examples::PATTERNS)]
    Patterns(Patterns),
    /// Show what just broke: a window of time against the time before it, or files against files
    #[command(after_help = super::examples::DIFF)]
    Diff(Diff),
    /// Follow logs as they are written: new patterns are called out, rotation and cuts are marked
    #[command(after_help = super::examples::TAIL)]
    Tail(Tail),
    /// Print a saved case as the first draft of an incident report, in Markdown
    #[command(after_help = super::examples::REPORT)]
    Report(Report),
    /// Show a saved investigation turn by turn; needs neither the logs nor a network
    #[command(after_help = super::examples::REPLAY)]
    Replay(Replay),
    /// Show the effective settings with their origin, a commented sample file, or the keys of the screen
    #[command(after_help = super::examples::CONFIG)]
    Config(Config),
    /// Check settings, directories, terminal and clipboard, and say what to mend
    #[command(after_help = super::examples::DOCTOR)]
    Doctor(DoctorArguments),
    /// Print a completion script for a shell
    #[command(after_help = super::examples::COMPLETIONS)]
    Completions(Completions),
    /// Print the manual page, or write one page per command
    #[command(after_help = super::examples::MAN)]
    Man(Man),
}

/// Which records.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which records")]
pub(super) struct Which {
    /// Start of the window: 15m, 2h, 1d (back from the newest record), 14:30, yesterday, 2024-01-15T10:00Z
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,
    /// End of the window, in the same forms
    #[arg(long, value_name = "TIME")]
    pub(super) until: Option<String>,
    /// Only this service
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,
    /// Only records that state at least this level: trace, debug, info, notice, warn, error, fatal
    #[arg(long, value_name = "LEVEL")]
    pub(super) level: Option<String>,
}

/// How files are found and read.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct Reading {
    /// Zone of times without an offset, and of printed times: UTC, local, Europe/Berlin, +02:00
    #[arg(long, value_name = "ZONE")]
    pub(super) zone: Option<String>,
    /// Force a format where detection errs
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(FORMATS.map(|(name, _)| name)))]
    pub(super) format: Option<String>,
    /// Only files that match, e.g. '*.log' (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(super) include: Vec<String>,
    /// No file or directory that matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// Not an option: files that are gone after this run leave no index behind.
    #[arg(skip)]
    pub(super) passing: bool,
}

/// A number of rows.
fn number(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "expected a whole number that is not negative, like 20")
}

/// One documented JSON document instead of text.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Json {
    /// Print one JSON document (schemas: docs/json)
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    pub(super) screen: Screen,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Ask {
    /// The question, in plain words
    pub(super) question: String,
    /// Files or directories; - reads standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Most lines listed under the answer
    #[arg(long, value_name = "N", help_heading = "Output", allow_negative_numbers = true, value_parser = number)]
    pub(super) limit: Option<usize>,
    #[command(flatten)]
    pub(super) json: Json,
}

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Order {
    /// Best first
    #[default]
    Rank,
    /// Oldest first
    Time,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Search {
    /// What to find; '' finds every record
    #[arg(allow_hyphen_values = true)]
    pub(super) query: String,
    /// Files or directories; - reads standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Most hits shown (with --raw or --stream: all)
    #[arg(long, value_name = "N", help_heading = "Output", allow_negative_numbers = true, value_parser = number)]
    pub(super) limit: Option<usize>,
    /// Order of the hits
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) sort: Option<Order>,
    /// Show N records after each hit
    #[arg(short = 'A', long, value_name = "N", help_heading = "Output", allow_negative_numbers = true, value_parser = number)]
    pub(super) after_context: Option<usize>,
    /// Show N records before each hit
    #[arg(short = 'B', long, value_name = "N", help_heading = "Output", allow_negative_numbers = true, value_parser = number)]
    pub(super) before_context: Option<usize>,
    /// Show N records before and after each hit
    #[arg(short = 'C', long, value_name = "N", help_heading = "Output", allow_negative_numbers = true, value_parser = number)]
    pub(super) context: Option<usize>,
    /// Print only how many records match
    #[arg(long, help_heading = "Output", conflicts_with_all = ["raw", "stream"])]
    pub(super) count: bool,
    /// Print whole records as in the file, in time order, nothing else
    #[arg(long, help_heading = "Output")]
    pub(super) raw: bool,
    /// Print hits as they are read, before reading ends; up to 32 files joined by time, more one after the other
    #[arg(long, help_heading = "Output", conflicts_with = "sort")]
    pub(super) stream: bool,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Patterns {
    /// Files or directories; - reads standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Most patterns shown; without it: all
    #[arg(long, value_name = "N", help_heading = "Output", allow_negative_numbers = true, value_parser = number)]
    pub(super) limit: Option<usize>,
    /// Print one pattern id per input line, in order (- for blank lines and headings)
    #[arg(long, help_heading = "Output", conflicts_with_all = ["json", "limit"])]
    pub(super) assign: bool,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Diff {
    /// Files or directories with what broke; - reads standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    /// Files or directories of healthy time to compare with; give them last
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath,
          conflicts_with_all = ["window", "baseline"])]
    pub(super) against: Vec<PathBuf>,
    /// Length of the time that broke, counted back from the end; without it the change point is searched
    #[arg(long, value_name = "DURATION")]
    pub(super) window: Option<String>,
    /// Length of the time before the window to compare with; without it: all of it
    #[arg(long, value_name = "DURATION", requires = "window")]
    pub(super) baseline: Option<String>,
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Most rows shown per section
    #[arg(long, value_name = "N", help_heading = "Output", allow_negative_numbers = true, value_parser = number)]
    pub(super) limit: Option<usize>,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Tail {
    /// Files or directories; - reads standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    /// Begin with the records since then: 5m, 2h (back from now), 14:30, 2024-01-15T10:00Z
    #[arg(long, value_name = "TIME", help_heading = "Which records")]
    pub(super) since: Option<String>,
    /// Only this service
    #[arg(long, value_name = "NAME", help_heading = "Which records")]
    pub(super) service: Option<String>,
    /// Only records that state at least this level: trace, debug, info, notice, warn, error, fatal
    #[arg(long, value_name = "LEVEL", help_heading = "Which records")]
    pub(super) level: Option<String>,
    /// Only records that match this query (docs/query.md)
    #[arg(long = "match", value_name = "QUERY", help_heading = "Which records", allow_hyphen_values = true)]
    pub(super) matching: Option<String>,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Report {
    /// The beginning of a case's id, or a case file; without it: the case written last
    #[arg(value_hint = ValueHint::FilePath)]
    pub(super) case: Option<String>,
    /// Zone of printed times; without it: as the case was seen
    #[arg(long, value_name = "ZONE")]
    pub(super) zone: Option<String>,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Replay {
    /// The beginning of a case's id, or a case file
    #[arg(value_hint = ValueHint::FilePath)]
    pub(super) case: String,
    /// Zone of printed times; without it: as the case was seen
    #[arg(long, value_name = "ZONE")]
    pub(super) zone: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    pub(super) what: ConfigWhat,
}

#[derive(Clone, Debug, Subcommand)]
pub(super) enum ConfigWhat {
    /// Every effective value and where it came from
    Show {
        #[command(flatten)]
        json: Json,
        /// Show what this zone would resolve to
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
    },
    /// A commented sample of the settings file
    Template,
    /// Every key of the screen: place, action, keys, what it does, whether it was changed
    Keys {
        #[command(flatten)]
        json: Json,
    },
}

/// What the doctor looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DoctorArea {
    /// Settings from every place, keys and theme
    Config,
    /// Where cases, copies and choices are kept
    State,
    /// Where the index of files read before is kept
    Cache,
    /// Size, colours, characters, bytes on the wire
    Terminal,
    /// How a copy leaves this machine
    Clipboard,
}

impl DoctorArea {
    /// The name as typed and as shown.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::State => "state",
            Self::Cache => "cache",
            Self::Terminal => "terminal",
            Self::Clipboard => "clipboard",
        }
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct DoctorArguments {
    /// Only this; without it: everything
    #[arg(value_enum)]
    pub(super) area: Option<DoctorArea>,
    #[command(flatten)]
    pub(super) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Clone, Debug, Args)]
pub(super) struct Man {
    /// Write watchfire.1 and one page per command into this directory instead of printing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dir: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn files_against_files_are_told_apart() {
        let cli = Cli::try_parse_from(["watchfire", "diff", "a", "b", "--against", "c", "d"]).unwrap();
        let Some(Command::Diff(diff)) = cli.command else { panic!("not diff") };
        assert_eq!(diff.paths, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(diff.against, [PathBuf::from("c"), PathBuf::from("d")]);
    }

    #[test]
    fn a_query_may_start_with_a_minus() {
        let cli = Cli::try_parse_from(["watchfire", "search", "-health", "app.log"]).unwrap();
        let Some(Command::Search(search)) = cli.command else { panic!("not search") };
        assert_eq!((search.query.as_str(), search.paths.len()), ("-health", 1));
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in [["watchfire", "--no-color", "demo"], ["watchfire", "demo", "--no-color"]] {
            assert!(Cli::try_parse_from(line).unwrap().global.no_color);
        }
    }
}
