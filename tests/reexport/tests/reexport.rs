//! Coroutines of crates that have kaa under another name: `::kaa` is nothing here.

use std::io;
use std::time::Duration;

use reexport::kaa::InProgress;
use reexport::kaa::prelude::*;

/// The value of a coroutine, by running the loop.
fn value<T: 'static>(coroutine: &InProgress<T>) -> T {
    coroutine.timeout(Duration::from_secs(20)).wait().unwrap()
}

#[reexport::kaa::coroutine(crate = reexport::kaa)]
fn through_the_framework(n: u32) -> io::Result<u32> {
    let held = String::from("held");
    let mut sum = 0;
    for i in 0..n {
        if i == 1 {
            continue;
        }
        sum += yield_!(InProgress::finished(i))?;
        yield_!()?;
    }
    Ok(sum + u32::try_from(held.len()).unwrap())
}

#[test]
fn through_another_crate() {
    assert_eq!(value(&through_the_framework(4)), 9);
}

#[framework::coroutine(crate = framework)]
fn under_another_name(n: u32) -> Option<u32> {
    let n = framework::yield_!(InProgress::finished(n)).ok()?;
    (n > 1).then_some(n)
}

#[test]
fn under_the_name_of_the_dependency() {
    assert_eq!(value(&under_another_name(2)), Some(2));
    assert_eq!(value(&under_another_name(1)), None);
}

mod inside {
    pub(crate) mod deeper {
        pub(crate) use reexport::kaa as loops;
    }

    #[deeper::loops::coroutine(crate = deeper::loops)]
    pub(crate) fn by_a_relative_path(n: u32) -> u32 {
        reexport::kaa::yield_!(reexport::kaa::InProgress::finished(n)).unwrap_or_default()
    }
}

#[crate::inside::deeper::loops::coroutine(crate = crate::inside::deeper::loops)]
fn no_yield(n: u32) -> reexport::kaa::Result<u32> {
    Ok(n + 1)
}

#[test]
fn through_a_module() {
    assert_eq!(value(&inside::by_a_relative_path(3)), 3);
    assert_eq!(value(&no_yield(3)), 4);
}

reexport::retried! {
    /// The first that has three in it.
    fn threes(n: u32) -> u32 {
        if n % 3 == 0 {
            InProgress::finished(n)
        } else {
            InProgress::failed(io::Error::other(format!("{n} has none")))
        }
    }
}

#[test]
fn by_a_macro_of_the_framework() {
    assert_eq!(value(&threes(4, 5)), 6);
    let error = threes(4, 2).take_result().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "5 has none");
}
