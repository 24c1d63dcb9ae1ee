//! Invented systems with true templates: the judge of pattern quality and the source of lines for benches.
//!
//! A system is a text file: `weight template` lines with `{slots}`, and `@slot = values` lines. A run picks templates
//! by weight and fills their slots; the same seed gives the same lines. [`Filling::Invented`] replaces the listed
//! values by made-up ones of another style and number, so that a miner cannot know them.

use std::collections::HashMap;
use std::fmt::Write;

/// Name and text of every system.
pub(crate) const SYSTEMS: &[(&str, &str)] = &[
    ("atlas", include_str!("atlas.txt")),
    ("batch", include_str!("batch.txt")),
    ("boot", include_str!("boot.txt")),
    ("desk", include_str!("desk.txt")),
    ("forge", include_str!("forge.txt")),
    ("hub", include_str!("hub.txt")),
    ("kestrel", include_str!("kestrel.txt")),
    ("orders", include_str!("orders.txt")),
    ("phone", include_str!("phone.txt")),
    ("relay", include_str!("relay.txt")),
    ("ring", include_str!("ring.txt")),
    ("switch", include_str!("switch.txt")),
    ("tape", include_str!("tape.txt")),
    ("vpn", include_str!("vpn.txt")),
    ("werk", include_str!("werk.txt")),
    ("boxes", include_str!("boxes.txt")),
    ("broker", include_str!("broker.txt")),
    ("daemons", include_str!("daemons.txt")),
    ("docs", include_str!("docs.txt")),
    ("clinic", include_str!("clinic.txt")),
    ("crane", include_str!("crane.txt")),
    ("arena", include_str!("arena.txt")),
    ("parcel", include_str!("parcel.txt")),
    ("search", include_str!("search.txt")),
];

/// Where the values of listed slots come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filling {
    /// As listed.
    Listed,
    /// Made up, in a style and number that the seed decides.
    Invented,
}

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// Small numbers more often.
    fn skewed(&mut self, n: usize) -> usize {
        let a = self.below(n);
        self.below(a + 1)
    }
}

/// A system ready to write lines.
pub(crate) struct System {
    templates: Vec<(usize, &'static str)>,
    sets: HashMap<&'static str, Vec<String>>,
    total: usize,
}

const NOUNS: &[&str] = &[
    "river", "table", "engine", "market", "letter", "garden", "signal", "winter", "bridge", "record",
    "window", "copper", "island", "basket", "mirror", "anchor", "ladder", "pocket", "ticket", "valley",
    "orange", "silver", "report", "budget", "summer", "planet", "travel", "office", "camera", "people",
    "school", "season", "border",
];

fn name(random: &mut Random) -> String {
    let syllables = [
        "ka", "lo", "mi", "ren", "ta", "vo", "sha", "el", "ni", "dor", "bu", "fen", "gra", "zi", "pol", "ur",
    ];
    (0..2 + random.below(2)).map(|_| syllables[random.below(syllables.len())]).collect()
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn invented(random: &mut Random) -> Vec<String> {
    let style = random.below(8);
    let count = [3, 5, 8, 12, 20, 40, 80][random.below(7)];
    let noun = |random: &mut Random| NOUNS[random.below(NOUNS.len())];
    (0..count)
        .map(|_| match style {
            0 | 1 => name(random),
            2 => capital(&name(random)),
            3 => format!("{}{}", name(random), capital(noun(random))),
            4 => format!("{}_{}", name(random), noun(random)),
            5 => (0..1 + random.below(3)).map(|_| noun(random)).collect::<Vec<_>>().join(" "),
            6 => format!("{}-{}{}", noun(random), name(random), random.below(50)),
            _ => format!("{}.{}.{}", noun(random), name(random), capital(noun(random))),
        })
        .collect()
}

impl System {
    /// Reads a system; the seed decides invented values.
    pub(crate) fn new(text: &'static str, filling: Filling, seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0xfeed);
        let (mut templates, mut sets) = (Vec::new(), HashMap::new());
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            if let Some((slot, values)) = line.strip_prefix('@').and_then(|rest| rest.split_once(" = ")) {
                let values: Vec<String> = if values.contains('|') {
                    values.split('|').map(|v| v.trim().to_owned()).collect()
                } else {
                    values.split_whitespace().map(str::to_owned).collect()
                };
                let open = values.len() > 2 && !values[0].starts_with("list:");
                sets.insert(
                    slot,
                    if filling == Filling::Invented && open { invented(&mut random) } else { values },
                );
            } else if let Some((weight, template)) = line.split_once(' ') {
                templates.push((weight.parse().unwrap_or(1), template));
            }
        }
        let total = templates.iter().map(|t| t.0).sum();
        Self { templates, sets, total }
    }

    /// One line and the index of its template.
    pub(crate) fn line(&self, random: &mut Random) -> (String, usize) {
        let mut pick = random.below(self.total);
        let mut index = 0;
        while pick >= self.templates[index].0 {
            pick -= self.templates[index].0;
            index += 1;
        }
        let mut out = String::new();
        let mut rest = self.templates[index].1;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            match rest[open..].find('}') {
                Some(close) if self.fill(&rest[open + 1..open + close], &mut out, random, 0) => {
                    rest = &rest[open + close + 1..];
                }
                _ => {
                    out.push('{');
                    rest = &rest[open + 1..];
                }
            }
        }
        out.push_str(rest);
        (out, index)
    }

