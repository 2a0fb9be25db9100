//! Programs that must not compile, with what is said of them, and shapes that must keep compiling.
//!
//! A folder of `fail/` is who reports: `attribute` the arguments and signature of `#[kaa::coroutine]`, `entry` those of the other
//! attributes, `placement` the place of a `yield_!`, `flow` what lowering refuses, and rustc. The `.stderr` beside each program is
//! blessed with `TRYBUILD=overwrite cargo test -p ui-tests`, on the pinned toolchain.

#![cfg(not(miri))]
#![forbid(unsafe_code)]

#[test]
fn ui() {
    let t = trybuild::TestCases::new();
    t.pass("pass/*.rs");
    for who_reports in ["attribute", "entry", "placement", "flow", "handles", "rustc"] {
        t.compile_fail(format!("fail/{who_reports}/*.rs"));
    }
}
