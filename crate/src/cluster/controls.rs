//! Controls that models share: whole numbers, lengths of time, names, on and off.

use crate::knobs::{Control, SettingValue, table};
use crate::time::Span;

pub(crate) use table::select;

/// A whole number, from least to greatest.
pub fn number(value: u32, min: u32, max: u32) -> Control {
    Control::Number {
        value: value.into(),
        min: min.into(),
        max: max.into(),
    }
}

/// Takes a whole number.
///
/// # Errors
/// If it is none.
pub fn set_number(number: &mut u32, value: &SettingValue) -> Result<(), String> {
    table::set_number(number, value)
}

/// A length of time, at least `min` ms.
pub fn span(value: Span, min: i64) -> Control {
    table::span(value, min)
}

/// Takes a length of time.
///
/// # Errors
/// If it is none.
pub fn set_span(span: &mut Span, value: &SettingValue) -> Result<(), String> {
    table::set_span(span, value)
}

/// Something that is on or off.
pub fn switch(on: bool) -> Control {
    select(
        if on { "on" } else { "off" },
        &[("on", "On"), ("off", "Off")],
    )
}

/// Takes on or off.
///
/// # Errors
/// If it is neither.
pub fn set_switch(on: &mut bool, value: &SettingValue) -> Result<(), String> {
    *on = match table::text(value) {
        "on" => true,
        "off" => false,
        _ => return Err("on or off".into()),
    };
    Ok(())
}

/// One of a list of names: each with its name in scenarios and its name for people.
pub fn named<T: Copy + PartialEq>(value: T, names: &[(T, &str, &str)]) -> Control {
    let options: Vec<(&str, &str)> = names
        .iter()
        .map(|(_, name, label)| (*name, *label))
        .collect();
    let name = names
        .iter()
        .find(|(v, _, _)| *v == value)
        .map_or("", |(_, name, _)| name);
    select(name, &options)
}

/// Takes one of a list of names.
///
/// # Errors
/// If it is none of them.
pub fn set_named<T: Copy>(
    place: &mut T,
    names: &[(T, &str, &str)],
    value: &SettingValue,
) -> Result<(), String> {
    let text = table::text(value);
    *place = names
        .iter()
        .find(|(_, name, _)| *name == text)
        .map(|(value, _, _)| *value)
        .ok_or_else(|| {
            let known: Vec<&str> = names.iter().map(|(_, name, _)| *name).collect();
            format!("one of {}", known.join(", "))
        })?;
    Ok(())
}
