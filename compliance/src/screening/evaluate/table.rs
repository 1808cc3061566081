//! The table of figures: how good and how fast the screening is on a folder of lists and labelled names.

use super::{
    EvaluateError, alerts, cross_script_recall, found, hand_labelled_f1, read_folder, read_lists, recall,
};
use crate::screening::{index::Index, search::Query};
use std::{
    fmt::Display,
    fs,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

/// How many customers are screened again.
const CUSTOMERS: usize = 100_000;
/// Every so many-th of them is timed alone.
const SAMPLED: usize = 10;
/// How often one is timed: the best tells what it takes, the others what else the machine did.
const TIMES: usize = 3;
/// How many entries a change of a list has.
const CHANGED: usize = 100;

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// What came out.
    pub measured: String,
}

/// Measures everything, row by row, and calls `tell` with each: all of it takes minutes.
///
/// # Errors
/// When a file that is there cannot be read.
pub fn measure(folder: &Path, mut tell: impl FnMut(Row)) -> Result<(), EvaluateError> {
    let mut row = |what: &str, measured: &dyn Display| {
        tell(Row { what: what.to_owned(), measured: measured.to_string() });
    };
    let before = resident_kilobytes();
    let start = Instant::now();
    let lists = read_lists(folder)?;
    let read = start.elapsed();
    let folder = read_folder(folder)?;
    let index = Index::build(folder.lists.clone());
    row("hand-labelled pairs, F1 at the threshold, thousandths", &hand_labelled_f1(&folder.pairs));
    for (what, same, percent) in [
        ("OFAC aliases against near-namesakes, recall at 1%", "ofac_alias_overlap", 1),
        ("original script against Latin, recall at 1% of near-namesakes", "un_cross_script", 1),
        ("original script against Latin, recall at 5% of near-namesakes", "un_cross_script", 5),
    ] {
        row(what, &recall(&folder.pairs, same, "ofac_near_negative", percent));
    }
    for percent in [1, 5] {
        let what = format!("original script against Latin, recall at {percent}% of all other names");
        row(&what, &cross_script_recall(&folder.pairs, percent));
    }
    for names_only in [false, true] {
        let with = if names_only { "names only" } else { "with date of birth and country" };
        row(&format!("search, {with}: found"), &found(&index, &folder.listed, names_only));
        for (name, clean) in &folder.clean {
            row(&format!("search, {with}: alerts on {name}"), &alerts(&index, clean, names_only));
        }
    }
    let clean = folder.clean.iter().flat_map(|(_, clean)| clean);
    let customers: Vec<_> = clean.cycle().take(CUSTOMERS).collect();
    let mut times: Vec<_> = customers.iter().step_by(SAMPLED).map(|query| best_time(&index, query)).collect();
    times.sort_unstable();
    for percent in [50, 99] {
        let time = times.get((times.len() * percent).div_euclid(100)).copied().unwrap_or_default();
        row(&format!("one name over {} names, p{percent}", index.name_count()), &shown(time));
    }
    row(&format!("{} customers screened again", customers.len()), &shown(time_all(&index, &customers)));
    let start = Instant::now();
    let mut older = lists.clone();
    let each = CHANGED.div_ceil(older.len().max(1));
    older.iter_mut().for_each(|list| list.entries.truncate(list.entries.len().saturating_sub(each)));
    let changed = index.changed_since(&Index::build(older));
    row("finding what changed", &shown(start.elapsed()));
    let what = format!("a change of {} names against them", changed.name_count());
    row(&what, &shown(time_all(&changed, &customers)));
    row("reading the lists", &shown(read));
    let start = Instant::now();
    drop(Index::build(lists));
    row("building the index", &shown(start.elapsed()));
    row("memory of the program before, kB", &before);
    row("memory of the program now, kB", &resident_kilobytes());
    Ok(())
}

fn shown(time: Duration) -> String {
    format!("{time:.2?}")
}

fn time_all(index: &Index, customers: &[&Query]) -> Duration {
    let start = Instant::now();
    customers.iter().for_each(|query| drop(black_box(index.screen(query))));
    start.elapsed()
}

fn best_time(index: &Index, query: &Query) -> Duration {
    let time = || {
        let start = Instant::now();
        black_box(index.screen(query));
        start.elapsed()
    };
    (0..TIMES).map(|_| time()).min().unwrap_or_default()
}

/// The resident memory of this process, 0 where the system does not say.
fn resident_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
