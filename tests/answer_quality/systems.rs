//! Ten invented systems: deterministic lines and questions about them, each with its gold as a regular expression
//! over the raw lines, so that no answer is written down by the engine under test.

use std::fmt::Write;

/// What the right answer is, computed from the raw lines.
#[derive(Clone, Copy, Debug)]
pub enum Gold {
    /// Lines that match.
    Count(&'static str),
    /// Sum of group 1.
    Sum(&'static str),
    /// Largest group 1.
    Max(&'static str),
    /// Smallest group 1.
    Min(&'static str),
    /// Mean of group 1, three places.
    Mean(&'static str),
    /// Different values of group 1.
    Distinct(&'static str),
    /// Most frequent group 1.
    Top(&'static str),
    /// Group 1 of the first match.
    Text(&'static str),
    /// Group 1 of the last match.
    Last(&'static str),
    /// The group 2 of the line with the largest group 1.
    Which(&'static str),
    /// A truth.
    Truth(bool),
    /// Nothing in the log answers; the engine must say so.
    Absent,
}

/// A log and what is asked of it.
pub struct System {
    pub name: &'static str,
    pub lines: fn() -> String,
    pub questions: &'static [(&'static str, Gold)],
}

/// A small deterministic generator (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

fn clock(second: u64) -> String {
    format!("{:02}:{:02}:{:02}", second / 3600 % 24, second / 60 % 60, second % 60)
}

fn log(seed: u64, count: u64, mut line: impl FnMut(&mut Dice, u64, &mut String)) -> String {
    let mut dice = Dice(seed);
    let mut text = String::new();
    let mut second = 6 * 3600;
    for _ in 0..count {
        second += dice.below(9);
        line(&mut dice, second, &mut text);
        text.push('\n');
    }
    text
}

fn lifts() -> String {
    log(11, 900, |d, s, out| {
        let car = d.between(1, 6);
        let at = clock(s);
        let _ = write!(out, "Mar  4 {at} tower-b liftctl[{}]: ", 400 + car);
        let floor = d.between(1, 30);
        let to = d.between(1, 30);
        let _ = match d.below(12) {
            0..=4 => write!(
                out,
                "car {car} travelled from floor {floor} to floor {to} in {}.{} s",
                d.between(4, 58),
                d.below(10)
            ),
            5..=6 => write!(out, "car {car} doors opened at floor {floor}"),
            7 => write!(out, "car {car} doors failed to close at floor {floor}, obstruction detected"),
            8 => write!(out, "car {car} load {} kg, {} passengers", d.between(60, 900), d.between(1, 11)),
            9 => write!(out, "car {car} refused to start: overload of {} kg", d.between(10, 240)),
            10 => write!(
                out,
                "emergency call answered by operator {} after {} s",
                d.pick(&["noor", "piet", "salma"]),
                d.between(3, 95)
            ),
            _ => write!(out, "car {car} recalibrated, drift {} mm", d.between(0, 14)),
        };
    })
}

const LIFTS: &[(&str, Gold)] = &[
    ("How many times did the doors fail to close?", Gold::Count("doors failed to close")),
    ("How many times did the doors of car 3 fail to close?", Gold::Count("car 3 doors failed to close")),
    ("What was the longest trip in seconds?", Gold::Max(r"travelled .* in ([\d.]+) s")),
    ("shortest travel time of car 2", Gold::Min(r"car 2 travelled .* in ([\d.]+) s")),
    ("How many obstructions were detected at floor 17?", Gold::Count("close at floor 17,")),
    ("Which operator answered the most emergency calls?", Gold::Top(r"operator (\w+)")),
    ("What is the largest overload?", Gold::Max(r"overload of (\d+) kg")),
    ("how many passengers were carried in total by car 5", Gold::Sum(r"car 5 load .* (\d+) passengers")),
    ("What was the average drift when recalibrating?", Gold::Mean(r"drift (\d+) mm")),
    ("how often did car 1 refuse to start?", Gold::Count("car 1 refused to start")),
    ("How many different operators answered calls?", Gold::Distinct(r"operator (\w+)")),
    ("Which car has the heaviest load?", Gold::Which(r"car (?P<k>\d+) load (\d+) kg")),
    ("How many trips started from floor 12?", Gold::Count("from floor 12 to")),
    ("How many trips ended at floor 12?", Gold::Count("to floor 12 in")),
    ("Did car 4 refuse to start because of an overload?", Gold::Truth(true)),
    ("how many times did car 77 move", Gold::Absent),
    ("How many escalators were cleaned?", Gold::Absent),
];

fn ovens() -> String {
    log(12, 900, |d, s, out| {
        let oven = d.between(1, 9);
        let recipe = d.pick(&["rye", "brioche", "focaccia", "sourdough"]);
        let _ = write!(out, "ts=2025-05-11T{}Z ", clock(s));
        let _ = match d.below(10) {
            0..=3 => write!(
                out,
                "level=info msg=\"bake finished\" oven=oven-{oven} recipe={recipe} loaves={} duration_s={}",
                d.between(8, 60),
                d.between(900, 3600)
            ),
            4..=5 => write!(
                out,
                "level=info msg=\"bake started\" oven=oven-{oven} recipe={recipe} target_c={}",
                d.between(180, 260)
            ),
            6 => write!(
                out,
                "level=warn msg=\"temperature above limit\" oven=oven-{oven} temp_c={} limit_c=265",
                d.between(266, 310)
            ),
            7 => write!(
                out,
                "level=error msg=\"burner ignition failed\" oven=oven-{oven} attempt={}",
                d.between(1, 5)
            ),
            8 => write!(
                out,
                "level=info msg=\"door opened\" oven=oven-{oven} by={}",
                d.pick(&["ines", "omar", "lotte", "yuki"])
            ),
            _ => write!(
                out,
                "level=info msg=\"flour silo level\" silo={} kg={}",
                d.pick(&["north", "south"]),
                d.between(40, 2000)
            ),
        };
    })
}

const OVENS: &[(&str, Gold)] = &[
    ("How many times did burner ignition fail?", Gold::Count("burner ignition failed")),
    ("How many errors were logged?", Gold::Count("level=error")),
    ("How many warnings?", Gold::Count("level=warn")),
    ("how many ignition failures happened on oven-4", Gold::Count("ignition failed\" oven=oven-4 ")),
    ("What was the highest temperature reached?", Gold::Max(r"temp_c=(\d+) limit")),
    ("Which oven had the most ignition failures?", Gold::Top(r"ignition failed. oven=(\S+)")),
    ("How many loaves of rye were baked in total?", Gold::Sum(r"finished.*recipe=rye loaves=(\d+)")),
    ("average bake duration of brioche", Gold::Mean(r"finished.*recipe=brioche.*duration_s=(\d+)")),
    ("Who opened the door most often?", Gold::Top(r"by=(\w+)")),
    ("how often was the door opened by yuki", Gold::Count("by=yuki")),
    ("What is the lowest level of the north silo?", Gold::Min(r"silo=north kg=(\d+)")),
    ("How many different recipes were finished?", Gold::Distinct(r"finished.*recipe=(\w+)")),
    ("which recipe was started most frequently?", Gold::Top(r"started.*recipe=(\w+)")),
    (
        "How many bakes of focaccia took longer than 3000 seconds?",
        Gold::Count(r"finished.*focaccia.*duration_s=3(0(0[1-9]|[1-9]\d)|[1-9]\d\d)"),
    ),
    ("how many times did oven-7 exceed the temperature limit", Gold::Count("above limit\" oven=oven-7 ")),
    ("How many bakes were started in oven-15?", Gold::Absent),
    ("what is the tallest wedding cake", Gold::Absent),
];

fn ferry() -> String {
    log(13, 900, |d, s, out| {
        let host = format!("198.51.100.{}", d.between(2, 40));
        let path = d.pick(&["/book", "/timetable", "/cabins", "/refund", "/status"]);
        let status = d.pick(&["200", "200", "200", "404", "503", "302"]);
        let verb = if path == "/book" { "POST" } else { "GET" };
        let _ = write!(
            out,
            "{host} - - [12/Jun/2025:{} +0000] \"{verb} {path} HTTP/1.1\" {status} {} \"-\" \"sailor/{}\"",
            clock(s),
            d.between(120, 48000),
            d.between(1, 4)
        );
    })
}

const FERRY: &[(&str, Gold)] = &[
    ("How many requests returned status 503?", Gold::Count("\" 503 ")),
    ("How many requests did 198.51.100.7 make?", Gold::Count(r"^198\.51\.100\.7 ")),
    ("how many requests to /refund failed with 404", Gold::Count("/refund HTTP/1.1\" 404")),
    ("Which path was requested most?", Gold::Top("(?:GET|POST) (\\S+)")),
    ("Which client sent the most requests?", Gold::Top(r"^(\S+)")),
    ("how many POST requests were there", Gold::Count("POST")),
    ("How many requests came from 192.0.2.99?", Gold::Absent),
];

fn telescope() -> String {
    log(14, 900, |d, s, out| {
        let target = format!("NGC-{}", d.between(100, 140));
        let at = format!("2025-09-02 {},{:03}", clock(s), d.below(1000));
        let dome = d.pick(&["east", "west"]);
        let _ = match d.below(11) {
            0..=3 => write!(
                out,
                "{at} INFO  [scheduler-{}] obs.queue.Planner - Observation obs_{} of {target} scheduled with priority {}",
                d.between(1, 3),
                d.between(1000, 1500),
                d.between(1, 9)
            ),
            4..=5 => write!(
                out,
                "{at} INFO  [cam] obs.cam.Exposure - Exposure of {target} completed: {} frames, {} ms each",
                d.between(1, 40),
                d.between(50, 9000)
            ),
            6 => write!(
                out,
                "{at} WARN  [guide] obs.guide.Tracker - Lost guide star for {target}, drift {}.{} arcsec",
                d.between(1, 30),
                d.below(10)
            ),
            7 => write!(
                out,
                "{at} ERROR [dome] obs.dome.Shutter - Shutter of {dome} dome did not open: motor stalled (code {})",
                d.pick(&["E14", "E22", "E31"])
            ),
            8 => write!(
                out,
                "{at} INFO  [dome] obs.dome.Rotator - Rotated {dome} dome to azimuth {} degrees",
                d.between(0, 359)
            ),
            9 => write!(
                out,
                "{at} INFO  [archive] obs.store.Archive - Stored image img-{}.fits ({} MB) on volume {}",
                d.between(10000, 99999),
                d.between(8, 512),
                d.pick(&["vega", "rigel", "deneb"])
            ),
            _ => write!(
                out,
                "{at} WARN  [weather] obs.env.Weather - Humidity {} percent, closing shutters",
                d.between(81, 99)
            ),
        };
    })
}

const TELESCOPE: &[(&str, Gold)] = &[
    ("How many observations were scheduled for NGC-117?", Gold::Count("of NGC-117 scheduled")),
    ("What is the highest humidity?", Gold::Max(r"Humidity (\d+)")),
    (
        "How many times did the shutter of the east dome not open?",
        Gold::Count("Shutter of east dome did not open"),
    ),
    ("Which volume stored the most images?", Gold::Top(r"volume (\w+)")),
    ("What is the total size of the images stored on rigel?", Gold::Sum(r"\((\d+) MB\) on volume rigel")),
    ("how many frames were taken of NGC-104 in total", Gold::Sum(r"of NGC-104 completed: (\d+) frames")),
    ("largest drift when a guide star was lost", Gold::Max(r"drift ([\d.]+)")),
    ("Which error code is most common for the shutter?", Gold::Top(r"code (\w+)")),
    ("How many guide stars were lost?", Gold::Count("Lost guide star")),
    ("how many warnings", Gold::Count(" WARN ")),
    ("How many times was the west dome rotated?", Gold::Count("Rotated west dome")),
    ("What is the size of the largest image?", Gold::Max(r"\((\d+) MB\)")),
    ("How many different targets were exposed?", Gold::Distinct(r"Exposure of (\S+) completed")),
    ("when was the last time the shutter did not open", Gold::Last(r"^\S+ (\S+),\d+ ERROR")),
    ("How many exposures of NGC-999 completed?", Gold::Absent),
];

fn game() -> String {
    log(15, 900, |d, s, out| {
        let player = d.pick(&["Moth", "Krill", "Umbra", "Zest", "Onyx", "Pavo", "Quill"]);
        let other = d.pick(&["Ibis", "Jolt", "Lynx", "Nori"]);
        let at = clock(s);
        let region = d.pick(&["eu-1", "us-2", "ap-3"]);
        let _ = match d.below(10) {
            0..=2 => write!(
                out,
                "[{at}] match m{} created in {region} for {} players",
                d.between(500, 900),
                d.pick(&["2", "4", "8"])
            ),
            3..=4 => write!(out, "[{at}] {player} defeated {other} in {} rounds", d.between(1, 25)),
            5 => write!(out, "[{at}] kicked {other}: ping {}ms exceeds threshold", d.between(251, 900)),
            6 => write!(
                out,
                "[{at}] {player} purchased skin_{} for {} gold",
                d.between(1, 40),
                d.between(10, 900)
            ),
            7 => write!(out, "[{at}] server {region} tick overrun by {} us", d.between(100, 90000)),
            8 => write!(
                out,
                "[{at}] {other} reported {player} for {}",
                d.pick(&["cheating", "spam", "insults"])
            ),
            _ => write!(
                out,
                "[{at}] matchmaking queue length {} wait {} seconds",
                d.between(0, 300),
                d.between(1, 120)
            ),
        };
    })
}

const GAME: &[(&str, Gold)] = &[
    ("How many matches were created in ap-3?", Gold::Count("created in ap-3")),
    ("Who was kicked most often?", Gold::Top(r"kicked (\w+)")),
    ("What was the highest ping?", Gold::Max(r"ping (\d+)ms")),
    ("How much gold did Umbra spend in total?", Gold::Sum(r"Umbra purchased .* for (\d+) gold")),
    ("how many times did Krill defeat Jolt", Gold::Count("Krill defeated Jolt")),
    ("Which server had the largest tick overrun?", Gold::Which(r"server (?P<k>\S+) tick overrun by (\d+)")),
    ("How often was Onyx reported for cheating?", Gold::Count("reported Onyx for cheating")),
    ("longest queue wait", Gold::Max(r"wait (\d+) seconds")),
    ("what is the maximum queue length", Gold::Max(r"queue length (\d+)")),
    ("How many players were reported for spam?", Gold::Count("for spam")),
    ("What is the most common reason for reports?", Gold::Top(r"reported \w+ for (\w+)")),
    ("average number of rounds", Gold::Mean(r"in (\d+) rounds")),
    ("How many matches were created in xx-9?", Gold::Absent),
    ("How many lectures were cancelled?", Gold::Absent),
];

fn laboratory() -> String {
    log(16, 900, |d, s, out| {
        let sample = format!("S{:05}", d.between(100, 400));
        let _ = write!(
            out,
            "2025/02/20 {} | {} | ",
            clock(s),
            d.pick(&["analyser-1", "analyser-2", "centrifuge"])
        );
        let _ = match d.below(9) {
            0..=2 => write!(out, "sample {sample} received from ward {}", d.pick(&["B2", "C4", "ICU", "ER"])),
            3..=4 => write!(out, "sample {sample} glucose {}.{} mmol/l", d.between(3, 19), d.below(10)),
            5 => {
                write!(out, "sample {sample} rejected: {}", d.pick(&["haemolysed", "clotted", "unlabelled"]))
            }
            6 => write!(
                out,
                "reagent lot {} replaced by technician {}",
                d.between(7000, 7030),
                d.pick(&["amira", "bo", "celine"])
            ),
            7 => {
                write!(out, "spin of {} minutes at {} rpm finished", d.between(2, 20), d.between(1500, 4000))
            }
            _ => write!(out, "calibration failed, deviation {} %", d.between(2, 30)),
        };
    })
}

const LABORATORY: &[(&str, Gold)] = &[
    ("How many samples were rejected?", Gold::Count("rejected")),
    ("How many samples were rejected because they were clotted?", Gold::Count("rejected: clotted")),
    ("Which ward sent the most samples?", Gold::Top(r"ward (\w+)")),
    ("how many samples came from ward ICU", Gold::Count("ward ICU")),
    ("What is the highest glucose value?", Gold::Max(r"glucose ([\d.]+)")),
    ("Who replaced the most reagent lots?", Gold::Top(r"technician (\w+)")),
    ("fastest spin in rpm", Gold::Max(r"at (\d+) rpm")),
    ("How many times did calibration fail?", Gold::Count("calibration failed")),
    ("What was the largest deviation of a calibration?", Gold::Max(r"deviation (\d+)")),
    ("What is the most frequent reason for rejection?", Gold::Top(r"rejected: (\w+)")),
    ("total minutes of spinning", Gold::Sum(r"spin of (\d+) minutes")),
    ("how many lots did technician bo replace", Gold::Count("technician bo")),
    ("How many samples came from ward Z9?", Gold::Absent),
];

fn railway() -> String {
    log(17, 900, |d, s, out| {
        let train = format!("IC{}", d.between(2000, 2040));
        let station = d.pick(&["Utrecht", "Ghent", "Aachen", "Basel", "Lyon"]);
        let _ = write!(out, "2025-11-01T{}.{:03}+01:00 ", clock(s), d.below(1000));
        let _ = match d.below(10) {
            0..=2 => write!(
                out,
                "NOTICE interlocking: route set for train {train} through signal SG{}",
                d.between(10, 60)
            ),
            3..=4 => write!(
                out,
                "NOTICE timetable: train {train} departed {station} with a delay of {} min",
                d.between(0, 75)
            ),
            5 => write!(
                out,
                "WARNING track: axle counter AX{} reports {} axles instead of {}",
                d.between(1, 30),
                d.between(4, 90),
                d.between(4, 90)
            ),
            6 => write!(
                out,
                "ERROR point: point machine PM{} did not reach end position after {} attempts",
                d.between(1, 25),
                d.between(2, 6)
            ),
            7 => write!(
                out,
                "NOTICE timetable: train {train} cancelled at {station}: {}",
                d.pick(&["no driver", "storm damage", "broken coupling"])
            ),
            8 => write!(
                out,
                "NOTICE power: substation {} supplies {} kW",
                d.pick(&["Alpha", "Bravo"]),
                d.between(900, 8200)
            ),
            _ => {
                write!(out, "ERROR radio: lost contact with train {train} for {} seconds", d.between(1, 300))
            }
        };
    })
}

const RAILWAY: &[(&str, Gold)] = &[
    ("How many trains were cancelled at Ghent?", Gold::Count("cancelled at Ghent")),
    (
        "What was the largest delay of a departure from Basel?",
        Gold::Max(r"departed Basel with a delay of (\d+)"),
    ),
    ("Which train was delayed the longest?", Gold::Which(r"train (?P<k>\S+) departed .* delay of (\d+)")),
    ("How many errors occurred?", Gold::Count(" ERROR ")),
    ("how often was contact lost with train IC2007", Gold::Count("lost contact with train IC2007")),
    ("Which point machine failed most often to reach its end position?", Gold::Top(r"point machine (\w+)")),
    ("How many routes were set through signal SG33?", Gold::Count("signal SG33$")),
    ("What is the mean power supplied by Bravo?", Gold::Mean(r"Bravo supplies (\d+)")),
    ("total delay of trains departing Lyon", Gold::Sum(r"departed Lyon with a delay of (\d+)")),
    ("How many trains were cancelled due to storm damage?", Gold::Count("storm damage")),
    (
        "how many departures from Aachen were delayed by more than 60 min",
        Gold::Count(r"departed Aachen with a delay of (6[1-9]|7\d) min"),
    ),
    ("longest loss of radio contact", Gold::Max(r"for (\d+) seconds")),
    ("How many different stations did trains depart from?", Gold::Distinct(r"departed (\w+)")),
    ("How many routes were set for train IC9999?", Gold::Absent),
];

fn parcels() -> String {
    log(18, 900, |d, s, out| {
        let parcel = format!("PX{:06}", d.between(1000, 1600));
        let at = format!("2025-03-17 {}", clock(s));
        let belt = d.pick(&["belt-a", "belt-b", "belt-c"]);
        let _ = match d.below(10) {
            0..=2 => write!(
                out,
                "{at} - sorter.scan - INFO - scanned parcel {parcel} on {belt}, weight {} g",
                d.between(90, 31000)
            ),
            3..=4 => write!(
                out,
                "{at} - sorter.route - INFO - parcel {parcel} routed to chute {} (zip {})",
                d.between(1, 48),
                d.between(10000, 10040)
            ),
            5 => write!(
                out,
                "{at} - sorter.scan - WARNING - unreadable label on {belt}, confidence {}%",
                d.between(3, 59)
            ),
            6 => write!(
                out,
                "{at} - sorter.motor - ERROR - jam on {belt} cleared after {} s",
                d.between(4, 240)
            ),
            7 => write!(
                out,
                "{at} - sorter.api - INFO - carrier {} confirmed pickup of {} parcels",
                d.pick(&["swift", "heron", "magpie"]),
                d.between(5, 260)
            ),
            8 => write!(
                out,
                "{at} - sorter.api - ERROR - carrier {} rejected manifest {}: {}",
                d.pick(&["swift", "heron", "magpie"]),
                d.between(300, 390),
                d.pick(&["duplicate id", "bad weight", "expired token"])
            ),
            _ => {
                write!(out, "{at} - sorter.motor - INFO - {belt} speed set to {} mm/s", d.between(300, 2400))
            }
        };
    })
}

const PARCELS: &[(&str, Gold)] = &[
    ("How many jams occurred on belt-b?", Gold::Count("jam on belt-b")),
    ("What is the heaviest parcel scanned on belt-a?", Gold::Max(r"on belt-a, weight (\d+) g")),
    ("How many parcels did heron pick up in total?", Gold::Sum(r"heron confirmed pickup of (\d+)")),
    ("Which carrier rejected the most manifests?", Gold::Top(r"carrier (\w+) rejected")),
    ("how many manifests were rejected because of an expired token", Gold::Count("expired token")),
    ("How many labels could not be read on belt-c?", Gold::Count("unreadable label on belt-c")),
    ("longest time to clear a jam", Gold::Max(r"cleared after (\d+) s")),
    ("How many parcels were routed to chute 17?", Gold::Count("chute 17 ")),
    ("lowest speed of belt-a", Gold::Min(r"belt-a speed set to (\d+)")),
    ("Which belt had the most jams?", Gold::Top(r"jam on (\S+)")),
    ("average weight of parcels on belt-c", Gold::Mean(r"on belt-c, weight (\d+)")),
    ("How many parcels have been scanned?", Gold::Count("scanned parcel")),
    ("Why was manifest 373 rejected?", Gold::Text(r"manifest 373: (.*)$")),
    ("How many parcels were routed to chute 99?", Gold::Absent),
    ("what is the nitrogen pressure of the reactor", Gold::Absent),
];

fn water() -> String {
    log(19, 900, |d, s, out| {
        let pump = d.between(1, 8);
        let _ = write!(out, "{{\"time\":\"2025-07-07T{}Z\",", clock(s));
        let _ = match d.below(8) {
            0..=2 => write!(
                out,
                "\"level\":\"info\",\"service\":\"telemetry\",\"msg\":\"flow reading\",\"pump\":\"P{pump}\",\"flow_lpm\":{},\"pressure_kpa\":{}}}",
                d.between(20, 900),
                d.between(100, 700)
            ),
            3 => write!(
                out,
                "\"level\":\"warn\",\"service\":\"dosing\",\"msg\":\"chlorine below target\",\"tank\":\"T{}\",\"ppm\":{}}}",
                d.between(1, 4),
                d.between(1, 9)
            ),
            4 => write!(
                out,
                "\"level\":\"error\",\"service\":\"pumps\",\"msg\":\"pump tripped\",\"pump\":\"P{pump}\",\"reason\":\"{}\"}}",
                d.pick(&["overcurrent", "dry run", "seal leak"])
            ),
            5 => write!(
                out,
                "\"level\":\"info\",\"service\":\"pumps\",\"msg\":\"pump restarted\",\"pump\":\"P{pump}\",\"operator\":\"{}\"}}",
                d.pick(&["jonas", "mei", "abel"])
            ),
            6 => write!(
                out,
                "\"level\":\"info\",\"service\":\"valves\",\"msg\":\"valve moved\",\"valve\":\"V{}\",\"position\":{},\"took_ms\":{}}}",
                d.between(1, 12),
                d.between(0, 100),
                d.between(80, 4000)
            ),
            _ => write!(
                out,
                "\"level\":\"error\",\"service\":\"telemetry\",\"msg\":\"sensor timeout\",\"sensor\":\"S-{}\"}}",
                d.between(1, 20)
            ),
        };
    })
}

const WATER: &[(&str, Gold)] = &[
    ("How many times did a pump trip?", Gold::Count("pump tripped")),
    ("How often did pump P3 trip?", Gold::Count("pump tripped\",\"pump\":\"P3\"")),
    ("Which pump tripped most often?", Gold::Top(r#"tripped","pump":"(\w+)""#)),
    ("what is the most common trip reason", Gold::Top(r#""reason":"([^"]+)""#)),
    ("What was the highest flow of pump P5?", Gold::Max(r#""P5","flow_lpm":(\d+)"#)),
    ("lowest pressure", Gold::Min(r#"pressure_kpa":(\d+)"#)),
    ("how many sensor timeouts", Gold::Count("sensor timeout")),
    ("How many errors does the pumps service have?", Gold::Count(r#"error","service":"pumps""#)),
    (
        "How many valve moves took longer than 3 seconds?",
        Gold::Count(r#"took_ms":(3(00[1-9]|0[1-9]\d|[1-9]\d\d)|4000)"#),
    ),
    ("Who restarted the most pumps?", Gold::Top(r#"operator":"(\w+)""#)),
    ("How many pumps did mei restart?", Gold::Count("mei")),
    ("average flow", Gold::Mean(r#"flow_lpm":(\d+)"#)),
    ("How often was the chlorine below target in tank T2?", Gold::Count(r#""tank":"T2""#)),
    ("slowest valve move", Gold::Max(r#"took_ms":(\d+)"#)),
    ("how many times did pump P44 trip", Gold::Absent),
];

fn relay() -> String {
    log(20, 900, |d, s, out| {
        let queue = format!("{:X}", 0xA1000 + d.below(400));
        let user = d.pick(&["anna", "bram", "cleo", "dirk"]);
        let to = d.pick(&["shop.example", "bank.example", "club.example"]);
        let _ = write!(out, "Aug 21 {} mx2 relayd[{}]: ", clock(s), d.between(700, 720));
        let _ = match d.below(9) {
            0..=2 => write!(
                out,
                "{queue}: from=<{user}@corp.example>, size={}, recipients={}",
                d.between(400, 900_000),
                d.between(1, 12)
            ),
            3..=4 => write!(
                out,
                "{queue}: to=<{user}@{to}>, status=sent, delay={}.{}",
                d.between(0, 40),
                d.below(10)
            ),
            5 => write!(out, "{queue}: to=<{user}@{to}>, status=deferred, reason=greylisted"),
            6 => write!(
                out,
                "blocked connection from 203.0.113.{}: listed on {}",
                d.between(1, 30),
                d.pick(&["zen", "barracuda", "spamcop"])
            ),
            7 => write!(out, "authentication of {user} failed: wrong password"),
            _ => write!(out, "{queue}: removed"),
        };
    })
}

const RELAY: &[(&str, Gold)] = &[
    ("How many messages were deferred?", Gold::Count("status=deferred")),
    ("How many connections from 203.0.113.9 were blocked?", Gold::Count(r"203\.0\.113\.9:")),
    ("Which blocklist blocked the most connections?", Gold::Top(r"listed on (\w+)")),
    ("How many logins failed for cleo?", Gold::Count("authentication of cleo failed")),
    ("Whose authentication failed most often?", Gold::Top(r"authentication of (\w+)")),
    ("What is the largest message size?", Gold::Max(r"size=(\d+)")),
    ("what was the longest delay of a sent message", Gold::Max(r"delay=([\d.]+)")),
    ("total number of recipients", Gold::Sum(r"recipients=(\d+)")),
    ("how many messages were removed from the queue", Gold::Count("removed")),
    ("How many wrong passwords were entered?", Gold::Count("wrong password")),
    ("how many connections from 203.0.113.77 were blocked", Gold::Absent),
];

/// All systems.
pub const SYSTEMS: &[System] = &[
    System { name: "lifts", lines: lifts, questions: LIFTS },
    System { name: "ovens", lines: ovens, questions: OVENS },
    System { name: "ferry", lines: ferry, questions: FERRY },
    System { name: "telescope", lines: telescope, questions: TELESCOPE },
    System { name: "game", lines: game, questions: GAME },
    System { name: "laboratory", lines: laboratory, questions: LABORATORY },
    System { name: "railway", lines: railway, questions: RAILWAY },
    System { name: "parcels", lines: parcels, questions: PARCELS },
    System { name: "water", lines: water, questions: WATER },
    System { name: "relay", lines: relay, questions: RELAY },
];
