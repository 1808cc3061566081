//! kill -9 at any write of a coupon run, a mint or a redemption, or of one of two processes: nothing happens twice,
//! nothing is forgotten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

#[path = "../stories/cluster.rs"]
mod cluster;
#[path = "../stories/network.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod network;
#[path = "../stories/stage.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod stage;
#[path = "../stories/treasury.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod treasury;

#[path = "../stories/market.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod market;

mod coupon;
mod mint;
mod redemption;
mod house;
mod replicas;

use coupon::DueCoupon;
use house::{House, Run, Subject};
use mint::AllocatedOrders;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use redemption::DueRedemption;
use std::sync::{Mutex, PoisonError};

/// Asks for another number of points than a test has by itself.
const POINTS: &str = "MUNIMENT_CRASH_POINTS";
/// Points that are worked on at a time: the machine has two cores.
const AT_A_TIME: usize = 2;
/// Draws per point, since a run may end before the write that was drawn: how often it looks for work differs.
const MAX_DRAWS: usize = 4;

/// One test at a time: each has the machine for itself.
static TURN: Mutex<()> = Mutex::new(());

/// What the points have come to.
struct Tally {
    random: ChaCha8Rng,
    points: usize,
    draws: usize,
    killed: Vec<u32>,
}

impl Tally {
    /// The next write to kill at, while points are missing.
    fn draw(&mut self, writes: u32) -> Option<u32> {
        if self.killed.len() >= self.points {
            return None;
        }
        let (killed, points) = (self.killed.len(), self.points);
        assert!(self.draws < MAX_DRAWS * points, "only {killed} of {points} runs were killed");
        self.draws += 1;
        Some(self.random.random_range(1..=writes))
    }
}

/// Makes the house that is killed, in a process of its own. Does nothing in a usual run of the tests.
#[test]
#[ignore = "needs strace"]
fn house_that_is_to_be_killed() {
    house::build_when_asked::<DueCoupon>();
    house::build_when_asked::<AllocatedOrders>();
    house::build_when_asked::<DueRedemption>();
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_write_of_a_coupon_run_it_pays_everybody_exactly_once() {
    kill_at_points::<DueCoupon>(50);
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_write_of_a_mint_in_three_batches_it_mints_for_everybody_exactly_once() {
    kill_at_points::<AllocatedOrders>(16);
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_write_of_a_redemption_in_two_batches_it_pays_everybody_back_exactly_once() {
    kill_at_points::<DueRedemption>(16);
}

fn kill_at_points<S: Subject>(usual: usize) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let points = std::env::var(POINTS).map_or(usual, |points| points.parse().unwrap());
    let (original, subject) = House::build::<S>();
    let counted = original.copy();
    let writes = counted.count_writes(&subject);
    subject.check(&counted, "the run that nobody killed");

    let seed = rand::rng().random();
    println!("{}, seed {seed}: {writes} writes", S::NAME);
    let random = ChaCha8Rng::seed_from_u64(seed);
    let tally = Mutex::new(Tally { random, points, draws: 0, killed: Vec::new() });
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(write) = tally.lock().unwrap().draw(writes) else { break };
                    let house = original.copy();
                    let killed = house.run_killed_at(&subject, write) == Run::Killed;
                    if killed {
                        house.run_until_done(&subject);
                    }
                    subject.check(&house, &format!("seed {seed}, killed at write {write}"));
                    if killed {
                        tally.lock().unwrap().killed.push(write);
                    }
                }
            });
        }
    });
    let mut killed = tally.into_inner().unwrap().killed;
    killed.sort_unstable();
    println!("{}: killed {} times and done exactly once, at the writes {killed:?}", S::NAME, killed.len());
    assert!(killed.len() >= points);
}
