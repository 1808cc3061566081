//! The screening against real lists and labelled names, where they are: they are not part of the project.

use muniment_compliance::screening::{
    Index, Query,
    evaluate::{Share, alerts, found, hand_labelled_f1, read_folder, recall},
};
use std::path::PathBuf;

/// The lists and names, or nothing with a word about it where they are absent.
fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("MUNIMENT_SHARED_DATA").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = shared.unwrap_or_else(beside).join("screening");
    if !path.exists() {
        println!("{} is absent: nothing to measure", path.display());
        return None;
    }
    Some(path)
}

fn per_mille(share: Share) -> usize {
    share.part * 1_000 / share.whole
}

#[test]
fn names_are_told_apart_as_well_as_promised() {
    let Some(path) = folder() else { return };
    let folder = read_folder(&path).unwrap();
    assert!(hand_labelled_f1(&folder.pairs) >= 820);
    let at = |same, percent| per_mille(recall(&folder.pairs, same, "ofac_near_negative", percent));
    assert!(at("ofac_alias_overlap", 1) >= 550);
    assert!(at("un_cross_script", 1) >= 600);
    assert!(at("un_cross_script", 5) >= 750);
}

#[test]
fn the_listed_are_found_and_the_clean_left_alone() {
    /// Every so many-th of the clean customers: all take minutes without optimisation.
    const STEP: usize = 50;
    let Some(path) = folder() else { return };
    let folder = read_folder(&path).unwrap();
    let index = Index::build(folder.lists);
    for names_only in [false, true] {
        assert!(per_mille(found(&index, &folder.listed, names_only)) >= 985);
        for (file, clean) in &folder.clean {
            let some: Vec<_> = clean.iter().step_by(STEP).cloned().collect();
            let share = alerts(&index, &some, names_only);
            assert!(per_mille(share) <= 5, "{file}: {share}");
        }
    }
    // Whoever does not say what a customer is gets a little more to read, not a flood.
    let kind_unknown = |query: &Query| Query { kind: None, ..query.clone() };
    for (file, clean) in &folder.clean {
        let some: Vec<_> = clean.iter().step_by(STEP).map(kind_unknown).collect();
        let share = alerts(&index, &some, true);
        assert!(per_mille(share) <= 10, "{file}, kind unknown: {share}");
    }
}
