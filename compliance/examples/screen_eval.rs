//! Prints how good and how fast the screening is on a folder of lists and labelled names.

use muniment_compliance::screening::{
    Index, Query,
    evaluate::{alerts, cross_script_recall, found, hand_labelled_f1, read_folder, read_lists, recall},
};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// How many customers are screened again at least.
const CUSTOMERS: usize = 100_000;
/// Every so many-th of them is timed alone.
const SAMPLED: usize = 10;
/// How often one is timed: the best tells what it takes, the others what else the machine did.
const TIMES: usize = 3;
/// How many entries a change of a list has.
const CHANGED: usize = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from).ok_or("usage: screen_eval FOLDER")?;
    let before = resident_kilobytes();
    let start = Instant::now();
    let lists = read_lists(&folder)?;
    let read = start.elapsed();
    let folder = read_folder(&folder)?;
    let index = Index::build(folder.lists.clone());
    println!("| | measured |\n|---|---|");
    row("hand-labelled pairs, F1 at the threshold, thousandths", hand_labelled_f1(&folder.pairs));
    let against = |same, percent| recall(&folder.pairs, same, "ofac_near_negative", percent);
    row("OFAC aliases against near-namesakes, recall at 1%", against("ofac_alias_overlap", 1));
    row("original script against Latin, recall at 1% of near-namesakes", against("un_cross_script", 1));
    row("original script against Latin, recall at 5% of near-namesakes", against("un_cross_script", 5));
    row(
        "original script against Latin, recall at 1% of all other names",
        cross_script_recall(&folder.pairs, 1),
    );
    row(
        "original script against Latin, recall at 5% of all other names",
        cross_script_recall(&folder.pairs, 5),
    );
    for names_only in [false, true] {
        let with = if names_only { "names only" } else { "with date of birth and country" };
        row(&format!("search, {with}: found"), found(&index, &folder.listed, names_only));
        for (name, clean) in &folder.clean {
            row(&format!("search, {with}: alerts on {name}"), alerts(&index, clean, names_only));
        }
    }
    let customers: Vec<_> =
        folder.clean.iter().flat_map(|(_, clean)| clean).cycle().take(CUSTOMERS).collect();
    let mut times: Vec<Duration> =
        customers.iter().step_by(SAMPLED).map(|query| best_time(&index, query)).collect();
    times.sort_unstable();
    let quantile = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    row(&format!("one name over {} names, p50", index.name_count()), format!("{:?}", quantile(50)));
    row("one name, p99", format!("{:?}", quantile(99)));
    let start = Instant::now();
    customers.iter().for_each(|query| drop(std::hint::black_box(index.screen(query))));
    row(&format!("{} customers screened again", customers.len()), format!("{:?}", start.elapsed()));
    let start = Instant::now();
    let mut older = lists.clone();
    older.iter_mut().for_each(|list| list.entries.truncate(list.entries.len() - CHANGED / 3 - 1));
    let changed = index.changed_since(&Index::build(older));
    let built = start.elapsed();
    let start = Instant::now();
    customers.iter().for_each(|query| drop(std::hint::black_box(changed.screen(query))));
    row(
        &format!("a change of {} names against them", changed.name_count()),
        format!("{:?}", start.elapsed()),
    );
    row("finding what changed", format!("{built:?}"));
    let start = Instant::now();
    let fresh = Index::build(lists);
    row("reading the lists / building the index", format!("{read:?} / {:?}", start.elapsed()));
    drop(fresh);
    row("memory of the program before / now, kB", format!("{before} / {}", resident_kilobytes()));
    Ok(())
}

fn best_time(index: &Index, query: &Query) -> Duration {
    let time = || {
        let start = Instant::now();
        std::hint::black_box(index.screen(query));
        start.elapsed()
    };
    (0..TIMES).map(|_| time()).min().unwrap_or_default()
}

fn row(what: &str, measured: impl std::fmt::Display) {
    println!("| {what} | {measured} |");
}

/// The resident memory of this process, 0 where the system does not say.
fn resident_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
