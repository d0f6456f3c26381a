//! Spark's table of skew: hash values, the loads of partitions with and without salt, and a salted join.

#[cfg(feature = "studio")]
use super::adaptive;
use super::{Part, Sections, Values, number_behind};
use crate::partition::{Column, Loads, spark_hash, spark_partition};
use serde_json::{Map, Value, json};
use std::num::NonZeroU32;

/// The input of the loads, as the table says it; [`rows`] is what it means.
const INPUT: &str =
    "1000 rows, row_number 1..1000: 900 US, then 50 CA, then 50 UK; salt = row_number % 10";

pub(super) const COUNTRIES: [&str; 3] = ["CA", "UK", "US"];

/// How many salts there are.
const SALTS: u32 = 10;

/// What of a section is computed, if its input is one that is known.
pub(super) fn section(name: &str, section: &Value, sections: &Sections) -> Option<Part> {
    let mut values = Values::default();
    let known_input = sections.get("input").and_then(Value::as_str) == Some(INPUT);
    match name {
        "hash" => hashes(section.as_object()?, &mut values),
        "loads" if known_input => values.rows(name, section, &["partitions", "key"], load),
        "join_fanout" if known_input => fanout(section.as_array()?, &mut values),
        "salted_join" if known_input => {
            values.rows(name, &json!([section]), &[], |_, field| salted_join(field));
        }
        #[cfg(feature = "studio")]
        "aqe_defaults" => return Some(adaptive::defaults(name, section.as_object()?)),
        #[cfg(feature = "studio")]
        "aqe_skew_join" => return adaptive::joins(name, section, sections.get("aqe_inputs")?),
        _ => return None,
    }
    Some(Part::whole(name, values))
}

/// A list of keys for each list of column types, such as `string,int`.
fn hashes(lists: &Map<String, Value>, values: &mut Values) {
    for (types, rows) in lists {
        let compute = |row: &Map<String, Value>, field: &str| {
            let columns = columns(types, row.get("key")?)?;
            match field {
                "hash" => Some(json!(spark_hash(&columns))),
                _ => Some(json!(spark_partition(
                    &columns,
                    number_behind(field, "mod")?
                ))),
            }
        };
        values.rows(&format!("hash.{types}"), rows, &["key"], compute);
    }
}

/// A key of these types: one value, or a list of as many.
fn columns<'a>(types: &str, key: &'a Value) -> Option<Vec<Column<'a>>> {
    let types: Vec<&str> = types.split(',').collect();
    let values: Vec<&Value> = match key.as_array() {
        Some(values) => values.iter().collect(),
        None => vec![key],
    };
    if types.len() != values.len() {
        return None;
    }
    (types.into_iter().zip(values))
        .map(|(kind, value)| match kind {
            _ if value.is_null() => Some(Column::Null),
            "string" => value.as_str().map(Column::Text),
            "byte" | "short" | "int" => Some(Column::Int(i32::try_from(value.as_i64()?).ok()?)),
            "long" => value.as_i64().map(Column::Long),
            "double" => value.as_f64().map(Column::Double),
            "boolean" => value.as_bool().map(Column::Boolean),
            _ => None,
        })
        .collect()
}

/// The thousand rows: number and country.
fn rows() -> impl Iterator<Item = (u32, &'static str)> {
    (1..=1000).map(|number| match number {
        1..=900 => (number, "US"),
        901..=950 => (number, "CA"),
        _ => (number, "UK"),
    })
}

/// Where the thousand rows go by a key, and what that means.
fn load(row: &Map<String, Value>, field: &str) -> Option<Value> {
    let partitions = partitions(row)?;
    let key = row.get("key")?.as_str()?;
    let place = |(number, country): (u32, &str)| {
        let salt = number % SALTS;
        let salted = format!("{country}_{salt}");
        let columns: &[Column<'_>] = match key {
            "country" => &[Column::Text(country)],
            "country_salt_string" => &[Column::Text(&salted)],
            "country,salt" => &[Column::Text(country), Column::Int(salt.cast_signed())],
            _ => return None,
        };
        Some(spark_partition(columns, partitions))
    };
    let places: Vec<u32> = rows().map(place).collect::<Option<_>>()?;
    let loads = Loads::of(partitions, places);
    match field {
        "loads" => Some(json!(loads.0)),
        "max" => Some(json!(loads.max())),
        "mean" => Some(json!(loads.mean())),
        "max_over_mean" => Some(json!(loads.max_over_mean())),
        "empty_partitions" => Some(json!(loads.empty())),
        _ => None,
    }
}

fn partitions(row: &Map<String, Value>) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(row.get("partitions")?.as_u64()?).ok()?)
}

/// Each country once for every salt.
fn exploded() -> impl Iterator<Item = (&'static str, u32)> {
    COUNTRIES
        .into_iter()
        .flat_map(|country| (0..SALTS).map(move |salt| (country, salt)))
}

/// The small side of the salted join, and where each of its rows goes.
fn fanout(tables: &[Value], values: &mut Values) {
    for (i, table) in tables.iter().enumerate() {
        let path = format!("join_fanout[{i}]");
        let (Some(partitions), Some(keys)) = (
            table.as_object().and_then(partitions),
            table.get("salted_keys"),
        ) else {
            values.unknown(&path, table);
            continue;
        };
        let recorded: Vec<Option<&Value>> = (keys.as_array().into_iter().flatten())
            .map(|row| row.get("key"))
            .collect();
        let known: Vec<String> = exploded()
            .map(|(country, salt)| format!("{country}_{salt}"))
            .collect();
        let path = format!("{path}.salted_keys");
        values.compare(&format!("{path}[].key"), &json!(recorded), &json!(known));
        values.rows(&path, keys, &["key"], |row, field| {
            let key = [Column::Text(row.get("key")?.as_str()?)];
            match field {
                "hash" => Some(json!(spark_hash(&key))),
                "partition" => Some(json!(spark_partition(&key, partitions))),
                _ => None,
            }
        });
    }
}

/// Joins the thousand rows to the three countries, by country and by country and salt.
fn salted_join(field: &str) -> Option<Value> {
    let plain: Vec<_> = rows()
        .filter(|(_, country)| COUNTRIES.contains(country))
        .collect();
    let salted: Vec<_> = rows()
        .flat_map(|(number, country)| {
            exploded()
                .filter(move |row| *row == (country, number % SALTS))
                .map(move |(country, _)| (number, country))
        })
        .collect();
    match field {
        "countries_rows" => Some(json!(COUNTRIES.len())),
        "countries_exploded_rows" => Some(json!(exploded().count())),
        "plain_rows" => Some(json!(plain.len())),
        "salted_rows" => Some(json!(salted.len())),
        "same_result" => Some(json!(plain == salted)),
        _ => None,
    }
}
