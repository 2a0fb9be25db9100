//! Next times where clocks are changed. Berlin, by rule: at 2:00 to 3:00 on 2026-03-29, at 3:00 back to 2:00 on 2026-10-25.

use jiff::Timestamp;

use super::{Schedule, ScheduleError};

const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// The next times behind `after`, as Berlin shows them, with their offsets.
fn next(schedule: Schedule, after: &str, count: usize) -> Vec<String> {
    let schedule = schedule.time_zone(BERLIN);
    schedule.check().unwrap();
    let zone = schedule.zone().unwrap();
    let mut time: Timestamp = after.parse().unwrap();
    let next = || {
        time = schedule.next_after(time)?;
        Some(time.to_zoned_datetime(zone.clone()).strftime("%m-%d %H:%M:%S %:z").to_string())
    };
    std::iter::from_fn(next).take(count).collect()
}

#[test]
fn the_next_time_is_behind_the_present_one() {
    let schedule = Schedule::new().hours([8, 20]).minutes([30]);
    assert_eq!(
        next(schedule, "2026-06-01T08:30:00+02", 3),
        ["06-01 20:30:00 +02:00", "06-02 08:30:00 +02:00", "06-02 20:30:00 +02:00"]
    );
    let schedule = Schedule::new().seconds([10, 40]);
    assert_eq!(
        next(schedule, "2026-12-31T23:59:09.5+01", 3),
        ["12-31 23:59:10 +01:00", "12-31 23:59:40 +01:00", "01-01 00:00:10 +01:00"]
    );
    assert_eq!(next(Schedule::new(), "2026-06-01T08:30:00.001+02", 1), ["06-01 08:31:00 +02:00"]);
}

#[test]
fn a_time_of_hours_that_is_skipped_comes_as_much_later() {
    let schedule = Schedule::new().hours([2]).minutes([30]);
    assert_eq!(
        next(schedule, "2026-03-28T12:00:00+01", 2),
        ["03-29 03:30:00 +02:00", "03-30 02:30:00 +02:00"]
    );
    // It comes once, although it is two of the times.
    let schedule = Schedule::new().hours([2, 3]).minutes([30]);
    assert_eq!(
        next(schedule, "2026-03-29T00:00:00+01", 2),
        ["03-29 03:30:00 +02:00", "03-30 02:30:00 +02:00"]
    );
    // And in its turn.
    let schedule = Schedule::new().hours([2, 3]).minutes([0, 45]);
    assert_eq!(
        next(schedule, "2026-03-29T00:00:00+01", 3),
        ["03-29 03:00:00 +02:00", "03-29 03:45:00 +02:00", "03-30 02:00:00 +02:00"]
    );
}

#[test]
fn a_time_of_hours_that_is_shown_twice_comes_the_first_time() {
    let schedule = Schedule::new().hours([2]).minutes([30]);
    assert_eq!(
        next(schedule, "2026-10-25T00:00:00+02", 2),
        ["10-25 02:30:00 +02:00", "10-26 02:30:00 +01:00"]
    );
}

#[test]
fn without_hours_it_is_what_the_clock_shows() {
    let schedule = Schedule::new().minutes([30]);
    assert_eq!(
        next(schedule.clone(), "2026-03-29T01:00:00+01", 2),
        ["03-29 01:30:00 +01:00", "03-29 03:30:00 +02:00"]
    );
    assert_eq!(
        next(schedule, "2026-10-25T01:45:00+02", 3),
        ["10-25 02:30:00 +02:00", "10-25 02:30:00 +01:00", "10-25 03:30:00 +01:00"]
    );
}

/// Every second around a change, one by one: none is lost, none comes twice.
#[test]
fn every_second_comes_once() {
    let schedule = Schedule::new().seconds(0..60).time_zone(BERLIN);
    for start in ["2026-03-29T00:59:00Z", "2026-10-25T00:59:00Z"] {
        let mut time: Timestamp = start.parse().unwrap();
        for _ in 0..200 {
            let next = schedule.next_after(time).unwrap();
            assert_eq!(next.as_second(), time.as_second() + 1);
            time = next;
        }
    }
}

/// A search second by second finds the same, wherever it begins.
#[test]
fn agrees_with_a_search_second_by_second() {
    let schedule = Schedule::new().minutes([7, 30]).seconds([0, 59]).time_zone(BERLIN);
    let zone = schedule.zone().unwrap();
    for start in ["2026-03-29T00:00:00Z", "2026-10-24T23:30:00Z"] {
        let start: Timestamp = start.parse().unwrap();
        let is_wanted = |second: &i64| {
            let shown = zone.to_datetime(Timestamp::from_second(*second).unwrap());
            [7, 30].contains(&shown.minute()) && [0, 59].contains(&shown.second())
        };
        for minutes in 0..180 {
            let from = start.as_second() + minutes * 60;
            let expected = (from + 1..).find(is_wanted);
            let found = schedule.next_after(Timestamp::from_second(from).unwrap());
            assert_eq!(found.map(Timestamp::as_second), expected, "{minutes} min behind {start}");
        }
    }
}

#[test]
fn a_zone_of_half_hours_and_one_that_has_skipped_a_day() {
    // Lord Howe: from 2:00 to 2:30 on 2026-10-04.
    let lord_howe = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";
    let schedule = Schedule::new().hours([2]).minutes([15]).time_zone(lord_howe);
    let next = schedule.next_after("2026-10-03T12:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(next.to_string(), "2026-10-03T15:45:00Z"); // 2:45 there.
    // Samoa: there was no 2011-12-30. The times of that day come on the next.
    let schedule = Schedule::new().hours([9]).minutes([0]).time_zone("Pacific/Apia");
    let next = schedule.next_after("2011-12-29T19:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(next.to_string(), "2011-12-30T19:00:00Z"); // 9:00 on the 31st.
}

#[test]
fn what_has_no_time_is_refused_by_name() {
    let error = |schedule: Schedule| schedule.check().unwrap_err().to_string();
    assert_eq!(error(Schedule::new().hours([7, 24])), "there is no hour 24: they go from 0 to 23");
    assert_eq!(error(Schedule::new().seconds([60])), "there is no second 60: they go from 0 to 59");
    assert!(error(Schedule::new().minutes([])).starts_with("a schedule without any minute"));
    let unknown = Schedule::new().time_zone("Europe/Atlantis");
    let name = "Europe/Atlantis".to_owned();
    assert_eq!(unknown.check(), Err(ScheduleError::UnknownTimeZone { name }));
}
