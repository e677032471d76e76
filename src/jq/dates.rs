//! Times, as expressions have it: seconds since the Unix epoch, texts (RFC 3339, or of a form that is given), and times in their parts.

use jaq_core::native::{Filter, bome, unary, v};
use jaq_core::{Error, RunPtr, ValR};
use jaq_json::Val;
use jaq_std::ValT as _;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::functions::{Data, text};

type Made<T> = Result<T, Error<Val>>;

/// The functions below `todate`, `fromdate` and their like.
pub(super) fn native() -> [Filter<RunPtr<Data>>; 9] {
    [
        ("now", v(0), |_| bome(Ok(seconds(Timestamp::now())))),
        ("fromdateiso8601", v(0), |cv| bome(read(&cv.1))),
        ("todateiso8601", v(0), |cv| bome(point(&cv.1).map(|time| Val::from(time.to_string())))),
        ("strptime", v(1), |cv| unary(cv, |value, form| parse(&text(&value)?, &text(&form)?))),
        ("strftime", v(1), |cv| unary(cv, |value, form| write(&value, &form, TimeZone::UTC))),
        ("strflocaltime", v(1), |cv| {
            unary(cv, |value, form| write(&value, &form, TimeZone::system()))
        }),
        ("mktime", v(0), |cv| {
            bome(whole(&cv.1, TimeZone::UTC).map(|time| seconds(time.timestamp())))
        }),
        ("gmtime", v(0), |cv| {
            bome(point(&cv.1).and_then(|time| parts(&time.to_zoned(TimeZone::UTC))))
        }),
        ("localtime", v(0), |cv| {
            bome(point(&cv.1).and_then(|time| parts(&time.to_zoned(TimeZone::system()))))
        }),
    ]
}

fn wrong(error: &jiff::Error) -> Error<Val> {
    Error::str(error)
}

/// Seconds since the Unix epoch, with a fraction where there is one.
fn seconds(time: Timestamp) -> Val {
    if time.subsec_nanosecond() == 0 {
        isize::try_from(time.as_second()).map_or_else(|_| Val::from(0_isize), Val::from)
    } else {
        Val::from(time.as_microsecond() as f64 / 1e6)
    }
}

/// A time that is a number of seconds.
fn point(value: &Val) -> Made<Timestamp> {
    let time = match value.as_isize() {
        Some(seconds) => i64::try_from(seconds).map_err(Error::str).map(Timestamp::from_second),
        None => match value.as_f64() {
            Some(seconds) => Ok(Timestamp::from_microsecond((seconds * 1e6) as i64)),
            None => Err(Error::str(format_args!("{value} is no number of seconds"))),
        },
    };
    time?.map_err(|error| wrong(&error))
}

fn read(value: &Val) -> ValR<Val> {
    let text = text(value)?;
    let time = text.trim().parse::<Timestamp>();
    time.map(seconds).map_err(|_| Error::str(format_args!("{text:?} is no time of RFC 3339")))
}

fn parse(text: &str, form: &str) -> ValR<Val> {
    let no_time = || Error::str(format_args!("{text:?} is no time of the form {form:?}"));
    let mut time = BrokenDownTime::parse(form, text).map_err(|_| no_time())?;
    if time.offset().is_none() && time.iana_time_zone().is_none() {
        time.set_offset(Some(Offset::UTC));
    }
    parts(&time.to_zoned().map_err(|_| no_time())?.with_time_zone(TimeZone::UTC))
}

fn write(value: &Val, form: &Val, zone: TimeZone) -> ValR<Val> {
    let (form, time) = (text(form)?, whole(value, zone)?);
    jiff::fmt::strtime::format(&form, &time).map(Val::from).map_err(|error| wrong(&error))
}

/// A time that is a number of seconds, or one in its parts in this zone.
fn whole(value: &Val, zone: TimeZone) -> Made<Zoned> {
    let Val::Arr(parts) = value else { return Ok(point(value)?.to_zoned(zone)) };
    let no_time = || Error::str(format_args!("{value} are no parts of a time"));
    let part = |at: usize| parts.get(at).and_then(jaq_std::ValT::as_isize);
    let small = |at: usize| part(at).and_then(|part| i8::try_from(part).ok());
    let second = parts.get(5).and_then(jaq_std::ValT::as_f64);
    let made = || {
        let year = i16::try_from(part(0)?).ok()?;
        let month = small(1)?.checked_add(1)?;
        let second = second?;
        let nanoseconds = (second.fract() * 1e9) as i32;
        let time = DateTime::new(
            year,
            month,
            small(2)?,
            small(3)?,
            small(4)?,
            second.floor() as i8,
            nanoseconds,
        );
        time.ok()?.to_zoned(zone).ok()
    };
    made().ok_or_else(no_time)
}

/// A time in its parts: year, month from 0, day, hour, minute, second, day of the week from Sunday and of the year, both from 0.
fn parts(time: &Zoned) -> ValR<Val> {
    let number = |number: i64| Val::from(isize::try_from(number).unwrap_or_default());
    let second = match time.subsec_nanosecond() {
        0 => number(time.second().into()),
        nanoseconds => Val::from(f64::from(time.second()) + f64::from(nanoseconds) / 1e9),
    };
    let parts = [
        number(time.year().into()),
        number(i64::from(time.month()) - 1),
        number(time.day().into()),
        number(time.hour().into()),
        number(time.minute().into()),
        second,
        number(time.weekday().to_sunday_zero_offset().into()),
        number(i64::from(time.day_of_year()) - 1),
    ];
    parts.into_iter().map(Ok).collect()
}
