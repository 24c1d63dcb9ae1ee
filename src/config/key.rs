//! The keys: their names in the file and in the environment, and what they mean.

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// `zone`
    Zone,
    /// `color`
    Color,
    /// `log_level`
    LogLevel,
    /// `debug`
    Debug,
    /// `prod`
    Prod,
    /// `search.limit`
    Limit,
    /// `search.max_limit`
    MaxLimit,
    /// `search.max_query_length`
    MaxQueryLength,
    /// `local.cache_dir`
    CacheDir,
    /// `local.spool_cap`
    SpoolCap,
    /// `theme.name`
    Theme,
    /// `theme.ascii`
    Ascii,
    /// `theme.mouse`
    Mouse,
}

/// Environment names of the replaced system that no part of this version uses yet; `config show` lists those it sees.
pub const LATER_NAMES: &[&str] = &[
    "AWS_REGION",
    "OPENSEARCH_HOST",
    "INDEX_NAME",
    "BEDROCK_MODEL_ID_EMBEDDING",
    "BEDROCK_MODEL_ID_CLAUDE",
    "BEDROCK_TIMEOUT",
    "BEDROCK_MAX_RETRIES",
    "PAGE_TITLE",
    "ENABLE_COST_TRACKING",
    "MAX_TOKENS_PER_SESSION",
    "ENABLE_QUERY_CACHING",
    "MAX_REQUESTS_PER_HOUR",
];

impl Key {
    /// Every key, in the order of the template: keys without a section first, sections together.
    pub const ALL: [Self; 13] = [
        Self::Zone,
        Self::Color,
        Self::LogLevel,
        Self::Debug,
        Self::Prod,
        Self::Limit,
        Self::MaxLimit,
        Self::MaxQueryLength,
        Self::CacheDir,
        Self::SpoolCap,
        Self::Theme,
        Self::Ascii,
        Self::Mouse,
    ];

    /// The dotted name in the settings file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zone => "zone",
            Self::Color => "color",
            Self::LogLevel => "log_level",
            Self::Debug => "debug",
            Self::Prod => "prod",
            Self::Limit => "search.limit",
            Self::MaxLimit => "search.max_limit",
            Self::MaxQueryLength => "search.max_query_length",
            Self::CacheDir => "local.cache_dir",
            Self::SpoolCap => "local.spool_cap",
            Self::Theme => "theme.name",
            Self::Ascii => "theme.ascii",
            Self::Mouse => "theme.mouse",
        }
    }

    /// The name in the environment, in `.env` and in `secrets.toml`.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Zone => "WATCHFIRE_ZONE",
            Self::Color => "WATCHFIRE_COLOR",
            Self::LogLevel => "LOG_LEVEL",
            Self::Debug => "ENABLE_DEBUG_MODE",
            Self::Prod => "WATCHFIRE_PROD",
            Self::Limit => "DEFAULT_SEARCH_SIZE",
            Self::MaxLimit => "MAX_SEARCH_SIZE",
            Self::MaxQueryLength => "MAX_QUERY_LENGTH",
            Self::CacheDir => "WATCHFIRE_CACHE_DIR",
            Self::SpoolCap => "WATCHFIRE_SPOOL_CAP",
            Self::Theme => "WATCHFIRE_THEME",
            Self::Ascii => "WATCHFIRE_ASCII",
            Self::Mouse => "WATCHFIRE_MOUSE",
        }
    }

    /// What the setting decides, one sentence.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Zone => {
                "Zone of times that state none, and of printed times; \"auto\": what the file shows, else UTC."
            }
            Self::Color => "When output is coloured; \"auto\": on a terminal without NO_COLOR.",
            Self::LogLevel => "Least severe notes written to stderr.",
            Self::Debug => "Also writes timings and decisions to stderr.",
            Self::Prod => {
                "Whether this is production, marked in the screen's header; \"auto\": when the profile's name says prod."
            }
            Self::Limit => "Hits shown when --limit is not given.",
            Self::MaxLimit => "Most hits --limit may ask for.",
            Self::MaxQueryLength => "Longest accepted query or question, in characters.",
            Self::CacheDir => {
                "Where the index of files read before is kept; \"auto\": the platform's cache directory, \"off\": nowhere."
            }
            Self::SpoolCap => "Most bytes of decompressed or piped input kept in a temporary file.",
            Self::Theme => "Theme of the screen; one chosen on the screen is kept until this is changed.",
            Self::Ascii => {
                "Whether the screen is drawn with ASCII only; \"auto\": where the locale is not UTF-8."
            }
            Self::Mouse => {
                "Whether the screen uses the mouse; then selecting text is the terminal's Shift and mouse."
            }
        }
    }

    /// What a value has to look like; follows "expected".
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Zone => "auto, UTC, local, an IANA name like Europe/Berlin or an offset like +02:00",
            Self::Color => "auto, always or never",
            Self::LogLevel => "error, warning, info or debug",
            Self::Debug | Self::Mouse => "true or false",
            Self::Prod | Self::Ascii => "auto, true or false",
            Self::Limit | Self::MaxLimit | Self::MaxQueryLength => "a whole number of at least 1",
            Self::CacheDir => "auto, off or a directory",
            Self::SpoolCap => "a size like 512MiB or 4GiB",
            Self::Theme => "dark, light, contrast, colorblind, ansi16 or none",
        }
    }

    /// The key with this dotted name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// The key with this environment name.
    #[must_use]
    pub fn from_variable(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.variable() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_lead_back_to_their_key() {
        for key in Key::ALL {
            assert_eq!(Key::from_name(key.name()), Some(key));
            assert_eq!(Key::from_variable(key.variable()), Some(key));
            assert!(!LATER_NAMES.contains(&key.variable()), "{} has a tenant", key.variable());
        }
        assert_eq!(Key::ALL.map(Key::name).into_iter().collect::<BTreeSet<_>>().len(), Key::ALL.len());
    }
}
