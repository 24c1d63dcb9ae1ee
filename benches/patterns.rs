//! Speed of mining: lines per second over invented systems, on one thread and on two, and the merge at the end.
//!
//! `cargo bench --bench patterns`

#![expect(clippy::unwrap_used, reason = "a bench whose thread died has no figure")]

#[path = "../tests/pattern_systems/systems.rs"]
#[allow(dead_code, reason = "the scores are for the tests")]
mod systems;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use systems::{Filling, Random, SYSTEMS, System};
use watchfire::pattern::Miner;

const LINES: usize = 400_000;

fn main() {
    divan::main();
}

fn lines() -> Vec<String> {
    let systems: Vec<System> = SYSTEMS
        .iter()
        .enumerate()
        .map(|(at, (_, text))| System::new(text, Filling::Listed, at as u64))
        .collect();
    let mut random = Random::new(7);
    (0..LINES).map(|at| systems[at % systems.len()].line(&mut random).0).collect()
}

fn mine(lines: &[String]) -> Miner {
    let mut miner = Miner::new();
    for line in lines {
        black_box(miner.observe(line.as_bytes()));
    }
    miner
}

#[divan::bench(sample_count = 5)]
fn observe_on_one_thread(bencher: Bencher<'_, '_>) {
    let lines = lines();
    bencher.counter(ItemsCount::new(LINES)).bench_local(|| mine(&lines));
}

#[divan::bench(sample_count = 5)]
fn observe_absorb_finish_on_two_threads(bencher: Bencher<'_, '_>) {
    let lines = lines();
    let (front, back) = lines.split_at(LINES / 2);
    bencher.counter(ItemsCount::new(LINES)).bench_local(|| {
        let (mut first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| mine(back));
            (mine(front), second.join().unwrap())
        });
        first.absorb(&second);
        first.finish()
    });
}

#[divan::bench(sample_count = 5)]
fn finish(bencher: Bencher<'_, '_>) {
    let miner = mine(&lines());
    bencher.bench_local(|| miner.finish());
}
