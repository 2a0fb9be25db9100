//! What is said when the process has no descriptors left. One test, since those of one program share them.

use std::fs::File;
use std::process::Command;
use std::time::Duration;

use kaa_notifier::{Socket, Wait, delay};

/// Set in the process that may open only a few descriptors.
const FEW: &str = "KAA_TEST_FEW_DESCRIPTORS";

#[test]
fn without_descriptors() {
    if std::env::var_os(FEW).is_some() {
        return use_a_loop();
    }
    let limited = format!("ulimit -n 64 && {FEW}=1 exec \"$0\"");
    let this = std::env::current_exe().unwrap();
    assert!(Command::new("sh").args(["-c", &limited]).arg(this).status().unwrap().success());
}

fn use_a_loop() {
    let mut all: Vec<File> = (0..64).map_while(|_| File::open("/dev/null").ok()).collect();
    let socket = Socket::new();
    let said = |address| socket.connect(address).wait().unwrap_err().to_string();
    assert_eq!(
        said("127.0.0.1:1"),
        "cannot connect to 127.0.0.1:1: Too many open files (os error 24)"
    );
    let text = "the main loop cannot watch descriptors: Too many open files (os error 24)";
    assert_eq!(said("localhost:1"), text);
    // Timers need none.
    delay(Duration::from_millis(1)).wait().unwrap();

    // It was no more than that: with descriptors the loop works.
    all.truncate(all.len() - 10);
    assert!(said("127.0.0.1:1").contains("refused"));
    delay(Duration::from_millis(1)).wait().unwrap();
}
