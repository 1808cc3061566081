//! The project as it lies on the disk, and what cargo knows about it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that hold what was built, fetched or kept, and nothing that was written.
const NOT_OURS: [&str; 7] = [".git", "target", "node_modules", "cache", "out", ".muniment", "muniment-data"];

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file of the project by its path from the root, with `/` between, in order.
pub fn files() -> Vec<String> {
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found.sort();
    assert!(found.iter().any(|file| file == "domain/tests/house/workspace.rs"), "the walk misses itself");
    found
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), found);
        } else if kind.is_file() {
            let path = entry.path();
            let parts = path.strip_prefix(root()).unwrap().iter().map(|part| part.to_str().unwrap());
            found.push(parts.collect::<Vec<_>>().join("/"));
        }
    }
}

/// The text of a file; none for one that is not text.
pub fn text(file: &str) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(file)).unwrap()).ok()
}

/// What cargo says of the workspace, without asking a network or changing the lock file.
pub fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
