//! Tables of words: which mean the same in operations, which name a type of value, which say nothing.

use super::words::{root, stem};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A type of value a question can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Type {
    Ip,
    Port,
    Host,
    User,
    Path,
    Url,
    Size,
    Duration,
    Number,
    Id,
    Time,
    Status,
    Level,
    Service,
    Percent,
    Version,
    Word,
    Reason,
}

/// Words of one line mean the same in operations, closely enough to find the line.
const SENSES: &[&str] = &[
    "fail failure error unsuccessful broken unable cannot couldnt could",
    "reject refuse deny decline block forbid disallow drop",
    "close terminate end stop shutdown finish quit exit halt",
    "start begin launch boot initialize initialise init spawn startup",
    "create make add allocate new insert generate provision",
    "delete remove erase purge clear evict discard clean wipe",
    "receive accept get obtain fetch incoming arrive",
    "send transmit transfer deliver dispatch outgoing emit publish forward",
    "connect link attach connection join",
    "disconnect detach leave lost drop",
    "timeout expire deadline expiration exceed timedout",
    "slow latency delay lag late sluggish",
    "login logon sign authenticate authentication session auth",
    "login logon auth authenticate authentication password passwd",
    "logout logoff signout",
    "user account username person",
    "host server machine node computer box hostname system rhost",
    "address ip addr",
    "file path document filename",
    "folder directory dir",
    "request call query req",
    "retry reattempt attempt try",
    "restart reboot bounce reload",
    "crash panic abort die kill segfault",
    "memory ram heap oom mem",
    "disk storage volume drive",
    "full exhaust exceed saturate",
    "job task work",
    "update change modify set alter adjust",
    "complete finish done succeed success successful successfully end",
    "upload put store save write persist commit",
    "download read load fetch pull retrieve",
    "serve provide supply",
    "size bytes length large big volume",
    "duration time take elapse lifetime long last",
    "replicate copy duplicate replica mirror",
    "check verify validate confirm test probe inspect",
    "wait pending queue block",
    "price cost amount charge fee sum",
    "order purchase buy spend",
    "trip travel journey ride",
    "send receive",
    "read readable unreadable",
    "payment pay",
    "customer client buyer shopper caller",
    "client peer remote",
    "pod container",
    "deploy release rollout ship",
    "version release build revision",
    "schedule plan assign",
    "bad invalid corrupt wrong illegal malformed",
    "unavailable down unreachable offline dead",
    "available up online reachable ready alive",
    "suspend pause freeze",
    "resume continue unpause wake",
    "exception error throwable",
    "fan cooling",
    "temperature heat thermal hot",
    "warning warn",
    "elect vote election leader",
    "register enroll subscribe",
    "lock mutex latch",
    "row rows record",
    "ping heartbeat keepalive beat",
    "proxy gateway relay",
    "cancel abort",
    "skip ignore omit",
    "block chunk",
    "bind listen",
    "convert transform",
    "move migrate relocate rename",
    "assign give hand grant allot",
    "notify alert inform message notification",
    "mail email",
    "reset clear",
    "limit quota cap threshold ceiling maximum max",
    "throttle limit",
    "increase grow raise expand scale",
    "decrease shrink reduce lower",
    "charge bill invoice",
    "refund reimburse repay",
    "device sensor unit",
    "door gate",
    "print log report",
    "compress zip pack",
    "encrypt cipher",
    "password passwd credential",
    "cpu processor core",
    "network net",
    "thread worker",
    "swap exchange switch",
    "select choose pick",
    "search find look lookup discover detect locate",
    "execute run invoke launch perform",
    "parse decode interpret",
    "balance rebalance",
    "partition shard",
    "master leader primary",
    "slave follower secondary replica standby",
    "item article product goods",
    "cart basket",
    "spend use consume usage utilization",
    "free available remaining left spare",
    "identifier id",
    "code status state",
    "reason cause why because due",
    "destination dest dst target to",
    "source src origin from",
    "number count num total amount",
    "attempt try",
    "message msg text",
    "interval period",
    "directory path",
    "url uri link endpoint page route",
    "method verb",
    "speed rate velocity throughput",
    "error err",
    "kilometre km",
    "query statement sql",
    "transaction txn tx",
    "instance replica",
    "schema table",
    "ticket case",
    "flush sync fsync",
    "trigger fire raise cause",
    "trip trigger",
    "vehicle car truck bus",
    "patient person",
    "passenger rider",
    "call dial phone",
    "depart leave go",
    "arrive reach come",
    "land touchdown",
    "approve accept authorize permit allow grant",
    "mount attach",
    "unmount detach",
    "evict expel preempt",
    "renew refresh extend",
    "acquire take hold get grab",
    "release free unlock",
    "name called",
];

