//! Numbers, as expressions have it: what is measured in logs is scaled, averaged and rounded.

use jaq_core::native::{Filter, bome, v};
use jaq_core::{Error, RunPtr};
use jaq_json::Val;
use jaq_std::ValT as _;

use super::functions::Data;

/// The functions of one number and of two.
pub(super) fn native() -> [Filter<RunPtr<Data>>; 15] {
    [
        ("sqrt", v(0), |cv| bome(number(&cv.1).map(f64::sqrt).map(Val::from))),
        ("cbrt", v(0), |cv| bome(number(&cv.1).map(f64::cbrt).map(Val::from))),
        ("exp", v(0), |cv| bome(number(&cv.1).map(f64::exp).map(Val::from))),
        ("exp2", v(0), |cv| bome(number(&cv.1).map(f64::exp2).map(Val::from))),
        ("exp10", v(0), |cv| bome(number(&cv.1).map(|n| 10_f64.powf(n)).map(Val::from))),
        ("log", v(0), |cv| bome(number(&cv.1).map(f64::ln).map(Val::from))),
        ("log2", v(0), |cv| bome(number(&cv.1).map(f64::log2).map(Val::from))),
        ("log10", v(0), |cv| bome(number(&cv.1).map(f64::log10).map(Val::from))),
        ("trunc", v(0), |cv| bome(number(&cv.1).map(f64::trunc).map(Val::from))),
        ("fabs", v(0), |cv| bome(number(&cv.1).map(f64::abs).map(Val::from))),
        ("pow", v(2), |cv| bome(both(cv, f64::powf))),
        ("fmin", v(2), |cv| bome(both(cv, f64::min))),
        ("fmax", v(2), |cv| bome(both(cv, f64::max))),
        ("fmod", v(2), |cv| bome(both(cv, |a, b| a % b))),
        ("copysign", v(2), |cv| bome(both(cv, f64::copysign))),
    ]
}

fn number(value: &Val) -> Result<f64, Error<Val>> {
    value.as_f64().ok_or_else(|| Error::str(format_args!("{value} is no number")))
}

fn both(
    mut cv: jaq_core::Cv<'_, Data>,
    make: impl FnOnce(f64, f64) -> f64,
) -> Result<Val, Error<Val>> {
    let (second, first) = (number(&cv.0.pop_var())?, number(&cv.0.pop_var())?);
    Ok(Val::from(make(first, second)))
}
