//! The shared sample data: read where it lies, never copied into the project.

use std::path::{Path, PathBuf};

/// The folder of real invoices, or `None` (said aloud) on a machine that does not have it.
pub(crate) fn invoices() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let root = std::env::var_os("MUNIMENT_SHARED_DATA").map_or(beside, PathBuf::from);
    let folder = root.join("invoices");
    // Worktrees lie one level deeper than the main checkout.
    let folder = if folder.is_dir() {
        folder
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/invoices")
    };
    if folder.is_dir() {
        return Some(folder);
    }
    println!("the shared invoices are absent ({}): nothing was compared", folder.display());
    None
}

/// The rows of a simple CSV file (no quotes) as cells.
pub(crate) fn csv(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}