/// Words that name a type of value.
const TYPES: &[(&str, &[Type])] = &[
    ("ip", &[Type::Ip]),
    ("ips", &[Type::Ip]),
    ("address", &[Type::Ip]),
    ("addr", &[Type::Ip]),
    ("port", &[Type::Port]),
    ("host", &[Type::Host, Type::Ip]),
    ("hostname", &[Type::Host, Type::Ip]),
    ("server", &[Type::Host, Type::Ip]),
    ("machine", &[Type::Host, Type::Ip]),
    ("node", &[Type::Host, Type::Ip]),
    ("site", &[Type::Host, Type::Url]),
    ("domain", &[Type::Host]),
    ("website", &[Type::Host, Type::Url]),
    ("client", &[Type::Ip, Type::Host]),
    ("peer", &[Type::Ip, Type::Host]),
    ("source", &[Type::Ip, Type::Host]),
    ("destination", &[Type::Ip, Type::Host]),
    ("src", &[Type::Ip]),
    ("dest", &[Type::Ip]),
    ("attacker", &[Type::Ip, Type::Host]),
    ("user", &[Type::User]),
    ("username", &[Type::User]),
    ("account", &[Type::User]),
    ("person", &[Type::User]),
    ("who", &[Type::User]),
    ("whose", &[Type::User]),
    ("whom", &[Type::User]),
    ("operator", &[Type::User]),
    ("technician", &[Type::User]),
    ("author", &[Type::User]),
    ("owner", &[Type::User]),
    ("customer", &[Type::User]),
    ("player", &[Type::User]),
    ("employee", &[Type::User]),
    ("engineer", &[Type::User]),
    ("admin", &[Type::User]),
    ("member", &[Type::User]),
    ("file", &[Type::Path]),
    ("filename", &[Type::Path]),
    ("path", &[Type::Path, Type::Url]),
    ("directory", &[Type::Path]),
    ("folder", &[Type::Path]),
    ("url", &[Type::Url, Type::Path]),
    ("uri", &[Type::Url, Type::Path]),
    ("endpoint", &[Type::Url, Type::Path]),
    ("page", &[Type::Url, Type::Path]),
    ("route", &[Type::Url, Type::Path]),
    ("link", &[Type::Url]),
    ("size", &[Type::Size, Type::Number]),
    ("byte", &[Type::Size, Type::Number]),
    ("length", &[Type::Size, Type::Number]),
    ("capacity", &[Type::Size, Type::Number]),
    ("memory", &[Type::Size]),
    ("duration", &[Type::Duration, Type::Number]),
    ("latency", &[Type::Duration, Type::Number]),
    ("elapsed", &[Type::Duration, Type::Number]),
    ("lifetime", &[Type::Duration]),
    ("delay", &[Type::Duration, Type::Number]),
    ("timeout", &[Type::Duration, Type::Number]),
    ("interval", &[Type::Duration, Type::Number]),
    ("count", &[Type::Number]),
    ("number", &[Type::Number]),
    ("amount", &[Type::Number]),
    ("value", &[Type::Number]),
    ("time", &[Type::Duration, Type::Time]),
    ("temperature", &[Type::Number]),
    ("speed", &[Type::Number]),
    ("id", &[Type::Id]),
    ("identifier", &[Type::Id]),
    ("uuid", &[Type::Id]),
    ("status", &[Type::Status]),
    ("state", &[Type::Status]),
    ("code", &[Type::Status, Type::Number]),
    ("reason", &[Type::Reason]),
    ("cause", &[Type::Reason]),
    ("error", &[Type::Reason]),
    ("exception", &[Type::Reason]),
    ("level", &[Type::Level]),
    ("severity", &[Type::Level]),
    ("service", &[Type::Service]),
    ("component", &[Type::Service]),
    ("program", &[Type::Service]),
    ("app", &[Type::Service]),
    ("application", &[Type::Service]),
    ("logger", &[Type::Service]),
    ("module", &[Type::Service]),
    ("percentage", &[Type::Percent]),
    ("percent", &[Type::Percent]),
    ("version", &[Type::Version]),
    ("release", &[Type::Version]),
    ("name", &[Type::Word]),
];

/// Words of a question that say nothing about a line.
const STOP: &str = "a an the of in on at to for from by with and or but is are was were be been being am do does did \
 done has have had having it its this that these those there their they them he she his her what which who whom whose \
 when where why how i we you me us our your my any some please tell show give can could would should will shall may \
 might into onto out over under about as so than then just also only ever even get got gets let if off up down upon \
 within via through during while until till because between among across against around within whether kind sort type \
 exactly actually currently now still already everything anything nothing something thing things yet more less much many lot again both too very per anyone \
 anybody someone somebody everyone everybody all another other such each";

/// Words that are about logging itself: they help if a template has them and never hurt.
const WEAK: &str = "log logs logged line lines message messages record records entry entries event events occur occurs \
 occurred occurrence occurrences happen happens happened happening time times timestamp value values number found find \
 appear appears appeared seen see say says said report reported reports mention mentioned mentions mentioning show \
 shows showed shown contain contains contained containing present exist exists existed given returned return returns reached reach recorded measured observed achieved made carried needed required came come \
 came respective corresponding \
 file system listed noted observed according belong involve involved associated related use used uses using specified \
 total overall different distinct unique particular certain single name named called whole entire took take takes go \
 went gone make made data information info period span attempt attempts attempted occasion occasions instance \
 instances time-stamp case cases hit encounter encountered experience experienced face faced suffer suffered method \
 methods mechanism concern concerned need needs one";

