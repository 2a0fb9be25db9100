//! The page "What a coroutine cannot do" has an entry for each program that is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const FOLDERS: [&str; 4] = ["attribute", "flow", "placement", "rustc"];

#[test]
fn each_program_has_an_entry_and_each_entry_a_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../docs/limits.md")).expect("the page is there");
    let mut programs = BTreeSet::new();
    for folder in FOLDERS {
        for file in fs::read_dir(root.join("fail").join(folder)).expect("the folder is there") {
            let path = file.expect("readable").path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.file_stem().expect("a file has a name").to_string_lossy();
                programs.insert(name.into_owned());
            }
        }
    }
    let missing: Vec<_> =
        programs.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "without an entry in docs/limits.md: {missing:?}");

    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let named = rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split(','));
    let named = named.map(|name| name.trim().trim_matches('`').to_owned());
    let unknown: Vec<_> = named.filter(|name| !programs.contains(name)).collect();
    assert!(unknown.is_empty(), "without a program in ui-tests/fail: {unknown:?}");
}
