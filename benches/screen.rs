//! The screen measured from outside: the real binary in a pty, from key to first byte.
//!
//! `cargo bench --bench screen [FILE]` prints medians for the bundled incident, or for a file (1 GB: while it is indexed).

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints what it measured, or stops"
)]

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The program in a pty, its output with the time it came.
struct Program {
    output: Receiver<(Instant, usize, Vec<u8>)>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    began: Instant,
    seen: Vec<u8>,
    _pair: portable_pty::PtyPair,
}

impl Program {
    fn start(columns: u16, rows: u16, file: Option<&str>) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_watchfire"));
        file.iter().for_each(|file| command.arg(file));
        let state = std::env::temp_dir().join("watchfire-bench-state");
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("WATCHFIRE_STATE_DIR", state);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send((Instant::now(), count, buffer[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        Self { output, keys, child, began, seen: Vec::new(), _pair: pair }
    }

    /// Takes output in until nothing came for a while; how many bytes.
    fn settle(&mut self, quiet: Duration) -> usize {
        let mut bytes = 0;
        while let Ok((_, count, text)) = self.output.recv_timeout(quiet) {
            bytes += count;
            self.seen.extend(text);
        }
        bytes
    }

    /// Waits for a text on the wire.
    fn wait_for(&mut self, text: &str, patience: Duration) -> Duration {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Ok((at, _, bytes)) = self.output.recv_timeout(Duration::from_millis(50)) {
                self.seen.extend(bytes);
                if self.seen.windows(text.len()).any(|window| window == text.as_bytes()) {
                    return at - self.began;
                }
            }
        }
        patience
    }

    /// Presses a key; the time until the first byte came back.
    fn press(&mut self, key: &str) -> Option<Duration> {
        while self.output.try_recv().is_ok() {}
        let pressed = Instant::now();
        self.keys.write_all(key.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self.output.recv_timeout(Duration::from_millis(500)).ok().map(|(at, ..)| at - pressed)
    }

    /// A field of `/proc/PID/status` in kB.
    fn kilobytes(&self, field: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.process_id().unwrap());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(field)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// User and system time so far, in clock ticks.
    fn ticks(&self) -> u64 {
        let path = format!("/proc/{}/stat", self.child.process_id().unwrap());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let rest = text.rsplit(')').next().unwrap_or_default();
        rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.keys.write_all(b"\x1bq");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| {
        times.get(times.len() * share / 100).or(times.last()).map_or(0.0, Duration::as_secs_f64)
    };
    println!("{what}: p50 {:.2} ms, p99 {:.2} ms, n {}", at(50) * 1e3, at(99) * 1e3, times.len());
}

fn main() {
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let file = file.as_deref();
    let mut first = Vec::new();
    for _ in 0..20 {
        let program = Program::start(200, 50, file);
        let (at, ..) = program.output.recv_timeout(Duration::from_secs(10)).unwrap();
        first.push(at - program.began);
    }
    report("start to first byte", first);

    let mut program = Program::start(200, 50, file);
    let mut during = Vec::new();
    // While the sources are read: letters of a question are typed.
    program.press("i");
    for _ in 0..200 {
        during.extend(program.press("x"));
        std::thread::sleep(Duration::from_millis(5));
    }
    report("key to first byte, from the start on (typing)", during);
    drop(program);

    let mut program = Program::start(200, 50, file);
    let usable = program.wait_for("against", Duration::from_secs(120));
    println!("start to the comparison on the screen: {:.0} ms", usable.as_secs_f64() * 1e3);
    program.settle(Duration::from_millis(500));
    program.press("r");
    program.settle(Duration::from_millis(500));
    let moves: Vec<Duration> = (0..400).filter_map(|_| program.press("j")).collect();
    report("key to first byte, reading", moves);
    program.settle(Duration::from_millis(500));
    let (ticks, began) = (program.ticks(), Instant::now());
    let idle = program.settle(Duration::from_secs(5));
    let spent = program.ticks() - ticks;
    println!("idle for {:.0} s: {idle} bytes, {spent} ticks of CPU", began.elapsed().as_secs_f64());
    println!("resident: {:.1} MB", program.kilobytes("VmRSS:") as f64 / 1024.0);
    drop(program);

    for (columns, rows) in [(120, 40), (80, 24)] {
        let mut program = Program::start(columns, rows, file);
        program.wait_for("against", Duration::from_secs(120));
        program.settle(Duration::from_millis(500));
        program.press("r");
        program.settle(Duration::from_millis(500));
        let mut pages: Vec<usize> = Vec::new();
        for _ in 0..20 {
            program.keys.write_all(b"\x1b[6~").unwrap();
            pages.push(program.settle(Duration::from_millis(120)));
        }
        pages.sort_unstable();
        println!("a page of scrolling at {columns}x{rows}: {} bytes (median)", pages[pages.len() / 2]);
    }
}