/// Nouns and verbs for any event at all: they say nothing about which one is meant.
const EVENT_NOUNS: &str = "attempt attempts attempted event events entry entries line lines \
 occurrence occurrences times record records occasion occasions instance instances case cases happen happens \
 happened happening occur occurs occurred log logs logged";

/// Whether the word stands for any event at all.
pub(super) fn is_event_noun(word: &str) -> bool {
    EVENT_NOUNS.split(' ').any(|noun| noun == word)
}

/// Words a question about a change uses for the trouble itself, whatever the lines call it.
const TROUBLE: &str = "fail failure error slow down break broken crash outage incident problem issue trouble bad \
 wrong dead stuck hang unavailable slowdown change alert page degrade happen weird strange different all today";

/// Whether the word stands for any trouble at all.
pub(super) fn is_trouble(word: &str) -> bool {
    static ROOTS: LazyLock<Vec<String>> =
        LazyLock::new(|| TROUBLE.split_ascii_whitespace().map(root).collect());
    ROOTS.contains(&root(word))
}

static SENSE_OF: LazyLock<FxHashMap<String, Vec<usize>>> = LazyLock::new(|| {
    let mut map: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (sense, line) in SENSES.iter().enumerate() {
        for word in line.split(' ') {
            map.entry(root(word)).or_default().push(sense);
        }
    }
    map
});

static MEMBERS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| SENSES.iter().map(|line| line.split(' ').map(root).collect()).collect());

/// Roots of words that mean about the same as a word.
pub(super) fn synonyms(word: &str) -> Vec<&'static str> {
    let own = root(word);
    let senses = SENSE_OF.get(&own).map_or(&[][..], Vec::as_slice);
    let mut all: Vec<&str> = senses.iter().flat_map(|&s| MEMBERS[s].iter().map(String::as_str)).collect();
    all.retain(|other| *other != own);
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether the tables know the word in any form.
pub(super) fn is_known(word: &str) -> bool {
    is_stop(word) || is_weak(word) || !types_of(word).is_empty() || SENSE_OF.contains_key(&root(word))
}

/// A word of these tables (four letters or more) one slip away from an unknown word.
pub(super) fn near_word(word: &str) -> Option<&'static str> {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let senses = SENSES.iter().flat_map(|line| line.split(' '));
        let plain = WEAK.split_ascii_whitespace().chain(LIGHT.split_ascii_whitespace());
        let mut all: Vec<&str> = senses.chain(TYPES.iter().map(|(word, _)| *word)).chain(plain).collect();
        all.retain(|word| word.len() > 3);
        all.sort_unstable();
        all.dedup();
        all
    });
    let mut near = WORDS.iter().filter(|known| super::words::one_edit_apart(known, word));
    near.find(|known| stem(known) != stem(word)).copied()
}

/// Types of value a word names, best first.
pub(super) fn types_of(word: &str) -> &'static [Type] {
    static MAP: LazyLock<FxHashMap<String, &'static [Type]>> =
        LazyLock::new(|| TYPES.iter().map(|(word, types)| (stem(word), *types)).collect());
    MAP.get(&stem(word)).copied().unwrap_or_default()
}

/// Verbs that any event of the asked kind is told with, and words of quantity or place that narrow nothing.
const LIGHT: &str = "enter end start begin send take make give do get use come go run put have be perform issue carry \
 exceed experience encounter suffer face serve process handle affect impact trigger produce generate cause throw raise \
 all each both together exact precise rough approximate people someone anyone everyone somebody anybody everybody \
 one ones server system app application machine log logging logger database far long big large often today so \
 altogether overall combined distribution breakdown summary overview count tally figure";

/// Whether a word narrows a question to nothing in particular.
pub(super) fn is_light(word: &str) -> bool {
    static STEMS: LazyLock<Vec<String>> =
        LazyLock::new(|| LIGHT.split_ascii_whitespace().map(stem).collect());
    STEMS.contains(&stem(word))
}

/// Whether a word says nothing about a line.
pub(super) fn is_stop(word: &str) -> bool {
    static SET: LazyLock<Vec<&'static str>> = LazyLock::new(|| sorted(STOP));
    SET.binary_search(&word).is_ok()
}

/// Whether a word is about logging itself.
pub(super) fn is_weak(word: &str) -> bool {
    static SET: LazyLock<Vec<&'static str>> = LazyLock::new(|| sorted(WEAK));
    SET.binary_search(&word).is_ok()
}

fn sorted(words: &'static str) -> Vec<&'static str> {
    let mut words: Vec<&str> = words.split_ascii_whitespace().collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_knows_its_synonyms_in_any_form() {
        assert!(synonyms("terminated").contains(&root("closed").as_str()));
        assert!(synonyms("banana").is_empty());
    }

    #[test]
    fn type_words_are_known_in_the_plural_too() {
        assert_eq!(types_of("ports"), [Type::Port]);
        assert!(types_of("banana").is_empty());
    }
}
