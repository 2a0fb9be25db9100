//! Which times of day there are, and which of them is next.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

/// Times of day, as a clock on the wall shows them: of hours, of minutes and of seconds those that are wanted.
///
/// Without further words it is every full minute. With [`hours`](Self::hours) a day has each of its times once, also when the
/// clock is changed: one that is skipped when it is put forward comes by as much later (half past two at half past three), and of
/// one that is shown twice when it is put back, the first counts. Without `hours` it is whatever the clock shows: what is
/// skipped does not come, and what is shown twice comes twice.
///
/// ```
/// use kaa_notifier::Schedule;
///
/// let every_quarter = Schedule::new().minutes([0, 15, 30, 45]);
/// let at_night = Schedule::new().hours([2]).minutes([30]).time_zone("Europe/Berlin");
/// ```
#[derive(Clone, Debug)]
pub struct Schedule {
    hours: Option<BTreeSet<u8>>,
    minutes: BTreeSet<u8>,
    seconds: BTreeSet<u8>,
    /// That of the system, if it is not named.
    zone: Option<String>,
}

/// A [`Schedule`] has no time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// There is no such hour, minute or second.
    OutOfRange {
        /// `hour`, `minute` or `second`.
        unit: &'static str,
        /// What was asked for.
        value: u8,
    },
    /// No hour, minute or second is wanted.
    Empty {
        /// `hour`, `minute` or `second`.
        unit: &'static str,
    },
    /// There is no time zone of this name.
    UnknownTimeZone {
        /// The name.
        name: String,
    },
    /// The clock shows a time behind the year 9999.
    OutOfTime,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScheduleError::OutOfRange { unit, value } => {
                let most = if *unit == "hour" { 23 } else { 59 };
                write!(f, "there is no {unit} {value}: they go from 0 to {most}")
            }
            ScheduleError::Empty { unit } => {
                write!(
                    f,
                    "a schedule without any {unit} has no time: name one, or do not call `{unit}s`"
                )
            }
            ScheduleError::UnknownTimeZone { name } => write!(
                f,
                "the system knows no time zone `{name}`: write one of the IANA database such as \
                 `Europe/Berlin`, or a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`"
            ),
            ScheduleError::OutOfTime => f.write_str("the clock shows a time behind the year 9999"),
        }
    }
}

impl StdError for ScheduleError {}

impl Default for Schedule {
    fn default() -> Self {
        Self::new()
    }
}

impl Schedule {
    /// Every full minute, in the time zone of the system.
    #[must_use]
    pub fn new() -> Self {
        let (minutes, seconds) = ((0..60).collect(), BTreeSet::from([0]));
        Schedule { hours: None, minutes, seconds, zone: None }
    }

    /// In these hours, 0 to 23, and no others.
    #[must_use]
    pub fn hours(mut self, hours: impl IntoIterator<Item = u8>) -> Self {
        self.hours = Some(hours.into_iter().collect());
        self
    }

    /// In these minutes, 0 to 59, and no others.
    #[must_use]
    pub fn minutes(mut self, minutes: impl IntoIterator<Item = u8>) -> Self {
        self.minutes = minutes.into_iter().collect();
        self
    }

    /// In these seconds, 0 to 59, instead of with the full minute.
    #[must_use]
    pub fn seconds(mut self, seconds: impl IntoIterator<Item = u8>) -> Self {
        self.seconds = seconds.into_iter().collect();
        self
    }

    /// In this time zone: a name of the IANA database, or a rule as the environment variable `TZ` has it. Whether it is known is
    /// found when a timer is started.
    #[must_use]
    pub fn time_zone(mut self, name: impl Into<String>) -> Self {
        self.zone = Some(name.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), ScheduleError> {
        let hours = self.hours.as_ref().map(|hours| ("hour", hours, 23));
        let others = [("minute", &self.minutes, 59), ("second", &self.seconds, 59)];
        for (unit, values, most) in hours.into_iter().chain(others) {
            let Some(&last) = values.last() else { return Err(ScheduleError::Empty { unit }) };
            if last > most {
                return Err(ScheduleError::OutOfRange { unit, value: last });
            }
        }
        self.zone().map(drop)
    }

    /// The system's is asked for each time, since it may be changed.
    fn zone(&self) -> Result<TimeZone, ScheduleError> {
        let Some(name) = &self.zone else { return Ok(TimeZone::system()) };
        let known = TimeZone::get(name).or_else(|_| TimeZone::posix(name));
        known.map_err(|_| ScheduleError::UnknownTimeZone { name: name.clone() })
    }

    /// The first time behind `after`.
    ///
    /// Times do not come in the order in which a clock shows them where that is changed, by up to a day. So the hours of
    /// some days are all looked at, and those are passed over in which there can be nothing better.
    pub(super) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let zone = self.zone().ok()?;
        let mut search = Search { schedule: self, zone, after, best: None };
        let shown = search.zone.to_datetime(after);
        let mut hour = shown.date().at(shown.hour(), 0, 0, 0).checked_sub(26.hours()).ok()?;
        for _ in 0..4 * 24 {
            search.look_in_hour(hour);
            // Behind the year 9999 there is nothing.
            let Ok(next) = hour.checked_add(1.hour()) else { break };
            hour = next;
        }
        search.best
    }
}

struct Search<'a> {
    schedule: &'a Schedule,
    zone: TimeZone,
    after: Timestamp,
    best: Option<Timestamp>,
}

impl Search<'_> {
    fn look_in_hour(&mut self, hour: DateTime) {
        let schedule = self.schedule;
        let is_wanted = |hours: &BTreeSet<u8>| hours.contains(&hour.hour().cast_unsigned());
        if !schedule.hours.as_ref().is_none_or(is_wanted)
            || !self.may_be_better(hour, at(hour, 59, 59))
        {
            return;
        }
        for &minute in &schedule.minutes {
            if self.may_be_better(at(hour, minute, 0), at(hour, minute, 59)) {
                schedule.seconds.iter().for_each(|&second| self.look_at(at(hour, minute, second)));
            }
        }
    }

    /// Whether something from `first` to `last` may be the next time.
    fn may_be_better(&self, first: DateTime, last: DateTime) -> bool {
        let offsets = |shown| match self.zone.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, offset),
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                (before.min(after), before.max(after))
            }
        };
        let ((_, most), (least, _)) = (offsets(first), offsets(last));
        // The larger an offset is, the earlier a time comes.
        let (earliest, latest) = (most.to_timestamp(first), least.to_timestamp(last));
        latest.is_ok_and(|latest| latest > self.after)
            && earliest.is_ok_and(|earliest| self.best.is_none_or(|best| earliest < best))
    }

    fn look_at(&mut self, shown: DateTime) {
        let is_by_hours = self.schedule.hours.is_some();
        let mut consider = |offset: Offset| {
            if let Ok(time) = offset.to_timestamp(shown)
                && time > self.after
                && self.best.is_none_or(|best| time < best)
            {
                self.best = Some(time);
            }
        };
        match self.zone.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => consider(offset),
            AmbiguousOffset::Gap { before, .. } if is_by_hours => consider(before),
            AmbiguousOffset::Gap { .. } => {}
            AmbiguousOffset::Fold { before, .. } if is_by_hours => consider(before),
            AmbiguousOffset::Fold { before, after } => {
                [before, after].into_iter().for_each(consider);
            }
        }
    }
}

fn at(hour: DateTime, minute: u8, second: u8) -> DateTime {
    // Both were checked.
    hour.date().at(hour.hour(), minute.cast_signed(), second.cast_signed(), 0)
}

#[cfg(test)]
mod tests;