    /// Appends a value of a slot; false if there is no such slot.
    // A flat table of value kinds.
    fn fill(&self, slot: &str, out: &mut String, random: &mut Random, depth: usize) -> bool {
        if let Some(values) = self.sets.get(slot).filter(|_| depth == 0) {
            let at = if slot.len().is_multiple_of(2) {
                random.skewed(values.len())
            } else {
                random.below(values.len())
            };
            let value = &values[at];
            if values.len() == 1 && self.fill(value, out, random, 1) {
                return true;
            }
            out.push_str(value);
            return true;
        }
        let n = random.skewed(100_000);
        let small = random.skewed(60);
        let hex = |random: &mut Random, digits: usize| format!("{:016x}", random.next())[..digits].to_owned();
        let host = |random: &mut Random| {
            let site = ["east", "west", "lab", "dc2"][random.below(4)];
            match random.below(3) {
                0 => format!(
                    "{}{:02}.{site}.example.net",
                    ["web", "db", "mx"][random.below(3)],
                    random.below(30)
                ),
                1 => format!("{}.example.org", name(random)),
                _ => format!("{}.{site}.test", name(random)),
            }
        };
        let ip = |random: &mut Random| {
            format!("10.{}.{}.{}", random.below(4), random.below(256), random.below(256))
        };
        let peer = |random: &mut Random| match random.below(2) {
            0 => format!("{}:{}", ip(random), 7000 + random.below(4)),
            _ => format!("node{}.ring.test:{}", random.below(20), 7000 + random.below(4)),
        };
        let (kind, argument) = slot.split_once(':').unwrap_or((slot, ""));
        let _ = match kind {
            "n" => write!(out, "{}", if random.below(3) == 0 { n } else { small }),
            "port" => write!(out, "{}", 1024 + random.below(60_000)),
            "dec" => write!(out, "{small}.{:02}", random.below(100)),
            "pct" => write!(out, "{}%", random.below(100)),
            "hex8" => write!(out, "{}", hex(random, 8)),
            "hex10" => write!(out, "{}", hex(random, 10).to_uppercase()),
            "hex16" => write!(out, "{}", hex(random, 16)),
            "0x" => write!(out, "0x{}", hex(random, 6)),
            "id" => write!(out, "{argument}{n:06}"),
            "ip" => write!(out, "{}", ip(random)),
            "host" => write!(out, "{}", host(random)),
            "peer" => write!(out, "{}", peer(random)),
            "mac" => {
                let h = hex(random, 12);
                let pairs: Vec<&str> = (0..6).map(|i| &h[2 * i..2 * i + 2]).collect();
                write!(out, "{}", pairs.join(":"))
            }
            "uuid" => {
                let (a, b) = (hex(random, 16), hex(random, 16));
                write!(out, "{}-{}-{}-{}-{}", &a[..8], &a[8..12], &a[12..], &b[..4], &b[4..])
            }
            "path" => {
                write!(out, "/{}/{}/{}", ["var", "srv", "opt"][random.below(3)], name(random), name(random))
            }
            "urlpath" => {
                write!(out, "/v2/{}/{}", hex(random, 12), ["cart", "detail", "items"][random.below(3)])
            }
            "url" => write!(out, "http://{}:80{}/{}", ip(random), random.below(9), name(random)),
            "file" => write!(out, "{}-{small}.{}", name(random), ["bin", "tar.gz", "db"][random.below(3)]),
            "dur" => match random.below(3) {
                0 => write!(out, "{small}ms"),
                1 => write!(out, "{small}.{}s", random.below(10)),
                _ => write!(out, "{}m{}s", 1 + random.below(9), random.below(60)),
            },
            "size" => write!(out, "{small}.{} {}", random.below(10), ["KB", "MB", "GB"][random.below(3)]),
            "clock" => write!(
                out,
                "{}:{:02}:{:02}.{:03}",
                random.below(3),
                random.below(60),
                random.below(60),
                n % 1000
            ),
            "datetime" => write!(
                out,
                "2031-0{}-1{} {:02}:{:02}:{:02}",
                1 + random.below(9),
                random.below(10),
                random.below(24),
                random.below(60),
                random.below(60)
            ),
            "epoch" => write!(out, "19300{:08}", random.below(100_000_000)),
            "version" => write!(out, "{}.{}.{}", random.below(9), random.below(20), random.below(9)),
            "node" => write!(out, "node{:03}", random.below(200)),
            "if" => write!(
                out,
                "{}{}/{}",
                ["GigabitEthernet", "TenGig", "Port-channel"][random.below(3)],
                random.below(4),
                random.below(48)
            ),
            "usb" => write!(out, "{}-{}.{}", random.below(4), random.below(9), random.below(4)),
            "pci" => {
                write!(out, "0000:{:02x}:{:02x}.{}", random.below(32), random.below(32), random.below(8))
            }
            "row" => {
                write!(out, "{}{}-{}", ["A", "B", "C"][random.below(3)], random.below(40), random.below(5))
            }
            "eth" => write!(out, "eth{}", random.below(6)),
            "pod" => write!(
                out,
                "{}-{}-{}",
                ["cart", "pay", "web"][random.below(3)],
                hex(random, 9),
                hex(random, 5)
            ),
            "key" => write!(out, "{}/{}", name(random), hex(random, 8)),
            "list" => {
                for item in 0..1 + random.below(4) {
                    out.push_str(if item > 0 { ", " } else { "" });
                    self.fill(argument, out, random, 1);
                }
                Ok(())
            }
            _ => return false,
        };
        true
    }
}

/// Grouping accuracy and F1 of groups.
pub(crate) fn score(predicted: &[usize], truth: &[usize]) -> (f64, f64) {
    let group = |ids: &[usize]| {
        let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
        for (line, &id) in ids.iter().enumerate() {
            groups.entry(id).or_default().push(line);
        }
        groups
    };
    let (p, t) = (group(predicted), group(truth));
    let right: Vec<&Vec<usize>> = t.values().filter(|lines| p[&predicted[lines[0]]] == **lines).collect();
    let accuracy = right.iter().map(|lines| lines.len()).sum::<usize>() as f64 / truth.len() as f64;
    let (precision, recall) = (right.len() as f64 / p.len() as f64, right.len() as f64 / t.len() as f64);
    let f1 = if right.is_empty() { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
    (accuracy, f1)
}
