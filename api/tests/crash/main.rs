//! kill -9 at any write of a coupon run: started again, nobody is paid twice and nobody is forgotten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

#[path = "../stories/network.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod network;
#[path = "../stories/stage.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod stage;
#[path = "../stories/treasury.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod treasury;

mod books;
mod house;

use books::Books;
use house::{House, Run};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Mutex;

/// At how many writes the program is killed.
const POINTS: usize = 50;
/// Points that are worked on at a time: the machine has two cores.
const AT_A_TIME: usize = 2;
/// Draws that are allowed, since a run may end before the write that was drawn: how often it looks for work differs.
const MAX_DRAWS: usize = 4 * POINTS;

/// What the points have come to.
struct Tally {
    random: ChaCha8Rng,
    draws: usize,
    killed: Vec<u32>,
}

impl Tally {
    /// The next write to kill at, while points are missing.
    fn draw(&mut self, writes: u32) -> Option<u32> {
        if self.killed.len() >= POINTS {
            return None;
        }
        assert!(self.draws < MAX_DRAWS, "only {} of {POINTS} runs were killed", self.killed.len());
        self.draws += 1;
        Some(self.random.random_range(1..=writes))
    }
}

/// Makes the house that is killed, in a process of its own. Does nothing in a usual run of the tests.
#[test]
#[ignore = "needs strace"]
fn house_with_a_coupon_that_is_due() {
    house::build_when_asked();
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_write_of_a_coupon_run_it_pays_everybody_exactly_once() {
    let original = House::build();
    let expected = Books::before(&original);
    let counted = original.copy();
    let writes = counted.count_writes();
    expected.check_paid(&counted, "the run that nobody killed");

    let seed = rand::rng().random();
    println!("seed {seed}: {writes} writes");
    let tally = Mutex::new(Tally { random: ChaCha8Rng::seed_from_u64(seed), draws: 0, killed: Vec::new() });
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(write) = tally.lock().unwrap().draw(writes) else { break };
                    let house = original.copy();
                    let killed = house.run_killed_at(write) == Run::Killed;
                    if killed {
                        house.run_until_paid();
                    }
                    expected.check_paid(&house, &format!("seed {seed}, killed at write {write}"));
                    if killed {
                        tally.lock().unwrap().killed.push(write);
                    }
                }
            });
        }
    });
    let mut killed = tally.into_inner().unwrap().killed;
    killed.sort_unstable();
    println!("killed {} times and paid exactly once, at the writes {killed:?}", killed.len());
    assert!(killed.len() >= POINTS);
}
