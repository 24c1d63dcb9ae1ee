//! Invented systems that log: call trees, queues and batch jobs, healthy or with one fault in one service.

use super::dice::Dice;
use watchfire::change::Event;
use watchfire::domain::Level;

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A step throws.
    Exception,
    /// A step returns nothing useful and another path is taken.
    Return,
    /// The work inside the service takes longer.
    Latency,
    /// Every message to and from the service takes longer.
    Network,
    /// The service is gone.
    Crash,
    /// It runs but its consumers do nothing.
    Silent,
    /// A reloaded setting makes it warn and take another path.
    Config,
}

/// A fault in a service from a point in time on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trouble {
    pub(crate) fault: Fault,
    pub(crate) service: usize,
    /// Share of the work it touches.
    pub(crate) share: f64,
    pub(crate) from: i64,
}

/// A record before it is reduced to an event.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) time: i64,
    pub(crate) service: u32,
    pub(crate) site: u32,
    pub(crate) level: Level,
    pub(crate) request: u64,
    pub(crate) span: u64,
    /// Stands for the values in the text.
    pub(crate) value: u32,
}

/// One step of an operation.
#[derive(Clone, Debug)]
enum Step {
    Log { site: u32, level: Level, chance: f64, repeat: usize },
    Work { mean_ms: f64 },
    Call { operation: usize, chance: f64, failed: u32, gives_up: bool },
}

#[derive(Clone, Debug)]
struct Operation {
    service: usize,
    steps: Vec<Step>,
    /// Where a fault hits: index of a step.
    weak: usize,
    thrown: u32,
    logs_thrown: bool,
    otherwise: u32,
    otherwise_level: Level,
}

/// A system of services.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) services: Vec<String>,
    operations: Vec<Operation>,
    /// Operations that requests start with.
    entries: Vec<usize>,
    pub(crate) sites: u32,
    /// Requests per second.
    rate: f64,
    /// Work is handed over through queues: seconds pass between services.
    queued: bool,
    /// Chance of an unrelated warning or error per request.
    noise: f64,
    noisy: (u32, u32),
}

const NAMES: [&str; 12] = [
    "gateway", "orders", "basket", "catalog", "prices", "stock", "payments", "shipping", "mailer", "search",
    "ledger", "media",
];

impl World {
    /// A shop-like system of synchronous calls.
    pub(crate) fn shop(dice: &mut Dice) -> Self {
        let services = dice.range(5, 12);
        let rate = [0.5, 2.0, 8.0][dice.range(0, 3)];
        Self::random(dice, services, rate, false)
    }

    /// A system that works off queues.
    pub(crate) fn queues(dice: &mut Dice) -> Self {
        let services = dice.range(4, 7);
        let rate = [1.0, 4.0, 10.0][dice.range(0, 3)];
        Self::random(dice, services, rate, true)
    }

    /// Few long jobs with very many records each.
    pub(crate) fn batch(dice: &mut Dice) -> Self {
        let services = dice.range(3, 5);
        let mut world = Self::random(dice, services, 0.2, true);
        for operation in &mut world.operations {
            for step in &mut operation.steps {
                if let Step::Log { repeat, .. } = step {
                    *repeat = 5 + *repeat * 10;
                }
            }
        }
        world
    }

    fn random(dice: &mut Dice, count: usize, rate: f64, queued: bool) -> Self {
        let mut world = Self {
            services: NAMES[..count].iter().map(|name| format!("{name}-svc")).collect(),
            operations: Vec::new(),
            entries: Vec::new(),
            sites: 1,
            rate,
            queued,
            noise: 0.02,
            noisy: (dice.range(0, count) as u32, 0),
        };
        // Deepest services first, so that calls point to operations that exist.
        for service in (0..count).rev() {
            for _ in 0..dice.range(1, 4) {
                let operation = world.operation(dice, service, count);
                world.operations.push(operation);
            }
        }
        let last = world.operations.len();
        world.entries = (0..last).filter(|&o| world.operations[o].service == 0).collect();
        let second: Vec<usize> = (0..last).filter(|&o| world.operations[o].service == 1).collect();
        world.entries.extend(second);
        world.noisy.1 = world.site();
        world
    }

    fn site(&mut self) -> u32 {
        self.sites += 1;
        self.sites
    }

