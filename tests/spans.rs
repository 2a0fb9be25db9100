//! Where things are said to be: lines, panics and reports of coroutines are those of the user's text, before a wait and after it.

use std::cell::{Cell, RefCell};
use std::panic::{self, Location};
use std::rc::Rc;
use std::sync::Once;
use std::time::Duration;

use kaa::prelude::*;
use kaa::report::{self, Report};
use kaa::{Panicked, Result, WaitsForItself, driver};

/// The value of a coroutine, by running the loop.
fn value<T: 'static>(coroutine: &InProgress<T>) -> Result<T> {
    coroutine.timeout(Duration::from_secs(20)).wait()
}

fn run() {
    while driver::run_ready(driver::RESUMES_A_TURN) {}
}

/// Line and column of the caller.
#[track_caller]
fn here() -> (u32, u32) {
    let place = Location::caller();
    (place.line(), place.column())
}

const LINES: u32 = line!();
#[rustfmt::skip]
#[kaa::coroutine]
fn lines() -> Result<Vec<u32>> {
    let mut lines = vec![line!()];
    yield_!()?;
    lines.push(line!());
    for i in 0..2 {
        lines.push(line!());
        if yield_!(InProgress::finished(i == 0))? {
            lines.push(line!());
            continue;
        }
        lines.push(
            // One line further down.
            line!(),
        );
    }
    let last = match yield_!(InProgress::finished(line!()))? {
        0 => line!(),
        line => line + 1_000,
    };
    lines.push(last);
    Ok(lines)
}

#[test]
fn line_in_a_body() {
    let lines = value(&lines()).unwrap();
    let lines: Vec<u32> = lines.into_iter().map(|line| line - LINES).collect();
    assert_eq!(lines, [4, 6, 8, 10, 8, 15, 1_000 + 18]);
}

const COLUMNS: u32 = line!();
#[rustfmt::skip]
#[kaa::coroutine]
fn callers() -> Result<Vec<(u32, u32)>> {
    let mut places = vec![here()];
    yield_!()?;
    places.push(here());
    let place = yield_!(InProgress::finished(here()))?;
    places.push(place);
    while places.len() < 5 {
        places.push(here()); yield_!()?; places.push(here());
    }
    Ok(places)
}

#[test]
fn callers_of_functions() {
    let places = value(&callers()).unwrap();
    let places: Vec<_> = places.into_iter().map(|(line, at)| (line - COLUMNS, at)).collect();
    assert_eq!(places, [(4, 27), (6, 17), (7, 46), (10, 21), (10, 54)]);
}

#[kaa::coroutine]
fn file_and_module() -> Result<(&'static str, &'static str)> {
    let file = yield_!(InProgress::finished(file!()))?;
    Ok((file, module_path!()))
}

#[test]
fn file_and_module_in_a_body() {
    assert_eq!(value(&file_and_module()).unwrap(), (file!(), module_path!()));
}

/// The lines at which this thread has panicked.
fn panicked(code: impl FnOnce()) -> Vec<(String, u32)> {
    thread_local! {
        static PLACES: RefCell<Option<Vec<(String, u32)>>> = const { RefCell::new(None) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map(|place| (place.file().to_owned(), place.line()));
            let is_wanted = PLACES.with_borrow_mut(|places| match (places, place) {
                (Some(places), Some(place)) => {
                    places.push(place);
                    true
                }
                _ => false,
            });
            if !is_wanted {
                before(info);
            }
        }));
    });
    PLACES.set(Some(Vec::new()));
    code();
    PLACES.take().unwrap_or_default()
}

