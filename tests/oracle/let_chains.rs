//! Chains of conditions with `let`: edition 2024 only.

use std::io;

use crate::harness::ask;

both! {
    fn let_chain(n: Option<u32>) -> io::Result<u32> {
        if let Some(n) = n
            && n > 1
            && let Ok(m) = yield_!(ask(n + 1))
            && yield_!(ask(m))? > 3
        {
            yield_!()?;
            return Ok(n);
        }
        Ok(0)
    }
}

#[test]
fn let_chain() {
    for n in [None, Some(1), Some(2), Some(3)] {
        check!(let_chain(n));
    }
}