    fn operation(&mut self, dice: &mut Dice, service: usize, count: usize) -> Operation {
        let mut steps = Vec::new();
        let callees: Vec<usize> =
            (0..self.operations.len()).filter(|&o| self.operations[o].service > service).collect();
        let calls = if service + 1 == count { 0 } else { dice.range(1, 4) };
        for _ in 0..dice.range(1, 3) {
            self.talk(dice, &mut steps);
        }
        for _ in 0..calls {
            if callees.is_empty() {
                break;
            }
            steps.push(Step::Call {
                operation: callees[dice.range(0, callees.len())],
                chance: if dice.chance(0.7) { 1.0 } else { 0.2 + 0.7 * dice.unit() },
                failed: if dice.chance(0.75) { self.site() } else { 0 },
                gives_up: dice.chance(0.7),
            });
            if dice.chance(0.7) {
                self.talk(dice, &mut steps);
            }
        }
        self.talk(dice, &mut steps);
        Operation {
            service,
            weak: dice.range(0, steps.len()),
            steps,
            thrown: self.site(),
            logs_thrown: dice.chance(0.75),
            otherwise: self.site(),
            otherwise_level: [Level::Info, Level::Warn, Level::Error][dice.range(0, 3)],
        }
    }

    fn talk(&mut self, dice: &mut Dice, steps: &mut Vec<Step>) {
        let usual = dice.chance(0.75);
        steps.push(Step::Work { mean_ms: [0.5, 2.0, 10.0][dice.range(0, 3)] });
        steps.push(Step::Log {
            site: self.site(),
            level: if !usual && dice.chance(0.2) { Level::Warn } else { Level::Info },
            chance: if usual { 1.0 } else { 0.05 + 0.9 * dice.unit() },
            repeat: if dice.chance(0.15) { dice.range(2, 5) } else { 1 },
        });
    }

    /// Services a fault of this kind can be in, so that requests reach it.
    pub(crate) fn victim(&self, dice: &mut Dice) -> usize {
        dice.range(1, self.services.len())
    }

    /// The records of a span of time.
    pub(crate) fn run(
        &self,
        dice: &mut Dice,
        from: i64,
        seconds: f64,
        trouble: Option<Trouble>,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut time = from;
        let until = from + (seconds * 1e9) as i64;
        let mix: Vec<f64> = self.entries.iter().map(|_| 0.5 + dice.unit()).collect();
        let pace = self.rate * (0.8 + 0.4 * dice.unit());
        loop {
            time += dice.pause(1000.0 / pace);
            if time >= until {
                break;
            }
            let entry = pick(dice, &mix);
            let mut walk = Walk { world: self, lines: &mut lines, request: dice.next() | 1, trouble };
            walk.operation(dice, self.entries[entry], time);
            if dice.chance(self.noise) {
                walk.say(dice, time, self.noisy.0 as usize, self.noisy.1, Level::Error, 1);
            }
        }
        if let Some(trouble) = trouble.filter(|t| t.fault == Fault::Config) {
            let site = self.operations.iter().find(|o| o.service == trouble.service).map_or(1, |o| o.thrown);
            lines.push(Line {
                time: trouble.from - 2_000_000_000,
                service: trouble.service as u32,
                site: site + 100_000,
                level: Level::Info,
                request: 0,
                span: 0,
                value: 0,
            });
        }
        lines.retain(|line| line.time < until);
        lines.sort_by_key(|line| line.time);
        lines
    }
}

fn pick(dice: &mut Dice, weights: &[f64]) -> usize {
    let mut at = dice.unit() * weights.iter().sum::<f64>();
    for (index, weight) in weights.iter().enumerate() {
        at -= weight;
        if at <= 0.0 {
            return index;
        }
    }
    weights.len() - 1
}

/// One request on its way.
struct Walk<'w> {
    world: &'w World,
    lines: &'w mut Vec<Line>,
    request: u64,
    trouble: Option<Trouble>,
}