const PANICS: u32 = line!();
#[rustfmt::skip]
#[kaa::coroutine]
fn panics(way: u32, none: Option<u32>, all: Vec<u32>) -> Result<u32> {
    if way == 0 {
        panic!("before the first yield");
    }
    yield_!()?;
    let mut sum = match way {
        1 => none.unwrap(),
        2 => all[way as usize],
        _ => yield_!(InProgress::finished(way))?,
    };
    for i in 0..2 {
        if way == 3 {
            sum += none.expect("something");
        }
        yield_!()?;
        if way == 4 {
            sum -= 5 - i;
        }
    }
    if way == 5 {
        let failed: InProgress<u32> = InProgress::failed(kaa::Error::message("broken"));
        sum += yield_!(failed).unwrap();
    }
    assert!(way == 6, "not six");
    yield_!(InProgress::finished(sum))
        .map(|sum| sum - 7)
}

#[test]
fn panics_in_a_body() {
    let line_of = |way: u32| {
        let places = panicked(|| {
            let error = value(&panics(way, None, vec![1])).unwrap_err();
            assert!(error.is::<Panicked>(), "{error}");
        });
        let [(file, line)] = &places[..] else { unreachable!("{places:?}") };
        assert_eq!(file, file!());
        line - PANICS
    };
    let lines: Vec<u32> = (0..8).map(line_of).collect();
    assert_eq!(lines, [5, 9, 10, 15, 19, 24, 28, 26]);
}

/// What is reported of this thread while `code` runs: where it says that it came from.
fn origins(code: impl FnOnce()) -> Vec<String> {
    let origins = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::clone(&origins);
    let reporter = move |report: &Report| {
        told.borrow_mut().push(report.origin.map(|origin| origin.to_string()).unwrap_or_default());
    };
    let before = report::set_reporter(Some(Rc::new(reporter)));
    code();
    report::set_reporter(before);
    origins.take()
}

const FAILS: u32 = line!();
/// The report names the line of the function's name,
/// not that of the attribute or of a comment.
#[kaa::coroutine]
#[inline]
fn fails() -> Result<()> {
    yield_!()?;
    Err(kaa::Error::message("broken"))
}

#[test]
fn a_report_names_the_coroutine() {
    let origins = origins(|| {
        drop(fails());
        run();
    });
    assert_eq!(origins, [format!("coroutine `fails` at {}:{}", file!(), FAILS + 5)]);
}

const THROWS: u32 = line!();
#[kaa::coroutine]
fn drops_a_failure() -> Result<()> {
    yield_!()?;
    drop(InProgress::<()>::failed(kaa::Error::message("broken")));
    yield_!()?;
    let (promise, ip) = InProgress::<()>::new();
    promise.throw(kaa::Error::message("broken"));
    drop(ip);
    Ok(())
}

#[test]
fn a_report_names_the_line_of_the_body_that_made_it() {
    let origins = origins(|| value(&drops_a_failure()).unwrap());
    let created_at = |line: u32| format!("created at {}:{}", file!(), THROWS + line);
    assert_eq!(origins, [created_at(4), created_at(6)]);
}

const WAITS: u32 = line!();
#[rustfmt::skip]
#[kaa::coroutine]
fn waits_for_itself(own: Rc<Cell<Option<InProgress<()>>>>, way: u32) -> Result<()> {
    yield_!()?;
    if way == 0 {
        yield_!(own.take().unwrap())?;
    }
    for i in 0..2 {
        yield_!()?;
        let Some(own) = own.take() else { break };
        if way == 1 {
            yield_!()?;
            match yield_!(
                own
            ) {
                Ok(()) => yield_!()?,
                Err(error) => return Err(error),
            }
        } else {
            _ = i; yield_!(own)?;
        }
    }
    Ok(())
}

#[test]
fn the_place_of_a_coroutine_is_the_yield_at_which_it_rests() {
    let line_of = |way: u32| {
        let own = Rc::new(Cell::new(None));
        let coroutine = waits_for_itself(Rc::clone(&own), way);
        own.set(Some(coroutine.clone()));
        let error = value(&coroutine).unwrap_err();
        let task = error.downcast_ref::<WaitsForItself>().unwrap().task().unwrap();
        assert_eq!((task.name(), task.place().0), ("waits_for_itself", file!()));
        task.place().1 - WAITS
    };
    assert_eq!([line_of(0), line_of(1), line_of(2)], [6, 13, 20]);
}