impl Walk<'_> {
    fn hit(&self, dice: &mut Dice, service: usize, time: i64, faults: &[Fault]) -> bool {
        self.trouble.is_some_and(|t| {
            t.service == service && time >= t.from && faults.contains(&t.fault) && dice.chance(t.share)
        })
    }

    fn say(&mut self, dice: &mut Dice, time: i64, service: usize, site: u32, level: Level, span: u64) {
        let value = dice.range(0, 3) as u32;
        self.lines.push(Line {
            time,
            service: service as u32,
            site,
            level,
            request: self.request,
            span,
            value,
        });
    }

    /// Runs an operation; gives the time it ended and whether it succeeded.
    fn operation(&mut self, dice: &mut Dice, index: usize, start: i64) -> (i64, bool) {
        let operation = self.world.operations[index].clone();
        let service = operation.service;
        let span = dice.next() | 1;
        let mut time = start;
        if self.hit(dice, service, time, &[Fault::Crash]) {
            return (time + dice.pause(1.0), false);
        }
        if self.hit(dice, service, time, &[Fault::Silent]) {
            return (time, true);
        }
        let broken = self.hit(dice, service, time, &[Fault::Exception, Fault::Return, Fault::Config]);
        let slow = self.hit(dice, service, time, &[Fault::Latency]);
        for (at, step) in operation.steps.iter().enumerate() {
            if broken && at == operation.weak {
                let fault = self.trouble.map(|t| t.fault);
                if fault == Some(Fault::Exception) {
                    if operation.logs_thrown {
                        self.say(dice, time, service, operation.thrown, Level::Error, span);
                    }
                    return (time, false);
                }
                let level =
                    if fault == Some(Fault::Config) { Level::Warn } else { operation.otherwise_level };
                self.say(dice, time, service, operation.otherwise, level, span);
                if fault == Some(Fault::Return) {
                    return (time, true);
                }
            }
            match step {
                Step::Work { mean_ms } => {
                    time += dice.pause(*mean_ms);
                    if slow && dice.chance(0.7) {
                        time += 100_000_000 + dice.pause(300.0);
                    }
                }
                Step::Log { site, level, chance, repeat } => {
                    if dice.chance(*chance) {
                        for _ in 0..*repeat {
                            time += dice.pause(0.3);
                            self.say(dice, time, service, *site, *level, span);
                        }
                    }
                }
                Step::Call { operation: callee, chance, failed, gives_up } => {
                    if !dice.chance(*chance) {
                        continue;
                    }
                    let (end, fine) = self.call(dice, service, *callee, time);
                    time = end;
                    if !fine {
                        if *failed != 0 {
                            self.say(dice, time, service, *failed, Level::Error, span);
                        }
                        if *gives_up {
                            return (time, false);
                        }
                    }
                }
            }
        }
        (time, true)
    }

    fn call(&mut self, dice: &mut Dice, from: usize, callee: usize, time: i64) -> (i64, bool) {
        let to = self.world.operations[callee].service;
        let lag = |walk: &Self, dice: &mut Dice, time: i64| {
            let far =
                walk.hit(dice, from, time, &[Fault::Network]) || walk.hit(dice, to, time, &[Fault::Network]);
            dice.pause(0.5) + if far { 150_000_000 + dice.pause(100.0) } else { 0 }
        };
        if self.world.queued {
            // Handed over: the caller goes on at once, the work happens later.
            let wait = lag(self, dice, time) + dice.pause(150.0);
            self.operation(dice, callee, time + wait);
            return (time + dice.pause(0.2), true);
        }
        let there = time + lag(self, dice, time);
        let (end, fine) = self.operation(dice, callee, there);
        (end + lag(self, dice, end), fine)
    }
}

/// What of its structure a log states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) ids: bool,
    pub(crate) sites: bool,
}

/// Reduces lines to events. Without call sites some steps share a wording and some wordings fall apart by value, as mined
/// templates do.
pub(crate) fn events(lines: &[Line], view: View) -> Vec<Event> {
    let template = |line: &Line| match line.site % 13 {
        3 => line.site - 1,
        7 => line.site + 1_000_000 * (1 + line.value),
        _ => line.site,
    };
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| Event {
            time: line.time,
            request: if view.ids { line.request } else { 0 },
            span: if view.ids { line.span } else { 0 },
            service: line.service,
            template: template(line),
            site: if view.sites { line.site } else { 0 },
            record: index as u32,
            level: line.level.as_u8(),
        })
        .collect()
}
